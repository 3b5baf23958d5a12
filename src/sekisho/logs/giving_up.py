"""Tables of what a source still held, and segments of a day that isn't sealed, that can't be read and that no backup
has: giving them up.

An open table is written anew with each input, so a backup rarely has the current one. While it is there and can't be
read nothing of its source is taken in: who began before and ends after would be nobody's. Given up, it stays listed as
lost, so that its day keeps its gap; the source begins anew as one heard for the first time.

A staged segment that can't be read keeps its day from being sealed. It may hold rows of any source of its kind, so that
all of those that were heard on its day have a gap then.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sekisho.keys.errors import KeyDestroyed
from sekisho.logs import sealing
from sekisho.logs.errors import DayDamaged, SegmentDamaged, SegmentMissing, TableDamaged
from sekisho.logs.health import GIVEN_UP, SEGMENT_LOST, Gap
from sekisho.logs.intervals.days import begin_of
from sekisho.logs.kinds import LogKind
from sekisho.logs.manifest import SegmentEntry, SegmentState
from sekisho.logs.segments.files import SegmentFiles
from sekisho.logs.sources import Source

GIVEN_UP_LEAF: Final = "log.given_up"
TABLES: Final = (SegmentState.OPEN, SegmentState.CARRIED, SegmentState.AWAITING)
"""The states of a source's own tables."""


@dataclass(frozen=True, slots=True)
class GivenUp:
    """What was given up. ``lost`` are open and carried tables; ``copies`` tables whose rows are in a sealed segment, so
    that nothing of them is lost but what would have firmed them up. ``gap`` is None where no open table is lost."""

    ledger_index: int
    source: int
    lost: tuple[SegmentEntry, ...]
    copies: tuple[SegmentEntry, ...]
    gap: Gap | None


@dataclass(frozen=True, slots=True)
class DayGivenUp:
    """What was given up of a day: the segments that are ``lost``, the ``sources`` that may have had rows in them, by
    name, and the ``gap`` that each of them has."""

    ledger_index: int
    kind: LogKind
    day: date
    lost: tuple[SegmentEntry, ...]
    sources: tuple[str, ...]
    gap: Gap


def day_gap(day: date) -> Gap:
    """The gap of a day of which a segment is lost."""
    return Gap(begin_of(day), begin_of(day + timedelta(days=1)), SEGMENT_LOST)


def day_damaged(error: SegmentDamaged | SegmentMissing) -> DayDamaged:
    """The error of a day that can't be sealed, which says how to go on."""
    said = error.fields
    return DayDamaged(
        kind=said["kind"], day=said["day"], segment=said["segment"], problem=said.get("problem", "missing")
    )


def unreadable(files: SegmentFiles, tables: Iterable[SegmentEntry]) -> tuple[SegmentEntry, ...]:
    """Those of ``tables`` that are damaged or missing, each read whole. One whose day is purged is neither."""
    found = []
    for entry in tables:
        try:
            sealing.read_all(files, entry.segment)
        except KeyDestroyed:
            continue
        except (SegmentDamaged, SegmentMissing):
            found.append(entry)
    return tuple(found)


def gap_of(given_up: Sequence[SegmentEntry], last: int | None, now: int) -> Gap | None:
    """From the first day that an open table among them is of, up to ``now``, and past the source's ``last`` record:
    what was held then may have been held all that time."""
    begins = [begin_of(one.segment.day) for one in given_up if one.state is SegmentState.OPEN]
    if not begins:
        return None
    return Gap(min(begins), max(now, min(begins) + 1, 0 if last is None else last + 1), GIVEN_UP)


def table_damaged(source: Source, error: SegmentDamaged | SegmentMissing) -> TableDamaged:
    """The error of a source's table, which says how to go on without it."""
    said = error.fields
    return TableDamaged(
        source=source.spec.name,
        segment=said["segment"],
        kind=said["kind"],
        day=said["day"],
        problem=said.get("problem", "missing"),
    )
