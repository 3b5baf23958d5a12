"""``/v1/apps``: scans of files that are sent here, scans that were kept, and answers to the questionnaires.

One file is one request; a mix of targets and sites are scanned on the command line. No address is ever visited on
behalf of a request: whoever holds a token must not look into the operator's network through this server.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import orjson
from fastapi import APIRouter, Request, Response

from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.api.asked import json_object
from sekisho.api.errors import BodyTooLarge, QueryRefused
from sekisho.api.problems import NOT_FOUND, TOO_LARGE
from sekisho.api.security import Gate
from sekisho.apps.collector import Collected, Plan
from sekisho.apps.entered import answers_in
from sekisho.apps.errors import ScanRefused, TargetRefused
from sekisho.apps.evidence import Consent
from sekisho.apps.law.questions import load_questions
from sekisho.apps.looking import Asked, is_address, look
from sekisho.apps.reconcile.origin import Origin
from sekisho.apps.scan import scan
from sekisho.apps.service import AppScans

MAX_FILE: Final = 512 * 1024 * 1024
"""Bytes of one file: the largest apps of stores, and recordings of some hours."""
MAX_BODY: Final = 1024 * 1024
"""Bytes of answers."""
AT_ONCE: Final = 2
"""Files that are read at the same time; others wait for their turn."""
NAME_MOST: Final = 200

_TEXT: Final = {"type": "string", "minLength": 1, "maxLength": NAME_MOST}
_ONE: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "調べた結果 / a scan", "content": {"application/json": {"schema": {"type": "object"}}}}
}
_LIST: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "一覧 / all of them", "content": {"application/json": {"schema": {"type": "array"}}}}
}


def _query(name: str, *, required: bool = False, **schema: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": required, "schema": schema or _TEXT}


_UPLOAD: Final = {
    "parameters": [
        _query("service", required=True), _query("name", required=True),
        _query("own_host", type="array", items=_TEXT),
        _query("consent_state", enum=[each.value for each in Consent if each is not Consent.UNKNOWN]),
        _query("recorded_from", enum=[each.value for each in Origin]),
    ],
    "requestBody": {"required": True, "content": {
        "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}},
}  # fmt: skip
_ANSWERS: Final = {
    "requestBody": {"required": True, "content": {"application/json": {"schema": {
        "type": "object", "required": ["service", "answers"], "additionalProperties": False,
        "properties": {"service": _TEXT, "answers": {"type": "array", "minItems": 1, "items": {
            "type": "object", "required": ["question", "value"], "additionalProperties": False,
            "properties": {
                "question": _TEXT, "value": _TEXT, "recipient": {"type": "string"},
                "evidence": {"type": "array", "items": {"type": "string", "pattern": "^[0-9a-f]{64}$"}},
            },
        }}},
    }}}},
}  # fmt: skip


class _NoVisits:
    """Neither visits sites nor fetches pages."""

    def visit(self, plan: Plan) -> Collected:
        """Always refuses."""
        raise TargetRefused(name=plan.address, why="sites are scanned on the command line")

    def fetch(self, address: str) -> bytes:
        """Always refuses."""
        raise TargetRefused(name=address, why="pages are fetched on the command line")


def apps_router(service: AppScans, gate: Gate) -> APIRouter:
    """The routes over one workspace's user-information desk."""
    router = APIRouter(prefix="/v1/apps", tags=["apps"])
    _scans(router, service, gate)
    _questions(router, service, gate)
    return router


def _scans(router: APIRouter, service: AppScans, gate: Gate) -> None:
    turns = asyncio.Semaphore(AT_ONCE)

    @router.post(
        "/scans", openapi_extra=_UPLOAD, response_class=Response, responses=_ONE | TOO_LARGE,
        summary="ファイルを送って調べる / Scan a file that is sent",
    )  # fmt: skip
    async def upload(request: Request) -> Response:
        by = gate.admit(request, Scope.DECIDE, Scope.REQUEST)
        asked = _asked(request)
        async with turns:
            with tempfile.NamedTemporaryFile(prefix="sekisho-scan-") as file:
                size = 0
                async for part in request.stream():
                    size += len(part)
                    if size > MAX_FILE:
                        raise BodyTooLarge(limit=MAX_FILE)
                    await asyncio.to_thread(file.write, part)
                file.flush()
                path = Path(file.name)
                return await _told(lambda: _scanned(service, asked, path, by))

    @router.get(
        "/scans", response_class=Response, responses=_LIST, openapi_extra={"parameters": [_query("service")]},
        summary="調べた結果の一覧（新しい順） / The newest scans",
    )  # fmt: skip
    async def every(request: Request) -> Response:
        gate.admit(request, Scope.READ)
        of = request.query_params.get("service")
        return await _told(lambda: [each.document() for each in service.history(of)])

    @router.get(
        "/scans/{scan_id}", response_class=Response, responses=_ONE | NOT_FOUND,
        summary="調べた結果 / A scan, with what was new in it",
    )  # fmt: skip
    async def find(request: Request, scan_id: str) -> Response:
        gate.admit(request, Scope.READ)
        return await _told(lambda: _found(service, scan_id))


