"""A provider's public keys (RFC 7517), read strictly; found by id and algorithm, never tried one after the other."""

from __future__ import annotations

import base64
import binascii
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from sekisho.contracts.evidence.oidc import messages
from sekisho.contracts.evidence.oidc.errors import KeySetRefused, KeyUnknown
from sekisho.contracts.evidence.oidc.profile import ALGORITHM_KEYS, MAX_KEY_SET, MAX_KEYS, RSA_BITS

_WHAT: Final = "JWKS"
_PRIVATE: Final = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
"""Members that only a private or symmetric key has (RFC 7518 sections 6.2.2, 6.3.2, 6.4.1)."""
_PUBLIC: Final = {"RSA": ("n", "e"), "EC": ("x", "y")}
_MAX_EXPONENT: Final = 2**32
"""Above it, checking a signature takes as long as making one."""

PublicKey = RSAKey | ECKey


@dataclass(frozen=True, slots=True)
class KeySet:
    """Public keys by id. ``ignored`` counts keys that aren't for signatures here (RFC 7517 section 5)."""

    keys: Mapping[str, tuple[PublicKey, str | None]] = field(repr=False)
    ignored: int = 0

    def joined(self, other: KeySet) -> KeySet:
        """These and the other's; of two with one kid, this one's: what was confirmed first stays."""
        return KeySet({**other.keys, **self.keys}, self.ignored + other.ignored)

    def find(self, kid: str, algorithm: str, *, what: str) -> PublicKey:
        """The key with this id, if it is of the algorithm's type and not for another algorithm; ``KeyUnknown``."""
        key, bound_to = self.keys.get(kid, (None, None))
        if key is None or key.key_type != ALGORITHM_KEYS[algorithm] or bound_to not in (None, algorithm):
            raise KeyUnknown(what=what)
        return key


def read_key_set(raw: bytes) -> KeySet:
    """A JWKS from bytes; raises ``KeySetRefused`` and the errors of :mod:`.messages`."""
    return key_set(messages.read_object(raw, what=_WHAT, limit=MAX_KEY_SET))


def key_set(written: Mapping[str, Any]) -> KeySet:
    """A JWKS already parsed. Keys that aren't for signatures are left out; a key that is wrong spoils the set."""
    listed = written.get("keys")
    if not isinstance(listed, list) or not listed or not all(isinstance(one, dict) for one in listed):
        raise KeySetRefused(problem="no list of keys")
    if len(listed) > MAX_KEYS:
        raise KeySetRefused(problem=f"more than {MAX_KEYS} keys")
    found: dict[str, tuple[PublicKey, str | None]] = {}
    ignored = 0
    for one in listed:
        if _PRIVATE & one.keys():
            raise KeySetRefused(problem="a private or symmetric key is among them")
        if one.get("kty") not in _PUBLIC or one.get("use", "sig") != "sig" or not _known(one):
            ignored += 1
            continue
        kid = messages.text(one, "kid", what=_WHAT, limit=200)
        if kid in found:
            raise KeySetRefused(problem="two keys have one kid")
        found[kid] = (_key(one), one.get("alg"))
    if not found:
        raise KeySetRefused(problem="no key for signatures")
    return KeySet(found, ignored)


def _known(one: Mapping[str, Any]) -> bool:
    if one["kty"] == "EC" and one.get("crv") != "P-256":  # the only curve of an algorithm that a profile may name
        return False
    return one.get("alg") is None or one["alg"] in ALGORITHM_KEYS


def _key(one: Mapping[str, Any]) -> PublicKey:
    kind: str = one["kty"]
    numbers = {name: _number(one, name) for name in _PUBLIC[kind]}
    if kind == "RSA":
        if numbers["n"].bit_length() not in RSA_BITS or not numbers["n"] % 2:
            raise KeySetRefused(problem=f"an RSA key is not of {RSA_BITS.start} to {RSA_BITS.stop - 1} bits")
        if not (3 <= numbers["e"] < _MAX_EXPONENT and numbers["e"] % 2):
            raise KeySetRefused(problem="an RSA exponent is not one")
    bare: dict[str, str | list[str]] = {"kty": kind, **{name: str(one[name]) for name in _PUBLIC[kind]}}
    try:
        # Only the numbers go to the library: what else stands in the key (key_ops, x5c, …) is nobody's business here.
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            if kind == "RSA":
                made: PublicKey = RSAKey.import_key(bare)
                _ = made.public_key
            else:
                made = ECKey.import_key({**bare, "crv": "P-256"})
                _ = made.public_key  # refuses a point that isn't on the curve
    except (JoseError, ValueError, Warning):
        raise KeySetRefused(problem="a key is not one") from None
    return made


def _number(one: Mapping[str, Any], name: str) -> int:
    written = messages.text(one, name, what=_WHAT, limit=1024)
    try:
        data = base64.b64decode(written + "=" * (-len(written) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise KeySetRefused(problem="a number is not in base64url") from None
    return int.from_bytes(data, "big")
