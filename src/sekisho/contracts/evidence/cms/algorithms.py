"""The hash and signature algorithms accepted under signed data, and their parameters.

ICAO 9303-12 §4.4 and its table of algorithms: SHA-224 to SHA-512; RSA with PKCS#1 v1.5 or PSS (RFC 4055), ECDSA
(RFC 5758). SHA-1 isn't accepted: collisions are practical since 2017, and no document of before 2016 is valid any more.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from cryptography.hazmat.primitives import hashes

from sekisho.contracts.evidence.cms import der
from sekisho.contracts.evidence.cms.errors import AlgorithmRefused, ParametersRefused


class Digest(Enum):
    """A hash algorithm: its identifier (RFC 5754 §2), name and size in bytes."""

    SHA224 = ("2.16.840.1.101.3.4.2.4", "sha224", 28)
    SHA256 = ("2.16.840.1.101.3.4.2.1", "sha256", 32)
    SHA384 = ("2.16.840.1.101.3.4.2.2", "sha384", 48)
    SHA512 = ("2.16.840.1.101.3.4.2.3", "sha512", 64)

    def __init__(self, oid: str, label: str, size: int) -> None:
        """Fields beside the value, so that reading them needs no table."""
        self.oid = oid
        self.label = label
        self.size = size


PRIMITIVES: Final[dict[Digest, hashes.HashAlgorithm]] = {
    Digest.SHA224: hashes.SHA224(),
    Digest.SHA256: hashes.SHA256(),
    Digest.SHA384: hashes.SHA384(),
    Digest.SHA512: hashes.SHA512(),
}

DIGESTS: Final = {digest.oid: digest for digest in Digest}


class Scheme(Enum):
    """How a signature is made."""

    PKCS1 = "RSASSA-PKCS1-v1_5"
    PSS = "RSASSA-PSS"
    ECDSA = "ECDSA"


RSA_KEY: Final = "1.2.840.113549.1.1.1"
PSS: Final = "1.2.840.113549.1.1.10"
_MGF1 = "1.2.840.113549.1.1.8"
_WITH_DIGEST: Final = {
    "1.2.840.113549.1.1.14": (Scheme.PKCS1, Digest.SHA224),
    "1.2.840.113549.1.1.11": (Scheme.PKCS1, Digest.SHA256),
    "1.2.840.113549.1.1.12": (Scheme.PKCS1, Digest.SHA384),
    "1.2.840.113549.1.1.13": (Scheme.PKCS1, Digest.SHA512),
    "1.2.840.10045.4.3.1": (Scheme.ECDSA, Digest.SHA224),
    "1.2.840.10045.4.3.2": (Scheme.ECDSA, Digest.SHA256),
    "1.2.840.10045.4.3.3": (Scheme.ECDSA, Digest.SHA384),
    "1.2.840.10045.4.3.4": (Scheme.ECDSA, Digest.SHA512),
}

MIN_SALT: Final = 20
"""Bytes of PSS salt: RFC 4055 §3.1's default, which some states' certificates rely on."""

MAX_SALT: Final = 64
"""No longer than the longest hash; RFC 4055 §3.1 recommends the hash's own length."""


@dataclass(frozen=True, slots=True)
class SignatureAlgorithm:
    """A scheme with its hash; ``salt`` is the length of the salt in bytes, for PSS only."""

    scheme: Scheme
    digest: Digest
    salt: int = 0


def read_digest(element: der.Element, where: str) -> Digest:
    """A hash AlgorithmIdentifier. Its parameters are absent or NULL (RFC 5754 §2: both must be accepted)."""
    fields = der.Fields(element, where)
    oid = der.oid(fields.take(der.OID), where)
    fields.maybe(der.NULL)
    fields.end()
    digest = DIGESTS.get(oid)
    if digest is None:
        raise AlgorithmRefused(where=where, algorithm=oid)
    return digest


def read_signature_algorithm(
    element: der.Element, where: str, *, signed_with: Digest | None = None
) -> SignatureAlgorithm:
    """A signature AlgorithmIdentifier.

    ``signed_with`` is the SignerInfo's own digest algorithm, which completes a bare ``rsaEncryption`` there (RFC 5652
    §5.3 with RFC 3370 §3.2); without it a bare ``rsaEncryption`` is refused. A NULL parameter is accepted after RSA,
    where RFC 4055 §5 asks for it, and after ECDSA, where RFC 5758 §3.2 forbids it and Japan's country certificates
    have it: it carries nothing.
    """
    fields = der.Fields(element, where)
    oid = der.oid(fields.take(der.OID), where)
    if oid == PSS:
        parameters = fields.maybe(der.SEQUENCE)
        fields.end()
        if parameters is None:  # RFC 4055 §3.1: a signature's parameters must be present
            raise ParametersRefused(where=where, problem="PSS without parameters")
        return read_pss(parameters, where)
    fields.maybe(der.NULL)
    fields.end()
    if oid == RSA_KEY and signed_with is not None:
        return SignatureAlgorithm(Scheme.PKCS1, signed_with)
    found = _WITH_DIGEST.get(oid)
    if found is None:
        raise AlgorithmRefused(where=where, algorithm=oid)
    return SignatureAlgorithm(*found)


def read_pss(parameters: der.Element, where: str) -> SignatureAlgorithm:
    """RSASSA-PSS-params (RFC 4055 §3.1): hash, mask function with the same hash, salt length, trailer.

    A field left out has its default, which is SHA-1 for both hashes and therefore refused.
    """
    fields = der.Fields(parameters, where)
    hash_field, mask_field, salt_field, trailer_field = (fields.maybe(0xA0 + number) for number in range(4))
    fields.end()
    if hash_field is None or mask_field is None:
        raise ParametersRefused(where=where, problem="PSS with SHA-1, which is what leaving the hash out means")
    digest = read_digest(der.only(hash_field, der.SEQUENCE, where), where)
    mask = der.Fields(der.only(mask_field, der.SEQUENCE, where), where)
    if der.oid(mask.take(der.OID), where) != _MGF1:
        raise ParametersRefused(where=where, problem="a PSS mask function other than MGF1")
    mask_digest = read_digest(mask.take(der.SEQUENCE), where)
    mask.end()
    if mask_digest is not digest:  # RFC 4055 §3.1: recommended to be the same; nobody has a reason to differ
        raise ParametersRefused(where=where, problem="a PSS mask function with another hash")
    salt = MIN_SALT if salt_field is None else der.integer(der.only(salt_field, der.INTEGER, where), where)
    if not MIN_SALT <= salt <= MAX_SALT:
        raise ParametersRefused(where=where, problem=f"a PSS salt of {salt} bytes, not {MIN_SALT} to {MAX_SALT}")
    trailer = 1 if trailer_field is None else der.integer(der.only(trailer_field, der.INTEGER, where), where)
    if trailer != 1:
        raise ParametersRefused(where=where, problem="a PSS trailer other than BC")
    return SignatureAlgorithm(Scheme.PSS, digest, salt)
