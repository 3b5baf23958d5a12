"""A table in a file from a line's name to two numbers, looked up without reading the rest. Standard library only.

Open addressing by CRC-32; the name itself is compared, so that one line never gets what is another's.
"""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Iterable
from typing import Final

LONGEST_LINE: Final = 200
"""Bytes of a line's name. A house limit, well above telephone numbers, IMSIs and circuit ids."""

_EMPTY: Final = 0xFFFFFFFF
_COLUMNS: Final = 4


def make(lines: Iterable[tuple[str, int, int]]) -> tuple[bytes, bytes]:
    """Slots and names for lines with two numbers each (below 2**32). A line is given once. Raises ``ValueError``."""
    given = list(lines)
    size = 8
    while size < 2 * len(given):
        size *= 2
    slots = array("I", [_EMPTY, 0, 0, 0]) * size
    names = bytearray()
    for line, one, other in given:
        name = line.encode()
        if not 0 < len(name) <= LONGEST_LINE:
            raise ValueError(f"a line's name has 1 to {LONGEST_LINE} bytes")
        slot = zlib.crc32(name) & (size - 1)
        while slots[slot * _COLUMNS] != _EMPTY:
            slot = (slot + 1) & (size - 1)
        slots[slot * _COLUMNS : slot * _COLUMNS + _COLUMNS] = array("I", [len(names), len(name), one, other])
        names += name
    return slots.tobytes(), bytes(names)


class LineTable:
    """Reads what :func:`make` wrote."""

    __slots__ = ("_mask", "_names", "_slots")

    def __init__(self, slots: memoryview, names: memoryview) -> None:
        """``slots`` and ``names`` as :func:`make` gave them; both stay in use. Raises ``ValueError``."""
        self._slots = slots.cast("B").cast("I")
        size = len(self._slots) // _COLUMNS
        if size < 8 or size & (size - 1) or len(self._slots) % _COLUMNS:
            raise ValueError("not a table of lines")
        self._mask = size - 1
        self._names = names

    def find(self, line: str) -> tuple[int, int] | None:
        """The two numbers of a line; ``None`` for one that isn't in the table."""
        name = line.encode("utf-8", "replace")
        slots, slot = self._slots, (zlib.crc32(name) & self._mask)
        while (begin := slots[slot * _COLUMNS]) != _EMPTY:
            at = slot * _COLUMNS
            length = slots[at + 1]
            if length == len(name) and self._names[begin : begin + length] == name:
                return slots[at + 2], slots[at + 3]
            slot = (slot + 1) & self._mask
        return None

    def release(self) -> None:
        """Let go of the file's memory."""
        self._slots.release()
        self._names.release()
