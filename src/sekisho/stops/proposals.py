"""What needs a second person, and what an approval orders.

::

    requested ──approve (somebody else)──▶ order (whoever asked) ──▶ ordered ──confirm (call core)──▶ done
        └──────withdraw─────▶ withdrawn

What is approved is named by a hash of the whole proposal; it is used once, in the transaction that orders it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, insert, select, update

from sekisho.access import approval_service, approvals
from sekisho.access.approvals import Approval
from sekisho.access.events import Change
from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.stops.desk import Desk, new_id
from sekisho.stops.errors import WrongStep
from sekisho.stops.tables import stop_proposal as table

PROPOSAL_LEAF: Final = "stops.proposal"
_WAITING: Final = ("requested", "ordered")
APPROVAL_LIFE: Final = timedelta(days=7)
"""How long somebody has to approve. A house limit."""


class ProposalKind(StrEnum):
    """What is proposed."""

    STOP = "stop"
    RESUME = "resume"
    DENY = "deny"
    STOP_STOCK = "stop_stock"
    LIFT_DENIAL = "lift_denial"
    WHOLESALE = "wholesale"


@dataclass(frozen=True, slots=True)
class Proposal:
    """One proposal."""

    id: str
    kind: ProposalKind
    about: str
    state: str
    body: Mapping[str, Any]
    subject: bytes
    approval: str
    requested_by: str
    requested_at: datetime

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "id": self.id, "kind": self.kind.value, "about": self.about, "state": self.state,
            "approval": self.approval, "requested_by": self.requested_by,
            "requested_at": self.requested_at.isoformat(), "subject": self.subject.hex(), **self.body,
        }  # fmt: skip


class Proposals:
    """The proposals of one workspace. Thread-safe."""

    def __init__(self, desk: Desk) -> None:
        """Reads and writes nothing until asked to."""
        self._desk = desk

    def propose(
        self,
        kind: ProposalKind,
        about: str,
        make: Callable[[Connection, str], Mapping[str, Any]],
        *,
        by: Principal,
    ) -> Proposal:
        """Ask for approval of what ``make`` gives (it gets the transaction and the proposal's id, and checks what must
        hold now). One about the same thing that still waits is withdrawn, or carried out, before there is another.

        Raises ``WrongStep``, ``ScopeMissing``, and what ``make`` raises.
        """
        by.require(Scope.REQUEST)
        desk, now, made = self._desk, self._desk.now(), new_id("sp_")
        key = desk.key()

        def write(connection: Connection) -> Change[Approval]:
            waits = connection.execute(
                select(table.c.id, table.c.state).where(
                    table.c.about == about, table.c.kind == kind.value, table.c.state.in_(_WAITING)
                )
            )
            for other in waits:
                raise in_the_way(other.id, other.state)
            body = dict(make(connection, made))
            subject = approvals.subject_hash(_kind(kind), {"proposal": made, "about": about, **body})
            asked = approval_service.request_approval(
                connection, actor=by, kind=_kind(kind), subject_hash=subject, expires_at=now + APPROVAL_LIFE, now=now
            )
            connection.execute(
                insert(table).values(
                    id=made, kind=kind.value, about=about, state="requested", subject=subject,
                    approval=asked.value.id, requested_at=now, requested_by=by.staff_id, key=key,
                    body=desk.seal(table, body, row_id=made, key=key),
                )
            )  # fmt: skip
            return asked

        said = {"proposal": made, "kind": kind.value, "about": about, "state": "requested"}
        self._commit(write, said, by, now)
        return self.find(made)

    def approve(self, proposal_id: str, *, by: Principal) -> Proposal:
        """Approve one that somebody else asked for. Raises ``UnknownStop``, ``WrongStep``, and what the approval raises
        (``OwnRequest``, ``ProofTooWeak`` …)."""
        now = self._desk.now()

        def write(connection: Connection) -> Change[Approval]:
            found = self._require(connection, proposal_id, "requested")
            return approval_service.approve(
                connection, actor=by, approval_id=found.approval, subject_hash=found.subject, now=now
            )

        self._desk.workspace.change(write)
        return self.find(proposal_id)

    def order(
        self,
        proposal_id: str,
        kind: ProposalKind,
        do: Callable[[Connection, Proposal], None],
        *,
        state: str,
        by: Principal,
    ) -> Proposal:
        """Use the approval, and do what was approved in the same transaction: both happen, or neither.

        ``do`` checks again what must hold, and writes rows. Raises ``UnknownStop``, ``WrongStep``, what the approval
        raises (``ApprovalNotGiven``, ``ApprovalExpired``, ``OwnRequest`` …) and what ``do`` raises.
        """
        by.require(Scope.REQUEST)
        now = self._desk.now()

        def write(connection: Connection) -> Change[Approval]:
            found = self._require(connection, proposal_id, "requested")
            if found.kind is not kind:
                raise WrongStep(id=found.id, state=found.kind.value, next="a proposal of another kind")
            used = approval_service.require_approval(
                connection, actor=by, approval_id=found.approval, kind=_kind(kind), subject_hash=found.subject, now=now
            )
            do(connection, found)
            self.move(connection, found.id, "requested", state, now)
            return used

        self._commit(write, {"proposal": proposal_id[:64], "kind": kind.value, "state": state}, by, now)
        return self.find(proposal_id)

    def withdraw(
        self, proposal_id: str, undo: Callable[[Connection, Proposal], None] = lambda *_: None, *, by: Principal
    ) -> Proposal:
        """Withdraw one that wasn't ordered; ``undo`` takes back what proposing it did, in the same transaction. Raises
        ``UnknownStop``, ``WrongStep``."""
        by.require(Scope.REQUEST)
        now = self._desk.now()

        def write(connection: Connection) -> Change[None]:
            found = self._require(connection, proposal_id, "requested")
            self.move(connection, found.id, "requested", "withdrawn", now)
            undo(connection, found)
            return Change(None, ())

        self._commit(write, {"proposal": proposal_id[:64], "state": "withdrawn"}, by, now)
        return self.find(proposal_id)

    def find(self, proposal_id: str) -> Proposal:
        """One proposal. Raises ``UnknownStop``."""
        with self._desk.workspace.database.read() as connection:
            return self.read(connection, proposal_id)

    def every(self, *states: str) -> list[Proposal]:
        """Proposals in some states, oldest first."""
        query = select(table).where(table.c.state.in_(states)).order_by(table.c.requested_at, table.c.id)
        with self._desk.workspace.database.read() as connection:
            return [self._proposal(row) for row in connection.execute(query)]

    def waiting(self, connection: Connection, kind: ProposalKind) -> list[Proposal]:
        """Those of a kind that are neither done nor withdrawn, within a transaction."""
        rows = connection.execute(select(table).where(table.c.kind == kind.value, table.c.state.in_(_WAITING)))
        return [self._proposal(row) for row in rows]

    def read(self, connection: Connection, proposal_id: str) -> Proposal:
        """:meth:`find`, within a transaction."""
        return self._proposal(self._desk.one(connection, table, proposal_id, "proposal"))

    def move(self, connection: Connection, proposal_id: str, before: str, after: str, now: datetime) -> None:
        """From a state to the next. Raises ``WrongStep`` where somebody was quicker."""
        times = {"confirmed_at": now} if after == "done" else {"decided_at": now}
        done = connection.execute(
            update(table).where(table.c.id == proposal_id, table.c.state == before).values(state=after, **times)
        )
        if done.rowcount != 1:
            raise WrongStep(id=proposal_id, state="decided", next="look at it again")

    def _require(self, connection: Connection, proposal_id: str, state: str) -> Proposal:
        found = self.read(connection, proposal_id)
        if found.state != state:
            raise WrongStep(id=found.id, state=found.state, next="look at it again; a new proposal where it is needed")
        return found

    def _commit(
        self, write: Callable[[Connection], Change[Any]], said: Mapping[str, Any], by: Principal, now: datetime
    ) -> None:
        desk = self._desk
        desk.commit(
            write, lambda change: [*desk.workspace.seal_events(change), desk.leaf(PROPOSAL_LEAF, said, by, now)]
        )

    def _proposal(self, row: Any) -> Proposal:
        return Proposal(
            row.id, ProposalKind(row.kind), row.about, row.state, self._desk.open(table, row), row.subject,
            row.approval, row.requested_by, row.requested_at,
        )  # fmt: skip


def in_the_way(proposal_id: str, state: str) -> WrongStep:
    """That another proposal about the same comes first."""
    return WrongStep(
        id=proposal_id, state=state, next="carry it out" if state == "ordered" else "approve or withdraw it"
    )


def _kind(kind: ProposalKind) -> str:
    return f"stops.{kind.value}"
