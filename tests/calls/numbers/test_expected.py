"""Numbers against tables written by hand, each row with where it stands."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from sekisho.calls.numbers import Classified, Numbering, classify

HERE = Path(__file__).parent
ROWS: list[list[Any]] = [
    row for path in sorted(HERE.glob("expected*.yaml")) for row in yaml.safe_load(path.read_text(encoding="utf-8"))
]


def test_the_tables_are_whole() -> None:
    """At least 120 rows, none twice, each with a citation."""
    assert len(ROWS) >= 120
    assert len({(row[0], row[1]) for row in ROWS}) == len(ROWS)
    assert all(row[6] for row in ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]}@{row[1]}")
def test_what_a_number_is(row: list[Any]) -> None:
    """Kind, international form, use as a caller's number and reasons are those of the row."""
    number, on, kind, e164, use, reasons, citation = row
    assert isinstance(on, date)
    found = classify(number, on=on)
    assert (found.kind, found.e164, found.use) == (kind, e164, use), citation
    assert list(found.reasons) == reasons, citation


def test_many_at_once_are_told_as_one_by_one() -> None:
    """``classify_many`` gives what ``classify`` gives, in order."""
    for on in {row[1] for row in ROWS}:
        numbers = [row[0] for row in ROWS]
        many = Numbering(on=on).classify_many(numbers)
        assert many == [classify(number, on=on) for number in numbers]
        assert all(isinstance(one, Classified) for one in many)
