"""``/v1/calls``: agreements and defaults by two people, lines with their consents, imported lists, rule sets, bundles.

Numbers and lines stand in bodies, never in addresses: servers and relays write addresses down.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import io
from collections.abc import Callable
from datetime import date
from typing import Any, Final

import orjson
from fastapi import APIRouter, Request, Response

from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.api.asked import IDEMPOTENCY_KEY, idempotency_key, json_object
from sekisho.api.errors import QueryRefused
from sekisho.api.problems import NOT_FOUND, TOO_LARGE
from sekisho.api.security import Gate
from sekisho.calls.service import CallService

MAX_BODY: Final = 4 * 1024 * 1024
"""Bytes: a thousand agreements, or a rule set."""
MAX_LIST: Final = 48 * 1024 * 1024
"""Bytes of an imported list with its manifest, in Base64. Longer ones are taken in by command."""

_TEXT: Final = {"type": "string", "maxLength": 2000}
_OBJECT: Final = {"type": "object"}
_ANSWER: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "いまの状態 / as it is now", "content": {"application/json": {"schema": {"type": "object"}}}}
}


def _asked(required: list[str], **properties: Any) -> dict[str, Any]:
    schema = {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def _keyed(asked: dict[str, Any]) -> dict[str, Any]:
    return {**asked, "parameters": IDEMPOTENCY_KEY}


_AGREEMENTS: Final = _asked(["agreements"], agreements={"type": "array", "minItems": 1, "items": _OBJECT})
_DEFAULT: Final = _asked(["settings", "basis", "document"], settings=_OBJECT, basis=_TEXT, document=_TEXT)
_LINE: Final = _asked(["line", "settings", "consent"], line=_TEXT, settings=_OBJECT, consent=_OBJECT)
_ONE_LINE: Final = _asked(["line"], line=_TEXT)
_END: Final = _asked(["on"], on={"type": "string", "format": "date"})
_LIST: Final = _asked(["manifest", "content"], manifest=_OBJECT, content={"type": "string", "format": "byte"})
_RULES: Final = _asked(["rules"], rules={"type": "string"}, shadow={"type": "boolean"})
_NOTE: Final = _asked(["note"], note=_TEXT)


async def _told(act: Callable[[], Any]) -> Response:
    return Response(orjson.dumps(await asyncio.to_thread(act)), media_type="application/json")


async def _body(request: Request, *names: str, limit: int = MAX_BODY) -> dict[str, Any]:
    written = await json_object(request, limit=limit)
    unknown = set(written) - set(names)
    if unknown:
        raise QueryRefused(name=min(unknown)[:60], expected="no such field")
    return written


def call_registers_router(service: CallService, gate: Gate) -> APIRouter:
    """The routes over one workspace's registers of calls."""
    router = APIRouter(prefix="/v1/calls", tags=["calls"])
    _accords(router, service, gate)
    _lines(router, service, gate)
    _lists(router, service, gate)
    _bundles(router, service, gate)
    return router


