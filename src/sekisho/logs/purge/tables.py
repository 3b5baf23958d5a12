"""The table of purged days."""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, Integer, String, Table

from sekisho.destruction.steps import columns as destruction_columns
from sekisho.store.columns import Big
from sekisho.store.schema import metadata

log_purge = Table(
    "log_purge",
    metadata,
    *destruction_columns("planned", "carved", "destroyed", "probed", "unlinked", "certified", "final"),
    Column("kind", String(40), nullable=False),
    Column("day", Date, nullable=False),
    Column("segments", Integer, nullable=False),
    Column("rows", Big, nullable=False),
    Index("ix_log_purge_state", "state"),
)
"""How far the purge of each day has come. ``segments`` and ``rows`` are what was planned."""
