"""Clocks that are off: what is declared, what is seen, and which window a lookup must use."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.logs.clocks.declared import SECOND, declared
from sekisho.logs.clocks.errors import ClockRefused
from sekisho.logs.clocks.skew import DRIFT, REACH, History, Observed, Offset, history
from sekisho.logs.clocks.uncertainty import SourceClock
from sekisho.logs.events import Events
from sekisho.logs.health import ClockOffsets, ClockSample, Percentiles
from sekisho.logs.intervals.days import microseconds
from sekisho.logs.kinds import LogKind

T = microseconds(datetime(2026, 11, 23, tzinfo=UTC))
HOUR = 3_600 * SECOND
NONE = History.of(())


def seen(begin: int, end: int, low: float, high: float) -> Observed:
    """Records of [``begin``, ``end``] that arrived between so many seconds after their stamp."""
    of = Percentiles(round(low * SECOND), round((low + high) / 2 * SECOND), round(high * SECOND))
    return Observed(begin, end, ClockOffsets(received=of))


def window(settings_: dict[str, Any], *observed: Observed, at: int = T) -> tuple[float, float]:
    """How many seconds before and after a moment a lookup must look."""
    clock = declared(settings_)
    begin, end = SourceClock(clock, history(observed, clock)).window(at, at)
    return (begin - at) / SECOND, (end - at) / SECOND


def test_nothing_known_is_the_declared_error_and_the_tick() -> None:
    """A second for what the clock may be off and a second for what it counts, unless something is declared."""
    assert window({}) == (-2, 2)
    assert window({"clock_seconds": 0.2, "tick_seconds": 0.001}) == (-0.201, 0.201)


def test_a_clock_that_is_ahead_is_known_to_be() -> None:
    """Records received a minute before their own stamp: the stamps to look for lie a minute later."""
    assert window({"delivery_seconds": 1}, seen(T - HOUR, T + HOUR, -60, -59.5)) == (58.5, 62)


def test_a_clock_that_is_behind_may_be_slow_delivery() -> None:
    """Received ten seconds after the stamp: both are possible, unless the source declares how fast it delivers."""
    late = seen(T - HOUR, T + HOUR, 10, 11)
    assert window({}, late) == (-12, 1)
    assert window({"delivery_seconds": 0.5}, late) == (-12, -8.5)


def test_a_trusted_second_clock_counts_before_the_receipt() -> None:
    """A relay's stamp in the record wasn't on its way to us."""
    offsets = ClockOffsets(Percentiles(-5 * SECOND, -5 * SECOND, -5 * SECOND), Percentiles(0, 0, 60 * SECOND))
    clock = declared({"second_clock": "trusted", "tick_seconds": 0})
    assert SourceClock(clock, history([Observed(T, T, offsets)], clock)).window(T, T) == (
        T + 5 * SECOND,
        T + 5 * SECOND,
    )
    assert window({"tick_seconds": 0}, Observed(T, T, offsets)) == (-60, 2)


def test_a_step_between_two_observations_counts_both() -> None:
    """When a clock was put right isn't known: before and after are both possible in between."""
    before, after = seen(T - HOUR, T - 60 * SECOND, 30, 30), seen(T + 60 * SECOND, T + HOUR, 0, 0)
    low, high = window({"tick_seconds": 0, "delivery_seconds": 0}, before, after)
    assert (low, high) == (-30 - 60 * DRIFT / SECOND, 60 * DRIFT / SECOND)


def test_the_further_away_the_less_an_observation_says() -> None:
    """An unsynchronised clock drifts; after a day nothing is known but what was declared."""
    early = seen(T - 10 * HOUR, T - 10 * HOUR, 0, 0)
    assert window({"tick_seconds": 0, "delivery_seconds": 0}, early) == (-3.6, 3.6)
    assert window({"tick_seconds": 0}, seen(T - REACH - 1, T - REACH - 1, 0, 0)) == (-1, 1)


def test_a_declared_offset_counts_before_what_was_seen() -> None:
    """From the day it is declared for; before it, what was seen."""
    change = {"clock_changes": [{"from": "2026-11-23T09:00:00+09:00", "offset_seconds": -7, "clock_seconds": 0.5}]}
    assert window(change, seen(T - HOUR, T + HOUR, 7, 8), at=T + HOUR) == (-8.5, -5.5)
    assert window(change, at=T - 2 * HOUR) == (-2, 2)


