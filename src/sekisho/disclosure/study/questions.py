"""What a change buys: more days kept, a faster answer, a hold at once. Pure.

Both sides of a comparison are the same simulated cases, so the standard error is that of their difference, case by
case, and much smaller than that of two separate studies.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sekisho.disclosure.study.errors import StudyRefused
from sekisho.disclosure.study.routes import Route
from sekisho.disclosure.study.simulate import MOST_HOPS, Draws, Setting
from sekisho.disclosure.study.times import LONGEST, Days, Delay

TAIL: Final = 100
"""Cases beyond which a period must lie before it is told: fewer, and it would rest on a handful of draws."""


class Change(StrEnum):
    """What could be otherwise."""

    MORE_DAYS = "more_days"
    FASTER = "faster"
    TRANSFER = "transfer"
    HOLD_AT_ONCE = "hold_at_once"
    ONE_MORE_HOP = "one_more_hop"
    """It costs rather than buys: what each further provider in the chain loses."""


@dataclass(frozen=True, slots=True)
class Asked:
    """How much more or faster."""

    more_days: int = 30
    faster_days: float = 7
    transfer_hours: float = 6

    def checked(self) -> Asked:
        """Itself. Raises ``StudyRefused``."""
        if not 1 <= self.more_days <= LONGEST:
            raise StudyRefused(field="more_days", problem=f"1 to {LONGEST:g}")
        Setting(faster_days=self.faster_days, transfer_hours=self.transfer_hours).checked()
        return self


@dataclass(frozen=True, slots=True)
class Difference:
    """What one change does to one scenario that keeps records ``kept`` days.

    ``before`` and ``after`` are shares lost; ``saved`` is their difference (negative: it costs) with its standard
    ``error``. ``worth_days``: how many more days kept would do the same; None where too few cases lie beyond to say.
    """

    change: Change
    delay: Delay
    route: Route
    kept: int
    before: float
    after: float
    saved: float
    error: float
    worth_days: float | None


def settings_of(setting: Setting, asked: Asked) -> dict[Change, Setting]:
    """The study's setting with each change made to it; those that it has already are left out."""
    found = {Change.FASTER: replace(setting, faster_days=setting.faster_days + asked.faster_days)}
    if setting.transfer_hours is None or setting.transfer_hours > asked.transfer_hours:
        found[Change.TRANSFER] = replace(setting, transfer_hours=asked.transfer_hours)
    if not setting.hold_at_once:
        found[Change.HOLD_AT_ONCE] = replace(setting, hold_at_once=True)
    if setting.hops < MOST_HOPS:
        found[Change.ONE_MORE_HOP] = replace(setting, hops=setting.hops + 1)
    return found


def differences(draws: Draws, asked: Asked) -> tuple[Difference, ...]:
    """Every change for every scenario and period of the study."""
    given = draws.study
    changed = settings_of(given.setting, asked)
    found = []
    for delay in given.delays:
        for route in given.routes:
            plain = draws.total(delay, route, given.setting)
            days = np.sort(plain)
            others = {change: draws.total(delay, route, one) for change, one in changed.items()}
            for kept in given.retention:
                lost = plain > kept
                found.append(_made(Change.MORE_DAYS, delay, route, kept, lost, plain > kept + asked.more_days, days))
                found += [
                    _made(change, delay, route, kept, lost, other > kept, days) for change, other in others.items()
                ]
    return tuple(found)


def _made(
    change: Change,
    delay: Delay,
    route: Route,
    kept: int,
    lost: NDArray[np.bool_],
    still: NDArray[np.bool_],
    ascending: Days,
) -> Difference:
    many = len(ascending)
    before, after = int(np.count_nonzero(lost)), int(np.count_nonzero(still))
    both = int(np.count_nonzero(lost & still))
    moved, saved = (before - both) + (after - both), (before - after) / many
    # One case is added, so that where none moved the error isn't said to be nothing.
    error = math.sqrt(max((moved + 1) / many - saved**2, 0) / many)
    worth = None
    if change is not Change.MORE_DAYS and TAIL <= after <= many - TAIL:
        worth = float(ascending[many - after - 1]) - kept
    return Difference(change, delay, route, kept, before / many, after / many, saved, error, worth)