def _accords(router: APIRouter, service: CallService, gate: Gate) -> None:
    accords = service.accords

    @router.get("/agreements", response_class=Response, responses=_ANSWER, summary="合意と申請 / Agreements, proposals")
    async def every(request: Request) -> Response:
        gate.admit(request, Scope.READ)
        return await _told(
            lambda: {
                "agreements": accords.documents(),
                "proposals": [one.document() for one in accords.every()],
            }
        )

    @router.post(
        "/agreements", openapi_extra=_keyed(_AGREEMENTS), response_class=Response, responses=_ANSWER | TOO_LARGE,
        summary="合意を申請する / Propose agreements",
    )  # fmt: skip
    async def propose(request: Request) -> Response:
        by, key = gate.admit(request, Scope.REQUEST), idempotency_key(request)
        documents = (await _body(request, "agreements")).get("agreements")
        if not isinstance(documents, list):
            raise QueryRefused(name="agreements", expected="a list")
        return await _told(lambda: accords.propose_agreements(documents, by=by, idempotency_key=key).document())

    @router.post(
        "/agreements/{agreement_id}/end", openapi_extra=_END, response_class=Response,
        responses=_ANSWER | NOT_FOUND, summary="合意の終わりを申請する / Propose the end of an agreement",
    )  # fmt: skip
    async def end(request: Request, agreement_id: str) -> Response:
        by = gate.admit(request, Scope.REQUEST)
        try:
            on = date.fromisoformat(str((await _body(request, "on")).get("on")))
        except ValueError:
            raise QueryRefused(name="on", expected="a day such as 2026-12-01") from None

        return await _told(lambda: accords.propose_end(agreement_id, on, by=by).document())

    @router.post(
        "/defaults", openapi_extra=_keyed(_DEFAULT), response_class=Response, responses=_ANSWER | TOO_LARGE,
        summary="希望のない回線の既定を申請する / Propose what holds for lines without a wish",
    )  # fmt: skip
    async def propose_default(request: Request) -> Response:
        by, key = gate.admit(request, Scope.REQUEST), idempotency_key(request)
        said = await _body(request, "settings", "basis", "document")
        return await _told(
            lambda: accords.propose_default(
                said.get("settings", {}), basis=said.get("basis", ""), document=said.get("document", ""), by=by,
                idempotency_key=key,
            ).document()
        )  # fmt: skip

    for name, scope, act, summary in (
        ("approve", Scope.APPROVE, accords.approve, "申請を承認する（申請者でない人） / Approve; not who asked"),
        ("make", Scope.REQUEST, accords.make, "承認された申請を有効にする / Put an approved one in force"),
        ("withdraw", Scope.REQUEST, accords.withdraw, "申請を取り下げる / Withdraw a proposal"),
    ):
        _step(router, gate, name, scope, act, summary)


def _step(router: APIRouter, gate: Gate, name: str, scope: Scope, act: Callable[..., Any], summary: str) -> None:
    @router.post(
        f"/proposals/{{proposal_id}}/{name}", name=f"{name}_call_proposal", response_class=Response,
        responses=_ANSWER | NOT_FOUND, summary=summary,
    )  # fmt: skip
    async def step(request: Request, proposal_id: str) -> Response:
        by: Principal = gate.admit(request, scope)
        return await _told(lambda: act(proposal_id, by=by).document())


def _lines(router: APIRouter, service: CallService, gate: Gate) -> None:
    @router.post(
        "/lines", openapi_extra=_keyed(_LINE), response_class=Response, responses=_ANSWER | TOO_LARGE,
        summary="回線の希望を、その同意とともに登録する / Enter what a line asks for, with its consent",
    )  # fmt: skip
    async def enter(request: Request) -> Response:
        by, key = gate.admit(request, Scope.DECIDE), idempotency_key(request)
        said = await _body(request, "line", "settings", "consent")
        return await _told(
            lambda: service.lines.set(
                said.get("line", ""), said.get("settings", {}), said.get("consent", {}), by=by, idempotency_key=key
            ).document()
        )

    @router.post(
        "/lines/find", openapi_extra=_ONE_LINE, response_class=Response, responses=_ANSWER | NOT_FOUND,
        summary="回線の希望と自身のリスト / What a line asked for, and its own list",
    )  # fmt: skip
    async def find(request: Request) -> Response:
        by = gate.admit(request, Scope.DECIDE)
        line = _text(await _body(request, "line"), "line")
        return await _told(
            lambda: {
                **service.lines.find(line, by=by).document(),
                "list": [one.document() for one in service.entries.of_line(line, by=by)],
            }
        )

    @router.post(
        "/lines/end", openapi_extra=_ONE_LINE, response_class=Response, responses=_ANSWER | NOT_FOUND,
        summary="同意の撤回 / A line's consent is withdrawn",
    )  # fmt: skip
    async def end(request: Request) -> Response:
        by = gate.admit(request, Scope.DECIDE)
        line = _text(await _body(request, "line"), "line")

        def ended() -> dict[str, Any]:
            service.lines.end(line, by=by)
            return {"ended": True}

        return await _told(ended)


