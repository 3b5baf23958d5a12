"""Which segments there are, in which state, and where each day is in its life: the database's side of the files.

Functions over a connection; the service decides when. A segment counts from the commit that enters it here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from sekisho.logs.columns import Addresses
from sekisho.logs.events import Events
from sekisho.logs.kinds import LogKind
from sekisho.logs.rows import Rows
from sekisho.logs.segments.files import SegmentId, Written
from sekisho.logs.tables import log_day, log_quarantine, log_segment, log_written


class SegmentState(StrEnum):
    """Where a segment is in its life."""

    STAGED = "staged"
    """Its day isn't sealed: it will be merged."""
    SEALED = "sealed"
    """Never rewritten; its root is in the leaf of its day's seal."""
    LATE = "late"
    """Came after the seal. Of two rows with one ``session`` the one of the later segment counts."""
    OPEN = "open"
    """A source's open table: what was held at its last record. Replaced by the source's next ingest."""
    CARRIED = "carried"
    """A source's pieces that went on beyond midnight and aren't confirmed to have; shrinks as they are."""
    AWAITING = "awaiting"
    """A carried table whose rows are in the sealed segment too: kept until they are confirmed, and not asked."""
    LOST = "lost"
    """An open or carried table, or a segment of a day that wasn't sealed, that couldn't be read and was given up. Never
    read again, even if its file is there: who asks about its day is told of a gap."""
    SUPERSEDED = "superseded"
    """Its rows are in a later segment; its files are gone or going."""
    PURGED = "purged"
    """Its day's key was destroyed."""


ASKED: Final = (
    SegmentState.STAGED,
    SegmentState.SEALED,
    SegmentState.LATE,
    SegmentState.OPEN,
    SegmentState.CARRIED,
    SegmentState.LOST,
)
"""The states whose rows answer questions, and those that say that there is no answer."""
ON_DISK: Final = (*ASKED, SegmentState.AWAITING)
"""The states whose files must be there, or stay where they are until their day ends."""


class DayState(StrEnum):
    """Where a kind's day is in its life."""

    OPEN = "open"
    SEALED = "sealed"
    PURGING = "purging"
    """Its purge has begun: nothing is written to it any more."""
    PURGED = "purged"


GONE: Final = (DayState.PURGING, DayState.PURGED)


@dataclass(frozen=True, slots=True)
class SegmentEntry:
    """A segment as the database knows it. ``sequence`` is the order in which segments were made."""

    segment: SegmentId
    sequence: int
    state: SegmentState
    family: int
    layout: str
    source: int | None
    rows: int
    size: int
    root: bytes
    made_at: datetime
    leaf: str


def layout_of(batch: Events | Rows) -> str:
    """Which columns of addresses a batch has and of which family: only like is merged with like.

    ``4.6.0.0``: IPv4, inside IPv6, no destination, no destination port.
    """
    if batch.address is None:
        raise ValueError("a layout is that of an address")
    ends = [family_of(batch.address), family_of(batch.inside), family_of(batch.destination)]
    return ".".join(map(str, [*ends, int(batch.destination_port is not None)]))


def family_of(addresses: Addresses | None) -> int:
    """4, 6, or 0 where there are none."""
    return 0 if addresses is None else addresses.family


def segments_of(
    connection: Connection,
    *,
    kind: LogKind | None = None,
    day: date | None = None,
    source: int | None = None,
    states: Iterable[SegmentState] = ASKED,
) -> tuple[SegmentEntry, ...]:
    """The segments in one of ``states``, in the order of their making."""
    table = log_segment
    query = select(table).where(table.c.state.in_([state.value for state in states])).order_by(table.c.sequence)
    if kind is not None:
        query = query.where(table.c.kind == kind.value)
    if day is not None:
        query = query.where(table.c.day == day)
    if source is not None:
        query = query.where(table.c.source == source)
    return tuple(entry_of(row) for row in connection.execute(query))


