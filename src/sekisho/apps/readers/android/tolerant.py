"""A second opinion on binary XML that our own reader refuses: ``apkinspector``, which knows more of malware's tricks.

It isn't asked first, since it reads every string of the pool at once: 260,000 rows that point at one string of 64 KiB
would take 16 GiB. Here what the strings come to is counted before it is asked.
"""

from __future__ import annotations

import io
import logging
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sekisho.apps.readers.android.axml import ELEMENTS_MOST, STRING_MOST, Element
from sekisho.apps.readers.android.errors import ManifestRefused

BYTES_MOST: Final = 1 << 20
STRINGS_MOST: Final = 32 << 20
"""Bytes that the pool's strings may claim altogether."""


def read_tolerantly(data: bytes) -> tuple[Element, ...]:
    """The elements that ``apkinspector`` makes out. Raises :class:`ManifestRefused`. Byte offsets aren't known: 0."""
    if len(data) > BYTES_MOST or _claimed(data) > STRINGS_MOST:
        raise ManifestRefused(problem="strings")
    with _quiet():
        from apkInspector import axml  # noqa: PLC0415  it sets up logging when it is imported; _quiet() undoes that

        try:
            parsed = axml.ManifestStruct.parse(io.BytesIO(data))
        except (struct.error, ValueError, IndexError, KeyError, TypeError, AttributeError, OverflowError) as error:
            raise ManifestRefused(problem=type(error).__name__) from None
    strings = parsed.string_pool.string_list
    found: list[Element] = []
    depth = 0
    for each in parsed.elements[:ELEMENTS_MOST]:
        if isinstance(each, axml.XmlEndElement):
            depth = max(0, depth - 1)
        elif isinstance(each, axml.XmlStartElement):
            attributes: dict[str, str] = {}
            for one in each.attributes:
                name = _string(strings, one.name_index)
                attributes.setdefault(name, _value(strings, one))
            found.append(Element(name=_string(strings, each.attrext[1]), depth=depth, attributes=attributes, offset=0))
            depth += 1
    if not found:
        raise ManifestRefused(problem="elements")
    return tuple(found)


def _string(strings: list[str], index: int) -> str:
    return strings[index][:STRING_MOST] if 0 <= index < len(strings) else ""


def _value(strings: list[str], attribute: Any) -> str:
    kind, value = attribute.typed_value_datatype, attribute.typed_value_data
    if kind == 0x03:
        return _string(strings, value)
    if kind == 0x12:
        return "true" if value else "false"
    return f"@0x{value:08x}" if kind == 0x01 else str(value)


def _claimed(data: bytes) -> int:
    """Bytes of all strings together as their lengths claim, counted as ``apkinspector`` would read them."""
    if len(data) < 36:
        return 0
    flags, start = struct.unpack_from("<II", data, 24)
    total = 0
    for number in range(max(0, min(start - 28, len(data))) // 4):
        row = 36 + 4 * number
        if row + 4 > len(data):
            break
        at = start + 8 + int.from_bytes(data[row : row + 4], "little")
        length = int.from_bytes(data[at : at + 2], "little")
        if flags & 0x100:
            length &= 0xFF
        elif length & 0x8000:
            length = 2 * ((length & 0x7FFF) << 16 | int.from_bytes(data[at + 2 : at + 4], "little"))
        else:
            length *= 2
        total += max(0, min(length, len(data) - at))
    return total


@contextmanager
def _quiet() -> Iterator[None]:
    """What is logged meanwhile goes nowhere, and the root logger is afterwards as it was."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    silent = logging.NullHandler()
    root.handlers[:] = [silent]
    root.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
