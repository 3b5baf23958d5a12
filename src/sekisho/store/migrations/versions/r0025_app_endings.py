"""How far the destruction of each month's key of the user-information desk has come."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"

_big = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "app_destruction",
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
    op.create_index("ix_app_destruction_state", "app_destruction", ["state"])
