"""A caller says that their number was listed in error; and one act frees a number everywhere.

::

    open ──uphold (frees the number)──▶ upheld
      └───reject (with the reason)────▶ rejected

What is freed stays free until its own end, whatever lists bring it again. A subscriber's own list is theirs: it is
counted, never shown and never changed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, insert, select, update

from sekisho.access.once import id_of, once
from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.calls.desk import NUMBER, Desk, checked_text
from sekisho.calls.entries import OPERATOR_LIFE, STOPPED, Entries, ListName
from sekisho.calls.errors import AppealDecided, AppealRefused, UnknownAppeal
from sekisho.calls.imports import Imports
from sekisho.calls.listing.covers import Covers, normal
from sekisho.calls.screening.lookups import Wish
from sekisho.calls.screening.number_keys import key_of
from sekisho.calls.tables import call_appeal
from sekisho.clock import japan_date

APPEAL_LEAF: Final = "calls.appeal"
FREED_LEAF: Final = "calls.number_freed"
ANSWER_WITHIN: Final = timedelta(days=14)
"""Until when an appeal is answered. A house limit: RFC 8688 wants redress and names no time."""
_REFERENCE: Final = re.compile(r"[a-z0-9.-]+:\d+:\d+", re.ASCII)
FREED_FOR: Final = timedelta(days=365)
"""For how long a number stays free where nothing else is said. A house choice, below :data:`OPERATOR_LIFE`."""


@dataclass(frozen=True, slots=True)
class Found:
    """Where a number stands now. ``own``: on how many subscribers' own lists; which ones is theirs alone."""

    operator: tuple[dict[str, Any], ...]
    imported: tuple[dict[str, Any], ...]
    freed: tuple[dict[str, Any], ...]
    own: int

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "operator": list(self.operator), "imported": list(self.imported), "freed": list(self.freed),
            "subscribers_own": self.own,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Appeal:
    """One appeal."""

    id: str
    state: str
    number: str
    reference: str | None
    contact: str
    grounds: str
    received_at: datetime
    due_on: date
    decided_at: datetime | None
    note: str | None

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "id": self.id, "state": self.state, "number": self.number, "reference": self.reference,
            "contact": self.contact, "grounds": self.grounds, "received_at": self.received_at.isoformat(),
            "due_on": self.due_on.isoformat(), "note": self.note,
            "decided_at": None if self.decided_at is None else self.decided_at.isoformat(),
        }  # fmt: skip


