"""Which rules meet a case, resolved once per (dimensions, day, knowledge, selection) and kept.

Rules are indexed by the catalogue's dimensions (event, subject, channel, service); between two change days the law
stands still, so a plan serves every case of the same kind in the same stretch of law.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import product

from sekisho.engine.evaluate import Evaluator, NodeIndex, compile_node, slots
from sekisho.engine.facts import Case, Catalogue, Value
from sekisho.engine.nodes import ALWAYS, Atom, SetRef, walk
from sekisho.engine.rules import EventSpec, Role, Rule, Rulebook, Selection, Strength
from sekisho.engine.validity import change_days, knowledge_days, why_not_in_force
from sekisho.engine.verdicts import Reason


@dataclass(frozen=True, slots=True)
class RuleProgram:
    """A rule compiled for one stretch of law. ``binding`` says that it can hold up or end an acceptance."""

    rule: Rule
    binding: bool
    when: Evaluator | None
    requires: Evaluator | None
    completion: Evaluator | None
    excepts: tuple[Evaluator, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """All programs for one kind of case on one stretch of law, and what is not applicable by date."""

    dimensions: Mapping[str, str]
    programs: tuple[RuleProgram, ...]
    not_in_force: tuple[tuple[Rule, Reason], ...]
    duties: tuple[str, ...]
    event: str


@dataclass(frozen=True, slots=True)
class _Law:
    """One stretch of law under one selection: its sets, the rules in force, and why others that take part aren't.

    ``programs`` fills up as plans need them.
    """

    sets: Mapping[str, frozenset[str]]
    in_force: frozenset[str]
    away: Mapping[str, Reason]
    programs: dict[str, RuleProgram]


@dataclass(frozen=True, slots=True)
class _Kind:
    """One kind of case and the rules that admit it, in the rulebook's order and ranked by role."""

    dimensions: Mapping[str, str]
    event: EventSpec
    rules: tuple[Rule, ...]
    ranked: tuple[Rule, ...]


_ORDER = tuple(Role)


LAWS_KEPT = 256
"""Stretches of law and of knowledge kept, some 30 KB each; a simulation over all years meets fewer than 200."""

PLANS_KEPT = 4_096
"""One day has at most 864 kinds of case, so this holds several days' law; a plan takes about 6 KB."""


