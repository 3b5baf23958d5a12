"""The first schema: outbox and ledger mark, the workspace's identity, staff, tokens and approvals."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_big = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_moment = _big


def upgrade() -> None:
    """Make the tables."""
    _store()
    _access()


def _store() -> None:
    op.create_table(
        "outbox",
        sa.Column("position", _big, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String(64), nullable=False, unique=True),
        sa.Column("worker", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(200), nullable=False),
        sa.Column("owner", sa.String(200), nullable=False),
        sa.Column("at", _moment, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("leaf", sa.LargeBinary, nullable=False),
        sa.Column("leaf_index", _big, nullable=True, unique=True),
    )
    unmarked = sa.text("leaf_index IS NULL")
    op.create_index(
        "ix_outbox_unmarked", "outbox", ["position"], sqlite_where=unmarked, postgresql_where=unmarked
    )
    op.create_table(
        "ledger_mark",
        sa.Column("id", _big, primary_key=True, autoincrement=False),
        sa.Column("size", _big, nullable=False),
    )
    op.create_table(
        "workspace_identity",
        sa.Column("id", _big, sa.CheckConstraint("id = 1", name="one_row"), primary_key=True, autoincrement=False),
        sa.Column("workspace_id", sa.String(32), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("origin", sa.String(200), nullable=False),
        sa.Column(
            "legal_confirmation",
            sa.String(10),
            sa.CheckConstraint("legal_confirmation IN ('required', 'shown')", name="known_mode"),
            nullable=False,
        ),
        sa.Column("created_at", _moment, nullable=False),
    )
    op.create_table(
        "ledger_gap",
        sa.Column("id", _big, primary_key=True, autoincrement=True),
        sa.Column("start", _big, nullable=False),
        sa.Column("stop", _big, nullable=False),
        sa.Column("accepted_at", _moment, nullable=False),
        sa.Column("accepted_by", sa.String(200), nullable=False),
    )


def _access() -> None:
    staff_id = sa.String(64)
    op.create_table(
        "access_generation",
        sa.Column("id", _big, primary_key=True, autoincrement=False),
        sa.Column("generation", _big, nullable=False),
    )
    op.create_table(
        "staff",
        sa.Column("id", staff_id, primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("added_at", _moment, nullable=False),
        sa.Column("added_by", staff_id, nullable=False),
        sa.Column("left_at", _moment),
    )
    op.create_table(
        "staff_role",
        sa.Column("id", _big, primary_key=True),
        sa.Column("staff_id", staff_id, sa.ForeignKey("staff.id"), nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("granted_at", _moment, nullable=False),
        sa.Column("granted_by", staff_id, nullable=False),
        sa.Column("revoked_at", _moment),
        sa.Column("revoked_by", staff_id),
    )
    held = sa.text("revoked_at IS NULL")
    op.create_index(
        "uq_staff_role_held", "staff_role", ["staff_id", "role"], unique=True, sqlite_where=held, postgresql_where=held
    )
    op.create_table(
        "api_token",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("staff_id", staff_id, sa.ForeignKey("staff.id"), nullable=False, index=True),
        sa.Column("secret_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("scopes", sa.String(500), nullable=False),
        sa.Column("issued_at", _moment, nullable=False),
        sa.Column("issued_by", staff_id, nullable=False),
        sa.Column("expires_at", _moment, nullable=False),
        sa.Column("revoked_at", _moment),
        sa.Column("revoked_by", staff_id),
    )
    op.create_table(
        "approval",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("subject_kind", sa.String(64), nullable=False),
        sa.Column("subject_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("requested_by", staff_id, sa.ForeignKey("staff.id"), nullable=False),
        sa.Column("requested_at", _moment, nullable=False),
        sa.Column("expires_at", _moment, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("decided_by", staff_id, sa.ForeignKey("staff.id")),
        sa.Column("decided_at", _moment),
        sa.Column("used_by", staff_id, sa.ForeignKey("staff.id")),
        sa.Column("used_at", _moment),
        sa.CheckConstraint("decided_by IS NULL OR decided_by <> requested_by", name="requester_is_not_approver"),
        sa.CheckConstraint("used_by IS NULL OR used_by <> decided_by", name="approver_is_not_user"),
        sa.CheckConstraint(
            "state <> 'used' OR (decided_by IS NOT NULL AND used_by IS NOT NULL)", name="used_was_approved"
        ),
    )
    op.create_index("ix_approval_state_expires_at", "approval", ["state", "expires_at"])
