"""What was decided about a claim, with reasons. Pure: the decision itself is the desk's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Self

from sekisho.disclosure.papers.errors import PaperRefused
from sekisho.disclosure.papers.frame import MAX_REASON, Frame, Office, Paper, limit, need
from sekisho.disclosure.papers.kinds import PaperKind
from sekisho.disclosure.papers.shown import Answered, AnswerRow, Question, answer_rows, questions
from sekisho.disclosure.record import DisclosureCase


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosureDecision(Paper):
    """発信者情報開示決定通知書: what is disclosed, item by item. ``how`` says how it reaches the claimant where it
    isn't on this paper."""

    rows: tuple[AnswerRow, ...]
    how: str
    kind: ClassVar[PaperKind] = PaperKind.DISCLOSURE_DECISION

    @classmethod
    def of(
        cls,
        case: DisclosureCase,
        answers: Iterable[Answered],
        *,
        office: Office,
        number: str,
        dated: date,
        how: str = "",
    ) -> Self:
        """Raises ``NotAskedFor``, ``PaperRefused`` (also where nothing at all is disclosed: that is a refusal), and
        what :meth:`Frame.of` raises."""
        rows = answer_rows(case, answers)
        if not any(row.told for row in rows):
            raise PaperRefused(field="answers", problem="nothing is disclosed: make a refusal")
        limit(how, "how", most=MAX_REASON)
        frame = Frame.of(case, cls.kind, office=office, number=number, dated=dated)
        return cls(frame=frame, rows=rows, how=how)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalDecision(Paper):
    """発信者情報不開示決定通知書. ``reasons`` are sentences for the claimant; never anything of the sender."""

    questions: tuple[Question, ...]
    reasons: tuple[str, ...]
    kind: ClassVar[PaperKind] = PaperKind.REFUSAL_DECISION

    @classmethod
    def of(
        cls,
        case: DisclosureCase,
        reasons: Iterable[str],
        *,
        office: Office,
        number: str,
        dated: date,
        items: Iterable[int] | None = None,
    ) -> Self:
        """``items``: those refused, all by default. Raises ``PaperRefused``, and what :meth:`Frame.of` raises."""
        every = tuple(reasons)
        if not every:
            raise PaperRefused(field="reasons", problem="empty")
        for one in every:
            need(one, "reasons", most=MAX_REASON)
        frame = Frame.of(case, cls.kind, office=office, number=number, dated=dated)
        return cls(frame=frame, questions=questions(case, items), reasons=every)
