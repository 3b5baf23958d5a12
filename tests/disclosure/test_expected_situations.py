"""The gate against situations written by hand from the law (``expected/*.yaml``, read by ``expected_rows.py``).

``EXPECTED_PART=a`` (``b``, ``c``, ``ac``) in the environment runs these parts only; without it all run, as they do
where a change is judged.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from datetime import date
from functools import cache

import pytest

from sekisho.disclosure.decide import DisclosureDesk, Law, Permission
from sekisho.disclosure.facts import CATALOGUE
from sekisho.disclosure.kinds import Act, CaseType, DataClass
from sekisho.disclosure.law import disclosure_engine
from sekisho.engine.conclude import Confirmation
from sekisho.engine.rules import TextState, text_state_on
from sekisho.engine.verdicts import Verdict
from tests.disclosure.expected_rows import (
    CERTAINTIES,
    EXPECTATIONS,
    HALVES,
    KIND_OF_NO,
    KNOWN_AT,
    PARTS,
    ROW_KEYS,
    Situation,
    rows,
    situations,
)

JUDGED = [one for part in os.environ.get("EXPECTED_PART", "".join(PARTS)) for one in situations(part)]
ALL_ROWS = [row for part in PARTS for row in rows(part)]
ALL = [one for part in PARTS for one in situations(part)]

LAW = Law.of(KNOWN_AT, confirmation=Confirmation(required=False, confirmed={}))
"""The law alone, and the desk's own rules; nothing else adopted, nothing simulated, unconfirmed law decides."""

CITATION = re.compile(r"(?:法|GL|規則|ガイドライン)[^・]*?\d+条|令和[78]年法律(?:25|39)号|ガイドライン")
RULE = re.compile(r"R(?:0[1-9]|1\d|2[0-5])|§[0-6](?:\.\d+)?")


@cache
def desk() -> DisclosureDesk:
    """The gate over the shipped rulebook."""
    return DisclosureDesk(disclosure_engine())


def permission_of(situation: Situation, *, mended: bool = False) -> Permission:
    """What the gate says of a situation, or of the same with what its row says is missing."""
    facts = situation.mended if mended else situation.facts
    assert facts is not None
    return desk().permission(
        facts,
        event=situation.event,
        act=situation.act,
        data_class=situation.data_class,
        on=situation.on,
        law=LAW,
        received=situation.on,
    )


def disagreement(situation: Situation, permission: Permission) -> str | None:
    """None where the gate says what the row does; else what differs, for a person who must judge who is wrong."""
    row, verdict = situation.row, permission.outcome.would_be
    problem = {
        "permitted": _unless(verdict is Verdict.ACCEPT, verdict),
        "missing": _unless(verdict is Verdict.NEED_EVIDENCE, verdict),
        "refused": _unless(verdict is Verdict.REFUSE, verdict),
        "not_permitted": _unless(verdict in (Verdict.NEED_EVIDENCE, Verdict.REFUSE), verdict),
        "needs_confirmation": _unless(verdict is not Verdict.ACCEPT or marked_unverified(permission), verdict),
        "permitted_unverified": _unless(verdict is Verdict.ACCEPT and marked_unverified(permission), verdict),
    }[row["expect"]]
    if problem is None and row["expect"] == "refused":
        kinds = {rule.kind_of_no.value for rule in permission.refusals if rule.kind_of_no is not None}
        problem = _unless(kinds == {row.get("kind", KIND_OF_NO)}, f"kinds of no {sorted(kinds)}")
    if problem is None and row["expect"] == "missing":
        unknown = {fact for fact in situation.lacks if fact not in situation.facts}
        asked = {question.name for question in permission.questions}
        problem = _unless(unknown <= asked, f"not asked about {sorted(unknown - asked)}")
    if problem is None:
        return None
    rules = [rule.id for rule in permission.refusals] or [rule.id for rule in permission.outcome.deciding]
    return (
        f"{situation.id}: {row['law']} [{row.get('certainty', 'certain')}] {row['why']}\n"
        f"  expected {row['expect']}, got {problem}; open {list(permission.open_duties)}; by {rules}"
    )


