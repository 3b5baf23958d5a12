"""The table of challenges that were issued, each to be answered once."""

from __future__ import annotations

from sqlalchemy import Column, Index, LargeBinary, String, Table

from sekisho.store.columns import Moment
from sekisho.store.schema import metadata

contract_challenge = Table(
    "contract_challenge",
    metadata,
    # SHA-256 of the nonce: who reads the table learns nothing that could be answered.
    Column("id", String(64), primary_key=True),
    Column("purpose", String(40), nullable=False),
    Column("key", String(200), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment, nullable=True),
    Index("ix_contract_challenge_expires_at", "expires_at"),
)
"""One row per challenge, for at most two lives of one. ``body`` holds application and text under the month's key."""
