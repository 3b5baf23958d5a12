"""What own requests came to: by type, result, age of the log at request, reason of failure. Pure counts.

The report of July 2025 asks operators to verify what keeping logs achieves (効果検証). These are the operator's own
cases, one row per item asked about; nothing is simulated. For anything that leaves the house, use
:mod:`sekisho.disclosure.study.publication`, which hides small counts.

What this does not do: it doesn't know who never asked because they knew it was too late.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from statistics import median
from typing import Any, Final

from sekisho.disclosure.kinds import CaseType, DataClass
from sekisho.disclosure.progress import RefusalReason
from sekisho.logs.lookup.answer import Outcome

AGES: Final = (30, 60, 90, 120, 150, 180, 365)
"""Upper ends, in days, of the bands by which ages are counted; the last band is above the last."""

FAILED: Final = frozenset({Outcome.AMBIGUOUS, Outcome.NONE, Outcome.COVERAGE_GAP, Outcome.EXPIRED})
"""Results that name nobody. The next provider's name is an answer."""

NO_LACK: Final = "-"
"""Stands for "nothing was lacking" among the reasons."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One item's search. ``lack`` is the slug of a :class:`sekisho.logs.lookup.ports.Lack`; ``age_days`` the days
    between what was asked about and the request; ``found_on`` the Japan day of the search."""

    type: CaseType
    data_class: DataClass
    outcome: Outcome
    lack: str | None
    age_days: int
    found_on: date


@dataclass(frozen=True, slots=True)
class Refused:
    """One case that was refused, and on which Japan day."""

    type: CaseType
    reason: RefusalReason
    on: date


class By(StrEnum):
    """What is counted against what."""

    TYPE = "type"
    RESULT = "result"
    AGE = "age"
    LACK = "lack"
    REFUSAL = "refusal"


@dataclass(frozen=True, slots=True)
class Table:
    """Counts by two things. ``counts`` has every pair that occurs; a pair that isn't there is none."""

    rows: By
    columns: By
    row_names: tuple[str, ...]
    column_names: tuple[str, ...]
    counts: dict[tuple[str, str], int]

    def count(self, row: str, column: str) -> int:
        """How many."""
        return self.counts.get((row, column), 0)


@dataclass(frozen=True, slots=True)
class Kept:
    """Of own requests, those about something older than ``days``: what a period of so many days would have lost."""

    days: int
    older: int
    asked: int


@dataclass(frozen=True, slots=True)
class Statistics:
    """Counts of a span of Japan days, both ends included; exact, and so for the house alone.

    ``middle_age`` is the median age of what was asked about, None where nothing was asked. ``tables`` count items,
    ``refusals`` whole cases.
    """

    first: date
    last: date
    asked: int
    failed: int
    middle_age: float | None
    tables: tuple[Table, ...]
    refusals: Table
    kept: tuple[Kept, ...]


def age_band(days: int) -> str:
    """``0-30``, ``31-60`` … ``366-``."""
    low = 0
    for high in AGES:
        if days <= high:
            return f"{low}-{high}"
        low = high + 1
    return f"{low}-"


AGE_NAMES: Final = (*(age_band(days) for days in AGES), age_band(AGES[-1] + 1))
"""The bands in order."""


def statistics(
    asked: Iterable[Asked],
    *,
    first: date,
    last: date,
    retention: Sequence[int],
    refused: Iterable[Refused] = (),
) -> Statistics:
    """Count the searches and refusals of ``first`` to ``last``. ``retention``: the periods, in days, that are
    compared."""
    mine = [one for one in asked if first <= one.found_on <= last]
    ages = [one.age_days for one in mine]
    return Statistics(
        first,
        last,
        len(mine),
        sum(one.outcome in FAILED for one in mine),
        float(median(ages)) if ages else None,
        (
            _table(mine, By.TYPE, By.RESULT),
            _table(mine, By.AGE, By.RESULT),
            _table(mine, By.RESULT, By.LACK),
        ),
        _made(
            Counter((one.type.value, one.reason.value) for one in refused if first <= one.on <= last),
            By.TYPE,
            By.REFUSAL,
        ),
        tuple(Kept(days, sum(age > days for age in ages), len(ages)) for days in retention),
    )


def _name(one: Asked, by: By) -> str:
    if by is By.TYPE:
        return one.type.value
    if by is By.RESULT:
        return one.outcome.value
    return age_band(one.age_days) if by is By.AGE else one.lack or NO_LACK


_ORDER: Final = {
    By.TYPE: tuple(one.value for one in CaseType),
    By.RESULT: tuple(one.value for one in Outcome),
    By.AGE: AGE_NAMES,
    By.REFUSAL: tuple(one.value for one in RefusalReason),
}


def _table(mine: Sequence[Asked], rows: By, columns: By) -> Table:
    return _made(Counter((_name(one, rows), _name(one, columns)) for one in mine), rows, columns)


def _made(counts: Counter[tuple[str, str]], rows: By, columns: By) -> Table:
    names = [{pair[side] for pair in counts} for side in (0, 1)]
    return Table(rows, columns, _ordered(names[0], rows), _ordered(names[1], columns), dict(counts))


def _ordered(names: set[str], by: By) -> tuple[str, ...]:
    known = _ORDER.get(by)
    return tuple(sorted(names) if known is None else (one for one in known if one in names))


def document(found: Statistics) -> dict[str, Any]:
    """As JSON values, exact: for the house alone."""
    return {
        "first": found.first.isoformat(),
        "last": found.last.isoformat(),
        "asked": found.asked,
        "failed": found.failed,
        "median_age_days": found.middle_age,
        "tables": [
            {
                "rows": one.rows.value,
                "columns": one.columns.value,
                "counts": {row: {name: one.count(row, name) for name in one.column_names} for row in one.row_names},
            }
            for one in (*found.tables, found.refusals)
        ],
        "retention": [{"days": one.days, "older": one.older, "asked": one.asked} for one in found.kept],
    }
