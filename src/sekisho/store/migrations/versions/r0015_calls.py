"""The calls desk: lists, imports, appeals, agreements on trunks, settings of lines, rules, published bundles."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

_big = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "call_entry",
        sa.Column("id", _big, primary_key=True, autoincrement=False),
        sa.Column("list", sa.String(20), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("wide", sa.Boolean, nullable=False),
        sa.Column("action", sa.String(20), nullable=False),
        sa.Column("sip_status", sa.Integer, nullable=True),
        sa.Column("reason", sa.String(60), nullable=False),
        sa.Column("expires", _big, nullable=True),
        sa.Column("made_at", _big, nullable=False),
        sa.Column("made_by", sa.String(64), nullable=False),
        sa.Column("ended_at", _big, nullable=True),
        sa.Column("ended_by", sa.String(64), nullable=True),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("number_index", sa.LargeBinary(32), nullable=False),
        sa.Column("line_index", sa.LargeBinary(32), nullable=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_call_entry_number_index", "call_entry", ["number_index"])
    op.create_index("ix_call_entry_line_index", "call_entry", ["line_index"])
    op.create_index("ix_call_entry_list_state", "call_entry", ["list", "state", "wide"])
    op.create_index("ix_call_entry_key", "call_entry", ["key"])
    op.create_table(
        "call_importer",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("public_key", sa.String(64), nullable=False),
        sa.Column("since", _big, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("ended_at", _big, nullable=True),
    )
    op.create_table(
        "call_import",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("importer", sa.String(64), nullable=False),
        sa.Column("list", sa.String(64), nullable=False),
        sa.Column("version", _big, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("entries", sa.Integer, nullable=False),
        sa.Column("duplicates", sa.Integer, nullable=False),
        sa.Column("made_at", _big, nullable=False),
        sa.Column("at", _big, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.UniqueConstraint("importer", "list", "version"),
    )
    op.create_index("ix_call_import_state", "call_import", ["state"])
    op.create_index("ix_call_import_key", "call_import", ["key"])
    op.create_table(
        "call_import_part",
        sa.Column("import_id", sa.String(64), primary_key=True),
        sa.Column("part", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "call_protected",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("first", sa.String(20), nullable=False),
        sa.Column("last", sa.String(20), nullable=True),
        sa.Column("holder", sa.String(300), nullable=False),
        sa.Column("source", sa.String(500), nullable=False),
        sa.Column("since", _big, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("ended_at", _big, nullable=True),
    )
    op.create_table(
        "call_appeal",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("received_at", _big, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("received_by", sa.String(64), nullable=False),
        sa.Column("decided_at", _big, nullable=True),
        sa.Column("decided_by", sa.String(64), nullable=True),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("number_index", sa.LargeBinary(32), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_call_appeal_state_due", "call_appeal", ["state", "due_on"])
    op.create_index("ix_call_appeal_number_index", "call_appeal", ["number_index"])
    op.create_index("ix_call_appeal_key", "call_appeal", ["key"])
    op.create_table(
        "call_proposal",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("subject", sa.LargeBinary(32), nullable=False),
        sa.Column("approval", sa.String(64), nullable=False),
        sa.Column("requested_at", _big, nullable=False),
        sa.Column("requested_by", sa.String(64), nullable=False),
        sa.Column("decided_at", _big, nullable=True),
        sa.Column("decided_by", sa.String(64), nullable=True),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_call_proposal_kind_state", "call_proposal", ["kind", "state"])
    op.create_index("ix_call_proposal_key", "call_proposal", ["key"])
    op.create_table(
        "call_agreement",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("trunk", sa.String(64), nullable=False),
        sa.Column("direction", sa.String(20), nullable=False),
        sa.Column("begins", sa.Date, nullable=False),
        sa.Column("ends", sa.Date, nullable=True),
        sa.Column("proposal", sa.String(64), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_call_agreement_trunk", "call_agreement", ["trunk", "direction"])
    op.create_index("ix_call_agreement_key", "call_agreement", ["key"])
    op.create_table(
        "call_line",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("since", _big, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("ended_at", _big, nullable=True),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("line_index", sa.LargeBinary(32), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_call_line_line_index", "call_line", ["line_index"])
    op.create_index("ix_call_line_state", "call_line", ["state"])
    op.create_index("ix_call_line_key", "call_line", ["key"])
    op.create_table(
        "call_rules",
        sa.Column("id", _big, primary_key=True, autoincrement=True),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("artefact", sa.Text, nullable=False),
        sa.Column("at", _big, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
    )
    op.create_index("ix_call_rules_role", "call_rules", ["role", "id"])
    op.create_table(
        "call_bundle",
        sa.Column("number", _big, primary_key=True, autoincrement=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("folder", sa.String(8), nullable=True),
        sa.Column("files", sa.Text, nullable=False),
        sa.Column("made_at", _big, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("rolled_back_to", _big, nullable=True),
    )
    op.create_table(
        "call_connector",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("folder", sa.String(8), nullable=True),
        sa.Column("problem", sa.String(200), nullable=True),
        sa.Column("at", _big, nullable=False),
    )
