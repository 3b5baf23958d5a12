"""Chunks of columnar cases: slices of every table, what is known of each column as a whole, items brought to cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from sekisho.engine.columns import LOWEST, CaseColumns, Codes
from sekisho.engine.evaluate import UNMET

T = TypeVar("T", bound=np.generic)

Truths = npt.NDArray[np.int8] | int
"""One truth per row, or one number where all rows agree."""

Flags = npt.NDArray[np.bool_]
Places = npt.NDArray[np.intp]
Members = frozenset[str]

SetOnDay = Sequence[tuple[Members, Flags]]
"""A dated set's memberships among a chunk's cases, each with the cases it holds for. One entry: it holds for all."""

_MOST_RANKS = 6
"""Above this many items of a kind per case, reducing by segments is cheaper than rank by rank."""


class Table:
    """The rows of one chunk in one table: the cases themselves."""

    __slots__ = ("_columns", "_found", "size", "start", "stop")

    def __init__(self, columns: Mapping[str, Codes], start: int, stop: int) -> None:
        """``columns`` from ``start`` to ``stop``."""
        self._columns, self.start, self.stop, self.size = columns, start, stop, stop - start
        self._found: dict[str, Column] = {}

    def column(self, name: str) -> Column | None:
        """The column ``name`` of these rows, None where the table has none (then nothing is known of it)."""
        found = self._found.get(name)
        if found is None and name in self._columns:
            found = self._found[name] = Column(self._columns[name][self.start : self.stop])
        return found

    def of_case(self, values: npt.NDArray[T]) -> npt.NDArray[T]:
        """For each row what its case has; ``values`` has one per case."""
        return values


class Items(Table):
    """The evidence items of one kind of a chunk's cases."""

    __slots__ = ("_first", "_ranks", "case")

    def __init__(self, columns: Mapping[str, Codes], start: int, stop: int, case: Places) -> None:
        """``case`` gives each item's case within the chunk, ascending."""
        super().__init__(columns, start, stop)
        self.case = case
        first = np.ones(self.size, np.bool_)
        np.not_equal(case[1:], case[:-1], out=first[1:])
        self._first: Places | None = None if first.all() else np.flatnonzero(first)
        self._ranks: list[tuple[Places, Places]] = []

    def of_case(self, values: npt.NDArray[T]) -> npt.NDArray[T]:
        """For each item what its case has."""
        return values.take(self.case)

    def to_items(self, truths: Truths) -> Truths:
        """Truths of the cases: for each item that of its case."""
        return truths if isinstance(truths, int) else truths.take(self.case)

    def most(self, truths: Truths, rows: int) -> Truths:
        """Per case the highest truth among its items; unmet where it has none."""
        if isinstance(truths, int) and truths == UNMET:
            return UNMET
        out = np.zeros(rows, np.int8)
        if isinstance(truths, int) or self._first is None:
            out[self.case] = truths
            return out
        ranks = self._by_rank(self._first)
        if ranks is None:
            out[self.case[self._first]] = np.maximum.reduceat(truths, self._first)
            return out
        for number, (at, case) in enumerate(ranks):
            found = truths.take(at)
            out[case] = found if number == 0 else np.maximum(out.take(case), found)
        return out

    def counts(self, flags: Flags, rows: int) -> Places:
        """Per case the number of its items that are flagged."""
        return np.bincount(self.case[flags], minlength=rows)

    def _by_rank(self, first: Places) -> list[tuple[Places, Places]] | None:
        """Items by their place among their case's items, with their cases: within one rank no case comes twice.

        None where some case has so many items that this doesn't pay.
        """
        if not self._ranks:
            lengths = np.diff(first, append=self.size)
            most = int(lengths.max())
            if most > _MOST_RANKS:
                return None
            rank = np.arange(self.size) - np.repeat(first, lengths)
            for number in range(most):
                at = np.flatnonzero(rank == number)
                self._ranks.append((at, self.case[at]))
        return self._ranks


