"""Days grow and are sealed: the service's part that merges segments."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final, NoReturn

import orjson

from sekisho.clock import JAPAN, japan_date
from sekisho.errors import SekishoError
from sekisho.logs import committing, health_rows, manifest, sealing, source_rows
from sekisho.logs.errors import DayNotOver, DayReadable, SegmentDamaged, SegmentMissing, SourceBusy
from sekisho.logs.giving_up import (
    GIVEN_UP_LEAF,
    DayGivenUp,
    day_damaged,
    day_gap,
    table_damaged,
    unreadable,
)
from sekisho.logs.ground import Ground
from sekisho.logs.kinds import LogKind
from sekisho.logs.manifest import DayState, SegmentEntry, SegmentState
from sekisho.logs.sealing import Merged
from sekisho.workspace import Workspace
from sekisho.workspace.parts import HOUSE_KEY

COMPACTION_LEAF: Final = "log.compacted"
SEAL_LEAF: Final = "log.sealed"

GRACE: Final = timedelta(hours=6)
"""How long after its end a day waits for late records before it may be sealed: rotated files come within an hour or
two, and what comes later than this still counts, in a small segment of its own."""
TRIES: Final = 5
"""How often a commit is prepared anew because a day was added to, sealed or purged meanwhile."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A day that was sealed: the index of its leaf, how many rows, in how many segments."""

    kind: LogKind
    day: date
    ledger_index: int
    rows: int
    segments: int


