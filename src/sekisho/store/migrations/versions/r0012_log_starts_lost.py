"""What an input tells of holdings whose start isn't in the logs: without it nobody can say that nobody had a port."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

_big = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Add the count; inputs taken in before have none."""
    op.add_column("log_input", sa.Column("starts_lost", _big, nullable=False, server_default="0"))
