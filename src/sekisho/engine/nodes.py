"""Condition nodes: the whole language in which rules are written.

Operators, complete: ``eq in contains lt lte gt gte within exists count all any not unless``. A new one needs an ADR.
Nodes are plain data; :mod:`sekisho.engine.evaluate` and :mod:`sekisho.engine.vector` give them meaning, and the two
must agree. Truth is three-valued (Kleene): a missing item is unmet, a missing attribute or fact is unknown.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum

from sekisho.engine.facts import Value


class Op(Enum):
    """Comparison operators of an atom."""

    EQ = "eq"
    IN = "in"
    CONTAINS = "contains"
    LT = "lt"
    LTE = "lte"
    GT = "gt"
    GTE = "gte"
    WITHIN = "within"


@dataclass(frozen=True, slots=True)
class Ref:
    """A reference to another value: a case fact, or (``of_item``) an attribute of the same evidence item."""

    name: str
    of_item: bool


@dataclass(frozen=True, slots=True)
class SetRef:
    """A reference to a dated named set of the rulebook (documents with a photo …), resolved for the decision's date."""

    name: str


@dataclass(frozen=True, slots=True)
class Period:
    """``within``: the left date lies no further back from the reference date than this period, and not after it.

    The Ordinance asks for papers made "within six months before the day" they are shown (規則5条1項柱書: 日前六月以内).
    Counting forward by Civil Code art. 143 and counting back differ by up to three days at the ends of months; this is
    the stricter: made on 28 February, good until 28 August; made on 31 August, good until the last day of February.
    """

    months: int
    days: int
    of: Ref


Operand = Value | tuple[Value, ...] | Ref | SetRef | Period


@dataclass(frozen=True, slots=True)
class Atom:
    """One comparison of a fact (or, inside ``exists … where``, an attribute) with an operand.

    ``in`` takes a tuple of values or a set reference; ``contains`` a value or a tuple of which all must be in the set.
    """

    name: str
    of_item: bool
    op: Op
    operand: Operand


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part must be met."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One met part is enough."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Met where the part is unmet."""

    part: Node


@dataclass(frozen=True, slots=True)
class Unless:
    """``require`` must be met unless the cited exception is."""

    exception: Node
    provisions: tuple[str, ...]
    require: Node


@dataclass(frozen=True, slots=True)
class Exists:
    """Some one item of this kind meets ``where``: all its conditions are bound to the same item."""

    kind: str
    where: Node


@dataclass(frozen=True, slots=True)
class Count:
    """The number of items that meet ``where``, compared with ``number`` (``eq lt lte gt gte``)."""

    kind: str
    where: Node
    op: Op
    number: int


@dataclass(frozen=True, slots=True)
class Cited:
    """A named condition of the rulebook with provisions of its own (e.g. how fresh a document must be)."""

    name: str
    provisions: tuple[str, ...]
    part: Node


Node = Atom | AllOf | AnyOf | Not | Unless | Exists | Count | Cited

ALWAYS = AllOf(())
"""The condition that is always met."""


def children(node: Node) -> tuple[Node, ...]:
    """The direct parts of a node, in order."""
    if isinstance(node, AllOf | AnyOf):
        return node.parts
    if isinstance(node, Not | Cited):
        return (node.part,)
    if isinstance(node, Unless):
        return (node.exception, node.require)
    if isinstance(node, Exists | Count):
        return (node.where,)
    return ()


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it, parents first."""
    yield node
    for child in children(node):
        yield from walk(child)


def same_day_later(day: date, months: int) -> date:
    """The day with the same number ``months`` later, or that month's last day where there is none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
