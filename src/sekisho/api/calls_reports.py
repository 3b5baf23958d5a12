"""``/v1/calls``: the month's report and public texts, alarms, and what self-tests of trunks came to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final

import orjson
from fastapi import APIRouter, Request, Response

from sekisho.access.roles import Scope
from sekisho.api.asked import json_object
from sekisho.api.errors import QueryRefused
from sekisho.api.problems import NOT_FOUND, TOO_LARGE
from sekisho.api.security import Gate
from sekisho.calls.analytics.alarms import Alarms
from sekisho.calls.analytics.months import Month
from sekisho.calls.analytics.service import Reports
from sekisho.calls.selftest.service import SelfTest
from sekisho.calls.service import CallService

MAX_BODY: Final = 64 * 1024
"""Bytes: what was done about an alarm, or which trunks are tested."""
PAGE: Final = 100
MAX_PAGE: Final = 1_000
MOST_TRUNKS: Final = 1_000

_TEXT: Final = {"type": "string", "minLength": 1, "maxLength": 1000}
_ANSWER: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "いまの状態 / as it is now", "content": {"application/json": {"schema": {"type": "object"}}}}
}


def _asked(required: list[str], **properties: Any) -> dict[str, Any]:
    schema = {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
    return {"requestBody": {"required": bool(required), "content": {"application/json": {"schema": schema}}}}


def _query(name: str, schema: dict[str, Any], what: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": what}


_ALARMS: Final = {
    "parameters": [
        _query("all", {"enum": ["true", "false"]}, "対応済みも / those that are done as well"),
        _query("limit", {"type": "integer", "minimum": 1, "maximum": MAX_PAGE}, "件数 / how many"),
        _query("cursor", {"type": "string"}, "前の答えの cursor / the cursor of the answer before"),
    ]
}
_DONE: Final = _asked(["done"], done=_TEXT)
_TRUNKS: Final = _asked([], trunks={"type": "array", "items": _TEXT, "minItems": 1, "maxItems": MOST_TRUNKS})


def calls_reports_router(service: CallService, gate: Gate) -> APIRouter:
    """The routes over one workspace's reports, alarms and self-tests."""
    router = APIRouter(prefix="/v1/calls", tags=["calls"])
    _reports(router, Reports(service.desk), gate)
    _alarms(router, Alarms(service.desk), gate)
    _selftests(router, SelfTest(service.desk, service.publishing.root), gate)
    return router


def _reports(router: APIRouter, reports: Reports, gate: Gate) -> None:
    @router.get(
        "/reports/{month}", response_class=Response, responses=_ANSWER,
        summary="通話の月次報告（番号は出ない） / The month's report on calls; no number is in it",
    )  # fmt: skip
    async def report(request: Request, month: str) -> Response:
        by = gate.admit(request, Scope.READ)
        return await _told(lambda: reports.month(Month.read(month), by=by).document())

    @router.get(
        "/reports/{month}/warning", response_class=Response, responses=_ANSWER,
        summary="件数から作る注意喚起の文 / Public warnings from the month's figures",
    )  # fmt: skip
    async def warning(request: Request, month: str) -> Response:
        by = gate.admit(request, Scope.READ)
        return await _told(lambda: reports.texts(Month.read(month), by=by).document())


def _alarms(router: APIRouter, alarms: Alarms, gate: Gate) -> None:
    @router.get(
        "/alarms", openapi_extra=_ALARMS, response_class=Response, responses=_ANSWER | NOT_FOUND,
        summary="警報の一覧（続きは cursor） / Alarms, a page at a time; oldest first",
    )  # fmt: skip
    async def every(request: Request) -> Response:
        by = gate.admit(request, Scope.REQUEST)
        asked = request.query_params
        for strange in sorted(set(asked) - {"all", "limit", "cursor"}):
            raise QueryRefused(name=strange[:60], expected="all, limit, cursor")
        if asked.get("all", "false") not in ("true", "false"):
            raise QueryRefused(name="all", expected="true or false")
        limit = asked.get("limit", str(PAGE))
        if not (limit.isascii() and limit.isdigit() and 0 < int(limit[:9]) <= MAX_PAGE):
            raise QueryRefused(name="limit", expected=f"1 to {MAX_PAGE}")

        def page() -> dict[str, Any]:
            found, cursor = alarms.page(
                all_states=asked.get("all") == "true", after=asked.get("cursor"), limit=int(limit), by=by
            )
            return {"alarms": [one.document() for one in found], "cursor": cursor}

        return await _told(page)

    @router.post(
        "/alarms/{alarm_id}/acknowledge", openapi_extra=_DONE, response_class=Response,
        responses=_ANSWER | NOT_FOUND | TOO_LARGE, summary="警報への対応を記録する / Record what was done about one",
    )  # fmt: skip
    async def acknowledge(request: Request, alarm_id: str) -> Response:
        by = gate.admit(request, Scope.REQUEST)
        done = (await _body(request, "done")).get("done")
        return await _told(lambda: alarms.acknowledge(alarm_id, str(done or ""), by=by).document())


def _selftests(router: APIRouter, tests: SelfTest, gate: Gate) -> None:
    @router.get(
        "/selftests", response_class=Response, responses=_ANSWER,
        summary="回線ごとの最新の自己試験の結果 / The newest self-test of every trunk",
    )  # fmt: skip
    async def newest(request: Request) -> Response:
        gate.admit(request, Scope.READ)
        return await _told(lambda: {"runs": [one.document() for one in tests.newest()]})

    @router.post(
        "/selftests", openapi_extra=_TRUNKS, response_class=Response, responses=_ANSWER | TOO_LARGE,
        summary="回線を試験し、記録する / Test trunks, and record it",
    )  # fmt: skip
    async def run(request: Request) -> Response:
        by = gate.admit(request, Scope.REQUEST)
        trunks = (await _body(request, "trunks")).get("trunks")
        if trunks is not None and not (
            isinstance(trunks, list) and 0 < len(trunks) <= MOST_TRUNKS and all(isinstance(one, str) for one in trunks)
        ):
            raise QueryRefused(name="trunks", expected=f"a list of 1 to {MOST_TRUNKS} trunks")
        return await _told(lambda: {"runs": [one.document() for one in tests.run(trunks, by=by)]})


async def _body(request: Request, name: str) -> dict[str, Any]:
    written = await json_object(request, limit=MAX_BODY)
    for strange in sorted(set(written) - {name}):
        raise QueryRefused(name=strange[:60], expected="no such field")
    return written


async def _told(act: Callable[[], Any]) -> Response:
    return Response(orjson.dumps(await asyncio.to_thread(act)), media_type="application/json")
