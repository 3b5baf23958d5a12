"""The agency's authorities: which are trusted, and how a card's certificate finds its own. One step, never more.

Trust comes from the operator alone; nothing that came with a card ever gives any.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from sekisho.contracts.evidence.cms import der
from sekisho.contracts.evidence.cms.algorithms import read_signature_algorithm
from sekisho.contracts.evidence.cms.certificate import (
    DIGITAL_SIGNATURE,
    KEY_CERT_SIGN,
    Certificate,
    read_certificate,
    signed_by,
)
from sekisho.contracts.evidence.cms.errors import ParametersRefused, SignatureInvalid
from sekisho.contracts.evidence.cms.keys import EcKey, PublicKey, read_public_key
from sekisho.contracts.evidence.residence_card.errors import (
    AgencyCertificateRefused,
    AgencyUnknown,
    CardKeyRefused,
    CertificateUsageRefused,
    NotByAgency,
)
from sekisho.contracts.evidence.residence_card.model import Authority
from sekisho.contracts.evidence.residence_card.profile import MAX_AUTHORITIES, Signing

CARD: Final = "residence card certificate"
AUTHORITY: Final = "residence card authority"


@dataclass(frozen=True, slots=True)
class TrustStore:
    """The authorities by the name that certificates give as their issuer's. Immutable; :meth:`of` makes one."""

    by_name: Mapping[tuple[tuple[str, str], ...], tuple[Authority, ...]]

    @classmethod
    def of(cls, authorities: Iterable[Authority]) -> TrustStore:
        """All generations together: their keys tell them apart. Each once."""
        found: dict[tuple[tuple[str, str], ...], tuple[Authority, ...]] = {}
        seen: set[str] = set()
        for one in authorities:
            if one.certificate.fingerprint not in seen:
                seen.add(one.certificate.fingerprint)
                name = one.certificate.subject.key
                found[name] = (*found.get(name, ()), one)
        if len(seen) > MAX_AUTHORITIES:
            raise AgencyCertificateRefused(problem=f"more than {MAX_AUTHORITIES} authorities")
        return cls(MappingProxyType(found))


def read_authority(data: bytes, *, source: str) -> Authority:
    """A self-signed authority's certificate (DER) that the operator confirmed; ``source`` is its name for it."""
    certificate = read_certificate(der.read(data), AUTHORITY)
    if certificate.is_ca is not True:
        raise AgencyCertificateRefused(problem="basicConstraints doesn't say that it is an authority")
    if certificate.key_usage is None or KEY_CERT_SIGN not in certificate.key_usage:
        raise AgencyCertificateRefused(problem="keyUsage lacks keyCertSign")
    if certificate.issuer.key != certificate.subject.key:
        raise AgencyCertificateRefused(problem="its issuer isn't itself")
    key = read_public_key(certificate.spki, AUTHORITY)
    if _kind(key) not in ("RSA", "P-384"):
        raise AgencyCertificateRefused(problem="neither RSA nor P-384")
    try:
        signed_by(certificate, key, AUTHORITY)
    except (SignatureInvalid, ParametersRefused):
        raise AgencyCertificateRefused(problem="not signed by its own key") from None
    return Authority(certificate, key, source)


def card_key(certificate: Certificate, signing: Signing) -> PublicKey:
    """The key of a card's certificate, which must be a leaf for signatures with the generation's key and algorithm."""
    if certificate.is_ca:
        raise CertificateUsageRefused(problem="it is an authority's")
    if certificate.issuer.key == certificate.subject.key:
        raise CertificateUsageRefused(problem="its issuer is itself")
    usage = certificate.key_usage
    # Whether cards' certificates have the extension isn't known [U]; one that has it must allow signatures, no more.
    if usage is not None and (DIGITAL_SIGNATURE not in usage or KEY_CERT_SIGN in usage):
        raise CertificateUsageRefused(problem="keyUsage isn't that of a signer")
    if certificate.extended_usage is not None:
        raise CertificateUsageRefused(problem="it is for an extended usage")
    if read_signature_algorithm(certificate.algorithm, CARD) != signing.certified:
        raise CardKeyRefused(expected=signing.key)
    key = read_public_key(certificate.spki, CARD)
    exact = f"RSA-{key.bits}" if not isinstance(key, EcKey) else _kind(key)
    if exact != signing.key:
        raise CardKeyRefused(expected=signing.key)
    return key


def issuer_of(certificate: Certificate, store: TrustStore) -> Authority:
    """The authority that signed ``certificate``.

    Another generation's can't have: :func:`card_key` asked for the generation's algorithm, which needs its kind of key.
    """
    candidates = [
        one
        for one in store.by_name.get(certificate.issuer.key, ())
        if certificate.authority_key is None
        or one.certificate.subject_key is None
        or one.certificate.subject_key == certificate.authority_key
    ]
    if not candidates:
        raise AgencyUnknown
    for authority in candidates:
        try:
            signed_by(certificate, authority.key, CARD)
        except (SignatureInvalid, ParametersRefused):
            continue
        return authority
    raise NotByAgency


def _kind(key: PublicKey) -> str:
    """``RSA``, or the curve's name; a curve written out as parameters is none that the cards have."""
    if not isinstance(key, EcKey):
        return "RSA" if key.pss is None else "RSA-PSS"
    return "parameters" if key.written_out else key.curve.name
