"""What the engine makes of a case of the expected tables, and whether that is what the table says.

Used by the tests that judge the rulebook by the tables and by those that judge the tables by the rulebook.
"""

from __future__ import annotations

from sekisho.contracts.law import contract_engine
from sekisho.engine.conclude import Confirmation, Outcome, judge
from sekisho.engine.plan import LawEngine
from sekisho.engine.rules import Selection
from sekisho.engine.verdicts import DutyState, Verdict
from tests.contracts.expected_rows import KNOWN_AT, ExpectedCase

SELECTION = Selection()
"""Nothing adopted, nothing simulated: the law alone decides."""

CONFIRMATION = Confirmation(required=False, confirmed={})
"""Unconfirmed law decides and is shown."""

UNVERIFIED = frozenset({Verdict.ACCEPT_ON_COMPLETION, Verdict.NEED_EVIDENCE})
DONE = frozenset({DutyState.FULFILLED, DutyState.LEG_OPEN})


def outcome_of(expected: ExpectedCase, engine: LawEngine | None = None) -> Outcome:
    """What ``engine`` (default: the one over the shipped rulebook) concludes of the case on its day."""
    return judge(
        engine or contract_engine(),
        expected.case,
        as_of=expected.on,
        as_known_at=expected.row.get("as_known_at", KNOWN_AT),
        selection=SELECTION,
        confirmation=CONFIRMATION,
    )


def disagreement(expected: ExpectedCase, outcome: Outcome) -> str | None:
    """None where the outcome is the table's; else what differs, for a person who must judge who is wrong.

    Compared are the verdict and, where the row names them, methods and states of duties (where the day accepts) and
    the kind of no (where it refuses). Which rules stand behind it isn't compared: the tables know no rule.
    """
    verdict = outcome.verdict
    if verdict not in UNVERIFIED if expected.expect == "unverified" else verdict.value != expected.expect:
        return _told(expected, outcome, f"got {verdict.value}")
    if expected.expect in ("accept", "accept_on_completion"):
        rules = contract_engine().rulebook.rules
        used = {rules[rule].method for duty in outcome.duties if duty.state in DONE for rule in duty.methods}
        if missing := set(expected.row.get("methods", ())) - used:
            return _told(expected, outcome, f"without the method {sorted(missing)}")
        states = {duty.duty: duty.state.value for duty in outcome.duties}
        for duty, state in expected.row.get("duties", {}).items():
            if states[duty] != state:
                return _told(expected, outcome, f"{duty} is not {state}")
    if expected.expect == "refuse":
        kinds = {rule.kind_of_no.value for rule in outcome.deciding if rule.kind_of_no is not None}
        if kinds != {expected.row["kind"]}:
            return _told(expected, outcome, f"kind of no {sorted(kinds)}")
    return None


def _told(expected: ExpectedCase, outcome: Outcome, problem: str) -> str:
    duties = ", ".join(f"{duty.duty}={duty.state.value} {list(duty.methods)}" for duty in outcome.duties)
    row = expected.row
    return (
        f"{expected.id}: {row['law']} [{row.get('certainty', 'certain')}] {row['why']}\n"
        f"  expected {expected.expect}, {problem}; {duties}; by {[rule.id for rule in outcome.deciding]}"
    )
