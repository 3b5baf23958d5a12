"""Syslog messages in a stream: octet counting and line feeds (RFC 6587 section 3.4). No socket, no clock.

The first bytes of a connection say which it is: ``123 <`` begins a counted message, anything else a line. A sender
doesn't change its way within a connection. What comes out is whole lines, each with its line feed, ready for a reader
of lines; a line feed inside a counted message becomes a space, as it can't be one line otherwise.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import Final

MAX_MESSAGE: Final = 64 * 1024
"""Bytes of one message. RFC 5425 section 4.3.1 asks for 8,192; what is longer is cut here, and its reader refuses it as
too long: it stays in the quarantine, never half-read."""
_MAX_DIGITS: Final = 7

_COUNT = re.compile(rb"[1-9][0-9]{0,6} ")
_FIRST = re.compile(rb"[1-9][0-9]{0,6} <")
_MAYBE_COUNT = re.compile(rb"[1-9][0-9]{0,6}(?: |$)")


class FramingBroken(Exception):
    """A count that is none: where the next message begins can't be known."""


class _Mode(Enum):
    UNKNOWN = 0
    LINES = 1
    COUNTED = 2


class SyslogFrames:
    """The messages of one connection."""

    def __init__(self) -> None:
        """Nothing came yet."""
        self._mode = _Mode.UNKNOWN
        self._rest = b""
        self._skip = 0
        self._skipping = False
        self.overlong = 0
        """Messages that were cut."""

    @property
    def pending(self) -> bool:
        """Whether a message has begun and isn't complete."""
        return bool(self._rest) or self._skip > 0 or self._skipping

    def feed(self, data: bytes) -> bytes:
        """Take bytes; the whole lines they complete. Raises :class:`FramingBroken`."""
        data = self._rest + data if self._rest else data
        self._rest = b""
        if self._mode is _Mode.UNKNOWN:
            data = data.lstrip(b"\r\n")
            if not data:
                return b""
            if _FIRST.match(data):
                self._mode = _Mode.COUNTED
            elif len(data) <= _MAX_DIGITS + 1 and _MAYBE_COUNT.fullmatch(data):
                self._rest = data
                return b""
            else:
                self._mode = _Mode.LINES
        return self._lines(data) if self._mode is _Mode.LINES else self._counted(data)

    def _lines(self, data: bytes) -> bytes:
        if self._skipping:
            end = data.find(b"\n")
            if end < 0:
                return b""
            data, self._skipping = data[end + 1 :], False
        cut = data.rfind(b"\n") + 1
        block, rest = data[:cut], data[cut:]
        if len(rest) > MAX_MESSAGE:
            block += rest[:MAX_MESSAGE] + b"\n"
            rest = b""
            self._skipping = True
            self.overlong += 1
        self._rest = rest
        return block

    def _counted(self, data: bytes) -> bytes:
        found: list[bytes] = []
        at = 0
        if self._skip:
            at = min(self._skip, len(data))
            self._skip -= at
        while at < len(data):
            match = _COUNT.match(data, at, at + _MAX_DIGITS + 1)
            if match is None:
                if data[at : at + 1] in (b"\n", b"\r"):
                    at += 1  # some put a line feed after a counted message all the same
                    continue
                if len(data) - at <= _MAX_DIGITS and data[at:].isdigit() and data[at : at + 1] != b"0":
                    break
                raise FramingBroken
            length = int(match[0])
            begin = match.end()
            if length > MAX_MESSAGE:
                if len(data) - begin < MAX_MESSAGE:
                    break
                found.append(_line(data[begin : begin + MAX_MESSAGE]))
                self.overlong += 1
                taken = min(length, len(data) - begin)
                self._skip = length - taken
                at = begin + taken
                continue
            if len(data) - begin < length:
                break
            found.append(_line(data[begin : begin + length]))
            at = begin + length
        self._rest = data[at:]
        return b"".join(found)


def _line(message: bytes) -> bytes:
    bare = message.rstrip(b"\r\n\0")
    if not bare:
        return b""
    return (bare.replace(b"\n", b" ") if b"\n" in bare else bare) + b"\n"
