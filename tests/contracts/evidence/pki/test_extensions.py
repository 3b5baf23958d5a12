"""Extensions in other forms than the profile's: absent is absent, and anything else is refused by name."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest

from sekisho.contracts.evidence.errors import EvidenceRefused
from sekisho.contracts.evidence.jpki.errors import AttributesUnreadable
from sekisho.contracts.evidence.jpki.parse import MAX_OTHER_NAMES, read_attributes
from sekisho.contracts.evidence.jpki.profile import PurposeProfile
from sekisho.contracts.evidence.pki import certificate as x509
from sekisho.contracts.evidence.pki import der, extensions
from sekisho.contracts.evidence.pki.certificate import Extension, UnverifiedCertificate, parse_certificate
from tests.contracts.evidence.fixtures import jpki_pki as pki
from tests.contracts.evidence.fixtures.lists import extension, tlv

POLICY = bytes.fromhex("300406022a03")


def holding(*found: tuple[str, bytes]) -> UnverifiedCertificate:
    """太郎's certificate with these extensions and no others."""
    return dataclasses.replace(
        parse_certificate(pki.certificate("taro")),
        extensions=tuple(Extension(oid, False, value) for oid, value in found),
    )


def test_what_is_absent_is_absent() -> None:
    """None or empty, never a default that allows something."""
    bare = holding()
    assert extensions.key_usage(bare) is None
    assert not extensions.is_authority(bare)
    assert extensions.policies(bare) == frozenset()
    assert extensions.extended_key_usage(bare) == frozenset()
    assert extensions.subject_key_identifier(bare) is None
    assert extensions.authority_key_identifier(bare) is None
    assert extensions.other_names(bare) == ()
    assert extensions.distribution_points(bare) == frozenset()
    assert extensions.authority_key_identifier(holding((x509.AUTHORITY_KEY_IDENTIFIER, b"\x30\x00"))) is None


@pytest.mark.parametrize(
    ("read", "oid", "value"),
    [
        (extensions.key_usage, x509.KEY_USAGE, b"\x04\x01\x80"),
        (extensions.key_usage, x509.KEY_USAGE, b"\x04\x02\x07\x80"),
        (extensions.extended_key_usage, x509.EXTENDED_KEY_USAGE, b"\x30\x03\x04\x01\x2a"),
        (
            extensions.other_names,
            x509.SUBJECT_ALTERNATIVE_NAME,
            tlv(0x30, tlv(0xA0, b"\x06\x01\x2a", tlv(0xA0, b"\x05\x00"), b"\x05\x00")),
        ),
        (extensions.is_authority, x509.BASIC_CONSTRAINTS, bytes.fromhex("3003010100")),
        (extensions.is_authority, x509.BASIC_CONSTRAINTS, bytes.fromhex("30050101ff0500")),
        (extensions.policies, x509.CERTIFICATE_POLICIES, b"\x31\x00"),
        (extensions.policies, x509.CERTIFICATE_POLICIES, tlv(0x30, POLICY, POLICY)),
        (extensions.extended_key_usage, x509.EXTENDED_KEY_USAGE, b"\x31\x00"),
        (extensions.extended_key_usage, x509.EXTENDED_KEY_USAGE, b"\x30\x02\x05\x00"),
        (extensions.subject_key_identifier, x509.SUBJECT_KEY_IDENTIFIER, b"\x05\x00"),
        (extensions.other_names, x509.SUBJECT_ALTERNATIVE_NAME, b"\x05\x00"),
        (extensions.other_names, x509.SUBJECT_ALTERNATIVE_NAME, tlv(0x30, tlv(0xA0, b"\x06\x01\x2a", tlv(0xA0)))),
        (extensions.distribution_points, x509.CRL_DISTRIBUTION_POINTS, b"\x05\x00"),
    ],
)
def test_another_form_is_refused(read: Callable[[UnverifiedCertificate], object], oid: str, value: bytes) -> None:
    """Another type, a default written out, a thing twice: refused as a structure that isn't expected."""
    with pytest.raises(EvidenceRefused) as caught:
        read(holding((oid, value)))
    assert caught.value.reason == "der_wrong_structure"


def test_a_point_without_a_name_names_nothing() -> None:
    """A distribution point may have only an issuer; then no list is found by it."""
    assert extensions.distribution_points(holding((x509.CRL_DISTRIBUTION_POINTS, tlv(0x30, tlv(0x30, tlv(0xA2)))))) == (
        frozenset()
    )


def test_names_of_other_kinds_are_passed_over() -> None:
    """An e-mail address among the names is nothing to us."""
    assert extensions.other_names(holding((x509.SUBJECT_ALTERNATIVE_NAME, tlv(0x30, tlv(0x81, b"a@b.example"))))) == ()


def test_the_number_of_items_and_extensions_is_bounded() -> None:
    """One more than the limit is refused, in subjectAltName and in the certificate; none at all as well."""
    item = tlv(0xA0, b"\x06\x01\x2a", tlv(0xA0, tlv(0x0C, b"x")))
    assert len(read_attributes(holding((x509.SUBJECT_ALTERNATIVE_NAME, tlv(0x30, item * 32)))).unknown) == 32
    with pytest.raises(AttributesUnreadable):
        read_attributes(holding((x509.SUBJECT_ALTERNATIVE_NAME, tlv(0x30, item * (MAX_OTHER_NAMES + 1)))))
    for count in (0, x509.MAX_EXTENSIONS + 1):
        listed = tlv(0xA3, tlv(0x30, *(extension(f"2a{number:02x}", b"") for number in range(count))))
        element = der.outermost(listed, what="test", limit=4096)
        with pytest.raises(EvidenceRefused):
            x509.read_extensions(element, "test")


def test_a_profile_compares_with_something() -> None:
    """No policy or no key usage would let everything pass."""
    good = pki.profile().signing
    for policies, usage in (((), good.key_usage), (good.policies, frozenset[int]()), (good.policies, frozenset({5}))):
        with pytest.raises(ValueError, match="has policies"):
            PurposeProfile(good.trust, policies, usage, good.key_usage_allowed)
