"""Ask about one certificate and read the answer (RFC 6960): bytes out, bytes in; who carries them is the caller's.

Every question has a nonce (RFC 9654), and an answer without it is refused: otherwise an answer from before the
revocation could be played back. An answer that can't be used raises
:class:`~sekisho.contracts.evidence.pki.errors.OcspUnusable`, never "good".
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from sekisho.contracts.evidence.pki import der
from sekisho.contracts.evidence.pki.certificate import UnverifiedCertificate, parse_certificate, read_extensions
from sekisho.contracts.evidence.pki.errors import (
    CertificateRefused,
    DerRefused,
    OcspExpired,
    OcspFromTheFuture,
    OcspNonceWrong,
    OcspNotSuccessful,
    OcspOtherCertificate,
    OcspResponderUnknown,
    OcspSignatureWrong,
    OcspUnreadable,
    WrongStructure,
)
from sekisho.contracts.evidence.pki.extensions import extended_key_usage
from sekisho.contracts.evidence.pki.path import Authority, IssuedCertificate, require_issued, require_leaf
from sekisho.contracts.evidence.pki.signature import require_algorithm, verifier

WHAT = "OCSP response"

MAX_OCSP_BYTES = 32 * 1024
"""An answer with its responder's certificate has about 3 KiB."""
MAX_RESPONDER_CERTIFICATES = 4
"""One is enough (RFC 6960 §4.2.2.2); it bounds the work."""
MIN_NONCE_BYTES, MAX_NONCE_BYTES = 32, 128
"""RFC 9654 §2.1: clients send 32 octets, up to 128 are allowed."""

CLOCK_TOLERANCE = timedelta(seconds=60)
"""An answer is made while it is asked for, on another machine's clock; machines that keep time are seconds apart."""
MAX_AGE = timedelta(minutes=30)
"""Where an answer names no end: twice the quarter of an hour in which JPKI's answers are renewed."""

RESPONDER_BITS = frozenset({2048, 3072, 4096})
_BASIC = "1.3.6.1.5.5.7.48.1.1"
_NONCE = "1.3.6.1.5.5.7.48.1.2"
_OCSP_SIGNING = "1.3.6.1.5.5.7.3.9"
_SHA1, _SHA256 = "1.3.14.3.2.26", "2.16.840.1.101.3.4.2.1"
_SHA1_IDENTIFIER = bytes.fromhex("300906052b0e03021a0500")
_GOOD, _REVOKED, _UNKNOWN = 0x80, 0xA1, 0x82


class OcspStatus(Enum):
    """What a responder says (RFC 6960 §2.2)."""

    GOOD = "good"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class OcspAnswer:
    """An answer whose signature, responder, nonce, subject and time were verified.

    ``responder`` is the SHA-256 fingerprint of the certificate that signed it.
    """

    status: OcspStatus
    this_update: datetime
    produced_at: datetime
    revoked_at: datetime | None
    responder: str


@dataclass(frozen=True, slots=True)
class _Single:
    status: OcspStatus
    revoked_at: datetime | None
    this_update: datetime
    next_update: datetime | None


