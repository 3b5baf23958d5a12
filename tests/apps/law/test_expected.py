"""What is said in each situation, as written by hand from the articles before the code."""

from __future__ import annotations

from typing import Any

import pytest

from sekisho.apps.law.check import check
from tests.apps.law.situations import answers_of, day_of, facts_of, rows

FILES = ("expected.yaml", "expected_held.yaml")


def _rows(file: str) -> list[Any]:
    return [pytest.param(row, id=row["name"]) for row in rows(file)]


def disagreements(row: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """Items on which something else is found than expected: (expected, found)."""
    given = row["given"]
    found = {one.item: one.words.ja for one in check(facts_of(given), answers_of(given), on=day_of(given))}
    return {item: (word, found[item]) for item, word in row["expect"].items() if found[item] != word}


@pytest.mark.parametrize("row", _rows("expected.yaml"))
def test_what_is_said_is_what_the_article_asks(row: dict[str, Any]) -> None:
    """Each item of each row has the verdict that was expected."""
    assert disagreements(row) == {}


@pytest.mark.parametrize("row", _rows("expected_held.yaml"))
def test_what_was_not_looked_at_while_tuning_agrees_too(row: dict[str, Any]) -> None:
    """The same on the half that was held back."""
    assert disagreements(row) == {}


def test_the_tables_are_whole() -> None:
    """At least eighty rows, about half held back, each with its citation."""
    visible, held = rows(FILES[0]), rows(FILES[1])
    assert len(visible) + len(held) >= 80
    assert len(held) >= 40
    assert all(row["cite"] for row in (*visible, *held))
