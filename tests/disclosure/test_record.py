"""A case is read strictly and written back as it was."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.disclosure.errors import CaseRefused, FactRefused, TooManyItems
from sekisho.disclosure.facts import CATALOGUE
from sekisho.disclosure.reading import DERIVED, read_case
from sekisho.disclosure.record import MAX_ITEMS
from tests.disclosure.made_cases import case, case_document, item


def test_a_case_comes_back_as_it_was_written() -> None:
    """Every field of a full request survives writing and reading."""
    fact = {"value": True, "origin": "checked", "by": "uketsuke", "at": "2026-11-23T10:05:00+09:00", "note": "折り返し"}
    made = case(
        secrecy={"state": "ordered", "until": "2027-11-20"},
        flags=["urgent", "p2p"],
        facts={"authenticity.called_back": fact, "preservation.days_asked": {**fact, "value": 30}},
        knows=["kakunin"],
        brand="関所モバイル",
        items=[
            item(protocol=6, destination="198.51.100.7", destination_port=443),
            item(2, kind="phone", value="０９０-0000-0000", port=None, data_class="subscriber"),
            item(3, kind="post_url", value="https://example.jp/p/1", port=None, wanted=["civil.5", "civil.8"]),
        ],
    )
    assert read_case(made.json()) == made
    assert made.secret
    assert made.items[1].value == "09000000000"
    assert made.items[0].until == datetime(2026, 11, 20, 3, 0, 1, tzinfo=UTC)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.sampled_from(["2001:db8::5", "203.0.113.9", "::ffff:203.0.113.9"]), min_size=1, max_size=4),
    st.sampled_from(["second", "minute", "hour", "day"]),
)
def test_any_list_of_addresses_comes_back(values: list[str], precision: str) -> None:
    """Addresses are kept in one form, whatever form they came in."""
    made = case(items=[item(at, value=value, precision=precision) for at, value in enumerate(values, 1)])
    assert read_case(made.json()) == made
    assert all(":ffff:" not in one.value for one in made.items)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"type": "search"}, "type"),
        ({"type": 7}, "type"),
        ({"unknown": 1}, "unknown"),
        ({"requester": {"name": " "}}, "requester.name"),
        ({"requester": {"title": "x"}}, "requester.title"),
        ({"requester": {"kind": "neighbour"}}, "requester.kind"),
        ({"document": {"dated": "令和8年"}}, "document.dated"),
        ({"document": {"dated": "2026-11-24"}}, "document.dated"),
        ({"document": {"valid_until": "2026-11-20"}}, "document.valid_until"),
        ({"document": {"sha256": "00"}}, "document.sha256"),
        ({"received_at": "2026-11-23T10:00:00"}, "received_at"),
        ({"secrecy": {"state": "none", "until": "2027-01-01"}}, "secrecy.until"),
        ({"knows": ["Not An Id"]}, "knows"),
        ({"flags": "urgent"}, "flags"),
        ({"id": "../x"}, "id"),
        ({"brand": "a\x00b"}, "brand"),
        ({"items": {}}, "items"),
        ({"items": [item(2)]}, "items.number"),
        ({"items": [item(1), item(1)]}, "items.number"),
        ({"items": [item(1, begin="2026-11-20T12:00:00")]}, "items[0].begin"),
        ({"items": [item(1, end="2026-11-20T11:00:00+09:00")]}, "items[0].end"),
        ({"items": [item(1, value="fe80::1%eth0")]}, "items[0].value"),
        ({"items": [item(1, value="203.0.113.500")]}, "items[0].value"),
        ({"items": [item(1, port=70_000)]}, "items[0].port"),
        ({"items": [item(1, port=True)]}, "items[0].port"),
        ({"items": [item(1, protocol=256)]}, "items[0].protocol"),
        ({"items": [item(1, wanted=[])]}, "items[0].wanted"),
        ({"items": [item(1, wanted=["civil.15"])]}, "items[0].wanted"),
        ({"items": [item(1, data_class="subscriber")]}, "items[0].data_class"),
        ({"items": [item(1, kind="phone", value="123", port=None)]}, "items[0].value"),
        ({"items": [item(1, kind="phone", value="09000000000")]}, "items[0].port"),
        ({"items": [item(1, kind="post_url", value="ftp://x", port=None)]}, "items[0].value"),
    ],
)
def test_what_cannot_be_accepted_is_named(changed: dict[str, Any], field: str) -> None:
    """Each wrong field is refused by its own name, and the value isn't repeated."""
    with pytest.raises(CaseRefused) as caught:
        case(**changed)
    assert caught.value.fields["field"] == field
    assert "203.0.113.500" not in caught.value.sentence("ja")


def test_too_many_items_are_asked_back_in_parts() -> None:
    """A request with more identifiers than one may have is refused with the limit."""
    written = case_document() | {"items": [{}] * (MAX_ITEMS + 1)}
    with pytest.raises(TooManyItems) as caught:
        read_case(written)
    assert caught.value.fields["limit"] == MAX_ITEMS


@pytest.mark.parametrize(
    ("name", "value"),
    [("no.such", True), ("people.reviewed", True), ("scope.within_order", True), ("order.final", "yes")],
)
def test_facts_are_the_catalogues_and_nobody_states_what_the_desk_works_out(name: str, value: object) -> None:
    """A fact unknown to the catalogue, outside its domain, or the desk's own is refused."""
    fact = {"value": value, "origin": "declared", "by": "x", "at": "2026-11-23T10:00:00+09:00"}
    with pytest.raises(FactRefused):
        case(facts={name: fact})


def test_what_the_desk_works_out_is_in_the_catalogue() -> None:
    """The facts nobody may state exist."""
    assert set(CATALOGUE.facts) >= DERIVED
