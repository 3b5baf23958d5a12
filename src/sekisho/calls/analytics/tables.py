"""The tables of tallies and alarms. No number stands in a tally; an alarm's subject is under the key of its month."""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, Integer, LargeBinary, String, Table

from sekisho.store.columns import Big, Moment
from sekisho.store.schema import metadata

call_tally = Table(
    "call_tally",
    metadata,
    Column("day", Date, primary_key=True),
    Column("kind", String(20), primary_key=True),
    Column("subject", String(100), primary_key=True),
    Column("calls", Big, nullable=False),
)
"""How many calls of a Japan day had something (:class:`~sekisho.calls.analytics.counting.Tally`)."""

call_folded = Table(
    "call_folded",
    metadata,
    Column("file", String(64), primary_key=True),
    Column("day", Date, nullable=False),
    Column("records", Integer, nullable=False),
    Column("missing", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("key", String(200), nullable=True),
    Column("connector", String(64), nullable=True),
    Column("failed_open", Integer, nullable=True),
    Index("ix_call_folded_key", "key", "day"),
    Index("ix_call_folded_connector", "connector", "at"),
)
"""Which files of evidence are in the tallies: each once; under which month's key it came, and from which connector."""

call_alarm = Table(
    "call_alarm",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("source", String(20), nullable=False),
    Column("pattern", String(40), nullable=False),
    Column("trunk", String(64), nullable=False),
    Column("at", Moment, nullable=False),
    Column("state", String(20), nullable=False),
    Column("done_at", Moment, nullable=True),
    Column("done_by", String(64), nullable=True),
    Column("key", String(200), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("ix_call_alarm_state", "state", "at"),
    Index("ix_call_alarm_at", "at"),
    Index("ix_call_alarm_key", "key"),
)
"""One row per alarm, ``open`` until a person says what was done. ``body``: subject, figures, and what was done."""
