"""From the written form of a condition to nodes, checked against the fact catalogue as it is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sekisho.engine.facts import Catalogue, FactSpec, FactType
from sekisho.engine.nodes import (
    AllOf,
    AnyOf,
    Atom,
    Cited,
    Count,
    Exists,
    Node,
    Not,
    Op,
    Operand,
    Period,
    Ref,
    SetRef,
    Unless,
)
from sekisho.rulebook.document import Place

MAX_DEPTH = 12
"""Conditions are read by lawyers: deeper nesting is a mistake, and bounds the evaluator's recursion."""

_ORDERED = (FactType.INT, FactType.DATE)
_STRUCTURE = frozenset({"all", "any", "not", "unless", "exists", "count", "use"})
_COUNT_OPS = {"eq": Op.EQ, "lt": Op.LT, "lte": Op.LTE, "gt": Op.GT, "gte": Op.GTE}


@dataclass(slots=True)
class Vocabulary:
    """What conditions may name: the catalogue, the sets, and the named conditions as written."""

    catalogue: Catalogue
    sets: Mapping[str, Place]
    named: Mapping[str, tuple[tuple[str, ...], Place]]
    used_sets: set[str] = field(default_factory=set)
    used_conditions: set[str] = field(default_factory=set)


def cited(place: Place) -> tuple[str, ...]:
    """A list of provisions that isn't empty: what takes a case out of a rule, or into it, rests on something."""
    provisions = place.texts()
    if not provisions:
        raise place.refuse("at least one provision is cited here")
    return provisions


def parse_condition(place: Place, vocabulary: Vocabulary, *, kind: str | None = None, depth: int = 0) -> Node:
    """Read a condition; inside ``where`` of evidence ``kind``, plain names are that kind's attributes."""
    if depth > MAX_DEPTH:
        raise place.refuse(f"conditions are nested deeper than {MAX_DEPTH}")
    written = place.mapping()
    if not written:
        raise place.refuse("an empty condition; leave the key out instead")
    structural = _STRUCTURE & set(written)
    if structural:
        if len(written) > 1:
            raise place.refuse(f"'{sorted(structural)[0]}' must stand alone")
        return _structure(next(iter(written.items())), vocabulary, kind, depth)
    atoms: list[Node] = []
    for name, operators in written.items():
        atoms.extend(_atoms(name, operators, vocabulary, kind))
    return atoms[0] if len(atoms) == 1 else AllOf(tuple(atoms))


def _structure(entry: tuple[str, Place], vocabulary: Vocabulary, kind: str | None, depth: int) -> Node:
    name, place = entry

    def below(part: Place) -> Node:
        return parse_condition(part, vocabulary, kind=kind, depth=depth + 1)

    if name in ("all", "any"):
        parts = tuple(below(part) for part in place.items())
        if not parts:
            raise place.refuse(f"'{name}' of nothing")
        return AllOf(parts) if name == "all" else AnyOf(parts)
    if name == "not":
        return Not(below(place))
    if name == "unless":
        written = place.mapping(
            frozenset({"except", "provisions", "require"}), frozenset({"except", "provisions", "require"})
        )
        return Unless(below(written["except"]), cited(written["provisions"]), below(written["require"]))
    if name == "use":
        wanted = place.text()
        if wanted not in vocabulary.named:
            raise place.refuse(f"there is no named condition '{wanted}'")
        vocabulary.used_conditions.add(wanted)
        provisions, condition = vocabulary.named[wanted]
        return Cited(wanted, provisions, parse_condition(condition, vocabulary, kind=kind, depth=depth + 1))
    return _about_items(name, place, vocabulary, depth)


def _about_items(name: str, place: Place, vocabulary: Vocabulary, depth: int) -> Node:
    extra = frozenset(_COUNT_OPS) if name == "count" else frozenset()
    written = place.mapping(frozenset({"evidence", "where"}) | extra, frozenset({"evidence"}))
    kind = written["evidence"].text()
    if kind not in vocabulary.catalogue.evidence:
        raise written["evidence"].refuse(f"unknown evidence kind '{kind}'")
    where: Node = AllOf(())
    if "where" in written:
        where = parse_condition(written["where"], vocabulary, kind=kind, depth=depth + 1)
    if name == "exists":
        return Exists(kind, where)
    chosen = [key for key in written if key in _COUNT_OPS]
    if len(chosen) != 1:
        raise place.refuse("'count' takes exactly one of eq, lt, lte, gt, gte")
    return Count(kind, where, _COUNT_OPS[chosen[0]], written[chosen[0]].integer())


