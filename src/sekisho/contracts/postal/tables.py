"""Tables of the postal legs. Tracking numbers and what the postman reported are in ``body``."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table, UniqueConstraint

from sekisho.store.columns import Moment
from sekisho.store.schema import metadata

contract_delivery = Table(
    "contract_delivery",
    metadata,
    # The id is that of the ledger leaf which says the same.
    Column("id", String(64), primary_key=True),
    Column("decision", String(64), ForeignKey("contract_decision.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("key", String(200), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("at", Moment, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("made_by", String(64), nullable=False),
    UniqueConstraint("decision", "position"),
    Index("ix_contract_delivery_key", "key", "id"),
)
"""What was sent for a decision, and what the post said of it, in order."""

contract_completion = Table(
    "contract_completion",
    metadata,
    Column("id", String(64), primary_key=True),
    # The decision that was made again.
    Column("decision", String(64), ForeignKey("contract_decision.id"), nullable=False, unique=True),
    Column("key", String(200), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("first", String(64), ForeignKey("contract_decision.id"), nullable=False),
    Column("delivery", String(64), ForeignKey("contract_delivery.id"), nullable=False, unique=True),
    Index("ix_contract_completion_first", "first"),
    Index("ix_contract_completion_key", "key", "id"),
)
"""Which decision was made again because of which delivery event. ``body``: what it says now (its verdict)."""
