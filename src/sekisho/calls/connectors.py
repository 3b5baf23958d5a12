"""What is known of each connector: the bundle it said it has, and the evidence that came from it.

A connector reports by ``POST /v1/calls/connectors/{name}``, and by its evidence, which names the bundle of each
decision (``sekisho call spool ingest DIR --connector NAME``). One that does neither isn't known here. One that was
taken off the list (:mod:`sekisho.calls.decommissioning`) comes back with its next report or evidence.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, func, insert, select, update

from sekisho.calls.analytics.tables import call_folded
from sekisho.calls.desk import Desk, checked_text
from sekisho.calls.errors import ProposalRefused
from sekisho.calls.listing.signed import NAME
from sekisho.calls.tables import call_connector

COUNTED: Final = timedelta(days=30)
"""Over which calls that weren't judged and records that were lost are counted: enough for a month's look. A house
figure."""
SILENT: Final = timedelta(hours=1)
"""After which a connector without new evidence is told as silent: files end after a minute while there are calls, and
one without calls has none. A house figure."""


def checked_name(name: str) -> str:
    """``name``. Raises ``ProposalRefused`` for one that is none."""
    if not NAME.fullmatch(name) or len(name) > 60:
        raise ProposalRefused(field="connector", problem="words of a-z and 0-9 joined by hyphens")
    return name


def report(desk: Desk, connector: str, *, folder: str | None, problem: str | None) -> None:
    """A connector says which bundle it has loaded, and what was wrong with the last one. Raises ``ProposalRefused``
    for a name that is none."""
    checked_name(connector)
    if folder is not None and not (folder.isascii() and folder.isdigit() and len(folder) == 8):
        raise ProposalRefused(field="bundle", problem="the folder's name: eight digits")
    now, told = desk.now(), checked_text(problem, most=200)

    def write(connection: Connection) -> None:
        desk.alone(connection)
        values = {"folder": folder, "problem": told, "at": now, "removed_at": None}
        changed = update(call_connector).where(call_connector.c.name == connector).values(**values)
        if not connection.execute(changed).rowcount:
            connection.execute(insert(call_connector).values(name=connector, **values))

    desk.workspace.commit(write)


def loaded(desk: Desk, current: str | None) -> list[dict[str, Any]]:
    """Which bundle each said it has, and whether that is ``current``, by name."""
    with desk.workspace.database.read() as connection:
        here = select(call_connector).where(call_connector.c.removed_at.is_(None))
        rows = connection.execute(here.order_by(call_connector.c.name)).all()
    return [
        {
            "name": row.name, "bundle": row.folder, "problem": row.problem, "at": row.at.isoformat(),
            "up_to_date": current is not None and row.folder == current,
        }
        for row in rows
    ]  # fmt: skip


def every(desk: Desk, current: str | None) -> list[dict[str, Any]]:
    """Every connector that is known: its bundle, and its evidence of the last :data:`COUNTED`."""
    said = {one["name"]: one for one in loaded(desk, current)}
    found = {
        name: {"name": name, "bundle": None, "problem": None, "at": None, "up_to_date": False}
        for name in _named(desk)
    } | said  # fmt: skip
    return [{**found[name], "evidence": _evidence(desk, name)} for name in sorted(found)]


def _named(desk: Desk) -> list[str]:
    """Of whom evidence came, and of those taken off the list, since."""
    c = call_folded.c
    query = select(c.connector, func.max(c.at)).where(c.connector.is_not(None)).group_by(c.connector)
    gone = select(call_connector.c.name, call_connector.c.removed_at).where(call_connector.c.removed_at.is_not(None))
    with desk.workspace.database.read() as connection:
        removed = {row[0]: row[1] for row in connection.execute(gone)}
        rows = connection.execute(query).all()
    return [str(name) for name, last in rows if name not in removed or last > removed[name]]


def _evidence(desk: Desk, name: str) -> dict[str, Any]:
    """Of files that came from a connector: when the last did, and what the last days' come to."""
    table, now = call_folded, desk.now()
    mine = table.c.connector == name
    counted = select(
        func.count(), func.sum(table.c.records), func.sum(table.c.missing), func.sum(table.c.failed_open)
    ).where(mine, table.c.at >= now - COUNTED)
    newest = select(table.c.at, table.c.day, table.c.key).where(mine).order_by(table.c.at.desc()).limit(1)
    with desk.workspace.database.read() as connection:
        files, records, lost, failed_open = connection.execute(counted).one()
        last = connection.execute(newest).one_or_none()
    came: datetime | None = None if last is None else last.at
    return {
        "last_at": None if came is None else came.isoformat(),
        "last_day": None if last is None else last.day.isoformat(),
        "key": None if last is None else last.key, "silent": came is None or now - came > SILENT,
        "days": COUNTED.days, "files": int(files), "records": int(records or 0), "lost": int(lost or 0),
        "failed_open": int(failed_open or 0),
    }  # fmt: skip
