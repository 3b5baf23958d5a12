"""Contracts and their ends, postal legs, rental records, destructions; leaves handed on to a younger key."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_big = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_moment = _big


def upgrade() -> None:
    """Make the tables, and the indexes by which what lies under a key is found."""
    op.create_index("ix_outbox_owner", "outbox", ["owner", "id"])
    for table in ("contract_decision", "contract_account", "contract_authenticator"):
        op.create_index(f"ix_{table}_key", table, ["key", "id"])
    op.create_table(
        "leaf_custody",
        sa.Column("leaf", sa.String(64), primary_key=True),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_leaf_custody_key", "leaf_custody", ["key", "leaf"])
    _contract()
    _post()
    op.create_table(
        "contract_period",
        sa.Column("position", _big, primary_key=True, autoincrement=True),
        sa.Column("months", sa.Integer, nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("made_at", _moment, nullable=False),
        sa.Column("made_by", sa.String(64), nullable=False),
    )
    op.create_table(
        "contract_destruction",
        sa.Column("key", sa.String(200), primary_key=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("canary", sa.LargeBinary, nullable=False),
        sa.Column("planned_leaf", sa.String(64), nullable=False),
        sa.Column("destroyed_leaf", sa.String(64), nullable=True),
        sa.Column("probed_leaf", sa.String(64), nullable=True),
        sa.Column("certified_leaf", sa.String(64), nullable=True),
        sa.Column("final_leaf", sa.String(64), nullable=True),
        sa.Column("erased", _big, nullable=False),
        sa.Column("planned_at", _moment, nullable=False),
    )


def _contract() -> None:
    op.create_table(
        "contract",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("reference_index", sa.LargeBinary(32), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("decision", sa.String(64), nullable=False),
        sa.Column("began_on", sa.Date, nullable=False),
        sa.Column("delivered_on", sa.Date, nullable=True),
        sa.Column("ended_on", sa.Date, nullable=True),
        sa.Column("last_day", sa.Date, nullable=True),
        sa.Column("settled", sa.Boolean, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("made_at", _moment, nullable=False),
        sa.Column("made_by", sa.String(64), nullable=False),
    )
    op.create_index("ix_contract_reference_index", "contract", ["reference_index"])
    op.create_index("ix_contract_key", "contract", ["key", "id"])
    op.create_index("ix_contract_settled", "contract", ["settled"])
    op.create_table(
        "contract_event",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("contract", sa.String(64), sa.ForeignKey("contract.id"), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("on", sa.Date, nullable=True),
        sa.Column("made_at", _moment, nullable=False),
        sa.Column("made_by", sa.String(64), nullable=False),
        sa.UniqueConstraint("contract", "position"),
    )
    op.create_index("ix_contract_event_key", "contract_event", ["key", "id"])
    decision = "contract_decision.id"
    op.create_table(
        "contract_membership",
        sa.Column("decision", sa.String(64), sa.ForeignKey(decision), primary_key=True),
        sa.Column("contract", sa.String(64), sa.ForeignKey("contract.id"), nullable=True),
        sa.Column("made_at", _moment, nullable=False),
        sa.Column("made_by", sa.String(64), nullable=False),
    )
    op.create_index("ix_contract_membership_contract", "contract_membership", ["contract"])
    op.create_table(
        "contract_rental",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("decision", sa.String(64), sa.ForeignKey(decision), nullable=False, unique=True),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("handed_over_on", sa.Date, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("late", sa.Boolean, nullable=False),
        sa.Column("made_at", _moment, nullable=False),
        sa.Column("made_by", sa.String(64), nullable=False),
    )
    op.create_index("ix_contract_rental_key", "contract_rental", ["key", "id"])


def _post() -> None:
    decision = "contract_decision.id"
    op.create_table(
        "contract_delivery",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("decision", sa.String(64), sa.ForeignKey(decision), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("at", _moment, nullable=False),
        sa.Column("made_at", _moment, nullable=False),
        sa.Column("made_by", sa.String(64), nullable=False),
        sa.UniqueConstraint("decision", "position"),
    )
    op.create_index("ix_contract_delivery_key", "contract_delivery", ["key", "id"])
    op.create_table(
        "contract_completion",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("decision", sa.String(64), sa.ForeignKey(decision), nullable=False, unique=True),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("first", sa.String(64), sa.ForeignKey(decision), nullable=False),
        sa.Column("delivery", sa.String(64), sa.ForeignKey("contract_delivery.id"), nullable=False, unique=True),
    )
    op.create_index("ix_contract_completion_first", "contract_completion", ["first"])
    op.create_index("ix_contract_completion_key", "contract_completion", ["key", "id"])
