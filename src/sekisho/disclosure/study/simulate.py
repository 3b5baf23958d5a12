"""The simulation: in how many cases the access provider's record is gone when it can first hold it. Pure, seeded.

(1) uniform numbers for each stage and each cycle, from a generator of that stage's own
(2) days of each stage, by inverting its distribution at those numbers
(3) the route's sum, with what the setting changes (hops, a transfer within hours, a hold on day 0, days faster)
(4) plus the victim's delay, plus, for a log-in, the days by which it came before the post
(5) the share of cases whose sum is more than the period kept

A stage's numbers depend on the seed and its name alone. So all scenarios see the same cases, and two that are compared
differ by their setting and nothing else.

What this does not do: it knows nothing of records that are missing for another reason (no port, no destination, several
who match), and the standard errors tell of the draws alone, never of how wrong the assumptions may be.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final
from zlib import crc32

import numpy as np

from sekisho.disclosure.study.errors import StudyRefused
from sekisho.disclosure.study.routes import DEFAULT_DELAYS, HOP, RETENTION, ROUTES, Route
from sekisho.disclosure.study.stages import STAGES, StageName
from sekisho.disclosure.study.times import LONGEST, Days, Delay, Times, Triangle, fixed

DRAWS: Final = 400_000
"""Simulated cases: a share's standard error is then below 0.08 points."""
FEWEST_DRAWS: Final = 1_000
"""Fewer, and a share is off by more than a point."""
MOST_DRAWS: Final = 4_000_000
"""Some 32 MB for each stage."""
SEED: Final = 20250916
"""Any fixed number: the day of the Ministry's request to keep logs for three to six months."""
MOST_DELAYS: Final = 12
"""Delays in one study: a table that people can still read."""
MOST_PERIODS: Final = 24
"""Periods in one study, for the same reason."""
MOST_HOPS: Final = 5
"""Providers behind the first; MNO, MVNE and MVNO are two."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What is otherwise than on an ordinary day.

    ``hops``: further providers behind the first (an MVNO behind its host). ``login``: days by which the log-in that is
    asked about came before the post; None: the post itself. ``hold_at_once``: the access provider accepts a hold on
    the day on which the content provider is asked; a further provider isn't known before the first has answered, so
    hops still cost their cycles. ``transfer_hours``: address and time reach the access provider within so many hours.
    ``faster_days``: the answers come so many days sooner, never before they were asked for.
    """

    hops: int = 0
    login: Triangle | None = None
    hold_at_once: bool = False
    transfer_hours: float | None = None
    faster_days: float = 0

    def checked(self) -> Setting:
        """Itself. Raises ``StudyRefused``."""
        if not 0 <= self.hops <= MOST_HOPS:
            raise StudyRefused(field="hops", problem=f"0 to {MOST_HOPS}")
        if self.login is not None:
            self.login.checked("login")
        if self.transfer_hours is not None and not 0 <= self.transfer_hours <= 24 * LONGEST:
            raise StudyRefused(field="transfer_hours", problem=f"0 to {24 * LONGEST:g}")
        if not 0 <= self.faster_days <= LONGEST:
            raise StudyRefused(field="faster_days", problem=f"0 to {LONGEST:g}")
        return self


@dataclass(frozen=True, slots=True)
class Study:
    """What is asked. ``times`` replaces the defaults of the stages it names; the rest keep theirs."""

    delays: tuple[Delay, ...] = DEFAULT_DELAYS
    routes: tuple[Route, ...] = tuple(Route)
    retention: tuple[int, ...] = RETENTION
    times: Mapping[StageName, Times] = field(default_factory=lambda: MappingProxyType({}))
    setting: Setting = Setting()
    draws: int = DRAWS
    seed: int = SEED

    def checked(self) -> Study:
        """Itself, its periods ascending. Raises ``StudyRefused``, naming the field."""
        for name, values, most in (
            ("delays", self.delays, MOST_DELAYS),
            ("routes", self.routes, len(Route)),
            ("retention", self.retention, MOST_PERIODS),
        ):
            if not 0 < len(values) <= most or len(set(values)) != len(values):
                raise StudyRefused(field=name, problem=f"1 to {most}, each once")
        if not all(1 <= one <= LONGEST for one in self.retention):
            raise StudyRefused(field="retention", problem=f"1 to {LONGEST:g} days each")
        if not FEWEST_DRAWS <= self.draws <= MOST_DRAWS:
            raise StudyRefused(field="draws", problem=f"{FEWEST_DRAWS:,} to {MOST_DRAWS:,}")
        if self.seed < 0:
            raise StudyRefused(field="seed", problem="0 or more")
        for one in self.delays:
            one.checked()
        for stage, times in self.times.items():
            times.checked(stage.value)
        self.setting.checked()
        return replace(self, retention=tuple(sorted(self.retention)))

    def times_of(self, stage: StageName) -> Times:
        """The operator's own, or the default."""
        return self.times.get(stage, STAGES[stage].default)


