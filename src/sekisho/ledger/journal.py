r"""The journal: what an acknowledgement rests on, until tiles and checkpoint are made from it.

A journal file ``journal/<index of its first leaf, 20 digits>`` is a sequence of *groups*, each written in one write and
made durable by one ``fdatasync``::

    magic  "SKJ\xa5"       4 bytes
    first  index of the group's first leaf   uint64
    count  leaves          uint32
    length bytes of body   uint64
    check  CRC-32 of the 24 bytes before     uint32
    body   each leaf after its length as uint16, as in an entry bundle
    check  CRC-32 of the body                uint32
    end    "\xa5\x5a\n"    3 bytes

Integers are big-endian. A group is there whole or not at all, so an append of several leaves is too.

**Torn or damaged.** Only the last group of the last file can be torn, since the next group is written after the one
before is synced. A torn group is short, or has a stretch of zeros where a disk sector was not written. Anything else
that doesn't check is damage: it is refused, never cut off, because cutting would lose acknowledged leaves. One flipped
bit can neither shorten a file nor make a sector of zeros (magic and end mark have several bits set), so it is never
mistaken for a tear. What this cannot see: a whole group, or file end, removed cleanly after the last checkpoint.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from sekisho.ledger.errors import LedgerDamaged
from sekisho.ledger.tiles import decode_bundle

_MAGIC = b"SKJ\xa5"
_END = b"\xa5\x5a\n"
_HEAD = struct.Struct(">4sQIQ")
_CHECK = struct.Struct(">I")
_HEAD_SIZE = _HEAD.size + _CHECK.size
_TAIL_SIZE = _CHECK.size + len(_END)
_SECTOR = 512  # the smallest unit a disk writes whole


def journal_name(first: int) -> str:
    """The name of the journal file whose first leaf is number ``first``."""
    return f"{first:020d}"


def is_journal_name(name: str) -> bool:
    """Whether ``name`` is a journal file's."""
    return name.isascii() and name.isdigit() and len(name) == len(journal_name(0))


def encode_group(first: int, count: int, body: bytes) -> bytes:
    """One group. ``body`` is the bundle-encoded leaves."""
    head = _HEAD.pack(_MAGIC, first, count, len(body))
    return b"".join((head, _CHECK.pack(zlib.crc32(head)), body, _CHECK.pack(zlib.crc32(body)), _END))


@dataclass(frozen=True, slots=True)
class JournalContent:
    """What a journal file holds: leaves from number ``first`` on, and from where it is torn (its length when it
    isn't)."""

    first: int
    leaves: Sequence[bytes]
    torn_at: int


def parse_journal(data: bytes, *, file: str, first: int, may_be_torn: bool) -> JournalContent:
    """Read a journal file. ``may_be_torn``: it is the last one. Raises :class:`LedgerDamaged` for anything but a
    tear."""
    leaves: list[bytes] = []
    position = 0
    while position < len(data):
        problem, offset, end, count, body = _group(data, position, first + len(leaves))
        if problem:
            if may_be_torn and _looks_torn(data, position, end):
                break
            raise LedgerDamaged(file=file, offset=offset, problem=problem)
        leaves += decode_bundle(body, count, file)
        position = end
    return JournalContent(first, leaves, position)


def _group(data: bytes, position: int, expected: int) -> tuple[str, int, int, int, bytes]:
    """``(problem, offset of it, end of the group or of the file, count, body)``; the problem is empty when it
    checks."""
    body_at = position + _HEAD_SIZE
    if body_at > len(data):
        return "the head of a group is cut short", position, len(data) + 1, 0, b""
    head = data[position : position + _HEAD.size]
    if _CHECK.unpack(data[position + _HEAD.size : body_at])[0] != zlib.crc32(head):
        return f"the head of the group of leaf {expected} doesn't match its check", position, len(data), 0, b""
    magic, first, count, length = _HEAD.unpack(head)
    if magic != _MAGIC or first != expected:
        return f"a group of leaf {first} stands where leaf {expected} should", position, len(data), 0, b""
    tail_at = body_at + length
    end = tail_at + _TAIL_SIZE
    if end > len(data):
        return f"the group of leaf {first} is cut short", body_at, end, 0, b""
    body = data[body_at:tail_at]
    if data[tail_at + _CHECK.size : end] != _END:
        return f"the end mark of the group of leaf {first} is not there", tail_at + _CHECK.size, end, 0, b""
    if _CHECK.unpack(data[tail_at : tail_at + _CHECK.size])[0] != zlib.crc32(body):
        return f"leaves {first} to {first + count - 1} don't match their check", body_at, end, 0, b""
    return "", position, end, count, body


def _looks_torn(data: bytes, start: int, end: int) -> bool:
    """Whether the group from ``start`` to ``end`` (as far as known) is one that was being written: it is the last, and
    is short or has an unwritten (zero) sector, whole or as far as the group reaches into it."""
    if end > len(data):
        return True
    if end < len(data) or data.find(_END + _MAGIC, start) >= 0:
        return False  # the next group was written after this one had been synced
    sector = start - start % _SECTOR
    while sector < end:
        piece = data[max(sector, start) : min(sector + _SECTOR, end)]
        if not any(piece):
            return True
        sector += _SECTOR
    return False
