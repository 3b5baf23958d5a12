"""A small corpus: no wrong unique answer in any world, and hardly any that says less than the logs settle."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from bench import logs_truth
from bench.log_corpus.kept import SILENCE
from bench.log_corpus.oracle import questions, settled
from bench.log_corpus.parameters import HOUR, MINUTE, SECOND, WORLDS, Parameters
from bench.log_corpus.play import Score, play
from bench.log_corpus.records import NEVER, Clocks, Records, read_back, records_of
from bench.log_corpus.truth import Truth, truth_of
from sekisho.logs.events import Action

QUICK = [one for one in WORLDS if one.name in {"lossy", "restarts", "late", "chain", "handed on at once"}]


def small(one: Parameters) -> Parameters:
    """The same world, shorter."""
    return replace(one, length=min(one.length, 30 * HOUR), resources=max(one.resources // 3, 8), batch=3 * HOUR)


@pytest.mark.parametrize("parameters", QUICK, ids=lambda one: one.name)
def test_no_wrong_unique_answer(parameters: Parameters) -> None:
    """Through a real store and lookups' own chain: nobody is named alone who didn't have it, and where logs lose
    records, nobody is told that nobody had it."""
    found = play(small(parameters), seed=7, ask=600)
    assert found.asked > 500
    assert found.wrong_unique == 0, found.examples
    assert found.wrong_none == 0, found.examples
    assert found.settled > 100
    assert found.missed <= found.settled // 100, found.examples
    assert found.unique >= found.settled - found.missed


def made(parameters: Parameters, seed: int = 3) -> tuple[Truth, Clocks, Records]:
    """A world's truth and records."""
    rng = np.random.default_rng(seed)
    truth = truth_of(parameters, rng)
    clocks = Clocks.of(parameters, rng)
    return truth, clocks, records_of(truth, clocks, rng)


def test_the_truth_has_one_holder_at_a_time() -> None:
    """On one resource holdings follow each other, also over restarts; the same seed makes the same world."""
    for parameters in (small(one) for one in WORLDS):
        truth, _, sent = made(parameters)
        held = truth.holdings
        same = held.resource[1:] == held.resource[:-1]
        assert (held.begin < held.end).all(), parameters.name
        assert (held.begin[1:] >= held.end[:-1])[same].all(), parameters.name
        assert (made(parameters)[2].stamp == sent.stamp).all(), parameters.name


def test_blocks_cut_anew_overlap_the_old_ones_only_in_space() -> None:
    """In the world of two layouts no port is two holders' at one time."""
    (parameters,) = (one for one in WORLDS if one.new_layout)
    truth, _, _ = made(small(parameters))
    middle = truth.parameters.epoch + truth.parameters.length // 2
    new = truth.holdings.resource >= len(truth.resources.address) // 2
    assert (truth.holdings.end[~new] <= middle).all()
    assert (truth.holdings.begin[new] >= middle).all()


def test_each_way_of_logging_badly_is_there() -> None:
    """Lost records, pairs, repeats, restarts said and unsaid, jumps and drift, late records, years left out."""
    assert len({one.name for one in WORLDS}) == len(WORLDS) >= 20
    ways = [
        any(one.lost for one in WORLDS),
        any(one.lost_pairs for one in WORLDS),
        any(one.twice_rate for one in WORLDS),
        any(one.restarts for one in WORLDS),
        any(one.skew and one.drift_ppm for one in WORLDS),
        any(one.late for one in WORLDS),
        any(one.cards for one in WORLDS),
        any(one.outages for one in WORLDS),
        any(one.new_layout for one in WORLDS),
        any(one.chain for one in WORLDS),
        any(one.rest for one in WORLDS),
        any(one.zone != "Asia/Tokyo" for one in WORLDS),
        any(one.length > 10 * 24 * HOUR for one in WORLDS),
    ]
    assert all(ways)
    (late,) = (small(one) for one in WORLDS if one.late)
    truth, _, sent = made(late)
    assert int(sent.arrival[sent.arrived].max()) > late.epoch + late.length
    assert (sent.arrival[~sent.arrived] == NEVER).all()
    assert len(truth.holdings) > 100


