"""How long something takes, as a distribution of days: low, typical and high, or what was measured. Pure.

Both are drawn by inverting their distribution at given uniform numbers, so that two settings that are compared see the
same cases: what differs between them is the setting and nothing else.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sekisho.disclosure.study.errors import StudyRefused, TooFewTimes

Days = NDArray[np.float64]
"""Days, one for each simulated case."""

LONGEST: Final = 3_650.0
"""Days. A stage of more than ten years is a slip of the pen."""
FEWEST: Final = 20
"""Measured times that a stage needs: below it the largest and smallest say more about chance than about the stage."""
MOST: Final = 1_000_000
"""Measured times of one stage."""
P90: Final = NormalDist().inv_cdf(0.9)
"""Standard deviations from the median to the 90th percentile of a normal law (1.28155…)."""


@dataclass(frozen=True, slots=True)
class Triangle:
    """Days between ``low`` and ``high``, ``typical`` the likeliest. The same value three times is a fixed time."""

    low: float
    typical: float
    high: float

    def checked(self, field: str) -> Triangle:
        """Itself. Raises ``StudyRefused``, naming ``field``."""
        values = (self.low, self.typical, self.high)
        if not all(math.isfinite(one) for one in values) or not 0 <= self.low <= self.typical <= self.high <= LONGEST:
            raise StudyRefused(field=field, problem=f"0 <= low <= typical <= high <= {LONGEST:g} days")
        return self

    def at(self, uniform: Days) -> Days:
        """The days of cases whose uniform numbers in [0, 1) are given."""
        span = self.high - self.low
        if span == 0:
            return np.full(uniform.shape, self.low)
        below = uniform * span < self.typical - self.low
        rising = self.low + np.sqrt(uniform * (span * (self.typical - self.low)))
        falling = self.high - np.sqrt((1 - uniform) * (span * (self.high - self.typical)))
        return np.where(below, rising, falling)

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        return {"low": self.low, "typical": self.typical, "high": self.high}


def fixed(days: float) -> Triangle:
    """What always takes the same."""
    return Triangle(days, days, days)


@dataclass(frozen=True, slots=True)
class Measured:
    """Days as they were measured, ascending. Drawn between neighbours, never beyond the smallest or the largest."""

    days: tuple[float, ...]

    @classmethod
    def of(cls, days: Sequence[float], field: str) -> Measured:
        """Sorted and checked. Raises ``TooFewTimes``, ``StudyRefused``, naming ``field``."""
        if len(days) < FEWEST:
            raise TooFewTimes(field=field, problem="too few", count=len(days), needed=FEWEST)
        if len(days) > MOST:
            raise StudyRefused(field=field, problem=f"at most {MOST:,} measured times")
        return cls(tuple(sorted(days))).checked(field)

    def checked(self, field: str) -> Measured:
        """Itself. Raises ``TooFewTimes``, ``StudyRefused``."""
        if len(self.days) < FEWEST:
            raise TooFewTimes(field=field, problem="too few", count=len(self.days), needed=FEWEST)
        if not all(0 <= one <= LONGEST for one in self.days) or list(self.days) != sorted(self.days):
            raise StudyRefused(field=field, problem=f"each of the measured times 0 to {LONGEST:g} days, ascending")
        return self

    def at(self, uniform: Days) -> Days:
        """The days of cases whose uniform numbers in [0, 1) are given."""
        found: Days = np.interp(uniform * (len(self.days) - 1), np.arange(len(self.days)), np.array(self.days))
        return found

    def document(self) -> dict[str, Any]:
        """As JSON values: how many, and five numbers that tell their spread. Never the times one by one."""
        share = [0.05, 0.25, 0.5, 0.75, 0.95]
        found = self.at(np.array(share))
        names = (f"p{round(100 * one):02d}" for one in share)
        return {
            "measured": len(self.days),
            **{name: round(float(day), 2) for name, day in zip(names, found, strict=True)},
        }


Times = Triangle | Measured


@dataclass(frozen=True, slots=True)
class Delay:
    """How long the victim waits before the first filing: log-normal, by its median and 90th percentile in days.

    An assumption: nobody has measured it in Japan (lawyers say only: start within two months).
    """

    median: float
    p90: float

    def checked(self) -> Delay:
        """Itself. Raises ``StudyRefused``."""
        if not (math.isfinite(self.p90) and 0 < self.median <= self.p90 <= LONGEST):
            raise StudyRefused(field="delays", problem=f"0 < median <= p90 <= {LONGEST:g} days")
        return self

    @property
    def sigma(self) -> float:
        """Standard deviation of its logarithm."""
        return math.log(self.p90 / self.median) / P90

    def at(self, normal: Days) -> Days:
        """The days of cases whose standard normal numbers are given."""
        return self.median * np.exp(self.sigma * normal)

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        return {"median": self.median, "p90": self.p90}
