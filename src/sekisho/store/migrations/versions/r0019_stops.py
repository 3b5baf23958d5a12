"""The stops desk, and what the contract desk is told of denials."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

_big = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "stop_contractor",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("call_forwarding", sa.Boolean, nullable=False),
        sa.Column("operator", sa.Boolean, nullable=False),
        sa.Column("made_at", _big, nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_stop_contractor_key", "stop_contractor", ["key"])
    op.create_table(
        "stop_assignment",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("contractor", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("begins", sa.Date, nullable=False),
        sa.Column("ends", sa.Date, nullable=True),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("number_index", sa.LargeBinary(32), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_stop_assignment_contractor", "stop_assignment", ["contractor"])
    op.create_index("ix_stop_assignment_key", "stop_assignment", ["key"])
    op.create_index("ix_stop_assignment_number_index", "stop_assignment", ["number_index"])
    op.create_table(
        "stop_edge",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("giver", sa.String(64), nullable=False),
        sa.Column("taker", sa.String(64), nullable=False),
        sa.Column("relation", sa.String(20), nullable=False),
        sa.Column("first", sa.String(20), nullable=False),
        sa.Column("last", sa.String(20), nullable=False),
        sa.Column("begins", sa.Date, nullable=False),
        sa.Column("ends", sa.Date, nullable=True),
        sa.Column("check", sa.String(64), nullable=True),
        sa.Column("made_at", _big, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
    )
    op.create_index("ix_stop_edge_giver", "stop_edge", ["giver"])
    op.create_table(
        "stop_request",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("force", sa.String(100), nullable=False),
        sa.Column("received_at", _big, nullable=False),
        sa.Column("received_by", sa.String(64), nullable=False),
        sa.Column("called_back", sa.Boolean, nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("document_index", sa.LargeBinary(32), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("document_index"),
    )
    op.create_index("ix_stop_request_key", "stop_request", ["key"])
    op.create_index("ix_stop_request_state", "stop_request", ["state", "received_at"])
    op.create_table(
        "stop_number",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("request", sa.String(64), nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("answer", sa.String(30), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("contractor", sa.String(64), nullable=True),
        sa.Column("act", sa.String(64), nullable=True),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("stopped_at", _big, nullable=True),
        sa.Column("resumed_at", _big, nullable=True),
        sa.Column("reported", sa.String(64), nullable=True),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("number_index", sa.LargeBinary(32), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_stop_number_act", "stop_number", ["act"])
    op.create_index("ix_stop_number_contractor", "stop_number", ["contractor"])
    op.create_index("ix_stop_number_key", "stop_number", ["key"])
    op.create_index("ix_stop_number_number_index", "stop_number", ["number_index"])
    op.create_index("ix_stop_number_request", "stop_number", ["request", "place"])
    op.create_index("ix_stop_number_state", "stop_number", ["state"])
    op.create_table(
        "stop_proposal",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("about", sa.String(64), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("subject", sa.LargeBinary(32), nullable=False),
        sa.Column("approval", sa.String(64), nullable=False),
        sa.Column("requested_at", _big, nullable=False),
        sa.Column("requested_by", sa.String(64), nullable=False),
        sa.Column("decided_at", _big, nullable=True),
        sa.Column("confirmed_at", _big, nullable=True),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_stop_proposal_about", "stop_proposal", ["about"])
    op.create_index("ix_stop_proposal_key", "stop_proposal", ["key"])
    op.create_index("ix_stop_proposal_state", "stop_proposal", ["state"])
    op.create_table(
        "stop_denial",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("contractor", sa.String(64), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("begins", sa.Date, nullable=True),
        sa.Column("ends", sa.Date, nullable=True),
        sa.Column("made_at", _big, nullable=False),
        sa.Column("made_by", sa.String(64), nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("document_index", sa.LargeBinary(32), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("document_index"),
    )
    op.create_index("ix_stop_denial_contractor", "stop_denial", ["contractor"])
    op.create_index("ix_stop_denial_key", "stop_denial", ["key"])
    op.create_index("ix_stop_denial_state", "stop_denial", ["state", "ends"])
    op.create_table(
        "stop_objection",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("about", sa.String(64), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("received_at", _big, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("decided_at", _big, nullable=True),
        sa.Column("decided_by", sa.String(64), nullable=True),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_stop_objection_about", "stop_objection", ["about"])
    op.create_index("ix_stop_objection_key", "stop_objection", ["key"])
    op.create_index("ix_stop_objection_state", "stop_objection", ["state", "due_on"])
    op.create_table(
        "stop_report",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("request", sa.String(64), nullable=False),
        sa.Column("made_at", _big, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_stop_report_key", "stop_report", ["key"])
    op.create_index("ix_stop_report_request", "stop_report", ["request"])
    op.create_table(
        "stop_check",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("customer", sa.String(64), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("made_at", _big, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_stop_check_customer", "stop_check", ["customer", "state"])
    op.create_index("ix_stop_check_key", "stop_check", ["key"])
    op.create_table(
        "stop_setting",
        sa.Column("id", _big, primary_key=True, autoincrement=True),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("value", sa.String(40), nullable=True),
        sa.Column("source", sa.String(500), nullable=False),
        sa.Column("at", _big, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
    )
    op.create_index("ix_stop_setting_name", "stop_setting", ["name", "id"])
    op.create_table(
        "stop_event",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("made_at", _big, nullable=False),
        sa.Column("delivered_at", _big, nullable=True),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_stop_event_delivered", "stop_event", ["delivered_at", "made_at"])
    op.create_index("ix_stop_event_key", "stop_event", ["key"])
    op.create_table(
        "contract_scheme_denial",
        sa.Column("id", sa.String(80), primary_key=True),
        sa.Column("case", sa.String(64), nullable=False),
        sa.Column("number_kind", sa.String(20), nullable=False),
        sa.Column("begins", sa.Date, nullable=False),
        sa.Column("ends", sa.Date, nullable=False),
        sa.Column("told_at", _big, nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("party_index", sa.LargeBinary(32), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_contract_scheme_denial_key", "contract_scheme_denial", ["key"])
    op.create_index("ix_contract_scheme_denial_party_index", "contract_scheme_denial", ["party_index"])
