"""The stops desk's service: its parts over one workspace."""

from __future__ import annotations

import re
from typing import Any, Final

from sqlalchemy import select

from sekisho.access.principal import Principal
from sekisho.stops.checks import WholesaleChecks
from sekisho.stops.denials import Denials
from sekisho.stops.desk import Desk
from sekisho.stops.errors import RequestRefused, WrongStep
from sekisho.stops.figures import Stop, month_figures
from sekisho.stops.objections import Objections
from sekisho.stops.ports import NumberPlan
from sekisho.stops.proposals import Proposal, ProposalKind, Proposals
from sekisho.stops.register import Register
from sekisho.stops.reports import Reports
from sekisho.stops.requests import Requests
from sekisho.stops.stopping import Stopping
from sekisho.stops.tables import stop_number, stop_request
from sekisho.workspace import Workspace

_MONTH: Final = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])", re.ASCII)


class StopService:
    """Everything the desk does, for one workspace. Thread-safe."""

    def __init__(self, workspace: Workspace, plan: NumberPlan) -> None:
        """Reads and writes nothing until asked to."""
        self.desk = Desk(workspace, plan)
        self.register = Register(self.desk)
        self.proposals = Proposals(self.desk)
        self.requests = Requests(self.desk, self.register)
        self.stopping = Stopping(self.desk, self.requests, self.proposals)
        self.denials = Denials(self.desk, self.register, self.requests, self.proposals)
        self.objections = Objections(self.desk, self.proposals)
        self.reports = Reports(self.desk, self.register, self.requests)
        self.checks = WholesaleChecks(self.desk, self.register, self.proposals)

    def order(self, proposal_id: str, *, by: Principal) -> Proposal:
        """Use a proposal's approval, whatever its kind. Raises as the part that it belongs to."""
        found = self.proposals.find(proposal_id)
        if found.kind is ProposalKind.STOP:
            return self.stopping.order(found.id, by=by)
        if found.kind is ProposalKind.RESUME:
            return self.stopping.order_resume(found.id, by=by)
        if found.kind is ProposalKind.STOP_STOCK:
            return self.denials.order_stock(found.id, by=by)
        if found.kind is ProposalKind.DENY:
            self.denials.deny(found.id, by=by)
        elif found.kind is ProposalKind.LIFT_DENIAL:
            self.denials.lift(found.id, by=by)
        elif found.kind is ProposalKind.WHOLESALE:
            self.checks.accept(found.id, by=by)
        else:
            raise WrongStep(id=found.id, state=found.kind.value, next="nothing")
        return self.proposals.find(found.id)

    def figures(self, month: str) -> dict[str, Any]:
        """The figures of a month (``2026-11``). Raises ``RequestRefused``."""
        if not _MONTH.fullmatch(month):
            raise RequestRefused(field="month", problem="a month such as 2026-11")
        number, request = stop_number, stop_request
        query = select(
            request.c.force, number.c.kind, number.c.answer, request.c.received_at, number.c.stopped_at
        ).where(number.c.request == request.c.id)
        with self.desk.workspace.database.read() as connection:
            return month_figures((Stop(*row) for row in connection.execute(query)), month)
