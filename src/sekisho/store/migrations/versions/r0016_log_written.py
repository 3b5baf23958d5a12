"""Records that Sekisho itself writes and keeps as files under their day's key: what decisions about calls rested on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

_big = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "log_written",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("writer", sa.String(32), nullable=False),
        sa.Column("number", _big, nullable=False),
        sa.Column("frames", _big, nullable=False),
        sa.Column("records", _big, nullable=False),
        sa.Column("missing", _big, nullable=False),
        sa.Column("size", _big, nullable=False),
        sa.Column("leaf", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_log_written_kind_day", "log_written", ["kind", "day"])
    op.create_index("ix_log_written_writer", "log_written", ["writer", "number"])
