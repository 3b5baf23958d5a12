"""Approvals in the database: the pure machine of ``approvals.py``, each step taken once however many try at the same
time.

As in ``service.py``, the caller owns the transaction and writes the events to its outbox.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from sekisho.access import approvals
from sekisho.access.approvals import Approval, ApprovalState
from sekisho.access.errors import AlreadyDecided, ApprovalNotFound
from sekisho.access.events import AccessEvent, AccessEventKind, Change
from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.access.tables import approval as table

_EVENT_OF = {
    ApprovalState.APPROVED: AccessEventKind.APPROVAL_APPROVED,
    ApprovalState.REFUSED: AccessEventKind.APPROVAL_REFUSED,
    ApprovalState.EXPIRED: AccessEventKind.APPROVAL_EXPIRED,
    ApprovalState.USED: AccessEventKind.APPROVAL_USED,
}

EMERGENCY_KINDS = "disclosure.emergency."
"""How the kinds of approval begin that somebody outside may give (:attr:`Scope.DISCLOSURE_EMERGENCY`)."""


def request_approval(
    connection: Connection, *, actor: Principal, kind: str, subject_hash: bytes, expires_at: datetime, now: datetime
) -> Change[Approval]:
    """Ask for approval of what hashes to ``subject_hash`` (:func:`sekisho.access.approvals.subject_hash`)."""
    actor.require(Scope.REQUEST)
    made = approvals.request(
        f"ap_{secrets.token_hex(8)}", kind, subject_hash, by=actor.staff_id, at=now, expires_at=expires_at
    )
    connection.execute(
        insert(table).values(
            id=made.id, subject_kind=kind, subject_hash=subject_hash, requested_by=actor.staff_id, requested_at=now,
            expires_at=expires_at, state=made.state.value,
        )
    )
    return Change(made, (_event(AccessEventKind.APPROVAL_REQUESTED, made, now, actor.staff_id),))


def approve(
    connection: Connection, *, actor: Principal, approval_id: str, subject_hash: bytes, now: datetime
) -> Change[Approval]:
    """Approve; ``subject_hash`` is of what the approver was shown."""
    before = _decidable(connection, actor, "approve", approval_id)
    after = approvals.approve(before, by=actor.staff_id, subject=subject_hash, at=now)
    return _step(connection, before, after, now, actor.staff_id)


def refuse(connection: Connection, *, actor: Principal, approval_id: str, now: datetime) -> Change[Approval]:
    """Refuse. The grounds belong in the desk's case."""
    before = _decidable(connection, actor, "refuse", approval_id)
    return _step(connection, before, approvals.refuse(before, by=actor.staff_id, at=now), now, actor.staff_id)


def require_approval(
    connection: Connection, *, actor: Principal, approval_id: str, kind: str, subject_hash: bytes, now: datetime
) -> Change[Approval]:
    """Use the approval for what ``actor`` is about to do, in the transaction that does it: both happen, or neither."""
    return _use(connection, actor, approval_id, kind, subject_hash, now)


def require_approvals(
    connection: Connection,
    *,
    actor: Principal,
    approval_ids: Sequence[str],
    needed: int,
    kind: str,
    subject_hash: bytes,
    now: datetime,
) -> Change[tuple[Approval, ...]]:
    """Use several approvals of the same thing, given by at least ``needed`` different people.

    If one fails, roll back.
    """
    found = [find_approval(connection, approval_id) for approval_id in sorted(set(approval_ids))]
    approvals.check_approvers(found, needed)
    # Sorted, so that two transactions that want the same ones take their rows in the same order.
    changes = [_use(connection, actor, each.id, kind, subject_hash, now) for each in found]
    return Change(tuple(each.value for each in changes), tuple(each.event for each in changes))


