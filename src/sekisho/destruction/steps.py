"""How far each key's destruction has come, noted in a desk's table, so that a run that was killed goes on there.

A desk's table has the columns of :func:`columns` and one ``…_leaf`` for each of its steps. A step is done again
wherever it isn't noted, and each may be done again; of two runs at once the one that notes a step first has taken it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

import orjson
from sqlalchemy import Column, Connection, LargeBinary, Row, String, Table, insert, select, update
from sqlalchemy.exc import IntegrityError

from sekisho.destruction.errors import ProbeFailed
from sekisho.destruction.probing import FileSample, Probed, Prober, Sample
from sekisho.errors import SekishoError
from sekisho.keys import backup
from sekisho.keys.backup import DestructionState
from sekisho.keys.catalogue import BackupRecord
from sekisho.keys.mortal import MortalRing
from sekisho.store.columns import Big, Moment
from sekisho.store.outbox import SealedLeaf
from sekisho.workspace import Workspace, destructions
from sekisho.workspace.parts import HOUSE_KEY

CANARY_BYTES: Final = 32


def columns(*steps: str) -> tuple[Column[Any], ...]:
    """The columns of a table of destructions whose steps, each with a leaf, are ``steps``; the first is ``planned``."""
    return (
        Column("key", String(200), primary_key=True),
        Column("state", String(20), nullable=False),
        # Random bytes under the key: what the probe tries to open, before and after.
        Column("canary", LargeBinary, nullable=False),
        *(Column(f"{step}_leaf", String(64), nullable=step != steps[0]) for step in steps),
        Column("erased", Big, nullable=False),
        Column("planned_at", Moment, nullable=False),
    )


class Steps:
    """The destructions of one table, for one run."""

    def __init__(self, workspace: Workspace, table: Table, prober: Prober | None, *, by: str) -> None:
        """``prober`` None: only to plan. ``by`` is the staff id on record."""
        self._workspace = workspace
        self._table = table
        self._prober = prober
        self.by = by

    def row(self, key: str) -> Row[Any] | None:
        """What is noted of ``key``."""
        with self._workspace.database.read() as connection:
            return connection.execute(select(self._table).where(self._table.c.key == key)).one_or_none()

    def need(self, key: str) -> Row[Any]:
        """What is noted of ``key``, which was begun."""
        with self._workspace.database.read() as connection:
            return connection.execute(select(self._table).where(self._table.c.key == key)).one()

    def begun(self, *, until: str) -> list[str]:
        """Keys whose destruction was begun and isn't in the state ``until``."""
        with self._workspace.database.read() as connection:
            query = select(self._table.c.key).where(self._table.c.state != until)
            return list(connection.execute(query).scalars())

    # --- the beginning -----------------------------------------------------------------------------------------------

    def leaf(self, kind: str, said: Mapping[str, Any]) -> SealedLeaf:
        """A leaf owned by the workspace: it names a key and counts, never a person, and must outlive the key."""
        body = orjson.dumps(dict(said), option=orjson.OPT_SORT_KEYS)
        return self._workspace.seal(kind=kind, owner=HOUSE_KEY, body=body)

    def begin(self, key: str, state: StrEnum, leaf: SealedLeaf, *, write: Any = None, **values: Any) -> bool:
        """Note a plan, with a canary under the living key. False where another run was quicker: it goes on from that.

        ``write`` is run in the same transaction, with its connection.
        """
        canary = self._workspace.keyring.encrypt(key, secrets.token_bytes(CANARY_BYTES), aad=_canary_place(key))
        row = {
            "key": key,
            "state": state.value,
            "canary": canary,
            "planned_leaf": leaf.id,
            "erased": 0,
            "planned_at": leaf.at,
            **values,
        }

        def enter(connection: Connection) -> None:
            connection.execute(insert(self._table), row)
            if write is not None:
                write(connection)

        try:
            self._workspace.commit(enter, [leaf])
        except IntegrityError:
            if self.row(key) is None:
                raise
            return False
        return True

    def note(
        self,
        key: str,
        before: StrEnum,
        after: StrEnum,
        values: Mapping[str, Any],
        leaves: Sequence[SealedLeaf] = (),
        *,
        write: Any = None,
    ) -> bool:
        """Note a step. False where another run took it; what that one noted stands.

        ``write`` is run in the same transaction, with its connection; what it raises undoes the step.
        """
        table = self._table

        def enter(connection: Connection) -> None:
            done = connection.execute(
                update(table)
                .where(table.c.key == key, table.c.state == before.value)
                .values(state=after.value, **values)
            )
            if not done.rowcount:
                raise _Overtaken
            if write is not None:
                write(connection)

        try:
            self._workspace.commit(enter, leaves)
        except _Overtaken:
            return False
        return True

    def take(self, key: str, row: Row[Any], step: Callable[[str, Row[Any]], None]) -> Row[Any]:
        """Do the step that follows ``row``, and read what is noted then. A step that fails because another run took it
        meanwhile hasn't failed; where that one has destroyed the key and not noted it yet, the step is done again."""
        lived = self._workspace.keyring.exists(key)
        try:
            step(key, row)
        except SekishoError:
            found = self.need(key)
            if found.state != row.state:
                return found
            if not lived or self._workspace.keyring.exists(key):
                raise
            step(key, row)
        return self.need(key)

    # --- the probe ---------------------------------------------------------------------------------------------------

    @staticmethod
    def canary(key: str, row: Row[Any]) -> Sample:
        """The canary of a plan."""
        return Sample(row.canary, _canary_place(key))

    def ask(self, key: str, samples: Sequence[Sample | FileSample]) -> Probed:
        """Ask the other process. Raises ``ProbeFailed``."""
        if self._prober is None:
            raise ProbeFailed(why="nobody to ask")
        return self._prober.probe(key, samples)

    def require_open(self, key: str, row: Row[Any]) -> None:
        """The probe must open the canary now, or its refusal later would show nothing. Raises ``ProbeFailed``."""
        if self.ask(key, [self.canary(key, row)]).opened != 1:
            raise ProbeFailed(why="the canary did not open while the key was alive")

    def require_refused(self, key: str, samples: Sequence[Sample | FileSample]) -> Probed:
        """The probe must be refused everything. Raises ``ProbeFailed``."""
        asked = self.ask(key, samples)
        if asked.opened or asked.refused != len(samples):
            raise ProbeFailed(why=f"of {len(samples)} samples {asked.opened} opened and {asked.failed} failed")
        return asked

    # --- the end -----------------------------------------------------------------------------------------------------

    def destroy(self, key: str, *, reason: str) -> str | None:
        """Destroy the key, on record; the id of the leaf that says so."""
        self._workspace.destroy_key(key, reason=reason, by=self.by)
        with self._workspace.database.read() as connection:
            return destructions.leaf_of(connection, self._workspace.keyring, key)

    def backups(self, key: str) -> list[dict[str, Any]]:
        """The key backups that hold it, as a certificate names them."""
        return [{"number": each.number, "expires_at": each.expires_at.isoformat()} for each in self._holding(key)]

    def _holding(self, key: str) -> Sequence[BackupRecord]:
        ring = self._workspace.keyring
        return backup.holding(ring, key, at=self._workspace.clock.now()) if isinstance(ring, MortalRing) else []

    def is_final(self, key: str) -> bool:
        """Whether every backup that held the destroyed key is recorded as gone.

        Never for a keyring of another making: its backups aren't known here.
        """
        ring, now = self._workspace.keyring, self._workspace.clock.now()
        if not isinstance(ring, MortalRing):
            return False
        return backup.destruction_state(ring, key, at=now) is DestructionState.FINAL


class _Overtaken(Exception):
    """Another run was quicker with this step."""


def _canary_place(key: str) -> bytes:
    return b"sekisho/destruction-canary/1\x00" + key.encode()
