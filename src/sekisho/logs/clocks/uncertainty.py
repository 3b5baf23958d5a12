"""What a time asked for is by a source's clock: shifted by what the clock was off, widened by what isn't known of it.

A record stamped 12:00:05 by a clock that counts seconds happened in [12:00:05, 12:00:06), or half a second earlier if
the device rounds: the tick belongs to the margin on both sides. So does a second around a leap second, which some
clocks repeat, some skip and some smear over a day (noon to noon UTC).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from sekisho.logs.clocks.declared import SECOND, DeclaredClock
from sekisho.logs.clocks.skew import History
from sekisho.logs.intervals.days import microseconds

LEAP_SECONDS: Final = (date(2012, 7, 1), date(2015, 7, 1), date(2017, 1, 1))
"""The days that began after an inserted second, at 00:00 UTC (IERS Bulletin C). None was announced since."""
SMEAR: Final = timedelta(hours=12)
"""A smeared second is spread over this time before and after; a stepped one lies within it."""


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """The source's clock minus the true time lay in [``low``, ``high``]; ``tick`` is its unit. Microseconds."""

    low: int
    high: int
    tick: int

    @property
    def shift(self) -> int:
        """The middle of what it was off by."""
        return (self.low + self.high) // 2

    @property
    def margin(self) -> int:
        """How far a stamp may lie from the shifted true time, to either side."""
        return (self.high - self.low + 1) // 2 + self.tick


@dataclass(frozen=True, slots=True)
class SourceClock:
    """A source's clock: what was declared, what was seen, and the leap seconds there were."""

    clock: DeclaredClock
    seen: History
    leaps: Sequence[date] = LEAP_SECONDS

    def uncertainty(self, begin: int, end: int) -> Uncertainty:
        """How far the clock was off in [``begin``, ``end``], true time in UTC microseconds.

        A declared offset counts before what was seen, and what was seen before the declared error.
        """
        low, high = 0, 0
        periods = [one for one in self.clock.periods if one.begin <= end]
        periods = periods[periods.index(self.clock.at(begin)) :]
        ranges = []
        for period in periods:
            seen = self.seen.between(begin, end)
            if period.offset is not None:
                ranges.append((period.offset - period.error, period.offset + period.error))
            elif seen is not None:
                ranges.append(seen)
            else:
                ranges.append((-period.error, period.error))
        low, high = min(one for one, _ in ranges), max(one for _, one in ranges)
        if any(_meets(leap, begin, end) for leap in self.leaps):
            low, high = low - SECOND, high + SECOND
        return Uncertainty(low, high, self.clock.tick)

    def window(self, begin: int, end: int) -> tuple[int, int]:
        """[``begin``, ``end``) of true time by this clock: what surely holds in all of it held in all of that time."""
        found = self.uncertainty(begin, end)
        return begin + found.low - found.tick, end + found.high + found.tick


def _meets(leap: date, begin: int, end: int) -> bool:
    at = datetime(leap.year, leap.month, leap.day, tzinfo=UTC)
    return begin < microseconds(at + SMEAR) and end > microseconds(at - SMEAR)
