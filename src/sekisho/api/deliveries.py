"""``/v1/contracts/decisions/{id}/deliveries`` and the lives of contracts: what happens after a decision."""

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
from sekisho.api.security import Gate, caller
from sekisho.contracts.application import parse_json
from sekisho.contracts.errors import WrongValue
from sekisho.contracts.field_reading import as_day, as_printable, need, only
from sekisho.contracts.lifecycle.events import EventKind as LifeEvent
from sekisho.contracts.lifecycle.record import Recorded
from sekisho.contracts.lifecycle.rental import PAYMENTS
from sekisho.contracts.lifecycle.rentals import Rentals
from sekisho.contracts.lifecycle.service import ContractLife
from sekisho.contracts.postal.leg import ADDRESSES, PERSONS, POSTS, EventKind
from sekisho.contracts.postal.service import PostalDesk
from sekisho.contracts.service import ContractService
from sekisho.workspace import Workspace

MAX_BODY: Final = 64 * 1024
"""Bytes: a rental record of a thousand numbers has some 20 KB, an event far less."""

_TEXT: Final = {"type": "string", "minLength": 1}
_DAY: Final = {"type": "string", "format": "date"}
_TIME: Final = {"type": "string", "format": "date-time"}
_OBJECT: Final = {"type": "object"}


def _asked(properties: Mapping[str, Any], required: list[str]) -> dict[str, Any]:
    schema = {
        "type": "object",
        "properties": dict(properties),
        "required": required,
        "additionalProperties": False,
    }
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def _answered(description: str) -> dict[int | str, dict[str, Any]]:
    shown = {200: {"description": description, "content": {"application/json": {"schema": _OBJECT}}}}
    return shown | NOT_FOUND | TOO_LARGE


_DELIVERY: Final = _asked(
    {
        "event": {"enum": [each.value for each in EventKind]},
        "tracking_number": _TEXT,
        "at": _TIME,
        "post": {"enum": list(POSTS)},
        "addressed_to": {"enum": list(ADDRESSES)},
        "person": {"enum": list(PERSONS)},
        "reported": _OBJECT,
    },
    ["event", "tracking_number", "at"],
)
_RENTAL: Final = _asked(
    {
        "units": {"type": "integer", "minimum": 1},
        "phone_numbers": {"type": "array", "items": _TEXT, "minItems": 1},
        "tracking_number": _TEXT,
        "payment_method": {"enum": list(PAYMENTS)},
        "handed_over_by": _TEXT,
        "handed_over_at": _TIME,
    },
    ["units", "phone_numbers", "payment_method", "handed_over_by", "handed_over_at"],
)
_BEGIN: Final = _asked(
    {"decisions": {"type": "array", "items": _TEXT, "minItems": 1}, "reference": _TEXT, "on": _DAY}, ["decisions"]
)
_TOLD: Final = (
    LifeEvent.DELIVERED,
    LifeEvent.ATTACHED,
    LifeEvent.ENDED,
    LifeEvent.END_CORRECTED,
    LifeEvent.END_WITHDRAWN,
)
_EVENT: Final = _asked(
    {"event": {"enum": [each.value for each in _TOLD]}, "on": _DAY, "note": _TEXT, "decision": _TEXT}, ["event"]
)


def deliveries_router(workspace: Workspace, contracts: ContractService, gate: Gate) -> APIRouter:
    """The routes over one workspace."""
    desk = PostalDesk(workspace, lambda: contracts)
    rentals = Rentals(workspace)
    router = APIRouter(prefix="/v1/contracts", tags=["contracts"])

    @router.post(
        "/decisions/{decision_id}/deliveries",
        openapi_extra=_DELIVERY,
        response_class=Response,
        responses=_answered("記録と、やり直した判断 / the event, and the decision made again"),
        summary="郵便の出来事を記し、必要なら判断をやり直す / Record an event of the post",
    )
    async def add(request: Request, decision_id: str) -> Response:
        principal = gate.admit(request, Scope.ATTEST)
        written = await _read(request)
        answer = await asyncio.to_thread(desk.add, decision_id, written, caller(principal))
        return _json(answer.document())

    @router.get(
        "/decisions/{decision_id}/deliveries",
        response_class=Response,
        responses=_answered("郵便の経過 / what was told of the post"),
        summary="郵便の経過を読む / Read what was told of the post",
    )
    def read(request: Request, decision_id: str) -> Response:
        gate.admit(request, Scope.READ)
        events = [
            {"id": each.id, "ledger_index": each.ledger_index, **each.event.document()}
            for each in desk.events(decision_id)
        ]
        return _json({"decision": decision_id, "events": events, "completed_by": desk.completed_by(decision_id)})

    @router.post(
        "/decisions/{decision_id}/rental",
        openapi_extra=_RENTAL,
        response_class=Response,
        responses=_answered("貸与の記録 / the rental record"),
        summary="貸与の記録を作る（規則21条） / Record a rental",
    )
    async def rental(request: Request, decision_id: str) -> Response:
        principal = gate.admit(request, Scope.ATTEST)
        written = await _read(request)
        found = await asyncio.to_thread(rentals.record, decision_id, written, by=caller(principal).id)
        told = {"id": found.id, "ledger_index": found.ledger_index, "decision": decision_id}
        return _json({**told, "due_on": found.due_on.isoformat(), "late": found.late})

    return router


