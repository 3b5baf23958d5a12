"""Tables of parties, their messages, the objects of an agency and what providers of a chain handed over.

A party's particulars are an authority's or a company's and stand in the clear. What somebody asked for is in ``body``,
under a key that ends with the requests of its month, or with the handover itself.
"""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, Integer, LargeBinary, String, Table, Text

from sekisho.store.columns import Moment
from sekisho.store.schema import metadata

disclosure_party = Table(
    "disclosure_party",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("body", Text, nullable=False),
    Column("since", Moment, nullable=False),
    Column("by", String(64), nullable=False),
    Column("ended_at", Moment, nullable=True),
)
"""One row per registered party. An id is never used again."""

disclosure_message = Table(
    "disclosure_message",
    metadata,
    Column("party", String(64), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("key", String(200), nullable=False),
    # A keyed hash of the message's bytes: whether one with the same id is the same.
    Column("digest", LargeBinary(32), nullable=False),
    Column("at", Moment, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
"""Messages that were answered; ``body`` is the answer."""

disclosure_object = Table(
    "disclosure_object",
    metadata,
    Column("party", String(64), primary_key=True),
    Column("id", String(36), primary_key=True),
    Column("type", String(40), nullable=False),
    Column("generation", Integer, nullable=False),
    Column("case_id", String(64), nullable=True),
    Column("key", String(200), nullable=False),
    Column("digest", LargeBinary(32), nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("ix_disclosure_object_case", "case_id"),
    Index("ix_disclosure_object_changed", "party", "changed_at"),
)
"""Objects that an agency sent. ``case_id``: the case that a task became."""

disclosure_handover = Table(
    "disclosure_handover",
    metadata,
    Column("id", String(64), primary_key=True),
    # "out": from this provider; "in": to it.
    Column("direction", String(8), nullable=False),
    Column("party", String(64), nullable=False),
    Column("state", String(20), nullable=False),
    Column("case_id", String(64), nullable=True),
    Column("key", String(200), nullable=False),
    Column("digest", LargeBinary(32), nullable=False),
    Column("at", Moment, nullable=False),
    Column("lapse_on", Date, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("ix_disclosure_handover_state", "direction", "state", "lapse_on"),
    Index("ix_disclosure_handover_case", "case_id"),
)
"""Sender information that went to, or came from, another provider under an order (法15条1項2号)."""
