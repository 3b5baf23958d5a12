"""A rule as a lawyer reads it: every part of it is there, in both languages, in words."""

from __future__ import annotations

import re
from datetime import date

import pytest

from sekisho.contracts.facts import CATALOGUE
from sekisho.contracts.law import contract_engine, load_contracts
from sekisho.engine.nodes import ALWAYS, Atom, walk
from sekisho.engine.plan import LawEngine
from sekisho.engine.rules import Rule, Selection
from sekisho.rulebook.condition_text import ConditionWriter, Notes, provision_label
from sekisho.rulebook.show import (
    Confirmations,
    instruments_document,
    provision_document,
    reading_day,
    rule_document,
    rule_summary,
    rules_about,
)
from sekisho.rulebook.show_text import instruments_text, provision_text, rule_text, rules_text
from sekisho.rulebook.words import value_words
from tests.repository.test_glossary import terms
from tests.rulebook.small_law import DUTY, METHODS, SCOPE, small_law

ON = date(2026, 11, 23)
RULES = sorted(load_contracts().rules)


@pytest.fixture(scope="module")
def small() -> LawEngine:
    """An engine over the small law."""
    return LawEngine(small_law(), CATALOGUE)


def test_the_whole_of_a_rule_is_shown(small: LawEngine) -> None:
    """Interval with instruments and knowledge, citation with text state, conditions, messages, examples."""
    said = rule_text(small, small.rulebook.rules["small.shown"], "ja", on=date(2021, 1, 1))
    for part in (
        "書類の提示",
        "2020-01-01 から 2023-12-31 まで",
        "令和5年法律第0号（2023-03-01 から知られている）",
        "法2条イ 方法",
        "「書類の提示」のうち一つが、次をすべて満たす",
        "運転免許証・健康保険の被保険者証 のいずれか",
        "書類を見せてください。",
        "今後はICチップも読み取ってください。",
        "✓ 2021-01-01  licence  充足",
        "提示を受けた日",
    ):
        assert part in said
    assert "法務確認" not in said


def test_letters_and_lists_are_those_of_the_day(small: LawEngine) -> None:
    """Another day, another letter and another list."""
    said = rule_text(small, small.rulebook.rules["small.shown"], "en", on=date(2023, 6, 1))
    assert "Act art. 2(b)" in said
    assert "health insurance card" not in said
    assert reading_day(small.rulebook.rules["small.shown"], date(2025, 1, 1)) == date(2020, 1, 1)


def test_an_example_that_fails_shows_what_was_expected() -> None:
    """A wrong example is marked, with the verdict found and the one expected."""
    wrong = METHODS.replace(
        "{name: nothing, as_of: 2021-01-01, expect: unmet}", "{name: nothing, as_of: 2021-01-01, expect: unknown}"
    ).replace(
        "      - name: licence",
        "      - {name: none, as_of: 2021-01-01, expect: unmet}\n      - name: licence",
    )
    engine = LawEngine(small_law(rules=DUTY + SCOPE + wrong), CATALOGUE)
    assert "✗ 2021-01-01  nothing  不充足  期待は 不明" in rule_text(
        engine, engine.rulebook.rules["small.shown"], "ja", on=ON
    )


def test_confirmation_is_shown_where_it_is_known(small: LawEngine) -> None:
    """Confirmed, unconfirmed, or not needed; nothing is said without a workspace."""
    rule = small.rulebook.rules["small.shown"]
    assert rule_document(small, rule, on=ON, confirmations=Confirmations(frozenset()))["confirmation"] == "confirmed"
    waiting = Confirmations(frozenset({rule.id}))
    assert rule_document(small, rule, on=ON, confirmations=waiting)["confirmation"] == "unconfirmed"
    assert "confirmation" not in rule_document(small, rule, on=ON)
    assert "まだだれも条文と照合していない" in rule_text(small, rule, "ja", on=ON, confirmations=waiting)


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_shipped_rule_can_be_read(lang: str) -> None:
    """No rule of the shipped rulebook fails to be written, and each tells its citations of the day."""
    engine = contract_engine()
    for name in RULES:
        rule = engine.rulebook.rules[name]
        said = rule_text(engine, rule, lang, on=ON)
        day = reading_day(rule, ON)
        assert provision_label(engine.rulebook, rule.provisions[0], day, lang) in said.replace("\n" + " " * 16, "")
        assert "✗" not in said


