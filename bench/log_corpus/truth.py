"""Who really had which ports from when to when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from bench.log_corpus.parameters import HOUR, SECOND, Parameters, Records
from sekisho.logs.columns import Bools, Int64s, UInt16s, UInt32s

PUBLIC: Final = 0xC612_0000
"""198.18.0.0."""
INSIDE: Final = 0x6440_0000
"""100.64.0.0."""
SILENT: Final = 40 * SECOND
"""After a restart a device logs nothing for so long: its network isn't up."""
SPARE: Final = HOUR
"""Before the first and after the last record that counts, the network lives on."""


@dataclass(frozen=True, slots=True)
class Resources:
    """Address and ports of each resource."""

    address: UInt32s
    port_low: UInt16s
    port_high: UInt16s
    source: Int64s


@dataclass(frozen=True, slots=True)
class Holdings:
    """Who had which resource in [``begin``, ``end``), by resource and begin. ``cut``: it ended by a restart."""

    resource: Int64s
    holder: Int64s
    begin: Int64s
    end: Int64s
    cut: Bools
    session: Int64s

    def __len__(self) -> int:
        """How many."""
        return len(self.begin)


@dataclass(frozen=True, slots=True)
class Restart:
    """A device starts anew at ``at``; ``logged``: it says so when its network is up."""

    source: int
    at: int
    logged: bool


@dataclass(frozen=True, slots=True)
class Truth:
    """What was so."""

    parameters: Parameters
    resources: Resources
    holdings: Holdings
    restarts: tuple[Restart, ...]


def truth_of(parameters: Parameters, rng: np.random.Generator, *, inside: bool = False) -> Truth:
    """A world's truth. ``inside``: resources are single inside addresses rather than blocks of public ports."""
    p = parameters
    count = p.resources * p.sources
    resources = _inside(count, p) if inside else _blocks(count, p)
    per = int(p.length / (max(p.hold, SECOND) + p.gap + p.least_gap) * 1.5) + 20
    gap = p.least_gap + np.floor(rng.exponential(max(p.gap, 1), (count, per))).astype(np.int64) * (p.gap > 0)
    hold = p.least_hold + np.floor(rng.exponential(p.hold, (count, per))).astype(np.int64)
    if p.records is Records.STARTS:
        hold = np.minimum(hold, p.limit)
    begin = p.epoch - SPARE + np.cumsum(gap + hold, axis=1) - hold
    resource = np.repeat(np.arange(count), per)
    start, stop = begin.ravel(), (begin + hold).ravel()
    holder = rng.integers(0, p.subscribers, len(start))
    restarts = _restarts(p, rng)
    kept = (start < p.epoch + p.length) & (stop > start)
    if p.new_layout:
        middle = p.epoch + p.length // 2
        old = resource < count // 2
        stop = np.where(old, np.minimum(stop, middle), stop)
        kept &= np.where(old, start < middle, start >= middle)
    cut = np.zeros(len(start), np.bool_)
    for restart in restarts:
        mine = resources.source[resource] == restart.source
        ended = mine & (start < restart.at) & (stop > restart.at)
        stop, cut = np.where(ended, restart.at, stop), cut | ended
        kept &= ~(mine & (start >= restart.at) & (start < restart.at + SECOND))
    kept &= stop > start
    places = np.flatnonzero(kept)
    source = resources.source[resource[places]]
    session = _sessions(start[places], source, restarts)
    return Truth(
        p,
        resources,
        Holdings(resource[places], holder[places], start[places], stop[places], cut[places], session),
        restarts,
    )


def _blocks(count: int, p: Parameters) -> Resources:
    each = np.arange(count)
    source = each % p.sources
    if p.new_layout:
        # The first half of the resources, and then as many blocks over the same ports: larger, half a block along.
        half = count // 2
        old, new = each[:half], np.arange(count - half)
        low = np.concatenate([1024 + old % 8 * 512, 1024 + 256 + new % 8 * 512])
        address = np.concatenate([PUBLIC + old // 8, PUBLIC + new // 8])
        high = np.concatenate([low[:half] + 511, low[half:] + 511])
    else:
        low, address = 1024 + each // p.sources % 16 * 512, PUBLIC + source * 4096 + each // p.sources // 16
        high = low + 511
    return Resources(address.astype(np.uint32), low.astype(np.uint16), high.astype(np.uint16), source)


def _inside(count: int, p: Parameters) -> Resources:
    each = np.arange(count)
    return Resources(
        (INSIDE + each).astype(np.uint32),
        np.zeros(count, np.uint16),
        np.full(count, 65535, np.uint16),
        each % p.sources,
    )


def _restarts(p: Parameters, rng: np.random.Generator) -> tuple[Restart, ...]:
    return tuple(
        Restart(source, int(at), bool(rng.random() < p.restarts_logged))
        for source in range(p.sources)
        for at in np.sort(rng.integers(p.epoch, p.epoch + p.length, p.restarts))
    )


def _sessions(begin: Int64s, source: Int64s, restarts: tuple[Restart, ...]) -> Int64s:
    """Session ids: a counter of each device, which begins anew when it restarts."""
    order = np.lexsort([begin, source])
    epoch = np.zeros(len(begin), np.int64)
    for restart in restarts:
        epoch += (source == restart.source) & (begin >= restart.at)
    key = source[order] * 1_000 + epoch[order]
    starts = np.flatnonzero(np.append(True, key[1:] != key[:-1]))
    ranks = np.arange(len(begin)) - np.repeat(starts, np.diff(np.append(starts, len(begin))))
    found = np.empty(len(begin), np.int64)
    found[order] = ranks
    return found
