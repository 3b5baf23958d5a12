"""For how long each kind is kept: the house figure, or what the operator declared, with the reason and on record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import Connection, insert, select

from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.stops.desk import Desk
from sekisho.stops.keeping.errors import StopPeriodRefused
from sekisho.stops.keeping.kinds import HOUSE, MOST_DAYS, Declared, Kept
from sekisho.stops.keeping.tables import stop_period

PERIOD_LEAF: Final = "stops.period_declared"


class Periods:
    """The declared periods of one workspace. Thread-safe."""

    def __init__(self, desk: Desk) -> None:
        """Reads and writes nothing until asked to."""
        self._desk = desk

    def declare(self, kind: str, days: int, reason: str, *, by: Principal) -> Declared:
        """Keep a kind for ``days`` after its end from now on; what is over by that goes with the next ``due``. Raises
        ``StopPeriodRefused``, ``ScopeMissing``."""
        by.require(Scope.REQUEST)
        if kind not in set(Kept):
            raise StopPeriodRefused(field="kind", problem=f"one of {', '.join(Kept)}")
        if isinstance(days, bool) or not 1 <= days <= MOST_DAYS:
            raise StopPeriodRefused(field="days", problem=f"1 to {MOST_DAYS}")
        why = reason.strip()
        if not 0 < len(why) <= 500:
            raise StopPeriodRefused(field="reason", problem="1 to 500 characters: why for so long, and no longer")
        now = self._desk.now()
        row = {"kind": kind, "days": days, "reason": why, "at": now, "by": by.staff_id}
        leaf = self._desk.leaf(PERIOD_LEAF, {"kind": kind, "days": days, "reason": why}, by, now)
        self._desk.commit(lambda connection: connection.execute(insert(stop_period), row) and None, [leaf])
        return replace(HOUSE[Kept(kind)], days=days)

    def every(self) -> list[dict[str, Any]]:
        """Each kind with its purpose, its period, and who declared that (None: the house figure)."""
        with self._desk.workspace.database.read() as connection:
            said, declared = self.in_force(connection), self._newest(connection)
        return [
            {
                "kind": one.kind.value, "title": {"ja": one.title.ja, "en": one.title.en},
                "purpose": {"ja": one.purpose.ja, "en": one.purpose.en}, "days_after_end": one.days,
                "declared": None if row is None else {"at": row.at.isoformat(), "by": row.by, "reason": row.reason},
            }
            for one in said.values()
            for row in [declared.get(one.kind)]
        ]  # fmt: skip

    def in_force(self, connection: Connection) -> Mapping[Kept, Declared]:
        """What counts now."""
        found = self._newest(connection)
        return {
            kind: replace(house, days=found[kind].days) if kind in found else house for kind, house in HOUSE.items()
        }

    def _newest(self, connection: Connection) -> dict[Kept, Any]:
        rows = connection.execute(select(stop_period).order_by(stop_period.c.id))
        return {Kept(row.kind): row for row in rows}
