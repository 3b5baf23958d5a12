"""A card's document in JSON, the operator's files, and the account of fields."""

from __future__ import annotations

import base64
import dataclasses
import json
from typing import Any

import pytest

from sekisho.contracts.errors import ApplicationRefused
from sekisho.contracts.evidence.errors import TrustFileRefused
from sekisho.contracts.evidence.mdoc import model
from sekisho.contracts.evidence.mdoc.cose import Sign1
from sekisho.contracts.evidence.mdoc.document import read_document
from sekisho.contracts.evidence.mdoc.fields import FIELDS
from sekisho.contracts.evidence.mdoc.kind import SMARTPHONE_CARD
from sekisho.contracts.evidence.mdoc.profile import PRODUCTION, Item, RecordProfile, read_profile
from sekisho.contracts.evidence.verifier import Asked, Person, TrustFile
from tests.contracts.evidence.fixtures import mdoc as build
from tests.contracts.evidence.mdoc.checking import asked, document, encoded, prepared, ready, verify

NONCE = "00" * 32


def raw(**fields: Any) -> bytes:
    """A document with these fields."""
    return json.dumps({"device_response": "", **fields}).encode()


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (b"{}", "device_response"),
        (b"[]", None),
        (raw(device_response="?"), "device_response"),
        (raw(device_response=1), "device_response"),
        (raw(issuer_signed=""), "issuer_signed"),
        (raw(trust="x"), "trust"),
        (raw(session=[]), "session"),
        (raw(session={}), "session.nonce"),
        (raw(session={"nonce": "00"}), "session.nonce"),
        (raw(session={"nonce": "0" * 33}), "session.nonce"),
        (raw(session={"nonce": NONCE, "text": ""}), "session.expires_at"),
        (raw(session={"nonce": NONCE, "expires_at": "2026-11-23T12:00:00+09:00"}), "session.text"),
        (raw(session={"nonce": NONCE, "text": "", "expires_at": "2026-11-23T12:00:00"}), "session.expires_at"),
        (raw(stated={"sex": "x"}), "stated.sex"),
        (raw(stated={"birth_date": "1990-02-30"}), "stated.birth_date"),
        (raw(stated={"address": "個人番号 123456789018"}), "stated.address"),
    ],
)
def test_what_is_refused(data: bytes, field: str | None) -> None:
    """Whatever isn't such a document is refused with its field."""
    with pytest.raises(ApplicationRefused) as caught:
        read_document(data)
    assert field is None or caught.value.fields["field"] == field


def test_a_session_whose_text_lacks_its_nonce() -> None:
    """Such a text could be used for every session."""
    session = {"nonce": NONCE, "text": base64.b64encode(b"x").decode(), "expires_at": "2026-11-23T12:09:00+09:00"}
    with pytest.raises(ApplicationRefused):
        ready().verify(document(b"\xa0", session=session), asked("hanako"))


def test_the_applications_word_counts() -> None:
    """Where there is an application its person is compared, not the document's; without one, the document's."""
    response = encoded(build.card("hanako").issued())
    name, address, birth = build.stated("hanako")
    own = {"name": name, "address": address, "birth_date": birth.isoformat()}
    found = verify(response, slug="taro", stated=own).report.require_facts()
    assert found["name_agrees"] is False
    alone = ready().verify(document(response, stated=own), Asked("", build.MOMENT, Person()))
    assert alone.report.require_facts()["name_agrees"] is True
    with pytest.raises(ApplicationRefused):
        verify(response, application="A-2")
    assert verify(response, application="A-1").report.failure is None


@pytest.mark.parametrize(
    ("use", "content"),
    [
        ("authority", b"\x30\x00"),
        ("authority", build.signer("digital").certificate),
        ("revocation_list", b"\x30\x00"),
        ("revocation_list", build.crl("other")),
        ("profile", b"{}"),
        ("profile", b"?"),
    ],
)
def test_files_that_cannot_be_used(use: str, content: bytes) -> None:
    """A file of the operator's that can't be used is named, whatever is wrong with it."""
    with pytest.raises(TrustFileRefused) as caught:
        prepared(**{use: [TrustFile("the file", content)]})
    assert caught.value.fields["name"] == "the file"


