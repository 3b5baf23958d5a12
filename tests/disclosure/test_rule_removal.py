"""No binding rule of the gate is idle: without it, some situation of the hand-written tables comes out wrong.

A rule is left out of the plan a situation was judged by and the verdict is drawn again from the other rules' results,
which is what a rulebook without it would conclude: no rule looks at another.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sekisho.disclosure.decide import Permission
from sekisho.disclosure.law import disclosure_engine
from sekisho.engine.conclude import Outcome, conclude
from sekisho.engine.errors import SilentLaw
from sekisho.engine.evaluate import MET, UNMET
from sekisho.engine.plan import is_binding
from sekisho.engine.rules import Role
from tests.disclosure.expected_rows import PARTS, Situation, situations
from tests.disclosure.test_expected_situations import LAW, disagreement, permission_of

DECIDING = (Role.DUTY, Role.SCOPE, Role.METHOD, Role.REQUIREMENT, Role.REFUSAL)

NOT_IN_TABLES = {
    "disclosure.scope.no-steps-named": (
        "says only what the law leaves out; the desk's own rules, which every workspace has, ask for the same steps"
    ),
}
"""Binding rules that no situation can turn on, each with the reason."""


def with_a_say(outcome: Outcome) -> Iterator[int]:
    """The places in the plan of the binding rules whose results the verdict is drawn from.

    The rest change nothing when they go: a requirement says something only where it isn't met, any other rule only
    where it is or may be.
    """
    for place, (program, (code, _)) in enumerate(zip(outcome.plan.programs, outcome.results, strict=True)):
        says = UNMET <= code < MET if program.rule.role is Role.REQUIREMENT else UNMET < code <= MET
        if says and program.binding and program.rule.role in DECIDING:
            yield place


def comes_out_wrong(situation: Situation, permission: Permission, place: int) -> bool:
    """Whether the situation no longer comes out as its row says once the rule at ``place`` of the plan is left out."""
    outcome = permission.outcome
    plan, results = outcome.plan, outcome.results
    rest = replace(plan, programs=plan.programs[:place] + plan.programs[place + 1 :])
    try:
        without = conclude(
            outcome.case,
            rest,
            situation.on,
            results[:place] + results[place + 1 :],
            outcome.trace,
            LAW.confirmation,
        )
    except SilentLaw:
        return True
    # What is asked about is told by the whole plan; that the verdict itself changes is what counts here.
    return disagreement(situation, replace(permission, outcome=without)) is not None


def test_removing_any_one_binding_rule_makes_a_row_wrong() -> None:
    """Each rule that can decide is needed: a row that holds with it fails without it."""
    rules = disclosure_engine().rulebook.rules.values()
    idle = {rule.id for rule in rules if rule.role in DECIDING and is_binding(rule, LAW.selection)}
    for situation in (one for part in PARTS for one in situations(part)):
        permission = permission_of(situation)
        if disagreement(situation, permission) is not None:
            continue
        outcome = permission.outcome
        idle -= {
            rule_id
            for place in with_a_say(outcome)
            if (rule_id := outcome.plan.programs[place].rule.id) in idle
            and comes_out_wrong(situation, permission, place)
        }
    assert sorted(idle) == sorted(NOT_IN_TABLES)
