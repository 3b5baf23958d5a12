"""The manifest of an app bundle: aapt2's Resources.proto (XmlNode, XmlElement, XmlAttribute) in protobuf's wire form.

Fields are read by number; each moves on or is refused, and the stack is our own, so nesting costs neither Python's
stack nor time beyond the depth allowed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sekisho.apps.readers.android.axml import ATTRIBUTES_MOST, ELEMENTS_MOST, STRING_MOST, Element
from sekisho.apps.readers.android.errors import ManifestRefused

DEPTH_MOST: Final = 100


def _fields(data: bytes, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Fields with a length: number, begin, end. Others are passed over."""
    at = start
    while at < end:
        key, at = _varint(data, at, end)
        if key & 7 == 2:
            length, at = _varint(data, at, end)
            if at + length > end:
                raise ManifestRefused(problem=f"field at byte {at}")
            yield key >> 3, at, at + length
            at += length
        elif key & 7 == 0:
            _, at = _varint(data, at, end)
        elif key & 7 in {1, 5}:
            at += 8 if key & 7 == 1 else 4
        else:
            raise ManifestRefused(problem=f"field at byte {at}")


def _varint(data: bytes, at: int, end: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if at >= end:
            break
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
    raise ManifestRefused(problem=f"number at byte {at}")


def read_proto(data: bytes) -> Iterator[Element]:
    """The elements of an app bundle's manifest, in order. Raises :class:`ManifestRefused`, perhaps after some."""
    todo: list[tuple[int, int, int, list[str]]] = [(0, len(data), 0, [])]
    count = 0
    while todo:
        start, end, depth, around = todo.pop()
        for number, begin, stop in _fields(data, start, end):
            if number == 2:
                around.append(_text(data, begin, stop))
            if number != 1:
                continue
            count += 1
            if count > ELEMENTS_MOST or depth > DEPTH_MOST:
                raise ManifestRefused(problem=f"element at byte {begin}")
            name, attributes = "", dict[str, str]()
            children: list[tuple[int, int, int, list[str]]] = []
            inside: list[str] = []
            for field, at, until in _fields(data, begin, stop):
                if field == 3:
                    name = _text(data, at, until)
                elif field == 4 and len(attributes) < ATTRIBUTES_MOST:
                    parts = {one: _text(data, a, b) for one, a, b in _fields(data, at, until) if one in {2, 3}}
                    attributes.setdefault(parts.get(2, ""), parts.get(3, ""))
                elif field == 5:
                    children.append((at, until, depth + 1, inside))
            yield Element(name=name, depth=depth, attributes=attributes, offset=begin, text=inside)
            todo.extend(reversed(children))
    if not count:
        raise ManifestRefused(problem="elements")


def _text(data: bytes, at: int, end: int) -> str:
    return data[at : min(end, at + STRING_MOST)].decode("utf-8", "replace")
