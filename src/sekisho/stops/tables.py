"""The stops desk's tables. Numbers, contractors and papers are in ``body``, under the key of the month in which the row
was made; they are found by blind index. In the clear stand only states, kinds, dates, ranges given to operators, and
staff ids.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Index, Integer, LargeBinary, String, Table, UniqueConstraint

from sekisho.store.columns import Big, Moment
from sekisho.store.schema import metadata

stop_contractor = Table(
    "stop_contractor",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("call_forwarding", Boolean, nullable=False),
    Column("operator", Boolean, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("key", String(200), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("ix_stop_contractor_key", "key"),
)
"""Who holds numbers. ``operator``: a wholesale customer. ``body``: name, address, corporate number."""

stop_assignment = Table(
    "stop_assignment",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("contractor", String(64), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("state", String(20), nullable=False),
    Column("begins", Date, nullable=False),
    Column("ends", Date, nullable=True),
    Column("key", String(200), nullable=False),
    Column("number_index", LargeBinary(32), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("ix_stop_assignment_number_index", "number_index"),
    Index("ix_stop_assignment_contractor", "contractor"),
    Index("ix_stop_assignment_key", "key"),
)
"""A number with a contractor, from a day until before another. ``state``: in use, or in the contractor's stock."""

stop_edge = Table(
    "stop_edge",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("giver", String(64), nullable=False),
    Column("taker", String(64), nullable=False),
    Column("relation", String(20), nullable=False),
    Column("first", String(20), nullable=False),
    Column("last", String(20), nullable=False),
    Column("begins", Date, nullable=False),
    Column("ends", Date, nullable=True),
    Column("check", String(64), nullable=True),
    Column("made_at", Moment, nullable=False),
    Column("by", String(64), nullable=False),
    Index("ix_stop_edge_giver", "giver"),
)
"""The wholesale tree: a range goes from one operator (卸元) to another (卸先), or is ported; ``us`` is this one."""

stop_request = Table(
    "stop_request",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("state", String(20), nullable=False),
    Column("force", String(100), nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("received_by", String(64), nullable=False),
    Column("called_back", Boolean, nullable=False),
    Column("digest", LargeBinary(32), nullable=False),
    Column("key", String(200), nullable=False),
    Column("document_index", LargeBinary(32), nullable=False),
    Column("body", LargeBinary, nullable=False),
    UniqueConstraint("document_index"),
    Index("ix_stop_request_state", "state", "received_at"),
    Index("ix_stop_request_key", "key"),
)
"""A police force's request. ``digest``: of its contents; ``body``: the paper, who called back whom."""

stop_number = Table(
    "stop_number",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("request", String(64), nullable=False),
    Column("place", Integer, nullable=False),
    Column("state", String(20), nullable=False),
    Column("answer", String(30), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("contractor", String(64), nullable=True),
    Column("act", String(64), nullable=True),
    Column("attempts", Integer, nullable=False),
    Column("stopped_at", Moment, nullable=True),
    Column("resumed_at", Moment, nullable=True),
    Column("reported", String(64), nullable=True),
    Column("key", String(200), nullable=False),
    Column("number_index", LargeBinary(32), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("ix_stop_number_request", "request", "place"),
    Index("ix_stop_number_number_index", "number_index"),
    Index("ix_stop_number_act", "act"),
    Index("ix_stop_number_contractor", "contractor"),
    Index("ix_stop_number_state", "state"),
    Index("ix_stop_number_key", "key"),
)
"""One number of a request, or of a stock stop (``request`` is then the denial). ``act``: the approved proposal."""

stop_proposal = Table(
    "stop_proposal",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("about", String(64), nullable=False),
    Column("state", String(20), nullable=False),
    Column("subject", LargeBinary(32), nullable=False),
    Column("approval", String(64), nullable=False),
    Column("requested_at", Moment, nullable=False),
    Column("requested_by", String(64), nullable=False),
    Column("decided_at", Moment, nullable=True),
    Column("confirmed_at", Moment, nullable=True),
    Column("key", String(200), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("ix_stop_proposal_about", "about"),
    Index("ix_stop_proposal_state", "state"),
    Index("ix_stop_proposal_key", "key"),
)
"""What needs a second person: requested, ordered (approved and used), done."""

stop_denial = Table(
    "stop_denial",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("contractor", String(64), nullable=False),
    Column("state", String(20), nullable=False),
    Column("begins", Date, nullable=True),
    Column("ends", Date, nullable=True),
    Column("made_at", Moment, nullable=False),
    Column("made_by", String(64), nullable=False),
    Column("digest", LargeBinary(32), nullable=False),
    Column("key", String(200), nullable=False),
    Column("document_index", LargeBinary(32), nullable=False),
    Column("body", LargeBinary, nullable=False),
    UniqueConstraint("document_index"),
    Index("ix_stop_denial_contractor", "contractor"),
    Index("ix_stop_denial_state", "state", "ends"),
    Index("ix_stop_denial_key", "key"),
)
"""A notice that names a contractor, and the refusal that rests on it. ``ends``: the first day without it."""

stop_objection = Table(
    "stop_objection",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("about", String(64), nullable=False),
    Column("state", String(20), nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("decided_at", Moment, nullable=True),
    Column("decided_by", String(64), nullable=True),
    Column("key", String(200), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("ix_stop_objection_state", "state", "due_on"),
    Index("ix_stop_objection_about", "about"),
    Index("ix_stop_objection_key", "key"),
)
"""A contractor objects to a stop or a denial."""

stop_report = Table(
    "stop_report",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("request", String(64), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("by", String(64), nullable=False),
    Column("key", String(200), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("ix_stop_report_request", "request"),
    Index("ix_stop_report_key", "key"),
)
"""A report of contractors to the National Police Agency, as given."""

stop_check = Table(
    "stop_check",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("customer", String(64), nullable=False),
    Column("state", String(20), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("by", String(64), nullable=False),
    Column("key", String(200), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("ix_stop_check_customer", "customer", "state"),
    Index("ix_stop_check_key", "key"),
)
"""A check of a wholesale customer before numbers go there."""

stop_setting = Table(
    "stop_setting",
    metadata,
    Column("id", Big, primary_key=True, autoincrement=True),
    Column("name", String(40), nullable=False),
    Column("value", String(40), nullable=True),
    Column("source", String(500), nullable=False),
    Column("at", Moment, nullable=False),
    Column("by", String(64), nullable=False),
    Index("ix_stop_setting_name", "name", "id"),
)
"""Settings, each with its source; the newest of a name counts."""

stop_event = Table(
    "stop_event",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("delivered_at", Moment, nullable=True),
    Column("key", String(200), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("ix_stop_event_delivered", "delivered_at", "made_at"),
    Index("ix_stop_event_key", "key"),
)
"""Facts for other desks (:data:`sekisho.events.CROSSINGS`), kept until they were taken there."""
