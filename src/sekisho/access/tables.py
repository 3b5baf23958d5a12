"""Tables of staff, roles, tokens and approvals.

Times are whole microseconds since 1970-01-01T00:00:00Z in a 64-bit integer (:class:`sekisho.store.columns.Moment`),
so that SQLite and PostgreSQL sort and compare them alike. Rows are never deleted: who held what, and when, stays
known.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, LargeBinary, String, Table

from sekisho.access.tokens import ID_BYTES
from sekisho.store.columns import Big, Moment
from sekisho.store.schema import metadata

STAFF_ID = String(64)

access_generation = Table(
    "access_generation",
    metadata,
    Column("id", Big, primary_key=True, autoincrement=False),
    Column("generation", Big, nullable=False),
)
"""One row (id 1), there from the first administrator on. Each change of staff, roles or tokens first raises it: that
makes changes wait for each other, and tells a cache of principals that it is stale."""

staff = Table(
    "staff",
    metadata,
    Column("id", STAFF_ID, primary_key=True),
    Column("name", String(200), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("added_at", Moment, nullable=False),
    Column("added_by", STAFF_ID, nullable=False),
    Column("left_at", Moment),
)
"""People and services. ``name`` is shown to colleagues and never written to the ledger; ids are."""

staff_role = Table(
    "staff_role",
    metadata,
    Column("id", Big, primary_key=True),
    Column("staff_id", STAFF_ID, ForeignKey("staff.id"), nullable=False),
    Column("role", String(32), nullable=False),
    Column("granted_at", Moment, nullable=False),
    Column("granted_by", STAFF_ID, nullable=False),
    Column("revoked_at", Moment),
    Column("revoked_by", STAFF_ID),
)
"""One row per grant."""

_held = staff_role.c.revoked_at.is_(None)
Index(
    "uq_staff_role_held", staff_role.c.staff_id, staff_role.c.role, unique=True, sqlite_where=_held,
    postgresql_where=_held,
)

api_token = Table(
    "api_token",
    metadata,
    Column("id", String(ID_BYTES * 2), primary_key=True),
    Column("staff_id", STAFF_ID, ForeignKey("staff.id"), nullable=False, index=True),
    Column("secret_hash", LargeBinary(32), nullable=False),
    # Space-separated; a scope has no spaces.
    Column("scopes", String(500), nullable=False),
    Column("issued_at", Moment, nullable=False),
    Column("issued_by", STAFF_ID, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("revoked_at", Moment),
    Column("revoked_by", STAFF_ID),
)
"""One row per token. The token itself is nowhere."""

approval = Table(
    "approval",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("subject_kind", String(64), nullable=False),
    Column("subject_hash", LargeBinary(32), nullable=False),
    Column("requested_by", STAFF_ID, ForeignKey("staff.id"), nullable=False),
    Column("requested_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("state", String(16), nullable=False),
    Column("decided_by", STAFF_ID, ForeignKey("staff.id")),
    Column("decided_at", Moment),
    Column("used_by", STAFF_ID, ForeignKey("staff.id")),
    Column("used_at", Moment),
    # What the code ensures, the database ensures again.
    CheckConstraint("decided_by IS NULL OR decided_by <> requested_by", name="requester_is_not_approver"),
    CheckConstraint("used_by IS NULL OR used_by <> decided_by", name="approver_is_not_user"),
    CheckConstraint("state <> 'used' OR (decided_by IS NOT NULL AND used_by IS NOT NULL)", name="used_was_approved"),
    Index("ix_approval_state_expires_at", "state", "expires_at"),
)
"""One row per request for approval."""