def test_two_profiles() -> None:
    """There is one profile."""
    one = TrustFile("p", json.dumps(profile()).encode())
    with pytest.raises(TrustFileRefused):
        prepared(profile=[one, one])


def profile(**other: Any) -> dict[str, Any]:
    """A profile that says what the default says."""
    places = {item.slug: list(place) for place, item in PRODUCTION.elements.items()}
    return {"name": "test", "document": PRODUCTION.document, "elements": places, **other}


def test_a_profile_of_ones_own() -> None:
    """Another kind of document, other places and another signer's purpose are data."""
    response = encoded(build.card("hanako").issued())
    assert verify(response, trust=prepared(profile=[TrustFile("p", json.dumps(profile()).encode())])).report.facts
    places = profile()["elements"] | {"name": [build.JP, "resident_address_unicode"], "address": ["x", "y"]}
    for other, step in (
        (profile(document="x"), 2),
        (profile(refused=[["x", "y"]], signer_usage="1.2.3"), 3),
        (profile(elements=places), 9),
    ):
        failure = verify(response, trust=prepared(profile=[TrustFile("p", json.dumps(other).encode())])).report.failure
        assert failure is not None
        assert failure.step == step


@pytest.mark.parametrize(
    "other",
    [
        {"elements": {}},
        {"elements": []},
        {"elements": {**profile()["elements"], "sex": ["x", "y"]}},
        {"elements": {**profile()["elements"], "name": ["x"]}},
        {"elements": {**profile()["elements"], "name": profile()["elements"]["address"]}},
        {"ignored": {}},
        {"ignored": [["x", 1]]},
        {"refused": [profile()["elements"]["name"]]},
        {"document": ""},
        {"name": 1},
        {"more": 1},
    ],
)
def test_profiles_that_cannot_be_used(other: dict[str, Any]) -> None:
    """A profile that leaves something open or contradicts itself is refused."""
    with pytest.raises(TrustFileRefused):
        prepared(profile=[TrustFile("p", json.dumps(profile(**other)).encode())])


def test_the_default_profile() -> None:
    """It reads back as it is written, and carries no individual number among its items."""
    again = read_profile(json.dumps(profile(name=PRODUCTION.name)).encode(), name="p")
    assert (again.document, again.elements) == (PRODUCTION.document, PRODUCTION.elements)
    assert not any(PRODUCTION.carries_number(place) for place in PRODUCTION.elements)
    assert PRODUCTION.carries_number(("anywhere", "individual_number"))
    with pytest.raises(ValueError, match="each of the four"):
        RecordProfile("x", "y", {("a", "b"): Item.NAME})


def test_a_submission_is_one_of_two() -> None:
    """Neither or both forms is the caller's mistake."""
    for forms in ({}, {"device_response": b"", "issuer_signed": b""}):
        with pytest.raises(ValueError, match="device response or"):
            model.UnverifiedSubmission(**forms)


def test_every_field_is_accounted_for() -> None:
    """Nothing of the models is taken or passed over unsaid."""
    named = {
        "submission": model.UnverifiedSubmission,
        "record": model.UnverifiedRecord,
        "item": model.IssuerSignedItem,
        "device": model.DeviceSigned,
        "cose": Sign1,
        "object": model.SecurityObject,
        "validity": model.Validity,
        "shown": model.Shown,
    }
    fields = {f"{prefix}.{one.name}" for prefix, kind in named.items() for one in dataclasses.fields(kind)}
    assert FIELDS.unaccounted(fields) == frozenset()


def test_it_is_prepared_without_any_trust() -> None:
    """Nothing configured: a report that says so."""
    found = SMARTPHONE_CARD.prepare({}, moment=build.MOMENT).verify(
        document(encoded(build.card("hanako").issued())), asked("hanako")
    )
    assert "issuer_signature_valid" not in found.report.require_facts()
