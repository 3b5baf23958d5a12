"""Holds in the database. Functions over a connection; what identifies anybody is sealed under the hold's own key."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

import orjson
from sqlalchemy import Connection, Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from sekisho.keys import Keyring
from sekisho.keys.errors import KeyDestroyed
from sekisho.logs.holds.errors import HoldDecided, UnknownHold
from sekisho.logs.holds.rules import HoldType
from sekisho.logs.holds.tables import log_hold, log_hold_guard, log_hold_part, log_hold_segment
from sekisho.logs.holds.terms import HoldTerms, read_terms
from sekisho.logs.holds.vault import HeldSegmentId, hold_key
from sekisho.logs.kinds import LogKind


class HoldState(StrEnum):
    """Where a hold is in its life."""

    REQUESTED = "requested"
    """Somebody else must approve it."""
    CREATING = "creating"
    """Its records are being copied and proven. No day it touches is purged without it."""
    ACTIVE = "active"
    RELEASING = "releasing"
    """Its records are being destroyed."""
    RELEASED = "released"
    WITHDRAWN = "withdrawn"
    """It was withdrawn before it was approved."""


LIVE: Final = (HoldState.CREATING, HoldState.ACTIVE)


@dataclass(frozen=True, slots=True)
class HoldEntry:
    """A hold as the database has it. ``terms`` and ``papers`` (what came later: extensions, a withdrawal) are None once
    its key is gone. ``hidden``: its terms are silent, or say who may know of it; it stays so when they are gone."""

    id: str
    type: HoldType
    state: HoldState
    terms: HoldTerms | None
    papers: tuple[dict[str, Any], ...] | None
    kinds: frozenset[LogKind]
    first_day: date
    last_day: date
    hidden: bool
    received: date
    until: date | None
    review_on: date | None
    extensions: int
    subject: bytes
    approvals: tuple[str, ...]
    made_at: datetime
    made_by: str
    active_at: datetime | None
    released_at: datetime | None
    release_reason: str | None

    def document(self) -> dict[str, Any]:
        """As JSON values: for somebody who may know of it."""
        return {
            "id": self.id,
            "type": self.type.value,
            "state": self.state.value,
            "terms": None if self.terms is None else self.terms.document(),
            "papers": None if self.papers is None else list(self.papers),
            "received": self.received.isoformat(),
            "until": None if self.until is None else self.until.isoformat(),
            "review_on": None if self.review_on is None else self.review_on.isoformat(),
            "extensions": self.extensions,
            "approvals": list(self.approvals),
            "made_by": self.made_by,
            "made_at": self.made_at.isoformat(),
            "active_at": None if self.active_at is None else self.active_at.isoformat(),
            "released_at": None if self.released_at is None else self.released_at.isoformat(),
            "release_reason": self.release_reason,
        }

    def may_know(self, staff_id: str) -> bool:
        """Whether somebody may see what it is about."""
        knows = frozenset() if self.terms is None else self.terms.knows
        return not self.hidden or staff_id == self.made_by or staff_id in knows


@dataclass(frozen=True, slots=True)
class HeldSegment:
    """A vault segment as the database knows it, with what its proofs lead to."""

    segment: HeldSegmentId
    sequence: int
    family: int
    layout: str
    rows: int
    size: int
    source_segment: str
    source_sequence: int
    source_records: int
    source_root: bytes
    source_leaf: str
    proofs: bytes
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Part:
    """What a hold has of a kind's day. ``of`` says from what it was copied."""

    kind: LogKind
    day: date
    of: bytes
    rows: int
    unreadable: int


def seal_body(keyring: Keyring, hold: str, terms: HoldTerms, papers: Sequence[dict[str, Any]]) -> bytes:
    """What identifies, under the hold's key."""
    document = {"terms": terms.document(), "papers": list(papers)}
    body = orjson.dumps(document, option=orjson.OPT_SORT_KEYS)
    return keyring.encrypt(hold_key(hold), body, aad=_place(hold))


