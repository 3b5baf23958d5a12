"""Staff who declare policies, and policies for every kind of the tests' provider: nothing is recorded without one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, insert, select

from sekisho.access.principal import Principal, Proof
from sekisho.access.roles import Role, StaffKind, scopes_of
from sekisho.access.tables import staff
from sekisho.clock import japan_date
from sekisho.logs.kinds import KINDS, LogKind
from sekisho.logs.policies import Policies, PolicyEntry
from sekisho.logs.policy_reading import read_policy
from sekisho.workspace import Workspace

REASON = {
    "necessity": "苦情の9割が発生から4か月以内に寄せられる。",
    "effect": "発信者を確かめて警告できる。",
    "social_change": "発信者特定の迅速化が求められている。",
}


def person(staff: str, *roles: Role, proven: bool = True) -> Principal:
    """Somebody of the staff."""
    return Principal(
        staff, StaffKind.PERSON, scopes_of(roles), Proof.TOKEN if proven else Proof.STATED, None, None
    )


CUSTODIAN = person("kept-by", Role.LOG_CUSTODIAN)
OTHER_CUSTODIAN = person("kept-by2", Role.LOG_CUSTODIAN)
OFFICER = person("looked-at-by", Role.PRIVACY_OFFICER)
SECOND_OFFICER = person("looked-at-by2", Role.PRIVACY_OFFICER)
AUDITOR = person("audited-by", Role.DISCLOSURE_AUDITOR)


def policy_document(**changed: Any) -> dict[str, Any]:
    """A policy for the tests' source ``cgn``, of 120 days from the day on which their clock starts."""
    return {
        "provider": "関所通信",
        "service": "hikari",
        "kind": "ap.nat",
        "purposes": ["complaints", "abuse_prevention"],
        "fields": ["address", "ports", "times", "inside"],
        "period": "120d",
        "need": "2026年度の苦情対応記録",
        "reason": REASON,
        "valid_from": "2026-11-23",
    } | changed


def hire(workspace: Workspace) -> None:
    """The four of them are staff."""
    now = workspace.clock.now()

    def write(connection: Connection) -> None:
        there = set(connection.execute(select(staff.c.id)).scalars())
        for one in (CUSTODIAN, OTHER_CUSTODIAN, OFFICER, SECOND_OFFICER):
            if one.staff_id not in there:
                row = {"id": one.staff_id, "name": one.staff_id, "kind": one.kind.value, "added_at": now}
                connection.execute(insert(staff).values(**row, added_by="founding"))

    workspace.commit(write)


def declare(workspace: Workspace, **changed: Any) -> PolicyEntry:
    """Declare a policy and have it approved by as many as it needs."""
    policies = Policies(workspace)
    made = policies.add(read_policy(policy_document(**changed)), by=CUSTODIAN)
    for officer in (OFFICER, SECOND_OFFICER)[: len(made.approvals)]:
        policies.approve(made.id, by=officer)
    return policies.make(made.id, by=CUSTODIAN) if made.approvals else made


def declare_all(workspace: Workspace, *, provider: str = "関所通信", service: str = "hikari") -> None:
    """A policy for every kind that a source may have, destinations included."""
    hire(workspace)
    today = japan_date(workspace.clock.now()).isoformat()
    own = {
        "purposes": ["system_security"],
        "period": "120d",
        "need": "攻撃の解析",
        "reason": REASON,
    }
    for kind in LogKind:
        if not KINDS[kind].written_by_sekisho:
            declare(
                workspace,
                kind=kind.value,
                provider=provider,
                service=service,
                valid_from=today,
                destinations=own if kind is LogKind.AP_NAT else None,
            )
