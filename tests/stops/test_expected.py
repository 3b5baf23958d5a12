"""Every row of the hand-written table comes out as it says, and the rulebook behind it is whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from sekisho.contracts.law import load_contracts
from sekisho.disclosure.law import load_disclosure
from sekisho.engine.conclude import Confirmation
from sekisho.engine.rules import Strength, TextState
from sekisho.rulebook.duty_coverage import duty_coverage
from sekisho.rulebook.examples import run_examples
from sekisho.rulebook.words import value_words
from sekisho.stops.decide import Judgement, SchemeDesk
from sekisho.stops.errors import RequestRefused
from sekisho.stops.facts import CATALOGUE
from sekisho.stops.kinds import Association, NumberKind, StopEvent
from sekisho.stops.law import load_stops, selection, stops_engine

TABLE = yaml.safe_load((Path(__file__).parent / "expected.yaml").read_text(encoding="utf-8"))
ROWS = {row["id"]: row for row in TABLE["rows"]}
DESK = SchemeDesk(stops_engine())


def judged(row: dict[str, Any], *, required: bool = False, without: str | None = None) -> Judgement:
    """A row's case; ``without``: one of its facts unknown."""
    facts = {**TABLE["base"][row["act"]], **row.get("facts", {})}
    facts.pop(without or "", None)
    return DESK.judge(
        StopEvent(row["act"]), facts, kind=NumberKind(row["kind"]),
        association=Association(row.get("association", "tca")), on=row["day"], selection=selection(),
        confirmation=Confirmation(required=required, confirmed={}),
    )  # fmt: skip


@pytest.mark.parametrize("name", sorted(ROWS))
def test_row(name: str) -> None:
    """The verdict is the row's. A workspace that requires confirmed texts changes none but that where the law's own
    silence decides (``unconfirmed``): nobody has read it."""
    row = ROWS[name]
    assert row["law"]
    assert judged(row).outcome.verdict.value == row["expect"]
    assert judged(row, required=True).outcome.verdict.value == row.get("unconfirmed", row["expect"])


def test_the_table_is_large_enough_and_has_no_row_twice() -> None:
    """At least forty cases, each once, and every act both done and not."""
    assert len(ROWS) == len(TABLE["rows"]) >= 40
    for act in StopEvent:
        found = {row["expect"] for row in ROWS.values() if row["act"] == act.value}
        assert found == {"accept", "refuse", "need_evidence"}


@pytest.mark.parametrize("name", [name for name, row in sorted(ROWS.items()) if row["expect"] == "accept"])
def test_nothing_is_done_on_what_isnt_known(name: str) -> None:
    """Each fact that an accepted act rests on: unknown, and it isn't done."""
    row = ROWS[name]
    for fact in TABLE["base"][row["act"]]:
        if (name, fact.partition(".")[0]) != ("w-03", "wholesale"):
            assert not judged(row, without=fact).permitted, fact


def test_nothing_before_the_scheme_is_judged() -> None:
    """The rulebook begins with the scheme."""
    from datetime import date

    with pytest.raises(RequestRefused):
        judged({**ROWS["s-01"], "day": date(2019, 9, 26)})


def test_every_example_of_every_rule_finds_what_it_says() -> None:
    """A rule's worked examples are tests."""
    results = list(run_examples(stops_engine()))
    assert [f"{one.rule.id} / {one.example.name}: {one.found}" for one in results if not one.agrees] == []
    assert {one.rule.id for one in results} == set(load_stops().rules)


def test_every_duty_is_imposed_or_excused_on_every_day() -> None:
    """Act × kind × association × stretch of law: none is passed over in silence."""
    assert duty_coverage(load_stops(), CATALOGUE).holes == ()


def test_rule_ids_belong_to_one_desk() -> None:
    """A confirmation names a rule by its id alone."""
    others = set(load_contracts().rules) | set(load_disclosure().rules)
    assert set(load_stops().rules) & others == set()


def test_nothing_is_said_to_be_read_that_was_not() -> None:
    """MIC's pages were read in excerpts, the Act of 2025 not at all; only the house's own rules are verbatim."""
    for rule in load_stops().rules.values():
        assert rule.text_state is not TextState.VERBATIM
        assert rule.strength in (Strength.VOLUNTARY, Strength.HOUSE) or rule.id == "stops.scope.no-law"
        if any("2025-46" in one for one in rule.provisions):
            assert rule.text_state is TextState.UNVERIFIED


def test_values_are_words() -> None:
    """Every value of the catalogue has words."""
    values = {value for spec in CATALOGUE.facts.values() for value in spec.values}
    assert sorted(values - set(value_words())) == []
