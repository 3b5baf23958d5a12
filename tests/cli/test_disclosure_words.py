"""What the disclosure desk's commands say to people: no bare codes, and what to do where somebody would be stuck."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sekisho.disclosure.errors import WrongState
from sekisho.disclosure.hearing.letter import Claim, Sender
from sekisho.disclosure.progress import Event, State
from sekisho.disclosure.step_words import STATES, STEPS
from tests.cli.conftest import Shop, document
from tests.cli.test_disclosure import desk, walked  # noqa: F401  its fixtures

EXAMPLES = Path(__file__).parents[2] / "examples" / "disclosure"


def test_what_is_only_declared_says_how_to_check_it(
    desk: Shop,  # noqa: F811  asks for the fixture
) -> None:
    """A warrant that says of itself that it is in writing isn't asked for again: somebody here has to look at it."""
    case = document(desk.run("disclosure", "receive", EXAMPLES / "warrant.json", "--json", by="uketsuke"))["id"]
    told = desk.run("disclosure", "decide", case, by="uketsuke").stdout
    assert "書面である  [document.in_writing]  ← 文書の記載のみ" in told
    assert "sekisho disclosure check CASE document.in_writing" in told
    facts = [
        fact
        for one in document(desk.run("disclosure", "decide", case, "--json", by="uketsuke"))["permissions"]
        for missing in one["missing"]
        for fact in missing["facts"]
    ]
    assert {one["declared"] for one in facts if one["name"] == "document.in_writing"} == {True}
    assert {one["declared"] for one in facts if one["name"] == "authenticity.called_back"} == {False}
    done = desk.run("disclosure", "check", case, "document.in_writing", "--note", "原本", by="uketsuke")
    assert "記録しました: 書面である: はい  [document.in_writing]" in done.stdout
    later = desk.run("disclosure", "decide", case, by="uketsuke").stdout
    assert "document.in_writing]  ← 文書の記載のみ" not in later


def test_a_case_is_shown_in_words(
    desk: Shop,  # noqa: F811  asks for the fixture
) -> None:
    """Facts, steps and times: titles in the language asked for, Japan time, with the code beside where one is typed."""
    case = document(desk.run("disclosure", "receive", EXAMPLES / "inquiry.json", "--json", by="uketsuke"))["id"]
    desk.run("disclosure", "check", case, "authenticity.called_back", "--note", "x", by="uketsuke")
    told = desk.run("disclosure", "show", case, "--timeline", by="uketsuke").stdout
    assert "公表された代表番号に折り返して確かめた: はい  [authenticity.called_back]  (確認済み: uketsuke)" in told
    assert "書面である: はい  [document.in_writing]  (申告のみ: uketsuke)" in told
    assert "受付 → 受付済み（確認待ち）  uketsuke" in told
    assert "+00:00" not in told
    english = desk.run("disclosure", "show", case, "--timeline", "--lang", "en", by="uketsuke").stdout
    assert "a fact stated → received, waiting for review" in english


def test_a_step_that_cannot_follow_is_said_in_words(
    desk: Shop,  # noqa: F811  asks for the fixture
) -> None:
    """Neither the state nor the step is a code in the sentence; for machines both stay codes."""
    assert set(STATES) == set(State)
    assert set(STEPS) >= {one.value for one in Event}
    error = WrongState(case="d1", state="reviewed", event="decide")
    assert (error.fields["state"], error.fields["event"]) == ("reviewed", "decide")
    assert "decide" not in error.sentence("ja")
    later = WrongState(case="d1", state="found", event="reviewed_afterwards")
    assert "reviewed_afterwards" not in later.sentence("ja") + later.sentence("en")
    case = document(desk.run("disclosure", "receive", EXAMPLES / "inquiry.json", "--json", by="uketsuke"))["id"]
    refused = desk.run("disclosure", "search", "request", case, by="kensaku")
    assert "「受付済み（確認待ち）」なので、「検索」はできません" in refused.stderr


@pytest.mark.parametrize(("part", "kind"), [("sender", Sender), ("claim", Claim)])
def test_the_example_of_a_hearing_fits(part: str, kind: type[Sender] | type[Claim]) -> None:
    """The file that the help of ``hear draft`` names has the fields that it takes, none empty."""
    written = json.loads((EXAMPLES / "hearing.json").read_text())
    made = kind(**written[part])
    assert all(getattr(made, name) for name in kind.__dataclass_fields__)
