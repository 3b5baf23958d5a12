"""Search grants, the subscriber register, and assignment rules."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_big = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_moment = _big


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "log_grant",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("subject", sa.LargeBinary(32), nullable=False),
        sa.Column("approvals", sa.Text, nullable=False),
        sa.Column("requested_by", sa.String(64), nullable=False),
        sa.Column("requested_at", _moment, nullable=False),
        sa.Column("expires_at", _moment, nullable=False),
        sa.Column("max_queries", _big, nullable=False),
        sa.Column("used", _big, nullable=False),
        sa.Column("decided_by", sa.String(64), nullable=True),
        sa.Column("decided_at", _moment, nullable=True),
    )
    op.create_index("ix_log_grant_state_expires_at", "log_grant", ["state", "expires_at"])
    _register()
    op.create_table(
        "log_map_rule",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("method", sa.String(20), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("valid_from", _moment, nullable=False),
        sa.Column("valid_to", _moment, nullable=True),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("added_at", _moment, nullable=False),
        sa.Column("added_by", sa.String(64), nullable=False),
    )
    op.create_index("ix_log_map_rule_valid_from", "log_map_rule", ["valid_from"])


def _register() -> None:
    op.create_table(
        "log_register",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("covers_from", sa.Date, nullable=False),
        sa.Column("as_of", sa.Date, nullable=False),
        sa.Column("rows", _big, nullable=False),
        sa.Column("refused", _big, nullable=False),
        sa.Column("taken_at", _moment, nullable=False),
        sa.Column("taken_by", sa.String(64), nullable=False),
    )
    op.create_index("ix_log_register_state_as_of", "log_register", ["state", "as_of"])
    op.create_table(
        "log_register_key",
        sa.Column("register", sa.String(64), sa.ForeignKey("log_register.id"), primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("key", sa.String(200), nullable=False),
    )
    op.create_table(
        "log_subscriber",
        sa.Column("id", _big, primary_key=True, autoincrement=False),
        sa.Column("register", sa.String(64), sa.ForeignKey("log_register.id"), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_log_subscriber_register_day", "log_subscriber", ["register", "day"])
    op.create_table(
        "log_subscriber_index",
        sa.Column("register", sa.String(64), primary_key=True),
        sa.Column("index", sa.LargeBinary(32), primary_key=True),
        sa.Column("subscriber", _big, primary_key=True, autoincrement=False),
    )
    op.create_index("ix_log_subscriber_index_subscriber", "log_subscriber_index", ["subscriber"])
