"""A contract's life over one workspace: begun from an accepted decision, delivered, ended; and what never began.

Each change is one row, one event and one ledger leaf, durable together. After a change of the end, what belongs to the
contract is moved at once; where that is interrupted, the next ``sekisho due`` goes on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from sekisho.clock import japan_date
from sekisho.contracts.errors import UnknownDecision
from sekisho.contracts.field_reading import as_identifier, as_text
from sekisho.contracts.lifecycle import belonging, standing
from sekisho.contracts.lifecycle.belonging import HousePeriod
from sekisho.contracts.lifecycle.errors import (
    ContractChanged,
    ContractRecordsDestroyed,
    DecisionTaken,
    EventDayRefused,
    NotAccepted,
    PeriodRefused,
    ReferenceTaken,
    UnknownContract,
)
from sekisho.contracts.lifecycle.events import ContractKind, EventKind, after
from sekisho.contracts.lifecycle.holdings import ERASED, REFERENCE_OF_CONTRACT
from sekisho.contracts.lifecycle.moving import Mover
from sekisho.contracts.lifecycle.record import Contract, Recorded, Unresolved, day_text, life_of
from sekisho.contracts.lifecycle.tables import contract, contract_event, contract_membership, contract_period
from sekisho.contracts.postal.tables import contract_completion
from sekisho.contracts.tables import contract_decision
from sekisho.engine.verdicts import Verdict
from sekisho.keys.errors import KeyDestroyed
from sekisho.keys.schedule import contract_month_key
from sekisho.store.outbox import SealedLeaf
from sekisho.store.personal import PersonalColumn
from sekisho.workspace import Workspace
from sekisho.workspace.parts import HOUSE_KEY

EVENT_LEAF = "contract."
"""Start of the kinds of an event's leaf: ``contract.begun``, ``contract.ended`` …"""

NOT_MADE_LEAF = "contract.not_made"
PERIOD_LEAF = "contract.period_declared"

MAX_DECISIONS = 50
"""Decisions given to a contract at once: far more than one application takes."""

NO_CONTRACT = "no contract"
"""Told where somebody said that a decision led to none."""

_BODY = PersonalColumn("contract", "body")
_EVENT_BODY = PersonalColumn("contract_event", "body")
_RENTALS = ("rental", "repeated_rental")


