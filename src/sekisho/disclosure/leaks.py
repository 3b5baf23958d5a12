"""Leaks of one workspace that must be reported: taken down, filled in, printed, recorded as submitted.

Each category of an incident has its own report with its own terms (:mod:`sekisho.disclosure.leak_report`). Nothing is
sent anywhere: a person submits the printed form, and records that. What the reports say is under the incident's own
key; each step is a leaf. For the privacy officer, who approves and searches nothing; the desk's auditors may read.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from sekisho.access.errors import ScopeMissing
from sekisho.access.once import id_of
from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.clock import japan_date
from sekisho.disclosure import rows
from sekisho.disclosure.deadlines import deadline
from sekisho.disclosure.leak_report import (
    FIELDS,
    MAX_FIELD,
    Category,
    Filed,
    LeakField,
    LeakReport,
    LeakStanding,
    Stage,
    lacking,
    terms_of,
)
from sekisho.disclosure.reports.errors import (
    LeakIncomplete,
    LeakMoved,
    LeakRefused,
    LeakState,
    NoSuchReport,
    SameOfficer,
)
from sekisho.disclosure.rows import Deadline
from sekisho.disclosure.tables import disclosure_deadline, disclosure_leak
from sekisho.errors import IdempotencyKeyReused
from sekisho.keys.errors import KeyDestroyed
from sekisho.keys.schedule import Period, disclosure_key, last_day
from sekisho.store.personal import PersonalColumn
from sekisho.workspace import Workspace

LEAK_LEAF: Final = "disclosure.leak"
PREFIX: Final = "k"
"""How an incident's id begins; a case's begins with ``d``."""
KEPT: Final = Period(years=5)
"""How long an incident's reports are kept after the last of them was submitted or found unneeded. A house figure, like
that of a case's record: no law was found that names one."""
BODY: Final = PersonalColumn("disclosure_leak", "body")
READERS: Final = frozenset({Scope.APPROVE, Scope.DISCLOSURE_AUDIT})
_AFTER: Final = {Stage.FIRST: LeakStanding.FIRST_REPORTED, Stage.DETAILS: LeakStanding.REPORTED}
_FROM: Final = {
    Stage.FIRST: frozenset({LeakStanding.OPEN}),
    Stage.DETAILS: frozenset({LeakStanding.OPEN, LeakStanding.FIRST_REPORTED}),
}
_RUNNING: Final = frozenset({LeakStanding.OPEN, LeakStanding.FIRST_REPORTED})


