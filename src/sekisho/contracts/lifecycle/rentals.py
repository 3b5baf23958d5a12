"""Rental records in one workspace: made once per decision about a rental, and the worklist of those still to make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson
from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from sekisho.clock import japan_date
from sekisho.contracts.errors import UnknownDecision
from sekisho.contracts.lifecycle.errors import NotARental, RentalRecorded
from sekisho.contracts.lifecycle.holdings import ERASED
from sekisho.contracts.lifecycle.rental import due_on, handed_over_on, read_rental
from sekisho.contracts.lifecycle.tables import contract, contract_membership, contract_rental
from sekisho.contracts.postal.tables import contract_completion
from sekisho.contracts.tables import contract_decision
from sekisho.engine.verdicts import Verdict
from sekisho.keys.schedule import contract_month_key
from sekisho.store.personal import PersonalColumn
from sekisho.workspace import Workspace

RENTAL_LEAF = "contract.rental_recorded"
RENTALS = ("rental", "repeated_rental")

_BODY = PersonalColumn("contract_rental", "body")


@dataclass(frozen=True, slots=True)
class RentalAnswer:
    """A rental record: its id (that of its leaf), its place in the ledger, until when it was due and whether it is
    late."""

    id: str
    ledger_index: int | None
    due_on: date
    late: bool
    record: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RentalToRecord:
    """A rental without a record. ``presumed``: nobody has told when it was handed over, so the earliest possible day is
    taken, that of the decision."""

    decision: str
    handed_over_on: date
    presumed: bool
    due_on: date
    late: bool


class Rentals:
    """The rental records of one workspace. Thread-safe."""

    def __init__(self, workspace: Workspace) -> None:
        """Reads and writes through the workspace."""
        self._workspace = workspace

    def record(self, decision: str, written: Mapping[str, Any], *, by: str) -> RentalAnswer:
        """Record the hand-over of a rental. One that comes late is taken, and said to be late.

        The same record again answers what is there; another one is ``RentalRecorded``. Raises ``NotARental``.
        """
        now = self._workspace.clock.now()
        record = read_rental(written, now=now)
        with self._workspace.database.read() as connection:
            row = connection.execute(select(contract_decision).where(contract_decision.c.id == decision)).one_or_none()
        if row is None:
            raise UnknownDecision(decision=decision[:100])
        if row.event not in RENTALS or row.verdict != Verdict.ACCEPT.value or row.hypothetical:
            raise NotARental(decision=decision, event=f"{row.event}, {row.verdict}")
        there = self.find(decision)
        if there is not None:
            return self._same(decision, there, record.document())
        day = handed_over_on(record)
        due = due_on(day)
        late = japan_date(now) > due
        key = contract_month_key(japan_date(now))
        said = {"decision": decision, "record": record.document(), "due_on": due.isoformat(), "late": late, "by": by}
        leaf = self._workspace.seal(
            kind=RENTAL_LEAF, owner=key, body=orjson.dumps(said, option=orjson.OPT_SORT_KEYS), at=now
        )
        made = {
            "id": leaf.id,
            "decision": decision,
            "key": key,
            "body": _BODY.seal(self._workspace.keyring, record.document(), row_id=leaf.id, key=key),
            "handed_over_on": day,
            "due_on": due,
            "late": late,
            "made_at": now,
            "made_by": by,
        }

        def write(connection: Connection) -> None:
            connection.execute(insert(contract_rental), made)

        try:
            committed = self._workspace.commit(write, [leaf])
        except IntegrityError:
            found = self.find(decision)
            if found is None:
                raise
            return self._same(decision, found, record.document())
        return RentalAnswer(leaf.id, committed.leaf_indexes[0], due, late, record.document())

    @staticmethod
    def _same(decision: str, there: RentalAnswer, wanted: Mapping[str, Any]) -> RentalAnswer:
        if there.record != wanted:
            raise RentalRecorded(decision=decision)
        return there

    def find(self, decision: str) -> RentalAnswer | None:
        """The rental record of a decision; None where there is none. Raises ``KeyDestroyed``."""
        with self._workspace.database.read() as connection:
            row = connection.execute(
                select(contract_rental).where(contract_rental.c.decision == decision)
            ).one_or_none()
        if row is None:
            return None
        record = _BODY.open(self._workspace.keyring, row.body, row_id=row.id, key=row.key)
        return RentalAnswer(row.id, self._workspace.index_of(row.id), row.due_on, bool(row.late), record)

    def to_record(self) -> list[RentalToRecord]:
        """Accepted rentals without a record, the most urgent first. Left out: those of which nothing came."""
        today = japan_date(self._workspace.clock.now())
        table, member = contract_decision.c, contract_membership.c
        query = (
            select(table.id, table.as_of, contract.c.delivered_on, contract.c.began_on)
            .select_from(
                contract_decision.outerjoin(contract_rental, contract_rental.c.decision == table.id)
                .outerjoin(contract_membership, member.decision == table.id)
                .outerjoin(contract, contract.c.id == member.contract)
                .outerjoin(contract_completion, contract_completion.c.first == table.id)
            )
            .where(
                table.event.in_(RENTALS),
                table.verdict == Verdict.ACCEPT.value,
                table.hypothetical.is_(False),
                table.body != ERASED,
                contract_rental.c.id.is_(None),
                contract_completion.c.first.is_(None),
                (member.decision.is_(None) | member.contract.is_not(None)),
            )
        )
        found = []
        with self._workspace.database.read() as connection:
            for row in connection.execute(query):
                day = row.delivered_on or row.as_of
                due = due_on(day)
                found.append(RentalToRecord(row.id, day, row.delivered_on is None, due, today > due))
        return sorted(found, key=lambda each: (each.due_on, each.decision))
