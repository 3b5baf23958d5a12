"""Find the rows of a segment that meet a question: one or two groups are read, and nothing else of it."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import Final

import numpy as np

from sekisho.logs.columns import Addresses, Bools
from sekisho.logs.rows import Rows
from sekisho.logs.segments.encoding import Groups, SegmentReader, joined

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


def keys_of(question: Question, groups: Groups) -> list[tuple[int, int, int, int, int]]:
    """What to look for in a segment: the prefix length, the address's halves, and the range of first ports."""
    if question.address.version != groups.family:
        return []
    bits = 32 if groups.family == 4 else 128
    first, last = ANY_PORT
    if question.port is not None:
        # A block that holds the port begins at most its own width below it.
        first, last = max(question.port - groups.widest, 0), question.port
    found = []
    for length in groups.prefixes or (bits,):
        masked = int(question.address) & ~((1 << (bits - length)) - 1)
        high, low = (masked >> 64, masked & (2**64 - 1)) if groups.family == 6 else (0, masked)
        found.append((length, low, high, first, last))
    return found


def matching(rows: Rows | None, question: Question, key: tuple[int, int, int, int, int]) -> Rows | None:
    """Those of the rows found under ``key`` that are of what is asked about, whatever their time."""
    if rows is None:
        return None
    good = _concerns(rows, question, key[0])
    if good.all():
        return rows
    return rows[good] if good.any() else None


def held(reader: SegmentReader, question: Question) -> Rows | None:
    """The rows of what is asked about (address, port, protocol, destination), of any time; None where there are none.

    Of any time, because a later version of a row may have moved it out of the question's.
    """
    found = []
    for key in keys_of(question, reader.groups):
        met = matching(reader.find(*key[1:]), question, key)
        if met is not None:
            found.append(met)
    return None if not found else found[0] if len(found) == 1 else joined(found)


def candidates(reader: SegmentReader, question: Question) -> Rows | None:
    """The rows of one segment that meet ``question``; None where there are none."""
    rows = held(reader, question)
    if rows is None:
        return None
    met = rows[(rows.start < question.end) & (rows.end > question.begin)]
    return met if len(met) else None


def _concerns(rows: Rows, question: Question, length: int) -> Bools:
    good: Bools = np.ones(len(rows), np.bool_)
    if rows.address.prefix is not None:
        good &= rows.address.prefix == length
    if question.port is not None:
        good &= (rows.port_low <= question.port) & (rows.port_high >= question.port)
    if question.protocol:
        good &= (rows.protocol == question.protocol) | (rows.protocol == 0)
    if question.destination is not None and rows.destination is not None:
        good &= _is(rows.destination, question.destination) | _is(rows.destination, _unknown(rows.destination))
    if question.destination_port is not None and rows.destination_port is not None:
        good &= (rows.destination_port == question.destination_port) | (rows.destination_port == 0)
    return good


def _unknown(addresses: Addresses) -> IPv4Address | IPv6Address:
    """What stands where a row doesn't tell its destination: such a row is never left out."""
    return IPv4Address(0) if addresses.family == 4 else IPv6Address(0)


def _is(addresses: Addresses, wanted: IPv4Address | IPv6Address) -> Bools:
    if wanted.version != addresses.family:
        return np.zeros(len(addresses), np.bool_)
    number = int(wanted)
    if addresses.high is None:
        return np.asarray(addresses.low == number)
    return np.asarray((addresses.low == number & (2**64 - 1)) & (addresses.high == number >> 64))
