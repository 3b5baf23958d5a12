"""``/v1/logs/holds``: keep what somebody lawfully asks to be kept. Each step as on the command line."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date
from typing import Any, Final

import orjson
from fastapi import APIRouter, Request, Response

from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.api.asked import IDEMPOTENCY_KEY, idempotency_key, json_object
from sekisho.api.problems import NOT_FOUND, TOO_LARGE
from sekisho.api.security import Gate
from sekisho.logs.holds.errors import HoldRefused
from sekisho.logs.holds.letters import Letter
from sekisho.logs.holds.rows import HoldEntry, HoldState
from sekisho.logs.holds.rules import HoldType, Rank, ReleaseReason
from sekisho.logs.holds.scope import HOLDABLE
from sekisho.logs.holds.service import MAY_READ, Holds
from sekisho.logs.holds.terms import read_terms

MAX_BODY: Final = 4 * 1024 * 1024
"""Bytes: ten thousand addresses with room to spare."""

_TEXT = {"type": "string", "minLength": 1, "maxLength": 1000}
_TEXTS = {"type": "array", "items": _TEXT}
_DATE = {"type": "string", "format": "date"}
_MOMENT = {"type": "string", "format": "date-time"}
_AUTHORITY = {
    "name": _TEXT,
    "officer": {"type": "string"},
    "rank": {"enum": [one.value for one in Rank]},
    "document": {"type": "string"},
    "document_date": _DATE,
    "law": {"type": "string"},
    "contact": {"type": "string"},
    "checked": {"type": "string"},
    "reason": {"type": "string"},
}
_SCOPE = {
    "kinds": {"type": "array", "minItems": 1, "items": {"enum": [one.value for one in HOLDABLE]}},
    "begin": _MOMENT,
    "end": _MOMENT,
    "addresses": {**_TEXTS, "description": "ADDRESS, ADDRESS:PORT, ADDRESS:PORT-PORT"},
    "inside": _TEXTS,
    "subjects": _TEXTS,
    "references": _TEXTS,
    "follow": {"type": "boolean"},
}


def _object_of(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _asked(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    schema = _object_of(properties, required)
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


_HOLD = {
    "type": {"enum": [one.value for one in HoldType]},
    "authority": _object_of(_AUTHORITY, ["name"]),
    "scope": _object_of(_SCOPE, ["kinds", "begin", "end"]),
    "received": _DATE,
    "until": _DATE,
    "silent": {"type": "boolean"},
    "knows": _TEXTS,
}
_ADD = {**_asked(_HOLD, ["type", "authority", "scope", "received"]), "parameters": IDEMPOTENCY_KEY}
_EXTENSION = {"until": _DATE, "document": _TEXT, "document_date": _DATE, "checked": _TEXT, "why": _TEXT}
_EXTEND = _asked(_EXTENSION, ["until", "document_date", "why"])
_REVIEW = _asked({"note": _TEXT}, ["note"])
_LETTING_GO = {
    "reason": {"enum": [one.value for one in ReleaseReason]},
    "document": _TEXT,
    "decided_on": _DATE,
    "ended_on": _DATE,
}
_RELEASE = _asked(_LETTING_GO, ["reason"])


def _object(description: str) -> dict[int | str, dict[str, Any]]:
    return {200: {"description": description, "content": {"application/json": {"schema": {"type": "object"}}}}}


_ONE = _object("保全 / the hold")


def log_holds_router(holds: Holds, gate: Gate) -> APIRouter:
    """The routes over one workspace's holds. A silent one isn't there for who mustn't know of it."""
    router = APIRouter(prefix="/v1/logs/holds", tags=["logs"])

    async def told(act: Callable[[], HoldEntry], by: Principal) -> Response:
        """What came of it; of a hold that keeps something, with the letter that says until when."""

        def done() -> dict[str, Any]:
            entry = act()
            said = entry.document()
            if entry.state is HoldState.ACTIVE:
                said["letter"] = _letter(holds.letter(entry.id, by=by))
            return said

        return _json(await asyncio.to_thread(done))

    @router.get(
        "",
        response_class=Response,
        responses=_object("知ってよい保全 / the holds that one may know of"),
        summary="保全の一覧（知ってよいものだけ） / Holds that one may know of",
    )
    def every(request: Request) -> Response:
        principal = gate.admit(request, *MAY_READ)
        return _json({"holds": [one.document() for one in holds.every(by=principal)]})

    @router.post(
        "",
        openapi_extra=_ADD,
        response_class=Response,
        responses=_ONE | TOO_LARGE,
        summary="保全する。承認が要るものは申請になる / Hold records, or ask for it where it needs approval",
    )
    async def add(request: Request) -> Response:
        principal = gate.admit(request, Scope.LOG_SEARCH)
        key = idempotency_key(request)
        terms = read_terms(await json_object(request, limit=MAX_BODY))
        return await told(lambda: holds.add(terms, by=principal, idempotency_key=key), principal)

    @router.get(
        "/{hold_id}", response_class=Response, responses=_ONE | NOT_FOUND, summary="保全を読む / Read a hold"
    )
    async def find(request: Request, hold_id: str) -> Response:
        principal = gate.admit(request, *MAY_READ)
        return await told(lambda: holds.find(hold_id, by=principal), principal)

    @router.post(
        "/{hold_id}/approve",
        response_class=Response,
        responses=_ONE | NOT_FOUND,
        summary="申請された保全を承認する（申請者でない人） / Approve one; not who asked",
    )
    async def approve(request: Request, hold_id: str) -> Response:
        principal = gate.admit(request, Scope.APPROVE)
        return await told(lambda: holds.approve(hold_id, by=principal), principal)

    @router.post(
        "/{hold_id}/make",
        response_class=Response,
        responses=_ONE | NOT_FOUND,
        summary="承認された保全を行う / Carry out an approved hold",
    )
    async def make(request: Request, hold_id: str) -> Response:
        principal = gate.admit(request, Scope.LOG_SEARCH)
        return await told(lambda: holds.make(hold_id, by=principal), principal)

    @router.post(
        "/{hold_id}/withdraw",
        response_class=Response,
        responses=_ONE | NOT_FOUND,
        summary="承認前の保全を取り下げる / Withdraw one that wasn't approved yet",
    )
    async def withdraw(request: Request, hold_id: str) -> Response:
        principal = gate.admit(request, Scope.LOG_SEARCH)
        return await told(lambda: holds.withdraw(hold_id, by=principal), principal)

    @router.post(
        "/{hold_id}/extend",
        openapi_extra=_EXTEND,
        response_class=Response,
        responses=_ONE | NOT_FOUND | TOO_LARGE,
        summary="延長する（保全要請は30日以内、通算60日まで） / Extend; a preservation request by 30 days, 60 in total",
    )
    async def extend(request: Request, hold_id: str) -> Response:
        principal = gate.admit(request, Scope.LOG_SEARCH)
        written = await _only(request, _EXTENSION)
        until, on = _day(written, "until"), _day(written, "document_date")
        if until is None or on is None:
            raise HoldRefused(field="until", problem="until and document_date: dates such as 2026-11-23")
        texts = {name: _text(written, name) for name in ("document", "checked", "why")}
        return await told(
            lambda: holds.extend(hold_id, until, document_date=on, by=principal, **texts), principal
        )

    @router.post(
        "/{hold_id}/review",
        openapi_extra=_REVIEW,
        response_class=Response,
        responses=_ONE | NOT_FOUND | TOO_LARGE,
        summary="期限のない保全を、まだ要ると確かめる / Say that one without a last day is still needed",
    )
    async def review(request: Request, hold_id: str) -> Response:
        principal = gate.admit(request, Scope.LOG_SEARCH)
        note = _text(await _only(request, {"note"}), "note")
        return await told(lambda: holds.review(hold_id, note=note, by=principal), principal)

    @router.post(
        "/{hold_id}/release",
        openapi_extra=_RELEASE,
        response_class=Response,
        responses=_ONE | NOT_FOUND | TOO_LARGE,
        summary="解除する。写しは次の `sekisho due` で消去 / Release; the next `sekisho due` destroys the copies",
    )
    async def release(request: Request, hold_id: str) -> Response:
        principal = gate.admit(request, Scope.LOG_SEARCH)
        written = await _only(request, _LETTING_GO)
        reason = _reason(written)
        days = {name: _day(written, name) for name in ("decided_on", "ended_on")}
        document = _text(written, "document")
        return await told(
            lambda: holds.release(hold_id, reason, document=document, by=principal, **days), principal
        )

    return router