def ocsp_request(issued: IssuedCertificate, *, nonce: bytes) -> bytes:
    """The question about a certificate, as DER. The nonce has 32 to 128 random bytes, new for each question."""
    if not MIN_NONCE_BYTES <= len(nonce) <= MAX_NONCE_BYTES:
        raise ValueError(f"a nonce has {MIN_NONCE_BYTES} to {MAX_NONCE_BYTES} bytes")
    authority = issued.authority.certificate
    serial = issued.certificate.serial
    # SHA-1 only names the authority here (RFC 5019 §2.1.1); nothing is signed with it.
    certificate = _tlv(
        der.SEQUENCE,
        _SHA1_IDENTIFIER,
        _tlv(der.OCTET_STRING, _sha1(authority.subject)),
        _tlv(der.OCTET_STRING, _sha1(_key_bits(authority))),
        _tlv(der.INTEGER, serial.to_bytes(serial.bit_length() // 8 + 1)),
    )
    extension = _tlv(
        der.SEQUENCE,
        _tlv(der.OID, bytes.fromhex("2b0601050507300102")),
        _tlv(der.OCTET_STRING, _tlv(der.OCTET_STRING, nonce)),
    )
    requests = _tlv(der.SEQUENCE, _tlv(der.SEQUENCE, certificate))
    return _tlv(der.SEQUENCE, _tlv(der.SEQUENCE, requests, _tlv(0xA2, _tlv(der.SEQUENCE, extension))))


def read_ocsp(data: bytes, issued: IssuedCertificate, *, nonce: bytes, moment: datetime) -> OcspAnswer:
    """Verify the answer to :func:`ocsp_request` about ``issued`` with ``nonce``, received at ``moment``."""
    try:
        return _read(data, issued, nonce, moment)
    except (DerRefused, CertificateRefused) as error:
        raise OcspUnreadable(problem=error.reason) from error


def _read(data: bytes, issued: IssuedCertificate, nonce: bytes, moment: datetime) -> OcspAnswer:
    outer = der.Reader(der.require_der(data, what=WHAT, limit=MAX_OCSP_BYTES), der.SEQUENCE, "OCSPResponse")
    status = der.integer(outer.take(der.ENUMERATED, "responseStatus"))
    if status:
        raise OcspNotSuccessful(status=status)
    wrapped = der.Reader(outer.take(0xA0, "responseBytes"), 0xA0, "responseBytes")
    parts = der.Reader(wrapped.take(der.SEQUENCE, "ResponseBytes"), der.SEQUENCE, "ResponseBytes")
    if der.oid(parts.take(der.OID, "responseType")) != _BASIC:
        raise WrongStructure(what=WHAT, expected="a basic response")
    response = parts.take(der.OCTET_STRING, "response").content
    outer.finish("OCSPResponse of two parts")

    basic = der.Reader(der.require_der(response, what=WHAT, limit=MAX_OCSP_BYTES), der.SEQUENCE, "BasicOCSPResponse")
    signed = basic.take(der.SEQUENCE, "tbsResponseData")
    require_algorithm(basic.take(der.SEQUENCE, "signatureAlgorithm").raw)
    signature = der.octets_of_bits(basic.take(der.BIT_STRING, "signature"))
    certificates = basic.optional(0xA0)
    basic.finish("BasicOCSPResponse of four parts")

    inner = der.Reader(signed, der.SEQUENCE, "ResponseData")
    if inner.optional(0xA0) is not None:
        # DER leaves the default version (1) out, and there is no other.
        raise WrongStructure(what=WHAT, expected="version 1")
    responder = inner.any_of((0xA1, 0xA2), "responderID")
    produced_at = der.time(inner.take(der.GENERALIZED_TIME, "producedAt"))
    responses = inner.take(der.SEQUENCE, "responses")
    extensions = inner.optional(0xA1)
    inner.finish("ResponseData without more")

    certificate = _responder(responder, certificates, issued.authority, moment)
    key = verifier(certificate.public_key, bits=RESPONDER_BITS)
    if not key.holds(signature, signed.raw):
        raise OcspSignatureWrong
    _require_nonce(extensions, nonce)
    answer = _require_about(responses, issued)
    _require_current(answer, produced_at, moment)
    return OcspAnswer(answer.status, answer.this_update, produced_at, answer.revoked_at, certificate.fingerprint)


def _responder(
    named: der.Element, certificates: der.Element | None, authority: Authority, moment: datetime
) -> UnverifiedCertificate:
    """The certificate that must have signed: the authority's own, or one it issued for this (RFC 6960 §4.2.2.2)."""
    if _is_named(named, authority.certificate):
        return authority.certificate
    given = [] if certificates is None else list(_inside(certificates).children())
    for element in given[:MAX_RESPONDER_CERTIFICATES]:
        found = parse_certificate(element.raw)
        if not _is_named(named, found):
            continue
        require_leaf(found)
        if found.issuer != authority.certificate.subject or _OCSP_SIGNING not in extended_key_usage(found):
            raise OcspResponderUnknown
        require_issued(found, (authority,))
        if not found.not_before <= moment <= found.not_after:
            raise OcspResponderUnknown
        return found
    raise OcspResponderUnknown


def _is_named(named: der.Element, certificate: UnverifiedCertificate) -> bool:
    if named.tag == 0xA1:
        return named.content == certificate.subject
    # byKey: the SHA-1 of the key's bits, a name and not a proof.
    return named.content == _tlv(der.OCTET_STRING, _sha1(_key_bits(certificate)))


def _require_nonce(extensions: der.Element | None, nonce: bytes) -> None:
    found = None
    for extension in () if extensions is None else read_extensions(extensions, WHAT):
        if extension.oid == _NONCE:
            found = extension.value
        elif extension.critical:
            raise WrongStructure(what=WHAT, expected="critical extensions that are known")
    if found != _tlv(der.OCTET_STRING, nonce):
        raise OcspNonceWrong


def _require_about(responses: der.Element, issued: IssuedCertificate) -> _Single:
    for element in responses.children():
        reader = der.Reader(element, der.SEQUENCE, "SingleResponse")
        if not _is_about(reader.take(der.SEQUENCE, "certID"), issued):
            continue
        status = reader.any_of((_GOOD, _REVOKED, _UNKNOWN), "certStatus")
        this_update = der.time(reader.take(der.GENERALIZED_TIME, "thisUpdate"))
        ends = reader.optional(0xA0)
        next_update = None if ends is None else der.time(_inside(ends))
        single = reader.optional(0xA1)
        reader.finish("SingleResponse without more")
        if single is not None and any(one.critical for one in read_extensions(single, WHAT)):
            raise WrongStructure(what=WHAT, expected="critical extensions that are known")
        if status.tag == _REVOKED:
            revoked_at = der.time(der.Reader(status, _REVOKED, "revoked").take(der.GENERALIZED_TIME, "revocationTime"))
            return _Single(OcspStatus.REVOKED, revoked_at, this_update, next_update)
        good = status.tag == _GOOD
        return _Single(OcspStatus.GOOD if good else OcspStatus.UNKNOWN, None, this_update, next_update)
    raise OcspOtherCertificate


def _is_about(element: der.Element, issued: IssuedCertificate) -> bool:
    reader = der.Reader(element, der.SEQUENCE, "certID")
    algorithm = der.oid(der.Reader(reader.take(der.SEQUENCE, "hash"), der.SEQUENCE, "hash").take(der.OID, "hash"))
    name, key = (reader.take(der.OCTET_STRING, "hashes of the issuer").content for _ in range(2))
    serial = der.integer(reader.take(der.INTEGER, "serialNumber"))
    authority = issued.authority.certificate
    digest = {_SHA1: _sha1, _SHA256: _sha256}.get(algorithm)
    return (
        digest is not None
        and name == digest(authority.subject)
        and key == digest(_key_bits(authority))
        and serial == issued.certificate.serial
    )


def _require_current(answer: _Single, produced_at: datetime, moment: datetime) -> None:
    if max(answer.this_update, produced_at) > moment + CLOCK_TOLERANCE:
        raise OcspFromTheFuture(this_update=max(answer.this_update, produced_at).isoformat())
    ends = answer.next_update or answer.this_update + MAX_AGE
    if moment > ends:
        raise OcspExpired(next_update=ends.isoformat())


def _inside(tagged: der.Element) -> der.Element:
    """The one element inside an explicit tag."""
    found = list(tagged.children())
    if len(found) != 1:
        raise WrongStructure(what=WHAT, expected="one element inside an explicit tag")
    return found[0]


def _key_bits(certificate: UnverifiedCertificate) -> bytes:
    element = der.require_der(certificate.public_key, what="public key", limit=len(certificate.public_key))
    reader = der.Reader(element, der.SEQUENCE, "subjectPublicKeyInfo")
    reader.take(der.SEQUENCE, "algorithm")
    return der.octets_of_bits(reader.take(der.BIT_STRING, "subjectPublicKey"))


def _sha1(data: bytes) -> bytes:
    return hashlib.sha1(data, usedforsecurity=False).digest()


def _sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def _tlv(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    if len(content) < 0x80:
        return bytes((tag, len(content))) + content
    length = len(content).to_bytes((len(content).bit_length() + 7) // 8)
    return bytes((tag, 0x80 | len(length))) + length + content
