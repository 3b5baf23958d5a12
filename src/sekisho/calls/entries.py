"""Entries of subscribers' own lists and of the operator's; what was freed; the register of protected numbers.

::

    active ──remove (one person, with a reason)──▶ removed
       └───────── expire (at its time) ─────────▶ counts no more

Who may: a subscriber's own list is kept on their wish by whoever serves them (scope ``decide``); the operator's, and
the register, by whoever may ask for what changes the desk (``request``).
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, func, insert, or_, select, update

from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.calls.desk import LINE, NUMBER, Desk, checked_text, new_id
from sekisho.calls.errors import EntryFreed, EntryProtected, EntryRefused, UnknownEntry
from sekisho.calls.listing.covers import Covers, Protected, ProtectedKind, read_covers
from sekisho.calls.listing.signed import read_action, read_expiry, read_reason
from sekisho.calls.screening.line_table import LONGEST_LINE
from sekisho.calls.screening.lookups import Wish
from sekisho.calls.screening.number_keys import Span
from sekisho.calls.tables import call_entry, call_protected

ENTRY_LEAF: Final = "calls.list_entry"
PROTECTED_LEAF: Final = "calls.protected"
OPERATOR_LIFE: Final = timedelta(days=731)
"""Longest life of an operator's entry. A house limit: numbers are given to somebody else, so what was right two years
ago is looked at again."""
MOST_OWN: Final = 1_000
"""Entries of one subscriber's own list. A house limit."""
MOST_WIDE: Final = 100_000
"""Ranges of the operator's list. A house limit: ten times the 10,000 that are asked for."""
STOPPED: Final = "stopped_number"
"""The reason code of entries that numbers stopped under the scheme become. Nobody else's entry has it."""


class ListName(StrEnum):
    """The lists that are kept entry by entry."""

    OWN = "own"
    OPERATOR = "operator"
    FREED = "freed"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. ``line`` is shown to nobody but for the subscriber's own list."""

    id: int
    list: ListName
    state: str
    covers: Covers
    action: Wish
    sip_status: int | None
    reason: str
    source: str
    expires: datetime | None
    made_at: datetime
    made_by: str
    line: str | None

    @property
    def name(self) -> str:
        """As decisions name it (:class:`sekisho.calls.screening.lookups.Hit`)."""
        return f"{self.list.value}:0:{self.id}"

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "id": self.name, "list": self.list.value, "state": self.state, **self.covers.document(),
            "action": self.action.value, "sip_status": self.sip_status, "reason": self.reason, "source": self.source,
            "expires": None if self.expires is None else self.expires.isoformat(),
            "made_at": self.made_at.isoformat(), "made_by": self.made_by,
        }  # fmt: skip


