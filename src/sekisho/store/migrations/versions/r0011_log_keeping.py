"""Policies of logs, holds and their vaults, purged days."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

_big = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_moment = _big


def upgrade() -> None:
    """Make the tables."""
    _policies()
    _holds()
    _ends()


def _policies() -> None:
    op.create_table(
        "log_policy",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("provider", sa.String(100), nullable=False),
        sa.Column("service", sa.String(100), nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date, nullable=True),
        sa.Column("subject", sa.LargeBinary(32), nullable=False),
        sa.Column("approvals", sa.Text, nullable=False),
        sa.Column("requested_at", _moment, nullable=False),
        sa.Column("requested_by", sa.String(64), nullable=False),
        sa.Column("decided_at", _moment, nullable=True),
        sa.Column("decided_by", sa.String(64), nullable=True),
    )
    op.create_index("ix_log_policy_kind_state", "log_policy", ["kind", "state"])
    op.create_table(
        "log_guideline",
        sa.Column("position", _big, primary_key=True, autoincrement=True),
        sa.Column("applies_from", sa.Date, nullable=False),
        sa.Column("source", sa.String(500), nullable=False),
        sa.Column("recorded_at", _moment, nullable=False),
        sa.Column("recorded_by", sa.String(64), nullable=False),
    )


def _holds() -> None:
    op.create_table(
        "log_hold",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("type", sa.String(40), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("first_day", sa.Date, nullable=False),
        sa.Column("last_day", sa.Date, nullable=False),
        sa.Column("kinds", sa.Text, nullable=False),
        sa.Column("silent", sa.Boolean, nullable=False),
        sa.Column("received", sa.Date, nullable=False),
        sa.Column("until", sa.Date, nullable=True),
        sa.Column("review_on", sa.Date, nullable=True),
        sa.Column("extensions", sa.Integer, nullable=False),
        sa.Column("subject", sa.LargeBinary(32), nullable=False),
        sa.Column("approvals", sa.Text, nullable=False),
        sa.Column("made_at", _moment, nullable=False),
        sa.Column("made_by", sa.String(64), nullable=False),
        sa.Column("active_at", _moment, nullable=True),
        sa.Column("released_at", _moment, nullable=True),
        sa.Column("release_reason", sa.String(40), nullable=True),
    )
    op.create_index("ix_log_hold_state", "log_hold", ["state"])
    op.create_table(
        "log_hold_guard",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("revision", _big, nullable=False),
    )
    op.create_table(
        "log_hold_part",
        sa.Column("hold", sa.String(64), sa.ForeignKey("log_hold.id"), primary_key=True),
        sa.Column("kind", sa.String(40), primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("of", sa.LargeBinary(32), nullable=False),
        sa.Column("rows", _big, nullable=False),
        sa.Column("lacking", sa.Integer, nullable=False),
        sa.Column("carved_at", _moment, nullable=False),
        sa.Column("leaf", sa.String(64), nullable=False),
    )
    op.create_table(
        "log_hold_segment",
        sa.Column("sequence", _big, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String(32), nullable=False, unique=True),
        sa.Column("hold", sa.String(64), sa.ForeignKey("log_hold.id"), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("family", sa.Integer, nullable=False),
        sa.Column("layout", sa.String(40), nullable=False),
        sa.Column("rows", _big, nullable=False),
        sa.Column("size", _big, nullable=False),
        sa.Column("source_segment", sa.String(32), nullable=False),
        sa.Column("source_sequence", _big, nullable=False),
        sa.Column("source_records", _big, nullable=False),
        sa.Column("source_root", sa.LargeBinary(32), nullable=False),
        sa.Column("source_leaf", sa.String(64), nullable=False),
        sa.Column("proofs", sa.LargeBinary(32), nullable=False),
        sa.Column("made_at", _moment, nullable=False),
    )
    op.create_index("ix_log_hold_segment_hold_kind_day", "log_hold_segment", ["hold", "kind", "day"])
    op.create_index("ix_log_hold_segment_kind_day", "log_hold_segment", ["kind", "day"])


def _ends() -> None:
    op.create_table(
        "log_hold_release",
        *_steps(),
        sa.Column("hold", sa.String(64), sa.ForeignKey("log_hold.id"), nullable=False, unique=True),
    )
    op.create_table(
        "log_purge",
        *_steps(),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("segments", sa.Integer, nullable=False),
        sa.Column("rows", _big, nullable=False),
    )
    op.create_index("ix_log_purge_state", "log_purge", ["state"])


def _steps() -> list[sa.Column[object]]:
    return [
        sa.Column("key", sa.String(200), primary_key=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("canary", sa.LargeBinary, nullable=False),
        sa.Column("planned_leaf", sa.String(64), nullable=False),
        sa.Column("carved_leaf", sa.String(64), nullable=True),
        sa.Column("destroyed_leaf", sa.String(64), nullable=True),
        sa.Column("probed_leaf", sa.String(64), nullable=True),
        sa.Column("unlinked_leaf", sa.String(64), nullable=True),
        sa.Column("certified_leaf", sa.String(64), nullable=True),
        sa.Column("final_leaf", sa.String(64), nullable=True),
        sa.Column("erased", _big, nullable=False),
        sa.Column("planned_at", _moment, nullable=False),
    ]
