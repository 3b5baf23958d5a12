"""The labelled paragraphs: what is published of them is what the rules do."""

from __future__ import annotations

from pathlib import Path

from bench.apps_policy import HALVES, OVERALL, paragraphs, scores, table
from sekisho.apps.observing import TELLS
from sekisho.apps.policy.said import Tells

PUBLISHED = Path(__file__).parents[3] / "docs" / "apps" / "policy.md"


def test_what_is_published_is_what_is_measured() -> None:
    """The page's table is the one that the rules give on both halves today."""
    assert PUBLISHED.read_text(encoding="utf-8").rstrip().endswith(table())


def test_the_set_is_large_and_no_paragraph_is_in_it_twice() -> None:
    """At least 200 paragraphs, no text twice, so that no rule was tuned on what is counted."""
    texts = [each["text"] for half in HALVES for each in paragraphs(half)[1]]
    assert len(texts) >= 200
    assert len(set(texts)) == len(texts)


def test_rules_read_most_of_what_they_were_not_tuned_on() -> None:
    """On the unread half nine in ten of what is found is there, and nine in ten of what is there is found."""
    overall = scores("b")[OVERALL]
    assert overall.precision >= 0.9
    assert overall.recall >= 0.9


def test_what_a_policy_tells_has_the_names_that_observations_ask_for() -> None:
    """Every fact of a policy's reading that SPSI's observations look up is one that the reader can give."""
    assert set(TELLS.values()) | {"p4"} <= {each.value for each in Tells}
