"""``/v1/ledger``: the signed checkpoint, which anyone who holds the public key can check."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse

from sekisho.access.roles import Scope
from sekisho.api.security import Gate
from sekisho.workspace import Workspace


def ledger_router(workspace: Workspace, gate: Gate) -> APIRouter:
    """The routes over one workspace's ledger."""
    router = APIRouter(prefix="/v1/ledger", tags=["ledger"])

    @router.get(
        "/checkpoint", summary="署名付きチェックポイント / The signed checkpoint", response_class=PlainTextResponse
    )
    def checkpoint(request: Request) -> Response:
        gate.admit(request, Scope.READ)
        return Response(workspace.checkpoint(), media_type="text/plain; charset=utf-8")

    return router
