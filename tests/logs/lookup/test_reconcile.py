"""Rows of one resource tell of each other, whichever input they came by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.logs.events import Action
from sekisho.logs.intervals.build import build
from sekisho.logs.lookup.answer import NEVER
from sekisho.logs.lookup.reconcile import reconciled
from sekisho.logs.rows import Rows
from tests.logs.intervals.made import SECOND, Said, events, told

START, STOP, INTERIM = Action.START, Action.STOP, Action.INTERIM
ALL = 10_000


def rows(*said: tuple[float, Action, str], **more: object) -> Rows:
    """What one input leaves: its rows, and what is open taken to go on."""
    made = [Said(round(at * SECOND), action, who, **more) for at, action, who in said]  # type: ignore[arg-type]  # checked by Said
    return build(events(made), None, source=1).closed


def held(*said: tuple[float, Action, str]) -> Rows:
    """What one input leaves open, taken to go on for long."""
    found = build(events([Said(round(at * SECOND), action, who) for at, action, who in said]), None, source=1).open
    found.end[:] = ALL * SECOND
    return found


def read(
    parts: Sequence[Rows], begin: float = 0, end: float = ALL, rests: Mapping[int, int] | None = None
) -> list[tuple[str, float, float, float]]:
    """Who, from when to when and firm until when, in seconds."""
    found = reconciled(parts, round(begin * SECOND), round(end * SECOND), rests or {}, NEVER)
    every = sorted(row.span for part in found for row in told(part))
    return [(who, start / SECOND, stop / SECOND, firm / SECOND) for who, start, stop, firm in every]


def test_rows_without_doubt_stay_as_they_are() -> None:
    """Only those that meet the time are given back, unchanged."""
    part = rows((0, START, "a"), (60, STOP, "a"), (100, START, "b"), (160, STOP, "b"))
    assert read([part]) == [("a", 0, 60, 60), ("b", 100, 160, 160)]
    assert read([part], 70, 90) == []


def test_a_late_start_is_ended_by_who_is_known_to_follow() -> None:
    """A start that came by a later input ends where the next row begins, which the builder didn't see."""
    first = rows((100, START, "b"), (160, STOP, "b"))
    assert read([first, held((10, START, "a"))]) == [("a", 10, 100, 10), ("b", 100, 160, 160)]


def test_a_late_stop_makes_its_row_whole() -> None:
    """Start by one input, stop by a later one, and somebody else's start before that was taken for its end."""
    first = rows((0, START, "a"), (100, START, "b"), (160, STOP, "b"))
    assert read([first, rows((60, STOP, "a"))]) == [("a", 0, 60, 60), ("a", 60, 60, 60), ("b", 100, 160, 160)]


def test_a_late_start_makes_its_row_whole() -> None:
    """The stop had come by an earlier input."""
    first = rows((60, STOP, "a"), (100, START, "b"), (160, STOP, "b"))
    assert read([first, held((10, START, "a"))]) == [("a", 10, 60, 60), ("a", 60, 60, 60), ("b", 100, 160, 160)]


def test_somebody_between_keeps_them_apart() -> None:
    """A start, somebody else's record, and then a stop: nothing between is firm."""
    parts = [held((10, START, "a")), rows((30, STOP, "c")), rows((60, STOP, "a"))]
    assert ("a", 10, 30, 10) in read(parts)


def test_what_a_session_told_apart_stays_apart() -> None:
    """The builder saw both and knew that they were two: the row ends where the other begins."""
    made = [
        Said(0, START, "a", session="1"),
        Said(60 * SECOND, STOP, "a", session="2"),
        Said(100 * SECOND, START, "b", session="3"),
    ]
    part = build(events(made), None, source=1).closed
    for rests in ({}, {1: 20 * SECOND}):
        assert all(firm == start for _, start, _, firm in read([part], 0, 50, rests))


def test_before_an_unseen_start_its_holder_is_possible() -> None:
    """Where a start was lost, "nobody" would be wrong: back to where somebody last surely had it."""
    part = rows((0, START, "a"), (60, STOP, "a"), (160, STOP, "b"))
    assert read([part], 100, 110) == [("b", 60, 160, 60)]
    assert read([part], 100, 110, {1: 120 * SECOND}) == []
    assert read([part], 30, 40) == [("a", 0, 60, 60)]


def test_a_doubtful_end_is_before_the_rest() -> None:
    """Who has it next got it after it had rested."""
    part = rows((0, START, "a"), (500, START, "b"), (600, STOP, "b"))
    assert read([part], 450, 550, {1: 120 * SECOND}) == [("b", 500, 600, 600)]
    assert read([part], 450, 550, {1: NEVER}) == [("a", 0, 500, 0), ("b", 500, 600, 600)]


@pytest.mark.parametrize("other", [{"protocol": 6}, {"ports": (1024, 1535)}, {"address": "203.0.113.10"}])
def test_other_resources_say_nothing(other: dict[str, object]) -> None:
    """Another protocol, block or address of a prefix is held beside it."""
    parts = [held((10, START, "a")), rows((100, START, "b"), (160, STOP, "b"), **other)]
    assert ("a", 10, ALL, 10) in read(parts)


def test_unkept_destinations_say_nothing() -> None:
    """A port may be several holders' at once, one for each destination that wasn't kept."""
    first, second = held((10, START, "a")), rows((100, START, "b"), (160, STOP, "b"))
    parts = [replace(part, destination_port=np.zeros(len(part), np.uint16)) for part in (first, second)]
    assert ("a", 10, ALL, 10) in read(parts)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_late_records_say_what_they_would_have_said_in_time(data: st.DataObject) -> None:
    """A history without losses, one of whose records came by a later input: within each holding, away from its ends,
    its holder is alone and firm, as if all had come at once."""
    at, who, history = 1_000, "", []
    for _ in range(data.draw(st.integers(1, 6))):
        at += data.draw(st.integers(10, 40))
        until = at + data.draw(st.integers(20, 90))
        who = data.draw(st.sampled_from([name for name in "abc" if name != who]))
        history.append((who, at, until))
        at = until
    said = [(moment, action, who) for who, start, stop in history for moment, action in ((start, START), (stop, STOP))]
    late = data.draw(st.integers(0, len(said) - 1))
    batches = [said[:late] + said[late + 1 :], [said[late]]]
    parts, open_ = [], None
    for batch in batches:
        made = build(events([Said(at * SECOND, action, who) for at, action, who in batch]), open_, source=1)
        parts.append(made.closed)
        open_ = made.open
    if open_ is not None and len(open_):
        open_.end[:] = ALL * SECOND
        parts.append(open_)
    for who, start, stop in history:
        found = [row for row in read(parts, start + 5, stop - 5) if row[1] < stop - 5 and row[2] > start + 5]
        assert {row[0] for row in found} == {who}
        reached = start + 5
        for _, begins, _, firm in sorted(found, key=lambda row: row[1]):
            reached = max(reached, int(firm)) if begins <= reached else reached
        assert reached >= stop - 5
