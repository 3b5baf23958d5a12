"""Leaves whose content has been handed on: body and salt under a younger key than the one the leaf was sealed with.

A leaf is sealed with a salt from its owner's key, and its body is stored under the same key. A contract outlives its
month's key. Before that key is destroyed, body and salt of the contract's leaves are sealed together under another key
and stand here; the leaf in the ledger, and its row in the outbox, stay as they are.

What this does not do: it neither encrypts nor decrypts (:mod:`sekisho.workspace.custody` does), and it doesn't make
the old ciphertext in the outbox unreadable: destroying the old key does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import (
    Column,
    Connection,
    Index,
    LargeBinary,
    String,
    Table,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)

from sekisho.store.outbox import OutboxRow, outbox
from sekisho.store.schema import metadata

leaf_custody = Table(
    "leaf_custody",
    metadata,
    # The leaf's id, as in the outbox.
    Column("leaf", String(64), primary_key=True),
    Column("key", String(200), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Index("ix_leaf_custody_key", "key", "leaf"),
)
"""One row per leaf that was handed on. ``content`` is salt and body, encrypted under ``key``."""

LEAVES_PER_QUERY = 500
"""Ids in one ``IN``: far below the 32,766 parameters SQLite takes in one statement."""


@dataclass(frozen=True, slots=True)
class HeldLeaf:
    """A leaf as it can be opened now: ``key`` opens ``content`` where it was handed on, else the outbox row's body."""

    row: OutboxRow
    key: str
    content: bytes | None


def of(connection: Connection, leaf_id: str) -> tuple[str, bytes] | None:
    """Key and content of a leaf that was handed on; None where the owner's key still opens it, or nobody can."""
    found = connection.execute(
        select(leaf_custody.c.key, leaf_custody.c.content).where(leaf_custody.c.leaf == leaf_id)
    ).one_or_none()
    return None if found is None else (found.key, found.content)


def held(connection: Connection, ids: Sequence[str]) -> dict[str, HeldLeaf]:
    """The leaves ``ids``, by id; those without a row in the outbox are left out."""
    found: dict[str, HeldLeaf] = {}
    for start in range(0, len(ids), LEAVES_PER_QUERY):
        part = ids[start : start + LEAVES_PER_QUERY]
        query = (
            select(outbox, leaf_custody.c.key.label("held_under"), leaf_custody.c.content)
            .select_from(outbox.outerjoin(leaf_custody, leaf_custody.c.leaf == outbox.c.id))
            .where(outbox.c.id.in_(part))
        )
        for row in connection.execute(query):
            plain = OutboxRow(row.id, row.kind, row.owner, row.at, row.body, row.leaf, row.leaf_index)
            found[row.id] = HeldLeaf(plain, row.held_under or row.owner, row.content)
    return found


def under(connection: Connection, key: str, *, after: str, limit: int) -> list[str]:
    """Ids above ``after``, ascending, of leaves that only ``key`` opens: at most ``limit``."""
    owned = (
        select(outbox.c.id)
        .select_from(outbox.outerjoin(leaf_custody, leaf_custody.c.leaf == outbox.c.id))
        .where(outbox.c.owner == key, leaf_custody.c.leaf.is_(None), outbox.c.id > after)
    )
    handed = select(leaf_custody.c.leaf).where(leaf_custody.c.key == key, leaf_custody.c.leaf > after)
    both = owned.union_all(handed).subquery()
    query = select(both.c.id).order_by(both.c.id).limit(limit)
    return list(connection.execute(query).scalars())


def count_under(connection: Connection, key: str) -> int:
    """How many leaves only ``key`` opens."""
    owned = (
        select(func.count())
        .select_from(outbox.outerjoin(leaf_custody, leaf_custody.c.leaf == outbox.c.id))
        .where(outbox.c.owner == key, leaf_custody.c.leaf.is_(None))
    )
    handed = select(func.count()).select_from(leaf_custody).where(leaf_custody.c.key == key)
    return int(connection.execute(owned).scalar_one()) + int(connection.execute(handed).scalar_one())


_HAND_ON = (
    update(leaf_custody)
    .where(leaf_custody.c.leaf == bindparam("leaf_id"), leaf_custody.c.key == bindparam("from_key"))
    .values(key=bindparam("to_key"), content=bindparam("new_content"))
)


def hand_on(connection: Connection, leaf: HeldLeaf, *, to_key: str, content: bytes) -> bool:
    """Note that ``to_key`` opens the leaf from now on. False when it is not held as ``leaf`` says any more."""
    if leaf.content is None:
        # Somebody else may have been first; the row is there then.
        if of(connection, leaf.row.id) is not None:
            return False
        connection.execute(insert(leaf_custody), {"leaf": leaf.row.id, "key": to_key, "content": content})
        return True
    given: Mapping[str, object] = {
        "leaf_id": leaf.row.id,
        "from_key": leaf.key,
        "to_key": to_key,
        "new_content": content,
    }
    return bool(connection.execute(_HAND_ON, given).rowcount)


def forget(connection: Connection, key: str, *, limit: int) -> int:
    """Remove at most ``limit`` contents under a key that has been destroyed; how many."""
    ids = list(
        connection.execute(
            select(leaf_custody.c.leaf).where(leaf_custody.c.key == key).order_by(leaf_custody.c.leaf).limit(limit)
        ).scalars()
    )
    if ids:
        connection.execute(delete(leaf_custody).where(leaf_custody.c.leaf.in_(ids)))
    return len(ids)
