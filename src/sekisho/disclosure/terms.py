"""Which terms begin with which step of a case. Pure; how long each is stands in :mod:`sekisho.disclosure.deadlines`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from sekisho.business_days import business_days_after
from sekisho.clock import japan_date
from sekisho.disclosure.deadlines import DeadlineKind, deadline
from sekisho.disclosure.kinds import CASE_TYPES, CaseType
from sekisho.disclosure.progress import Event
from sekisho.disclosure.record import DisclosureCase, SecrecyState

EMERGENCY_REVIEW: Final = "emergency_review"
"""The review afterwards of what was approved from outside."""
EMERGENCY_REVIEW_DAYS: Final = 3
"""Business days for it. A house figure: no law asks for the review."""
OBJECTION: Final = DeadlineKind.OBJECTION.value
SECRECY: Final = DeadlineKind.SECRECY_ORDER.value
OUTLIVE: Final = frozenset({SECRECY})
"""Terms that go on where a case is closed: its secrecy doesn't end by that."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A term: its kind, the day of the step, its last day."""

    kind: str
    started_on: date
    due_on: date


def begun_by(case: DisclosureCase, event: Event, on: date) -> tuple[Begun, ...]:
    """The terms that begin when ``event`` happens on ``on`` (a Japan date)."""
    found = []
    if event in (Event.RECEIVE, Event.ANSWER) and (last := last_secret_day(case)) is not None:
        found.append(Begun(SECRECY, on, last))
    if event is Event.EMERGENCY:
        found.append(Begun(EMERGENCY_REVIEW, on, business_days_after(on, EMERGENCY_REVIEW_DAYS)))
    if event is Event.DELIVER and case.type is CaseType.IDENTIFICATION_ORDER:
        found.append(_of(DeadlineKind.IDENTIFICATION_LAPSE, on))
    if event is Event.WAIT and CASE_TYPES[case.type].hears_sender:
        found.append(_of(DeadlineKind.OBJECTION, on))
    return tuple(found)


def last_secret_day(case: DisclosureCase) -> date | None:
    """The last day of a case's secrecy; None where only a document ends it, or where there is none.

    An order that names no day ends a year after the day on which it was given (that of its receipt where the paper has
    no date): no order is longer (刑訴法102条の2).
    """
    if case.secrecy.until is not None or case.secrecy.state is not SecrecyState.ORDERED:
        return case.secrecy.until
    given = case.document.dated or japan_date(case.received_at)
    return deadline(DeadlineKind.SECRECY_ORDER, given).last_day


def _of(kind: DeadlineKind, on: date) -> Begun:
    return Begun(kind.value, on, deadline(kind, on).last_day)
