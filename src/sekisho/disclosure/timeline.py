"""Everything that happened in a case, as its ledger leaves tell it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from sekisho.disclosure import rows
from sekisho.disclosure.progress import State
from sekisho.keys.errors import KeyDestroyed
from sekisho.workspace import Workspace


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One step as the ledger has it. ``said`` None: the case's key is gone, and nobody can read it any more."""

    leaf: str
    ledger_index: int | None
    event: str
    state: State
    at: datetime
    by: str
    said: Mapping[str, Any] | None

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "leaf": self.leaf,
            "ledger_index": self.ledger_index,
            "event": self.event,
            "state": self.state.value,
            "at": self.at.isoformat(),
            "by": self.by,
            "said": None if self.said is None else dict(self.said),
        }


def of_case(workspace: Workspace, case_id: str) -> list[TimelineEntry]:
    """Every step of a case, in order. Whether somebody may see it was asked before."""
    with workspace.database.read() as connection:
        events = rows.events_of(connection, case_id)
    if events and workspace.index_of(events[-1].id) is None:
        workspace.settle()
    return [_told(workspace, one) for one in events]


def _told(workspace: Workspace, one: rows.EventRow) -> TimelineEntry:
    said = None
    with suppress(KeyDestroyed):
        opened = workspace.open_leaf(one.id)
        said = None if opened is None else orjson.loads(opened.body)
    return TimelineEntry(one.id, workspace.index_of(one.id), one.event, one.state, one.at, one.by, said)
