"""Binary XML of Android (ResourceTypes.h: ResXMLTree, ResStringPool).

Chunks are walked once, forwards; each must move on, so that no chunk can lead in circles. A string is read when it is
named, so that a pool whose rows all point at one long string costs nothing. Resources aren't resolved: a value that
refers to one stays ``@0x…``.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from sekisho.apps.readers.android.errors import ManifestRefused

ELEMENTS_MOST: Final = 50_000
"""Elements of one manifest; the largest apps have a few thousand."""
ATTRIBUTES_MOST: Final = 200
STRING_MOST: Final = 4096
POOL_MOST: Final = 16 << 20
"""Characters of all strings that are named: rows of a pool may overlap, and then come to more than the file."""
_POOL, _MAP, _START, _END, _CDATA = 0x0001, 0x0180, 0x0102, 0x0103, 0x0104
_NONE: Final = 0xFFFFFFFF
_UTF8: Final = 0x100
_NAMES: Final = {
    0x01010003: "name", 0x01010024: "value", 0x01010025: "resource", 0x0101020C: "minSdkVersion",
    0x01010270: "targetSdkVersion", 0x0101021B: "versionCode", 0x0101021C: "versionName", 0x0101000F: "debuggable",
    0x010104EC: "usesCleartextTraffic", 0x01010527: "networkSecurityConfig", 0x01010018: "authorities",
    0x01010280: "allowBackup", 0x01010271: "maxSdkVersion", 0x01010545: "appCategory", 0x010103F4: "isGame",
}  # fmt: skip
"""Ids of attributes (public.xml): the id counts on the device, and the name beside it may be false or empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One element's start: its name, how deep it stands, its attributes without prefixes, and its byte offset.

    ``text`` is a list that the text directly in it is added to while reading goes on.
    """

    name: str
    depth: int
    attributes: dict[str, str]
    offset: int
    text: list[str] = field(default_factory=list)


class _Pool:
    def __init__(self, data: bytes, at: int, size: int) -> None:
        self._data = data
        self._known: dict[int, str] = {}
        self._left = POOL_MOST
        header, count, flags, strings = struct.unpack_from("<2xH4xI4xII", data, at)
        self._rows, self._utf8 = at + header, bool(flags & _UTF8)
        self._strings = at + strings
        # The count may claim more rows than lie before the strings.
        self._count = min(count, max(0, (min(strings, size) - header) // 4))

    def get(self, index: int) -> str:
        """The string of this number, empty where there is none. Raises :class:`ManifestRefused` beyond the limit."""
        text = self._known.get(index)
        if text is None:
            text = self._known[index] = self._read(index)
            self._left -= len(text)
            if self._left < 0:
                raise ManifestRefused(problem="strings")
        return text

    def _read(self, index: int) -> str:
        if index >= self._count or self._rows + 4 * index + 4 > len(self._data):
            return ""
        at = self._strings + int.from_bytes(self._data[self._rows + 4 * index : self._rows + 4 * index + 4], "little")
        if at + 4 > len(self._data):
            return ""
        return self._narrow(at) if self._utf8 else self._wide(at)

    def _narrow(self, at: int) -> str:
        """Two lengths, in characters and in bytes, each of one or two bytes; then UTF-8."""
        at += 2 if self._data[at] & 0x80 else 1
        if at + 2 > len(self._data):
            return ""
        length = self._data[at]
        if length & 0x80:
            length = (length & 0x7F) << 8 | self._data[at + 1]
            at += 1
        return self._data[at + 1 : at + 1 + min(length, STRING_MOST)].decode("utf-8", "replace")

    def _wide(self, at: int) -> str:
        """A length in characters, of two or four bytes; then UTF-16."""
        length = int.from_bytes(self._data[at : at + 2], "little")
        at += 2
        if length & 0x8000:
            length = (length & 0x7FFF) << 16 | int.from_bytes(self._data[at : at + 2], "little")
            at += 2
        return self._data[at : at + 2 * min(length, STRING_MOST)].decode("utf-16-le", "replace")


def read_axml(data: bytes) -> Iterator[Element]:
    """The elements of binary XML, in order. Raises :class:`ManifestRefused`, perhaps after some.

    As on a device, the file's own type isn't looked at, chunks of kinds it doesn't know are passed over, and what
    stands behind the last whole chunk is no matter where elements came before it.
    """
    if len(data) < 8 or not 8 <= int.from_bytes(data[2:4], "little") <= len(data):
        raise ManifestRefused(problem="header")
    pool: _Pool | None = None
    ids: tuple[int, ...] = ()
    at, count = int.from_bytes(data[2:4], "little"), 0
    open_ones: list[Element] = []
    while at + 8 <= len(data):
        kind, header, size = struct.unpack_from("<HHI", data, at)
        if size < 8 or header < 8 or header > size or at + size > len(data):
            raise ManifestRefused(problem=f"chunk at byte {at}")
        if kind == _POOL and pool is None and size >= 28:
            pool = _Pool(data, at, size)
        elif kind == _MAP:
            ids = struct.unpack_from(f"<{(size - header) // 4}I", data, at + header)
        elif kind == _END:
            if open_ones:
                open_ones.pop()
            if count and not open_ones:
                return
        elif kind == _CDATA and open_ones and pool is not None and header + 4 <= size:
            open_ones[-1].text.append(pool.get(int.from_bytes(data[at + header : at + header + 4], "little")))
        elif kind == _START:
            count += 1
            if pool is None or count > ELEMENTS_MOST or header + 20 > size:
                raise ManifestRefused(problem=f"element at byte {at}")
            element = _element(data, at, header, size, pool, ids, len(open_ones))
            open_ones.append(element)
            yield element
        at += size
    if not count:
        raise ManifestRefused(problem="elements")
    # Every element has an end: bytes are missing.
    raise ManifestRefused(problem=f"end after byte {at}")


def _element(data: bytes, at: int, header: int, size: int, pool: _Pool, ids: tuple[int, ...], depth: int) -> Element:
    name, first, width, number = struct.unpack_from("<4xIHHH", data, at + header)
    attributes: dict[str, str] = {}
    for index in range(min(number, ATTRIBUTES_MOST)):
        place = at + header + first + index * max(width, 20)
        if place + 20 > at + size:
            break
        key, raw, kind, value = struct.unpack_from("<4xII3xBI", data, place)
        label = _NAMES.get(ids[key], "") if key < len(ids) else ""
        attributes.setdefault(label or pool.get(key), _value(pool, raw, kind, value))
    return Element(name=pool.get(name), depth=depth, attributes=attributes, offset=at)


def _value(pool: _Pool, raw: int, kind: int, value: int) -> str:
    """A Res_value as text; its kinds are those of ResourceTypes.h."""
    if kind == 0x03:
        return pool.get(value)
    if kind == 0x12:
        return "true" if value else "false"
    if kind == 0x01:
        return f"@0x{value:08x}"
    if kind in {0x10, 0x11}:
        return str(value - (1 << 32) if value >> 31 and kind == 0x10 else value)
    return pool.get(raw) if raw != _NONE else f"0x{value:08x}"
