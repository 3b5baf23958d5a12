"""Compiles entries into ``lists.bin``. Standard library only.

Entries are given one by one and kept in little more than the file will take. What never can count is left out: an entry
that ends before a stronger one that holds the same numbers.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from heapq import heappop, heappush
from itertools import pairwise
from typing import Final

from sekisho.calls.screening import line_table
from sekisho.calls.screening.list_format import HEADER, MAGIC, MASK64, MULTIPLIER, NEVER, RANKS, RECORD, SECTIONS
from sekisho.calls.screening.lookups import Owner, Wish
from sekisho.calls.screening.number_keys import Span

MOST_NUMBERS: Final = 4_000_000
"""Single numbers in one file. A house limit: six times the 600,000 of the largest lists that people are known to load
on a telephone (aj3423/SpamBlocker, issue 553)."""
MOST_SPANS: Final = 2_000_000
"""Spans of numbers in one file, lines' own included: 100,000 beginnings make 1.5 million."""
SIP_STATUSES: Final = frozenset({603, 607, 608})
"""RFC 3261 §21.6.2, RFC 8197, RFC 8688."""

_Facts = tuple[int, int, int, int, int, int]
"""Rank, end (negative, so that the latest sorts first), entry, list, reason, SIP status."""


@dataclass(slots=True)
class ListWriter:
    """Collects entries, then gives the file's content."""

    _lists: dict[tuple[str, int], tuple[int, Owner]] = field(default_factory=dict)
    _reasons: dict[str, int] = field(default_factory=dict)
    _singles: dict[int, _Facts | list[_Facts]] = field(default_factory=dict)
    _spans: list[tuple[int, int, _Facts]] = field(default_factory=list)
    _own: dict[str, list[tuple[int, int, _Facts]]] = field(default_factory=dict)
    _own_count: int = 0

    def add(
        self,
        spans: Iterable[Span],
        *,
        list_id: str,
        version: int,
        owner: Owner,
        entry: int,
        action: Wish,
        reason: str,
        expires: datetime | None,
        sip_status: int | None = None,
        line: str | None = None,
    ) -> None:
        """One entry: the spans it covers, and what is to become of calls from them until ``expires`` (exclusive;
        ``None``: until it is taken out). ``line`` is given for a subscriber's own, and for no other.

        Raises ``ValueError`` for a line without a subscriber's entry or the other way round, another SIP status than
        those of :data:`SIP_STATUSES`, and beyond the limits.
        """
        if (line is not None) != (owner is Owner.SUBSCRIBER):
            raise ValueError("a line's own entry is a subscriber's, and a subscriber's is a line's own")
        if sip_status is not None and (sip_status not in SIP_STATUSES or action is not Wish.REJECT):
            raise ValueError("a refusal answers 603, 607 or 608; nothing else has a status")
        number, known = self._lists.setdefault((list_id, version), (len(self._lists), owner))
        if known is not owner:
            raise ValueError("one list has one owner")
        until = NEVER if expires is None else int(expires.timestamp())
        text = self._reasons.setdefault(reason, len(self._reasons))
        facts = (RANKS[owner, action], -until, entry, number, text, sip_status or 0)
        for start, end in spans:
            if line is not None:
                self._own.setdefault(line, []).append((start, end, facts))
                self._own_count += 1
            elif start == end:
                self._single(start, facts)
            else:
                self._spans.append((start, end, facts))
        if len(self._singles) > MOST_NUMBERS or len(self._spans) + self._own_count > MOST_SPANS:
            raise ValueError("more numbers or ranges than one file holds")

    def _single(self, key: int, facts: _Facts) -> None:
        held = self._singles.get(key)
        if held is None:
            self._singles[key] = facts
        else:
            known = held if isinstance(held, list) else [held]
            kept = list(_counting([*known, facts]))
            self._singles[key] = kept[0] if len(kept) == 1 else kept

    def content(self) -> bytes:
        """The file."""
        records = bytearray()
        shared: dict[tuple[_Facts, ...], int] = {}

        def chain_of(facts: Sequence[_Facts]) -> int:
            kept = tuple(_counting(facts))
            if kept in shared:
                return shared[kept]
            at = shared[kept] = len(records) // RECORD.size
            for place, (rank, until, entry, number, reason, status) in enumerate(kept, 1):
                records.extend(RECORD.pack(-until, entry, number, reason, status, rank, place < len(kept)))
            return at

        bits = 3
        while 1 << bits < 2 * len(self._singles):
            bits += 1
        keys, slots = array("Q", [0]) * (1 << bits), array("I", [0]) * (1 << bits)
        mask, shift = (1 << bits) - 1, 64 - bits
        for key, facts in self._singles.items():
            slot = (key * MULTIPLIER & MASK64) >> shift
            while keys[slot]:
                slot = (slot + 1) & mask
            keys[slot] = key
            if isinstance(facts, list):
                slots[slot] = chain_of(facts)
            else:
                # Almost all: one record of their own, that no other number shares.
                slots[slot] = len(records) // RECORD.size
                rank, until, entry, number, reason, status = facts
                records += RECORD.pack(-until, entry, number, reason, status, rank, 0)
        spans = _Spans()
        for start, end, chain in _disjoint(self._spans):
            spans.append(start, end, chain_of(chain))
        own, lines = _Spans(), []
        for line, given in self._own.items():
            begin = len(own.starts)
            for start, end, chain in _disjoint(given):
                own.append(start, end, chain_of(chain))
            lines.append((line, begin, len(own.starts) - begin))
        line_slots, line_names = line_table.make(lines) if lines else (b"", b"")
        lists = [{"id": name, "version": of, "owner": owner.value} for (name, of), (_, owner) in self._lists.items()]
        texts = {
            "lists": lists, "reasons": list(self._reasons), "numbers": len(self._singles), "ranges": len(spans.starts),
        }  # fmt: skip
        return _joined(
            shift,
            keys.tobytes(), slots.tobytes(), *spans.sections(), line_slots, line_names, *own.sections(),
            bytes(records), json.dumps(texts, ensure_ascii=False).encode(),
        )  # fmt: skip


