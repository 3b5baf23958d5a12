"""Terms of a case that people open and end by hand, and the terms of many cases at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Final

from sqlalchemy import Connection, select

from sekisho.access.principal import Principal
from sekisho.disclosure import rows, terms, visibility
from sekisho.disclosure.deadlines import DeadlineKind
from sekisho.disclosure.errors import CaseRefused
from sekisho.disclosure.hearing.service import OBJECTOR_NOTICE
from sekisho.disclosure.rows import CaseEntry, Deadline
from sekisho.disclosure.stepping import Stepping
from sekisho.disclosure.tables import disclosure_case, disclosure_deadline

OWN: Final = frozenset(
    {
        *(terms.EMERGENCY_REVIEW, terms.OBJECTION, terms.SECRECY, OBJECTOR_NOTICE),
        *(DeadlineKind.IDENTIFICATION_LAPSE.value, DeadlineKind.HEARING_ANSWER.value),
        *(DeadlineKind.PRESERVATION.value, DeadlineKind.HOLD_REVIEW.value),
    }
)
"""Terms that begin and end with their own steps: what must be done by a further person is ended by doing it, and by
what day a notice came in time, or a hold ends, is nobody's to say."""
MAX_CASES: Final = 1_000
"""Cases whose terms one query reads; a page has fewer."""


def set_deadline(
    steps: Stepping, case_id: str, kind: str, *, started_on: date, due_on: date, by: Principal
) -> CaseEntry:
    """Open a term; an open one of the same kind gives way. Raises ``CaseRefused`` for one of :data:`OWN`,
    ``UnknownCase``."""
    _require_no_own(kind)
    known = steps.known(case_id, by)

    def write(connection: Connection, now: datetime) -> None:
        rows.set_deadline(connection, case_id, kind, started_on=started_on, due_on=due_on, at=now)

    said = {"term": kind, "started_on": started_on.isoformat(), "due_on": due_on.isoformat()}
    return steps.note(known, "term", said, by=by, write=write)


def end_deadline(steps: Stepping, case_id: str, kind: str, *, state: str, note: str, by: Principal) -> CaseEntry:
    """End the open term of a kind. Raises as :func:`set_deadline`."""
    _require_no_own(kind)
    known = steps.known(case_id, by)

    def write(connection: Connection, now: datetime) -> None:
        rows.end_deadline(connection, case_id, kind, state=state, at=now, by=by.staff_id)

    said = {"term": kind, "state": state, "note": rows.note(note, "note") if note else ""}
    return steps.note(known, "term_ended", said, by=by, write=write)


def of_cases(steps: Stepping, case_ids: Collection[str], *, by: Principal) -> Mapping[str, list[Deadline]]:
    """Every term of each case, by case, in one query; the first due first. A case that ``by`` mayn't know of has none,
    like one that isn't there. Raises ``ScopeMissing``; ``ValueError`` for more than :data:`MAX_CASES`."""
    if len(case_ids) > MAX_CASES:
        raise ValueError(f"at most {MAX_CASES} cases at once")
    table, cases = disclosure_deadline, disclosure_case
    query = (
        select(table)
        .join(cases, cases.c.id == table.c.case_id)
        .where(cases.c.id.in_(list(case_ids)), visibility.visible(by))
        .order_by(table.c.due_on, table.c.id)
    )
    found: dict[str, list[Deadline]] = {one: [] for one in case_ids}
    with steps.workspace.database.read() as connection:
        for row in connection.execute(query):
            found[row.case_id].append(rows.deadline_of(row))
    return found


def _require_no_own(kind: str) -> None:
    if kind in OWN:
        raise CaseRefused(field="kind", problem=f"{kind} begins and ends with its own steps")
