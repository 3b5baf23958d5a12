"""The end of a month's key, once nothing is left under it: what was deleted then opens nowhere any more, not in a copy
of the database either.

(1) planned    nothing is left under the key; a canary is sealed under it
(2) destroyed  the key is gone, on record
(3) probed     another process, which could open the canary before, is refused it
(4) live       the certificate; a key backup may still hold the key
    final      every backup that held it is recorded as gone

A step is done again wherever it isn't noted; each may be.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, Table, select

from sekisho.clock import japan_date
from sekisho.destruction.certificate import STEPS, issue
from sekisho.destruction.probing import Prober
from sekisho.destruction.steps import Steps
from sekisho.workspace import Workspace


class Reached(StrEnum):
    """How far the end of a key has come."""

    PLANNED = "planned"
    DESTROYED = "destroyed"
    PROBED = "probed"
    LIVE = "live"
    FINAL = "final"


@dataclass(frozen=True, slots=True)
class MonthKeys:
    """A desk's keys, one for each month.

    ``prefix``: what stands before ``2026-11``. ``form``: the certificate's format (:data:`STEPS`), which names the
    leaves. ``table``: of :func:`sekisho.destruction.steps.columns` with the format's steps. ``rows``: how many rows
    have something under a key. ``unknown``: the error for a key that has no certificate, made from its name.
    """

    prefix: str
    form: str
    table: Table
    rows: Callable[[str], int]
    unknown: Callable[[str], Exception]

    def month(self, key: str) -> date | None:
        """The first day of a key's month; None for a key of another kind."""
        if not key.startswith(self.prefix):
            return None
        try:
            return date.fromisoformat(f"{key.removeprefix(self.prefix)}-01")
        except ValueError:
            return None

    def over(self, key: str, today: date) -> bool:
        """Whether a whole month has passed since the key's: nothing that is being entered now is under it."""
        month = self.month(key)
        return month is not None and (today.year - month.year) * 12 + today.month - month.month >= 2


class MonthEndings:
    """Ends a desk's keys of months of which nothing is left, for one run."""

    def __init__(self, workspace: Workspace, keys: MonthKeys, prober: Prober | None, *, reason: str, by: str) -> None:
        """``prober`` None: only to look. ``reason`` goes on record; ``by`` is the staff id on record."""
        self._workspace, self._keys, self._reason = workspace, keys, reason
        self._steps = Steps(workspace, keys.table, prober, by=by)
        self._leaf = dict(STEPS[keys.form])

    def due(self) -> list[str]:
        """Keys whose end has come, or was begun and isn't final. A month's comes a whole month after it at the
        earliest."""
        today = japan_date(self._workspace.clock.now())
        # Keys of another kind may have their steps in the same table.
        begun = self._steps.begun(until=Reached.FINAL.value)
        found = {key for key in begun if self._keys.month(key) is not None}
        for key in self._workspace.keyring.names():
            if self._keys.over(key, today) and not self._keys.rows(key):
                found.add(key)
        return sorted(found)

    def run(self, key: str) -> Reached:
        """Take the end of a key as far as it goes now. Raises ``ProbeFailed`` and what keyring and store raise; what
        was done stays done. The error of :attr:`MonthKeys.unknown` for a key that isn't due."""
        row = self._steps.row(key)
        if row is None:
            if key not in self.due():
                raise self._keys.unknown(key)
            said = {"key": key, "rows": 0, "by": self._steps.by}
            self._steps.begin(key, Reached.PLANNED, self._steps.leaf(self._leaf["planned"], said))
            row = self._steps.need(key)
        steps = {
            Reached.PLANNED: self._destroy,
            Reached.DESTROYED: self._probe,
            Reached.PROBED: self._certify,
            Reached.LIVE: self._finish,
        }
        for state, step in steps.items():
            if row.state == state.value:
                row = self._steps.take(key, row, step)
        return Reached(row.state)

    def _destroy(self, key: str, row: Row[Any]) -> None:
        if self._keys.rows(key):
            return  # a clock that was set back has let somebody write under it: it lives until that is gone
        if self._workspace.keyring.exists(key):
            self._steps.require_open(key, row)
        leaf = self._steps.destroy(key, reason=self._reason)
        self._steps.note(key, Reached.PLANNED, Reached.DESTROYED, {"destroyed_leaf": leaf})

    def _probe(self, key: str, row: Row[Any]) -> None:
        asked = self._steps.require_refused(key, [self._steps.canary(key, row)])
        said = {"key": key, "tried": 1, "refused": asked.refused, "opened": 0, "epoch": asked.epoch}
        leaf = self._steps.leaf(self._leaf["probed"], said)
        self._steps.note(key, Reached.DESTROYED, Reached.PROBED, {"probed_leaf": leaf.id}, [leaf])

    def _certify(self, key: str, row: Row[Any]) -> None:
        del row
        said = {"key": key, "state": Reached.LIVE.value, "backups": self._steps.backups(key)}
        leaf = self._steps.leaf(self._leaf["certified"], said)
        self._steps.note(key, Reached.PROBED, Reached.LIVE, {"certified_leaf": leaf.id}, [leaf])

    def _finish(self, key: str, row: Row[Any]) -> None:
        del row
        if self._steps.is_final(key):
            leaf = self._steps.leaf(self._leaf["final"], {"key": key, "state": Reached.FINAL.value})
            self._steps.note(key, Reached.LIVE, Reached.FINAL, {"final_leaf": leaf.id}, [leaf])


def issued(workspace: Workspace, keys: MonthKeys, key: str) -> dict[str, Any]:
    """The certificate of an ended key, over the ledger as published. Raises the error of :attr:`MonthKeys.unknown`
    where there is none yet, ``NotPublished`` where the ledger's checkpoint is older."""
    with workspace.database.read() as connection:
        row = connection.execute(select(keys.table).where(keys.table.c.key == key)).one_or_none()
    if row is None or row.certified_leaf is None:
        raise keys.unknown(key[:200])
    leaves = {step: row._mapping[f"{step}_leaf"] for step, _ in STEPS[keys.form]}  # noqa: SLF001  SQLAlchemy's documented way to columns by name
    return issue(workspace, keys.form, key=key, leaves=leaves)
