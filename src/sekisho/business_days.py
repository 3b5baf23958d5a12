"""The days on which courts and offices in Japan do no business. Pure.

行政機関の休日に関する法律1条1項 (昭和63年法律91号): Saturdays and Sundays, the holidays of the Act on National
Holidays (国民の祝日に関する法律, with its substitute and in-between holidays), and 29 December to 3 January. The same
days are those of the courts (裁判所の休日に関する法律1条1項) and of periods in civil procedure (民事訴訟法95条3項),
and in criminal procedure (刑事訴訟法55条3項).

Holidays come from the locked package ``jpholiday``: those of a year to come may still be changed by the Diet, and the
equinoxes are announced each February for the year after. It does not know a holiday made by an Act of one day (an
accession) before a release that does. Dates are Japan dates.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import Final

import jpholiday

_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5


def is_holiday(day: date) -> bool:
    """Whether ``day`` is a holiday by the Act on National Holidays (not: a Sunday or the turn of the year)."""
    return _is_holiday(day.toordinal())


@lru_cache(maxsize=4_096)
def _is_holiday(ordinal: int) -> bool:
    return jpholiday.is_holiday(date.fromordinal(ordinal))


def turn_of_the_year(day: date) -> bool:
    """Whether ``day`` lies between 29 December and 3 January (行政機関の休日に関する法律1条1項3号)."""
    return (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)


def is_business_day(day: date) -> bool:
    """Whether courts and offices do business on ``day``."""
    return not (day.weekday() >= _SATURDAY or turn_of_the_year(day) or is_holiday(day))


def next_business_day(day: date) -> date:
    """The first business day after ``day``."""
    later = day + _DAY
    while not is_business_day(later):
        later += _DAY
    return later


def on_or_after(day: date) -> date:
    """``day`` where it is a business day, else the next one."""
    return day if is_business_day(day) else next_business_day(day)


def business_days_after(day: date, count: int) -> date:
    """The ``count``-th business day after ``day``. ``ValueError`` for a count below one."""
    if count < 1:
        raise ValueError("at least one business day")
    for _ in range(count):
        day = next_business_day(day)
    return day


class _Closed:
    """The closed days as a container, so that :func:`sekisho.keys.schedule.last_day` can ask for any day."""

    __slots__ = ()

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and not is_business_day(day)


CLOSED: Final = _Closed()
"""Every day on which courts and offices are closed; for the ``closed`` of :func:`sekisho.keys.schedule.last_day`."""