async def _only(request: Request, known: dict[str, Any] | set[str]) -> dict[str, Any]:
    written = await json_object(request, limit=MAX_BODY)
    unknown = set(written) - set(known)
    if unknown:
        raise HoldRefused(field=min(unknown)[:60], problem="no such field")
    return written


def _text(written: dict[str, Any], name: str) -> str:
    found = written.get(name, "")
    if not isinstance(found, str) or len(found) > 1000:
        raise HoldRefused(field=name, problem="text of at most 1,000 characters")
    return found


def _day(written: dict[str, Any], name: str) -> date | None:
    if name not in written:
        return None
    try:
        return date.fromisoformat(written[name])
    except (TypeError, ValueError):
        raise HoldRefused(field=name, problem="a date such as 2026-11-23") from None


def _reason(written: dict[str, Any]) -> ReleaseReason:
    try:
        return ReleaseReason(str(written.get("reason")))
    except ValueError:
        raise HoldRefused(field="reason", problem=", ".join(one.value for one in ReleaseReason)) from None


def _letter(found: Letter) -> dict[str, Any]:
    return {**found.document_json(), "text": {"ja": found.text("ja"), "en": found.text("en")}}


def _json(document: Any) -> Response:
    return Response(orjson.dumps(document), media_type="application/json")
