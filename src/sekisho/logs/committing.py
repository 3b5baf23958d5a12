"""What an input, a compaction and a seal write to the database: one transaction each, with the leaf that says the same.

Functions over a connection; they run in the commit queue and do nothing but read and write rows. Each first makes sure
that what it was prepared on is still so: :class:`Moved` says that it isn't, and the caller prepares anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson
from sqlalchemy import Connection, insert, select, update

from sekisho.clock import JAPAN
from sekisho.logs import health_rows, manifest
from sekisho.logs.errors import AlreadyIngested, SourceBusy
from sekisho.logs.health import Gap
from sekisho.logs.ingest import Prepared, Staged
from sekisho.logs.kinds import LogKind
from sekisho.logs.manifest import GONE, DayState, SegmentEntry, SegmentState
from sekisho.logs.sealing import Merged
from sekisho.logs.sources import Source
from sekisho.logs.tables import log_input, log_quarantine, log_source

DayStates = Mapping[tuple[LogKind, date], DayState]
"""The state of each day something is written to, as it was when that was prepared."""


class Moved(Exception):
    """A day's state or segments changed meanwhile; nothing was written."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Prepared segments with the state they get; ``refused`` are of days that take nothing any more."""

    kept: tuple[tuple[Staged, SegmentState], ...]
    refused: tuple[Staged, ...]

    @property
    def refused_rows(self) -> int:
        """Rows of them."""
        return sum(one.written.rows for one in self.refused)


def days_of(staged: Iterable[Staged], connection: Connection) -> DayStates:
    """The days that ``staged`` is of, with their states now; one that never had anything is open."""
    days = {(one.written.segment.kind, one.written.segment.day) for one in staged}
    return {
        (kind, day): manifest.day_state(connection, kind, day) or DayState.OPEN
        for kind, day in sorted(days, key=lambda item: (item[0].value, item[1]))
    }


def placed(staged: Sequence[Staged], days: DayStates) -> Placed:
    """What each segment becomes in its day."""
    kept, refused = [], []
    for one in staged:
        state = days[one.written.segment.kind, one.written.segment.day]
        if state in GONE:
            refused.append(one)
        elif state is DayState.SEALED and one.state is SegmentState.STAGED:
            kept.append((one, SegmentState.LATE))
        else:
            kept.append((one, one.state))
    return Placed(tuple(kept), tuple(refused))


def input_body(source: Source, prepared: Prepared, where: Placed) -> dict[str, Any]:
    """What the leaf of an input says: counts and roots, of nobody."""
    tally = prepared.tally
    return {
        "source": source.number,
        "records": tally.records,
        "events": tally.events,
        "ignored": dict(sorted(tally.ignored.items())),
        "quarantined": {} if prepared.quarantined is None else prepared.quarantined.reasons,
        "refused": refused_of(prepared, where),
        "segments": [_said(one.written.segment.kind, one, state) for one, state in where.kept],
    }


def refused_of(prepared: Prepared, where: Placed) -> dict[str, int]:
    """Rows and events that were refused, by reason."""
    found = dict(prepared.tally.refused)
    if where.refused:
        found["day_gone"] = found.get("day_gone", 0) + where.refused_rows
    return dict(sorted(found.items()))


