"""Scalar evaluation with a complete trace: condition nodes compiled once to functions, then run per case.

Nothing is short-circuited inside a rule, so that the explanation shows every condition; what is skipped is only what
has no meaning: the conditions on an item that does not exist.

A trace is a list of ``(node id, truth, item)``: the node ids come from :class:`NodeIndex`, ``item`` is the position of
the evidence item among its kind, or -1 outside ``exists``. The fact behind an entry is named by its node.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from itertools import count as count_from
from typing import Any

from sekisho.engine.facts import Item, Value
from sekisho.engine.nodes import (
    AllOf,
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
    children,
    same_day_later,
)
from sekisho.engine.rules import Rule

Entry = tuple[int, int, int]
Trace = list[Entry]
Evaluator = Callable[[Mapping[str, Value], Mapping[str, list[Item]], Trace], int]
"""``(facts, evidence, trace) -> Truth``; adds an entry per condition to the trace."""

UNMET, UNKNOWN, MET = 0, 1, 2

_COMPARE_COUNTS: dict[Op, Callable[[int, int], bool]] = {
    Op.EQ: operator.eq,
    Op.LT: operator.lt,
    Op.LTE: operator.le,
    Op.GT: operator.gt,
    Op.GTE: operator.ge,
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
    """Compile a condition tree whose nodes are numbered from ``first_id``, depth-first; ``sets`` are the day's.

    The tree is written out as one Python function, every node a line or two: three times as fast as a function per
    node. What is written holds numbers, operators and quoted names only; other values are bound beside it.
    """
    writer = _Writer(first_id, sets)
    case = _Block(level=0, indent=1)
    truth = writer.build(root, case)
    source = "\n".join(
        (
            "def condition(facts, evidence, trace):",
            *(f" {variable} = facts.get({name!r})" for name, variable in writer.facts.items()),
            *case.written(),
            f" return {truth}",
        )
    )
    namespace: dict[str, Any] = {"in_period": _in_period, "count_truth": count_truth, **writer.constants}
    exec(compile(source, f"<condition {first_id}>", "exec"), namespace)  # noqa: S102  our own lines; see above
    evaluator: Evaluator = namespace["condition"]
    return evaluator


class _Block:
    """The lines for one level: the case (0), or one item inside ``exists`` and ``count``."""

    def __init__(self, *, level: int, indent: int) -> None:
        self.level, self.indent = level, indent
        self.attributes: dict[str, str] = {}
        self.lines: list[str] = []
        self.entries: list[str] = []

    def line(self, text: str) -> None:
        self.lines.append(" " * self.indent + text)

    def entry(self, node_id: int, truth: str) -> None:
        """Note a node's truth. The case's entries have no item, so there are three of each, made beforehand."""
        if self.level:
            self.entries.append(f"({node_id}, {truth}, at{self.level})")
        else:
            self.entries.append(f"({', '.join(f'({node_id}, {n}, -1)' for n in (UNMET, UNKNOWN, MET))})[{truth}]")

    def written(self) -> list[str]:
        pad = " " * self.indent
        gets = [f"{pad}{variable} = item{self.level}.get({name!r})" for name, variable in self.attributes.items()]
        return [*gets, *self.lines, f"{pad}trace += ({', '.join(self.entries)},)"]


class _Writer:
    """Writes nodes as lines, depth-first; each method returns the name that holds the node's truth."""

    def __init__(self, first_id: int, sets: Mapping[str, frozenset[str]]) -> None:
        self.facts: dict[str, str] = {}
        self.constants: dict[str, object] = {}
        self._ids = count_from(first_id)
        self._sets = sets

    def build(self, node: Node, block: _Block) -> str:
        node_id = next(self._ids)
        truth = self._truth(node, node_id, block)
        block.entry(node_id, truth)
        return truth

    def _truth(self, node: Node, node_id: int, block: _Block) -> str:
        if isinstance(node, Cited):
            return self.build(node.part, block)
        if isinstance(node, Exists | Count):
            return self._items(node, node_id, block)
        truth = f"t{node_id}"
        if isinstance(node, Atom):
            block.line(f"{truth} = {self._atom(node, block)}")
        elif isinstance(node, Not):
            block.line(f"{truth} = {MET} - {self.build(node.part, block)}")
        else:
            lowest = isinstance(node, AllOf)
            parts = [self.build(part, block) for part in children(node)]
            block.line(f"{truth} = {parts[0] if parts else MET if lowest else UNMET}")
            for part in parts[1:]:
                block.line(f"if {part} {'<' if lowest else '>'} {truth}: {truth} = {part}")
        return truth

    def _items(self, node: Exists | Count, node_id: int, block: _Block) -> str:
        truth, level = f"t{node_id}", block.level + 1
        if isinstance(node, Exists):
            block.line(f"{truth} = {UNMET}")
        else:
            block.line(f"sure{node_id} = possible{node_id} = 0")
        block.line(f"items{node_id} = evidence.get({node.kind!r})")
        block.line(f"if items{node_id} is not None:")
        block.line(f" for at{level}, item{level} in enumerate(items{node_id}):")
        inner = _Block(level=level, indent=block.indent + 2)
        found = self.build(node.where, inner)
        block.lines += inner.written()
        pad = " " * 2
        if isinstance(node, Exists):
            block.line(f"{pad}if {found} > {truth}: {truth} = {found}")
        else:
            block.line(f"{pad}sure{node_id} += {found} == {MET}")
            block.line(f"{pad}possible{node_id} += {found} != {UNMET}")
            op = self._constant(node.op)
            block.line(f"{truth} = count_truth({op}, sure{node_id}, possible{node_id}, {self._literal(node.number)})")
        return truth

    def _atom(self, atom: Atom, block: _Block) -> str:
        value, operand = self._value(atom.name, atom.of_item, block), atom.operand
        if isinstance(operand, Period):
            other = self._value(operand.of.name, operand.of.of_item, block)
            return f"in_period({value}, {other}, {operand.months:d}, {operand.days:d})"
        if isinstance(operand, Ref):
            other = self._value(operand.name, operand.of_item, block)
            unknown = f"{value} is None or {other} is None"
        else:
            unknown, other = f"{value} is None", self._literal(_literal(atom, self._sets))
        return f"{UNKNOWN} if {unknown} else {MET} if {_compared(atom.op, value, other)} else {UNMET}"

    def _value(self, name: str, of_item: bool, block: _Block) -> str:
        if not of_item:
            return self.facts.setdefault(name, f"fact{len(self.facts)}")
        if not block.level:
            return "None"  # outside an item its attributes are unknown
        return block.attributes.setdefault(name, f"attribute{block.level}_{len(block.attributes)}")

    def _literal(self, value: object) -> str:
        """A value as it stands in the source: what isn't plainly quoted is bound by name."""
        if isinstance(value, bool | int | str):
            return repr(value)
        if isinstance(value, frozenset) and value and all(isinstance(member, str) for member in value):
            return f"{{{', '.join(repr(member) for member in sorted(value))}}}"
        return self._constant(value)

    def _constant(self, value: object) -> str:
        name = f"constant{len(self.constants)}"
        self.constants[name] = value
        return name


