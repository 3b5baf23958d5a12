"""Decision records are numbered without gaps and say what was rejected."""

from __future__ import annotations

import re

from tests.repository.tree import ROOT

RECORDS = sorted(path for path in (ROOT / "docs" / "adr").glob("*.md") if path.name != "README.md")
PARTS = ["Context", "Decision", "Options rejected", "Consequences"]


def test_numbers_have_no_gaps() -> None:
    """0001, 0002, … with a name after each number; no number twice and none left out."""
    names = [re.fullmatch(r"(\d{4})-[a-z0-9]+(?:-[a-z0-9]+)*\.md", path.name) for path in RECORDS]
    assert all(names), [path.name for path in RECORDS]
    assert [int(match[1]) for match in names if match] == list(range(1, len(RECORDS) + 1))


def test_each_has_its_four_parts() -> None:
    """Context, decision, options rejected and consequences, in this order, none empty; the title repeats the number."""
    for path in RECORDS:
        text = path.read_text(encoding="utf-8")
        assert text.startswith(f"# {path.name[:4]}"), path.name
        sections = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
        titles = [section.split("\n", 1)[0].strip() for section in sections]
        assert [title for title in titles if title in PARTS] == PARTS, path.name
        assert all(section.split("\n", 1)[1].strip() for section in sections), path.name
