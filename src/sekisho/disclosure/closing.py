"""The end of what a case held: its working copies when it is closed, its record when its time is over; and the end of
the reports of a leak.

(1) planned    what lies under the key is counted; a canary is sealed under it
(2) destroyed  the key is gone, on record
(3) probed     another process, which could open the canary before, is refused it and samples of the rows
(4) live       the certificate, and the unreadable ciphertext is emptied: a key backup may still hold the key
    final      every backup that held it is recorded as gone

A step is done again wherever it isn't noted; each may be. What stays of a case is what tells of nobody: its type, its
dates, what was found and why not, how it ended.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum
from functools import partial
from typing import Any, Final

from sqlalchemy import Connection, Row, Table, func, literal, select, update

from sekisho.clock import japan_date
from sekisho.destruction.certificate import DISCLOSURE, STEPS, issue
from sekisho.destruction.probing import Prober, Sample
from sekisho.destruction.steps import Steps
from sekisho.disclosure import attaching, leaks, outcome_rows, rows
from sekisho.disclosure.errors import UnknownCase
from sekisho.disclosure.listing import index_keys
from sekisho.disclosure.progress import State
from sekisho.disclosure.tables import (
    disclosure_attachment,
    disclosure_case,
    disclosure_deadline,
    disclosure_destruction,
    disclosure_item,
    disclosure_leak,
    disclosure_outcome,
)
from sekisho.keys.schedule import Period, disclosure_key, disclosure_work_key, last_day
from sekisho.store import custody
from sekisho.workspace import Workspace

PLANNED_LEAF: Final = "disclosure.destruction_planned"
PROBED_LEAF: Final = "disclosure.destruction_probed"
CERTIFIED_LEAF: Final = "disclosure.destruction_certified"
FINAL_LEAF: Final = "disclosure.destruction_final"

KEPT: Final = Period(years=5)
"""How long a closed case's record is kept, and what a month's key holds besides (refusals, exchanges) after its last
day. A house figure: no law names one for these records (the proposed default of ``disclosure.kept_years``)."""
WORK_REASON: Final = "the case was closed"
RECORD_REASON: Final = "the time for which the case's record was kept is over"
LEAK_REASON: Final = "the time for which the leak's reports were kept is over"
INDEX_REASON: Final = "the years since that month are over, and no case of it has a record any more"
SAMPLES: Final = 4
"""Rows of each table that the probe tries besides the canary."""
_EMPTY: Final = b""


class Ended(StrEnum):
    """How far the end of a key has come."""

    PLANNED = "planned"
    DESTROYED = "destroyed"
    PROBED = "probed"
    LIVE = "live"
    FINAL = "final"


class Endings:
    """Ends the keys of closed cases, for one run."""

    def __init__(self, workspace: Workspace, prober: Prober | None, *, by: str) -> None:
        """``prober`` None: only to look. ``by`` is the staff id on record."""
        self._workspace = workspace
        self._steps = Steps(workspace, disclosure_destruction, prober, by=by)

    def due(self) -> list[str]:
        """Keys whose end has come, or was begun and isn't final: working copies of closed cases, records whose time is
        over, months of which no record is left, reports of leaks whose time is over."""
        names, today = self._workspace.keyring.names(), japan_date(self._workspace.clock.now())
        found = set(self._steps.begun(until=Ended.FINAL.value))
        with self._workspace.database.read() as connection:
            closed = self._closed(connection)
            over = [case_id for case_id, until in closed.items() if until is not None and until < today]
            ended = {disclosure_work_key(one) for one in closed} | {disclosure_key(one) for one in over}
            over_leaks = [one for one, until in leaks.kept_until(connection).items() if until < today]
            ended |= {disclosure_key(one) for one in over_leaks}
            found.update(ended.intersection(names))
            found.update(key for key in index_keys(names) if self._month_is_over(connection, key, today))
        return sorted(found)

    def run(self, key: str) -> Ended:
        """Take the end of a key as far as it goes now. Raises ``ProbeFailed`` and what keyring and store raise; what
        was done stays done. ``UnknownCase`` for a key that isn't due."""
        row = self._steps.row(key)
        if row is None:
            if key not in self.due():
                raise UnknownCase(case=key.rpartition("/")[2][:64])
            self._plan(key)
            row = self._steps.need(key)
        steps = {
            Ended.PLANNED: self._destroy,
            Ended.DESTROYED: self._probe,
            Ended.PROBED: self._certify,
            Ended.LIVE: self._finish,
        }
        for state, step in steps.items():
            if row.state == state.value:
                row = self._steps.take(key, row, step)
        return Ended(row.state)

    def run_all(self) -> Iterator[tuple[str, Ended]]:
        """Every key that is due."""
        for key in self.due():
            yield key, self.run(key)

    # --- the steps ---------------------------------------------------------------------------------------------------

    def _plan(self, key: str) -> None:
        with self._workspace.database.read() as connection:
            counted = {str(table.name): self._count(connection, table, key) for table in _TABLES}
            leaves = custody.count_under(connection, key)
        said = {
            "key": key,
            "rows": {name: count for name, count in counted.items() if count},
            "leaves": leaves,
            "by": self._steps.by,
        }
        self._steps.begin(key, Ended.PLANNED, self._steps.leaf(PLANNED_LEAF, said), case_id=_case(key))

    def _destroy(self, key: str, row: Row[Any]) -> None:
        if self._workspace.keyring.exists(key):
            self._steps.require_open(key, row)
        leaf_id = self._steps.destroy(key, reason=_reason(key))
        self._steps.note(key, Ended.PLANNED, Ended.DESTROYED, {"destroyed_leaf": leaf_id})

    def _probe(self, key: str, row: Row[Any]) -> None:
        with self._workspace.database.read() as connection:
            samples = [self._steps.canary(key, row), *_samples(connection, key)]
        asked = self._steps.require_refused(key, samples)
        said = {"key": key, "tried": len(samples), "refused": asked.refused, "opened": 0, "epoch": asked.epoch}
        leaf = self._steps.leaf(PROBED_LEAF, said)
        self._steps.note(key, Ended.DESTROYED, Ended.PROBED, {"probed_leaf": leaf.id}, [leaf])

    def _certify(self, key: str, row: Row[Any]) -> None:
        del row
        said = {"key": key, "state": Ended.LIVE.value, "backups": self._steps.backups(key)}
        leaf = self._steps.leaf(CERTIFIED_LEAF, said)
        self._steps.note(
            key, Ended.PROBED, Ended.LIVE, {"certified_leaf": leaf.id}, [leaf], write=partial(_erase, key=key)
        )

    def _finish(self, key: str, row: Row[Any]) -> None:
        del row
        if self._steps.is_final(key):
            leaf = self._steps.leaf(FINAL_LEAF, {"key": key, "state": Ended.FINAL.value})
            self._steps.note(key, Ended.LIVE, Ended.FINAL, {"final_leaf": leaf.id}, [leaf])

    # --- what is due -------------------------------------------------------------------------------------------------

    def _closed(self, connection: Connection) -> dict[str, date | None]:
        table = disclosure_case
        query = select(table.c.id, table.c.kept_until).where(table.c.state == State.CLOSED.value)
        return {row.id: row.kept_until for row in connection.execute(query)}

    def _month_is_over(self, connection: Connection, key: str, today: date) -> bool:
        """Whether every case of that month has lost its record, an index of nothing finding nobody, and the time is
        over for what else lies under its key: a month may have had refusals and exchanges, and no case at all."""
        month = date.fromisoformat(f"{key.rpartition('/')[2]}-01")
        if today <= last_day(month + timedelta(days=monthrange(month.year, month.month)[1] - 1), KEPT):
            return False
        table = disclosure_case
        ids = connection.execute(select(table.c.id).where(table.c.index_key == key)).scalars().all()
        return not any(self._workspace.keyring.exists(disclosure_key(one)) for one in ids)

    def _count(self, connection: Connection, table: Table, key: str) -> int:
        query = select(func.count()).select_from(table).where(_under(table, key))
        return int(connection.execute(query).scalar_one())


