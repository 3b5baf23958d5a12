"""All lists in one file that is mapped, not read: loading takes no longer for a million numbers. Standard library only.

Which entry counts, where several hold a number at a moment (expired ones hold nothing):

1. the called subscriber's own: what they let through before what they asked to be done;
2. then what frees a number (:attr:`Wish.PASS`): the operator's before an imported list's;
3. then the hardest of all other entries; of equally hard ones the operator's.

Several processes may map one file. The file is taken as its writer made it: whoever loads it checks its digest first.
"""

from __future__ import annotations

import json
import mmap
from bisect import bisect_right
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Self

from sekisho.calls.screening.line_table import LineTable
from sekisho.calls.screening.list_format import (
    HEADER,
    MAGIC,
    MASK64,
    MULTIPLIER,
    RECORD,
    SECTIONS,
    WISHES,
)
from sekisho.calls.screening.lookups import Hit, Owner
from sekisho.calls.screening.number_keys import FOREIGN, NATIONAL

_NATIONAL_LONGEST = len(NATIONAL)


class ListFile:
    """The lists of one ``lists.bin``, as :class:`~sekisho.calls.screening.lookups.NumberLists`."""

    __slots__ = (
        "_chains", "_ends", "_keys", "_lists", "_mapped", "_mask", "_own_chains", "_own_ends", "_own_lines",
        "_own_starts", "_reasons", "_records", "_shift", "_slots", "_starts", "_views", "numbers", "ranges",
    )  # fmt: skip

    def __init__(self, data: bytes | mmap.mmap | memoryview) -> None:
        """Over a file's content, which stays in use. Raises ``ValueError`` for what is no such file."""
        whole = memoryview(data)
        if len(whole) < HEADER.size:
            raise ValueError("too short for a file of lists")
        magic, shift, *places = HEADER.unpack_from(whole)
        if magic != MAGIC:
            raise ValueError("not a file of lists, or of another version")
        parts: dict[str, memoryview] = {}
        for name, begin, length in zip(SECTIONS, places[::2], places[1::2], strict=True):
            if begin + length > len(whole):
                raise ValueError("a file of lists that was cut off")
            parts[name] = whole[begin : begin + length]
        self._views = [whole, *parts.values()]
        self._mapped = data
        self._keys, self._slots = self._cast(parts["keys"], "Q"), self._cast(parts["slots"], "I")
        if len(self._keys) != len(self._slots) or len(self._keys) != 1 << (64 - shift):
            raise ValueError("not a file of lists: its table has another size")
        self._shift, self._mask = shift, len(self._keys) - 1
        self._starts, self._ends = self._cast(parts["starts"], "Q"), self._cast(parts["ends"], "Q")
        self._chains = self._cast(parts["chains"], "I")
        self._own_starts, self._own_ends = self._cast(parts["own_starts"], "Q"), self._cast(parts["own_ends"], "Q")
        self._own_chains = self._cast(parts["own_chains"], "I")
        has_lines = len(parts["line_slots"]) > 0
        self._own_lines = LineTable(parts["line_slots"], parts["line_names"]) if has_lines else None
        self._records = parts["records"]
        texts: dict[str, Any] = json.loads(bytes(parts["texts"]))
        self._lists = [(one["id"], one["version"], Owner(one["owner"])) for one in texts["lists"]]
        self._reasons: list[str] = texts["reasons"]
        self.numbers: int = texts["numbers"]
        """Single numbers in lists for all lines."""
        self.ranges: int = texts["ranges"]
        """Disjoint spans of numbers in lists for all lines; a beginning makes one for each length."""

    @classmethod
    def open(cls, path: Path) -> Self:
        """Map a file. Raises ``OSError``, ``ValueError``."""
        with path.open("rb") as file:
            return cls(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))

    def close(self) -> None:
        """Let go of the file. Nothing may be asked afterwards."""
        if self._own_lines is not None:
            self._own_lines.release()
        for view in reversed(self._views):
            view.release()
        if isinstance(self._mapped, mmap.mmap):
            self._mapped.close()

    def find(self, digits: str, line: str | None, at: datetime) -> Hit | None:
        """The entry that counts for a number; ``None`` for what no entry holds, and for what is no number."""
        size = len(digits)
        if not 0 < size < _NATIONAL_LONGEST or not digits.isascii():
            return None
        if digits[0] == "+":
            if not digits[1:].isdigit() or not FOREIGN[size]:
                return None
            key = FOREIGN[size] + int(digits)
        elif digits.isdigit() and NATIONAL[size]:
            key = NATIONAL[size] + int(digits)
        else:
            return None
        if line is not None and self._own_lines is not None:
            own = self._own(line, key, at)
            if own is not None:
                return own
        keys, mask = self._keys, self._mask
        slot = (key * MULTIPLIER & MASK64) >> self._shift
        single = -1
        while held := keys[slot]:
            if held == key:
                single = self._slots[slot]
                break
            slot = (slot + 1) & mask
        place = bisect_right(self._starts, key) - 1
        if place < 0 or key > self._ends[place]:
            return None if single < 0 else self._told(self._current(single, at))
        among = self._current(self._chains[place], at)
        alone = None if single < 0 else self._current(single, at)
        # A single number and a range of equal rank: the single one says more of the number.
        if alone is None or (among is not None and among[5] < alone[5]):
            alone = among
        return self._told(alone)

    def _own(self, line: str, key: int, at: datetime) -> Hit | None:
        lines = self._own_lines
        found = None if lines is None else lines.find(line)
        if found is None:
            return None
        begin, count = found
        place = bisect_right(self._own_starts, key, begin, begin + count) - 1
        if place < begin or key > self._own_ends[place]:
            return None
        return self._told(self._current(self._own_chains[place], at))

    def _current(self, chain: int, at: datetime) -> tuple[int, ...] | None:
        """The first record of a chain that lasts at ``at``."""
        now = at.timestamp()
        while True:
            record = RECORD.unpack_from(self._records, chain * RECORD.size)
            if now < record[0]:
                return record
            if not record[6]:
                return None
            chain += 1

    def _told(self, record: tuple[int, ...] | None) -> Hit | None:
        if record is None:
            return None
        list_id, version, owner = self._lists[record[2]]
        return Hit(
            list_id=list_id,
            entry_id=f"{list_id}:{version}:{record[1]}",
            action=WISHES[record[5]],
            reason=self._reasons[record[3]],
            owner=owner,
            sip_status=record[4] or None,
        )

    def _cast(self, part: memoryview, kind: Literal["Q", "I"]) -> memoryview:
        view: memoryview = part.cast(kind)
        self._views.append(view)
        return view
