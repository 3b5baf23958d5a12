"""The shipped disclosure rulebook: whole, silent about nothing, and every row of the law's short table is in it."""

from __future__ import annotations

from datetime import date

import pytest

from sekisho.contracts.law import load_contracts
from sekisho.disclosure.decide import DisclosureDesk, Law
from sekisho.disclosure.facts import CATALOGUE
from sekisho.disclosure.kinds import Act, CaseType, DataClass
from sekisho.disclosure.law import disclosure_engine, load_disclosure
from sekisho.engine.conclude import Confirmation
from sekisho.engine.rules import KindOfNo, Role, Strength, TextState
from sekisho.engine.verdicts import Verdict
from sekisho.rulebook.duty_coverage import duty_coverage
from sekisho.rulebook.examples import run_examples
from sekisho.rulebook.words import value_words
from sekisho.rulebook.worklist import load_sources_list, unsourced

ROWS = {
    "R01": "telecom-guideline.38-1",
    "R02": "telecom-guideline.38-1",
    "R03": "advice.retention.desirable",
    "R04": "advice.retention.ceiling",
    "R05": "telecom-guideline.38-deletion",
    "R06": "telecom-guideline.38-1",
    "R07": "telecom-guideline.38-exceptions",
    "R08": "ground.preservation",
    "R09": "ground.preservation-extension",
    "R10": "refuse.preservation.withdrawn",
    "R11": "refuse.preservation.not-disclosure",
    "R12": "advice.secrecy.asked",
    "R13": "disclosure.duty.ground.secrecy",
    "R14": "disclosure.duty.hearing",
    "R15": "advice.tell-objector",
    "R16": "advice.purpose-lock",
    "R17": "ground.deletion-prohibition",
    "R18": "disclosure.duty.finality",
    "R19": "telecom-business-act.28",
    "R20": "personal-information-act.26",
    "R21": "telecom-business-act.4-2",
    "R22": "telecom-guideline.12",
    "R23": "telecom-business-act.164-3",
    "R24": "advice.port",
    "R25": "telecom-guideline.destination",
}
"""Each row of the short table and the rule, or the provision with its reason, that answers it."""


def test_every_example_of_every_rule_finds_what_it_says() -> None:
    """A rule's worked examples are tests: each finds the verdict, and the reason, that it names."""
    results = list(run_examples(disclosure_engine()))
    assert [f"{one.rule.id} / {one.example.name}: {one.found}" for one in results if not one.agrees] == []
    assert {one.rule.id for one in results} == set(load_disclosure().rules)


def test_every_duty_of_every_act_is_imposed_or_excused_on_every_day() -> None:
    """Type of request × act × class × stretch of law: no duty is passed over in silence."""
    found = duty_coverage(load_disclosure(), CATALOGUE)
    assert found.since == date(2022, 10, 1)
    assert found.cases == len(CaseType) * len(Act) * len(DataClass) * len(found.stretches)
    assert found.holes == ()


def test_where_no_ground_exists_the_answer_is_a_refusal() -> None:
    """A duty nobody can fulfil is never left as 'something is missing': a rule says no, whatever the facts."""
    desk = DisclosureDesk(disclosure_engine())
    law = Law.of(date(2030, 1, 1), confirmation=Confirmation(required=False, confirmed={}))
    ends = duty_coverage(load_disclosure(), CATALOGUE).dead_ends
    assert ends
    for end in ends:
        assert end.duty == "lawful_ground"
        for act in end.subjects:
            for data_class in end.channels:
                found = desk.permission(
                    {"data.tied_to_communication": False},
                    event=CaseType(end.event),
                    act=Act(act),
                    data_class=DataClass(data_class),
                    on=end.start,
                    law=law,
                    received=end.start,
                )
                assert found.verdict is Verdict.REFUSE, (end.event, act, data_class)


@pytest.mark.parametrize("row", sorted(ROWS))
def test_every_row_of_the_short_table_is_a_rule_or_said_not_to_be_one(row: str) -> None:
    """R01 to R25: a rule decides or advises, or its provision says which part of the system carries it."""
    rulebook, name = load_disclosure(), ROWS[row]
    if name in rulebook.rules:
        return
    provision = rulebook.provisions[name]
    cited = any(name in rule.provisions for rule in rulebook.rules.values())
    assert cited or provision.not_a_rule is not None


def test_rule_ids_belong_to_one_desk() -> None:
    """A confirmation names a rule by its id alone, so no id stands in two rulebooks."""
    assert set(load_disclosure().rules) & set(load_contracts().rules) == set()


def test_every_refusal_is_the_lack_of_a_ground_and_nothing_is_said_to_be_read_that_was_not() -> None:
    """Every refusal is of the one kind; no rule by law claims its text word for word."""
    for rule in load_disclosure().rules.values():
        assert (rule.kind_of_no is KindOfNo.LAWFUL_GROUND_MISSING) == (rule.role is Role.REFUSAL)
        if rule.strength is Strength.DUTY:
            assert rule.text_state is not TextState.VERBATIM


def test_values_are_words() -> None:
    """Every value of the catalogue has words."""
    values = {value for spec in CATALOGUE.facts.values() for value in spec.values}
    assert sorted(values - set(value_words())) == []


def test_every_duty_has_a_text_to_compare_it_with() -> None:
    """The worklist names what to read for every rule by law of this desk."""
    duties = [rule for rule in load_disclosure().rules.values() if rule.strength is Strength.DUTY]
    assert [rule.id for rule in unsourced(load_sources_list(), duties)] == []
