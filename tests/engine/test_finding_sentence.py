"""What a finding says to whom: advice about a suspicion is for staff, and never reaches the person it is about."""

from __future__ import annotations

import pytest

from sekisho.contracts.law import contract_engine
from sekisho.engine.conclude import Finding
from sekisho.engine.explain import Audience, finding_sentence
from sekisho.engine.rules import Role, Rule
from sekisho.engine.verdicts import RuleVerdict

RULES = contract_engine().rulebook.rules
ADVICE = [rule for rule in RULES.values() if rule.role is Role.ADVICE]
OPEN = (RuleVerdict.UNMET, RuleVerdict.UNKNOWN)


def said(rule: Rule, verdict: RuleVerdict, audience: Audience, lang: str = "ja") -> str:
    """The sentence for a finding of that verdict."""
    return finding_sentence(Finding(rule, verdict, None, None, False), audience, lang)


def test_a_suspicion_is_told_to_staff_only() -> None:
    """Staff are told what to do about a falsified statement; the applicant hears neither suspicion nor ground."""
    rule = RULES["act.advice.false-statement"]
    for verdict in OPEN:
        assert "疑い" in said(rule, verdict, Audience.STAFF)
        told = said(rule, verdict, Audience.APPLICANT)
        assert "疑い" not in told
        assert "偽" not in told


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("rule", ADVICE, ids=lambda rule: rule.id)
def test_advice_says_the_same_to_an_applicant_whatever_was_found(rule: Rule, lang: str) -> None:
    """From the sentence an applicant can't tell whether staff were warned."""
    told = {said(rule, verdict, Audience.APPLICANT, lang) for verdict in (RuleVerdict.MET, *OPEN)}
    assert told == {rule.message.applicant.in_(lang)}


@pytest.mark.parametrize("rule", ADVICE, ids=lambda rule: rule.id)
def test_advice_that_can_be_open_tells_staff_what_to_do(rule: Rule) -> None:
    """Where advice has a demand of its own, unmet and met are told in different words."""
    if any(example.expect == "unmet" for example in rule.examples):
        assert said(rule, RuleVerdict.UNMET, Audience.STAFF) != said(rule, RuleVerdict.MET, Audience.STAFF)


def test_an_open_method_tells_both_what_to_do() -> None:
    """A way to be accepted is told alike to staff and applicant."""
    rule = RULES["contract.natural.chip-and-face.2026-04"]
    assert rule.message.how is not None
    assert {said(rule, RuleVerdict.UNMET, audience) for audience in Audience} == {rule.message.how.ja}
