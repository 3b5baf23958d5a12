"""No rule that can decide is idle: without it, some row of the hand-written tables comes out wrong.

A rule is left out of the plan a case was judged by and the verdict is drawn again from the other rules' results, which
is what a rulebook without it would conclude: no rule looks at another.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from sekisho.contracts.facts import CATALOGUE
from sekisho.contracts.law import contract_engine
from sekisho.engine.conclude import Outcome, conclude
from sekisho.engine.errors import SilentLaw
from sekisho.engine.evaluate import MET, UNMET
from sekisho.engine.plan import LawEngine, is_binding
from sekisho.engine.rules import Role
from tests.contracts.expected_outcomes import CONFIRMATION, SELECTION, disagreement, outcome_of
from tests.contracts.expected_rows import PARTS, ExpectedCase, cases

DECIDING = (Role.DUTY, Role.SCOPE, Role.METHOD, Role.REQUIREMENT, Role.REFUSAL)

NOT_IN_TABLES: dict[str, str] = {}
"""Binding rules that no row can turn on, each with the reason. The lock of published ids still keeps them."""


def with_a_say(outcome: Outcome) -> Iterator[int]:
    """The places in the plan of the rules whose results a verdict is drawn from.

    The rest change nothing when they go: a requirement says something only where it isn't met, any other rule only
    where it is or may be.
    """
    for place, (program, (code, _)) in enumerate(zip(outcome.plan.programs, outcome.results, strict=True)):
        says = UNMET <= code < MET if program.rule.role is Role.REQUIREMENT else UNMET < code <= MET
        if says and program.binding and program.rule.role in DECIDING:
            yield place


def comes_out_wrong(expected: ExpectedCase, outcome: Outcome, place: int) -> bool:
    """Whether the case no longer comes out as its row says once the rule at ``place`` of the plan is left out."""
    plan, results = outcome.plan, outcome.results
    rest = replace(plan, programs=plan.programs[:place] + plan.programs[place + 1 :])
    try:
        without = conclude(
            expected.case, rest, expected.on, results[:place] + results[place + 1 :], outcome.trace, CONFIRMATION
        )
    except SilentLaw:
        return True
    return disagreement(expected, without) is not None


def test_removing_any_one_deciding_rule_makes_a_row_wrong() -> None:
    """Each rule that can decide by law is needed: a row that holds with it fails without it."""
    rules = contract_engine().rulebook.rules.values()
    idle = {rule.id for rule in rules if rule.role in DECIDING and is_binding(rule, SELECTION)}
    for expected in (case for part in PARTS for case in cases(part)):
        outcome = outcome_of(expected)
        if disagreement(expected, outcome) is None:
            idle -= {
                rule_id
                for place in with_a_say(outcome)
                if (rule_id := outcome.plan.programs[place].rule.id) in idle
                and comes_out_wrong(expected, outcome, place)
            }
    assert sorted(idle) == sorted(NOT_IN_TABLES)


@pytest.mark.parametrize("role", DECIDING)
def test_leaving_a_rule_out_of_the_plan_is_what_a_rulebook_without_it_concludes(role: Role) -> None:
    """The shortcut of the test above gives the verdicts of an engine built without the rule; one rule of each role."""
    book = contract_engine().rulebook
    turning, rule_id = next(
        (expected, rule.id)
        for expected in cases("c")
        for outcome in (outcome_of(expected),)
        for place in with_a_say(outcome)
        if (rule := outcome.plan.programs[place].rule).role is role
    )
    kept = {id_: rule for id_, rule in book.rules.items() if id_ != rule_id}
    engine = LawEngine(replace(book, rules=kept), CATALOGUE)
    for expected in (turning, *cases("c")[::40]):
        try:
            wrong = disagreement(expected, outcome_of(expected, engine)) is not None
        except SilentLaw:
            wrong = True
        outcome = outcome_of(expected)
        ids = [program.rule.id for program in outcome.plan.programs]
        shortcut = (
            comes_out_wrong(expected, outcome, ids.index(rule_id))
            if rule_id in ids
            else disagreement(expected, outcome) is not None
        )
        assert shortcut == wrong, f"{rule_id} in {expected.id}"
