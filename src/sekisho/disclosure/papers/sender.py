"""Letters to the subscriber who may have sent what is complained of. Pure.

None can be made where secrecy is asked for or ordered: :class:`~sekisho.disclosure.papers.errors.SecrecyForbidsPaper`.
Each shows only the items that are this subscriber's, and of whoever asked only what they let be shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Self

from sekisho.disclosure.papers.era import era_day
from sekisho.disclosure.papers.errors import PaperRefused
from sekisho.disclosure.papers.frame import MAX_REASON, Addressee, Frame, Office, Paper, limit, need
from sekisho.disclosure.papers.kinds import PaperKind
from sekisho.disclosure.papers.shown import Question, content_name, questions
from sekisho.disclosure.record import DisclosureCase


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The claim as the sender is shown it. ``claimant`` is empty where the claimant didn't want to be named; ``posted``
    is what was published, ``right`` the right said to be infringed, ``reason`` why it is evident."""

    posted: str
    right: str
    reason: str
    claimant: str = ""

    def __post_init__(self) -> None:
        """``PaperRefused`` for a missing or overlong part."""
        limit(self.claimant, "claim.claimant", most=MAX_REASON)
        need(self.posted, "claim.posted", most=MAX_REASON)
        need(self.right, "claim.right", most=MAX_REASON)
        need(self.reason, "claim.reason", most=MAX_REASON)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpinionInquiry(Paper):
    """発信者情報開示に係る意見照会書 (情プラ法6条1項; two weeks by the guideline). ``court`` is the court where the
    claim was made there; empty for a claim made to the operator. The term is a day, or a span in words from the day on
    which the letter arrives. ``earlier`` says when the sender was asked before. It decides nothing."""

    questions: tuple[Question, ...]
    wanted: tuple[str, ...]
    claim: Claim
    court: str
    answer_by: date | None
    answer_within: str
    earlier: tuple[str, ...]
    kind: ClassVar[PaperKind] = PaperKind.OPINION_INQUIRY

    @classmethod
    def of(
        cls,
        case: DisclosureCase,
        *,
        to: Addressee,
        items: Iterable[int],
        claim: Claim,
        office: Office,
        number: str,
        dated: date,
        answer_by: date | None = None,
        answer_within: str = "",
        court: str = "",
        earlier: Iterable[str] = (),
    ) -> Self:
        """``items`` are those that are this subscriber's, and no others. Raises ``SecrecyForbidsPaper``,
        ``PaperRefused``, and what :meth:`Frame.of` raises."""
        frame = Frame.of(case, cls.kind, office=office, number=number, dated=dated, addressee=to)
        if (answer_by is None) is not bool(answer_within.strip()):
            raise PaperRefused(field="answer_by", problem="either a day or a span")
        if answer_by is not None and answer_by <= dated:
            raise PaperRefused(field="answer_by", problem="leaves no day for an answer")
        limit(court, "court")
        limit(answer_within, "answer_within")
        before = tuple(earlier)
        for one in before:
            need(one, "earlier", most=MAX_REASON)
        numbers = frozenset(items)
        return cls(
            frame=frame,
            questions=questions(case, numbers),
            wanted=_wanted(case, numbers),
            claim=claim,
            court=court,
            answer_by=answer_by,
            answer_within=answer_within,
            earlier=before,
        )

    @property
    def term(self) -> str:
        """Until when, in words."""
        return f"{self.answer_within}以内" if self.answer_by is None else f"{era_day(self.answer_by)}まで"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpinionAnswer(Paper):
    """回答用紙, enclosed with the letter ``inquiry`` (its number and day): agrees or doesn't, with reasons."""

    inquiry: str
    inquired: date
    term: str
    kind: ClassVar[PaperKind] = PaperKind.OPINION_ANSWER

    @classmethod
    def of(
        cls, case: DisclosureCase, *, to: Addressee, inquiry: OpinionInquiry, office: Office, number: str, dated: date
    ) -> Self:
        """Raises ``SecrecyForbidsPaper``, and what :meth:`Frame.of` raises."""
        return cls(
            frame=Frame.of(case, cls.kind, office=office, number=number, dated=dated, addressee=to),
            inquiry=inquiry.frame.number,
            inquired=inquiry.frame.dated,
            term=inquiry.term,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderNotice(Paper):
    """発信者情報開示命令を受けたことの通知書 (情プラ法6条2項), to a sender who opposed. ``opposed_on`` is the day of
    their answer, ``court``, ``order`` and ``ordered_on`` the order's."""

    questions: tuple[Question, ...]
    wanted: tuple[str, ...]
    court: str
    order: str
    ordered_on: date
    opposed_on: date
    kind: ClassVar[PaperKind] = PaperKind.SENDER_NOTICE

    @classmethod
    def of(
        cls,
        case: DisclosureCase,
        *,
        to: Addressee,
        items: Iterable[int],
        court: str,
        order: str,
        ordered_on: date,
        opposed_on: date,
        office: Office,
        number: str,
        dated: date,
    ) -> Self:
        """Raises ``SecrecyForbidsPaper``, ``PaperRefused``, and what :meth:`Frame.of` raises."""
        frame = Frame.of(case, cls.kind, office=office, number=number, dated=dated, addressee=to)
        need(court, "court")
        need(order, "order")
        if dated < max(ordered_on, opposed_on):
            raise PaperRefused(field="ordered_on", problem="after the paper's own day")
        numbers = frozenset(items)
        return cls(
            frame=frame,
            questions=questions(case, numbers),
            wanted=_wanted(case, numbers),
            court=court,
            order=order,
            ordered_on=ordered_on,
            opposed_on=opposed_on,
        )


def _wanted(case: DisclosureCase, numbers: frozenset[int]) -> tuple[str, ...]:
    every = (one for item in case.items if item.number in numbers for one in item.wanted)
    return tuple(dict.fromkeys(content_name(one) for one in every))