class Leaks:
    """The leak reports of one workspace. Thread-safe."""

    def __init__(self, workspace: Workspace) -> None:
        """Reads and writes nothing until asked to."""
        self._workspace = workspace

    # --- taking down -------------------------------------------------------------------------------------------------

    def open(
        self,
        noticed_at: datetime,
        categories: frozenset[Category],
        fields: Mapping[str, str],
        *,
        malice: bool = False,
        by: Principal,
        idempotency_key: str | None = None,
    ) -> tuple[LeakReport, ...]:
        """Take an incident down: one report for each category, with the same words to begin with; their terms run from
        the Japan day of ``noticed_at`` (aware: when it became known).

        The same incident under the same key is the one that was taken down before, as it stands now.

        Raises ``LeakRefused`` (no category, a time to come, a field that isn't one), ``ScopeMissing``,
        ``IdempotencyKeyReused``.
        """
        by.require(Scope.APPROVE)
        now = self._workspace.clock.now()
        if not categories:
            raise LeakRefused(field="categories", problem="at least one")
        if noticed_at.tzinfo is None or noticed_at > now:
            raise LeakRefused(field="noticed_at", problem="a time with zone that has come")
        words = _checked(fields)
        incident = id_of(PREFIX, by, idempotency_key)
        if idempotency_key is not None and (before := self._of(incident)):
            return _same(before, noticed_at, categories, malice=malice, key=idempotency_key)
        self._workspace.keyring.ensure(disclosure_key(incident))
        made = tuple(
            LeakReport(f"{incident}-{one.value}", incident, one, noticed_at, malice, words, opened_by=by.staff_id)
            for one in Category
            if one in categories
        )
        started = japan_date(noticed_at)

        def write(connection: Connection) -> None:
            for one in made:
                connection.execute(
                    insert(disclosure_leak).values(
                        id=one.id,
                        state=one.state.value,
                        kind=one.category.value,
                        noticed_at=noticed_at,
                        made_at=now,
                        made_by=by.staff_id,
                        body=self._seal(one),
                    )
                )
                for kind in terms_of(one.category, malice=malice):
                    due = deadline(kind, started).last_day
                    rows.set_deadline(connection, one.id, kind.value, started_on=started, due_on=due, at=now)

        said = {"categories": sorted(categories), "noticed_at": noticed_at.isoformat(), "malice": malice}
        leaf = self._leaf(incident, "opened", said, by, now)
        try:
            self._workspace.commit(write, [leaf])
        except IntegrityError:  # sent twice at the same moment: the other was first
            if idempotency_key is None or not (before := self._of(incident)):
                raise
            return _same(before, noticed_at, categories, malice=malice, key=idempotency_key)
        return made

    def fill(self, report_id: str, fields: Mapping[str, str], *, by: Principal) -> LeakReport:
        """Fill fields in, in place of what stood there; the others stay. Possible until the details were submitted.

        Raises ``LeakRefused``, ``LeakState``, ``LeakMoved``, ``NoSuchReport``, ``ScopeMissing``.
        """
        by.require(Scope.APPROVE)
        before, sealed = self._known(report_id)
        if before.state not in _RUNNING:
            raise LeakState(report=report_id, state=before.state.value)
        words = _checked(fields)
        after = replace(before, fields={**before.fields, **words})
        said = {"fields": {one.value: text for one, text in sorted(words.items())}}
        return self._change(after, sealed, "filled", said, by)

    # --- what became of it -------------------------------------------------------------------------------------------

    def submitted(
        self, report_id: str, stage: Stage, *, on: date, office: str, reference: str = "", by: Principal
    ) -> LeakReport:
        """Record that a person submitted a report on a day (a Japan date), to which office; its term ends. Told again
        in the same words, it is told once.

        Raises ``LeakIncomplete`` where a needed field is empty, ``LeakRefused`` (a day to come, or before the leak was
        known), ``LeakState``, ``LeakMoved``, ``NoSuchReport``, ``ScopeMissing``, ``ProofTooWeak``.
        """
        by.require(Scope.APPROVE)
        by.require_proof("leak.submitted")
        before, sealed = self._known(report_id)
        filed = Filed(stage, on, _text(office, "office"), _short(reference, "reference"), by.staff_id)
        if filed in before.filed:
            return before
        if before.state not in _FROM[stage]:
            raise LeakState(report=report_id, state=before.state.value)
        missing = before.missing(stage)
        if missing:
            raise LeakIncomplete(**lacking(stage, missing))
        if not japan_date(before.noticed_at) <= on <= japan_date(self._workspace.clock.now()):
            raise LeakRefused(field="on", problem="from the day it became known until today")
        first, details = terms_of(before.category, malice=before.malice)
        # Whoever submits the details at once has told what the first report would have.
        ended = (first,) if stage is Stage.FIRST else (first, details)
        after = replace(before, state=_AFTER[stage], filed=(*before.filed, filed))
        said = {"filed": filed.document(), "fields": after.document()["fields"]}
        kinds = tuple(one.value for one in ended)
        return self._change(after, sealed, f"submitted.{stage.value}", said, by, ended=kinds)

    def not_needed(self, report_id: str, why: str, *, by: Principal) -> LeakReport:
        """Record that no report is needed, and why. By another person than who opened it, with a token shown.

        Raises ``SameOfficer``, ``LeakState`` (something was submitted already), ``LeakRefused``, ``LeakMoved``,
        ``NoSuchReport``, ``ScopeMissing``, ``ProofTooWeak``.
        """
        by.require(Scope.APPROVE)
        by.require_proof("leak.not_needed")
        before, sealed = self._known(report_id)
        if before.state is not LeakStanding.OPEN:
            raise LeakState(report=report_id, state=before.state.value)
        if by.staff_id == before.opened_by:
            raise SameOfficer(report=report_id, staff_id=by.staff_id)
        reason = _text(why, "why")
        after = replace(before, state=LeakStanding.NOT_NEEDED, why_not=reason)
        kinds = tuple(one.value for one in terms_of(before.category, malice=before.malice))
        return self._change(after, sealed, "not_needed", {"why": reason}, by, ended=kinds, how="cancelled")

    # --- reading -----------------------------------------------------------------------------------------------------

    def find(self, report_id: str, *, by: Principal) -> LeakReport:
        """One report. Raises ``NoSuchReport``, ``ScopeMissing``, ``KeyDestroyed``."""
        _require_reader(by)
        return self._known(report_id)[0]

    def every(self, *, by: Principal) -> list[LeakReport]:
        """All of them that are kept still, the youngest first. Raises ``ScopeMissing``."""
        _require_reader(by)
        table = disclosure_leak
        with self._workspace.database.read() as connection:
            ids = connection.execute(select(table.c.id).order_by(table.c.noticed_at.desc(), table.c.id)).scalars().all()
        found = []
        for one in ids:
            with suppress(KeyDestroyed):
                found.append(self._known(one)[0])
        return found

    def deadlines(self, report_id: str, *, by: Principal) -> list[Deadline]:
        """Its terms. Raises ``NoSuchReport``, ``ScopeMissing``."""
        _require_reader(by)
        self._known(report_id)
        with self._workspace.database.read() as connection:
            return rows.deadlines_of(connection, report_id)

    # --- how ---------------------------------------------------------------------------------------------------------

    def _of(self, incident: str) -> tuple[LeakReport, ...]:
        """The reports of an incident; none where it isn't there."""
        table = disclosure_leak
        with self._workspace.database.read() as connection:
            query = select(table.c.id).where(table.c.id.in_([f"{incident}-{one.value}" for one in Category]))
            there = set(connection.execute(query).scalars())
        ids = [f"{incident}-{one.value}" for one in Category]
        return tuple(self._known(one)[0] for one in ids if one in there)

    def _known(self, report_id: str) -> tuple[LeakReport, bytes]:
        table = disclosure_leak
        with self._workspace.database.read() as connection:
            body = connection.execute(select(table.c.body).where(table.c.id == report_id)).scalar_one_or_none()
        if body is None:
            raise NoSuchReport(report=report_id[:64])
        key = disclosure_key(incident_of(report_id))
        return LeakReport.read(BODY.open(self._workspace.keyring, body, row_id=report_id, key=key)), body

    def _seal(self, one: LeakReport) -> bytes:
        return BODY.seal(self._workspace.keyring, one.document(), row_id=one.id, key=disclosure_key(one.incident))

    def _leaf(self, incident: str, step: str, said: Mapping[str, Any], by: Principal, now: datetime) -> Any:
        body = {"incident": incident, "step": step, "by": by.staff_id, "proof": by.proof.value, "said": dict(said)}
        return self._workspace.seal(
            kind=LEAK_LEAF, owner=disclosure_key(incident), body=rows.canonical(body), at=now
        )

    def _change(
        self,
        after: LeakReport,
        sealed: bytes,
        step: str,
        said: Mapping[str, Any],
        by: Principal,
        *,
        ended: tuple[str, ...] = (),
        how: str = "done",
    ) -> LeakReport:
        """Change a report that is still as ``sealed`` has it; ``LeakMoved`` otherwise."""
        table, now, body = disclosure_leak, self._workspace.clock.now(), self._seal(after)

        def write(connection: Connection) -> None:
            mine = (table.c.id == after.id) & (table.c.body == sealed)
            done = connection.execute(update(table).where(mine).values(state=after.state.value, body=body))
            if done.rowcount != 1:
                raise LeakMoved(report=after.id)
            for kind in ended:
                rows.end_deadline(connection, after.id, kind, state=how, at=now, by=by.staff_id)

        leaf = self._leaf(after.incident, step, {"report": after.id, **said}, by, now)
        self._workspace.commit(write, [leaf])
        return after