def enter(
    connection: Connection,
    hold: str,
    terms: HoldTerms,
    *,
    state: HoldState,
    body: bytes,
    days: tuple[date, date],
    review_on: date | None,
    subject: bytes,
    approvals: Sequence[str],
    at: datetime,
    by: str,
) -> None:
    """Enter a new hold."""
    raise_guard(connection)
    connection.execute(
        insert(log_hold).values(
            id=hold,
            type=terms.type.value,
            state=state.value,
            body=body,
            first_day=days[0],
            last_day=days[1],
            kinds=orjson.dumps(sorted(kind.value for kind in terms.scope.kinds)).decode(),
            # Whether it is hidden: that stays to be told when the terms are gone with their key.
            silent=terms.silent or bool(terms.knows),
            received=terms.received,
            until=terms.until,
            review_on=review_on,
            extensions=0,
            subject=subject,
            approvals=orjson.dumps(list(approvals)).decode(),
            made_at=at,
            made_by=by,
        )
    )


def raise_guard(connection: Connection) -> None:
    """Take the guard for this transaction: of two that take it, the second sees what the first wrote."""
    table = log_hold_guard
    raised = update(table).where(table.c.id == 1).values(revision=table.c.revision + 1)
    if connection.execute(raised).rowcount:
        return
    try:
        with connection.begin_nested():
            connection.execute(insert(table).values(id=1, revision=1))
    except IntegrityError:  # another worker made it meanwhile
        connection.execute(raised)


def move(connection: Connection, hold: str, before: HoldState, after: HoldState, **values: Any) -> None:
    """Put a hold in another state. Raises ``HoldDecided`` where it isn't in ``before``."""
    table = log_hold
    where = (table.c.id == hold) & (table.c.state == before.value)
    if connection.execute(update(table).where(where).values(state=after.value, **values)).rowcount != 1:
        found = connection.execute(select(table.c.state).where(table.c.id == hold)).scalar_one_or_none()
        raise HoldDecided(hold=hold[:64], state=found or "?")


def change(connection: Connection, hold: str, **values: Any) -> None:
    """Change an active hold. Raises ``HoldDecided``."""
    move(connection, hold, HoldState.ACTIVE, HoldState.ACTIVE, **values)


def find(connection: Connection, keyring: Keyring, hold: str) -> HoldEntry:
    """One hold. Raises ``UnknownHold``."""
    row = connection.execute(select(log_hold).where(log_hold.c.id == hold)).one_or_none()
    if row is None:
        raise UnknownHold(hold=hold[:64])
    return _entry(row, keyring)


def hidden(connection: Connection, keyring: Keyring, holds: Iterable[str]) -> tuple[HoldEntry, ...]:
    """Those of ``holds`` (ids; others are passed over) that not everybody may know of."""
    query = select(log_hold).where(log_hold.c.id.in_(holds), log_hold.c.silent.is_(True))
    return tuple(_entry(row, keyring) for row in connection.execute(query))


def shown_in(keyring: Keyring, hold: HoldEntry, key: str) -> str:
    """What a leaf about the end of ``key`` calls a live hold: its id; a hidden one by a name that is its own there and
    says nothing, made under the hold's key, so that nobody can tell whose it was once that is gone."""
    if not hold.hidden:
        return hold.id
    return "hidden-" + keyring.blind_index(hold_key(hold.id), b"sekisho/hold-in/1/" + key.encode()).hex()[:32]


def every(
    connection: Connection, keyring: Keyring, states: Iterable[HoldState] = HoldState
) -> tuple[HoldEntry, ...]:
    """The holds in one of ``states``, the oldest first."""
    table = log_hold
    query = select(table).where(table.c.state.in_([one.value for one in states])).order_by(table.c.made_at, table.c.id)
    return tuple(_entry(row, keyring) for row in connection.execute(query))


