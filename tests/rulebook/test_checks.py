"""Checks on the rulebook as a whole: citations hold on the rule's days, and nobody's own method meets a duty by law."""

from __future__ import annotations

from datetime import date

import pytest

from sekisho.engine.nodes import AllOf, Atom, Cited, Exists, Not, Op, SetRef, Unless
from sekisho.rulebook.checks import cited_by, sets_of
from sekisho.rulebook.errors import RulebookRefused
from sekisho.rulebook.loader import load_sources
from tests.engine.builders import CATALOGUE, HEAD, exception, load, rule, rule_yaml, sources

TWO = (
    HEAD
    + """\
  - id: act.1-2
    title: {ja: 1条2項, en: art. 1(2)}
    versions: [{from: 2000-01-01, label: {ja: 法1条2項, en: Act art. 1(2)}, text_state: verbatim}]
"""
)
GUILD = {
    "guild/provisions.yaml": """\
instrument: {id: guild, title: {ja: 協会, en: Guild}, kind: industry, source: 'made up'}
provisions:
  - id: guild.1
    title: {ja: 一, en: one}
    versions: [{from: 2000-01-01, label: {ja: 規則1, en: rule 1}, text_state: verbatim}]
"""
}


def _duty(**changed: str | None) -> str:
    plain: dict[str, str | None] = {
        "id": "duty.show",
        "role": "duty",
        "method": None,
        "requires": None,
        "completed_on": None,
        "when": "{stranger: {eq: true}}",
        "examples": (
            "[{name: a, as_of: 2026-06-01, facts: {stranger: true}, expect: met},"
            " {name: b, as_of: 2026-06-01, facts: {stranger: false}, expect: not_applicable}]"
        ),
    }
    return rule_yaml(**(plain | changed))


def test_everything_a_rule_cites_is_found() -> None:
    """Its own provisions, those per event, of exceptions, of named conditions and of exceptions inside conditions."""
    agreed = Atom("agreed", False, Op.EQ, True)
    made = rule(
        "r",
        provisions=("a",),
        provisions_by_event={"leave": ("b",)},
        when=Not(Cited("named", ("c",), agreed)),
        requires=Exists("paper", Unless(agreed, ("d",), agreed)),
        completion=Cited("closing", ("e",), agreed),
        excepts=(exception(Cited("inner", ("f",), agreed)),),
    )
    assert cited_by(made) == {"a", "b", "c", "d", "e", "f", "act.2"}


def test_every_set_a_rule_asks_about_is_found() -> None:
    """In every slot, at any depth."""
    deep = Exists("paper", AllOf((Not(Atom("document", True, Op.IN, SetRef("x"))),)))
    made = rule("r", when=Atom("colour", False, Op.IN, SetRef("y")), requires=deep)
    assert sets_of(made) == {"x", "y"}


def test_a_provision_whose_part_is_cited_needs_no_rule_of_its_own() -> None:
    """Article 1 is implemented where its second paragraph is."""
    assert load(rule_yaml(provisions="['act.1-2']"), head=TWO)


def test_a_provision_that_only_sounds_like_a_part_does_not_count() -> None:
    """Article 10 is no part of article 1."""
    head = TWO.replace("act.1-2", "act.10")
    with pytest.raises(RulebookRefused) as caught:
        load(rule_yaml(provisions="[act.10]"), head=head)
    assert caught.value.fields["line"] == 8
    assert "'act.1': no rule cites it" in caught.value.fields["problem"]


@pytest.mark.parametrize("strength", ["voluntary", "house", "desirable", "effort", "benchmark"])
def test_only_a_method_by_law_meets_a_duty_by_law(strength: str) -> None:
    """An industry's or house's own way of checking can't stand for one that the Ordinance permits."""
    own = rule_yaml(id="guild.paper", method="guild", provisions="[guild.1]", strength=strength)
    found = {**sources(_duty(), rule_yaml()), **GUILD, "guild/rules.yaml": "rules:\n" + own}
    with pytest.raises(RulebookRefused) as caught:
        load_sources(found, CATALOGUE, lock=None)
    assert caught.value.fields["file"] == "guild/rules.yaml"
    assert caught.value.fields["line"] == 2
    assert "the law imposes 'show'" in caught.value.fields["problem"]


def test_a_method_of_its_own_may_meet_a_duty_of_its_own() -> None:
    """Where only the house imposes a duty, its own method is what fulfils it; a proposal may propose one by law."""
    own = rule_yaml(id="guild.paper", method="guild", provisions="[guild.1]", strength="house")
    imposed = _duty(strength="house", provisions="[guild.1]")
    found = {**sources(rule_yaml()), **GUILD, "guild/rules.yaml": "rules:\n" + imposed + own}
    assert load_sources(found, CATALOGUE, lock=None)
    assert load(_duty(), rule_yaml(), rule_yaml(id="proposed", method="new", strength="proposal"))


def test_a_method_with_an_unknown_start_is_checked_from_its_last_possible_day() -> None:
    """Its interval begins where it begins at the latest, for gaps and for provisions."""
    start = "{date: unknown, not_later_than: 2027-05-29, known_from: 2026-05-29, instrument: act}"
    until = "{date: 2027-05-29, known_from: 2026-05-29, instrument: act}"
    both = (rule_yaml(until=until), rule_yaml(id="later", from_=start))
    assert load(*both).rules["later"].start.not_later_than == date(2027, 5, 29)
    late = both[0].replace("until: {date: 2027-05-29", "until: {date: 2027-05-30")
    with pytest.raises(RulebookRefused):
        load(late, both[1])
    head = HEAD.replace("from: 2000-01-01", "from: 2027-05-30")
    with pytest.raises(RulebookRefused):
        load(both[1], head=head)
