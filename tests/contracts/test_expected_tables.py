"""The rulebook against tables written by hand from the law (``expected/*.yaml``, read by ``expected_rows.py``).

``EXPECTED_HALF=a`` (or ``b``) in the environment runs one half only; without it both run, as they do where a change
is judged.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from datetime import date

import pytest

from sekisho.contracts.facts import CATALOGUE
from sekisho.contracts.law import contract_engine
from sekisho.engine.conclude import Confirmation, Outcome, judge
from sekisho.engine.rules import Selection
from sekisho.engine.verdicts import DutyState, Verdict
from tests.contracts.expected_rows import (
    CERTAINTIES,
    EXPECTATIONS,
    KNOWN_AT,
    ROW_KEYS,
    ExpectedCase,
    cases,
    rows,
    shared,
)

HALVES = ("a", "b")
JUDGED = [case for half in os.environ.get("EXPECTED_HALF", "ab") for case in cases(half)]
ALL_ROWS = [row for half in HALVES for row in rows(half)]
ALL_CASES = [case for half in HALVES for case in cases(half)]

CHANGE_DAYS = (
    date(2020, 4, 1),
    date(2020, 10, 1),
    date(2024, 4, 1),
    date(2026, 4, 1),
    date(2026, 10, 1),
    date(2027, 4, 1),
    date(2027, 5, 29),
)
"""The first days of changed law. Rows of the day before and of the day itself show the change."""

UNVERIFIED = frozenset({Verdict.ACCEPT_ON_COMPLETION, Verdict.NEED_EVIDENCE})
DONE = frozenset({DutyState.FULFILLED, DutyState.LEG_OPEN})
CITATION = re.compile(r"(?:法|規則|附則|政令|民法)[^・]*?\d+条|令和[0-9]年法律25号|総務省令\d+号|省令 \(|規則附則")


def outcome_of(expected: ExpectedCase) -> Outcome:
    """What the engine concludes: nothing adopted, nothing simulated, unconfirmed law decides and is shown."""
    return judge(
        contract_engine(),
        expected.case,
        as_of=expected.on,
        as_known_at=expected.row.get("as_known_at", KNOWN_AT),
        selection=Selection(),
        confirmation=Confirmation(required=False, confirmed={}),
    )


def told(expected: ExpectedCase, outcome: Outcome) -> str:
    """What a person needs in order to judge a disagreement: row, citation, and what the engine made of it."""
    duties = ", ".join(f"{duty.duty}={duty.state.value} {list(duty.methods)}" for duty in outcome.duties)
    row = expected.row
    return (
        f"{expected.id}: {row['law']} [{row.get('certainty', 'certain')}] {row['why']}\n"
        f"  expected {expected.expect}, got {outcome.verdict.value}; {duties}; by {[r.id for r in outcome.deciding]}"
    )


@pytest.mark.parametrize("expected", JUDGED, ids=lambda case: case.id)
def test_the_rulebook_decides_as_the_table_says(expected: ExpectedCase) -> None:
    """The verdict, and where a row names them the methods, duties and kind of no, are those of the table."""
    outcome = outcome_of(expected)
    agrees = (
        outcome.verdict in UNVERIFIED if expected.expect == "unverified" else (outcome.verdict.value == expected.expect)
    )
    assert agrees, told(expected, outcome)
    rules = contract_engine().rulebook.rules
    if expected.expect in ("accept", "accept_on_completion"):
        used = {rules[rule].method for duty in outcome.duties if duty.state in DONE for rule in duty.methods}
        assert set(expected.row.get("methods", ())) <= used, told(expected, outcome)
        states = {duty.duty: duty.state.value for duty in outcome.duties}
        for duty, state in expected.row.get("duties", {}).items():
            assert states[duty] == state, told(expected, outcome)
    if expected.expect == "refuse":
        kinds = {rule.kind_of_no.value for rule in outcome.deciding if rule.kind_of_no is not None}
        assert kinds == {expected.row["kind"]}, told(expected, outcome)


def test_every_row_names_only_what_the_catalogue_knows() -> None:
    """No misspelt fact, evidence kind, attribute or value can make a row pass."""
    problems = []
    for expected in ALL_CASES:
        case = expected.case
        for name, value in case.facts.items():
            spec = CATALOGUE.facts.get(name)
            problem = "no such fact" if spec is None else spec.problem_with(value)
            if problem:
                problems.append(f"{expected.id}: {name}={value}: {problem}")
        for kind, items in case.evidence.items():
            evidence = CATALOGUE.evidence.get(kind)
            for item in items:
                for name, value in item.items():
                    attribute = None if evidence is None else evidence.attributes.get(name)
                    problem = "no such attribute" if attribute is None else attribute.problem_with(value)
                    if problem:
                        problems.append(f"{expected.id}: {kind}.{name}={value}: {problem}")
    assert problems == []


def test_evidence_is_never_dated_after_the_decision() -> None:
    """A row's evidence has happened by the row's day, as an application's must have."""
    late = [
        expected.id
        for expected in ALL_CASES
        for items in expected.case.evidence.values()
        for item in items
        if not isinstance(at := item.get("at"), date) or at > expected.on
    ]
    assert late == []


