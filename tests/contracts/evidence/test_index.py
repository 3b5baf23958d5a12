"""docs/evidence.md is the index of what can be verified: every kind, its steps, its trust, its page."""

from __future__ import annotations

import importlib
import pkgutil
import re
from functools import cache
from pathlib import Path

import pytest

import sekisho.contracts.evidence
from sekisho.contracts.evidence.steps import Steps
from sekisho.contracts.evidence.verifiers import VERIFIERS
from sekisho.contracts.outside.parties import PARTIES

DOCS = Path(__file__).parents[3] / "docs"
INDEX = (DOCS / "evidence.md").read_text(encoding="utf-8")


@cache
def rows() -> dict[str, list[str]]:
    """The cells of each kind's row."""
    section = INDEX.split("## Kinds", 1)[1].split("\n## ", 1)[0]
    found = {}
    for line in section.splitlines():
        if line.startswith("| `"):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            found[cells[0].strip("`")] = cells[1:]
    return found


@cache
def last_steps() -> dict[str, int]:
    """The number of the last step of each walk there is, by its name."""
    found = {}
    for module in pkgutil.walk_packages(sekisho.contracts.evidence.__path__, "sekisho.contracts.evidence."):
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, Steps):
                found[value.kind] = value.steps[-1].number
    return found


WALKS = {
    "jpki": ("jpki_signing", "jpki_authentication"),
    "driving_licence": ("driving_licence", "driving_licence_record"),
}
"""Kinds with two walks; every other has one of its own name."""


def test_every_kind_is_listed_in_one_row() -> None:
    """Of all verifiers, and of nothing that isn't one."""
    assert rows().keys() == VERIFIERS.keys()


@pytest.mark.parametrize("kind", list(VERIFIERS))
def test_a_row_is_what_the_verifier_is(kind: str) -> None:
    """The items it makes, the numbers of its steps, its trust files, whom it asks, and pages that are there."""
    proves, steps, trust, page = rows()[kind]
    verifier = VERIFIERS[kind]
    assert {covered.evidence for covered in verifier.covers} <= set(re.findall(r"`([a-z_]+)`", proves))
    assert steps == ", ".join(f"0–{last_steps()[walk]}" for walk in WALKS.get(kind, (kind,)))
    parties = [party.name for party in PARTIES.values() if kind in party.asked_by]
    assert re.findall(r"`([a-z_]+)`", trust) == [use.name for use in verifier.uses] + parties
    links = re.findall(r"\(([^)]+)\)", page)
    assert links
    assert all((DOCS / link).is_file() for link in links)
    assert kind in (DOCS / links[0]).read_text(encoding="utf-8")


def test_every_page_is_reached_from_the_index() -> None:
    """No page about evidence that nobody finds."""
    assert {f"evidence/{path.name}" for path in (DOCS / "evidence").glob("*.md")} <= set(
        re.findall(r"\]\((evidence/[^)#]+)\)", INDEX)
    )
