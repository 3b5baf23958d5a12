"""The comparison's rules and questions, as far as they need no other engine; the rest is checked by the run itself."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

from bench.law_small import (
    FOLDER,
    SELECTION,
    SHOWN,
    answers,
    decided,
    ours_agree,
    prepared,
    questions,
    small_engine,
    table,
)
from sekisho.engine.conclude import judge
from sekisho.engine.facts import Case
from sekisho.engine.question_plan import question_plan
from sekisho.engine.rules import Role
from sekisho.engine.verdicts import RuleVerdict, Verdict
from sekisho.rulebook.examples import run_examples


def _number(day: str | None) -> int | None:
    return None if day is None else int(day.replace("-", ""))


ROWS = {(row["product"], row["method"], _number(row["from"]), _number(row["until"])) for row in table()}


def test_there_are_twenty_rules_and_questions_on_both_sides_of_every_change() -> None:
    """Every rule is allowed on its first day and not the day before, and the other way round at its end."""
    assert len(table()) == len(ROWS) == 20
    found = dict(zip(questions(), answers(), strict=True))
    for row in table():
        of = (row["product"], row["method"])
        first = date.fromisoformat(row["from"])
        assert found[*of, first.isoformat()]
        assert not found[*of, first.fromordinal(first.toordinal() - 1).isoformat()]
        if row["until"] is not None:
            last = date.fromisoformat(row["until"])
            assert not found[*of, last.isoformat()]
            assert found[*of, last.fromordinal(last.toordinal() - 1).isoformat()]


def test_our_engine_answers_every_question_as_the_table_does() -> None:
    """480 questions: four products, five methods, and the days around each change."""
    assert len(questions()) == 480
    assert ours_agree()


def test_our_rules_are_those_of_the_table_and_their_examples_hold() -> None:
    """The rulebook has the table's rows, no more and no fewer, and passes the examples every rule must carry."""
    rulebook = small_engine().rulebook
    methods = [rule for rule in rulebook.rules.values() if rule.role is Role.METHOD]
    assert {
        (
            next(iter(rule.applies["product"])),
            str(rule.method),
            _number(str(rule.start.day)),
            _number(str(rule.end.day)) if rule.end is not None else None,
        )
        for rule in methods
    } == ROWS
    assert all(result.agrees for result in run_examples(small_engine()))


def test_the_others_rules_are_those_of_the_table() -> None:
    """Each encoding has exactly the table's products, methods and days."""
    cedar = (FOLDER / "policies.cedar").read_text(encoding="utf-8")
    policy = r'Product::"(\w+)", action == Action::"(\w+)".*\n.*day >= (\d+)(?: && context.day < (\d+))?'
    assert {(a, b, int(c), int(d) if d else None) for a, b, c, d in re.findall(policy, cedar)} == ROWS
    cel = (FOLDER / "decision.cel").read_text(encoding="utf-8")
    alternative = r'product == "(\w+)" && method == "(\w+)" && day >= (\d+)(?: && day < (\d+))?'
    assert {(a, b, int(c), int(d) if d else None) for a, b, c, d in re.findall(alternative, cel)} == ROWS
    zen: dict[str, Any] = json.loads((FOLDER / "zen.json").read_text(encoding="utf-8"))
    lines = zen["nodes"][1]["content"]["rules"]
    assert {tuple(line["_id"].split(".")) for line in lines} == {row[:2] for row in ROWS}
    assert [line["d"] for line in lines] == [
        f">= {_number(row['from'])}" if row["until"] is None else f"[{_number(row['from'])}..{_number(row['until'])})"
        for row in table()
    ]


def test_what_the_page_says_of_ours_is_so() -> None:
    """A missing method is unknown, four methods stay open and one has ended; the page quotes the verdict."""
    day = date(2026, 4, 1)
    case = Case({"event": "contract", "product": "voice"})
    outcome = judge(small_engine(), case, as_of=day, as_known_at=day, selection=SELECTION, confirmation=SHOWN)
    verdicts = [finding.verdict for finding in outcome.findings() if finding.rule.role is Role.METHOD]
    assert outcome.verdict is Verdict.NEED_EVIDENCE
    assert sorted(verdict.value for verdict in verdicts) == ["not_applicable", *["unknown"] * 4]
    assert question_plan(small_engine(), outcome)[0].name == "method"
    allowed = decided(prepared(("voice", "copy", "2026-03-31")))
    met = [finding.rule for finding in allowed.findings() if finding.verdict is RuleVerdict.MET]
    copy = next(rule for rule in met if rule.role is Role.METHOD)
    page = (FOLDER / "README.md").read_text(encoding="utf-8")
    for said in (outcome.verdict.value, copy.id, *copy.provisions):
        assert f"`{said}`" in page
