"""Drive lookups: one by itself, or many at once so that each group of each segment is read once."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, TypeVar

from sekisho.logs.lookup.ports import Read, Reading, Result
from sekisho.logs.lookup.readers import Readers

T = TypeVar("T")

WORKERS: Final = max(1, min(4, os.cpu_count() or 1))
"""Threads that read segments: decryption and decoding let go of Python's lock."""


def run(reading: Reading[T], readers: Readers) -> T:
    """The result of one lookup."""
    try:
        reads = next(reading)
        while True:
            reads = reading.send([readers.read(one.entry, one.question) for one in reads])
    except StopIteration as done:
        found: T = done.value
        return found


@dataclass(slots=True)
class _Waiting:
    """A lookup under way: its place in the order asked, and the reads it waits for."""

    place: int
    reading: Reading[object]
    reads: Sequence[Read]


def run_all(readings: Iterable[Reading[T]], readers: Readers) -> list[T]:
    """The results of many lookups, in their order: each as :func:`run` would give it.

    In rounds: the reads of all that wait are sorted by segment, so that each segment is opened once a round. A lookup
    goes on as soon as its own reads are there, while the threads read for others.
    """
    done: dict[int, T] = {}
    waiting: list[_Waiting] = []
    for place, reading in enumerate(readings):
        _go_on(_Waiting(place, reading, ()), None, waiting, done)
    with ThreadPoolExecutor(WORKERS) as pool:
        while waiting:
            round_, waiting = waiting, []
            results: list[list[Result]] = [[None] * len(one.reads) for one in round_]
            open_ = [len(one.reads) for one in round_]
            for at, place, result in _read(round_, readers, pool):
                results[at][place] = result
                open_[at] -= 1
                if not open_[at]:
                    _go_on(round_[at], results[at], waiting, done)
    return [done[place] for place in range(len(done))]


def _go_on(one: _Waiting, results: Sequence[Result] | None, waiting: list[_Waiting], done: dict[int, T]) -> None:
    try:
        reads: Sequence[Read] = ()
        while not reads:
            # Nothing to read is nothing to wait for.
            reads = next(one.reading) if results is None else one.reading.send(results)
            results = ()
    except StopIteration as end:
        done[one.place] = end.value
    else:
        waiting.append(_Waiting(one.place, one.reading, reads))


def _read(
    waiting: Sequence[_Waiting], readers: Readers, pool: ThreadPoolExecutor
) -> Iterator[tuple[int, int, Result]]:
    """What each read gave: whose it is, which of theirs, and the result; by segment."""
    by_segment: dict[str, list[tuple[int, int, Read]]] = {}
    for at, one in enumerate(waiting):
        for place, read in enumerate(one.reads):
            by_segment.setdefault(read.entry.segment.id, []).append((at, place, read))
    ordered = sorted(by_segment.values(), key=lambda reads: (reads[0][2].entry.segment.day, reads[0][2].entry.sequence))

    def each(reads: list[tuple[int, int, Read]]) -> Sequence[Result]:
        return readers.read_all(reads[0][2].entry, [read.question for _, _, read in reads])

    for reads, found in zip(ordered, pool.map(each, ordered), strict=True):
        for (at, place, _), result in zip(reads, found, strict=True):
            yield at, place, result
