"""``POST /v1/chain/handovers``: what another registered provider hands over under an order, signed; there is no
token."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import APIRouter, Request, Response

from sekisho.api.disclosure_agency import SIGNED, bounded
from sekisho.api.problems import TOO_LARGE
from sekisho.disclosure.chain.handover import ADDRESS
from sekisho.disclosure.chain.incoming import MAX_MESSAGE, Incoming

_OBJECT = {"type": "object"}
_RECEIPT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "署名した受領書 / a signed receipt",
        "content": {"application/json": {"schema": _OBJECT}},
    }
}


def chain_router(incoming: Incoming) -> APIRouter:
    """The route over one workspace's receiving end."""
    router = APIRouter(tags=["chain"])

    @router.post(
        ADDRESS,
        openapi_extra={
            "parameters": SIGNED,
            "requestBody": {"required": True, "content": {"application/json": {"schema": _OBJECT}}},
            "security": [],
        },
        response_class=Response,
        responses=_RECEIPT | TOO_LARGE,
        summary="提供命令による発信者情報を受け取る（15条1項2号） / Take sender information over under an order",
    )
    async def receive(request: Request) -> Response:
        body = await bounded(request, MAX_MESSAGE)
        found = await asyncio.to_thread(incoming.receive, body, request.headers)
        return Response(found.body, media_type="application/json", headers=dict(found.headers))

    return router