class Appeals:
    """The appeals of one workspace. Thread-safe."""

    def __init__(self, desk: Desk, entries: Entries, imports: Imports) -> None:
        """Reads and writes nothing until asked to."""
        self._desk, self._entries, self._imports = desk, entries, imports

    def find_number(self, number: str, *, by: Principal) -> Found:
        """Where a number stands, on every list. Raises ``EntryRefused``, ``EntryProtected``, ``ScopeMissing``."""
        by.require(Scope.READ)
        text = normal(number, self._desk.numbering())
        with self._desk.workspace.database.read() as connection:
            return self._found(connection, text)

    def free(
        self, number: str, reason: str, *, until: datetime | None = None, appeal: str | None = None, by: Principal
    ) -> Found:
        """Free a number on all lists, in one act: single entries of the operator's list end, and an exception holds
        against ranges, imported lists and whatever they bring again, until ``until`` (default :data:`FREED_FOR`).
        Where it stood before is told. A number that no list holds may be freed beforehand. One that is stopped under
        the scheme stays stopped: two people release it at the stops desk.

        Raises ``EntryRefused``, ``EntryProtected``, ``AppealRefused``, ``ScopeMissing``.
        """
        by.require(Scope.REQUEST)
        desk, now = self._desk, self._desk.now()
        text, note = normal(number, desk.numbering()), checked_text(reason, most=1000)
        ends = until or now + FREED_FOR
        if note is None:
            raise AppealRefused(field="reason", problem="1 to 1000 characters: why the number is freed")
        if not now < ends <= now + OPERATOR_LIFE:
            raise AppealRefused(field="until", problem=f"a time at most {OPERATOR_LIFE.days} days ahead")
        with desk.workspace.database.read() as connection:
            before = self._found(connection, text)
        covers = Covers(text, text)

        def write(connection: Connection) -> dict[str, Any]:
            desk.alone(connection)
            listed = self._entries.on(connection, covers, names=(ListName.OPERATOR, ListName.FREED))
            ended = [
                one.id for one in listed
                if one.list is ListName.OPERATOR and one.action is not Wish.PASS and one.reason != STOPPED
            ]  # fmt: skip
            free = [one for one in listed if one.list is ListName.FREED]
            kept = [one.id for one in free if one.expires is not None and one.expires >= ends]
            ended += [one.id for one in free if one.id not in kept]
            self._entries.end(connection, ended, by=by, now=now)
            made = kept[0] if kept else self._entries.insert(
                connection, ListName.FREED, covers, action=Wish.PASS, reason="freed", expires=ends, by=by, now=now,
                said={"source": note, "appeal": appeal},
            )  # fmt: skip
            return {"freed": made, "ended": ended}

        told = {
            "until": ends.isoformat(), "appeal": appeal, "subscribers_own": before.own,
            "imported": [one["list"] for one in before.imported],
        }  # fmt: skip
        desk.workspace.commit(write, lambda made: [desk.leaf(FREED_LEAF, {**told, **made}, by, now)])
        return before

    def receive(
        self, fields: Mapping[str, Any], *, by: Principal, idempotency_key: str | None = None
    ) -> Appeal:
        """Enter an appeal: ``number``, ``contact``, ``grounds``, and the ``reference`` that the refusal (608) gave,
        where there is one. Raises ``AppealRefused``, ``EntryRefused``, ``EntryProtected``, ``ScopeMissing``,
        ``IdempotencyKeyReused``."""
        by.require(Scope.DECIDE)
        desk = self._desk
        number = normal(str(fields.get("number", "")), desk.numbering())
        said: dict[str, Any] = {"number": number, "note": None, "reference": None}
        for name in ("contact", "grounds"):
            said[name] = checked_text(fields.get(name), most=2000)
            if said[name] is None:
                raise AppealRefused(field=name, problem="1 to 2000 characters")
        if fields.get("reference") is not None:
            said["reference"] = checked_text(fields["reference"], most=150)
            if said["reference"] is None or not _REFERENCE.fullmatch(said["reference"]):
                raise AppealRefused(field="reference", problem="the code that the refusal gave, LIST:VERSION:NUMBER")
        made = id_of("ca_", by, idempotency_key)
        return once(
            idempotency_key, made, find=self._known, make=lambda: self._receive(made, said, by),
            same=lambda one: (one.number, one.contact, one.grounds, one.reference)
            == (number, said["contact"], said["grounds"], said["reference"]),
        )  # fmt: skip

    def _known(self, appeal_id: str) -> Appeal | None:
        try:
            return self.find(appeal_id)
        except UnknownAppeal:
            return None

    def _receive(self, made: str, said: Mapping[str, Any], by: Principal) -> Appeal:
        desk, now, key = self._desk, self._desk.now(), self._desk.key()
        row = {
            "id": made, "state": "open", "received_at": now, "due_on": japan_date(now + ANSWER_WITHIN),
            "received_by": by.staff_id, "key": key,
            "number_index": NUMBER.index(desk.workspace.keyring, said["number"], key=key),
            "body": desk.seal(call_appeal, said, row_id=made, key=key),
        }  # fmt: skip
        leaf = desk.leaf(APPEAL_LEAF, {"appeal": made, "state": "open", "reference": said["reference"]}, by, now)
        desk.workspace.commit(lambda connection: connection.execute(insert(call_appeal), row) and None, [leaf])
        return self.find(made)

    def uphold(self, appeal_id: str, note: str, *, until: datetime | None = None, by: Principal) -> Found:
        """Grant an appeal: the number is freed everywhere. Asked again after a crash, what is left is done. Raises as
        :meth:`free`; ``UnknownAppeal``, ``AppealDecided``."""
        by.require(Scope.REQUEST)
        appeal = self._open(appeal_id)
        found = self.free(appeal.number, note, until=until, appeal=appeal.id, by=by)
        self._decide(appeal, "upheld", note, by)
        return found

    def reject(self, appeal_id: str, note: str, *, by: Principal) -> Appeal:
        """Refuse an appeal, with the reason that the caller is told. Raises ``UnknownAppeal``, ``AppealDecided``,
        ``AppealRefused``, ``ScopeMissing``."""
        by.require(Scope.REQUEST)
        appeal = self._open(appeal_id)
        if checked_text(note, most=1000) is None:
            raise AppealRefused(field="note", problem="1 to 1000 characters: what the caller is told")
        self._decide(appeal, "rejected", note, by)
        return self.find(appeal_id)

    def find(self, appeal_id: str) -> Appeal:
        """One appeal. Raises ``UnknownAppeal``."""
        with self._desk.workspace.database.read() as connection:
            row = connection.execute(select(call_appeal).where(call_appeal.c.id == appeal_id)).one_or_none()
        if row is None:
            raise UnknownAppeal(appeal=appeal_id[:60])
        return self._appeal(row)

    def terms(self) -> list[tuple[str, date]]:
        """Open appeals and the days on which they must be answered, without whose they are."""
        table = call_appeal
        query = select(table.c.id, table.c.due_on).where(table.c.state == "open").order_by(table.c.due_on)
        with self._desk.workspace.database.read() as connection:
            return [(row.id, row.due_on) for row in connection.execute(query)]

    def every_open(self, *, by: Principal) -> list[Appeal]:
        """Open appeals, by the day on which they must be answered, for whoever enters or decides them. Raises
        ``ScopeMissing``."""
        if Scope.REQUEST not in by.scopes:
            by.require(Scope.DECIDE)
        query = select(call_appeal).where(call_appeal.c.state == "open").order_by(call_appeal.c.due_on)
        with self._desk.workspace.database.read() as connection:
            return [self._appeal(row) for row in connection.execute(query)]

    def _open(self, appeal_id: str) -> Appeal:
        appeal = self.find(appeal_id)
        if appeal.state != "open":
            raise AppealDecided(appeal=appeal.id, state=appeal.state)
        return appeal

    def _decide(self, appeal: Appeal, state: str, note: str, by: Principal) -> None:
        desk, now = self._desk, self._desk.now()

        def write(connection: Connection) -> None:
            desk.alone(connection)
            row = connection.execute(select(call_appeal).where(call_appeal.c.id == appeal.id)).one()
            if row.state != "open":
                raise AppealDecided(appeal=appeal.id, state=row.state)
            body = {**desk.open(call_appeal, row), "note": note}
            connection.execute(
                update(call_appeal)
                .where(call_appeal.c.id == appeal.id)
                .values(
                    state=state, decided_at=now, decided_by=by.staff_id,
                    body=desk.seal(call_appeal, body, row_id=row.id, key=row.key),
                )
            )  # fmt: skip

        desk.workspace.commit(write, [desk.leaf(APPEAL_LEAF, {"appeal": appeal.id, "state": state}, by, now)])

    def _appeal(self, row: Any) -> Appeal:
        body = self._desk.open(call_appeal, row)
        return Appeal(
            row.id, row.state, body["number"], body["reference"], body["contact"], body["grounds"], row.received_at,
            row.due_on, row.decided_at, body["note"],
        )  # fmt: skip

    def _found(self, connection: Connection, number: str) -> Found:
        key, now = key_of(number), self._desk.now()
        entries = [one for one in self._entries.holding(connection, number) if one.expires is None or one.expires > now]
        imported = [
            {
                "list": held.name, "version": held.version, "entry": f"{held.name}:{held.version}:{one.line}",
                "action": one.action.value, "reason": one.reason,
            }
            for held, contents in self._imports.contents(connection)
            for one in contents
            if key is not None and one.span[0] <= key <= one.span[1] and (one.expires is None or one.expires > now)
        ]  # fmt: skip
        of = {name: tuple(one.document() for one in entries if one.list is name) for name in ListName}
        return Found(of[ListName.OPERATOR], tuple(imported), of[ListName.FREED], len(of[ListName.OWN]))
