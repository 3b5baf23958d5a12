"""Scans of apps and sites, what changed from one to the next, answers to the questionnaires, and what is scanned again.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"

_big = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "app_scan",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("service", sa.String(200), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("made_at", _big, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("baseline", sa.String(64), nullable=True),
        sa.Column("targets", sa.Integer, nullable=False),
        sa.Column("recipients", sa.Integer, nullable=False),
        sa.Column("new_recipients", sa.Integer, nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("service", "number"),
    )
    op.create_index("ix_app_scan_made_at", "app_scan", ["made_at"])
    op.create_index("ix_app_scan_key", "app_scan", ["key"])
    op.create_table(
        "app_change",
        sa.Column("id", _big, primary_key=True, autoincrement=True),
        sa.Column("scan", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("recipient", sa.String(300), nullable=False),
        sa.Column("what", sa.String(60), nullable=False),
        sa.Column("made_at", _big, nullable=False),
    )
    op.create_index("ix_app_change_scan", "app_change", ["scan"])
    op.create_table(
        "app_answer",
        sa.Column("id", _big, primary_key=True, autoincrement=True),
        sa.Column("service", sa.String(200), nullable=False),
        sa.Column("question", sa.String(100), nullable=False),
        sa.Column("recipient", sa.String(300), nullable=False),
        sa.Column("value", sa.String(60), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("who", sa.String(64), nullable=False),
        sa.Column("evidence", sa.String(4000), nullable=False),
        sa.Column("at", _big, nullable=False),
    )
    op.create_index("ix_app_answer_service", "app_answer", ["service", "question"])
    op.create_table(
        "app_schedule",
        sa.Column("service", sa.String(200), primary_key=True),
        sa.Column("every_days", sa.Integer, nullable=False),
        sa.Column("next_on", sa.Date, nullable=False),
        sa.Column("asked", sa.String(4000), nullable=False),
        sa.Column("at", _big, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
    )
