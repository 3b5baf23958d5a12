"""Recorded destructions of keys are found without reading the whole outbox: each opening of a workspace asks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the index."""
    destructions = sa.text("kind = 'keys.destroyed'")
    op.create_index(
        "ix_outbox_destructions",
        "outbox",
        ["position"],
        sqlite_where=destructions,
        postgresql_where=destructions,
    )
