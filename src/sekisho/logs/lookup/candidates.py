"""Find the rows of a segment that meet a question: one or two groups are read, and nothing else of it."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import Final

import numpy as np

from sekisho.logs.columns import Addresses, Bools
from sekisho.logs.rows import Rows
from sekisho.logs.segments.encoding import SegmentReader, joined

ANY_PORT: Final = (0, 65535)


@dataclass(frozen=True, slots=True)
class Question:
    """An address at a time. ``port`` None asks for every port, ``protocol`` None for every protocol.

    ``begin`` and ``end`` are UTC microseconds: every row that meets ``[begin, end)`` counts. A destination narrows the
    answer only where rows have one.
    """

    address: IPv4Address | IPv6Address
    port: int | None
    begin: int
    end: int
    protocol: int | None = None
    destination: IPv4Address | IPv6Address | None = None
    destination_port: int | None = None

    def __post_init__(self) -> None:
        """ValueError for a window that is empty, or a port there isn't."""
        if self.begin >= self.end:
            raise ValueError("the window has a length")
        for port in (self.port, self.destination_port):
            if port is not None and not 0 <= port <= 65535:
                raise ValueError("ports are 0 to 65535")


def candidates(reader: SegmentReader, question: Question) -> Rows | None:
    """The rows that meet ``question``; None where there are none."""
    groups = reader.groups
    address = int(question.address)
    if question.address.version != groups.family:
        return None
    found = []
    for length in groups.prefixes or (32 if groups.family == 4 else 128,):
        masked = address & ~((1 << ((32 if groups.family == 4 else 128) - length)) - 1)
        high, low = (masked >> 64, masked & (2**64 - 1)) if groups.family == 6 else (0, masked)
        first, last = ANY_PORT
        if question.port is not None:
            # A block that holds the port begins at most its own width below it.
            first, last = max(question.port - groups.widest, 0), question.port
        held = groups.holding(low, high, first, last)
        if not held:
            continue
        rows = reader.read(held)
        met = rows[_meets(rows, question, low, high, length)]
        if len(met):
            found.append(met)
    return None if not found else found[0] if len(found) == 1 else joined(found)


def _meets(rows: Rows, question: Question, low: int, high: int, length: int) -> Bools:
    good: Bools = (rows.address.low == low) & (rows.start < question.end) & (rows.end > question.begin)
    if rows.address.high is not None:
        good &= rows.address.high == high
    if rows.address.prefix is not None:
        good &= rows.address.prefix == length
    if question.port is not None:
        good &= (rows.port_low <= question.port) & (rows.port_high >= question.port)
    if question.protocol:
        good &= (rows.protocol == question.protocol) | (rows.protocol == 0)
    if question.destination is not None and rows.destination is not None:
        good &= _is(rows.destination, question.destination)
    if question.destination_port is not None and rows.destination_port is not None:
        good &= rows.destination_port == question.destination_port
    return good


def _is(addresses: Addresses, wanted: IPv4Address | IPv6Address) -> Bools:
    if wanted.version != addresses.family:
        return np.zeros(len(addresses), np.bool_)
    number = int(wanted)
    if addresses.high is None:
        return np.asarray(addresses.low == number)
    return np.asarray((addresses.low == number & (2**64 - 1)) & (addresses.high == number >> 64))
