"""The calls desk's tables. Numbers, lines and whatever else tells of a person are in ``body``, under the key of the
month in which the row was made; they are found by blind index.

In the clear stand only kinds, states, dates, counts, reason codes, staff ids, and what is published in any case.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from sekisho.store.columns import Big, Moment
from sekisho.store.schema import metadata

call_entry = Table(
    "call_entry",
    metadata,
    Column("id", Big, primary_key=True, autoincrement=False),
    Column("list", String(20), nullable=False),
    Column("state", String(20), nullable=False),
    Column("wide", Boolean, nullable=False),
    Column("action", String(20), nullable=False),
    Column("sip_status", Integer, nullable=True),
    Column("reason", String(60), nullable=False),
    Column("expires", Moment, nullable=True),
    Column("made_at", Moment, nullable=False),
    Column("made_by", String(64), nullable=False),
    Column("ended_at", Moment, nullable=True),
    Column("ended_by", String(64), nullable=True),
    Column("key", String(200), nullable=False),
    Column("number_index", LargeBinary(32), nullable=False),
    Column("line_index", LargeBinary(32), nullable=True),
    Column("body", LargeBinary, nullable=False),
    Index("ix_call_entry_number_index", "number_index"),
    Index("ix_call_entry_line_index", "line_index"),
    Index("ix_call_entry_list_state", "list", "state", "wide"),
    Index("ix_call_entry_key", "key"),
)
"""One row per entry of a subscriber's own list (``own``), the operator's (``operator``), and of what was freed
(``freed``). ``wide``: a range, found by opening it. ``body``: what it covers, its line, source and notes."""

call_importer = Table(
    "call_importer",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", String(300), nullable=False),
    Column("public_key", String(64), nullable=False),
    Column("since", Moment, nullable=False),
    Column("by", String(64), nullable=False),
    Column("ended_at", Moment, nullable=True),
)
"""Who may give lists, with the Ed25519 key they are signed by."""

call_import = Table(
    "call_import",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("importer", String(64), nullable=False),
    Column("list", String(64), nullable=False),
    Column("version", Big, nullable=False),
    Column("state", String(20), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("entries", Integer, nullable=False),
    Column("duplicates", Integer, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("at", Moment, nullable=False),
    Column("by", String(64), nullable=False),
    Column("key", String(200), nullable=False),
    Column("ended_at", Moment, nullable=True),
    UniqueConstraint("importer", "list", "version"),
    Index("ix_call_import_state", "state"),
    Index("ix_call_import_key", "key"),
)
"""One row per version of an imported list; the newest is ``held``, the others are ``replaced`` and their parts gone."""

call_import_part = Table(
    "call_import_part",
    metadata,
    Column("import_id", String(64), primary_key=True),
    Column("part", Integer, primary_key=True, autoincrement=False),
    Column("body", LargeBinary, nullable=False),
)
"""The compact form of a held list (:mod:`sekisho.calls.listing.packed`), in parts, under the import's key."""

call_protected = Table(
    "call_protected",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("first", String(20), nullable=False),
    Column("last", String(20), nullable=True),
    Column("holder", String(300), nullable=False),
    Column("source", String(500), nullable=False),
    Column("since", Moment, nullable=False),
    Column("by", String(64), nullable=False),
    Column("ended_at", Moment, nullable=True),
)
"""Published numbers of public offices (``public_office``) and the operator's own ranges (``own_range``): what no list
may hit, or hold as a whole. ``last`` None: every number that begins so."""

call_appeal = Table(
    "call_appeal",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("state", String(20), nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("received_by", String(64), nullable=False),
    Column("decided_at", Moment, nullable=True),
    Column("decided_by", String(64), nullable=True),
    Column("key", String(200), nullable=False),
    Column("number_index", LargeBinary(32), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("ix_call_appeal_state_due", "state", "due_on"),
    Index("ix_call_appeal_number_index", "number_index"),
    Index("ix_call_appeal_key", "key"),
)
"""One row per appeal of a caller. ``body``: number, reference, contact, grounds, and what was decided and why."""

call_proposal = Table(
    "call_proposal",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("state", String(20), nullable=False),
    Column("subject", LargeBinary(32), nullable=False),
    Column("approval", String(64), nullable=False),
    Column("requested_at", Moment, nullable=False),
    Column("requested_by", String(64), nullable=False),
    Column("decided_at", Moment, nullable=True),
    Column("decided_by", String(64), nullable=True),
    Column("key", String(200), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("ix_call_proposal_kind_state", "kind", "state"),
    Index("ix_call_proposal_key", "key"),
)
"""What needs a second person: agreements on trunks (several at once) and their end, the operator's own rules, the
settings of lines that asked for nothing."""

call_agreement = Table(
    "call_agreement",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("trunk", String(64), nullable=False),
    Column("direction", String(20), nullable=False),
    Column("begins", Date, nullable=False),
    Column("ends", Date, nullable=True),
    Column("proposal", String(64), nullable=False),
    Column("key", String(200), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("ended_at", Moment, nullable=True),
    Index("ix_call_agreement_trunk", "trunk", "direction"),
    Index("ix_call_agreement_key", "key"),
)
"""One row per agreement in force, past or to come. ``ended_at``: when somebody set its end."""

call_line = Table(
    "call_line",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("state", String(20), nullable=False),
    Column("since", Moment, nullable=False),
    Column("by", String(64), nullable=False),
    Column("ended_at", Moment, nullable=True),
    Column("key", String(200), nullable=False),
    Column("line_index", LargeBinary(32), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("ix_call_line_line_index", "line_index"),
    Index("ix_call_line_state", "state"),
    Index("ix_call_line_key", "key"),
)
"""The settings of lines, with the consents they rest on; a change ends a row and begins another."""

call_rules = Table(
    "call_rules",
    metadata,
    Column("id", Big, primary_key=True, autoincrement=True),
    Column("role", String(20), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("artefact", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("by", String(64), nullable=False),
    Index("ix_call_rules_role", "role", "id"),
)
"""What bundles have besides the registers: compiled rule sets, ``live`` or ``shadow``, and MIC's ``designations``; the
newest of each counts. An empty artefact of a shadow ends the trial."""

call_bundle = Table(
    "call_bundle",
    metadata,
    Column("number", Big, primary_key=True, autoincrement=False),
    Column("state", String(20), nullable=False),
    Column("folder", String(8), nullable=True),
    Column("files", Text, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("by", String(64), nullable=False),
    Column("rolled_back_to", Big, nullable=True),
)
"""Every bundle, recorded before it is switched to, with the digest of each file: ``begun``, ``published``, or
``abandoned`` where it never came to that. ``folder``: as connectors name it. ``rolled_back_to``: whose rules it has."""

call_connector = Table(
    "call_connector",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("folder", String(8), nullable=True),
    Column("problem", String(200), nullable=True),
    Column("at", Moment, nullable=False),
    Column("removed_at", Moment, nullable=True),
)
"""Which bundle each connector said it had loaded, and when; when it was taken off the list, if it was. What it last had
stays: evidence may have been sealed to that bundle's key."""
