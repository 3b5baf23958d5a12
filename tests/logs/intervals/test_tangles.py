"""Whatever a device does to stamps and order within the jitter, a history without losses comes out whole."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.logs.events import Action
from sekisho.logs.intervals.build import build
from tests.logs.intervals.made import SECOND, Said, events, told

START, STOP = Action.START, Action.STOP


@st.composite
def true_histories(draw: st.DrawFn) -> list[tuple[str, int, int]]:
    """Who had one block from when to when, in milliseconds, handed on at once or soon; never to the same again."""
    at, who = 1_000_000, ""
    made = []
    for _ in range(draw(st.integers(1, 6))):
        at += draw(st.sampled_from([0, 1, 400, 5_000]))
        until = at + draw(st.sampled_from([5_000, 30_000]))
        who = draw(st.sampled_from([name for name in "abc" if name != who]))
        made.append((who, at, until))
        at = until
    return made


def said_of(history: list[tuple[str, int, int]], unit: int, *, sessions: bool) -> list[Said]:
    """What a device says of it whose stamps are cut to ``unit`` milliseconds."""
    return [
        Said(moment // unit * unit * 1_000, action, who, session=str(number) if sessions else None)
        for number, (who, begin, end) in enumerate(history)
        for moment, action in ((begin, START), (end, STOP))
    ]


@settings(max_examples=150, deadline=None)
@given(true_histories(), st.sampled_from([1, 1000]), st.booleans(), st.data())
def test_order_and_repeats_change_nothing(
    history: list[tuple[str, int, int]], unit: int, sessions: bool, data: st.DataObject
) -> None:
    """Records in any order of the input, some of them twice or three times: every holding is whole and firm."""
    said = said_of(history, unit, sessions=sessions)
    again = data.draw(st.lists(st.sampled_from(said), max_size=6))
    mixed = data.draw(st.permutations(said + again))
    found = build(events(mixed), None, source=1)
    expected = sorted((who, begin // unit * unit * 1_000, end // unit * unit * 1_000) for who, begin, end in history)
    assert sorted((row.who, row.start, row.end) for row in told(found.closed)) == expected
    assert all(row.confirmed == row.end for row in told(found.closed))
    assert found.tally.repeated == len(again)
    assert len(found.open) == 0


@settings(max_examples=150, deadline=None)
@given(true_histories(), st.data())
def test_stamps_out_of_turn_change_nothing(history: list[tuple[str, int, int]], data: st.DataObject) -> None:
    """Each stamp off by up to half a second, as of cards that don't share a clock: every holding is whole and firm."""
    said = [
        replace(one, at=one.at + data.draw(st.integers(-500, 500)) * 1_000)
        for one in said_of(history, 1, sessions=False)
    ]
    found = build(events(said), None, source=1)
    pairs = [said[at : at + 2] for at in range(0, len(said), 2)]
    assert sorted((row.who, row.start, row.end) for row in told(found.closed)) == sorted(
        (start.who or "", start.at, stop.at) for start, stop in pairs
    )
    assert all(row.confirmed == row.end for row in told(found.closed))


@settings(max_examples=150, deadline=None)
@given(true_histories(), st.data())
def test_a_loss_never_makes_anything_firm_that_was_not_so(
    history: list[tuple[str, int, int]], data: st.DataObject
) -> None:
    """Whatever records are lost, a firm part lies within what its holder truly had, unless four in a row are lost.

    With fewer lost, between two records of one holder somebody else would have been heard of.
    """
    said = said_of(history, 1, sessions=data.draw(st.booleans()))
    lost = data.draw(st.sets(st.integers(0, len(said) - 1), max_size=3))
    found = build(events([one for at, one in enumerate(said) if at not in lost]), None, source=1)
    for row in [*told(found.closed), *told(found.open)]:
        within = [
            end
            for who, begin, end in history
            if who == row.who and begin * 1_000 <= row.start and row.confirmed <= end * 1_000
        ]
        assert within, row


def test_jitter_is_a_setting() -> None:
    """A source that stamps in turn has none: its stamps are believed."""
    said = [Said(0, START, "a"), Said(60 * SECOND, START, "b"), Said(60 * SECOND + 4_000, STOP, "a")]
    assert [row.confirmed for row in told(build(events(said), None, source=1, jitter=0).closed) if row.who == "a"] == [
        0,
        60 * SECOND + 4_000,
    ]
