"""``/v1/stops``: numbers stopped under the scheme, and who is refused new ones. Each step as on the command line.

Who approves, and who decides an objection, shows a token of their own: nothing here is done by one person alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final

import orjson
from fastapi import APIRouter, Request, Response

from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.api.asked import json_object
from sekisho.api.problems import NOT_FOUND, TOO_LARGE
from sekisho.api.security import Gate
from sekisho.crossings.deliver import deliver_now
from sekisho.stops.cores import StatedCore
from sekisho.stops.errors import RequestRefused
from sekisho.stops.proposals import Proposal
from sekisho.stops.reading import MOST_NUMBERS, as_text, only
from sekisho.stops.service import StopService

MAX_BODY: Final = 2 * 1024 * 1024
"""Bytes: ten thousand numbers with their contractors and days."""

_TEXT: Final = {"type": "string", "minLength": 1}
_DAY: Final = {"type": "string", "description": "2026-11-23, 令和8年11月23日"}
_MOMENT: Final = {"type": "string", "format": "date-time"}
_NUMBER: Final = {
    "type": "object", "properties": {"number": _TEXT, "crime_on": _DAY}, "required": ["number", "crime_on"],
}  # fmt: skip
_ONE: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "いまの状態 / as it is now", "content": {"application/json": {"schema": {"type": "object"}}}}
}
_LIST: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "一覧 / all of them", "content": {"application/json": {"schema": {"type": "array"}}}}
}
ACTS: Final = ("stop", "resume", "deny", "lift", "stock", "wholesale")
"""What can be proposed."""


def _asked(required: list[str], **properties: Any) -> dict[str, Any]:
    schema = {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


_REQUEST: Final = _asked(
    ["force", "document_number", "dated", "basis", "contact", "numbers"], force=_TEXT, document_number=_TEXT,
    dated=_DAY, basis=_TEXT, contact=_TEXT, received_at=_MOMENT,
    numbers={"type": "array", "minItems": 1, "maxItems": MOST_NUMBERS, "items": _NUMBER},
)  # fmt: skip
_NOTICE: Final = _asked(
    ["document_number", "dated", "contractor", "kinds", "called_back"], document_number=_TEXT, dated=_DAY,
    received_at=_MOMENT, contractor=_TEXT, called_back=_TEXT, stock={"type": "boolean"},
    kinds={"type": "array", "minItems": 1, "items": {"enum": ["fixed_number", "ip_phone_number"]}},
    period_days={"type": "integer", "minimum": 1},
)  # fmt: skip
_PROPOSE: Final = _asked(
    ["act", "about"], act={"enum": list(ACTS)}, about={"type": "array", "minItems": 1, "items": _TEXT}, why=_TEXT
)
_CALL_BACK: Final = _asked(["published_number", "confirmed_by"], published_number=_TEXT, confirmed_by=_TEXT)
_REFERENCE: Final = _asked(["reference"], reference=_TEXT)
_OBJECTION: Final = _asked(
    ["about", "contact", "grounds"], about=_TEXT, contact=_TEXT, grounds=_TEXT, received_at=_MOMENT
)
_DECISION: Final = _asked(["outcome", "note"], outcome={"enum": ["upheld", "rejected"]}, note=_TEXT)


def stops_router(service: StopService, gate: Gate) -> APIRouter:
    """The routes over one workspace's stops desk."""
    router = APIRouter(prefix="/v1/stops", tags=["stops"])
    _requests(router, service, gate)
    _proposals(router, service, gate)
    _denials(router, service, gate)
    return router


