"""Open segments, kept for the next question: files and keys, a bounded number of them, never past a key's end.

A segment is opened again only when the bound drove it out or a key was destroyed anywhere: then every reader is closed,
since one of them may hold that key. A reader answers one thread at a time.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from sekisho.keys.errors import KeyDestroyed, KeyNotFound
from sekisho.logs.errors import SegmentDamaged, SegmentMissing
from sekisho.logs.lookup.candidates import Question, held, keys_of, matching
from sekisho.logs.lookup.ports import Lack, Result
from sekisho.logs.manifest import SegmentEntry, SegmentState
from sekisho.logs.rows import Rows
from sekisho.logs.segments.encoding import SegmentReader, joined
from sekisho.logs.segments.files import SegmentId

T = TypeVar("T")

OPEN_READERS: Final = 96
"""Readers kept open. One of five million rows takes some 1 MiB, its footer as pyarrow keeps it, and a file descriptor;
to open one again takes a millisecond."""


class _Kept:
    """A reader with its lock. Closed by whoever holds the lock last."""

    __slots__ = ("dropped", "lock", "reader")

    def __init__(self, reader: SegmentReader) -> None:
        self.reader = reader
        self.lock = threading.Lock()
        self.dropped = False

    def drop(self) -> None:
        """Close it, now or when whoever reads is done."""
        self.dropped = True
        if self.lock.acquire(blocking=False):
            try:
                self.reader.close()
            finally:
                self.lock.release()


class Readers:
    """A cache of readers. Thread-safe."""

    def __init__(
        self, opened: Callable[[SegmentId], SegmentReader], epoch: Callable[[], int], *, most: int = OPEN_READERS
    ) -> None:
        """``opened`` opens a segment, ``epoch`` is the keyring's; ``most`` bounds how many stay open."""
        self._opened = opened
        self._epoch = epoch
        self._most = most
        self._guard = threading.Lock()
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._at = epoch()

    def __len__(self) -> int:
        """Readers open now."""
        return len(self._kept)

    def epoch(self) -> int:
        """The keyring's epoch. Where it has risen, every reader is let go of first."""
        now = self._epoch()
        if now != self._at:
            self.clear()
            self._at = now
        return now

    def read(self, entry: SegmentEntry, question: Question) -> Result:
        """The rows of one segment that are of what is asked about, or why they can't be read."""
        return self._with(entry, lambda reader: held(reader, question))

    def read_all(self, entry: SegmentEntry, questions: Sequence[Question]) -> Sequence[Result]:
        """:meth:`read` for many questions; each group of the segment is read once."""
        found = self._with(entry, lambda reader: _held_by_all(reader, questions))
        return [found] * len(questions) if isinstance(found, Lack) else found

    def scan(self, entry: SegmentEntry, keep: Callable[[Rows], Rows]) -> Result:
        """What ``keep`` keeps of each group of a segment, all of which is read; None where it kept nothing."""

        def every(reader: SegmentReader) -> Rows | None:
            parts = [kept for group in range(len(reader)) if len(kept := keep(reader.read([group])))]
            return None if not parts else joined(parts)

        return self._with(entry, every)

    def clear(self) -> None:
        """Close everything."""
        with self._guard:
            kept, self._kept = list(self._kept.values()), OrderedDict()
        for one in kept:
            one.drop()

    def _with(self, entry: SegmentEntry, use: Callable[[SegmentReader], T]) -> T | Lack:
        if entry.state is SegmentState.LOST:
            return Lack.SEGMENT_DAMAGED
        try:
            kept = self._take(entry.segment)
            with kept.lock:
                if kept.dropped:
                    kept.reader.close()
                    return self._with(entry, use)
                try:
                    return use(kept.reader)
                finally:
                    if kept.dropped:
                        kept.reader.close()
        except KeyDestroyed:
            return Lack.PURGED
        except SegmentMissing:
            return Lack.SEGMENT_MISSING
        except (SegmentDamaged, KeyNotFound):
            return Lack.SEGMENT_DAMAGED
        except (OSError, ValueError):
            # What pyarrow raises for bytes that aren't what was written. Nothing of them is told.
            self._forget(entry.segment)
            return Lack.SEGMENT_DAMAGED

    def _take(self, segment: SegmentId) -> _Kept:
        with self._guard:
            found = self._kept.get(segment.id)
            if found is not None:
                self._kept.move_to_end(segment.id)
                return found
        made = _Kept(self._opened(segment))
        driven_out = []
        with self._guard:
            found = self._kept.get(segment.id)
            if found is None:
                self._kept[segment.id] = found = made
            while len(self._kept) > self._most:
                driven_out.append(self._kept.popitem(last=False)[1])
        if found is not made:
            made.reader.close()
        for one in driven_out:
            one.drop()
        return found

    def _forget(self, segment: SegmentId) -> None:
        with self._guard:
            found = self._kept.pop(segment.id, None)
        if found is not None:
            found.drop()


def _held_by_all(reader: SegmentReader, questions: Sequence[Question]) -> list[Rows | None]:
    wanted = [(at, key) for at, question in enumerate(questions) for key in keys_of(question, reader.groups)]
    parts: list[list[Rows]] = [[] for _ in questions]
    for (at, key), rows in zip(wanted, reader.find_all([key[1:] for _, key in wanted]), strict=True):
        met = matching(rows, questions[at], key)
        if met is not None:
            parts[at].append(met)
    return [None if not found else found[0] if len(found) == 1 else joined(found) for found in parts]
