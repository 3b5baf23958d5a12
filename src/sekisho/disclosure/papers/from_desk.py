"""Papers from what other parts of the desk prepared: questions, fees, a hearing's letter, a manifest. Pure.

Each says the same as its source; nothing is added but number, day and the operator's name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final

from sekisho.disclosure.delivery.manifest import Manifest
from sekisho.disclosure.hearing.letter import Letter, Objection
from sekisho.disclosure.hearing.record import Stage
from sekisho.disclosure.hold_terms import windows_of
from sekisho.disclosure.intake.fees import Quote as Fees
from sekisho.disclosure.intake.question_letter import Question, QuestionLetter
from sekisho.disclosure.papers.answers import Charge, Doubt, QuestionBack, Quote
from sekisho.disclosure.papers.era import era_moment
from sekisho.disclosure.papers.errors import PaperRefused
from sekisho.disclosure.papers.frame import Addressee, Office
from sekisho.disclosure.papers.handing import Handed
from sekisho.disclosure.papers.keeping import Held, HoldExtension
from sekisho.disclosure.papers.sender import Claim, OpinionAnswer, OpinionInquiry, SenderNotice
from sekisho.disclosure.record import DisclosureCase
from sekisho.logs.holds.letters import Letter as LogLetter
from sekisho.logs.holds.rows import HoldEntry
from sekisho.logs.intervals.days import microseconds
from sekisho.logs.kinds import KINDS

_FIELDS: Final = {
    "number": "文書番号",
    "dated": "文書の日付",
    "valid_until": "有効期間",
    "addressee": "宛先",
    "legal_provision": "根拠条文",
    "time": "日時",
    "begin": "日時",
    "end": "日時",
    "port": "送信元ポート番号",
    "value": "識別子",
    "wanted": "求める情報",
    "items": "対象",
    "sha256": "添付の確認値",
}
"""Fields of a request, by the last part of their names, as its sender knows them."""


def question_back(
    case: DisclosureCase,
    letter: QuestionLetter,
    *,
    office: Office,
    number: str,
    dated: date,
    answer_by: date | None = None,
) -> QuestionBack:
    """照会事項に関する質問書 from the intake's letter: what needs a new request first, then the questions.

    Notes aren't asked, so they don't stand there. A time without zone is shown both ways. Raises as
    :meth:`QuestionBack.of` does, also for a letter without questions.
    """
    doubts = [_doubt(one) for one in (*letter.refusals, *letter.questions)]
    return QuestionBack.of(case, doubts, office=office, number=number, dated=dated, answer_by=answer_by)


def quote(
    case: DisclosureCase, fees: Fees, *, office: Office, number: str, dated: date, payment: str, pay_by: date
) -> Quote:
    """手数料見積書 from the intake's fees. Raises as :meth:`Quote.of` does."""
    again = f"同じ識別子の重複{fees.duplicates}件には手数料はかかりません。" if fees.duplicates else ""
    return Quote.of(
        case,
        [Charge(what="調査手数料（1識別子）", count=fees.identifiers, each_yen=fees.per_identifier)],
        office=office,
        number=number,
        dated=dated,
        counting=f"{fees.basis.ja}{again}",
        payment=payment,
        tax="税込み" if fees.tax_included else "税別",
        pay_by=pay_by,
    )


def opinion_inquiry(
    case: DisclosureCase, letter: Letter, *, office: Office, number: str, court: str = ""
) -> OpinionInquiry:
    """意見照会書 from the hearing's letter, of the day on which that was written.

    ``court`` names the court where the claim was made there; by default 裁判所 alone. Raises as
    :meth:`OpinionInquiry.of` does: ``SecrecyForbidsPaper`` above all.
    """
    claim = letter.claim
    return OpinionInquiry.of(
        case,
        to=Addressee(name=letter.sender.name, honorific="様", address=tuple(letter.sender.address.splitlines())),
        items=letter.items,
        claim=Claim(
            posted=f"{claim.place}\n{claim.posted}", right=claim.right, reason=claim.reasons, claimant=claim.claimant
        ),
        office=office,
        number=number,
        dated=letter.written_on,
        answer_within=letter.answer_within.ja,
        court=(court or "裁判所") if letter.stage is Stage.COURT else "",
        earlier=letter.earlier,
    )


