"""Every table that keeps something under a contract's key. One that isn't declared here would die with its month.

A row belongs to a decision, a contract, an application or an account; it is kept as long as that is. By convention a
row has the columns ``id`` (also that of its ledger leaf, where it has one), ``key`` and ``body``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, and_, func, select, update

from sekisho.contracts.challenge_tables import contract_challenge
from sekisho.contracts.lifecycle.tables import contract, contract_event, contract_rental
from sekisho.contracts.postal.tables import contract_completion, contract_delivery
from sekisho.contracts.reauthentication.tables import (
    contract_account,
    contract_authentication,
    contract_authenticator,
    contract_step_up,
)
from sekisho.contracts.tables import contract_decision, contract_evidence
from sekisho.keys import Keyring
from sekisho.store.personal import PersonalColumn

ERASED = b""
"""What stands in an encrypted column after its key was destroyed."""

NO_INDEX = bytes(32)
"""What stands in an index after its key was destroyed: equal for all, so that it tells nothing."""


class Belongs(StrEnum):
    """To what a row belongs, and so how long it is kept."""

    DECISION = "decision"
    CONTRACT = "contract"
    APPLICATION = "application"
    """To the decisions about one application reference: as long as the one that is kept longest."""
    ACCOUNT = "account"
    """To an account: as long as the decisions by which its holder was proofed."""
    PASSING = "passing"
    """To a moment: of no use after a day or two, it is never moved and goes with its month."""


@dataclass(frozen=True, slots=True)
class BlindIndex:
    """An exact-match index that must be made anew under another key: its column, and the text in the opened body
    (None: this row has none)."""

    column: str
    personal: PersonalColumn
    text: Callable[[Any], str | None]


@dataclass(frozen=True, slots=True)
class Holding:
    """One table. ``owner`` is the column that says what a row belongs to; of an application, when it was made, and
    ``reference`` gets the application's reference from the opened body."""

    table: Table
    belongs: Belongs
    owner: str
    indexes: tuple[BlindIndex, ...] = ()
    reference: Callable[[Any], str] | None = None
    rows_per_batch: int = 100

    @property
    def name(self) -> str:
        """The table's name."""
        return str(self.table.name)  # SQLAlchemy names are a str of its own, which JSON writers refuse

    @property
    def body(self) -> PersonalColumn:
        """Its encrypted column."""
        return PersonalColumn(self.table.name, "body")

    def under(self, connection: Connection, key: str, *, after: str, limit: int) -> Sequence[Any]:
        """Rows under ``key`` with ids above ``after``, ascending: ``id``, ``key``, ``body``, ``owner``."""
        columns = self.table.c
        query = (
            select(columns.id, columns.key, columns.body, columns[self.owner].label("owner"))
            .where(columns.key == key, columns.id > after, columns.body != ERASED)
            .order_by(columns.id)
            .limit(limit)
        )
        return connection.execute(query).all()

    def having(
        self, connection: Connection, condition: ColumnElement[bool], *, after: str, limit: int
    ) -> Sequence[Any]:
        """The same of rows for which ``condition`` holds, whatever their key."""
        columns = self.table.c
        query = (
            select(columns.id, columns.key, columns.body, columns[self.owner].label("owner"))
            .where(condition, columns.id > after, columns.body != ERASED)
            .order_by(columns.id)
            .limit(limit)
        )
        return connection.execute(query).all()

    def keys(self, connection: Connection) -> list[str]:
        """The keys its rows name."""
        columns = self.table.c
        query = select(columns.key).where(columns.body != ERASED).distinct()
        return list(connection.execute(query).scalars())

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
            text = index.text(value)
            made[index.column] = None if text is None else index.personal.index(ring, text, key=to_key)
        return made

    def write(self, connection: Connection, row: Row[Any], made: dict[str, Any]) -> bool:
        """Store what :meth:`under_another_key` made; False where the row isn't under its old key any more."""
        columns = self.table.c
        where = and_(columns.id == row.id, columns.key == row.key, columns.body != ERASED)
        done = connection.execute(update(self.table).where(where).values(**made))
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
REFERENCE_OF_DECISION = PersonalColumn("contract_decision", "reference")

HOLDINGS: tuple[Holding, ...] = (
    Holding(
        contract_decision,
        Belongs.DECISION,
        "id",
        (
            BlindIndex(
                "reference_index",
                REFERENCE_OF_DECISION,
                lambda body: str(body["application"]["application"]),
            ),
        ),
    ),
    Holding(
        contract_evidence,
        Belongs.APPLICATION,
        "made_at",
        (
            BlindIndex(
                "application_index",
                PersonalColumn("contract_evidence", "application"),
                lambda body: str(body["application"]),
            ),
        ),
        reference=lambda body: str(body["application"]),
        # A chip's files are megabytes.
        rows_per_batch=8,
    ),
    Holding(contract_delivery, Belongs.DECISION, "decision"),
    Holding(contract_completion, Belongs.DECISION, "first"),
    Holding(contract_rental, Belongs.DECISION, "decision"),
    Holding(
        contract,
        Belongs.CONTRACT,
        "id",
        (BlindIndex("reference_index", REFERENCE_OF_CONTRACT, lambda body: str(body["reference"])),),
    ),
    Holding(contract_event, Belongs.CONTRACT, "contract"),
    Holding(
        contract_account,
        Belongs.ACCOUNT,
        "id",
        (
            BlindIndex(
                "account_index", PersonalColumn("contract_account", "account"), lambda body: str(body["account"])
            ),
        ),
    ),
    Holding(
        contract_authenticator,
        Belongs.ACCOUNT,
        "account",
        (
            BlindIndex(
                "handle_index", PersonalColumn("contract_authenticator", "handle"), lambda body: body.get("handle")
            ),
        ),
    ),
    Holding(contract_challenge, Belongs.PASSING, "expires_at"),
    Holding(contract_step_up, Belongs.PASSING, "began_at"),
    Holding(contract_authentication, Belongs.PASSING, "at"),
)
"""All of them. Each is moved, counted, destroyed and erased by the same code."""
