"""Moving rows and leaves to the key under which they belong: survivors of a month, and what has a last day.

Each batch is one transaction: a row, its blind indexes and its ledger leaf change keys together, or none does. So a
run that is killed has moved some and not others, each of them readable under the key that stands beside it, and the
next run goes on. A leaf in the ledger says how many went from which key to which.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, Row, select, update

from sekisho.clock import japan_date
from sekisho.contracts.lifecycle import belonging, standing
from sekisho.contracts.lifecycle.belonging import Belonging
from sekisho.contracts.lifecycle.holdings import ERASED, HOLDINGS, Belongs, Holding
from sekisho.contracts.lifecycle.standing import Kept, Standing
from sekisho.contracts.lifecycle.tables import contract, contract_membership
from sekisho.contracts.reauthentication.tables import contract_account_proofing
from sekisho.contracts.tables import contract_decision
from sekisho.keys.errors import CouldNotDecrypt, KeyDestroyed
from sekisho.keys.schedule import Period, last_day
from sekisho.store import custody as held_by
from sekisho.store.custody import HeldLeaf
from sekisho.store.outbox import SealedLeaf
from sekisho.store.personal import PersonalColumn
from sekisho.workspace import Workspace, custody
from sekisho.workspace.parts import HOUSE_KEY

MOVED_LEAF = "contract.moved"
"""Kind of the leaf that says that rows and leaves were moved: ``table``, and ``from`` → ``to`` with counts."""

LEAVES_AT_ONCE = 200
"""Leaves without a row moved in one transaction: some 100 KB."""

KEYS_PER_QUERY = 500
"""Index values in one ``IN``: three years of last days are some 1,100 keys."""

MAX_UNREADABLE = 20
"""Ids named of rows that couldn't be opened; the rest is counted."""


@dataclass(slots=True)
class Moved:
    """What a run moved, and what it couldn't open (table and id; at most :data:`MAX_UNREADABLE`, the rest counted)."""

    rows: int = 0
    leaves: int = 0
    unreadable: list[str] = field(default_factory=list)
    more_unreadable: int = 0

    def could_not_open(self, name: str, row_id: str) -> None:
        """Note a row or leaf that its key doesn't open: damage, which no run repairs."""
        if len(self.unreadable) < MAX_UNREADABLE:
            self.unreadable.append(f"{name}:{row_id}")
        else:
            self.more_unreadable += 1


@dataclass(frozen=True, slots=True)
class _Change:
    """One row on its way, with its leaf where that is under the same key."""

    row: Row[Any]
    to_key: str
    columns: dict[str, Any]
    leaf: HeldLeaf | None
    content: bytes


class _Moving(Exception):
    """A row of the batch is no longer where it was read: the batch is undone, the next run sees it anew."""


