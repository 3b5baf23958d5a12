"""The bounds of a result, and what an operator configures about a provider.

A provider's file says whose results count, with which keys, and from which threshold on::

    {"name": "架空顔照合", "issuer": "https://face.example.jp", "audience": "sekisho-operator-1",
     "keys": [{"kty": "EC", "crv": "P-256", "alg": "ES256", "kid": "2026-1", "x": "…", "y": "…"}],
     "minimum_threshold": 0.85,
     "liveness": ["passed"],
     "products": [{"name": "FaceExample", "versions": ["4.2"]}]}                         optional: any, recorded

Scores grow with likeness; their scale is the provider's. ``liveness`` are the results that are accepted.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum
from typing import Any, Final

from sekisho.contracts.application import parse_json
from sekisho.contracts.errors import ApplicationRefused
from sekisho.contracts.evidence.face_match.errors import ProviderFileRefused
from sekisho.contracts.evidence.face_match.jose import ALGORITHMS, VerifyingKey, read_key

USE_PROVIDER: Final = "face_match_provider"
MAX_PROVIDER: Final = 64 * 1024
"""Bytes of a provider's file: a few keys of 1 KiB."""
MAX_KEYS: Final = 16
"""Keys of one provider at a time: the one in use, the next, and some that were."""
MAX_RESULT: Final = 16 * 1024
"""Characters of a result. The claims have less than 1 KiB, an RSA-4096 signature 683 characters."""
MAX_WORD: Final = 200
"""Characters of a name, an issuer, a version."""
MAX_LIFE: Final = timedelta(hours=24)
"""From when a result was made until it ends: an application is finished or begun anew within a day."""
CLOCK_TOLERANCE: Final = timedelta(seconds=60)
"""A result may be made on another machine's clock while it is waited for."""


class Liveness(Enum):
    """What the provider says of whether a living person was before the camera."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_DONE = "not_done"


class Decision(Enum):
    """What the provider decided."""

    SAME = "same"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Product:
    """What compared the faces."""

    name: str
    version: str


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider as the operator configured it. ``products`` is None where any product counts."""

    name: str
    issuer: str
    audience: str
    keys: Mapping[str, VerifyingKey] = field(repr=False)
    minimum_threshold: float
    liveness: frozenset[Liveness]
    products: frozenset[Product] | None


_REQUIRED: Final = frozenset({"name", "issuer", "audience", "keys", "minimum_threshold", "liveness"})
_OPTIONAL: Final = frozenset({"products"})


def read_provider(raw: bytes, *, name: str) -> Provider:
    """A provider from the operator's file; raises :class:`ProviderFileRefused`."""
    try:
        found = parse_json(raw, limit=MAX_PROVIDER)
        if not _REQUIRED <= found.keys() <= _REQUIRED | _OPTIONAL:
            raise ProviderFileRefused(name=name, problem=f"fields are {', '.join(sorted(_REQUIRED))}")
        return Provider(
            word(found["name"]),
            word(found["issuer"]),
            word(found["audience"]),
            _keys(found["keys"]),
            number(found["minimum_threshold"]),
            _liveness(found["liveness"]),
            _products(found["products"]) if "products" in found else None,
        )
    except ApplicationRefused as error:
        raise ProviderFileRefused(name=name, problem="not one JSON object") from error
    except ValueError as error:
        raise ProviderFileRefused(name=name, problem=str(error)) from error


def word(found: object) -> str:
    """A name, an issuer or a version; ValueError for anything else."""
    if not isinstance(found, str) or not 0 < len(found) <= MAX_WORD or not found.isprintable():
        raise ValueError(f"a text of 1 to {MAX_WORD} printable characters is missing")
    return found


def number(found: object) -> float:
    """A finite number; ValueError for anything else."""
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise ValueError("a number is missing")  # noqa: TRY004  # every wrong form becomes one refusal
    try:
        value = float(found)
    except OverflowError as error:
        raise ValueError("a number is too large") from error
    if not math.isfinite(value):
        raise ValueError("a number is too large")
    return value


def _keys(found: Any) -> Mapping[str, VerifyingKey]:
    if not isinstance(found, list) or not 0 < len(found) <= MAX_KEYS:
        raise ValueError(f"keys are a list of 1 to {MAX_KEYS}, each with one of {', '.join(ALGORITHMS)}")
    keys = [read_key(one) for one in found]
    by_id = {key.kid: key for key in keys}
    if len(by_id) != len(keys):
        raise ValueError("two keys have one kid")
    return by_id


def _liveness(found: Any) -> frozenset[Liveness]:
    known = {one.value: one for one in Liveness if one is not Liveness.FAILED}
    if not isinstance(found, list) or not found or not all(isinstance(one, str) and one in known for one in found):
        raise ValueError(f"liveness is a list of {' or '.join(known)}")
    return frozenset(known[one] for one in found)


def _products(found: Any) -> frozenset[Product]:
    problem = "products are a list of names with their versions"
    if not isinstance(found, list) or not found:
        raise ValueError(problem)
    products: set[Product] = set()
    for one in found:
        if not isinstance(one, dict) or one.keys() != {"name", "versions"} or not isinstance(one["versions"], list):
            raise ValueError(problem)
        products.update(Product(word(one["name"]), word(version)) for version in one["versions"])
    if not products:
        raise ValueError(problem)
    return frozenset(products)
