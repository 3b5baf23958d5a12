"""Losses a listener knows of, entered as gaps of its source: nobody is answered "none" for a time that wasn't heard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from sqlalchemy import Connection, insert

from sekisho.logs.health import Gap
from sekisho.logs.listeners.counts import LOST
from sekisho.logs.tables import log_gap
from sekisho.workspace import Workspace


class Losses:
    """Turns growing counts into gaps."""

    def __init__(self, now: int) -> None:
        """Nothing was lost before ``now`` (UTC microseconds)."""
        self._since = now
        self._before: dict[str, int] = {}

    def look(self, dropped: Mapping[str, int], now: int) -> list[Gap]:
        """The gaps since the last look, which lasted until ``now``."""
        found = []
        for reason in LOST:
            count = dropped.get(reason, 0)
            more = count - self._before.get(reason, 0)
            if more > 0:
                found.append(Gap(self._since, max(now, self._since + 1), f"listener_{reason}", more))
                self._before[reason] = count
        self._since = now
        return found


def enter(workspace: Workspace, source: int, gaps: Sequence[Gap]) -> None:
    """Write gaps down. Raises what a commit raises."""
    if gaps:
        workspace.commit(partial(_enter, source=source, gaps=gaps))


def _enter(connection: Connection, *, source: int, gaps: Sequence[Gap]) -> None:
    rows = [
        {"source": source, "begin": gap.begin, "end": gap.end, "reason": gap.reason, "missing": gap.missing}
        for gap in gaps
    ]
    connection.execute(insert(log_gap), rows)
