"""Destruction certificates of one workspace: which there are, and each as the document that anyone can check."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from sekisho.contracts.lifecycle.destroying import State
from sekisho.contracts.lifecycle.errors import UnknownCertificate
from sekisho.contracts.lifecycle.tables import contract_destruction
from sekisho.destruction.certificate import CONTRACT, STEPS, issue
from sekisho.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Destroyed:
    """A key whose destruction has begun, and how far it has come."""

    key: str
    state: State
    erased: int


def listed(workspace: Workspace) -> Iterator[Destroyed]:
    """All of them by key."""
    table = contract_destruction
    with workspace.database.read() as connection:
        rows = connection.execute(select(table.c.key, table.c.state, table.c.erased).order_by(table.c.key)).all()
    for row in rows:
        yield Destroyed(row.key, State(row.state), row.erased)


def issued(workspace: Workspace, key: str) -> dict[str, Any]:
    """The certificate of a destroyed key, over the ledger as published.

    Raises ``UnknownCertificate`` where there is none yet, ``NotPublished`` where the ledger's checkpoint is older.
    """
    table = contract_destruction
    with workspace.database.read() as connection:
        row = connection.execute(select(table).where(table.c.key == key)).one_or_none()
    if row is None or row.certified_leaf is None:
        raise UnknownCertificate(key=key[:200])
    leaves = {step: row._mapping[f"{step}_leaf"] for step, _ in STEPS[CONTRACT]}  # noqa: SLF001  SQLAlchemy's documented way to columns by name
    return issue(workspace, CONTRACT, key=key, leaves=leaves)
