"""Statistics that may leave the house: counts below five are hidden, and what would tell them by subtraction too. Pure.

(1) hide each count of 1 to 4, in the tables and among their totals
(2) hide more, the smallest first, until in no line the hidden counts add up to less than five
(3) hide more, until no hidden count follows from the shown ones: checked by linear algebra over all tables at once,
    since they share totals

Five is a house rule: no law sets a number. What this does not protect against: what somebody knows from elsewhere, or
from another publication over nearly the same days.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from sekisho.disclosure.study.outcomes import By, Statistics, Table

SMALLEST: Final = 5
"""The smallest count above 0 that is shown (a house rule)."""

Key = tuple[tuple[By, str], ...]
"""What a count is of: no part is everything, one is a total of a row or column, two are a cell."""
ALL: Final[Key] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A total and what it is the sum of."""

    total: Key
    parts: tuple[Key, ...]

    @property
    def terms(self) -> tuple[Key, ...]:
        """All of them."""
        return (self.total, *self.parts)


def cell(table: Table, row: str, column: str) -> Key:
    """A cell's key."""
    return ((table.rows, row), (table.columns, column))


def lines_of(tables: Iterable[Table]) -> tuple[dict[Key, int], tuple[Line, ...]]:
    """Every count with its key, and every sum that a reader could make of them."""
    counts: dict[Key, int] = {}
    lines: dict[tuple[Key, tuple[Key, ...]], Line] = {}
    for table in tables:
        for row in table.row_names:
            for column in table.column_names:
                counts[cell(table, row, column)] = table.count(row, column)
        groups = [
            (((table.rows, row),), tuple(cell(table, row, one) for one in table.column_names))
            for row in table.row_names
        ]
        groups += [
            (((table.columns, one),), tuple(cell(table, row, one) for row in table.row_names))
            for one in table.column_names
        ]
        for total, parts in groups:
            counts[total] = sum(counts[part] for part in parts)
            lines[total, parts] = Line(total, parts)
        for by, names in ((table.rows, table.row_names), (table.columns, table.column_names)):
            totals: tuple[Key, ...] = tuple(((by, name),) for name in names)
            counts[ALL] = sum(counts[one] for one in totals)
            lines[ALL, totals] = Line(ALL, totals)
    return counts, tuple(lines.values())


def hidden(counts: Mapping[Key, int], lines: tuple[Line, ...], smallest: int = SMALLEST) -> frozenset[Key]:
    """The counts that mustn't be shown."""
    found = {key for key, count in counts.items() if 0 < count < smallest}
    while True:
        more = _short(counts, lines, found, smallest) or _told(counts, lines, found)
        if not more:
            return frozenset(found)
        found |= more


def _short(counts: Mapping[Key, int], lines: tuple[Line, ...], found: set[Key], smallest: int) -> set[Key]:
    """One more for each line whose hidden parts add up to too little."""
    more: set[Key] = set()
    for line in lines:
        mine = [key for key in line.parts if key in found]
        if mine and line.total not in found and sum(counts[key] for key in mine) < smallest:
            more |= _next(counts, line, found)
    return more


def _told(counts: Mapping[Key, int], lines: tuple[Line, ...], found: set[Key]) -> set[Key]:
    """One more for a line of each count that the shown ones tell."""
    told = determined(lines, found)
    more: set[Key] = set()
    for key in sorted(told):
        for line in lines:
            if key in line.terms and (extra := _next(counts, line, found)):
                more |= extra
                break
    if told and not more:
        # Told by sums further away, through others that are hidden. This ends: once every count but the zeros is
        # hidden, all of them could as well be twice as large.
        rest = [key for key, count in counts.items() if count and key not in found]
        more = {min(rest, key=lambda key: (counts[key], key))}
    return more


def _next(counts: Mapping[Key, int], line: Line, found: set[Key]) -> set[Key]:
    """The smallest count of the line that is shown and isn't 0: a part, or the total where there is none."""
    open_parts = [key for key in line.parts if key not in found and counts[key] > 0]
    if open_parts:
        return {min(open_parts, key=lambda key: (counts[key], key))}
    return {line.total} - found


def determined(lines: Iterable[Line], found: Iterable[Key]) -> frozenset[Key]:
    """The hidden counts that follow from the shown ones and the sums: those that no solution may change."""
    keys = sorted(found)
    place = {key: at for at, key in enumerate(keys)}
    equations = []
    for line in lines:
        row = np.zeros(len(keys))
        for key in line.parts:
            if key in place:
                row[place[key]] = 1
        if line.total in place:
            row[place[line.total]] = -1
        if row.any():
            equations.append(row)
    if not equations:
        return frozenset()
    _, sizes, right = np.linalg.svd(np.array(equations))
    rank = int((sizes > 1e-9).sum())
    free = right[rank:]
    moves = np.abs(free).sum(axis=0) if len(free) else np.zeros(len(keys))
    return frozenset(key for key in keys if moves[place[key]] < 1e-9)


def publication(found: Statistics, smallest: int = SMALLEST) -> dict[str, Any]:
    """As JSON values for anybody: a hidden count is null. The median age and the shares aren't in it."""
    items, cases = _shown(found.tables, smallest), _shown((found.refusals,), smallest)
    return {
        "first": found.first.isoformat(),
        "last": found.last.isoformat(),
        "smallest_count": smallest,
        "hidden": {
            "ja": f"空欄（null）は、{smallest}未満の件数、またはそれを逆算できる件数です。0件は0と示します。",
            "en": f"Null is a count below {smallest}, or one from which such a count follows. None is shown as 0.",
        },
        "asked": items(ALL),
        "refused": cases(ALL),
        "tables": [
            *(_table(one, items) for one in found.tables),
            # Refusals are counted by case: none of their sums is one of the items' sums.
            _table(found.refusals, cases),
        ],
    }


def _shown(tables: Sequence[Table], smallest: int) -> Callable[[Key], int | None]:
    counts, lines = lines_of(tables)
    away = hidden(counts, lines, smallest)
    return lambda key: None if key in away else counts.get(key, 0)


def _table(one: Table, shown: Callable[[Key], int | None]) -> dict[str, Any]:
    return {
        "rows": one.rows.value,
        "columns": one.columns.value,
        "counts": {row: {name: shown(cell(one, row, name)) for name in one.column_names} for row in one.row_names},
        "row_totals": {row: shown(((one.rows, row),)) for row in one.row_names},
        "column_totals": {name: shown(((one.columns, name),)) for name in one.column_names},
    }
