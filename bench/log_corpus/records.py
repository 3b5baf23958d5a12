"""What devices say of the truth, how they stamp it, and what of it arrives when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np

from bench.log_corpus.parameters import HOUR, SECOND, Parameters, Stamps
from bench.log_corpus.parameters import Records as Logged
from bench.log_corpus.truth import SILENT, Truth
from sekisho.logs.columns import Bools, Int64s, UInt8s
from sekisho.logs.events import Action
from sekisho.logs.formats.line_times import NO_OFFSET, YEARLESS, Mark, resolve
from sekisho.logs.formats.line_times import Stamps as Written

NEVER: Final = np.iinfo(np.int64).max
"""When what was lost arrives."""
LATE: Final = 6 * HOUR
"""How long after everything else the late records arrive."""
SLOW: Final = 5 * SECOND
"""Within this a record that comes twice has come."""


@dataclass(frozen=True, slots=True)
class Records:
    """Records as devices sent them, ``NEVER`` as the arrival of a lost one. ``holding`` is -1 for a restart.

    ``moment`` is the true time, ``stamp`` that of the device's clock, in its ticks.
    """

    source: Int64s
    holding: Int64s
    action: UInt8s
    moment: Int64s
    stamp: Int64s
    arrival: Int64s

    def __len__(self) -> int:
        """How many."""
        return len(self.moment)

    def at(self, places: Any) -> Records:
        """Those at ``places``."""
        return Records(**{one.name: getattr(self, one.name)[places] for one in fields(self)})

    @property
    def arrived(self) -> Bools:
        """Which weren't lost."""
        return np.asarray(self.arrival < NEVER)


