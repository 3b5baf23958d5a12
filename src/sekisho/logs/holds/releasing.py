"""The end of a released hold: its vault's key is destroyed, with a certificate.

First every other live hold is counted anew: what one of them may claim of this vault and doesn't have yet (its day is
gone, and nothing else is left of it) is copied to it, proofs and all.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import Connection

from sekisho.clock import japan_date
from sekisho.destruction.probing import FileSample, Prober, Sample
from sekisho.logs.holds import rows as hold_rows
from sekisho.logs.holds.carving import Carver
from sekisho.logs.holds.rows import HoldEntry, HoldState
from sekisho.logs.holds.tables import log_hold_part, log_hold_release, log_hold_segment
from sekisho.logs.holds.vault import hold_key
from sekisho.logs.purge.ending import Again, Ending, Kinds, Plan, Served
from sekisho.store.files import FileLayer, RealFiles
from sekisho.workspace import Workspace

KINDS: Final = Kinds(
    "log.hold_release_planned",
    "log.hold_release_counted",
    "log.hold_release_probed",
    "log.hold_release_unlinked",
    "log.hold_release_certified",
    "log.hold_release_final",
)
REASON: Final = "the hold was released"


class HoldRelease(Ending):
    """Ends the vaults of released holds, for one run."""

    kinds = KINDS
    reason = REASON

    def __init__(self, workspace: Workspace, prober: Prober | None, *, by: str, files: FileLayer | None = None) -> None:
        """``by`` is the staff id on record."""
        super().__init__(workspace, log_hold_release, prober, by=by)
        self._carver = Carver(workspace, files or RealFiles())

    def _plan(self, key: str) -> Plan:
        hold = _hold(key)
        with self._workspace.database.read() as connection:
            entry = hold_rows.find(connection, self._workspace.keyring, hold)
            segments = hold_rows.segments_of(connection, hold=hold)
            others = sorted(hold_rows.shown_in(self._workspace.keyring, one, key)
                            for one in self._others(connection, entry))
        if entry.state is not HoldState.RELEASING:
            raise ValueError("a hold is released before its vault ends")
        said: dict[str, Any] = {
            "hold": hold,
            "type": entry.type.value,
            "reason": entry.release_reason,
            "due": japan_date(self._workspace.clock.now()).isoformat(),
            "segments": [
                {"id": one.segment.id, "rows": one.rows, "root": one.source_root.hex(), "of": one.source_segment}
                for one in segments
            ],
            "holds": others,
        }
        return Plan(said, {"hold": hold}, _nothing)

    def _others(self, connection: Connection, entry: HoldEntry) -> list[HoldEntry]:
        """The other live holds that may claim something of this one's."""
        found = hold_rows.every(connection, self._workspace.keyring, hold_rows.LIVE)
        return [
            one
            for one in found
            if one.id != entry.id
            and one.kinds & entry.kinds
            and one.first_day <= entry.last_day
            and entry.first_day <= one.last_day
        ]

    def _samples(self, key: str) -> list[Sample | FileSample]:
        with self._workspace.database.read() as connection:
            segments = hold_rows.segments_of(connection, hold=_hold(key))
        return [self._carver.vault.sample(one.segment) for one in segments]

    def _serve(self, key: str) -> list[Served]:
        hold = _hold(key)
        with self._workspace.database.read() as connection:
            entry = hold_rows.find(connection, self._workspace.keyring, hold)
            others = self._others(connection, entry)
            mine = {(one.segment.kind, one.segment.day) for one in hold_rows.segments_of(connection, hold=hold)}
        served = []
        for other in others:
            rows = segments = 0
            proofs: list[bytes] = []
            with self._carver.alone():
                for day in _days(entry, other):
                    for one in self._carver.carve_day(other, day):
                        if (one.part.kind, one.part.day) in mine:
                            rows, segments = rows + one.part.rows, segments + one.segments
                            proofs += one.proofs
            served.append(Served(other.id, hold_rows.shown_in(self._workspace.keyring, other, key), rows, segments,
                                 tuple(proofs)))
        return served

    def _require_served(self, connection: Connection, key: str, served: Sequence[Served]) -> None:
        hold_rows.raise_guard(connection)
        entry = hold_rows.find(connection, self._workspace.keyring, _hold(key))
        if not {one.id for one in self._others(connection, entry)} <= {one.hold for one in served}:
            raise Again

    def _unlink(self, key: str) -> tuple[int, int]:
        with self._carver.alone():
            return self._carver.vault.remove_all(_hold(key))

    def _forget(self, connection: Connection, key: str, leaf: str) -> None:
        del leaf
        for table in (log_hold_segment, log_hold_part):
            connection.execute(table.delete().where(table.c.hold == _hold(key)))

    def _close(self, connection: Connection, key: str, leaf: str) -> None:
        del leaf
        now = self._workspace.clock.now()
        # What identified anybody is ciphertext that nothing opens: emptied.
        hold_rows.move(connection, _hold(key), HoldState.RELEASING, HoldState.RELEASED, released_at=now)


def _hold(key: str) -> str:
    hold = key.rpartition("/")[2]
    if key != hold_key(hold):
        raise ValueError(f"not a hold's key: {key}")
    return hold


def _days(one: HoldEntry, other: HoldEntry) -> list[date]:
    first, last = max(one.first_day, other.first_day), min(one.last_day, other.last_day)
    return [first + timedelta(days=at) for at in range((last - first).days + 1)]


def _nothing(connection: Connection, leaf: str) -> None:
    """Nothing is written beside the plan."""
    del connection, leaf


