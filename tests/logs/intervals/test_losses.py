"""When a source loses too much to be believed about one holder alone."""

from __future__ import annotations

import pytest

from sekisho.logs.events import Action
from sekisho.logs.intervals.build import Tally, build
from sekisho.logs.intervals.losses import too_lossy
from tests.logs.intervals.made import SECOND, Said, events


@pytest.mark.parametrize(
    ("handed_over", "given_back", "lossy"),
    [(0, 0, False), (19, 0, False), (20, 0, True), (3, 22, False), (20, 80, True), (50, 950, False), (100, 900, True)],
)
def test_too_lossy_is_said_only_where_it_is_sure(handed_over: int, given_back: int, lossy: bool) -> None:
    """One in twenty, three standard deviations away from chance."""
    assert too_lossy(handed_over, given_back) is lossy


def said(*given: tuple[float, Action, str], **more: object) -> Tally:
    """The tally of records."""
    made = [Said(round(at * SECOND), action, who, **more) for at, action, who in given]  # type: ignore[arg-type]  # checked by Said
    return build(events(made), None, source=1).tally


def test_what_counts_as_a_lost_stop() -> None:
    """Somebody else's start does; the same holder's doesn't, nor a restart, nor the end of what is limited."""
    start, stop = Action.START, Action.STOP
    given = [
        (0, start, "a"),
        (60, start, "b"),
        (120, stop, "b"),
        (180, start, "a"),
        (240, start, "a"),
        (300, stop, "a"),
    ]
    found = said(*given)
    assert (found.handed_over, found.given_back) == (1, 2)
    assert said(*given, session="1").handed_over == 0
    assert said(*given, limit=10 * SECOND).handed_over == 0
    assert said((0, start, "a"), (50, Action.RESTART, ""), (60, start, "b")).handed_over == 0
