"""Property lists from strangers: XML, binary, and the JSON that some people put in their place.

Python's own reader isn't used: it gives nothing of a file that is cut off, and a binary list whose rows all point at
one long string makes it take memory a thousand times the file's size. Here everything that was whole before a break is
given with the problem's name, depth and size are limited, and entities are refused.

Values are ``dict``, ``list``, ``str``, ``int``, ``float``, ``bool``, ``bytes`` and ``None`` (a date, a null or what
couldn't be made out).
"""

from __future__ import annotations

import base64
import binascii
import json
import struct
from dataclasses import dataclass
from typing import Any, Final
from xml.parsers import expat

from sekisho.apps.readers.ios.errors import PlistRefused

DEPTH_MOST: Final = 64
VALUES_MOST: Final = 200_000
STRINGS_MOST: Final = 32 << 20
"""Bytes of all texts of a binary list together, each counted as often as a row has it."""
_BINARY: Final = b"bplist0"
_MARKS: Final = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


@dataclass(frozen=True, slots=True)
class Plist:
    """The list's root, and what was unusual: ``cut_off``, ``preamble`` (bytes before its beginning), ``json``,
    ``bom``, ``content`` (a value that isn't what its tag says)."""

    root: Any
    problems: tuple[str, ...] = ()


def read_plist(data: bytes) -> Plist:
    """The property list in ``data``. Raises :class:`PlistRefused` where there is none at all."""
    if data.startswith(_BINARY):
        return Plist(_Binary(data).root())
    problems: list[str] = []
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            # In eight bits from here on; the declaration that says otherwise is cut off below.
            data = data[2:].decode(encoding, "replace").encode("utf-8", "replace")
            problems.append("bom")
            data = data[data.find(b"?>") + 2 :] if data.lstrip().startswith(b"<?xml") else data
    if data.startswith(b"\xef\xbb\xbf"):
        problems.append("bom")
        data = data[3:]
    bare = data.lstrip(b"\0\t\r\n \x0b\x0c")
    if bare.startswith(b"{"):
        return _json(bare, problems)
    begin = min((at for at in (bare.find(b"<?xml"), bare.find(b"<!DOCTYPE plist"), bare.find(b"<plist"),
                               bare.find(b"<dict")) if at >= 0), default=-1)  # fmt: skip
    if begin < 0:
        raise PlistRefused(problem="no_beginning")
    if begin or len(bare) != len(data):
        problems.append("preamble")
    return _Xml(problems).read(bare[begin:])


def _json(data: bytes, problems: list[str]) -> Plist:
    try:
        root = json.loads(data)
    except (ValueError, RecursionError):
        raise PlistRefused(problem="old_style") from None
    return Plist(root, (*problems, "json"))


class _Stop(Exception):
    """Reading ends here; what was read counts."""


class _Xml:
    def __init__(self, problems: list[str]) -> None:
        self._problems = problems
        self._stack: list[tuple[Any, list[str]]] = []
        self._root: list[Any] = []
        self._text: list[str] = []
        self._values = 0

    def read(self, data: bytes) -> Plist:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text.append
        parser.EntityDeclHandler = self._entity
        try:
            parser.Parse(data, True)
        except (expat.ExpatError, ValueError):
            if not self._root:
                raise PlistRefused(problem="not_xml") from None
            self._problem("cut_off")
        except _Stop:
            self._problem("cut_off")
        if not self._root:
            raise PlistRefused(problem="empty")
        return Plist(self._root[0], tuple(dict.fromkeys(self._problems)))

    def _problem(self, name: str) -> None:
        self._problems.append(name)

    def _entity(self, *_: object) -> None:
        raise _Stop

    def _start(self, tag: str, _: object) -> None:
        self._text.clear()
        if tag in {"dict", "array"}:
            value: Any = {} if tag == "dict" else []
            self._put(value)
            if len(self._stack) >= DEPTH_MOST:
                raise _Stop
            self._stack.append((value, []))

    def _end(self, tag: str) -> None:
        text = "".join(self._text)
        self._text.clear()
        if tag in {"dict", "array"}:
            self._stack.pop()
        elif tag == "key":
            if self._stack:
                self._stack[-1][1][:] = [text.strip()]
        elif tag != "plist":
            self._put(self._value(tag, text))

    def _put(self, value: Any) -> None:
        self._values += 1
        if self._values > VALUES_MOST:
            raise _Stop
        if not self._stack:
            self._root.append(value)
            return
        into, key = self._stack[-1]
        if isinstance(into, list):
            into.append(value)
        elif key:
            into.setdefault(key.pop(), value)
        else:
            self._problem("content")

    def _value(self, tag: str, text: str) -> Any:
        if tag == "string":
            return text
        if tag in {"true", "false"}:
            return tag == "true"
        try:
            if tag == "integer":
                return int(text.strip()[:40], 0)
            if tag == "real":
                return float(text)
            if tag == "data":
                return base64.b64decode("".join(text.split()))
        except (ValueError, binascii.Error):
            self._problem("content")
            return text
        if tag != "date":
            self._problem("content")
            return text
        return None


