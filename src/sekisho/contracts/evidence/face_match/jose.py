"""Signed results in compact form (RFC 7515), and the keys they are verified with (RFC 7517).

The algorithm belongs to the configured key: the result's own ``alg`` must say the same and chooses nothing. ``none``
and shared secrets aren't among the algorithms; a key or an address of one in the result's header is refused, never
followed. joserfc computes; what it would decide by the header is decided here before.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

from sekisho.contracts.application import parse_json
from sekisho.contracts.errors import ApplicationRefused
from sekisho.contracts.evidence.face_match.errors import HeaderRefused, ResultMalformed

ALGORITHMS: Final = {
    # Algorithm (RFC 7518 §3.1, RFC 8037 §3.1): kind of key, its public members, its curve.
    "ES256": ("EC", ("x", "y"), "P-256"),
    "PS256": ("RSA", ("n", "e"), None),
    "RS256": ("RSA", ("n", "e"), None),
    "EdDSA": ("OKP", ("x",), "Ed25519"),
}
RSA_BITS: Final = range(2048, 4097)
_EXPONENT: Final = 65537
_MAX_HEADER: Final = 1_024
_MAX_MEMBER: Final = 1_024
_PRIVATE: Final = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_HEADER: Final = frozenset({"alg", "kid", "typ"})

PublicKey = ECKey | RSAKey | OKPKey


@dataclass(frozen=True, slots=True)
class VerifyingKey:
    """A configured public key with the one algorithm it is for."""

    kid: str
    algorithm: str
    key: PublicKey = field(repr=False)

    def holds(self, result: UnverifiedResult) -> bool:
        """Whether this key signed the result with its own algorithm."""
        try:
            return JWSRegistry.algorithms[self.algorithm].verify(result.signed, result.signature, self.key)
        except (JoseError, ValueError):
            return False


@dataclass(frozen=True, slots=True)
class UnverifiedResult:
    """A result taken apart; nothing in it is believed."""

    algorithm: str
    kid: str
    signed: bytes = field(repr=False)
    payload: bytes = field(repr=False)
    signature: bytes = field(repr=False)


def take_apart(compact: str) -> UnverifiedResult:
    """Form and header. Raises :class:`ResultMalformed` or :class:`HeaderRefused`."""
    parts = compact.split(".")
    if len(parts) != 3 or not compact.isascii():
        raise ResultMalformed(problem="not three parts of base64url")
    header, payload, signature = (_base64url(part) for part in parts)
    found = read_json(header, limit=_MAX_HEADER)
    for member in sorted(found.keys() - _HEADER):
        raise HeaderRefused(member=ascii(member)[1:-1][:40])
    algorithm, kid = found.get("alg"), found.get("kid")
    if not isinstance(algorithm, str) or not isinstance(kid, str):
        raise ResultMalformed(problem="no algorithm or no kid")
    if found.get("typ", "JWT") not in {"JWT", "jwt", "face-match+jwt"}:
        raise HeaderRefused(member="typ")
    return UnverifiedResult(algorithm, kid, f"{parts[0]}.{parts[1]}".encode("ascii"), payload, signature)


def read_json(data: bytes, *, limit: int) -> Mapping[str, Any]:
    """One JSON object, strictly; raises :class:`ResultMalformed`."""
    try:
        return parse_json(data, limit=limit)
    except ApplicationRefused as error:
        raise ResultMalformed(problem="not one JSON object") from error


def _base64url(part: str) -> bytes:
    """RFC 7515 §2: base64url without padding, in the one way of writing these bytes."""
    try:
        data = base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise ResultMalformed(problem="not base64url") from None
    if base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii") != part:
        raise ResultMalformed(problem="not the one form of base64url")
    return data


def read_key(written: Any) -> VerifyingKey:
    """A public key with its algorithm and id (RFC 7517); ValueError says what is wrong with it."""
    if not isinstance(written, dict) or not all(isinstance(value, str | list) for value in written.values()):
        raise ValueError("a key isn't a JSON Web Key")
    if _PRIVATE & written.keys():
        raise ValueError("a private or shared key is among them")
    algorithm, kid = written.get("alg"), written.get("kid")
    if algorithm not in ALGORITHMS or not isinstance(kid, str) or not 0 < len(kid) <= 200:
        raise ValueError(f"each key has a kid and one of {', '.join(ALGORITHMS)} as its alg")
    kind, members, curve = ALGORITHMS[algorithm]
    if written.get("kty") != kind or written.get("crv") != curve or written.get("use", "sig") != "sig":
        raise ValueError(f"a key isn't one for {algorithm}")
    bare: dict[str, Any] = {"kty": kind, **({} if curve is None else {"crv": curve})}
    for member in members:
        value = written.get(member)
        if not isinstance(value, str) or not 0 < len(value) <= _MAX_MEMBER:
            raise ValueError(f"a key for {algorithm} lacks {member}")
        bare[member] = value
    return VerifyingKey(kid, algorithm, _import(kind, bare))


def _import(kind: str, bare: dict[str, Any]) -> PublicKey:
    # Only the numbers go to the library: what else stands in the key (x5u, key_ops, …) has no say here.
    try:
        if kind == "RSA":
            _require_rsa(bare)
            rsa = RSAKey.import_key(bare)
            _ = rsa.public_key
            return rsa
        if kind == "EC":
            ec = ECKey.import_key(bare)
            _ = ec.public_key  # refuses a point that isn't on the curve
            return ec
        okp = OKPKey.import_key(bare)
        _ = okp.public_key
    except (JoseError, ValueError, ResultMalformed) as error:
        raise ValueError("a key's numbers aren't those of a key") from error
    return okp


def _require_rsa(bare: Mapping[str, str]) -> None:
    modulus, exponent = (int.from_bytes(_base64url(bare[name]), "big") for name in ("n", "e"))
    if modulus.bit_length() not in RSA_BITS or exponent != _EXPONENT:
        raise ValueError(f"RSA keys have {RSA_BITS.start} to {RSA_BITS.stop - 1} bits and e={_EXPONENT}")
