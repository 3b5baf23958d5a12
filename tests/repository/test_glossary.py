"""The glossary is complete and has one name for each thing."""

from __future__ import annotations

import functools
import re
from collections import Counter
from dataclasses import dataclass

import pytest
import yaml

from sekisho.contracts.evidence_kinds import DOCUMENTS
from sekisho.contracts.facts import CATALOGUE, CHANNELS, EVENTS, SERVICES, SUBJECTS
from sekisho.engine.rules import KindOfNo, Strength
from sekisho.engine.verdicts import DutyState, Reason, RuleVerdict, Verdict
from tests.repository.tree import ROOT, SRC, files, text_of

HEADER = "| 日本語 | English | identifier in code | source |"


@dataclass(frozen=True, slots=True)
class Term:
    """One row of the glossary."""

    ja: str
    en: str
    identifier: str
    source: str


def terms() -> list[Term]:
    """Every row of every table; fails on a row that isn't a term."""
    found = []
    for line in (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines():
        if not line.startswith("|") or line == HEADER or set(line) <= set("|-"):
            continue
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        assert len(cells) == 4, line
        assert all(cells), line
        match = re.fullmatch(r"`([A-Za-z0-9_.-]+)`", cells[2])
        assert match, line
        found.append(Term(cells[0], cells[1], match[1], cells[3]))
    assert found
    return found


@functools.cache
def words_in_source() -> frozenset[str]:
    """Every identifier-like word in the product's code and rulebook; dotted names whole and in their parts."""
    words: set[str] = set()
    for path in files():
        if path.is_relative_to(SRC):
            for word in re.findall(r"[A-Za-z0-9_][A-Za-z0-9_.]*[A-Za-z0-9_]", text_of(path) or ""):
                words.add(word)
                words.update(word.split("."))
    return frozenset(words)


@pytest.mark.parametrize("column", ["ja", "en", "identifier"])
def test_each_term_stands_once(column: str) -> None:
    """No Japanese term has two rows, no English name two meanings, no identifier two terms."""
    counted = Counter(getattr(term, column).casefold() for term in terms())
    assert [value for value, count in counted.items() if count > 1] == []


def test_every_identifier_is_used_in_the_code() -> None:
    """A word the code doesn't use is not a word of ours."""
    assert [term.identifier for term in terms() if term.identifier not in words_in_source()] == []


def test_every_word_a_case_can_be_described_with_is_explained() -> None:
    """Events, duties, subjects, channels, services, documents, evidence, verdicts and kinds of no are there."""
    duties = yaml.safe_load((SRC / "rulebook" / "contracts" / "events.yaml").read_text(encoding="utf-8"))["duties"]
    spoken = {*EVENTS, *duties, *SUBJECTS, *CHANNELS, *SERVICES, *DOCUMENTS, *CATALOGUE.evidence}
    for kinds in (Strength, KindOfNo, Verdict, RuleVerdict):
        spoken |= {str(one.value) for one in kinds}
    assert sorted(spoken - {term.identifier for term in terms()}) == []


def test_ontology_speaks_of_every_verdict() -> None:
    """docs/ontology.md says of each verdict, rule verdict and reason what it does and does not claim."""
    told = (ROOT / "docs" / "ontology.md").read_text(encoding="utf-8")
    silent = [str(one.value) for kinds in (Verdict, RuleVerdict, Reason, DutyState, KindOfNo, Strength) for one in kinds
              if f"`{one.value}`" not in told]
    assert silent == []
