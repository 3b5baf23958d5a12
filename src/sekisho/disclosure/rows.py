"""Rows of the disclosure desk: what is sealed and opened, and the queries of one transaction. Functions over a
connection; nothing here decides who may do what.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

import orjson
from sqlalchemy import Connection, Row, delete, func, insert, select, update

from sekisho.disclosure import sealed_items
from sekisho.disclosure.errors import CaseMoved, CaseRefused, UnknownCase
from sekisho.disclosure.kinds import CASE_TYPES, CaseType, Family
from sekisho.disclosure.progress import Part, State
from sekisho.disclosure.reading import read_parts
from sekisho.disclosure.record import DisclosureCase
from sekisho.disclosure.sealed_items import ITEM
from sekisho.disclosure.tables import (
    disclosure_case,
    disclosure_deadline,
    disclosure_event,
    disclosure_item,
    disclosure_member,
)
from sekisho.disclosure.terms import Begun
from sekisho.keys import Keyring
from sekisho.keys.errors import KeyDestroyed
from sekisho.keys.schedule import disclosure_key
from sekisho.store.personal import PersonalColumn

BODY: Final = PersonalColumn("disclosure_case", "body")
REQUESTER: Final = PersonalColumn("disclosure_case", "requester")
NUMBER: Final = PersonalColumn("disclosure_case", "number")
DECISION: Final = PersonalColumn("disclosure_item", "decision")

OPEN: Final = "open"
MAX_NOTE: Final = 4_000
"""Characters of a note: two pages."""


def note(text: str, place: str, *, most: int = MAX_NOTE) -> str:
    """``text``, if it says something and isn't too long. Raises ``CaseRefused``."""
    if len(text) > most or not text.strip():
        raise CaseRefused(field=place, problem=f"1 to {most} characters")
    return text


@dataclass(frozen=True, slots=True)
class CaseEntry:
    """A case as the database has it. ``case`` None: its key is gone, and nobody can read it any more. In lists
    ``case.items`` is empty; ``items`` counts them always. ``due_on`` is the first of its open terms."""

    id: str
    type: CaseType
    family: Family
    state: State
    secret: bool
    emergency: bool
    revision: int
    items: int
    received_at: datetime
    entered_at: datetime
    entered_by: str
    due_on: date | None
    closed_at: datetime | None
    kept_until: date | None
    subject: bytes
    case: DisclosureCase | None

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "id": self.id,
            "type": self.type.value,
            "family": self.family.value,
            "state": self.state.value,
            "secret": self.secret,
            "emergency": self.emergency,
            "items": self.items,
            "received_at": self.received_at.isoformat(),
            "entered_at": self.entered_at.isoformat(),
            "entered_by": self.entered_by,
            "due_on": _iso(self.due_on),
            "closed_at": None if self.closed_at is None else self.closed_at.isoformat(),
            "kept_until": _iso(self.kept_until),
            "case": None if self.case is None else self.case.json(),
        }


@dataclass(frozen=True, slots=True)
class EventRow:
    """A step as the database has it; its leaf (``id``) says what it was about."""

    id: str
    position: int
    event: str
    state: State
    at: datetime
    by: str
    said: bytes


@dataclass(frozen=True, slots=True)
class Deadline:
    """A term of a case. ``state``: ``open``, ``done``, ``lapsed`` or ``cancelled``. ``party`` is the provider about
    whom alone it is; None: it is the case's."""

    id: int
    case_id: str
    kind: str
    started_on: date
    due_on: date
    state: str
    ended_at: datetime | None
    ended_by: str | None
    party: str | None = None

    def days_left(self, on: date) -> int:
        """Whole days after ``on`` up to the last day: 0 on the last day, negative once it is over."""
        return (self.due_on - on).days


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


# --- a case


def seal_header(ring: Keyring, case: DisclosureCase) -> bytes:
    """The request without its items, under the case's key."""
    return BODY.seal(ring, case.header(), row_id=case.id, key=disclosure_key(case.id))


def indexes(ring: Keyring, case: DisclosureCase, key: str) -> dict[str, bytes | None]:
    """The columns by which a case is found: who asked, and the paper's number."""
    number = case.document.number.strip()
    return {
        "requester_index": REQUESTER.index(ring, case.requester.name.strip(), key=key),
        "number_index": NUMBER.index(ring, number, key=key) if number else None,
    }


