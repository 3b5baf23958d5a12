"""How long the stops desk keeps what has ended, and the destruction of its months' keys."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

_big = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "stop_period",
        sa.Column("id", _big, primary_key=True, autoincrement=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("days", sa.Integer, nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("at", _big, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
    )
    op.create_index("ix_stop_period_kind", "stop_period", ["kind", "id"])
    op.create_table(
        "stop_destruction",
        sa.Column("key", sa.String(200), primary_key=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("canary", sa.LargeBinary, nullable=False),
        sa.Column("planned_leaf", sa.String(64), nullable=False),
        sa.Column("destroyed_leaf", sa.String(64), nullable=True),
        sa.Column("probed_leaf", sa.String(64), nullable=True),
        sa.Column("certified_leaf", sa.String(64), nullable=True),
        sa.Column("final_leaf", sa.String(64), nullable=True),
        sa.Column("erased", _big, nullable=False),
        sa.Column("planned_at", _big, nullable=False),
    )
    op.create_index("ix_stop_destruction_state", "stop_destruction", ["state"])
