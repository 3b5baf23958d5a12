"""Every table that keeps something under a contract's key. One that isn't declared here would die with its month.

A row belongs to a decision or to a contract; what belongs to it is kept as long as it is. By convention a row has the
columns ``id`` (also that of its ledger leaf), ``key`` and ``body``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, Table, and_, func, select, update

from sekisho.contracts.lifecycle.tables import contract, contract_event, contract_rental
from sekisho.contracts.postal.tables import contract_delivery
from sekisho.contracts.tables import contract_decision
from sekisho.keys import Keyring
from sekisho.store.personal import PersonalColumn

ERASED = b""
"""What stands in an encrypted column after its key was destroyed."""

NO_INDEX = bytes(32)
"""What stands in an index after its key was destroyed: equal for all, so that it tells nothing."""


class Belongs(StrEnum):
    """To what a row belongs."""

    DECISION = "decision"
    CONTRACT = "contract"


@dataclass(frozen=True, slots=True)
class BlindIndex:
    """An exact-match index that must be made anew under another key: its column, and the text in the opened body."""

    column: str
    personal: PersonalColumn
    text: Callable[[Any], str]


@dataclass(frozen=True, slots=True)
class Holding:
    """One table. ``owner`` is the column with the id of the decision or contract that a row belongs to."""

    table: Table
    belongs: Belongs
    owner: str
    indexes: tuple[BlindIndex, ...] = ()
    rows_per_batch: int = 100

    @property
    def name(self) -> str:
        """The table's name."""
        return self.table.name

    @property
    def body(self) -> PersonalColumn:
        """Its encrypted column."""
        return PersonalColumn(self.table.name, "body")

    def under(self, connection: Connection, key: str, *, after: str, limit: int) -> Sequence[Row[Any]]:
        """Rows under ``key`` with ids above ``after``, ascending: ``id``, ``key``, ``body``, ``owner``."""
        columns = self.table.c
        query = (
            select(columns.id, columns.key, columns.body, columns[self.owner].label("owner"))
            .where(columns.key == key, columns.id > after, columns.body != ERASED)
            .order_by(columns.id)
            .limit(limit)
        )
        return connection.execute(query).all()

    def of_owner(self, connection: Connection, owner: str, *, after: str, limit: int) -> Sequence[Row[Any]]:
        """The same of what belongs to ``owner``."""
        columns = self.table.c
        query = (
            select(columns.id, columns.key, columns.body, columns[self.owner].label("owner"))
            .where(columns[self.owner] == owner, columns.id > after, columns.body != ERASED)
            .order_by(columns.id)
            .limit(limit)
        )
        return connection.execute(query).all()

    def count_under(self, connection: Connection, key: str) -> int:
        """How many rows are under ``key``."""
        columns = self.table.c
        query = select(func.count()).select_from(self.table).where(columns.key == key, columns.body != ERASED)
        return int(connection.execute(query).scalar_one())

    def there(self, connection: Connection, ids: Sequence[str]) -> set[str]:
        """Which of ``ids`` are rows of this table."""
        return set(connection.execute(select(self.table.c.id).where(self.table.c.id.in_(ids))).scalars())

    def under_another_key(self, ring: Keyring, row: Row[Any], to_key: str) -> dict[str, Any]:
        """The columns of ``row`` as they are under ``to_key``. Raises ``KeyDestroyed``, ``CouldNotDecrypt``."""
        value = self.body.open(ring, row.body, row_id=row.id, key=row.key)
        made: dict[str, Any] = {
            "key": to_key,
            "body": self.body.rewrap(ring, row.body, row_id=row.id, from_key=row.key, to_key=to_key),
        }
        for index in self.indexes:
            made[index.column] = index.personal.index(ring, index.text(value), key=to_key)
        return made

    def write(self, connection: Connection, row: Row[Any], made: dict[str, Any]) -> bool:
        """Store what :meth:`under_another_key` made; False where the row isn't under its old key any more."""
        columns = self.table.c
        done = connection.execute(
            update(self.table).where(columns.id == row.id, columns.key == row.key, columns.body != ERASED).values(**made)
        )
        return bool(done.rowcount)

    def erase(self, connection: Connection, key: str, *, limit: int) -> int:
        """Empty the encrypted columns of at most ``limit`` rows under a destroyed ``key``; how many.

        The row stays: that something was decided on that day, and that its time is over, may be told for ever.
        """
        columns = self.table.c
        ids = list(
            connection.execute(
                select(columns.id)
                .where(and_(columns.key == key, columns.body != ERASED))
                .order_by(columns.id)
                .limit(limit)
            ).scalars()
        )
        if ids:
            empty: dict[str, Any] = {"body": ERASED} | {index.column: NO_INDEX for index in self.indexes}
            connection.execute(update(self.table).where(columns.id.in_(ids)).values(**empty))
        return len(ids)


REFERENCE_OF_CONTRACT = PersonalColumn("contract", "reference")

HOLDINGS: tuple[Holding, ...] = (
    Holding(
        contract_decision,
        Belongs.DECISION,
        "id",
        (
            BlindIndex(
                "reference_index",
                PersonalColumn("contract_decision", "reference"),
                lambda body: str(body["application"]["application"]),
            ),
        ),
    ),
    Holding(contract_delivery, Belongs.DECISION, "decision"),
    Holding(contract_rental, Belongs.DECISION, "decision"),
    Holding(
        contract,
        Belongs.CONTRACT,
        "id",
        (BlindIndex("reference_index", REFERENCE_OF_CONTRACT, lambda body: str(body["reference"])),),
    ),
    Holding(contract_event, Belongs.CONTRACT, "contract"),
)
"""All of them. Each is moved, counted, destroyed and erased by the same code."""