class Column:
    """One column of one chunk, with what is known of it as a whole."""

    __slots__ = ("_ends", "_unknown", "codes", "one")

    def __init__(self, codes: Codes) -> None:
        """``one`` is the code all rows share, None where they differ."""
        self.codes = codes
        self._unknown: Flags | bool | None = None
        self._ends: dict[tuple[int, int], npt.NDArray[np.int32]] = {}
        low = int(codes.min()) if len(codes) else 0
        self.one = low if not len(codes) or low == int(codes.max()) else None
        if low != LOWEST and low >= 0:
            self._unknown = False

    def unknown(self, code: int) -> Flags | bool:
        """Which rows aren't known; one Boolean where none or all are."""
        if self._unknown is None:
            if self.one is not None:
                self._unknown = self.one == code
            else:
                flags: Flags = self.codes == code
                self._unknown = flags if flags.any() else False
        return self._unknown

    def period_ends(self, months: int, days: int) -> npt.NDArray[np.int32]:
        """The last day of a period that begins on each date (:func:`~sekisho.engine.evaluate.period_end`)."""
        found = self._ends.get((months, days))
        if found is None:
            found = self._ends[months, days] = period_ends(self.codes, months, days)
        return found


def period_ends(starts: Codes, months: int, days: int) -> npt.NDArray[np.int32]:
    """Day codes of the last day of a period of ``months`` and ``days`` (as ``sekisho.engine.nodes.Period`` counts).

    Unknown dates give an arbitrary day.
    """
    if not months:
        return np.where(starts == LOWEST, 0, starts).astype(np.int32) + np.int32(days)
    known = starts[starts != LOWEST]
    if not len(known):
        return np.zeros(len(starts), np.int32)
    low, high = int(known.min()), int(known.max())
    if high - low < 4 * len(starts):
        # Dates of one chunk are few: work out each day once, then look it up.
        table = _calendar(np.arange(low, high + 1), months) + np.int32(days)
        ends: npt.NDArray[np.int32] = table.take(np.where(starts == LOWEST, low, starts) - low)
        return ends
    return _calendar(np.where(starts == LOWEST, low, starts), months) + np.int32(days)


def _calendar(starts: npt.NDArray[Any], months: int) -> npt.NDArray[np.int32]:
    day = starts.astype("datetime64[D]")
    month = day.astype("datetime64[M]")
    later = month + np.timedelta64(months, "M")
    last = (later + np.timedelta64(1, "M")).astype("datetime64[D]") - np.timedelta64(1, "D")
    same = later.astype("datetime64[D]") + (day - month.astype("datetime64[D]"))
    ends: npt.NDArray[np.int32] = np.minimum(same, last).astype(np.int64).astype(np.int32)
    return ends


class Chunk:
    """Consecutive cases, cut out of the columns, and the steps already worked out for them."""

    __slots__ = ("_items", "cases", "columns", "memo", "size", "start", "stop")

    def __init__(self, columns: CaseColumns, start: int, stop: int) -> None:
        """Rows from ``start`` to ``stop`` of ``columns``. Made by one thread and used by it alone."""
        self.columns, self.start, self.stop, self.size = columns, start, stop, stop - start
        self.cases = Table(columns.facts, start, stop)
        self._items: dict[str, Items] = {}
        self.memo: dict[object, Truths] = {}

    def items(self, kind: str) -> Items:
        """The items of ``kind``; an empty table where no case has any."""
        found = self._items.get(kind)
        if found is None:
            table = self.columns.items.get(kind)
            if table is None:
                found = Items({}, 0, 0, np.zeros(0, np.intp))
            else:
                first, last = (int(at) for at in np.searchsorted(table.case, [self.start, self.stop]))
                found = Items(table.columns, first, last, table.case[first:last].astype(np.intp) - self.start)
            self._items[kind] = found
        return found
