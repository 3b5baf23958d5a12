"""Strings, classes and named methods of a DEX file (Dalvik executable format: header_item, string_ids, type_ids,
method_ids, class_defs).

Code isn't read: which class calls which, and whether anything ever runs, isn't known from this.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from sekisho.apps.readers.android.errors import DexRefused

_HEADER: Final = 0x70
_MAGIC: Final = re.compile(rb"dex\n0\d\d\0")
_CLASS_DEF: Final = 32
_DESCRIPTOR_MOST: Final = 512
"""Bytes of a class's name that are read; Java's own limit is 65,535, and no library's name is a hundredth of that."""
TYPES_MOST: Final = 400_000
"""Types or classes of one file: 65,536 fit in a DEX file's instructions; six times that is no compiler's."""
METHODS_MOST: Final = 200_000
"""Methods of the asked-for types whose names are read; a DEX file's instructions reach 65,536 of all."""
_MARKS: Final = (b"~~R8{", b"~~D8{")
_MARK: Final = re.compile(rb"[^\x00]{0,600}")
_SHORT: Final = re.compile(r"(?:[A-Za-z0-9_$]{1,2}/)*[A-Za-z0-9_$]{1,2}\Z")

_Rows = np.ndarray[tuple[int, ...], np.dtype[np.uint32]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dex:
    """What was read of one file.

    ``packages`` has each package that the file defines a class in, with dots, with the byte offset of the first such
    class's name. ``referred`` maps the names of types it only refers to, of those that were asked for, to the names of
    methods that it refers to of them. ``defined`` are those of the asked-for classes that it defines. ``classes``
    counts the classes, ``short`` those whose every part has at most two letters. ``broken`` counts rows that point
    outside the file; they were left out. ``start`` and ``end`` enclose all strings. ``compiler`` is what R8 or D8 says
    of itself, or empty.
    """

    packages: Mapping[str, int]
    defined: frozenset[str]
    referred: Mapping[str, frozenset[str]]
    classes: int
    short: int
    strings: int
    start: int
    end: int
    broken: int
    compiler: str


def _table(data: bytes, count: int, at: int, size: int, problem: str) -> _Rows:
    if not count:
        return np.zeros((0, size // 4), dtype="<u4")
    if at + count * size > len(data):
        raise DexRefused(problem=problem)
    return np.frombuffer(data, dtype="<u4", count=count * size // 4, offset=at).reshape(count, size // 4)


def _text_at(data: bytes, at: int) -> tuple[bytes, int]:
    """A string_data_item's text and where it begins: a length in uleb128, then modified UTF-8 up to a zero."""
    begin = at
    while begin < len(data) and data[begin] & 0x80 and begin - at < 5:
        begin += 1
    begin += 1
    end = data.find(b"\0", begin, begin + _DESCRIPTOR_MOST)
    return (data[begin:end] if end >= 0 else b""), begin


def read_dex(data: bytes, *, asked: frozenset[str] = frozenset(), wanted: Callable[[str], bool] | None = None) -> Dex:
    """Packages, and what of ``asked`` (classes' names with dots) the file defines or refers to.

    ``wanted`` says of a further class's name whether it is to stand in ``defined``. Raises :class:`DexRefused`. Takes
    time and memory in proportion to ``data``: tables are looked at as arrays, names read once per type.
    """
    if not _MAGIC.match(data) or len(data) < _HEADER:
        raise DexRefused(problem="header")
    string_count, string_at, type_count, type_at = struct.unpack_from("<4I", data, 0x38)
    method_count, method_at, class_count, class_at = struct.unpack_from("<4I", data, 0x58)
    if class_count > TYPES_MOST or type_count > TYPES_MOST:
        raise DexRefused(problem="class_defs")
    strings = _table(data, string_count, string_at, 4, "string_ids").ravel()
    types = _table(data, type_count, type_at, 4, "type_ids").ravel()
    methods = _table(data, method_count, method_at, 8, "method_ids")
    classes = _table(data, class_count, class_at, _CLASS_DEF, "class_defs")
    inside = strings[(strings >= _HEADER) & (strings < len(data))]
    broken = len(strings) - len(inside)
    start, last = (int(inside.min()), int(inside.max())) if len(inside) else (len(data), len(data))
    zero = data.find(b"\0", last + 1)
    end = len(data) if zero < 0 else zero + 1
    names, offsets, bad = _names(data, strings, types)
    broken += bad
    packages, defined, short, count, bad = _classes(classes[:, 0], names, offsets, asked, wanted)
    broken += bad
    marks = [at for at in (data.find(each, start, end) for each in _MARKS) if at >= 0]
    mark = _MARK.match(data, min(marks), end) if marks else None
    return Dex(
        packages=packages,
        defined=frozenset(defined),
        referred=_referred(data, strings, names, methods, asked - defined),
        classes=count,
        short=short,
        strings=string_count,
        start=start,
        end=end,
        broken=broken,
        compiler=mark[0].decode("utf-8", "replace") if mark else "",
    )


def _names(data: bytes, strings: _Rows, types: _Rows) -> tuple[list[str], list[int], int]:
    """Each type's name with slashes (empty for what is no class), where it begins, and how many rows lead nowhere."""
    good = types < len(strings)
    where = np.full(len(types), len(data), dtype=np.uint32)
    where[good] = strings[types[good]]
    names: list[str] = []
    offsets: list[int] = []
    broken = 0
    length = len(data)
    find = data.find
    for at in where.tolist():
        if at >= length:
            broken += 1
            begin = text = None
        else:
            # Nearly every descriptor is shorter than 128, so its length is one byte, and it ends where that says.
            size = data[at]
            begin = at + 1
            if size & 0x80 or find(b"\0", begin, begin + size + 1) != begin + size:
                raw, begin = _text_at(data, at)
            else:
                raw = data[begin : begin + size]
            # A descriptor is L…; for a class; primitive types and arrays are none.
            text = raw[1:-1].decode("utf-8", "replace") if raw[:1] == b"L" and raw[-1:] == b";" else ""
        names.append(text or "")
        offsets.append(begin or 0)
    return names, offsets, broken


def _classes(
    indices: _Rows, names: list[str], offsets: list[int], asked: frozenset[str], wanted: Callable[[str], bool] | None
) -> tuple[dict[str, int], set[str], int, int, int]:
    packages: dict[str, int] = {}
    defined: set[str] = set()
    short = count = broken = 0
    for index in np.unique(indices).tolist():
        name = names[index] if index < len(names) else ""
        if not name:
            broken += 1
            continue
        count += 1
        package, _, _ = name.rpartition("/")
        if package not in packages:
            packages[package] = offsets[index]
        if len(name) < 12 and _SHORT.match(name):
            short += 1
        if asked or wanted is not None:
            dotted = name.replace("/", ".")
            if dotted in asked or (wanted is not None and wanted(dotted)):
                defined.add(dotted)
    broken += len(indices) - len(np.unique(indices))
    return {each.replace("/", "."): at for each, at in packages.items()}, defined, short, count, broken


def _referred(
    data: bytes, strings: _Rows, names: list[str], methods: _Rows, asked: frozenset[str]
) -> dict[str, frozenset[str]]:
    """The asked-for types that are named, with those of their methods that are (method_id_item)."""
    slashed = {each.replace(".", "/"): each for each in asked}
    there = {number: slashed[name] for number, name in enumerate(names) if name in slashed}
    found: dict[str, set[str]] = {name: set() for name in there.values()}
    if not len(methods) or not there:
        return {name: frozenset() for name in found}
    of = methods[:, 0] & 0xFFFF
    rows = methods[np.isin(of, np.fromiter(there, dtype=np.uint32))][:METHODS_MOST]
    for number, text in zip((rows[:, 0] & 0xFFFF).tolist(), rows[:, 1].tolist(), strict=True):
        if text < len(strings) and strings[text] < len(data):
            found[there[number]].add(_text_at(data, int(strings[text]))[0].decode("utf-8", "replace"))
    return {name: frozenset(called) for name, called in found.items()}
