"""Smartphone cards with one thing wrong, most of them signed by the issuer all the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import cbor2

from tests.contracts.evidence.fixtures import mdoc as build
from tests.contracts.evidence.fixtures.der_writing import bits, oid, seq
from tests.contracts.evidence.fixtures.state_pki import extension
from tests.contracts.evidence.mdoc.checking import encoded

SPEC = build.DECLARED["cards"]["hanako"]
STRANGER = build.key("P-256", "somebody else")
USAGE = extension("2.5.29.15", bits(b"\x80", 7), critical=True)
PURPOSE = extension("2.5.29.37", seq(oid("1.0.18013.5.1.2")), critical=True)


def card() -> build.Card:
    """A card with nothing wrong."""
    return build.card("hanako")


def auth(**other: Any) -> bytes:
    """A record whose issuer's signature is made otherwise."""
    return encoded(card().issued(**other))


def of_object(**other: Any) -> bytes:
    """A record with another security object, signed by the issuer all the same."""
    return encoded(build.issuer_signed(card().items, card().object(**other), card().signer))


def of_values(changed: Mapping[tuple[str, str], Any]) -> bytes:
    """A record with other elements, None for one that isn't there, signed by the issuer all the same."""
    values = {place: value for place, value in {**build.elements(SPEC), **changed}.items() if value is not None}
    made = build.Card("hanako", card().signer, card().phone, "SHA-256", build.items_of(values))
    return encoded(made.issued())


def of_items(change: Callable[[dict[str, list[bytes]]], None], *, signed: bool = False) -> bytes:
    """A record with other items than were signed; ``signed`` makes digests of the new ones."""
    items = {space: list(listed) for space, listed in card().items.items()}
    change(items)
    digests = build.digests_of(items if signed else card().items)
    return encoded(build.issuer_signed(items, card().object(digests=digests), card().signer))


def by_certificate(**other: Any) -> bytes:
    """A record by a signer whose certificate is made otherwise."""
    signer = build.make_signer("digital", card().signer.key, **other)
    return encoded(build.issuer_signed(card().items, card().object(), signer))


def signed_at(signed: datetime, first: datetime, last: datetime) -> bytes:
    """A record with these times."""
    times = {"signed": build.when(signed), "validFrom": build.when(first), "validUntil": build.when(last)}
    return of_object(validityInfo=times)


def response(**other: Any) -> bytes:
    """A response with fields of its own otherwise, None for one that isn't there."""
    whole = {**build.response(card().issued()), **other}
    return cbor2.dumps({field: value for field, value in whole.items() if value is not None})


def altered(items: dict[str, list[bytes]]) -> None:
    """Another name than the issuer's."""
    items[build.JP][0] = build.item(1, "full_name_unicode", "偽名　太郎")


def injected(items: dict[str, list[bytes]]) -> None:
    """An element more."""
    items[build.JP].append(build.item(50, "hobby", "shogi"))


def moved(items: dict[str, list[bytes]]) -> None:
    """A name space that the issuer knows nothing of."""
    items["org.example"] = [items[build.JP][0]]


def same_number(items: dict[str, list[bytes]]) -> None:
    """Two elements under one digest."""
    items[build.JP].append(items[build.JP][0])


def same_element(items: dict[str, list[bytes]]) -> None:
    """An element under two digests."""
    items[build.JP].append(build.item(51, "full_name_unicode", SPEC["name"]))


def little_chance(items: dict[str, list[bytes]]) -> None:
    """Too few random bytes."""
    items[build.JP][0] = build.item(1, "full_name_unicode", SPEC["name"], random=bytes(15))


def rewritten(items: dict[str, list[bytes]]) -> None:
    """The same item with its fields in another order: other bytes, so another digest."""
    fields = cbor2.loads(items[build.JP][0])
    items[build.JP][0] = cbor2.dumps(dict(reversed(fields.items())))


def no_digest(items: dict[str, list[bytes]]) -> None:
    """An item that isn't one."""
    items[build.JP][0] = cbor2.dumps({"digestID": 1, "random": bytes(16), "elementIdentifier": "full_name_unicode"})


def huge_number(items: dict[str, list[bytes]]) -> None:
    """A digest number beyond 2^31."""
    items[build.JP][0] = build.item(2**31, "full_name_unicode", SPEC["name"])
