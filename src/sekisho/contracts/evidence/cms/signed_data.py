"""CMS SignedData (RFC 5652 §5) with exactly one signer, as SODs and master lists are.

Two halves: :func:`read_signed_data` says what is written, :func:`check_signed` whether the signer's key signed it.
Neither says who the signer is.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sekisho.contracts.evidence.cms import der
from sekisho.contracts.evidence.cms.algorithms import (
    Digest,
    SignatureAlgorithm,
    read_digest,
    read_signature_algorithm,
)
from sekisho.contracts.evidence.cms.certificate import Name, read_name
from sekisho.contracts.evidence.cms.errors import (
    DuplicateAttribute,
    MissingAttribute,
    SignatureInvalid,
    UnexpectedElement,
)
from sekisho.contracts.evidence.cms.keys import PublicKey, check_signature

_SIGNED_DATA = "1.2.840.113549.1.7.2"
_CONTENT_TYPE = "1.2.840.113549.1.9.3"
_MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
_SIGNING_TIME = "1.2.840.113549.1.9.5"

MAX_SIGNER_CERTIFICATES: Final = 8
"""A SOD has its signer's certificate; a master list also its country's."""


@dataclass(frozen=True, slots=True)
class SignerInfo:
    """Who says to have signed, and what. ``signed`` are the attributes' bytes in the form that is signed.

    The signer is named by ``issuer`` and ``serial``, or by ``subject_key``. ``signing_time`` is what it says itself.
    """

    issuer: Name | None
    serial: int | None
    subject_key: bytes | None
    digest: Digest
    signed: bytes
    content_type: str
    message_digest: bytes
    signing_time: datetime | None
    algorithm: SignatureAlgorithm
    signature: bytes


@dataclass(frozen=True, slots=True)
class SignedData:
    """The content, its type, the certificates beside it and its one signer. Nothing in it is trusted."""

    content_type: str
    content: bytes
    certificates: tuple[der.Element, ...]
    signer: SignerInfo


def read_signed_data(element: der.Element, where: str) -> SignedData:
    """A ContentInfo that holds SignedData. CRLs and unsigned attributes aren't read: nobody signed that they belong."""
    info = der.Fields(element, where)
    if der.oid(info.take(der.OID), where) != _SIGNED_DATA:
        raise UnexpectedElement(where=where, expected="signed data (1.2.840.113549.1.7.2)")
    body = der.Fields(der.only(info.take(0xA0), der.SEQUENCE, where), where)
    info.end()
    if der.integer(body.take(der.INTEGER), where) not in {1, 3, 4, 5}:  # RFC 5652 §5.1
        raise UnexpectedElement(where=where, expected="version 1, 3, 4 or 5")
    body.take(der.SET)  # the digest algorithms used, again: the signer's own is what counts
    content = der.Fields(body.take(der.SEQUENCE), where)
    content_type = der.oid(content.take(der.OID), where)
    octets = der.only(content.take(0xA0), der.OCTET_STRING, where).content
    content.end()
    certificates = body.maybe(0xA0)
    body.maybe(0xA1)
    signers = body.take(der.SET).children
    body.end()
    if len(signers) != 1:  # ICAO 9303-10 §4.6.2.2 recommends one; which of several would count isn't said
        raise UnexpectedElement(where=where, expected="exactly one signer")
    listed = () if certificates is None else certificates.children
    if len(listed) > MAX_SIGNER_CERTIFICATES:
        raise UnexpectedElement(where=where, expected=f"at most {MAX_SIGNER_CERTIFICATES} certificates")
    return SignedData(content_type, octets, listed, _signer(signers[0], where))


def check_attributes(data: SignedData, where: str) -> None:
    """The signed attributes are about this content: its type, and the digest of its bytes (RFC 5652 §11.1, §11.2)."""
    if data.signer.content_type != data.content_type:
        raise SignatureInvalid(where=f"{where}, contentType")
    digest = hashlib.new(data.signer.digest.label, data.content).digest()
    if not hmac.compare_digest(digest, data.signer.message_digest):
        raise SignatureInvalid(where=f"{where}, messageDigest")


def check_signed(data: SignedData, key: PublicKey, where: str) -> None:
    """Raises SignatureInvalid unless ``key`` signed the attributes (RFC 5652 §5.4)."""
    check_signature(key, data.signer.algorithm, data.signer.signature, data.signer.signed, where)


def _signer(element: der.Element, where: str) -> SignerInfo:
    fields = der.Fields(element, where)
    version = der.integer(fields.take(der.INTEGER), where)
    issuer, serial, subject_key = None, None, None
    if version == 1:  # RFC 5652 §5.3
        named = der.Fields(fields.take(der.SEQUENCE), where)
        issuer = read_name(named.take(der.SEQUENCE), where)
        serial = der.integer(named.take(der.INTEGER), where)
        named.end()
    elif version == 3:
        subject_key = fields.take(0x80).content
    else:
        raise UnexpectedElement(where=where, expected="a signer of version 1 or 3")
    digest = read_digest(fields.take(der.SEQUENCE), where)
    attributes = fields.maybe(0xA0)
    if attributes is None:  # RFC 5652 §5.3: must be present, as the content isn't plain data
        raise MissingAttribute(attribute="contentType, messageDigest")
    algorithm = read_signature_algorithm(fields.take(der.SEQUENCE), where, signed_with=digest)
    signature = fields.take(der.OCTET_STRING).content
    fields.maybe(0xA1)
    fields.end()
    values = _attributes(attributes, where)
    for needed, name in ((_CONTENT_TYPE, "contentType"), (_MESSAGE_DIGEST, "messageDigest")):
        if needed not in values:
            raise MissingAttribute(attribute=name)
    signing_time = values.get(_SIGNING_TIME)
    return SignerInfo(
        issuer=issuer,
        serial=serial,
        subject_key=subject_key,
        digest=digest,
        signed=_as_signed(attributes),
        content_type=der.oid(values[_CONTENT_TYPE], where),
        message_digest=der.expect(values[_MESSAGE_DIGEST], der.OCTET_STRING, where).content,
        signing_time=None if signing_time is None else der.time(signing_time, where),
        algorithm=algorithm,
        signature=signature,
    )


def _attributes(element: der.Element, where: str) -> dict[str, der.Element]:
    found: dict[str, der.Element] = {}
    for attribute in element.children:
        fields = der.Fields(attribute, where)
        oid = der.oid(fields.take(der.OID), where)
        values = fields.take(der.SET).children
        fields.end()
        if oid in found or (oid in {_CONTENT_TYPE, _MESSAGE_DIGEST, _SIGNING_TIME} and len(values) != 1):
            raise DuplicateAttribute(attribute=oid)
        found[oid] = values[0] if values else attribute
    return found


def _as_signed(attributes: der.Element) -> bytes:
    """RFC 5652 §5.4: what is signed is the DER of SET OF Attribute, not the tag 0 that stands in the message.

    DER orders the elements (X.690 §11.6); an issuer that wrote them in another order still signed the ordered form.
    """
    body = b"".join(sorted(child.encoded for child in attributes.children))
    header = attributes.data[attributes.start + 1 : attributes.body]
    return bytes([der.SET]) + header + body
