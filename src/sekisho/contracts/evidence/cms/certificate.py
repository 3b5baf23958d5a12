"""Certificates of travel documents (ICAO 9303-12 §7, which profiles RFC 5280), read and not judged.

Doesn't check trust, time, usage or a signature, except that :func:`signed_by` checks the last when it is asked to.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sekisho.contracts.evidence.cms import der
from sekisho.contracts.evidence.cms.algorithms import read_signature_algorithm
from sekisho.contracts.evidence.cms.errors import (
    DuplicateExtension,
    ParametersRefused,
    UnexpectedElement,
    UnknownCritical,
)
from sekisho.contracts.evidence.cms.keys import PublicKey, check_signature

MAX_CERTIFICATE: Final = 16 * 1024
"""Bytes. The largest in the German and Dutch lists of 2026 is below 4 KiB."""

MAX_ATTRIBUTES: Final = 32
"""Attributes of one name; certificates have up to seven."""

DIGITAL_SIGNATURE: Final = 0
KEY_CERT_SIGN: Final = 5
CRL_SIGN: Final = 6

_COUNTRY = "2.5.4.6"
_BASIC, _KEY_USAGE, _SUBJECT_KEY, _AUTHORITY_KEY = "2.5.29.19", "2.5.29.15", "2.5.29.14", "2.5.29.35"
_PRIVATE_KEY_USAGE, _EXTENDED = "2.5.29.16", "2.5.29.37"
_WITHOUT_EFFECT = frozenset(
    {
        "2.5.29.32",  # certificate policies: ICAO 9303-12 §7.1 gives them no meaning for passive authentication
        "2.5.29.17",  # alternative names: how to reach the authority, and its ICAO country code again
        "2.5.29.18",
        "2.5.29.31",  # where CRLs are: they are given as bytes here
        "2.23.136.1.1.6.1",  # name change: the certificate says so by its issuer as well
        "2.23.136.1.1.6.2",  # document types: compared nowhere, because issuers disagree on what they list
    }
)
_TEXTS = {
    der.UTF8_STRING: "utf-8",
    der.PRINTABLE_STRING: "ascii",
    der.IA5_STRING: "ascii",
    der.TELETEX_STRING: "latin-1",
    der.BMP_STRING: "utf-16-be",
}


@dataclass(frozen=True, slots=True)
class Name:
    """A distinguished name. ``key`` compares as RFC 5280 §7.1 says: not by string type, letter case or white space."""

    key: tuple[tuple[str, str], ...]
    country: str | None


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate as it is written.

    ``key_usage`` are bit numbers of RFC 5280 §4.2.1.3, None where the extension is absent; ``is_ca`` likewise.
    ``key_from`` and ``key_until`` are the private key's usage period. ``spki`` is the key, not yet read.
    """

    encoded: bytes
    signed_part: bytes
    algorithm: der.Element
    signature: bytes
    serial: int
    issuer: Name
    subject: Name
    not_before: datetime
    not_after: datetime
    spki: der.Element
    is_ca: bool | None
    path_length: int | None
    key_usage: frozenset[int] | None
    subject_key: bytes | None
    authority_key: bytes | None
    key_from: datetime | None
    key_until: datetime | None
    extended_usage: frozenset[str] | None

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate, in hexadecimal."""
        return hashlib.sha256(self.encoded).hexdigest()


def read_certificate(element: der.Element, where: str) -> Certificate:
    """A version 3 certificate (RFC 5280 §4.1). Every field is read; unknown critical extensions are refused."""
    if element.end - element.start > MAX_CERTIFICATE:
        raise UnexpectedElement(where=where, expected=f"a certificate of at most {MAX_CERTIFICATE} bytes")
    outer = der.Fields(element, where)
    tbs = outer.take(der.SEQUENCE)
    algorithm = outer.take(der.SEQUENCE)
    signature = der.bits(outer.take(der.BIT_STRING), where)
    outer.end()
    fields = der.Fields(tbs, where)
    if der.integer(der.only(fields.take(0xA0), der.INTEGER, where), where) != 2:
        raise UnexpectedElement(where=where, expected="version 3")
    serial = der.integer(fields.take(der.INTEGER), where)
    if fields.take(der.SEQUENCE).encoded != algorithm.encoded:  # RFC 5280 §4.1.1.2
        raise ParametersRefused(where=where, problem="the algorithm inside differs from the one outside")
    issuer = read_name(fields.take(der.SEQUENCE), where)
    validity = der.Fields(fields.take(der.SEQUENCE), where)
    not_before, not_after = der.time(validity.any(), where), der.time(validity.any(), where)
    validity.end()
    subject = read_name(fields.take(der.SEQUENCE), where)
    spki = fields.take(der.SEQUENCE)
    fields.maybe(0x81)  # unique identifiers of issuer and subject: RFC 5280 §4.1.2.8 says to make no use of them
    fields.maybe(0x82)
    wrapped = fields.maybe(0xA3)
    fields.end()
    known = _extensions(wrapped, where)
    is_ca, path_length = _basic(known.get(_BASIC), where)
    key_from, key_until = _period(known.get(_PRIVATE_KEY_USAGE), where)
    subject_key = known.get(_SUBJECT_KEY)
    return Certificate(
        encoded=element.encoded,
        signed_part=tbs.encoded,
        algorithm=algorithm,
        signature=signature,
        serial=serial,
        issuer=issuer,
        subject=subject,
        not_before=not_before,
        not_after=not_after,
        spki=spki,
        is_ca=is_ca,
        path_length=path_length,
        key_usage=_usage(known.get(_KEY_USAGE), where),
        subject_key=None if subject_key is None else der.expect(subject_key, der.OCTET_STRING, where).content,
        authority_key=authority_key(known.get(_AUTHORITY_KEY), where),
        key_from=key_from,
        key_until=key_until,
        extended_usage=_extended(known.get(_EXTENDED), where),
    )


def signed_by(certificate: Certificate, key: PublicKey, where: str) -> None:
    """Raises SignatureInvalid unless ``key`` signed ``certificate``."""
    algorithm = read_signature_algorithm(certificate.algorithm, where)
    check_signature(key, algorithm, certificate.signature, certificate.signed_part, where)


def read_name(element: der.Element, where: str) -> Name:
    """A distinguished name; text in one of the types of RFC 5280 §4.1.2.4."""
    key: list[tuple[str, str]] = []
    country = None
    for relative in der.members(element, where):
        for pair in der.members(relative, where, der.SET):
            fields = der.Fields(pair, where)
            attribute, value = der.oid(fields.take(der.OID), where), fields.any()
            fields.end()
            encoding = _TEXTS.get(value.tag)
            if encoding is None or len(key) == MAX_ATTRIBUTES:
                raise UnexpectedElement(where=where, expected=f"a name of up to {MAX_ATTRIBUTES} texts")
            try:
                text = value.content.decode(encoding)
            except UnicodeDecodeError as error:
                raise UnexpectedElement(where=where, expected="a text in its own encoding") from error
            key.append((attribute, " ".join(text.casefold().split())))
            if attribute == _COUNTRY:
                # ICAO 9303-12 §7.1 has upper case; some states write lower case
                country = text.strip().upper()
    return Name(tuple(key), country)


def extensions(element: der.Element, where: str, *, without_effect: frozenset[str]) -> dict[str, tuple[bool, bytes]]:
    """Extensions by identifier: critical or not, and content. Each once, and ``without_effect`` left out."""
    found: dict[str, tuple[bool, bytes]] = {}
    for extension in der.members(element, where):
        fields = der.Fields(extension, where)
        oid = der.oid(fields.take(der.OID), where)
        critical = fields.maybe(der.BOOLEAN)
        content = fields.take(der.OCTET_STRING).content
        fields.end()
        if oid in found:
            raise DuplicateExtension(where=where, extension=oid)
        found[oid] = (critical is not None and der.boolean(critical), content)
    return {oid: value for oid, value in found.items() if oid not in without_effect}


def _extensions(wrapped: der.Element | None, where: str) -> dict[str, der.Element]:
    if wrapped is None:
        return {}
    listed = der.only(wrapped, der.SEQUENCE, where)
    known: dict[str, der.Element] = {}
    for oid, (critical, content) in extensions(listed, where, without_effect=_WITHOUT_EFFECT).items():
        if oid in {_BASIC, _KEY_USAGE, _SUBJECT_KEY, _AUTHORITY_KEY, _PRIVATE_KEY_USAGE, _EXTENDED}:
            known[oid] = der.read(content)
        elif critical:
            raise UnknownCritical(where=where, extension=oid)
    return known


def _basic(element: der.Element | None, where: str) -> tuple[bool | None, int | None]:
    if element is None:
        return None, None
    fields = der.Fields(element, where)
    flag, length = fields.maybe(der.BOOLEAN), fields.maybe(der.INTEGER)
    fields.end()
    return flag is not None and der.boolean(flag), None if length is None else der.integer(length, where)


def _usage(element: der.Element | None, where: str) -> frozenset[int] | None:
    if element is None:
        return None
    content = der.expect(element, der.BIT_STRING, where).content[1:3]
    return frozenset(8 * at + bit for at, byte in enumerate(content) for bit in range(8) if byte & (0x80 >> bit))


def authority_key(element: der.Element | None, where: str) -> bytes | None:
    """The key identifier of an authorityKeyIdentifier; its name and serial (tags 1 and 2) are only ways to find it."""
    if element is None:
        return None
    fields = der.Fields(element, where)
    identifier = fields.maybe(0x80)
    fields.maybe(0xA1)
    fields.maybe(0x82)
    fields.end()
    return None if identifier is None else identifier.content


def _period(element: der.Element | None, where: str) -> tuple[datetime | None, datetime | None]:
    if element is None:
        return None, None
    fields = der.Fields(element, where)
    first, last = fields.maybe(0x80), fields.maybe(0x81)
    fields.end()

    def moment(found: der.Element | None) -> datetime | None:
        return None if found is None else der.time(found._replace(tag=der.GENERALIZED_TIME), where)

    return moment(first), moment(last)


def _extended(element: der.Element | None, where: str) -> frozenset[str] | None:
    if element is None:
        return None
    return frozenset(der.oid(purpose, where) for purpose in der.members(element, where))
