"""What the parts of the calls desk share: workspace, key, how rows are sealed and found, how a leaf is made."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import orjson
from sqlalchemy import Connection, Table, func, select

from sekisho.access.principal import Principal
from sekisho.calls import tables
from sekisho.calls.listing.covers import Covers, Protected, ProtectedKind, Protection
from sekisho.calls.numbers import Numbering
from sekisho.clock import japan_date
from sekisho.keys.schedule import calls_key
from sekisho.store.outbox import SealedLeaf
from sekisho.store.personal import PersonalColumn
from sekisho.workspace import Workspace
from sekisho.workspace.parts import HOUSE_KEY

KEYED: Final = (
    tables.call_entry, tables.call_import, tables.call_appeal, tables.call_proposal, tables.call_agreement,
    tables.call_line,
)  # fmt: skip
"""Every table with rows under a month's key."""
NUMBER: Final = PersonalColumn("call_entry", "number_index")
"""One index for all tables: a number is found in all of them by the same value."""
_LOCK: Final = 0x63616C6C
"""The number of PostgreSQL's advisory lock for :meth:`Desk.alone`: one that nothing else here uses."""
LINE: Final = PersonalColumn("call_line", "line_index")


class Desk:
    """One workspace, as the calls desk uses it. Thread-safe."""

    def __init__(self, workspace: Workspace) -> None:
        """Reads and writes nothing until asked to."""
        self.workspace = workspace

    def now(self) -> datetime:
        """The time."""
        return self.workspace.clock.now()

    def numbering(self) -> Numbering:
        """The number plan of today."""
        return Numbering(on=japan_date(self.now()))

    def key(self) -> str:
        """The key of what is entered now; made where it doesn't exist."""
        name = calls_key(japan_date(self.now()))
        self.workspace.keyring.ensure(name)
        return name

    def keys_used(self, connection: Connection) -> list[str]:
        """Every living key that rows now name."""
        found: set[str] = set()
        for table in KEYED:
            # From one key to the next by the index: of a million rows under a dozen keys a dozen are looked at.
            last = ""
            while last is not None:
                last = connection.execute(select(func.min(table.c.key)).where(table.c.key > last)).scalar_one()
                found.update(() if last is None else (last,))
        # What is left of a list that was replaced may name a key that has ended since.
        return sorted(key for key in found if self.workspace.keyring.exists(key))

    def number_indexes(
        self, connection: Connection, number: str, *, keys: Sequence[str] | None = None
    ) -> list[bytes]:
        """Under which values a number may be indexed. ``keys``: :meth:`keys_used`, for who asks many times."""
        return NUMBER.candidates(
            self.workspace.keyring, number, keys=self.keys_used(connection) if keys is None else keys
        )

    def line_indexes(self, connection: Connection, line: str) -> list[bytes]:
        """Under which values a line may be indexed."""
        return LINE.candidates(self.workspace.keyring, line, keys=self.keys_used(connection))

    def alone(self, connection: Connection) -> None:
        """Let the rest of this transaction be the only one that changes lists, lines and appeals: two workers that ask
        what is there before they write would both find nothing. SQLite has one writer anyway."""
        if self.workspace.database.several_workers:
            connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))

    def seal(self, table: Table, value: Any, *, row_id: object, key: str) -> bytes:
        """The ``body`` of a row."""
        return PersonalColumn(table.name, "body").seal(self.workspace.keyring, value, row_id=str(row_id), key=key)

    def open(self, table: Table, row: Any) -> Any:
        """What :meth:`seal` was given."""
        column = PersonalColumn(table.name, "body")
        return column.open(self.workspace.keyring, row.body, row_id=str(row.id), key=row.key)

    def leaf(self, kind: str, said: Mapping[str, Any], by: Principal, now: datetime) -> SealedLeaf:
        """A leaf that says ids, counts, codes and digests, and who did it. Never a number, a line or a person."""
        body = orjson.dumps({**said, "by": by.staff_id, "proof": by.proof.value}, option=orjson.OPT_SORT_KEYS)
        return self.workspace.seal(kind=kind, owner=HOUSE_KEY, body=body, at=now)

    def protected(self, connection: Connection) -> list[Protected]:
        """The register of what lists may not hit."""
        table = tables.call_protected
        rows = connection.execute(select(table).where(table.c.ended_at.is_(None)).order_by(table.c.id))
        return [
            Protected(row.id, ProtectedKind(row.kind), Covers(row.first, row.last), row.holder, row.source)
            for row in rows
        ]

    def protection(self) -> Protection:
        """The register, ready to be asked."""
        with self.workspace.database.read() as connection:
            return Protection(self.protected(connection))


def new_id(prefix: str) -> str:
    """A random id."""
    return prefix + secrets.token_hex(8)


def checked_text(value: object, *, most: int) -> str | None:
    """``value`` without white space around it, where it is text of 1 to ``most`` characters; else None."""
    if not isinstance(value, str) or not 0 < len(value.strip()) <= most:
        return None
    return value.strip()


def pieces(items: list[Any], size: int) -> Iterator[list[Any]]:
    """``items`` in pieces of ``size`` at most."""
    for at in range(0, len(items), size):
        yield items[at : at + size]
