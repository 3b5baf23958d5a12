"""What a new evidence item would have to be like for a condition to be met: the cheapest, found once per plan.

A new item may have any value its attributes allow (the applicant brings a suitable document); the price is that of its
kind, plus that of further items the condition asks for. Conditions that tie the item to a case fact are not solved.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

from sekisho.engine.facts import Catalogue, ChangedBy, FactSpec, FactType, Item, Value
from sekisho.engine.nodes import (
    AllOf,
    AnyOf,
    Atom,
    Cited,
    Exists,
    Node,
    Not,
    Op,
    Ref,
    SetRef,
    Unless,
)

SEARCH_LIMIT = 24
"""Alternatives tried per condition: rules have a handful; the bound keeps a hostile rulebook from being exponential."""

_FAR_AHEAD = timedelta(days=365)

_OPPOSITE = {Op.LT: Op.GTE, Op.LTE: Op.GT, Op.GT: Op.LTE, Op.GTE: Op.LT}
"""What an unmet comparison of two known dates comes to."""

Domain = frozenset[Value] | tuple[int, int]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A partial description of items to bring: allowed values per attribute, and further items."""

    allowed: tuple[tuple[str, Domain], ...] = ()
    members: tuple[tuple[str, frozenset[str]], ...] = ()
    dates: tuple[tuple[str, str], ...] = ()
    others: tuple[NewItem, ...] = ()


@dataclass(frozen=True, slots=True)
class NewItem:
    """An item to bring: its kind, its attributes (dates relative to the day it is brought) and its price."""

    kind: str
    values: tuple[tuple[str, Value], ...]
    dates: tuple[tuple[str, str], ...]
    cost: int

    def item(self, day: date) -> Item:
        """The item as it would be if brought on ``day``."""
        made: Item = dict(self.values)
        made["at"] = day
        for name, when in self.dates:
            made[name] = (day + min(_FAR_AHEAD, date.max - day)) if when == "later" else day
        return made


def cheapest_items(
    kind: str, where: Node, catalogue: Catalogue, sets: Mapping[str, frozenset[str]]
) -> tuple[NewItem, ...] | None:
    """The cheapest way to have an item of ``kind`` that meets ``where``: that item first, then others it needs."""
    best: tuple[NewItem, ...] | None = None
    if catalogue.evidence[kind].provided_by is ChangedBy.NOBODY:
        return None
    for wanted in islice(_solve(where, True, Wanted(), kind, catalogue, sets), SEARCH_LIMIT):
        items = (_made(kind, wanted, catalogue), *wanted.others)
        if best is None or sum(i.cost for i in items) < sum(i.cost for i in best):
            best = items
    return best


def _made(kind: str, wanted: Wanted, catalogue: Catalogue) -> NewItem:
    spec = catalogue.evidence[kind]
    values: dict[str, Value] = dict(wanted.members)
    for name, domain in wanted.allowed:
        attribute = spec.attributes[name]
        if isinstance(domain, tuple):
            values[name] = domain[0]
        elif attribute.type is FactType.ENUM:
            # The catalogue lists the usual value first, so a suggestion names a usual document.
            values[name] = next(value for value in attribute.values if value in domain)
        else:
            values[name] = next(iter(domain))
    return NewItem(kind, tuple(sorted(values.items())), wanted.dates, spec.cost)


def _solve(
    node: Node, met: bool, state: Wanted, kind: str, catalogue: Catalogue, sets: Mapping[str, frozenset[str]]
) -> Iterator[Wanted]:
    """Every extension of ``state`` (bounded by the caller) under which ``node`` is met, or unmet."""
    if isinstance(node, Atom):
        extended = _atom(node, met, state, catalogue.evidence[kind].attributes, sets)
        if extended is not None:
            yield extended
    elif isinstance(node, Cited):
        yield from _solve(node.part, met, state, kind, catalogue, sets)
    elif isinstance(node, Not):
        yield from _solve(node.part, not met, state, kind, catalogue, sets)
    elif isinstance(node, Unless):
        yield from _solve(AnyOf((node.require, node.exception)), met, state, kind, catalogue, sets)
    elif isinstance(node, AllOf | AnyOf):
        if isinstance(node, AllOf) is met:
            yield from _each(node.parts, met, state, kind, catalogue, sets)
        else:
            for part in node.parts:
                yield from _solve(part, met, state, kind, catalogue, sets)
    elif isinstance(node, Exists) and met:
        items = cheapest_items(node.kind, node.where, catalogue, sets)
        if items is not None:
            yield Wanted(state.allowed, state.members, state.dates, (*state.others, *items))
    elif isinstance(node, Exists):
        # Whether another item stands in the way is for the case to say, when the way is judged again.
        yield state


