"""COSE_Sign1 (RFC 9052 §4.2) and COSE keys (RFC 9053 §7) as ISO/IEC 18013-5 §9.1.2.4 and §9.1.3.6 have them.

Four signature algorithms, each only with the keys the standard lists for it. What a message says about trust (a chain,
a key's address) is never followed: the certificate is read out, and whether anybody trusts it is asked elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512, HashAlgorithm

from sekisho.contracts.evidence.cms import der
from sekisho.contracts.evidence.cms.curves import KNOWN, Curve
from sekisho.contracts.evidence.cms.keys import EcKey, read_public_key
from sekisho.contracts.evidence.mdoc import cbor
from sekisho.contracts.evidence.mdoc.errors import AlgorithmOther, RecordStructure
from sekisho.contracts.evidence.mdoc.profile import MAX_SECURITY_OBJECT, MAX_SIGNATURE

_ALG, _CRIT, _CONTENT_TYPE, _KEY_ID, _CHAIN = 1, 2, 3, 4, 33
_MAX_HEADER: Final = 1_024
_ED25519: Final = "1.3.101.112"
_KTY, _CRV, _X, _Y = 1, -1, -2, -3
_OKP, _EC2 = 1, 2
_ED25519_CURVE: Final = 6
_COSE_CURVES: Final = {
    # RFC 9053 table 18 and, for brainpool, the identifiers of ISO/IEC 18013-5 §9.1.5.2
    1: "P-256",
    2: "P-384",
    3: "P-521",
    256: "brainpoolP256r1",
    258: "brainpoolP384r1",
    259: "brainpoolP512r1",
}
_CURVES: Final = {curve.name: curve for curve in KNOWN}


class Algorithm(Enum):
    """The signature algorithms of ISO/IEC 18013-5 §9.1.2.4, with the curves each is used on."""

    ES256 = (-7, SHA256(), frozenset({"P-256", "brainpoolP256r1"}))
    ES384 = (-35, SHA384(), frozenset({"P-384", "brainpoolP384r1"}))
    ES512 = (-36, SHA512(), frozenset({"P-521", "brainpoolP512r1"}))
    EDDSA = (-8, None, frozenset({"Ed25519"}))

    def __init__(self, number: int, digest: HashAlgorithm | None, curves: frozenset[str]) -> None:
        """Fields beside the value."""
        self.number = number
        self.digest = digest
        self.curves = curves


_ALGORITHMS: Final = {one.number: one for one in Algorithm}


@dataclass(frozen=True, slots=True)
class Key:
    """A public key on a curve, by the curve's name. Says nothing about whose it is."""

    curve: str
    public: ec.EllipticCurvePublicKey | Ed25519PublicKey = field(repr=False)

    def holds(self, algorithm: Algorithm, signature: bytes, message: bytes) -> bool:
        """Whether this key made ``signature`` (in COSE's form) over ``message``; False too where it doesn't fit."""
        if self.curve not in algorithm.curves:
            return False
        try:
            if isinstance(self.public, Ed25519PublicKey):
                self.public.verify(signature, message)
                return True
            half = (self.public.curve.key_size + 7) // 8
            if algorithm.digest is None or len(signature) != 2 * half:  # RFC 9053 §2.1: both halves in full
                return False
            r, s = int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big")
            self.public.verify(encode_dss_signature(r, s), message, ec.ECDSA(algorithm.digest))
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Sign1:
    """A COSE_Sign1 as read. ``protected`` are the bytes that were signed; ``payload`` is None where it is detached."""

    protected: bytes
    algorithm: int
    chain: cbor.Value = field(repr=False)
    payload: bytes | None = field(repr=False)
    signature: bytes = field(repr=False)

    def require_algorithm(self, what: str) -> Algorithm:
        """The algorithm, which must be one of :class:`Algorithm`."""
        found = _ALGORITHMS.get(self.algorithm)
        if found is None:
            raise AlgorithmOther(what=what, problem=f"algorithm {self.algorithm}")
        return found

    def message(self, payload: bytes) -> bytes:
        """What the signature is over (RFC 9052 §4.4), for the payload given."""
        return cbor.write(["Signature1", self.protected, b"", payload])


