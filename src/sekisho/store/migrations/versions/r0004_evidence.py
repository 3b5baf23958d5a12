"""The contract desk: raw evidence with its reports, and what evidence is verified against."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_big = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_moment = _big


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "contract_evidence",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("application_index", sa.LargeBinary(32), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("format", sa.String(40), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("made_at", _moment, nullable=False),
        sa.Column("made_by", sa.String(64), nullable=False),
        sa.Column("idempotency_key", sa.String(100), nullable=True),
        sa.UniqueConstraint("made_by", "idempotency_key"),
    )
    op.create_index("ix_contract_evidence_application_index", "contract_evidence", ["application_index"])
    op.create_index("ix_contract_evidence_key", "contract_evidence", ["key", "id"])
    op.create_table(
        "contract_trust",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("use", sa.String(100), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", _big, nullable=False),
        sa.Column("added_by", sa.String(64), nullable=False),
        sa.Column("added_at", _moment, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("use", "name"),
    )
