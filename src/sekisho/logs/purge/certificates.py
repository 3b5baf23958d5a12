"""Certificates of purged days and released holds: which there are, and each as the document that anyone can check."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from sekisho.destruction.certificate import PURGE, RELEASE, STEPS, issue
from sekisho.logs.holds.tables import log_hold_release
from sekisho.logs.purge.ending import Reached
from sekisho.logs.purge.errors import UnknownLogCertificate
from sekisho.logs.purge.tables import log_purge
from sekisho.workspace import Workspace

_TABLES = ((PURGE, log_purge), (RELEASE, log_hold_release))


@dataclass(frozen=True, slots=True)
class Ended:
    """A key whose end has begun, and how far it has come."""

    key: str
    state: Reached
    files: int


def listed(workspace: Workspace) -> Iterator[Ended]:
    """Days first, then holds, each by key."""
    for _, table in _TABLES:
        with workspace.database.read() as connection:
            query = select(table.c.key, table.c.state, table.c.erased).order_by(table.c.key)
            rows = connection.execute(query).all()
        for row in rows:
            yield Ended(row.key, Reached(row.state), row.erased)


def issued(workspace: Workspace, key: str) -> dict[str, Any]:
    """The certificate of a destroyed key, over the ledger as published.

    Raises ``UnknownLogCertificate`` where there is none yet, ``NotPublished`` where the ledger's checkpoint is older.
    """
    for form, table in _TABLES:
        with workspace.database.read() as connection:
            row = connection.execute(select(table).where(table.c.key == key)).one_or_none()
        if row is not None and row.certified_leaf is not None:
            leaves = {step: row._mapping[f"{step}_leaf"] for step, _ in STEPS[form]}  # noqa: SLF001  SQLAlchemy's documented way to columns by name
            return issue(workspace, form, key=key, leaves=leaves)
    raise UnknownLogCertificate(key=key[:200])
