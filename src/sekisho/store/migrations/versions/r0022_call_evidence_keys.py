"""Under which month's key a file of evidence came, from which connector, and how many calls weren't judged in it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Add what is known of each file."""
    op.add_column("call_folded", sa.Column("key", sa.String(200), nullable=True))
    op.add_column("call_folded", sa.Column("connector", sa.String(64), nullable=True))
    op.add_column("call_folded", sa.Column("failed_open", sa.Integer, nullable=True))
    op.create_index("ix_call_folded_key", "call_folded", ["key", "day"])
    op.create_index("ix_call_folded_connector", "call_folded", ["connector", "at"])