class _Binary:
    """A binary list (CFBinaryPList.c): objects by number, a table of their offsets, a trailer of 32 bytes."""

    def __init__(self, data: bytes) -> None:
        if len(data) < 40:
            raise PlistRefused(problem="cut_off")
        width, self._ref, count, self._top, table = struct.unpack(">6xBBQQQ", data[-32:])
        if not 1 <= width <= 8 or not 1 <= self._ref <= 8 or table + count * width > len(data) - 32:
            raise PlistRefused(problem="cut_off")
        self._data, self._width, self._count, self._table = data, width, count, table
        self._left, self._values = STRINGS_MOST, 0
        self._known: dict[int, Any] = {}

    def root(self) -> Any:
        return self._object(self._top, 0)

    def _int(self, at: int, size: int) -> int:
        if at + size > len(self._data):
            raise PlistRefused(problem="cut_off")
        return int.from_bytes(self._data[at : at + size], "big")

    def _object(self, number: int, depth: int) -> Any:
        if number in self._known:
            return self._known[number]
        self._values += 1
        if number >= self._count or depth > DEPTH_MOST or self._values > VALUES_MOST:
            raise PlistRefused(problem="table")
        at = self._int(self._table + number * self._width, self._width)
        token = self._int(at, 1)
        kind, low = token >> 4, token & 0xF
        value: Any = None
        if kind == 0x0:
            value = {8: False, 9: True}.get(low)
        elif kind == 0x1:
            value = self._int(at + 1, 1 << min(low, 4))
        elif kind == 0x2 and low in {2, 3}:
            value = struct.unpack(">f" if low == 2 else ">d", self._bytes(at + 1, 1 << low))[0]
        elif kind in {0x4, 0x5, 0x6, 0x7}:
            count, at = self._length(at, low)
            raw = self._bytes(at, count * (2 if kind == 6 else 1))
            value = raw if kind == 4 else raw.decode({5: "latin-1", 6: "utf-16-be", 7: "utf-8"}[kind], "replace")
        elif kind in {0xA, 0xC}:
            count, at = self._length(at, low)
            value = self._known[number] = []
            value += [self._object(self._int(at + i * self._ref, self._ref), depth + 1) for i in self._upto(count)]
        elif kind == 0xD:
            count, at = self._length(at, low)
            value = self._known[number] = {}
            for i in self._upto(count):
                key = self._object(self._int(at + i * self._ref, self._ref), depth + 1)
                if isinstance(key, str):
                    value[key] = self._object(self._int(at + (count + i) * self._ref, self._ref), depth + 1)
        self._known[number] = value
        return value

    def _upto(self, count: int) -> range:
        if count > VALUES_MOST:
            raise PlistRefused(problem="table")
        # References cost as much as values: a few lists that name each other could have millions of them.
        self._values += count
        return range(count)

    def _bytes(self, at: int, size: int) -> bytes:
        self._left -= size
        if self._left < 0 or at + size > len(self._data):
            raise PlistRefused(problem="cut_off")
        return self._data[at : at + size]

    def _length(self, at: int, low: int) -> tuple[int, int]:
        if low != 0xF:
            return low, at + 1
        size = 1 << (self._int(at + 1, 1) & 0x3)
        return self._int(at + 2, size), at + 2 + size
