"""The worklist: every duty under a text that can confirm it, the most telling texts first."""

from __future__ import annotations

from sekisho.contracts.law import load_contracts
from sekisho.engine.rules import Strength
from sekisho.rulebook.worklist import load_sources_list, unsourced, worklist, worklist_document, worklist_text

DUTIES = [rule for rule in load_contracts().rules.values() if rule.strength is Strength.DUTY]


def test_every_rule_that_needs_confirmation_has_a_text() -> None:
    """No duty and no voluntary rule is without a primary text to compare it with."""
    needed = [r for r in load_contracts().rules.values() if r.strength in (Strength.DUTY, Strength.VOLUNTARY)]
    assert [rule.id for rule in unsourced(load_sources_list(), needed)] == []


def test_each_duty_stands_under_exactly_one_text() -> None:
    """Nothing is listed twice, nothing is lost."""
    items = worklist(load_sources_list(), DUTIES)
    listed = [rule.id for item in items for rule in item.rules]
    assert sorted(listed) == sorted(rule.id for rule in DUTIES)
    assert len(listed) == len(set(listed))


def test_the_current_ordinance_comes_first_then_2027_then_the_act() -> None:
    """The order in which reading settles most; a rule stands under what began it, not under what ended it."""
    items = worklist(load_sources_list(), DUTIES)
    assert [item.source.id for item in items][:3] == ["kisoku-current", "kisoku-2027", "act-2026"]
    under = {rule.id: item.source.id for item in items for rule in item.rules}
    assert under["contract.natural.chip-and-face.2026-04"] == "kisoku-current"
    assert under["contract.natural.chip-and-face.2020-04"] == "kisoku-2020"
    assert under["contract.natural.chip-and-face.2027-04"] == "kisoku-2027"


def test_an_aid_is_named_and_confirms_nothing_alone() -> None:
    """Summaries and comment results stand beside, never as the text to compare with."""
    items = worklist(load_sources_list(), DUTIES)
    assert all(item.source.kind == "primary" for item in items)
    aids = {source.id for item in items for sources in item.also.values() for source in sources if source.kind == "aid"}
    assert {"comment-16", "comment-94", "act-2026-summary"} <= aids


def test_every_address_is_one() -> None:
    """Each text says where to open it."""
    for source in load_sources_list():
        assert source.open
        assert all(address.startswith("https://") for address in source.open)


def test_what_is_confirmed_is_gone() -> None:
    """An empty list says so; the text names addresses, counts and the next step."""
    assert worklist(load_sources_list(), []) == []
    assert "すべて照合済みです。" in worklist_text([], 5, "ja")
    items = worklist(load_sources_list(), DUTIES)
    said = worklist_text(items, len(DUTIES), "ja")
    assert "https://laws.e-gov.go.jp/api/2/law_data/417M60000008167" in said
    assert "sekisho rulebook confirm" in said
    assert len(worklist_text(items, len(DUTIES), "en", everything=True)) > len(said)
    assert sum(
        len(item["rules"]) for item in worklist_document(items, load_contracts(), on=DUTIES[0].start.known_from)
    ) == len(DUTIES)
