"""Stage times of own cases: where days go, and what replaces the study's defaults. Pure.

What can be measured is what happens inside this house, from receipt to delivery. Courts' and other providers' stages
aren't: they keep their defaults or what the operator enters.

Only cases that got there are measured. While many are open, the long ones are missing, so the number of open ones is
told beside each estimate.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, Final

import numpy as np

from sekisho.disclosure.kinds import CaseType
from sekisho.disclosure.progress import Event
from sekisho.disclosure.study.publication import SMALLEST
from sekisho.disclosure.study.stages import STAGES, StageName
from sekisho.disclosure.study.times import FEWEST, LONGEST, MOST, Measured, Times

DAY_SECONDS: Final = 86_400

OWN_STAGES: Final = {
    StageName.NAME_SUPPLIED: CaseType.IDENTIFICATION_ORDER,
    StageName.HANDOVER: CaseType.DISCLOSURE_ORDER,
    StageName.VOLUNTARY_ANSWER: CaseType.VOLUNTARY_CLAIM,
}
"""Stages that this house's own cases measure, each from receipt to delivery of a case of that type."""

STEPS: Final = (Event.RECEIVE, Event.REVIEW, Event.FIND, Event.DECIDE, Event.DELIVER)
"""The steps between which a case waits."""


@dataclass(frozen=True, slots=True)
class Course:
    """When what happened in one case: the first time of each event. Aware datetimes. ``ended``: nothing more comes."""

    type: CaseType
    at: Mapping[Event, datetime]
    ended: bool = False

    def days(self, begin: Event, end: Event) -> float | None:
        """Days from one event to a later one; None where either is missing."""
        first, last = self.at.get(begin), self.at.get(end)
        if first is None or last is None or last < first:
            return None
        return (last - first).total_seconds() / DAY_SECONDS


@dataclass(frozen=True, slots=True)
class Estimate:
    """A stage as own cases measure it. ``times`` is None while fewer than twenty have got there; ``open`` are under
    way still."""

    stage: StageName
    finished: int
    open: int
    times: Measured | None


@dataclass(frozen=True, slots=True)
class Waited:
    """Days between two steps of one type's cases. Both numbers are None below five cases."""

    type: CaseType
    begin: Event
    end: Event
    cases: int
    median: float | None
    p90: float | None


def estimates(courses: Iterable[Course]) -> tuple[Estimate, ...]:
    """Each stage that can be measured here. Of more than a million cases the first million count."""
    every = list(courses)
    found = []
    for stage, kind in OWN_STAGES.items():
        mine = [one for one in every if one.type is kind]
        took = [one.days(Event.RECEIVE, Event.DELIVER) for one in mine]
        days = [min(one, LONGEST) for one in took if one is not None][:MOST]
        waiting = sum(
            one.at.get(Event.RECEIVE) is not None and one.at.get(Event.DELIVER) is None and not one.ended
            for one in mine
        )
        times = Measured.of(days, stage.value) if len(days) >= FEWEST else None
        found.append(Estimate(stage, len(days), waiting, times))
    return tuple(found)


def own_times(found: Iterable[Estimate]) -> dict[StageName, Times]:
    """What replaces defaults in a :class:`sekisho.disclosure.study.simulate.Study`."""
    return {one.stage: one.times for one in found if one.times is not None}


def waits(courses: Iterable[Course]) -> tuple[Waited, ...]:
    """Between which steps the days go, for each type of which there are cases."""
    every = list(courses)
    found = []
    for kind in CaseType:
        mine = [one for one in every if one.type is kind]
        for begin, end in pairwise(STEPS):
            days = [took for one in mine if (took := one.days(begin, end)) is not None]
            if not days:
                continue
            middle, late = np.quantile(days, (0.5, 0.9)) if len(days) >= SMALLEST else (None, None)
            found.append(
                Waited(
                    kind,
                    begin,
                    end,
                    len(days),
                    None if middle is None else round(float(middle), 2),
                    None if late is None else round(float(late), 2),
                )
            )
    return tuple(found)


def document(estimated: Iterable[Estimate], waited: Iterable[Waited]) -> dict[str, Any]:
    """As JSON values, for the house."""
    return {
        "stages": [
            {
                "stage": one.stage.value,
                "title": {"ja": STAGES[one.stage].title.ja, "en": STAGES[one.stage].title.en},
                "finished": one.finished,
                "open": one.open,
                "needed": FEWEST,
                "days": None if one.times is None else one.times.document(),
            }
            for one in estimated
        ],
        "waits": [
            {
                "type": one.type.value,
                "from": one.begin.value,
                "to": one.end.value,
                "cases": one.cases,
                "median_days": one.median,
                "p90_days": one.p90,
            }
            for one in waited
        ],
    }