def _each(
    parts: tuple[Node, ...],
    met: bool,
    state: Wanted,
    kind: str,
    catalogue: Catalogue,
    sets: Mapping[str, frozenset[str]],
) -> Iterator[Wanted]:
    if not parts:
        yield state
        return
    for extended in _solve(parts[0], met, state, kind, catalogue, sets):
        yield from _each(parts[1:], met, extended, kind, catalogue, sets)


def _atom(
    atom: Atom, met: bool, state: Wanted, attributes: Mapping[str, FactSpec], sets: Mapping[str, frozenset[str]]
) -> Wanted | None:
    if not atom.of_item:
        return None
    spec, operand = attributes[atom.name], atom.operand
    if spec.type is FactType.DATE:
        return _date(atom, met, state)
    if spec.type is FactType.SET:
        if atom.op is not Op.CONTAINS or not met:
            return None
        wanted = frozenset(str(v) for v in operand) if isinstance(operand, tuple) else frozenset({str(operand)})
        had = dict(state.members)
        had[atom.name] = had.get(atom.name, frozenset()) | wanted
        return Wanted(state.allowed, tuple(had.items()), state.dates, state.others)
    if isinstance(operand, Ref):
        return None
    if spec.type is FactType.INT:
        return _narrow(state, atom.name, _range(atom, met, spec))
    everything: frozenset[Value] = frozenset(spec.values) if spec.type is FactType.ENUM else frozenset({True, False})
    chosen: frozenset[Value]
    if isinstance(operand, SetRef):
        chosen = frozenset(sets[operand.name])
    elif isinstance(operand, tuple):
        chosen = frozenset(operand)
    else:
        chosen = frozenset({operand})  # type: ignore[arg-type]  # an enumeration's or boolean's literal, by the loader
    return _narrow(state, atom.name, chosen if met else everything - chosen)


def _range(atom: Atom, met: bool, spec: FactSpec) -> tuple[int, int] | None:
    number = atom.operand
    if not isinstance(number, int):
        return None
    low, high = spec.low, spec.high
    spans = {
        (Op.EQ, True): (number, number),
        (Op.GTE, True): (number, high),
        (Op.GT, True): (number + 1, high),
        (Op.LTE, True): (low, number),
        (Op.LT, True): (low, number - 1),
        (Op.GTE, False): (low, number - 1),
        (Op.GT, False): (low, number),
        (Op.LTE, False): (number + 1, high),
        (Op.LT, False): (number, high),
    }
    return spans.get((atom.op, met))


def _narrow(state: Wanted, name: str, domain: Domain | None) -> Wanted | None:
    if domain is None:
        return None
    had = dict(state.allowed)
    before = had.get(name)
    if before is None:
        narrowed: Domain = domain
    elif isinstance(before, tuple) and isinstance(domain, tuple):
        narrowed = (max(before[0], domain[0]), min(before[1], domain[1]))
    elif isinstance(before, frozenset) and isinstance(domain, frozenset):
        narrowed = before & domain
    else:
        return None
    empty = not narrowed if isinstance(narrowed, frozenset) else narrowed[0] > narrowed[1]
    if empty:
        return None
    had[name] = narrowed
    return Wanted(tuple(had.items()), state.members, state.dates, state.others)


def _date(atom: Atom, met: bool, state: Wanted) -> Wanted | None:
    if atom.name == "at":
        return None
    op = atom.op if met else _OPPOSITE.get(atom.op)
    if op in (Op.EQ, Op.LTE, Op.WITHIN):
        when = "same"
    elif op in (Op.GT, Op.GTE):
        when = "later"
    else:
        return None
    had = dict(state.dates)
    if had.setdefault(atom.name, when) != when:
        return None
    return Wanted(state.allowed, state.members, tuple(had.items()), state.others)
