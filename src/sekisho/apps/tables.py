"""The user-information desk's tables. A scan's document is in ``body``, packed, under the key of the month in which it
was made: recorded traffic may hold whatever a tester typed. In the clear stand services, kinds of change, answers with
staff ids, and digests.
"""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, Integer, LargeBinary, String, Table, UniqueConstraint

from sekisho.destruction.steps import columns
from sekisho.store.columns import Big, Moment
from sekisho.store.schema import metadata

app_scan = Table(
    "app_scan",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("number", Integer, nullable=False),
    Column("service", String(200), nullable=False),
    Column("day", Date, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("by", String(64), nullable=False),
    Column("digest", LargeBinary(32), nullable=False),
    Column("baseline", String(64), nullable=True),
    Column("targets", Integer, nullable=False),
    Column("recipients", Integer, nullable=False),
    Column("new_recipients", Integer, nullable=False),
    Column("key", String(200), nullable=False),
    Column("body", LargeBinary, nullable=False),
    UniqueConstraint("service", "number"),
    Index("ix_app_scan_made_at", "made_at"),
    Index("ix_app_scan_key", "key"),
)
"""One scan of one service; ``number`` counts them. ``digest``: SHA-256 of its document. ``baseline``: the scan that it
was compared with."""

app_change = Table(
    "app_change",
    metadata,
    Column("id", Big, primary_key=True, autoincrement=True),
    Column("scan", String(64), nullable=False),
    Column("kind", String(30), nullable=False),
    Column("recipient", String(300), nullable=False),
    Column("what", String(60), nullable=False),
    Column("made_at", Moment, nullable=False),
    Index("ix_app_change_scan", "scan"),
)
"""What a scan has that the one before hadn't, or the other way round. Who receives is a company's id or a domain."""

app_answer = Table(
    "app_answer",
    metadata,
    Column("id", Big, primary_key=True, autoincrement=True),
    Column("service", String(200), nullable=False),
    Column("question", String(100), nullable=False),
    Column("recipient", String(300), nullable=False),
    Column("value", String(60), nullable=False),
    Column("day", Date, nullable=False),
    Column("who", String(64), nullable=False),
    Column("evidence", String(4000), nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_app_answer_service", "service", "question"),
)
"""Answers to the questionnaires, each by somebody of the staff; ``evidence``: SHA-256 of papers, by blanks."""

app_schedule = Table(
    "app_schedule",
    metadata,
    Column("service", String(200), primary_key=True),
    Column("every_days", Integer, nullable=False),
    Column("next_on", Date, nullable=False),
    Column("asked", String(4000), nullable=False),
    Column("at", Moment, nullable=False),
    Column("by", String(64), nullable=False),
)
"""Sites that are scanned again by ``sekisho due``. ``asked``: addresses and own hosts, as JSON."""

app_destruction = Table(
    "app_destruction",
    metadata,
    *columns("planned", "destroyed", "probed", "certified", "final"),
    Index("ix_app_destruction_state", "state"),
)
"""How far the destruction of ``apps/<yyyy-mm>`` has come (:mod:`sekisho.destruction.steps`)."""
