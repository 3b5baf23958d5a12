"""Destroying a contract key whose time is over, in steps that a killed run goes on with.

(1) planned    what lies under the key is counted, a canary is sealed under it, another process opens the canary
(2) destroyed  the key is gone, on record (:meth:`sekisho.workspace.Workspace.destroy_key`)
(3) probed     another process is refused the canary and samples of the rows
(4) erased     the unreadable ciphertext is emptied, in batches
(5) live       the certificate: the key is destroyed here, and a key backup may still hold it
    final      the same once every backup that held it is recorded as gone

Each step is a leaf but the fourth, whose count the fifth holds. The row of :data:`contract_destruction` says how far it
came; a step is done again wherever it isn't noted there, and each may be done again.

What this does not do: it knows of no holds, since nothing holds contract evidence yet beyond its last day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, update

from sekisho.clock import japan_date
from sekisho.contracts.lifecycle import standing
from sekisho.contracts.lifecycle.belonging import Belonging, house_period
from sekisho.contracts.lifecycle.holdings import HOLDINGS, Belongs
from sekisho.contracts.lifecycle.tables import contract_destruction
from sekisho.destruction.probing import Prober, Sample
from sekisho.destruction.steps import Steps
from sekisho.keys.schedule import Period, due_by_name
from sekisho.store import custody as held_by
from sekisho.workspace import Workspace

PLANNED_LEAF = "contract.destruction_planned"
PROBED_LEAF = "contract.destruction_probed"
CERTIFIED_LEAF = "contract.destruction_certified"
FINAL_LEAF = "contract.destruction_final"

SAMPLES = 4
"""Rows of each table that the probe tries besides the canary."""

ERASE_ROWS = 500
"""Rows emptied in one transaction."""

MONTH_REASON = "its month is over and what survives was re-wrapped"
LAST_REASON = "its last day of keeping has passed (Act 2005 No. 31 art. 4(2), or the house's period)"


SURVIVING = frozenset(holding.name for holding in HOLDINGS if holding.belongs is not Belongs.PASSING)
"""Tables whose rows outlive their month."""


class State(StrEnum):
    """How far a destruction has come."""

    PLANNED = "planned"
    DESTROYED = "destroyed"
    PROBED = "probed"
    ERASED = "erased"
    LIVE = "live"
    FINAL = "final"


@dataclass(frozen=True, slots=True)
class Contents:
    """What lies under a key: rows by table, and ledger leaves."""

    rows: dict[str, int]
    leaves: int

    @property
    def survivors(self) -> bool:
        """Whether there is anything that doesn't pass with its month."""
        return bool(self.leaves or self.rows.keys() & SURVIVING)


@dataclass(frozen=True, slots=True)
class Progress:
    """A destruction as it stands: ``held_back`` says why it doesn't go on (a slug), None where it does."""

    key: str
    state: State | None
    contents: Contents
    held_back: str | None = None


