"""The scalar evaluation: what it writes out of a condition says, node by node, what the nodes mean."""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sekisho.engine.evaluate import MET, UNKNOWN, UNMET, Entry, compile_node, count_truth, period_end
from sekisho.engine.facts import Case, Item
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
    walk,
)
from tests.engine.strategies import SETS, cases, nodes

DAY = date(2024, 2, 10)
ON_DAY = {name: dated.on(DAY) for name, dated in SETS.items()}

_HOLDS: dict[Op, Callable[[Any, Any], bool]] = {
    Op.EQ: operator.eq,
    Op.IN: lambda left, right: left in right,
    Op.CONTAINS: operator.ge,
    Op.LT: operator.lt,
    Op.LTE: operator.le,
    Op.GT: operator.gt,
    Op.GTE: operator.ge,
}


class _Meaning:
    """The definition of each node, read off :mod:`sekisho.engine.nodes`, with no thought for speed."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self.entries: list[Entry] = []

    def truth(self, node: Node, first: int, item: Item, at: int) -> int:
        found = self._truth(node, first, item, at)
        self.entries.append((first, found, at))
        return found

    def _truth(self, node: Node, first: int, item: Item, at: int) -> int:
        if isinstance(node, Atom):
            return self._atom(node, item)
        if isinstance(node, Exists | Count):
            items = self._case.evidence.get(node.kind, [])
            found = [self.truth(node.where, first + 1, each, n) for n, each in enumerate(items)]
            if isinstance(node, Exists):
                return max(found, default=UNMET)
            return count_truth(node.op, found.count(MET), len(found) - found.count(UNMET), node.number)
        parts, below = [], first + 1
        for part in children(node):
            parts.append(self.truth(part, below, item, at))
            below += sum(1 for _ in walk(part))
        if isinstance(node, Not):
            return MET - parts[0]
        if isinstance(node, Cited):
            return parts[0]
        return min(parts, default=MET) if isinstance(node, AllOf) else max(parts, default=UNMET)

    def _atom(self, atom: Atom, item: Item) -> int:
        def value(name: str, of_item: bool) -> Any:
            return item.get(name) if of_item else self._case.facts.get(name)

        left: Any = value(atom.name, atom.of_item)
        right: Any = atom.operand
        if isinstance(right, Period):
            end = value(right.of.name, right.of.of_item)
            if left is None or end is None:
                return UNKNOWN
            return MET if left <= end <= period_end(left, right.months, right.days) else UNMET
        if isinstance(right, Ref):
            right = value(right.name, right.of_item)
        elif isinstance(right, SetRef):
            right = ON_DAY[right.name]
        elif atom.op is Op.CONTAINS:
            right = frozenset(right) if isinstance(right, tuple | frozenset) else frozenset({right})
        if left is None or right is None:
            return UNKNOWN
        held = _HOLDS[atom.op](left, right)
        return MET if held else UNMET


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(nodes(), st.lists(cases, min_size=1, max_size=4), st.integers(0, 1000))
def test_every_node_of_every_condition_has_its_truth_in_the_trace(node: Node, drawn: list[Case], first: int) -> None:
    """Truth and trace, entry by entry, are what the nodes' definitions give; nothing is left out or said twice."""
    condition = compile_node(node, first, ON_DAY)
    for case in drawn:
        meaning = _Meaning(case)
        trace: list[Entry] = []
        assert condition(case.facts, case.evidence, trace) == meaning.truth(node, first, {}, -1)
        assert Counter(trace) == Counter(meaning.entries)


def test_an_item_s_entries_come_before_what_is_concluded_from_them() -> None:
    """In the trace, what an item shows precedes the condition that asks whether such an item exists."""
    node = Exists("shown", AllOf((Atom("agrees", True, Op.EQ, True),)))
    trace: list[Entry] = []
    compile_node(node, 10, {})({}, {"shown": [{"agrees": False}, {}]}, trace)
    assert trace == [(12, 0, 0), (11, 0, 0), (12, 1, 1), (11, 1, 1), (10, 1, -1)]


@pytest.mark.parametrize("name", ["a'b", 'a"b', "a\\", "a\nb", "__import__('os')", "山𠮷", "'''"])
def test_no_name_or_value_of_a_rulebook_is_read_as_program(name: str) -> None:
    """Names and words of a rulebook stay data, whatever characters they hold."""
    node = AllOf((Atom(name, False, Op.EQ, name), Exists(name, Atom(name, True, Op.IN, (name, "x")))))
    assert compile_node(node, 0, {})({name: name}, {name: [{name: name}]}, []) == MET
    assert compile_node(node, 0, {})({name: "x"}, {name: [{name: name}]}, []) == UNMET
