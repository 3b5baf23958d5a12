"""The rulebook against tables written by hand from the law (``expected/*.yaml``, read by ``expected_rows.py``).

``EXPECTED_PART=a`` (``b``, ``c``, ``ac``) in the environment runs these parts only; without it all run, as they do
where a change is judged.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from datetime import date

import pytest

from sekisho.contracts.facts import CATALOGUE
from tests.contracts.expected_outcomes import disagreement, outcome_of
from tests.contracts.expected_rows import (
    CERTAINTIES,
    EXPECTATIONS,
    PARTS,
    ROW_KEYS,
    ExpectedCase,
    cases,
    rows,
    shared,
)

HALVES = ("a", "b")
"""The parts that each span the whole law by themselves; part ``c`` only fills what they left."""

JUDGED = [case for part in os.environ.get("EXPECTED_PART", "".join(PARTS)) for case in cases(part)]
ALL_ROWS = [row for part in PARTS for row in rows(part)]
ALL_CASES = [case for part in PARTS for case in cases(part)]

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

CITATION = re.compile(r"(?:法|規則|附則|政令|民法)[^・]*?\d+条|令和[0-9]年法律25号|総務省令\d+号|省令 \(|規則附則")


@pytest.mark.parametrize("expected", JUDGED, ids=lambda case: case.id)
def test_the_rulebook_decides_as_the_table_says(expected: ExpectedCase) -> None:
    """The verdict, and where a row names them the methods, duties and kind of no, are those of the table."""
    problem = disagreement(expected, outcome_of(expected))
    assert problem is None, problem


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
