"""The compact form in which a list from outside is kept: one record for each span of numbers. Pure."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from sekisho.calls.screening.list_format import NEVER, RANKS
from sekisho.calls.screening.lookups import Owner, Wish
from sekisho.calls.screening.number_keys import Span

PART: Final = 1 << 20
"""Bytes of a part: below what one row of a database takes comfortably."""

_RECORD: Final = struct.Struct("<QQqIHHB")
_WISHES: Final = tuple(Wish)


@dataclass(frozen=True, slots=True)
class PackedEntry:
    """One span of an imported list. ``line`` is the line of the file it came from."""

    span: Span
    action: Wish
    reason: str
    expires: datetime | None
    sip_status: int | None
    line: int


def _rank(record: bytes) -> tuple[int, int]:
    _, _, until, _, _, _, wish = _RECORD.unpack(record)
    return RANKS[Owner.IMPORTED, _WISHES[wish]], -until


@dataclass(slots=True)
class Packer:
    """Collects spans; of several with the same numbers the strongest stays, the longest of equally strong ones.

    Memory grows with different spans only: a duplicate takes none.
    """

    _reasons: dict[str, int] = field(default_factory=dict)
    _records: dict[int | Span, bytes] = field(default_factory=dict)
    duplicates: int = 0

    def add(self, entry: PackedEntry) -> None:
        """One more span."""
        until = NEVER if entry.expires is None else int(entry.expires.timestamp())
        number = self._reasons.setdefault(entry.reason, len(self._reasons))
        start, end = entry.span
        record = _RECORD.pack(
            start, end, until, entry.line, number, entry.sip_status or 0, _WISHES.index(entry.action)
        )
        name = start if start == end else entry.span
        held = self._records.get(name)
        if held is None:
            self._records[name] = record
            return
        self.duplicates += 1
        if _rank(record) < _rank(held):
            self._records[name] = record

    def __len__(self) -> int:
        """Different spans so far."""
        return len(self._records)

    def parts(self) -> list[bytes]:
        """The whole, in parts."""
        head = json.dumps(list(self._reasons), ensure_ascii=False).encode()
        whole = zlib.compress(
            len(head).to_bytes(4, "little") + head + b"".join(self._records.values()), level=3
        )
        return [whole[at : at + PART] for at in range(0, len(whole), PART)]


def unpacked(parts: Sequence[bytes]) -> Iterator[PackedEntry]:
    """What :meth:`Packer.parts` gave, span by span."""
    whole = zlib.decompress(b"".join(parts))
    size = int.from_bytes(whole[:4], "little")
    reasons = json.loads(whole[4 : 4 + size])
    for start, end, until, line, reason, status, wish in _RECORD.iter_unpack(memoryview(whole)[4 + size :]):
        expires = None if until == NEVER else datetime.fromtimestamp(until, UTC)
        yield PackedEntry((start, end), _WISHES[wish], reasons[reason], expires, status or None, line)
