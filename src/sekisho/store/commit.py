"""The commit queue: rows and ledger leaves become durable together, in groups, and only then is anyone answered.

A *unit* is a function that writes rows, and the sealed leaves that speak of them. One writer thread takes all waiting
units and, numbered as in the code:

(1) opens one database transaction; marks the leaves of the group before as appended;
(2) runs each unit under its own savepoint and writes its leaves to the outbox; a unit that raises is undone alone;
(3) commits (the database has synced);
(4) appends all leaves in one ``append`` (the ledger has synced);
(5) resolves the futures: the answer leaves after the leaf is durable.

A crash between (3) and (4) leaves outbox rows without a leaf; one between (4) and the next (1), leaves without a mark.
Recovery (at open, and after any failure of 3 or 4) compares the ledger's tail with the outbox by the leaf id inside
each leaf, marks what is there and appends what is not: each leaf exactly once, in the order of the outbox.

Several workers (PostgreSQL): whoever holds the ledger's lock is the *sequencer* and appends everyone's rows. The others
do (1)-(3), then wait until their rows are marked. When the sequencer dies its lock falls free and another takes it.

What this does not do: it doesn't run a unit in the caller's thread, and doesn't promise to run it only once: when a
group has to be rolled back, its units are run again. So a unit does nothing but read and write rows.
"""

from __future__ import annotations

import asyncio
import logging
import queue
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from typing import Any, Protocol, Self, TypeVar

from sqlalchemy import Connection

from sekisho.store import outbox
from sekisho.store.database import Database
from sekisho.store.errors import LedgerStalled, QueueClosed, QueueFull
from sekisho.store.faults import FaultLog
from sekisho.store.notify import Listener, notify_marked, notify_written
from sekisho.store.recovery import Recovery, recover
from sekisho.store.units import (
    UNIT_LEAF_BYTES,
    Committed,
    Leaves,
    Unit,
    commit_group,
    fail,
    new_unit,
    not_acknowledged,
)

GROUP_UNITS = 256
"""Units in one transaction at most: bounds how long the first of a group waits for the last (about 50 ms)."""

WAITING_UNITS = 10_000
"""Units waiting at most. At some 2,000 units/s this is five seconds of work; a client has given up by then."""

IDLE_MARK_SECONDS = 0.05
"""How long the queue must be idle before the last group's leaves are marked in a transaction of their own."""

POLL_SECONDS = 0.05
"""How often a worker looks for others' rows, or its marks, without a notification: a lost one must stall nobody."""

TAKEOVER_SECONDS = 0.25
"""How often a worker without the sequencer's lock tries to get it."""

STALLED_SECONDS = 1.0
"""How often an idle queue tries whether the ledger can be written again; each unit that arrives tries too."""

FOLLOWER_WAIT_SECONDS = 10.0
"""How long a worker waits for the sequencer before it answers ``NotAcknowledged``: longer than any takeover."""

FOREIGN_ROWS = 256
"""Rows of other workers appended in one group at most; at most 16 MiB."""

_log = logging.getLogger(__name__)

T = TypeVar("T")


class Log(Protocol):
    """What the queue needs of the ledger."""

    @property
    def size(self) -> int:
        """Number of durable leaves."""
        ...

    def append(self, leaves: Sequence[bytes], /) -> range:
        """Append; durable when it returns. The indexes given, in order."""
        ...

    def leaves(self, start: int, stop: int, /) -> Iterable[bytes]:
        """The leaves with indexes ``start`` up to but not including ``stop``."""
        ...

    def close(self) -> None:
        """Release the lock."""
        ...


_CLOSE = object()
_WAKE = object()


