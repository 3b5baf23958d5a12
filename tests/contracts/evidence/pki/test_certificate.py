"""Certificates: what we read is what another reader reads, and what isn't a certificate is refused."""

from __future__ import annotations

import random

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sekisho.contracts.evidence.errors import EvidenceRefused
from sekisho.contracts.evidence.pki import extensions
from sekisho.contracts.evidence.pki.certificate import parse_certificate
from tests.contracts.evidence.fixtures import jpki_pki as pki

GOOD = ("taro", "taro-auth", "taro-phone", "sign-ca-1", "auth-ca", "critical-unknown", "responder", "pss", "short-key")


@pytest.mark.parametrize("label", GOOD)
def test_another_reader_reads_the_same(label: str) -> None:
    """Every field is equal to what the `cryptography` package reads from the same bytes."""
    ours, theirs = parse_certificate(pki.certificate(label)), x509.load_der_x509_certificate(pki.certificate(label))
    assert ours.serial == theirs.serial_number
    assert (ours.not_before, ours.not_after) == (theirs.not_valid_before_utc, theirs.not_valid_after_utc)
    assert (ours.issuer, ours.subject) == (theirs.issuer.public_bytes(), theirs.subject.public_bytes())
    assert ours.to_be_signed == theirs.tbs_certificate_bytes
    assert ours.signature == theirs.signature
    assert ours.public_key == theirs.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert [(one.oid, one.critical) for one in ours.extensions] == [
        (one.oid.dotted_string, one.critical) for one in theirs.extensions
    ]


def test_the_extensions_of_a_signing_certificate() -> None:
    """Key usage, policy, distribution point and the six items, as declared."""
    taro = parse_certificate(pki.certificate("taro"))
    assert extensions.key_usage(taro) == frozenset({extensions.DIGITAL_SIGNATURE, extensions.NON_REPUDIATION})
    assert extensions.policies(taro) == {"1.2.392.200149.8.5.1.1.20"}
    assert not extensions.is_authority(taro)
    assert len(extensions.distribution_points(taro)) == 1
    assert [one.type[-1] for one in extensions.other_names(taro)] == ["1", "2", "3", "4", "5", "6"]
    authority = parse_certificate(pki.certificate("sign-ca-2"))
    assert extensions.is_authority(authority)
    assert extensions.authority_key_identifier(taro) == extensions.subject_key_identifier(authority)
    assert extensions.other_names(authority) == ()
    assert extensions.distribution_points(authority) == frozenset()
    assert extensions.policies(authority) == frozenset()


def test_what_we_accept_another_strict_reader_accepts() -> None:
    """Of 3,000 damaged certificates, none is read by us and refused by the `cryptography` package's DER reader.

    Seeded: the same 3,000 each time. What differs by design is left out: it doesn't ask for version 3, nor do we look
    into names, which are only compared, or into keys, which step 9 loads.
    """
    random_source = random.Random(20261123)  # noqa: S311  damage, nothing secret
    whole, read = pki.certificate("taro"), parse_certificate(pki.certificate("taro"))
    opaque = [
        place
        for part in (read.issuer, read.subject, read.public_key)
        for place in range(whole.index(part), whole.index(part) + len(part))
    ]
    places = sorted(set(range(len(whole))) - set(opaque))
    for _ in range(3_000):
        data = bytearray(whole)
        for _ in range(random_source.randint(1, 3)):
            data[random_source.choice(places)] = random_source.randrange(256)
        try:
            ours = parse_certificate(bytes(data))
        except EvidenceRefused:
            continue
        theirs = x509.load_der_x509_certificate(bytes(data))
        assert ours.serial == theirs.serial_number
        assert ours.not_after == theirs.not_valid_after_utc
        assert ours.to_be_signed == theirs.tbs_certificate_bytes


def changed(old: bytes, new: bytes) -> bytes:
    """The certificate of 太郎 with the same number of bytes changed."""
    whole = pki.certificate("taro")
    assert old in whole
    assert len(old) == len(new)
    return whole.replace(old, new, 1)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a003020102", "a003020101"),  # version 2
        ("06092a864886f70d01010b", "06092a864886f70d01010c"),  # another algorithm inside than outside
        ("0101ff", "010100"),  # critical: FALSE, written out
        ("170d", "130d"),  # a validity that is text
    ],
)
def test_a_certificate_written_otherwise_is_refused(old: str, new: str) -> None:
    """One field each: version, algorithm, default value, time."""
    with pytest.raises(EvidenceRefused) as caught:
        parse_certificate(changed(bytes.fromhex(old), bytes.fromhex(new)))
    assert caught.value.reason == "der_wrong_structure"


@pytest.mark.parametrize("cut", [0, 1, 3, 4, 50, 300, 700])
def test_a_certificate_that_is_cut_off_is_refused(cut: int) -> None:
    """At any place."""
    with pytest.raises(EvidenceRefused) as caught:
        parse_certificate(pki.certificate("taro")[:cut])
    assert caught.value.reason == "der_truncated"


def test_a_certificate_with_something_after_it_is_refused() -> None:
    """Two certificates in one file aren't one."""
    with pytest.raises(EvidenceRefused) as caught:
        parse_certificate(pki.certificate("taro") + pki.certificate("taro-auth"))
    assert caught.value.reason == "der_trailing_bytes"


def test_an_extension_twice_is_refused() -> None:
    """Readers would disagree about which counts."""
    with pytest.raises(EvidenceRefused) as caught:
        parse_certificate(pki.certificate("duplicate-extension"))
    assert caught.value.reason == "duplicate_extension"
    assert caught.value.fields["oid"] == "2.5.29.17"
