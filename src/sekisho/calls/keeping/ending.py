"""The end of a month's key, once the last row under it has gone: what was deleted then opens nowhere any more, not in
a copy of the database either.

(1) planned    nothing is left under the key; a canary is sealed under it
(2) destroyed  the key is gone, on record
(3) probed     another process, which could open the canary before, is refused it
(4) live       the certificate; a key backup may still hold the key
    final      every backup that held it is recorded as gone

A step is done again wherever it isn't noted; each may be.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Row, Table, and_, func, select

from sekisho.calls.analytics.tables import call_alarm
from sekisho.calls.desk import KEYED
from sekisho.calls.keeping.errors import UnknownCallCertificate
from sekisho.calls.keeping.tables import call_destruction
from sekisho.calls.tables import call_import
from sekisho.clock import japan_date
from sekisho.destruction.certificate import CALLS, STEPS, issue
from sekisho.destruction.probing import Prober
from sekisho.destruction.steps import Steps
from sekisho.workspace import Workspace

PLANNED_LEAF: Final = "calls.destruction_planned"
PROBED_LEAF: Final = "calls.destruction_probed"
CERTIFIED_LEAF: Final = "calls.destruction_certified"
FINAL_LEAF: Final = "calls.destruction_final"
REASON: Final = "the last record of that month has gone"
PREFIX: Final = "calls/"
_UNDER: Final[tuple[Table, ...]] = (*KEYED, call_alarm)


class Reached(StrEnum):
    """How far the end of a key has come."""

    PLANNED = "planned"
    DESTROYED = "destroyed"
    PROBED = "probed"
    LIVE = "live"
    FINAL = "final"


class Endings:
    """Ends the keys of months of which nothing is left, for one run."""

    def __init__(self, workspace: Workspace, prober: Prober | None, *, by: str) -> None:
        """``prober`` None: only to look. ``by`` is the staff id on record."""
        self._workspace = workspace
        self._steps = Steps(workspace, call_destruction, prober, by=by)

    def due(self) -> list[str]:
        """Keys whose end has come, or was begun and isn't final. A month's comes a whole month after it at the
        earliest: nothing that is being entered now is under it."""
        today = japan_date(self._workspace.clock.now())
        found = set(self._steps.begun(until=Reached.FINAL.value))
        for key in self._workspace.keyring.names():
            month = _month(key)
            if month is not None and _past(month, today) and not self._rows(key):
                found.add(key)
        return sorted(found)

    def run(self, key: str) -> Reached:
        """Take the end of a key as far as it goes now. Raises ``ProbeFailed`` and what keyring and store raise; what
        was done stays done. ``UnknownCallCertificate`` for a key that isn't due."""
        row = self._steps.row(key)
        if row is None:
            if key not in self.due():
                raise UnknownCallCertificate(key=key[:200])
            self._steps.begin(key, Reached.PLANNED, self._steps.leaf(PLANNED_LEAF, self._said(key, rows=0)))
            row = self._steps.need(key)
        steps = {
            Reached.PLANNED: self._destroy,
            Reached.DESTROYED: self._probe,
            Reached.PROBED: self._certify,
            Reached.LIVE: self._finish,
        }
        for state, step in steps.items():
            if row.state == state.value:
                step(key, row)
                row = self._steps.need(key)
        return Reached(row.state)

    def _destroy(self, key: str, row: Row[Any]) -> None:
        if self._rows(key):
            return  # a clock that was set back has let somebody write under it: it lives until that is gone
        if self._workspace.keyring.exists(key):
            self._steps.require_open(key, row)
        leaf = self._steps.destroy(key, reason=REASON)
        self._steps.note(key, Reached.PLANNED, Reached.DESTROYED, {"destroyed_leaf": leaf})

    def _probe(self, key: str, row: Row[Any]) -> None:
        asked = self._steps.require_refused(key, [self._steps.canary(key, row)])
        leaf = self._steps.leaf(
            PROBED_LEAF, {"key": key, "tried": 1, "refused": asked.refused, "opened": 0, "epoch": asked.epoch}
        )
        self._steps.note(key, Reached.DESTROYED, Reached.PROBED, {"probed_leaf": leaf.id}, [leaf])

    def _certify(self, key: str, row: Row[Any]) -> None:
        del row
        said = {"key": key, "state": Reached.LIVE.value, "backups": self._steps.backups(key)}
        leaf = self._steps.leaf(CERTIFIED_LEAF, said)
        self._steps.note(key, Reached.PROBED, Reached.LIVE, {"certified_leaf": leaf.id}, [leaf])

    def _finish(self, key: str, row: Row[Any]) -> None:
        del row
        if self._steps.is_final(key):
            leaf = self._steps.leaf(FINAL_LEAF, {"key": key, "state": Reached.FINAL.value})
            self._steps.note(key, Reached.LIVE, Reached.FINAL, {"final_leaf": leaf.id}, [leaf])

    def _said(self, key: str, *, rows: int) -> dict[str, Any]:
        return {"key": key, "rows": rows, "by": self._steps.by}

    def _rows(self, key: str) -> int:
        """How many rows have something under the key. A list that isn't held any more has lost its parts."""
        count = 0
        with self._workspace.database.read() as connection:
            for table in _UNDER:
                under = table.c.key == key
                if table is call_import:
                    under = and_(under, table.c.state == "held")
                count += connection.execute(select(func.count()).select_from(table).where(under)).scalar_one()
        return count


def _month(key: str) -> date | None:
    if not key.startswith(PREFIX):
        return None
    try:
        return date.fromisoformat(f"{key.removeprefix(PREFIX)}-01")
    except ValueError:
        return None


def _past(month: date, today: date) -> bool:
    return (today.year - month.year) * 12 + today.month - month.month >= 2


def issued(workspace: Workspace, key: str) -> dict[str, Any]:
    """The certificate of an ended key, over the ledger as published. Raises ``UnknownCallCertificate`` where there is
    none yet, ``NotPublished`` where the ledger's checkpoint is older."""
    table = call_destruction
    with workspace.database.read() as connection:
        row = connection.execute(select(table).where(table.c.key == key)).one_or_none()
    if row is None or row.certified_leaf is None:
        raise UnknownCallCertificate(key=key[:200])
    leaves = {step: row._mapping[f"{step}_leaf"] for step, _ in STEPS[CALLS]}  # noqa: SLF001  SQLAlchemy's documented way to columns by name
    return issue(workspace, CALLS, key=key, leaves=leaves)
