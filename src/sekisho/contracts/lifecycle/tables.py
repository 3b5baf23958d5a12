"""Tables of a contract's life. What says something about a person is in ``body``, under the contract's present key.

``key`` is the key that ``body`` and the row's ledger leaf (same id) are under now; it changes when they are moved.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, LargeBinary, String, Table, UniqueConstraint

from sekisho.destruction.steps import columns as destruction_columns
from sekisho.store.columns import Big, Moment
from sekisho.store.schema import metadata

contract = Table(
    "contract",
    metadata,
    # The id is that of the ledger leaf which says that it began.
    Column("id", String(64), primary_key=True),
    Column("key", String(200), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("reference_index", LargeBinary(32), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("decision", String(64), nullable=False),
    Column("began_on", Date, nullable=False),
    Column("delivered_on", Date, nullable=True),
    Column("ended_on", Date, nullable=True),
    # The last day on which what belongs to it is kept; set when the end is known.
    Column("last_day", Date, nullable=True),
    # False until everything that belongs to it is under the key its state asks for.
    Column("settled", Boolean, nullable=False),
    # Counts the events, so that a mover doesn't settle what changed meanwhile.
    Column("revision", Integer, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("made_by", String(64), nullable=False),
    Index("ix_contract_reference_index", "reference_index"),
    Index("ix_contract_key", "key", "id"),
    Index("ix_contract_settled", "settled"),
)
"""One row per contract. ``body``: the operator's reference."""

contract_event = Table(
    "contract_event",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("contract", String(64), ForeignKey("contract.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("key", String(200), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("on", Date, nullable=True),
    Column("made_at", Moment, nullable=False),
    Column("made_by", String(64), nullable=False),
    UniqueConstraint("contract", "position"),
    Index("ix_contract_event_key", "key", "id"),
)
"""What happened to a contract, in order. ``body``: the note that was given."""

contract_membership = Table(
    "contract_membership",
    metadata,
    Column("decision", String(64), ForeignKey("contract_decision.id"), primary_key=True),
    # Null: somebody said that no contract came of it.
    Column("contract", String(64), ForeignKey("contract.id"), nullable=True),
    Column("made_at", Moment, nullable=False),
    Column("made_by", String(64), nullable=False),
    Index("ix_contract_membership_contract", "contract"),
)
"""Which contract a decision belongs to. A decision without a row has no contract that we know of."""

contract_rental = Table(
    "contract_rental",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("decision", String(64), ForeignKey("contract_decision.id"), nullable=False, unique=True),
    Column("key", String(200), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("handed_over_on", Date, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("late", Boolean, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("made_by", String(64), nullable=False),
    Index("ix_contract_rental_key", "key", "id"),
)
"""The record of a rental (Ordinance art. 21). ``body``: units, numbers, tracking number, payment, who and when."""

contract_period = Table(
    "contract_period",
    metadata,
    Column("position", Big, primary_key=True, autoincrement=True),
    Column("months", Integer, nullable=False),
    Column("reason", String(500), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("made_by", String(64), nullable=False),
)
"""How long applications without a contract are kept, as the operator declared it. The newest row holds."""

contract_destruction = Table(
    "contract_destruction",
    metadata,
    *destruction_columns("planned", "destroyed", "probed", "certified", "final"),
)
"""How far the destruction of a contract key has come: the run that was killed goes on here."""
