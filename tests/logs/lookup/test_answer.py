"""What rows are worth as an answer: unique only where nobody else is possible in any part of the window."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from ipaddress import IPv4Address

import numpy as np
import pytest

from sekisho.logs.columns import Addresses
from sekisho.logs.events import Action
from sekisho.logs.intervals.build import build
from sekisho.logs.intervals.days import DAY, begin_of, date_of
from sekisho.logs.lookup.answer import NEVER, Interval, Outcome, holder_of, intervals, settle
from sekisho.logs.lookup.candidates import Question
from sekisho.logs.rows import Rows
from sekisho.logs.segments.encoding import joined
from tests.logs.intervals.made import ADDRESS, SECOND, Said, events

START, STOP, POINT = Action.START, Action.STOP, Action.POINT
MIDNIGHT = begin_of(date_of(20_000))


def rows(*said: tuple[float, Action, str], source: int = 1, fold: bool = False) -> Rows:
    """Rows of records so many seconds after midnight."""
    made = [Said(MIDNIGHT + round(at * SECOND), action, who, fold=fold) for at, action, who in said]
    return build(events(made), None, source=source).closed


def question(begin: float, end: float) -> Question:
    """A window in seconds after midnight."""
    first, last = (MIDNIGHT + round(at * SECOND) for at in (begin, end))
    return Question(IPv4Address(ADDRESS), 1500, first, last)


def outcome(made: Rows, begin: float, end: float, *, rest: float = 0, whole: bool = True) -> Outcome:
    """The answer about a window."""
    rests = {1: NEVER if rest < 0 else round(rest * SECOND)}
    return settle(intervals(made, question(begin, end)), whole=whole, rests=rests).outcome


ONE = ((100, START, "a"), (200, STOP, "a"))


@pytest.mark.parametrize(
    ("begin", "end", "rest", "expected"),
    [
        (110, 190, 0, Outcome.UNIQUE),
        (100, 200, 0, Outcome.UNIQUE),
        (99, 150, 0, Outcome.AMBIGUOUS),
        (150, 201, 0, Outcome.AMBIGUOUS),
        (95, 150, 10, Outcome.UNIQUE),
        (150, 205, 10, Outcome.UNIQUE),
        (80, 150, 10, Outcome.AMBIGUOUS),
        (20, 400, -1, Outcome.UNIQUE),
        (210, 220, 0, Outcome.NONE),
        (205, 208, 10, Outcome.NONE),
    ],
)
def test_the_whole_window_is_firm_or_vouched_for(begin: float, end: float, rest: float, expected: Outcome) -> None:
    """A moment beyond a firm part may have been somebody's of whom nothing is known, unless that is excluded."""
    assert outcome(rows(*ONE), begin, end, rest=rest) is expected


def test_what_is_missing_makes_it_less() -> None:
    """A gap makes a unique answer ambiguous, and nobody a gap."""
    assert outcome(rows(*ONE), 110, 190, whole=False) is Outcome.AMBIGUOUS
    assert outcome(rows(*ONE), 210, 220, whole=False) is Outcome.COVERAGE_GAP


def test_somebody_doubtful_is_somebody() -> None:
    """A holding whose stop was lost makes a firm one beside it ambiguous; alone it is no answer either."""
    made = rows((0, START, "b"), (50, START, "b"), (90, STOP, "b"))
    assert outcome(made, 20, 30) is Outcome.AMBIGUOUS
    assert outcome(made, 55, 85) is Outcome.UNIQUE
    both = rows((0, START, "b"), (100, START, "a"), (200, STOP, "a"))
    assert outcome(both, 95, 150, rest=-1) is Outcome.AMBIGUOUS


def test_two_holdings_of_one_holder_are_one_answer() -> None:
    """Given back and got again in the same second: nobody else is possible in between."""
    made = rows((100, START, "a"), (150, STOP, "a"), (150, START, "a"), (200, STOP, "a"))
    assert outcome(made, 120, 180) is Outcome.UNIQUE
    apart = rows((100, START, "a"), (150, STOP, "a"), (160, START, "a"), (200, STOP, "a"))
    assert outcome(apart, 120, 180) is Outcome.AMBIGUOUS


def test_a_moment_says_itself_who_it_was() -> None:
    """One log-in in the window is unique; those of two accounts aren't."""
    assert outcome(rows((100, POINT, "a")), 98, 102) is Outcome.UNIQUE
    assert outcome(rows((100, POINT, "a"), (101, POINT, "b")), 98, 102) is Outcome.AMBIGUOUS


def test_a_time_that_comes_twice_is_never_firm() -> None:
    """Also where a row was made firm by what was said later."""
    made = rows(*ONE, fold=True)
    assert outcome(replace(made, confirmed=made.end), 110, 190) is Outcome.AMBIGUOUS


def test_each_source_has_its_window() -> None:
    """A row counts in the window by its own source's clock, and covers that."""
    made = rows(*ONE)
    windows: Mapping[int, tuple[int, int]] = {1: (MIDNIGHT + 210 * SECOND, MIDNIGHT + 220 * SECOND)}
    assert intervals(made, question(110, 190), windows) == ()
    windows = {1: (MIDNIGHT + 95 * SECOND, MIDNIGHT + 195 * SECOND)}
    (found,) = intervals(made, question(110, 190), windows)
    assert (found.window, found.fraction) == (windows[1], 0.95)
    assert settle([found], whole=True).outcome is Outcome.AMBIGUOUS


def test_the_latest_version_of_a_piece_counts() -> None:
    """Of one session and day; the piece of the next day is no version of it."""
    first = replace(rows(*ONE), session=np.array([9], np.uint64))
    second = replace(first, end=first.end - 50 * SECOND, confirmed=first.confirmed - 50 * SECOND)
    later = replace(first, start=first.start + DAY, end=first.end + DAY, confirmed=first.confirmed + DAY)
    three = joined([first, second, later])
    found = intervals(three, question(0, 2 * DAY / SECOND))
    assert sorted((one.start, one.end) for one in found) == [
        (int(second.start[0]), int(second.end[0])),
        (int(later.start[0]), int(later.end[0])),
    ]


def test_the_address_zero_is_nobody() -> None:
    """A device that leaves out its inside addresses names nobody, so that no answer is unique."""
    made = replace(rows(*ONE), subject=None, inside=Addresses.v4(np.zeros(1, np.uint32)))
    assert holder_of(made, 0) == (None, None)
    assert outcome(made, 110, 190) is Outcome.AMBIGUOUS
    v6 = replace(made, inside=Addresses.of(["::"]))
    assert holder_of(v6, 0) == (None, None)


def test_two_sources_agree_or_not() -> None:
    """One source that covers the window is enough; another that names somebody else makes it ambiguous."""
    first, edge = rows(*ONE), rows((150, START, "a"), (160, STOP, "a"), source=2)
    other = rows((150, START, "b"), (160, STOP, "b"), source=2)

    def both(second: Rows) -> list[Interval]:
        return [*intervals(first, question(110, 190)), *intervals(second, question(110, 190))]

    assert settle(both(edge), whole=True).outcome is Outcome.UNIQUE
    assert settle(both(other), whole=True).outcome is Outcome.AMBIGUOUS
