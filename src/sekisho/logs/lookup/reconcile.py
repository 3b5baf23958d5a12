"""What the rows of one address tell of each other, whichever input they came by: only where something is doubtful.

Rows are made of what is known when an input comes. A record that comes later, or a file taken in before an earlier one,
may tell what became of a row that was written as doubtful. On one resource of one source (address, ports, protocol,
destination) only one holder is possible at a time, so that

- a doubtful stretch ends, at the latest, where another row of the resource begins by a record of its own, and by the
  source's rest before that;
- if what comes next on the resource is a row of the same holder whose start nobody logged, and the row is known to go
  on beyond that, the two are one: the stop (or the interim record) had come by another input than the start;
- before a row whose start nobody logged, its holder may have had it already, back to where somebody last surely had it:
  that *lead-in* is doubtful, and an answer about it is never "nobody".

Where a device hands one port to several holders at a time, one for each destination, and the destinations weren't kept
(the column of their ports is there and they aren't), rows say nothing of each other.

Nothing firm is changed, and nothing becomes firm but what lies between two records of one holder with none of another
between them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sekisho.logs.columns import Addresses, Bools, Int64s
from sekisho.logs.rows import Known, Rows

_SAID: Final = (int(Known.LOGGED), int(Known.UNSEEN))
"""Beginnings that stand in a record."""


def reconciled(parts: Sequence[Rows], begin: int, end: int, rests: Mapping[int, int], never: int) -> list[Rows]:
    """The rows that meet [``begin``, ``end``), and lead-ins that do. ``parts`` are of one kind and day.

    ``rests`` as in :func:`sekisho.logs.lookup.answer.settle`; ``never`` is that of a source that loses nothing.
    """
    near = [(part.start < end) & (part.end > begin) for part in parts]
    doubtful = [mask & (part.confirmed < part.end) for part, mask in zip(parts, near, strict=True)]
    unseen = [(part.start_known == int(Known.UNSEEN)) & (part.start >= begin) for part in parts]
    for number, part in enumerate(parts):
        if part.destination is None and part.destination_port is not None:
            doubtful[number] = np.zeros(len(part), np.bool_)
    if not any(mask.any() for mask in (*doubtful, *unseen)):
        return [part[mask] for part, mask in zip(parts, near, strict=True) if mask.any()]
    table = _Table.of(parts)
    joined: set[int] = set()
    made = []
    for number, part in enumerate(parts):
        ends, firm, known = part.end.copy(), part.confirmed.copy(), part.end_known.copy()
        for at in np.flatnonzero(doubtful[number]).tolist():
            rest = _rest(rests, never, int(part.source[at]))
            ends[at], firm[at], known[at] = _after(table, parts, number, at, rest, joined)
        told = replace(part, end=ends, confirmed=firm, end_known=known)
        # A piece carried over midnight that ended there says nothing of its day.
        gone = (told.start_known == int(Known.CARRIED)) & (told.end <= told.start) & (part.end > part.start)
        kept = told[near[number] & (told.start < end) & (told.end > begin) & ~gone]
        made += [kept] if len(kept) else []
    for number, part in enumerate(parts):
        for at in np.flatnonzero(unseen[number]).tolist():
            if table.first[number] + at not in joined:
                rest = _rest(rests, never, int(part.source[at]))
                made += _lead_in(table, part, number, at, begin, end, rest)
    return made


@dataclass(frozen=True, slots=True)
class _Table:
    """The columns of all parts, one after another. ``first`` is where each part begins."""

    start: Int64s
    end: Int64s
    confirmed: Int64s
    start_known: NDArray[Any]
    resource: NDArray[Any]
    first: tuple[int, ...]

    @classmethod
    def of(cls, parts: Sequence[Rows]) -> _Table:
        keys = np.concatenate([_resource(part) for part in parts], axis=1)
        sizes = np.cumsum([0, *(len(part) for part in parts)]).tolist()
        return cls(
            np.concatenate([part.start for part in parts]),
            np.concatenate([part.end for part in parts]),
            np.concatenate([part.confirmed for part in parts]),
            np.concatenate([part.start_known for part in parts]),
            keys,
            tuple(sizes),
        )

    def same(self, number: int, at: int) -> Bools:
        """The rows of the same resource and source as a part's row, without itself."""
        place = self.first[number] + at
        found: Bools = (self.resource == self.resource[:, place : place + 1]).all(axis=0)
        found[place] = False
        return found

    def place_of(self, index: int) -> tuple[int, int]:
        """The part and its row."""
        number = int(np.searchsorted(self.first, index, side="right")) - 1
        return number, index - self.first[number]


