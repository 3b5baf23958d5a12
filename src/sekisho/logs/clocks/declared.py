"""What is declared of a source's clock, with validity: read from the source's settings.

::

    clock_seconds     how far the clock is off at most where nothing was measured (1)
    tick_seconds      in what unit it stamps (1)
    delivery_seconds  how long the fastest records take from the event to their receipt; without it a clock that is
                      behind can't be told from records that arrive late
    second_clock      "trusted": the second clock in its records is the right one (a relay's on NTP)
    clock_changes     [{"from": "2026-04-01T00:00:00+09:00", "zone": "UTC", "offset_seconds": 12.5,
                      "clock_seconds": 0.5}, …]: from then on; what isn't named stays as it was
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sekisho.logs.clocks.errors import ClockRefused
from sekisho.logs.intervals.days import microseconds

SECOND: Final = 1_000_000
MOST_SECONDS: Final = 86_400
"""A clock that is off by more than a day is broken, not off."""
MAX_CHANGES: Final = 1_000
_CHANGE: Final = frozenset({"from", "zone", "offset_seconds", "clock_seconds"})


@dataclass(frozen=True, slots=True)
class Period:
    """What holds from ``begin`` on, in microseconds; ``offset`` (clock minus true time) None where it isn't declared.

    ``zone`` None is the source's own.
    """

    begin: int
    error: int
    offset: int | None = None
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class DeclaredClock:
    """A source's clock as declared. ``periods`` ascend; the first begins before everything."""

    periods: tuple[Period, ...]
    tick: int
    delivery: int | None
    second_clock_trusted: bool

    def at(self, moment: int) -> Period:
        """What holds at a moment."""
        return [one for one in self.periods if one.begin <= moment][-1]

    def zone_at(self, moment: int, zone: ZoneInfo) -> ZoneInfo:
        """The zone of local times in records received at ``moment``; ``zone`` is the source's own."""
        name = self.at(moment).zone
        return zone if name is None else ZoneInfo(name)


_ALWAYS: Final = -(1 << 62)


def declared(settings: Mapping[str, Any]) -> DeclaredClock:
    """Read the settings. Raises ``ClockRefused``."""
    now = Period(_ALWAYS, _micros(settings, "clock_seconds", 1.0))
    periods = [now]
    for change in _changes(settings.get("clock_changes", ())):
        begin = _moment(change.get("from"))
        if begin <= periods[-1].begin:
            raise ClockRefused(field="clock_changes", problem="in the order of their time, each with a 'from'")
        now = replace(now, begin=begin)
        if "clock_seconds" in change:
            now = replace(now, error=_micros(change, "clock_seconds", 0))
        if "offset_seconds" in change:
            now = replace(now, offset=_micros(change, "offset_seconds", 0, least=-MOST_SECONDS))
        if "zone" in change:
            now = replace(now, zone=_zone(change["zone"]))
        periods.append(now)
    delivery = _micros(settings, "delivery_seconds", 0) if "delivery_seconds" in settings else None
    second = settings.get("second_clock")
    if second not in {None, "trusted"}:
        raise ClockRefused(field="second_clock", problem="trusted, or not there")
    return DeclaredClock(tuple(periods), _micros(settings, "tick_seconds", 1.0), delivery, second == "trusted")


def _changes(found: Any) -> Sequence[Mapping[str, Any]]:
    if not isinstance(found, Sequence) or isinstance(found, str) or len(found) > MAX_CHANGES:
        raise ClockRefused(field="clock_changes", problem=f"a list of at most {MAX_CHANGES}")
    for one in found:
        if not isinstance(one, Mapping) or not set(one) <= _CHANGE:
            raise ClockRefused(field="clock_changes", problem=f"each with some of {', '.join(sorted(_CHANGE))}")
    return found


def _moment(text: Any) -> int:
    try:
        found = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        raise ClockRefused(
            field="clock_changes", problem="'from' is a time such as 2026-04-01T00:00:00+09:00"
        ) from None
    if found.tzinfo is None:
        raise ClockRefused(field="clock_changes", problem="'from' has an offset")
    return microseconds(found)


def _zone(name: Any) -> str:
    try:
        return ZoneInfo(name).key
    except (KeyError, TypeError, ValueError, OSError):
        raise ClockRefused(field="clock_changes", problem=f"no zone {str(name)[:64]!r} in the IANA list") from None


def _micros(settings: Mapping[str, Any], name: str, absent: float, *, least: float = 0) -> int:
    found = settings.get(name, absent)
    if isinstance(found, bool) or not isinstance(found, (int, float)) or not least <= found <= MOST_SECONDS:
        raise ClockRefused(field=name, problem=f"seconds from {least:g} to {MOST_SECONDS}")
    return round(found * SECOND)
