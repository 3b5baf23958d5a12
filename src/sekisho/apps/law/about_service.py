"""Facts about the service as a whole, from what was scanned and answered."""

from __future__ import annotations

from datetime import date
from typing import Final

from sekisho.apps.evidence import Consent, Place
from sekisho.apps.law.deduced import Deduced, Deductions, ask, bad, good, opened, unseen
from sekisho.apps.law.deduced import answered as _answered
from sekisho.apps.law.facts import (
    Basis,
    Choice,
    Coverage,
    Embedded,
    House,
    Inapplicable,
    Known,
    Notice,
    Sending,
    ServiceFacts,
)
from sekisho.apps.law.questions import Answers
from sekisho.apps.law.verdicts import Outcome

VISIT: Final = frozenset({Consent.BEFORE, Consent.ACCEPTED, Consent.REJECTED})
"""States of a visit in which something may be sent that isn't sent in the others."""

TOLD_BY_NOTICE: Final = frozenset({Basis.PUBLICATION, Basis.NOTIFICATION})

NOTICE: Final = ("公表・通知の内容", "the notice")
MODULES: Final = ("組み込まれた部品", "modules in the app")
SENT: Final = ("外部送信", "what is sent")

NAMES_SHOWN: Final = 10
"""Names that one sentence tells."""


def basis_of(answers: Answers, recipient: str, *, on: date) -> Basis | None:
    """What the operator relies on for one recipient, or for all; ``None`` where nobody said."""
    found = answers.of("basis", on=on, recipient=recipient)
    return Basis(found.value) if found is not None else None


def about_service(facts: ServiceFacts, answers: Answers, *, on: date, house: House) -> Deductions:
    """Everything that rules and items ask about the service."""
    covered = _answered(answers, "covered", on=on)
    return {
        "service.covered": covered,
        "service.decided": _decided(covered),
        "inventory.measured": opened(facts.coverage, ("測る範囲", "the extent of the scan"), _measured),
        "inventory.accounted": opened(facts.sendings, SENT, lambda sent, _: _accounted(sent, facts, answers, on)),
        "inventory.embedded": _embedded(facts),
        "inventory.confirmed": _answered(answers, "inventory_confirmed", on=on),
        "practice.choice_fair": choice_fair(facts, house),
        "practice.change_control": _answered(answers, "change_control", on=on),
        "practice.template": unseen(
            "総務省の記載例の確定版を入手していない。", "The final template of the Ministry hasn't been obtained."
        ),
    }


def _decided(covered: Deduced) -> Deduced:
    if covered.outcome in (Outcome.GOOD, Outcome.BAD):
        return good(f"対象役務かを人が判定し、証拠を残した。{covered.why.ja}",
                    f"A person decided whether it is covered, with evidence. {covered.why.en}",
                    covered.places)  # fmt: skip
    return covered


def _measured(coverage: Coverage, places: tuple[Place, ...]) -> Deduced:
    if coverage.blocked:
        names = "、".join(coverage.blocked)
        return unseen(
            f"開けなかったか、最後まで見られなかったところがある（{names}）。",
            f"Not opened, or not watched to the end: {', '.join(coverage.blocked)}.",
        )
    missing = VISIT - coverage.states
    if missing:
        names = "・".join(sorted(each.value for each in missing))
        return unseen(f"測っていない状態がある（{names}）。", f"States weren't measured ({names}).")
    return good(
        "同意の前・同意・拒否のそれぞれで測った。", "Measured before consent, on accepting and on refusing.", places
    )


def _accounted(sent: tuple[Sending, ...], facts: ServiceFacts, answers: Answers, on: date) -> Deduced:
    if not sent:
        return unseen("外部送信は観測されなかった。観測されないことは、送信がないことを示さない。",
                      "Nothing was seen being sent; that doesn't show that nothing is.")  # fmt: skip
    bases = {one.recipient: basis_of(answers, one.recipient, on=on) for one in sent}
    by_notice = [one for one in sent if bases[one.recipient] in (None, *TOLD_BY_NOTICE)]
    if not by_notice:
        return good(
            "観測された送信先のそれぞれに、よりどころがある。", "Each recipient observed has what is relied on for it."
        )
    return opened(facts.notice, NOTICE, lambda notice, _: _in_notice(by_notice, notice, bases))


