"""When a connector that is no longer in use was taken off the list."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"

_big = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Add the moment."""
    op.add_column("call_connector", sa.Column("removed_at", _big, nullable=True))
