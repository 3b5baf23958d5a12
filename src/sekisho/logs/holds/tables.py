"""Tables of holds. What a hold is about, and who asked, is in ``body`` under the hold's own key and ends with it."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from sekisho.destruction.steps import columns as destruction_columns
from sekisho.store.columns import Big, Moment
from sekisho.store.schema import metadata

log_hold = Table(
    "log_hold",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("type", String(40), nullable=False),
    Column("state", String(20), nullable=False),
    Column("body", LargeBinary, nullable=False),
    # The days it touches, so that a purge finds it without opening it.
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("kinds", Text, nullable=False),
    Column("silent", Boolean, nullable=False),
    Column("received", Date, nullable=False),
    Column("until", Date, nullable=True),
    Column("review_on", Date, nullable=True),
    Column("extensions", Integer, nullable=False),
    Column("subject", LargeBinary(32), nullable=False),
    Column("approvals", Text, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("made_by", String(64), nullable=False),
    Column("active_at", Moment, nullable=True),
    Column("released_at", Moment, nullable=True),
    Column("release_reason", String(40), nullable=True),
    Index("ix_log_hold_state", "state"),
)
"""Holds (:mod:`sekisho.logs.holds.rules`). ``kinds`` and ``approvals`` are JSON lists."""

log_hold_guard = Table(
    "log_hold_guard",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("revision", Big, nullable=False),
)
"""One row: raised by whoever adds a hold, and by whoever is about to destroy a day's key. So neither overlooks the
other."""

log_hold_part = Table(
    "log_hold_part",
    metadata,
    Column("hold", String(64), ForeignKey("log_hold.id"), primary_key=True),
    Column("kind", String(40), primary_key=True),
    Column("day", Date, primary_key=True),
    # From what it was copied: a digest over the segments there were.
    Column("of", LargeBinary(32), nullable=False),
    Column("rows", Big, nullable=False),
    Column("lacking", Integer, nullable=False),
    Column("carved_at", Moment, nullable=False),
    Column("leaf", String(64), nullable=False),
)
"""What a hold has of a kind's day. ``lacking`` counts segments that couldn't be read."""

log_hold_segment = Table(
    "log_hold_segment",
    metadata,
    Column("sequence", Big, primary_key=True, autoincrement=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("hold", String(64), ForeignKey("log_hold.id"), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("day", Date, nullable=False),
    Column("family", Integer, nullable=False),
    Column("layout", String(40), nullable=False),
    Column("rows", Big, nullable=False),
    Column("size", Big, nullable=False),
    # The segment its rows were copied from: where their proofs lead.
    Column("source_segment", String(32), nullable=False),
    Column("source_sequence", Big, nullable=False),
    Column("source_records", Big, nullable=False),
    Column("source_root", LargeBinary(32), nullable=False),
    Column("source_leaf", String(64), nullable=False),
    # Of the file of proofs.
    Column("proofs", LargeBinary(32), nullable=False),
    Column("made_at", Moment, nullable=False),
    Index("ix_log_hold_segment_hold_kind_day", "hold", "kind", "day"),
    Index("ix_log_hold_segment_kind_day", "kind", "day"),
)
"""The files of a hold's vault."""

log_hold_release = Table(
    "log_hold_release",
    metadata,
    *destruction_columns("planned", "carved", "destroyed", "probed", "unlinked", "certified", "final"),
    Column("hold", String(64), ForeignKey("log_hold.id"), nullable=False, unique=True),
)
"""How far the destruction of a released hold's key has come."""