def _after(
    table: _Table, parts: Sequence[Rows], number: int, at: int, rest: int, joined: set[int]
) -> tuple[int, int, int]:
    """End, last confirmation and how the end is known, of a doubtful row. Notes in ``joined`` what goes on from it."""
    part = parts[number]
    start, end, confirmed = int(part.start[at]), int(part.end[at]), int(part.confirmed[at])
    known = int(part.end_known[at])
    if known == Known.NEXT_ASSIGNMENT:
        end = max(end - rest, confirmed)
    lasts = table.confirmed > table.start
    said = np.isin(table.start_known, _SAID) | lasts
    later = table.same(number, at) & said & (table.start >= confirmed) & (table.start < int(part.end[at]) + rest)
    later &= (table.start > start) | (lasts & (table.start_known != int(Known.LOGGED)))
    if not later.any():
        return end, confirmed, known
    places = np.flatnonzero(later)
    next_ = places[np.argmin(table.start[places])]
    begins = int(table.start[next_])
    ties = places[table.start[places] == begins].tolist()
    goes_on = [
        one
        for one in ties
        if table.start_known[one] == Known.UNSEEN and _alike(parts, (number, at), table.place_of(one))
    ]
    # A row that the builder had seen next to this one begins where this one ends: it knew why they are two.
    if goes_on and len(goes_on) == len(ties) and begins < int(part.end[at]):
        joined.update(goes_on)
        return begins, begins, int(Known.LOGGED)
    ended = max(begins - rest, confirmed)
    return (ended, confirmed, int(Known.NEXT_ASSIGNMENT)) if ended < end else (end, confirmed, known)


def _lead_in(table: _Table, part: Rows, number: int, at: int, begin: int, end: int, rest: int) -> list[Rows]:
    """The stretch before a row whose start nobody logged, in which its holder may have had it, where that meets
    [``begin``, ``end``)."""
    begins = int(part.start[at])
    before = table.same(number, at) & (table.start <= begins) & (table.confirmed <= begins)
    sure = int(table.confirmed[before].max()) + rest if before.any() else min(begin, begins)
    if sure >= min(end, begins) or begins <= begin:
        return []
    row = part[at : at + 1]
    known = np.full(1, int(Known.CARRIED), np.uint8)
    since, until = np.full(1, sure, np.int64), np.full(1, begins, np.int64)
    session = np.zeros(1, np.uint64)
    return [replace(row, start=since, end=until, confirmed=since, end_known=known, session=session)]


def _rest(rests: Mapping[int, int], never: int, source: int) -> int:
    found = rests.get(source, 0)
    # That nothing is lost says nothing of when a device gives a port out again.
    return found if found < never else 0


def _resource(rows: Rows) -> NDArray[np.uint64]:
    columns: list[Any] = [rows.source, rows.port_low, rows.port_high, rows.protocol, *_numbers(rows.address, len(rows))]
    columns += _numbers(rows.destination, len(rows))
    columns.append(np.zeros(len(rows)) if rows.destination_port is None else rows.destination_port)
    return np.array([column.astype(np.uint64) for column in columns])


def _numbers(addresses: Addresses | None, count: int) -> list[NDArray[Any]]:
    if addresses is None:
        return [np.zeros(count, np.uint64)] * 3
    whole = 32 if addresses.family == 4 else 128
    high = np.zeros(count, np.uint64) if addresses.high is None else addresses.high
    return [addresses.low, high, np.full(count, whole) if addresses.prefix is None else addresses.prefix]


def _alike(parts: Sequence[Rows], one: tuple[int, int], other: tuple[int, int]) -> bool:
    return _holder(parts[one[0]], one[1]) == _holder(parts[other[0]], other[1])


def _holder(rows: Rows, at: int) -> tuple[str | None, ...]:
    inside = None if rows.inside is None else rows.inside.text(at)
    return (inside, *(None if text is None else text.text(at) for text in (rows.subject, rows.origin)))
