"""Rows are cut at Japan's midnights, and no piece tells of another day."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.logs.events import Action
from sekisho.logs.intervals.build import build
from sekisho.logs.intervals.days import (
    DAY,
    begin_of,
    by_day,
    date_of,
    day_number,
    microseconds,
    moment_of,
    with_sessions,
)
from sekisho.logs.rows import Known, Rows
from tests.logs.intervals.made import HOUR, Said, events

START, STOP, INTERIM = Action.START, Action.STOP, Action.INTERIM
MIDNIGHT = begin_of(date(2026, 11, 23))


def rows(*said: Said) -> Rows:
    """The rows that ended."""
    return build(events(said), None, source=1).closed


@given(st.timedeltas(timedelta(days=1), timedelta(days=47_000)))
def test_days_are_those_of_japans_calendar(since: timedelta) -> None:
    """Day numbers, dates and first moments agree with the calendar; moments come back as they were."""
    moment = datetime(1970, 1, 1, tzinfo=UTC) + since
    at = microseconds(moment)
    day = date_of(int(day_number(np.array([at]))[0]))
    assert day == moment.astimezone(ZoneInfo("Asia/Tokyo")).date()
    assert begin_of(day) <= at < begin_of(day) + DAY
    assert moment_of(at) == moment


def test_a_row_of_one_day_is_left_alone() -> None:
    """No session is made up, nothing is carried, also where it ends with the day or begins with it."""
    made = rows(Said(MIDNIGHT, START, "a"), Said(MIDNIGHT + DAY, STOP, "a"))
    ((day, piece),) = by_day(made)
    assert (day, piece.session.tolist(), piece.end.tolist()) == (date(2026, 11, 23), [0], [MIDNIGHT + DAY])
    assert (piece.start_known.tolist(), piece.end_known.tolist()) == ([Known.LOGGED], [Known.LOGGED])


def test_a_row_of_three_days_is_three_pieces_of_one_session() -> None:
    """Each lies in its day, none begins before it; the ends at midnight are carried ones, and all of it is firm."""
    made = rows(Said(MIDNIGHT - HOUR, START, "a"), Said(MIDNIGHT + DAY + HOUR, STOP, "a"))
    pieces = dict(by_day(made))
    assert list(pieces) == [date(2026, 11, day) for day in (22, 23, 24)]
    spans = [(int(one.start[0]), int(one.end[0]), int(one.confirmed[0])) for one in pieces.values()]
    assert spans == [
        (MIDNIGHT - HOUR, MIDNIGHT, MIDNIGHT),
        (MIDNIGHT, MIDNIGHT + DAY, MIDNIGHT + DAY),
        (MIDNIGHT + DAY, MIDNIGHT + DAY + HOUR, MIDNIGHT + DAY + HOUR),
    ]
    known = [(int(one.start_known[0]), int(one.end_known[0])) for one in pieces.values()]
    assert known == [(Known.LOGGED, Known.CARRIED), (Known.CARRIED, Known.CARRIED), (Known.CARRIED, Known.LOGGED)]
    assert len({int(one.session[0]) for one in pieces.values()} - {0}) == 1


def test_what_was_confirmed_before_midnight_is_not_firm_after_it() -> None:
    """The piece of the day after the last word has no firm part."""
    made = rows(
        Said(MIDNIGHT - 2 * HOUR, START, "a"), Said(MIDNIGHT - HOUR, INTERIM, "a"), Said(MIDNIGHT + HOUR, START, "b")
    )
    pieces = [one for _, one in by_day(made)]
    assert [int(one.confirmed[0]) for one in pieces] == [MIDNIGHT - HOUR, MIDNIGHT]
    assert int(pieces[1].start[0]) == MIDNIGHT


def test_an_empty_row_at_midnight_belongs_to_the_day_it_begins() -> None:
    """A stop alone, at the first moment of a day."""
    assert [day for day, _ in by_day(rows(Said(MIDNIGHT, STOP, "a")))] == [date(2026, 11, 23)]


def test_nothing_has_no_days() -> None:
    """No rows, no days."""
    assert list(by_day(rows())) == []


def test_sessions_are_given_to_those_without_one() -> None:
    """Ids are random, none is zero, and what has one keeps it; two holdings never share one."""
    said = [Said(MIDNIGHT, action, "a", address=f"198.51.100.{at}") for at in range(200) for action in (START, STOP)]
    made = rows(*said)
    session = np.zeros(len(made), np.uint64)
    session[:2] = 7, 8
    made = replace(made, session=session)
    found = with_sessions(made)
    assert found.session[:2].tolist() == [7, 8]
    assert len(set(found.session.tolist())) == len(found)
    assert 0 not in found.session
    assert with_sessions(found) is found


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.integers(-40, 40), st.integers(0, 70), st.integers(0, 70)), min_size=1, max_size=8))
def test_pieces_put_together_are_the_row(spans: list[tuple[int, int, int]]) -> None:
    """Whatever the rows: their pieces tile them, firm up to the same moment, each within its day, days ascending."""
    base = rows(*(Said(MIDNIGHT, STOP, "a", address=f"198.51.100.{at}") for at in range(len(spans))))
    base = base[np.argsort(base.address.low)]
    start = np.array([MIDNIGHT + begin * HOUR for begin, _, _ in spans])
    end = start + np.array([length * HOUR for _, length, _ in spans])
    confirmed = np.minimum(end, start + np.array([firm * HOUR for _, _, firm in spans]))
    made = replace(base, start=start, end=end, confirmed=confirmed)
    pieces: dict[int, list[tuple[int, int, int]]] = {}
    days = []
    for day, some in by_day(made):
        days.append(day)
        for at in range(len(some)):
            one = int(some.start[at]), int(some.end[at]), int(some.confirmed[at])
            assert begin_of(day) <= one[0] <= one[1] <= begin_of(day) + DAY
            pieces.setdefault(int(some.address.low[at]), []).append(one)
    assert days == sorted(set(days))
    for at in range(len(spans)):
        mine = pieces[int(made.address.low[at])]
        assert mine[0][0] == start[at]
        assert mine[-1][1] == end[at]
        assert all(one[1] == other[0] for one, other in itertools.pairwise(mine))
        firm = sum(sure - begin for begin, _, sure in mine)
        assert firm == confirmed[at] - start[at]
        assert all(sure == stop for _, stop, sure in mine[:-1] if stop <= confirmed[at])


def test_japan_has_one_clock_all_year() -> None:
    """A day is as long in spring and autumn as in winter."""
    days = [begin_of(date(2026, month, 1)) for month in range(1, 13)]
    assert {(later - earlier) % DAY for earlier, later in itertools.pairwise(days)} == {0}
