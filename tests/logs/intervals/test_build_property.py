"""The builder gives what the reference gives one record at a time, and batches give what the whole does."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.logs.events import Action
from sekisho.logs.intervals.build import LimitMeans, build, join
from sekisho.logs.intervals.tangles import JITTER
from sekisho.logs.rows import Rows
from tests.logs.intervals import reference
from tests.logs.intervals.made import SECOND, Said, Told, events, told

STEP = 5 * SECOND
"""Records stand further apart than the jitter, so that none of them is out of turn."""

ACTIONS = st.sampled_from([Action.START, Action.START, Action.STOP, Action.STOP, Action.INTERIM])


@st.composite
def histories(draw: st.DrawFn) -> list[Said]:
    """Records of few resources and holders, so that they meet often; in the order of their time."""
    with_sessions, with_own = draw(st.booleans()), draw(st.booleans())
    with_limits, with_folds = draw(st.booleans()), draw(st.integers(0, 3)) == 0
    origins = st.sampled_from(["nas1", "nas2"]) if draw(st.booleans()) else st.none()
    made: list[Said] = []
    at = 1_000 * SECOND
    for _ in range(draw(st.integers(0, 14))):
        at += STEP * draw(st.integers(1, 3))
        if draw(st.integers(0, 12)) == 0:
            made.append(Said(at, Action.RESTART, None, origin=draw(st.sampled_from(["nas1", "nas2", None]))))
            continue
        action = draw(ACTIONS)
        made.append(
            Said(
                at,
                action,
                draw(st.sampled_from("ab")),
                draw(st.sampled_from([(1024, 2047), (1024, 1535)])),
                protocol=draw(st.sampled_from([0, 6])),
                session=draw(st.sampled_from("12")) if with_sessions else None,
                origin=draw(origins),
                own=at - STEP * draw(st.integers(0, 4))
                if with_own and action is not Action.START and draw(st.booleans())
                else None,
                limit=STEP * draw(st.integers(1, 4)) if with_limits and draw(st.booleans()) else 0,
                fold=with_folds and draw(st.booleans()),
            )
        )
    if not any(one.origin for one in made if one.action is not Action.RESTART):
        # Rows that name no device are of any device that restarts; the reference knows only the whole source then.
        made = [replace(one, origin=None) for one in made]
    return made


def built(said: list[Said], limit_means: LimitMeans, cuts: list[int]) -> tuple[list[Told], list[Told]]:
    """What comes of the records in batches, cut after the given numbers of records."""
    closed: list[Told] = []
    held: Rows | None = None
    for begin, end in zip([0, *cuts], [*cuts, len(said)], strict=True):
        if begin == end:
            continue
        made = build(events(said[begin:end]), held, source=1, limit_means=limit_means)
        closed += told(made.closed)
        held = made.open
    return sorted(closed), [] if held is None else told(held)


@settings(max_examples=150, deadline=None)
@given(histories(), st.sampled_from(LimitMeans), st.randoms(use_true_random=False))
def test_all_at_once_is_one_at_a_time(said: list[Said], limit_means: LimitMeans, chance: object) -> None:
    """Whatever is said in whatever order of the input, the rows are those of the reference."""
    mixed = list(said)
    chance.shuffle(mixed)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    assert built(mixed, limit_means, []) == reference.rows_of(said, limit_means, JITTER)


@settings(max_examples=150, deadline=None)
@given(histories(), st.sampled_from([LimitMeans.AT_MOST, LimitMeans.LEASE]), st.data())
def test_batches_give_the_same_rows_as_the_whole(
    said: list[Said], limit_means: LimitMeans, data: st.DataObject
) -> None:
    """Cut anywhere in time, with the open table carried over, nothing is different.

    But for a device that tells of a start before its own restart or before the end of a limit it gave: a later batch
    doesn't know of these any more.
    """
    past = [one.at for one in said if one.action is Action.RESTART]
    past += [one.at + one.limit for one in said if one.limit]
    said = [replace(one, own=None) if any((one.own or one.at) < at < one.at for at in past) else one for one in said]
    cuts = sorted(data.draw(st.lists(st.integers(0, len(said)), max_size=4)))
    assert built(said, limit_means, cuts) == built(said, limit_means, [])


@pytest.mark.parametrize("limit_means", list(LimitMeans))
def test_nothing_gives_nothing(limit_means: LimitMeans) -> None:
    """An empty batch has no rows, and leaves the open table as it is."""
    made = build(events([]), None, source=1, limit_means=limit_means)
    assert (len(made.closed), len(made.open), len(made.refused)) == (0, 0, 0)
    held = build(events([Said(SECOND, Action.START)]), None, source=1).open
    assert told(build(events([]), held, source=1).open) == told(held)


def test_join_keeps_both_sides() -> None:
    """A column that one side lacks is absent there; nothing else changes."""
    left = build(events([Said(SECOND, Action.START, "a")]), None, source=1).open
    right = build(events([Said(SECOND, Action.START, None, inside="100.64.0.1")]), None, source=1).open
    assert [one.who for one in told(join(left, right))] == ["", "a"]