def test_a_window_over_a_declared_change_counts_both_sides() -> None:
    """Within one question the clock may be as before and as after."""
    clock = declared({"clock_changes": [{"from": "2026-11-23T09:00:00+09:00", "offset_seconds": 100}]})
    begin, end = SourceClock(clock, NONE).window(T - SECOND, T + SECOND)
    assert (begin, end) == (T - 3 * SECOND, T + 103 * SECOND)


def test_a_zone_has_its_time() -> None:
    """A source that was moved to UTC: records received before are read in the old zone."""
    clock = declared({"clock_changes": [{"from": "2026-11-23T09:00:00+09:00", "zone": "UTC"}]})
    own = ZoneInfo("Asia/Tokyo")
    assert clock.zone_at(T - 1, own) is own
    assert clock.zone_at(T, own).key == "UTC"


@pytest.mark.parametrize("leap", [date(2026, 11, 23), date(2026, 11, 24)])
def test_a_leap_second_widens_its_day(leap: date) -> None:
    """Some clocks repeat it, some smear it from noon to noon: one second more on both sides."""
    clock = SourceClock(declared({"tick_seconds": 0, "clock_seconds": 0}), NONE, (leap,))
    assert clock.window(T + 12 * HOUR - 1, T + 12 * HOUR + 1) == (
        T + 12 * HOUR - 1 - SECOND,
        T + 12 * HOUR + 1 + SECOND,
    )
    far = T + 40 * HOUR
    assert clock.window(far, far) == (far, far)


@pytest.mark.parametrize(
    ("given_", "field"),
    [
        ({"clock_seconds": -1}, "clock_seconds"),
        ({"clock_seconds": True}, "clock_seconds"),
        ({"tick_seconds": float("nan")}, "tick_seconds"),
        ({"delivery_seconds": "1"}, "delivery_seconds"),
        ({"second_clock": "right"}, "second_clock"),
        ({"clock_changes": "2026"}, "clock_changes"),
        ({"clock_changes": [{"from": "2026-04-01"}]}, "clock_changes"),
        ({"clock_changes": [{"from": 5}]}, "clock_changes"),
        ({"clock_changes": [{"since": "x"}]}, "clock_changes"),
        ({"clock_changes": [{"from": "2026-04-01T00:00:00Z", "zone": "Mars/Olympus"}]}, "clock_changes"),
        ({"clock_changes": [{"from": "2026-04-01T00:00:00Z"}, {"from": "2026-03-01T00:00:00Z"}]}, "clock_changes"),
    ],
)
def test_what_is_no_clock_is_refused(given_: dict[str, Any], field: str) -> None:
    """Each with the setting's name."""
    with pytest.raises(ClockRefused) as caught:
        declared(given_)
    assert field in str(caught.value)


@settings(max_examples=30, deadline=None)
@given(
    st.integers(-300, 300),
    st.floats(0, 1),
    st.integers(0, 90),
    st.booleans(),
    st.integers(0, 2**32 - 1),
)
def test_the_window_holds_the_stamp(offset: int, tick: float, drift: int, rounds: bool, seed: int) -> None:
    """Whatever a clock's offset, drift (ppm) and tick: what happened at a moment is stamped within its window."""
    rng = np.random.default_rng(seed)
    true = T + np.sort(rng.integers(0, 6 * HOUR, 400))
    unit = max(round(tick * SECOND), 1)

    def stamps(moments: Any) -> Any:
        off = moments + offset * SECOND + (moments - T) * drift // 1_000_000
        return (off + (unit // 2 if rounds else 0)) // unit * unit

    delay = rng.exponential(0.2 * SECOND, len(true)).astype(np.int64)
    observed = []
    for part in np.array_split(np.arange(len(true)), 20):
        made = stamps(true[part])
        sample = ClockSample()
        for at in part:
            one = Events(LogKind.AP_NAT, np.zeros(1, np.int64), np.ones(1, np.uint8), stamps(true[at : at + 1]))
            sample.add(one, int(true[at] + delay[at]))
        observed.append(Observed(int(made.min()), int(made.max()), sample.offsets()))
    clock = declared({"delivery_seconds": 0.5, "tick_seconds": unit / SECOND})
    found = SourceClock(clock, history(observed, clock))
    for at in rng.integers(T + HOUR, T + 5 * HOUR, 40).tolist():
        begin, end = found.window(at, at + 1)
        assert begin <= int(stamps(np.array([at]))[0]) <= end


def test_the_history_finds_long_observations() -> None:
    """One long observation that many short ones lie within is still found."""
    long = Offset(0, 100 * HOUR, -5, 5)
    short = [Offset(at * HOUR, at * HOUR + 1, 0, 0) for at in range(1, 50)]
    assert History.of([long, *short]).between(49 * HOUR, 49 * HOUR) == (-5, 5)
