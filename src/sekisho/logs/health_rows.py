"""A source's health in the database: read, and brought up to date by each ingest in its own transaction."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from sekisho.logs.clocks.skew import Observed
from sekisho.logs.health import MEMORY, SECOND, ClockOffsets, Gap, SourceHealth, joined, silence
from sekisho.logs.ingest import Prepared
from sekisho.logs.sources import Source
from sekisho.logs.tables import log_gap, log_health, log_heard, log_input

TEMPLATE_MISSES = ("no_match", "no_template")
"""Reasons that say a device writes, or an exporter sends, what the source's format doesn't know."""
PORT_NOT_LOGGED = "port_not_logged"
"""What a web server's log-in or post without its source port is counted as (it is kept, with all ports)."""


def heard_of(
    connection: Connection, source: int, begin: int | None = None, end: int | None = None
) -> list[tuple[int, int]]:
    """The intervals in which a source was heard, ascending; those that meet [``begin``, ``end``] where told."""
    query = select(log_heard.c.begin, log_heard.c.end).where(log_heard.c.source == source).order_by(log_heard.c.begin)
    if begin is not None:
        query = query.where(log_heard.c.end >= begin)
    if end is not None:
        query = query.where(log_heard.c.begin <= end)
    return [(row.begin, row.end) for row in connection.execute(query)]


def losses_of(connection: Connection, source: int, begin: int | None = None, end: int | None = None) -> list[Gap]:
    """The losses that are known of, ascending; those that meet [``begin``, ``end``) where told."""
    query = select(log_gap).where(log_gap.c.source == source).order_by(log_gap.c.begin)
    if begin is not None:
        query = query.where(log_gap.c.end > begin)
    if end is not None:
        query = query.where(log_gap.c.begin < end)
    return [Gap(row.begin, row.end, row.reason, row.missing) for row in connection.execute(query)]


def interval_of(connection: Connection, source: int) -> float | None:
    """The usual seconds between two records of a source; None before its first input."""
    return connection.execute(select(log_health.c.interval).where(log_health.c.source == source)).scalar_one_or_none()


def last_of(connection: Connection, source: int) -> int | None:
    """The moment of a source's latest record; None before its first."""
    query = select(log_health.c.last_record).where(log_health.c.source == source)
    return connection.execute(query).scalar_one_or_none()


def observed_of(connection: Connection, source: int) -> tuple[Observed, ...]:
    """What each input showed of a source's clock, in the order they were taken in; those that showed nothing aren't
    there."""
    nothing = ClockOffsets().dumped()
    query = (
        select(log_input.c.first, log_input.c.last, log_input.c.clock)
        .where(log_input.c.source == source, log_input.c.first.is_not(None), log_input.c.clock != nothing)
        .order_by(log_input.c.ingested_at, log_input.c.id)
    )
    return tuple(Observed(row.first, row.last, ClockOffsets.loaded(row.clock)) for row in connection.execute(query))


def health_of(connection: Connection, source: Source) -> SourceHealth:
    """A source's health as of its last input."""
    row = connection.execute(select(log_health).where(log_health.c.source == source.number)).one_or_none()
    if row is None:
        return SourceHealth(source.number, source.spec.name, None, None, silence=silence(source.heartbeat, None))
    heard = heard_of(connection, source.number)
    silences = [Gap(one[1], other[0], "silence") for one, other in itertools.pairwise(heard)]
    return SourceHealth(
        source.number,
        source.spec.name,
        row.last_record,
        row.ingested_at,
        row.records,
        row.events,
        row.ignored,
        row.quarantined,
        row.refused,
        row.template_misses,
        row.sequence_missing,
        row.rate,
        row.interval,
        silence(source.heartbeat, row.interval),
        ClockOffsets.loaded(row.clock),
        row.inside_always_zero,
        row.port_not_logged,
        row.ports_missing,
        tuple(sorted([*silences, *losses_of(connection, source.number)], key=lambda gap: (gap.begin, gap.end))),
    )


def note(connection: Connection, source: Source, prepared: Prepared, *, allowed: int, at: datetime) -> None:
    """Add an input to what is known of its source. ``allowed`` is the silence that is no gap."""
    _note_heard(connection, source.number, prepared.heard, allowed)
    enter_losses(connection, source.number, prepared.losses)
    table = log_health
    row = connection.execute(select(table).where(table.c.source == source.number)).one_or_none()
    values = _values(None if row is None else row._asdict(), prepared, at)
    if row is None:
        connection.execute(insert(table).values(source=source.number, **values))
    else:
        connection.execute(update(table).where(table.c.source == source.number).values(**values))


def enter_losses(connection: Connection, source: int, losses: Sequence[Gap]) -> None:
    """Enter times in which records of a source are known to be missing."""
    rows = [
        {"source": source, "begin": gap.begin, "end": gap.end, "reason": gap.reason, "missing": gap.missing}
        for gap in losses
    ]
    if rows:
        connection.execute(insert(log_gap), rows)


def _values(before: dict[str, Any] | None, prepared: Prepared, at: datetime) -> dict[str, Any]:
    tally = prepared.tally
    reasons = {} if prepared.quarantined is None else prepared.quarantined.reasons
    added = {
        "records": tally.records,
        "events": tally.events,
        "ignored": tally.ignored.total(),
        "quarantined": sum(reasons.values()),
        "refused": tally.refused.total(),
        "template_misses": sum(reasons.get(reason, 0) for reason in TEMPLATE_MISSES),
        "sequence_missing": sum(gap.missing for gap in prepared.losses),
        PORT_NOT_LOGGED: tally.ignored[PORT_NOT_LOGGED],
    }
    old = before or {}
    values: dict[str, Any] = {name: count + old.get(name, 0) for name, count in added.items()}
    length = sum(end - begin for begin, end in prepared.heard) / SECOND
    told = tally.events > 1 and length > 0
    rate = tally.events / length if told else old.get("rate")
    interval = length / (tally.events - 1) if told else None
    usual = old.get("interval")
    if interval is not None and usual is not None:
        interval = MEMORY * usual + (1 - MEMORY) * interval
    latest = [one for one in (old.get("last_record"), tally.last) if one is not None]
    clock = prepared.clock.dumped() if prepared.clock != ClockOffsets() else old.get("clock", prepared.clock.dumped())
    zero = prepared.inside_always_zero
    ports_told = tally.events or tally.ignored[PORT_NOT_LOGGED]
    return values | {
        "last_record": max(latest, default=None),
        "ingested_at": at,
        "rate": rate,
        "interval": usual if interval is None else interval,
        "clock": clock,
        "inside_always_zero": old.get("inside_always_zero", False) if zero is None else zero,
        "ports_missing": tally.ignored[PORT_NOT_LOGGED] > 0 if ports_told else old.get("ports_missing", False),
    }


def _note_heard(connection: Connection, source: int, spans: Sequence[tuple[int, int]], allowed: int) -> None:
    if not spans:
        return
    low, high = min(begin for begin, _ in spans) - allowed, max(end for _, end in spans) + allowed
    met = heard_of(connection, source, low, high)
    if met:
        begins = [begin for begin, _ in met]
        for at in range(0, len(begins), 500):
            where = (log_heard.c.source == source) & log_heard.c.begin.in_(begins[at : at + 500])
            connection.execute(delete(log_heard).where(where))
    made = joined([*met, *spans], allowed)
    connection.execute(insert(log_heard), [{"source": source, "begin": begin, "end": end} for begin, end in made])
