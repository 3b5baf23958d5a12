"""Messages that were answered: the same one again is given the same answer, and nothing is done twice.

An id belongs to its sender. The answer is kept under the key of its month (:func:`disclosure_index_key`), and ends
with the requests of that month.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from sekisho.clock import japan_date
from sekisho.disclosure.parties.errors import MessageChanged
from sekisho.disclosure.parties.party import Party
from sekisho.disclosure.parties.tables import disclosure_message
from sekisho.keys.schedule import disclosure_index_key
from sekisho.store.personal import PersonalColumn
from sekisho.workspace import Workspace

ANSWER: Final = PersonalColumn("disclosure_message", "body")


class Messages:
    """The messages of one workspace's parties. Thread-safe."""

    def __init__(self, workspace: Workspace) -> None:
        """Reads and writes nothing until asked to."""
        self._workspace = workspace

    def answered(self, party: Party, message_id: str, body: bytes) -> str | None:
        """The answer that this message was given; None where it wasn't yet. Raises ``MessageChanged`` where the id
        stands for another one."""
        table = disclosure_message
        with self._workspace.database.read() as connection:
            query = select(table).where(table.c.party == party.id, table.c.id == message_id)
            row = connection.execute(query).one_or_none()
        if row is None:
            return None
        ring = self._workspace.keyring
        if ring.blind_index(row.key, body) != row.digest:
            raise MessageChanged(field="id", problem="another message had it")
        found: str = ANSWER.open(ring, row.body, row_id=f"{party.id}/{message_id}", key=row.key)
        return found

    def keep(self, party: Party, message_id: str, body: bytes, answer: str) -> str:
        """Keep an answer; the one that is kept, where the same message was answered at the same moment."""
        workspace, table = self._workspace, disclosure_message
        now = workspace.clock.now()
        key = disclosure_index_key(japan_date(now))
        ring = workspace.keyring
        ring.ensure(key)
        values = {
            "party": party.id,
            "id": message_id,
            "key": key,
            "digest": ring.blind_index(key, body),
            "at": now,
            "body": ANSWER.seal(ring, answer, row_id=f"{party.id}/{message_id}", key=key),
        }
        try:
            workspace.commit(lambda connection: connection.execute(insert(table).values(**values)) and None)
        except IntegrityError:
            kept = self.answered(party, message_id, body)
            return answer if kept is None else kept
        return answer
