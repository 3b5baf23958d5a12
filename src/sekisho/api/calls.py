"""``/v1/calls``: decisions for sites without a proxy of their own, lists, appeals, and what connectors have loaded."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, Final

import orjson
from fastapi import APIRouter, Request, Response

from sekisho.access.roles import Scope
from sekisho.api.asked import IDEMPOTENCY_KEY, idempotency_key, json_object
from sekisho.api.errors import QueryRefused
from sekisho.api.problems import NOT_FOUND, TOO_LARGE
from sekisho.api.security import Gate
from sekisho.calls import decommissioning
from sekisho.calls.screening.call import Call, Direction, IsupHints, RoamingProof, Screening, Signature
from sekisho.calls.screening.decision import Decision
from sekisho.calls.screening.lookups import Wish
from sekisho.calls.service import CallService

MAX_BODY: Final = 64 * 1024
"""Bytes: a call or an entry, with room for long headers."""
MOST_NUMBERS: Final = 50
"""Further asserted numbers, diversions: what a message that can be routed holds at most."""

_TEXT = {"type": "string", "maxLength": 300}
_TEXTS = {"type": "array", "items": _TEXT, "maxItems": MOST_NUMBERS}
_HINTS = {
    "international": {"type": "boolean"}, "restricted": {"type": "boolean"},
    "screening": {"enum": [*Screening]},
}  # fmt: skip
_CALL: dict[str, Any] = {
    "at": {"type": "string", "format": "date-time", "description": "省略時は現在 / now by default"},
    "trunk": _TEXT, "direction": {"enum": [*Direction]}, "called": _TEXT, "asserted": _TEXT, "presented": _TEXT,
    "asserted_others": _TEXTS, "privacy": _TEXTS, "diverted_by": _TEXTS, "line": _TEXT,
    "isup": {"type": "object", "properties": _HINTS, "additionalProperties": False},
    "roaming": {"enum": [*RoamingProof]}, "signature": {"enum": [*Signature]},
    "emergency_callback": {"type": "boolean"}, "unreadable": _TEXTS,
}  # fmt: skip
_ENTRY = {
    "number": _TEXT, "prefix": _TEXT, "from": _TEXT, "to": _TEXT, "action": {"enum": [*Wish]},
    "sip_status": {"enum": [603, 607, 608]}, "reason": _TEXT, "source": _TEXT,
    "expires": {"type": "string", "format": "date-time"}, "line": _TEXT, "relist_reason": _TEXT,
}  # fmt: skip
_APPEAL = {"number": _TEXT, "contact": _TEXT, "grounds": _TEXT, "reference": _TEXT}


def _asked(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    schema = {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def _answer(description: str) -> dict[int | str, dict[str, Any]]:
    return {200: {"description": description, "content": {"application/json": {"schema": {"type": "object"}}}}}


def calls_router(service: CallService, gate: Gate) -> APIRouter:
    """The routes over one workspace's calls desk."""
    router = APIRouter(prefix="/v1/calls", tags=["calls"])

    async def told(act: Callable[[], Any]) -> Response:
        return Response(orjson.dumps(await asyncio.to_thread(act)), media_type="application/json")

    @router.post(
        "/decisions",
        openapi_extra=_asked(_CALL, ["trunk", "direction", "called"]),
        response_class=Response,
        responses=_answer("判定 / the decision") | TOO_LARGE,
        summary="呼び出す前の通話を判定する / What becomes of a call before it rings",
    )
    async def decide(request: Request) -> Response:
        principal = gate.admit(request, Scope.DECIDE)
        call = _call(await _only(request, _CALL), service.desk.now())

        def decided() -> dict[str, Any]:
            decision, shadow, bundle = service.decide(call, by=principal)
            return {
                **_decision(decision), "bundle": bundle, "shadow": None if shadow is None else _decision(shadow),
            }  # fmt: skip

        return await told(decided)

    @router.get(
        "/lists",
        response_class=Response,
        responses=_answer("登録と取り込んだリスト / entries and imported lists"),
        summary="事業者のリスト・解放・取り込んだリスト（契約者自身のものを除く） / Lists, but for subscribers' own",
    )
    async def lists(request: Request) -> Response:
        gate.admit(request, Scope.READ)
        return await told(
            lambda: {
                "entries": [one.document() for one in service.entries.page()],
                "imported": [one.document() for one in service.imports.every()],
            }
        )

    @router.post(
        "/lists/entries",
        openapi_extra=_asked(_ENTRY, ["action", "reason"]),
        response_class=Response,
        responses=_answer("登録 / the entry") | TOO_LARGE,
        summary="登録する（line があれば契約者自身のリスト） / Enter one; with a line, on its subscriber's own list",
    )
    async def add(request: Request) -> Response:
        principal = gate.admit(request, Scope.REQUEST, Scope.DECIDE)
        fields = await _only(request, _ENTRY)
        return await told(lambda: service.entries.add(fields, by=principal).document())

    @router.post(
        "/lists/entries/{entry_id}/remove",
        openapi_extra=_asked({"reason": _TEXT}, ["reason"]),
        response_class=Response,
        responses=_answer("登録 / the entry") | NOT_FOUND | TOO_LARGE,
        summary="登録を外す / Take an entry out",
    )
    async def remove(request: Request, entry_id: str) -> Response:
        principal = gate.admit(request, Scope.REQUEST, Scope.DECIDE)
        reason = str((await _only(request, {"reason": _TEXT})).get("reason", ""))
        return await told(lambda: service.entries.remove(entry_id, reason, by=principal).document())

    @router.post(
        "/lists/free",
        openapi_extra=_asked({"number": _TEXT, "reason": _TEXT}, ["number", "reason"]),
        response_class=Response,
        responses=_answer("どこにあったか、未更新の接続先 / where it stood, who is behind") | TOO_LARGE,
        summary="誤って載った番号をすべてのリストから解放し、発行する / Free a number everywhere, and publish",
    )
    async def free(request: Request) -> Response:
        principal = gate.admit(request, Scope.REQUEST)
        asked = await _only(request, {"number", "reason"})
        number, reason = str(asked.get("number", "")), str(asked.get("reason", ""))
        return await told(lambda: service.free(number, reason, by=principal))

    @router.post(
        "/appeals",
        openapi_extra={**_asked(_APPEAL, ["number", "contact", "grounds"]), "parameters": IDEMPOTENCY_KEY},
        response_class=Response,
        responses=_answer("申立て / the appeal") | TOO_LARGE,
        summary="誤登録の申立てを受け付ける / Enter an appeal against being listed",
    )
    async def appeal(request: Request) -> Response:
        principal, key = gate.admit(request, Scope.DECIDE), idempotency_key(request)
        fields = await _only(request, _APPEAL)
        return await told(
            lambda: service.appeals.receive(fields, by=principal, idempotency_key=key).document()
        )

    @router.get(
        "/bundles",
        response_class=Response,
        responses=_answer("いまの判定データと接続先 / the current bundle, and who has it"),
        summary="いまの判定データと、接続先が使っているもの / The current bundle, and which connectors have it",
    )
    async def state(request: Request) -> Response:
        gate.admit(request, Scope.READ)
        return await told(service.publishing.state)

    @router.get(
        "/connectors",
        response_class=Response,
        responses=_answer("接続先の一覧 / every connector"),
        summary="接続先ごとの判定データと根拠の届き方 / Each connector's bundle, and its evidence of the last 30 days",
    )
    async def connectors(request: Request) -> Response:
        gate.admit(request, Scope.READ)
        return await told(lambda: {"connectors": service.publishing.connectors()})

    @router.post(
        "/connectors/{name}",
        openapi_extra=_asked({"bundle": _TEXT, "problem": _TEXT}, []),
        response_class=Response,
        responses=_answer("いまの判定データと接続先 / the current bundle, and who has it") | TOO_LARGE,
        summary="接続先が読み込んだ判定データを知らせる / A connector says which bundle it has loaded",
    )
    async def loaded(request: Request, name: str) -> Response:
        gate.admit(request, Scope.DECIDE)
        said = await _only(request, {"bundle", "problem"})

        def reported() -> dict[str, Any]:
            bundle = said.get("bundle")
            service.publishing.report(
                name, folder=None if bundle is None else str(bundle), problem=said.get("problem")
            )
            return service.publishing.state()

        return await told(reported)

    @router.post(
        "/connectors/{name}/remove",
        openapi_extra=_asked({"reason": _TEXT, "lost": {"type": "integer", "minimum": 0}}, ["reason", "lost"]),
        response_class=Response,
        responses=_answer("外した接続先 / the connector, off the list") | NOT_FOUND | TOO_LARGE,
        summary="使わなくなった接続先を外す / Take a connector that is no longer in use off the list",
    )
    async def decommission(request: Request, name: str) -> Response:
        by = gate.admit(request, Scope.REQUEST)
        said = await _only(request, {"reason", "lost"})
        reason, lost = said.get("reason"), said.get("lost")
        if not isinstance(reason, str) or not isinstance(lost, int) or isinstance(lost, bool):
            raise QueryRefused(name="lost", expected="reason: text; lost: how many records, 0 where the spool is empty")
        return await told(
            lambda: decommissioning.remove(service.desk, name, reason, left=None, lost=lost, by=by).document()
        )

    return router


