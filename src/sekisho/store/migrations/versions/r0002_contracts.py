"""The contract desk: decisions, legal confirmations, adopted industry and house rules."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_moment = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "contract_decision",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("reference_index", sa.LargeBinary(32), nullable=False),
        sa.Column("verdict", sa.String(40), nullable=False),
        sa.Column("would_be", sa.String(40), nullable=False),
        sa.Column("event", sa.String(40), nullable=False),
        sa.Column("subject_kind", sa.String(40), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("service", sa.String(40), nullable=False),
        sa.Column("as_of", sa.Date, nullable=False),
        sa.Column("as_known_at", sa.Date, nullable=False),
        sa.Column("hypothetical", sa.Boolean, nullable=False),
        sa.Column("rulebook", sa.String(64), nullable=False),
        sa.Column("origin", sa.String(20), nullable=False),
        sa.Column("decided_at", _moment, nullable=False),
        sa.Column("made_at", _moment, nullable=False),
        sa.Column("made_by", sa.String(64), nullable=False),
        sa.Column("idempotency_key", sa.String(100), nullable=True),
        sa.UniqueConstraint("made_by", "idempotency_key"),
    )
    op.create_index("ix_contract_decision_reference_index", "contract_decision", ["reference_index"])
    op.create_index("ix_contract_decision_made_at", "contract_decision", ["made_at"])
    op.create_table(
        "legal_confirmation",
        sa.Column("rule", sa.String(200), primary_key=True),
        sa.Column("content_hash", sa.String(64), primary_key=True),
        sa.Column("source", sa.String(500), nullable=False),
        sa.Column("source_hash", sa.String(64), nullable=False),
        sa.Column("confirmed_by", sa.String(64), nullable=False),
        sa.Column("confirmed_at", _moment, nullable=False),
    )
    op.create_table(
        "adopted_instrument",
        sa.Column("instrument", sa.String(100), primary_key=True),
        sa.Column("adopted_by", sa.String(64), nullable=False),
        sa.Column("adopted_at", _moment, nullable=False),
    )
