"""Run the worked examples inside each rule against the rule itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sekisho.engine.conclude import CONDITION_NOT_MET, EXCEPTED, run_rule
from sekisho.engine.facts import Case, Catalogue, Item, Value
from sekisho.engine.plan import LawEngine, applies_to
from sekisho.engine.rules import Example, Rule, Selection
from sekisho.engine.validity import why_not_in_force
from sekisho.engine.verdicts import Reason, Truth
from sekisho.rulebook.errors import RulebookRefused

_FAR = date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class ExampleResult:
    """What an example expected and what the rule found."""

    rule: Rule
    example: Example
    found: str
    reason: str | None

    @property
    def agrees(self) -> bool:
        """Whether the finding is the expected one (and its reason, where the example names one)."""
        return self.found == self.example.expect and self.example.reason in (None, self.reason)


def run_examples(engine: LawEngine) -> Iterator[ExampleResult]:
    """Every example of every rule, in order of rule id. Raises :class:`RulebookRefused` on a value out of domain."""
    for rule_id in sorted(engine.rulebook.rules):
        yield from examples_of(engine, engine.rulebook.rules[rule_id])


def examples_of(engine: LawEngine, rule: Rule) -> Iterator[ExampleResult]:
    """Every example of one rule. An example speaks of its own rule only, so nothing else is compiled for it."""
    alone = LawEngine(replace(engine.rulebook, rules={rule.id: rule}), engine.catalogue)
    for example in rule.examples:
        found, reason = _run(alone, rule, example)
        yield ExampleResult(rule, example, found, reason)


def example_case(rule: Rule, example: Example, catalogue: Catalogue) -> Case:
    """The example as a case: dimensions it leaves out take the first value the rule admits."""
    facts: dict[str, Value] = {}
    for name in catalogue.dimensions:
        admitted = rule.applies.get(name)
        facts[name] = next(v for v in catalogue.facts[name].values if admitted is None or v in admitted)
    for name, value in example.facts.items():
        facts[name] = _value(rule, example, catalogue.facts, name, value)
    evidence: dict[str, list[Item]] = {}
    for written in example.evidence:
        kind = str(written.get("kind"))
        if kind not in catalogue.evidence:
            raise _refuse(rule, example, f"unknown evidence kind '{kind}'")
        attributes = catalogue.evidence[kind].attributes
        item = {name: _value(rule, example, attributes, name, v) for name, v in written.items() if name != "kind"}
        evidence.setdefault(kind, []).append(item)
    return Case(facts, evidence)


def _value(rule: Rule, example: Example, known: Mapping[str, Any], name: str, value: object) -> Value:
    if name not in known:
        raise _refuse(rule, example, f"unknown fact or attribute '{name}'")
    spec = known[name]
    listed = isinstance(value, list) and all(isinstance(member, str) for member in value)
    made: Any = frozenset(value) if listed and isinstance(value, list) else value
    problem = spec.problem_with(made)
    if problem is not None:
        raise _refuse(rule, example, f"'{name}' must be {problem}")
    checked: Value = made
    return checked


def _refuse(rule: Rule, example: Example, problem: str) -> RulebookRefused:
    return RulebookRefused(file=rule.file, line=rule.line, problem=f"'{rule.id}', example '{example.name}': {problem}")


def _run(engine: LawEngine, rule: Rule, example: Example) -> tuple[str, str | None]:
    case = example_case(rule, example, engine.catalogue)
    if not applies_to(rule, {name: str(case.facts[name]) for name in engine.catalogue.dimensions}):
        return "not_applicable", "other_case"
    reason = why_not_in_force(rule, as_of=example.as_of, as_known_at=_FAR)
    if reason is not None:
        return "not_applicable", reason.value
    chosen = Selection(frozenset({rule.instrument}), frozenset({rule.id}))
    plan = engine.plan(case, as_of=example.as_of, as_known_at=_FAR, selection=chosen)
    program = next(program for program in plan.programs if program.rule.id == rule.id)
    code, closing = run_rule(program, case, [])
    if code == CONDITION_NOT_MET:
        return "not_applicable", Reason.CONDITION_NOT_MET.value
    if code == EXCEPTED:
        return "not_applicable", Reason.EXCEPTED.value
    if code == Truth.MET and program.completion is not None and closing != Truth.MET:
        return "met", "leg_open"
    return Truth(code).name.lower(), None
