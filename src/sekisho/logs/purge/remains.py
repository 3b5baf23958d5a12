"""What isn't secret of a purged day, made non-identifying (guideline art. 38, commentary: 消去).

The secret part ends with the day's key. What the database keeps beside it are counts of segments and inputs, random
ids, and roots whose salts are gone. An input's exact first and last moment could still be somebody's only connection:
once the last of its days is purged they are rounded to whole days, which is all that a clock's history needs of them.
Counts by reason of unreadable records go with their day.
"""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import ColumnElement, Connection, delete, update

from sekisho.logs import manifest, source_rows
from sekisho.logs.intervals.days import DAY, JAPAN, begin_of
from sekisho.logs.kinds import LogKind
from sekisho.logs.manifest import ON_DISK, SegmentState
from sekisho.logs.tables import log_input, log_quarantine, log_written


def forget(connection: Connection, kind: LogKind, day: date, *, leaf: str) -> None:
    """Leave of a purged day what tells of nobody."""
    ids = [one.segment.id for one in manifest.segments_of(connection, kind=kind, day=day, states=ON_DISK)]
    manifest.move(connection, ids, SegmentState.PURGED, leaf=leaf)
    if kind is LogKind.QUARANTINE:
        connection.execute(delete(log_quarantine).where(log_quarantine.c.day == day))
    connection.execute(delete(log_written).where(log_written.c.kind == kind.value, log_written.c.day == day))
    # Whichever of its kinds a source was declared for: an input's moments may be those of this one's rows alone.
    sources = [one.number for one in source_rows.every(connection) if kind in one.kinds]
    connection.execute(
        update(log_input)
        .where(
            log_input.c.source.in_(sources),
            log_input.c.last >= begin_of(day),
            log_input.c.last < begin_of(day + timedelta(days=1)),
        )
        .values(first=_day_begin(log_input.c.first), last=_day_begin(log_input.c.last) + (DAY - 1))
    )


def _day_begin(moment: ColumnElement[int]) -> ColumnElement[int]:
    """The first microsecond of a moment's Japan day."""
    return moment - (moment + JAPAN) % DAY
