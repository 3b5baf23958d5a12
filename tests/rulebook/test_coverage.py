"""Coverage finds what is missing, and only that."""

from __future__ import annotations

from datetime import date
from importlib.util import find_spec
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.contracts.facts import CATALOGUE
from sekisho.contracts.law import load_contracts
from sekisho.engine.conclude import Confirmation, judge
from sekisho.engine.errors import SilentLaw
from sekisho.engine.facts import Case
from sekisho.engine.plan import LawEngine
from sekisho.engine.rules import Selection
from sekisho.rulebook.coverage import Coverage, ProblemKind, coverage
from sekisho.rulebook.coverage_text import coverage_document, coverage_text
from sekisho.rulebook.duty_coverage import DutyFault, boxes, duty_coverage
from sekisho.rulebook.measures import load_measures, read_measures
from tests.rulebook.small_law import DUTY, METHODS, PROVISIONS, SCOPE, small_law

MEASURES = """
source: a report
measures:
  - {id: A0-1, title: {ja: 一, en: one}, areas: [contracts], desk: contracts, software: {ja: 判断, en: decides}}
  - {id: A0-6, title: {ja: 六, en: six}, areas: [contracts], desk: contracts, software: {ja: 日付, en: dates}}
"""


def covered(rules: str, measures: str = MEASURES, provisions: str = PROVISIONS) -> Coverage:
    """Coverage of the small law with these rules."""
    return coverage(
        small_law(rules=rules, provisions=provisions),
        CATALOGUE,
        read_measures(measures, "measures.yaml"),
        module_exists=lambda name: find_spec(name) is not None,
    )


def test_the_small_law_is_complete() -> None:
    """Where every case is imposed or excused and everything is cited, nothing is found."""
    found = covered(DUTY + SCOPE + METHODS)
    # The duty's fact unknown: the duty may apply, which counts as imposed; the scope rule doesn't hold.
    assert found.holes == ()
    assert found.duties.holes == ()
    assert found.complete


def test_a_case_that_no_rule_speaks_of_is_found() -> None:
    """Without the scope rule the law is silent on wholesale contracts: the hole names case, days and an example."""
    found = covered(DUTY + METHODS)
    assert not found.complete
    (hole,) = found.duties.holes
    assert hole.fault is DutyFault.SILENT
    assert (hole.event, hole.duty) == ("new_contract", "identity")
    assert hole.facts == {"service.wholesale_between_carriers": True}
    assert hole.start == date(2020, 1, 1)
    assert hole.end is None
    assert len(hole.subjects) * len(hole.channels) * len(hole.services) == 6 * 3 * 6


def test_the_hole_found_is_one_that_the_engine_falls_into() -> None:
    """The engine refuses to judge the very case that coverage gives as an example, and judges the others."""
    rulebook = small_law(rules=DUTY + METHODS)
    engine = LawEngine(rulebook, CATALOGUE)
    (hole,) = duty_coverage(rulebook, CATALOGUE).holes
    dims = {
        "event": hole.event,
        "subject.kind": hole.subjects[0],
        "channel": hole.channels[0],
        "service": hole.services[0],
    }

    def verdict(facts: dict[str, object]) -> None:
        case = Case({**dims, **facts}, {})  # type: ignore[dict-item]  # the example holds plain values
        judge(
            engine,
            case,
            as_of=hole.start,
            as_known_at=date(2030, 1, 1),
            selection=Selection(),
            confirmation=Confirmation(required=False, confirmed={}),
        )

    with pytest.raises(SilentLaw):
        verdict(dict(hole.facts))
    verdict({"service.wholesale_between_carriers": False})
    verdict({})


def test_a_duty_both_imposed_and_excused_is_found() -> None:
    """A scope rule that holds where the duty certainly does is a contradiction, with both rules named."""
    found = covered(
        DUTY
        + SCOPE.replace("{eq: true}}\n    strength", "{eq: false}}\n    strength")
        .replace(
            "facts: {service.wholesale_between_carriers: true}, expect: met",
            "facts: {service.wholesale_between_carriers: false}, expect: met",
        )
        .replace(
            "facts: {service.wholesale_between_carriers: false}, expect: unmet",
            "facts: {service.wholesale_between_carriers: true}, expect: unmet",
        )
        + METHODS
    )
    faults = {hole.fault for hole in found.duties.holes}
    assert DutyFault.IMPOSED_AND_EXCUSED in faults
    conflict = next(hole for hole in found.duties.holes if hole.fault is DutyFault.IMPOSED_AND_EXCUSED)
    assert conflict.rules == ("small.duty", "small.scope")


def test_a_voluntary_duty_does_not_break_the_silence_of_the_law() -> None:
    """Where only a voluntary rule imposes a duty and no rule excuses it, the law is silent, and that is a hole."""
    voluntary = DUTY.replace("strength: duty", "strength: voluntary").replace(
        "    when: {service.wholesale_between_carriers: {eq: false}}\n", ""
    )
    found = covered(voluntary + METHODS)
    assert {hole.fault for hole in found.duties.holes} == {DutyFault.VOLUNTARY_ONLY}


def test_a_duty_not_known_yet_is_silence_by_what_was_known() -> None:
    """A rule that was made known only after its first day leaves a hole for whoever judged in between."""
    late = DUTY.replace("known_from: 2019-06-01", "known_from: 2021-06-01").replace(
        "    when: {service.wholesale_between_carriers: {eq: false}}\n", ""
    )
    found = covered(late + METHODS)
    assert found.duties.holes
    assert all(hole.known_at is not None and hole.known_at < date(2021, 6, 1) for hole in found.duties.holes)