class ContractLife:
    """The lives of the contracts of one workspace. Thread-safe: it keeps nothing between calls."""

    def __init__(self, workspace: Workspace) -> None:
        """Reads and writes through the workspace."""
        self._workspace = workspace

    # --- beginning ---------------------------------------------------------------------------------------------------

    def begin(
        self, decisions: Sequence[str], *, by: str, reference: str | None = None, on: date | None = None
    ) -> Recorded:
        """Begin a contract with an accepted decision; the first of ``decisions`` is the one, others belong to it too.

        ``reference`` is the operator's own number, by default the application's. A decision that completed another
        brings that one along. Asked again with the same reference, it answers what is there.
        """
        now, today = self._workspace.clock.now(), self._today()
        began = on or today
        if began > today:
            raise EventDayRefused(day=began.isoformat(), problem="a day that has not come")
        rows = [self._decision(each) for each in dict.fromkeys(decisions[:MAX_DECISIONS])]
        first = rows[0]
        if first.verdict != Verdict.ACCEPT.value or first.hypothetical:
            verdict = "hypothetical" if first.hypothetical else first.verdict
            raise NotAccepted(decision=first.id, verdict=verdict)
        named = self._reference_of(first) if reference is None else as_identifier(reference, "reference")
        taken = self._contract_of(first.id)
        if taken is not None:
            if taken.reference == named:
                return Recorded(taken, None)
            raise DecisionTaken(decision=first.id, contract=taken.id)
        same = self._by_reference(named)
        if same is not None:
            raise ReferenceTaken(contract=same.id)
        kind = ContractKind.RENTAL if first.event in _RENTALS else ContractKind.SERVICE
        members = self._with_first_legs([row.id for row in rows])
        key = contract_month_key(today)
        leaf = self._leaf(EventKind.BEGUN, key, {"decisions": members, "on": began.isoformat(), "by": by}, now)
        ring = self._workspace.keyring
        row = {
            "id": leaf.id,
            "key": key,
            "body": _BODY.seal(ring, {"reference": named}, row_id=leaf.id, key=key),
            "reference_index": REFERENCE_OF_CONTRACT.index(ring, named, key=key),
            "kind": kind.value,
            "decision": first.id,
            "began_on": began,
            "delivered_on": None,
            "ended_on": None,
            "last_day": None,
            # A decision that was said to have led to nothing may lie under the key of a last day already.
            "settled": False,
            "revision": 0,
            "made_at": now,
            "made_by": by,
        }

        def write(connection: Connection) -> None:
            connection.execute(insert(contract), row)
            _join(connection, members, leaf.id, now, by)

        try:
            index = self._workspace.commit(write, [leaf]).leaf_indexes[0]
        except IntegrityError:
            found = self._contract_of(first.id)
            if found is not None and found.reference == named:
                return Recorded(found, None)
            raise DecisionTaken(decision=first.id, contract=found.id if found is not None else NO_CONTRACT) from None
        Mover(self._workspace).settle(leaf.id)
        return Recorded(self.find(leaf.id), index)

    def attach(self, contract_id: str, decision: str, *, by: str) -> Recorded:
        """Let another decision (a transfer, an earlier attempt) be kept as long as the contract it belongs to."""
        found = self.find(contract_id)
        self._require_records(found)
        taken = self._contract_of(self._decision(decision).id)
        if taken is not None:
            if taken.id == found.id:
                return Recorded(found, None)
            raise DecisionTaken(decision=decision, contract=taken.id)
        members = self._with_first_legs([decision])
        return self._record(found, EventKind.ATTACHED, None, by=by, note=None, members=members)

    def not_made(self, decision: str, *, by: str) -> int | None:
        """Say that no contract came of a decision, so that the house's period holds for it; the ledger index.

        None where it was said before. Raises ``DecisionTaken`` where a contract has begun with it.
        """
        now = self._workspace.clock.now()
        row = self._decision(decision)
        with self._workspace.database.read() as connection:
            said = connection.execute(
                select(contract_membership).where(contract_membership.c.decision == row.id)
            ).one_or_none()
        if said is not None:
            if said.contract is None:
                return None
            raise DecisionTaken(decision=decision, contract=said.contract)
        members = self._with_first_legs([row.id])
        key = contract_month_key(self._today())
        body = orjson.dumps({"decisions": members, "by": by}, option=orjson.OPT_SORT_KEYS)
        leaf = self._workspace.seal(kind=NOT_MADE_LEAF, owner=key, body=body, at=now)
        try:
            committed = self._workspace.commit(lambda connection: _join(connection, members, None, now, by), [leaf])
        except IntegrityError:
            raise DecisionTaken(decision=decision, contract=NO_CONTRACT) from None
        return committed.leaf_indexes[0]

    # --- what happens to it ------------------------------------------------------------------------------------------

    def delivered(self, contract_id: str, *, on: date | None, by: str, note: str | None = None) -> Recorded:
        """Record that SIM or handset was handed over."""
        return self._record(self.find(contract_id), EventKind.DELIVERED, on or self._today(), by=by, note=note)

    def end(self, contract_id: str, *, on: date | None, by: str, note: str | None = None) -> Recorded:
        """Record the day the contract ended: the three years run from it. The same day again changes nothing."""
        found, day = self.find(contract_id), on or self._today()
        if found.life.ended_on == day:
            return Recorded(self._settled(found), None)
        return self._record(found, EventKind.ENDED, day, by=by, note=note)

    def correct_end(self, contract_id: str, *, on: date, by: str, note: str | None = None) -> Recorded:
        """Record that it ended on another day. What was moved is moved again."""
        found = self.find(contract_id)
        if found.life.ended_on == on:
            return Recorded(self._settled(found), None)
        return self._record(found, EventKind.END_CORRECTED, on, by=by, note=note)

    def withdraw_end(self, contract_id: str, *, by: str, note: str | None = None) -> Recorded:
        """Record that it didn't end: its records are those of a running contract again."""
        return self._record(self.find(contract_id), EventKind.END_WITHDRAWN, None, by=by, note=note)

    def _record(
        self,
        found: Contract,
        kind: EventKind,
        on: date | None,
        *,
        by: str,
        note: str | None,
        members: Sequence[str] = (),
    ) -> Recorded:
        self._require_records(found)
        now, today = self._workspace.clock.now(), self._today()
        life = after(found.life, kind, on, today=today)
        said = as_text(note, "note") if note is not None else None
        moved = found.settled and found.key.startswith(standing.LAST_PREFIX)
        key = contract_month_key(today)
        told = {
            "contract": found.id,
            "on": day_text(on),
            "by": by,
            "note": said,
            "kept_until": day_text(life.last_day),
            "records_had_been_moved": moved,
            "decisions": list(members),
        }
        leaf = self._leaf(kind, key, told, now)
        body = _EVENT_BODY.seal(self._workspace.keyring, {"note": said}, row_id=leaf.id, key=key)

        def write(connection: Connection) -> None:
            seen = connection.execute(select(contract).where(contract.c.id == found.id)).one()
            if life_of(seen) != found.life:
                raise _Changed
            event = {
                "id": leaf.id,
                "contract": found.id,
                "position": seen.revision + 1,
                "kind": kind.value,
                "key": key,
                "body": body,
                "on": on,
                "made_at": now,
                "made_by": by,
            }
            connection.execute(insert(contract_event), event)
            connection.execute(
                update(contract)
                .where(contract.c.id == found.id)
                .values(
                    delivered_on=life.delivered_on,
                    ended_on=life.ended_on,
                    last_day=life.last_day,
                    settled=False,
                    revision=seen.revision + 1,
                )
            )
            _join(connection, members, found.id, now, by)

        try:
            index = self._workspace.commit(write, [leaf]).leaf_indexes[0]
        except (_Changed, IntegrityError):
            raise ContractChanged(contract=found.id) from None
        Mover(self._workspace).settle(found.id)
        return Recorded(self.find(found.id), index)

    def _settled(self, found: Contract) -> Contract:
        """The contract, moved where a run that was interrupted had left it."""
        if found.settled:
            return found
        Mover(self._workspace).settle(found.id)
        return self.find(found.id)

    def _require_records(self, found: Contract) -> None:
        if found.reference is None or not self._workspace.keyring.exists(found.key):
            raise ContractRecordsDestroyed(contract=found.id, key=found.key)

    # --- the house's period ------------------------------------------------------------------------------------------

    def period(self) -> HousePeriod:
        """How long applications without a contract are kept."""
        with self._workspace.database.read() as connection:
            return belonging.house_period(connection)

    def declare_period(self, months: int, *, reason: str, by: str) -> int:
        """Declare how long applications without a contract are kept, and why; the ledger index of the record.

        Holds for what isn't under the key of a last day yet.
        """
        if not 1 <= months <= standing.MAX_NEVER_CONTRACTED_MONTHS:
            raise PeriodRefused(problem=f"1 to {standing.MAX_NEVER_CONTRACTED_MONTHS} months")
        now, why = self._workspace.clock.now(), as_text(reason, "reason")
        row = {"months": months, "reason": why, "made_at": now, "made_by": by}
        body = orjson.dumps({"months": months, "reason": why, "by": by}, option=orjson.OPT_SORT_KEYS)
        leaf = self._workspace.seal(kind=PERIOD_LEAF, owner=HOUSE_KEY, body=body, at=now)

        def write(connection: Connection) -> None:
            connection.execute(insert(contract_period), row)

        return self._workspace.commit(write, [leaf]).leaf_indexes[0]

    # --- looking -----------------------------------------------------------------------------------------------------

    def find(self, name: str) -> Contract:
        """A contract by its id or its reference. Raises ``UnknownContract``."""
        with self._workspace.database.read() as connection:
            row = connection.execute(select(contract).where(contract.c.id == name)).one_or_none()
        found = self._contract(row) if row is not None else self._by_reference(name)
        if found is None:
            raise UnknownContract(contract=name[:100])
        return found

    def contracts(self, *, after_id: str = "", limit: int = 1000) -> Iterator[Contract]:
        """Contracts by id, from ``after_id`` on."""
        with self._workspace.database.read() as connection:
            query = select(contract).where(contract.c.id > after_id).order_by(contract.c.id).limit(limit)
            rows = connection.execute(query).all()
        for row in rows:
            yield self._contract(row)

    def unresolved(self, *, all_of_them: bool = False) -> list[Unresolved]:
        """Accepted decisions of which no contract is known, oldest first; by default those that have waited a while.

        A decision whose post is awaited isn't among them, nor one that was completed by another: the other is.
        """
        today = self._today()
        table, member, made = contract_decision.c, contract_membership.c, contract_completion.c
        query = (
            select(table.id, table.event, table.made_at)
            .select_from(
                contract_decision.outerjoin(contract_membership, member.decision == table.id).outerjoin(
                    contract_completion, made.first == table.id
                )
            )
            .where(
                member.decision.is_(None),
                made.first.is_(None),
                table.hypothetical.is_(False),
                table.verdict == Verdict.ACCEPT.value,
                table.body != ERASED,
            )
            .order_by(table.made_at)
        )
        found = []
        with self._workspace.database.read() as connection:
            for row in connection.execute(query):
                decided = japan_date(row.made_at)
                waited = today - decided
                if all_of_them or waited >= standing.UNRESOLVED_AFTER:
                    late = waited >= standing.UNRESOLVED_LATE
                    found.append(Unresolved(row.id, row.event, decided, waited.days, late))
        return found

    # --- what they share ---------------------------------------------------------------------------------------------

    def _today(self) -> date:
        return japan_date(self._workspace.clock.now())

    def _leaf(self, kind: EventKind, key: str, said: dict[str, Any], now: datetime) -> SealedLeaf:
        body = orjson.dumps(said, option=orjson.OPT_SORT_KEYS)
        return self._workspace.seal(kind=EVENT_LEAF + kind.value, owner=key, body=body, at=now)

    def _decision(self, decision: str) -> Row[Any]:
        with self._workspace.database.read() as connection:
            row = connection.execute(select(contract_decision).where(contract_decision.c.id == decision)).one_or_none()
        if row is None:
            raise UnknownDecision(decision=decision[:100])
        return row

    def _reference_of(self, row: Row[Any]) -> str:
        column = PersonalColumn("contract_decision", "body")
        body = column.open(self._workspace.keyring, row.body, row_id=row.id, key=row.key)
        return str(body["application"]["application"])

    def _contract_of(self, decision: str) -> Contract | None:
        with self._workspace.database.read() as connection:
            row = connection.execute(
                select(contract)
                .join(contract_membership, contract_membership.c.contract == contract.c.id)
                .where(contract_membership.c.decision == decision)
            ).one_or_none()
        return None if row is None else self._contract(row)

    def _by_reference(self, reference: str) -> Contract | None:
        ring = self._workspace.keyring
        with self._workspace.database.read() as connection:
            keys = connection.execute(select(contract.c.key).distinct()).scalars().all()
            living = [key for key in keys if ring.exists(key)]
            indexes = REFERENCE_OF_CONTRACT.candidates(ring, reference, keys=living)
            condition: ColumnElement[bool] = contract.c.reference_index.in_(indexes)
            row = connection.execute(select(contract).where(condition).limit(1)).one_or_none()
        return None if row is None else self._contract(row)

    def _with_first_legs(self, decisions: Sequence[str]) -> list[str]:
        """The decisions and those they completed, which nobody has spoken of yet."""
        with self._workspace.database.read() as connection:
            first = connection.execute(
                select(contract_completion.c.first).where(contract_completion.c.decision.in_(decisions))
            ).scalars()
            others = connection.execute(
                select(contract_completion.c.decision).where(contract_completion.c.first.in_([*first, *decisions]))
            ).scalars()
            found = dict.fromkeys([*decisions, *others])
            firsts = connection.execute(
                select(contract_completion.c.first).where(contract_completion.c.decision.in_(list(found)))
            ).scalars()
            found |= dict.fromkeys(firsts)
            spoken = set(
                connection.execute(
                    select(contract_membership.c.decision).where(contract_membership.c.decision.in_(list(found)))
                ).scalars()
            )
        return [each for each in found if each not in spoken or each in decisions]

    def _contract(self, row: Row[Any]) -> Contract:
        reference = None
        if row.body != ERASED:
            try:
                opened = _BODY.open(self._workspace.keyring, row.body, row_id=row.id, key=row.key)
                reference = str(opened["reference"])
            except KeyDestroyed:
                reference = None
        return Contract(
            row.id, reference, ContractKind(row.kind), row.decision, life_of(row), row.key, bool(row.settled)
        )


class _Changed(Exception):
    """The contract isn't as it was read."""


def _join(connection: Connection, members: Sequence[str], contract_id: str | None, now: datetime, by: str) -> None:
    for each in members:
        said = connection.execute(
            select(contract_membership.c.contract).where(contract_membership.c.decision == each)
        ).one_or_none()
        if said is not None and said.contract is None and contract_id is not None:
            # Somebody had said that no contract came of it, and one did.
            connection.execute(
                update(contract_membership)
                .where(contract_membership.c.decision == each)
                .values(contract=contract_id, made_at=now, made_by=by)
            )
            continue
        row = {"decision": each, "contract": contract_id, "made_at": now, "made_by": by}
        connection.execute(insert(contract_membership), row)
