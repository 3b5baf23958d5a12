"""Only an authority that the operator confirmed is trusted, and only for certificates that it really issued."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from sekisho.contracts.evidence.cms import der
from sekisho.contracts.evidence.cms.certificate import read_certificate
from sekisho.contracts.evidence.cms.errors import CurveRefused
from sekisho.contracts.evidence.errors import EvidenceRefused
from sekisho.contracts.evidence.residence_card.errors import (
    AgencyCertificateRefused,
    AgencyUnknown,
    CardKeyRefused,
    NotByAgency,
)
from sekisho.contracts.evidence.residence_card.profile import LAYOUTS, MAX_AUTHORITIES
from sekisho.contracts.evidence.residence_card.trust import TrustStore, card_key, issuer_of, read_authority
from tests.contracts.evidence.fixtures import residence_card as build
from tests.contracts.evidence.fixtures.der_writing import bits, integer, octets, oid, seq, true
from tests.contracts.evidence.fixtures.state_pki import (
    CURVES,
    SIGNER_EXTENSIONS,
    Hand,
    extension,
    name,
    private_key,
    spki,
)
from tests.contracts.evidence.residence_card.checking import store

FIRST, LAST = datetime(2026, 1, 1, tzinfo=UTC), datetime(2036, 1, 1, tzinfo=UTC)
SECOND = LAYOUTS["05"].signing
P384 = build.hand_of("P-384")


def made(kind: str, **other: object) -> bytes:
    """An authority's certificate, made otherwise."""
    hand = Hand(private_key(kind, "a made-up authority"), "sha256")
    return build.make_authority(name("JP", "Made up"), hand, first=FIRST, last=LAST, **other).certificate


NO_USE: dict[str, tuple[Callable[[], bytes], str]] = {
    "a card's certificate": (
        lambda: build.right_leaf("second", "P-384"),
        "basicConstraints doesn't say that it is an authority",
    ),
    "no key usage": (
        lambda: made("P-384", extensions=(extension("2.5.29.19", seq(true()), critical=True),)),
        "keyUsage lacks keyCertSign",
    ),
    "a signer's key usage": (
        lambda: made("P-384", extensions=(extension("2.5.29.19", seq(true()), critical=True), *SIGNER_EXTENSIONS)),
        "keyUsage lacks keyCertSign",
    ),
    "issued by another": (lambda: made("P-384", issuer=name("JP", "Another")), "its issuer isn't itself"),
    "of another curve": (lambda: made("P-256"), "neither RSA nor P-384"),
    "by another key": (
        lambda: made("P-384", by=Hand(private_key("P-384", "another"), "sha256")),
        "not signed by its own key",
    ),
    "by another kind of key": (
        lambda: made("P-384", by=Hand(private_key("rsa-2048", "another"), "sha256")),
        "not signed by its own key",
    ),
}


@pytest.mark.parametrize("case", NO_USE)
def test_what_is_no_authority_isnt_configured(case: str) -> None:
    """The operator's own file is looked at when it is configured."""
    data, problem = NO_USE[case]
    with pytest.raises(AgencyCertificateRefused) as caught:
        read_authority(data(), source="file.cer")
    assert caught.value.fields["problem"] == problem


def test_what_isnt_a_certificate_isnt_configured() -> None:
    """Bytes of any other kind are refused by name."""
    with pytest.raises(EvidenceRefused):
        read_authority(b"-----BEGIN CERTIFICATE-----", source="file.cer")


@pytest.mark.parametrize("slug", build.DECLARED["authorities"])
def test_declared_authorities_are_read(slug: str) -> None:
    """RSA and P-384, with and without the NULL that follows ECDSA's identifier in some certificates."""
    assert read_authority(build.authority(slug).certificate, source=slug).source == slug


def test_an_authority_configured_twice_is_one() -> None:
    """The same file under two names is no second authority."""
    one = read_authority(build.authority("second").certificate, source="a")
    assert TrustStore.of([one, read_authority(build.authority("second").certificate, source="b")]) == TrustStore.of(
        [one]
    )


def test_too_many_authorities_are_refused() -> None:
    """More than were ever published would only make verification slow."""
    several = [
        read_authority(made("P-384", serial=serial + 1), source=str(serial)) for serial in range(MAX_AUTHORITIES + 1)
    ]
    with pytest.raises(AgencyCertificateRefused):
        TrustStore.of(several)


def read_leaf(**other: object) -> object:
    """The key of a certificate of the second generation, made otherwise, whatever its size."""
    certificate = read_certificate(der.read(build.leaf(build.authority("second"), P384, **other)), "card")
    return card_key(certificate, SECOND)


def test_the_right_curve_written_out_is_refused() -> None:
    """Cards have no room for it, and the profile has the curve by its name."""
    with pytest.raises(CardKeyRefused):
        read_leaf(public=spki(P384.key, curve="explicit"))


def test_a_curve_nearly_the_right_one_is_refused() -> None:
    """CVE-2020-0601: every parameter counts, the generator too."""
    curve = CURVES["P-384"]
    parameters = seq(
        integer(1),
        seq(oid("1.2.840.10045.1.1"), integer(curve.p)),
        seq(octets(curve.a.to_bytes(48)), octets(curve.b.to_bytes(48))),
        octets(b"\x04" + bytes(96)),
        integer(curve.n),
    )
    with pytest.raises(CurveRefused):
        read_leaf(public=spki(P384.key, parameters=parameters))


def test_an_rsa_key_in_the_second_generation_is_refused() -> None:
    """Each generation has one kind of key."""
    with pytest.raises(CardKeyRefused):
        read_leaf(public=build.hand_of("rsa-2048").spki())


def test_a_certificate_by_the_first_generations_authority_is_refused() -> None:
    """An authority of the first generation can't sign for the second, whatever name it uses."""
    other = build.leaf(build.authority("first-2024"), P384)
    with pytest.raises(CardKeyRefused):
        card_key(read_certificate(der.read(other), "card"), SECOND)


def test_an_authority_is_found_by_name_key_and_signature() -> None:
    """Name and key identifier name candidates; the signature decides."""
    right = read_certificate(der.read(build.right_leaf("second", "P-384")), "card")
    assert issuer_of(right, store("second", "stranger")).source == "second"
    with pytest.raises(AgencyUnknown):
        issuer_of(right, store("stranger"))
    namesake = build.make_authority(
        build.authority("second").name, build.hand_of("P-384", "a namesake"), first=FIRST, last=LAST
    )
    both = TrustStore.of(
        read_authority(one, source="") for one in (namesake.certificate, build.authority("second").certificate)
    )
    assert issuer_of(right, both).certificate.encoded == build.authority("second").certificate
    with pytest.raises(AgencyUnknown):
        issuer_of(right, TrustStore.of([read_authority(namesake.certificate, source="")]))
    forged = build.leaf(namesake, P384, issuer_public=build.authority("second").hand.spki())
    with pytest.raises(NotByAgency):
        issuer_of(read_certificate(der.read(forged), "card"), both)


def test_usage_is_only_asked_where_it_stands() -> None:
    """Whether the agency's certificates have a key usage isn't known, so one without it is accepted."""
    assert read_leaf(extensions=()) is not None
    with pytest.raises(EvidenceRefused):
        read_leaf(extensions=(extension("2.5.29.15", bits(b"\x40", 6), critical=True),))
