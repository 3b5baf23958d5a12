"""The end record and the central directory of a zip archive (APPNOTE.TXT 4.3.12-4.3.16), read by hand.

Python's own reader takes the directory from before the end record, Android's from where the end record says: whoever
makes the two differ shows each of them another app. Here the end record's word counts, as on the device, and a
difference is told.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import BinaryIO, Final

from sekisho.apps.archive.errors import DirectoryBroken, NotAnArchive, TooManyEntries

END: Final = b"PK\x05\x06"
END64: Final = b"PK\x06\x06"
LOCATOR64: Final = b"PK\x06\x07"
CENTRAL: Final = b"PK\x01\x02"
LOCAL: Final = b"PK\x03\x04"

END_SIZE: Final = 22
COMMENT_MOST: Final = 0xFFFF
"""A comment's length has sixteen bits, so the end record stands within 65,557 bytes of the end."""
DIRECTORY_MOST: Final = 64 << 20
"""Bytes of directory that are read: 200,000 entries with names of 300 bytes."""
_CENTRAL: Final = struct.Struct("<4s6H3I5H2I")
_UTF8: Final = 0x800
_ALL16: Final = 0xFFFF
_ALL32: Final = 0xFFFFFFFF


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of the central directory, as it says; nothing is checked against the entry itself."""

    name: str
    raw_name: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """All rows; where the directory begins; whether more than one directory could be meant; bytes after the rows."""

    rows: tuple[Row, ...]
    start: int
    ambiguous: bool
    miscounted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _End:
    at: int
    count: int
    size: int
    offset: int
    rivals: bool


def _find_end(file: BinaryIO, length: int) -> _End:
    start = max(0, length - END_SIZE - COMMENT_MOST)
    file.seek(start)
    tail = file.read(length - start)
    found: list[int] = []
    at = tail.rfind(END)
    while at >= 0:
        if at + END_SIZE <= len(tail):
            comment = int.from_bytes(tail[at + 20 : at + 22], "little")
            if at + END_SIZE + comment <= len(tail):
                found.append(at)
        at = tail.rfind(END, 0, at)
    if not found:
        raise NotAnArchive()
    exact = [at for at in found if at + END_SIZE + int.from_bytes(tail[at + 20 : at + 22], "little") == len(tail)]
    chosen = (exact or found)[0]
    count, size, offset = struct.unpack_from("<HII", tail, chosen + 10)
    plausible = [at for at in found if _points_at_directory(file, tail, at)]
    rivals = len(set(plausible) | {chosen}) > 1
    return _End(at=start + chosen, count=count, size=size, offset=offset, rivals=rivals)


def _points_at_directory(file: BinaryIO, tail: bytes, at: int) -> bool:
    count, _, offset = struct.unpack_from("<HII", tail, at + 10)
    file.seek(offset)
    return bool(count) and file.read(4) == CENTRAL


def _widen(file: BinaryIO, end: _End) -> _End:
    """The 64-bit end record, where the 16- and 32-bit one says that there is one (4.3.14, 4.3.15)."""
    if end.count != _ALL16 and _ALL32 not in {end.size, end.offset}:
        return end
    if end.at < 20:
        return end
    file.seek(end.at - 20)
    locator = file.read(20)
    if not locator.startswith(LOCATOR64):
        return end
    at = int.from_bytes(locator[8:16], "little")
    if at + 56 > end.at:
        raise DirectoryBroken(offset=at)
    file.seek(at)
    record = file.read(56)
    if not record.startswith(END64) or len(record) < 56:
        raise DirectoryBroken(offset=at)
    count, size, offset = struct.unpack_from("<QQQ", record, 32)
    return _End(at=at, count=count, size=size, offset=offset, rivals=end.rivals)


def _is_row(file: BinaryIO, at: int) -> bool:
    if at < 0:
        return False
    file.seek(at)
    return file.read(4) == CENTRAL


def read_directory(file: BinaryIO, length: int, *, most_entries: int) -> Directory:
    """The directory of the archive in ``file``, which has ``length`` bytes.

    Reads at most :data:`DIRECTORY_MOST` bytes and ``most_entries`` rows. Raises :class:`NotAnArchive`,
    :class:`DirectoryBroken` or :class:`TooManyEntries`.
    """
    end = _widen(file, _find_end(file, length))
    if end.count > most_entries:
        raise TooManyEntries(count=end.count, limit=most_entries)
    if not end.count:
        return Directory(rows=(), start=end.offset, ambiguous=end.rivals, miscounted=end.size > 0)
    before = end.at - end.size
    start = end.offset
    ambiguous = end.rivals
    if start != before:
        # Where both hold a row, Python's reader and the device would see different entries.
        ambiguous = ambiguous or (_is_row(file, start) and _is_row(file, before))
    if not _is_row(file, start) or start >= end.at:
        raise DirectoryBroken(offset=start)
    if end.at - start > DIRECTORY_MOST:
        raise DirectoryBroken(offset=start)
    file.seek(start)
    data = file.read(end.at - start)
    rows, position = [], 0
    for _ in range(end.count):
        if position + _CENTRAL.size > len(data) or data[position : position + 4] != CENTRAL:
            raise DirectoryBroken(offset=start + position)
        row, position = _row(data, position, start)
        rows.append(row)
    return Directory(
        rows=tuple(rows), start=start, ambiguous=ambiguous, miscounted=data[position : position + 4] == CENTRAL
    )


def _row(data: bytes, at: int, start: int) -> tuple[Row, int]:
    fields = _CENTRAL.unpack_from(data, at)
    flags, method = fields[3], fields[4]
    crc, packed, size, name_length, extra_length, comment_length = fields[7:13]
    offset = fields[16]
    name_at = at + _CENTRAL.size
    after = name_at + name_length + extra_length + comment_length
    if after > len(data):
        raise DirectoryBroken(offset=start + at)
    raw = data[name_at : name_at + name_length]
    if _ALL32 in {packed, size, offset}:
        extra = data[name_at + name_length : name_at + name_length + extra_length]
        size, packed, offset = _wide(extra, size, packed, offset)
    try:
        name = raw.decode("utf-8")
    except UnicodeDecodeError:
        name = raw.decode("utf-8", "backslashreplace") if flags & _UTF8 else raw.decode("cp437")
    return (
        Row(name=name, raw_name=raw, flags=flags, method=method, crc=crc, packed=packed, size=size, offset=offset),
        after,
    )


def _wide(extra: bytes, size: int, packed: int, offset: int) -> tuple[int, int, int]:
    """Sizes of 64 bits from the extra field 0x0001 (4.5.3), in its order, each only where the row has all ones."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        if kind == 1:
            body = extra[at + 4 : at + 4 + length]
            values = [int.from_bytes(body[i : i + 8], "little") for i in range(0, len(body) - 7, 8)]
            if size == _ALL32 and values:
                size = values.pop(0)
            if packed == _ALL32 and values:
                packed = values.pop(0)
            if offset == _ALL32 and values:
                offset = values.pop(0)
            break
        at += 4 + length
    return size, packed, offset
