"""Parties are registered strictly, by an administrator on record; a signature holds for one message and receiver."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sekisho.access.errors import ProofTooWeak, ScopeMissing
from sekisho.disclosure.agency.simulator import KeyPair
from sekisho.disclosure.parties.errors import NotSigned, PartyRefused, PartyTaken, UnknownParty
from sekisho.disclosure.parties.party import holder_of, read_party
from sekisho.disclosure.parties.register import Parties
from sekisho.disclosure.parties.signing import Signed, require_signed, sign
from tests.disclosure.agency.conftest import ADMIN
from tests.disclosure.world import NOW, Desk


def provider(**changed: Any) -> dict[str, Any]:
    """What is registered of a provider."""
    return {
        "id": "ap",
        "kind": "provider",
        "name": "関所通信",
        "address": "関所県関所市2",
        "key": "aa" * 32,
        "url": "https://ap.example.jp",
        "origin": "sekisho/1",
        "known_as": "cp",
        "prefixes": ["203.0.113.0/24"],
    } | changed


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"id": "A P"}, "id"),
        ({"id": "a.b"}, "id"),
        ({"kind": "bank"}, "kind"),
        ({"name": ""}, "name"),
        ({"key": "00"}, "key"),
        ({"url": "http://ap.example.jp"}, "url"),
        ({"url": "https://ap.example.jp/x"}, "url"),
        ({"url": "https://a:b@ap.example.jp"}, "url"),
        ({"url": "file:///etc/passwd"}, "url"),
        ({"url": "https://[x"}, "url"),
        ({"origin": ""}, "origin"),
        ({"prefixes": ["203.0.113.5/24"]}, "prefixes"),
        ({"types": ["search_seizure"]}, "kinds"),
        ({"more": 1}, "more"),
        ({"kind": "agency", "url": "", "origin": "", "known_as": "", "prefixes": []}, "kinds"),
    ],
)
def test_a_party_wrong_in_one_way(changed: dict[str, Any], field: str) -> None:
    """It is refused with the field."""
    with pytest.raises(PartyRefused) as caught:
        read_party(provider(**changed))
    assert caught.value.fields["field"] == field


def test_registered_on_record(desk: Desk) -> None:
    """By an administrator with a token; the same again is nothing new, another under its id is refused, also after
    its end."""
    parties = Parties(desk.workspace)
    for who in ("uketsuke", "kakunin", "kensaku"):
        with pytest.raises(ScopeMissing):
            parties.add(provider(), by=desk[who])
    stated = desk.stated("uketsuke")
    with pytest.raises(ProofTooWeak):
        parties.add(provider(), by=type(stated)("admin", stated.kind, ADMIN.scopes, stated.proof, None, None))
    made = parties.add(provider(), by=ADMIN)
    assert parties.add(provider(), by=ADMIN) == made == parties.find("ap")
    with pytest.raises(PartyTaken):
        parties.add(provider(key="bb" * 32), by=ADMIN)
    parties.end("ap", by=ADMIN)
    with pytest.raises(UnknownParty):
        parties.find("ap")
    with pytest.raises(PartyTaken):
        parties.add(provider(), by=ADMIN)


def test_the_narrowest_prefix_names_its_holder() -> None:
    """The narrowest prefix decides; where two name the same, nobody is named."""
    wide = read_party(provider(id="wide", prefixes=["203.0.112.0/20", "2001:db8::/32"]))
    narrow = read_party(provider(id="narrow", prefixes=["203.0.113.0/24"]))
    twin = read_party(provider(id="twin", prefixes=["203.0.113.0/24"]))
    assert holder_of("203.0.113.5", [wide, narrow]) == narrow
    assert holder_of("203.0.112.5", [wide, narrow]) == wide
    assert holder_of("2001:db8::1", [wide, narrow]) == wide
    assert holder_of("203.0.113.5", [wide, narrow, twin]) is None
    assert holder_of("198.51.100.1", [wide, narrow]) is None


def test_a_signature_holds_for_one_message() -> None:
    """Another body, address, receiver, sender, time, request or key: none of it is signed."""
    keys = KeyPair()
    given: dict[str, Any] = {"receiver": "us", "address": "/a", "body": b"x", "answers": "r"}
    signed = sign(keys, sender="me", at=NOW, **given)
    good: dict[str, Any] = {"key": keys.public_key.hex(), "now": NOW, **given}
    require_signed(signed, **good)
    wrong: list[dict[str, Any]] = [
        {"body": b"y"}, {"address": "/b"}, {"receiver": "they"}, {"answers": ""}, {"key": "cc" * 32},
        {"now": NOW + timedelta(minutes=6)}, {"now": NOW - timedelta(minutes=6)},
    ]  # fmt: skip
    for one in wrong:
        with pytest.raises(NotSigned):
            require_signed(signed, **{**good, **one})
    with pytest.raises(NotSigned):
        require_signed(Signed("you", signed.time, signed.signature), **good)
    for headers in ({}, {**signed.headers(), "sekisho-time": "now"}, {**signed.headers(), "sekisho-signature": "x"}):
        with pytest.raises(NotSigned):
            Signed.read(headers)
