"""Rows of other desks under this desk's keys, as a protocol: what the contract desk was told."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from sqlalchemy import Connection


class RowsElsewhere(Protocol):
    """Another desk's rows under ``stops/<month>``. Each is called within a transaction of this desk's."""

    def under(self, connection: Connection, key: str) -> int:
        """How many rows have something under a key."""
        ...

    def over(self, connection: Connection, today: date) -> int:
        """How many rows serve nothing any more."""
        ...

    def remove_over(self, connection: Connection, today: date) -> int:
        """Delete them; how many."""
        ...

    def move(self, connection: Connection, before: str, after: str, *, most: int) -> int:
        """Put rows from one key under another; how many."""
        ...
