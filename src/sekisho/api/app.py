"""The application: routers of every desk over one open workspace."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException

from sekisho.api import problems
from sekisho.api.apps import apps_router
from sekisho.api.calls import calls_router
from sekisho.api.calls_designations import calls_designations_router
from sekisho.api.calls_registers import call_registers_router
from sekisho.api.calls_reports import calls_reports_router
from sekisho.api.contract_checklist import checklist_router
from sekisho.api.contracts import contracts_router
from sekisho.api.deliveries import deliveries_router, lives_router
from sekisho.api.disclosure import disclosure_router
from sekisho.api.disclosure_agency import agency_router
from sekisho.api.disclosure_chain import chain_router
from sekisho.api.disclosure_house import disclosure_house_router
from sekisho.api.keeping import keeping_router
from sekisho.api.ledger import ledger_router
from sekisho.api.log_holds import log_holds_router
from sekisho.api.log_policies import log_policies_router
from sekisho.api.logs import logs_router
from sekisho.api.reauthentication import reauthentication_router
from sekisho.api.rulebook import rulebook_router
from sekisho.api.security import Gate
from sekisho.api.sign_ins import sign_ins_router
from sekisho.api.stops import stops_router
from sekisho.apps.service import AppScans
from sekisho.calls.keeping import ending as calls_ending
from sekisho.calls.keeping.periods import Periods as CallPeriods
from sekisho.calls.service import CallService
from sekisho.contracts.adapters.oidc_http import OidcHttp
from sekisho.contracts.scheme_keeping import ToldDenials
from sekisho.contracts.service import ContractService
from sekisho.contracts.sign_in.service import SignInService
from sekisho.crossings.number_plan import CallsNumberPlan
from sekisho.disclosure.agency.desk import AgencyDesk
from sekisho.disclosure.chain.incoming import Incoming
from sekisho.disclosure.intake.desk import IntakeDesk
from sekisho.disclosure.service import DisclosureService
from sekisho.errors import SekishoError
from sekisho.logs.holds.service import Holds
from sekisho.logs.lookup.service import Lookups
from sekisho.logs.policies import Policies
from sekisho.stops.keeping import ending as stops_ending
from sekisho.stops.keeping.periods import Periods as StopPeriods
from sekisho.stops.service import StopService
from sekisho.workspace import Workspace


class _Described(FastAPI):
    """Its own description says how one is let in."""

    def openapi(self) -> dict[str, Any]:
        """OpenAPI 3.1, made once."""
        made = self.openapi_schema is None
        described = super().openapi()
        if made:
            described.setdefault("components", {})["securitySchemes"] = {
                "token": {"type": "http", "scheme": "bearer", "description": "`sekisho staff token`"}
            }
            described["security"] = [{"token": []}]
        return described


def create_app(workspace: Workspace) -> FastAPI:
    """The HTTP application for an open workspace. Opens and closes nothing itself."""
    service = ContractService(workspace)
    lookups = Lookups(workspace)
    disclosure = DisclosureService(workspace)

    @asynccontextmanager
    async def _ready(_app: FastAPI) -> AsyncIterator[None]:
        service.make_ready()
        # The law, and what is kept about it, are hundreds of thousands of objects that live as long as the server.
        # Looking through them all for garbage holds up every request of that moment by some 30 ms, so it is done a
        # hundred times more seldom than Python would: garbage that isn't freed at once hardly arises here.
        before = gc.get_threshold()
        gc.collect()
        gc.freeze()
        gc.set_threshold(before[0], before[1], 100 * before[2])
        yield
        lookups.close()
        disclosure.searching.close()
        gc.set_threshold(*before)
        gc.unfreeze()

    app = _Described(
        title="Sekisho 関所",
        version="1",
        openapi_url="/v1/openapi.json",
        # The interactive pages load scripts from another origin; the description itself is what clients need.
        docs_url=None,
        redoc_url=None,
        responses=problems.RESPONSES,
        lifespan=_ready,
    )
    gate = Gate(workspace)
    app.include_router(contracts_router(service, gate))
    app.include_router(deliveries_router(workspace, service, gate))
    app.include_router(lives_router(workspace, gate))
    sign_ins = SignInService(workspace, service.trust, service.evidence, OidcHttp())
    app.include_router(sign_ins_router(sign_ins, gate, service.evidence.waiting))
    app.include_router(checklist_router(service.desk.engine, gate, workspace.clock))
    app.include_router(reauthentication_router(workspace, service, gate))
    app.include_router(rulebook_router(service.desk.engine, gate, workspace.clock))
    app.include_router(ledger_router(workspace, gate))
    app.include_router(logs_router(lookups, gate))
    app.include_router(log_policies_router(Policies(workspace), gate))
    app.include_router(log_holds_router(Holds(workspace), gate))
    intake = IntakeDesk(workspace, disclosure)
    app.include_router(disclosure_router(workspace, disclosure, gate))
    app.include_router(disclosure_house_router(workspace, gate))
    app.include_router(agency_router(AgencyDesk(disclosure, around=intake.surroundings)))
    app.include_router(chain_router(Incoming(disclosure)))
    calls = CallService(workspace)
    app.include_router(calls_router(calls, gate))
    app.include_router(call_registers_router(calls, gate))
    app.include_router(calls_designations_router(calls, gate))
    app.include_router(calls_reports_router(calls, gate))
    certificate = partial(calls_ending.issued, workspace)
    app.include_router(keeping_router("calls", CallPeriods(calls.desk), certificate, gate))
    app.include_router(apps_router(AppScans(workspace), gate))
    stops = StopService(workspace, CallsNumberPlan(workspace))
    app.include_router(stops_router(stops, gate))
    certificate = partial(stops_ending.issued, workspace, ToldDenials(workspace.keyring))
    app.include_router(keeping_router("stops", StopPeriods(stops.desk), certificate, gate))
    app.add_exception_handler(SekishoError, problems.on_sekisho_error)
    app.add_exception_handler(HTTPException, problems.on_http_error)
    app.add_exception_handler(RequestValidationError, problems.on_validation_error)
    app.add_exception_handler(SQLAlchemyError, problems.on_database_error)
    app.add_exception_handler(Exception, problems.on_any_error)
    return app
