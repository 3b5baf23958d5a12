"""Declared periods, and how far the destruction of each month's key has come."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table

from sekisho.destruction.steps import columns
from sekisho.store.columns import Big, Moment
from sekisho.store.schema import metadata

stop_period = Table(
    "stop_period",
    metadata,
    Column("id", Big, primary_key=True, autoincrement=True),
    Column("kind", String(20), nullable=False),
    Column("days", Integer, nullable=False),
    Column("reason", String(500), nullable=False),
    Column("at", Moment, nullable=False),
    Column("by", String(64), nullable=False),
    Index("ix_stop_period_kind", "kind", "id"),
)
"""Periods as an operator declared them; the newest of a kind counts."""

stop_destruction = Table(
    "stop_destruction",
    metadata,
    *columns("planned", "destroyed", "probed", "certified", "final"),
    Index("ix_stop_destruction_state", "state"),
)
"""How far the destruction of ``stops/<yyyy-mm>`` has come (:mod:`sekisho.destruction.steps`)."""
