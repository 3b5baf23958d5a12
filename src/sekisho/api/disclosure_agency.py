"""``POST /v1/agency/ts103120``: messages of registered agencies, signed by their keys; there is no token."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request, Response

from sekisho.api.errors import BodyTooLarge
from sekisho.disclosure.agency.desk import ADDRESS, MAX_MESSAGE, AgencyDesk
from sekisho.disclosure.parties.signing import PARTY_HEADER, SIGNATURE_HEADER, TIME_HEADER

SIGNED = [
    {
        "name": name,
        "in": "header",
        "required": True,
        "description": described,
        "schema": {"type": "string", "minLength": 1},
    }
    for name, described in (
        (PARTY_HEADER, "登録された相手方のID / the registered party's id"),
        (TIME_HEADER, "署名の時刻（UTC） / time of the signature (UTC)"),
        (SIGNATURE_HEADER, "Ed25519署名（Base64） / Ed25519 signature (Base64)"),
    )
]
"""The headers of a signed message, for the OpenAPI description."""

_CONTENT = {"application/json": {"schema": {"type": "object"}}, "application/xml": {"schema": {"type": "string"}}}
"""A message of TS 103 120 in either encoding. Its own schemas say more than OpenAPI could."""


def agency_router(desk: AgencyDesk) -> APIRouter:
    """The route over one workspace's agency desk."""
    router = APIRouter(tags=["agency"])

    @router.post(
        ADDRESS,
        openapi_extra={
            "parameters": SIGNED,
            "requestBody": {"required": True, "content": _CONTENT},
            "security": [],
        },
        response_class=Response,
        responses={
            200: {"description": "HI1Message", "content": _CONTENT},
            401: {"description": "HI1Message: ErrorInformation", "content": _CONTENT},
        },
        summary="ETSI TS 103 120 の電文に答える / Answer a message of ETSI TS 103 120",
    )
    async def answer(request: Request) -> Response:
        body = await bounded(request, MAX_MESSAGE)
        found = await asyncio.to_thread(desk.answer, body, request.headers)
        return Response(
            found.body, status_code=found.status, media_type=found.media_type, headers=dict(found.headers)
        )

    return router


async def bounded(request: Request, limit: int) -> bytes:
    """The exact bytes that were sent, never holding more than one part beyond ``limit``. Raises ``BodyTooLarge``."""
    found = bytearray()
    async for part in request.stream():
        found += part
        if len(found) > limit:
            raise BodyTooLarge(limit=limit)
    return bytes(found)