@dataclass(frozen=True, slots=True)
class Lost:
    """A share of cases with its standard error, both between 0 and 1. The error tells of the draws alone."""

    share: float
    error: float


@dataclass(frozen=True, slots=True)
class Cell:
    """One scenario's share for each period of the study, in its order. ``middle`` is the median day on which the
    access provider can hold."""

    delay: Delay
    route: Route
    lost: tuple[Lost, ...]
    middle: float


@dataclass(frozen=True, slots=True)
class Driver:
    """How much one part of the sum weighs: its mean days, and its share of the variance of the whole. ``stage`` is
    None for the victim's delay."""

    stage: StageName | None
    days: float
    variance: float


class Draws:
    """The numbers of one study, drawn when first needed and kept."""

    def __init__(self, study: Study) -> None:
        """``study``: checked."""
        self.study = study
        self._stages: dict[tuple[StageName, int], Days] = {}
        self._delays: dict[Delay, Days] = {}
        self._sums: dict[tuple[Route, Setting], Days] = {}
        self._normal: Days | None = None

    def stage(self, stage: StageName, cycle: int = 0) -> Days:
        """Days of a stage; each ``cycle`` has its own numbers."""
        key = (stage, cycle)
        if key not in self._stages:
            self._stages[key] = self.study.times_of(stage).at(self._generator(stage.value, cycle).random(self._many))
        return self._stages[key]

    def delay(self, delay: Delay) -> Days:
        """Days that the victim waits."""
        if self._normal is None:
            self._normal = self._generator("delay").standard_normal(self._many)
        if delay not in self._delays:
            self._delays[delay] = delay.at(self._normal)
        return self._delays[delay]

    def route(self, route: Route, setting: Setting) -> Days:
        """Days from the first filing until the access provider can hold."""
        key = (route, setting)
        if key not in self._sums:
            self._sums[key] = self._route(route, setting)
        return self._sums[key]

    def total(self, delay: Delay, route: Route, setting: Setting) -> Days:
        """Days from what is asked about until the access provider can hold."""
        days = self.delay(delay) + self.route(route, setting)
        if setting.login is not None:
            days += setting.login.at(self._generator("login").random(self._many))
        return days

    @property
    def _many(self) -> int:
        return self.study.draws

    def _generator(self, name: str, cycle: int = 0) -> np.random.Generator:
        return np.random.default_rng(np.random.SeedSequence([self.study.seed, crc32(name.encode()), cycle]))

    def _route(self, route: Route, setting: Setting) -> Days:
        spec = ROUTES[route]
        days = np.zeros(self._many)
        if not setting.hold_at_once:
            self._add(days, spec.stages, spec.chain, 0, setting)
        for hop in range(1, setting.hops + 1):
            self._add(days, HOP, frozenset({StageName.TRANSFER}), hop, setting)
        if setting.faster_days:
            days = np.maximum(days - setting.faster_days, 0)
        return days

    def _add(
        self, days: Days, stages: Sequence[StageName], chain: frozenset[StageName], cycle: int, setting: Setting
    ) -> None:
        quick = setting.transfer_hours
        for stage in stages:
            if quick is None or stage not in chain:
                days += self.stage(stage, cycle)
        if quick is not None:
            days += fixed(quick / 24).at(days)


def share(lost: int, draws: int) -> Lost:
    """A share and its standard error, which isn't 0 even where no case or every case was lost (one case is added to
    each side for it)."""
    near = (lost + 1) / (draws + 2)
    return Lost(lost / draws, math.sqrt(near * (1 - near) / draws))


def cells(draws: Draws) -> tuple[Cell, ...]:
    """Every delay with every route, in the study's order."""
    given = draws.study
    found = []
    for delay in given.delays:
        for route in given.routes:
            days = draws.total(delay, route, given.setting)
            lost = tuple(share(int(np.count_nonzero(days > kept)), given.draws) for kept in given.retention)
            found.append(Cell(delay, route, lost, float(np.median(days))))
    return tuple(found)


def drivers(draws: Draws, delay: Delay, route: Route) -> tuple[Driver, ...]:
    """What the sum of one scenario is made of on an ordinary day, the heaviest first. The parts are independent, so
    their variances add up."""
    parts: list[tuple[StageName | None, Days]] = [(None, draws.delay(delay))]
    parts += [(stage, draws.stage(stage)) for stage in ROUTES[route].stages]
    whole = sum(float(days.var()) for _, days in parts) or 1.0
    found = [Driver(stage, float(days.mean()), float(days.var()) / whole) for stage, days in parts]
    return tuple(sorted(found, key=lambda one: -one.variance))
