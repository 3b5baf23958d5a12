"""A Mach-O program: load commands, encryption, names of classes and modules, entitlements (mach-o/loader.h, fat.h,
cs_blobs.h).

Instructions aren't read. Load commands are in the clear even where the App Store encrypted the rest.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

from sekisho.apps.readers.ios.errors import PlistRefused, ProgramRefused
from sekisho.apps.readers.ios.plist import read_plist

_FAT: Final = {b"\xca\xfe\xba\xbe": 20, b"\xca\xfe\xba\xbf": 32}
_THIN: Final = {b"\xcf\xfa\xed\xfe": 32, b"\xce\xfa\xed\xfe": 28}
_ARM64: Final = 0x0100000C
SLICES_MOST: Final = 40
"""Programs in one fat file. A Java class has the same beginning, and there at least 45."""
COMMANDS_MOST: Final = 20_000
CLASS_NAMES_MOST: Final = 4 << 20
"""Bytes of names of Objective-C's classes; the largest apps have a tenth."""
SYMBOLS_MOST: Final = 400_000
_ENCRYPTION: Final = frozenset({0x21, 0x2C})
_DYLIBS: Final = frozenset({0x0C, 0x80000018, 0x8000001F, 0x23 | 0x80000000, 0x20})
_SEGMENTS: Final = {0x19: (64, 72, 80), 0x01: (48, 56, 68)}
"""LC_SEGMENT_64 and LC_SEGMENT: where the number of sections stands, where they begin, how long each is."""
_SIGNATURE: Final = 0x1D
_SYMBOLS: Final = 0x02
_MODULE: Final = re.compile(rb"\0_\$[sS](\d{1,2})([A-Za-z_][A-Za-z0-9_]*)")
_CLASS: Final = re.compile(rb"\0_OBJC_CLASS_\$_([A-Za-z_][A-Za-z0-9_]*)")
_NAME: Final = re.compile(rb"[A-Za-z_][A-Za-z0-9_.]{1,199}\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One processor's program of a file, which begins at ``start``.

    ``encrypted`` is the part that the App Store encrypted, begin and end, or ``None``. ``libraries`` are the names it
    loads others by. ``sections`` and ``symbols`` and ``signature`` are begin and end in the file.
    """

    start: int
    end: int
    encrypted: tuple[int, int] | None
    libraries: tuple[str, ...]
    sections: dict[str, tuple[int, int]] = field(default_factory=dict)
    symbols: tuple[int, int] | None = None
    signature: tuple[int, int] | None = None


def is_program(head: bytes) -> bool:
    """Whether a file that begins so may be a program."""
    return head[:4] in _FAT or head[:4] in _THIN


def read_program(data: bytes) -> Program:
    """The program for 64-bit ARM, else the first. Raises :class:`ProgramRefused`."""
    slices = _slices(data)
    programs: dict[int, tuple[int, int]] = {}
    for kind, start, end in slices:
        programs.setdefault(kind, (start, end))
    start, end = programs.get(_ARM64) or next(iter(programs.values()))
    return _thin(data, start, end)


def _slices(data: bytes) -> list[tuple[int, int, int]]:
    if data[:4] in _THIN:
        return [(_ARM64, 0, len(data))]
    size = _FAT.get(data[:4])
    count = int.from_bytes(data[4:8], "big")
    if size is None or not 0 < count <= SLICES_MOST or 8 + count * size > len(data):
        raise ProgramRefused(problem="header")
    found = []
    for number in range(count):
        at = 8 + number * size
        kind, _, start, length = struct.unpack_from(">IIII" if size == 20 else ">IIQQ", data, at)
        if start + length <= len(data) and length >= 28:
            found.append((kind, start, start + length))
    if not found:
        raise ProgramRefused(problem="slices")
    return found


def _thin(data: bytes, start: int, end: int) -> Program:
    header = _THIN.get(data[start : start + 4])
    if header is None or start + header > end:
        raise ProgramRefused(problem="magic")
    count, size = struct.unpack_from("<II", data, start + 16)
    if count > COMMANDS_MOST or start + header + size > end:
        raise ProgramRefused(problem="load commands")
    encrypted: tuple[int, int] | None = None
    symbols = signature = None
    libraries: list[str] = []
    sections: dict[str, tuple[int, int]] = {}
    at, stop = start + header, start + header + size
    for _ in range(count):
        if at + 8 > stop:
            raise ProgramRefused(problem="load commands")
        kind, length = struct.unpack_from("<II", data, at)
        if length < 8 or at + length > stop:
            raise ProgramRefused(problem="load commands")
        body = data[at : at + length]
        if kind in _ENCRYPTION and length >= 20:
            offset, covered, how = struct.unpack_from("<III", body, 8)
            encrypted = _within(start, end, offset, covered) if how else encrypted
        elif kind in _DYLIBS and length >= 24:
            name_at = int.from_bytes(body[8:12], "little")
            libraries.append(body[name_at:].split(b"\0", 1)[0][:300].decode("utf-8", "replace"))
        elif kind == _SYMBOLS and length >= 24:
            symbols = _within(start, end, *struct.unpack_from("<II", body, 16))
        elif kind == _SIGNATURE and length >= 16:
            signature = _within(start, end, *struct.unpack_from("<II", body, 8))
        elif kind in _SEGMENTS:
            sections |= dict(_sections(body, kind, start, end))
        at += length
    return Program(start=start, end=end, encrypted=encrypted, libraries=tuple(dict.fromkeys(libraries)),
                   sections=sections, symbols=symbols, signature=signature)  # fmt: skip


def _within(start: int, end: int, offset: int, size: int) -> tuple[int, int]:
    begin = min(start + offset, end)
    return begin, min(begin + size, end)


def _sections(body: bytes, kind: int, start: int, end: int) -> Iterator[tuple[str, tuple[int, int]]]:
    count_at, first, width = _SEGMENTS[kind]
    if len(body) < first:
        return
    for number in range(int.from_bytes(body[count_at : count_at + 4], "little")):
        at = first + number * width
        if at + width > len(body):
            return
        name = body[at : at + 16].rstrip(b"\0").decode("ascii", "replace")
        size_at = at + (40 if kind == 0x19 else 36)
        size = int.from_bytes(body[size_at : size_at + (8 if kind == 0x19 else 4)], "little")
        offset = int.from_bytes(body[at + (48 if kind == 0x19 else 40) :][:4], "little")
        yield name, _within(start, end, offset, size)


def names_in(data: bytes, program: Program) -> Iterator[tuple[str, int]]:
    """Names of classes and modules with their byte offset: Objective-C's classes, and what the symbols name.

    Each as often as it stands there; nothing from the encrypted part.
    """
    for begin, end in _clear(program, program.sections.get("__objc_classname")):
        at = begin
        for raw in data[begin : min(end, begin + CLASS_NAMES_MOST)].split(b"\0"):
            if _NAME.match(raw):
                yield raw.decode("ascii"), at
            at += len(raw) + 1
    for begin, end in _clear(program, program.symbols):
        for match in islice(_CLASS.finditer(data, begin, end), SYMBOLS_MOST):
            yield match[1].decode("ascii"), match.start(1)
        for match in islice(_MODULE.finditer(data, begin, end), SYMBOLS_MOST):
            length = int(match[1])
            if len(match[2]) >= length > 0:
                yield match[2][:length].decode("ascii"), match.start(2)


def clear_parts(program: Program) -> tuple[tuple[int, int], ...]:
    """The parts of the file that aren't encrypted, begin and end; without the signature, whose certificates name hosts
    of Apple's."""
    end = program.end if program.signature is None else program.signature[0]
    return tuple(_clear(program, (program.start, end)))


def _clear(program: Program, span: tuple[int, int] | None) -> Iterator[tuple[int, int]]:
    if span is None:
        return
    if program.encrypted is None:
        yield span
        return
    begin, end = program.encrypted
    for one in ((span[0], min(span[1], begin)), (max(span[0], end), span[1])):
        if one[0] < one[1]:
            yield one


def entitlements_in(data: bytes, program: Program) -> dict[str, Any]:
    """The entitlements in its code signature; empty where there are none, or none that can be read."""
    if program.signature is None:
        return {}
    begin, end = program.signature
    blob = data[begin:end]
    if len(blob) < 12 or blob[:4] != b"\xfa\xde\x0c\xc0":
        return {}
    for number in range(min(int.from_bytes(blob[8:12], "big"), 100)):
        at = int.from_bytes(blob[16 + 8 * number : 20 + 8 * number], "big")
        if blob[at : at + 4] == b"\xfa\xde\x71\x71":
            length = int.from_bytes(blob[at + 4 : at + 8], "big")
            try:
                root = read_plist(blob[at + 8 : at + length]).root
            except PlistRefused:
                return {}
            return root if isinstance(root, dict) else {}
    return {}
