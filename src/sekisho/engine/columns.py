"""Columnar cases: the same facts and evidence items as :class:`~sekisho.engine.facts.Case`, one array per name.

Encodings (``UNKNOWN`` codes are part of the array, so that a file can be memory-mapped and used as it is):

===== ============ ==================================================== ==============
type  array        code                                                 unknown
===== ============ ==================================================== ==============
bool  int8         0, 1                                                 -1
enum  int8, int16  position among the catalogue's values                -1
set   int32        bit *n* set where the catalogue's value *n* is in it -1
int   int32        the number                                           -2**31
date  int32        days since 1970-01-01                                -2**31
===== ============ ==================================================== ==============

Evidence items are one table per kind, sorted by the row of the case they belong to; their order within a case is kept.
No name, address or other personal datum has a place here: what identifies a past decision is its reference id alone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sekisho.engine.errors import ColumnsRefused
from sekisho.engine.facts import Case, Catalogue, FactSpec, FactType, Item, Value
from sekisho.engine.verdicts import Verdict

Codes = npt.NDArray[np.signedinteger[Any]]
"""One column: ``int8``, ``int16`` or ``int32``."""

Rows = npt.NDArray[np.int32]
"""Row numbers, days or counts."""

EPOCH = date(1970, 1, 1)
LOWEST = -(2**31)
"""Unknown, for numbers and dates."""

MOST_SET_VALUES = 30
"""A set column holds one bit per value in 31 bits; one is kept free for values only another set knows."""

VERDICTS: tuple[Verdict, ...] = tuple(Verdict)
"""Verdict codes are positions here."""


@dataclass(frozen=True, slots=True)
class PastCase:
    """One application as it was decided: its reference, its dates, the verdict given then (None if unknown)."""

    reference: str
    as_of: date
    as_known_at: date
    verdict: Verdict | None
    case: Case


@dataclass(frozen=True, slots=True)
class ItemTable:
    """All evidence items of one kind. ``case`` is the row each belongs to, ascending; ``columns`` are as long."""

    case: Rows
    columns: Mapping[str, Codes]


@dataclass(frozen=True, slots=True)
class CaseColumns:
    """Many cases in columns. Rows may stand in any order; :meth:`ordered` puts them where evaluation is fastest.

    ``verdict`` holds positions in :data:`VERDICTS`, -1 where no verdict was recorded. Dates are days since 1970-01-01.
    """

    catalogue: Catalogue
    references: pa.StringArray
    as_of: Rows
    as_known_at: Rows
    verdict: npt.NDArray[np.int8]
    facts: Mapping[str, Codes]
    items: Mapping[str, ItemTable]

    def __len__(self) -> int:
        """How many cases there are."""
        return len(self.as_of)

    @classmethod
    def from_cases(cls, cases: Iterable[PastCase], catalogue: Catalogue) -> CaseColumns:
        """Encode cases, in the order given.

        Raises :class:`~sekisho.engine.errors.ColumnsRefused` for a name or value the catalogue doesn't know, and for a
        case that lacks one of its dimensions.
        """
        past = list(cases)
        facts = {name: _unknowns(spec, len(past)) for name, spec in catalogue.facts.items()}
        found: dict[str, list[tuple[int, Item]]] = {}
        for row, one in enumerate(past):
            for name, value in one.case.facts.items():
                if name not in facts:
                    raise ColumnsRefused(where=one.reference, problem=f"unknown fact {name}")
                facts[name][row] = encode(catalogue.facts[name], value)
            for name in catalogue.dimensions:
                if name not in one.case.facts:
                    raise ColumnsRefused(where=one.reference, problem=f"{name} is missing")
            for kind, items in one.case.evidence.items():
                if kind not in catalogue.evidence:
                    raise ColumnsRefused(where=one.reference, problem=f"unknown evidence kind {kind}")
                found.setdefault(kind, []).extend((row, item) for item in items)
        return cls(
            catalogue,
            pa.array([one.reference for one in past], pa.string()),
            np.array([day_code(one.as_of) for one in past], np.int32),
            np.array([day_code(one.as_known_at) for one in past], np.int32),
            np.array([-1 if one.verdict is None else VERDICTS.index(one.verdict) for one in past], np.int8),
            facts,
            {kind: _table(catalogue.evidence[kind].attributes, rows, kind) for kind, rows in found.items() if rows},
        )

    def past_cases(self, start: int, stop: int) -> list[PastCase]:
        """The cases from ``start`` to ``stop``, decoded: the inverse of :meth:`from_cases`."""
        cases = [Case(facts) for facts in _decoded(self.catalogue.facts, self.facts, start, stop)]
        for kind, table in self.items.items():
            first, last = (int(at) for at in np.searchsorted(table.case, [start, stop]))
            items = _decoded(self.catalogue.evidence[kind].attributes, table.columns, first, last)
            for row, item in zip(table.case[first:last].tolist(), items, strict=True):
                cases[row - start].evidence.setdefault(kind, []).append(item)
        rows = slice(start, stop)
        return [
            PastCase(reference, code_day(as_of), code_day(known), None if code < 0 else VERDICTS[code], case)
            for reference, as_of, known, code, case in zip(
                map(str, self.references[rows].to_pylist()),
                self.as_of[rows].tolist(),
                self.as_known_at[rows].tolist(),
                self.verdict[rows].tolist(),
                cases,
                strict=True,
            )
        ]

    def taken(self, rows: npt.NDArray[np.intp]) -> CaseColumns:
        """The given rows (none twice), in the order given."""
        place = np.full(len(self), -1, np.int32)
        place[rows] = np.arange(len(rows), dtype=np.int32)
        items = {}
        for kind, table in self.items.items():
            moved = place[table.case]
            kept = np.flatnonzero(moved >= 0)
            order = kept[np.argsort(moved[kept], kind="stable")]
            if len(order):
                items[kind] = ItemTable(moved[order], {name: codes[order] for name, codes in table.columns.items()})
        return CaseColumns(
            self.catalogue,
            self.references.take(rows),
            self.as_of[rows],
            self.as_known_at[rows],
            self.verdict[rows],
            {name: codes[rows] for name, codes in self.facts.items()},
            items,
        )

    def ordered(self) -> CaseColumns:
        """Sorted by dimensions, then date: neighbours meet the same rules, so that others needn't be evaluated."""
        keys = [self.as_of, *(self.facts[name] for name in reversed(self.catalogue.dimensions))]
        return self.taken(np.lexsort(keys))


