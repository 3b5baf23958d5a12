"""What never came, by an exporter's own numbers (RFC 7011 section 3.1: data records; RFC 3954 section 5.1: messages).

A datagram that was overtaken by others comes late, not never: a hole is told only after :data:`PATIENCE` further
messages, or at the end of the input, so far as it wasn't filled.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final

from sekisho.logs.formats.reader import Missing

PATIENCE: Final = 64
"""Messages of the same exporter after which a hole isn't filled any more."""
MAX_HOLES: Final = 256
"""Holes waited for at once: with more, the oldest is told."""
_WRAP: Final = 2**32


class Counts(Enum):
    """What an exporter's sequence numbers count."""

    RECORDS = "records"
    """Data records, as RFC 7011 says."""
    MESSAGES = "messages"
    """Messages, as RFC 3954 says; some exporters of IPFIX do so, too."""
    NOTHING = "nothing"
    """Nothing to be relied upon: holes aren't looked for."""


@dataclass(slots=True)
class _Hole:
    first: int
    size: int
    missing: int
    begin: int
    end: int
    seen: int


class Sequence:
    """The numbers of one exporter and domain."""

    def __init__(self, counts: Counts) -> None:
        """Nothing is expected of the first message."""
        self._counts = counts
        self._expected: int | None = None
        self._anew: int | None = None
        self._last = 0
        self._messages = 0
        self._holes: deque[_Hole] = deque()

    def note(self, first: int, exported: int) -> Iterator[Missing]:
        """A message with the number ``first`` came; holes that are too old to be filled are told."""
        if self._counts is Counts.NOTHING:
            return
        self._messages += 1
        if self._anew == first:
            # The second message in a row from an earlier number: the exporter began anew.
            self._expected = first
        self._anew = None
        ahead = 0 if self._expected is None else (first - self._expected) % _WRAP
        if 0 < ahead < _WRAP // 2 and self._expected is not None:
            self._holes.append(
                _Hole(self._expected, ahead, ahead, min(self._last, exported), exported, self._messages)
            )
        while self._holes and (self._messages - self._holes[0].seen > PATIENCE or len(self._holes) > MAX_HOLES):
            yield from _told(self._holes.popleft())

    def advance(self, first: int, records: int | None, exported: int) -> None:
        """That message had so many records; None where that isn't known, and nothing is expected of the next."""
        if self._counts is Counts.NOTHING:
            return
        count = 1 if self._counts is Counts.MESSAGES else records
        behind = 0 if self._expected is None else (self._expected - first) % _WRAP
        if 0 < behind < _WRAP // 2:
            # One that was overtaken, one that came twice, or the first after the exporter began anew.
            if not self._fill(first, count or 0) and count is not None:
                self._anew = (first + count) % _WRAP
            return
        self._expected = None if count is None else (first + count) % _WRAP
        self._last = exported

    def finish(self) -> Iterator[Missing]:
        """The input is over: tell every hole."""
        while self._holes:
            yield from _told(self._holes.popleft())

    def _fill(self, first: int, count: int) -> bool:
        for hole in self._holes:
            if (first - hole.first) % _WRAP < hole.size:
                hole.missing = max(hole.missing - count, 0)
                return True
        return False


def _told(hole: _Hole) -> Iterator[Missing]:
    if hole.missing:
        yield Missing(hole.missing, hole.begin, hole.end)