_TABLES: Final = (disclosure_case, disclosure_item, disclosure_outcome, disclosure_attachment, disclosure_leak)


def _under(table: Table, key: str) -> Any:
    """The rows of a table that have something under a key."""
    if table is disclosure_attachment:
        return table.c.key == key
    if table is disclosure_case:
        return table.c.index_key == key if key.startswith("disclosure-index/") else table.c.id == _record(key)
    if table is disclosure_leak:
        return _reports(key)
    if table is disclosure_item:
        return table.c.case_id == _record(key)
    return table.c.case_id == _case(key)


def _case(key: str) -> str:
    """The case of a key; a month's has none."""
    return "" if key.startswith("disclosure-index/") else key.rpartition("/")[2]


def _record(key: str) -> str:
    """The case whose record a key holds; none for another key."""
    return _case(key) if key.startswith("disclosure/") else ""


def _reports(key: str) -> Any:
    """The reports of an incident; none for another key."""
    return disclosure_leak.c.id.startswith(f"{_case(key)}-", autoescape=True) & literal(_is_leak(key))


def _is_leak(key: str) -> bool:
    return key.startswith(f"disclosure/{leaks.PREFIX}")


def _reason(key: str) -> str:
    if _is_leak(key):
        return LEAK_REASON
    if key.startswith("disclosure-index/"):
        return INDEX_REASON
    return RECORD_REASON if _record(key) else WORK_REASON


