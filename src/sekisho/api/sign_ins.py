"""``/v1/contracts/sign-ins``: begin a sign-in at another provider, and finish it once."""

from __future__ import annotations

from typing import Any, Final

import orjson
from fastapi import APIRouter, Request, Response

from sekisho.access.roles import Scope
from sekisho.api.errors import BodyTooLarge
from sekisho.api.problems import NOT_FOUND, TOO_LARGE
from sekisho.api.security import Gate, caller
from sekisho.contracts.application import parse_json
from sekisho.contracts.errors import WrongValue
from sekisho.contracts.evidence_items import Person
from sekisho.contracts.field_reading import MAX_TEXT, as_day, as_object, as_printable, need, only, optional_text
from sekisho.contracts.outside.waiting import WaitingThreads
from sekisho.contracts.sign_in.service import Begin, Finish, SignInService

MAX_BODY: Final = 32 * 1024
"""Bytes: a code, a state, and what the application states of one person."""

_TEXT = {"type": "string", "minLength": 1, "maxLength": MAX_TEXT}


def _asked(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    schema = {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


_BEGIN = _asked(
    {"application": _TEXT, "issuer": _TEXT, "client_id": _TEXT, "redirect_uri": _TEXT},
    ["application", "issuer", "redirect_uri"],
)
_PERSON = {"name": _TEXT, "address": _TEXT, "birth_date": {"type": "string", "format": "date"}}
_FINISH = _asked(
    {
        "application": _TEXT,
        "parameters": {"type": "object", "additionalProperties": {"type": "string"}},
        "person": {"enum": ["subject", "representative"]},
        "stated": {"type": "object", "properties": _PERSON, "additionalProperties": False},
        "consent": {"type": "object"},
        "corporate_number": {"type": "string", "pattern": "^[0-9]{13}$"},
    },
    ["application", "parameters"],
)


def _object(description: str) -> dict[int | str, dict[str, Any]]:
    return {200: {"description": description, "content": {"application/json": {"schema": {"type": "object"}}}}}


def sign_ins_router(service: SignInService, gate: Gate, waiting: WaitingThreads) -> APIRouter:
    """The routes over one service. Providers are waited for in ``waiting``."""
    router = APIRouter(prefix="/v1/contracts/sign-ins", tags=["contracts"])

    @router.post(
        "",
        openapi_extra=_BEGIN,
        response_class=Response,
        responses=_object("本人のブラウザーの送り先 / where to send the person's browser") | NOT_FOUND | TOO_LARGE,
        summary="提供元でのサインインを始める / Begin a sign-in at a provider",
    )
    async def begin(request: Request) -> Response:
        gate.admit(request, Scope.DECIDE)
        written = parse_json(await _body(request), limit=MAX_BODY)
        only(written, {"application", "issuer", "client_id", "redirect_uri"}, "")
        started = await waiting.run(
            service.begin,
            Begin(
                application=as_printable(need(written, "application", ""), "application"),
                issuer=as_printable(need(written, "issuer", ""), "issuer"),
                redirect_uri=as_printable(need(written, "redirect_uri", ""), "redirect_uri"),
                client_id=optional_text(written, "client_id", ""),
            ),
        )
        return _json({"address": started.address, "state": started.state, "expires_at": started.expires_at.isoformat()})

    @router.post(
        "/finish",
        openapi_extra=_FINISH,
        response_class=Response,
        responses=_object("検証の報告 / the report of the verification") | NOT_FOUND | TOO_LARGE,
        summary="戻ってきた結果を検証して保存する / Verify what came back, and keep it",
    )
    async def finish(request: Request) -> Response:
        principal = gate.admit(request, Scope.DECIDE)
        came = _finish(parse_json(await _body(request), limit=MAX_BODY))
        kept = await waiting.run(service.finish, came, by=caller(principal).id)
        told = [{"id": one.id, "ledger_index": one.ledger_index, **one.document} for one in kept]
        return _json({"evidence": told})

    return router


def _finish(written: dict[str, Any]) -> Finish:
    only(written, {"application", "parameters", "person", "stated", "consent", "corporate_number"}, "")
    parameters = as_object(need(written, "parameters", ""), "parameters")
    if not all(isinstance(value, str) for value in parameters.values()):
        raise WrongValue(field="parameters", expected="each parameter of the redirect, once, as text")
    said = as_object(written.get("stated", {}), "stated")
    only(said, set(_PERSON), "stated")
    birth = as_day(said["birth_date"], "stated.birth_date") if "birth_date" in said else None
    return Finish(
        application=as_printable(need(written, "application", ""), "application"),
        parameters=parameters,
        person=as_printable(written.get("person", "subject"), "person"),
        stated=Person(optional_text(said, "name", "stated"), optional_text(said, "address", "stated"), birth),
        consent=as_object(written["consent"], "consent") if "consent" in written else None,
        corporate_number=optional_text(written, "corporate_number", ""),
    )


async def _body(request: Request) -> bytes:
    """The body, never holding more than one part too many."""
    found = bytearray()
    async for part in request.stream():
        found += part
        if len(found) > MAX_BODY:
            raise BodyTooLarge(limit=MAX_BODY)
    return bytes(found)


def _json(document: dict[str, Any]) -> Response:
    return Response(orjson.dumps(document), media_type="application/json")