@pytest.mark.parametrize("name", RULES)
def test_every_atom_of_a_condition_is_written(name: str) -> None:
    """What the engine compares stands in the words: no fact's title is left out, named conditions included."""
    rule: Rule = load_contracts().rules[name]
    writer, notes = ConditionWriter(load_contracts(), CATALOGUE, reading_day(rule, ON), "ja"), Notes()
    lines: list[str] = []
    for node in (rule.when, rule.requires, rule.completion, *(e.condition for e in rule.excepts)):
        if node is not None and node != ALWAYS:
            lines += writer.lines(node, notes, width=10_000)
    said = "\n".join([*lines, *writer.note_lines(notes, width=10_000)])
    for node in (rule.when, rule.requires, rule.completion):
        for part in walk(node) if node is not None else ():
            if isinstance(part, Atom) and not part.of_item:
                assert CATALOGUE.facts[part.name].title.ja in said
            elif isinstance(part, Atom):
                titles = {
                    s.attributes[part.name].title.ja for s in CATALOGUE.evidence.values() if part.name in s.attributes
                }
                assert any(title in said for title in titles), part.name
    for letter in re.findall(r"条件〔([A-Z]+)〕", said):
        assert f"〔{letter}〕" in said.replace(f"条件〔{letter}〕", "")


def test_values_are_words() -> None:
    """Every value of the catalogue has words, and where the glossary has the term, they are the glossary's."""
    specs = [*CATALOGUE.facts.values(), *(a for kind in CATALOGUE.evidence.values() for a in kind.attributes.values())]
    values = {value for spec in specs for value in spec.values}
    assert sorted(values - set(value_words())) == []
    glossary = {term.identifier: (term.ja, term.en) for term in terms()}
    assert [
        value
        for value in sorted(values)
        if value in glossary and glossary[value] != (value_words()[value].ja, value_words()[value].en)
    ] == []


def test_a_provision_shows_its_texts_and_its_rules(small: LawEngine) -> None:
    """Each version with its letter and state, the rules that cite it in order of time, or the reason for none."""
    law = small.rulebook
    document = provision_document(law, law.provisions["small-act.2"], on=date(2023, 1, 1))
    assert [version["label"]["ja"] for version in document["versions"]] == ["法2条イ", "法2条ロ", "法2条ハ"]
    assert [rule["rule"] for rule in document["rules"]] == ["small.shown", "small.shown.2024-01"]
    assert "裁判所が判断する" in provision_text(provision_document(law, law.provisions["small-act.3"], on=ON), "ja")
    assert "no text that day" in provision_text(
        provision_document(law, law.provisions["small-act.2"], on=date(2019, 1, 1)), "en"
    )


def test_instruments_say_what_can_be_adopted() -> None:
    """Industry and house instruments can be adopted, acts and ordinances can't."""
    listed = instruments_document(load_contracts())
    assert {i["instrument"] for i in listed if i["can_be_adopted"]} >= {"industry-tca"}
    assert not any(i["can_be_adopted"] for i in listed if i["kind"] in ("act", "ordinance", "report"))
    assert "industry-tca" in instruments_text(listed, "en")


def test_a_list_is_of_the_kind_of_case_asked_for() -> None:
    """Rules about remote contracts of natural persons: nothing face to face only, nothing that had ended."""
    law = load_contracts()
    found = rules_about(
        law,
        CATALOGUE,
        {"event": "new_contract", "subject.kind": "natural", "channel": "remote"},
        on=ON,
        as_known_at=ON,
        selection=Selection(),
    )
    methods = {rule.method for rule in found if "identity" in rule.duties}
    assert "chip-and-face" in methods
    assert "document-shown" not in methods
    assert "document-image-and-face" not in methods
    said = rules_text([rule_summary(law, rule, on=ON) for rule in found], "ja")
    assert said.endswith(f"{len(found)} 件")
    with pytest.raises(ValueError, match="channel"):
        rules_about(law, CATALOGUE, {"channel": "carrier pigeon"}, on=ON, as_known_at=ON, selection=Selection())
