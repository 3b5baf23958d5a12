"""Vectorised evaluation: the same condition nodes over whole columns, equal to :mod:`sekisho.engine.evaluate`.

A truth column is ``int8`` with Kleene's 0, 1, 2, so *all* is the minimum, *any* the maximum and *not* ``2 - x``; where
all rows of a chunk agree it is a plain number, and what follows from it costs nothing. (One ``int8`` array needs one
operation per connective where two Boolean arrays need two, and the reductions over items one instead of two.)

Conditions are first compiled to *steps* (:mod:`sekisho.engine.vector_compile`): equal conditions of different rules are
one step, computed once per chunk. Steps stand at the level of cases, or of the items of one kind.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from sekisho.engine.chunk import Chunk, Column, Flags, Members, Places, SetOnDay, Table, Truths
from sekisho.engine.columns import Codes, encode, unknown_code
from sekisho.engine.evaluate import MET, UNKNOWN, UNMET
from sekisho.engine.facts import FactSpec, FactType
from sekisho.engine.nodes import Atom, Count, Op, Period, Ref, SetRef

_FOREIGN = 1 << 30
"""Bit of a set column for a value that the other side's fact doesn't have."""


class View:
    """A chunk under one scenario: the dated sets stand as on each row's day."""

    __slots__ = ("chunk", "set_keys", "sets")

    def __init__(self, chunk: Chunk, sets: dict[str, SetOnDay], scenario: int) -> None:
        """``sets`` by name; steps whose sets are the same in two scenarios are worked out once for both."""
        self.chunk = chunk
        self.sets = sets
        self.set_keys: dict[str, object] = {
            name: versions[0][0] if len(versions) == 1 else scenario for name, versions in sets.items()
        }

    def truths(self, step: Step) -> Truths:
        """The step's truths for these rows."""
        key = (step.index, *(self.set_keys[name] for name in step.sets)) if step.sets else step.index
        found = self.chunk.memo.get(key)
        if found is None:
            found = self.chunk.memo[key] = step.evaluate(self)
        return found


class Step(ABC):
    """One condition at one level (``kind`` None: cases). Frozen once made; results live in the chunk."""

    __slots__ = ("index", "kind", "sets")

    def __init__(self, index: int, kind: str | None, sets: tuple[str, ...] = ()) -> None:
        """``index`` is unique within one compiler; ``sets`` are the dated sets it rests on."""
        self.index, self.kind, self.sets = index, kind, sets

    @abstractmethod
    def evaluate(self, view: View) -> Truths:
        """Work the truths out."""

    def table(self, view: View) -> Table:
        """The rows this step speaks of."""
        return view.chunk.cases if self.kind is None else view.chunk.items(self.kind)


class Constant(Step):
    """Always the same truth."""

    __slots__ = ("truth",)

    def __init__(self, index: int, truth: int) -> None:
        """``truth`` for every row."""
        super().__init__(index, None)
        self.truth = truth

    def evaluate(self, view: View) -> Truths:  # noqa: ARG002  the interface of every step
        """The number itself."""
        return self.truth


class Combined(Step):
    """A step that rests on others."""

    __slots__ = ("parts",)

    def __init__(self, index: int, kind: str | None, parts: tuple[Step, ...]) -> None:
        """``parts`` at the same level, unless a subclass says otherwise."""
        super().__init__(index, kind, tuple(sorted({name for part in parts for name in part.sets})))
        self.parts = parts


class Conjunction(Combined):
    """Every part must be met."""

    __slots__ = ()

    def evaluate(self, view: View) -> Truths:
        """The minimum."""
        return all_of([view.truths(part) for part in self.parts])


class Disjunction(Combined):
    """One met part is enough."""

    __slots__ = ()

    def evaluate(self, view: View) -> Truths:
        """The maximum."""
        return any_of([view.truths(part) for part in self.parts])


class Negation(Combined):
    """Met where the one part is unmet."""

    __slots__ = ()

    def evaluate(self, view: View) -> Truths:
        """Two minus it."""
        return negated(view.truths(self.parts[0]))


class ToItems(Combined):
    """A condition on the case, for each item of ``kind``."""

    __slots__ = ("of",)

    def __init__(self, index: int, kind: str, part: Step) -> None:
        """``part`` stands at the level of cases."""
        super().__init__(index, kind, (part,))
        self.of = kind

    def evaluate(self, view: View) -> Truths:
        """Each item its case's truth."""
        return view.chunk.items(self.of).to_items(view.truths(self.parts[0]))


