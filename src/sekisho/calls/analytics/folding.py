"""Files of evidence into tallies: each file once, whole or not at all, whoever is killed in between."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import orjson
from sqlalchemy import Connection, insert, select, update

from sekisho.calls.analytics.alarms import ALARM_LEAF, Alarms
from sekisho.calls.analytics.counting import Tally, count
from sekisho.calls.analytics.tables import call_folded, call_tally
from sekisho.calls.connector.spool_reader import SpoolFile, SpoolKey, SpoolKeys, complete_files, read_spool_file
from sekisho.calls.desk import Desk
from sekisho.store.outbox import SealedLeaf
from sekisho.workspace.parts import HOUSE_KEY

TALLIED_LEAF: Final = "calls.evidence_tallied"
GROUND: Final = "telecom-business-act.4-1: aggregated statistics for stopping forged numbers; no number kept"
"""Why calls may be counted so; it stands in every leaf. The argument, and its bounds, are in docs/calls.md."""


@dataclass(frozen=True, slots=True)
class Folded:
    """What became of one file. ``new`` False: it was in the tallies already."""

    file: str
    new: bool
    records: int
    missing: int
    alarms: int


class Folding:
    """Tallies of one workspace. Thread-safe."""

    def __init__(self, desk: Desk) -> None:
        """Reads and writes nothing until asked to."""
        self._desk, self._alarms = desk, Alarms(desk)

    def fold(self, file: SpoolFile, *, connector: str | None = None) -> Folded:
        """Count a file's calls, unless they are counted already, and note from which connector it came. Like taking
        logs in, it is nobody's act."""
        desk, now = self._desk, self._desk.now()
        found = count(file.records, day=file.day)
        if file.missing:
            found.counts[file.day, Tally.MISSING, ""] += file.missing

        failed_open = sum(calls for (_, kind, _), calls in found.counts.items() if kind is Tally.FAILED_OPEN)

        def write(connection: Connection) -> list[str] | None:
            if connection.execute(select(call_folded.c.file).where(call_folded.c.file == file.id)).first() is not None:
                return None
            # First, so that of two at once the second stops here.
            connection.execute(
                insert(call_folded).values(
                    file=file.id, day=file.day, records=len(file.records), missing=file.missing, at=now,
                    key=file.key or None, connector=connector, failed_open=failed_open,
                )
            )  # fmt: skip
            for (day, tally, subject), number in sorted(found.counts.items()):
                _add(connection, {"day": day, "kind": tally.value, "subject": subject}, number)
            named = {f"{file.id}.{place}": alarm for place, alarm in found.alarms.items()}
            return [one for one, alarm in named.items() if self._alarms.enter(connection, one, "watch", alarm)]

        def leaves(entered: list[str] | None) -> list[SealedLeaf]:
            if entered is None:
                return []
            said = {
                "file": file.id, "day": file.day.isoformat(), "records": len(file.records), "missing": file.missing,
                "ground": GROUND,
            }  # fmt: skip
            raised = [self._leaf(ALARM_LEAF, {"alarm": one, "state": "open"}, now) for one in entered]
            return [self._leaf(TALLIED_LEAF, said, now), *raised]

        entered = desk.workspace.commit(write, leaves).value
        return Folded(file.id, entered is not None, len(file.records), file.missing, len(entered or ()))

    def fold_all(self, directory: Path, key: SpoolKey | SpoolKeys) -> Iterator[Folded]:
        """Count every complete file of a spool; none is changed or removed. Raises ``SpoolFileRefused``,
        ``SpoolKeyUnknown``."""
        for path in complete_files(directory):
            yield self.fold(read_spool_file(path, key))

    def _leaf(self, kind: str, said: Mapping[str, Any], now: datetime) -> SealedLeaf:
        body = orjson.dumps(said, option=orjson.OPT_SORT_KEYS)
        return self._desk.workspace.seal(kind=kind, owner=HOUSE_KEY, body=body, at=now)


def _add(connection: Connection, row: dict[str, Any], number: int) -> None:
    at = [call_tally.c[name] == value for name, value in row.items()]
    changed = update(call_tally).where(*at).values(calls=call_tally.c.calls + number)
    if not connection.execute(changed).rowcount:
        connection.execute(insert(call_tally).values(**row, calls=number))
