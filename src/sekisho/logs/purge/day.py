"""The purge of one kind's day: everything under the key ``log/<kind>/<day>`` ends, held records excepted.

What this does not do: it doesn't decide that a day is due; :mod:`sekisho.logs.purge.due` does, by policies. Called for
a day that isn't due it refuses.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from sqlalchemy import Connection, select

from sekisho.clock import japan_date
from sekisho.destruction.probing import FileSample, Prober, Sample
from sekisho.logs import manifest, written
from sekisho.logs import quarantine as quarantined
from sekisho.logs.holds import rows as hold_rows
from sekisho.logs.holds.carving import Carver
from sekisho.logs.holds.errors import CarvingFailed
from sekisho.logs.kinds import LogKind
from sekisho.logs.manifest import ON_DISK, DayState
from sekisho.logs.policies import ids_of, policies_of
from sekisho.logs.policy import last_day_of
from sekisho.logs.purge import remains
from sekisho.logs.purge.ending import Again, Ending, Kinds, Plan, Served, day_of
from sekisho.logs.purge.errors import NotDue
from sekisho.logs.purge.tables import log_purge
from sekisho.logs.segments.files import SegmentFiles
from sekisho.logs.tables import log_quarantine
from sekisho.store import custody as held_by
from sekisho.store.files import FileLayer, RealFiles
from sekisho.workspace import Workspace

KINDS: Final = Kinds(
    "log.purge_planned",
    "log.purge_carved",
    "log.purge_probed",
    "log.purge_unlinked",
    "log.purge_certified",
    "log.purge_final",
)
REASON: Final = "its period of keeping is over (guideline art. 38)"


class DayPurge(Ending):
    """Purges days, for one run."""

    kinds = KINDS
    reason = REASON

    def __init__(
        self,
        workspace: Workspace,
        prober: Prober | None,
        *,
        by: str,
        files: FileLayer | None = None,
        accept_unreadable: bool = False,
    ) -> None:
        """``accept_unreadable``: somebody has decided that segments which can't be read any more don't keep a held
        day from being purged; the leaf says how many they were."""
        super().__init__(workspace, log_purge, prober, by=by)
        layer = files or RealFiles()
        self._files = SegmentFiles(workspace.path / "logs", layer, workspace.keyring)
        self._layer = layer
        self._carver = Carver(workspace, layer)
        self._accept = accept_unreadable

    def _plan(self, key: str) -> Plan:
        kind, day = _kind_day(key)
        now = self._workspace.clock.now()
        today = japan_date(now)
        with self._workspace.database.read() as connection:
            policies = policies_of(connection, kind)
            ids = ids_of(connection, kind)
            entries = manifest.segments_of(connection, kind=kind, day=day, states=ON_DISK)
            unread = connection.execute(select(log_quarantine).where(log_quarantine.c.day == day)).all()
            holds = hold_rows.touching(connection, self._workspace.keyring, kind, day)
            leaves = held_by.count_under(connection, key)
        last = last_day_of(policies, kind, day, today=today)
        if last is None or today <= last:
            raise NotDue(kind=kind.value, day=day.isoformat(), last="?" if last is None else last.isoformat())
        files = unread if kind is LogKind.QUARANTINE else []
        due = date.fromordinal(last.toordinal() + 1)
        said = {
            "kind": kind.value,
            "day": day.isoformat(),
            "due": due.isoformat(),
            "policies": ids,
            "segments": [
                {"id": one.segment.id, "rows": one.rows, "root": one.root.hex(), "state": one.state.value}
                for one in entries
            ],
            "quarantined": {"files": len(files), "records": sum(one.records for one in files)},
            "leaves": leaves,
            "holds": sorted(hold_rows.shown_in(self._workspace.keyring, one, key) for one in holds),
        }

        def write(connection: Connection, leaf: str) -> None:
            manifest.ensure_day(connection, kind, day, at=now)
            manifest.set_day(connection, kind, day, DayState.PURGING, at=now, leaf=leaf)

        rows = sum(one.rows for one in entries)
        return Plan(said, {"kind": kind.value, "day": day, "segments": len(entries), "rows": rows}, write)

    def _samples(self, key: str) -> list[Sample | FileSample]:
        kind, day = _kind_day(key)
        with self._workspace.database.read() as connection:
            entries = manifest.segments_of(connection, kind=kind, day=day, states=ON_DISK)
            unread = connection.execute(select(log_quarantine.c.id).where(log_quarantine.c.day == day)).scalars().all()
            own = written.ids_of(connection, kind, day)
        found: list[Sample | FileSample] = [self._files.sample(one.segment) for one in entries]
        root = self._workspace.path / "logs"
        found += [Sample(*one) for each in own if (one := written.sample(root, self._layer, kind, day, each))]
        if kind is LogKind.QUARANTINE:
            found += [Sample(*one) for each in unread if (one := quarantined.sample(root, self._layer, day, each))]
        return found

    def _serve(self, key: str) -> list[Served]:
        kind, day = _kind_day(key)
        with self._workspace.database.read() as connection:
            holds = hold_rows.touching(connection, self._workspace.keyring, kind, day)
        served = []
        for hold in holds:
            shown = hold_rows.shown_in(self._workspace.keyring, hold, key)
            with self._carver.alone():
                # All kinds of the day: the sessions behind a translation are found by the translations held.
                found = [one for one in self._carver.carve_day(hold, day) if one.part.kind is kind]
            unreadable = sum(one.part.unreadable for one in found)
            if unreadable and not self._accept:
                problem = f"{unreadable} segments can't be read"
                raise CarvingFailed(hold=shown, kind=kind.value, day=day.isoformat(), problem=problem)
            rows, segments = sum(one.part.rows for one in found), sum(one.segments for one in found)
            served.append(Served(hold.id, shown, rows, segments, tuple(each for one in found for each in one.proofs)))
        return served

    def _require_served(self, connection: Connection, key: str, served: Sequence[Served]) -> None:
        kind, day = _kind_day(key)
        hold_rows.raise_guard(connection)
        there = {one.id for one in hold_rows.touching(connection, self._workspace.keyring, kind, day)}
        if not there <= {one.hold for one in served}:
            raise Again

    def _unlink(self, key: str) -> tuple[int, int]:
        kind, day = _kind_day(key)
        removed = self._files.remove_day(kind, day)
        return removed, self._files.count_day(kind, day)

    def _forget(self, connection: Connection, key: str, leaf: str) -> None:
        kind, day = _kind_day(key)
        remains.forget(connection, kind, day, leaf=leaf)

    def _close(self, connection: Connection, key: str, leaf: str) -> None:
        kind, day = _kind_day(key)
        now = self._workspace.clock.now()
        manifest.set_day(connection, kind, day, DayState.PURGED, at=now, leaf=leaf)


def _kind_day(key: str) -> tuple[LogKind, date]:
    found = day_of(key)
    if found is None:
        raise ValueError(f"not a day's key: {key}")
    return LogKind(found[0]), found[1]
