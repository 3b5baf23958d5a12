"""What needs a second person: agreements on trunks, their end before their time, rules of the operator's own, and what
holds for lines that asked for nothing.

::

    requested ──approve (somebody else)──▶ make ──▶ in force
        └───────withdraw──────▶ withdrawn

An agreement and the rules decide whose calls are refused, and the default of lines whose calls are altered without
their having asked: none of it is one person's to change, nor to end. Going back to a bundle that was published is.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

import orjson
from sqlalchemy import Connection, insert, select, update

from sekisho.access import approval_service, approvals
from sekisho.access.approvals import Approval
from sekisho.access.events import Change
from sekisho.access.once import id_of, once
from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.calls.desk import Desk, checked_text
from sekisho.calls.errors import ProposalDecided, ProposalRefused, UnknownAgreement, UnknownProposal
from sekisho.calls.screening import agreements as trunks
from sekisho.calls.screening.agreements import Agreement, Agreements
from sekisho.calls.screening.lookups import NO_SETTINGS, LineSettings
from sekisho.calls.screening.settings import read_settings
from sekisho.calls.tables import call_agreement, call_proposal, call_rules
from sekisho.clock import japan_date

PROPOSAL_LEAF: Final = "calls.proposal"
LIVE_RULES: Final = "live"
"""The role of the rule set that decides."""
APPROVAL_LIFE: Final = timedelta(days=7)
"""How long somebody has to approve. A house limit."""
MOST_AT_ONCE: Final = 1_000
"""Agreements in one proposal: what one person can be expected to look through. A house limit."""
MOST_BYTES: Final = 2 * 1024 * 1024
"""Of one proposal, as JSON: below what a sealed row holds."""
_DEFAULTS: Final[dict[str, Any]] = {
    "otherwise": "anonymise", "until": None, "numbers": [], "ranges": [], "forwards": True, "foreign": None,
    "emergency_numbers": None, "extensions": False, "owner": "",
}  # fmt: skip
_NEEDED: Final = frozenset({"id", "trunk", "direction", "shows", "from"})


class ProposalKind(StrEnum):
    """What is proposed."""

    AGREEMENTS = "agreements"
    DEFAULT_LINES = "default_lines"
    """``settings`` for lines without their own, with the ``basis`` they rest on and its ``document``."""
    END_AGREEMENT = "end_agreement"
    """``agreement`` ends ``on`` a day, the first without it."""
    RULE_SET = "rule_set"
    """``rules``: the compiled rule set as a text, ``sha256`` of it."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """One proposal."""

    id: str
    kind: ProposalKind
    state: str
    body: Mapping[str, Any]
    subject: bytes
    approval: str
    requested_by: str
    requested_at: datetime

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "id": self.id, "kind": self.kind.value, "state": self.state, "approval": self.approval,
            "requested_by": self.requested_by, "requested_at": self.requested_at.isoformat(), **self.body,
        }  # fmt: skip


class Accords:
    """Proposals, agreements and the default of lines of one workspace. Thread-safe."""

    def __init__(self, desk: Desk) -> None:
        """Reads and writes nothing until asked to."""
        self._desk = desk

    def propose_agreements(
        self, documents: Sequence[Mapping[str, Any]], *, by: Principal, idempotency_key: str | None = None
    ) -> Proposal:
        """Propose agreements, all or none: ``id, trunk, direction, shows, from`` and what else an
        :class:`~sekisho.calls.screening.agreements.Agreement` has. Raises ``ProposalRefused``, ``AgreementsRefused``
        (they contradict each other or those in force), ``ScopeMissing``, ``IdempotencyKeyReused``."""
        if not 0 < len(documents) <= MOST_AT_ONCE:
            raise ProposalRefused(field="agreements", problem=f"1 to {MOST_AT_ONCE}")
        whole = []
        for one in documents:
            if not isinstance(one, Mapping) or not _NEEDED <= set(one) <= _NEEDED | set(_DEFAULTS):
                raise ProposalRefused(field="agreements", problem=f"objects with {', '.join(sorted(_NEEDED))}")
            whole.append({**_DEFAULTS, **one})
        kind, body, wanted = ProposalKind.AGREEMENTS, {"agreements": whole}, id_of("cp_", by, idempotency_key)
        if idempotency_key is not None and self._known(wanted) is not None:
            return self._propose(kind, body, by, wanted, idempotency_key)
        proposed = _agreements(whole).all
        today = japan_date(self._desk.now())
        for each in proposed:
            if each.begins < today:
                raise ProposalRefused(field="from", problem="today or later: no agreement is made after the fact")
        Agreements([*self.agreements(), *proposed])
        return self._propose(kind, body, by, wanted, idempotency_key)

    def propose_default(
        self,
        settings: Mapping[str, Any],
        *,
        basis: str,
        document: str,
        by: Principal,
        idempotency_key: str | None = None,
    ) -> Proposal:
        """Propose what holds for lines that asked for nothing. ``basis``: why altering their calls is lawful without
        each one's own consent (a comprehensive consent's conditions); ``document`` where that stands. Raises
        ``ProposalRefused``."""
        said = {"basis": checked_text(basis, most=2000), "document": checked_text(document, most=500)}
        for name, value in said.items():
            if value is None:
                raise ProposalRefused(field=name, problem="why this is lawful without each line's consent, and where")
        try:
            read_settings(settings)
        except ValueError as error:
            raise ProposalRefused(field="settings", problem=str(error)) from None
        made, body = id_of("cp_", by, idempotency_key), {"settings": dict(settings), **said}
        return self._propose(ProposalKind.DEFAULT_LINES, body, by, made, idempotency_key)

    def _propose(
        self, kind: ProposalKind, body: dict[str, Any], by: Principal, made: str, asked_under: str | None
    ) -> Proposal:
        return once(
            asked_under, made, find=self._known, make=lambda: self._request(kind, body, by, made),
            same=lambda found: (found.kind, found.body) == (kind, body),
        )  # fmt: skip

    def _known(self, proposal_id: str) -> Proposal | None:
        try:
            return self.find(proposal_id)
        except UnknownProposal:
            return None

    def _request(self, kind: ProposalKind, body: dict[str, Any], by: Principal, made: str) -> Proposal:
        by.require(Scope.REQUEST)
        if len(orjson.dumps(body)) > MOST_BYTES:
            raise ProposalRefused(field="body", problem=f"at most {MOST_BYTES} bytes")
        desk, now = self._desk, self._desk.now()
        key, subject = desk.key(), approvals.subject_hash(_approval_kind(kind), {"proposal": made, **body})

        def write(connection: Connection) -> Change[Approval]:
            asked = approval_service.request_approval(
                connection, actor=by, kind=_approval_kind(kind), subject_hash=subject,
                expires_at=now + APPROVAL_LIFE, now=now,
            )  # fmt: skip
            connection.execute(
                insert(call_proposal).values(
                    id=made, kind=kind.value, state="requested", subject=subject, approval=asked.value.id,
                    requested_at=now, requested_by=by.staff_id, key=key,
                    body=desk.seal(call_proposal, body, row_id=made, key=key),
                )
            )  # fmt: skip
            return asked

        self._commit(write, {"proposal": made, "kind": kind.value, "subject": subject.hex()}, by, now)
        return self.find(made)

    def approve(self, proposal_id: str, *, by: Principal) -> Proposal:
        """Approve one that somebody else proposed. Raises ``UnknownProposal``, ``ProposalDecided``, and what the
        approval raises (``OwnRequest``, ``ProofTooWeak`` …)."""
        now = self._desk.now()

        def write(connection: Connection) -> Change[Approval]:
            found = self._find(connection, proposal_id, "requested")
            return approval_service.approve(
                connection, actor=by, approval_id=found.approval, subject_hash=found.subject, now=now
            )

        self._desk.workspace.change(write)
        return self.find(proposal_id)

    def make(self, proposal_id: str, *, by: Principal) -> Proposal:
        """Put an approved one in force. Raises ``UnknownProposal``, ``ProposalDecided``, ``AgreementsRefused``, and
        what the approval raises."""
        by.require(Scope.REQUEST)
        now = self._desk.now()

        def write(connection: Connection) -> Change[Approval]:
            found = self._find(connection, proposal_id, "requested")
            used = approval_service.require_approval(
                connection, actor=by, approval_id=found.approval, kind=_approval_kind(found.kind),
                subject_hash=found.subject, now=now,
            )  # fmt: skip
            if found.kind is ProposalKind.AGREEMENTS:
                self._enter(connection, found)
            elif found.kind is ProposalKind.END_AGREEMENT:
                self._end(connection, found.body["agreement"], date.fromisoformat(found.body["on"]), now)
            elif found.kind is ProposalKind.RULE_SET:
                row = {"role": LIVE_RULES, "digest": found.body["sha256"], "artefact": found.body["rules"]}
                connection.execute(insert(call_rules), {**row, "at": now, "by": by.staff_id})
            self._move(connection, found, "in_force", by, now)
            return used

        self._commit(write, {"proposal": proposal_id[:64], "state": "in_force"}, by, now)
        return self.find(proposal_id)

    def withdraw(self, proposal_id: str, *, by: Principal) -> Proposal:
        """Withdraw one that isn't in force. Raises ``UnknownProposal``, ``ProposalDecided``."""
        by.require(Scope.REQUEST)
        now = self._desk.now()

        def write(connection: Connection) -> Change[None]:
            self._move(connection, self._find(connection, proposal_id, "requested"), "withdrawn", by, now)
            return Change(None, ())

        self._commit(write, {"proposal": proposal_id[:64], "state": "withdrawn"}, by, now)
        return self.find(proposal_id)

    def propose_end(
        self, agreement_id: str, on: date, *, by: Principal, idempotency_key: str | None = None
    ) -> Proposal:
        """Propose that an agreement ends: ``on`` is the first day without it, today at the earliest when it is proposed
        and when it is made. Raises ``UnknownAgreement``, ``ProposalRefused``."""
        with self._desk.workspace.database.read() as connection:
            _require_end(connection, agreement_id, on, japan_date(self._desk.now()))
        body = {"agreement": agreement_id, "on": on.isoformat()}
        wanted = id_of("cp_", by, idempotency_key)
        return self._propose(ProposalKind.END_AGREEMENT, body, by, wanted, idempotency_key)

    def propose_rules(
        self, artefact: bytes, *, by: Principal, idempotency_key: str | None = None
    ) -> Proposal:
        """Propose a compiled rule set to decide from the next bundle on. Whether it is sound is asked before
        (:meth:`~sekisho.calls.publishing.Publishing.propose_rules`). Raises ``ProposalRefused``."""
        body = {"sha256": hashlib.sha256(artefact).hexdigest(), "rules": artefact.decode()}
        return self._propose(ProposalKind.RULE_SET, body, by, id_of("cp_", by, idempotency_key), idempotency_key)

    def find(self, proposal_id: str) -> Proposal:
        """One proposal. Raises ``UnknownProposal``."""
        with self._desk.workspace.database.read() as connection:
            return self._find(connection, proposal_id, None)

    def every(self) -> list[Proposal]:
        """All proposals, newest first."""
        query = select(call_proposal).order_by(call_proposal.c.requested_at.desc(), call_proposal.c.id)
        with self._desk.workspace.database.read() as connection:
            return [self._proposal(row) for row in connection.execute(query)]

    def agreements(self) -> list[Agreement]:
        """Every agreement, past ones and those to come included."""
        with self._desk.workspace.database.read() as connection:
            return self.in_force(connection)

    def documents(self) -> list[dict[str, Any]]:
        """Every agreement as JSON values, but for its numbers: those stand in the proposal that made it."""
        return [
            {
                "id": one.id, "trunk": one.trunk, "direction": one.direction.value, "shows": one.shows.value,
                "otherwise": one.otherwise.value, "from": one.begins.isoformat(),
                "until": None if one.ends is None else one.ends.isoformat(), "owner": one.owner,
            }
            for one in self.agreements()
        ]  # fmt: skip

    def in_force(self, connection: Connection) -> list[Agreement]:
        """:meth:`agreements`, within a transaction."""
        documents = []
        for row in connection.execute(select(call_agreement).order_by(call_agreement.c.id)):
            until = None if row.ends is None else row.ends.isoformat()
            documents.append({**self._desk.open(call_agreement, row), "until": until})
        return list(_agreements(documents).all)

    def default(self, connection: Connection) -> LineSettings:
        """What holds for lines that asked for nothing."""
        query = (
            select(call_proposal)
            .where(call_proposal.c.kind == ProposalKind.DEFAULT_LINES.value, call_proposal.c.state == "in_force")
            .order_by(call_proposal.c.decided_at.desc())
            .limit(1)
        )
        row = connection.execute(query).one_or_none()
        return NO_SETTINGS if row is None else read_settings(self._proposal(row).body["settings"])

    def _enter(self, connection: Connection, found: Proposal) -> None:
        self._desk.alone(connection)  # two that contradict each other, made at once
        documents = found.body["agreements"]
        Agreements([*self.in_force(connection), *_agreements(documents).all])
        key = self._desk.key()
        for one in documents:
            connection.execute(
                insert(call_agreement).values(
                    id=one["id"], trunk=one["trunk"], direction=one["direction"],
                    begins=date.fromisoformat(one["from"]),
                    ends=None if one["until"] is None else date.fromisoformat(one["until"]), proposal=found.id,
                    key=key, body=self._desk.seal(call_agreement, one, row_id=one["id"], key=key),
                )
            )  # fmt: skip

    @staticmethod
    def _end(connection: Connection, agreement_id: str, on: date, now: datetime) -> None:
        _require_end(connection, agreement_id, on, japan_date(now))
        table = call_agreement
        connection.execute(update(table).where(table.c.id == agreement_id).values(ends=on, ended_at=now))

    def _commit(self, write: Any, said: Mapping[str, Any], by: Principal, now: datetime) -> None:
        desk = self._desk
        leaf = desk.leaf(PROPOSAL_LEAF, said, by, now)
        desk.workspace.commit(write, lambda change: [*desk.workspace.seal_events(change), leaf])

    def _move(self, connection: Connection, found: Proposal, state: str, by: Principal, now: datetime) -> None:
        changed = (
            update(call_proposal)
            .where(call_proposal.c.id == found.id, call_proposal.c.state == found.state)
            .values(state=state, decided_at=now, decided_by=by.staff_id)
        )
        if not connection.execute(changed).rowcount:
            raise ProposalDecided(proposal=found.id, state="?")

    def _find(self, connection: Connection, proposal_id: str, state: str | None) -> Proposal:
        row = connection.execute(select(call_proposal).where(call_proposal.c.id == proposal_id)).one_or_none()
        if row is None:
            raise UnknownProposal(proposal=proposal_id[:64])
        if state is not None and row.state != state:
            raise ProposalDecided(proposal=row.id, state=row.state)
        return self._proposal(row)

    def _proposal(self, row: Any) -> Proposal:
        return Proposal(
            row.id, ProposalKind(row.kind), row.state, self._desk.open(call_proposal, row), row.subject, row.approval,
            row.requested_by, row.requested_at,
        )  # fmt: skip


