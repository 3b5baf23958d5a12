"""Scalar evaluation with a complete trace: condition nodes compiled once to closures, then run per case.

Nothing is short-circuited inside a rule, so that the explanation shows every condition; what is skipped is only what
has no meaning: the conditions on an item that does not exist.

A trace is a list of ``(node id, truth, item)``: the node ids come from :class:`NodeIndex`, ``item`` is the position of
the evidence item among its kind, or -1 outside ``exists``. The fact behind an entry is named by its node.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from sekisho.engine.facts import Item, Value
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
    Period,
    Ref,
    SetRef,
    Unless,
    children,
    same_day_later,
    walk,
)
from sekisho.engine.rules import Rule

Entry = tuple[int, int, int]
Trace = list[Entry]
Evaluator = Callable[[Mapping[str, Value], Mapping[str, list[Item]], Item, int, Trace], int]
"""``(facts, evidence, item, position of the item, trace) -> Truth``."""

UNMET, UNKNOWN, MET = 0, 1, 2

_COMPARE: dict[Op, Callable[[Any, Any], bool]] = {
    Op.EQ: operator.eq,
    Op.LT: operator.lt,
    Op.LTE: operator.le,
    Op.GT: operator.gt,
    Op.GTE: operator.ge,
    Op.IN: lambda value, members: value in members,
    Op.CONTAINS: lambda value, wanted: wanted <= value,
}


class NodeIndex:
    """Numbers every condition node of a rulebook, in the order of rule ids, and finds it again.

    Numbers are stable for one rulebook content hash only; a record that keeps a trace keeps that hash too.
    """

    def __init__(self, rules: Mapping[str, Rule]) -> None:
        """Walk the rules in order of id."""
        self.entries: list[tuple[str, str, Node]] = []
        self.children: list[tuple[int, ...]] = []
        """The node ids of each node's direct parts, in order."""
        self._ids: dict[tuple[str, str], int] = {}
        for rule_id in sorted(rules):
            for slot, root in slots(rules[rule_id]):
                self._ids[rule_id, slot] = self._add(rule_id, slot, root)

    def _add(self, rule_id: str, slot: str, node: Node) -> int:
        node_id = len(self.entries)
        self.entries.append((rule_id, slot, node))
        self.children.append(())
        self.children[node_id] = tuple(self._add(rule_id, slot, part) for part in children(node))
        return node_id

    def first(self, rule_id: str, slot: str) -> int:
        """The id of the root node of ``slot`` of a rule; its subtree follows in depth-first order."""
        return self._ids[rule_id, slot]

    def atoms(self) -> int:
        """How many atoms the rulebook has."""
        return sum(isinstance(node, Atom) for _, _, node in self.entries)


def slots(rule: Rule) -> list[tuple[str, Node]]:
    """The condition trees of a rule by name: ``when``, ``requires``, ``completion`` and each ``excepts.N``."""
    found = [("when", rule.when), ("requires", rule.requires)]
    if rule.completion is not None:
        found.append(("completion", rule.completion))
    found.extend((f"excepts.{n}", exception.condition) for n, exception in enumerate(rule.excepts))
    return found


def compile_node(root: Node, first_id: int, sets: Mapping[str, frozenset[str]]) -> Evaluator:
    """Compile a condition tree whose nodes are numbered from ``first_id``, depth-first; ``sets`` are the day's."""
    counter = iter(range(first_id, first_id + sum(1 for _ in walk(root))))

    def build(node: Node) -> Evaluator:
        node_id = next(counter)
        if isinstance(node, Atom):
            return _atom(node, node_id, sets)
        if isinstance(node, AllOf):
            return _all(node_id, [build(part) for part in node.parts])
        if isinstance(node, AnyOf):
            return _any(node_id, [build(part) for part in node.parts])
        if isinstance(node, Not):
            return _not(node_id, build(node.part))
        if isinstance(node, Cited):
            return _same(node_id, build(node.part))
        if isinstance(node, Unless):
            return _any(node_id, [build(node.exception), build(node.require)])
        if isinstance(node, Exists):
            return _exists(node_id, node.kind, build(node.where))
        return _count(node_id, node, build(node.where))

    return build(root)


def _atom(atom: Atom, node_id: int, sets: Mapping[str, frozenset[str]]) -> Evaluator:
    name, of_item = atom.name, atom.of_item
    operand = atom.operand
    if isinstance(operand, Period):
        return _within(atom, operand, node_id)
    compare = _COMPARE[atom.op]
    if isinstance(operand, Ref):
        other, other_of_item = operand.name, operand.of_item

        def against_reference(
            facts: Mapping[str, Value], _evidence: Mapping[str, list[Item]], item: Item, at: int, trace: Trace
        ) -> int:
            left = item.get(name) if of_item else facts.get(name)
            right = item.get(other) if other_of_item else facts.get(other)
            truth = UNKNOWN if left is None or right is None else (MET if compare(left, right) else UNMET)
            trace.append((node_id, truth, at))
            return truth

        return against_reference

    right: Any = _literal(atom, sets)
    if atom.op is Op.EQ:
        if of_item:

            def attribute_equals(
                _facts: Mapping[str, Value],
                _evidence: Mapping[str, list[Item]],
                item: Item,
                at: int,
                trace: Trace,
            ) -> int:
                left = item.get(name)
                truth = UNKNOWN if left is None else (MET if left == right else UNMET)
                trace.append((node_id, truth, at))
                return truth

            return attribute_equals

        def fact_equals(
            facts: Mapping[str, Value], _evidence: Mapping[str, list[Item]], _item: Item, at: int, trace: Trace
        ) -> int:
            left = facts.get(name)
            truth = UNKNOWN if left is None else (MET if left == right else UNMET)
            trace.append((node_id, truth, at))
            return truth

        return fact_equals

    def against_literal(
        facts: Mapping[str, Value], _evidence: Mapping[str, list[Item]], item: Item, at: int, trace: Trace
    ) -> int:
        left = item.get(name) if of_item else facts.get(name)
        truth = UNKNOWN if left is None else (MET if compare(left, right) else UNMET)
        trace.append((node_id, truth, at))
        return truth

    return against_literal