def lives_router(workspace: Workspace, gate: Gate) -> APIRouter:
    """The routes over one workspace."""
    life = ContractLife(workspace)
    router = APIRouter(prefix="/v1/contracts/lives", tags=["contracts"])

    @router.post(
        "",
        openapi_extra=_BEGIN,
        response_class=Response,
        responses=_answered("契約 / the contract"),
        summary="受け入れた判断から契約を始める / Begin a contract with an accepted decision",
    )
    async def begin(request: Request) -> Response:
        by = caller(gate.admit(request, Scope.DECIDE)).id
        written = await _read(request)
        only(written, {"decisions", "reference", "on"}, "")
        decisions = need(written, "decisions", "")
        if not isinstance(decisions, list) or not decisions or not all(isinstance(each, str) for each in decisions):
            raise WrongValue(field="decisions", expected="a list of decision ids")
        reference = as_printable(written["reference"], "reference") if "reference" in written else None
        on = _on(written)
        done = await asyncio.to_thread(life.begin, decisions, by=by, reference=reference, on=on)
        return _recorded(done)

    @router.get(
        "/{contract_id}",
        response_class=Response,
        responses=_answered("契約 / the contract"),
        summary="契約の経過を読む（IDか契約番号） / Read how a contract stands (by id or reference)",
    )
    def read(request: Request, contract_id: str) -> Response:
        gate.admit(request, Scope.READ)
        return _json(life.find(contract_id).document())

    @router.post(
        "/{contract_id}/events",
        openapi_extra=_EVENT,
        response_class=Response,
        responses=_answered("契約 / the contract"),
        summary="引渡し・終了・終了の訂正などを記す / Record delivery, end, or a correction of the end",
    )
    async def add(request: Request, contract_id: str) -> Response:
        by = caller(gate.admit(request, Scope.DECIDE)).id
        written = await _read(request)
        only(written, {"event", "on", "note", "decision"}, "")
        return _recorded(await asyncio.to_thread(_happen, life, contract_id, written, by))

    return router


def _happen(life: ContractLife, contract_id: str, written: Mapping[str, Any], by: str) -> Recorded:
    kind, on = need(written, "event", ""), _on(written)
    note = as_printable(written["note"], "note") if "note" in written else None
    if kind == LifeEvent.DELIVERED.value:
        return life.delivered(contract_id, on=on, by=by, note=note)
    if kind == LifeEvent.ENDED.value:
        return life.end(contract_id, on=on, by=by, note=note)
    if kind == LifeEvent.END_WITHDRAWN.value:
        return life.withdraw_end(contract_id, by=by, note=note)
    if kind == LifeEvent.END_CORRECTED.value:
        return life.correct_end(contract_id, on=as_day(need(written, "on", ""), "on"), by=by, note=note)
    if kind == LifeEvent.ATTACHED.value:
        decision = as_printable(need(written, "decision", ""), "decision")
        return life.attach(contract_id, decision, by=by)
    raise WrongValue(field="event", expected="one of " + ", ".join(each.value for each in _TOLD))


def _on(written: Mapping[str, Any]) -> date | None:
    return as_day(written["on"], "on") if "on" in written else None


async def _read(request: Request) -> dict[str, Any]:
    """The body as one JSON object, never holding more than one part too many."""
    found = bytearray()
    async for part in request.stream():
        found += part
        if len(found) > MAX_BODY:
            raise BodyTooLarge(limit=MAX_BODY)
    return parse_json(bytes(found), limit=MAX_BODY)


def _recorded(done: Recorded) -> Response:
    return _json({**done.contract.document(), "ledger_index": done.ledger_index})


def _json(document: Mapping[str, Any]) -> Response:
    return Response(orjson.dumps(dict(document)), media_type="application/json")
