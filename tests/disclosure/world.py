"""A workspace with the people of a disclosure desk, each with a token of their own."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

from sekisho.access import service as access
from sekisho.access.principal import Principal, Proof
from sekisho.access.roles import Role, Scope, StaffKind, scopes_of
from sekisho.clock import FixedClock
from sekisho.disclosure import rows
from sekisho.disclosure.record import Origin
from sekisho.disclosure.rows import CaseEntry
from sekisho.disclosure.service import DisclosureService
from sekisho.workspace import Workspace
from tests.disclosure.made_cases import case

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
STAFF = {
    "uketsuke": (Role.DISCLOSURE_CLERK,),
    "uketsuke2": (Role.DISCLOSURE_CLERK,),
    "kakunin": (Role.DISCLOSURE_REVIEWER,),
    "kakunin2": (Role.DISCLOSURE_REVIEWER, Role.DISCLOSURE_RELEASER),
    "kensaku": (Role.LOG_CUSTODIAN,),
    "kensaku2": (Role.LOG_CUSTODIAN, Role.DISCLOSURE_CLERK),
    "kaiji": (Role.DISCLOSURE_RELEASER,),
    "kansa": (Role.DISCLOSURE_AUDITOR,),
    "hogo": (Role.PRIVACY_OFFICER,),
    "bengoshi": (Role.OUTSIDE_APPROVER,),
    "madoguchi": (Role.CLERK,),
}


@dataclass(slots=True)
class Desk:
    """A workspace's cases and people."""

    workspace: Workspace
    clock: FixedClock
    service: DisclosureService
    people: dict[str, Principal] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Principal:
        """Somebody."""
        return self.people[name]

    def stated(self, name: str) -> Principal:
        """Somebody who only says who they are."""
        return replace(self.people[name], proof=Proof.STATED)

    def acting(self, name: str) -> Principal:
        """Somebody with what their roles allow now, from here on."""
        with self.workspace.database.read() as connection:
            now = access.stated_principal(connection, name, required=None)
        self.people[name] = replace(now, proof=Proof.TOKEN)
        return self.people[name]

    def term(self, case_id: str, kind: str, started_on: date, due_on: date) -> None:
        """Open a term as the step it belongs to would."""
        now = self.clock.now()
        self.workspace.commit(
            lambda connection: rows.set_deadline(
                connection, case_id, kind, started_on=started_on, due_on=due_on, at=now
            )
        )

    def received(self, **changed: Any) -> CaseEntry:
        """A request that the clerk took in."""
        return self.service.receive(case(**changed), by=self["uketsuke"])

    def reviewed(self, **changed: Any) -> CaseEntry:
        """One that was found genuine and reviewed."""
        made = self.received(**changed)
        for name in ("authenticity.number_confirmed", "authenticity.called_back"):
            self.service.set_fact(
                made.id, name, True, origin=Origin.CHECKED, note="代表番号 03-0000-0110 に折り返し", by=self["uketsuke"]
            )
        return self.service.review(made.id, "原本を確認", by=self["kakunin"])


def people() -> dict[str, Principal]:
    """Everybody, as their tokens show them."""
    return {
        name: Principal(name, StaffKind.PERSON, scopes_of(roles), Proof.TOKEN, "t", None)
        for name, roles in STAFF.items()
    }


def desk_of(workspace: Workspace, clock: FixedClock) -> Desk:
    """Hire everybody."""
    workspace.change(
        lambda connection: access.add_first_administrator(connection, staff_id="admin", name="管理", now=NOW)
    )
    with workspace.database.read() as connection:
        admin = access.stated_principal(connection, "admin", required=Scope.STAFF_ADMIN)
    for name, roles in STAFF.items():
        hired = partial(access.add_staff, actor=admin, staff_id=name, name=name, kind=StaffKind.PERSON, now=NOW)
        workspace.change(hired)
        for role in roles:
            workspace.change(partial(access.grant_role, actor=admin, staff_id=name, role=role, now=NOW))
    return Desk(workspace, clock, DisclosureService(workspace), people())