def _questions(router: APIRouter, service: AppScans, gate: Gate) -> None:
    @router.get(
        "/questions", response_class=Response, responses=_LIST, openapi_extra={"parameters": [_query("service")]},
        summary="質問票とその答え / What a scan leaves to people, with a service's answers",
    )  # fmt: skip
    async def questions(request: Request) -> Response:
        gate.admit(request, Scope.READ)
        of = request.query_params.get("service")
        return await _told(lambda: _asked_of(service, of))

    @router.post(
        "/answers", openapi_extra=_ANSWERS, response_class=Response, responses=_ONE | TOO_LARGE,
        summary="質問票に答える（証拠はハッシュ） / Answer questions; papers by their hashes",
    )  # fmt: skip
    async def answer(request: Request) -> Response:
        by = gate.admit(request, Scope.REQUEST)
        written = await json_object(request, limit=MAX_BODY)
        return await _told(lambda: _answered(service, written, by))


def _asked(request: Request) -> Asked:
    given = request.query_params
    name, service = given.get("name", ""), given.get("service", "")
    for key, value in (("name", name), ("service", service)):
        if not 0 < len(value.strip()) <= NAME_MOST or not value.isprintable():
            raise QueryRefused(name=key, expected=f"1 to {NAME_MOST} printable characters")
    if is_address(name):
        raise QueryRefused(name="name", expected="a file's name; sites are scanned on the command line")
    state, origin = given.get("consent_state"), given.get("recorded_from")
    if state is not None and state not in {each.value for each in Consent if each is not Consent.UNKNOWN}:
        raise QueryRefused(name="consent_state", expected="before, accepted, rejected or opted_out")
    if origin is not None and origin not in {each.value for each in Origin}:
        raise QueryRefused(name="recorded_from", expected="android, ios or web")
    return Asked(
        service=service, targets=(name,), own_hosts=tuple(given.getlist("own_host")),
        states={} if state is None else {name: Consent(state)},
        origins={} if origin is None else {name: Origin(origin)},
    )  # fmt: skip


def _scanned(service: AppScans, asked: Asked, path: Path, by: Principal) -> dict[str, Any]:
    outside = _NoVisits()
    material = look(asked.at({asked.targets[0]: path}), collector=outside, pages=outside)
    material = replace(material, past=service.past(asked.service))
    made = scan(material, answers=service.answers(asked.service), on=service.today())
    stored, found = service.keep(made, by=by)
    return {**made.as_document(), "scan": stored.document(), "changes": [each.as_document() for each in found]}


def _found(service: AppScans, scan_id: str) -> dict[str, Any]:
    stored, document = service.find(scan_id)
    return {**document, "scan": stored.document(), "changes": list(service.changed(stored.id))}


def _asked_of(service: AppScans, of: str | None) -> list[dict[str, Any]]:
    given = service.answers(of) if of is not None else None
    found = []
    for each in load_questions().values():
        answer = None if given is None else given.of(each.id, on=service.today())
        found.append({
            "id": each.id, "of": each.scope.value, "ask": {"ja": each.ask.ja, "en": each.ask.en},
            "hint": {"ja": each.hint.ja, "en": each.hint.en}, "choices": list(each.choices),
            "needs_evidence": each.needs_evidence,
            "answer": None if answer is None else {
                "value": answer.value, "who": answer.who, "day": answer.on.isoformat(),
                "evidence": list(answer.evidence), "counts": answer.counts},
        })  # fmt: skip
    return found


def _answered(service: AppScans, written: Mapping[str, Any], by: Principal) -> dict[str, Any]:
    unknown = sorted(set(written) - {"service", "answers"})
    of, rows = written.get("service"), written.get("answers")
    if unknown or not isinstance(of, str) or not isinstance(rows, list) or not rows:
        raise ScanRefused(field=unknown[0][:60] if unknown else "answers", problem="service and a list of answers")

    def only_hashes(name: str) -> str:
        raise ScanRefused(field="evidence", problem=f"SHA-256 in hex, not {name[:60]!r}")

    told = [{**row, "by": by.staff_id, "day": service.today()} if isinstance(row, dict) else row for row in rows]
    given = tuple(answers_in(told, name="answers", hashed=only_hashes))
    service.answer(of, given, by=by)
    return {"service": of, "answers": len(given)}


async def _told(act: Callable[[], Any]) -> Response:
    return Response(orjson.dumps(await asyncio.to_thread(act)), media_type="application/json")
