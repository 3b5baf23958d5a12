"""What is missing for a permission, and from whom: the facts that hold it up, by rule. Pure.

A fact is named where it is unknown, or known and not what the rule asks for (an expired warrant). Of several ways to
fulfil a duty each is told; what an alternative that is met already asks for is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sekisho.engine.conclude import Outcome
from sekisho.engine.evaluate import MET, UNMET
from sekisho.engine.explain import Truths, truths_of
from sekisho.engine.facts import ChangedBy, Text
from sekisho.engine.nodes import Atom, Not
from sekisho.engine.plan import LawEngine
from sekisho.engine.rules import Role, Rule
from sekisho.engine.verdicts import DutyState

_OPEN = (DutyState.OPEN, DutyState.APPLICABILITY_UNKNOWN)


@dataclass(frozen=True, slots=True)
class MissingFact:
    """One fact: ``known`` where the case says otherwise than the rule asks, else nobody has said. Who can settle it."""

    name: str
    title: Text
    known: bool
    asked_of: ChangedBy


@dataclass(frozen=True, slots=True)
class Missing:
    """One way that isn't complete: the rule, the duty it would fulfil (None: it must be met whatever the way)."""

    rule: Rule
    duty: str | None
    facts: tuple[MissingFact, ...]

    @property
    def how(self) -> Text:
        """What to do."""
        return self.rule.message.how or self.rule.message.staff


def what_is_missing(engine: LawEngine, outcome: Outcome) -> tuple[Missing, ...]:
    """Every way that isn't complete, of the open duties and then of the requirements, in the plan's order."""
    lacking = {duty.duty for duty in outcome.duties if duty.binding and duty.state in _OPEN}
    truths = truths_of(outcome)
    found: list[Missing] = []
    for program, (code, _) in zip(outcome.plan.programs, outcome.results, strict=True):
        rule = program.rule
        if not program.binding or code >= MET:
            continue
        facts = tuple(_facts(engine, outcome, truths, rule))
        if rule.role is Role.METHOD:
            found.extend(Missing(rule, duty, facts) for duty in rule.duties if duty in lacking)
        elif rule.role is Role.REQUIREMENT:
            found.append(Missing(rule, None, facts))
    found.sort(key=lambda one: one.duty is None)
    return tuple(found)


def _facts(engine: LawEngine, outcome: Outcome, truths: Truths, rule: Rule) -> Iterator[MissingFact]:
    names = dict.fromkeys(_atoms(engine, truths, engine.index.first(rule.id, "requires"), met=True))
    for name in names:
        if name not in engine.catalogue.dimensions:
            spec = engine.catalogue.facts[name]
            yield MissingFact(name, spec.title, name in outcome.case.facts, spec.changed_by)


def _atoms(engine: LawEngine, truths: Truths, node_id: int, *, met: bool) -> Iterator[str]:
    """The facts of the conditions below a node that aren't as wanted; a part that is as wanted lacks nothing."""
    if truths.get((node_id, -1)) == (MET if met else UNMET):
        return
    node = engine.index.entries[node_id][2]
    if isinstance(node, Atom):
        yield node.name
    for child in engine.index.children[node_id]:
        yield from _atoms(engine, truths, child, met=met is not isinstance(node, Not))
