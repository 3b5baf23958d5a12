"""Certificates of purged days and released holds: which there are, and each as the document that anyone can check."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select

from sekisho.access.errors import ScopeMissing
from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.destruction.certificate import PURGE, RELEASE, STEPS, issue
from sekisho.logs.holds.errors import UnknownHold
from sekisho.logs.holds.service import Holds
from sekisho.logs.holds.tables import log_hold_release
from sekisho.logs.purge.ending import Reached
from sekisho.logs.purge.errors import UnknownLogCertificate
from sekisho.logs.purge.tables import log_purge
from sekisho.workspace import Workspace

_HOLD: Final = "log/hold/"
_TABLES = ((PURGE, log_purge), (RELEASE, log_hold_release))


@dataclass(frozen=True, slots=True)
class Ended:
    """A key whose end has begun, and how far it has come."""

    key: str
    state: Reached
    files: int


def listed(workspace: Workspace, *, by: Principal) -> Iterator[Ended]:
    """Days first, then holds that ``by`` may know of, each by key. Raises ``ScopeMissing``."""
    may = _may_know(workspace, by)
    for _, table in _TABLES:
        with workspace.database.read() as connection:
            query = select(table.c.key, table.c.state, table.c.erased).order_by(table.c.key)
            rows = connection.execute(query).all()
        for row in rows:
            if may(row.key):
                yield Ended(row.key, Reached(row.state), row.erased)


def issued(workspace: Workspace, key: str, *, by: Principal) -> dict[str, Any]:
    """The certificate of a destroyed key, over the ledger as published.

    Raises ``UnknownLogCertificate`` where there is none yet, and for a hold that ``by`` mustn't know of;
    ``NotPublished`` where the ledger's checkpoint is older; ``ScopeMissing``.
    """
    if not _may_know(workspace, by)(key):
        raise UnknownLogCertificate(key=key[:200])
    for form, table in _TABLES:
        with workspace.database.read() as connection:
            row = connection.execute(select(table).where(table.c.key == key)).one_or_none()
        if row is not None and row.certified_leaf is not None:
            leaves = {step: row._mapping[f"{step}_leaf"] for step, _ in STEPS[form]}  # noqa: SLF001  SQLAlchemy's documented way to columns by name
            return issue(workspace, form, key=key, leaves=leaves)
    raise UnknownLogCertificate(key=key[:200])


def _may_know(workspace: Workspace, by: Principal) -> Callable[[str], bool]:
    """Whether ``by`` may know of the end of a key: of a day's everybody who may read, of a hidden hold's who knew of it
    and whoever audits."""
    by.require(Scope.READ)

    def may(key: str) -> bool:
        if not key.startswith(_HOLD) or Scope.DISCLOSURE_AUDIT in by.scopes:
            return True
        try:
            Holds(workspace).find(key.removeprefix(_HOLD), by=by)
        except (UnknownHold, ScopeMissing):
            return False
        return True

    return may