def seal_items(ring: Keyring, case: DisclosureCase) -> list[dict[str, Any]]:
    """Rows of the items."""
    key = disclosure_key(case.id)
    return [
        {
            "case_id": case.id,
            "number": item.number,
            "state": OPEN,
            "body": ITEM.seal(ring, item.document(), row_id=f"{case.id}/{item.number}", key=key),
        }
        for item in case.items
    ]


def enter(
    connection: Connection, ring: Keyring, case: DisclosureCase, items: Sequence[Mapping[str, Any]], **values: Any
) -> None:
    """A new case. ``values`` are the columns that the request itself doesn't tell."""
    connection.execute(
        insert(disclosure_case).values(
            id=case.id,
            type=case.type.value,
            family=CASE_TYPES[case.type].family.value,
            secret=case.secret,
            emergency=False,
            items=len(case.items),
            received_at=case.received_at,
            body=seal_header(ring, case),
            **indexes(ring, case, values["index_key"]),
            **values,
        )
    )
    if items:
        connection.execute(insert(disclosure_item), list(items))


def replace_items(connection: Connection, case_id: str, items: Sequence[Mapping[str, Any]]) -> None:
    """Other items in place of those there were; nothing was found or decided yet."""
    connection.execute(delete(disclosure_item).where(disclosure_item.c.case_id == case_id))
    if items:
        connection.execute(insert(disclosure_item), list(items))


def change(connection: Connection, entry: CaseEntry, values: Mapping[str, Any]) -> None:
    """Change a case that is still as ``entry`` says; ``CaseMoved`` otherwise."""
    table = disclosure_case
    done = connection.execute(
        update(table)
        .where(table.c.id == entry.id, table.c.revision == entry.revision)
        .values(revision=entry.revision + 1, **values)
    )
    if done.rowcount != 1:
        raise CaseMoved(case=entry.id)


def find(connection: Connection, ring: Keyring, case_id: str, *, items: bool = True) -> CaseEntry:
    """One case; its items are opened when they are used. Raises ``UnknownCase``."""
    row = connection.execute(select(disclosure_case).where(disclosure_case.c.id == case_id)).one_or_none()
    if row is None:
        raise UnknownCase(case=case_id[:64])
    entry = read_row(row, ring)
    if not items or entry.case is None:
        return entry
    found = sealed_items.read(connection, ring, case_id)
    return replace(entry, case=replace(entry.case, items=found))


def is_secret(connection: Connection, case_id: str) -> bool:
    """Whether only its members may know of a case; one that isn't there is as secret as it gets."""
    query = select(disclosure_case.c.secret).where(disclosure_case.c.id == case_id)
    found: bool | None = connection.execute(query).scalar_one_or_none()
    return found is None or found


def lock(connection: Connection, case_id: str) -> State:
    """Where a case stands, in a transaction that changes what is tied to it: until its end no other does. Raises
    ``UnknownCase``."""
    query = select(disclosure_case.c.state).where(disclosure_case.c.id == case_id).with_for_update()
    found = connection.execute(query).scalar_one_or_none()
    if found is None:
        raise UnknownCase(case=case_id[:64])
    return State(found)


def read_row(row: Row[Any], ring: Keyring) -> CaseEntry:
    """A case from its row, without items."""
    try:
        header = BODY.open(ring, row.body, row_id=row.id, key=disclosure_key(row.id))
        case = read_parts({"id": row.id, **header}, [])
    except KeyDestroyed:
        case = None
    return CaseEntry(
        row.id,
        CaseType(row.type),
        Family(row.family),
        State(row.state),
        row.secret,
        row.emergency,
        row.revision,
        row.items,
        row.received_at,
        row.entered_at,
        row.entered_by,
        row.due_on,
        row.closed_at,
        row.kept_until,
        row.subject,
        case,
    )


def item_states(connection: Connection, case_id: str) -> list[tuple[int, str]]:
    """Numbers and states of the items, in order."""
    table = disclosure_item
    query = select(table.c.number, table.c.state).where(table.c.case_id == case_id).order_by(table.c.number)
    return [(row.number, row.state) for row in connection.execute(query)]


# --- people, events


