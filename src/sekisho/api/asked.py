"""What requests of several desks have in common: a bounded JSON object, and an idempotency key."""

from __future__ import annotations

from typing import Any, Final

import orjson
from fastapi import Request

from sekisho.api.errors import BodyNotObject, BodyTooLarge, QueryRefused

MAX_IDEMPOTENCY_KEY: Final = 100
"""Long enough for two UUIDs; the column's width."""

IDEMPOTENCY_KEY: Final[list[dict[str, Any]]] = [
    {
        "name": "Idempotency-Key",
        "in": "header",
        "required": False,
        "description": "同じ依頼の送り直しを一つにする / Makes repeats of one request one.",
        "schema": {"type": "string", "minLength": 1, "maxLength": MAX_IDEMPOTENCY_KEY},
    }
]
"""The parameter, for the OpenAPI description."""


def idempotency_key(request: Request) -> str | None:
    """The key that was sent, if one was. Raises ``QueryRefused``."""
    key = request.headers.get("idempotency-key")
    if key is not None and not (0 < len(key) <= MAX_IDEMPOTENCY_KEY and key.isascii() and key.isprintable()):
        raise QueryRefused(name="Idempotency-Key", expected=f"1 to {MAX_IDEMPOTENCY_KEY} printable ASCII characters")
    return key


async def json_object(request: Request, *, limit: int) -> dict[str, Any]:
    """The body as one JSON object, ``{}`` where there is no body. Raises ``BodyTooLarge``, ``BodyNotObject``."""
    return object_of(await body_of(request, limit=limit))


async def body_of(request: Request, *, limit: int) -> bytes:
    """The body, never holding more than one part beyond ``limit`` bytes. Raises ``BodyTooLarge``."""
    found = bytearray()
    async for part in request.stream():
        found += part
        if len(found) > limit:
            raise BodyTooLarge(limit=limit)
    return bytes(found)


def object_of(body: bytes) -> dict[str, Any]:
    """A body as one JSON object, ``{}`` where it is empty. Raises ``BodyNotObject``."""
    if not body:
        return {}
    try:
        written = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise BodyNotObject from None
    if not isinstance(written, dict):
        raise BodyNotObject
    return written
