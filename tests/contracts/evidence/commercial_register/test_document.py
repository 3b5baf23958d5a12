"""One JSON document, and the shape every verifier has."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest

from sekisho.contracts.errors import ApplicationRefused, IndividualNumber, MissingField, UnknownField, WrongValue
from sekisho.contracts.evidence.commercial_register.document import read_document
from sekisho.contracts.evidence.commercial_register.kind import COMMERCIAL_REGISTER
from sekisho.contracts.evidence.commercial_register.profile import USE_AUTHORITY, USE_LIST
from sekisho.contracts.evidence.errors import TrustFileRefused
from sekisho.contracts.evidence.jpki.model import CertificateId, RevocationState
from sekisho.contracts.evidence.jpki.ports import MemoryNonces, SimulatedPlatform
from sekisho.contracts.evidence.pki.certificate import parse_certificate
from sekisho.contracts.evidence.pki.path import require_issued, require_issuers
from sekisho.contracts.evidence.steps import StepState
from sekisho.contracts.evidence.verifier import Asked, Person, TrustFile
from tests.contracts.evidence.fixtures import commercial_register as made
from tests.contracts.evidence.fixtures.commercial_register import APPLICATION, MIHON, MOMENT

TRUST = {
    USE_AUTHORITY: [
        TrustFile("registrar-1.cer", made.certificate("registrar-1")),
        TrustFile("registrar-2.cer", made.certificate("registrar-2")),
    ],
    USE_LIST: [TrustFile("registrar-2.crl", made.crl())],
}


def written(label: str = "mihon") -> dict[str, Any]:
    """A document with its challenge and what the company stated."""
    challenge = made.challenge()
    sent = made.submission(challenge, label=label)
    return {
        "application": APPLICATION,
        "challenge": {
            "nonce": challenge.nonce.hex(),
            "text": base64.b64encode(challenge.text).decode(),
            "expires_at": challenge.expires_at.isoformat(),
        },
        "certificate": base64.b64encode(sent.certificate).decode(),
        "signature": base64.b64encode(sent.signature).decode(),
        "stated": {"name": MIHON.name, "address": MIHON.address},
    }


def raw(document: dict[str, Any]) -> bytes:
    """As it is sent."""
    return json.dumps(document, ensure_ascii=False).encode("utf-8")


def test_a_document_is_verified_with_what_it_brings() -> None:
    """As on the command line: its own challenge, which nobody can tell was answered once, and its own statement."""
    prepared = COMMERCIAL_REGISTER.prepare(TRUST, moment=MOMENT)
    found = prepared.verify(raw(written()), Asked("", MOMENT))
    assert found.report.require_facts()["name_agrees"] is True
    assert "reuse" in found.report.steps[1].reason.en
    assert found.identifier == "3E9"
    assert found.shown == Person("見本商事株式会社", "東京都千代田区架空町一丁目２番３号")


def test_about_an_application_only_what_it_states_counts() -> None:
    """The document can't bring a statement that agrees with itself; the challenge is the server's."""
    nonces, document = MemoryNonces(), written()
    challenge = made.challenge()
    nonces.keep(challenge)
    sent = made.submission(challenge)
    document["challenge"] = {"nonce": challenge.nonce.hex()}
    document["signature"] = base64.b64encode(sent.signature).decode()
    stated = Person(name="別見本株式会社")
    asked = Asked(APPLICATION, MOMENT, stated, nonces)
    facts = COMMERCIAL_REGISTER.prepare(TRUST, moment=MOMENT).verify(raw(document), asked).report.require_facts()
    assert facts["name_agrees"] is False
    assert "address_agrees" not in facts


def test_whoever_is_asked_comes_before_the_lists() -> None:
    """A responder that knows of a revocation made after the list was."""
    read = parse_certificate(made.certificate("mihon"))
    issued = require_issued(read, require_issuers(read, made.store()))
    platform = SimulatedPlatform({CertificateId.of(issued): RevocationState.REVOKED})
    asked = Asked("", MOMENT, revocation=platform)
    report = COMMERCIAL_REGISTER.prepare(TRUST, moment=MOMENT).verify(raw(written()), asked).report
    assert report.failure is not None
    assert report.failure.reason == "register_revoked"
    assert platform.asked == 1


def test_without_a_list_revocation_could_not_be_checked() -> None:
    """Nothing held and nobody to ask: a state of its own."""
    prepared = COMMERCIAL_REGISTER.prepare({USE_AUTHORITY: TRUST[USE_AUTHORITY]}, moment=MOMENT)
    report = prepared.verify(raw(written()), Asked("", MOMENT)).report
    assert report.require_facts()["revocation"] == "could_not_check"
    assert report.state(10) is StepState.COULD_NOT_CHECK


def test_a_refused_signature_shows_nobody() -> None:
    """Where there are no facts there is no identifier and no name for the record."""
    found = COMMERCIAL_REGISTER.prepare(TRUST, moment=MOMENT).verify(raw(written("expired")), Asked("", MOMENT))
    assert (found.identifier, found.shown) == (None, Person())


@pytest.mark.parametrize(
    "trust",
    [
        {USE_AUTHORITY: [TrustFile("company.cer", made.certificate("mihon"))]},
        {USE_AUTHORITY: [TrustFile("nothing.cer", b"")]},
        {USE_AUTHORITY: [TrustFile("registrar.cer", made.certificate("registrar-2"))] * 9},
        {**TRUST, USE_LIST: [TrustFile("other.crl", made.crl("stranger"))]},
    ],
)
def test_a_trust_file_that_cant_be_used_is_named(trust: dict[str, list[TrustFile]]) -> None:
    """A company's certificate isn't a registrar; a list must be the registrar's."""
    with pytest.raises(TrustFileRefused) as refused:
        COMMERCIAL_REGISTER.prepare(trust, moment=MOMENT)
    assert refused.value.fields["name"] in {one.name for files in trust.values() for one in files}


