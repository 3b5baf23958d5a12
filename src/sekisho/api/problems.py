"""Every failure as problem+json (RFC 9457): type, title, status, detail in the caller's language, and the fields."""

from __future__ import annotations

import logging
from typing import Any

import orjson
from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from sekisho.errors import Lang, SekishoError

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:sekisho:problem:"
"""A name, not an address (RFC 9457 section 3.1.1 allows any URI): there is nothing to fetch."""

_log = logging.getLogger(__name__)


def language(request: Request) -> Lang:
    """Japanese unless the caller prefers English (``Accept-Language`` starting with ``en``)."""
    return "en" if request.headers.get("accept-language", "").lower().startswith("en") else "ja"


def problem(status: int, reason: str, detail: str, **members: Any) -> Response:
    """One problem document."""
    body = {"type": TYPE_PREFIX + reason, "title": reason, "status": status, "detail": detail, **members}
    headers = {"WWW-Authenticate": 'Bearer realm="sekisho"'} if status == 401 else {}
    return Response(orjson.dumps(body), status_code=status, media_type=MEDIA_TYPE, headers=headers)


async def on_sekisho_error(request: Request, error: Exception) -> Response:
    """A failure with a reason: its status, sentence and fields."""
    if not isinstance(error, SekishoError):
        raise error
    document = error.as_document()
    return problem(
        error.http_status,
        error.reason,
        error.sentence(language(request)),
        fields=document["fields"],
        message=document["message"],
    )


async def on_http_error(request: Request, error: Exception) -> Response:
    """What the framework refuses: unknown address, wrong method."""
    del request
    status = error.status_code if isinstance(error, HTTPException) else 500
    return problem(status, f"http_{status}", str(getattr(error, "detail", "")))


async def on_validation_error(request: Request, error: Exception) -> Response:
    """A parameter the framework could not read; the value itself isn't repeated."""
    del request
    where = error.errors()[0]["loc"] if isinstance(error, RequestValidationError) and error.errors() else ("?",)
    name = ".".join(str(part) for part in where)
    return problem(422, "query_refused", f"'{name}' is not acceptable.", fields={"name": name})


async def on_any_error(request: Request, error: Exception) -> Response:
    """A fault of ours: logged without the request's content, told without detail."""
    _log.error("unhandled error at %s %s", request.method, request.url.path, exc_info=error)
    return problem(500, "internal_error", "内部エラーです。 / An internal error.")