def test_every_row_is_well_formed_and_cited() -> None:
    """Each row has only known keys, a citation with an article, a reason, known expectations, and an id of its own."""
    problems = []
    for row in ALL_ROWS:
        if unknown := set(row) - ROW_KEYS:
            problems.append(f"{row['id']}: {unknown}")
        if not CITATION.search(row.get("law", "")):
            problems.append(f"{row['id']}: no citation in {row.get('law')!r}")
        if not row.get("why"):
            problems.append(f"{row['id']}: no reason")
        if row.get("certainty", "certain") not in CERTAINTIES:
            problems.append(f"{row['id']}: {row['certainty']}")
        expectations = set(row["on"].values())
        if not expectations <= set(EXPECTATIONS) or not all(type(day) is date for day in row["on"]):
            problems.append(f"{row['id']}: {row['on']}")
        if ("refuse" in expectations) != ("kind" in row):
            problems.append(f"{row['id']}: a refusal and its kind go together")
    assert problems == []
    assert [row for row, times in Counter(row["id"] for row in ALL_ROWS).items() if times > 1] == []
    assert [case for case, times in Counter(case.id for case in ALL_CASES).items() if times > 1] == []


@pytest.mark.parametrize("half", HALVES)
def test_each_half_covers_every_change_of_law(half: str) -> None:
    """Both halves have cases on the day before and on the first day of each change."""
    days = Counter(expected.on for expected in cases(half))
    least = {day: days[day] for day in CHANGE_DAYS}
    before = {day: days[date.fromordinal(day.toordinal() - 1)] for day in CHANGE_DAYS}
    assert min(least.values()) >= 10, least
    assert min(before.values()) >= 5, before


@pytest.mark.parametrize("half", HALVES)
def test_each_half_covers_every_kind_of_case(half: str) -> None:
    """Every event, subject, channel and service, with and without an acting representative, is in each half."""
    for name in CATALOGUE.dimensions:
        seen = {expected.case.facts[name] for expected in cases(half)}
        assert seen == set(CATALOGUE.facts[name].values), name
    assert {expected.case.facts.get("representative.acting") for expected in cases(half)} >= {True, False}


def test_every_bundle_is_used() -> None:
    """No named evidence stands unused, which would hide a row that was meant to use it."""
    text = "".join(str(row["evidence"]) for row in ALL_ROWS)
    unused = [name for name in shared()["bundles"] if not re.search(rf"(?<![\w-]){name}(?![\w-])", text)]
    assert unused == []


def test_unclear_outcomes_stay_few() -> None:
    """The weak expectation ``unverified`` is the exception: the tables say one verdict almost everywhere."""
    assert sum(expected.expect == "unverified" for expected in ALL_CASES) * 20 < len(ALL_CASES)
