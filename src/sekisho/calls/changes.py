"""When the registers were changed: what the current bundle may not have yet."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import Column, Connection, func, select

from sekisho.calls.tables import call_agreement, call_entry, call_import, call_line, call_proposal, call_rules

_MOMENTS: Final[tuple[Column[datetime], ...]] = (
    call_entry.c.made_at, call_entry.c.ended_at, call_line.c.since, call_line.c.ended_at, call_import.c.at,
    call_import.c.ended_at, call_agreement.c.ended_at, call_rules.c.at,
)  # fmt: skip


def first_after(connection: Connection, moment: datetime | None) -> datetime | None:
    """The first change after ``moment``; the first of all without one. What ends by itself on its day is none: proxies
    know the days."""
    found: list[datetime] = []
    for column in _MOMENTS:
        query = select(func.min(column))
        if moment is not None:
            query = query.where(column > moment)
        found.append(connection.execute(query).scalar_one())
    made = select(func.min(call_proposal.c.decided_at)).where(call_proposal.c.state == "in_force")
    if moment is not None:
        made = made.where(call_proposal.c.decided_at > moment)
    found.append(connection.execute(made).scalar_one())
    return min((one for one in found if one is not None), default=None)
