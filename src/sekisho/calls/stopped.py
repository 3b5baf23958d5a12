"""Numbers stopped for fraud, between the stops desk's facts and bundles: entries of the operator's list with a reason
code of their own, which two people made and no single one enters, replaces, frees or removes.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, select

from sekisho.calls.entries import STOPPED, Entries, ListName
from sekisho.calls.screening import stopped
from sekisho.calls.tables import call_entry

PART: Final = stopped.PART


def part(connection: Connection, entries: Entries, now: datetime) -> bytes | None:
    """The bundle's file; None where no number is stopped."""
    table = call_entry
    query = select(table).where(
        table.c.state == "active", table.c.list == ListName.OPERATOR.value, table.c.reason == STOPPED,
        table.c.wide.is_(False),
    )  # fmt: skip
    held: list[Any] = [entries.entry(row) for row in connection.execute(query)]
    numbers = [one.covers.first for one in held if one.expires is None or one.expires > now]
    return stopped.write(numbers) if numbers else None
