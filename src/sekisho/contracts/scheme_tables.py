"""What the contract desk was told by the number-stop scheme: who gets no new fixed or 050 numbers, until when."""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, LargeBinary, String, Table

from sekisho.store.columns import Moment
from sekisho.store.schema import metadata

contract_scheme_denial = Table(
    "contract_scheme_denial",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("case", String(64), nullable=False),
    Column("number_kind", String(20), nullable=False),
    Column("begins", Date, nullable=False),
    Column("ends", Date, nullable=False),
    Column("told_at", Moment, nullable=False),
    Column("key", String(200), nullable=False),
    Column("party_index", LargeBinary(32), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("ix_contract_scheme_denial_party_index", "party_index"),
    Index("ix_contract_scheme_denial_key", "key"),
)
"""``id``: denial and kind of number. ``ends``: the first day without it. ``party_index``: by name and address."""
