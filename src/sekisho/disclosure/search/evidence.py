"""What the logs could say at the moment of a search, kept with its answers.

An answer "no such record" that later turns out wrong can then be explained: which sources there were, up to when each
had been heard, which days were there, and the ledger's signed state that pins all of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from sekisho.logs import health_rows, manifest, source_rows
from sekisho.logs.kinds import LogKind
from sekisho.logs.lookup.asked import japan_text
from sekisho.logs.sources import Source
from sekisho.workspace import Workspace


def state_of_logs(
    workspace: Workspace, kinds: Iterable[LogKind], days: Iterable[date], *, at: datetime
) -> dict[str, Any]:
    """The sources and days of ``kinds`` as they are now, and the ledger's checkpoint."""
    wanted, asked = frozenset(kinds), sorted(set(days))
    with workspace.database.read() as connection:
        sources = [_source(connection, one) for one in source_rows.every(connection) if one.kinds & wanted]
        states = manifest.days_of(connection)
    return {
        "at": at.isoformat(),
        "kinds": sorted(kind.value for kind in wanted),
        "sources": sources,
        "days": [
            {
                "kind": kind.value,
                "day": day.isoformat(),
                "state": states[kind, day].value if (kind, day) in states else None,
            }
            for kind in sorted(wanted)
            for day in asked
        ],
        "checkpoint": workspace.checkpoint().decode(),
    }


def _source(connection: Connection, one: Source) -> dict[str, Any]:
    last = health_rows.last_of(connection, one.number)
    heard = health_rows.heard_of(connection, one.number)
    return {
        "name": one.spec.name,
        "kind": one.spec.kind.value,
        "covers": [str(network) for network in one.spec.covers],
        "last_record": None if last is None else japan_text(last),
        "heard_until": japan_text(heard[-1][1]) if heard else None,
    }
