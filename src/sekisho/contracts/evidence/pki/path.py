"""The path of a certificate of JPKI: one step, from a configured authority to the leaf.

Longer paths don't exist there, so there is nothing here that builds one: the leaf's issuer is looked up among the
configured authorities by its name (as DER), and must have signed the leaf. Validity, purpose, policy and
revocation are no part of it: the verifier asks for each as a step of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sekisho.contracts.evidence.pki.certificate import UnverifiedCertificate, parse_certificate
from sekisho.contracts.evidence.pki.errors import (
    CriticalExtensionUnknown,
    Expired,
    IssuerSignatureWrong,
    IssuerUnknown,
    LeafIsAuthority,
    NotAnAuthority,
    NotYetValid,
)
from sekisho.contracts.evidence.pki.extensions import (
    CRL_SIGN,
    KEY_CERT_SIGN,
    authority_key_identifier,
    is_authority,
    key_usage,
    subject_key_identifier,
)
from sekisho.contracts.evidence.pki.signature import authority_verifier, require_algorithm

AUTHORITY_BITS = frozenset({2048, 3072, 4096})
"""JPKI's authorities have RSA-2048; a later generation may have more, never less."""

MAX_GENERATIONS = 8
"""Authorities with one name at a time: JPKI has had two or three. It bounds the signatures tried for one leaf."""

_MADE = object()


@dataclass(frozen=True, slots=True)
class Authority:
    """A certificate that the operator trusts as an authority, looked at once when it is configured."""

    certificate: UnverifiedCertificate
    key_identifier: bytes | None

    @classmethod
    def of(cls, der: bytes) -> Authority:
        """Read a self-signed authority; raises :class:`NotAnAuthority` or a DER error. Validity isn't asked here."""
        certificate = parse_certificate(der)
        usage = key_usage(certificate)
        if not is_authority(certificate):
            raise NotAnAuthority(problem="basicConstraints")
        if usage is None or not {KEY_CERT_SIGN, CRL_SIGN} <= usage:
            raise NotAnAuthority(problem="keyUsage")
        require_algorithm(certificate.signature_algorithm)
        signed = authority_verifier(certificate.public_key, bits=AUTHORITY_BITS)
        if certificate.subject != certificate.issuer or not signed.holds(
            certificate.signature, certificate.to_be_signed
        ):
            raise NotAnAuthority(problem="self-signature")
        return cls(certificate, subject_key_identifier(certificate))

    def signed(self, signature: bytes, data: bytes) -> bool:
        """Whether this authority's key made ``signature`` over ``data``."""
        return authority_verifier(self.certificate.public_key, bits=AUTHORITY_BITS).holds(signature, data)

    def is_named_by(self, issuer: bytes, key_identifier: bytes | None) -> bool:
        """Whether an issuer's name, and the identifier of its key where both have one, mean this authority."""
        if self.certificate.subject != issuer:
            return False
        return key_identifier is None or self.key_identifier is None or key_identifier == self.key_identifier


@dataclass(frozen=True, slots=True)
class TrustStore:
    """The authorities trusted for one purpose: several generations at once, never those of another purpose."""

    authorities: tuple[Authority, ...]

    def __post_init__(self) -> None:
        """More generations than there can be would be a way to make verification slow."""
        if len(self.authorities) > MAX_GENERATIONS:
            raise ValueError(f"more than {MAX_GENERATIONS} authorities in one store")

    @classmethod
    def of(cls, certificates: Iterable[bytes]) -> TrustStore:
        """From the DER of the authorities' certificates."""
        return cls(tuple(Authority.of(der) for der in certificates))

    def issuers_of(self, certificate: UnverifiedCertificate) -> tuple[Authority, ...]:
        """The authorities that the certificate names as its issuer: usually one, none if another store's."""
        identifier = authority_key_identifier(certificate)
        return tuple(one for one in self.authorities if one.is_named_by(certificate.issuer, identifier))


@dataclass(frozen=True, slots=True)
class IssuedCertificate:
    """A certificate that a configured authority really signed. Only :func:`require_issued` makes one."""

    certificate: UnverifiedCertificate
    authority: Authority
    made: object = field(repr=False, compare=False)

    def __post_init__(self) -> None:
        """Nothing but the path check makes one."""
        if self.made is not _MADE:
            raise TypeError("an IssuedCertificate is made by require_issued, never by hand")


def require_leaf(certificate: UnverifiedCertificate) -> None:
    """Raises :class:`LeafIsAuthority` for a CA's certificate or one issued to itself."""
    if is_authority(certificate) or certificate.issuer == certificate.subject:
        raise LeafIsAuthority
    usage = key_usage(certificate)
    if usage is not None and usage & {KEY_CERT_SIGN, CRL_SIGN}:
        raise LeafIsAuthority


def require_issuers(certificate: UnverifiedCertificate, store: TrustStore) -> tuple[Authority, ...]:
    """The authorities in ``store`` that the certificate names; raises :class:`IssuerUnknown` if there is none."""
    found = store.issuers_of(certificate)
    if not found:
        raise IssuerUnknown
    return found


def require_issued(certificate: UnverifiedCertificate, authorities: tuple[Authority, ...]) -> IssuedCertificate:
    """Raises unless one of ``authorities`` signed the certificate, with the only algorithm there is."""
    require_algorithm(certificate.signature_algorithm)
    for authority in authorities:
        if authority.signed(certificate.signature, certificate.to_be_signed):
            return IssuedCertificate(certificate, authority, _MADE)
    raise IssuerSignatureWrong


def require_valid(certificate: UnverifiedCertificate, moment: datetime) -> None:
    """Raises :class:`NotYetValid` or :class:`Expired`; ``moment`` is aware.

    RFC 5280 §4.1.2.5: both ends belong to the period, which is written to the second.
    """
    if moment < certificate.not_before:
        raise NotYetValid(not_before=certificate.not_before.isoformat())
    if moment >= certificate.not_after + timedelta(seconds=1):
        raise Expired(not_after=certificate.not_after.isoformat())


def require_known_critical(certificate: UnverifiedCertificate, known: frozenset[str]) -> tuple[str, ...]:
    """The OIDs of extensions nobody here knows; raises :class:`CriticalExtensionUnknown` if one is critical."""
    unknown = [extension for extension in certificate.extensions if extension.oid not in known]
    for extension in unknown:
        if extension.critical:
            raise CriticalExtensionUnknown(oid=extension.oid)
    return tuple(extension.oid for extension in unknown)