def marked_unverified(permission: Permission) -> bool:
    """Whether every lawful ground for it rests on a text that nobody has verified."""
    book = disclosure_engine().rulebook
    return all(
        text_state_on(rule, book.provisions, permission.on, (permission.event.value,)) is TextState.UNVERIFIED
        for rule in permission.grounds
    )


def _unless(holds: bool, told: object) -> str | None:
    return None if holds else str(told)


@pytest.mark.parametrize("situation", JUDGED, ids=lambda one: one.id)
def test_the_gate_decides_as_the_table_says(situation: Situation) -> None:
    """The verdict is the row's; a refusal is of the row's kind; what the row calls missing and unknown is asked for."""
    problem = disagreement(situation, permission_of(situation))
    assert problem is None, problem


@pytest.mark.parametrize("situation", [one for one in JUDGED if one.mended is not None], ids=lambda one: one.id)
def test_with_what_is_missing_the_act_is_permitted(situation: Situation) -> None:
    """Nothing but what the row names stood in the way: with it there the gate opens."""
    permission = permission_of(situation, mended=True)
    assert permission.permitted, (situation.id, permission.outcome.would_be, permission.open_duties)


def test_every_row_names_only_what_the_catalogue_knows() -> None:
    """No misspelt fact or value can make a row pass."""
    problems = []
    for one in ALL:
        for name, value in {**(one.mended or {}), **one.facts}.items():
            spec = CATALOGUE.facts.get(name)
            problem = "no such fact" if spec is None else spec.problem_with(value)
            if problem:
                problems.append(f"{one.id}: {name}={value}: {problem}")
    assert problems == []


def test_every_row_is_well_formed_and_cited() -> None:
    """Each row has only known keys, a citation, rows of the rule table, a reason, an expectation and an id."""
    problems = []
    for row in ALL_ROWS:
        if unknown := set(row) - ROW_KEYS:
            problems.append(f"{row['id']}: {unknown}")
        if not CITATION.search(row.get("law", "")):
            problems.append(f"{row['id']}: no citation in {row.get('law')!r}")
        if not row.get("rule") or not all(RULE.fullmatch(one) for one in row["rule"]):
            problems.append(f"{row['id']}: {row.get('rule')}")
        if not row.get("why") or row["expect"] not in EXPECTATIONS:
            problems.append(f"{row['id']}: no reason or no expectation")
        if row.get("certainty", "certain") not in CERTAINTIES or not isinstance(row.get("on", date.min), date):
            problems.append(f"{row['id']}: certainty or day")
        if row["expect"] == "missing" and "lacks" not in row:
            problems.append(f"{row['id']}: what is missing isn't said")
        if "lacks" in row and row["expect"] not in ("missing", "not_permitted"):
            problems.append(f"{row['id']}: nothing is missing where it is permitted or refused")
        if row.get("certainty") == "unknown" and row["expect"] in ("permitted", "missing"):
            problems.append(f"{row['id']}: unknown law opens nothing")
    assert problems == []
    assert [row for row, times in Counter(row["id"] for row in ALL_ROWS).items() if times > 1] == []
    assert [one for one, times in Counter(one.id for one in ALL).items() if times > 1] == []


def test_what_a_row_says_is_missing_is_missing() -> None:
    """A fact named by ``lacks`` differs between the situation and its mended form: else the row says nothing."""
    idle = [
        (one.id, fact)
        for one in ALL
        if one.mended is not None
        for fact in one.lacks
        if one.facts.get(fact) == one.mended.get(fact)
    ]
    assert idle == []


@pytest.mark.parametrize("part", HALVES)
def test_each_half_covers_every_type_class_and_act(part: str) -> None:
    """Every type of request, class of data and act is in each half, and every expectation."""
    found = situations(part)
    assert {one.event for one in found} == set(CaseType)
    assert {one.data_class for one in found} == set(DataClass)
    assert {one.act for one in found} == set(Act)
    assert {one.row["expect"] for one in found} >= set(EXPECTATIONS) - {"permitted_unverified"}


def test_there_are_enough_rows_and_few_that_leave_the_verdict_open() -> None:
    """At least 120 rows; of the situations at most one in eight leaves open which kind of no it is."""
    assert len(ALL_ROWS) >= 120
    vague = sum(one.row["expect"] in ("not_permitted", "needs_confirmation") for one in ALL)
    assert vague * 8 <= len(ALL)