class DayDesk:
    """Compacts and seals. The file of the service that does so; others ask the service."""

    def __init__(self, workspace: Workspace, ground: Ground) -> None:
        """Reads nothing yet."""
        self._workspace = workspace
        self._ground = ground

    def seal(self, kind: LogKind, day: date, *, grace: timedelta) -> Sealed | None:
        """See :meth:`sekisho.logs.service.LogService.seal`."""
        until = datetime.combine(day + timedelta(days=1), datetime.min.time(), JAPAN) + grace
        if self._workspace.clock.now() < until:
            raise DayNotOver(day=day.isoformat(), until=until.isoformat(timespec="minutes"))
        with self._ground.writing():
            for _ in range(TRIES):
                with self._workspace.database.read() as connection:
                    if manifest.day_state(connection, kind, day) is not DayState.OPEN:
                        return None
                    entries = manifest.segments_of(connection, kind=kind, day=day, states=committing.SEALABLE)
                merged = self._merged(entries)
                now = self._workspace.clock.now()
                body = orjson.dumps(committing.merged_body(kind, day, merged), option=orjson.OPT_SORT_KEYS)
                leaf = self._workspace.seal(kind=SEAL_LEAF, owner=HOUSE_KEY, body=body, at=now)
                write = partial(committing.write_seal, kind=kind, day=day, merged=merged, at=now, leaf=leaf.id)
                try:
                    index = self._workspace.commit(write, [leaf]).leaf_indexes[0]
                except committing.Moved:
                    self._discard(merged)
                    continue
                self._ground.remove(_replaced(merged))
                rows = [written.rows for one in merged for written in one.made]
                rows += [entry.rows for one in merged if not one.made for entry in one.of]
                return Sealed(kind, day, index, sum(rows), len(rows))
        raise SourceBusy(name=f"{kind.value} {day}")

    def give_up(self, kind: LogKind, day: date, *, by: str) -> DayGivenUp:
        """See :meth:`sekisho.logs.service.LogService.give_up_day`."""
        with self._ground.writing():
            with self._workspace.database.read() as connection:
                state = manifest.day_state(connection, kind, day)
                staged = manifest.segments_of(connection, kind=kind, day=day, states=(SegmentState.STAGED,))
                gap = day_gap(day)
                sources = [
                    one
                    for one in source_rows.every(connection)
                    if kind in one.kinds and health_rows.heard_of(connection, one.number, gap.begin, gap.end)
                ]
            lost = unreadable(self._ground.segments, staged) if state is DayState.OPEN else ()
            if not lost:
                raise DayReadable(kind=kind.value, day=day.isoformat())
            now = self._workspace.clock.now()
            said = committing.day_given_up_body(kind, day, lost, sources, gap, by)
            body = orjson.dumps(said, option=orjson.OPT_SORT_KEYS)
            leaf = self._workspace.seal(kind=GIVEN_UP_LEAF, owner=HOUSE_KEY, body=body, at=now)
            write = partial(
                committing.write_day_given_up,
                kind=kind, day=day, lost=lost, sources=sources, gap=gap, at=now, leaf=leaf.id,
            )  # fmt: skip
            try:
                index = self._workspace.commit(write, [leaf]).leaf_indexes[0]
            except committing.Moved:
                raise SourceBusy(name=f"{kind.value} {day}") from None
            return DayGivenUp(index, kind, day, lost, tuple(one.spec.name for one in sources), gap)

    def due(self, *, grace: timedelta) -> list[tuple[LogKind, date]]:
        """The days that may be sealed now and aren't."""
        last = japan_date(self._workspace.clock.now() - grace) - timedelta(days=1)
        with self._workspace.database.read() as connection:
            days = manifest.days_of(connection)
        return [(kind, day) for (kind, day), state in days.items() if state is DayState.OPEN and day <= last]

    def compact(self, days: Iterable[tuple[LogKind, date]]) -> None:
        """Merge staged segments where there are more than a few.

        What goes wrong is logged and tried again with the next input: everything is durable as it is.
        """
        for kind, day in days:
            with self._workspace.database.read() as connection:
                states = (SegmentState.STAGED,)
                entries = manifest.segments_of(connection, kind=kind, day=day, states=states)
            for group in sealing.by_layout(entries).values():
                chosen = sealing.compactable(group)
                if chosen:
                    try:
                        self._compact(kind, day, chosen)
                    except (SekishoError, OSError) as error:
                        _log.warning("compaction of %s on %s: %s", kind.value, day, type(error).__name__)

    def _compact(self, kind: LogKind, day: date, entries: Sequence[SegmentEntry]) -> None:
        merged = sealing.merge(self._ground.segments, entries)
        now = self._workspace.clock.now()
        body = orjson.dumps(committing.merged_body(kind, day, [merged]), option=orjson.OPT_SORT_KEYS)
        leaf = self._workspace.seal(kind=COMPACTION_LEAF, owner=HOUSE_KEY, body=body, at=now)
        try:
            self._workspace.commit(partial(committing.write_compaction, merged=merged, at=now, leaf=leaf.id), [leaf])
        except committing.Moved:
            self._discard([merged])
        else:
            self._ground.remove(entries)

    def _merged(self, entries: Sequence[SegmentEntry]) -> list[Merged]:
        """What each layout becomes; one staged segment by itself stays as it is."""
        made: list[Merged] = []
        try:
            for layout, group in sealing.by_layout(entries).items():
                if len(group) == 1 and group[0].state is SegmentState.STAGED:
                    made.append(Merged(layout, tuple(group), ()))
                else:
                    made.append(sealing.merge(self._ground.segments, group))
        except BaseException as error:
            self._discard(made)
            if isinstance(error, SegmentDamaged | SegmentMissing):
                self._name_it(entries, error)
            raise
        return made

    def _name_it(self, entries: Sequence[SegmentEntry], error: SegmentDamaged | SegmentMissing) -> NoReturn:
        """Raise what says how to go on: ``TableDamaged`` for a source's table, ``DayDamaged`` for other segments."""
        for entry in entries:
            if entry.source is not None and entry.segment.id == error.fields["segment"]:
                with self._workspace.database.read() as connection:
                    source = source_rows.find(connection, entry.source)
                raise table_damaged(source, error) from error
        raise day_damaged(error) from error

    def _discard(self, merged: Iterable[Merged]) -> None:
        for one in merged:
            for written in one.made:
                self._ground.segments.remove(written.segment)


def _replaced(merged: Iterable[Merged]) -> Iterable[SegmentEntry]:
    """Segments whose files go; those of carried tables stay until their rows are confirmed."""
    return [entry for one in merged if one.made for entry in one.of if entry.state is SegmentState.STAGED]
