"""How well a source was heard: what its inputs say of it, and when it was silent for too long.

*Heard* are closed intervals from record to record; two records further apart than the source's usual interval allows
(:func:`silence`) have a gap between them, whether they came in one input or in two. A later input that fills a gap
closes it. Losses a device's own numbers tell of stand beside that, as gaps of their own.

What this does not do: it can't tell a device that had nothing to say from one that wasn't heard. A source that can be
silent for long declares a heartbeat.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import numpy as np
import orjson

from sekisho.logs.columns import NO_TIME, Int64s
from sekisho.logs.events import Events

SECOND: Final = 1_000_000
SILENCE_LEAST: Final = 15 * 60 * SECOND
"""A silence below a quarter of an hour is no gap where nothing was declared: nights are quiet at small providers."""
SILENCE_MOST: Final = 86_400 * SECOND
"""A silence above a day is one."""
SILENCE_INTERVALS: Final = 50
"""Usual intervals that a silence may last: chance makes one of 50 about never (e⁻⁵⁰, were records independent)."""
MEMORY: Final = 0.8
"""How much of the usual interval stays when a new input tells another."""
GIVEN_UP: Final = "given_up"
"""The reason of a gap that begins with an open table that was given up: what was held then isn't known any more."""
SEGMENT_LOST: Final = "segment_lost"
"""The reason of a gap that is a day of which a segment was given up: it may have held records of the source."""
SAMPLE: Final = 4_096
"""Records of an input whose clocks are compared; enough for percentiles."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A time in which records may be missing: from ``begin`` up to ``end`` (exclusive), UTC microseconds.

    ``reason``: ``silence``, ``before_first``, ``after_last``, or what the format says (``sequence``). ``missing`` is
    how many records by the device's own numbers; 0 where nobody knows.
    """

    begin: int
    end: int
    reason: str
    missing: int = 0


@dataclass(frozen=True, slots=True)
class Coverage:
    """What of a time a source was heard in."""

    gaps: tuple[Gap, ...]

    @property
    def whole(self) -> bool:
        """Whether nothing is missing."""
        return not self.gaps


@dataclass(frozen=True, slots=True)
class Percentiles:
    """Of differences in microseconds: the 5th, 50th and 95th percentile."""

    p5: int
    p50: int
    p95: int


@dataclass(frozen=True, slots=True)
class ClockOffsets:
    """What an input's clocks showed: ``logged`` is the record's second clock minus its event clock, ``received`` the
    moment of receipt minus the event clock (live input only)."""

    logged: Percentiles | None = None
    received: Percentiles | None = None

    def dumped(self) -> str:
        """As JSON."""
        return orjson.dumps(self).decode()

    @classmethod
    def loaded(cls, text: str) -> ClockOffsets:
        """From :meth:`dumped`."""
        found = {name: None if value is None else Percentiles(**value) for name, value in orjson.loads(text).items()}
        return cls(**found)


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """A source's health. Times are UTC microseconds; ``rate`` is records per second, ``interval`` seconds.

    ``gaps`` are those after the first record and before the last; whether the source is silent *now* follows from
    ``last_record``, which the caller compares with its own clock (:func:`is_silent`). ``port_not_logged`` are records
    without a source port, which name nobody behind a shared address; ``ports_missing``: the latest input had such, too.
    """

    source: int
    name: str
    last_record: int | None
    ingested_at: datetime | None
    records: int = 0
    events: int = 0
    ignored: int = 0
    quarantined: int = 0
    refused: int = 0
    template_misses: int = 0
    sequence_missing: int = 0
    rate: float | None = None
    interval: float | None = None
    silence: int = SILENCE_LEAST
    clock: ClockOffsets = field(default_factory=ClockOffsets)
    inside_always_zero: bool = False
    port_not_logged: int = 0
    ports_missing: bool = False
    gaps: tuple[Gap, ...] = ()

    def is_silent(self, at: int) -> bool:
        """Whether, at that moment, the source has been silent for longer than it usually is."""
        return self.last_record is not None and at - self.last_record > self.silence


def silence(heartbeat: int | None, interval: float | None) -> int:
    """Microseconds between two records that are a gap: as declared, or by the usual ``interval`` in seconds."""
    if heartbeat is not None:
        return heartbeat
    usual = 0 if interval is None else round(interval * SECOND * SILENCE_INTERVALS)
    return min(max(usual, SILENCE_LEAST), SILENCE_MOST)