def write_input(
    connection: Connection,
    source: Source,
    prepared: Prepared,
    where: Placed,
    *,
    days: DayStates,
    digest: bytes,
    size: int,
    silence: int,
    at: datetime,
    leaf: str,
) -> None:
    """Enter an input. Raises ``AlreadyIngested``, ``SourceBusy``, :class:`Moved`."""
    require_new(connection, source.number, digest)
    _raise_revision(connection, source)
    _require_days(connection, days, at)
    tally = prepared.tally
    refused = refused_of(prepared, where)
    connection.execute(
        insert(log_input).values(
            id=leaf,
            source=source.number,
            digest=digest,
            size=size,
            records=tally.records,
            events=tally.events,
            ignored=tally.ignored.total(),
            quarantined=0 if prepared.quarantined is None else prepared.quarantined.records,
            refused=sum(refused.values()),
            rows=tally.rows,
            first=tally.first,
            last=tally.last,
            clock=prepared.clock.dumped(),
            handed_over=tally.handed_over,
            given_back=tally.given_back,
            ingested_at=at,
            starts_lost=tally.starts_lost,
        )
    )
    for one, state in where.kept:
        of = None if state in (SegmentState.STAGED, SegmentState.LATE) else source.number
        manifest.enter(connection, one.written, state, layout=one.layout, at=at, leaf=leaf, source=of)
    replaced = [entry.segment.id for entry in prepared.replaced]
    if manifest.move(connection, replaced, SegmentState.SUPERSEDED, only=manifest.ON_DISK) != len(replaced):
        raise Moved
    if prepared.quarantined is not None:
        connection.execute(
            insert(log_quarantine).values(
                id=prepared.quarantined.id,
                input=leaf,
                day=prepared.quarantined.day,
                records=prepared.quarantined.records,
                size=prepared.quarantined.size,
                reasons=orjson.dumps(prepared.quarantined.reasons).decode(),
            )
        )
    health_rows.note(connection, source, prepared, allowed=silence, at=at)


def require_new(connection: Connection, source: int, digest: bytes) -> None:
    """Raise ``AlreadyIngested`` for an input that was taken in before."""
    query = select(log_input.c.id, log_input.c.ingested_at)
    found = connection.execute(query.where(log_input.c.source == source, log_input.c.digest == digest)).one_or_none()
    if found is not None:
        at = found.ingested_at.astimezone(JAPAN).isoformat(timespec="seconds")
        raise AlreadyIngested(input=found.id, at=at)


def merged_body(kind: LogKind, day: date, merged: Sequence[Merged]) -> dict[str, Any]:
    """What the leaf of a compaction or seal says."""
    return {
        "kind": kind.value,
        "day": day.isoformat(),
        "segments": [
            {
                "layout": one.layout,
                "of": [{"id": entry.segment.id, "rows": entry.rows, "root": entry.root.hex()} for entry in one.of],
                "made": [
                    {"id": written.segment.id, "rows": written.rows, "root": written.root.hex()}
                    for written in one.made
                ],
            }
            for one in merged
        ],
    }


def write_compaction(connection: Connection, merged: Merged, *, at: datetime, leaf: str) -> None:
    """Enter what staged segments became. Raises :class:`Moved` where one of them is staged no more."""
    segment = merged.of[0].segment
    _require_days(connection, {(segment.kind, segment.day): DayState.OPEN}, at)
    _supersede(connection, merged.of, SegmentState.STAGED)
    for written in merged.made:
        manifest.enter(connection, written, SegmentState.STAGED, layout=merged.layout, at=at, leaf=leaf)


def write_seal(
    connection: Connection, kind: LogKind, day: date, merged: Sequence[Merged], *, at: datetime, leaf: str
) -> None:
    """Seal a day. Raises :class:`Moved` where its segments aren't those that were merged."""
    _require_days(connection, {(kind, day): DayState.OPEN}, at)
    there = manifest.segments_of(connection, kind=kind, day=day, states=SEALABLE)
    if {entry.segment.id for entry in there} != {entry.segment.id for one in merged for entry in one.of}:
        raise Moved
    for one in merged:
        if not one.made:
            manifest.move(connection, [entry.segment.id for entry in one.of], SegmentState.SEALED, leaf=leaf)
            continue
        _supersede(connection, [entry for entry in one.of if entry.state is SegmentState.STAGED], SegmentState.STAGED)
        carried = [entry.segment.id for entry in one.of if entry.state is SegmentState.CARRIED]
        manifest.move(connection, carried, SegmentState.AWAITING)
        for written in one.made:
            manifest.enter(connection, written, SegmentState.SEALED, layout=one.layout, at=at, leaf=leaf)
    manifest.set_day(connection, kind, day, DayState.SEALED, at=at, leaf=leaf)


