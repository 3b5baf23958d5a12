"""Tagged netstrings, as mitmproxy writes its flows: ``length:payload`` and one byte for the type, one in another.

Nothing is copied that isn't asked for: bytes stay views of what was read, so that a recorded film costs its length
once and no more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

ELEMENT_MOST: Final = 128 * 1024 * 1024
"""Bytes of one element (one flow with its answer) that is read; a longer one is passed over and told."""
DEEPEST: Final = 40
MEMBERS_MOST: Final = 200_000
"""Members of one element, all levels together; a flow has some hundred, a long WebSocket some ten thousand."""
_DIGITS_MOST: Final = 12
_LINES_MOST: Final = 4096


class NotTnetstring(Exception):
    """What stands at ``offset`` isn't one, or ends before it does (``cut``)."""

    def __init__(self, offset: int, *, cut: bool = False) -> None:
        """At this byte of the file."""
        super().__init__(offset)
        self.offset = offset
        self.cut = cut


@dataclass(frozen=True, slots=True)
class Element:
    """One element: where it begins, and its value, or ``None`` where it was longer than the limit."""

    offset: int
    value: Any
    too_long: bool = False


def elements(stream: BinaryIO) -> Iterator[Element]:
    """Every element of a file, one after another. Raises :class:`NotTnetstring` where it can't go on."""
    offset = 0
    while head := _head(stream, offset):
        length, width = head
        body = offset + width
        if length > ELEMENT_MOST:
            stream.seek(body + length)
            if not stream.read(1):
                raise NotTnetstring(body, cut=True)
            yield Element(offset, None, too_long=True)
        else:
            content = stream.read(length + 1)
            if len(content) <= length:
                raise NotTnetstring(body + len(content), cut=True)
            yield Element(offset, _Parser(memoryview(content), body).value(0, length, content[length:], 0))
        offset = body + length + 1


def _head(stream: BinaryIO, offset: int) -> tuple[int, int] | None:
    """The length and how wide it is written; nothing at the end of the file."""
    digits = b""
    while len(digits) <= _DIGITS_MOST:
        one = stream.read(1)
        if one == b":" and digits:
            return int(digits), len(digits) + 1
        # A line's end between elements is what an editor leaves at the end of a file.
        if not one.isdigit():
            if one in {b"", b"\n", b"\r"} and not digits and not stream.read(_LINES_MOST).strip(b"\r\n"):
                return None
            raise NotTnetstring(offset + len(digits), cut=one == b"")
        digits += one
    raise NotTnetstring(offset)


class _Parser:
    """One element, parsed within limits."""

    def __init__(self, data: memoryview, base: int) -> None:
        self._data = data
        self._base = base
        self._left = MEMBERS_MOST

    def value(self, start: int, end: int, kind: bytes, depth: int) -> Any:
        """The value between two offsets, of the type that its last byte names."""
        payload = self._data[start:end]
        self._left -= 1
        if depth > DEEPEST or self._left < 0:
            raise NotTnetstring(self._base + start)
        try:
            match kind:
                case b",":
                    return payload
                case b";":
                    return bytes(payload).decode("utf-8", "replace")
                case b"#":
                    return int(bytes(payload[:40]))
                case b"^":
                    return float(bytes(payload[:40]))
                case b"!":
                    return bytes(payload) == b"true"
                case b"~":
                    return None
                case b"]":
                    return list(self._inside(start, end, depth))
                case b"}":
                    members = list(self._inside(start, end, depth))
                    return {text_of(key): value for key, value in zip(members[::2], members[1::2], strict=False)}
        except ValueError as error:
            raise NotTnetstring(self._base + start) from error
        raise NotTnetstring(self._base + end)

    def _inside(self, start: int, end: int, depth: int) -> Iterator[Any]:
        at = start
        while at < end:
            head = bytes(self._data[at : min(at + _DIGITS_MOST + 1, end)])
            digits, colon, _ = head.partition(b":")
            if not colon or not digits.isdigit():
                raise NotTnetstring(self._base + at)
            begin = at + len(digits) + 1
            stop = begin + int(digits)
            if stop >= end:
                raise NotTnetstring(self._base + at)
            yield self.value(begin, stop, bytes(self._data[stop : stop + 1]), depth + 1)
            at = stop + 1


def text_of(value: object) -> str:
    """Text that older versions wrote as bytes; empty for anything else."""
    if isinstance(value, memoryview):
        return bytes(value).decode("utf-8", "backslashreplace")
    return value if isinstance(value, str) else ""


def bytes_of(value: object, most: int) -> bytes:
    """Bytes that some versions write as text, at most ``most``."""
    if isinstance(value, memoryview):
        return bytes(value[:most])
    return value.encode("utf-8", "replace")[:most] if isinstance(value, str) else b""
