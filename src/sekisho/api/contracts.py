"""``/v1/contracts``: decide applications, read decisions."""

from __future__ import annotations

from datetime import date
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response

from sekisho.access.roles import Scope
from sekisho.api.errors import BodyTooLarge, QueryRefused
from sekisho.api.problems import NOT_FOUND, TOO_LARGE
from sekisho.api.security import Gate, caller
from sekisho.contracts.application import MAX_BYTES, parse_json
from sekisho.contracts.schema import application_schema
from sekisho.contracts.service import Answer, Asking, ContractService

MAX_IDEMPOTENCY_KEY = 100
"""Long enough for two UUIDs; the column's width."""

_APPLICATION: dict[str, Any] = {
    "requestBody": {"required": True, "content": {"application/json": {"schema": application_schema()}}},
    "parameters": [
        {
            "name": "Idempotency-Key",
            "in": "header",
            "required": False,
            "description": "同じ依頼の送り直しを一つの判断にする / Makes repeats of one request one decision.",
            "schema": {"type": "string", "minLength": 1, "maxLength": MAX_IDEMPOTENCY_KEY},
        }
    ],
}

_DECISION: dict[int | str, dict[str, Any]] = {
    200: {"description": "判断 / the decision", "content": {"application/json": {"schema": {"type": "object"}}}}
}


def contracts_router(service: ContractService, gate: Gate) -> APIRouter:
    """The routes over one service."""
    router = APIRouter(prefix="/v1/contracts", tags=["contracts"])

    @router.post(
        "/decisions",
        openapi_extra=_APPLICATION,
        response_class=Response,
        responses=_DECISION | TOO_LARGE,
        summary="申込みを判断する / Decide an application",
    )
    async def decide(
        request: Request,
        as_of: date | None = None,
        as_known_at: date | None = None,
        explain: bool = False,
    ) -> Response:
        principal = gate.admit(request, Scope.DECIDE)
        body = await _body(request)
        key = request.headers.get("idempotency-key")
        if key is not None and not (0 < len(key) <= MAX_IDEMPOTENCY_KEY and key.isascii() and key.isprintable()):
            raise QueryRefused(
                name="Idempotency-Key", expected=f"1 to {MAX_IDEMPOTENCY_KEY} printable ASCII characters"
            )
        answer = await service.decide_async(
            parse_json(body), caller(principal), Asking(as_of, as_known_at, explain, key)
        )
        return _answer(answer)

    @router.get(
        "/decisions/{decision_id}",
        response_class=Response,
        responses=_DECISION | NOT_FOUND,
        summary="判断を読む / Read a decision",
    )
    def read(request: Request, decision_id: str) -> Response:
        gate.admit(request, Scope.READ)
        return _answer(service.find(decision_id))

    return router


async def _body(request: Request) -> bytes:
    """The body, never holding more than one part too many. One announced as too large isn't read at all."""
    announced = request.headers.get("content-length", "")
    if announced.isascii() and announced.isdigit() and int(announced[:20]) > MAX_BYTES:
        raise BodyTooLarge(limit=MAX_BYTES)
    found = bytearray()
    async for part in request.stream():
        found += part
        if len(found) > MAX_BYTES:
            raise BodyTooLarge(limit=MAX_BYTES)
    return bytes(found)


def _answer(answer: Answer) -> Response:
    document = {"id": answer.id, "ledger_index": answer.ledger_index, **answer.document}
    return Response(orjson.dumps(document), media_type="application/json")
