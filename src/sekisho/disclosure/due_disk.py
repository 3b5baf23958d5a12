"""The last task of the disclosure desk: what others emptied is emptied in the database's files too.

Where a key ended, the ciphertext in its rows was replaced by nothing; a key backup could still open a copy of it that a
file kept. On PostgreSQL such copies end with the server's own vacuuming and backups: the operator's to set.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sekisho.due import Entry, State
from sekisho.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Disk:
    """Former contents in the database's files."""

    workspace: Workspace
    name: str = "disclosure-disk"

    def plan(self) -> Iterator[Entry]:
        """Nothing that has to be told before."""
        return iter(())

    def run(self) -> Iterator[Entry]:
        """Cut them; where a reader is in the way say that the next run will."""
        if not self.workspace.database.scrub():
            yield Entry(
                self.name,
                "still_read",
                State.WAITING,
                "読み取り中の処理があり、データベースの古い内容をまだ消せません。次の `sekisho due` で消します。",
                "A reader keeps the database's former contents from being cut; the next `sekisho due` will.",
            )