def read_sign1(value: cbor.Value, what: str) -> Sign1:
    """A COSE_Sign1 without its tag, as the standard has it in place."""
    protected_bytes, unprotected_value, payload, signature = cbor.an_array(value, what, 4)
    protected_bytes = cbor.octets(protected_bytes, what)
    protected = cbor.a_map(cbor.read(protected_bytes, what=what, limit=_MAX_HEADER) if protected_bytes else {}, what)
    unprotected = cbor.a_map(unprotected_value, what)
    if protected.keys() & unprotected.keys():  # RFC 9052 §3: a label stands in one of them
        raise RecordStructure(what=what, expected="each header once")
    if _CRIT in protected or _CRIT in unprotected:  # RFC 9052 §3.1: nothing critical is understood here
        raise RecordStructure(what=what, expected="no critical headers")
    if not protected.keys() <= {_ALG, _CONTENT_TYPE, _CHAIN} or not unprotected.keys() <= {_KEY_ID, _CHAIN}:
        raise RecordStructure(what=what, expected="algorithm (protected) and certificate")
    algorithm = protected.get(_ALG)
    if not isinstance(algorithm, int):  # what isn't protected could be changed by anybody
        raise RecordStructure(what=what, expected="a protected algorithm")
    if payload is not None and len(cbor.octets(payload, what)) > MAX_SECURITY_OBJECT:
        raise RecordStructure(what=what, expected=f"a payload of at most {MAX_SECURITY_OBJECT} bytes")
    if len(cbor.octets(signature, what)) > MAX_SIGNATURE:
        raise RecordStructure(what=what, expected=f"a signature of at most {MAX_SIGNATURE} bytes")
    chain = unprotected.get(_CHAIN, protected.get(_CHAIN))
    return Sign1(protected_bytes, algorithm, chain, payload, signature)


def signers_key(spki: der.Element, what: str) -> Key:
    """The key of a certificate: on one of the known curves, or Ed25519 (RFC 8410 §3)."""
    fields = der.Fields(spki, what)
    identifier = der.Fields(fields.take(der.SEQUENCE), what)
    if der.oid(identifier.take(der.OID), what) == _ED25519:
        identifier.end()
        key = der.bits(fields.take(der.BIT_STRING), what)
        fields.end()
        return _ed25519(key, what)
    found = read_public_key(spki, what)
    if not isinstance(found, EcKey):
        raise AlgorithmOther(what=what, problem="an RSA key")
    return Key(found.curve.name, found.key)


def device_key(value: cbor.Value, what: str) -> Key:
    """A COSE_Key of kind EC2 or OKP (RFC 9053 §7.1, §7.2), with both coordinates in full."""
    found = cbor.a_map(value, what)
    kind, curve = found.get(_KTY), found.get(_CRV)
    if kind == _OKP and curve == _ED25519_CURVE:
        return _ed25519(cbor.octets(found.get(_X), what), what)
    known = _known(kind, curve)
    if known is None:
        raise AlgorithmOther(what=what, problem="a key of another kind or curve")
    x, y = cbor.octets(found.get(_X), what), cbor.octets(found.get(_Y), what)
    if {len(x), len(y)} != {known.field_bytes}:
        raise AlgorithmOther(what=what, problem="coordinates that aren't in full")
    try:
        return Key(known.name, ec.EllipticCurvePublicKey.from_encoded_point(known.primitive, b"\x04" + x + y))
    except ValueError as error:
        raise AlgorithmOther(what=what, problem="a point that isn't on its curve") from error


def _known(kind: cbor.Value, curve: cbor.Value) -> Curve | None:
    if kind != _EC2 or not isinstance(curve, int):
        return None
    return _CURVES.get(_COSE_CURVES.get(curve, ""))


def _ed25519(key: bytes, what: str) -> Key:
    try:
        return Key("Ed25519", Ed25519PublicKey.from_public_bytes(key))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise AlgorithmOther(what=what, problem="not an Ed25519 key") from error


def one_certificate(chain: cbor.Value, what: str) -> bytes:
    """The one certificate of an ``x5chain`` (RFC 9360 §2): the signer's, whose issuer is an authority we configured.

    ISO/IEC 18013-5 §9.1.2.4 leaves the authority's own certificate out, and its paths have one step.
    """
    if isinstance(chain, list) and len(chain) == 1:
        return cbor.octets(chain[0], what)
    if not isinstance(chain, bytes):
        raise RecordStructure(what=what, expected="x5chain with the signer's certificate and no other")
    return chain