def joined(parts: Sequence[CaseColumns]) -> CaseColumns:
    """Several batches of one catalogue as one, in order. Raises ``ValueError`` for none."""
    if not parts:
        raise ValueError("nothing to join")
    catalogue = parts[0].catalogue
    starts = np.cumsum([0, *(len(part) for part in parts)])
    items: dict[str, ItemTable] = {}
    for kind, spec in catalogue.evidence.items():
        having = [(part.items[kind], start) for part, start in zip(parts, starts, strict=False) if kind in part.items]
        if having:
            items[kind] = ItemTable(
                np.concatenate([table.case + np.int32(start) for table, start in having]),
                {name: np.concatenate([table.columns[name] for table, _ in having]) for name in spec.attributes},
            )
    return CaseColumns(
        catalogue,
        pa.concat_arrays([part.references for part in parts]),
        np.concatenate([part.as_of for part in parts]),
        np.concatenate([part.as_known_at for part in parts]),
        np.concatenate([part.verdict for part in parts]),
        {name: np.concatenate([part.facts[name] for part in parts]) for name in catalogue.facts},
        items,
    )


def code_type(spec: FactSpec) -> np.dtype[np.signedinteger[Any]]:
    """The array type of a fact's column. Raises ``ValueError`` for a domain that doesn't fit one."""
    if spec.type is FactType.BOOL:
        return np.dtype(np.int8)
    if spec.type is FactType.ENUM:
        return np.dtype(np.int8 if len(spec.values) < 2**7 else np.int16)
    if spec.type is FactType.SET and len(spec.values) > MOST_SET_VALUES:
        raise ValueError(f"{spec.name} has more than {MOST_SET_VALUES} values")
    if spec.type is FactType.INT and not LOWEST < spec.low <= spec.high < -LOWEST:
        raise ValueError(f"{spec.name} is not bounded by 32 bits")
    return np.dtype(np.int32)


