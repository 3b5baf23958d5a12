"""Advertisements and young people: modules in the file, tags in requests, and an age asked before the first request."""

from __future__ import annotations

from typing import Final

from sekisho.apps.evidence import Place
from sekisho.apps.law.deduced import Deduced, ask, bad, good, opened, outside, unseen
from sekisho.apps.law.facts import Known
from sekisho.apps.youth.facts import AdModule, AdRequest, AgeGate, Audience, YouthFacts

_WHOM: Final = ("アプリの対象の年齢", "whom the app is for")
_REQUESTS: Final = ("広告の要求", "requests for advertisements")
_NONE_SEEN: Final = ("広告の要求は観測されなかった。観測されないことは、ないことを示さない。",
                     "No request for advertisements was seen; that doesn't show that there are none.")  # fmt: skip
_GROWN_UP: Final = ("子どもを対象とするアプリではないと申告されている。", "It is declared not to be for children.")
_STEP: Final = (
    "子ども向けの扱いを広告の要求に付け、広告IDを送らない。",
    "Tag requests as child-directed and send no advertising id.",
)


def child_tagged(facts: YouthFacts) -> Deduced:
    """Whether requests for advertisements to children carry a tag of child-directed treatment and no advertising id."""

    def for_whom(audience: Audience, _: tuple[Place, ...]) -> Deduced:
        if audience is Audience.GENERAL:
            return outside(*_GROWN_UP)
        return opened(facts.ad_requests, _REQUESTS, lambda found, _: _tagged(found, audience))

    return opened(facts.audience, _WHOM, for_whom)


def _tagged(found: tuple[AdRequest, ...], audience: Audience) -> Deduced:
    to_children = [one for one in found if one.as_child or audience is Audience.CHILDREN]
    if not found:
        return unseen(*_NONE_SEEN)
    if not to_children:
        return unseen("子どもとして使った記録がない。", "No recording was made as a child.")
    wrong = [one for one in to_children if not one.tags or one.advertising_id]
    if wrong:
        names = "、".join(sorted({one.recipient for one in wrong}))
        return bad(f"子ども向けの扱いがないか、広告IDのある広告の要求が観測された：{names}。",
                   f"Requests for advertisements without a child-directed tag, or with an advertising id: {names}.",
                   [one.place for one in wrong], step=_STEP)  # fmt: skip
    return good(f"観測された広告の要求（{len(to_children)}）には、子ども向けの扱いが付いていた。",
                f"Requests for advertisements seen ({len(to_children)}) carried a child-directed tag.",
                [one.place for one in to_children])  # fmt: skip


def age_gate(facts: YouthFacts) -> Deduced:
    """Whether a mixed audience is asked for an age before anything goes to somebody else."""

    def for_whom(audience: Audience, _: tuple[Place, ...]) -> Deduced:
        if audience is Audience.GENERAL:
            return outside(*_GROWN_UP)
        if audience is Audience.CHILDREN:
            return outside("全員を子どもとして扱うアプリで、年齢を尋ねる必要がない。",
                           "Everybody is treated as a child, so no age need be asked.")  # fmt: skip
        return opened(facts.age_gate, ("最初の起動", "the first start"), _before)

    return opened(facts.audience, _WHOM, for_whom)


def _before(gate: AgeGate, places: tuple[Place, ...]) -> Deduced:
    step = ("年齢を尋ねてから、第三者へ送信する。", "Ask for an age before anything goes to somebody else.")
    if gate.first_request is None:
        return unseen("第三者への送信は観測されなかった。", "Nothing was seen going to somebody else.")
    if gate.asked is None:
        return bad(
            "年齢を尋ねずに、第三者への送信が始まった。",
            "Sending to others began and no age was asked.",
            places,
            step=step,
        )
    if gate.asked > gate.first_request:
        return bad(
            "年齢を尋ねる前に、第三者への送信が始まった。",
            "Sending to others began before an age was asked.",
            places,
            step=step,
        )
    return good(
        "年齢を尋ねた後に、第三者への送信が始まった。", "Sending to others began after an age was asked.", places
    )


def modules(facts: YouthFacts) -> Deduced:
    """Modules for advertisements in an app for children. A person says whether a store allows them there."""

    def for_whom(audience: Audience, _: tuple[Place, ...]) -> Deduced:
        if audience is Audience.GENERAL:
            return outside(*_GROWN_UP)
        return opened(facts.ad_modules, ("広告の部品", "modules for advertisements"), _allowed)

    return opened(facts.audience, _WHOM, for_whom)


def _allowed(found: tuple[AdModule, ...], places: tuple[Place, ...]) -> Deduced:
    if not found:
        return ask(
            "広告の部品の目印は見つからない。目印がなくても、ないとは限らない。",
            "No mark of a module for advertisements was found; that doesn't show that there is none.",
            places,
        )
    names = "、".join(one.name for one in found)
    return ask(
        f"子ども向けのアプリに広告の部品がある：{names}。",
        f"Modules for advertisements in an app for children: {names}.",
        [one.place for one in found],
        step=(
            "ストアが子ども向けに認める広告の部品か、設定とともに確かめる。",
            "Find out whether the store allows them in apps for children, and their settings.",
        ),
    )


def families(facts: YouthFacts) -> Deduced:
    """The Play form's statement on the Families policy beside what was observed."""

    def stated(kept: bool, places: tuple[Place, ...]) -> Deduced:
        if not isinstance(facts.audience, Known):
            return unseen("アプリの対象の年齢が分からない。", "Whom the app is for isn't known.")
        if facts.audience.value is Audience.GENERAL:
            return outside(*_GROWN_UP)
        if not kept:
            return bad("子どもを対象とするが、ファミリーポリシーに従うと申告していない。",
                       "It is for children, and the form doesn't say that the Families policy is kept.", places,
                       step=("ストアの申告を見直す。", "Review the store's form."))  # fmt: skip
        seen = child_tagged(facts)
        if seen.value is False:
            return bad(f"ファミリーポリシーに従うと申告している。{seen.why.ja}",
                       f"The form says that the Families policy is kept. {seen.why.en}", (*places, *seen.places),
                       step=_STEP)  # fmt: skip
        if seen.value is True:
            return good(
                "申告と食い違う広告の要求は観測されなかった。",
                "No ad request that contradicts the form was seen.",
                (*places, *seen.places),
            )
        return seen

    return opened(facts.families, ("ファミリーポリシーの申告", "the form's answer on the Families policy"), stated)