def touching(connection: Connection, keyring: Keyring, kind: LogKind, day: date) -> tuple[HoldEntry, ...]:
    """The live holds that may concern a kind's day."""
    found = every(connection, keyring, LIVE)
    return tuple(one for one in found if kind in one.kinds and one.first_day <= day <= one.last_day)


# --- what they have


def parts_of(connection: Connection, hold: str) -> dict[tuple[LogKind, date], Part]:
    """What a hold has of each kind's day."""
    query = select(log_hold_part).where(log_hold_part.c.hold == hold)
    found = [
        Part(LogKind(row.kind), row.day, row.of, row.rows, row.lacking) for row in connection.execute(query)
    ]
    return {(one.kind, one.day): one for one in found}


def segments_of(
    connection: Connection, *, hold: str | None = None, kind: LogKind | None = None, day: date | None = None
) -> tuple[HeldSegment, ...]:
    """Vault segments of holds whose key lives, by hold and in the order of their sources' making."""
    table = log_hold_segment
    query = (
        select(table)
        .join(log_hold, log_hold.c.id == table.c.hold)
        .where(log_hold.c.state.in_([one.value for one in (*LIVE, HoldState.RELEASING)]))
        .order_by(table.c.hold, table.c.source_sequence, table.c.sequence)
    )
    if hold is not None:
        query = query.where(table.c.hold == hold)
    if kind is not None:
        query = query.where(table.c.kind == kind.value)
    if day is not None:
        query = query.where(table.c.day == day)
    return tuple(_segment(row) for row in connection.execute(query))


def write_part(
    connection: Connection,
    hold: str,
    part: Part,
    *,
    replaced: Sequence[str],
    made: Sequence[dict[str, Any]],
    at: datetime,
    leaf: str,
) -> None:
    """Enter what was copied of a kind's day, in place of ``replaced`` vault segments. Raises ``HoldDecided`` where the
    hold isn't live."""
    state = connection.execute(select(log_hold.c.state).where(log_hold.c.id == hold)).scalar_one()
    if state not in [one.value for one in LIVE]:
        raise HoldDecided(hold=hold, state=state)
    for each in replaced:
        connection.execute(delete(log_hold_segment).where(log_hold_segment.c.id == each))
    if made:
        connection.execute(insert(log_hold_segment), list(made))
    table = log_hold_part
    mine = (table.c.hold == hold) & (table.c.kind == part.kind.value) & (table.c.day == part.day)
    connection.execute(delete(table).where(mine))
    connection.execute(
        insert(table).values(
            hold=hold,
            kind=part.kind.value,
            day=part.day,
            of=part.of,
            rows=part.rows,
            lacking=part.unreadable,
            carved_at=at,
            leaf=leaf,
        )
    )


def _segment(row: Row[Any]) -> HeldSegment:
    return HeldSegment(
        HeldSegmentId(LogKind(row.kind), row.day, row.id, row.hold),
        row.sequence,
        row.family,
        row.layout,
        row.rows,
        row.size,
        row.source_segment,
        row.source_sequence,
        row.source_records,
        row.source_root,
        row.source_leaf,
        row.proofs,
        row.made_at,
    )


def _entry(row: Row[Any], keyring: Keyring) -> HoldEntry:
    terms, papers = None, None
    try:
        document = orjson.loads(keyring.decrypt(hold_key(row.id), row.body, aad=_place(row.id)))
    except KeyDestroyed:
        pass
    else:
        terms, papers = read_terms(document["terms"]), tuple(document["papers"])
    return HoldEntry(
        row.id,
        HoldType(row.type),
        HoldState(row.state),
        terms,
        papers,
        frozenset(LogKind(one) for one in orjson.loads(row.kinds)),
        row.first_day,
        row.last_day,
        row.silent,
        row.received,
        row.until,
        row.review_on,
        row.extensions,
        row.subject,
        tuple(orjson.loads(row.approvals)),
        row.made_at,
        row.made_by,
        row.active_at,
        row.released_at,
        row.release_reason,
    )


def _place(hold: str) -> bytes:
    return b"sekisho/hold/1/" + hold.encode("ascii")
