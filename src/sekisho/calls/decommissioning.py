"""Taking a connector that is no longer in use off the list, so that nobody waits for its bundle or its evidence.

::

    proxy stopped ──spool taken in──▶ spool empty ──remove──▶ off the list
                 └──────────── what is left is stated as lost, with its count ──┘

What it sent stays: evidence until its period is over, tallies, the bundle it last had.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, func, insert, select, update

from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.calls.analytics.tables import call_folded
from sekisho.calls.connector.spool import SUFFIX
from sekisho.calls.connector.spool_reader import SpoolFile, complete_files, read_spool_file
from sekisho.calls.connectors import checked_name
from sekisho.calls.desk import Desk, checked_text
from sekisho.calls.errors import ConnectorInUse, ConnectorNotEmpty, ProposalRefused, UnknownConnector
from sekisho.calls.evidence_keys import living_keys
from sekisho.calls.tables import call_connector
from sekisho.errors import InputRefused

REMOVED_LEAF: Final = "calls.connector_removed"
MOST_LOST: Final = 1_000_000_000
"""Records stated as lost. More is a slip of the keyboard."""


@dataclass(frozen=True, slots=True)
class Left:
    """What a spool holds that was never taken in: ``files``, of which ``unreadable`` can't be read here, and the
    ``records`` of the others. ``writing``: files that a process of the proxy still has open."""

    files: int
    records: int
    unreadable: int
    writing: int


@dataclass(frozen=True, slots=True)
class Removed:
    """A connector off the list. ``lost``: records stated as lost; ``new`` False: it was off before."""

    name: str
    lost: int
    new: bool

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        return {"connector": self.name, "removed": True, "lost": self.lost, "already": not self.new}


def left_in(desk: Desk, directory: Path) -> Left:
    """Look into a spool; nothing is taken in or changed. Raises ``OSError``."""
    keys, complete = living_keys(desk.workspace), list(complete_files(directory))
    every = [one for one in directory.iterdir() if one.suffix == SUFFIX and one.is_file()]
    read, unreadable = list[SpoolFile](), 0
    for path in complete:
        try:
            read.append(read_spool_file(path, keys))
        except InputRefused:
            unreadable += 1
    with desk.workspace.database.read() as connection:
        held = {
            one.id for one in read
            if connection.execute(select(call_folded.c.file).where(call_folded.c.file == one.id)).first() is not None
        }  # fmt: skip
    left = [one for one in read if one.id not in held]
    records = sum(len(one.records) + one.missing for one in left)
    return Left(len(left) + unreadable, records, unreadable, len(every) - len(complete))


def remove(desk: Desk, name: str, reason: str, *, left: Left | None, lost: int | None, by: Principal) -> Removed:
    """Take a connector off the list. ``left`` is what its spool holds, where it can be seen from here; ``lost`` states
    how many records are lost. One of them is needed; with both they must agree. Removed again it is as it was.

    Raises ``ProposalRefused`` (name, reason, count), ``UnknownConnector``, ``ConnectorInUse`` while the proxy writes,
    ``ConnectorNotEmpty`` while the spool has what isn't stated as lost, ``ScopeMissing``.
    """
    by.require(Scope.REQUEST)
    checked_name(name)
    why = checked_text(reason, most=1000)
    if why is None:
        raise ProposalRefused(field="reason", problem="1 to 1000 characters: why it is removed")
    if (lost is None and left is None) or (lost is not None and not 0 <= lost <= MOST_LOST):
        raise ProposalRefused(field="lost", problem="how many records are lost; 0 where the spool is empty")
    now, table = desk.now(), call_connector
    with desk.workspace.database.read() as connection:
        if _state(connection, name) == "removed":
            return Removed(name, 0, new=False)
    if left is not None and left.writing:
        raise ConnectorInUse(connector=name, files=left.writing)
    if left is not None and left.files and lost != left.records:
        raise ConnectorNotEmpty(
            connector=name, files=left.files, records=left.records, unreadable=left.unreadable
        )
    gone = lost or 0

    def write(connection: Connection) -> bool:
        desk.alone(connection)
        state = _state(connection, name)
        if state == "removed":
            return False
        if state is None:
            raise UnknownConnector(connector=name)
        changed = update(table).where(table.c.name == name).values(removed_at=now)
        if not connection.execute(changed).rowcount:
            connection.execute(insert(table).values(name=name, folder=None, problem=None, at=now, removed_at=now))
        return True

    said = {
        "connector": name, "lost": gone, "unreadable": 0 if left is None else left.unreadable,
        "looked": left is not None, "reason": why,
    }  # fmt: skip
    done = desk.workspace.commit(write, lambda new: [desk.leaf(REMOVED_LEAF, said, by, now)] if new else [])
    return Removed(name, gone if done.value else 0, new=done.value)


def _state(connection: Connection, name: str) -> str | None:
    """``here``, ``removed``, or None where nothing is known of it."""
    row = connection.execute(select(call_connector).where(call_connector.c.name == name)).one_or_none()
    last = connection.execute(
        select(func.max(call_folded.c.at)).where(call_folded.c.connector == name)
    ).scalar_one()
    if row is not None and row.removed_at is not None and (last is None or last <= row.removed_at):
        return "removed"
    return None if row is None and last is None else "here"
