"""The log store's tables: which sources, inputs, segments and days there are, and how well each source was heard.

Nothing here tells of anybody: addresses, subscribers and times of single records stand in the segments alone. Digests
of inputs are keyed, so that neither a file's name nor its content can be guessed from them.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Float, ForeignKey, Index, Integer, LargeBinary, String, Table, Text
from sqlalchemy import UniqueConstraint as Unique

from sekisho.store.columns import Big, Moment
from sekisho.store.schema import metadata

log_source = Table(
    "log_source",
    metadata,
    # Stands in every row of every segment, in 16 bits.
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("name", String(100), nullable=False, unique=True),
    Column("provider", String(100), nullable=False),
    Column("service", String(100), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("format", String(100), nullable=False),
    Column("zone", String(64), nullable=False),
    Column("settings", Text, nullable=False),
    Column("acknowledged", Boolean, nullable=False),
    Column("covers", Text, nullable=False),
    # Raised by every ingest: of two at once, one finds it changed and is refused.
    Column("revision", Integer, nullable=False),
    Column("added_at", Moment, nullable=False),
    Column("added_by", String(64), nullable=False),
)
"""Where logs come from (:mod:`sekisho.logs.sources`). ``settings`` and ``covers`` are JSON."""

log_input = Table(
    "log_input",
    metadata,
    # The id is that of the ledger leaf which says the same.
    Column("id", String(64), primary_key=True),
    Column("source", Integer, ForeignKey("log_source.number"), nullable=False),
    Column("digest", LargeBinary(32), nullable=False),
    Column("size", Big, nullable=False),
    Column("records", Big, nullable=False),
    Column("events", Big, nullable=False),
    Column("ignored", Big, nullable=False),
    Column("quarantined", Big, nullable=False),
    Column("refused", Big, nullable=False),
    Column("rows", Big, nullable=False),
    Column("first", Big, nullable=True),
    Column("last", Big, nullable=True),
    Column("clock", Text, nullable=False),
    Column("handed_over", Big, nullable=False),
    Column("given_back", Big, nullable=False),
    Column("ingested_at", Moment, nullable=False),
    Column("starts_lost", Big, nullable=False, server_default="0"),
    Unique("source", "digest"),
    Index("ix_log_input_source_size", "source", "size"),
)
"""One row per file or batch taken in. ``first`` and ``last`` are the span of its events in UTC microseconds; ``clock``
is what its clocks showed (:class:`sekisho.logs.health.ClockOffsets`, JSON). ``handed_over`` and ``given_back`` are
holdings whose stop was lost and whose wasn't (:mod:`sekisho.logs.intervals.losses`), ``starts_lost`` holdings first
heard of by an interim record or a stop; 0 for inputs taken in before that was counted."""

log_segment = Table(
    "log_segment",
    metadata,
    # The order in which segments were made: of two versions of a row the one of the later segment counts.
    Column("sequence", Big, primary_key=True, autoincrement=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("kind", String(40), nullable=False),
    Column("day", Date, nullable=False),
    Column("family", Integer, nullable=False),
    Column("layout", String(40), nullable=False),
    Column("state", String(20), nullable=False),
    # Of open and carried tables, which are one source's.
    Column("source", Integer, ForeignKey("log_source.number"), nullable=True),
    Column("rows", Big, nullable=False),
    Column("size", Big, nullable=False),
    Column("root", LargeBinary(32), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("leaf", String(64), nullable=False),
    Index("ix_log_segment_kind_day_state", "kind", "day", "state"),
    Index("ix_log_segment_source_state", "source", "state"),
)
"""Every segment (:class:`sekisho.logs.manifest.SegmentState`). ``leaf`` is the leaf in which its root stands."""

log_day = Table(
    "log_day",
    metadata,
    Column("kind", String(40), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("state", String(20), nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("leaf", String(64), nullable=True),
)
"""Where a kind's day is in its life (:class:`sekisho.logs.manifest.DayState`). ``leaf`` says the last change."""

log_heard = Table(
    "log_heard",
    metadata,
    Column("source", Integer, ForeignKey("log_source.number"), primary_key=True),
    Column("begin", Big, primary_key=True, autoincrement=False),
    Column("end", Big, nullable=False),
)
"""When each source was heard: closed intervals of UTC microseconds that don't touch. What lies between is a gap."""

log_gap = Table(
    "log_gap",
    metadata,
    Column("id", Big, primary_key=True, autoincrement=True),
    Column("source", Integer, ForeignKey("log_source.number"), nullable=False),
    Column("begin", Big, nullable=False),
    Column("end", Big, nullable=False),
    Column("reason", String(40), nullable=False),
    Column("missing", Big, nullable=False),
    Index("ix_log_gap_source_end", "source", "end"),
)
"""Losses that are known of although the source was heard: sequence numbers that never came, datagrams dropped."""

log_health = Table(
    "log_health",
    metadata,
    Column("source", Integer, ForeignKey("log_source.number"), primary_key=True, autoincrement=False),
    Column("last_record", Big, nullable=True),
    Column("ingested_at", Moment, nullable=False),
    Column("records", Big, nullable=False),
    Column("events", Big, nullable=False),
    Column("ignored", Big, nullable=False),
    Column("quarantined", Big, nullable=False),
    Column("refused", Big, nullable=False),
    Column("template_misses", Big, nullable=False),
    Column("sequence_missing", Big, nullable=False),
    Column("rate", Float, nullable=True),
    Column("interval", Float, nullable=True),
    Column("clock", Text, nullable=False),
    Column("inside_always_zero", Boolean, nullable=False),
    Column("port_not_logged", Big, nullable=False),
    Column("ports_missing", Boolean, nullable=False),
)
"""What each source's inputs added up to. ``rate`` is records per second, ``interval`` the usual seconds between two."""

log_quarantine = Table(
    "log_quarantine",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("input", String(64), ForeignKey("log_input.id"), nullable=False, unique=True),
    Column("day", Date, nullable=False),
    Column("records", Big, nullable=False),
    Column("size", Big, nullable=False),
    Column("reasons", Text, nullable=False),
    Index("ix_log_quarantine_day", "day"),
)
"""Records of an input that couldn't be read: how many for each reason (JSON). Their bytes are in the file ``id``,
under the quarantine's key of that day (:mod:`sekisho.logs.quarantine`)."""

log_written = Table(
    "log_written",
    metadata,
    # The id of the spool's file: what was taken in once isn't taken in again.
    Column("id", String(32), primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("day", Date, nullable=False),
    Column("writer", String(32), nullable=False),
    Column("number", Big, nullable=False),
    Column("frames", Big, nullable=False),
    Column("records", Big, nullable=False),
    Column("missing", Big, nullable=False),
    Column("size", Big, nullable=False),
    Column("leaf", String(64), nullable=False),
    Index("ix_log_written_kind_day", "kind", "day"),
    Index("ix_log_written_writer", "writer", "number"),
)
"""Files of records that Sekisho itself wrote (:mod:`sekisho.logs.written`): which process wrote it, as which of its
files, how many frames that had, how many records are here and how many are known to be missing."""
