"""Certificates of travel documents are read as they are written, and names compared by what they say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from asn1crypto import x509

from sekisho.contracts.evidence.cms import der
from sekisho.contracts.evidence.cms.certificate import Certificate, read_certificate, read_name
from sekisho.contracts.evidence.cms.errors import DerRefused, UnexpectedElement
from tests.contracts.evidence.fixtures import passport as build
from tests.contracts.evidence.fixtures import state_pki
from tests.contracts.evidence.fixtures.der_writing import octets, oid, printable, seq, set_of, tlv, utf8

JAPAN = build.authority("japan")
SIGNER = build.signer("japan")


def read(data: bytes) -> Certificate:
    """A certificate from its bytes."""
    return read_certificate(der.read(data), "x")


def made(**other: Any) -> bytes:
    """A signer's certificate, made otherwise."""
    return state_pki.make_signer(JAPAN, SIGNER.hand, **other).certificate


@pytest.mark.parametrize("slug", list(build.DECLARED["signers"]))
def test_another_reader_reads_the_same(slug: str) -> None:
    """Serial, names, validity, key and extensions are those that asn1crypto reads."""
    for data in (build.signer(slug).certificate, build.signer(slug).authority.certificate):
        ours, other = read(data), x509.Certificate.load(data, strict=True)
        assert ours.serial == other.serial_number
        assert ours.signed_part == other["tbs_certificate"].dump()
        assert ours.signature == other.signature
        assert ours.spki.encoded == other.public_key.dump()
        assert (ours.not_before, ours.not_after) == (other.not_valid_before, other.not_valid_after)
        assert ours.subject.country == other.subject.native["country_name"]
        assert ours.subject_key == other.key_identifier
        assert ours.authority_key == other.authority_key_identifier
        assert ours.is_ca == (None if other.basic_constraints_value is None else other.ca)
        names = ["digital_signature", "", "", "", "", "key_cert_sign", "crl_sign"]
        assert {names[bit] for bit in ours.key_usage or ()} == other.key_usage_value.native


def name(*pairs: tuple[str, bytes]) -> bytes:
    """A name of these attributes."""
    return seq(*(set_of(seq(oid(attribute), value)) for attribute, value in pairs))


def key_of(data: bytes) -> object:
    """What names are compared by."""
    return read_name(der.read(data), "x").key


C, CN = "2.5.4.6", "2.5.4.3"


@pytest.mark.parametrize(
    "other",
    [
        name((C, printable("jp")), (CN, utf8("e-passportCSCA"))),
        name((C, printable("JP")), (CN, printable("E-PASSPORTcsca"))),
        name((C, utf8("JP")), (CN, utf8("  e-passportCSCA "))),
        name((C, printable("JP")), (CN, tlv(0x1E, "e-passportCSCA".encode("utf-16-be")))),
        name((C, printable("JP")), (CN, tlv(0x14, b"e-passportCSCA"))),
    ],
)
def test_names_that_are_the_same(other: bytes) -> None:
    """RFC 5280 section 7.1: string types, letter case and outer white space don't make another name."""
    assert key_of(other) == key_of(name((C, printable("JP")), (CN, utf8("e-passportCSCA"))))
    assert read_name(der.read(other), "x").country == "JP"


@pytest.mark.parametrize(
    "other",
    [
        name((CN, utf8("e-passportCSCA")), (C, printable("JP"))),
        name((C, printable("JP"))),
        name((C, printable("JP")), (CN, utf8("e-passport CSCA"))),
        name((C, printable("JP")), (CN, utf8("e-passportCSCA")), (CN, utf8("2"))),
        name((C, printable("JP")), ("2.5.4.11", utf8("e-passportCSCA"))),
    ],
)
def test_names_that_differ(other: bytes) -> None:
    """Order, number, kind and text of the attributes make a name."""
    assert key_of(other) != key_of(name((C, printable("JP")), (CN, utf8("e-passportCSCA"))))


@pytest.mark.parametrize(
    "wrong",
    [
        name((CN, tlv(0x0C, b"\xff"))),
        name((CN, tlv(0x13, b"\x80"))),
        name((CN, tlv(0x1E, b"\x00"))),
        name((CN, b"\x02\x01\x00")),
        name(*[(CN, utf8("a"))] * 33),
        seq(seq()),
        seq(set_of(seq(oid(CN)))),
    ],
)
def test_names_that_are_none(wrong: bytes) -> None:
    """Texts that aren't in their encoding, values that aren't texts, and too many attributes are refused."""
    with pytest.raises(UnexpectedElement):
        read_name(der.read(wrong), "x")


def test_a_certificate_larger_than_any() -> None:
    """16 KiB is four times the largest there is."""
    padding = state_pki.extension("1.2.3.4", octets(bytes(17_000)))
    with pytest.raises(UnexpectedElement):
        read(made(extensions=(*state_pki.SIGNER_EXTENSIONS, padding)))


def test_unknown_extensions_that_arent_critical_are_passed_over() -> None:
    """RFC 5280 section 4.2: an extension nobody knows may be there."""
    unknown = state_pki.extension("1.2.3.4", b"\xff")
    assert read(made(extensions=(*state_pki.SIGNER_EXTENSIONS, unknown))).key_usage == frozenset({0})


WRONG: dict[str, Callable[[], bytes]] = {
    "a basicConstraints that is a number": lambda: made(
        extensions=(state_pki.extension("2.5.29.19", b"\x02\x01\x00"),)
    ),
    "a basicConstraints with more in it": lambda: made(
        extensions=(state_pki.extension("2.5.29.19", seq(b"\x01\x01\xff", b"\x02\x01\x00", b"\x05\x00")),)
    ),
    "a keyUsage that is a number": lambda: made(extensions=(state_pki.extension("2.5.29.15", b"\x02\x01\x00"),)),
    "a usage period with a wrong time": lambda: made(
        extensions=(state_pki.extension("2.5.29.16", seq(tlv(0x80, b"2026"))),)
    ),
    "an extension with bytes after it": lambda: made(
        extensions=(state_pki.extension("2.5.29.15", b"\x03\x02\x07\x80\x00"),)
    ),
    "an empty extended usage of another type": lambda: made(
        extensions=(state_pki.extension("2.5.29.37", b"\x05\x00"),)
    ),
    "not a certificate": seq,
    "a certificate without a signature": lambda: seq(seq(), seq()),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_certificates_that_are_none(wrong: str) -> None:
    """Extensions and parts of another form are refused by name."""
    with pytest.raises(DerRefused):
        read(WRONG[wrong]())


def test_validity_beyond_2049() -> None:
    """RFC 5280 section 4.1.2.5: from 2050 on a GeneralizedTime."""
    last = datetime(2051, 1, 1, tzinfo=UTC)
    assert read(made(last=last)).not_after == last