def _literal(atom: Atom, sets: Mapping[str, frozenset[str]]) -> object:
    operand = atom.operand
    if isinstance(operand, SetRef):
        return sets[operand.name]
    if atom.op is Op.IN:
        return frozenset(operand) if isinstance(operand, tuple) else operand
    if atom.op is Op.CONTAINS:
        return frozenset(operand) if isinstance(operand, tuple) else frozenset((operand,))
    return operand


def _within(atom: Atom, period: Period, node_id: int) -> Evaluator:
    name, of_item, months, days = atom.name, atom.of_item, period.months, period.days
    other, other_of_item = period.of.name, period.of.of_item

    def within(
        facts: Mapping[str, Value], _evidence: Mapping[str, list[Item]], item: Item, at: int, trace: Trace
    ) -> int:
        start = item.get(name) if of_item else facts.get(name)
        end = item.get(other) if other_of_item else facts.get(other)
        if not isinstance(start, date) or not isinstance(end, date):
            truth = UNKNOWN
        else:
            truth = MET if start <= end <= period_end(start, months, days) else UNMET
        trace.append((node_id, truth, at))
        return truth

    return within


def period_end(start: date, months: int, days: int) -> date:
    """The last day on which something of ``start`` is within the period; see :class:`~sekisho.engine.nodes.Period`."""
    try:
        return same_day_later(start, months) + timedelta(days=days)
    except (ValueError, OverflowError):
        # A period that outlasts the calendar (9999-12-31) has not ended on any day that can be named.
        return date.max


def _all(node_id: int, parts: list[Evaluator]) -> Evaluator:
    def all_of(
        facts: Mapping[str, Value], evidence: Mapping[str, list[Item]], item: Item, at: int, trace: Trace
    ) -> int:
        truth = MET
        for part in parts:
            found = part(facts, evidence, item, at, trace)
            if found < truth:
                truth = found
        trace.append((node_id, truth, at))
        return truth

    return all_of


def _any(node_id: int, parts: list[Evaluator]) -> Evaluator:
    def any_of(
        facts: Mapping[str, Value], evidence: Mapping[str, list[Item]], item: Item, at: int, trace: Trace
    ) -> int:
        truth = UNMET
        for part in parts:
            found = part(facts, evidence, item, at, trace)
            if found > truth:
                truth = found
        trace.append((node_id, truth, at))
        return truth

    return any_of


def _not(node_id: int, part: Evaluator) -> Evaluator:
    def negation(
        facts: Mapping[str, Value], evidence: Mapping[str, list[Item]], item: Item, at: int, trace: Trace
    ) -> int:
        truth = MET - part(facts, evidence, item, at, trace)
        trace.append((node_id, truth, at))
        return truth

    return negation


def _same(node_id: int, part: Evaluator) -> Evaluator:
    def cited(facts: Mapping[str, Value], evidence: Mapping[str, list[Item]], item: Item, at: int, trace: Trace) -> int:
        truth = part(facts, evidence, item, at, trace)
        trace.append((node_id, truth, at))
        return truth

    return cited


def _exists(node_id: int, kind: str, where: Evaluator) -> Evaluator:
    def exists(
        facts: Mapping[str, Value], evidence: Mapping[str, list[Item]], _item: Item, at: int, trace: Trace
    ) -> int:
        truth = UNMET
        items = evidence.get(kind)
        if items is not None:
            for position, candidate in enumerate(items):
                found = where(facts, evidence, candidate, position, trace)
                if found > truth:
                    truth = found
        trace.append((node_id, truth, at))
        return truth

    return exists


def _count(node_id: int, node: Count, where: Evaluator) -> Evaluator:
    kind, number, op = node.kind, node.number, node.op

    def count(
        facts: Mapping[str, Value], evidence: Mapping[str, list[Item]], _item: Item, at: int, trace: Trace
    ) -> int:
        sure = possible = 0
        for position, candidate in enumerate(evidence.get(kind, ())):
            found = where(facts, evidence, candidate, position, trace)
            sure += found == MET
            possible += found != UNMET
        truth = count_truth(op, sure, possible, number)
        trace.append((node_id, truth, at))
        return truth

    return count


def count_truth(op: Op, sure: int, possible: int, number: int) -> int:
    """Whether a count that lies between ``sure`` and ``possible`` compares with ``number``: met, unmet or unknown."""
    compare = _COMPARE[op]
    outcomes = {compare(n, number) for n in range(sure, possible + 1)}
    return UNKNOWN if len(outcomes) == 2 else (MET if outcomes == {True} else UNMET)
