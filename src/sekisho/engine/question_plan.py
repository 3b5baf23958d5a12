"""The question plan: which unknown, once known, settles most.

A question is ranked by what its answer settles in the least helpful case: for a fact with a small domain each value is
tried, and the number of binding rules that become definite is counted. Evidence that isn't there at all is
:mod:`sekisho.engine.missing_evidence`'s.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sekisho.engine.conclude import Outcome, run_rule
from sekisho.engine.evaluate import UNKNOWN
from sekisho.engine.facts import Case, ChangedBy, FactSpec, FactType, Text, Value
from sekisho.engine.nodes import Atom, Period, Ref
from sekisho.engine.plan import LawEngine, RuleProgram
from sekisho.engine.rules import Role
from sekisho.engine.verdicts import DutyState

_HOLDING_UP = frozenset({Role.DUTY, Role.SCOPE, Role.METHOD, Role.REQUIREMENT})
"""Roles whose unknowns can hold up an acceptance; nobody is asked for a ground to refuse them."""

_Key = tuple[str, str | None, int | None]
"""The name of a fact, or of an attribute with its kind of evidence and the item's position."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: about a case fact (``kind`` None) or an attribute of an existing item.

    ``settles`` is the number of rules that become definite whatever the answer is; ``touches`` those it bears on.
    """

    name: str
    kind: str | None
    position: int | None
    settles: int
    touches: int
    asked_of: ChangedBy
    title: Text
    rules: tuple[str, ...]


def question_plan(engine: LawEngine, outcome: Outcome) -> list[Asked]:
    """The open questions of an outcome, the one that settles most first; empty where nothing is unknown."""
    lacking = {
        duty.duty
        for duty in outcome.duties
        if duty.binding and duty.state in (DutyState.OPEN, DutyState.APPLICABILITY_UNKNOWN)
    }
    uncertain = {
        program.rule.id: program
        for program, (code, closing) in zip(outcome.plan.programs, outcome.results, strict=True)
        if program.rule.role in _HOLDING_UP
        and program.binding
        and (program.rule.role is Role.REQUIREMENT or not lacking.isdisjoint(program.rule.duties))
        and (code == UNKNOWN or (program.completion is not None and closing == UNKNOWN))
    }
    bears: dict[_Key, set[str]] = {}
    for node_id, truth, position in outcome.trace:
        rule_id, _, node = engine.index.entries[node_id]
        if truth == UNKNOWN and rule_id in uncertain and isinstance(node, Atom):
            for key in _unknowns(engine, outcome.case, node, node_id, position):
                bears.setdefault(key, set()).add(rule_id)
    asked = []
    for (name, kind, at), rules in bears.items():
        spec = engine.catalogue.evidence[kind].attributes[name] if kind else engine.catalogue.facts[name]
        programs = [uncertain[rule_id] for rule_id in sorted(rules)]
        settles = _settled(outcome.case, spec, kind, at, programs)
        asked.append(Asked(name, kind, at, settles, len(rules), spec.changed_by, spec.title, tuple(sorted(rules))))
    asked.sort(key=lambda question: (-question.settles, -question.touches, question.kind or "", question.name))
    return asked


def _unknowns(engine: LawEngine, case: Case, atom: Atom, node_id: int, position: int) -> Iterator[_Key]:
    """What an atom would have to know and doesn't: its own value, the one it is compared with, or both."""
    other = atom.operand.of if isinstance(atom.operand, Period) else atom.operand
    named = [(atom.name, atom.of_item)]
    if isinstance(other, Ref):
        named.append((other.name, other.of_item))
    for name, of_item in named:
        kind = _kind_of(engine, node_id) if of_item else None
        known = case.facts if kind is None else case.evidence[kind][position]
        if known.get(name) is None:
            yield name, kind, None if kind is None else position


def _kind_of(engine: LawEngine, node_id: int) -> str | None:
    """The evidence kind whose ``where`` the node stands in: the nearest one above it."""
    rule_id, slot, _ = engine.index.entries[node_id]
    first = engine.index.first(rule_id, slot)
    found: str | None = None
    current = first
    while current != node_id:
        node = engine.index.entries[current][2]
        found = getattr(node, "kind", None) or found
        current = max(child for child in engine.index.children[current] if child <= node_id)
    return found


def _settled(case: Case, spec: FactSpec, kind: str | None, at: int | None, programs: list[RuleProgram]) -> int:
    counts = []
    for value in _domain(spec):
        tried = _with(case, spec.name, kind, at, value)
        counts.append(sum(run_rule(program, tried, [])[0] != UNKNOWN for program in programs))
    return min(counts, default=0)


def _domain(spec: FactSpec) -> Iterator[Value]:
    """The values worth trying; for numbers, dates and sets the answer isn't enumerable, and nothing is claimed."""
    if spec.type is FactType.BOOL:
        yield from (True, False)
    elif spec.type is FactType.ENUM:
        yield from spec.values


def _with(case: Case, name: str, kind: str | None, at: int | None, value: Value) -> Case:
    if kind is None or at is None:
        return Case({**case.facts, name: value}, case.evidence)
    items = list(case.evidence[kind])
    items[at] = {**items[at], name: value}
    return Case(case.facts, {**case.evidence, kind: items})