def unknown_code(spec: FactSpec) -> int:
    """The code that means that a value isn't known."""
    return LOWEST if spec.type in (FactType.INT, FactType.DATE) else -1


def code_bounds(spec: FactSpec) -> tuple[int, int]:
    """The lowest and highest code of a known value."""
    if spec.type is FactType.BOOL:
        return 0, 1
    if spec.type is FactType.ENUM:
        return 0, len(spec.values) - 1
    if spec.type is FactType.SET:
        return 0, 2 ** len(spec.values) - 1
    if spec.type is FactType.INT:
        return spec.low, spec.high
    return day_code(date.min), day_code(date.max)


def day_code(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - EPOCH).days


def code_day(code: int) -> date:
    """The date of a day code."""
    return EPOCH + timedelta(days=code)


def encode(spec: FactSpec, value: Value) -> int:
    """A known value's code. Raises :class:`~sekisho.engine.errors.ColumnsRefused` outside the fact's domain."""
    problem = spec.problem_with(value)
    if problem is not None:
        raise ColumnsRefused(where=spec.name, problem=f"must be {problem}")
    if isinstance(value, frozenset):
        return sum(1 << spec.values.index(member) for member in value)
    if isinstance(value, str):
        return spec.values.index(value)
    return day_code(value) if isinstance(value, date) else int(value)


def decode(spec: FactSpec, code: int) -> Value | None:
    """The value of a code, None where it isn't known."""
    if code == unknown_code(spec):
        return None
    if spec.type is FactType.BOOL:
        return bool(code)
    if spec.type is FactType.ENUM:
        return spec.values[code]
    if spec.type is FactType.SET:
        return frozenset(value for bit, value in enumerate(spec.values) if code >> bit & 1)
    return code if spec.type is FactType.INT else code_day(code)


def catalogue_hash(catalogue: Catalogue) -> str:
    """SHA-256 over everything that gives codes their meaning: names, types, values, bounds, dimensions."""

    def meaning(specs: Mapping[str, FactSpec]) -> list[Any]:
        return [[spec.name, spec.type.value, list(spec.values), spec.low, spec.high] for spec in specs.values()]

    document = {
        "facts": meaning(catalogue.facts),
        "evidence": {kind: meaning(spec.attributes) for kind, spec in catalogue.evidence.items()},
        "dimensions": list(catalogue.dimensions),
    }
    return hashlib.sha256(json.dumps(document, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _unknowns(spec: FactSpec, size: int) -> Codes:
    return np.full(size, unknown_code(spec), code_type(spec))


def _table(specs: Mapping[str, FactSpec], rows: list[tuple[int, Item]], kind: str) -> ItemTable:
    columns = {name: _unknowns(spec, len(rows)) for name, spec in specs.items()}
    for at, (_, item) in enumerate(rows):
        for name, value in item.items():
            if name not in columns:
                raise ColumnsRefused(where=kind, problem=f"unknown attribute {name}")
            columns[name][at] = encode(specs[name], value)
    return ItemTable(np.array([row for row, _ in rows], np.int32), columns)


def _decoded(
    specs: Mapping[str, FactSpec], columns: Mapping[str, Codes], start: int, stop: int
) -> list[dict[str, Value]]:
    rows: list[dict[str, Value]] = [{} for _ in range(start, stop)]
    for name, spec in specs.items():
        codes = columns[name][start:stop]
        known = {code: decode(spec, code) for code in np.unique(codes).tolist()}
        for row, code in zip(rows, codes.tolist(), strict=True):
            value = known[code]
            if value is not None:
                row[name] = value
    return rows