def _samples(connection: Connection, key: str) -> list[Sample]:
    case_id = _case(key)
    papers = select(disclosure_attachment).where(disclosure_attachment.c.key == key).limit(SAMPLES)
    found = [
        Sample(row.body, attaching.place_of(row.case_id, row.id, row.kind)) for row in connection.execute(papers)
    ]
    if not case_id:
        return found
    if _is_leak(key):
        reports = connection.execute(select(disclosure_leak).where(_reports(key)).limit(SAMPLES))
        return [*found, *(Sample(row.body, leaks.BODY.place(row.id)) for row in reports)]
    outcomes = select(disclosure_outcome).where(disclosure_outcome.c.case_id == case_id).limit(SAMPLES)
    for row in connection.execute(outcomes):
        place = f"{case_id}/{row.number}"
        if _record(key):
            found.append(Sample(row.evidence, outcome_rows.EVIDENCE.place(place)))
        else:
            found.append(Sample(row.result, outcome_rows.RESULT.place(place)))
    if _record(key):
        body = connection.execute(select(disclosure_case.c.body).where(disclosure_case.c.id == case_id)).scalar_one()
        found.append(Sample(body, rows.BODY.place(case_id)))
    return found


def _erase(connection: Connection, key: str) -> None:
    """Empty what nothing opens any more."""
    case_id, papers, outcomes = _case(key), disclosure_attachment, disclosure_outcome
    connection.execute(update(papers).where(papers.c.key == key).values(body=_EMPTY, sha256=""))
    if key.startswith("disclosure-index/"):
        cases = disclosure_case
        gone = {"requester_index": bytes(32), "number_index": None}
        connection.execute(update(cases).where(cases.c.index_key == key).values(gone))
        return
    if _is_leak(key):
        connection.execute(update(disclosure_leak).where(_reports(key)).values(body=_EMPTY))
        return
    if not _record(key):
        connection.execute(update(outcomes).where(outcomes.c.case_id == case_id).values(result=_EMPTY))
        return
    connection.execute(update(outcomes).where(outcomes.c.case_id == case_id).values(evidence=_EMPTY))
    # A record that is gone has nothing left to wait for: its secrecy can't be ended any more.
    terms = disclosure_deadline
    connection.execute(
        update(terms).where(terms.c.case_id == case_id, terms.c.state == rows.OPEN).values(state="cancelled")
    )
    items, cases = disclosure_item, disclosure_case
    connection.execute(update(items).where(items.c.case_id == case_id).values(body=_EMPTY, decision=None))
    gone = {"body": _EMPTY, "requester_index": bytes(32), "number_index": None}
    connection.execute(update(cases).where(cases.c.id == case_id).values(gone))


def issued(workspace: Workspace, key: str) -> dict[str, Any]:
    """The certificate of an ended key, over the ledger as published. Raises ``UnknownCase`` where there is none yet,
    ``NotPublished`` where the ledger's checkpoint is older."""
    table = disclosure_destruction
    with workspace.database.read() as connection:
        row = connection.execute(select(table).where(table.c.key == key)).one_or_none()
    if row is None or row.certified_leaf is None:
        raise UnknownCase(case=key.rpartition("/")[2][:64])
    leaves = {step: row._mapping[f"{step}_leaf"] for step, _ in STEPS[DISCLOSURE]}  # noqa: SLF001  SQLAlchemy's documented way to columns by name
    return issue(workspace, DISCLOSURE, key=key, leaves=leaves)
