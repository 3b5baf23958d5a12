"""Tables of what a source still held that can't be read and that no backup has: giving them up.

An open table is written anew with each input, so a backup rarely has the current one. While it is there and can't be
read nothing of its source is taken in: who began before and ends after would be nobody's. Given up, it stays listed as
lost, so that its day keeps its gap; the source begins anew as one heard for the first time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from sekisho.keys.errors import KeyDestroyed
from sekisho.logs import sealing
from sekisho.logs.errors import SegmentDamaged, SegmentMissing, TableDamaged
from sekisho.logs.health import GIVEN_UP, Gap
from sekisho.logs.intervals.days import begin_of
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