def _lists(router: APIRouter, service: CallService, gate: Gate) -> None:
    @router.post(
        "/lists/imports", openapi_extra=_LIST, response_class=Response, responses=_ANSWER | TOO_LARGE,
        summary="署名されたリストを取り込む / Take in a signed list, whole or not at all",
    )  # fmt: skip
    async def take_in(request: Request) -> Response:
        by = gate.admit(request, Scope.REQUEST)
        said = await _body(request, "manifest", "content", limit=MAX_LIST)
        try:
            content = base64.b64decode(_text(said, "content"), validate=True)
        except binascii.Error:
            raise QueryRefused(name="content", expected="Base64") from None
        manifest = orjson.dumps(said.get("manifest"))
        return await _told(lambda: service.imports.take_in(manifest, io.BytesIO(content), by=by).document())

    @router.get("/appeals", response_class=Response, responses=_ANSWER, summary="回答を待つ申立て / Open appeals")
    async def appeals(request: Request) -> Response:
        by = gate.admit(request, Scope.DECIDE, Scope.REQUEST)
        return await _told(lambda: {"appeals": [one.document() for one in service.appeals.every_open(by=by)]})

    @router.post(
        "/appeals/{appeal_id}/uphold", openapi_extra=_NOTE, response_class=Response, responses=_ANSWER | NOT_FOUND,
        summary="申立てを認め、番号を解放して発行する / Grant an appeal: the number is freed, and published",
    )  # fmt: skip
    async def uphold(request: Request, appeal_id: str) -> Response:
        by = gate.admit(request, Scope.REQUEST)
        note = _text(await _body(request, "note"), "note")
        return await _told(lambda: service.uphold(appeal_id, note, by=by))

    @router.post(
        "/appeals/{appeal_id}/reject", openapi_extra=_NOTE, response_class=Response, responses=_ANSWER | NOT_FOUND,
        summary="申立てを認めない / Refuse an appeal",
    )  # fmt: skip
    async def reject(request: Request, appeal_id: str) -> Response:
        by = gate.admit(request, Scope.REQUEST)
        note = _text(await _body(request, "note"), "note")
        return await _told(lambda: service.appeals.reject(appeal_id, note, by=by).document())


def _bundles(router: APIRouter, service: CallService, gate: Gate) -> None:
    publishing = service.publishing

    def published(by: Principal) -> dict[str, Any]:
        publishing.publish(by=by)
        return publishing.state()

    @router.post("/bundles", response_class=Response, responses=_ANSWER, summary="判定データを発行する / Publish")
    async def publish(request: Request) -> Response:
        by = gate.admit(request, Scope.REQUEST)
        return await _told(lambda: published(by))

    @router.post(
        "/bundles/{number}/roll-back", response_class=Response, responses=_ANSWER | NOT_FOUND,
        summary="以前の規則と合意に戻す / Go back to a former bundle's rules and agreements",
    )  # fmt: skip
    async def roll_back(request: Request, number: int) -> Response:
        by = gate.admit(request, Scope.REQUEST)

        def rolled() -> dict[str, Any]:
            publishing.roll_back(number, by=by)
            return publishing.state()

        return await _told(rolled)

    @router.post(
        "/rule-sets", openapi_extra=_RULES, response_class=Response, responses=_ANSWER | TOO_LARGE,
        summary="自社の規則を申請する。試行はすぐ発行する / Propose a rule set; one on trial is published",
    )  # fmt: skip
    async def load(request: Request) -> Response:
        by = gate.admit(request, Scope.REQUEST)
        said = await _body(request, "rules", "shadow")
        shadow = said.get("shadow", False)
        if not isinstance(shadow, bool):
            raise QueryRefused(name="shadow", expected="true or false")

        def loaded() -> dict[str, Any]:
            rules = _text(said, "rules").encode()
            if not shadow:
                return publishing.propose_rules(rules, by=by).document()
            return {"sha256": publishing.try_rules(rules, by=by), "shadow": True, **published(by)}

        return await _told(loaded)

    @router.post(
        "/rule-sets/end-shadow", response_class=Response, responses=_ANSWER,
        summary="規則の試行を終え、発行する / End the trial of a rule set, and publish",
    )  # fmt: skip
    async def end_shadow(request: Request) -> Response:
        by = gate.admit(request, Scope.REQUEST)

        def ended() -> dict[str, Any]:
            publishing.end_shadow(by=by)
            return published(by)

        return await _told(ended)


def _text(said: dict[str, Any], name: str) -> str:
    found = said.get(name)
    if not isinstance(found, str):
        raise QueryRefused(name=name, expected="text")
    return found
