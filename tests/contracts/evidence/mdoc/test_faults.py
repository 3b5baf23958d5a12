"""Everything that can be wrong with a smartphone card: a named error, at its step."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import cbor2
import pytest
from cbor2 import CBORTag

from sekisho.contracts.errors import IndividualNumber
from sekisho.contracts.evidence.jpki.model import Challenge, Stated
from sekisho.contracts.evidence.jpki.ports import CHALLENGE_LIFE
from sekisho.contracts.evidence.mdoc import session
from sekisho.contracts.evidence.mdoc.errors import RecordNumberPresent
from sekisho.contracts.evidence.mdoc.model import UnverifiedSubmission
from sekisho.contracts.evidence.mdoc.profile import MAX_RECORD, PRODUCTION
from sekisho.contracts.evidence.mdoc.verify import verify_record
from sekisho.contracts.evidence.passport.trust import trust_store
from sekisho.contracts.evidence.steps import StepState
from sekisho.contracts.evidence.verifier import TrustFile, Verification
from tests.contracts.evidence.fixtures import mdoc as build
from tests.contracts.evidence.fixtures import passport as certificates
from tests.contracts.evidence.fixtures.der_writing import bits, oid, seq, true
from tests.contracts.evidence.fixtures.passport import extension, name
from tests.contracts.evidence.mdoc.checking import asked, document, encoded, issued, prepared, ready, verify

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


DAY = timedelta(days=1)
PHONE = card().phone.cose()
FAULTS: dict[str, tuple[Callable[[], bytes], str, int]] = {
    "too large": (lambda: bytes(MAX_RECORD + 1), "cbor_too_large", 0),
    # --- reading ---
    "empty": (lambda: b"", "cbor_truncated", 2),
    "cut off": (lambda: auth()[:-1], "cbor_truncated", 2),
    "more after the end": (lambda: auth() + b"\x00", "cbor_trailing_bytes", 2),
    "indefinite length": (lambda: b"\xbf\xff", "cbor_indefinite_length", 2),
    "overlong length": (lambda: b"\xb8\x00", "cbor_not_shortest", 2),
    "length bomb": (lambda: b"\x9b" + b"\xff" * 8, "cbor_truncated", 2),
    "duplicate key": (lambda: b"\xa2\x61a\x00\x61a\x00", "cbor_duplicate_key", 2),
    "too deep": (lambda: b"\x81" * 17 + b"\x00", "cbor_too_complex", 2),
    "too many": (lambda: b"\x99\x10\x00" + b"\x00" * 4096, "cbor_too_complex", 2),
    "a tag of another kind": (lambda: b"\xc2\x41\x01", "cbor_unsupported", 2),
    "not a response": (lambda: cbor2.dumps([1]), "card_record_structure", 2),
    "another version of response": (lambda: response(version="2.0"), "card_record_version", 2),
    "a status": (lambda: response(status=10), "card_record_structure", 2),
    "a field more": (lambda: response(extra=1), "card_record_structure", 2),
    "no documents": (lambda: response(documents=None), "card_record_structure", 2),
    "two documents": (
        lambda: response(documents=build.response(card().issued())["documents"] * 2),
        "card_record_structure",
        2,
    ),
    "another kind of document": (
        lambda: encoded(card().issued(), docType="org.iso.18013.5.1.mDL"),
        "card_record_other_document",
        2,
    ),
    "an item lacks its value": (lambda: of_items(no_digest), "card_record_structure", 2),
    "a digest number too high": (lambda: of_items(huge_number), "card_record_structure", 2),
    "elements of the phone's own": (
        lambda: encoded(card().issued(), build.device_signed(card().phone, b"\x83\xf6\xf6\xf6", own=b"\xa1\x61a\xa0")),
        "card_record_structure",
        2,
    ),
    "a phone that neither signs nor MACs": (
        lambda: encoded(card().issued(), {"nameSpaces": build.embed(b"\xa0"), "deviceAuth": {}}),
        "card_record_structure",
        2,
    ),
    "a critical header": (lambda: auth(protected={1: -7, 2: [4]}), "card_record_structure", 2),
    "algorithm not protected": (
        lambda: auth(protected={}, unprotected={1: -7, 33: card().signer.certificate}),
        "card_record_structure",
        2,
    ),
    "a header twice": (
        lambda: auth(protected={1: -7, 33: card().signer.certificate}),
        "card_record_structure",
        2,
    ),
    "a signature too long": (lambda: auth(signature=bytes(133)), "card_record_structure", 2),
    # --- signer ---
    "an algorithm of another kind": (lambda: auth(protected={1: -257}), "card_record_algorithm", 3),
    "no algorithm at all": (lambda: auth(protected={1: 0}), "card_record_algorithm", 3),
    "a MAC's algorithm": (lambda: auth(protected={1: 5}), "card_record_algorithm", 3),
    "the wrong algorithm for its curve": (lambda: auth(protected={1: -35}), "card_record_algorithm", 3),
    "no certificate": (lambda: auth(unprotected={}), "card_record_structure", 3),
    "a chain": (
        lambda: auth(unprotected={33: [card().signer.certificate, build.authority("digital").certificate]}),
        "card_record_structure",
        3,
    ),
    "a certificate that isn't DER": (lambda: auth(unprotected={33: b"\x30\x80\x00\x00"}), "der_indefinite_length", 3),
    "a certificate too large": (lambda: auth(unprotected={33: bytes(17 * 1024)}), "cbor_too_large", 3),
    "an authority's certificate": (
        lambda: auth(unprotected={33: build.authority("digital").certificate}),
        "card_record_signer_unfit",
        3,
    ),
    "issued to itself": (
        lambda: by_certificate(subject=build.authority("digital").name),
        "card_record_signer_unfit",
        3,
    ),
    "for other key usage": (
        lambda: by_certificate(extensions=(extension("2.5.29.15", bits(b"\xc0", 6), critical=True), PURPOSE)),
        "card_record_signer_unfit",
        3,
    ),
    "for another purpose": (
        lambda: by_certificate(extensions=(USAGE, extension("2.5.29.37", seq(oid("1.3.6.1.5.5.7.3.1"))))),
        "card_record_signer_unfit",
        3,
    ),
    "for no purpose": (lambda: by_certificate(extensions=(USAGE,)), "card_record_signer_unfit", 3),
    "a CA all the same": (
        lambda: by_certificate(extensions=(USAGE, PURPOSE, extension("2.5.29.19", seq(true()), critical=True))),
        "card_record_signer_unfit",
        3,
    ),
    "a critical extension unknown": (
        lambda: by_certificate(extensions=(USAGE, PURPOSE, extension("1.2.3.4", b"\x05\x00", critical=True))),
        "unknown_critical_extension",
        3,
    ),
    "an RSA key": (
        lambda: by_certificate(public=certificates.spki(certificates.rsa_key("a card's signer"))),
        "card_record_algorithm",
        3,
    ),
    # --- authority ---
    "forged in an authority's name": (
        lambda: by_certificate(by=build.authority("other").hand, issuer_public=build.authority("digital").hand.spki()),
        "card_record_signer_not_issued",
        4,
    ),
    "of another country": (lambda: by_certificate(subject=name("US", "Signer")), "card_record_signer_unfit", 4),
    "a signer that has expired": (
        lambda: by_certificate(last=build.MOMENT - DAY),
        "card_record_signer_validity",
        4,
    ),
    "a signer not yet valid": (lambda: by_certificate(first=build.MOMENT + DAY), "card_record_signer_validity", 4),
    # --- signature and object ---
    "signed by another key": (
        lambda: encoded(
            build.issuer_signed(
                card().items, card().object(), build.BuiltSigner(STRANGER, card().signer.certificate, 1)
            )
        ),
        "card_record_issuer_signature",
        5,
    ),
    "signed otherwise": (lambda: auth(signature=bytes(64)), "card_record_issuer_signature", 5),
    "a signature in DER": (
        lambda: auth(signature=b"\x30\x44" + bytes(68)),
        "card_record_issuer_signature",
        5,
    ),
    "no payload": (lambda: auth(detached=True), "card_record_structure", 5),
    "an object of another version": (lambda: of_object(version="1.1"), "card_record_version", 6),
    "a digest of another kind": (lambda: of_object(digestAlgorithm="SHA-1"), "card_record_algorithm", 6),
    "another kind of document inside": (
        lambda: of_object(docType="org.iso.18013.5.1.mDL"),
        "card_record_other_document",
        6,
    ),
    "an object without its key": (lambda: of_object(deviceKeyInfo=None), "card_record_structure", 6),
    "a key that isn't on its curve": (
        lambda: of_object(deviceKeyInfo={"deviceKey": {**PHONE, -3: bytes(32)}}),
        "card_record_algorithm",
        6,
    ),
    "a key in half": (
        lambda: of_object(deviceKeyInfo={"deviceKey": {**PHONE, -3: True}}),
        "card_record_structure",
        6,
    ),
    "a key cut short": (
        lambda: of_object(deviceKeyInfo={"deviceKey": {**PHONE, -2: bytes(31)}}),
        "card_record_algorithm",
        6,
    ),
    "a key on an unknown curve": (
        lambda: of_object(deviceKeyInfo={"deviceKey": {**PHONE, -1: 8}}),
        "card_record_algorithm",
        6,
    ),
    "an Ed25519 key cut short": (
        lambda: of_object(deviceKeyInfo={"deviceKey": {1: 1, -1: 6, -2: bytes(31)}}),
        "card_record_algorithm",
        6,
    ),
    "a time that is none": (
        lambda: of_object(
            validityInfo={name_: CBORTag(0, "2026-13-01T00:00:00Z") for name_ in ("signed", "validFrom", "validUntil")}
        ),
        "card_record_structure",
        6,
    ),
    "a time with an offset": (
        lambda: of_object(
            validityInfo={
                name_: CBORTag(0, "2026-01-01T00:00:00+09:00") for name_ in ("signed", "validFrom", "validUntil")
            }
        ),
        "card_record_structure",
        6,
    ),
    # --- digests ---
    "an element altered": (lambda: of_items(altered), "card_record_digest_mismatch", 7),
    "an element put in": (lambda: of_items(injected), "card_record_element_not_signed", 7),
    "an element in another name space": (lambda: of_items(moved), "card_record_element_not_signed", 7),
    "an element encoded otherwise": (lambda: of_items(rewritten), "card_record_digest_mismatch", 7),
    "a digest number twice": (lambda: of_items(same_number, signed=True), "card_record_digest_twice", 7),
    "an element twice": (lambda: of_items(same_element, signed=True), "card_record_digest_twice", 7),
    "too little chance": (lambda: of_items(little_chance, signed=True), "card_record_random_too_short", 7),
    # --- validity ---
    "expired": (
        lambda: signed_at(build.SIGNED, build.FIRST, build.MOMENT - DAY),
        "card_record_validity",
        8,
    ),
    "not yet valid": (lambda: signed_at(build.SIGNED, build.MOMENT + DAY, build.LAST), "card_record_validity", 8),
    "signed after it began": (
        lambda: signed_at(build.FIRST + DAY, build.FIRST, build.LAST),
        "card_record_validity_contradicts",
        8,
    ),
    "ends before it begins": (
        lambda: signed_at(build.SIGNED, build.LAST, build.LAST),
        "card_record_validity_contradicts",
        8,
    ),
    "signed before the signer was": (
        lambda: signed_at(build.SIGNER_FIRST - DAY, build.FIRST, build.LAST),
        "card_record_validity_contradicts",
        8,
    ),
    # --- items ---
    **{
        f"no {place[1]}": (partial(of_values, {place: None}), "card_record_element_missing", 9)
        for place in build.elements(SPEC)
    },
    "a name that is none": (
        lambda: of_values({(build.JP, "full_name_unicode"): ""}),
        "card_record_element_unreadable",
        9,
    ),
    "a name with a line break": (
        lambda: of_values({(build.JP, "full_name_unicode"): "関所\n花子"}),
        "card_record_element_unreadable",
        9,
    ),
    "a birth date without its tag": (
        lambda: of_values({(build.ISO, "birth_date"): "1990-04-01"}),
        "card_record_element_unreadable",
        9,
    ),
    "a birth date that doesn't exist": (
        lambda: of_values({(build.ISO, "birth_date"): CBORTag(1004, "1990-02-30")}),
        "card_record_element_unreadable",
        9,
    ),
    "a photo in text": (lambda: of_values({(build.JP, "portrait"): "photo"}), "card_record_element_unreadable", 9),
}


def failed(found: Verification, reason: str, step: int) -> None:
    """The report failed for this, at this step, and has no facts."""
    report = found.report
    assert report.failure is not None
    assert (report.failure.reason, report.failure.step) == (reason, step)
    assert report.facts is None
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


def number() -> str:
    """Twelve digits with the check digit of an individual number; invented."""
    body = "12345678901"
    weights = [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]
    rest = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True)) % 11
    return body + str(0 if rest <= 1 else 11 - rest)


NUMBERS: dict[str, Mapping[tuple[str, str], Any]] = {
    "its own element": {(build.JP, "individual_number_unicode"): "not even a number"},
    "by name in another name space": {("org.example", "My-Number"): "x"},
    "by its check digit": {("org.example", "note"): number()},
    "as a number": {("org.example", "note"): int(number())},
    "with a word for it": {(build.JP, "resident_address_unicode"): f"東京都 個人番号 {number()}"},
    "as bytes": {("org.example", "note"): number().encode()},
    "inside a list": {("org.example", "note"): [{"x": number()}]},
    "under a tag": {("org.example", "note"): CBORTag(0, number())},
}


@pytest.mark.parametrize("case", NUMBERS)
def test_an_individual_number_is_not_taken(case: str) -> None:
    """The walk stops at step 2, and the whole document is refused so that nobody keeps it."""
    raw = of_values(NUMBERS[case])
    with pytest.raises(IndividualNumber):
        verify(raw)
    with pytest.raises(IndividualNumber):
        verify(cbor2.dumps(build.loads(raw)["documents"][0]["issuerSigned"]), form="issuer_signed")
    nobody = trust_store((), source="test", imported_at=build.MOMENT).store
    report = verify_record(
        UnverifiedSubmission(raw),
        application="A-1",
        profile=PRODUCTION,
        store=nobody,
        lists=(),
        asking=None,
        stated=Stated(),
        moment=build.MOMENT,
    ).report
    assert isinstance(report.failure, RecordNumberPresent)
    assert report.failure.step == 2


def test_an_individual_number_of_the_phones_own() -> None:
    """Nor is it taken where the phone itself says it."""
    own = cbor2.dumps({build.JP: {"individual_number_unicode": "1"}})
    device = build.device_signed(card().phone, b"\x83\xf6\xf6\xf6", own=own)
    with pytest.raises(IndividualNumber):
        verify(encoded(card().issued(), device))


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
