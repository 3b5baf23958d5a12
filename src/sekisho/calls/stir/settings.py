"""What an operator may set for verification, each value with the day it starts (Japan dates)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

from sekisho.calls.stir.number_set import NumberSet
from sekisho.calls.stir.telephone import JAPAN, DialPlan

MAX_FRESHNESS = timedelta(minutes=10)
"""Beyond it, a token could be replayed at leisure. Ours; RFC 8224 §6.2 finds 60 s enough."""


@dataclass(frozen=True, slots=True)
class StirSettings:
    """Settings from ``from_date`` on, until the next entry's.

    ``freshness`` is how far ``iat`` (or Date) may lie from the moment of verification, before or after. ``diverted``
    is the same for what a diversion refers back to: the phone rang before the call was passed on. ``provider_numbers``
    are the numbers each service provider code (RFC 8226 §9) is known to hold; none is known unless given.
    """

    from_date: date
    freshness: timedelta = timedelta(seconds=60)
    diverted: timedelta = timedelta(seconds=180)
    plan: DialPlan = JAPAN
    provider_numbers: Mapping[str, NumberSet] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """``ValueError`` outside 1 s to :data:`MAX_FRESHNESS`, or where ``diverted`` is the shorter one."""
        if not timedelta(seconds=1) <= self.freshness <= self.diverted <= MAX_FRESHNESS:
            raise ValueError("1 s <= freshness <= diverted <= 10 min")


@dataclass(frozen=True, slots=True)
class DatedSettings:
    """Settings by date. Frozen: a change is a new entry."""

    entries: tuple[StirSettings, ...]

    def __post_init__(self) -> None:
        """``ValueError`` unless there is one, and each starts after the one before."""
        starts = [entry.from_date for entry in self.entries]
        if not starts or any(later <= earlier for earlier, later in pairwise(starts)):
            raise ValueError("at least one entry, each starting after the one before")

    def on(self, day: date) -> StirSettings:
        """What holds on ``day`` (Japan); ``LookupError`` before the first entry."""
        for entry in reversed(self.entries):
            if entry.from_date <= day:
                return entry
        raise LookupError(day.isoformat())


DEFAULT = DatedSettings((StirSettings(date(2018, 2, 1)),))
"""60 s, as RFC 8224 §6.2 recommends, from the month it was published."""
