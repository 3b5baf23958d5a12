"""Keys destroyed on record: a leaf first, then the destruction, and both again wherever one of them is missing.

The leaf (kind :data:`DESTROYED`) is what counts: once it is durable the key is to be destroyed, whatever happens. So a
crash between the two, and a keyring restored from a backup older than the leaf, end the same way: the next opening of
the workspace destroys the key (:func:`apply_recorded`) before anything is answered.

What this does not do: it can't read the leaves whose rows were lost with a database
(:meth:`sekisho.workspace.Workspace.accept_restored_database` says how many of those were destructions).
"""

from __future__ import annotations

from datetime import datetime

import orjson
from sqlalchemy import Connection, select

from sekisho.keys import Destruction, Keyring
from sekisho.keys.mortal import MortalRing
from sekisho.store import outbox
from sekisho.store.database import Database
from sekisho.workspace import parts
from sekisho.workspace.errors import KeyOfWorkspace

DESTROYED = outbox.DESTRUCTION_KIND
"""Kind of the leaf. Its body: ``name``, ``reason``, ``by`` (a staff id), ``at``."""

OWN_KEYS = "workspace/"
"""Keys of the workspace itself: they hold it together, so they end only with it."""


def refuse_own_key(name: str) -> None:
    """``KeyOfWorkspace`` for a key that holds the workspace together."""
    if name.startswith(OWN_KEYS):
        raise KeyOfWorkspace(name=name[:200])


def body_of(name: str, *, at: datetime, reason: str, by: str) -> bytes:
    """What the leaf says."""
    said = {"name": name, "reason": reason, "by": by, "at": at.isoformat()}
    return orjson.dumps(said, option=orjson.OPT_SORT_KEYS)


def recorded(connection: Connection, ring: Keyring) -> list[Destruction]:
    """Every destruction that rows tell of, oldest first. Counted here, not in the keyring's epochs."""
    table = outbox.outbox
    query = select(table.c.id, table.c.owner, table.c.body).where(outbox.of_destruction).order_by(table.c.position)
    found = []
    for epoch, row in enumerate(connection.execute(query), start=1):
        said = orjson.loads(ring.decrypt(row.owner, row.body, aad=parts.body_place(row.id)))
        found.append(Destruction(said["name"], epoch, datetime.fromisoformat(said["at"]), said["reason"]))
    return found


def leaf_of(connection: Connection, ring: Keyring, name: str) -> str | None:
    """The id of the last leaf that records the destruction of ``name``; None where no row tells of it.

    From behind, because what is asked for was mostly destroyed a moment ago.
    """
    table = outbox.outbox
    newest_first = table.c.position.desc()
    query = select(table.c.id, table.c.owner, table.c.body).where(outbox.of_destruction).order_by(newest_first)
    for row in connection.execute(query):
        if orjson.loads(ring.decrypt(row.owner, row.body, aad=parts.body_place(row.id)))["name"] == name:
            return str(row.id)
    return None


def apply_recorded(database: Database, ring: Keyring) -> list[Destruction]:
    """Destroy every key that should be gone by the record and isn't; which those were."""
    with database.read() as connection:
        ends = recorded(connection, ring)
    if not isinstance(ring, MortalRing):
        # A keyring of another making: one by one, and a key that isn't there needs no end.
        return [ring.destroy(end.name, at=end.at, reason=end.reason) for end in ends if ring.exists(end.name)]
    return ring.apply_destructions(ends)
