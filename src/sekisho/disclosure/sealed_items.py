"""The items of a case as they were read with it: sealed until a step needs one.

The rows are those of the moment at which the case was read, so that its header and its items are of one moment however
much later they are opened. Opening checks what it always checked: the key, the place each row was sealed for, and every
field. A step that needs no item opens none; the count is known without.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, overload

from sqlalchemy import Connection, select

from sekisho.disclosure.errors import CaseDestroyed
from sekisho.disclosure.reading import read_item
from sekisho.disclosure.record import Item
from sekisho.disclosure.tables import disclosure_item
from sekisho.keys import Keyring
from sekisho.keys.errors import KeyDestroyed
from sekisho.keys.schedule import disclosure_key
from sekisho.store.personal import PersonalColumn

ITEM: Final = PersonalColumn("disclosure_item", "body")


class SealedItems(Sequence[Item]):
    """Items in order, opened all at once on first use; equal to any sequence of the same items. Thread-safe.

    Reading one raises ``CaseDestroyed`` where the key went in between, and what the store raises for a row that isn't
    what was sealed.
    """

    __slots__ = ("_case_id", "_opened", "_ring", "_rows")

    def __init__(self, ring: Keyring, case_id: str, rows: Sequence[tuple[int, bytes]]) -> None:
        """``rows`` are numbers with what is sealed under the case's key, in order."""
        self._ring, self._case_id, self._rows = ring, case_id, tuple(rows)
        self._opened: tuple[Item, ...] | None = None

    def _items(self) -> tuple[Item, ...]:
        found = self._opened
        if found is None:
            key, case_id = disclosure_key(self._case_id), self._case_id
            try:
                found = tuple(
                    read_item(ITEM.open(self._ring, body, row_id=f"{case_id}/{number}", key=key), "item")
                    for number, body in self._rows
                )
            except KeyDestroyed:
                raise CaseDestroyed(case=case_id) from None
            self._opened = found
        return found

    def __len__(self) -> int:
        """How many there are; opens none."""
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> Item: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Item, ...]: ...
    def __getitem__(self, index: int | slice) -> Item | tuple[Item, ...]:
        """One, or some of them."""
        return self._items()[index]

    def __iter__(self) -> Iterator[Item]:
        """Each, in order."""
        return iter(self._items())

    def __eq__(self, other: object) -> bool:
        """Whether another sequence has the same items."""
        if not isinstance(other, SealedItems | tuple | list):
            return NotImplemented
        return self is other or (len(self) == len(other) and self._items() == tuple(other))

    __hash__ = None  # type: ignore[assignment]  # like every sequence that isn't a value itself

    def __repr__(self) -> str:
        """How many; whom they are about stays sealed."""
        return f"<{len(self)} items of {self._case_id}>"


def read(connection: Connection, ring: Keyring, case_id: str) -> SealedItems:
    """The items of a case, sealed."""
    table = disclosure_item
    query = select(table.c.number, table.c.body).where(table.c.case_id == case_id).order_by(table.c.number)
    return SealedItems(ring, case_id, [(row.number, row.body) for row in connection.execute(query)])
