"""``/v1/logs``: questions to the logs, under a grant, by people alone (no service holds ``log.search``)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import orjson
from fastapi import APIRouter, Request, Response

from sekisho.access.roles import Scope
from sekisho.api.errors import BodyTooLarge
from sekisho.api.problems import NOT_FOUND, TOO_LARGE
from sekisho.api.security import Gate
from sekisho.logs.lookup.asked import Asked, read_asked, read_time
from sekisho.logs.lookup.batch import MAX_QUESTIONS, Line
from sekisho.logs.lookup.errors import QuestionRefused
from sekisho.logs.lookup.service import Lookups
from sekisho.logs.subscribers.identifiers import IdentifierKind, identifier

MAX_BODY: Final = 32 * 1024 * 1024
"""Bytes of a request: a hundred thousand questions."""

_TEXT = {"type": "string", "minLength": 1, "maxLength": 1000}
_GRANT = {"grant": _TEXT}
_QUESTION = {
    "address": {"type": "string", "description": "IPv4 / IPv6"},
    "port": {"type": ["integer", "null"], "minimum": 0, "maximum": 65535},
    "time": {"type": "string", "format": "date-time"},
    "within": {"type": "string", "description": "2s, 500ms, 1m"},
    "protocol": {"type": ["string", "integer"]},
    "destination": {"type": "string"},
    "destination_port": {"type": "integer", "minimum": 0, "maximum": 65535},
}
_ONE = {"type": "object", "properties": _QUESTION, "required": ["address", "time"], "additionalProperties": False}


def _asked(properties: Mapping[str, Any], required: list[str]) -> dict[str, Any]:
    schema = {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


_WHO = _asked(
    {**_GRANT, **_QUESTION, "questions": {"type": "array", "items": _ONE, "maxItems": MAX_QUESTIONS}}, ["grant"]
)
_TRAIL = _asked({**_GRANT, "subscriber": _TEXT, "from": _TEXT, "to": _TEXT}, ["grant", "subscriber", "from", "to"])
_CONTRACTOR = _asked(
    {
        **_GRANT,
        "kind": {"enum": [kind.value for kind in IdentifierKind]},
        "value": _TEXT,
        "on": {"type": "string", "format": "date"},
    },
    ["grant", "kind", "value", "on"],
)


def _object(description: str) -> dict[int | str, dict[str, Any]]:
    return {200: {"description": description, "content": {"application/json": {"schema": {"type": "object"}}}}}


_RESPONSES = NOT_FOUND | TOO_LARGE


def logs_router(lookups: Lookups, gate: Gate) -> APIRouter:
    """The routes over one store."""
    router = APIRouter(prefix="/v1/logs", tags=["logs"])

    @router.post(
        "/who",
        openapi_extra=_WHO,
        response_class=Response,
        responses=_object("区間と候補 / intervals and candidates") | _RESPONSES,
        summary="アドレスとポートをその時使っていたのはだれか / Who had an address and port at a time",
    )
    async def who(request: Request) -> Response:
        principal = gate.admit(request, Scope.LOG_SEARCH)
        written = await _body(request)
        grant = _need(written, "grant")
        if "questions" in written:
            _only(written, {"grant", "questions"})
            lines = _lines(written["questions"])
            answered = await asyncio.to_thread(lookups.who_all, lines, grant=grant, by=principal)
        else:
            _only(written, {"grant", *_QUESTION})
            one = _question({name: value for name, value in written.items() if name != "grant"})
            answered = await asyncio.to_thread(lookups.who, one, grant=grant, by=principal)
        return _json(answered.document)

    @router.post(
        "/trail",
        openapi_extra=_TRAIL,
        response_class=Response,
        responses=_object("割当の一覧 / assignments") | _RESPONSES,
        summary="回線に割り当てたものの一覧 / Everything that was assigned to a line",
    )
    async def trail(request: Request) -> Response:
        principal = gate.admit(request, Scope.LOG_SEARCH)
        written = await _body(request)
        _only(written, {"grant", "subscriber", "from", "to"})
        begin, end = read_time(_need(written, "from"), "from"), read_time(_need(written, "to"), "to")
        answered = await asyncio.to_thread(
            lookups.trail, _need(written, "subscriber"), begin, end, grant=_need(written, "grant"), by=principal
        )
        return _json(answered.document)

    @router.post(
        "/contractor",
        openapi_extra=_CONTRACTOR,
        response_class=Response,
        responses=_object("契約者 / the contractor") | _RESPONSES,
        summary="電話番号などからその日の契約者を調べる / The contractor of a number, SIM or device on a day",
    )
    async def contractor(request: Request) -> Response:
        principal = gate.admit(request, Scope.LOG_SEARCH)
        written = await _body(request)
        _only(written, {"grant", "kind", "value", "on"})
        wanted = identifier(_kind(_need(written, "kind")), _need(written, "value"))
        day = _day(_need(written, "on"))
        answered = await asyncio.to_thread(lookups.contractor, wanted, day, grant=_need(written, "grant"), by=principal)
        return _json(answered.document)

    return router


async def _body(request: Request) -> dict[str, Any]:
    """The body as an object, never holding more than one part too many."""
    found = bytearray()
    async for part in request.stream():
        found += part
        if len(found) > MAX_BODY:
            raise BodyTooLarge(limit=MAX_BODY)
    try:
        written = orjson.loads(found)
    except orjson.JSONDecodeError:
        raise QuestionRefused(field="body", problem="a JSON object") from None
    if not isinstance(written, dict):
        raise QuestionRefused(field="body", problem="a JSON object")
    return written


def _only(written: Mapping[str, Any], known: set[str]) -> None:
    unknown = set(written) - known
    if unknown:
        raise QuestionRefused(field=min(unknown)[:40], problem="no such field")


def _need(written: Mapping[str, Any], name: str) -> str:
    found = written.get(name)
    if not isinstance(found, str) or not 0 < len(found) <= 1000:
        raise QuestionRefused(field=name, problem="text of 1 to 1,000 characters")
    return found


def _question(written: object) -> Asked:
    if not isinstance(written, dict):
        raise QuestionRefused(field="questions", problem="objects")
    _only(written, set(_QUESTION))
    for name, value in written.items():
        if value is not None and (isinstance(value, bool) or not isinstance(value, str | int)):
            raise QuestionRefused(field=name, problem="text or a whole number")
    return read_asked(
        _need(written, "address"),
        written.get("port"),
        _need(written, "time"),
        within=written.get("within"),
        protocol=written.get("protocol"),
        destination=written.get("destination"),
        destination_port=written.get("destination_port"),
    )


def _lines(written: object) -> list[Line]:
    """Questions of a list, numbered from 1; one that can't be asked has its error in its place."""
    if not isinstance(written, list) or not 0 < len(written) <= MAX_QUESTIONS:
        raise QuestionRefused(field="questions", problem=f"a list of 1 to {MAX_QUESTIONS}")
    return [_line(number, each) for number, each in enumerate(written, 1)]


def _line(number: int, written: object) -> Line:
    try:
        return Line(number, None, _question(written), None)
    except QuestionRefused as error:
        return Line(number, None, None, error)


def _kind(written: str) -> IdentifierKind:
    try:
        return IdentifierKind(written)
    except ValueError:
        raise QuestionRefused(field="kind", problem=", ".join(kind.value for kind in IdentifierKind)) from None


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise QuestionRefused(field="on", problem="a date such as 2026-11-20") from None


def _json(document: Any) -> Response:
    return Response(orjson.dumps(document), media_type="application/json")
