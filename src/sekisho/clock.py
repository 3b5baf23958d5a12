"""The only place that reads the time.

Everything below ``service.py`` takes time as an argument. Times are timezone-aware, UTC inside; law dates are
Japan dates (``japan_date``).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Protocol

JAPAN = timezone(timedelta(hours=9), "JST")
"""Japan Standard Time. Japan has had no daylight saving since 1951: a fixed offset is exact for every date in scope."""


class Clock(Protocol):
    """Tells the time. Does not tell the law's date: use :func:`japan_date` on what it returns."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands still until told otherwise: for tests and replays."""

    def __init__(self, at: datetime) -> None:
        """``at`` must be aware; it is converted to UTC."""
        if at.tzinfo is None:
            raise ValueError("a clock needs an aware time")
        self._at = at.astimezone(UTC)

    def now(self) -> datetime:
        """The moment it was set to."""
        return self._at

    def advance(self, by: timedelta) -> None:
        """Move forward (or back) by ``by``."""
        self._at += by


def japan_date(moment: datetime) -> date:
    """The calendar date in Japan at ``moment`` (aware). Law in Japan changes at midnight Japan time."""
    if moment.tzinfo is None:
        raise ValueError("a law date needs an aware time")
    return moment.astimezone(JAPAN).date()
