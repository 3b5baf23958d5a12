"""The disclosure desk's tables. Whatever says something about a person is in ``body``, under the case's own key.

In the clear stand only type, family, state, dates, the secrecy flag, counts, staff ids and the ids of other things of
this workspace.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
)

from sekisho.destruction.steps import columns
from sekisho.store.columns import Big, Moment
from sekisho.store.schema import metadata

disclosure_case = Table(
    "disclosure_case",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("type", String(40), nullable=False),
    Column("family", String(20), nullable=False),
    Column("state", String(20), nullable=False),
    Column("secret", Boolean, nullable=False),
    Column("emergency", Boolean, nullable=False),
    # Rises with every change: of two at once, one is told to look again.
    Column("revision", Big, nullable=False),
    Column("items", Integer, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("entered_at", Moment, nullable=False),
    Column("entered_by", String(64), nullable=False),
    # The first of its open deadlines: what a list is sorted by.
    Column("due_on", Date, nullable=True),
    Column("closed_at", Moment, nullable=True),
    Column("kept_until", Date, nullable=True),
    Column("index_key", String(200), nullable=False),
    Column("requester_index", LargeBinary(32), nullable=False),
    Column("number_index", LargeBinary(32), nullable=True),
    Column("subject", LargeBinary(32), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("ix_disclosure_case_state_received", "state", "received_at", "id"),
    Index("ix_disclosure_case_received", "received_at", "id"),
    Index("ix_disclosure_case_due", "due_on", "id"),
    Index("ix_disclosure_case_requester_index", "requester_index"),
    Index("ix_disclosure_case_number_index", "number_index"),
    Index("ix_disclosure_case_kept_until", "kept_until"),
    Index("ix_disclosure_case_index_key", "index_key"),
)
"""One row per case. ``body`` is the request without its items
(:meth:`sekisho.disclosure.record.DisclosureCase.header`); ``subject`` a keyed hash of the whole request, so that the
same one under one idempotency key is known again."""

disclosure_item = Table(
    "disclosure_item",
    metadata,
    Column("case_id", String(64), ForeignKey("disclosure_case.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("state", String(20), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("decision", LargeBinary, nullable=True),
)
"""One row per item. ``decision`` is what was decided of it and why, under the case's key."""

disclosure_member = Table(
    "disclosure_member",
    metadata,
    Column("case_id", String(64), ForeignKey("disclosure_case.id"), primary_key=True),
    Column("staff_id", String(64), primary_key=True),
    Column("part", String(20), primary_key=True),
    Column("since", Moment, nullable=False),
    Column("named_by", String(64), nullable=False),
    Index("ix_disclosure_member_staff", "staff_id", "case_id"),
)
"""Who has which part in which case: nobody has two that must stay apart."""

disclosure_deadline = Table(
    "disclosure_deadline",
    metadata,
    Column("id", Big, primary_key=True, autoincrement=True),
    Column("case_id", String(64), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("started_on", Date, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("state", String(20), nullable=False),
    Column("set_at", Moment, nullable=False),
    Column("ended_at", Moment, nullable=True),
    Column("ended_by", String(64), nullable=True),
    # The provider whose own term it is; None: it is the case's.
    Column("party", String(64), nullable=True),
    Index("ix_disclosure_deadline_state_due", "state", "due_on", "id"),
    Index("ix_disclosure_deadline_case", "case_id", "state"),
)
"""One row per term of a case, or of a leak (``case_id`` is then its id)."""

disclosure_event = Table(
    "disclosure_event",
    metadata,
    # The id is that of the ledger leaf which says the same.
    Column("id", String(64), primary_key=True),
    Column("case_id", String(64), ForeignKey("disclosure_case.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("event", String(40), nullable=False),
    Column("state", String(20), nullable=False),
    Column("at", Moment, nullable=False),
    Column("by", String(64), nullable=False),
    # A keyed hash of who did what: repeated after a crash, it is known again.
    Column("said", LargeBinary(32), nullable=False),
    UniqueConstraint("case_id", "position"),
)
"""Everything that happened in a case, in order; what it was about is in the leaf."""

disclosure_outcome = Table(
    "disclosure_outcome",
    metadata,
    Column("case_id", String(64), ForeignKey("disclosure_case.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("type", String(40), nullable=False),
    Column("data_class", String(20), nullable=False),
    Column("outcome", String(20), nullable=False),
    # Why nothing was found, as a slug of :class:`sekisho.logs.lookup.ports.Lack`; None where something was.
    Column("lack", String(40), nullable=True),
    # Days between what was asked about and the day on which it was asked: what the retention study counts.
    Column("age_days", Integer, nullable=False),
    Column("found_on", Date, nullable=False),
    Column("result", LargeBinary, nullable=False),
    Column("evidence", LargeBinary, nullable=False),
    Index("ix_disclosure_outcome_found", "found_on", "outcome"),
)
"""What each item's search found. ``result`` is under the working copies' key, ``evidence`` (the exact query, and what
the logs could say then) under the record's; the rest tells of nobody, and stays."""

disclosure_link = Table(
    "disclosure_link",
    metadata,
    Column("case_id", String(64), ForeignKey("disclosure_case.id"), primary_key=True),
    Column("kind", String(20), primary_key=True),
    Column("target", String(200), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("by", String(64), nullable=False),
    Index("ix_disclosure_link_target", "kind", "target"),
)
"""What a case is tied to: its search grants, its holds, the case it follows, ids at an agency or another provider."""

disclosure_attachment = Table(
    "disclosure_attachment",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("case_id", String(64), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("key", String(200), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", Big, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("made_by", String(64), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("ix_disclosure_attachment_case", "case_id", "kind", "made_at"),
)
"""Papers, letters, answers, packages: bytes under the record's key or the working copies'. The digest is of what is
sealed, with its key: it tells nobody what it is."""

disclosure_leak = Table(
    "disclosure_leak",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("state", String(20), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("noticed_at", Moment, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("made_by", String(64), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("ix_disclosure_leak_state", "state", "noticed_at"),
)
"""One row per leak that is to be reported. ``body`` is the report, under the leak's key (``disclosure/<leak>``)."""

disclosure_destruction = Table(
    "disclosure_destruction",
    metadata,
    *columns("planned", "destroyed", "probed", "certified", "final"),
    Column("case_id", String(64), nullable=False),
    Index("ix_disclosure_destruction_state", "state"),
)
"""How far the destruction of a case's keys has come (:mod:`sekisho.destruction.steps`)."""
