"""Facts that matter only where the operator relies on consent, an opt-out or an exemption.

Sending before consent is nothing wrong where a notice is relied on: the rules ask for these facts only under their own
basis (法27条の12 の各号).
"""

from __future__ import annotations

from datetime import date
from typing import Final

from sekisho.apps.evidence import Consent, Place
from sekisho.apps.law.deduced import Deduced, Deductions, answered, ask, bad, good, opened, unseen
from sekisho.apps.law.facts import Coverage, Known, OptOut, OptOutItem, OptOutKind, Sending, ServiceFacts
from sekisho.apps.law.questions import Answers
from sekisho.apps.law.verdicts import Outcome

_STATES: Final = ("送信の状態", "the states of the visit")

MORE_THAN_NECESSARY: Final = frozenset(
    {"analytics", "advertising", "own_advertising", "measurement", "personalization"}
)
"""Purposes that are never within what is necessary (規則22条の2の30 names none of them)."""

ONLY_IDENTIFIERS: Final = frozenset({"cookie_id", "account_id", "ip_address", "user_agent"})
"""An identifier the operator gave, and what every connection carries with it."""

_ITEM_WORDS: Final = {
    OptOutItem.MEASURE: ("措置を講じている旨", "that there is an opt-out"),
    OptOutItem.WHICH: ("送信の停止か利用の停止かの別", "whether sending or use stops"),
    OptOutItem.HOW: ("求めを受け付ける方法", "how to ask for it"),
    OptOutItem.LIMITS: ("利用が制限される内容", "what can't be used then"),
    OptOutItem.INFORMATION: ("情報の内容", "what information"),
    OptOutItem.RECIPIENT: ("送信先の名称", "the recipient's name"),
    OptOutItem.PURPOSE: ("利用目的", "the purpose"),
}


def about_basis(sending: Sending, facts: ServiceFacts, answers: Answers, *, on: date) -> Deductions:
    """What the exemptions ask about one sending."""
    who = sending.recipient
    return {
        "necessary.confirmed": answered(answers, "truly_necessary", on=on, recipient=who),
        "necessary.only": _only_necessary(sending, facts),
        "own.equipment": _own_equipment(sending),
        "own.not_elsewhere": opened(
            sending.identifier_elsewhere, ("同じ識別符号の行き先", "where the same identifier goes"),
            lambda elsewhere, places: _elsewhere(sending, elsewhere, places)),
        "own.identifier_only": _identifier_only(sending),
        "consent.not_before": _not_in(sending, facts, Consent.BEFORE, "同意の前に", "before consent"),
        "consent.not_refused": _not_in(sending, facts, Consent.REJECTED, "拒否の後に", "after refusal"),
        "consent.covers": answered(answers, "consent_covers", on=on, recipient=who),
        "opt_out.items": opened(facts.opt_out, ("オプトアウトの公表", "the opt-out's publication"), _seven),
        "opt_out.stops": opened(facts.opt_out, ("オプトアウトの公表", "the opt-out's publication"),
                                lambda found, _: _stops(sending, facts, found, answers, on)),
    }  # fmt: skip


def _not_in(sending: Sending, facts: ServiceFacts, state: Consent, ja: str, en: str) -> Deduced:
    """Not sent in this state. Only where the state was measured does not seeing it say anything."""
    name = sending.name
    if state in sending.states:
        return bad(f"{name}：{ja}送信が観測された。", f"{name}: sent {en}.", sending.places,
                   step=(f"{name}のタグを止めて測り直す。", f"Hold {name} back and measure again."))  # fmt: skip

    def measured(coverage: Coverage, _: tuple[Place, ...]) -> Deduced:
        if state not in coverage.states:
            return unseen(f"{name}：{ja}どうなるかを測っていない。", f"{name}: what happens {en} wasn't measured.")
        if Consent.UNKNOWN in sending.states or not sending.states:
            return unseen(f"{name}：どの状態での送信か分からない記録がある。",
                          f"{name}: a recording doesn't say in which state it was made.")  # fmt: skip
        return good(f"{name}：{ja}送信は観測されなかった（測った範囲で）。",
                    f"{name}: nothing was seen {en}, in what was measured.", sending.places)  # fmt: skip

    return opened(facts.coverage, _STATES, measured)


