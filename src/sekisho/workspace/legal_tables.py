"""Tables of what an operator confirmed and adopted, for every desk's rulebook alike: rule ids belong to one desk."""

from __future__ import annotations

from sqlalchemy import Column, String, Table

from sekisho.store.columns import Moment
from sekisho.store.schema import metadata

legal_confirmation = Table(
    "legal_confirmation",
    metadata,
    Column("rule", String(200), primary_key=True),
    # A confirmation is of one text: where the rule changes, its content hash does, and it must be confirmed again.
    Column("content_hash", String(64), primary_key=True),
    Column("source", String(500), nullable=False),
    Column("source_hash", String(64), nullable=False),
    Column("confirmed_by", String(64), nullable=False),
    Column("confirmed_at", Moment, nullable=False),
)
"""Who confirmed which rule against which text of the law."""

adopted_instrument = Table(
    "adopted_instrument",
    metadata,
    Column("instrument", String(100), primary_key=True),
    Column("adopted_by", String(64), nullable=False),
    Column("adopted_at", Moment, nullable=False),
)
"""Industry and house rules that this operator has adopted, so that they bind."""
