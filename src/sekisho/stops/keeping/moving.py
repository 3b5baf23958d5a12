"""What outlives its month is put under the key of the present one, in pieces, each with a leaf that counts it. Blind
indexes are made anew: a number is found under its new key as before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import Connection, Table, select, update

from sekisho.access.principal import Principal
from sekisho.stops import tables as t
from sekisho.stops.denials import denial_paper
from sekisho.stops.desk import DOCUMENT, KEYED, NUMBER
from sekisho.stops.keeping.ending import month_keys
from sekisho.stops.keeping.ports import RowsElsewhere
from sekisho.stops.requests import request_paper
from sekisho.stops.service import StopService
from sekisho.store.personal import PersonalColumn

MOVED_LEAF: Final = "stops.rows_moved"
AT_ONCE: Final = 1_000
"""Rows of one transaction."""


def _number(body: Any) -> str:
    return str(body["number"])


_INDEXES: Final[dict[str, tuple[str, PersonalColumn, Callable[[Any], str]]]] = {
    t.stop_assignment.name: ("number_index", NUMBER, _number),
    t.stop_number.name: ("number_index", NUMBER, _number),
    t.stop_request.name: ("document_index", DOCUMENT, lambda body: request_paper(body["request"])),
    t.stop_denial.name: ("document_index", DOCUMENT, lambda body: denial_paper(body["notice"])),
}
"""Which column finds a row, by what index, and the text it is made of."""


class Moving:
    """The rows of one workspace that outlive their month."""

    def __init__(self, service: StopService, elsewhere: RowsElsewhere) -> None:
        """Reads and writes nothing until asked to."""
        self._desk, self._elsewhere = service.desk, elsewhere
        self._keys = month_keys(service.desk.workspace, elsewhere)

    def due(self) -> dict[str, int]:
        """How many rows would be moved, by key."""
        today, ring = self._desk.today(), self._desk.workspace.keyring
        over = [key for key in sorted(ring.names()) if self._keys.over(key, today) and ring.exists(key)]
        counted = {key: self._keys.rows(key) for key in over}
        return {key: rows for key, rows in counted.items() if rows}

    def run(self, *, by: Principal) -> int:
        """Move them; how many. Killed in between, the next run goes on."""
        moved, desk = 0, self._desk
        for before in self.due():
            after = desk.key()
            while self._keys.rows(before):
                made = desk.commit(
                    lambda connection, before=before, after=after: self._piece(connection, before, after),  # type: ignore[misc]  # mypy doesn't infer a lambda with defaults
                    lambda rows, before=before, after=after: [  # type: ignore[misc]  # as above
                        desk.leaf(
                            MOVED_LEAF, {"from": before, "to": after, "rows": dict(sorted(rows.items()))}, by,
                            desk.now(),
                        )
                    ],
                )  # fmt: skip
                moved += made.value.total()
        return moved

    def _piece(self, connection: Connection, before: str, after: str) -> Counter[str]:
        moved: Counter[str] = Counter()
        for table in KEYED:
            left = AT_ONCE - moved.total()
            rows = connection.execute(select(table).where(table.c.key == before).order_by(table.c.id).limit(left)).all()
            for row in rows:
                self._move(connection, table, row, after)
            moved[str(table.name)] += len(rows)
        moved["elsewhere"] += self._elsewhere.move(connection, before, after, most=AT_ONCE - moved.total())
        return +moved

    def _move(self, connection: Connection, table: Table, row: Any, after: str) -> None:
        desk, body = self._desk, self._desk.open(table, row)
        values: dict[str, Any] = {"key": after, "body": desk.seal(table, body, row_id=row.id, key=after)}
        if table.name in _INDEXES:
            column, index, text = _INDEXES[table.name]
            values[column] = index.index(desk.workspace.keyring, text(body), key=after)
        connection.execute(update(table).where(table.c.id == row.id).values(values))