def _in_notice(sent: list[Sending], notice: Notice, bases: dict[str, Basis | None]) -> Deduced:
    told = {row.recipient for row in notice.rows}
    missing = [one for one in sent if one.recipient not in told]
    if not missing:
        return good(f"観測された送信先（{len(sent)}）は、すべて公表・通知にある。",
                    f"All recipients observed ({len(sent)}) are in the notice.")  # fmt: skip
    names, places = "、".join(one.name for one in missing), [place for one in missing for place in one.places]
    step = (f"公表に加えるか、止める：{names}", f"Tell of it or stop it: {names}")
    if not notice.read_whole:
        return ask(
            f"公表の一部を読めておらず、次の送信先が見つからない：{names}。",
            f"Part of the notice couldn't be read, and these aren't in the rest: {names}.",
            places,
            step=step,
        )
    nobodys = [one for one in missing if notice.unmatched and not one.identified]
    if len(nobodys) == len(missing):
        asked = "、".join(notice.unmatched[:NAMES_SHOWN])
        return ask(f"会社の分からない送信先（{names}）が公表に見つからないが、公表には照合できない名がある：{asked}。",
                   f"Recipients whose company isn't known ({names}) aren't in the notice, and it has names that "
                   f"couldn't be matched: {asked}.", places, step=whose(names, asked))  # fmt: skip
    undecided = [one for one in missing if bases[one.recipient] is None]
    if undecided:
        return ask(f"公表になく、よりどころの答えもない送信先がある：{names}。",
                   f"Not told, and nobody said what is relied on: {names}.", places, step=step)  # fmt: skip
    sure = [one for one in missing if one not in nobodys]
    names, places = "、".join(one.name for one in sure), [place for one in sure for place in one.places]
    return bad(f"観測された送信先が公表・通知にない：{names}。", f"Observed and not told: {names}.", places, step=step)


def whose(recipients: str, names: str) -> tuple[str, str]:
    """What to do where a domain's company isn't known and the notice has names that matched nobody."""
    ja = f"{recipients} がだれの設備か調べ、公表の名（{names}）に当たるか確かめる。当たらなければ公表に加える。"
    en = f"Find out whose equipment {recipients} is and whether one of the names ({names}) means it; else add it."
    return ja, en


def _embedded(facts: ServiceFacts) -> Deduced:
    if isinstance(facts.embedded, Inapplicable):
        return good(facts.embedded.ja, facts.embedded.en)
    return opened(facts.embedded, MODULES, lambda found, _: _all_known(found, facts))


def _all_known(found: tuple[Embedded, ...], facts: ServiceFacts) -> Deduced:
    known = {one.recipient for one in facts.sendings.value} if isinstance(facts.sendings, Known) else set()
    if isinstance(facts.notice, Known):
        known |= {row.recipient for row in facts.notice.value.rows}
    missing = [one for one in found if one.recipient not in known]
    if not missing:
        return good("組み込まれた部品の送信先は、観測されたか、公表にある。",
                    "The recipients of modules in the app were observed or are told.")  # fmt: skip
    marked = [one for one in missing if not one.only_written]
    if not marked:
        names = "、".join(one.name for one in missing[:NAMES_SHOWN])
        return ask(f"アプリの中に名が書かれているだけのホストがある（{len(missing)}）：{names}。部品でも送信でもない。",
                   f"Hosts are only written in the app ({len(missing)}): {names}. That is no module and no sending.",
                   [one.place for one in missing],
                   step=("アプリを動かして、送信されるか確かめる。",
                         "Run the app and see whether anything is sent there."))  # fmt: skip
    missing = marked
    names = "、".join(one.name for one in missing)
    return ask(f"アプリに組み込まれているが、送信が観測されず、公表にもない：{names}。",
               f"In the app, not observed and not told: {names}.", [one.place for one in missing],
               step=(f"使っているか確かめる：{names}", f"Find out whether it is used: {names}"))  # fmt: skip


def choice_fair(facts: ServiceFacts, house: House) -> Deduced:
    """Whether refusing is as easy as accepting. The share of area is the house's own threshold."""

    def fair(choice: Choice, places: tuple[Place, ...]) -> Deduced:
        step = ("拒否を同意の隣に、同じ大きさで置く。", "Put refusing beside accepting, of the same size.")
        if choice.reject_steps is None:
            return bad("拒否する方法がない。", "There is no way to refuse.", places, step=step)
        if choice.reject_steps > choice.accept_steps:
            return bad(f"拒否は{choice.reject_steps}手、同意は{choice.accept_steps}手かかる。",
                       f"Refusing takes {choice.reject_steps} steps, accepting {choice.accept_steps}.",
                       places, step=step)  # fmt: skip
        if choice.area_ratio < house.min_refuse_area:
            share, least = f"{choice.area_ratio:.0%}", f"{house.min_refuse_area:.0%}"
            return ask(f"拒否のボタンの面積は同意の{share}（自社のしきい値 {least}）。",
                       f"The button to refuse has {share} of the other's area (house threshold {least}).",
                       places, step=step)  # fmt: skip
        return good(
            "拒否は同意と同じ手数で、同じ程度に目立つ。", "Refusing takes as many steps and is as visible.", places
        )

    return opened(facts.choice, ("同意と拒否のボタン", "the buttons to accept and refuse"), fair)


def modules_listed(facts: ServiceFacts) -> Deduced:
    """Whether the modules in the app are known."""


    def listed(found: tuple[Embedded, ...], places: tuple[Place, ...]) -> Deduced:
        count = sum(not one.only_written for one in found)
        return good(f"組み込まれた部品を一覧にした（{count}）。", f"Modules in the app are listed ({count}).", places)

    return opened(facts.embedded, MODULES, listed)
