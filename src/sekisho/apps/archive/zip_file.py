"""A zip archive whose entries are read one by one, within limits, from an open file."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import BinaryIO, Final, Self

from sekisho.apps.archive.directory import LOCAL, Row, read_directory
from sekisho.apps.archive.errors import (
    EntryBroken,
    EntryCutOff,
    EntryEncrypted,
    EntryNameUnsafe,
    EntryOverlaps,
    EntryRefused,
    EntryTooLarge,
)

_LOCAL_SIZE: Final = 30
_STORED: Final = 0
_DEFLATED: Final = 8
_ENCRYPTED: Final = 1
_BLOCK: Final = 1 << 18
_NAME_SHOWN: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much is read: entries, bytes that one entry unpacks to, and bytes that all of them unpack to together.

    The standard is above the largest apps that Google Play takes (4 GB in parts of at most 200 MB each, thousands of
    entries), and far below what would stop a machine.
    """

    entries: int = 200_000
    entry_bytes: int = 64 << 20
    total_bytes: int = 1 << 30


@unique
class OddityKind(StrEnum):
    """What is unusual of an archive without making it unreadable. Each is a known way to show tools another app."""

    AMBIGUOUS = "archive_ambiguous"
    """More than one directory could be meant."""
    MISCOUNTED = "archive_miscounted"
    """The directory has more rows than the end record counts."""
    DUPLICATE_NAME = "entry_name_twice"
    NAMES_DIFFER = "entry_names_differ"
    """The directory and the entry itself give different names."""
    METHOD_UNKNOWN = "entry_method_unknown"
    """The method of compression is none that Android knows; it was unpacked all the same."""
    SAYS_ENCRYPTED = "entry_says_encrypted"
    """Marked as encrypted, though it isn't; Android ignores the mark."""
    CRC_DIFFERS = "entry_crc_differs"
    SIZE_DIFFERS = "entry_size_differs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Oddity:
    """One unusual thing, and at which entry; empty for the archive as a whole."""

    kind: OddityKind
    entry: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry that can be read. ``name`` is a label and a key, never a path on a disk; ``size`` is what it claims."""

    name: str
    row: Row
    start: int

    @property
    def size(self) -> int:
        """Bytes that it claims to unpack to; a claim only."""
        return self.row.size


class Archive:
    """An archive in an open file, which must be seekable and stay open; one reader at a time.

    ``refused`` are entries that can't be read, ``oddities`` what was unusual so far: reading an entry may add to them.
    Not for writing, nor for extracting to a disk.
    """

    def __init__(self, file: BinaryIO, *, limits: Limits | None = None) -> None:
        """Reads the directory and each entry's own header. Raises :class:`~.errors.ArchiveRefused`."""
        self._file = file
        self._limits = limits or Limits()
        self._left = self._limits.total_bytes
        self._length = file.seek(0, io.SEEK_END)
        directory = read_directory(file, self._length, most_entries=self._limits.entries)
        self.refused: list[EntryRefused] = []
        self.oddities: list[Oddity] = []
        if directory.ambiguous:
            self.oddities.append(Oddity(kind=OddityKind.AMBIGUOUS))
        if directory.miscounted:
            self.oddities.append(Oddity(kind=OddityKind.MISCOUNTED))
        self.entries: tuple[Entry, ...] = tuple(self._located(directory.rows, directory.start))

    @classmethod
    def of_bytes(cls, data: bytes, *, limits: Limits | None = None) -> Self:
        """The archive that ``data`` is."""
        return cls(io.BytesIO(data), limits=limits)

    def _located(self, rows: tuple[Row, ...], directory: int) -> Iterator[Entry]:
        seen: set[str] = set()
        spans: list[tuple[int, int, int, Entry]] = []
        for number, row in enumerate(rows):
            shown = shown_name(row.name)
            if row.name in seen:
                self.oddities.append(Oddity(kind=OddityKind.DUPLICATE_NAME, entry=shown))
            seen.add(row.name)
            if leads_out(row.name):
                self.refused.append(EntryNameUnsafe(entry=shown))
                continue
            start = self._data_start(row)
            if start is None:
                self.refused.append(EntryCutOff(entry=shown))
                continue
            spans.append((row.offset, start + row.packed, number, Entry(name=row.name, row=row, start=start)))
        overlapping = self._overlapping(spans, directory)
        for _, end, number, entry in spans:
            if number in overlapping:
                self.refused.append(EntryOverlaps(entry=shown_name(entry.name)))
            elif end > self._length:
                self.refused.append(EntryCutOff(entry=shown_name(entry.name)))
            else:
                yield entry

    @staticmethod
    def _overlapping(spans: list[tuple[int, int, int, Entry]], directory: int) -> set[int]:
        """Numbers of entries that share bytes with another or reach into the directory."""
        found: set[int] = set()
        reach, owner = -1, -1
        for start, end, number, _ in sorted(spans, key=lambda span: span[:3]):
            if start < reach:
                found |= {number, owner}
            if start < directory < end:
                found.add(number)
            if end > reach:
                reach, owner = end, number
        return found

    def _data_start(self, row: Row) -> int | None:
        self._file.seek(row.offset) if row.offset < self._length else None
        header = self._file.read(_LOCAL_SIZE) if row.offset < self._length else b""
        if len(header) < _LOCAL_SIZE or not header.startswith(LOCAL):
            return None
        name_length, extra_length = struct.unpack_from("<HH", header, 26)
        if self._file.read(name_length) != row.raw_name:
            self.oddities.append(Oddity(kind=OddityKind.NAMES_DIFFER, entry=shown_name(row.name)))
        return row.offset + _LOCAL_SIZE + int(name_length) + int(extra_length)

    def named(self, name: str) -> Entry | None:
        """The first entry of this name, or ``None``."""
        return next((entry for entry in self.entries if entry.name == name), None)

    def read(self, entry: Entry, *, most: int | None = None) -> bytes:
        """All bytes of ``entry``, at most ``most`` (else the limit for one entry).

        Raises a class below :class:`~.errors.EntryRefused`, before more than the limit was unpacked.
        """
        return b"".join(self.blocks(entry, most=most))

    def blocks(self, entry: Entry, *, most: int | None = None) -> Iterator[bytes]:
        """The bytes of ``entry`` in blocks of at most 256 KiB; raises as :meth:`read` does, perhaps after some.

        What one archive unpacks to altogether is limited as well, so reading twice counts twice.
        """
        limit = min(self._limits.entry_bytes if most is None else most, self._left)
        shown = shown_name(entry.name)
        if entry.row.size > limit:
            raise EntryTooLarge(entry=shown, limit=limit)
        packed = entry.row.method != _STORED
        if entry.row.method not in {_STORED, _DEFLATED}:
            self._notice(OddityKind.METHOD_UNKNOWN, shown)
            # Android takes what it doesn't know as stored; equal sizes say the same.
            packed = entry.row.packed != entry.row.size
        total, crc = 0, 0
        for block in self._unpacked(entry, shown) if packed else self._stored(entry):
            total += len(block)
            if total > limit:
                raise EntryTooLarge(entry=shown, limit=limit)
            self._left -= len(block)
            crc = zlib.crc32(block, crc)
            yield block
        if crc != entry.row.crc:
            if entry.row.flags & _ENCRYPTED:
                raise EntryEncrypted(entry=shown)
            self._notice(OddityKind.CRC_DIFFERS, shown)
        elif entry.row.flags & _ENCRYPTED:
            self._notice(OddityKind.SAYS_ENCRYPTED, shown)
        if total != entry.row.size:
            self._notice(OddityKind.SIZE_DIFFERS, shown)

    def _notice(self, kind: OddityKind, shown: str) -> None:
        oddity = Oddity(kind=kind, entry=shown)
        if oddity not in self.oddities:
            self.oddities.append(oddity)

    def _stored(self, entry: Entry) -> Iterator[bytes]:
        left, at = entry.row.packed, entry.start
        while left:
            self._file.seek(at)
            block = self._file.read(min(left, _BLOCK))
            if not block:
                raise EntryCutOff(entry=shown_name(entry.name))
            left -= len(block)
            at += len(block)
            yield block

    def _unpacked(self, entry: Entry, shown: str) -> Iterator[bytes]:
        machine = zlib.decompressobj(-15)
        try:
            for block in self._stored(entry):
                yield from self._some(machine, block)
                if machine.eof:
                    return
        except zlib.error:
            refusal = EntryEncrypted if entry.row.flags & _ENCRYPTED else EntryBroken
            raise refusal(entry=shown) from None
        raise EntryCutOff(entry=shown)

    @staticmethod
    def _some(machine: zlib._Decompress, block: bytes) -> Iterator[bytes]:
        while True:
            out = machine.decompress(block, _BLOCK)
            if out:
                yield out
            block = machine.unconsumed_tail
            if machine.eof or (not block and len(out) < _BLOCK):
                return


def leads_out(name: str) -> bool:
    """Whether a name points out of its archive, or could on some system: never a path of an app's own file."""
    return (
        not name
        or name.startswith("/")
        or "\\" in name
        or any(character < " " or character == "\x7f" for character in name)
        or (len(name) > 1 and name[1] == ":")
        or ".." in name.split("/")
    )


def shown_name(name: str) -> str:
    """The name, short and without control characters, for people."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in name[:_NAME_SHOWN])
