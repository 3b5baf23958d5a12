"""Bringing outbox and ledger together after a crash: every row gets exactly one leaf, in the order of the outbox."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Connection

from sekisho.store import outbox
from sekisho.store.database import Database
from sekisho.store.errors import LedgerAheadOfDatabase, LedgerBehindDatabase

CHUNK = 500
"""Leaves compared or appended at a time; below SQLite's smallest limit of parameters (999, sqlite.org/limits.html)."""


class RecoverableLog(Protocol):
    """What recovery needs of the ledger; see :class:`sekisho.store.commit.Log`."""

    @property
    def size(self) -> int:
        """Number of durable leaves."""
        ...

    def append(self, leaves: Sequence[bytes], /) -> range:
        """Append durably."""
        ...

    def leaves(self, start: int, stop: int, /) -> Iterable[bytes]:
        """Leaves ``start`` up to ``stop``."""
        ...


@dataclass(frozen=True, slots=True)
class Recovery:
    """What a recovery did: leaves found in the ledger and marked now, rows appended now. Both 0 after a clean close."""

    matched: int
    appended: int


@dataclass(frozen=True, slots=True)
class UnknownLeaves:
    """Ledger leaves without an outbox row: ``count`` of them, all with an index in [``start``, ``stop``)."""

    count: int
    start: int
    stop: int


def match_tail(
    database: Database,
    log: RecoverableLog,
    *,
    leaf_id_of: Callable[[bytes], str],
    accept_unknown: Callable[[Connection, UnknownLeaves], None] | None = None,
) -> int:
    """Mark every ledger leaf since the last mark. Returns how many were matched; all in one transaction.

    Leaves that no row explains raise ``LedgerAheadOfDatabase`` (and nothing is marked), unless ``accept_unknown`` is
    given: it records in the same transaction that a restored database was accepted. Raises ``LedgerBehindDatabase``
    when the ledger is shorter than the mark.
    """
    matched = 0
    unknown: list[int] = []
    with database.write() as connection:
        marked, size = outbox.marked_size(connection), log.size
        if size < marked:
            raise LedgerBehindDatabase(ledger_size=size, marked=marked)
        for start in range(marked, size, CHUNK):
            stop = min(start + CHUNK, size)
            found = [(leaf_id_of(leaf), start + offset) for offset, leaf in enumerate(log.leaves(start, stop))]
            known = outbox.known_ids(connection, [leaf_id for leaf_id, _ in found])
            unknown += [index for leaf_id, index in found if leaf_id not in known]
            here = [(leaf_id, index) for leaf_id, index in found if leaf_id in known]
            outbox.mark(connection, here, size=stop)
            matched += len(here)
        if unknown and accept_unknown is None:
            raise LedgerAheadOfDatabase(count=len(unknown), first=unknown[0])
        if unknown and accept_unknown is not None:
            accept_unknown(connection, UnknownLeaves(count=len(unknown), start=unknown[0], stop=unknown[-1] + 1))
    return matched


def recover(database: Database, log: RecoverableLog, *, leaf_id_of: Callable[[bytes], str]) -> Recovery:
    """Mark the ledger's tail, then append every row that still has no leaf. Safe to interrupt and to repeat."""
    matched = match_tail(database, log, leaf_id_of=leaf_id_of)
    appended = 0
    while True:
        with database.read() as reading:
            rows = outbox.pending(reading, limit=CHUNK)
        if not rows:
            return Recovery(matched=matched, appended=appended)
        span = log.append([leaf for _, leaf in rows])
        with database.write() as connection:
            marks = list(zip((leaf_id for leaf_id, _ in rows), span, strict=True))
            outbox.mark(connection, marks, size=span.stop)
        appended += len(rows)
