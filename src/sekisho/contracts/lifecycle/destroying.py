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

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import orjson
from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from sekisho.clock import japan_date
from sekisho.contracts.lifecycle import standing
from sekisho.contracts.lifecycle.belonging import Belonging, house_period
from sekisho.contracts.lifecycle.holdings import HOLDINGS, Belongs
from sekisho.contracts.lifecycle.ports import Probed, ProbeFailed, Prober, Sample
from sekisho.contracts.lifecycle.tables import contract_destruction
from sekisho.keys import backup
from sekisho.keys.backup import DestructionState
from sekisho.keys.catalogue import BackupRecord
from sekisho.keys.mortal import MortalRing
from sekisho.keys.schedule import Period, due_by_name
from sekisho.store import custody as held_by
from sekisho.store.outbox import SealedLeaf
from sekisho.workspace import Workspace, destructions
from sekisho.workspace.parts import HOUSE_KEY

PLANNED_LEAF = "contract.destruction_planned"
PROBED_LEAF = "contract.destruction_probed"
CERTIFIED_LEAF = "contract.destruction_certified"
FINAL_LEAF = "contract.destruction_final"

CANARY_BYTES = 32
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
        self._prober = prober
        self._by = by
        self.today: date = japan_date(workspace.clock.now())

    def due(self) -> list[str]:
        """Living contract keys whose time is over, and those whose destruction isn't certified as final yet."""
        names = {name for name in self._workspace.keyring.names() if due_by_name(name, self.today)}
        table = contract_destruction
        with self._workspace.database.read() as connection:
            begun = connection.execute(select(table.c.key).where(table.c.state != State.FINAL.value)).scalars()
            return sorted(names | set(begun))

    def look(self, key: str) -> Progress:
        """How a due key stands, and what holds its destruction back. Changes nothing."""
        found = self._row(key)
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
        row = self._need(key)
        if row.state == State.PLANNED.value:
            if self._workspace.keyring.exists(key):
                self._require_open(key, row)
                # Asking took a while: somebody may have withdrawn an end meanwhile.
                held_back = self._held_back(key, self.contents(key))
                if held_back is not None:
                    return Progress(key, State.PLANNED, now.contents, held_back)
            self._destroy(key)
            row = self._need(key)
        if row.state == State.DESTROYED.value:
            self._probe(key, row)
            row = self._need(key)
        if row.state == State.PROBED.value:
            self._erase(key)
            row = self._need(key)
        if row.state == State.ERASED.value:
            self._certify(key, row)
            row = self._need(key)
        if row.state == State.LIVE.value:
            self._finish(key)
            row = self._need(key)
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
        canary = self._workspace.keyring.encrypt(key, secrets.token_bytes(CANARY_BYTES), aad=_canary_place(key))
        leaf = self._leaf(PLANNED_LEAF, {"key": key, "rows": contents.rows, "leaves": contents.leaves, "by": self._by})
        row = {
            "key": key,
            "state": State.PLANNED.value,
            "canary": canary,
            "planned_leaf": leaf.id,
            "erased": 0,
            "planned_at": leaf.at,
        }
        try:
            self._workspace.commit(lambda connection: _insert(connection, row), [leaf])
        except IntegrityError:
            return  # another run was quicker: it goes on from what that one noted

    def _require_open(self, key: str, row: Row[Any]) -> None:
        """The probe must be able to open what is there, or its refusal later would show nothing."""
        found = self._ask(key, [self._canary(key, row)])
        if found.opened != 1:
            raise ProbeFailed(why="the canary did not open while the key was alive")

    def _destroy(self, key: str) -> None:
        reason = MONTH_REASON if standing.is_month_key(key) else LAST_REASON
        self._workspace.destroy_key(key, reason=reason, by=self._by)
        with self._workspace.database.read() as connection:
            leaf_id = destructions.leaf_of(connection, self._workspace.keyring, key)
        self._note(key, State.PLANNED, State.DESTROYED, {"destroyed_leaf": leaf_id})

    def _probe(self, key: str, row: Row[Any]) -> None:
        samples = [self._canary(key, row)]
        with self._workspace.database.read() as connection:
            for holding in HOLDINGS:
                rows = holding.under(connection, key, after="", limit=SAMPLES)
                samples += [Sample(found.body, holding.body.place(found.id)) for found in rows]
        asked = self._ask(key, samples)
        if asked.opened or asked.refused != len(samples):
            raise ProbeFailed(why=f"of {len(samples)} samples {asked.opened} opened and {asked.failed} failed")
        leaf = self._leaf(
            PROBED_LEAF,
            {"key": key, "tried": len(samples), "refused": asked.refused, "opened": 0, "epoch": asked.epoch},
        )
        self._note(key, State.DESTROYED, State.PROBED, {"probed_leaf": leaf.id}, [leaf])

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
        self._note(key, State.PROBED, State.ERASED, {})

    def _certify(self, key: str, row: Row[Any]) -> None:
        holding = self._backups(key)
        said = {
            "key": key,
            "state": State.LIVE.value,
            "erased": row.erased,
            "backups": [{"number": each.number, "expires_at": each.expires_at.isoformat()} for each in holding],
        }
        leaf = self._leaf(CERTIFIED_LEAF, said)
        self._note(key, State.ERASED, State.LIVE, {"certified_leaf": leaf.id}, [leaf])

    def _finish(self, key: str) -> None:
        ring, now = self._workspace.keyring, self._workspace.clock.now()
        if not isinstance(ring, MortalRing):
            return  # backups of a keyring of another making aren't known here, so nothing is final
        if backup.destruction_state(ring, key, at=now) is not DestructionState.FINAL:
            return
        leaf = self._leaf(FINAL_LEAF, {"key": key, "state": State.FINAL.value})
        self._note(key, State.LIVE, State.FINAL, {"final_leaf": leaf.id}, [leaf])

    # --- what they share ---------------------------------------------------------------------------------------------

    def _backups(self, key: str) -> Sequence[BackupRecord]:
        ring = self._workspace.keyring
        if not isinstance(ring, MortalRing):
            return []
        return backup.holding(ring, key, at=self._workspace.clock.now())

    def _ask(self, key: str, samples: Sequence[Sample]) -> Probed:
        if self._prober is None:
            raise ProbeFailed(why="nobody to ask")
        return self._prober.probe(key, samples)

    @staticmethod
    def _canary(key: str, row: Row[Any]) -> Sample:
        return Sample(row.canary, _canary_place(key))

    def _leaf(self, kind: str, said: dict[str, Any]) -> SealedLeaf:
        """Owned by the workspace: it names a key and counts, never a person, and must outlive the key."""
        body = orjson.dumps(said, option=orjson.OPT_SORT_KEYS)
        return self._workspace.seal(kind=kind, owner=HOUSE_KEY, body=body)

    def _note(
        self, key: str, before: State, after: State, values: dict[str, Any], leaves: Sequence[SealedLeaf] = ()
    ) -> None:
        table = contract_destruction

        def write(connection: Connection) -> None:
            done = connection.execute(
                update(table)
                .where(table.c.key == key, table.c.state == before.value)
                .values(state=after.value, **values)
            )
            if not done.rowcount:
                raise _Overtaken

        try:
            self._workspace.commit(write, leaves)
        except _Overtaken:
            return  # another run took this step; what it noted stands

    def _row(self, key: str) -> Row[Any] | None:
        with self._workspace.database.read() as connection:
            return connection.execute(
                select(contract_destruction).where(contract_destruction.c.key == key)
            ).one_or_none()

    def _need(self, key: str) -> Row[Any]:
        with self._workspace.database.read() as connection:
            return connection.execute(select(contract_destruction).where(contract_destruction.c.key == key)).one()


class _Overtaken(Exception):
    """Another run was quicker with this step."""


def _outlives(kept: standing.Kept, day: date | None) -> bool:
    """Whether something of this standing must outlive a key that ends after ``day``. What led to nothing, and was moved
    when another period held, keeps the day it was given then."""
    if kept.standing is standing.Standing.NEVER_CONTRACTED:
        return False
    return kept.last_day is None or day is None or kept.last_day > day


def _canary_place(key: str) -> bytes:
    return b"sekisho/destruction-canary/1\x00" + key.encode()


def _insert(connection: Connection, row: dict[str, Any]) -> None:
    connection.execute(insert(contract_destruction), row)
