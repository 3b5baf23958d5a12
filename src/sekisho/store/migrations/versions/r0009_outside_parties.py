"""Whom a workspace asks while it verifies evidence."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_moment = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "contract_outside_party",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("address", sa.String(300), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("set_by", sa.String(64), nullable=False),
        sa.Column("set_at", _moment, nullable=False),
    )
