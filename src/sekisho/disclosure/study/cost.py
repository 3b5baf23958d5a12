"""What each period costs beside what it saves, from the operator's own ``sekisho log plan``. Pure.

The prices are those entered there: placeholders until somebody enters their own, never an offer. What a case is worth
isn't a number, and none is given here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sekisho.disclosure.study.errors import StudyRefused
from sekisho.disclosure.study.questions import Change, Difference
from sekisho.logs.sizing import Inputs, plan


@dataclass(frozen=True, slots=True)
class Cost:
    """A period's cost. ``stored`` in bytes, all copies; ``yen`` a month; ``more_yen`` what the asked days more add."""

    days: int
    stored: float
    yen: float
    more_yen: float


@dataclass(frozen=True, slots=True)
class Rescue:
    """What a year of more days kept saves and costs: cases of one scenario, yen, yen for each case (None: no case)."""

    difference: Difference
    cases: float
    yen: float
    yen_per_case: float | None


def costs(given: Inputs, retention: Sequence[int], more_days: int) -> tuple[Cost, ...]:
    """Each period's cost."""
    now = plan(given, retention).kept
    then = plan(given, [days + more_days for days in retention]).kept
    return tuple(Cost(one.days, one.stored, one.yen, other.yen - one.yen) for one, other in zip(now, then, strict=True))


def rescues(found: Sequence[Difference], priced: Sequence[Cost], cases_a_year: float) -> tuple[Rescue, ...]:
    """What more days would save, were all of a year's cases of that scenario. Raises ``StudyRefused``."""
    if not (math.isfinite(cases_a_year) and 0 < cases_a_year <= 1e9):
        raise StudyRefused(field="cases_a_year", problem="more than 0, at most 1,000,000,000")
    yen = {one.days: one.more_yen * 12 for one in priced}
    return tuple(
        Rescue(one, one.saved * cases_a_year, yen[one.kept], _per(yen[one.kept], one.saved * cases_a_year))
        for one in found
        if one.change is Change.MORE_DAYS
    )


def _per(yen: float, cases: float) -> float | None:
    return yen / cases if cases > 0 else None
