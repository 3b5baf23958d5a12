"""The contract desk's tables. Whatever says something about a person is in ``body``, under the contract's month key."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Index, LargeBinary, String, Table, UniqueConstraint

from sekisho.store.columns import Big, Moment
from sekisho.store.schema import metadata

contract_decision = Table(
    "contract_decision",
    metadata,
    # The id is that of the ledger leaf which says the same.
    Column("id", String(64), primary_key=True),
    Column("key", String(200), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("reference_index", LargeBinary(32), nullable=False),
    Column("verdict", String(40), nullable=False),
    Column("would_be", String(40), nullable=False),
    Column("event", String(40), nullable=False),
    Column("subject_kind", String(40), nullable=False),
    Column("channel", String(40), nullable=False),
    Column("service", String(40), nullable=False),
    Column("as_of", Date, nullable=False),
    Column("as_known_at", Date, nullable=False),
    Column("hypothetical", Boolean, nullable=False),
    Column("rulebook", String(64), nullable=False),
    Column("origin", String(20), nullable=False),
    Column("decided_at", Moment, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("made_by", String(64), nullable=False),
    Column("idempotency_key", String(100), nullable=True),
    UniqueConstraint("made_by", "idempotency_key"),
    Index("ix_contract_decision_reference_index", "reference_index"),
    Index("ix_contract_decision_made_at", "made_at"),
    # What lies under a key is moved before the key is destroyed.
    Index("ix_contract_decision_key", "key", "id"),
)
"""One row per decision. ``body`` holds the application, the case and the answer (:mod:`sekisho.store.personal`)."""

contract_evidence = Table(
    "contract_evidence",
    metadata,
    # The id is that of the ledger leaf which holds the report.
    Column("id", String(64), primary_key=True),
    Column("key", String(200), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("application_index", LargeBinary(32), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("format", String(40), nullable=False),
    Column("state", String(20), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("made_by", String(64), nullable=False),
    Column("idempotency_key", String(100), nullable=True),
    UniqueConstraint("made_by", "idempotency_key"),
    Index("ix_contract_evidence_application_index", "application_index"),
    Index("ix_contract_evidence_key", "key", "id"),
)
"""One row per piece of raw evidence that a verifier looked at. ``body`` holds the document, whom it was compared with,
the report, and what the evidence says of the person; ``state`` is ``verified``, ``refused`` or ``could_not_check``.
"""

contract_trust = Table(
    "contract_trust",
    metadata,
    # The id is that of the ledger leaf which says who added it.
    Column("id", String(64), primary_key=True),
    Column("use", String(100), nullable=False),
    Column("name", String(200), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", Big, nullable=False),
    Column("added_by", String(64), nullable=False),
    Column("added_at", Moment, nullable=False),
    Column("content", LargeBinary, nullable=False),
    UniqueConstraint("use", "name"),
)
"""What evidence is verified against: authorities and lists by use. Public material, so not encrypted. The set of ids
tells whether anything changed."""
