"""The shipped rulebook of the external transmission rule: whole, silent about nothing, honest about its texts."""

from __future__ import annotations

from datetime import date

from sekisho.apps.law.catalogue import load_catalogue
from sekisho.apps.law.check import asked_by
from sekisho.apps.law.deduced import Deduced
from sekisho.apps.law.rules import CATALOGUE, UNDECIDED, apps_engine, load_apps
from sekisho.apps.law.verdicts import Layer
from sekisho.cli.rulebook_desks import desk_law, rules_of_others
from sekisho.engine.rules import Strength, TextState
from sekisho.rulebook.duty_coverage import duty_coverage
from sekisho.rulebook.examples import run_examples
from sekisho.rulebook.words import value_words
from sekisho.rulebook.worklist import load_sources_list, unsourced
from tests.apps.law.situations import TODAY, answers_of, facts_of


def test_every_example_of_every_rule_finds_what_it_says() -> None:
    """A rule's worked examples are tests."""
    results = list(run_examples(apps_engine()))
    assert [f"{one.rule.id} / {one.example.name}: {one.found}" for one in results if not one.agrees] == []
    assert {one.rule.id for one in results} == set(load_apps().rules)


def test_the_duty_is_imposed_or_excused_and_can_be_fulfilled() -> None:
    """For every medium and basis since the first day, the duty binds or doesn't, and some way fulfils it."""
    found = duty_coverage(load_apps(), CATALOGUE)
    assert found.since == date(2023, 6, 16)
    assert found.holes == ()
    assert found.dead_ends == ()


def test_items_01_to_20_are_rules_and_the_last_three_only_advise() -> None:
    """ETR-01 to 17 are duties by law; ETR-18 to 20 rest on a draft, in the words of a guideline."""
    rules, items = load_apps().rules, load_catalogue()
    for number in range(1, 21):
        item = items[f"ETR-{number:02}"]
        rule = rules[item.rule]
        assert (item.layer is Layer.LAW) == (number <= 17) == (rule.strength is Strength.DUTY)
    assert {item.rule for item in items.values() if item.rule} <= set(rules)


def test_no_text_is_said_to_have_been_read_word_for_word() -> None:
    """Only summaries were read; the commentary on the recipient's purpose and the draft not at all."""
    rules = load_apps().rules
    assert all(rule.text_state is not TextState.VERBATIM for rule in rules.values())
    for name in ("apps.requirement.etr-06", "apps.advice.etr-18", "apps.advice.etr-19", "apps.advice.etr-20"):
        assert rules[name].text_state is TextState.UNVERIFIED


def test_every_rule_by_law_names_the_revision_that_was_read() -> None:
    """The Ordinance's rules name the e-Gov revision; the Act's say that none was recorded."""
    for rule in load_apps().rules.values():
        if rule.strength is Strength.DUTY and rule.id != "apps.requirement.etr-06":
            assert "360M50001000025_20260810_508M60000008107" in rule.source or "版IDは記録されていない" in rule.source


def test_every_fact_a_rule_asks_about_is_deduced() -> None:
    """Nothing a rule asks for is left out by the code that makes the facts: else it would be unknown for ever."""
    from sekisho.apps.law.about_sending import about_sending
    from sekisho.apps.law.about_service import about_service
    from sekisho.apps.law.facts import House, Known

    facts, answers = facts_of({}), answers_of({})
    known: dict[str, Deduced] = dict(about_service(facts, answers, on=TODAY, house=House()))
    assert isinstance(facts.sendings, Known)
    known.update(about_sending(facts.sendings.value[0], facts, answers, on=TODAY, house=House()))
    asked = {name for rule in load_apps().rules.values() for name in asked_by(rule)}
    assert asked <= set(known)
    assert set(known) == set(CATALOGUE.facts) - set(CATALOGUE.dimensions)


def test_consent_and_opt_out_are_asked_only_where_they_are_relied_on() -> None:
    """ETR-14 to 16 apply under their own basis, or where nobody said which."""
    rules = load_apps().rules
    assert rules["apps.requirement.etr-14"].applies["basis"] == {"consent", UNDECIDED}
    for number in ("15", "16"):
        assert rules[f"apps.requirement.etr-{number}"].applies["basis"] == {"opt_out", UNDECIDED}


def test_no_rule_holds_a_threshold() -> None:
    """Rules ask for true or false only: numbers of operations and letter sizes are the house's, outside the law."""
    assert {spec.type.value for spec in CATALOGUE.facts.values()} == {"enum", "bool"}


def test_the_desk_is_one_of_the_rulebook_s_commands() -> None:
    """Ids belong to one desk, values have words, and every duty a text to compare it with."""
    assert desk_law("apps").rulebook is load_apps()
    assert not {rule.id for rule in rules_of_others("apps")} & set(load_apps().rules)
    values = {value for spec in CATALOGUE.facts.values() for value in spec.values}
    assert sorted(values - set(value_words())) == []
    duties = [rule for rule in load_apps().rules.values() if rule.strength is Strength.DUTY]
    assert [rule.id for rule in unsourced(load_sources_list(), duties)] == []