class Mover:
    """Moves for one run. ``today`` is fixed when it is made."""

    def __init__(self, workspace: Workspace) -> None:
        """Reads the clock and the house's period once."""
        self._workspace = workspace
        self.today: date = japan_date(workspace.clock.now())
        with workspace.database.read() as connection:
            self.kept = Period(months=belonging.house_period(connection).months)
        self._belonging = Belonging(workspace.keyring, kept=self.kept, today=self.today)
        self._ensured: set[str] = set()

    def months_over(self) -> list[str]:
        """Living month keys whose month has ended, oldest first."""
        return [name for name in self._workspace.keyring.names() if standing.month_is_over(name, today=self.today)]

    def unsettled(self) -> list[str]:
        """Contracts of which something may be under another key than their state asks for."""
        with self._workspace.database.read() as connection:
            query = select(contract.c.id).where(contract.c.settled.is_(False)).order_by(contract.c.id)
            return list(connection.execute(query).scalars())

    def move_from(self, key: str) -> Moved:
        """Move everything that ``key`` opens and that belongs elsewhere by now. Repeating it moves what is left.

        Of a month's key that is all that survives; of a last day's key, what must be kept longer after all.
        """
        moved = Moved()
        for holding in HOLDINGS:
            if holding.belongs is Belongs.PASSING:
                continue
            self._belonging.forget_keys()
            after = ""
            while True:
                with self._workspace.database.read() as connection:
                    rows = holding.under(connection, key, after=after, limit=holding.rows_per_batch)
                if not rows:
                    break
                after = rows[-1].id
                self._move(holding, rows, moved)
        self._move_leaves(key, moved)
        return moved

    def settle(self, contract_id: str) -> Moved:
        """Move everything that belongs to one contract to where its state asks for it to be."""
        moved = Moved()
        with self._workspace.database.read() as connection:
            seen = connection.execute(select(contract.c.revision).where(contract.c.id == contract_id)).scalar_one()
            decisions = list(
                connection.execute(
                    select(contract_membership.c.decision).where(contract_membership.c.contract == contract_id)
                ).scalars()
            )
        references = self._references(decisions)
        for holding in HOLDINGS:
            self._belonging.forget_keys()
            for condition in self._conditions(holding, contract_id, decisions, references):
                after = ""
                while True:
                    with self._workspace.database.read() as connection:
                        rows = holding.having(connection, condition, after=after, limit=holding.rows_per_batch)
                    if not rows:
                        break
                    after = rows[-1].id
                    self._move(holding, rows, moved)
        if not moved.unreadable:
            self._workspace.commit(lambda connection: _settled(connection, contract_id, seen))
        return moved

    def _references(self, decisions: Sequence[str]) -> list[str]:
        """The application references that the decisions are about."""
        found: dict[str, None] = {}
        body = PersonalColumn("contract_decision", "body")
        with self._workspace.database.read() as connection:
            rows = connection.execute(
                select(contract_decision.c.id, contract_decision.c.key, contract_decision.c.body).where(
                    contract_decision.c.id.in_(decisions), contract_decision.c.body != ERASED
                )
            ).all()
        for row in rows:
            with suppress(CouldNotDecrypt, KeyDestroyed):
                opened = body.open(self._workspace.keyring, row.body, row_id=row.id, key=row.key)
                found[str(opened["application"]["application"])] = None
        return list(found)

    def _conditions(
        self, holding: Holding, contract_id: str, decisions: Sequence[str], references: Sequence[str]
    ) -> list[ColumnElement[bool]]:
        """How the rows of one table that belong to the contract are found."""
        owner = holding.table.c[holding.owner]
        if holding.belongs is Belongs.CONTRACT:
            return [owner == contract_id]
        if holding.belongs is Belongs.DECISION:
            return [owner.in_(decisions)]
        if holding.belongs is Belongs.ACCOUNT:
            proofed = contract_account_proofing.c
            return [owner.in_(select(proofed.account).where(proofed.decision.in_(decisions)))]
        if holding.belongs is Belongs.PASSING:
            return []
        ring, index = self._workspace.keyring, holding.indexes[0]
        with self._workspace.database.read() as connection:
            keys = [key for key in holding.keys(connection) if ring.exists(key)]
        column = holding.table.c[index.column]
        return [
            column.in_(index.personal.candidates(ring, reference, keys=keys[start : start + KEYS_PER_QUERY]))
            for reference in references
            for start in range(0, len(keys), KEYS_PER_QUERY)
        ]

    def _move(self, holding: Holding, rows: Sequence[Row[Any]], moved: Moved) -> None:
        with self._workspace.database.read() as connection:
            kept = self._belonging.of_rows(connection, holding, rows)
            leaves = held_by.held(connection, [row.id for row in rows])
        changes: list[_Change] = []
        for row in rows:
            if row.id not in kept:
                moved.could_not_open(holding.name, row.id)
                continue
            to_key = self._destination(row.key, kept[row.id])
            if to_key is None:
                continue
            ring = self._workspace.keyring
            try:
                columns = holding.under_another_key(ring, row, to_key)
                leaf = leaves.get(row.id)
                # A leaf of the same id that isn't under the row's key: the workspace's own, or lost with a database.
                leaf = leaf if leaf is not None and leaf.key == row.key else None
                content = b"" if leaf is None else custody.sealed_for(ring, leaf, to_key)
            except (CouldNotDecrypt, KeyDestroyed):
                moved.could_not_open(holding.name, row.id)
                continue
            changes.append(_Change(row, to_key, columns, leaf, content))
        if changes:
            self._commit(holding, changes, moved)

    def _destination(self, key: str, kept: Kept) -> str | None:
        """The key to move to from ``key``; None where it is right already."""
        if kept.last_day is None:
            # A younger month's key is as good: only a month that is over, or a last day that no longer holds, is left.
            if standing.is_month_key(key) and not standing.month_is_over(key, today=self.today):
                return None
            to_key = standing.key_of(kept, today=self.today)
        else:
            if key == standing.last_day_key(kept.last_day):
                return None
            if kept.standing is Standing.NEVER_CONTRACTED and key.startswith(standing.LAST_PREFIX):
                return None  # the day it was given, when it was moved, holds
            # A key of a day that has passed may be gone, or go at any moment.
            to_key = standing.key_of(Kept(kept.standing, max(kept.last_day, self.today)), today=self.today)
        if to_key == key:
            return None
        if to_key not in self._ensured:
            self._workspace.keyring.ensure(to_key)
            self._ensured.add(to_key)
        return to_key

    def _commit(self, holding: Holding, changes: Sequence[_Change], moved: Moved) -> None:
        def write(connection: Connection) -> None:
            for change in changes:
                if not holding.write(connection, change.row, change.columns):
                    raise _Moving
                if change.leaf is not None and not held_by.hand_on(
                    connection, change.leaf, to_key=change.to_key, content=change.content
                ):
                    raise _Moving

        told = self._told(holding.name, [(change.row.key, change.to_key) for change in changes])
        try:
            self._workspace.commit(write, [told])
        except _Moving:
            return
        moved.rows += len(changes)
        moved.leaves += sum(change.leaf is not None for change in changes)

    def _move_leaves(self, key: str, moved: Moved) -> None:
        """Leaves under ``key`` that have no row of their own: nothing says to whom they belong, so the house's period
        for what led to nothing holds, from the leaf's own day."""
        after = ""
        while True:
            with self._workspace.database.read() as connection:
                ids = held_by.under(connection, key, after=after, limit=LEAVES_AT_ONCE)
                with_row = set().union(*(holding.there(connection, ids) for holding in HOLDINGS)) if ids else set()
                leaves = held_by.held(connection, [each for each in ids if each not in with_row])
            if not ids:
                return
            after = ids[-1]
            self._commit_leaves(list(leaves.values()), moved)

    def _commit_leaves(self, leaves: Sequence[HeldLeaf], moved: Moved) -> None:
        prepared: list[tuple[HeldLeaf, str, bytes]] = []
        for leaf in leaves:
            last = max(last_day(japan_date(leaf.row.at), self.kept), self.today)
            to_key = self._destination(leaf.key, Kept(Standing.NEVER_CONTRACTED, last))
            if to_key is None:
                continue
            try:
                content = custody.sealed_for(self._workspace.keyring, leaf, to_key)
            except (CouldNotDecrypt, KeyDestroyed):
                moved.could_not_open("ledger", leaf.row.id)
                continue
            prepared.append((leaf, to_key, content))
        if not prepared:
            return

        def write(connection: Connection) -> None:
            for leaf, to_key, content in prepared:
                if not held_by.hand_on(connection, leaf, to_key=to_key, content=content):
                    raise _Moving

        try:
            self._workspace.commit(write, [self._told("ledger", [(leaf.key, key) for leaf, key, _ in prepared])])
        except _Moving:
            return
        moved.leaves += len(prepared)

    def _told(self, table: str, moves: Sequence[tuple[str, str]]) -> SealedLeaf:
        counted: dict[str, int] = {}
        for from_key, to_key in moves:
            name = f"{from_key} → {to_key}"
            counted[name] = counted.get(name, 0) + 1
        body = orjson.dumps({"table": table, "moved": counted}, option=orjson.OPT_SORT_KEYS)
        return self._workspace.seal(kind=MOVED_LEAF, owner=HOUSE_KEY, body=body)


def _settled(connection: Connection, contract_id: str, seen: int) -> None:
    connection.execute(
        update(contract).where(contract.c.id == contract_id, contract.c.revision == seen).values(settled=True)
    )