class CommitQueue:
    """Takes units from threads and from asyncio, commits them in groups. Make one with :meth:`open`."""

    def __init__(
        self,
        database: Database,
        *,
        open_log: Callable[[], Log | None],
        leaf_id_of: Callable[[bytes], str],
        log: Log | None,
    ) -> None:
        """Not for callers: use :meth:`open`, which recovers first."""
        self._database = database
        self._open_log = open_log
        self._leaf_id_of = leaf_id_of
        self._log = log
        self._worker = secrets.token_hex(16)
        self._inbox: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._gate = threading.Lock()
        self._closed = False
        self._marks: list[tuple[str, int]] = []
        self._marked_to = 0
        self._stalled: str | None = None
        self._last_takeover = 0.0
        self._recovery = Recovery(matched=0, appended=0)
        self._faults = FaultLog(_log)
        self._close_error: Exception | None = None
        self._bell = threading.Event()
        self._listener: Listener | None = None
        self._thread = threading.Thread(target=self._run, name="sekisho-commit", daemon=True)

    @classmethod
    def open(
        cls,
        database: Database,
        *,
        open_log: Callable[[], Log | None],
        leaf_id_of: Callable[[bytes], str],
    ) -> Self | None:
        """Take the sequencer's lock if it is free, recover, and start the writer thread.

        ``open_log`` returns the ledger opened for appending, or None while another process has it; ``leaf_id_of`` reads
        the leaf id inside a leaf. With SQLite returns None when the ledger is taken: there is one writing process. With
        PostgreSQL such a worker follows. Raises ``LedgerBehindDatabase`` or ``LedgerAheadOfDatabase`` from recovery.
        """
        log = open_log()
        if log is None and not database.several_workers:
            return None
        made = cls(database, open_log=open_log, leaf_id_of=leaf_id_of, log=log)
        if log is not None:
            try:
                made._recover(log)
            except BaseException:
                log.close()
                raise
        if database.several_workers:
            made._listener = Listener(
                database, me=made._worker, on_written=lambda: made._inbox.put(_WAKE), on_marked=made._bell.set
            )
        made._thread.start()
        return made

    @property
    def is_sequencer(self) -> bool:
        """Whether this worker holds the ledger just now."""
        return self._log is not None

    @property
    def log(self) -> Log | None:
        """The ledger, where this worker holds it: to read and to ask for a checkpoint, never to append."""
        return self._log

    @property
    def recovery(self) -> Recovery:
        """What the last recovery found to do."""
        return self._recovery

    @property
    def waiting(self) -> int:
        """Units not yet taken by the writer thread (approximate)."""
        return self._inbox.qsize()

    def submit(self, write: Callable[[Connection], T], leaves: Leaves[T] = ()) -> Future[Committed[T]]:
        """Hand in a unit; the future resolves when its rows and leaves are durable.

        Seal leaves before where that is possible: it is the writer thread that calls ``leaves``, if it is a function.

        The future raises what ``write`` raised (then nothing of the unit was written), or one of
        :mod:`sekisho.store.errors`: ``NotAcknowledged`` alone leaves open whether it was written. Raises
        ``LeavesTooLarge``, ``QueueFull`` or ``QueueClosed`` at once.
        """
        unit = new_unit(write, leaves)
        with self._gate:
            if self._closed:
                raise QueueClosed
            waiting = self._inbox.qsize()
            if waiting >= WAITING_UNITS:
                raise QueueFull(waiting=waiting)
            self._inbox.put(unit)
        return unit.future

    def commit(self, write: Callable[[Connection], T], leaves: Leaves[T] = ()) -> Committed[T]:
        """:meth:`submit` and wait. Not for the event loop's thread: use :meth:`commit_async` there."""
        return self.submit(write, leaves).result()

    async def commit_async(self, write: Callable[[Connection], T], leaves: Leaves[T] = ()) -> Committed[T]:
        """:meth:`submit` and await. A cancelled caller's unit may still be committed if it was already running."""
        return await asyncio.wrap_future(self.submit(write, leaves))

    def close(self) -> None:
        """Commit what is waiting, mark it, publish and release the ledger. Later submissions raise ``QueueClosed``.

        Raises what publishing the ledger raises; everything acknowledged is safe then, too. Closing twice does nothing.
        """
        with self._gate:
            if not self._closed:
                self._closed = True
                self._inbox.put(_CLOSE)
        self._thread.join()
        error, self._close_error = self._close_error, None
        if error is not None:
            raise error

    # --- the writer thread -------------------------------------------------------------------------------------------

    def _run(self) -> None:
        closing = False
        while not closing:
            units, closing = self._take()
            try:
                self._serve(units)
            except Exception as error:  # the thread must outlive any fault: everybody waits for it
                self._faults.tell("commit queue fault", error)
                self._stall(error)
                not_acknowledged(units, cause=type(error).__name__)
        self._finish()

    def _take(self) -> tuple[list[Unit], bool]:
        """Wait for work; everything that is waiting, up to a group. An empty list means: idle, look after yourself."""
        units: list[Unit] = []
        size = 0
        try:
            item = self._inbox.get(timeout=self._patience())
            while True:
                if item is _CLOSE:
                    return units, True
                if item is not _WAKE and item.future.set_running_or_notify_cancel():
                    units.append(item)
                    size += item.size
                if len(units) == GROUP_UNITS or size > UNIT_LEAF_BYTES:
                    break
                item = self._inbox.get_nowait()
        except queue.Empty:
            pass
        return units, False

    def _patience(self) -> float | None:
        if self._database.several_workers:
            return POLL_SECONDS
        if self._stalled is not None:
            return STALLED_SECONDS
        return IDLE_MARK_SECONDS if self._marks else None

    def _serve(self, units: list[Unit]) -> None:
        if self._stalled is not None and not self._unstall():
            fail(units, LedgerStalled(cause=self._stalled))
        elif self._log is not None or self._try_takeover():
            self._sequence(self._holding(), units)
        else:
            self._follow(units)

    def _holding(self) -> Log:
        assert self._log is not None  # noqa: S101  narrows the type; both callers have just seen it
        return self._log

    def _sequence(self, log: Log, units: list[Unit]) -> None:
        """The numbered steps, as the holder of the ledger."""
        if not units and not self._marks and not self._database.several_workers:
            return
        foreign: list[tuple[str, bytes]] = []

        def more(connection: Connection) -> None:
            if self._database.several_workers:
                foreign.extend(outbox.pending_of_others(connection, me=self._worker, limit=FOREIGN_ROWS))

        if not self._write_group(units, more):
            return
        done = [unit for unit in units if unit.error is None]
        entries = foreign + [(leaf.id, leaf.leaf) for unit in done for leaf in unit.leaves]
        position = 0
        if entries:
            try:
                span = log.append([leaf for _, leaf in entries])  # (4)
            except Exception as error:
                self._faults.tell("ledger append failed", error)
                self._stall(error)
                not_acknowledged(done, cause=type(error).__name__)
                return
            position = span.start
            self._marks += zip((leaf_id for leaf_id, _ in entries), span, strict=True)
            self._marked_to = span.stop
        position += len(foreign)
        for unit in done:  # (5)
            stop = position + len(unit.leaves)
            unit.future.set_result(Committed(unit.value, tuple(range(position, stop))))
            position = stop
        if foreign:
            # Others wait for the mark, so it isn't left to the next group.
            with self._database.write() as connection:
                self._write_marks(connection)
                notify_marked(connection)
            self._marks.clear()
            if len(foreign) == FOREIGN_ROWS:
                self._inbox.put(_WAKE)

    def _write_group(self, units: list[Unit], after: Callable[[Connection], None]) -> bool:
        """Steps (1) to (3). False when the group failed; its futures are then resolved."""
        failed = commit_group(self._database, units, worker=self._worker, before=self._write_marks, after=after)
        if failed is None:
            self._marks.clear()
            self._faults.over()
            return True
        self._faults.tell("group transaction failed", failed.error)
        if failed.committing:
            self._stall(failed.error)
        return False

    def _write_marks(self, connection: Connection) -> None:
        if self._marks:
            outbox.mark(connection, self._marks, size=self._marked_to)

    # --- without the ledger ------------------------------------------------------------------------------------------

    def _follow(self, units: list[Unit]) -> None:
        """Steps (1) to (3), then wait until the sequencer has marked the rows."""
        if not units:
            return
        self._bell.clear()

        def tell(connection: Connection) -> None:
            notify_written(connection, me=self._worker)

        if not self._write_group(units, tell):
            return
        waiting = [unit for unit in units if unit.error is None]
        deadline = time.monotonic() + FOLLOWER_WAIT_SECONDS
        while waiting:
            indexes = self._indexes([leaf.id for unit in waiting for leaf in unit.leaves])
            left = []
            for unit in waiting:
                if all(leaf.id in indexes for leaf in unit.leaves):
                    unit.future.set_result(Committed(unit.value, tuple(indexes[leaf.id] for leaf in unit.leaves)))
                else:
                    left.append(unit)
            waiting = left
            if not waiting:
                return
            if time.monotonic() > deadline:
                not_acknowledged(waiting, cause="no_sequencer")
                return
            if not self._try_takeover():
                self._bell.wait(POLL_SECONDS)
                self._bell.clear()

    def _indexes(self, ids: list[str]) -> dict[str, int]:
        with self._database.read() as connection:
            return outbox.indexes_of(connection, ids)

    def _try_takeover(self) -> bool:
        """Become the sequencer if nobody is. Recovery then appends and marks everything that waits."""
        moment = time.monotonic()
        if moment - self._last_takeover < TAKEOVER_SECONDS:
            return False
        self._last_takeover = moment
        log = self._open_log()
        if log is None:
            return False
        try:
            self._recover(log)
        except BaseException:
            log.close()
            raise
        self._log = log
        return True

    # --- failure and recovery ----------------------------------------------------------------------------------------

    def _recover(self, log: Log) -> None:
        self._recovery = recover(self._database, log, leaf_id_of=self._leaf_id_of)
        self._marks.clear()
        self._marked_to = log.size
        self._stalled = None
        if self._database.several_workers and (self._recovery.matched or self._recovery.appended):
            with self._database.write() as connection:
                notify_marked(connection)

    def _stall(self, error: Exception) -> None:
        self._stalled = type(error).__name__

    def _unstall(self) -> bool:
        """Read the ledger afresh from its files (what a failed append left behind is theirs to say) and recover."""
        try:
            if self._log is not None:
                broken, self._log = self._log, None
                broken.close()
            log = self._open_log()
            if log is None:
                # Another worker was quicker; its recovery covers our rows.
                if self._database.several_workers:
                    self._stalled = None
                    return True
                return False
            try:
                self._recover(log)
            except BaseException:
                log.close()
                raise
        except Exception as error:
            self._faults.tell("ledger still cannot be written", error)
            self._stall(error)
            return False
        self._log = log
        return True

    def _finish(self) -> None:
        try:
            if self._marks and self._stalled is None:
                with self._database.write() as connection:
                    self._write_marks(connection)
        except Exception as error:
            self._faults.tell("last marks not written; the next open recovers them", error)
        finally:
            if self._listener is not None:
                self._listener.close()
            if self._log is not None:
                try:
                    self._log.close()
                except Exception as error:  # told to whoever closes
                    self._close_error = error
                self._log = None
