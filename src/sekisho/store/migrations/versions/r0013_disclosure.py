"""Requests for disclosure: cases, their items, people, terms, events, outcomes, papers; leaks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

_big = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_moment = _big


def upgrade() -> None:
    """Make the tables."""
    _cases()
    _parts()
    _found()
    _papers()


def _cases() -> None:
    op.create_table(
        "disclosure_case",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("type", sa.String(40), nullable=False),
        sa.Column("family", sa.String(20), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("secret", sa.Boolean, nullable=False),
        sa.Column("emergency", sa.Boolean, nullable=False),
        sa.Column("revision", _big, nullable=False),
        sa.Column("items", sa.Integer, nullable=False),
        sa.Column("received_at", _moment, nullable=False),
        sa.Column("entered_at", _moment, nullable=False),
        sa.Column("entered_by", sa.String(64), nullable=False),
        sa.Column("due_on", sa.Date, nullable=True),
        sa.Column("closed_at", _moment, nullable=True),
        sa.Column("kept_until", sa.Date, nullable=True),
        sa.Column("index_key", sa.String(200), nullable=False),
        sa.Column("requester_index", sa.LargeBinary(32), nullable=False),
        sa.Column("number_index", sa.LargeBinary(32), nullable=True),
        sa.Column("subject", sa.LargeBinary(32), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    for name, of in (
        ("state_received", ["state", "received_at", "id"]),
        ("received", ["received_at", "id"]),
        ("due", ["due_on", "id"]),
        ("requester_index", ["requester_index"]),
        ("number_index", ["number_index"]),
        ("kept_until", ["kept_until"]),
        ("index_key", ["index_key"]),
    ):
        op.create_index(f"ix_disclosure_case_{name}", "disclosure_case", of)
    op.create_table(
        "disclosure_item",
        _case(),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("decision", sa.LargeBinary, nullable=True),
    )


def _parts() -> None:
    op.create_table(
        "disclosure_member",
        _case(),
        sa.Column("staff_id", sa.String(64), primary_key=True),
        sa.Column("part", sa.String(20), primary_key=True),
        sa.Column("since", _moment, nullable=False),
        sa.Column("named_by", sa.String(64), nullable=False),
    )
    op.create_index("ix_disclosure_member_staff", "disclosure_member", ["staff_id", "case_id"])
    op.create_table(
        "disclosure_deadline",
        sa.Column("id", _big, primary_key=True, autoincrement=True),
        sa.Column("case_id", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("started_on", sa.Date, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("set_at", _moment, nullable=False),
        sa.Column("ended_at", _moment, nullable=True),
        sa.Column("ended_by", sa.String(64), nullable=True),
    )
    op.create_index("ix_disclosure_deadline_state_due", "disclosure_deadline", ["state", "due_on", "id"])
    op.create_index("ix_disclosure_deadline_case", "disclosure_deadline", ["case_id", "state"])
    op.create_table(
        "disclosure_event",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("case_id", sa.String(64), sa.ForeignKey("disclosure_case.id"), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("event", sa.String(40), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("at", _moment, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("said", sa.LargeBinary(32), nullable=False),
        sa.UniqueConstraint("case_id", "position"),
    )


def _found() -> None:
    op.create_table(
        "disclosure_outcome",
        _case(),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("type", sa.String(40), nullable=False),
        sa.Column("data_class", sa.String(20), nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("lack", sa.String(40), nullable=True),
        sa.Column("age_days", sa.Integer, nullable=False),
        sa.Column("found_on", sa.Date, nullable=False),
        sa.Column("result", sa.LargeBinary, nullable=False),
        sa.Column("evidence", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_disclosure_outcome_found", "disclosure_outcome", ["found_on", "outcome"])
    op.create_table(
        "disclosure_link",
        _case(),
        sa.Column("kind", sa.String(20), primary_key=True),
        sa.Column("target", sa.String(200), primary_key=True),
        sa.Column("at", _moment, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
    )
    op.create_index("ix_disclosure_link_target", "disclosure_link", ["kind", "target"])


def _papers() -> None:
    op.create_table(
        "disclosure_attachment",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("case_id", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", _big, nullable=False),
        sa.Column("made_at", _moment, nullable=False),
        sa.Column("made_by", sa.String(64), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_disclosure_attachment_case", "disclosure_attachment", ["case_id", "kind", "made_at"])
    op.create_table(
        "disclosure_leak",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("noticed_at", _moment, nullable=False),
        sa.Column("made_at", _moment, nullable=False),
        sa.Column("made_by", sa.String(64), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_disclosure_leak_state", "disclosure_leak", ["state", "noticed_at"])
    op.create_table(
        "disclosure_destruction",
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
        sa.Column("case_id", sa.String(64), nullable=False),
    )
    op.create_index("ix_disclosure_destruction_state", "disclosure_destruction", ["state"])


def _case() -> sa.Column[str]:
    return sa.Column("case_id", sa.String(64), sa.ForeignKey("disclosure_case.id"), primary_key=True)
