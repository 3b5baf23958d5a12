"""Tables of contract accounts and their authenticators.

``body`` of each row is encrypted under the contract key named in ``key`` (:mod:`sekisho.store.personal`); the indexes
are keyed by the same key. ``sign_count``, ``last_step`` and ``failures`` stand in the clear, so that one statement can
compare and set them.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table, text

from sekisho.store.columns import Big, Moment
from sekisho.store.schema import metadata

_KEPT = text("length(body) > 0")
"""Rows whose key was destroyed are emptied, and their indexes are then equal."""

contract_relying_party = Table(
    "contract_relying_party",
    metadata,
    Column("rp_id", String(253), primary_key=True),
    Column("name", String(100), nullable=False),
    Column("origins", String(2000), nullable=False),
    Column("set_by", String(64), nullable=False),
    Column("set_at", Moment, nullable=False),
)
"""For which domain passkeys are made and from which pages: one row, or none where passkeys aren't used."""

contract_account = Table(
    "contract_account",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("key", String(200), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("account_index", LargeBinary(32), nullable=False),
    Column("opened_at", Moment, nullable=False),
    Index("ix_contract_account_key", "key", "id"),
    Index(
        "uq_contract_account_account_index", "account_index", unique=True, sqlite_where=_KEPT, postgresql_where=_KEPT
    ),
)
"""One row per account. ``body``: the operator's reference, and name and date of birth as first proofed."""

contract_account_proofing = Table(
    "contract_account_proofing",
    metadata,
    # A decision proofs the holder of one account: it can't open another.
    Column("decision", String(64), primary_key=True),
    Column("account", ForeignKey("contract_account.id"), nullable=False),
    Column("purpose", String(20), nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_contract_account_proofing_account", "account"),
)
"""Which accepted decisions proofed the holder of an account, and what for (opening, recovery)."""

contract_authenticator = Table(
    "contract_authenticator",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("account", ForeignKey("contract_account.id"), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("key", String(200), nullable=False),
    Column("body", LargeBinary, nullable=False),
    # Of the credential id or the certificate's issuer and serial number: each belongs to one account.
    Column("handle_index", LargeBinary(32), nullable=True),
    Column("state", String(20), nullable=False),
    Column("sign_count", Big, nullable=False),
    Column("last_step", Big, nullable=True),
    Column("failures", Integer, nullable=False),
    Column("locked_until", Moment, nullable=True),
    Column("registered_at", Moment, nullable=False),
    Column("used_at", Moment, nullable=True),
    Index("ix_contract_authenticator_account", "account"),
    Index("ix_contract_authenticator_key", "key", "id"),
    Index(
        "uq_contract_authenticator_handle_index",
        "handle_index",
        unique=True,
        sqlite_where=_KEPT,
        postgresql_where=_KEPT,
    ),
)
"""One row per authenticator; a removed one's row is gone, its leaves stay."""

contract_step_up = Table(
    "contract_step_up",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("account", ForeignKey("contract_account.id"), nullable=False),
    Column("key", String(200), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("began_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Index("ix_contract_step_up_account", "account"),
    Index("ix_contract_step_up_expires_at", "expires_at"),
)
"""One row per step-up, for a day. ``body``: the application it is for, and what was asked (RFC 9470)."""

contract_authentication = Table(
    "contract_authentication",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("step_up", ForeignKey("contract_step_up.id"), nullable=False),
    Column("authenticator", String(64), nullable=True),
    Column("key", String(200), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_contract_authentication_step_up", "step_up"),
)
"""One row per answer to a step-up that held. ``body``: its factors, and the document to verify it again."""