def _atoms(name: str, place: Place, vocabulary: Vocabulary, kind: str | None) -> list[Node]:
    spec = _spec(name, place, vocabulary, kind)
    of_item = kind is not None
    atoms: list[Node] = []
    for op_name, operand in place.mapping().items():
        try:
            op = Op(op_name)
        except ValueError:
            raise operand.refuse(f"unknown operator '{op_name}'") from None
        atoms.append(Atom(name, of_item, op, _operand(spec, op, operand, vocabulary, kind)))
    if not atoms:
        raise place.refuse(f"'{name}' is compared with nothing")
    return atoms


def _spec(name: str, place: Place, vocabulary: Vocabulary, kind: str | None) -> FactSpec:
    if kind is None:
        known: Mapping[str, FactSpec] = vocabulary.catalogue.facts
        what = "fact"
    else:
        known = vocabulary.catalogue.evidence[kind].attributes
        what = f"attribute of {kind}"
    if name not in known:
        raise place.refuse(f"unknown {what} '{name}'")
    return known[name]


def _operand(spec: FactSpec, op: Op, place: Place, vocabulary: Vocabulary, kind: str | None) -> Operand:
    if op is Op.WITHIN:
        if spec.type is not FactType.DATE:
            raise place.refuse(f"'within' needs a date, and '{spec.name}' is {spec.type.value}")
        written = place.mapping(frozenset({"months", "days", "of"}), frozenset({"of"}))
        months = written["months"].integer() if "months" in written else 0
        days = written["days"].integer() if "days" in written else 0
        if months < 0 or days < 0 or months + days == 0:
            raise place.refuse("'within' needs a positive number of months or days")
        return Period(months, days, _reference(spec, written["of"], vocabulary, kind))
    if op in (Op.LT, Op.LTE, Op.GT, Op.GTE) and spec.type not in _ORDERED:
        raise place.refuse(f"'{op.value}' needs a number or a date, and '{spec.name}' is {spec.type.value}")
    if op is Op.CONTAINS and spec.type is not FactType.SET:
        raise place.refuse(f"'contains' needs a set, and '{spec.name}' is {spec.type.value}")
    if op is Op.IN:
        return _members(spec, place, vocabulary)
    if isinstance(place.value, dict):
        return _reference(spec, place, vocabulary, kind)
    if op is Op.CONTAINS:
        wanted = place.texts() if isinstance(place.value, list) else (place.text(),)
        for member in wanted:
            _check(spec, frozenset({member}), place)
        return wanted
    value: Any = frozenset(place.texts()) if spec.type is FactType.SET else place.value
    _check(spec, value, place)
    literal: bool | int | str | date | frozenset[str] = value
    return literal


def _members(spec: FactSpec, place: Place, vocabulary: Vocabulary) -> Operand:
    if spec.type is not FactType.ENUM:
        raise place.refuse(f"'in' needs one of a list of values, and '{spec.name}' is {spec.type.value}")
    if isinstance(place.value, str):
        if place.value not in vocabulary.sets:
            raise place.refuse(f"there is no set '{place.value}'")
        _usable(spec, place, vocabulary)
        vocabulary.used_sets.add(place.value)
        return SetRef(place.value)
    values = place.texts()
    for value in values:
        _check(spec, value, place)
    return values


def _usable(spec: FactSpec, place: Place, vocabulary: Vocabulary) -> None:
    """A set holds values of one enumeration; asking another fact about it could never be met."""
    written = vocabulary.sets[place.text()]
    for version in written.items():
        for member in version.mapping()["items"].texts():
            if member not in spec.values:
                raise place.refuse(f"the set '{place.text()}' has '{member}', which '{spec.name}' can't be")


def _reference(spec: FactSpec, place: Place, vocabulary: Vocabulary, kind: str | None) -> Ref:
    written = place.mapping(frozenset({"fact", "attribute"}))
    if len(written) != 1:
        raise place.refuse("name one 'fact' or one 'attribute'")
    which, named = next(iter(written.items()))
    if which == "attribute" and kind is None:
        raise place.refuse("'attribute' has a meaning only inside 'where'")
    other = _spec(named.text(), named, vocabulary, kind if which == "attribute" else None)
    if other.type is not spec.type:
        raise place.refuse(f"'{spec.name}' is {spec.type.value} and '{other.name}' is {other.type.value}")
    return Ref(other.name, which == "attribute")


def _check(spec: FactSpec, value: object, place: Place) -> None:
    problem = spec.problem_with(value)
    if problem is not None:
        raise place.refuse(f"'{spec.name}' must be {problem}")
