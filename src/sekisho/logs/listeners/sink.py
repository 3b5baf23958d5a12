"""Between the sockets and the spool: a bounded queue, written and synced by one thread, many records at a time.

Group commit: while one batch is being synced the next one gathers, so that each sync carries whatever came meanwhile.
A batch that can't be written is tried again until it can, or until the listener is told to end: a record may then be in
the spool twice, which is told apart later, but never lost between two attempts.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from sekisho.logs.listeners.counts import Counts
from sekisho.logs.spool import SpoolWriter

CAPACITY: Final = 32 * 1024 * 1024
"""Bytes that may wait: at 250 bytes a line some 120,000 lines, about a second's worth."""
LARGE: Final = 1024 * 1024
"""Bytes worth a sync without waiting for more."""
RECORD_COST: Final = 128
"""Bytes counted for a record beside its own."""
RETRY_SECONDS: Final = 1.0
"""Between two attempts to write to a disk that fails."""


@dataclass(frozen=True, slots=True)
class Record:
    """What is to be kept: as it came, when (UTC microseconds), from whom; ``messages`` says how many it holds, and
    ``durable`` is called, in the sink's thread, once it is on the disk."""

    data: bytes
    received: int
    peer: str
    messages: int = 1
    durable: Callable[[], None] | None = None

    @property
    def size(self) -> int:
        """Bytes it counts for."""
        return len(self.data) + RECORD_COST


class Sink:
    """Takes records from any thread and makes them durable."""

    def __init__(
        self,
        writer: SpoolWriter,
        counts: Counts,
        *,
        linger: float,
        capacity: int = CAPACITY,
    ) -> None:
        """``linger``: seconds a batch may wait for more; 0 where a sender waits for its answer."""
        self._writer = writer
        self._counts = counts
        self._linger = linger
        self._capacity = capacity
        self._wake = threading.Condition()
        self._queue: list[Record] = []
        self._size = 0
        self._room: Callable[[], None] | None = None
        self._rolls: list[threading.Event] = []
        self._ending = False
        self._giving_up = threading.Event()
        self.failed: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="log-sink", daemon=True)
        self._thread.start()

    @property
    def full(self) -> bool:
        """Whether more should wait."""
        return self._size >= self._capacity

    def offer(self, record: Record, *, force: bool = False) -> bool:
        """Take a record, unless the queue is full. ``force``: it was read from a stream that is stopped after it."""
        with self._wake:
            if (self._size >= self._capacity and not force) or self._ending or self.failed is not None:
                return False
            if not self._queue or self._size >= LARGE:
                self._wake.notify()
            self._queue.append(record)
            self._size += record.size
            self._counts.received += record.messages
            self._counts.received_bytes += len(record.data)
            return True

    def when_there_is_room(self, call: Callable[[], None]) -> None:
        """Call ``call``, once and in the sink's thread, when the queue is half empty."""
        with self._wake:
            self._room = call

    def roll(self, timeout: float | None = None) -> bool:
        """Complete the spool's file with all that was offered before; whether that was done in time."""
        done = threading.Event()
        with self._wake:
            if not self._thread.is_alive():
                return False
            self._rolls.append(done)
            self._wake.notify()
        return done.wait(timeout)

    def close(self, timeout: float = 30.0) -> None:
        """Make durable what was offered and end. What a failing disk doesn't take by then is lost, and counted."""
        with self._wake:
            self._ending = True
            self._wake.notify()
        self._thread.join(timeout)
        self._giving_up.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            while True:
                with self._wake:
                    self._wake.wait_for(lambda: self._queue or self._rolls or self._ending)
                    if self._linger and not self._rolls and not self._ending:
                        self._wake.wait_for(
                            lambda: self._size >= LARGE or self._rolls or self._ending, timeout=self._linger
                        )
                    batch, self._queue = self._queue, []
                    rolls, self._rolls = self._rolls, []
                    ending = self._ending
                if batch:
                    self._commit(batch)
                if rolls:
                    self._roll(rolls)
                if ending and not batch and not rolls:
                    return
        except BaseException as error:
            # A key that is gone, or an error of ours: nothing is acknowledged any more, and the listener ends.
            self.failed = error
            for one in self._rolls:
                one.set()
            room = self._room
            if room is not None:
                room()

    def _commit(self, batch: Sequence[Record]) -> None:
        while True:
            try:
                for one in batch:
                    self._writer.append(one.data, received=one.received, peer=one.peer)
                self._writer.sync()
            except OSError:
                self._counts.disk_errors += 1
                if self._giving_up.wait(RETRY_SECONDS):
                    self._counts.dropped["disk"] += sum(one.messages for one in batch)
                    break
                continue
            self._counts.durable += sum(one.messages for one in batch)
            for one in batch:
                if one.durable is not None:
                    one.durable()
            break
        room = None
        with self._wake:
            self._size -= sum(one.size for one in batch)
            if self._size <= self._capacity // 2:
                room, self._room = self._room, None
        if room is not None:
            room()

    def _roll(self, rolls: Sequence[threading.Event]) -> None:
        try:
            self._writer.roll()
        except OSError:
            self._counts.disk_errors += 1
        for one in rolls:
            one.set()