def expire_approvals(connection: Connection, *, now: datetime) -> Change[tuple[Approval, ...]]:
    """Mark what has run out, with an event each. Nothing depends on this being run: expiry is judged by the clock."""
    open_states = (ApprovalState.REQUESTED.value, ApprovalState.APPROVED.value)
    rows = connection.execute(
        select(table).where(table.c.state.in_(open_states), table.c.expires_at <= now).order_by(table.c.id)
    ).all()
    changes = []
    for before in map(_approval, rows):
        if _write(connection, before, approvals.expire(before, at=now)):
            after = approvals.expire(before, at=now)
            changes.append((after, _event(AccessEventKind.APPROVAL_EXPIRED, after, now, None)))
    return Change(tuple(after for after, _ in changes), tuple(event for _, event in changes))


def find_approval(connection: Connection, approval_id: str) -> Approval:
    """As stored; ask :func:`sekisho.access.approvals.state_at` where it stands now."""
    row = connection.execute(select(table).where(table.c.id == approval_id)).first()
    if row is None:
        raise ApprovalNotFound(approval_id=approval_id[:32])
    return _approval(row)


def open_approvals(connection: Connection, *, now: datetime, limit: int = 100) -> list[Approval]:
    """Requests that still can be decided, oldest first."""
    rows = connection.execute(
        select(table)
        .where(table.c.state == ApprovalState.REQUESTED.value, table.c.expires_at > now)
        .order_by(table.c.requested_at, table.c.id)
        .limit(limit)
    )
    return [_approval(row) for row in rows]


def _decidable(connection: Connection, actor: Principal, action: str, approval_id: str) -> Approval:
    """The approval, which ``actor`` may decide by what they hold. Raises ``ScopeMissing``, ``ProofTooWeak``."""
    if Scope.DISCLOSURE_EMERGENCY not in actor.scopes:
        actor.require(Scope.APPROVE)
    # Otherwise one person at the command line could ask as one and approve as another.
    actor.require_proof(action)
    found = find_approval(connection, approval_id)
    if not found.subject_kind.startswith(EMERGENCY_KINDS):
        actor.require(Scope.APPROVE)
    return found


def _use(
    connection: Connection, actor: Principal, approval_id: str, kind: str, subject_hash: bytes, now: datetime
) -> Change[Approval]:
    before = find_approval(connection, approval_id)
    after = approvals.use(before, kind=kind, subject=subject_hash, by=actor.staff_id, at=now)
    return _step(connection, before, after, now, actor.staff_id)


def _step(connection: Connection, before: Approval, after: Approval, now: datetime, by: str) -> Change[Approval]:
    if not _write(connection, before, after):
        # Somebody else was quicker. What the machine says about the row as it is now is the answer.
        current = find_approval(connection, before.id)
        if after.state is ApprovalState.USED:
            approvals.use(current, kind=before.subject_kind, subject=before.subject_hash, by=by, at=now)
        else:
            approvals.refuse(current, by=by, at=now)
        raise AlreadyDecided(approval_id=before.id, state=current.state.value)
    return Change(after, (_event(_EVENT_OF[after.state], after, now, by),))


def _write(connection: Connection, before: Approval, after: Approval) -> bool:
    """Whether the row was still as ``before`` and is now as ``after``: the database decides between two who try."""
    done = connection.execute(
        update(table)
        .where(table.c.id == before.id, table.c.state == before.state.value)
        .values(
            state=after.state.value, decided_by=after.decided_by, decided_at=after.decided_at, used_by=after.used_by,
            used_at=after.used_at,
        )
    )
    return done.rowcount == 1


def _approval(row: Any) -> Approval:
    return Approval(
        row.id, row.subject_kind, row.subject_hash, row.requested_by, row.requested_at, row.expires_at,
        ApprovalState(row.state), row.decided_by, row.decided_at, row.used_by, row.used_at,
    )


def _event(kind: AccessEventKind, about: Approval, at: datetime, by: str | None) -> AccessEvent:
    body = {
        "approval_id": about.id,
        "subject_kind": about.subject_kind,
        "subject_hash": about.subject_hash.hex(),
        "requested_by": about.requested_by,
        "expires_at": about.expires_at.isoformat(),
        "by": by,
    }
    return AccessEvent(kind, at, body)
