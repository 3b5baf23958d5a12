"""The shipped contract rulebook: it loads, and every rule's own examples hold."""

from __future__ import annotations

import pytest

from sekisho.contracts.law import contract_engine
from sekisho.rulebook.examples import ExampleResult, run_examples


@pytest.fixture(scope="module")
def results() -> list[ExampleResult]:
    """Every example of every rule, run once."""
    return list(run_examples(contract_engine()))


def test_every_example_of_every_rule_finds_what_it_says(results: list[ExampleResult]) -> None:
    """A rule's worked examples are tests: each finds the verdict, and the reason, that it names."""
    wrong = [
        f"{r.rule.id} / {r.example.name}: expected {r.example.expect} ({r.example.reason}), "
        f"found {r.found} ({r.reason})"
        for r in results
        if not r.agrees
    ]
    assert wrong == []


def test_every_rule_has_examples_that_ran(results: list[ExampleResult]) -> None:
    """No rule is without an example that was really run."""
    assert {r.rule.id for r in results} == set(contract_engine().rulebook.rules)
