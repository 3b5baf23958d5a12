"""Requests in JSON."""

from __future__ import annotations

import hashlib
from typing import Any

import orjson
import pytest

from sekisho.disclosure.errors import CaseRefused, FactRefused
from sekisho.disclosure.intake import json_form
from sekisho.disclosure.intake.errors import FileRefused
from sekisho.disclosure.intake.json_form import canonical, read_json
from sekisho.disclosure.kinds import CaseType, DataClass
from sekisho.disclosure.record import MAX_ITEMS, ItemKind
from tests.disclosure.intake.made_requests import item, packed, request


def test_what_is_written_is_kept_as_written() -> None:
    """Lists are read; times and addresses stay the sender's words until they are looked over."""
    found = read_json(packed(items=[item(value=" 203.0.113.5 ", time="きのう", port="２０００", reference="甲1")]))
    assert found.head.type is CaseType.SEARCH_SEIZURE
    (one,) = found.items
    assert (one.value, one.time, one.port, one.reference) == (" 203.0.113.5 ", "きのう", "２０００", "甲1")
    assert (one.kind, one.data_class, one.wanted) == (ItemKind.ADDRESS, DataClass.SECRECY, ("subscriber",))


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"{", b'{"a":1,"a":2}', b'{"a":NaN}', b'{"a":"\xff"}', b'{"a":"\\ud800"}', b"[" * 100_000,
     b'{"a":' * 3_000 + b"1" + b"}" * 3_000, b'{"a":' + b"9" * 5_000 + b"}"],
)  # fmt: skip
def test_what_is_no_json(data: bytes) -> None:
    """Refused as a file, whatever is wrong with it."""
    with pytest.raises(FileRefused):
        read_json(data)


def test_a_file_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """The size is bounded before anything is parsed."""
    monkeypatch.setattr(json_form, "MAX_JSON", 100)
    with pytest.raises(FileRefused):
        read_json(packed())


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"id": "d0123456789abcdef"}, "id"),
        ({"type": "wish"}, "type"),
        ({"requester": {"kind": "neighbour"}}, "requester.kind"),
        ({"requester": {"badge": "1"}}, "requester.badge"),
        ({"document": {"seal": "1"}}, "document.seal"),
        ({"document": {"sha256": "12"}}, "document.sha256"),
        ({"document": {"number": 5}}, "document.number"),
        ({"document": {"title": "あ" * 1_001}}, "document.title"),
        ({"items": {}}, "items"),
        ({"items": ["203.0.113.5"]}, "items[0]"),
        ({"items": [item(colour="red")]}, "items[0].colour"),
        ({"items": [item(number=2)]}, "items[0].number"),
        ({"items": [item(number=True)]}, "items[0].number"),
        ({"items": [item(kind="dream")]}, "items[0].kind"),
        ({"items": [item(wanted=["civil.15"])]}, "items[0].wanted"),
        ({"items": [item(wanted="subscriber")]}, "items[0].wanted"),
        ({"items": [item(port=1.5)]}, "items[0].port"),
        ({"items": [item(port=True)]}, "items[0].port"),
        ({"items": [item(precision="week")]}, "items[0].precision"),
        ({"items": [item(begin="2026-11-20")]}, "items[0].time"),
        ({"items": [item(value="a\x00b")]}, "items[0].value"),
        ({"flags": ["vip"]}, "flags"),
        ({"knows": ["a"] * 21}, "knows"),
        ({"secrecy": {"state": "maybe"}}, "secrecy.state"),
        ({"checksum": "abc"}, "checksum"),
        ({"facts": {"document.in_writing": {"value": True, "origin": "checked"}}}, "document.in_writing"),
        ({"facts": {"people.reviewed": True}}, "people.reviewed"),
        ({"facts": {"nothing.such": True}}, "nothing.such"),
    ],
)
def test_every_field_is_accounted_for(changed: dict[str, Any], field: str) -> None:
    """An unknown field, another shape, a fact nobody may state: refused, naming the field and never the value."""
    with pytest.raises(CaseRefused) as caught:
        read_json(packed(**changed))
    assert caught.value.fields["field"] == field


def test_nobody_declares_that_somebody_checked() -> None:
    """A fact from a form has no origin to state."""
    with pytest.raises(FactRefused):
        read_json(packed(facts={"authenticity.called_back": {"value": True, "origin": "checked"}}))


def test_the_checksum_of_a_request() -> None:
    """It is taken of the rest in canonical form: the order of the fields doesn't matter, a changed address does."""
    made = request()
    digest = hashlib.sha256(canonical(made)).hexdigest()
    signed = made | {"checksum": {"sha256": digest.upper()}}
    assert [one.agrees for one in read_json(orjson.dumps(dict(reversed(signed.items())))).checksums] == [True]
    signed["items"] = [item(value="203.0.113.6")]
    assert [one.agrees for one in read_json(orjson.dumps(signed)).checksums] == [False]


def test_too_many_items_are_only_counted() -> None:
    """Beyond what one request may have none is kept."""
    found = read_json(packed(items=[{}] * (MAX_ITEMS + 1)))
    assert (found.items, found.count) == ((), MAX_ITEMS + 1)
