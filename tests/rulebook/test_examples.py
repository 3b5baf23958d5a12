"""Worked examples inside rules are run as the rule alone sees them, and a disagreement is found."""

from __future__ import annotations

import pytest

from sekisho.engine.plan import LawEngine
from sekisho.rulebook.errors import RulebookRefused
from sekisho.rulebook.examples import ExampleResult, run_examples
from tests.engine.builders import CATALOGUE, load, rule_yaml


def _run(examples: str, **changed: str | None) -> list[ExampleResult]:
    """Run a rule's examples; two that fit are added where the loader wants them."""
    wanted = (
        examples.rstrip("]")
        + ", {name: z1, as_of: 1999-01-01, expect: not_applicable},"
        + " {name: z2, as_of: 2026-06-01, evidence: [{kind: paper, photo: true}], expect: met}]"
    )
    book = load(rule_yaml(examples=wanted, **changed))
    return list(run_examples(LawEngine(book, CATALOGUE)))[:-2]


@pytest.mark.parametrize(
    ("example", "found", "reason"),
    [
        ("evidence: [{kind: paper, photo: true}]", "met", None),
        ("evidence: [{kind: paper, photo: false}]", "unmet", None),
        ("evidence: [{kind: paper}]", "unknown", None),
        ("evidence: []", "unmet", None),
        ("facts: {event: leave}", "not_applicable", "other_case"),
        ("facts: {stranger: false}", "not_applicable", "condition_not_met"),
        ("facts: {born_here: true}", "not_applicable", "excepted"),
    ],
)
def test_an_example_finds_what_the_rule_finds(example: str, found: str, reason: str | None) -> None:
    """Each verdict, and each reason a rule isn't applicable for."""
    [result] = _run(
        f"[{{name: a, as_of: 2026-06-01, {example}, expect: {found}}}]",
        applies="{event: [pass]}",
        when="{not: {stranger: {eq: false}}}" if "stranger" in example else None,
        excepts="[{provisions: [act.1], condition: {born_here: {eq: true}}, text: {ja: a, en: b}}]"
        if "born_here" in example
        else None,
    )
    assert (result.found, result.reason) == (found, reason)
    assert result.agrees


@pytest.mark.parametrize(
    ("as_of", "reason"), [("2019-12-31", "not_yet_in_force"), ("2030-01-01", "ended"), ("2029-12-31", None)]
)
def test_an_example_finds_whether_the_rule_is_in_force(as_of: str, reason: str | None) -> None:
    """The first day after the last is the end; everything is known to an example."""
    found = "not_applicable" if reason else "met"
    [result] = _run(
        f"[{{name: a, as_of: {as_of}, evidence: [{{kind: paper, photo: true}}], expect: {found}}}]",
        until="{date: 2030-01-01, known_from: 2029-01-01, instrument: act}",
    )
    assert (result.found, result.reason) == (found, reason)


def test_an_open_closing_act_is_named() -> None:
    """A method that is met but for its closing act is met, with the leg open as its reason."""
    [result] = _run(
        "[{name: a, as_of: 2026-06-01, evidence: [{kind: paper, photo: true}], expect: met, reason: leg_open}]",
        completion="{exists: {evidence: letter, where: {delivered: {eq: true}}}}",
    )
    assert result.agrees


def test_a_wrong_expectation_disagrees() -> None:
    """Another verdict, or another reason, is a disagreement."""
    wrong, reason = _run(
        "[{name: a, as_of: 2026-06-01, expect: met},"
        " {name: b, as_of: 2010-01-01, expect: not_applicable, reason: ended}]"
    )
    assert not wrong.agrees
    assert wrong.found == "unmet"
    assert not reason.agrees
    assert reason.reason == "not_yet_in_force"


@pytest.mark.parametrize("strength", ["house", "voluntary", "proposal"])
def test_a_rule_that_is_not_law_is_run_as_if_it_took_part(strength: str) -> None:
    """Its examples show what it does where it is adopted or simulated."""
    [result] = _run("[{name: a, as_of: 2026-06-01, expect: unmet}]", strength=strength)
    assert result.agrees


@pytest.mark.parametrize(
    ("example", "problem"),
    [
        ("facts: {height: 3}", "unknown fact or attribute 'height'"),
        ("facts: {age: 200}", "'age' must be"),
        ("facts: {age: true}", "'age' must be"),
        ("facts: {colour: purple}", "'colour' must be"),
        ("facts: {marks: [z]}", "'marks' must be"),
        ("facts: {marks: [[a]]}", "'marks' must be"),
        ("facts: {since: soon}", "'since' must be"),
        ("evidence: [{kind: coin}]", "unknown evidence kind 'coin'"),
        ("evidence: [{photo: true}]", "unknown evidence kind"),
        ("evidence: [{kind: paper, weight: 1}]", "unknown fact or attribute 'weight'"),
    ],
)
def test_an_example_outside_the_catalogue_is_refused(example: str, problem: str) -> None:
    """Values out of their domain never reach a rule; the error names the rule's file and line and the example."""
    with pytest.raises(RulebookRefused) as caught:
        _run(f"[{{name: odd, as_of: 2026-06-01, {example}, expect: met}}]")
    assert problem in caught.value.fields["problem"]
    assert "'odd'" in caught.value.fields["problem"]
    assert (caught.value.fields["file"], caught.value.fields["line"]) == ("act/rules.yaml", 2)
