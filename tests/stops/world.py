"""A stops desk with its people, its numbers and a call core in memory. Everybody and every number is made up."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import select

from sekisho.access import service as access
from sekisho.access.principal import Principal, Proof
from sekisho.access.roles import Role, Scope, StaffKind, scopes_of
from sekisho.clock import FixedClock
from sekisho.crossings.deliver import Deliveries
from sekisho.crossings.number_plan import CallsNumberPlan
from sekisho.keys import make_key_file
from sekisho.keys.disk import RealDisk
from sekisho.stops.cores import SimulatedCore
from sekisho.stops.due import StopTask
from sekisho.stops.proposals import Proposal
from sekisho.stops.requests import RequestCase
from sekisho.stops.service import StopService
from sekisho.store.outbox import outbox
from sekisho.workspace import Workspace

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
STAFF = {
    "madoguchi": Role.CLERK,
    "tanto": Role.REVIEWER,
    "tanto2": Role.REVIEWER,
    "hogo": Role.PRIVACY_OFFICER,
    "hogo2": Role.PRIVACY_OFFICER,
    "kagi": Role.KEY_CUSTODIAN,
}
FIXED, FIXED2, IP050 = "0312345678", "0312345679", "05012345678"
MOBILE, FREE, ABROAD = "09012345678", "0120123456", "+12025550123"
PARTY = {"id": "sc_tenso", "name": "架空転送株式会社", "address": "架空県見本市1-2-3", "call_forwarding": True}


@dataclass(slots=True)
class World:
    """A workspace's stops desk and its people."""

    workspace: Workspace
    clock: FixedClock
    service: StopService
    core: SimulatedCore = field(default_factory=SimulatedCore)
    people: dict[str, Principal] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Principal:
        """Somebody."""
        return self.people[name]

    def settle(self) -> None:
        """The association, a contractor with a fixed and a 050 number and one in stock."""
        self.service.desk.set("association", "tca", source="加入証", by=self["tanto"])
        self.service.register.add_contractor(PARTY, by=self["tanto"])
        self.assign(FIXED)
        self.assign(IP050)
        self.assign(FIXED2, state="stock")

    def assign(self, number: str, contractor: str = "sc_tenso", since: str = "2025-04-01", **more: Any) -> None:
        """A number to a contractor."""
        row = {"number": number, "contractor": contractor, "from": since, **more}
        self.service.register.assign([row], by=self["tanto"])

    def receive(self, *numbers: str, **changed: Any) -> RequestCase:
        """A request about some numbers."""
        return self.service.requests.receive(request(*numbers, **changed), by=self["tanto"])

    def verified(self, *numbers: str, **changed: Any) -> RequestCase:
        """A request that was called back."""
        made = self.receive(*numbers, **changed)
        return self.service.requests.call_back(
            made.id, published_number="架空県警察本部の代表番号", confirmed_by="捜査第二課 甲野", by=self["tanto"]
        )

    def ordered(self, proposal: Proposal) -> Proposal:
        """Approved by somebody else, and ordered."""
        self.service.proposals.approve(proposal.id, by=self["hogo"])
        return self.service.order(proposal.id, by=self["tanto"])

    def stopped(self, *numbers: str, **changed: Any) -> RequestCase:
        """A request whose numbers are stopped."""
        made = self.verified(*numbers, **changed)
        proposal = self.ordered(self.service.stopping.propose(made.id, by=self["tanto"]))
        self.service.stopping.carry_out(proposal.id, self.core, by=self["tanto"])
        return self.service.requests.find(made.id)

    def denied(self, **changed: Any) -> str:
        """A denial in force."""
        made = self.service.denials.receive(notice(**changed), by=self["tanto"])
        self.ordered(self.service.denials.propose(made.id, by=self["tanto"]))
        return made.id

    def deliver(self) -> list[Any]:
        """Take what waits to other desks."""
        return list(Deliveries(self.workspace, self.service, by=self["kagi"]).run())

    def due(self) -> list[Any]:
        """What is due."""
        return list(StopTask(self.service, by=self["kagi"]).run())

    def leaves(self, kind: str) -> list[dict[str, Any]]:
        """What the ledger's leaves of a kind say."""
        with self.workspace.database.read() as connection:
            ids = [row.id for row in connection.execute(select(outbox).order_by(outbox.c.position)) if row.kind == kind]
        opened = [self.workspace.open_leaf(one) for one in ids]
        return [json.loads(one.body) for one in opened if one is not None]


def request(*numbers: str, **changed: Any) -> dict[str, Any]:
    """A request as it is entered."""
    return {
        "force": "架空県警察", "document_number": "捜二発第12号", "dated": "令和8年11月20日",
        "basis": "特殊詐欺の犯行に利用", "contact": "捜査第二課",
        "numbers": [{"number": one, "crime_on": "2026-11-10"} for one in numbers], **changed,
    }  # fmt: skip


def notice(**changed: Any) -> dict[str, Any]:
    """A notice of the National Police Agency."""
    return {
        "document_number": "警察庁丁捜支発第3号", "dated": "2026-11-20", "contractor": "sc_tenso",
        "kinds": ["fixed_number", "ip_phone_number"], "period_days": 180, "called_back": "代表番号で乙山氏", **changed,
    }  # fmt: skip


def people() -> dict[str, Principal]:
    """Everybody, as their tokens show them."""
    return {
        name: Principal(name, StaffKind.PERSON, scopes_of((role,)), Proof.TOKEN, "t", None)
        for name, role in STAFF.items()
    }


def made_world(folder: Path, *, database_url: str | None = None) -> World:
    """A new workspace with its people, settled. Without a URL its own SQLite."""
    key = make_key_file(folder / "w.key", RealDisk())
    clock = FixedClock(NOW)
    workspace = Workspace.create(
        folder / "w", name="試験", legal_confirmation="shown", keyring=key, clock=clock, database_url=database_url
    )
    workspace.change(
        lambda connection: access.add_first_administrator(connection, staff_id="admin", name="管理", now=NOW)
    )
    with workspace.database.read() as connection:
        admin = access.stated_principal(connection, "admin", required=Scope.STAFF_ADMIN)
    for name, role in STAFF.items():
        workspace.change(
            partial(access.add_staff, actor=admin, staff_id=name, name=name, kind=StaffKind.PERSON, now=NOW)
        )
        workspace.change(partial(access.grant_role, actor=admin, staff_id=name, role=role, now=NOW))
    made = opened_world(workspace, clock)
    made.settle()
    return made


def opened_world(workspace: Workspace, clock: FixedClock) -> World:
    """A workspace that is there."""
    return World(workspace, clock, StopService(workspace, CallsNumberPlan(workspace)), people=people())
