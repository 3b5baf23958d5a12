"""The objects that agencies sent, as they sent them. Each belongs to its sender: nobody else's is ever found.

An object's bytes are under the key of its month (:func:`disclosure_index_key`), which ends with the last request that
was received in it; what belongs to a request is among the request's own papers besides.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Row, insert, select, update

from sekisho.clock import japan_date
from sekisho.disclosure.agency.errors import ObjectTaken, UnknownObject
from sekisho.disclosure.agency.profile import type_of
from sekisho.disclosure.parties.party import Party
from sekisho.disclosure.parties.tables import disclosure_object
from sekisho.keys.schedule import disclosure_index_key
from sekisho.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Stored:
    """An object as it was sent. ``received_at`` is when its present form came; ``case_id`` what a task became."""

    id: str
    type: str
    generation: int
    case_id: str | None
    received_at: datetime
    content: dict[str, Any]


class Objects:
    """The objects of one workspace's agencies. Thread-safe."""

    def __init__(self, workspace: Workspace) -> None:
        """Reads and writes nothing until asked to."""
        self._workspace = workspace

    def enter(self, party: Party, content: dict[str, Any]) -> Stored:
        """Enter an object; the same again is the one entered before, with the time at which it first came. Raises
        ``ObjectTaken``."""
        now, ring = self._workspace.clock.now(), self._workspace.keyring
        key, text = disclosure_index_key(japan_date(now)), _canonical(content)
        ring.ensure(key)
        object_id, table = content["ObjectIdentifier"], disclosure_object
        values = {
            "party": party.id,
            "id": object_id,
            "type": type_of(content),
            "generation": 1,
            "key": key,
            "digest": ring.blind_index(key, text),
            "changed_at": now,
            "body": ring.encrypt(key, text, aad=_place(party.id, object_id)),
        }

        def write(connection: Connection) -> None:
            row = _row(connection, party.id, object_id)
            if row is None:
                connection.execute(insert(table).values(**values))
            elif ring.blind_index(row.key, text) != row.digest:
                raise ObjectTaken(object=object_id)

        self._workspace.commit(write)
        return self.find(party, object_id)

    def replace(self, party: Party, content: dict[str, Any], *, before: Stored) -> Stored:
        """Put another content in an object's place. Raises ``ObjectTaken`` where it was changed meanwhile."""
        now, ring = self._workspace.clock.now(), self._workspace.keyring
        key, text = disclosure_index_key(japan_date(now)), _canonical(content)
        ring.ensure(key)
        table = disclosure_object
        query = (
            update(table)
            .where(
                table.c.party == party.id, table.c.id == before.id, table.c.generation == before.generation
            )
            .values(
                generation=before.generation + 1,
                key=key,
                digest=ring.blind_index(key, text),
                changed_at=now,
                body=ring.encrypt(key, text, aad=_place(party.id, before.id)),
            )
        )

        def write(connection: Connection) -> None:
            if connection.execute(query).rowcount != 1:
                raise ObjectTaken(object=before.id)

        self._workspace.commit(write)
        return self.find(party, before.id)

    def became(self, party: Party, object_id: str, case_id: str) -> Stored:
        """Record the case that a task became."""
        table = disclosure_object
        query = update(table).where(table.c.party == party.id, table.c.id == object_id).values(case_id=case_id)
        self._workspace.commit(lambda connection: connection.execute(query).rowcount)
        return self.find(party, object_id)

    def find(self, party: Party, object_id: str) -> Stored:
        """An object of this agency. Raises ``UnknownObject``, ``KeyDestroyed`` after the end of its month's key."""
        with self._workspace.database.read() as connection:
            row = _row(connection, party.id, object_id)
        if row is None:
            raise UnknownObject(object=object_id[:64])
        return self._stored(row)

    def every(self, party: Party, *, since: datetime | None, most: int) -> list[Stored]:
        """The agency's objects, those that changed last first."""
        table = disclosure_object
        query = select(table).where(table.c.party == party.id)
        if since is not None:
            query = query.where(table.c.changed_at >= since)
        with self._workspace.database.read() as connection:
            found = connection.execute(query.order_by(table.c.changed_at.desc(), table.c.id).limit(most)).all()
        return [self._stored(row) for row in found]

    def tasks(self, party: Party, *, most: int) -> list[tuple[str, str, str]]:
        """Id, type and case of the agency's tasks that became one, the last first. Reads no content."""
        table = disclosure_object
        query = (
            select(table.c.id, table.c.type, table.c.case_id)
            .where(table.c.party == party.id, table.c.case_id.is_not(None))
            .order_by(table.c.changed_at.desc(), table.c.id)
            .limit(most)
        )
        with self._workspace.database.read() as connection:
            return [(row.id, row.type, row.case_id) for row in connection.execute(query)]

    def _stored(self, row: Row[Any]) -> Stored:
        text = self._workspace.keyring.decrypt(row.key, row.body, aad=_place(row.party, row.id))
        return Stored(row.id, row.type, row.generation, row.case_id, row.changed_at, orjson.loads(text))


def _row(connection: Connection, party: str, object_id: str) -> Row[Any] | None:
    table = disclosure_object
    return connection.execute(select(table).where(table.c.party == party, table.c.id == object_id)).one_or_none()


def _canonical(content: dict[str, Any]) -> bytes:
    return orjson.dumps(content, option=orjson.OPT_SORT_KEYS)


def _place(party: str, object_id: str) -> bytes:
    return orjson.dumps(["sekisho/agency-object/1", party, object_id])
