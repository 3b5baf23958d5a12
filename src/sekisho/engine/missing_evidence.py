"""Which evidence that isn't there settles most: for each absent kind, the open duties one suitable item would fulfil.

The other half of the question plan (:mod:`sekisho.engine.question_plan` asks about unknown facts). A kind is named only
where one item of it, with what is there already, fulfils a method; what takes several new items is told by the ways of
:mod:`sekisho.engine.counterfactual`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sekisho.engine.conclude import Outcome, run_rule
from sekisho.engine.evaluate import MET
from sekisho.engine.facts import Case, ChangedBy, Text
from sekisho.engine.new_items import cheapest_items
from sekisho.engine.nodes import Exists, walk
from sekisho.engine.plan import LawEngine, RuleProgram
from sekisho.engine.rules import Role
from sekisho.engine.verdicts import DutyState


@dataclass(frozen=True, slots=True)
class Missing:
    """One absent kind of evidence: the duties and methods that one item of it would fulfil, and who can bring it."""

    kind: str
    title: Text
    duties: tuple[str, ...]
    rules: tuple[str, ...]
    asked_of: ChangedBy
    cost: int


def missing_evidence(engine: LawEngine, outcome: Outcome, day: date) -> list[Missing]:
    """The absent kinds that would help, the one that settles most duties first; ``day`` is that of the bringing."""
    open_duties = {
        duty.duty
        for duty in outcome.duties
        if duty.binding and duty.state in (DutyState.OPEN, DutyState.APPLICABILITY_UNKNOWN)
    }
    sets = {name: dated.on(day) for name, dated in engine.rulebook.sets.items()}
    duties: dict[str, set[str]] = {}
    rules: dict[str, set[str]] = {}
    for program in outcome.plan.programs:
        fulfils = open_duties.intersection(program.rule.duties)
        if program.rule.role is not Role.METHOD or not fulfils:
            continue
        for node in _absent(program, outcome.case):
            items = cheapest_items(node.kind, node.where, engine.catalogue, sets)
            if items is None or len(items) != 1:
                continue
            evidence = {**outcome.case.evidence, node.kind: [items[0].item(day)]}
            if run_rule(program, Case(outcome.case.facts, evidence), [])[0] == MET:
                duties.setdefault(node.kind, set()).update(fulfils)
                rules.setdefault(node.kind, set()).add(program.rule.id)
    found = [
        Missing(
            kind,
            engine.catalogue.evidence[kind].title,
            tuple(sorted(settled)),
            tuple(sorted(rules[kind])),
            engine.catalogue.evidence[kind].provided_by,
            engine.catalogue.evidence[kind].cost,
        )
        for kind, settled in duties.items()
    ]
    found.sort(key=lambda missing: (-len(missing.duties), missing.cost, -len(missing.rules), missing.kind))
    return found


def _absent(program: RuleProgram, case: Case) -> Iterator[Exists]:
    for node in walk(program.rule.requires):
        if isinstance(node, Exists) and not case.evidence.get(node.kind):
            yield node
