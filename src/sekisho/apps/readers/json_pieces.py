"""Cuts the members of a large JSON document out of a stream, without ever holding the document.

It knows where values begin and end (RFC 8259), nothing more: each piece is parsed by whoever asked for it. Strings
beyond a limit are shortened on the way, so that a recorded film costs no more than a picture.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, Final

STRING_MOST: Final = 4 * 1024 * 1024
"""Bytes kept of one string: twice the longest body that is searched, since escapes make it longer."""
PIECE_MOST: Final = 32 * 1024 * 1024
"""Bytes kept of one value. A request with its headers and body has a few thousand."""
KEY_MOST: Final = 1_000
DEEPEST: Final = 256

_BLOCK: Final = 1 << 20
_SPACE: Final = re.compile(rb"[ \t\r\n]*")
_INSIDE: Final = re.compile(rb'[^"\\]*+(?:\\.[^"\\]*+)*+', re.DOTALL)
_STRUCTURE: Final = re.compile(rb'["{}\[\]]')
_SCALAR: Final = re.compile(rb"[^,\]} \t\r\n]*")
_ESCAPE_AT_END: Final = re.compile(rb"\\(?:u[0-9A-Fa-f]{0,3})?\Z|\\u[dD][89aAbB][0-9A-Fa-f]{2}\Z")


class CutOff(Exception):
    """The stream ended inside the document. ``offset`` is where."""

    def __init__(self, offset: int) -> None:
        """At this byte."""
        super().__init__(offset)
        self.offset = offset


class NotJson(Exception):
    """What stands at ``offset`` isn't JSON, or is deeper than any real document."""

    def __init__(self, offset: int) -> None:
        """At this byte."""
        super().__init__(offset)
        self.offset = offset


class TooLong(Exception):
    """A value was longer than :data:`PIECE_MOST`; it has been passed over. ``offset`` is where it began."""

    def __init__(self, offset: int) -> None:
        """At this byte."""
        super().__init__(offset)
        self.offset = offset


class Cutter:
    """Walks one document. Its methods are called in the document's order; none goes back."""

    def __init__(self, stream: BinaryIO) -> None:
        """A byte order mark at the beginning is passed over."""
        self._stream = stream
        self._data = b""
        self._at = 0
        self._base = 0
        self._fill()
        if self._data.startswith(b"\xef\xbb\xbf"):
            self._at = 3

    @property
    def offset(self) -> int:
        """Where it stands in the stream."""
        return self._base + self._at

    def _fill(self) -> bool:
        block = self._stream.read(_BLOCK)
        if not block:
            return False
        self._base += self._at
        self._data, self._at = self._data[self._at :] + block, 0
        return True

    def next_byte(self) -> bytes:
        """The next byte that isn't white space, not taken. Raises :class:`CutOff`."""
        while True:
            found = _SPACE.match(self._data, self._at)
            self._at = found.end() if found is not None else self._at
            if self._at < len(self._data):
                return self._data[self._at : self._at + 1]
            if not self._fill():
                raise CutOff(self.offset)

    def take(self, wanted: bytes) -> None:
        """Takes one byte that must be there. Raises :class:`NotJson`, :class:`CutOff`."""
        if self.next_byte() != wanted:
            raise NotJson(self.offset)
        self._at += 1

    def members(self) -> Iterator[bytes]:
        """The keys of the object that begins here, as they are written; each one's value is taken before the next."""
        self.take(b"{")
        if self.next_byte() == b"}":
            self._at += 1
            return
        while True:
            if self.next_byte() != b'"':
                raise NotJson(self.offset)
            key = bytearray()
            self._string(key, KEY_MOST)
            self.take(b":")
            yield bytes(key[1:-1])
            if self.next_byte() == b"}":
                self._at += 1
                return
            self.take(b",")

    def elements(self) -> Iterator[int]:
        """The offset of each element of the array that begins here; each is taken before the next."""
        self.take(b"[")
        if self.next_byte() == b"]":
            self._at += 1
            return
        while True:
            self.next_byte()
            yield self.offset
            if self.next_byte() == b"]":
                self._at += 1
                return
            self.take(b",")

    def skip(self) -> None:
        """Passes over the value that begins here, of whatever length."""
        self._value(None)

    def value(self) -> bytes:
        """The value that begins here, with long strings shortened. Raises :class:`TooLong` after passing over it."""
        begin, kept = self.offset, bytearray()
        self._value(kept)
        if len(kept) > PIECE_MOST:
            raise TooLong(begin)
        return bytes(kept)

    def _value(self, kept: bytearray | None) -> None:
        first = self.next_byte()
        if first == b'"':
            self._string(kept, STRING_MOST)
        elif first in b"{[":
            self._container(kept)
        elif first in b"}],:":
            raise NotJson(self.offset)
        else:
            self._scalar(kept)

    def _keep(self, kept: bytearray | None, end: int) -> None:
        if kept is not None and len(kept) <= PIECE_MOST:
            kept += self._data[self._at : end]
        self._at = end

    def _scalar(self, kept: bytearray | None) -> None:
        while True:
            found = _SCALAR.match(self._data, self._at)
            end = found.end() if found is not None else self._at
            if end - self._at > KEY_MOST:
                raise NotJson(self.offset)
            if end < len(self._data) or not self._fill():
                # The stream may end after a number; whoever parses it knows whether it is one.
                self._keep(kept, end if end <= len(self._data) else len(self._data))
                return

    def _container(self, kept: bytearray | None) -> None:
        depth = 0
        while True:
            found = _STRUCTURE.search(self._data, self._at)
            if found is None:
                self._keep(kept, len(self._data))
                if not self._fill():
                    raise CutOff(self.offset)
                continue
            mark = found[0]
            if mark == b'"':
                self._keep(kept, found.start())
                self._string(kept, STRING_MOST)
                continue
            self._keep(kept, found.end())
            depth += 1 if mark in b"{[" else -1
            if depth > DEEPEST:
                raise NotJson(self.offset)
            if depth == 0:
                return

    def _string(self, kept: bytearray | None, most: int) -> None:
        """A string with its quotes; what is beyond ``most`` bytes is passed over."""
        self._at += 1
        part = bytearray() if kept is not None else None
        while True:
            found = _INSIDE.match(self._data, self._at)
            end = found.end() if found is not None else self._at
            if part is not None and len(part) <= most:
                part += self._data[self._at : end]
            self._at = end
            if end < len(self._data) and self._data[end] == 0x22:
                self._at += 1
                break
            # What is left is nothing or one backslash, whose character comes with the next block.
            if not self._fill():
                raise CutOff(self.offset)
        if kept is not None and part is not None and len(kept) <= PIECE_MOST:
            kept += b'"' + (bytes(part) if len(part) <= most else _shortened(bytes(part[:most]))) + b'"'


def _shortened(part: bytes) -> bytes:
    """The beginning of a string that ends neither inside an escape nor inside a character."""
    # An even number of backslashes before the end are escapes by themselves.
    found = _ESCAPE_AT_END.search(part)
    while found is not None and (len(part[: found.start()]) - len(part[: found.start()].rstrip(b"\\"))) % 2 == 0:
        part = part[: found.start()]
        found = _ESCAPE_AT_END.search(part)
    return part.decode("utf-8", "ignore").encode() if part[-4:].isascii() is False else part
