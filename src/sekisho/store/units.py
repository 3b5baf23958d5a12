"""Units of work inside the shared transaction: each under its own savepoint, none able to harm another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Transaction
from sqlalchemy.exc import IntegrityError

from sekisho.store import outbox
from sekisho.store.database import Database
from sekisho.store.errors import (
    DatabaseUnavailable,
    LeafSubmittedTwice,
    LeavesTooLarge,
    NotAcknowledged,
    UnitEndedTransaction,
)
from sekisho.store.outbox import SealedLeaf

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Committed(Generic[T]):
    """A unit that is durable: what its function returned, and the ledger index of each of its leaves in their order."""

    value: T
    leaf_indexes: tuple[int, ...]


Leaves = Sequence[SealedLeaf] | Callable[[T], Sequence[SealedLeaf]]
"""A unit's leaves: sealed before, or made from what the unit's function returns where they depend on what it found."""

LEAF_BYTES = 65_535
"""Longest leaf: its length is two bytes in a C2SP tlog-tiles bundle. A longer one would stall the ledger."""

UNIT_LEAF_BYTES = 16 * 1024 * 1024
"""Bytes of the leaves sealed before, of one unit, at most: one append takes 64 MiB."""

LATE_LEAF_BYTES = 64 * 1024
"""Bytes of the leaves made by a running unit at most: a whole group of such units still fits one append."""


@dataclass(slots=True, eq=False)
class Unit:
    """A unit on its way. ``size``: bytes of its leaves; ``error``: what its own function raised, once it has run."""

    write: Callable[[Connection], Any]
    make_leaves: Callable[[Any], Sequence[SealedLeaf]] | None
    leaves: Sequence[SealedLeaf]
    size: int
    future: Future[Committed[Any]] = field(default_factory=Future)
    value: Any = None
    error: Exception | None = None


@dataclass(frozen=True, slots=True)
class GroupFailed:
    """Why a group was not committed. ``committing``: in the commit itself, so it may be stored all the same."""

    error: Exception
    committing: bool


class _Poisoned(Exception):
    """A unit ended the shared transaction: the group must be run again without it."""

    def __init__(self, unit: Unit) -> None:
        super().__init__()
        self.unit = unit


def new_unit(write: Callable[[Connection], T], leaves: Leaves[T]) -> Unit:
    """A unit to hand in. Raises ``LeavesTooLarge``."""
    if callable(leaves):
        return Unit(write, leaves, (), 0)
    sealed = tuple(leaves)
    return Unit(write, None, sealed, leaves_size(sealed, limit=UNIT_LEAF_BYTES))


def leaves_size(leaves: Sequence[SealedLeaf], *, limit: int) -> int:
    """The leaves' bytes together. ``LeavesTooLarge`` above ``limit``, or when one is longer than :data:`LEAF_BYTES`."""
    size = sum(len(leaf.leaf) for leaf in leaves)
    if size > limit or any(len(leaf.leaf) > LEAF_BYTES for leaf in leaves):
        raise LeavesTooLarge(size=size, leaves=len(leaves))
    return size


def commit_group(
    database: Database,
    units: Sequence[Unit],
    *,
    worker: str,
    before: Callable[[Connection], None],
    after: Callable[[Connection], None],
) -> GroupFailed | None:
    """Run ``before``, the units and ``after`` in one transaction and commit it.

    On None everything is committed but the units with an ``error``, whose futures now have it. On a failure every
    future is resolved. ``before`` and the units are run again when a unit ended the transaction.
    """
    waiting = list(units)
    while True:
        committing = False
        try:
            with database.write() as connection:
                shared = connection.get_transaction()
                before(connection)
                for unit in waiting:
                    _run(database, connection, shared, unit, worker)
                after(connection)
                committing = True
            break
        except _Poisoned as poisoned:
            waiting.remove(poisoned.unit)
        except Exception as error:  # noqa: BLE001,RUF100  whatever it is, those who wait must be told
            if committing:
                not_acknowledged(waiting, cause=type(error).__name__)
            else:
                fail(waiting, DatabaseUnavailable(cause=type(error).__name__))
            _tell_own([unit for unit in units if unit not in waiting])
            return GroupFailed(error, committing)
    # A unit's own error is told only now: it may rest on what its neighbours wrote.
    _tell_own(units)
    return None


def _run(database: Database, connection: Connection, shared: Transaction | None, unit: Unit, worker: str) -> None:
    unit.error = None
    connection.exec_driver_sql("SAVEPOINT unit")
    try:
        with database.unit_guard(connection):
            unit.value = unit.write(connection)
            _require_open(connection, shared)
            if unit.make_leaves is not None:
                unit.leaves = tuple(unit.make_leaves(unit.value))
                leaves_size(unit.leaves, limit=LATE_LEAF_BYTES)
        if unit.leaves:
            _write_leaves(connection, unit.leaves, worker)
    except Exception as error:
        unit.error = error
        if _ended(connection, shared):
            # SQLAlchemy takes the transaction for ended, so it wouldn't roll it back: drop the connection.
            connection.invalidate()
            raise _Poisoned(unit) from error
        while nested := connection.get_nested_transaction():
            nested.rollback()
        connection.exec_driver_sql("ROLLBACK TO SAVEPOINT unit")
    connection.exec_driver_sql("RELEASE SAVEPOINT unit")


def _write_leaves(connection: Connection, leaves: Sequence[SealedLeaf], worker: str) -> None:
    try:
        outbox.write(connection, leaves, worker=worker)
    except IntegrityError as error:
        raise LeafSubmittedTwice(leaf_id=leaves[0].id) from error


def _require_open(connection: Connection, shared: Transaction | None) -> None:
    """What a unit must leave behind: the shared transaction, and no savepoint of its own."""
    if _ended(connection, shared):
        raise UnitEndedTransaction(call="commit or rollback")
    if connection.in_nested_transaction():
        raise UnitEndedTransaction(call="begin_nested")


def _ended(connection: Connection, shared: Transaction | None) -> bool:
    """Whether the transaction the group began is over (``get_transaction`` tells of an ended one, too)."""
    return connection.get_transaction() is not shared or not connection.in_transaction()


def fail(units: Iterable[Unit], error: Exception) -> None:
    """Tell ``error`` to whoever of ``units`` has no answer yet."""
    for unit in units:
        if not unit.future.done():
            unit.future.set_exception(error)


def not_acknowledged(units: Iterable[Unit], *, cause: str) -> None:
    """Tell whoever of ``units`` has no answer yet that it may be stored or not."""
    for unit in units:
        fail([unit], NotAcknowledged(cause=cause, leaf_ids=[leaf.id for leaf in unit.leaves]))


def _tell_own(units: Iterable[Unit]) -> None:
    for unit in units:
        if unit.error is not None:
            unit.future.set_exception(unit.error)
