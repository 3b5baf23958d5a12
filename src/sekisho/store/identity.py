"""Which workspace a database belongs to, and the times its past was cut off by restoring an older copy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import CheckConstraint, Column, Connection, String, Table, delete, insert, select

from sekisho.store.columns import Big, Moment
from sekisho.store.schema import metadata

LegalConfirmation = Literal["required", "shown"]
"""What happens where a duty decides whose text nobody at the operator has confirmed: ``required`` answers
``needs_legal_confirmation``; ``shown`` (demo, tests) decides and says so."""

workspace_identity = Table(
    "workspace_identity",
    metadata,
    Column("id", Big, CheckConstraint("id = 1", name="one_row"), primary_key=True, autoincrement=False),
    Column("workspace_id", String(32), nullable=False),
    Column("name", String(100), nullable=False),
    Column("origin", String(200), nullable=False),
    Column(
        "legal_confirmation",
        String(10),
        CheckConstraint("legal_confirmation IN ('required', 'shown')", name="known_mode"),
        nullable=False,
    ),
    Column("created_at", Moment, nullable=False),
)
"""One row: the workspace whose data this database holds. ``workspace.toml`` must agree with it."""

ledger_gap = Table(
    "ledger_gap",
    metadata,
    Column("id", Big, primary_key=True, autoincrement=True),
    Column("start", Big, nullable=False),
    Column("stop", Big, nullable=False),
    Column("accepted_at", Moment, nullable=False),
    Column("accepted_by", String(200), nullable=False),
)
"""Ledger indexes [start, stop) in which leaves may have no row, because an older copy of the database was restored."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A workspace's identity. ``workspace_id`` is 32 random hexadecimal digits; ``origin`` names its ledger."""

    workspace_id: str
    name: str
    origin: str
    legal_confirmation: LegalConfirmation
    created_at: datetime


def write_identity(connection: Connection, identity: Identity) -> None:
    """Write the one row. Raises SQLAlchemy's ``IntegrityError`` when there is one."""
    connection.execute(
        insert(workspace_identity),
        {
            "id": 1,
            "workspace_id": identity.workspace_id,
            "name": identity.name,
            "origin": identity.origin,
            "legal_confirmation": identity.legal_confirmation,
            "created_at": identity.created_at,
        },
    )


def read_identity(connection: Connection) -> Identity | None:
    """The row, or None where no workspace has taken the database."""
    row = connection.execute(select(workspace_identity)).one_or_none()
    if row is None:
        return None
    return Identity(
        workspace_id=row.workspace_id,
        name=row.name,
        origin=row.origin,
        legal_confirmation=row.legal_confirmation,
        created_at=row.created_at,
    )


def clear(connection: Connection) -> None:
    """Give the database up; only for a creation that was interrupted before it acknowledged anything."""
    connection.execute(delete(workspace_identity))


def write_gap(connection: Connection, *, start: int, stop: int, at: datetime, by: str) -> None:
    """Note that rows for ledger indexes [start, stop) were lost."""
    connection.execute(
        insert(ledger_gap), {"start": start, "stop": stop, "accepted_at": at, "accepted_by": by}
    )