class Entries:
    """The entries of one workspace. Thread-safe."""

    def __init__(self, desk: Desk) -> None:
        """Reads and writes nothing until asked to."""
        self._desk = desk

    def add(self, fields: Mapping[str, Any], *, by: Principal) -> Entry:
        """Enter one: ``number``, ``prefix``, or ``from`` and ``to``; ``action``, ``reason``, ``source``, ``expires``,
        ``sip_status``; ``line`` for a subscriber's own; ``relist_reason`` for a number that was freed. The same again
        is the entry that is there.

        Raises ``EntryRefused``, ``EntryProtected``, ``EntryFreed``, ``ScopeMissing``.
        """
        if fields.get("reason") == STOPPED:
            raise EntryRefused(field="reason", problem="it is the stop scheme's own: numbers are stopped by two people")
        return self._add(fields, by=by)

    def stop(self, number: str, *, source: str, expires: datetime, by: Principal) -> Entry:
        """Enter a number that was stopped under the scheme, freed or not. The same again is the entry that is there.
        Raises as :meth:`add`."""
        fields = {
            "number": number, "action": Wish.REJECT.value, "reason": STOPPED, "expires": expires.isoformat(),
            "source": source, "relist_reason": "利用停止等スキームによる停止",
        }  # fmt: skip
        return self._add(fields, by=by)

    def _add(self, fields: Mapping[str, Any], *, by: Principal) -> Entry:
        desk, now = self._desk, self._desk.now()
        line = fields.get("line")
        by.require(Scope.DECIDE if line is not None else Scope.REQUEST)
        if line is not None and (not isinstance(line, str) or not 0 < len(line.encode()) <= LONGEST_LINE):
            raise EntryRefused(field="line", problem=f"1 to {LONGEST_LINE} bytes")
        covers = read_covers(
            desk.numbering(), number=fields.get("number"), prefix=fields.get("prefix"), first=fields.get("from"),
            last=fields.get("to"), own=line is not None,
        )  # fmt: skip
        action, status = read_action(fields.get("action"), fields.get("sip_status"))
        reason, expires = read_reason(fields.get("reason")), read_expiry(fields.get("expires"), now)
        source = checked_text(fields.get("source"), most=500)
        if line is None and source is None:
            raise EntryRefused(field="source", problem="1 to 500 characters: where it is known from")
        if line is None and (expires is None or expires > now + OPERATOR_LIFE):
            raise EntryRefused(field="expires", problem=f"at most {OPERATOR_LIFE.days} days ahead")
        relist = checked_text(fields.get("relist_reason"), most=1000)
        name = ListName.OPERATOR if line is None else ListName.OWN

        def write(connection: Connection) -> tuple[int, list[int]]:
            desk.alone(connection)
            self._require_allowed(connection, covers, action, line)
            # A stop and an entry of the house's own about one number stand beside each other.
            same = [
                one for one in self.on(connection, covers, line=line, names=(name,))
                if (one.reason == STOPPED) == (reason == STOPPED)
            ]  # fmt: skip
            if same and (same[0].action, same[0].sip_status, same[0].expires) == (action, status, expires):
                return same[0].id, []
            ended = [one.id for one in same]
            if line is None and action is not Wish.PASS:
                freed = self._freed(connection, covers, now)
                if freed and relist is None:
                    raise EntryFreed(field="relist_reason", problem="freed", until=str(freed[0].expires))
                ended += [one.id for one in freed]
            self.end(connection, ended, by=by, now=now)
            made = self.insert(
                connection, name, covers, action=action, reason=reason, expires=expires, by=by, now=now,
                sip_status=status, said={"source": source or "subscriber", "relist_reason": relist}, line=line,
            )  # fmt: skip
            return made, ended

        said = {"list": name.value, "action": action.value, "reason": reason, "relisted": relist is not None}
        committed = desk.workspace.commit(
            write, lambda made: [desk.leaf(ENTRY_LEAF, {**said, "entry": made[0], "ended": made[1]}, by, now)]
        )
        return self.find(committed.value[0])

    def remove(self, entry: int | str, reason: str, *, by: Principal) -> Entry:
        """Take one out, with the reason; not one of a stopped number. Raises ``UnknownEntry``, ``EntryRefused``,
        ``ScopeMissing``."""
        if self.find(entry).reason == STOPPED:
            raise EntryRefused(field="entry", problem="the number is stopped: two people release it")
        return self.release(entry, reason, by=by)

    def release(self, entry: int | str, reason: str, *, by: Principal) -> Entry:
        """Take out one whose stop has ended under the scheme, or any other. Raises as :meth:`remove`."""
        desk, now, found = self._desk, self._desk.now(), self.find(entry)
        by.require(Scope.DECIDE if found.list is ListName.OWN else Scope.REQUEST)
        note = checked_text(reason, most=1000)
        if note is None:
            raise EntryRefused(field="reason", problem="1 to 1000 characters: why it is taken out")

        def write(connection: Connection) -> None:
            self.end(connection, [found.id], by=by, now=now)

        leaf = desk.leaf(ENTRY_LEAF, {"entry": found.id, "list": found.list.value, "removed": note}, by, now)
        desk.workspace.commit(write, [leaf])
        return self.find(found.id)

    def find(self, entry: int | str) -> Entry:
        """One entry, by number or by its name in decisions. Raises ``UnknownEntry``."""
        text = str(entry).rsplit(":", 1)[-1]
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else -1
        with self._desk.workspace.database.read() as connection:
            row = connection.execute(select(call_entry).where(call_entry.c.id == number)).one_or_none()
        if row is None:
            raise UnknownEntry(entry=str(entry)[:60])
        return self.entry(row)

    def page(self, *, after: int = 0, limit: int = 100) -> list[Entry]:
        """The operator's active entries and what is freed, by number. Subscribers' own lists aren't shown."""
        query = (
            select(call_entry)
            .where(call_entry.c.list != ListName.OWN.value, call_entry.c.state == "active", call_entry.c.id > after)
            .order_by(call_entry.c.id)
            .limit(limit)
        )
        with self._desk.workspace.database.read() as connection:
            return [self.entry(row) for row in connection.execute(query)]

    def of_line(self, line: str, *, by: Principal) -> list[Entry]:
        """A subscriber's own list, for whoever serves them."""
        by.require(Scope.DECIDE)
        with self._desk.workspace.database.read() as connection:
            rows = connection.execute(
                select(call_entry).where(
                    call_entry.c.line_index.in_(self._desk.line_indexes(connection, line)),
                    call_entry.c.state == "active",
                )
            )
            return [self.entry(row) for row in rows]

    # --- the register of protected numbers

    def protect(self, kind: ProtectedKind, fields: Mapping[str, Any], *, by: Principal) -> Protected:
        """Enter a published number or range that lists may not hit: ``number``, ``prefix``, or ``from`` and ``to``;
        ``holder`` and ``source``. What is listed already isn't touched. Raises ``EntryRefused``."""
        by.require(Scope.REQUEST)
        desk, now = self._desk, self._desk.now()
        covers = read_covers(
            desk.numbering(), number=fields.get("number"), prefix=fields.get("prefix"), first=fields.get("from"),
            last=fields.get("to"), own=True,
        )  # fmt: skip
        holder, source = checked_text(fields.get("holder"), most=300), checked_text(fields.get("source"), most=500)
        if holder is None or source is None:
            raise EntryRefused(field="holder", problem="holder and source: whose it is, and where that is published")
        made = Protected(new_id("pn_"), kind, covers, holder, source)
        row = {
            "id": made.id, "kind": kind.value, "first": covers.first, "last": covers.last, "holder": holder,
            "source": source, "since": now, "by": by.staff_id,
        }  # fmt: skip
        leaf = desk.leaf(PROTECTED_LEAF, {"protected": made.id, "kind": kind.value, "covers": covers.text}, by, now)
        desk.workspace.commit(lambda connection: connection.execute(insert(call_protected), row) and None, [leaf])
        return made

    def every_protected(self) -> list[Protected]:
        """The register."""
        with self._desk.workspace.database.read() as connection:
            return self._desk.protected(connection)

    # --- for the other parts of the desk

    def insert(
        self,
        connection: Connection,
        name: ListName,
        covers: Covers,
        *,
        action: Wish,
        reason: str,
        expires: datetime | None,
        by: Principal,
        now: datetime,
        said: Mapping[str, Any],
        sip_status: int | None = None,
        line: str | None = None,
    ) -> int:
        """A new row; its number."""
        desk, key, made = self._desk, self._desk.key(), secrets.randbits(53)
        ring = desk.workspace.keyring
        body = {**covers.document(), "line": line, **said}
        connection.execute(
            insert(call_entry).values(
                id=made, list=name.value, state="active", wide=covers.wide, action=action.value,
                sip_status=sip_status, reason=reason, expires=expires, made_at=now, made_by=by.staff_id, key=key,
                number_index=NUMBER.index(ring, covers.text, key=key),
                line_index=None if line is None else LINE.index(ring, line, key=key),
                body=desk.seal(call_entry, body, row_id=made, key=key),
            )
        )  # fmt: skip
        return made

    def end(self, connection: Connection, ids: Iterable[int], *, by: Principal, now: datetime) -> None:
        """Mark entries as taken out."""
        for each in ids:
            connection.execute(
                update(call_entry)
                .where(call_entry.c.id == each, call_entry.c.state == "active")
                .values(state="removed", ended_at=now, ended_by=by.staff_id)
            )

    def on(
        self,
        connection: Connection,
        covers: Covers,
        *,
        names: tuple[ListName, ...],
        line: str | None = None,
        keys: Sequence[str] | None = None,
    ) -> list[Entry]:
        """The active entries that cover just this. ``keys``: :meth:`Desk.keys_used`, for who asks many times."""
        found = select(call_entry).where(
            call_entry.c.number_index.in_(self._desk.number_indexes(connection, covers.text, keys=keys)),
            call_entry.c.state == "active",
            call_entry.c.list.in_([name.value for name in names]),
        )
        if line is not None:
            found = found.where(call_entry.c.line_index.in_(self._desk.line_indexes(connection, line)))
        return [self.entry(row) for row in connection.execute(found)]

    def holding(self, connection: Connection, number: str) -> list[Entry]:
        """Every active entry that holds a number, ranges included, of every list."""
        found = select(call_entry).where(
            call_entry.c.state == "active",
            or_(
                call_entry.c.number_index.in_(self._desk.number_indexes(connection, number)),
                call_entry.c.wide.is_(True),
            ),
        )
        entries = [self.entry(row) for row in connection.execute(found)]
        return [one for one in entries if one.covers.holds(number)]

    def entry(self, row: Any) -> Entry:
        """A row, opened."""
        body = self._desk.open(call_entry, row)
        return Entry(
            row.id, ListName(row.list), row.state, Covers.of(body), Wish(row.action), row.sip_status, row.reason,
            body.get("source", ""), row.expires, row.made_at, row.made_by, body["line"],
        )  # fmt: skip

    def _freed(self, connection: Connection, covers: Covers, now: datetime) -> list[Entry]:
        if covers.wide:
            return []  # what is freed stays free within a range
        held = self.on(connection, covers, names=(ListName.FREED,))
        return [one for one in held if one.expires is None or one.expires > now]

    def _require_allowed(
        self, connection: Connection, covers: Covers, action: Wish, line: str | None
    ) -> None:
        table = call_entry
        if line is not None:
            mine = table.c.line_index.in_(self._desk.line_indexes(connection, line))
            held = connection.execute(select(func.count()).where(mine, table.c.state == "active")).scalar_one()
            if held >= MOST_OWN:
                raise EntryRefused(field="line", problem=f"at most {MOST_OWN} entries of its own")
            return
        if action is not Wish.PASS and (broken := self._desk.protection().problem(covers.spans())) is not None:
            raise EntryProtected(field="number", problem="protected", what=broken.value)
        if action is not Wish.PASS and (protection := self._desk.protection()).near_own(covers.spans()):
            listed = self.listed_spans(connection)
            if protection.holds_own([*listed, *covers.spans()]) and not protection.holds_own(listed):
                raise EntryProtected(field="number", problem="protected", what="own_range")
        if covers.wide:
            wide = select(func.count()).where(
                table.c.wide.is_(True), table.c.state == "active", table.c.list == ListName.OPERATOR.value
            )
            if connection.execute(wide).scalar_one() >= MOST_WIDE:
                raise EntryRefused(field="prefix", problem=f"at most {MOST_WIDE} ranges")

    def listed_spans(self, connection: Connection) -> list[Span]:
        """Of all the ranges on the operator's list that don't let through. Single numbers don't count: a thousand of
        them are a thousand acts."""
        table = call_entry
        found = select(table).where(
            table.c.wide.is_(True), table.c.state == "active", table.c.list == ListName.OPERATOR.value,
            table.c.action != Wish.PASS.value,
        )  # fmt: skip
        return [span for row in connection.execute(found) for span in self.entry(row).covers.spans()]
