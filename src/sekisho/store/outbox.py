"""The outbox: each ledger leaf is first a row, written in the same transaction as the rows it speaks of.

A row with ``leaf_index`` empty waits for the ledger, or is there and not yet marked. ``ledger_mark`` says up to where
every ledger leaf has been marked, so that recovery reads only the ledger's tail.

What this does not do: it never removes a row. What a leaf said is in ``body``, encrypted under its owner's key, and
becomes unreadable when that key is destroyed; the sealed leaf stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Index,
    LargeBinary,
    Row,
    String,
    Table,
    bindparam,
    delete,
    insert,
    literal_column,
    select,
    update,
)

from sekisho.store.columns import Big, Moment
from sekisho.store.schema import metadata

outbox = Table(
    "outbox",
    metadata,
    # Order of writing. Position, not time, orders appends: clocks of several workers may disagree.
    Column("position", Big, primary_key=True, autoincrement=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("worker", String(32), nullable=False),
    Column("kind", String(200), nullable=False),
    Column("owner", String(200), nullable=False),
    Column("at", Moment, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("leaf", LargeBinary, nullable=False),
    Column("leaf_index", Big, nullable=True, unique=True),
)
"""One row per leaf. ``body`` is ciphertext made by the caller (:class:`SealedLeaf`); ``leaf`` is the ledger's."""

_unmarked = outbox.c.leaf_index.is_(None)
Index("ix_outbox_unmarked", outbox.c.position, postgresql_where=_unmarked, sqlite_where=_unmarked)

DESTRUCTION_KIND = "keys.destroyed"
"""Kind of the leaves that record a key's destruction. Every opening of a workspace reads them all."""

of_destruction = outbox.c.kind == literal_column(f"'{DESTRUCTION_KIND}'")
"""Condition of those rows, with the kind as a literal: databases use a partial index for nothing else."""
Index("ix_outbox_destructions", outbox.c.position, postgresql_where=of_destruction, sqlite_where=of_destruction)

Index("ix_outbox_owner", outbox.c.owner, outbox.c.id)
# Before a key is destroyed, whatever must outlive it is looked for here.

ledger_mark = Table(
    "ledger_mark",
    metadata,
    Column("id", Big, primary_key=True, autoincrement=False),
    Column("size", Big, nullable=False),
)
"""One row (id 1): every ledger leaf with an index below ``size`` is marked in the outbox."""

_MARK_ID = 1


@dataclass(frozen=True, slots=True)
class SealedLeaf:
    """A leaf ready to be committed: its ledger bytes and what they open to, encrypted.

    ``body`` must already be encrypted under the key ``owner`` (:meth:`sekisho.workspace.Workspace.seal` does so); this
    package neither encrypts nor decrypts it. A sealed leaf can be committed once.
    """

    id: str
    kind: str
    owner: str
    at: datetime
    body: bytes
    leaf: bytes


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A leaf as the outbox holds it. ``leaf_index`` is None while it is not marked; the ledger may already have it."""

    id: str
    kind: str
    owner: str
    at: datetime
    body: bytes
    leaf: bytes
    leaf_index: int | None


_INSERT = insert(outbox)
_MARK_ROW = update(outbox).where(outbox.c.id == bindparam("leaf_id")).values(leaf_index=bindparam("new_index"))
_MARK_SIZE = update(ledger_mark).where(ledger_mark.c.id == _MARK_ID).values(size=bindparam("new_size"))
_COLUMNS = (outbox.c.id, outbox.c.kind, outbox.c.owner, outbox.c.at, outbox.c.body, outbox.c.leaf, outbox.c.leaf_index)
_PENDING = select(outbox.c.id, outbox.c.leaf).where(_unmarked).order_by(outbox.c.position)
_FOREIGN = _PENDING.where(outbox.c.worker != bindparam("me"))


def start_mark(connection: Connection) -> None:
    """Write the mark of a new, empty ledger. Called once, when a workspace is created."""
    connection.execute(insert(ledger_mark), {"id": _MARK_ID, "size": 0})


def clear(connection: Connection) -> None:
    """Forget everything; only for a workspace whose creation was interrupted before it acknowledged anything."""
    connection.execute(delete(outbox))
    connection.execute(delete(ledger_mark))


def marked_size(connection: Connection) -> int:
    """How many ledger leaves are marked for certain."""
    return int(connection.execute(select(ledger_mark.c.size).where(ledger_mark.c.id == _MARK_ID)).scalar_one())


def write(connection: Connection, leaves: Sequence[SealedLeaf], *, worker: str) -> None:
    """Write outbox rows in the given order. Raises SQLAlchemy's ``IntegrityError`` for an id that is already there."""
    connection.execute(
        _INSERT,
        [
            {"id": leaf.id, "worker": worker, "kind": leaf.kind, "owner": leaf.owner, "at": leaf.at,
             "body": leaf.body, "leaf": leaf.leaf}
            for leaf in leaves
        ],
    )


def mark(connection: Connection, indexes: Sequence[tuple[str, int]], *, size: int) -> int:
    """Note ``indexes`` (leaf id, ledger index), and that the ledger is marked up to ``size``. The rows matched."""
    matched = 0
    if indexes:
        result = connection.execute(_MARK_ROW, [{"leaf_id": leaf_id, "new_index": index} for leaf_id, index in indexes])
        matched = result.rowcount
    connection.execute(_MARK_SIZE, {"new_size": size})
    return matched


def pending(connection: Connection, *, limit: int) -> list[tuple[str, bytes]]:
    """Rows without an index, oldest first: (leaf id, leaf bytes)."""
    return [(row.id, row.leaf) for row in connection.execute(_PENDING.limit(limit))]


def pending_of_others(connection: Connection, *, me: str, limit: int) -> list[tuple[str, bytes]]:
    """Rows without an index that a worker other than ``me`` wrote, oldest first."""
    return [(row.id, row.leaf) for row in connection.execute(_FOREIGN.limit(limit), {"me": me})]


def known_ids(connection: Connection, ids: Sequence[str]) -> set[str]:
    """Which of ``ids`` have a row."""
    return set(connection.execute(select(outbox.c.id).where(outbox.c.id.in_(ids))).scalars())


def indexes_of(connection: Connection, ids: Sequence[str]) -> dict[str, int]:
    """The ledger index of each of ``ids`` that has been marked."""
    query = select(outbox.c.id, outbox.c.leaf_index).where(outbox.c.id.in_(ids), outbox.c.leaf_index.is_not(None))
    return {row.id: row.leaf_index for row in connection.execute(query)}


def _row(row: Row[*tuple[Any, ...]]) -> OutboxRow:
    return OutboxRow(
        id=row.id, kind=row.kind, owner=row.owner, at=row.at, body=row.body, leaf=row.leaf, leaf_index=row.leaf_index
    )


def by_id(connection: Connection, leaf_id: str) -> OutboxRow | None:
    """The row of the leaf ``leaf_id``, or None."""
    found = connection.execute(select(*_COLUMNS).where(outbox.c.id == leaf_id)).one_or_none()
    return None if found is None else _row(found)


def by_index(connection: Connection, index: int) -> OutboxRow | None:
    """The row marked with ledger ``index``, or None: a leaf appended moments ago may not be marked yet (use its id)."""
    found = connection.execute(select(*_COLUMNS).where(outbox.c.leaf_index == index)).one_or_none()
    return None if found is None else _row(found)
