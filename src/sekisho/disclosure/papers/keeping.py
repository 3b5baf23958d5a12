"""That records are held, until when, and for how much longer. Pure.

How long a hold may be is the gate's and the deadlines' (刑事訴訟法197条3項・4項: 30 days, 60 in all); here the days are
printed as they were decided.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Self

from sekisho.disclosure.papers.errors import PaperRefused
from sekisho.disclosure.papers.frame import MAX_REASON, Frame, Office, Paper, limit, need
from sekisho.disclosure.papers.kinds import PaperKind
from sekisho.disclosure.papers.shown import Question, question
from sekisho.disclosure.record import DisclosureCase


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What is held for one item. ``records`` says which kinds of record; ``expires_on`` is the day on which they would
    be deleted were there no hold (None: not known, or they are kept longer). Where nothing is held ``why`` says why."""

    item: int
    records: str = ""
    expires_on: date | None = None
    why: str = ""

    def __post_init__(self) -> None:
        """``PaperRefused`` where it says neither what is held nor why nothing is, or both."""
        if bool(self.records.strip()) is bool(self.why.strip()):
            raise PaperRefused(field="held", problem=f"item {self.item} needs either records or a reason")
        if self.expires_on is not None and not self.records.strip():
            raise PaperRefused(field="held.expires_on", problem=f"nothing is held for item {self.item}")
        limit(self.records, "held.records")
        limit(self.why, "held.why", most=MAX_REASON)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldRow:
    """A question and what is held for it, as printed."""

    question: Question
    held: Held


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldNotice(Paper):
    """通信履歴等の保全通知書. ``until`` is the last day; None where the hold ends with an event that ``ends`` names (a
    court's final decision)."""

    rows: tuple[HeldRow, ...]
    since: date
    until: date | None
    ends: str
    kind: ClassVar[PaperKind] = PaperKind.HOLD_NOTICE

    @classmethod
    def of(
        cls,
        case: DisclosureCase,
        held: Iterable[Held],
        *,
        office: Office,
        number: str,
        dated: date,
        since: date,
        until: date | None,
        ends: str = "",
    ) -> Self:
        """Raises ``PaperRefused``, and what :meth:`Frame.of` raises."""
        if until is None:
            need(ends, "ends")
        elif until < since:
            raise PaperRefused(field="until", problem="before its beginning")
        limit(ends, "ends")
        return cls(
            frame=Frame.of(case, cls.kind, office=office, number=number, dated=dated),
            rows=held_rows(case, held),
            since=since,
            until=until,
            ends=ends,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldExtension(Paper):
    """保全期間延長通知書. ``since`` is the day on which the first request came."""

    rows: tuple[HeldRow, ...]
    since: date
    was_until: date
    until: date
    kind: ClassVar[PaperKind] = PaperKind.HOLD_EXTENSION

    @property
    def total_days(self) -> int:
        """Days from the first after which the hold began to run, to the last (民法140条 leaves the first day out)."""
        return (self.until - self.since).days

    @classmethod
    def of(
        cls,
        case: DisclosureCase,
        held: Iterable[Held],
        *,
        office: Office,
        number: str,
        dated: date,
        since: date,
        was_until: date,
        until: date,
    ) -> Self:
        """Raises ``PaperRefused``, and what :meth:`Frame.of` raises."""
        if not since <= was_until < until:
            raise PaperRefused(field="until", problem="an extension ends later than what it extends")
        return cls(
            frame=Frame.of(case, cls.kind, office=office, number=number, dated=dated),
            rows=held_rows(case, held),
            since=since,
            was_until=was_until,
            until=until,
        )


def held_rows(case: DisclosureCase, held: Iterable[Held]) -> tuple[HeldRow, ...]:
    """Each with its question, in the request's order. ``PaperRefused`` for none, one twice, or one it hasn't."""
    items = {item.number: item for item in case.items}
    rows: dict[int, HeldRow] = {}
    for one in held:
        if one.item not in items or one.item in rows:
            raise PaperRefused(field="held", problem=f"item {one.item} isn't in the request, or stands twice")
        rows[one.item] = HeldRow(question=question(items[one.item]), held=one)
    if not rows:
        raise PaperRefused(field="held", problem="no item")
    return tuple(rows[number] for number in sorted(rows))
