"""``/v1/calls/keeping`` and ``/v1/stops/keeping``: what a desk keeps, why, how long; certificates of ended keys."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final, Protocol

import orjson
from fastapi import APIRouter, Request, Response

from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.api.asked import json_object
from sekisho.api.errors import QueryRefused
from sekisho.api.problems import NOT_FOUND, TOO_LARGE
from sekisho.api.security import Gate

MAX_BODY: Final = 16 * 1024

_DECLARED: Final = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "days": {"type": "integer", "minimum": 1},
                        "reason": {"type": "string", "minLength": 1, "maxLength": 500},
                    },
                    "required": ["days", "reason"],
                    "additionalProperties": False,
                }
            }
        },
    }
}
_ANSWER: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "いまの状態 / as it is now", "content": {"application/json": {"schema": {"type": "object"}}}}
}


class _Kind(Protocol):
    @property
    def value(self) -> str: ...


class _Declared(Protocol):
    @property
    def kind(self) -> _Kind: ...
    @property
    def days(self) -> int: ...


class DeskPeriods(Protocol):
    """The declared periods of a desk."""

    def every(self) -> list[dict[str, Any]]:
        """Each kind with its purpose and period."""
        ...

    def declare(self, kind: str, days: int, reason: str, *, by: Principal) -> _Declared:
        """Keep a kind for so long from now on."""
        ...


def keeping_router(
    desk: str, periods: DeskPeriods, certificate: Callable[[str], dict[str, Any]], gate: Gate
) -> APIRouter:
    """The routes of one desk (``calls``, ``stops``). ``certificate`` gives that of an ended key, by the key's name."""
    router = APIRouter(prefix=f"/v1/{desk}/keeping", tags=[desk])

    @router.get(
        "", name=f"{desk}_kept", response_class=Response, responses=_ANSWER,
        summary="種類ごとの目的と保存日数 / Each kind's purpose, and its days after the end",
    )  # fmt: skip
    async def every(request: Request) -> Response:
        gate.admit(request, Scope.READ)
        return await _told(lambda: {"kinds": periods.every()})

    @router.post(
        "/{kind}", name=f"{desk}_declare_period", openapi_extra=_DECLARED, response_class=Response,
        responses=_ANSWER | TOO_LARGE, summary="保存期間を宣言する / Declare a period",
    )  # fmt: skip
    async def declare(request: Request, kind: str) -> Response:
        by = gate.admit(request, Scope.REQUEST)
        written = await json_object(request, limit=MAX_BODY)
        for strange in sorted(set(written) - {"days", "reason"}):
            raise QueryRefused(name=strange[:60], expected="no such field")
        days, reason = written.get("days"), written.get("reason")
        if not isinstance(days, int) or isinstance(days, bool):
            raise QueryRefused(name="days", expected="a whole number")
        if not isinstance(reason, str):
            raise QueryRefused(name="reason", expected="text")

        def declared() -> dict[str, Any]:
            made = periods.declare(kind, days, reason, by=by)
            return {"kind": made.kind.value, "days_after_end": made.days}

        return await _told(declared)

    @router.get(
        "/certificates/{key:path}", name=f"{desk}_certificate", response_class=Response,
        responses=_ANSWER | NOT_FOUND, summary="破棄した月の鍵の証明書 / The certificate of a month's key that ended",
    )  # fmt: skip
    async def issued(request: Request, key: str) -> Response:
        gate.admit(request, Scope.READ)
        return await _told(lambda: certificate(key))

    return router


async def _told(act: Callable[[], Any]) -> Response:
    return Response(orjson.dumps(await asyncio.to_thread(act)), media_type="application/json")
