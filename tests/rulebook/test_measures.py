"""The report's measures: read strictly, claimed only where something stands behind them."""

from __future__ import annotations

import importlib.util

import pytest

from sekisho.apps.law.rules import load_apps
from sekisho.contracts.law import load_contracts
from sekisho.disclosure.law import load_disclosure
from sekisho.rulebook.coverage_text import measures_page
from sekisho.rulebook.errors import RulebookRefused
from sekisho.rulebook.measures import (
    MeasureState,
    SourceKind,
    load_measures,
    measure_coverage,
    read_measures,
)
from sekisho.stops.law import load_stops
from tests.repository.tree import ROOT

ONE = "{id: A0-1, title: {ja: 一, en: one}, areas: [contracts], desk: contracts, software: {ja: 判断, en: decides}"


def written(*measures: str) -> str:
    """A measures file."""
    return "source: a report\nmeasures:\n" + "".join(f"  - {measure}\n" for measure in measures)


def test_the_whole_catalogue_is_there() -> None:
    """All fifty measures of the report, area by area, each with both languages."""
    measures = load_measures()
    counted = {area: sum(name[0] == area for name in measures) for area in "ABCD"}
    assert counted == {"A": 17, "B": 11, "C": 9, "D": 13}
    assert all(m.title.ja != m.title.en for m in measures.values())


def test_existing_duties_directions_and_views_are_told_apart() -> None:
    """Only what the report describes as an existing duty is marked so; a member's view never alone as a direction."""
    measures = load_measures()
    assert measures["A0-1"].kinds == (SourceKind.EXISTING,)
    assert measures["A4-2"].kinds == (SourceKind.MEMBER,)
    assert SourceKind.DIRECTION in measures["A5-1"].kinds


@pytest.mark.parametrize("name", list(load_measures()))
def test_every_feature_claimed_exists(name: str) -> None:
    """Each feature's module can be imported, and its test is a file."""
    for feature in load_measures()[name].features:
        assert importlib.util.find_spec(feature.module) is not None, feature.module
        assert (ROOT / feature.test).is_file(), feature.test


def test_every_measure_is_implemented_or_said_to_be_missing() -> None:
    """No measure is passed over in silence."""
    found = measure_coverage(load_measures(), load_contracts().rules.values())
    assert [one.measure.id for one in found if one.state is MeasureState.NOTHING_SAID] == []


def test_the_state_follows_from_what_is_there() -> None:
    """Implemented, partly, not yet, not for software, or nothing said: computed from rules, features and words."""
    gap = "not_yet: {ja: まだ, en: missing}}"
    feature = "features: [{what: {ja: 何, en: what}, module: sekisho.clock, test: tests/conftest.py}]"
    cases = {
        ONE + "}": MeasureState.NOTHING_SAID,
        ONE + f", {gap}": MeasureState.NOT_YET,
        ONE + ", not_software: {ja: 人の仕事, en: a person's work}}": MeasureState.NOT_SOFTWARE,
        ONE + f", {feature}}}": MeasureState.IMPLEMENTED,
        ONE + f", {feature}, {gap}": MeasureState.PARTLY,
    }
    for text, state in cases.items():
        (found,) = measure_coverage(read_measures(written(text), "m.yaml"), [])
        assert found.state is state


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (written(ONE + ", surprise: 1}"), "unknown key 'surprise'"),
        (written(ONE + "}", ONE + "}"), "stands twice"),
        (written(ONE.replace("areas: [contracts]", "areas: []") + "}"), "belongs to an area"),
        (written(ONE.replace("areas: [contracts]", "areas: [space]") + "}"), "one of contracts"),
        (written(ONE + ", not_yet: {ja: a, en: b}, not_software: {ja: a, en: b}}"), "contradict"),
        (written(ONE + ", features: [{what: {ja: a, en: b}, module: x}]}"), "'test' is missing"),
        (written(ONE.replace("desk: contracts, ", "") + "}"), "'desk' is missing"),
    ],
)
def test_a_faulty_file_is_refused_where_it_stands(text: str, problem: str) -> None:
    """Whatever isn't known is refused with file and line."""
    with pytest.raises(RulebookRefused) as refused:
        read_measures(text, "m.yaml")
    assert problem in refused.value.fields["problem"]
    assert refused.value.fields["file"] == "m.yaml"
    assert refused.value.fields["line"] >= 1


def test_the_page_is_what_the_program_writes() -> None:
    """docs/measures.md is generated: `sekisho rulebook coverage --measures-page > docs/measures.md`."""
    desks = (load_contracts(), load_disclosure(), load_stops(), load_apps())
    found = measure_coverage(load_measures(), tuple(rule for desk in desks for rule in desk.rules.values()))
    assert (ROOT / "docs" / "measures.md").read_text(encoding="utf-8") == measures_page(found)
