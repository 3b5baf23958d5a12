"""What the contract desk was told by the number-stop scheme, as the stops desk's keeping asks for it: it lies under
that desk's keys, and serves nothing after the denial's last day.

It stands on no other desk: :class:`sekisho.stops.keeping.ports.RowsElsewhere` is met by its form alone.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from sekisho.contracts.scheme_denials import BODY, PARTY, party_of
from sekisho.contracts.scheme_tables import contract_scheme_denial as table
from sekisho.keys import Keyring


class ToldDenials:
    """The rows of one workspace, under whatever key they are."""

    def __init__(self, keyring: Keyring) -> None:
        """Reads and writes nothing until asked to."""
        self._ring = keyring

    def under(self, connection: Connection, key: str) -> int:
        """How many denials are told under a key."""
        query = select(func.count()).select_from(table).where(table.c.key == key)
        count: int = connection.execute(query).scalar_one()
        return count

    def over(self, connection: Connection, today: date) -> int:
        """How many of them have ended."""
        count: int = connection.execute(
            select(func.count()).select_from(table).where(table.c.ends <= today)
        ).scalar_one()
        return count

    def remove_over(self, connection: Connection, today: date) -> int:
        """Delete what has ended; how many. What a decision saw stands in the decision."""
        return connection.execute(delete(table).where(table.c.ends <= today)).rowcount

    def move(self, connection: Connection, before: str, after: str, *, most: int) -> int:
        """Put at most so many from one key under another; how many."""
        rows = connection.execute(
            select(table).where(table.c.key == before).order_by(table.c.id).limit(max(0, most))
        ).all()
        for row in rows:
            said: Any = BODY.open(self._ring, row.body, row_id=row.id, key=before)
            connection.execute(
                update(table)
                .where(table.c.id == row.id, table.c.key == before)
                .values(
                    key=after, body=BODY.seal(self._ring, said, row_id=row.id, key=after),
                    party_index=PARTY.index(self._ring, party_of(said["name"], said["address"]), key=after),
                )
            )  # fmt: skip
        return len(rows)
