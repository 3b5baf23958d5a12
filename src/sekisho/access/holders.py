"""What somebody holds now, whoever asks: for a desk that names a person, or relies on what one did before.

Functions over a connection. They tell nothing of tokens: who shows one is :mod:`sekisho.access.service`'s to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from sekisho.access.errors import StaffNotFound
from sekisho.access.roles import Role, Scope, StaffKind, scopes_of
from sekisho.access.tables import staff, staff_role


@dataclass(frozen=True, slots=True)
class Holding:
    """A member of staff who is there now: each role they hold, and since when without a break."""

    staff_id: str
    kind: StaffKind
    roles: Mapping[Role, datetime]

    @property
    def scopes(self) -> frozenset[Scope]:
        """All that their roles allow."""
        return scopes_of(self.roles)

    def held_at(self, scope: Scope, at: datetime) -> bool:
        """Whether a role that they hold now allowed ``scope`` at ``at`` already, and ever since."""
        return any(scope in scopes_of([role]) and since <= at for role, since in self.roles.items())


def holding_of(connection: Connection, staff_id: str) -> Holding:
    """One person or service. Raises ``StaffNotFound`` for who isn't there, or has left."""
    found = holdings(connection, [staff_id])
    if not found:
        raise StaffNotFound(staff_id=staff_id[:64])
    return found[staff_id]


def holdings(connection: Connection, staff_ids: Iterable[str]) -> dict[str, Holding]:
    """Those of ``staff_ids`` who are there now."""
    held = (staff_role.c.staff_id == staff.c.id) & staff_role.c.revoked_at.is_(None)
    query = (
        select(staff.c.id, staff.c.kind, staff_role.c.role, staff_role.c.granted_at)
        .select_from(staff.outerjoin(staff_role, held))
        .where(staff.c.id.in_(sorted(set(staff_ids))), staff.c.left_at.is_(None))
    )
    kinds: dict[str, StaffKind] = {}
    roles: dict[str, dict[Role, datetime]] = {}
    for row in connection.execute(query):
        kinds[row.id] = StaffKind(row.kind)
        mine = roles.setdefault(row.id, {})
        if row.role is not None:
            mine[Role(row.role)] = row.granted_at
    return {one: Holding(one, kind, roles[one]) for one, kind in kinds.items()}
