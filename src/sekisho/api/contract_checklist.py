"""``GET /v1/contracts/checklist``: what to bring, before the visit, for a sign-up page to show."""

from __future__ import annotations

from datetime import date
from typing import Any

from fastapi import APIRouter, Request

from sekisho.access.roles import Scope
from sekisho.api.errors import QueryRefused
from sekisho.api.security import Gate
from sekisho.clock import Clock, japan_date
from sekisho.contracts.checklist import checklist
from sekisho.contracts.facts import CATALOGUE
from sekisho.engine.plan import LawEngine


def checklist_router(engine: LawEngine, gate: Gate, clock: Clock) -> APIRouter:
    """The route over one rulebook."""
    router = APIRouter(prefix="/v1/contracts", tags=["contracts"])

    @router.get("/checklist", summary="来店前に、何を用意すればよいか / What to bring, before the visit")
    def listed(
        request: Request,
        subject: str,
        event: str = "new_contract",
        channel: str = "face_to_face",
        service: str = "voice",
        on: date | None = None,
        as_known_at: date | None = None,
    ) -> dict[str, Any]:
        gate.admit(request, Scope.READ)
        dimensions = {"event": event, "subject.kind": subject, "channel": channel, "service": service}
        for name, value in dimensions.items():
            if value not in CATALOGUE.facts[name].values:
                # Under the name the parameter has in the address.
                asked = name.removesuffix(".kind")
                raise QueryRefused(name=asked, expected="one of " + ", ".join(CATALOGUE.facts[name].values))
        today = japan_date(clock.now())
        return checklist(engine, dimensions, on=on or today, as_known_at=as_known_at or today).as_document()

    return router
