"""Cut rows at Japan's midnights, so that each lies within one day and goes with that day's key.

The pieces of one row share a random ``session`` id; where a piece meets midnight its end is ``CARRIED``. No piece tells
when the row began on an earlier day.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

import numpy as np

from sekisho.logs.columns import Int64s, UInt64s
from sekisho.logs.rows import Known, Rows

DAY: Final = 86_400_000_000
"""Microseconds in a day. Japan has had no summer time since 1951."""
JAPAN: Final = 9 * 3_600_000_000
"""Microseconds that Japan's clocks are ahead of UTC."""

FIRST_MOMENT: Final = datetime(1970, 1, 1, tzinfo=UTC)
LAST_MOMENT: Final = datetime(2200, 1, 1, tzinfo=UTC)
"""Times that people write lie from the first to before the last; beyond, some calendar or zone can't say them."""


def sayable(moment: datetime) -> bool:
    """Whether an aware moment that somebody wrote has a date in every time zone, whatever its margin."""
    return FIRST_MOMENT <= moment < LAST_MOMENT


def day_number(moments: Int64s) -> Int64s:
    """The Japan day of each moment, as days since 1970-01-01."""
    return (moments + JAPAN) // DAY


def date_of(number: int) -> date:
    """The date of a day number."""
    return date(1970, 1, 1) + timedelta(days=number)


def begin_of(day: date) -> int:
    """The first microsecond of a Japan day."""
    return (day - date(1970, 1, 1)).days * DAY - JAPAN


def microseconds(moment: datetime) -> int:
    """An aware moment as UTC microseconds."""
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def moment_of(microseconds_: int) -> datetime:
    """UTC microseconds as an aware moment."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds_)


def with_sessions(rows: Rows) -> Rows:
    """Rows with an id where they have none: what may be told of in pieces needs one."""
    lacking = np.flatnonzero(rows.session == 0)
    if not len(lacking):
        return rows
    session = rows.session.copy()
    session[lacking] = _ids(len(lacking))
    return replace(rows, session=session)


def by_day(rows: Rows) -> Iterator[tuple[date, Rows]]:
    """The rows of each day, cut at its ends, the days ascending; within a day in no particular order.

    A row of several days appears in each of them. An empty row (start equal to end) belongs to its start's day.
    """
    if not len(rows):
        return
    first = day_number(rows.start)
    last = day_number(np.maximum(rows.end - 1, rows.start))
    if bool((first != last).any()):
        crossing = np.flatnonzero(first != last)
        session = rows.session.copy()
        none = crossing[session[crossing] == 0]
        session[none] = _ids(len(none))
        rows = replace(rows, session=session)
    low, high = int(first.min()), int(last.max())
    for number in range(low, high + 1):
        begin, end = number * DAY - JAPAN, (number + 1) * DAY - JAPAN
        mine = rows if low == high else rows[(first <= number) & (last >= number)]
        if len(mine):
            yield date_of(number), _clipped(mine, begin, end)


def _clipped(rows: Rows, begin: int, end: int) -> Rows:
    early, late = rows.start < begin, rows.end > end
    if not early.any() and not late.any():
        return rows
    carried = np.uint8(Known.CARRIED)
    start = np.maximum(rows.start, begin)
    return replace(
        rows,
        start=start,
        end=np.minimum(rows.end, end),
        start_known=np.where(early, carried, rows.start_known),
        end_known=np.where(late, carried, rows.end_known),
        # Confirmed before this day began: nothing of this piece is firm.
        confirmed=np.clip(rows.confirmed, start, end),
    )


def _ids(count: int) -> UInt64s:
    """Random ids; 0 is none, and as unlikely as any other."""
    made = np.frombuffer(secrets.token_bytes(8 * count), np.uint64).copy()
    made[made == 0] = 1
    return made