def opinion_answer(case: DisclosureCase, letter: Letter, *, office: Office, number: str) -> OpinionAnswer:
    """The sheet that goes with :func:`opinion_inquiry`, under the letter's own number and day. Raises the same."""
    inquiry = opinion_inquiry(case, letter, office=office, number=number)
    return OpinionAnswer.of(
        case, to=inquiry.frame.addressee, inquiry=inquiry, office=office, number=number, dated=letter.written_on
    )


def sender_notice(
    case: DisclosureCase, told: Objection, *, office: Office, number: str, dated: date
) -> SenderNotice:
    """通知書 (6条2項) to a sender who opposed; the court and its order are the case's own paper. Raises as
    :meth:`SenderNotice.of` does, and ``PaperRefused`` for an order without a day."""
    if case.document.dated is None:
        raise PaperRefused(field="ordered_on", problem="the order's own day isn't in the case")
    return SenderNotice.of(
        case,
        to=Addressee(name=told.sender.name, honorific="様", address=tuple(told.sender.address.splitlines())),
        items=told.items,
        court=case.requester.name,
        order=case.document.number,
        ordered_on=case.document.dated,
        opposed_on=told.opposed_on,
        office=office,
        number=number,
        dated=dated,
    )


def hold_extension(
    case: DisclosureCase,
    held: Iterable[Held],
    holds: Sequence[HoldEntry],
    *,
    former: Iterable[date],
    office: Office,
    number: str,
    dated: date,
) -> HoldExtension:
    """保全期間延長通知書 from the holds that the case extended. ``former``: last days that the first request's term has
    had; the last of them and of earlier extensions before the new one is what was extended. Raises as
    :meth:`HoldExtension.of` does, and ``PaperRefused`` where nothing was extended."""
    papers = [one for hold in holds for one in hold.papers or () if one["what"] == "extension"]
    ends = {date.fromisoformat(one["until"]) for one in papers}
    until = max(ends, default=None)
    before = [] if until is None else [one for one in {*former, *ends} if one < until]
    if until is None or not before:
        raise PaperRefused(field="until", problem="no hold of this case was extended")
    return HoldExtension.of(
        case,
        held,
        office=office,
        number=number,
        dated=dated,
        since=min(one.received for one in holds),
        was_until=max(before),
        until=until,
    )


def handed(manifest: Manifest, *, what: Mapping[str, str] | None = None) -> tuple[Handed, ...]:
    """The files of a delivery's manifest for 提供書, 目録 and 受領書. ``what`` says by name what each is; 電磁的記録
    where it doesn't."""
    told = what or {}
    return tuple(
        Handed(name=one.name, what=told.get(one.name, "電磁的記録"), size=one.size, sha256=one.sha256)
        for one in manifest.files
    )


def held(case: DisclosureCase, letters: Mapping[str, LogLetter], holds: Iterable[HoldEntry]) -> tuple[Held, ...]:
    """What is held for each item of a case, from the letters (by hold) about its holds: the kinds of log that are there
    for the item's own time, and the first day on which they would expire. Raises ``PaperRefused``."""
    at = {
        (one.terms.scope.begin, one.terms.scope.end): letters[one.id]
        for one in holds
        if one.terms is not None and one.id in letters
    }
    of_item = {
        item.number: at.get((microseconds(begin), microseconds(end)))
        for (begin, end), items in windows_of(case)
        for item in items
    }
    return tuple(_held(item.number, item.number in of_item, of_item.get(item.number)) for item in case.items)


def _held(number: int, holdable: bool, letter: LogLetter | None) -> Held:
    if not holdable:
        return Held(item=number, why="通信履歴を特定する識別子ではないため、保全の対象がありません。")
    kinds = [] if letter is None else [one for one in letter.kinds if one.present]
    if not kinds:
        return Held(item=number, why="この日時の記録は残っていません。")
    expires = min((one.expires_first for one in kinds if one.expires_first is not None), default=None)
    return Held(item=number, records="、".join(KINDS[one.kind].title.ja for one in kinds), expires_on=expires)


def _doubt(one: Question) -> Doubt:
    lines = [one.text.ja]
    for example in one.examples:
        if example.ways is not None:
            place = "" if example.item is None else f"項目{example.item}："
            japan = era_moment(example.ways.japan, example.ways.precision)
            utc = era_moment(example.ways.utc, example.ways.precision)
            lines.append(f"{place}日本時間であれば{japan}、UTCであれば日本時間の{utc}")
    return Doubt(
        field=_FIELDS.get(one.field.rpartition(".")[2], "請求の記載"), question="\n".join(lines), items=one.items
    )
