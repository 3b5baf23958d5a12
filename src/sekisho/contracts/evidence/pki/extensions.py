"""What stands in the extensions of certificates and revocation lists (RFC 5280 §§4.2, 5.2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sekisho.contracts.evidence.pki import der
from sekisho.contracts.evidence.pki.certificate import (
    AUTHORITY_KEY_IDENTIFIER,
    BASIC_CONSTRAINTS,
    CERTIFICATE_POLICIES,
    CRL_DISTRIBUTION_POINTS,
    EXTENDED_KEY_USAGE,
    KEY_USAGE,
    MAX_CERTIFICATE_BYTES,
    SUBJECT_ALTERNATIVE_NAME,
    SUBJECT_KEY_IDENTIFIER,
    WHAT,
    UnverifiedCertificate,
)
from sekisho.contracts.evidence.pki.errors import WrongStructure

DIGITAL_SIGNATURE, NON_REPUDIATION, KEY_CERT_SIGN, CRL_SIGN = 0, 1, 5, 6
"""Bits of keyUsage (RFC 5280 §4.2.1.3)."""

_OTHER_NAME = 0xA0
_FULL_NAME = 0xA0


@dataclass(frozen=True, slots=True)
class OtherName:
    """A name of a kind of its issuer's own: the OID of its type, and the DER of its value."""

    type: str
    value: bytes


def _open(certificate: UnverifiedCertificate, oid: str, what: str) -> der.Element | None:
    extension = certificate.extension(oid)
    return None if extension is None else der.require_der(extension.value, what=what, limit=MAX_CERTIFICATE_BYTES)


def key_usage(certificate: UnverifiedCertificate) -> frozenset[int] | None:
    """The bits of keyUsage; None where the extension isn't there."""
    element = _open(certificate, KEY_USAGE, "keyUsage")
    if element is None:
        return None
    if element.tag != der.BIT_STRING:
        raise WrongStructure(what=WHAT, expected="keyUsage BIT STRING")
    return der.named_bits(element)


def is_authority(certificate: UnverifiedCertificate) -> bool:
    """Whether basicConstraints says CA (RFC 5280 §4.2.1.9)."""
    element = _open(certificate, BASIC_CONSTRAINTS, "basicConstraints")
    if element is None:
        return False
    reader = der.Reader(element, der.SEQUENCE, "basicConstraints")
    flag = reader.optional(der.BOOLEAN)
    reader.optional(der.INTEGER)
    reader.finish("basicConstraints of two parts")
    if flag is not None and not der.boolean(flag):
        raise WrongStructure(what=WHAT, expected="cA left out where false")
    return flag is not None


def policies(certificate: UnverifiedCertificate) -> frozenset[str]:
    """The OIDs of certificatePolicies; empty where the extension isn't there. Qualifiers are not read."""
    element = _open(certificate, CERTIFICATE_POLICIES, "certificatePolicies")
    return frozenset() if element is None else _first_oids(element, "certificatePolicies")


def _first_oids(element: der.Element, expected: str) -> frozenset[str]:
    if element.tag != der.SEQUENCE:
        raise WrongStructure(what=element.what, expected=expected)
    found: set[str] = set()
    for part in element.children():
        oid = der.oid(der.Reader(part, der.SEQUENCE, expected).take(der.OID, expected))
        if oid in found:
            # RFC 5280 §4.2.1.4: a policy must not appear more than once.
            raise WrongStructure(what=element.what, expected=f"{expected}, each once")
        found.add(oid)
    return frozenset(found)


def extended_key_usage(certificate: UnverifiedCertificate) -> frozenset[str]:
    """The purposes of extendedKeyUsage; empty where the extension isn't there."""
    element = _open(certificate, EXTENDED_KEY_USAGE, "extendedKeyUsage")
    if element is None:
        return frozenset()
    if element.tag != der.SEQUENCE:
        raise WrongStructure(what=WHAT, expected="extendedKeyUsage")
    found = set()
    for part in element.children():
        if part.tag != der.OID:
            raise WrongStructure(what=WHAT, expected="extendedKeyUsage")
        found.add(der.oid(part))
    return frozenset(found)


def subject_key_identifier(certificate: UnverifiedCertificate) -> bytes | None:
    """The identifier of the certificate's own key, as its issuer wrote it."""
    element = _open(certificate, SUBJECT_KEY_IDENTIFIER, "subjectKeyIdentifier")
    if element is None:
        return None
    if element.tag != der.OCTET_STRING:
        raise WrongStructure(what=WHAT, expected="subjectKeyIdentifier OCTET STRING")
    return element.content


def authority_key_identifier(certificate: UnverifiedCertificate) -> bytes | None:
    """The identifier of the issuer's key; None where there is none. Issuer and serial beside it are not read."""
    element = _open(certificate, AUTHORITY_KEY_IDENTIFIER, "authorityKeyIdentifier")
    if element is None:
        return None
    found = der.Reader(element, der.SEQUENCE, "authorityKeyIdentifier").optional(0x80)
    return None if found is None else found.content


def other_names(certificate: UnverifiedCertificate) -> tuple[OtherName, ...]:
    """The otherNames of subjectAltName in their order; names of other kinds are passed over."""
    element = _open(certificate, SUBJECT_ALTERNATIVE_NAME, "subjectAltName")
    if element is None:
        return ()
    if element.tag != der.SEQUENCE:
        raise WrongStructure(what=WHAT, expected="subjectAltName")
    return tuple(_other_name(name) for name in element.children() if name.tag == _OTHER_NAME)


def _other_name(element: der.Element) -> OtherName:
    reader = der.Reader(element, _OTHER_NAME, "otherName")
    kind = der.oid(reader.take(der.OID, "otherName type"))
    wrapped = list(reader.take(0xA0, "otherName value").children())
    reader.finish("otherName of two parts")
    if len(wrapped) != 1:
        raise WrongStructure(what=WHAT, expected="otherName with one value")
    return OtherName(kind, wrapped[0].raw)


def distribution_points(certificate: UnverifiedCertificate) -> frozenset[bytes]:
    """The full names (GeneralNames, as DER) at which the certificate's revocation lists are found.

    JPKI names them by directoryName, so nothing can be fetched by them; they say which part of the lists is meant.
    """
    element = _open(certificate, CRL_DISTRIBUTION_POINTS, "cRLDistributionPoints")
    if element is None:
        return frozenset()
    if element.tag != der.SEQUENCE:
        raise WrongStructure(what=WHAT, expected="cRLDistributionPoints")
    return frozenset(
        name for part in element.children() for name in full_names(der.Reader(part, der.SEQUENCE, "DistributionPoint"))
    )


def full_names(reader: der.Reader) -> Iterator[bytes]:
    """The full names in a DistributionPointName that ``reader`` is about to read; none where it has none."""
    point = reader.optional(0xA0)
    if point is None:
        return
    for name in point.children():
        if name.tag == _FULL_NAME:
            yield from (one.raw for one in name.children())
