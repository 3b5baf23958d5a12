"""Measure A3-1: the report's four preconditions as rules, on what the verifier found; and that they decide nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from sekisho.contracts.decide import ContractDecision, ContractDesk, Law
from sekisho.contracts.law import contract_engine
from sekisho.engine.conclude import Confirmation
from sekisho.engine.evaluate import slots
from sekisho.engine.facts import Value
from sekisho.engine.nodes import Count, Exists, walk
from sekisho.engine.rules import Selection, Strength
from tests.contracts.applications import read, written
from tests.contracts.evidence.fixtures.openid import sign_in

ITEMS = "proposal.A3-1-items-agree"
RULES = frozenset(
    {"proposal.A3-1", "proposal.A3-1-jpki", "proposal.A3-1-carrier", "proposal.A3-1-user-informed", ITEMS}
)
OTHERS = frozenset({"proposal.A3-1-bank"})


def item() -> dict[str, Any]:
    """What the verifier makes of a right sign-in, as an item of an application."""
    facts = sign_in("reliance").verify().report.require_facts()
    told: dict[str, Value] = {**facts, "at": date(2026, 4, 2)}
    return {"kind": "reliance_result", "person": "subject", **told, "at": "2026-04-02"}


def decide(evidence: dict[str, Any], proposals: frozenset[str] = frozenset(), **more: Any) -> ContractDecision:
    """Decide the plain application with this one item, simulating these proposals."""
    law = Law(None, date(2026, 11, 23), Selection(proposals=proposals), Confirmation(required=False, confirmed={}))
    application = read({**written(evidence=[evidence]), **more})
    return ContractDesk(contract_engine()).decide(application, law)


def verdicts(decision: ContractDecision) -> dict[str, str]:
    """The verdict of each rule that took part."""
    return {finding.rule.id: finding.verdict.value for finding in decision.outcome.findings()}


def test_every_rule_that_looks_at_reliance_is_a_proposal() -> None:
    """Strength proposal: exists in simulations only."""
    looking = [
        rule
        for rule in contract_engine().rulebook.rules.values()
        for _, root in slots(rule)
        if any(isinstance(node, Exists | Count) and node.kind == "reliance_result" for node in walk(root))
    ]
    assert {rule.id for rule in looking} == RULES | OTHERS
    assert {rule.strength for rule in looking} == {Strength.PROPOSAL}


def test_reliance_never_decides_a_real_contract() -> None:
    """With the best result there can be, the decision is that of an application without evidence of identity."""
    relied = decide(item())
    assert relied.verdict.value != "accept"
    assert not {rule for rule in verdicts(relied) if rule.startswith("proposal.")}
    assert relied.verdict is decide({"kind": "statement", "person": "subject", "at": "2026-04-02"}).verdict


def test_in_a_simulation_the_preconditions_hold_for_a_right_sign_in() -> None:
    """Proofing there, items up to date, authentication for us, the person informed."""
    found = verdicts(decide(item(), RULES | OTHERS, reliance={"user_informed": True}))
    assert {rule: found[rule] for rule in RULES} == dict.fromkeys(RULES, "met")
    assert found["proposal.A3-1-bank"] == "unmet"


@pytest.mark.parametrize(
    ("changed", "rule", "expected"),
    [
        ({"proofing": "other"}, "proposal.A3-1", "unmet"),
        ({"proofing": "chip_and_face"}, "proposal.A3-1-jpki", "unmet"),
        ({"attributes_latest": False}, "proposal.A3-1", "unmet"),
        ({"attributes_latest": None}, "proposal.A3-1", "unknown"),
        ({"authenticated_here": False}, "proposal.A3-1", "unmet"),
        ({"authenticated_here": None}, "proposal.A3-1", "unknown"),
    ],
)
def test_each_precondition_is_asked(changed: dict[str, Any], rule: str, expected: str) -> None:
    """One of them missing is unmet; one that nobody can tell is unknown, never met."""
    made = {name: value for name, value in {**item(), **changed}.items() if value is not None}
    assert verdicts(decide(made, RULES))[rule] == expected


@pytest.mark.parametrize("name", ["name_agrees", "address_agrees", "birth_date_agrees"])
@pytest.mark.parametrize(("value", "expected"), [(False, "unmet"), (None, "unknown")])
def test_the_items_relied_on_must_be_those_of_the_application(name: str, value: bool | None, expected: str) -> None:
    """A rule of its own asks it: how well the other firm verified says nothing about whom."""
    made = {key: one for key, one in {**item(), name: value}.items() if one is not None}
    decision = decide(made, RULES, reliance={"user_informed": True})
    found = verdicts(decision)
    assert (found[ITEMS], found["proposal.A3-1"]) == (expected, "met")
    assert decision.verdict.value != "accept"


def test_a_simulation_of_all_proposals_accepts_a_right_sign_in() -> None:
    """What the decision would be if the proposals were law; the real one asks for evidence."""
    assert decide(item(), RULES, reliance={"user_informed": True}).verdict.value == "accept"