def test_conditions_on_evidence_are_gone_through_too() -> None:
    """A duty that depends on evidence is imposed, excused or silent for each truth that condition can have."""
    by_evidence = (
        DUTY.replace(
            "when: {service.wholesale_between_carriers: {eq: false}}", "when: {exists: {evidence: consultation}}"
        )
        .replace("facts: {service.wholesale_between_carriers: false}, ", "evidence: [{kind: consultation}], ")
        .replace("facts: {service.wholesale_between_carriers: true}, ", "")
    )
    (hole,) = covered(by_evidence + METHODS).duties.holes
    assert list(hole.facts.values()) == [False]
    assert next(iter(hole.facts)).startswith("condition:consultation")


def test_a_duty_without_any_method_is_told_and_is_no_hole() -> None:
    """Remote contracts before the signature: the duty applies, and no method does."""
    found = covered(DUTY + SCOPE + METHODS)
    assert found.complete
    (end,) = found.duties.dead_ends
    assert end.fault is DutyFault.NO_WAY
    assert end.channels == ("postal", "remote")
    assert (end.start, end.end) == (date(2020, 1, 1), date(2025, 6, 1))


def test_measures_are_counted_both_ways() -> None:
    """A rule with an unknown measure, and a measure nothing implements and nobody excuses, are both holes."""
    assert {p.kind for p in covered(DUTY + SCOPE + METHODS).problems} == set()
    unknown = covered(DUTY.replace("[A0-1]", "[A9-9]") + SCOPE + METHODS)
    assert {(p.kind, p.about) for p in unknown.holes} == {
        (ProblemKind.UNKNOWN_MEASURE, "small.duty"),
        (ProblemKind.NOTHING_SAID_OF_MEASURE, "A0-1"),
    }
    feature = "features: [{what: {ja: 無, en: none}, module: sekisho.nowhere, test: tests/none.py}]"
    missing = covered(
        DUTY + SCOPE + METHODS,
        MEASURES.replace("desk: contracts, software: {ja: 判断", f"desk: contracts, {feature}, software: {{ja: 判断"),
    )
    assert [p.kind for p in missing.holes] == [ProblemKind.MODULE_MISSING]


def test_a_citation_out_of_force_is_found() -> None:
    """An event's own citation must have a text in force while the rule is; the loader doesn't look there."""
    old = PROVISIONS + (
        "  - id: small-act.9\n    title: {ja: 旧, en: Old}\n    versions:\n"
        "      - {from: 2010-01-01, until: 2015-01-01, label: {ja: 法9条, en: Act art. 9}, text_state: verbatim}\n"
    )
    rules = DUTY.replace(
        "    party: operator\n", "    provisions_by_event: {new_contract: [small-act.9]}\n    party: operator\n"
    )
    found = covered(rules + SCOPE + METHODS, provisions=old)
    assert [(p.kind, p.about) for p in found.holes] == [(ProblemKind.CITATION_NOT_IN_FORCE, "small.duty")]


def test_a_verbatim_rule_over_an_unread_amendment_is_a_note() -> None:
    """It is told where a rule says verbatim while a later text of what it cites was not read."""
    found = covered(DUTY.replace("provisions: [small-act.1]", "provisions: [small-act.2]") + SCOPE + METHODS)
    assert [p.kind for p in found.problems] == [ProblemKind.TEXT_STATE_STRONGER]
    assert found.complete


def test_both_languages_and_the_document_tell_the_same_holes() -> None:
    """The text in either language and the JSON document name the hole's rule, days and example."""
    found = covered(DUTY + METHODS)
    document = coverage_document(found)
    assert document["complete"] is False
    assert document["duty_holes"][0]["example"] == {"service.wholesale_between_carriers": True}
    assert "抜けが 1 件" in coverage_text(found, CATALOGUE, "ja")
    english = coverage_text(found, CATALOGUE, "en", everything=True)
    assert "1 holes" in english
    assert "neither imposed nor excused" in english
    assert "A0-1" in english


VALUES = st.sets(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz"), st.sampled_from("123")), min_size=1)


@given(VALUES)
def test_boxes_hold_exactly_the_cells(cells: set[tuple[str, str, str]]) -> None:
    """Every cell lies in exactly one box, and no box holds anything else."""
    unfolded = [cell for box in boxes(cells) for cell in product(*box)]
    assert len(unfolded) == len(set(unfolded))
    assert set(unfolded) == cells


def test_the_shipped_rulebook_is_complete() -> None:
    """Every provision, rule and measure is accounted for, and every duty of every kind of case on every day."""
    found = coverage(
        load_contracts(), CATALOGUE, load_measures(), module_exists=lambda name: find_spec(name) is not None
    )
    assert [problem.text.en for problem in found.holes] == []
    assert found.duties.holes == ()
    assert found.duties.since <= date(2019, 11, 1)
    assert found.duties.cases >= 864 * 7


def test_since_the_methods_were_written_out_every_duty_has_one() -> None:
    """From the oldest encoded version on, no kind of case has a duty by law and no method for it."""
    found = duty_coverage(load_contracts(), CATALOGUE, since=date(2019, 11, 1))
    assert [(end.event, end.duty, end.subjects, end.services, end.start) for end in found.dead_ends] == []