def _requests(router: APIRouter, service: StopService, gate: Gate) -> None:
    body = _ONE | TOO_LARGE

    @router.post(
        "/requests", openapi_extra=_REQUEST, response_class=Response, responses=body,
        summary="警察の要請を登録し、番号ごとに答える / Enter a police force's request",
    )  # fmt: skip
    async def receive(request: Request) -> Response:
        by = gate.admit(request, Scope.REQUEST)
        written = await json_object(request, limit=MAX_BODY)
        return await _told(lambda: service.requests.receive(written, by=by).document())

    @router.get(
        "/requests", response_class=Response, responses=_LIST, summary="要請の一覧（新しい順） / The newest requests"
    )
    async def every(request: Request) -> Response:
        gate.admit(request, Scope.READ)
        return await _told(lambda: [one.document() for one in service.requests.page()])

    @router.get(
        "/requests/{request_id}", response_class=Response, responses=_ONE | NOT_FOUND,
        summary="要請と、番号ごとの答え / A request, and the answer to each number",
    )  # fmt: skip
    async def find(request: Request, request_id: str) -> Response:
        gate.admit(request, Scope.READ)
        return await _told(lambda: service.requests.find(request_id).document())

    @router.post(
        "/requests/{request_id}/call-back", openapi_extra=_CALL_BACK, response_class=Response,
        responses=body | NOT_FOUND, summary="折り返して確かめたことを記録する / Record the call-back",
    )  # fmt: skip
    async def call_back(request: Request, request_id: str) -> Response:
        by = gate.admit(request, Scope.REQUEST)
        written = await json_object(request, limit=MAX_BODY)
        only(written, {"published_number", "confirmed_by"})
        said = {name: as_text(written.get(name), name) for name in ("published_number", "confirmed_by")}
        return await _told(lambda: service.requests.call_back(request_id, **said, by=by).document())

    @router.post(
        "/requests/{request_id}/contractor-report", response_class=Response, responses=_ONE | NOT_FOUND,
        summary="停止した番号の契約者を警察庁に報告する / Report the contractors of stopped numbers",
    )  # fmt: skip
    async def report(request: Request, request_id: str) -> Response:
        by = gate.admit(request, Scope.REQUEST)
        return await _told(lambda: service.reports.make(request_id, by=by))

    @router.get(
        "/figures/{month}", response_class=Response, responses=_ONE,
        summary="月ごとの件数と注意喚起文 / A month's figures, and the warning they give",
    )  # fmt: skip
    async def figures(request: Request, month: str) -> Response:
        gate.admit(request, Scope.READ)
        return await _told(lambda: service.figures(month))


def _proposals(router: APIRouter, service: StopService, gate: Gate) -> None:
    @router.post(
        "/proposals", openapi_extra=_PROPOSE, response_class=Response, responses=_ONE | TOO_LARGE | NOT_FOUND,
        summary="停止・解除・拒否・在庫停止・卸の承認を求める / Ask for approval of an act",
    )  # fmt: skip
    async def propose(request: Request) -> Response:
        by = gate.admit(request, Scope.REQUEST)
        written = await json_object(request, limit=MAX_BODY)
        return await _told(lambda: _propose(service, written, by))

    @router.get(
        "/proposals/{proposal_id}", response_class=Response, responses=_ONE | NOT_FOUND,
        summary="承認の求め / A proposal",
    )  # fmt: skip
    async def find(request: Request, proposal_id: str) -> Response:
        gate.admit(request, Scope.READ)
        return await _told(lambda: service.proposals.find(proposal_id).document())

    @router.post(
        "/proposals/{proposal_id}/approve", response_class=Response, responses=_ONE | NOT_FOUND,
        summary="承認する（求めた人でない人） / Approve; not who asked",
    )  # fmt: skip
    async def approve(request: Request, proposal_id: str) -> Response:
        by = gate.admit(request, Scope.APPROVE)
        return await _told(lambda: service.proposals.approve(proposal_id, by=by).document())

    @router.post(
        "/proposals/{proposal_id}/order", response_class=Response, responses=_ONE | NOT_FOUND,
        summary="承認されたことを行う / Do what was approved",
    )  # fmt: skip
    async def order(request: Request, proposal_id: str) -> Response:
        by = gate.admit(request, Scope.REQUEST)
        return await _told(lambda: _taken(service, service.order(proposal_id, by=by), by))

    @router.post(
        "/proposals/{proposal_id}/withdraw", response_class=Response, responses=_ONE | NOT_FOUND,
        summary="承認の求めを取り下げる / Withdraw a proposal",
    )  # fmt: skip
    async def withdraw(request: Request, proposal_id: str) -> Response:
        by = gate.admit(request, Scope.REQUEST)
        return await _told(lambda: service.stopping.withdraw(proposal_id, by=by).document())

    @router.post(
        "/proposals/{proposal_id}/confirm", openapi_extra=_REFERENCE, response_class=Response,
        responses=_ONE | TOO_LARGE | NOT_FOUND,
        summary="呼処理設備の確認を記録する / Record the call core's confirmation",
    )  # fmt: skip
    async def confirm(request: Request, proposal_id: str) -> Response:
        by = gate.admit(request, Scope.REQUEST)
        written = await json_object(request, limit=MAX_BODY)
        only(written, {"reference"})
        core = StatedCore(as_text(written.get("reference"), "reference", most=200))
        return await _told(lambda: _taken(service, service.stopping.carry_out(proposal_id, core, by=by), by))