@dataclass(slots=True)
class _Spans:
    starts: array[int] = field(default_factory=lambda: array("Q"))
    ends: array[int] = field(default_factory=lambda: array("Q"))
    chains: array[int] = field(default_factory=lambda: array("I"))

    def append(self, start: int, end: int, chain: int) -> None:
        self.starts.append(start)
        self.ends.append(end)
        self.chains.append(chain)

    def sections(self) -> tuple[bytes, bytes, bytes]:
        return self.starts.tobytes(), self.ends.tobytes(), self.chains.tobytes()


def _counting(facts: Iterable[_Facts]) -> Iterator[_Facts]:
    """From the strongest, those that last longer than every stronger one."""
    longest = 1
    for one in sorted(facts):
        if longest == 1 or one[1] < longest:
            longest = one[1]
            yield one


def _disjoint(spans: Sequence[tuple[int, int, _Facts]]) -> Iterator[tuple[int, int, list[_Facts]]]:
    """Spans that don't overlap, in order, each with what counts in it: of each rank, what lasts longest."""
    begins = sorted(spans)
    edges = sorted({edge for start, end, _ in spans for edge in (start, end + 1)})
    open_: dict[int, list[tuple[_Facts, int]]] = {}
    place = 0
    last: tuple[int, int, list[_Facts]] | None = None
    for edge, until in pairwise(edges):
        while place < len(begins) and begins[place][0] <= edge:
            _, end, facts = begins[place]
            heappush(open_.setdefault(facts[0], []), (facts, end))
            place += 1
        for heap in open_.values():
            while heap and heap[0][1] < edge:
                heappop(heap)
        kept = list(_counting(heap[0][0] for heap in open_.values() if heap))
        if last is not None and last[1] + 1 == edge and last[2] == kept:
            last = (last[0], until - 1, kept)
            continue
        if last is not None and last[2]:
            yield last
        last = (edge, until - 1, kept)
    if last is not None and last[2]:
        yield last


def _joined(shift: int, *sections: bytes) -> bytes:
    places, at = [], HEADER.size + -HEADER.size % 8
    for one in sections:
        places += [at, len(one)]
        at += len(one) + -len(one) % 8
    if len(sections) != len(SECTIONS):
        raise ValueError("every section is written once")
    head = HEADER.pack(MAGIC, shift, *places)
    return b"".join([head.ljust(places[0], b"\0"), *(one.ljust(len(one) + -len(one) % 8, b"\0") for one in sections)])