_SIGNS = {Op.EQ: "==", Op.LT: "<", Op.LTE: "<=", Op.GT: ">", Op.GTE: ">=", Op.IN: "in", Op.CONTAINS: ">="}


def _compared(op: Op, value: str, other: str) -> str:
    # True and False are one object each.
    sign = "is" if op is Op.EQ and other in ("True", "False") else _SIGNS[op]
    return f"{value} {sign} {other}"


def _literal(atom: Atom, sets: Mapping[str, frozenset[str]]) -> object:
    operand = atom.operand
    if isinstance(operand, SetRef):
        return sets[operand.name]
    if atom.op is Op.IN:
        return frozenset(operand) if isinstance(operand, tuple) else operand
    if atom.op is Op.CONTAINS:
        return frozenset(operand) if isinstance(operand, tuple) else frozenset((operand,))
    return operand


def _in_period(start: object, end: object, months: int, days: int) -> int:
    if not isinstance(start, date) or not isinstance(end, date):
        return UNKNOWN
    passed = end.toordinal() - start.toordinal() - days
    # A month has 28 to 31 days: only what falls between needs the calendar.
    if passed > 31 * months or end < start:
        return UNMET
    return MET if passed <= 28 * months or end <= period_end(start, months, days) else UNMET


def period_end(start: date, months: int, days: int) -> date:
    """The last day on which something of ``start`` is within the period; see :class:`~sekisho.engine.nodes.Period`."""
    try:
        return same_day_later(start, months) + timedelta(days=days)
    except (ValueError, OverflowError):
        # A period that outlasts the calendar (9999-12-31) has not ended on any day that can be named.
        return date.max


def count_truth(op: Op, sure: int, possible: int, number: int) -> int:
    """Whether a count that lies between ``sure`` and ``possible`` compares with ``number``: met, unmet or unknown."""
    compare = _COMPARE_COUNTS[op]
    outcomes = {compare(n, number) for n in range(sure, possible + 1)}
    return UNKNOWN if len(outcomes) == 2 else (MET if outcomes == {True} else UNMET)
