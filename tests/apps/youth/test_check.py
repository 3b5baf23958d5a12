"""What is said about young people, by a table written by hand, and what never happens."""

from __future__ import annotations

import dataclasses
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.apps.evidence import Place
from sekisho.apps.law.catalogue import load_catalogue
from sekisho.apps.law.facts import NOT_LOOKED, Fact, Known
from sekisho.apps.law.questions import Answer, Answers
from sekisho.apps.law.verdicts import Finding, Outcome, PlatformVerdict, SpsiVerdict
from sekisho.apps.youth.check import check_youth, overall
from sekisho.apps.youth.descriptors import Descriptor, Level, Observed
from sekisho.apps.youth.facts import AdModule, AdRequest, AgeGate, Audience, YouthFacts
from sekisho.rulebook.document import read
from tests.apps.law.situations import SHA, TODAY

HERE: Final = Place(path="request 1")
ROWS: Final[list[dict[str, Any]]] = read(
    (Path(__file__).parent / "expected.yaml").read_text(encoding="utf-8"), "expected.yaml"
).plain()["rows"]
_FLAGS: Final = ("meeting", "report", "block", "payment", "guardian_data", "guardian_payment", "families",
                 "age_signals", "age_signals_in_ads")  # fmt: skip
_FIRST: Final = datetime(2026, 11, 20, 9, 0, 5, tzinfo=UTC)
_GATES: Final = {
    "before": AgeGate(asked=datetime(2026, 11, 20, 9, 0, 1, tzinfo=UTC), first_request=_FIRST),
    "after": AgeGate(asked=datetime(2026, 11, 20, 9, 0, 9, tzinfo=UTC), first_request=_FIRST),
    "never": AgeGate(asked=None, first_request=_FIRST),
    "silent": AgeGate(asked=None, first_request=None),
}


def facts_of(row: dict[str, Any]) -> YouthFacts:
    """What was scanned in this situation."""
    found: dict[str, Fact[Any]] = {"audience": Known(Audience(row.get("audience", "children")), (HERE,))}
    for name in _FLAGS:
        if name in row:
            found[name] = Known(row[name] == "yes", (HERE,))
    for name in ("report_words", "block_words", "guardian_marks"):
        if name in row:
            found[name] = Known(tuple(row[name]), (HERE,))
    if "ads" in row:
        found["ad_requests"] = Known(tuple(
            AdRequest(recipient="adco", tags=frozenset(one["tags"]), advertising_id=one.get("id", False),
                      as_child=one.get("child", False), place=HERE)
            for one in row["ads"]))  # fmt: skip
    if "modules" in row:
        found["ad_modules"] = Known(tuple(AdModule(recipient=who, name=who, place=HERE) for who in row["modules"]))
    if "gate" in row:
        found["age_gate"] = Known(_GATES[row["gate"]], (HERE,))
    if "rating" in row:
        found["rating"] = Known(row["rating"], (HERE,))
    if "behaviour" in row:
        found["behaviour"] = Known(
            {Descriptor(one): Observed(level=Level.MILD, places=(HERE,)) for one in row["behaviour"]}
        )
    return YouthFacts(service="町の便り", **found)


def answers_of(row: dict[str, Any]) -> Answers:
    """What was answered in this situation."""
    return Answers(
        Answer(question=name, value="yes" if value == "no_evidence" else value, who="法務 花子", on=TODAY,
               evidence=() if value == "no_evidence" else (SHA,))
        for name, value in row.get("answers", {}).items()
    )  # fmt: skip


def found_in(facts: YouthFacts, answers: Answers) -> dict[str, Finding]:
    """Findings by item, with the aspect behind a stroke where there is one."""
    return {f"{one.item}/{one.aspect}".rstrip("/"): one for one in check_youth(facts, answers, on=TODAY)}


@pytest.mark.parametrize("row", [pytest.param(row, id=row["name"]) for row in ROWS])
def test_what_is_said_is_what_the_table_says(row: dict[str, Any]) -> None:
    """Each item and aspect of each row has the verdict that was expected."""
    found = found_in(facts_of(row["given"]), answers_of(row["given"]))
    assert {name: found[name].words.ja for name in row["expect"]} == row["expect"]


def test_every_item_of_young_people_is_judged() -> None:
    """All eight items have a finding, whatever is known."""
    found = check_youth(YouthFacts(service="x"), Answers(), on=TODAY)
    assert {one.item for one in found} == {name for name in load_catalogue() if name.startswith("APP-YTH-")}
    good = (SpsiVerdict.ADDRESSED, PlatformVerdict.AGREES, SpsiVerdict.NOT_ADDRESSED, PlatformVerdict.DIFFERS)
    assert [one.item for one in found if one.verdict in good] == []


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(ROWS), st.sampled_from([field.name for field in dataclasses.fields(YouthFacts)][1:]))
def test_knowing_less_makes_nothing_good(row: dict[str, Any], name: str) -> None:
    """A fact taken away turns no finding into a good one, unless a person answered with papers in its place."""
    facts, answers = facts_of(row["given"]), answers_of(row["given"])
    gone: dict[str, Any] = {name: NOT_LOOKED}
    before, after = found_in(facts, answers), found_in(dataclasses.replace(facts, **gone), answers)
    good = (SpsiVerdict.ADDRESSED, PlatformVerdict.AGREES)
    answered = {one.question for one in answers}
    assert [key for key, one in after.items()
            if one.verdict in good and before[key].verdict not in good and one.item not in answered] == []  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=[row["name"] for row in ROWS])
def test_none_of_it_speaks_of_breach(row: dict[str, Any]) -> None:
    """Nothing about young people reads 違反, 不適合, violation or breach."""
    forbidden = re.compile("違反|適合|violat|breach", re.IGNORECASE)
    for one in found_in(facts_of(row["given"]), answers_of(row["given"])).values():
        assert not [text for text in (one.words, *one.why, *one.next_step)
                    if forbidden.search(text.ja) or forbidden.search(text.en)]  # fmt: skip


def test_an_item_s_aspects_come_to_one_outcome() -> None:
    """What is seen to be wrong in one aspect decides the item."""
    facts = facts_of({"ads": [{"tags": []}], "modules": ["adco"]})
    assert overall(check_youth(facts, Answers(), on=TODAY))["APP-YTH-06"] is Outcome.BAD