@dataclass(frozen=True, slots=True)
class Clocks:
    """How far each source's clock is off: ``offsets[source]`` one after another, each for ``every`` from ``begin``."""

    begin: int
    every: int
    offsets: Int64s
    drift_ppm: float

    @classmethod
    def of(cls, p: Parameters, rng: np.random.Generator) -> Clocks:
        """As a world has them: put right (or wrong) at once, every so often, and drifting in between."""
        every = p.step_every or 10 * p.length
        steps = p.length // every + 3
        offsets = rng.integers(-p.skew, p.skew + 1, (p.sources, steps)) if p.skew else np.zeros((p.sources, steps))
        return cls(p.epoch - every, every, offsets.astype(np.int64), p.drift_ppm)

    def off(self, source: Int64s, moment: Int64s) -> Int64s:
        """Clock minus true time."""
        since = moment - self.begin
        step = np.clip(since // self.every, 0, self.offsets.shape[1] - 1)
        drift = (since - step * self.every).astype(np.float64) * self.drift_ppm / 1e6
        found: Int64s = self.offsets[source, step] + drift.astype(np.int64)
        return found

    def steps(self) -> Int64s:
        """The moments at which clocks jump."""
        return np.asarray(self.begin + self.every * np.arange(1, self.offsets.shape[1]))


def records_of(truth: Truth, clocks: Clocks, rng: np.random.Generator) -> Records:
    """What is sent, with what becomes of it."""
    p, found = truth.parameters, truth.holdings
    parts = [(np.arange(len(found)), int(Action.START), found.begin)]
    if p.records is Logged.BOTH:
        parts.append((np.flatnonzero(~found.cut), int(Action.STOP), found.end[~found.cut]))
    if p.records is Logged.LEASES:
        ended = np.flatnonzero(given_back(np.arange(len(found))))
        parts.append((ended, int(Action.STOP), found.end[ended]))
    again = p.interim if p.records is Logged.BOTH else p.limit // 2 if p.records is Logged.LEASES else 0
    if again:
        parts.append(_interims(found.begin, found.end, again))
    holding = np.concatenate([which for which, _, _ in parts])
    action = np.concatenate([np.full(len(which), kind, np.uint8) for which, kind, _ in parts])
    moment = np.concatenate([when for _, _, when in parts])
    source = truth.resources.source[found.resource[holding]]
    logged = [one for one in truth.restarts if one.logged]
    holding = np.append(holding, np.full(len(logged), -1))
    action = np.append(action, np.full(len(logged), int(Action.RESTART), np.uint8)).astype(np.uint8)
    moment = np.append(moment, np.array([one.at + SILENT for one in logged], np.int64))
    source = np.append(source, np.array([one.source for one in logged], np.int64))
    cards = rng.integers(-p.cards, p.cards + 1, len(moment)) if p.cards else 0
    stamp = (moment + clocks.off(source, moment) + cards) // p.tick * p.tick
    arrival = moment + np.floor(rng.exponential(p.delay, len(moment))).astype(np.int64)
    sent = Records(source, holding, action, moment, stamp, arrival)
    lost = _lost(sent, truth, rng)
    sent = Records(source, holding, action, moment, stamp, np.where(lost, NEVER, arrival))
    inside = (moment >= p.epoch) & (moment < p.epoch + p.length)
    return _twice(_late(sent.at(inside), p, rng), p, rng)


def given_back(holding: Int64s) -> Bools:
    """Which leases are given back before they end: every other one."""
    return np.asarray(holding % 2 == 0)


def _interims(begin: Int64s, end: Int64s, every: int) -> tuple[Int64s, int, Int64s]:
    count = np.maximum((end - begin - 1) // every, 0)
    which = np.repeat(np.arange(len(begin)), count)
    first = np.cumsum(count) - count
    number = np.arange(len(which)) - np.repeat(first, count) + 1
    return which, int(Action.INTERIM), begin[which] + number * every


def _lost(sent: Records, truth: Truth, rng: np.random.Generator) -> Bools:
    p = truth.parameters
    lost = (rng.random(len(sent)) < p.lost) & (sent.holding >= 0)
    whole = rng.random(len(truth.holdings)) < p.lost_pairs
    lost |= (sent.holding >= 0) & whole[sent.holding]
    for source in range(p.sources):
        begins = rng.integers(p.epoch, p.epoch + p.length, p.outages)
        lengths = rng.exponential(p.outage, p.outages).astype(np.int64)
        for begin, length in zip(begins.tolist(), lengths.tolist(), strict=True):
            lost |= (sent.source == source) & (sent.moment >= begin) & (sent.moment < begin + length)
    for restart in truth.restarts:
        quiet = (sent.moment >= restart.at) & (sent.moment < restart.at + SILENT)
        lost |= (sent.source == restart.source) & quiet
    return lost


def _late(sent: Records, p: Parameters, rng: np.random.Generator) -> Records:
    if not p.late:
        return sent
    late = (rng.random(len(sent)) < p.late) & sent.arrived & (sent.moment < p.epoch + p.length // 2)
    arrival = np.where(late, sent.arrival + p.length + LATE, sent.arrival)
    return Records(sent.source, sent.holding, sent.action, sent.moment, sent.stamp, arrival)


def _twice(sent: Records, p: Parameters, rng: np.random.Generator) -> Records:
    again = np.flatnonzero((rng.random(len(sent)) < p.twice_rate) & sent.arrived)
    if not len(again):
        return sent
    copy = sent.at(again)
    copy = Records(
        copy.source,
        copy.holding,
        copy.action,
        copy.moment,
        copy.stamp,
        copy.arrival + rng.integers(0, SLOW, len(again)),
    )
    return Records(
        **{one.name: np.concatenate([getattr(sent, one.name), getattr(copy, one.name)]) for one in fields(Records)}
    )


def batches(sent: Records, p: Parameters) -> Iterator[Records]:
    """What arrived, in the order of its arrival, so much at a time."""
    order = np.argsort(sent.arrival, kind="stable")
    sent = sent.at(order[sent.arrived[order]])
    number = (sent.arrival - p.epoch) // p.batch
    for begin, end in _runs(number):
        yield sent.at(slice(begin, end))


def read_back(sent: Records, p: Parameters) -> tuple[Int64s, UInt8s]:
    """The stamps as a reader understands them, of records that arrived together, and what it had to assume."""
    if p.stamps is Stamps.EPOCH:
        return sent.stamp, np.zeros(len(sent), np.uint8)
    zone = ZoneInfo(p.zone)
    local = sent.stamp + _ahead(sent.stamp, zone)
    marks = np.zeros(len(sent), np.uint8)
    if p.stamps is Stamps.YEARLESS:
        local, marks = _without_year(local), np.full(len(sent), int(Mark.YEARLESS), np.uint8)
    written = Written(local, np.full(len(sent), NO_OFFSET, np.int32), marks)
    found = resolve(written, zone, int(sent.arrival.max()))
    if found.wrong.any():
        raise RuntimeError("a stamp that a right clock wrote can't be read")
    return found.time, found.notes


def _ahead(moments: Int64s, zone: ZoneInfo) -> Int64s:
    hours, place = np.unique(moments // HOUR, return_inverse=True)
    offsets = [(_EPOCH + timedelta(hours=hour)).astimezone(zone).utcoffset() for hour in hours.tolist()]
    return np.array([round((one or timedelta()).total_seconds()) * SECOND for one in offsets], np.int64)[place]


def _without_year(local: Int64s) -> Int64s:
    days, place = np.unique(local // (24 * HOUR), return_inverse=True)
    moved = [(_EPOCH + timedelta(days=day)).replace(year=YEARLESS) for day in days.tolist()]
    return np.array([(day - _EPOCH).days for day in moved], np.int64)[place] * 24 * HOUR + local % (24 * HOUR)


def _runs(number: Int64s) -> Iterator[tuple[int, int]]:
    edges = np.flatnonzero(np.append(True, number[1:] != number[:-1])) if len(number) else np.empty(0, np.intp)
    yield from zip(edges.tolist(), [*edges[1:].tolist(), len(number)], strict=True) if len(edges) else ()


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