class SomeItem(Combined):
    """``exists``: the highest truth among a case's items of kind ``of``."""

    __slots__ = ("of",)

    def __init__(self, index: int, of: str, where: Step) -> None:
        """``where`` stands at the level of the items, or is constant."""
        super().__init__(index, None, (where,))
        self.of = of

    def evaluate(self, view: View) -> Truths:
        """Unmet where the case has no such item."""
        items = view.chunk.items(self.of)
        return items.most(view.truths(self.parts[0]), view.chunk.size) if items.size else UNMET


class HowMany(Combined):
    """``count``: the number of a case's items that meet a condition, compared with a number."""

    __slots__ = ("node",)

    def __init__(self, index: int, node: Count, where: Step) -> None:
        """``where`` stands at the level of the items, or is constant."""
        super().__init__(index, None, (where,))
        self.node = node

    def evaluate(self, view: View) -> Truths:
        """Unknown where items that may meet the condition decide."""
        items, rows = view.chunk.items(self.node.kind), view.chunk.size
        found = view.truths(self.parts[0]) if items.size else UNMET
        truths = np.full(items.size, found, np.int8) if isinstance(found, int) else found
        sure, possible = items.counts(truths == MET, rows), items.counts(truths != UNMET, rows)
        return counted(self.node.op, sure, possible, self.node.number)


def all_of(found: Sequence[Truths]) -> Truths:
    """Kleene's conjunction of columns; met where there is none."""
    return _combined(found, MET, UNMET, min, np.minimum)


def any_of(found: Sequence[Truths]) -> Truths:
    """Kleene's disjunction of columns; unmet where there is none."""
    return _combined(found, UNMET, MET, max, np.maximum)


def _combined(found: Sequence[Truths], empty: int, final: int, of_two: Any, of_columns: np.ufunc) -> Truths:
    number = empty
    columns: list[npt.NDArray[np.int8]] = []
    for truths in found:
        if isinstance(truths, int):
            number = of_two(number, truths)
        else:
            columns.append(truths)
    if number == final or not columns:
        return number
    if number == empty and len(columns) == 1:
        return columns[0]
    second = columns.pop() if number == empty else np.int8(number)
    out: npt.NDArray[np.int8] = of_columns(columns[0], second)
    for truths in columns[1:]:
        of_columns(out, truths, out=out)
    return out


def negated(truths: Truths) -> Truths:
    """Kleene's negation."""
    return MET - truths if isinstance(truths, int) else np.subtract(np.int8(MET), truths)


def counted(op: Op, sure: Places, possible: Places, number: int) -> Truths:
    """:func:`~sekisho.engine.evaluate.count_truth` over columns."""
    surely: Flags
    maybe: Flags
    if op is Op.EQ:
        surely, maybe = (sure == number) & (possible == number), (sure <= number) & (number <= possible)
    elif op in (Op.LT, Op.LTE):
        limit = number if op is Op.LT else number + 1
        surely, maybe = possible < limit, sure < limit
    else:
        limit = number if op is Op.GTE else number + 1
        surely, maybe = sure >= limit, possible >= limit
    return np.add(surely.view(np.int8), maybe.view(np.int8))


def judged(met: Flags | bool, unknown: Flags | bool) -> Truths:
    """Truths from which rows compare true and which aren't known; what compares true may be unknown all the same."""
    if unknown is True:
        return UNKNOWN
    if isinstance(met, bool):
        known = MET if met else UNMET
        return known if unknown is False else np.where(unknown, np.int8(UNKNOWN), np.int8(known))
    flags = met.view(np.int8)
    out = flags + flags
    if unknown is not False:
        np.copyto(out, UNKNOWN, where=unknown)
    return out