def parts_of(connection: Connection, case_id: str) -> dict[str, set[Part]]:
    """Who has which parts in a case."""
    found: dict[str, set[Part]] = {}
    query = select(disclosure_member.c.staff_id, disclosure_member.c.part).where(
        disclosure_member.c.case_id == case_id
    )
    for row in connection.execute(query):
        found.setdefault(row.staff_id, set()).add(Part(row.part))
    return found


def add_members(
    connection: Connection, case_id: str, parts: Iterable[tuple[str, Part]], *, at: datetime, by: str
) -> None:
    """Give people parts they don't have yet."""
    held = parts_of(connection, case_id)
    new = [
        {"case_id": case_id, "staff_id": who, "part": part.value, "since": at, "named_by": by}
        for who, part in dict.fromkeys(parts)
        if part not in held.get(who, ())
    ]
    if new:
        connection.execute(insert(disclosure_member), new)


def add_event(
    connection: Connection, case_id: str, *, leaf: str, position: int, event: str, state: State, at: datetime, by: str,
    said: bytes,
) -> None:  # fmt: skip
    """A step, with the id of its leaf."""
    connection.execute(
        insert(disclosure_event).values(
            id=leaf, case_id=case_id, position=position, event=event, state=state.value, at=at, by=by, said=said
        )
    )


def events_of(connection: Connection, case_id: str) -> list[EventRow]:
    """Every step of a case, in order."""
    table = disclosure_event
    query = select(table).where(table.c.case_id == case_id).order_by(table.c.position)
    return [_event(row) for row in connection.execute(query)]


def last_event(connection: Connection, case_id: str) -> EventRow | None:
    """The last step of a case."""
    table = disclosure_event
    query = select(table).where(table.c.case_id == case_id).order_by(table.c.position.desc()).limit(1)
    row = connection.execute(query).one_or_none()
    return None if row is None else _event(row)


def _event(row: Row[Any]) -> EventRow:
    return EventRow(row.id, row.position, row.event, State(row.state), row.at, row.by, row.said)


# --- terms


def deadlines_of(connection: Connection, case_id: str) -> list[Deadline]:
    """Every term of a case, the first due first."""
    table = disclosure_deadline
    query = select(table).where(table.c.case_id == case_id).order_by(table.c.due_on, table.c.id)
    return [deadline_of(row) for row in connection.execute(query)]


def deadline_of(row: Row[Any]) -> Deadline:
    """A term from its row."""
    return Deadline(
        row.id, row.case_id, row.kind, row.started_on, row.due_on, row.state, row.ended_at, row.ended_by, row.party
    )


def set_deadline(
    connection: Connection, case_id: str, kind: str, *, started_on: date, due_on: date, at: datetime
) -> None:
    """Open a term; one of the same kind that is open gives way to it."""
    end_deadline(connection, case_id, kind, state="cancelled", at=at, by=None)
    connection.execute(
        insert(disclosure_deadline).values(
            case_id=case_id, kind=kind, started_on=started_on, due_on=due_on, state=OPEN, set_at=at
        )
    )


def begin_terms(connection: Connection, case_id: str, begun: Iterable[Begun], *, at: datetime) -> None:
    """Open the terms that a step begins."""
    for one in begun:
        set_deadline(connection, case_id, one.kind, started_on=one.started_on, due_on=one.due_on, at=at)


def end_deadline(
    connection: Connection,
    case_id: str,
    kind: str | None,
    *,
    state: str,
    at: datetime,
    by: str | None,
    keep: Iterable[str] = (),
    party: str | None = None,
) -> int:
    """End the open terms of a kind (None: of every kind but ``keep``); how many there were. With a ``party`` its own
    alone."""
    table = disclosure_deadline
    query = update(table).where(table.c.case_id == case_id, table.c.state == OPEN)
    query = query.where(table.c.kind.not_in(list(keep)) if kind is None else table.c.kind == kind)
    if party is not None:
        query = query.where(table.c.party == party)
    return connection.execute(query.values(state=state, ended_at=at, ended_by=by)).rowcount


def first_due(connection: Connection, case_id: str) -> date | None:
    """The first of the open terms."""
    table = disclosure_deadline
    query = select(func.min(table.c.due_on)).where(table.c.case_id == case_id, table.c.state == OPEN)
    found: date | None = connection.execute(query).scalar_one()
    return found


def canonical(document: Any) -> bytes:
    """JSON in one form: what is hashed and sealed."""
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)