class Heard:
    """Collects when an input's events were, in little memory whatever its size."""

    def __init__(self, allowed: int) -> None:
        """``allowed`` is the silence that is no gap."""
        self._allowed = allowed
        self._bin = max(allowed // 4, 1)
        self._bins: dict[int, tuple[int, int]] = {}

    def add(self, times: Int64s) -> None:
        """Take in moments, in any order."""
        if not len(times):
            return
        low, high = int(times.min()), int(times.max())
        if high - low <= self._bin:
            self._note(low // self._bin, low, low)
            self._note(high // self._bin, high, high)
            return
        ordered = np.sort(times, kind="stable")
        bins = ordered // self._bin
        first = np.flatnonzero(np.append(True, bins[1:] != bins[:-1]))
        last = np.append(first[1:], len(ordered)) - 1
        for one, begin, end in zip(bins[first].tolist(), ordered[first].tolist(), ordered[last].tolist(), strict=True):
            self._note(one, begin, end)

    def spans(self) -> list[tuple[int, int]]:
        """Intervals from record to record without a silence, ascending."""
        return joined((self._bins[one] for one in sorted(self._bins)), self._allowed)

    def _note(self, place: int, low: int, high: int) -> None:
        found = self._bins.get(place)
        self._bins[place] = (low, high) if found is None else (min(found[0], low), max(found[1], high))


def joined(spans: Iterable[tuple[int, int]], allowed: int) -> list[tuple[int, int]]:
    """Ascending intervals, those that are no further apart than ``allowed`` as one."""
    made: list[tuple[int, int]] = []
    for begin, end in sorted(spans):
        if made and begin - made[-1][1] <= allowed:
            made[-1] = (made[-1][0], max(made[-1][1], end))
        else:
            made.append((begin, end))
    return made


def coverage(heard: Sequence[tuple[int, int]], losses: Sequence[Gap], begin: int, end: int) -> Coverage:
    """The gaps within [``begin``, ``end``), given all ``heard`` intervals of a source and its known ``losses``."""
    gaps: list[Gap] = []
    at = begin
    for first, last in heard:
        if first >= end or at >= end:
            break
        if last < at:
            continue
        if first > at:
            gaps.append(Gap(at, first, "silence"))
        at = max(at, last)
    if heard and gaps and gaps[0].begin < heard[0][0]:
        gaps[0] = Gap(gaps[0].begin, gaps[0].end, "before_first")
    if at < end and (not heard or at >= heard[-1][1]):
        gaps.append(Gap(at, end, "after_last" if heard else "never_heard"))
    elif at < end:
        gaps.append(Gap(at, end, "before_first" if end <= heard[0][0] else "silence"))
    gaps += [
        Gap(max(loss.begin, begin), min(loss.end, end), loss.reason, loss.missing)
        for loss in losses
        if loss.begin < end and loss.end > begin
    ]
    return Coverage(tuple(sorted(gaps, key=lambda gap: (gap.begin, gap.end))))


class ClockSample:
    """Collects how far an input's clocks are apart, from a bounded number of records."""

    def __init__(self) -> None:
        """Nothing yet."""
        self._logged: list[Int64s] = []
        self._received: list[Int64s] = []
        self._taken = 0

    def add(self, events: Events, received: int | None) -> None:
        """Look at some of ``events``; ``received`` is when they arrived, None where that wasn't noted live."""
        if self._taken >= SAMPLE or not len(events):
            return
        times = events.time[:: max(1, len(events) // 256)]
        self._taken += len(times)
        if events.logged is not None:
            logged = events.logged[:: max(1, len(events) // 256)]
            told = (logged != NO_TIME) & (times != NO_TIME)
            self._logged.append(logged[told] - times[told])
        if received is not None:
            self._received.append(received - times)

    def offsets(self) -> ClockOffsets:
        """The percentiles."""
        return ClockOffsets(_percentiles(self._logged), _percentiles(self._received))


def _percentiles(parts: Sequence[Int64s]) -> Percentiles | None:
    found = np.concatenate(parts) if parts else np.empty(0, np.int64)
    if not len(found):
        return None
    low, middle, high = np.percentile(found, (5, 50, 95))
    return Percentiles(round(low), round(middle), round(high))
