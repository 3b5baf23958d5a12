"""Everything that can be wrong with a smartphone card: a named error, at its step."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import cbor2
import pytest
from cbor2 import CBORTag

from sekisho.contracts.evidence.jpki.model import Challenge
from sekisho.contracts.evidence.jpki.ports import CHALLENGE_LIFE
from sekisho.contracts.evidence.mdoc import session
from sekisho.contracts.evidence.mdoc.profile import MAX_RECORD
from sekisho.contracts.evidence.steps import StepState
from sekisho.contracts.evidence.verifier import TrustFile, Verification
from tests.contracts.evidence.faults import Faults, listed, refused_at
from tests.contracts.evidence.fixtures import mdoc as build
from tests.contracts.evidence.fixtures import state_pki
from tests.contracts.evidence.fixtures.der_writing import bits, oid, seq, true
from tests.contracts.evidence.fixtures.state_pki import extension, name
from tests.contracts.evidence.mdoc.checking import asked, document, encoded, issued, prepared, ready, verify
from tests.contracts.evidence.mdoc.made_wrong import (
    PURPOSE,
    SPEC,
    STRANGER,
    USAGE,
    altered,
    auth,
    by_certificate,
    card,
    huge_number,
    injected,
    little_chance,
    moved,
    no_digest,
    of_items,
    of_object,
    of_values,
    response,
    rewritten,
    same_element,
    same_number,
    signed_at,
)

DAY = timedelta(days=1)
PHONE = card().phone.cose()
FAULTS: Faults[bytes] = listed(
    {
        (0, "cbor_too_large"): {
            "too large": lambda: bytes(MAX_RECORD + 1),
        },
        (2, "cbor_truncated"): {
            "empty": lambda: b"",
            "cut off": lambda: auth()[:-1],
            "length bomb": lambda: b"\x9b" + b"\xff" * 8,
        },
        (2, "cbor_trailing_bytes"): {
            "more after the end": lambda: auth() + b"\x00",
        },
        (2, "cbor_indefinite_length"): {
            "indefinite length": lambda: b"\xbf\xff",
        },
        (2, "cbor_not_shortest"): {
            "overlong length": lambda: b"\xb8\x00",
        },
        (2, "cbor_duplicate_key"): {
            "duplicate key": lambda: b"\xa2\x61a\x00\x61a\x00",
        },
        (2, "cbor_too_complex"): {
            "too deep": lambda: b"\x81" * 17 + b"\x00",
            "too many": lambda: b"\x99\x10\x00" + b"\x00" * 4096,
        },
        (2, "cbor_unsupported"): {
            "a tag of another kind": lambda: b"\xc2\x41\x01",
        },
        (2, "card_record_structure"): {
            "not a response": lambda: cbor2.dumps([1]),
            "a status": lambda: response(status=10),
            "a field more": lambda: response(extra=1),
            "no documents": lambda: response(documents=None),
            "two documents": lambda: response(documents=build.response(card().issued())["documents"] * 2),
            "an item lacks its value": lambda: of_items(no_digest),
            "a digest number too high": lambda: of_items(huge_number),
            "elements of the phone's own": lambda: encoded(
                card().issued(), build.device_signed(card().phone, b"\x83\xf6\xf6\xf6", own=b"\xa1\x61a\xa0")
            ),
            "a phone that neither signs nor MACs": lambda: encoded(
                card().issued(), {"nameSpaces": build.embed(b"\xa0"), "deviceAuth": {}}
            ),
            "a critical header": lambda: auth(protected={1: -7, 2: [4]}),
            "algorithm not protected": lambda: auth(protected={}, unprotected={1: -7, 33: card().signer.certificate}),
            "a header twice": lambda: auth(protected={1: -7, 33: card().signer.certificate}),
            "a signature too long": lambda: auth(signature=bytes(133)),
        },
        (2, "card_record_version"): {
            "another version of response": lambda: response(version="2.0"),
        },
        (2, "card_record_other_document"): {
            "another kind of document": lambda: encoded(card().issued(), docType="org.iso.18013.5.1.mDL"),
        },
        (3, "card_record_algorithm"): {
            "an algorithm of another kind": lambda: auth(protected={1: -257}),
            "no algorithm at all": lambda: auth(protected={1: 0}),
            "a MAC's algorithm": lambda: auth(protected={1: 5}),
            "the wrong algorithm for its curve": lambda: auth(protected={1: -35}),
            "an RSA key": lambda: by_certificate(public=state_pki.spki(state_pki.rsa_key("a card's signer"))),
        },
        (3, "card_record_structure"): {
            "no certificate": lambda: auth(unprotected={}),
            "a chain": lambda: auth(
                unprotected={33: [card().signer.certificate, build.authority("digital").certificate]}
            ),
        },
        (3, "der_indefinite_length"): {
            "a certificate that isn't DER": lambda: auth(unprotected={33: b"\x30\x80\x00\x00"}),
        },
        (3, "cbor_too_large"): {
            "a certificate too large": lambda: auth(unprotected={33: bytes(17 * 1024)}),
        },
        (3, "card_record_signer_unfit"): {
            "an authority's certificate": lambda: auth(unprotected={33: build.authority("digital").certificate}),
            "issued to itself": lambda: by_certificate(subject=build.authority("digital").name),
            "for other key usage": lambda: by_certificate(
                extensions=(extension("2.5.29.15", bits(b"\xc0", 6), critical=True), PURPOSE)
            ),
            "for another purpose": lambda: by_certificate(
                extensions=(USAGE, extension("2.5.29.37", seq(oid("1.3.6.1.5.5.7.3.1"))))
            ),
            "for no purpose": lambda: by_certificate(extensions=(USAGE,)),
            "a CA all the same": lambda: by_certificate(
                extensions=(USAGE, PURPOSE, extension("2.5.29.19", seq(true()), critical=True))
            ),
        },
        (3, "unknown_critical_extension"): {
            "a critical extension unknown": lambda: by_certificate(
                extensions=(USAGE, PURPOSE, extension("1.2.3.4", b"\x05\x00", critical=True))
            ),
        },
        (4, "card_record_signer_not_issued"): {
            "forged in an authority's name": lambda: by_certificate(
                by=build.authority("other").hand, issuer_public=build.authority("digital").hand.spki()
            ),
        },
        (4, "card_record_signer_unfit"): {
            "of another country": lambda: by_certificate(subject=name("US", "Signer")),
        },
        (4, "card_record_signer_validity"): {
            "a signer that has expired": lambda: by_certificate(last=build.MOMENT - DAY),
            "a signer not yet valid": lambda: by_certificate(first=build.MOMENT + DAY),
        },
        (5, "card_record_issuer_signature"): {
            "signed by another key": lambda: encoded(
                build.issuer_signed(
                    card().items, card().object(), build.BuiltSigner(STRANGER, card().signer.certificate, 1)
                )
            ),
            "signed otherwise": lambda: auth(signature=bytes(64)),
            "a signature in DER": lambda: auth(signature=b"\x30\x44" + bytes(68)),
        },
        (5, "card_record_structure"): {
            "no payload": lambda: auth(detached=True),
        },
        (6, "card_record_version"): {
            "an object of another version": lambda: of_object(version="1.1"),
        },
        (6, "card_record_algorithm"): {
            "a digest of another kind": lambda: of_object(digestAlgorithm="SHA-1"),
            "a key that isn't on its curve": lambda: of_object(deviceKeyInfo={"deviceKey": {**PHONE, -3: bytes(32)}}),
            "a key cut short": lambda: of_object(deviceKeyInfo={"deviceKey": {**PHONE, -2: bytes(31)}}),
            "a key on an unknown curve": lambda: of_object(deviceKeyInfo={"deviceKey": {**PHONE, -1: 8}}),
            "an Ed25519 key cut short": lambda: of_object(deviceKeyInfo={"deviceKey": {1: 1, -1: 6, -2: bytes(31)}}),
        },
        (6, "card_record_other_document"): {
            "another kind of document inside": lambda: of_object(docType="org.iso.18013.5.1.mDL"),
        },
        (6, "card_record_structure"): {
            "an object without its key": lambda: of_object(deviceKeyInfo=None),
            "a key in half": lambda: of_object(deviceKeyInfo={"deviceKey": {**PHONE, -3: True}}),
            "a time that is none": lambda: of_object(
                validityInfo={
                    name_: CBORTag(0, "2026-13-01T00:00:00Z") for name_ in ("signed", "validFrom", "validUntil")
                }
            ),
            "a time with an offset": lambda: of_object(
                validityInfo={
                    name_: CBORTag(0, "2026-01-01T00:00:00+09:00") for name_ in ("signed", "validFrom", "validUntil")
                }
            ),
        },
        (7, "card_record_digest_mismatch"): {
            "an element altered": lambda: of_items(altered),
            "an element encoded otherwise": lambda: of_items(rewritten),
        },
        (7, "card_record_element_not_signed"): {
            "an element put in": lambda: of_items(injected),
            "an element in another name space": lambda: of_items(moved),
        },
        (7, "card_record_digest_twice"): {
            "a digest number twice": lambda: of_items(same_number, signed=True),
            "an element twice": lambda: of_items(same_element, signed=True),
        },
        (7, "card_record_random_too_short"): {
            "too little chance": lambda: of_items(little_chance, signed=True),
        },
        (8, "card_record_validity"): {
            "expired": lambda: signed_at(build.SIGNED, build.FIRST, build.MOMENT - DAY),
            "not yet valid": lambda: signed_at(build.SIGNED, build.MOMENT + DAY, build.LAST),
        },
        (8, "card_record_validity_contradicts"): {
            "signed after it began": lambda: signed_at(build.FIRST + DAY, build.FIRST, build.LAST),
            "ends before it begins": lambda: signed_at(build.SIGNED, build.LAST, build.LAST),
            "signed before the signer was": lambda: signed_at(build.SIGNER_FIRST - DAY, build.FIRST, build.LAST),
        },
        (9, "card_record_element_missing"): {
            **{f"no {place[1]}": partial(of_values, {place: None}) for place in build.elements(SPEC)},
        },
        (9, "card_record_element_unreadable"): {
            "a name that is none": lambda: of_values({(build.JP, "full_name_unicode"): ""}),
            "a name with a line break": lambda: of_values({(build.JP, "full_name_unicode"): "関所\n花子"}),
            "a birth date without its tag": lambda: of_values({(build.ISO, "birth_date"): "1990-04-01"}),
            "a birth date that doesn't exist": lambda: of_values(
                {(build.ISO, "birth_date"): CBORTag(1004, "1990-02-30")}
            ),
            "a photo in text": lambda: of_values({(build.JP, "portrait"): "photo"}),
        },
    }
)


def failed(found: Verification, reason: str, step: int) -> None:
    """The report failed for this, at this step, and has no facts."""
    report = found.report
    refused_at(report, reason, step)
    assert report.failure is not None
    assert report.state(step) is StepState.FAILED
    assert "{" not in report.failure.sentence("ja") + report.failure.sentence("en")
    report.as_document()


@pytest.mark.parametrize("fault", FAULTS)
def test_faults(fault: str) -> None:
    """Each fault is refused by its name, at its step."""
    make, reason, step = FAULTS[fault]
    failed(verify(make()), reason, step)


def test_a_forgery_is_a_finding() -> None:
    """What is wrong with the issuer's signature can be said in a decision; what is wrong with times can't."""
    assert verify(of_items(altered)).report.findings == {"issuer_signature_valid": False}
    assert verify(auth(signature=bytes(64))).report.findings == {"issuer_signature_valid": False}
    assert verify(signed_at(build.SIGNED, build.FIRST, build.MOMENT - DAY)).report.findings == {}


def test_a_signer_that_was_revoked() -> None:
    """Revoked is revoked, however old the list is."""
    trust = prepared(revocation_list=[TrustFile("list", build.crl("digital", [card().signer.serial]))])
    for moment in (build.MOMENT, build.MOMENT + timedelta(days=90)):
        found = verify(auth(), trust=trust, moment=moment)
        failed(found, "card_record_signer_revoked", 11)
        assert found.report.findings == {"issuer_signature_valid": False}


def changed_nonce() -> tuple[Challenge, bytes]:
    """An answer to another session."""
    return build.new_session(), card().answer(build.new_session(seed="another"))


def by_another_phone() -> tuple[Challenge, bytes]:
    """A record copied to a phone with a key of its own."""
    challenge = build.new_session()
    return challenge, encoded(card().issued(), build.device_signed(STRANGER, session.transcript_of(challenge)))


def for_another_document() -> tuple[Challenge, bytes]:
    """A signature about another kind of document."""
    challenge = build.new_session()
    device = build.device_signed(card().phone, session.transcript_of(challenge), document="other")
    return challenge, encoded(card().issued(), device)


def with_its_payload() -> tuple[Challenge, bytes]:
    """A signature that brings what it is about."""
    challenge = build.new_session()
    return challenge, card().answer(challenge, detached=False)


def by_another_algorithm() -> tuple[Challenge, bytes]:
    """A signature that says it is of another algorithm."""
    challenge = build.new_session()
    return challenge, card().answer(challenge, protected={1: -8})


def with_an_unknown_algorithm() -> tuple[Challenge, bytes]:
    """A signature by an algorithm nobody has."""
    challenge = build.new_session()
    return challenge, card().answer(challenge, protected={1: -65535})


DEVICE_FAULTS: dict[str, tuple[Callable[[], tuple[Challenge, bytes]], str]] = {
    "another session": (changed_nonce, "card_record_device_signature"),
    "another phone": (by_another_phone, "card_record_device_signature"),
    "another document": (for_another_document, "card_record_device_signature"),
    "a payload of its own": (with_its_payload, "card_record_structure"),
    "an algorithm that doesn't fit": (by_another_algorithm, "card_record_algorithm"),
    "an unknown algorithm": (with_an_unknown_algorithm, "card_record_algorithm"),
}


@pytest.mark.parametrize("fault", DEVICE_FAULTS)
def test_faults_of_the_phones_signature(fault: str) -> None:
    """A copied record or an answer from elsewhere is refused at step 12, and that is a finding."""
    make, reason = DEVICE_FAULTS[fault]
    challenge, raw = make()
    found = verify(raw, challenge=challenge)
    failed(found, reason, 12)
    assert found.report.findings == {"holder_confirmed": False}


def test_faults_of_the_session() -> None:
    """Unknown, expired, for another application or purpose, and not a session at all: each by its name at step 1."""
    challenge = build.new_session()
    raw = document(card().answer(challenge), challenge)
    never = ready().verify(raw, asked("hanako", store=issued()))
    failed(never, "nonce_unknown", 1)
    late = asked("hanako", store=issued(challenge), moment=build.MOMENT + CHALLENGE_LIFE)
    failed(ready().verify(raw, late), "nonce_expired", 1)
    elsewhere = asked("hanako", store=issued(challenge), application="A-2")
    failed(ready().verify(raw, elsewhere), "nonce_for_another", 1)
    for purpose, text, reason in (
        ("signing", challenge.text, "nonce_for_another"),
        (session.PURPOSE, b"contract " + challenge.nonce.hex().encode(), "card_record_session_other"),
        (session.PURPOSE, b"x" + challenge.text, "card_record_session_other"),
        (session.PURPOSE, challenge.text.replace(b"transcript: 83", b"transcript: 82"), "card_record_session_other"),
    ):
        other = Challenge(challenge.nonce, purpose, "A-1", text, challenge.expires_at)
        failed(ready().verify(raw, asked("hanako", store=issued(other))), reason, 1)


def test_a_value_too_large_to_search() -> None:
    """A value of more parts than any element has is refused, not passed over."""
    failed(verify(of_values({("org.example", "note"): list(range(300))})), "card_record_structure", 2)


def test_digests_are_over_the_bytes_that_were_sent() -> None:
    """An item whose map isn't in the usual order verifies if that is what the issuer digested."""
    raw = of_items(rewritten, signed=True)
    assert verify(raw).report.require_facts()["issuer_signature_valid"] is True
    assert hashlib.sha256(raw).digest() != hashlib.sha256(auth()).digest()


def test_the_authority_must_be_valid_too() -> None:
    """After the authority's own end nothing it issued counts."""
    moment = datetime(2041, 4, 2, tzinfo=UTC)
    signer = build.make_signer("digital", card().signer.key, last=datetime(2042, 1, 1, tzinfo=UTC))
    raw = encoded(build.issuer_signed(card().items, card().object(), signer))
    failed(verify(raw, moment=moment), "card_record_signer_validity", 4)
