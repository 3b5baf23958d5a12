"""Public keys as certificates and chips hold them, and the one function that checks a signature with one.

Reads SubjectPublicKeyInfo itself because ``cryptography`` refuses curves written out as parameters; computes with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from sekisho.contracts.evidence.cms import curves, der
from sekisho.contracts.evidence.cms.algorithms import (
    PRIMITIVES,
    PSS,
    RSA_KEY,
    Scheme,
    SignatureAlgorithm,
    read_pss,
)
from sekisho.contracts.evidence.cms.errors import (
    AlgorithmRefused,
    CurveRefused,
    KeySizeRefused,
    ParametersRefused,
    PointRefused,
    SignatureInvalid,
)

_EC_KEY = "1.2.840.10045.2.1"


@dataclass(frozen=True, slots=True)
class KeyBounds:
    """The sizes in bits an RSA modulus may have. The upper bound also bounds the time one check takes."""

    least: int
    most: int


SIGNERS: Final = KeyBounds(2048, 8192)
"""Keys that sign documents and certificates: ICAO 9303-12 §4.4.1 has 2048 for signers and 3072 for countries; the
largest country key in the lists of 2026 has 6144."""

CHIPS: Final = KeyBounds(1024, 4096)
"""Keys inside chips, which sign only a challenge: ICAO 9303-11 §6.1 has 1024 for the shortest lifetime."""

MAX_EXPONENT: Final = 2**32
"""65537 is what everybody uses; a long exponent makes one check slow."""


@dataclass(frozen=True, slots=True)
class RsaKey:
    """An RSA key. ``pss`` are the parameters it is restricted to, where its identifier says so (RFC 4055 §1.2)."""

    key: rsa.RSAPublicKey
    bits: int
    pss: SignatureAlgorithm | None


@dataclass(frozen=True, slots=True)
class EcKey:
    """A key on a known curve; ``written_out`` says that the curve came as parameters, not by name."""

    key: ec.EllipticCurvePublicKey
    curve: curves.Curve
    written_out: bool


PublicKey = RsaKey | EcKey


def read_public_key(spki: der.Element, where: str, *, bounds: KeyBounds = SIGNERS) -> PublicKey:
    """A SubjectPublicKeyInfo (RFC 5280 §4.1.2.7). Says nothing about whose key it is."""
    fields = der.Fields(spki, where)
    algorithm = der.Fields(fields.take(der.SEQUENCE), where)
    key_bits = der.bits(fields.take(der.BIT_STRING), where)
    fields.end()
    oid = der.oid(algorithm.take(der.OID), where)
    if oid == _EC_KEY:
        parameters = algorithm.any()
        algorithm.end()
        if parameters.tag == der.OID:
            curve, written_out = curves.named(der.oid(parameters, where), where), False
        elif parameters.tag == der.SEQUENCE:
            curve, written_out = curves.explicit(parameters, where), True
        else:  # implicitlyCA (RFC 5480 §2.1.1 forbids it)
            raise CurveRefused(where=where, differs="neither a name nor parameters")
        return EcKey(_point(key_bits, curve, where), curve, written_out)
    if oid not in {RSA_KEY, PSS}:
        raise AlgorithmRefused(where=where, algorithm=oid)
    restriction = algorithm.maybe(der.SEQUENCE) if oid == PSS else None
    algorithm.maybe(der.NULL)
    algorithm.end()
    key = _modulus(der.read(key_bits), where, bounds)
    return RsaKey(key, key.key_size, None if restriction is None else read_pss(restriction, where))


def _point(encoded: bytes, curve: curves.Curve, where: str) -> ec.EllipticCurvePublicKey:
    if len(encoded) != 1 + 2 * curve.field_bytes or encoded[0] != 4:  # ICAO 9303-12 §4.4.3: uncompressed
        raise PointRefused(where=where)
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(curve.primitive, encoded)
    except ValueError as error:
        raise PointRefused(where=where) from error


def _modulus(element: der.Element, where: str, bounds: KeyBounds) -> rsa.RSAPublicKey:
    fields = der.Fields(element, where)
    n, e = der.integer(fields.take(der.INTEGER), where), der.integer(fields.take(der.INTEGER), where)
    fields.end()
    if n < 1 or not bounds.least <= n.bit_length() <= bounds.most:
        raise KeySizeRefused(where=where, problem=f"{n.bit_length()} bits, not {bounds.least} to {bounds.most}")
    if not 3 <= e <= MAX_EXPONENT or not e & 1 or not n & 1:
        raise KeySizeRefused(where=where, problem="an exponent or modulus that no RSA key has")
    return rsa.RSAPublicNumbers(e, n).public_key()


def check_signature(
    key: PublicKey, algorithm: SignatureAlgorithm, signature: bytes, message: bytes, where: str
) -> None:
    """Raises SignatureInvalid unless ``key`` signed ``message``; ParametersRefused if key and algorithm don't fit."""
    digest = PRIMITIVES[algorithm.digest]
    try:
        if isinstance(key, EcKey):
            if algorithm.scheme is not Scheme.ECDSA:
                raise ParametersRefused(where=where, problem=f"{algorithm.scheme.value} with a key on a curve")
            key.key.verify(signature, message, ec.ECDSA(digest))
        elif algorithm.scheme is Scheme.PKCS1 and key.pss is None:
            key.key.verify(signature, message, padding.PKCS1v15(), digest)
        elif algorithm.scheme is Scheme.PSS:
            # RFC 4055 §3.3: same hash, and a salt no shorter than the key's parameters say
            if key.pss is not None and (key.pss.digest is not algorithm.digest or algorithm.salt < key.pss.salt):
                raise ParametersRefused(where=where, problem="other PSS parameters than the key is restricted to")
            key.key.verify(signature, message, padding.PSS(padding.MGF1(digest), algorithm.salt), digest)
        else:
            raise ParametersRefused(where=where, problem=f"{algorithm.scheme.value} with this RSA key")
    except InvalidSignature as error:
        raise SignatureInvalid(where=where) from error
