"""The tables of the self-test. Canaries are told by their kind: whose number one was stands nowhere."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table, Text

from sekisho.store.columns import Big, Moment
from sekisho.store.schema import metadata

call_canary_setting = Table(
    "call_canary_setting",
    metadata,
    Column("trunk", String(64), primary_key=True),
    Column("every_hours", Integer, nullable=False),
    Column("wire", Text, nullable=True),
    Column("at", Moment, nullable=False),
    Column("by", String(64), nullable=False),
)
"""How often a trunk is tested, and how its canaries reach the proxy (JSON); ``*``: what holds where nothing else is
set."""

call_canary = Table(
    "call_canary",
    metadata,
    Column("id", Big, primary_key=True, autoincrement=True),
    Column("run", String(64), nullable=False),
    Column("at", Moment, nullable=False),
    Column("trunk", String(64), nullable=False),
    Column("agreement", String(64), nullable=False),
    Column("way", String(20), nullable=False),
    Column("canary", String(30), nullable=False),
    Column("result", String(20), nullable=False),
    Column("reason", String(100), nullable=False),
    Column("bundle", String(8), nullable=False),
    Column("bundle_sha256", String(64), nullable=False),
    Column("rules_sha256", String(64), nullable=False),
    Index("ix_call_canary_trunk_way", "trunk", "way", "id"),
    Index("ix_call_canary_at", "at"),
)
"""One row per canary that was sent: caught, not caught, or not to be checked, and by which bundle."""