def _same(
    before: tuple[LeakReport, ...], noticed_at: datetime, categories: frozenset[Category], *, malice: bool, key: str
) -> tuple[LeakReport, ...]:
    asked = {(one, noticed_at, malice) for one in categories}
    if {(one.category, one.noticed_at, one.malice) for one in before} != asked:
        raise IdempotencyKeyReused(key=key)
    return before


def incident_of(report_id: str) -> str:
    """The incident of a report's id."""
    return report_id.partition("-")[0]


def kept_until(connection: Connection) -> dict[str, date]:
    """Incidents of which nothing is left to submit, and the last Japan day on which their reports are kept."""
    table, terms = disclosure_leak, disclosure_deadline
    query = select(table.c.id, table.c.state, terms.c.ended_at).join(terms, terms.c.case_id == table.c.id)
    running, ended = set(), dict[str, date]()
    for row in connection.execute(query):
        incident = incident_of(row.id)
        if LeakStanding(row.state) in _RUNNING or row.ended_at is None:
            running.add(incident)
        else:
            ended[incident] = max(ended.get(incident, date.min), japan_date(row.ended_at))
    return {one: last_day(on, KEPT) for one, on in ended.items() if one not in running}


def _require_reader(by: Principal) -> None:
    if not by.scopes & READERS:
        raise ScopeMissing(scope=Scope.APPROVE.value, staff_id=by.staff_id)


def _checked(fields: Mapping[str, str]) -> dict[LeakField, str]:
    names = {one.value: one for one in FIELDS}
    for name, text in fields.items():
        if name not in names:
            raise LeakRefused(field=name[:40], problem="not one of the ten fields")
        if len(text) > MAX_FIELD:
            raise LeakRefused(field=name, problem=f"longer than {MAX_FIELD} characters")
    return {names[name]: text.strip() for name, text in fields.items()}


def _text(text: str, field: str) -> str:
    if not text.strip():
        raise LeakRefused(field=field, problem="empty")
    return _short(text, field)


def _short(text: str, field: str) -> str:
    if len(text) > MAX_FIELD:
        raise LeakRefused(field=field, problem=f"longer than {MAX_FIELD} characters")
    return text.strip()