def _taken(service: StopService, made: Proposal, by: Principal) -> dict[str, Any]:
    """An act, and what was taken to other desks directly after it."""
    taken = deliver_now(service.desk.workspace, service, by=by)
    return {**made.document(), "delivered": [one.document() for one in taken]}


def _denials(router: APIRouter, service: StopService, gate: Gate) -> None:
    @router.post(
        "/denials", openapi_extra=_NOTICE, response_class=Response, responses=_ONE | TOO_LARGE | NOT_FOUND,
        summary="警察庁の通知を登録する / Enter the police agency's notice",
    )  # fmt: skip
    async def notice(request: Request) -> Response:
        by = gate.admit(request, Scope.REQUEST)
        written = await json_object(request, limit=MAX_BODY)
        return await _told(lambda: service.denials.receive(written, by=by).document())

    @router.get("/denials", response_class=Response, responses=_LIST, summary="提供拒否の一覧 / All denials")
    async def every(request: Request) -> Response:
        gate.admit(request, Scope.READ)
        return await _told(lambda: [one.document() for one in service.denials.every()])

    @router.get(
        "/contractors/{contractor_id}/count", response_class=Response, responses=_ONE,
        summary="契約者の要請の件数（何も自動では拒否しない） / Requests that a contractor had",
    )  # fmt: skip
    async def count(request: Request, contractor_id: str) -> Response:
        gate.admit(request, Scope.READ)
        return await _told(lambda: service.denials.count(contractor_id))

    @router.post(
        "/objections", openapi_extra=_OBJECTION, response_class=Response, responses=_ONE | TOO_LARGE | NOT_FOUND,
        summary="異議を登録する / Enter an objection",
    )  # fmt: skip
    async def receive(request: Request) -> Response:
        by = gate.admit(request, Scope.DECIDE)
        written = await json_object(request, limit=MAX_BODY)
        return await _told(lambda: service.objections.receive(written, by=by))

    @router.post(
        "/objections/{objection_id}/decide", openapi_extra=_DECISION, response_class=Response,
        responses=_ONE | TOO_LARGE | NOT_FOUND,
        summary="異議を判断する（関わらなかった人） / Decide an objection; nobody who took part",
    )  # fmt: skip
    async def decide(request: Request, objection_id: str) -> Response:
        by = gate.admit(request, Scope.REQUEST, Scope.APPROVE)
        written = await json_object(request, limit=MAX_BODY)
        only(written, {"outcome", "note"})
        outcome, note = str(written.get("outcome")), as_text(written.get("note"), "note")
        return await _told(lambda: service.objections.decide(objection_id, outcome, note, by=by))


def _propose(service: StopService, written: dict[str, Any], by: Principal) -> dict[str, Any]:
    only(written, {"act", "about", "why"})
    act, about, why = written.get("act"), written.get("about"), written.get("why")
    if act not in ACTS:
        raise RequestRefused(field="act", problem=f"one of {', '.join(ACTS)}")
    if not isinstance(about, list) or not about or not all(isinstance(one, str) for one in about):
        raise RequestRefused(field="about", problem="a list of ids")
    if (len(about) > 1 and act != "resume") or len(about) > MOST_NUMBERS:
        raise RequestRefused(field="about", problem="one id; resume takes several")
    if act in ("resume", "lift"):
        reason = as_text(why, "why")
        if act == "resume":
            return service.stopping.propose_resume(about, reason, by=by).document()
        return service.denials.propose_lift(about[0], reason, by=by).document()
    made = {
        "stop": service.stopping.propose, "deny": service.denials.propose, "stock": service.denials.propose_stock,
        "wholesale": service.checks.propose,
    }[act](about[0], by=by)  # fmt: skip
    return made.document()


async def _told(act: Callable[[], Any]) -> Response:
    return Response(orjson.dumps(await asyncio.to_thread(act)), media_type="application/json")
