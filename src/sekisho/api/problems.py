"""Every failure as problem+json (RFC 9457): type, title, status, detail in the caller's language, and the fields."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import orjson
from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from sekisho.access.errors import ScopeMissing
from sekisho.api.errors import MethodUnknown, NoSuchAddress, QueryRefused, ServerFault, TokenMissing
from sekisho.errors import InputRefused, Lang, SekishoError
from sekisho.store.errors import DatabaseUnavailable

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:sekisho:problem:"
"""A name, not an address (RFC 9457 section 3.1.1 allows any URI): there is nothing to fetch."""

_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "type": {"type": "string", "description": "urn:sekisho:problem:REASON"},
        "title": {"type": "string", "description": "理由の名前 / the reason's name"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "次にすること（Accept-Language） / what to do next"},
        "fields": {"type": "object", "description": "理由ごとの値 / values by reason"},
        "message": {"type": "object", "properties": {"ja": {"type": "string"}, "en": {"type": "string"}}},
    },
    "required": ["type", "title", "status", "detail", "fields", "message"],
}
_DESCRIPTIONS = {
    401: "トークンがない・無効 / no token, or not a valid one",
    403: "権限がない / not permitted",
    410: "鍵が破棄され、もう読めない / the key was destroyed; it can't be read any more",
    422: "値が正しくない / a value is not acceptable",
    503: "いまはできない。答えについては何も言わない / not possible now; says nothing about the answer",
}
RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {"description": described, "content": {MEDIA_TYPE: {"schema": _SCHEMA}}}
    for status, described in _DESCRIPTIONS.items()
}
"""What every address can answer besides its own, for the OpenAPI description."""

NOT_FOUND: dict[int | str, dict[str, Any]] = {
    404: {"description": "ありません / not there", "content": {MEDIA_TYPE: {"schema": _SCHEMA}}}
}
"""For addresses that name one thing."""

TOO_LARGE: dict[int | str, dict[str, Any]] = {
    400: {"description": "JSONではない / not JSON", "content": {MEDIA_TYPE: {"schema": _SCHEMA}}},
    413: {"description": "大きすぎる / too large", "content": {MEDIA_TYPE: {"schema": _SCHEMA}}},
}
"""For addresses that take a body."""

_log = logging.getLogger(__name__)


def language(request: Request) -> Lang:
    """Japanese unless the caller prefers English (``Accept-Language`` starting with ``en``)."""
    return "en" if request.headers.get("accept-language", "").lower().startswith("en") else "ja"


def problem(request: Request, error: SekishoError, headers: Mapping[str, str] | None = None) -> Response:
    """One problem document."""
    document = error.as_document()
    body = {
        "type": TYPE_PREFIX + error.reason,
        "title": error.reason,
        "status": error.http_status,
        "detail": error.sentence(language(request)),
        "fields": document["fields"],
        "message": document["message"],
    }
    return Response(
        orjson.dumps(body, default=str),
        status_code=error.http_status,
        media_type=MEDIA_TYPE,
        headers={**(headers or {}), **_challenge(error)},
    )


def _challenge(error: SekishoError) -> dict[str, str]:
    """What RFC 6750 section 3 asks for, so that a client's library knows whether to get another token."""
    if isinstance(error, TokenMissing):
        return {"WWW-Authenticate": 'Bearer realm="sekisho"'}
    if error.http_status == 401:
        return {"WWW-Authenticate": 'Bearer realm="sekisho", error="invalid_token"'}
    if isinstance(error, ScopeMissing):
        scope = error.fields["scope"]
        return {"WWW-Authenticate": f'Bearer realm="sekisho", error="insufficient_scope", scope="{scope}"'}
    return {}


async def on_sekisho_error(request: Request, error: Exception) -> Response:
    """A failure with a reason: its status, sentence and fields."""
    if not isinstance(error, SekishoError):
        raise error
    return problem(request, error)


async def on_http_error(request: Request, error: Exception) -> Response:
    """What the framework refuses: unknown address, wrong method."""
    if not isinstance(error, HTTPException):
        raise error
    told: SekishoError
    if error.status_code == 404:
        told = NoSuchAddress(path=request.url.path[:200])
    elif error.status_code == 405:
        told = MethodUnknown(method=request.method[:20], allowed=(error.headers or {}).get("Allow", "?"))
    else:
        told = InputRefused() if error.status_code < 500 else ServerFault()
    return problem(request, told, error.headers)


async def on_validation_error(request: Request, error: Exception) -> Response:
    """A parameter the framework could not read; the value itself isn't repeated."""
    found = error.errors() if isinstance(error, RequestValidationError) else []
    where = found[0]["loc"] if found else ("?",)
    kind = str(found[0]["type"]) if found else ""
    expected = "given" if kind == "missing" else _EXPECTED.get(kind.partition("_")[0], "of its declared type")
    return problem(request, QueryRefused(name=str(where[-1]), expected=expected))


_EXPECTED = {"date": "a date that exists (YYYY-MM-DD)", "bool": "true or false", "int": "a whole number"}
"""What to say of a parameter, by the first word of the validator's own name for the fault."""


async def on_database_error(request: Request, error: Exception) -> Response:
    """The database did not answer: not our fault, not the caller's, and worth another try."""
    _log.error("database error at %s %s", request.method, request.url.path, exc_info=error)
    return problem(request, DatabaseUnavailable(cause=type(error).__name__))


async def on_any_error(request: Request, error: Exception) -> Response:
    """A fault of ours: logged without the request's content, told without detail."""
    _log.error("unhandled error at %s %s", request.method, request.url.path, exc_info=error)
    return problem(request, ServerFault())
