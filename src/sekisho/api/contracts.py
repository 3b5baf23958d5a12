"""``/v1/contracts``: decide applications, verify evidence, issue challenges; read decisions, evidence and trust."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response

from sekisho.access.roles import Scope
from sekisho.api.asked import IDEMPOTENCY_KEY, idempotency_key
from sekisho.api.errors import BodyTooLarge
from sekisho.api.problems import NOT_FOUND, TOO_LARGE
from sekisho.api.security import Gate, caller
from sekisho.contracts.application import MAX_BYTES, parse_json
from sekisho.contracts.challenge_forms import challenge_document
from sekisho.contracts.evidence.verifiers import VERIFIERS
from sekisho.contracts.evidence_desk import EvidenceAnswer, Submitted
from sekisho.contracts.evidence_items import Person
from sekisho.contracts.field_reading import MAX_TEXT, as_day, as_object, as_printable, need, only, optional_text
from sekisho.contracts.schema import application_schema
from sekisho.contracts.service import Answer, Asking, ContractService

_APPLICATION: dict[str, Any] = {
    "requestBody": {"required": True, "content": {"application/json": {"schema": application_schema()}}},
    "parameters": IDEMPOTENCY_KEY,
}

_TEXT = {"type": "string", "minLength": 1, "maxLength": MAX_TEXT}
_SUBMITTED: dict[str, Any] = {
    "parameters": IDEMPOTENCY_KEY,
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "format": {"enum": list(VERIFIERS)},
                        "application": _TEXT,
                        "person": {"enum": ["subject", "representative"]},
                        "stated": {
                            "type": "object",
                            "properties": {"name": _TEXT, "address": _TEXT, "birth_date": {"format": "date"}},
                            "additionalProperties": False,
                        },
                        "document": {"type": "object"},
                    },
                    "required": ["format", "application", "document"],
                    "additionalProperties": False,
                }
            }
        },
    },
}
_CHALLENGE: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "application": _TEXT,
                        "purpose": _TEXT,
                        "agreed_to": _TEXT,
                        "session": {"type": "object"},
                    },
                    "required": ["application", "purpose"],
                    "additionalProperties": False,
                }
            }
        },
    }
}
_INLINE_PARSING = 64 * 1024
"""Bytes of a body that are read at once; a larger one takes long enough for others to be answered meanwhile."""


def _object(description: str) -> dict[int | str, dict[str, Any]]:
    return {200: {"description": description, "content": {"application/json": {"schema": {"type": "object"}}}}}


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
        key = idempotency_key(request)
        answer = await service.decide_async(
            await _parsed(body), caller(principal), Asking(as_of, as_known_at, explain, key)
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

    @router.post(
        "/challenges",
        openapi_extra=_CHALLENGE,
        response_class=Response,
        responses=_object("一度だけ署名する文面 / a text to be signed once") | TOO_LARGE,
        summary="一度だけ署名する文面を発行する / Issue a text to be signed once",
    )
    async def challenge(request: Request) -> Response:
        gate.admit(request, Scope.DECIDE)
        written = await _parsed(await _body(request))
        only(written, {"application", "purpose", "agreed_to", "session"}, "")
        made = await asyncio.to_thread(
            service.evidence.challenge,
            application=as_printable(need(written, "application", ""), "application"),
            purpose=as_printable(need(written, "purpose", ""), "purpose"),
            agreed_to=as_printable(written["agreed_to"], "agreed_to") if "agreed_to" in written else None,
            session=as_object(written["session"], "session") if "session" in written else None,
        )
        return _json(challenge_document(made))

    @router.post(
        "/evidence",
        openapi_extra=_SUBMITTED,
        response_class=Response,
        responses=_object("検証の報告 / the report of the verification") | TOO_LARGE,
        summary="証拠を検証して保存する / Verify evidence and keep it",
    )
    async def verify(request: Request) -> Response:
        principal = gate.admit(request, Scope.DECIDE)
        submitted = _submitted(await _parsed(await _body(request)))
        key = idempotency_key(request)
        return _evidence(await service.evidence.verify_async(submitted, by=caller(principal).id, idempotency_key=key))

    @router.get(
        "/evidence/{evidence_id}",
        response_class=Response,
        responses=_object("検証の報告 / the report of the verification") | NOT_FOUND,
        summary="検証の報告を読む / Read the report of a verification",
    )
    def read_evidence(request: Request, evidence_id: str) -> Response:
        gate.admit(request, Scope.READ)
        return _evidence(service.evidence.find(evidence_id))

    @router.get(
        "/trust",
        response_class=Response,
        responses=_object("検証に使うファイル / what evidence is verified against"),
        summary="検証に使うファイルの一覧 / What evidence is verified against",
    )
    def trust(request: Request) -> Response:
        gate.admit(request, Scope.READ)
        return _json({"files": [entry.as_document() for entry in service.trust.entries()]})

    @router.get(
        "/outside",
        response_class=Response,
        responses=_object("照会先 / who is asked"),
        summary="検証のときの照会先の一覧 / Who is asked while evidence is verified",
    )
    def outside(request: Request) -> Response:
        gate.admit(request, Scope.READ)
        return _json({"parties": [entry.as_document() for entry in service.outside.entries()]})

    return router


def _submitted(written: dict[str, Any]) -> Submitted:
    only(written, {"format", "application", "person", "stated", "document"}, "")
    said = as_object(written.get("stated", {}), "stated")
    only(said, {"name", "address", "birth_date"}, "stated")
    birth = as_day(said["birth_date"], "stated.birth_date") if "birth_date" in said else None
    return Submitted(
        format=as_printable(need(written, "format", ""), "format"),
        application=as_printable(need(written, "application", ""), "application"),
        person=as_printable(written.get("person", "subject"), "person"),
        stated=Person(optional_text(said, "name", "stated"), optional_text(said, "address", "stated"), birth),
        document=as_object(need(written, "document", ""), "document"),
    )


async def _parsed(body: bytes) -> dict[str, Any]:
    if len(body) <= _INLINE_PARSING:
        return parse_json(body)
    return await asyncio.to_thread(parse_json, body)


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
    return _json({"id": answer.id, "ledger_index": answer.ledger_index, **answer.document})


def _evidence(answer: EvidenceAnswer) -> Response:
    return _json({"id": answer.id, "ledger_index": answer.ledger_index, **answer.document})


def _json(document: dict[str, Any]) -> Response:
    return Response(orjson.dumps(document), media_type="application/json")
