"""Tables of lookups: grants, the subscriber register, and assignment rules.

What is personal or tells of a communication is encrypted under a key of its kind and day; the row names the key.
"""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKey, Index, LargeBinary, String, Table, Text

from sekisho.store.columns import Big, Moment
from sekisho.store.schema import metadata

log_grant = Table(
    "log_grant",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("state", String(20), nullable=False),
    Column("key", String(200), nullable=False),
    Column("body", LargeBinary, nullable=False),
    # What the two approvals are of: a hash over the terms and this id.
    Column("subject", LargeBinary(32), nullable=False),
    Column("approvals", Text, nullable=False),
    Column("requested_by", String(64), nullable=False),
    Column("requested_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("max_queries", Big, nullable=False),
    Column("used", Big, nullable=False),
    Column("decided_by", String(64), nullable=True),
    Column("decided_at", Moment, nullable=True),
    Index("ix_log_grant_state_expires_at", "state", "expires_at"),
)
"""Search grants (:mod:`sekisho.logs.lookup.grant`). ``body`` holds the terms, ``approvals`` two ids (JSON);
``decided_by`` made or withdrew it last."""

log_register = Table(
    "log_register",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("state", String(20), nullable=False),
    Column("covers_from", Date, nullable=False),
    Column("as_of", Date, nullable=False),
    Column("rows", Big, nullable=False),
    Column("refused", Big, nullable=False),
    Column("taken_at", Moment, nullable=False),
    Column("taken_by", String(64), nullable=False),
    Index("ix_log_register_state_as_of", "state", "as_of"),
)
"""Registers taken in: each lists every contract that ran on any day from ``covers_from`` to ``as_of``."""

log_register_key = Table(
    "log_register_key",
    metadata,
    Column("register", String(64), ForeignKey("log_register.id"), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("key", String(200), nullable=False),
)
"""The keys a register's rows are under: of a contract's last day, or of the day the register was taken in."""

log_subscriber = Table(
    "log_subscriber",
    metadata,
    Column("id", Big, primary_key=True, autoincrement=False),
    Column("register", String(64), ForeignKey("log_register.id"), nullable=False),
    Column("day", Date, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("ix_log_subscriber_register_day", "register", "day"),
)
"""A register's rows, encrypted."""

log_subscriber_index = Table(
    "log_subscriber_index",
    metadata,
    Column("register", String(64), primary_key=True),
    Column("index", LargeBinary(32), primary_key=True),
    Column("subscriber", Big, primary_key=True, autoincrement=False),
    Index("ix_log_subscriber_index_subscriber", "subscriber"),
)
"""Blind indexes of a row's identifiers, under the row's key."""

log_map_rule = Table(
    "log_map_rule",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("method", String(20), nullable=False),
    Column("name", String(100), nullable=False),
    Column("valid_from", Moment, nullable=False),
    Column("valid_to", Moment, nullable=True),
    Column("key", String(200), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("added_at", Moment, nullable=False),
    Column("added_by", String(64), nullable=False),
    Index("ix_log_map_rule_valid_from", "valid_from"),
)
"""Versions of assignment rules (:mod:`sekisho.logs.computed`). ``valid_to`` is exclusive."""
