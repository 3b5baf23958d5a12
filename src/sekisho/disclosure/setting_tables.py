"""The table of the disclosure desk's own settings. A company's particulars and prices, in the clear."""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, String, Table, Text

from sekisho.store.columns import Big, Moment
from sekisho.store.schema import metadata

disclosure_setting = Table(
    "disclosure_setting",
    metadata,
    Column("id", Big, primary_key=True, autoincrement=True),
    Column("name", String(20), nullable=False),
    # A Japan date, from whose beginning it holds.
    Column("valid_from", Date, nullable=False),
    Column("since", Moment, nullable=False),
    Column("by", String(64), nullable=False),
    Column("body", Text, nullable=False),
    Index("ix_disclosure_setting_name", "name", "valid_from", "id"),
)
"""One row per setting that was ever made, as JSON in ``body``."""