class Destroyer:
    """Destroys what is due, for one run."""

    def __init__(self, workspace: Workspace, prober: Prober | None, *, by: str) -> None:
        """``prober`` None: only to plan. ``by`` is the staff id on record."""
        self._workspace = workspace
        self._steps = Steps(workspace, contract_destruction, prober, by=by)
        self.today: date = japan_date(workspace.clock.now())

    def due(self) -> list[str]:
        """Living contract keys whose time is over, and those whose destruction isn't certified as final yet."""
        names = {name for name in self._workspace.keyring.names() if due_by_name(name, self.today)}
        return sorted(names | set(self._steps.begun(until=State.FINAL.value)))

    def look(self, key: str) -> Progress:
        """How a due key stands, and what holds its destruction back. Changes nothing."""
        found = self._steps.row(key)
        contents = self.contents(key)
        if found is not None and found.state != State.PLANNED.value:
            return Progress(key, State(found.state), contents)
        state = None if found is None else State.PLANNED
        return Progress(key, state, contents, self._held_back(key, contents))

    def contents(self, key: str) -> Contents:
        """What lies under ``key`` now."""
        with self._workspace.database.read() as connection:
            rows = {holding.name: holding.count_under(connection, key) for holding in HOLDINGS}
            leaves = held_by.count_under(connection, key)
        return Contents({name: count for name, count in rows.items() if count}, leaves)

    def run(self, key: str) -> Progress:
        """Take the destruction of ``key`` as far as it goes now. Raises ``ProbeFailed`` and what keyring and store
        raise; what was done stays done."""
        now = self.look(key)
        if now.held_back is not None:
            return now
        if now.state is None:
            self._plan(key, now.contents)
        row = self._steps.need(key)
        if row.state == State.PLANNED.value:
            if self._workspace.keyring.exists(key):
                self._steps.require_open(key, row)
                # Asking took a while: somebody may have withdrawn an end meanwhile.
                held_back = self._held_back(key, self.contents(key))
                if held_back is not None:
                    return Progress(key, State.PLANNED, now.contents, held_back)
            self._destroy(key)
            row = self._steps.need(key)
        if row.state == State.DESTROYED.value:
            self._probe(key, row)
            row = self._steps.need(key)
        if row.state == State.PROBED.value:
            self._erase(key)
            row = self._steps.need(key)
        if row.state == State.ERASED.value:
            self._certify(key, row)
            row = self._steps.need(key)
        if row.state == State.LIVE.value:
            self._finish(key)
            row = self._steps.need(key)
        return Progress(key, State(row.state), now.contents)

    # --- the steps ---------------------------------------------------------------------------------------------------

    def _held_back(self, key: str, contents: Contents) -> str | None:
        """Why the key must not be destroyed yet: something under it must outlive it."""
        if not self._workspace.keyring.exists(key):
            return None  # a run that was killed had destroyed it
        if standing.is_month_key(key):
            return "survivors_left" if contents.survivors else None
        day = standing.day_of(key)
        with self._workspace.database.read() as connection:
            period = Period(months=house_period(connection).months)
            belonging = Belonging(self._workspace.keyring, kept=period, today=day or self.today)
            for holding in HOLDINGS:
                if holding.belongs is Belongs.PASSING:
                    continue
                after = ""
                while rows := holding.under(connection, key, after=after, limit=holding.rows_per_batch):
                    after = rows[-1].id
                    found = belonging.of_rows(connection, holding, rows)
                    if any(_outlives(each, day) for each in found.values()):
                        return "still_kept"
        return None

    def _plan(self, key: str, contents: Contents) -> None:
        said = {"key": key, "rows": contents.rows, "leaves": contents.leaves, "by": self._steps.by}
        self._steps.begin(key, State.PLANNED, self._steps.leaf(PLANNED_LEAF, said))

    def _destroy(self, key: str) -> None:
        leaf_id = self._steps.destroy(key, reason=MONTH_REASON if standing.is_month_key(key) else LAST_REASON)
        self._steps.note(key, State.PLANNED, State.DESTROYED, {"destroyed_leaf": leaf_id})

    def _probe(self, key: str, row: Row[Any]) -> None:
        samples = [self._steps.canary(key, row)]
        with self._workspace.database.read() as connection:
            for holding in HOLDINGS:
                rows = holding.under(connection, key, after="", limit=SAMPLES)
                samples += [Sample(found.body, holding.body.place(found.id)) for found in rows]
        asked = self._steps.require_refused(key, samples)
        said = {"key": key, "tried": len(samples), "refused": asked.refused, "opened": 0, "epoch": asked.epoch}
        leaf = self._steps.leaf(PROBED_LEAF, said)
        self._steps.note(key, State.DESTROYED, State.PROBED, {"probed_leaf": leaf.id}, [leaf])

    def _erase(self, key: str) -> None:
        while True:
            counted: list[int] = []

            def write(connection: Connection, counted: list[int] = counted) -> None:
                counted.clear()
                room = ERASE_ROWS
                for holding in HOLDINGS:
                    done = holding.erase(connection, key, limit=room)
                    counted.append(done)
                    room -= done
                    if not room:
                        break
                rows = sum(counted)
                if room:
                    counted.append(held_by.forget(connection, key, limit=room))
                table = contract_destruction
                connection.execute(update(table).where(table.c.key == key).values(erased=table.c.erased + rows))

            self._workspace.commit(write)
            if not any(counted):
                break
        self._steps.note(key, State.PROBED, State.ERASED, {})

    def _certify(self, key: str, row: Row[Any]) -> None:
        said = {"key": key, "state": State.LIVE.value, "erased": row.erased, "backups": self._steps.backups(key)}
        leaf = self._steps.leaf(CERTIFIED_LEAF, said)
        self._steps.note(key, State.ERASED, State.LIVE, {"certified_leaf": leaf.id}, [leaf])

    def _finish(self, key: str) -> None:
        if self._steps.is_final(key):
            leaf = self._steps.leaf(FINAL_LEAF, {"key": key, "state": State.FINAL.value})
            self._steps.note(key, State.LIVE, State.FINAL, {"final_leaf": leaf.id}, [leaf])


def _outlives(kept: standing.Kept, day: date | None) -> bool:
    """Whether something of this standing must outlive a key that ends after ``day``. What led to nothing, and was moved
    when another period held, keeps the day it was given then."""
    if kept.standing is standing.Standing.NEVER_CONTRACTED:
        return False
    return kept.last_day is None or day is None or kept.last_day > day