def given_up_body(source: Source, lost: Sequence[SegmentEntry], gap: Gap | None, by: str) -> dict[str, Any]:
    """What the leaf of a giving up says."""
    return {
        "source": source.number,
        "by": by,
        "tables": [
            {
                "kind": entry.segment.kind.value,
                "day": entry.segment.day.isoformat(),
                "id": entry.segment.id,
                "state": entry.state.value,
                "rows": entry.rows,
                "root": entry.root.hex(),
            }
            for entry in lost
        ],
        "gap": None if gap is None else {"begin": gap.begin, "end": gap.end},
    }


def write_given_up(
    connection: Connection, source: Source, unreadable: Sequence[SegmentEntry], gap: Gap | None, *, leaf: str
) -> None:
    """Give tables up. Raises ``SourceBusy``, :class:`Moved` where one of them isn't what it was."""
    _raise_revision(connection, source)
    for entry in unreadable:
        # The rows of a table that awaits news are in its day's sealed segment: only the news is lost.
        state = SegmentState.SUPERSEDED if entry.state is SegmentState.AWAITING else SegmentState.LOST
        if manifest.move(connection, [entry.segment.id], state, leaf=leaf, only=(entry.state,)) != 1:
            raise Moved
    if gap is not None:
        health_rows.enter_losses(connection, source.number, [gap])


def day_given_up_body(
    kind: LogKind, day: date, lost: Sequence[SegmentEntry], sources: Sequence[Source], gap: Gap, by: str
) -> dict[str, Any]:
    """What the leaf of the giving up of a day's segments says."""
    return {
        "kind": kind.value,
        "day": day.isoformat(),
        "by": by,
        "segments": [{"id": one.segment.id, "rows": one.rows, "root": one.root.hex()} for one in lost],
        "sources": [one.number for one in sources],
        "gap": {"begin": gap.begin, "end": gap.end},
    }


def write_day_given_up(
    connection: Connection,
    kind: LogKind,
    day: date,
    lost: Sequence[SegmentEntry],
    sources: Sequence[Source],
    gap: Gap,
    *,
    at: datetime,
    leaf: str,
) -> None:
    """Give staged segments of an open day up. Raises :class:`Moved` where the day or one of them isn't what it was."""
    _require_days(connection, {(kind, day): DayState.OPEN}, at)
    ids = [one.segment.id for one in lost]
    if manifest.move(connection, ids, SegmentState.LOST, leaf=leaf, only=(SegmentState.STAGED,)) != len(ids):
        raise Moved
    for one in sources:
        if gap not in health_rows.losses_of(connection, one.number, gap.begin, gap.end):
            health_rows.enter_losses(connection, one.number, [gap])


SEALABLE = (SegmentState.STAGED, SegmentState.CARRIED)
"""The states of segments whose rows a seal takes in."""


def _raise_revision(connection: Connection, source: Source) -> None:
    raised = connection.execute(
        update(log_source)
        .where(log_source.c.number == source.number, log_source.c.revision == source.revision)
        .values(revision=source.revision + 1)
    )
    if raised.rowcount != 1:
        raise SourceBusy(name=source.spec.name)


def _supersede(connection: Connection, entries: Sequence[SegmentEntry], state: SegmentState) -> None:
    ids = [entry.segment.id for entry in entries]
    if manifest.move(connection, ids, SegmentState.SUPERSEDED, only=(state,)) != len(ids):
        raise Moved


def _require_days(connection: Connection, days: DayStates, at: datetime) -> None:
    for (kind, day), state in days.items():
        now = manifest.ensure_day(connection, kind, day, at=at)
        if now is not state and not (now in GONE and state in GONE):
            raise Moved


def _said(kind: LogKind, one: Staged, state: SegmentState) -> dict[str, Any]:
    return {
        "kind": kind.value,
        "day": one.written.segment.day.isoformat(),
        "id": one.written.segment.id,
        "state": state.value,
        "rows": one.written.rows,
        "root": one.written.root.hex(),
    }
