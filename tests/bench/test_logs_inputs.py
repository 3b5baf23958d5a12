"""The logs that are measured are logs: the product's readers read all of them, and they say what was put in."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import numpy as np

from bench import logs_inputs
from sekisho.logs.events import Action, Events
from sekisho.logs.formats.reader import Context
from sekisho.logs.formats.registry import make_reader
from sekisho.logs.merging import joined_events

RECEIVED = Context((logs_inputs.BEGIN + 2 * 86_400) * 1_000_000, ZoneInfo("Asia/Tokyo"))


def read(name: str, data: bytes, settings: dict[str, object] | None = None) -> Events:
    """All events of an input, in one; anything else that is found fails."""
    parts = []
    for one in make_reader(name, settings or {}).read(data, 1, RECEIVED):
        assert isinstance(one, Events)
        parts.append(one)
    return joined_events(parts)


def within(events: Events) -> bool:
    """Whether all of it happened on the day."""
    begin = logs_inputs.BEGIN * 1_000_000
    return bool(((events.time >= begin) & (events.time < begin + 86_400_000_000)).all())


def test_every_block_is_allocated_and_released_once() -> None:
    """And no two hold the same ports at once."""
    made = logs_inputs.blocks(2_000, 1)
    events = read("juniper_pba", logs_inputs.port_block_lines(4_000, 1))
    assert within(events)
    assert len(events) == 2 * len(made.begin)
    assert int((events.action == int(Action.START)).sum()) == len(made.begin)
    order = np.lexsort([made.begin, made.low, made.public])
    same = (np.diff(made.public[order]) == 0) & (np.diff(made.low[order]) == 0)
    assert (made.begin[order][1:] >= made.end[order][:-1])[same].all()


def test_every_session_starts_goes_on_and_stops() -> None:
    """With the documented number of interim records."""
    events = read("freeradius-detail", logs_inputs.radius_records(600, 1))
    assert within(events)
    counts = [int((events.action == int(action)).sum()) for action in (Action.START, Action.INTERIM, Action.STOP)]
    assert counts == [100, 100 * logs_inputs.INTERIMS, 100]


def test_sessions_have_destinations_by_popularity() -> None:
    """The most popular one is visited about as often as the exponent says."""
    events = read("parquet", logs_inputs.session_file(20_000, 1), logs_inputs.SESSION_SETTINGS)
    assert within(events)
    assert events.destination is not None
    _, counts = np.unique(events.destination.low, return_counts=True)
    shares = np.arange(1, logs_inputs.DESTINATIONS + 1, dtype=np.float64) ** -logs_inputs.ZIPF
    assert abs(counts.max() / len(events) - shares[0] / shares.sum()) < 0.02
