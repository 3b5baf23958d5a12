"""The calls desk: tallies of evidence, alarms, and the self-test of egress."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

_big = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "call_tally",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("kind", sa.String(20), primary_key=True),
        sa.Column("subject", sa.String(100), primary_key=True),
        sa.Column("calls", _big, nullable=False),
    )
    op.create_table(
        "call_folded",
        sa.Column("file", sa.String(64), primary_key=True),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("records", sa.Integer, nullable=False),
        sa.Column("missing", sa.Integer, nullable=False),
        sa.Column("at", _big, nullable=False),
    )
    op.create_table(
        "call_alarm",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("source", sa.String(20), nullable=False),
        sa.Column("pattern", sa.String(40), nullable=False),
        sa.Column("trunk", sa.String(64), nullable=False),
        sa.Column("at", _big, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("done_at", _big, nullable=True),
        sa.Column("done_by", sa.String(64), nullable=True),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_call_alarm_state", "call_alarm", ["state", "at"])
    op.create_index("ix_call_alarm_at", "call_alarm", ["at"])
    op.create_index("ix_call_alarm_key", "call_alarm", ["key"])
    op.create_table(
        "call_canary_setting",
        sa.Column("trunk", sa.String(64), primary_key=True),
        sa.Column("every_hours", sa.Integer, nullable=False),
        sa.Column("wire", sa.Text, nullable=True),
        sa.Column("at", _big, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
    )
    op.create_table(
        "call_canary",
        sa.Column("id", _big, primary_key=True, autoincrement=True),
        sa.Column("run", sa.String(64), nullable=False),
        sa.Column("at", _big, nullable=False),
        sa.Column("trunk", sa.String(64), nullable=False),
        sa.Column("agreement", sa.String(64), nullable=False),
        sa.Column("way", sa.String(20), nullable=False),
        sa.Column("canary", sa.String(30), nullable=False),
        sa.Column("result", sa.String(20), nullable=False),
        sa.Column("reason", sa.String(100), nullable=False),
        sa.Column("bundle", sa.String(8), nullable=False),
        sa.Column("bundle_sha256", sa.String(64), nullable=False),
        sa.Column("rules_sha256", sa.String(64), nullable=False),
    )
    op.create_index("ix_call_canary_trunk_way", "call_canary", ["trunk", "way", "id"])
    op.create_index("ix_call_canary_at", "call_canary", ["at"])