def _require_end(connection: Connection, agreement_id: str, on: date, today: date) -> None:
    row = connection.execute(select(call_agreement).where(call_agreement.c.id == agreement_id)).one_or_none()
    if row is None:
        raise UnknownAgreement(agreement=agreement_id[:64])
    if on < today or on <= row.begins or (row.ends is not None and row.ends <= on):
        raise ProposalRefused(field="on", problem="today or later, after it began and before it ends anyway")


def _approval_kind(kind: ProposalKind) -> str:
    return f"calls.{kind.value}"


def _agreements(documents: Sequence[Mapping[str, Any]]) -> Agreements:
    return trunks.from_json(orjson.dumps({"format": trunks.FORMAT, "agreements": list(documents)}))


def read_agreements_csv(text: str) -> list[dict[str, Any]]:
    """Agreements from CSV with a header: the fields' names; ``numbers`` joined by ``;``, ``ranges`` as ``LOW-HIGH``
    joined by ``;``, ``yes`` or ``no`` for what is one or the other. Raises ``ProposalRefused``, naming the line."""
    found = []
    reader = csv.DictReader(io.StringIO(text))
    for number, row in enumerate(reader, 2):
        one: dict[str, Any] = {}
        for name, cell in row.items():
            if name is None or cell is None or name not in _NEEDED | set(_DEFAULTS):
                raise ProposalRefused(field="csv", problem=f"line {number}: fields as in the header, all known")
            if not cell.strip():
                continue
            one[name] = _cell(name, cell.strip(), number)
        found.append(one)
    return found


def _cell(name: str, cell: str, line: int) -> Any:
    if name == "numbers":
        return [part.strip() for part in cell.split(";") if part.strip()]
    if name == "ranges":
        pairs = [part.strip().split("-") for part in cell.split(";") if part.strip()]
        if any(len(pair) != 2 for pair in pairs):
            raise ProposalRefused(field="csv", problem=f"line {line}: ranges are LOW-HIGH, joined by ;")
        return pairs
    if name in ("forwards", "foreign", "emergency_numbers", "extensions"):
        with suppress(KeyError):
            return {"yes": True, "no": False}[cell]
        raise ProposalRefused(field="csv", problem=f"line {line}: {name} is yes or no")
    return cell
