"""Whom this workspace asks while it verifies evidence, and the keys it shows them."""

from __future__ import annotations

from sqlalchemy import Column, LargeBinary, String, Table

from sekisho.store.columns import Moment
from sekisho.store.schema import metadata

contract_outside_party = Table(
    "contract_outside_party",
    metadata,
    Column("name", String(40), primary_key=True),
    # The id is that of the ledger leaf which says who set it: another id, another setting.
    Column("id", String(64), nullable=False),
    Column("address", String(300), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("set_by", String(64), nullable=False),
    Column("set_at", Moment, nullable=False),
)
"""One row per party. ``body`` is the key it is shown, encrypted under a key of the workspace; never in the clear."""
