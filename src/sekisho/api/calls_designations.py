"""``/v1/calls/designations``: MIC's tables of designated numbers, as bundles have them."""

from __future__ import annotations

import asyncio
import base64
import binascii
from datetime import date
from typing import Any, Final

import orjson
from fastapi import APIRouter, Request, Response

from sekisho.access.roles import Scope
from sekisho.api.asked import json_object
from sekisho.api.errors import QueryRefused
from sekisho.api.problems import TOO_LARGE
from sekisho.api.security import Gate
from sekisho.calls.service import CallService

MAX_TABLES: Final = 48 * 1024 * 1024
"""Bytes of all tables in Base64. Larger ones are taken in by command."""

_TABLES: Final = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "files": {
                            "type": "object", "minProperties": 1,
                            "description": "ファイル名から内容（CSVかxlsx、Base64） / content by file name, in Base64",
                            "additionalProperties": {"type": "string", "format": "byte"},
                        },
                        "as_of": {"type": "string", "format": "date"},
                    },
                    "required": ["files"],
                    "additionalProperties": False,
                }
            }
        },
    }
}  # fmt: skip
_ANSWER: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "使う表 / the tables", "content": {"application/json": {"schema": {"type": "object"}}}}
}


def calls_designations_router(service: CallService, gate: Gate) -> APIRouter:
    """The routes over one workspace's tables of designations."""
    router = APIRouter(prefix="/v1/calls", tags=["calls"])

    @router.get("/designations", response_class=Response, responses=_ANSWER, summary="使っている指定状況の表 / Held")
    async def held(request: Request) -> Response:
        gate.admit(request, Scope.READ)
        found = await asyncio.to_thread(service.designations.held)
        return _told({"held": None if found is None else found.document()})

    @router.post(
        "/designations", openapi_extra=_TABLES, response_class=Response, responses=_ANSWER | TOO_LARGE,
        summary="指定状況の表をまとめて読み込み、発行する / Load all tables at once, and publish",
    )  # fmt: skip
    async def load(request: Request) -> Response:
        by = gate.admit(request, Scope.REQUEST)
        files, as_of = _read(await json_object(request, limit=MAX_TABLES))

        def loaded() -> dict[str, Any]:
            found = service.designations.load(files, as_of=as_of, by=by)
            return {"held": found.document(), "bundle": service.publishing.publish(by=by).document()}

        return _told(await asyncio.to_thread(loaded))

    return router


def _read(said: dict[str, Any]) -> tuple[dict[str, bytes], date | None]:
    for name in sorted(set(said) - {"files", "as_of"}):
        raise QueryRefused(name=name[:60], expected="no such field")
    files, day = said.get("files"), said.get("as_of")
    if not isinstance(files, dict) or not all(isinstance(each, str) for each in files.values()):
        raise QueryRefused(name="files", expected="an object of file names and Base64")
    try:
        contents = {str(name)[:200]: base64.b64decode(each, validate=True) for name, each in files.items()}
    except binascii.Error:
        raise QueryRefused(name="files", expected="Base64") from None
    try:
        return contents, None if day is None else date.fromisoformat(day)
    except (TypeError, ValueError):
        raise QueryRefused(name="as_of", expected="a day such as 2026-09-01") from None


def _told(document: dict[str, Any]) -> Response:
    return Response(orjson.dumps(document), media_type="application/json")
