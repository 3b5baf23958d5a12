"""The tables of policies. Nothing here tells of anybody."""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, LargeBinary, String, Table, Text

from sekisho.store.columns import Big, Moment
from sekisho.store.schema import metadata

log_policy = Table(
    "log_policy",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("state", String(20), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("provider", String(100), nullable=False),
    Column("service", String(100), nullable=False),
    Column("document", Text, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date, nullable=True),
    # What the approvals are of: a hash over the document and this id.
    Column("subject", LargeBinary(32), nullable=False),
    Column("approvals", Text, nullable=False),
    Column("requested_at", Moment, nullable=False),
    Column("requested_by", String(64), nullable=False),
    Column("decided_at", Moment, nullable=True),
    Column("decided_by", String(64), nullable=True),
    Index("ix_log_policy_kind_state", "kind", "state"),
)
"""Policies (:mod:`sekisho.logs.policy`). ``document`` is JSON without ``valid_to``, which may be set later."""

log_guideline = Table(
    "log_guideline",
    metadata,
    Column("position", Big, primary_key=True, autoincrement=True),
    Column("applies_from", Date, nullable=False),
    Column("source", String(500), nullable=False),
    Column("recorded_at", Moment, nullable=False),
    Column("recorded_by", String(64), nullable=False),
)
"""From when the commentary's figures apply, as the operator found out. The newest row counts."""
