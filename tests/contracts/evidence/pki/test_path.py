"""The path of one step: who is an authority, and whom it issued a certificate to."""

from __future__ import annotations

import pytest

from sekisho.contracts.evidence.errors import EvidenceRefused
from sekisho.contracts.evidence.jpki.profile import production
from sekisho.contracts.evidence.pki.certificate import parse_certificate
from sekisho.contracts.evidence.pki.errors import IssuerSignatureWrong, IssuerUnknown, NotAnAuthority
from sekisho.contracts.evidence.pki.path import (
    MAX_GENERATIONS,
    Authority,
    IssuedCertificate,
    TrustStore,
    require_issued,
    require_issuers,
)
from sekisho.contracts.evidence.pki.signature import verifier
from tests.contracts.evidence.fixtures import jpki_pki as pki


@pytest.mark.parametrize(
    ("label", "problem"),
    [
        ("ca-without-basic-constraints", "basicConstraints"),
        ("ca-without-key-usage", "keyUsage"),
        ("ca-signed-by-another", "self-signature"),
        ("taro", "basicConstraints"),
        ("leaf-that-is-an-authority", "keyUsage"),
    ],
)
def test_what_isnt_an_authority_cant_be_configured_as_one(label: str, problem: str) -> None:
    """basicConstraints, keyUsage and the self-signature are looked at when the store is made."""
    with pytest.raises(NotAnAuthority) as caught:
        Authority.of(pki.certificate(label))
    assert caught.value.fields["problem"] == problem


def test_generations_with_one_name_are_told_apart_by_their_keys() -> None:
    """Two authorities have the same name; the identifier of the key finds the right one."""
    store = pki.signing_store()
    assert len({one.certificate.subject for one in store.authorities}) == 1
    for label, generation in (("taro", 1), ("taro-first-generation", 0)):
        found = require_issuers(parse_certificate(pki.certificate(label)), store)
        assert found == (store.authorities[generation],)


def test_a_name_is_not_a_signature() -> None:
    """A certificate that names an authority and is signed by another key is forged."""
    forged = parse_certificate(pki.certificate("forged"))
    with pytest.raises(IssuerSignatureWrong):
        require_issued(forged, pki.signing_store().authorities)


def test_an_authority_that_isnt_configured_is_unknown() -> None:
    """However good its signature is."""
    with pytest.raises(IssuerUnknown):
        require_issuers(parse_certificate(pki.certificate("of-a-stranger")), pki.signing_store())


def test_an_empty_store_trusts_nobody() -> None:
    """No authority means no certificate holds, never that all do."""
    with pytest.raises(IssuerUnknown):
        require_issuers(parse_certificate(pki.certificate("taro")), TrustStore.of([]))


def test_only_the_path_check_makes_an_issued_certificate() -> None:
    """The type can't be made by hand."""
    taro = parse_certificate(pki.certificate("taro"))
    with pytest.raises(TypeError):
        IssuedCertificate(taro, pki.signing_store().authorities[1], object())


def test_a_store_is_bounded() -> None:
    """More generations than there can be would make each forged certificate costly."""
    with pytest.raises(ValueError, match="more than 8"):
        TrustStore(pki.signing_store().authorities[:1] * (MAX_GENERATIONS + 1))


def test_one_authority_isnt_trusted_for_both_purposes() -> None:
    """Or a certificate for the one would pass for the other."""
    with pytest.raises(ValueError, match="for one purpose"):
        production(pki.signing_store(), pki.signing_store())


def test_a_key_is_what_it_says() -> None:
    """Size, exponent and the exact identifier are asked for; garbage is a named error."""
    taro = parse_certificate(pki.certificate("taro")).public_key
    assert verifier(taro, bits=frozenset({2048})).key.key_size == 2048
    for data in (b"", b"\x30\x00", taro[:-1], taro.replace(b"\x01\x01\x01\x05\x00", b"\x01\x01\x0a\x05\x00")):
        with pytest.raises(EvidenceRefused) as caught:
            verifier(data, bits=frozenset({2048}))
        assert caught.value.reason == "unsuitable_key"
    with pytest.raises(EvidenceRefused):
        verifier(taro, bits=frozenset({4096}))
