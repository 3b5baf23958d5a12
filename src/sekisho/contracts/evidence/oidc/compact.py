"""Signed JWTs in compact form (RFC 7515 section 3.1), by an allow-list of algorithms that the caller fixes.

The token never chooses how it is checked: its ``alg`` must be one of the profile's, its ``kid`` must name one of the
provider's configured keys, and a header that brings a key of its own (jwk, jku, x5u, x5c) or asks for extensions (crit)
is refused before anything else (RFC 8725 sections 3.1, 3.10).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from joserfc import jws
from joserfc.errors import JoseError

from sekisho.contracts.evidence.oidc import messages
from sekisho.contracts.evidence.oidc.errors import (
    AlgorithmRefused,
    HeaderRefused,
    MessageMalformed,
    MessageTooLarge,
    TokenSignatureWrong,
)
from sekisho.contracts.evidence.oidc.jwks import PublicKey
from sekisho.contracts.evidence.oidc.profile import MAX_HEADER, MAX_SIGNATURE, MAX_TOKEN

_MEMBERS: Final = frozenset({"alg", "kid", "typ", "cty", "x5t", "x5t#S256"})
"""Header members that may be there. The thumbprints aren't read, since the key is found by kid."""

_TYPES: Final = frozenset({"jwt", "application/jwt"})
"""``typ`` of an ID token or userinfo (RFC 8725 section 3.11): never ``at+jwt`` or ``logout+jwt``."""


@dataclass(frozen=True, slots=True)
class UnverifiedToken:
    """A token taken apart. Its claims aren't given out before :func:`check_signature` was asked about the signature."""

    what: str
    algorithm: str
    kid: str
    compact: str = field(repr=False)
    payload: bytes = field(repr=False)


class _Registry(jws.JWSRegistry):
    """joserfc's limits are smaller than a token with verified claims; ours were applied before."""

    max_header_length = MAX_HEADER
    max_payload_length = MAX_TOKEN
    max_signature_length = MAX_SIGNATURE


def take_apart(compact: str, *, what: str, algorithms: frozenset[str]) -> UnverifiedToken:
    """Form, header and algorithm; nothing is believed. ``what`` names the token in errors."""
    if len(compact) > MAX_TOKEN:
        raise MessageTooLarge(what=what, limit=f"{MAX_TOKEN} bytes")
    parts = compact.split(".")
    if len(parts) != 3:
        raise MessageMalformed(what=what, problem="not three parts: not a signed JWT")
    if len(parts[0]) > MAX_HEADER or len(parts[2]) > MAX_SIGNATURE:
        raise MessageTooLarge(what=what, limit=f"header {MAX_HEADER}, signature {MAX_SIGNATURE} bytes")
    header = messages.read_object(_base64url(parts[0], what), what=f"{what} (header)", limit=MAX_HEADER)
    for member in sorted(header.keys() - _MEMBERS):
        raise HeaderRefused(what=what, member=ascii(member)[1:-1][:40])
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or algorithm not in algorithms:
        raise AlgorithmRefused(what=what, found=ascii(algorithm)[:40], allowed=" / ".join(sorted(algorithms)))
    if "typ" in header and (not isinstance(header["typ"], str) or header["typ"].lower() not in _TYPES):
        raise HeaderRefused(what=what, member="typ")
    kid = messages.text(header, "kid", what=f"{what} (header)", limit=200)
    payload = _base64url(parts[1], what)
    _base64url(parts[2], what)
    return UnverifiedToken(what, algorithm, kid, compact, payload)


def check_signature(token: UnverifiedToken, key: PublicKey) -> None:
    """Raises ``TokenSignatureWrong`` unless ``key`` signed exactly these bytes with the token's algorithm."""
    try:
        # One algorithm is allowed: the one the profile has allowed and the key was found for.
        jws.deserialize_compact(token.compact, key, registry=_Registry(algorithms=[token.algorithm]))
    except (JoseError, ValueError):
        raise TokenSignatureWrong(what=token.what) from None


def claims_of(token: UnverifiedToken) -> Mapping[str, Any]:
    """The claims of a token whose signature was checked; ``MessageMalformed`` if they are none."""
    return messages.read_object(token.payload, what=token.what, limit=MAX_TOKEN)


def _base64url(part: str, what: str) -> bytes:
    """RFC 7515 section 2: base64url without padding, and the one way of writing these bytes."""
    try:
        data = base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise MessageMalformed(what=what, problem="not base64url") from None
    if base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii") != part:
        raise MessageMalformed(what=what, problem="not the one form of base64url")
    return data