def without(name: str) -> Callable[[dict[str, Any]], None]:
    """Take a field away."""
    return lambda document: document.pop(name)


def with_(path: str, value: object) -> Callable[[dict[str, Any]], None]:
    """Put a value in place."""

    def change(document: dict[str, Any]) -> None:
        *above, last = path.split(".")
        for one in above:
            document = document[one]
        document[last] = value

    return change


@pytest.mark.parametrize(
    ("change", "error", "field"),
    [
        (without("certificate"), MissingField, "certificate"),
        (without("challenge"), MissingField, "challenge"),
        (with_("more", 1), UnknownField, "more"),
        (with_("stated.birth_date", "1990-04-01"), UnknownField, "stated.birth_date"),
        (with_("stated.name", "個人番号 123456789018"), IndividualNumber, "stated.name"),
        (with_("stated.name", ""), WrongValue, "stated.name"),
        (with_("stated.address", "x" * 501), WrongValue, "stated.address"),
        (with_("stated", []), WrongValue, "stated"),
        (with_("certificate", "*"), WrongValue, "certificate"),
        (with_("signature", 7), WrongValue, "signature"),
        (with_("challenge.nonce", "00"), WrongValue, "challenge"),
        (with_("challenge.nonce", "zz"), WrongValue, "challenge"),
        (with_("challenge.expires_at", "2026-11-23T12:00:00"), WrongValue, "challenge.expires_at"),
        (with_("challenge.expires_at", None), WrongValue, "challenge.expires_at"),
        (with_("application", "\u0007"), WrongValue, "application"),
    ],
)
def test_each_fault_of_a_document_names_its_field(
    change: Callable[[dict[str, Any]], None], error: type[ApplicationRefused], field: str
) -> None:
    """Strict: unknown, missing and malformed fields are refused by name."""
    document = written()
    change(document)
    with pytest.raises(error) as refused:
        read_document(raw(document))
    assert refused.value.fields["field"] == field


@pytest.mark.parametrize(
    ("change", "asked", "field"),
    [
        (without("application"), Asked("", MOMENT), "application"),
        (with_("application", "A-other"), Asked(APPLICATION, MOMENT), "application"),
        (with_("challenge", {"nonce": "00" * 16}), Asked("", MOMENT), "challenge.text"),
    ],
)
def test_what_neither_the_document_nor_the_asker_knows_is_missing(
    change: Callable[[dict[str, Any]], None], asked: Asked, field: str
) -> None:
    """An application that is another one, or none; a challenge that nobody has."""
    document = written()
    change(document)
    with pytest.raises(ApplicationRefused) as refused:
        COMMERCIAL_REGISTER.prepare(TRUST, moment=MOMENT).verify(raw(document), asked)
    assert refused.value.fields["field"] == field


def test_half_a_challenge_is_none() -> None:
    """A text without its end, or the reverse."""
    document = written()
    del document["challenge"]["expires_at"]
    with pytest.raises(MissingField):
        read_document(raw(document))