class Comparison(Step):
    """A comparison with a literal or a dated set."""

    __slots__ = ("literal", "name", "op", "set_name", "spec")

    def __init__(self, index: int, kind: str | None, atom: Atom, spec: FactSpec) -> None:
        """Raises ``ValueError`` for a literal outside the fact's domain."""
        self.set_name = atom.operand.name if isinstance(atom.operand, SetRef) else None
        super().__init__(index, kind, () if self.set_name is None else (self.set_name,))
        self.name, self.op, self.spec = atom.name, atom.op, spec
        self.literal = () if self.set_name is not None else self._encoded(atom.operand)

    def _encoded(self, operand: Any) -> tuple[int, ...]:
        values = operand if isinstance(operand, tuple) else (operand,)
        if self.op is Op.CONTAINS:
            values = (frozenset(values),)
        for value in values:
            problem = self.spec.problem_with(value)
            if problem is not None:
                raise ValueError(f"{self.name} is compared with {value!r}; it must be {problem}")
        return tuple(encode(self.spec, value) for value in values)

    def evaluate(self, view: View) -> Truths:
        """By code; what isn't known stays unknown."""
        table = self.table(view)
        column = table.column(self.name)
        unknown = True if column is None else column.unknown(unknown_code(self.spec))
        if column is None or unknown is True:
            return UNKNOWN
        if self.set_name is None:
            return judged(self._met(column, self.literal), unknown)
        versions = view.sets[self.set_name]
        if len(versions) == 1:
            return judged(self._met(column, self._among(versions[0][0])), unknown)
        out = np.zeros(table.size, np.int8)
        for members, cases in versions:
            np.copyto(out, judged(self._met(column, self._among(members)), unknown), where=table.of_case(cases))
        return out

    def _among(self, members: Members) -> tuple[int, ...]:
        return tuple(code for code, value in enumerate(self.spec.values) if value in members)

    def _met(self, column: Column, wanted: tuple[int, ...]) -> Flags | bool:
        if column.one is None:
            return self._compared(column.codes, wanted)
        met = self._compared(np.array([column.one]), wanted)
        return met if isinstance(met, bool) else bool(met[0])

    def _compared(self, codes: Codes, wanted: tuple[int, ...]) -> Flags | bool:
        if self.op is Op.IN:
            return among(codes, wanted)
        (code,) = wanted
        return compared(self.op, codes, code)


def compared(op: Op, left: Codes, right: Codes | int) -> Flags:
    """``left`` compared with ``right`` by code (never ``in`` or ``within``)."""
    met: Flags
    if op is Op.CONTAINS:
        met = (left & right) == right
    elif op is Op.EQ:
        met = left == right
    elif op is Op.LT:
        met = left < right
    elif op is Op.LTE:
        met = left <= right
    else:
        met = left > right if op is Op.GT else left >= right
    return met


def among(codes: Codes, wanted: Sequence[int]) -> Flags | bool:
    """Which codes are one of ``wanted``, by runs of neighbours: a look-up per row would cost several times more."""
    runs: list[list[int]] = []
    for code in sorted(wanted):
        if runs and runs[-1][1] == code - 1:
            runs[-1][1] = code
        else:
            runs.append([code, code])
    met: Flags | None = None
    for low, high in runs:
        here: Flags = (codes == low) if low == high else (codes >= low) & (codes <= high)
        met = here if met is None else met | here
    return False if met is None else met


class Against(Step):
    """A comparison with another fact or attribute, ``within`` included."""

    __slots__ = ("atom", "left", "period", "ref", "right")

    def __init__(self, index: int, kind: str | None, atom: Atom, ref: Ref, left: FactSpec, right: FactSpec) -> None:
        """``ref`` is what ``atom`` is compared with; both sides have one type."""
        super().__init__(index, kind)
        self.atom, self.ref, self.left, self.right = atom, ref, left, right
        self.period = atom.operand if isinstance(atom.operand, Period) else None

    def evaluate(self, view: View) -> Truths:
        """Unknown where either side is."""
        table, cases = self.table(view), view.chunk.cases
        left = (table if self.atom.of_item else cases).column(self.atom.name)
        right = (table if self.ref.of_item else cases).column(self.ref.name)
        missing_left, missing_right = unknown_code(self.left), unknown_code(self.right)
        if left is None or right is None or left.unknown(missing_left) is True or right.unknown(missing_right) is True:
            return UNKNOWN
        a = left.codes if self.atom.of_item else table.of_case(left.codes)
        b = right.codes if self.ref.of_item else table.of_case(right.codes)
        unknown = (a == missing_left) | (b == missing_right)
        if self.period is None:
            return judged(compared(self.atom.op, a, self._translated(b)), unknown)
        ends = left.period_ends(self.period.months, self.period.days)
        last = ends if self.atom.of_item else table.of_case(ends)
        return judged((a <= b) & (b <= last), unknown)

    def _translated(self, codes: Codes) -> Codes:
        """The right side's codes in the left side's terms; a value that the left doesn't know equals nothing."""
        if self.right.values == self.left.values:
            return codes
        known = {value: code for code, value in enumerate(self.left.values)}
        if self.left.type is FactType.ENUM:
            of_code = np.array([*(known.get(value, -2) for value in self.right.values), -1], np.int32)
            return of_code.take(codes)
        out = np.zeros(len(codes), np.int32)
        for bit, value in enumerate(self.right.values):
            out[(codes >> bit & 1).astype(np.bool_)] |= (1 << known[value]) if value in known else _FOREIGN
        return out