class LawEngine:
    """A rulebook made ready to judge cases. Pure: it holds no clock and no case; plans are cached, nothing else.

    At most :data:`PLANS_KEPT` plans are kept, the oldest going first: a caller who may choose days and knowledge freely
    could otherwise have one made for every pair of stretches.
    """

    def __init__(self, rulebook: Rulebook, catalogue: Catalogue) -> None:
        """Index the rulebook; conditions are compiled when a plan first needs them."""
        self.rulebook = rulebook
        self.catalogue = catalogue
        self.index = NodeIndex(rulebook.rules)
        self._days = change_days(rulebook.rules.values(), rulebook.sets.values())
        self._known = knowledge_days(rulebook.rules.values())
        self._plans: dict[tuple[object, ...], Plan] = {}
        self._programs: dict[tuple[object, ...], RuleProgram] = {}
        self._sets_of: dict[str, tuple[str, ...]] = {}
        self._laws: dict[tuple[object, ...], _Law] = {}
        self._kinds: dict[tuple[Value, ...], _Kind] = {}

    @cached_property
    def change_days(self) -> tuple[date, ...]:
        """The days on which the law changes, ascending."""
        return tuple(self._days)

    def stretch(self, day: date) -> int:
        """The number of the stretch of law that ``day`` lies in: between two change days the law stands still."""
        return bisect_right(self._days, day)

    def plan(self, case: Case, *, as_of: date, as_known_at: date, selection: Selection) -> Plan:
        """The plan for ``case``; every dimension must be known in it (the desk's reader sees to that)."""
        facts = case.facts
        values = tuple(facts[name] for name in self.catalogue.dimensions)
        key = (values, self.stretch(as_of), bisect_right(self._known, as_known_at), selection)
        found = self._plans.get(key)
        if found is None:
            while len(self._plans) >= PLANS_KEPT:
                self._plans.pop(next(iter(self._plans)), None)
            found = self._plans[key] = self._build(values, as_of, as_known_at, selection)
        return found

    def prepare(self, *, as_of: date, as_known_at: date, selection: Selection) -> int:
        """Make the plans for every kind of case on one day, so that no case waits for its own; returns how many."""
        catalogue = self.catalogue
        first, *others = catalogue.dimensions
        kinds = list(product(self.rulebook.events, *(catalogue.facts[name].values for name in others)))
        for values in kinds:
            case = Case(dict(zip((first, *others), values, strict=True)))
            self.plan(case, as_of=as_of, as_known_at=as_known_at, selection=selection)
        return len(kinds)

    def _build(self, values: tuple[Value, ...], as_of: date, as_known_at: date, selection: Selection) -> Plan:
        law = self._law_on(as_of, as_known_at, selection)
        kind = self._kinds.get(values)
        if kind is None:
            kind = self._kinds[values] = self._kind(values)
        programs: list[RuleProgram] = []
        for rule in kind.ranked:
            if rule.id in law.in_force:
                program = law.programs.get(rule.id)
                if program is None:
                    program = law.programs[rule.id] = self._program(rule, selection, law.sets)
                programs.append(program)
        away = tuple((rule, law.away[rule.id]) for rule in kind.rules if rule.id in law.away)
        return Plan(kind.dimensions, tuple(programs), away, kind.event.duties, kind.event.event)

    def _kind(self, values: tuple[Value, ...]) -> _Kind:
        dimensions = {name: str(value) for name, value in zip(self.catalogue.dimensions, values, strict=True)}
        rules = tuple(rule for rule in self.rulebook.rules.values() if applies_to(rule, dimensions))
        ranked = tuple(sorted(rules, key=lambda rule: (_ORDER.index(rule.role), rule.id)))
        return _Kind(dimensions, self.rulebook.events[dimensions[self.catalogue.dimensions[0]]], rules, ranked)

    def _law_on(self, as_of: date, as_known_at: date, selection: Selection) -> _Law:
        key = (self.stretch(as_of), bisect_right(self._known, as_known_at), selection)
        found = self._laws.get(key)
        if found is None:
            while len(self._laws) >= LAWS_KEPT:
                self._laws.pop(next(iter(self._laws)), None)
            reasons = {
                rule.id: why_not_in_force(rule, as_of=as_of, as_known_at=as_known_at)
                for rule in self.rulebook.rules.values()
                if takes_part(rule, selection)
            }
            found = self._laws[key] = _Law(
                {name: dated.on(as_of) for name, dated in self.rulebook.sets.items()},
                frozenset(name for name, reason in reasons.items() if reason is None),
                {name: reason for name, reason in reasons.items() if reason is not None},
                {},
            )
        return found

    def _program(self, rule: Rule, selection: Selection, sets: Mapping[str, frozenset[str]]) -> RuleProgram:
        """The rule's program, shared by all plans under which its sets and its force are the same."""
        used = self._sets_of.get(rule.id)
        if used is None:
            used = self._sets_of[rule.id] = tuple(sorted(_sets_named(rule)))
        key = (rule.id, is_binding(rule, selection), *(sets[name] for name in used))
        found = self._programs.get(key)
        if found is None:
            found = self._programs[key] = self._compile(rule, selection, sets)
        return found

    def _compile(self, rule: Rule, selection: Selection, sets: Mapping[str, frozenset[str]]) -> RuleProgram:
        def compiled(slot: str, always_as_none: bool = True) -> Evaluator | None:
            node = rule.when if slot == "when" else rule.requires if slot == "requires" else rule.completion
            if node is None or (always_as_none and node == ALWAYS):
                return None
            return compile_node(node, self.index.first(rule.id, slot), sets)

        excepts = tuple(
            compile_node(exception.condition, self.index.first(rule.id, f"excepts.{n}"), sets)
            for n, exception in enumerate(rule.excepts)
        )
        return RuleProgram(
            rule, is_binding(rule, selection), compiled("when"), compiled("requires"), compiled("completion"), excepts
        )


def _sets_named(rule: Rule) -> set[str]:
    nodes = (node for _, root in slots(rule) for node in walk(root))
    return {node.operand.name for node in nodes if isinstance(node, Atom) and isinstance(node.operand, SetRef)}


def takes_part(rule: Rule, selection: Selection) -> bool:
    """Proposals take part only where simulated, house rules only where adopted; everything else always."""
    if rule.strength is Strength.PROPOSAL:
        return rule.id in selection.proposals
    if rule.strength is Strength.HOUSE:
        return rule.instrument in selection.adopted
    return True


def is_binding(rule: Rule, selection: Selection) -> bool:
    """Whether the rule can change a verdict: law always, a proposal in its simulation, the rest where adopted."""
    if rule.strength is Strength.DUTY:
        return True
    if rule.strength is Strength.PROPOSAL:
        return rule.id in selection.proposals
    return rule.strength in (Strength.HOUSE, Strength.VOLUNTARY) and rule.instrument in selection.adopted


def applies_to(rule: Rule, dimensions: Mapping[str, str]) -> bool:
    """Whether the rule's dimensions admit this kind of case."""
    return all(dimensions[name] in values for name, values in rule.applies.items())