async def _only(request: Request, known: dict[str, Any] | set[str]) -> dict[str, Any]:
    written = await json_object(request, limit=MAX_BODY)
    unknown = set(written) - set(known)
    if unknown:
        raise QueryRefused(name=min(unknown)[:60], expected="no such field")
    return written


def _call(written: dict[str, Any], now: datetime) -> Call:
    """A call from its JSON. Numbers are taken as they are: what can't be read is judged, not refused."""
    try:
        at = _moment(written, now)
        isup = written.get("isup", {})
        hints = IsupHints(
            international=_flag(isup, "international"), restricted=_flag(isup, "restricted"),
            screening=Screening(isup["screening"]) if "screening" in isup else None,
        )  # fmt: skip
        return Call(
            at=at.astimezone(UTC), trunk=_text(written, "trunk") or "", called=_text(written, "called") or "",
            direction=Direction(written["direction"]), asserted=_text(written, "asserted"),
            presented=_text(written, "presented"), asserted_others=_texts(written, "asserted_others"),
            privacy=frozenset(_texts(written, "privacy")), diverted_by=_texts(written, "diverted_by"), isup=hints,
            roaming=RoamingProof(written.get("roaming", RoamingProof.NOT_CHECKED)),
            signature=Signature(written.get("signature", Signature.NOT_CHECKED)), line=_text(written, "line"),
            emergency_callback=_flag(written, "emergency_callback") or False,
            unreadable=frozenset(_texts(written, "unreadable")),
        )  # fmt: skip
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
        raise QueryRefused(name="call", expected="a call as the description of the interface has it") from None


def _moment(written: dict[str, Any], now: datetime) -> datetime:
    found = datetime.fromisoformat(written["at"]) if "at" in written else now
    if found.tzinfo is None:
        raise ValueError("at")
    return found


def _text(written: dict[str, Any], name: str) -> str | None:
    found = written.get(name)
    if found is not None and (not isinstance(found, str) or len(found) > 300):
        raise ValueError(name)
    return found


def _texts(written: dict[str, Any], name: str) -> tuple[str, ...]:
    found = written.get(name, [])
    if not isinstance(found, list) or len(found) > MOST_NUMBERS:
        raise ValueError(name)
    if not all(isinstance(one, str) and len(one) <= 300 for one in found):
        raise ValueError(name)
    return tuple(found)


def _flag(written: dict[str, Any], name: str) -> bool | None:
    found = written.get(name)
    if found is not None and not isinstance(found, bool):
        raise ValueError(name)
    return found


def _decision(decision: Decision) -> dict[str, Any]:
    return asdict(decision)
