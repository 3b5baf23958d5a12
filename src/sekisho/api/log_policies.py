"""``/v1/logs/policies``: what is recorded, for which purpose and for how long. Each step as on the command line."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date
from typing import Any, Final

import orjson
from fastapi import APIRouter, Request, Response

from sekisho.access.roles import Scope
from sekisho.api.asked import IDEMPOTENCY_KEY, idempotency_key, json_object
from sekisho.api.problems import NOT_FOUND, TOO_LARGE
from sekisho.api.security import Gate
from sekisho.logs.kinds import LogKind
from sekisho.logs.policies import Policies, PolicyEntry
from sekisho.logs.policy import HOUSE_POLICIES, FieldName, Purpose
from sekisho.logs.policy_errors import PolicyRefused
from sekisho.logs.policy_reading import read_policy

MAX_BODY: Final = 256 * 1024
"""Bytes: reasons of some pages."""

_TEXT = {"type": "string", "minLength": 1}
_PERIOD = {"type": "string", "pattern": "^[1-9][0-9]{0,4}[dmy]$", "description": "180d, 6m, 1y"}
_PURPOSES = {"type": "array", "minItems": 1, "items": {"enum": [one.value for one in Purpose]}}
_REASON = {
    "type": "object",
    "properties": {"necessity": _TEXT, "effect": _TEXT, "social_change": _TEXT},
    "required": ["necessity", "effect", "social_change"],
    "additionalProperties": False,
}
_DATE = {"type": "string", "format": "date"}
_OWN = {"purposes": _PURPOSES, "period": _PERIOD, "need": _TEXT, "reason": _REASON}
_POLICY = {
    "provider": _TEXT,
    "service": _TEXT,
    "kind": {"enum": [kind.value for kind in LogKind]},
    "purposes": _PURPOSES,
    "fields": {"type": "array", "minItems": 1, "items": {"enum": [one.value for one in FieldName]}},
    "period": _PERIOD,
    "need": _TEXT,
    "reason": _REASON,
    "justification": {"type": "string"},
    "valid_from": _DATE,
    "destinations": {"type": "object", "properties": _OWN, "required": list(_OWN), "additionalProperties": False},
}
_NEEDED = [name for name in _POLICY if name not in ("justification", "destinations")]


def _asked(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    schema = {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
    return {"requestBody": {"required": bool(required), "content": {"application/json": {"schema": schema}}}}


_ADD = {**_asked(_POLICY, _NEEDED), "parameters": IDEMPOTENCY_KEY}
_END = _asked({"on": _DATE}, ["on"])
_ONE: dict[int | str, dict[str, Any]] = {
    200: {"description": "方針 / the policy", "content": {"application/json": {"schema": {"type": "object"}}}}
}


def log_policies_router(policies: Policies, gate: Gate) -> APIRouter:
    """The routes over one workspace's policies."""
    router = APIRouter(prefix="/v1/logs/policies", tags=["logs"])

    async def told(act: Callable[[], PolicyEntry]) -> Response:
        return _json(await asyncio.to_thread(lambda: act().told(policies.guideline())))

    @router.get(
        "",
        response_class=Response,
        responses=_ONE,
        summary="方針の一覧（Sekisho自身が書くものを含む） / All policies, also for what Sekisho writes itself",
    )
    def every(request: Request) -> Response:
        gate.admit(request, Scope.READ)
        found, guideline = policies.every(), policies.guideline()
        declared = {entry.policy.kind for entry in found if entry.state == "in_force"}
        house = [one.document() for kind, one in HOUSE_POLICIES.items() if kind not in declared]
        return _json(
            {
                "policies": [entry.told(guideline) for entry in found],
                "house": house,
                "guideline": {
                    "applies_from": guideline.applies_from.isoformat(),
                    "source": guideline.source,
                    "confirmed": guideline.confirmed,
                },
            }
        )

    @router.post(
        "",
        openapi_extra=_ADD,
        response_class=Response,
        responses=_ONE | TOO_LARGE,
        summary="方針を登録する（長い期間と相手先の記録には承認が要る） / Declare a policy",
    )
    async def add(request: Request) -> Response:
        principal = gate.admit(request, Scope.REQUEST)
        key = idempotency_key(request)
        policy = read_policy(await json_object(request, limit=MAX_BODY))
        return await told(lambda: policies.add(policy, by=principal, idempotency_key=key))

    @router.get(
        "/{policy_id}",
        response_class=Response,
        responses=_ONE | NOT_FOUND,
        summary="方針の全文と、知っておくこと / A policy in full, and what is to be known of it",
    )
    async def find(request: Request, policy_id: str) -> Response:
        gate.admit(request, Scope.READ)
        return await told(lambda: policies.find(policy_id))

    @router.post(
        "/{policy_id}/approve",
        response_class=Response,
        responses=_ONE | NOT_FOUND,
        summary="方針を承認する（申請者でない人） / Approve a policy; not who asked",
    )
    async def approve(request: Request, policy_id: str) -> Response:
        principal = gate.admit(request, Scope.APPROVE)
        return await told(lambda: policies.approve(policy_id, by=principal))

    @router.post(
        "/{policy_id}/make",
        response_class=Response,
        responses=_ONE | NOT_FOUND,
        summary="承認された方針を有効にする / Put an approved policy in force",
    )
    async def make(request: Request, policy_id: str) -> Response:
        principal = gate.admit(request, Scope.REQUEST)
        return await told(lambda: policies.make(policy_id, by=principal))

    @router.post(
        "/{policy_id}/withdraw",
        response_class=Response,
        responses=_ONE | NOT_FOUND,
        summary="申請中の方針を取り下げる / Withdraw one that was only asked for",
    )
    async def withdraw(request: Request, policy_id: str) -> Response:
        principal = gate.admit(request, Scope.REQUEST)
        return await told(lambda: policies.withdraw(policy_id, by=principal))

    @router.post(
        "/{policy_id}/end",
        openapi_extra=_END,
        response_class=Response,
        responses=_ONE | NOT_FOUND | TOO_LARGE,
        summary="方針を終える。記録済みの分はその期間まで / End a policy; what was recorded keeps its period",
    )
    async def end(request: Request, policy_id: str) -> Response:
        principal = gate.admit(request, Scope.REQUEST)
        on = _day(await json_object(request, limit=MAX_BODY))
        return await told(lambda: policies.end(policy_id, on=on, by=principal))

    return router


def _day(written: dict[str, Any]) -> date:
    unknown = set(written) - {"on"}
    if unknown:
        raise PolicyRefused(field=min(unknown)[:60], problem="no such field")
    try:
        return date.fromisoformat(written["on"])
    except (KeyError, TypeError, ValueError):
        raise PolicyRefused(field="on", problem="a date such as 2026-11-23") from None


def _json(document: Any) -> Response:
    return Response(orjson.dumps(document), media_type="application/json")
