"""Several segments of a day become one: when there are more than a few (compaction), and for good at the seal.

Memory is bounded by :data:`MERGE_ROWS`: a day with more rows than that is written as several segments, each of a range
of addresses, and is read range by range.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Final

import numpy as np

from sekisho.logs.columns import Bools
from sekisho.logs.manifest import SegmentEntry
from sekisho.logs.merging import joined_rows, latest
from sekisho.logs.rows import Rows
from sekisho.logs.segments.encoding import GROUP_ROWS, SegmentReader
from sekisho.logs.segments.files import SegmentFiles, SegmentId, Written, damaged

MERGE_ROWS: Final = 4_000_000
"""Rows merged at once: some 600 MB while it lasts."""
COMPACT_ABOVE: Final = 8
"""Staged segments of a day and layout that are left alone: each costs a lookup about a millisecond."""

Key = tuple[int, int]
"""An address as (high, low)."""


@dataclass(frozen=True, slots=True)
class Merged:
    """What segments became. ``made`` is empty where one stays as it is."""

    layout: str
    of: tuple[SegmentEntry, ...]
    made: tuple[Written, ...]


def by_layout(entries: Sequence[SegmentEntry]) -> dict[str, list[SegmentEntry]]:
    """Segments that can be merged with each other, in the order of their making."""
    found: dict[str, list[SegmentEntry]] = {}
    for entry in sorted(entries, key=lambda one: one.sequence):
        found.setdefault(entry.layout, []).append(entry)
    return found


def compactable(entries: Sequence[SegmentEntry]) -> list[SegmentEntry]:
    """Of one day and layout: those to merge now. A large one is left until the others weigh as much as it does."""
    if len(entries) <= COMPACT_ABOVE:
        return []
    total = sum(entry.rows for entry in entries)
    small = [entry for entry in entries if entry.rows * 2 <= total]
    return small if len(small) > 1 else list(entries)


def merge(files: SegmentFiles, entries: Sequence[SegmentEntry]) -> Merged:
    """Merge segments of one kind, day and layout. Raises ``SegmentMissing``, ``SegmentDamaged``, ``KeyDestroyed``.

    What was written is known to nobody until it is committed.
    """
    made = []
    with ExitStack() as stack:
        readers: list[tuple[SegmentId, SegmentReader]] = []
        for entry in entries:
            reader = files.open(entry.segment)
            stack.callback(reader.close)
            readers.append((entry.segment, reader))
        try:
            for part in _parts(readers):
                rows = latest(part)
                if len(rows):
                    made.append(files.write(entries[0].segment.day, rows))
        except BaseException:
            for one in made:
                files.remove(one.segment)
            raise
    return Merged(entries[0].layout, tuple(entries), tuple(made))


def read_all(files: SegmentFiles, segment: SegmentId) -> Rows:
    """All rows of a segment. Raises as :meth:`SegmentFiles.open`, and ``SegmentDamaged``."""
    reader = files.open(segment)
    try:
        return _read(segment, reader, range(len(reader)))
    finally:
        reader.close()


def _read(segment: SegmentId, reader: SegmentReader, groups: Sequence[int]) -> Rows:
    try:
        return reader.read(groups)
    except (OSError, ValueError, KeyError) as error:
        raise damaged(segment, error) from error


def _parts(readers: Sequence[tuple[SegmentId, SegmentReader]]) -> Iterator[Rows]:
    if sum(reader.groups.rows for _, reader in readers) <= MERGE_ROWS:
        yield joined_rows([_read(segment, reader, range(len(reader))) for segment, reader in readers])
        return
    bounds: list[Key | None] = [None, *_splits(readers), None]
    for low, high in itertools.pairwise(bounds):
        found = []
        for segment, reader in readers:
            groups = _groups(reader, low, high)
            if groups:
                rows = _read(segment, reader, groups)
                met = rows[_within(rows, low, high)]
                if len(met):
                    found.append(met)
        if found:
            yield joined_rows(found)


def _splits(readers: Sequence[tuple[SegmentId, SegmentReader]]) -> list[Key]:
    """Addresses at which to part, so that each part has about :data:`MERGE_ROWS` rows."""
    firsts = sorted(key for _, reader in readers for key in _firsts(reader))
    step = max(MERGE_ROWS // GROUP_ROWS, 1)
    return sorted(set(firsts[step::step]))


def _firsts(reader: SegmentReader) -> list[Key]:
    groups = reader.groups
    high = np.zeros(len(groups.first_low), np.uint64) if groups.first_high is None else groups.first_high
    return list(zip(high.tolist(), groups.first_low.tolist(), strict=True))


def _groups(reader: SegmentReader, low: Key | None, high: Key | None) -> range:
    """The groups that may hold addresses from ``low`` up to ``high`` (exclusive)."""
    firsts = _firsts(reader)
    begin = 0 if low is None else max(sum(first < low for first in firsts) - 1, 0)
    end = len(firsts) if high is None else sum(first < high for first in firsts)
    return range(begin, end)


def _within(rows: Rows, low: Key | None, high: Key | None) -> Bools:
    good = np.ones(len(rows), np.bool_)
    if low is not None:
        good &= ~_below(rows, low)
    if high is not None:
        good &= _below(rows, high)
    return good


def _below(rows: Rows, bound: Key) -> Bools:
    found: Bools
    if rows.address.high is None:
        found = rows.address.low < bound[1]
    else:
        equal = rows.address.high == bound[0]
        found = (rows.address.high < bound[0]) | (equal & (rows.address.low < bound[1]))
    return found


