"""The log store: sources, inputs, segments, days, and how well each source was heard."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_big = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_moment = _big


def upgrade() -> None:
    """Make the tables."""
    _sources()
    _segments()
    _health()


def _sources() -> None:
    op.create_table(
        "log_source",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("name", sa.String(100), nullable=False, unique=True),
        sa.Column("provider", sa.String(100), nullable=False),
        sa.Column("service", sa.String(100), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("format", sa.String(100), nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("settings", sa.Text, nullable=False),
        sa.Column("acknowledged", sa.Boolean, nullable=False),
        sa.Column("covers", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("added_at", _moment, nullable=False),
        sa.Column("added_by", sa.String(64), nullable=False),
    )
    op.create_table(
        "log_input",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("source", sa.Integer, sa.ForeignKey("log_source.number"), nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("size", _big, nullable=False),
        sa.Column("records", _big, nullable=False),
        sa.Column("events", _big, nullable=False),
        sa.Column("ignored", _big, nullable=False),
        sa.Column("quarantined", _big, nullable=False),
        sa.Column("refused", _big, nullable=False),
        sa.Column("rows", _big, nullable=False),
        sa.Column("first", _big, nullable=True),
        sa.Column("last", _big, nullable=True),
        sa.Column("clock", sa.Text, nullable=False),
        sa.Column("handed_over", _big, nullable=False),
        sa.Column("given_back", _big, nullable=False),
        sa.Column("ingested_at", _moment, nullable=False),
        sa.UniqueConstraint("source", "digest"),
    )
    op.create_index("ix_log_input_source_size", "log_input", ["source", "size"])


def _segments() -> None:
    op.create_table(
        "log_segment",
        sa.Column("sequence", _big, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String(32), nullable=False, unique=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("family", sa.Integer, nullable=False),
        sa.Column("layout", sa.String(40), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("source", sa.Integer, sa.ForeignKey("log_source.number"), nullable=True),
        sa.Column("rows", _big, nullable=False),
        sa.Column("size", _big, nullable=False),
        sa.Column("root", sa.LargeBinary(32), nullable=False),
        sa.Column("made_at", _moment, nullable=False),
        sa.Column("leaf", sa.String(64), nullable=False),
    )
    op.create_index("ix_log_segment_kind_day_state", "log_segment", ["kind", "day", "state"])
    op.create_index("ix_log_segment_source_state", "log_segment", ["source", "state"])
    op.create_table(
        "log_day",
        sa.Column("kind", sa.String(40), primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("changed_at", _moment, nullable=False),
        sa.Column("leaf", sa.String(64), nullable=True),
    )


def _health() -> None:
    op.create_table(
        "log_heard",
        sa.Column("source", sa.Integer, sa.ForeignKey("log_source.number"), primary_key=True),
        sa.Column("begin", _big, primary_key=True, autoincrement=False),
        sa.Column("end", _big, nullable=False),
    )
    op.create_table(
        "log_gap",
        sa.Column("id", _big, primary_key=True, autoincrement=True),
        sa.Column("source", sa.Integer, sa.ForeignKey("log_source.number"), nullable=False),
        sa.Column("begin", _big, nullable=False),
        sa.Column("end", _big, nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("missing", _big, nullable=False),
    )
    op.create_index("ix_log_gap_source_end", "log_gap", ["source", "end"])
    op.create_table(
        "log_health",
        sa.Column("source", sa.Integer, sa.ForeignKey("log_source.number"), primary_key=True, autoincrement=False),
        sa.Column("last_record", _big, nullable=True),
        sa.Column("ingested_at", _moment, nullable=False),
        sa.Column("records", _big, nullable=False),
        sa.Column("events", _big, nullable=False),
        sa.Column("ignored", _big, nullable=False),
        sa.Column("quarantined", _big, nullable=False),
        sa.Column("refused", _big, nullable=False),
        sa.Column("template_misses", _big, nullable=False),
        sa.Column("sequence_missing", _big, nullable=False),
        sa.Column("rate", sa.Float, nullable=True),
        sa.Column("interval", sa.Float, nullable=True),
        sa.Column("clock", sa.Text, nullable=False),
        sa.Column("inside_always_zero", sa.Boolean, nullable=False),
        sa.Column("port_not_logged", _big, nullable=False),
        sa.Column("ports_missing", sa.Boolean, nullable=False),
    )
    op.create_table(
        "log_quarantine",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("input", sa.String(64), sa.ForeignKey("log_input.id"), nullable=False, unique=True),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("records", _big, nullable=False),
        sa.Column("size", _big, nullable=False),
        sa.Column("reasons", sa.Text, nullable=False),
    )
    op.create_index("ix_log_quarantine_day", "log_quarantine", ["day"])