@pytest.mark.parametrize("name", ["autumn in New York", "New Year without years", "29 February without years"])
def test_stamps_are_read_back_as_they_were_meant(name: str) -> None:
    """But in the hour that comes twice, of which the reader says so."""
    (parameters,) = (small(one) for one in WORLDS if one.name == name)
    _, _, sent = made(parameters)
    sent = sent.at(sent.arrived)
    time, notes = read_back(sent, parameters)
    off = time != sent.stamp
    assert (off <= ((notes & 4) != 0)).all()
    assert (sent.stamp[off] - time[off] == HOUR).all()
    assert off.any() == (name == "autumn in New York")


PLAIN = Parameters("plain", length=10 * HOUR, resources=40, subscribers=5, begin=datetime(2026, 11, 20, 3, tzinfo=UTC))


def settles(truth: Truth, clocks: Clocks, sent: Records, holding: int, begin: int, end: int) -> bool:
    """Whether the logs settle one window."""
    notes = np.zeros(len(sent), np.int64)
    at, low, high = np.array([holding]), np.array([begin]), np.array([end])
    return bool(settled(truth, sent, notes, clocks, at, low, high, SILENCE)[0])


def test_the_oracle_asks_for_a_record_on_both_sides() -> None:
    """A window well within a holding whose start and stop came is settled; without either, or at its edge, it isn't."""
    truth, clocks, sent = made(PLAIN)
    held = truth.holdings
    long = np.flatnonzero((held.end - held.begin > 10 * MINUTE) & (held.begin > PLAIN.epoch + HOUR))
    holding = int(long[held.end[long] < PLAIN.epoch + 8 * HOUR][0])
    begin, end = int(held.begin[holding]), int(held.end[holding])
    middle = (begin + end) // 2
    assert settles(truth, clocks, sent, holding, middle - SECOND, middle + SECOND)
    assert not settles(truth, clocks, sent, holding, begin + SECOND, middle)
    assert not settles(truth, clocks, sent, holding, middle, end - SECOND)
    for action in (Action.START, Action.STOP):
        kept = sent.at(~((sent.holding == holding) & (sent.action == int(action))))
        assert not settles(truth, clocks, kept, holding, middle - SECOND, middle + SECOND)


def test_questions_are_true_communications() -> None:
    """Each lies in its holding, is asked no further off than it says, about a port of it."""
    truth, _, _ = made(PLAIN)
    asked = questions(truth, 500, np.random.default_rng(1))
    held, resource = truth.holdings, truth.holdings.resource[asked.holding]
    assert ((held.begin[asked.holding] <= asked.moment) & (asked.moment < held.end[asked.holding])).all()
    assert (np.abs(asked.asked - asked.moment) <= asked.within).all()
    assert (truth.resources.port_low[resource] <= asked.port).all()
    assert (asked.port <= truth.resources.port_high[resource]).all()


def test_the_figures_count_what_was_played(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wrong answers and missed ones are added up over all worlds; the worst world is named."""
    scores = {"a": Score("a", 100, 80, 70, 1, 4, 2, 2), "b": Score("b", 100, 20, 20, 0, 2, 0, 0)}

    class InLine:
        """Runs at once what a pool would run beside."""

        def __init__(self, _: int) -> None: ...

        def __enter__(self) -> InLine:
            return self

        def __exit__(self, *_: object) -> None: ...

        map = staticmethod(map)

    monkeypatch.setattr(logs_truth, "ProcessPoolExecutor", InLine)
    monkeypatch.setattr(logs_truth, "play", lambda world, **_: scores[world.name])
    found = logs_truth.measure(repeats=1, seed=1, questions=10, worlds=[Parameters("a"), Parameters("b")])
    assert {one["name"]: one["value"] for one in found["figures"]} == {
        "wrong_unique": 1.0,
        "unique_missed_percent": 6.0,
        "none_though_somebody": 2.0,
    }
    assert found["inputs"]["worlds with nobody for somebody"] == "a: 2"
    assert found["inputs"]["worlds with a wrong unique answer"] == "a"
    assert found["inputs"]["world with the most missed"] == "b: 2 of 20"
