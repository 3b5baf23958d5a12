"""Grading, proven with decisions made by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.calls_replay.grade import UnknownScenario, grade
from bench.calls_replay.scenario import JudgedBy, Kind, Scenario, Side, scenarios
from sekisho.calls.screening.decision import Decision, Outcome

ALL = (*scenarios(Side.BENIGN), *scenarios(Side.ATTACK))
HARSH = (Outcome.REJECT, Outcome.ANNOUNCE, Outcome.ANONYMISE, Outcome.LABEL, Outcome.PASS)


def right(row: Scenario) -> Decision:
    """A decision that the scenario accepts, with a status where it is a refusal."""
    outcome = min(row.acceptable)
    status = (min(row.statuses) if row.statuses else 608) if outcome is Outcome.REJECT else None
    return Decision(outcome=outcome, sip_status=status)


def wrong(row: Scenario) -> Decision:
    """A decision that the scenario doesn't accept."""
    return Decision(outcome=next(each for each in HARSH if each not in row.acceptable))


def test_right_decisions_have_no_fault() -> None:
    """Every call decided acceptably: all zeros, and every call counted once."""
    found = grade([(row.id, right(row)) for row in ALL], ALL)
    assert found.wrong == found.emergency_wrong == found.emergency_out_harmed == 0
    assert found.attack_passed == found.pattern_passed == found.status_wrong == found.failed_open == 0
    assert found.wrong_percent == 0
    assert found.benign + found.attacks + found.patterns + found.out_of_reach == len(ALL) == len(found.rows)


@pytest.mark.parametrize("kind", Kind)
def test_one_wrong_decision_of_a_kind_counts_once(kind: Kind) -> None:
    """One wrong decision moves the figure of its class, and only it (an emergency is an honest call too)."""
    row = next(each for each in ALL if each.kind is kind and each.judged_by is not JudgedBy.NOTHING)
    decided = [(each.id, wrong(each) if each is row else right(each)) for each in ALL]
    found = grade(decided, ALL)
    honest = row.side is Side.BENIGN
    assert found.wrong == int(honest)
    assert found.emergency_wrong == int(kind is Kind.EMERGENCY_CALLBACK)
    assert found.emergency_out_harmed == int(kind is Kind.EMERGENCY_OUT)
    assert found.attack_passed == int(row.side is Side.ATTACK and row.judged_by is JudgedBy.CALL)
    assert found.pattern_passed == int(row.side is Side.ATTACK and row.judged_by is JudgedBy.PATTERN)
    assert found.rows[row.id].wrong == 1
    assert found.wrong_percent == pytest.approx(100 * int(honest) / found.benign)


def test_every_unacceptable_outcome_of_an_emergency_counts() -> None:
    """Labelled, withheld, announced or refused: each harms an outgoing emergency call and a call-back."""
    for kind in (Kind.EMERGENCY_OUT, Kind.EMERGENCY_CALLBACK):
        row = next(each for each in ALL if each.kind is kind)
        found = grade([(row.id, Decision(outcome=outcome)) for outcome in Outcome], ALL)
        assert found.emergency_out_harmed + found.emergency_wrong == len(Outcome) - 1


def test_what_nothing_gives_away_is_counted_apart() -> None:
    """Whatever becomes of such a call, it is neither a success nor a failure."""
    row = next(each for each in ALL if each.judged_by is JudgedBy.NOTHING)
    for outcome in Outcome:
        found = grade([(row.id, Decision(outcome=outcome))], ALL)
        assert (found.out_of_reach, found.attacks, found.attack_passed, found.wrong) == (1, 0, 0, 0)


def test_a_refusal_with_another_status_is_counted() -> None:
    """Counted beside the outcome, not as a wrong one; nothing is asked of a scenario without statuses."""
    row = next(each for each in ALL if each.statuses and Outcome.REJECT in each.acceptable)
    found = grade([(row.id, Decision(outcome=Outcome.REJECT, sip_status=486))], ALL)
    assert (found.status_wrong, found.wrong, found.attack_passed) == (1, 0, 0)
    free = replace(row, statuses=frozenset())
    assert grade([(row.id, Decision(outcome=Outcome.REJECT, sip_status=486))], [free]).status_wrong == 0


def test_failing_open_is_counted() -> None:
    """A call that passes because it couldn't be judged is counted, and judged by its outcome like any other."""
    row = next(each for each in ALL if each.kind is Kind.FORGED_EGRESS)
    found = grade([(row.id, Decision(outcome=Outcome.PASS, failed_open="bundle"))], ALL)
    assert (found.failed_open, found.attack_passed) == (1, 1)


def test_nothing_decided_is_no_percentage_of_nothing() -> None:
    """Without honest calls the percentage is 0; an unknown scenario is refused."""
    assert grade([], ALL).wrong_percent == 0
    with pytest.raises(UnknownScenario):
        grade([("no-such-scenario", Decision(outcome=Outcome.PASS))], ALL)
