"""The lock: a published rule keeps its meaning and its days for ever, and none vanishes."""

from __future__ import annotations

import pytest

from sekisho.rulebook.errors import RulebookRefused
from sekisho.rulebook.loader import meanings_of
from sekisho.rulebook.lock import Lock, lock_entry
from tests.engine.builders import CATALOGUE, RULE, load, rule_yaml, sources

UNTIL = "{date: 2030-01-01, known_from: 2026-01-01, instrument: act}"
UNKNOWN = "{date: unknown, not_later_than: 2027-05-29, known_from: 2026-05-29, instrument: act}"


def _lock(*rules: str, more: str = "") -> Lock:
    book, meanings = meanings_of(sources(*rules, more=more), CATALOGUE)
    return {rule_id: lock_entry(made, meanings[rule_id]) for rule_id, made in book.rules.items()}


def _refused(*rules: str, lock: Lock, more: str = "") -> RulebookRefused:
    with pytest.raises(RulebookRefused) as caught:
        load(*rules, lock=lock, more=more)
    return caught.value


def test_an_unchanged_rulebook_loads() -> None:
    """The lock written from a rulebook accepts it."""
    assert load(rule_yaml(), lock=_lock(rule_yaml()))


@pytest.mark.parametrize(
    "changed",
    [
        {"title": "{ja: 別の題, en: other}"},
        {"source": "elsewhere"},
        {"text_state": "summary"},
        {"message": RULE["message"].replace("職", "別")},
        {"examples": RULE["examples"].replace("name: with,", "name: other,")},
        {"until": UNTIL},
        {"measures": "[A0-1]"},
    ],
)
def test_wording_examples_and_an_end_may_be_mended(changed: dict[str, str]) -> None:
    """What doesn't change the meaning needs no new id; the law may end a rule later."""
    assert load(rule_yaml(**changed), lock=_lock(rule_yaml()))


@pytest.mark.parametrize(
    "changed",
    [
        {"requires": "{exists: {evidence: paper, where: {photo: {eq: false}}}}"},
        {"when": "{agreed: {eq: true}}"},
        {"completion": "{agreed: {eq: true}}"},
        {"completed_on": "received"},
        {"method": "other"},
        {"applies": "{channel: [counter]}"},
        {"party": "agent"},
        {"strength": "proposal"},
        {"provisions_by_event": "{leave: [act.1]}"},
        {"excepts": "[{provisions: [act.1], condition: {agreed: {eq: true}}, text: {ja: a, en: b}}]"},
    ],
)
def test_a_changed_meaning_under_an_old_id_is_refused_at_the_rule(changed: dict[str, str]) -> None:
    """Conditions, cases, duties, strength and citations are what a rule means."""
    error = _refused(rule_yaml(**changed), lock=_lock(rule_yaml()))
    assert (error.fields["file"], error.fields["line"]) == ("act/rules.yaml", 2)
    assert "meaning changed" in error.fields["problem"]


def test_a_changed_named_condition_changes_the_rules_that_use_it() -> None:
    """The meaning of ``use`` is what it names, however deep."""
    using = rule_yaml(requires="{use: outer}")
    named = (
        "conditions:\n"
        "  outer: {provisions: [act.1], condition: {all: [{use: inner}]}}\n"
        "  inner: {provisions: [act.1], condition: {age: {gte: 18}}}\n"
    )
    lock = _lock(using, more=named)
    assert load(using, lock=lock, more=named)
    assert "meaning changed" in _refused(using, lock=lock, more=named.replace("18", "20")).fields["problem"]


@pytest.mark.parametrize(
    ("before", "after", "which"),
    [
        ({"until": UNTIL}, {"until": UNTIL.replace("2030", "2031")}, "'until' changed from 2030-01-01 to 2031-01-01"),
        ({"until": UNTIL}, {}, "'until' changed from 2030-01-01 to None"),
        ({}, {"from_": RULE["from"].replace("2020-01-01", "2020-01-02")}, "'from' changed from 2020-01-01"),
        ({}, {"from_": UNKNOWN}, "'from' changed from 2020-01-01 to None"),
    ],
)
def test_a_day_that_was_fixed_stays(before: dict[str, str], after: dict[str, str], which: str) -> None:
    """An end or start once published isn't moved under the same id."""
    error = _refused(rule_yaml(**after), lock=_lock(rule_yaml(**before)))
    assert (error.fields["file"], error.fields["line"]) == ("act/rules.yaml", 2)
    assert which in error.fields["problem"]


def test_an_unknown_start_may_be_fixed() -> None:
    """That is what the rule was waiting for."""
    fixed = "{date: 2027-04-01, known_from: 2026-12-01, instrument: act}"
    assert load(rule_yaml(from_=fixed), lock=_lock(rule_yaml(from_=UNKNOWN)))


def test_a_vanished_rule_is_refused() -> None:
    """A rule that is no longer law ends; taking it away would rewrite the past."""
    both = (rule_yaml(), rule_yaml(id="show.other", method="other"))
    error = _refused(both[0], lock=_lock(*both))
    assert error.fields["file"] == "rules.lock.json"
    assert "'show.other' is gone" in error.fields["problem"]


def test_a_rule_that_was_not_published_is_refused_at_its_line() -> None:
    """Publishing writes the lock; until then the rule counts nowhere."""
    error = _refused(rule_yaml(), rule_yaml(id="show.new", method="new"), lock=_lock(rule_yaml()))
    assert error.fields["line"] == len(RULE) + 2
    assert "isn't in the lock yet" in error.fields["problem"]
