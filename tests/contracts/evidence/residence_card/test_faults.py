"""Everything that can be wrong with a card: a named error, at its step."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sekisho.contracts.evidence.residence_card.model import UnverifiedCard
from sekisho.contracts.evidence.residence_card.profile import MAX_FILE
from tests.contracts.evidence.faults import Faults, listed, refused_at
from tests.contracts.evidence.fixtures import residence_card as build
from tests.contracts.evidence.fixtures.der_writing import bits, oid, seq, tlv, true
from tests.contracts.evidence.fixtures.residence_card import authority, contents, hand_of, make
from tests.contracts.evidence.fixtures.state_pki import (
    AUTHORITY_EXTENSIONS,
    SIGNER_EXTENSIONS,
    extension,
    private_key,
    spki,
)
from tests.contracts.evidence.residence_card.checking import verify
from tests.contracts.evidence.residence_card.made_wrong import (
    by_authority_of,
    by_key,
    called,
    certified,
    flipped,
    forged_authority,
    indefinite,
    itself,
    joined_without_filling,
    of_another,
    overlong,
    relabelled,
    reordered,
    signed_over,
    with_certificate,
    with_file,
    without_type,
)

PHOTO = b"\x00\x00\x00\x0cjP  another photo"
SECOND_ORDER = ("C5", "C6", "C7", "C8", "C9", "CE", "CA", "CB", "CC", "CD")
TWO_KEY_USAGES = (*SIGNER_EXTENSIONS, *SIGNER_EXTENSIONS)
CRITICAL = (*SIGNER_EXTENSIONS, extension("1.2.3.4", b"\x05\x00", critical=True))
SERVER = (*SIGNER_EXTENSIONS, extension("2.5.29.37", seq(oid("1.3.6.1.5.5.7.3.1"))))
MAY_SIGN_CERTIFICATES = (extension("2.5.29.15", bits(b"\x84", 2), critical=True),)
NOT_FOR_SIGNATURES = (extension("2.5.29.15", bits(b"\x20", 5), critical=True),)
P384 = hand_of("P-384")
EDWARDS = "1.3.101.112"
FAR = datetime(2099, 1, 1, tzinfo=UTC)

FAULTS: Faults[UnverifiedCard] = listed(
    {
        (0, "residence_card_file_too_large"): {
            "a file too large": lambda: make("first-card", files={"DF1/EF01": b"\xd0" * (MAX_FILE + 1)}),
        },
        (1, "residence_card_file_missing"): {
            "no type": without_type,
            "no signature file": lambda: make("first-card", without=["DF3/EF01"]),
            "no entries": lambda: make("second-card", without=["DF1/EF02"]),
        },
        (1, "residence_card_type_unknown"): {
            "a type between the generations": lambda: called("first-card", "03"),
            "a type to come": lambda: called("second-card", "09"),
            "a type in another spelling": lambda: called("first-card", "01"),
            "a type that isn't text": lambda: with_file("first-card", "MF/EF02", lambda _: b"\xc1\x01\xff"),
            "a type under another tag": lambda: with_file("first-card", "MF/EF02", lambda _: b"\xc2\x011"),
            "two types": lambda: with_file("first-card", "MF/EF02", lambda data: data + data),
        },
        (1, "residence_card_file_not_of_type"): {
            "a file the type doesn't have": lambda: make("first-certificate", files={"DF2/EF02": b""}),
        },
        (1, "residence_card_object_truncated"): {
            "a file cut off": lambda: with_file("first-card", "DF1/EF01", lambda data: data[:-1]),
            "a tag without a length": lambda: with_file("first-card", "DF1/EF02", lambda data: data + b"\xd1"),
            "a length cut off": lambda: with_file("first-card", "DF1/EF02", lambda _: b"\xd1\x82\x0b"),
        },
        (1, "residence_card_object_indefinite"): {
            "an indefinite length": lambda: with_file(
                "second-card", "DF1/EF03", lambda data: b"\xd0\x80" + data[4:] + b"\x00\x00"
            ),
        },
        (1, "residence_card_object_overlong"): {
            "an overlong length": lambda: with_file("second-card", "DF1/EF02", lambda data: b"\xc5\x81" + data[1:]),
            "an overlong length of two bytes": lambda: with_file(
                "second-card", "DF3/EF01", lambda data: b"\xdc\x82\x00" + data[1:]
            ),
            "a length bomb": lambda: with_file("second-card", "DF1/EF03", lambda _: b"\xd0\x84\xff\xff\xff\xff"),
        },
        (1, "residence_card_object_twice"): {
            "a tag twice": lambda: reordered("second-card", "DF1/EF02", "C5", *SECOND_ORDER),
            "a photo twice": lambda: reordered("second-card-child", "DF1/EF03", "D0", "D1", "D1"),
        },
        (1, "residence_card_object_unexpected"): {
            "labels of expiry and birth exchanged": lambda: relabelled("second-card", "C5", "C6"),
            "labels of expiry and end of stay exchanged": lambda: relabelled("second-card", "C5", "CD"),
            "a tag of another file": lambda: with_file(
                "second-card", "DF1/EF01", lambda data: data + build.tlv("C5", b"20990101")
            ),
            "a card that calls itself a certificate": lambda: replace(
                called("second-card", "06"),
                files={
                    name: data
                    for name, data in called("second-card", "06").files.items()
                    if name not in {"DF2/EF01", "DF2/EF02", "DF2/EF03"}
                },
            ),
        },
        (1, "residence_card_object_missing"): {
            "an entry missing": lambda: reordered("second-card", "DF1/EF02", *SECOND_ORDER[:-1]),
            "a certificate that calls itself a card": lambda: called("second-certificate", "05"),
        },
        (1, "residence_card_object_size"): {
            "an entry too long": lambda: make("second-card", before={"C9": b"TEST0000001", "CE": b"050"}),
            "an entry too short": lambda: make("second-card", before={"CE": b"050"}),
            "a photo too long": lambda: make("first-card", before={"D1": bytes(3_001)}),
            "a signature in ASN.1": lambda: make("second-card", after={"DC": P384.sign(b"")}),
            "a short check code": lambda: make("first-card", after={"DA": bytes(255)}),
            "the wrong curve": lambda: by_key("second-card", "P-256"),
            "a certificate larger than a card has room for": lambda: certified(
                "second-card", public=spki(P384.key, curve="explicit")
            ),
        },
        (1, "residence_card_bytes_after_objects"): {
            "data after the end": lambda: with_file("second-card", "DF1/EF03", lambda data: data + b"\x00\x00\x01"),
        },
        (2, "residence_card_number_malformed"): {
            "a number without letters": lambda: make("first-card", number="123456789012"),
            "a number in full width": lambda: make("first-card", number="ＡＢ12345678CD"),
            "a number with other digits": lambda: make("first-card", number="AB1234567٨CD"),
        },
        (2, "residence_card_number_mismatch"): {
            "another number than the chip's": lambda: make("second-card", number="CD23456789EG"),
        },
        (3, "der_unexpected_element"): {
            "a certificate that is none": lambda: make("first-card", card_leaf=b"\x04\x03abc"),
        },
        (3, "der_truncated"): {
            "a certificate cut off": lambda: with_certificate("second-card", lambda one: one[:-1]),
        },
        (3, "der_indefinite_length"): {
            "a certificate of indefinite length": lambda: with_certificate("second-card", indefinite),
        },
        (3, "der_overlong_length"): {
            "a certificate of overlong length": lambda: with_certificate("first-card", overlong),
        },
        (3, "residence_card_bytes_after_objects"): {
            "data after the certificate": lambda: with_certificate("first-card", lambda one: one + b"\x00\x01"),
        },
        (3, "duplicate_extension"): {
            "an extension twice": lambda: certified("second-card", extensions=TWO_KEY_USAGES),
        },
        (3, "unknown_critical_extension"): {
            "an unknown critical extension": lambda: certified("first-card", extensions=CRITICAL),
        },
        (3, "residence_card_certificate_usage"): {
            "an authority in the card's place": lambda: certified("second-card", extensions=AUTHORITY_EXTENSIONS),
            "an authority in the first generation's place": lambda: certified(
                "first-card", extensions=(extension("2.5.29.19", seq(true()), critical=True), *SIGNER_EXTENSIONS)
            ),
            "a self-signed certificate": lambda: itself("second-card"),
            "a key that may sign certificates": lambda: certified("second-card", extensions=MAY_SIGN_CERTIFICATES),
            "a key not for signatures": lambda: certified("first-card", extensions=NOT_FOR_SIGNATURES),
            "a server's certificate": lambda: certified("first-card", extensions=SERVER),
        },
        (3, "residence_card_key_refused"): {
            "the wrong curve with a signature of the right size": lambda: certified(
                "second-card", public=hand_of("P-256").spki()
            ),
            "a curve of the same size": lambda: by_key("second-card", "brainpoolP384r1"),
            "an RSA key of another size": lambda: certified("first-card", public=spki(private_key("rsa-3072", "long"))),
            "a key on a curve in the first generation": lambda: certified("first-card", public=P384.spki()),
            "a first-generation certificate of the second's authority": lambda: by_authority_of("first-card", "second"),
            "a certificate signed with another hash": lambda: certified(
                "second-card", by=replace(authority("second").hand, digest="sha512")
            ),
        },
        (3, "point_refused"): {
            "a point off the curve": lambda: certified(
                "second-card", public=spki(P384.key, point=b"\x04" + b"\x01" * 96)
            ),
        },
        (3, "algorithm_refused"): {
            "an Edwards key": lambda: certified("second-card", public=seq(seq(oid(EDWARDS)), bits(b"\x01" * 32))),
            "a certificate signed with SHA-1": lambda: certified(
                "first-card", by=replace(authority("first-2024").hand, digest="sha1")
            ),
        },
        (3, "key_size_refused"): {
            "an RSA key too short": lambda: certified("first-card", public=spki(private_key("rsa-1024", "short"))),
        },
        (4, "residence_card_signature_wrong"): {
            "another key's signature": lambda: make("second-card", hand=hand_of("P-384", "somebody else")),
            "another RSA key's signature": lambda: make("first-card", hand=hand_of("rsa-2048", "somebody else")),
            "a signature of zeros": lambda: make("second-card", after={"DC": bytes(96)}),
            "a signature beyond the group's order": lambda: make("second-card", after={"DC": b"\xff" * 96}),
            "a check code of zeros": lambda: make("first-card", after={"DA": bytes(256)}),
            "a signature over other data": lambda: signed_over("second-card", lambda right: flipped(right, 20)),
            "a check code over other data": lambda: signed_over("first-card", lambda right: flipped(right, 20)),
            "a signature over entries alone": lambda: signed_over("second-card", lambda right: right[:53]),
            "a signature over the name before the photo": lambda: signed_over(
                "second-card", lambda right: right[:53] + right[3_053:] + right[53:3_053]
            ),
            "values joined without filling": lambda: joined_without_filling("first-card"),
            "a certificate's entries joined without filling": lambda: joined_without_filling("second-certificate"),
            "a swapped photo": lambda: make("second-card", after={"D1": PHOTO}),
            "a swapped photo in the first generation": lambda: of_another(
                "first-card", "first-card-older-authority", "D1"
            ),
            "a photo taken away": lambda: make("second-card", after={"D1": b""}),
            "another face of the card": lambda: of_another("first-card", "first-card-older-authority", "D0"),
            "another name": lambda: of_another("second-card", "second-card-day-unknown", "D0"),
            "another date of birth": lambda: make("second-card", after={"C6": b"19900402"}),
            "a later end of validity": lambda: make("specified-card", after={"C5": b"20990331"}),
            "a first-generation signature on the second's data": lambda: with_file(
                "first-card", "DF1/EF02", lambda _: build.tlv("D1", contents("second-card")["D1"])
            ),
        },
        (5, "residence_card_not_by_agency"): {
            "a forged authority": lambda: forged_authority("second-card"),
            "a forged authority of the first generation": lambda: forged_authority("first-card"),
            "a certificate changed after it was signed": lambda: with_certificate(
                "second-card", lambda one: flipped(one, -1)
            ),
        },
        (6, "residence_card_certificate_outside_validity"): {
            "an expired certificate": lambda: certified("second-card", last=build.MOMENT - timedelta(seconds=1)),
            "an expired certificate of the first generation": lambda: certified(
                "first-card", last=build.MOMENT - timedelta(seconds=1)
            ),
            "a certificate of the future": lambda: certified("second-card", first=build.MOMENT + timedelta(seconds=1)),
        },
        (7, "residence_card_entry_malformed"): {
            "a date that doesn't exist": lambda: make("second-card", before={"C5": b"20310231"}),
            "a date in other digits": lambda: make("second-card", before={"C6": b"H2-04-01"}),
            "a birth still to come": lambda: make("second-card", before={"C6": b"20261124"}),
            "a birth in a year to come": lambda: make("second-card", before={"C6": b"20270000"}),
            "a card with a certificate's filling for entries": lambda: make(
                "second-card", before={"CA": bytes(2), "CB": bytes(8), "CC": bytes(1), "CD": bytes(8)}
            ),
            "a restriction of work nobody knows": lambda: make("second-card", before={"CC": b"7"}),
        },
        (7, "residence_card_photo_missing"): {
            "no photo of an adult": lambda: make("second-card", before={"D1": b""}),
            "no photo of an adult whose birthday is unknown": lambda: make(
                "second-card-day-unknown", before={"D1": b""}
            ),
        },
        (8, "residence_card_expired"): {
            "an expired card": lambda: make("second-card", before={"C5": b"20261122"}),
            "an expired certificate of permanent residence": lambda: make(
                "specified-certificate", before={"C5": b"20260614"}
            ),
        },
    }
)


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_has_its_name_and_step(fault: str) -> None:
    """The report has no facts, names the fault and says at which step it was found."""
    made, reason, step = FAULTS[fault]
    found = verify(made())
    refused_at(found.report, reason, step)
    assert found.verified is None
    failure = found.report.failure
    assert failure is not None
    assert f"手順{step}" in failure.sentence("ja")
    assert failure.sentence("en").startswith(f"Step {step}: ")


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_a_finding_and_never_a_fact(fault: str) -> None:
    """What is wrong with a card's data makes it failed; what isn't a card makes nothing."""
    made, reason, _ = FAULTS[fault]
    findings = verify(made()).report.findings
    if reason == "residence_card_expired":
        assert "authenticity" not in findings
    elif findings:
        assert findings["authenticity"] == "failed"


def test_an_authority_that_ended_ends_its_cards() -> None:
    """Every certificate of the path is asked to be valid at the moment."""
    made = certified("first-card-older-authority", last=FAR)
    found = verify(made, moment=datetime(2028, 7, 7, tzinfo=UTC))
    assert found.report.failure is not None
    assert found.report.failure.reason == "residence_card_certificate_outside_validity"
    assert "authority" in found.report.failure.sentence("en")


def test_the_last_second_of_a_certificate_counts() -> None:
    """RFC 5280: both ends belong to the period, which is written to the second."""
    made = certified("second-card", last=build.MOMENT)
    assert verify(made, moment=build.MOMENT + timedelta(microseconds=999_999)).verified is not None


def test_every_step_that_can_fail_does_so_in_a_test() -> None:
    """Steps 0 to 8 each have a fault; 9 to 11 are never done."""
    assert {step for _, _, step in FAULTS.values()} == set(range(9))


def test_filling_of_zero_bytes_is_none_of_the_data() -> None:
    """A file filled up to its size is read like the bare one."""
    filled = with_file("second-card", "DF3/EF01", lambda data: data.ljust(704, b"\x00"))
    assert verify(filled).verified is not None


def test_an_element_that_isnt_a_certificate_inside_a_right_frame() -> None:
    """A frame with nothing in it ends in a named error."""
    assert verify(make("second-card", card_leaf=tlv(0x30))).report.failure is not None
