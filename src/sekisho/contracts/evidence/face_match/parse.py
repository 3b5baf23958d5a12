"""Read the claims of a result. Believes nothing: the caller has verified the signature, or throws the answer away."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from sekisho.contracts.evidence.face_match.errors import ResultMalformed
from sekisho.contracts.evidence.face_match.jose import read_json
from sekisho.contracts.evidence.face_match.model import Claims
from sekisho.contracts.evidence.face_match.profile import MAX_RESULT, Decision, Liveness, Product, number, word

_KNOWN: Final = frozenset(
    {
        "iss",
        "aud",
        "iat",
        "nbf",
        "exp",
        "jti",
        "transaction",
        "nonce",
        "product",
        "score",
        "threshold",
        "decision",
        "liveness",
        "reference_sha256",
    }
)
_MAX_AUDIENCES: Final = 8
_LAST_SECOND: Final = 253_402_300_799  # the end of the year 9999
_NONCE = re.compile(r"(?:[0-9a-f]{2}){16,64}", re.ASCII)
DIGEST: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
"""A SHA-256 in hexadecimal."""


def read_claims(payload: bytes) -> Claims:
    """The claims; raises :class:`ResultMalformed` that names the one that isn't in order."""
    found = read_json(payload, limit=MAX_RESULT)
    product = _of(found, "product", _object)
    return Claims(
        _of(found, "iss", word),
        _of(found, "aud", _audience),
        _of(found, "iat", _time),
        _of(found, "nbf", _time) if "nbf" in found else None,
        _of(found, "exp", _time),
        _of(found, "transaction", word),
        _of(found, "nonce", _nonce) if "nonce" in found else None,
        Product(_of(product, "name", word), _of(product, "version", word)),
        _of(found, "score", number),
        _of(found, "threshold", number),
        _of(found, "decision", Decision),
        _of(found, "liveness", Liveness),
        _of(found, "reference_sha256", _digest),
        len(found.keys() - _KNOWN),
    )


def _of(found: Mapping[str, Any], claim: str, read: Any) -> Any:
    if claim not in found:
        raise ResultMalformed(problem=f"{claim} is missing")
    try:
        return read(found[claim])
    except (ValueError, TypeError) as error:
        raise ResultMalformed(problem=claim) from error


def _object(value: object) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise TypeError
    return value


def _audience(value: object) -> frozenset[str]:
    listed = value if isinstance(value, list) else [value]
    if len(listed) > _MAX_AUDIENCES:
        raise ValueError
    return frozenset(word(one) for one in listed)


def _time(value: object) -> datetime:
    seconds = number(value)
    if not 0 <= seconds <= _LAST_SECOND:
        raise ValueError
    return datetime.fromtimestamp(seconds, UTC)


def _nonce(value: object) -> bytes:
    if not isinstance(value, str) or not _NONCE.fullmatch(value):
        raise ValueError
    return bytes.fromhex(value)


def _digest(value: object) -> str:
    if not isinstance(value, str) or not DIGEST.fullmatch(value):
        raise ValueError
    return value