def days_of(connection: Connection, kind: LogKind | None = None) -> dict[tuple[LogKind, date], DayState]:
    """Every day that ever had a segment, with its state."""
    query = select(log_day.c.kind, log_day.c.day, log_day.c.state).order_by(log_day.c.kind, log_day.c.day)
    if kind is not None:
        query = query.where(log_day.c.kind == kind.value)
    return {(LogKind(row.kind), row.day): DayState(row.state) for row in connection.execute(query)}


def day_state(connection: Connection, kind: LogKind, day: date) -> DayState | None:
    """The state of a day; None where nothing was ever written to it."""
    query = select(log_day.c.state).where(log_day.c.kind == kind.value, log_day.c.day == day)
    found = connection.execute(query).scalar_one_or_none()
    return None if found is None else DayState(found)


def ensure_day(connection: Connection, kind: LogKind, day: date, *, at: datetime) -> DayState:
    """The state of a day, opened now if it never was. Run in the transaction that writes to the day."""
    found = day_state(connection, kind, day)
    if found is not None:
        return found
    try:
        with connection.begin_nested():
            connection.execute(
                insert(log_day).values(kind=kind.value, day=day, state=DayState.OPEN.value, changed_at=at, leaf=None)
            )
    except IntegrityError:  # another worker opened it meanwhile
        return day_state(connection, kind, day) or DayState.OPEN
    return DayState.OPEN


def set_day(connection: Connection, kind: LogKind, day: date, state: DayState, *, at: datetime, leaf: str) -> None:
    """Move a day on in its life."""
    connection.execute(
        update(log_day)
        .where(log_day.c.kind == kind.value, log_day.c.day == day)
        .values(state=state.value, changed_at=at, leaf=leaf)
    )


def enter(
    connection: Connection,
    written: Written,
    state: SegmentState,
    *,
    layout: str,
    at: datetime,
    leaf: str,
    source: int | None = None,
) -> None:
    """Enter a segment that is on disk."""
    connection.execute(
        insert(log_segment).values(
            id=written.segment.id,
            kind=written.segment.kind.value,
            day=written.segment.day,
            family=written.family,
            layout=layout,
            state=state.value,
            source=source,
            rows=written.rows,
            size=written.size,
            root=written.root,
            made_at=at,
            leaf=leaf,
        )
    )


def move(
    connection: Connection,
    ids: Sequence[str],
    state: SegmentState,
    *,
    leaf: str | None = None,
    only: Iterable[SegmentState] = SegmentState,
) -> int:
    """Put segments that are in one of the states ``only`` in another; how many those were."""
    values: dict[str, Any] = {"state": state.value}
    if leaf is not None:
        values["leaf"] = leaf
    moved = 0
    for at in range(0, len(ids), _AT_ONCE):
        where = log_segment.c.id.in_(ids[at : at + _AT_ONCE]) & log_segment.c.state.in_([one.value for one in only])
        moved += connection.execute(update(log_segment).where(where).values(**values)).rowcount
    return moved


_AT_ONCE: Final = 500
"""Ids in one statement: SQLite takes 32,766 parameters, PostgreSQL 65,535."""


def known_files(connection: Connection) -> set[str]:
    """The ids of everything that must be on disk below the folder of segments."""
    states = [state.value for state in ON_DISK]
    found = set(connection.execute(select(log_segment.c.id).where(log_segment.c.state.in_(states))).scalars())
    found |= set(connection.execute(select(log_quarantine.c.id)).scalars())
    return found | set(connection.execute(select(log_written.c.id)).scalars())


def entry_of(row: Row[Any]) -> SegmentEntry:
    """A segment from its row."""
    return SegmentEntry(
        SegmentId(LogKind(row.kind), row.day, row.id),
        row.sequence,
        SegmentState(row.state),
        row.family,
        row.layout,
        row.source,
        row.rows,
        row.size,
        row.root,
        row.made_at,
        row.leaf,
    )