def _only_necessary(sending: Sending, facts: ServiceFacts) -> Deduced:
    name = sending.name
    rows = facts.notice.value.rows if isinstance(facts.notice, Known) else ()
    row = next((row for row in rows if row.recipient == sending.recipient), None)
    if row is not None and row.purposes & MORE_THAN_NECESSARY:
        words = "・".join(sorted(row.purposes & MORE_THAN_NECESSARY))
        return bad(
            f"{name}：自社の公表が、必要の範囲を超える目的を挙げている（{words}）。",
            f"{name}: the operator's own notice names purposes beyond what is necessary ({words}).",
            (*sending.places, row.place),
            step=("通知・公表、同意又はオプトアウトによる。", "Rely on notice, consent or an opt-out."),
        )
    if sending.vendor_purposes & MORE_THAN_NECESSARY:
        words = "・".join(sorted(sending.vendor_purposes & MORE_THAN_NECESSARY))
        return ask(
            f"{name}：提供元は、広告・分析などの目的を説明している（{words}）。",
            f"{name}: the vendor speaks of further purposes ({words}).",
            sending.places,
            step=("提供元の設定でほかの目的に使われないか確かめる。", "Find out whether settings exclude them."),
        )
    if row is None or not row.purposes:
        return ask(
            f"{name}：ほかの目的に使われないか分からない。",
            f"{name}: whether it serves another purpose isn't known.",
            sending.places,
            step=("利用目的を確かめて公表に書く。", "Find out the purposes and write them down."),
        )
    return good(
        f"{name}：必要の範囲を超える目的は挙げられていない。", f"{name}: no purpose beyond that is named.", (row.place,)
    )


def _own_equipment(sending: Sending) -> Deduced:
    name = sending.name
    step = ("通知・公表による。", "Rely on a notice.")
    if not sending.own:
        return bad(
            f"{name}：自社の設備ではない。", f"{name}: not the operator's own equipment.", sending.places, step=step
        )
    if sending.alias_of:
        return bad(
            f"{name}：自社の名前だが、{sending.alias_of}の設備を指している（CNAME）。",
            f"{name}: an own name that stands for {sending.alias_of} (CNAME).",
            sending.places,
            step=step,
        )
    return good(f"{name}：自社の設備に送られている。", f"{name}: goes to the operator's own equipment.", sending.places)


def _elsewhere(sending: Sending, elsewhere: bool, places: tuple[Place, ...]) -> Deduced:
    name = sending.name
    if elsewhere:
        return bad(
            f"{name}：同じ識別符号が、ほかの者にも送られている。",
            f"{name}: somebody else gets the same identifier.",
            (*sending.places, *places),
            step=("その送信先を公表する。", "Tell of that recipient."),
        )
    return good(
        f"{name}：同じ識別符号は、ほかに観測されなかった。", f"{name}: the identifier was seen nowhere else.", places
    )


def _identifier_only(sending: Sending) -> Deduced:
    name = sending.name
    if not sending.information:
        return unseen(f"{name}：通信の内容が見えない。", f"{name}: the contents couldn't be seen.")
    more = sorted(sending.information - ONLY_IDENTIFIERS)
    if more:
        return ask(
            f"{name}：識別符号のほかの情報も送られている（{'、'.join(more)}）。除外2が及ぶのは識別符号。",
            f"{name}: more than an identifier is sent ({', '.join(more)}); exemption 2 covers identifiers.",
            sending.places,
            step=("ほかの情報のよりどころを定める。", "Decide what is relied on for the rest."),
        )
    return good(f"{name}：識別符号だけが送られている。", f"{name}: only an identifier is sent.", sending.places)


def _seven(found: OptOut, places: tuple[Place, ...]) -> Deduced:
    missing = [item for item in OptOutItem if item not in found.items]
    if not missing:
        return good(
            "オプトアウトの7事項がすべて公表されている。", "All seven items of the opt-out are published.", places
        )
    ja = "、".join(_ITEM_WORDS[item][0] for item in missing)
    en = ", ".join(_ITEM_WORDS[item][1] for item in missing)
    step = (f"書き加える：{ja}", f"Add: {en}")
    if not found.read_whole:
        return ask(f"読めた部分に、次の事項がない：{ja}。", f"Not in what could be read: {en}.", places, step=step)
    return bad(
        f"オプトアウトの公表に、次の事項がない：{ja}。", f"The opt-out's publication lacks: {en}.", places, step=step
    )


def _stops(sending: Sending, facts: ServiceFacts, found: OptOut, answers: Answers, on: date) -> Deduced:
    if found.kind is OptOutKind.USE:
        return answered(answers, "opt_out_stops_use", on=on, recipient=sending.recipient)
    stopped = _not_in(sending, facts, Consent.OPTED_OUT, "オプトアウトの後に", "after opting out")
    if found.kind is OptOutKind.UNSAID and stopped.outcome is Outcome.BAD:
        return ask(f"{stopped.why.ja}送信と利用のどちらを止めるものか書かれていない。",
                   f"{stopped.why.en} Whether sending or use stops isn't said.", stopped.places,
                   step=("どちらを止めるかを公表する。", "Publish which of them stops."))  # fmt: skip
    return stopped
