"""How far a source's clock was off, by date: from what its own records showed.

*Offset* is the source's clock minus the true time. What is seen is the difference between another clock and the event
clock: the receipt (true time plus however long the record took) or a second clock in the record. A record can't arrive
before it happened, so that a receipt earlier than the event shows a clock that is ahead, whatever else is true. A
receipt later than the event shows a clock that is behind, or a record that was on its way; which of the two is only
known where the source declares how fast its fastest records are. Where it isn't known, both are taken to be possible.

The percentiles (5th to 95th) leave out what was kept waiting by itself. Stored times are never corrected.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from sekisho.logs.clocks.declared import SECOND, DeclaredClock
from sekisho.logs.health import ClockOffsets, Percentiles

DELIVERY: Final = 2 * SECOND
"""What the fastest records take at most where a source declares nothing."""
REACH: Final = 24 * 3_600 * SECOND
"""How far from an observation something is still known of a clock: a quartz drifts less than ten seconds a day, and a
step shows in the next observation."""
DRIFT: Final = 100
"""Microseconds per second that an unsynchronised clock may drift: quartz in cheap devices is within 100 ppm."""


@dataclass(frozen=True, slots=True)
class Observed:
    """What an input showed of its source's clock; ``begin`` and ``end`` are its first and last event."""

    begin: int
    end: int
    offsets: ClockOffsets


@dataclass(frozen=True, slots=True)
class Offset:
    """In this time the clock was off by ``low`` to ``high`` microseconds (positive: ahead)."""

    begin: int
    end: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class History:
    """Offsets by date, in the order of their beginning. ``_ends`` is the latest end up to each."""

    offsets: tuple[Offset, ...]
    _begins: tuple[int, ...]
    _ends: tuple[int, ...]

    @classmethod
    def of(cls, offsets: Iterable[Offset]) -> History:
        """From offsets in any order."""
        ordered = tuple(sorted(offsets, key=lambda one: (one.begin, one.end)))
        ends = tuple(accumulate((one.end for one in ordered), max))
        return cls(ordered, tuple(one.begin for one in ordered), ends)

    def between(self, begin: int, end: int) -> tuple[int, int] | None:
        """From what to what the clock was off in [``begin``, ``end``]; None where nothing is known.

        The observations of that time count, and the last before and the first after it, since it may have been put
        right in between; further than :data:`REACH` away none does, and one away in time says less the further it is.
        """
        found = [one for one in self._near(begin, end) if one.begin <= end + REACH and one.end >= begin - REACH]
        if not found:
            return None
        # Where one was made at the time itself, the others only say how far it may have stepped.
        covered = any(one.begin <= begin and one.end >= end for one in found)
        away = [0 if covered else max(one.begin - end, begin - one.end, 0) // SECOND * DRIFT for one in found]
        return (
            min(one.low - drift for one, drift in zip(found, away, strict=True)),
            max(one.high + drift for one, drift in zip(found, away, strict=True)),
        )

    def _near(self, begin: int, end: int) -> list[Offset]:
        after = bisect_right(self._begins, end)
        found = list(self.offsets[after : after + 1])
        at = after - 1
        while at >= 0:
            found.append(self.offsets[at])
            if self._ends[at] < begin:
                break  # all before ended before, and this one did last or with them
            at -= 1
        return found


def history(observed: Iterable[Observed], clock: DeclaredClock) -> History:
    """The dated offsets that the observations show."""
    found = []
    for one in observed:
        seen = one.offsets.received
        delivery = clock.delivery
        if clock.second_clock_trusted and one.offsets.logged is not None:
            # A second clock in the record wasn't on its way.
            seen, delivery = one.offsets.logged, 0
        if seen is not None:
            low, high = _bounds(seen, delivery)
            found.append(Offset(one.begin, one.end, low, high))
    return History.of(found)


def _bounds(seen: Percentiles, delivery: int | None) -> tuple[int, int]:
    # other clock - event clock = time on the way - offset, and time on the way is never negative
    low, high = -seen.p95, -seen.p5
    if delivery is not None:
        return low, high + delivery
    return low, max(high + DELIVERY, 0)
