"""Bytes cut into messages and sets (RFC 7011 section 3, RFC 3954 section 5). Knows nothing of what is in them.

An IPFIX message tells its length. One of version 9 doesn't: it ends where its datagram ends or, in a sequence of
messages, where the number of the next set would be 9 or 10, which no set has: that is the next message's version.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

IPFIX: Final = 10
NETFLOW9: Final = 9
KEPT: Final = 0xFFFF
"""Stands where a version would, before a message that a listener kept: what an exporter announced earlier, for a reader
that hasn't heard it. No datagram begins so (:func:`is_datagram`), and no file."""
SECOND: Final = 1_000_000
MAX_MESSAGE: Final = 65_535
"""Bytes: the length has 16 bits, and so has that of a datagram."""
PATIENCE: Final = 1024 * 1024
"""Bytes of messages of one piece that are looked into for another beginning where their sets don't fit; afterwards such
a message is passed over whole, so that nobody can make the search long."""
EARLIEST: Final = 946_684_800
"""2000-01-01 in seconds: an exporter's clock below was never set."""

_IPFIX = struct.Struct(">HHIII")
_NETFLOW9 = struct.Struct(">HHIIII")
_SET = struct.Struct(">HH")


@dataclass(frozen=True, slots=True)
class Header:
    """A message's header. ``exported`` in UTC microseconds; ``uptime`` (version 9) in milliseconds."""

    version: int
    exported: int
    sequence: int
    domain: int
    uptime: int = 0


@dataclass(frozen=True, slots=True)
class Message:
    """A whole message: its header, and where its sets begin and it ends in the bytes it was found in."""

    header: Header
    start: int
    sets: int
    end: int
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Garbage:
    """Bytes that are no message."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Incomplete:
    """A message begins here whose end isn't there yet."""

    start: int


Cut = Message | Garbage | Incomplete


def messages(data: bytes, *, final: bool) -> Iterator[Cut]:
    """The messages in ``data``. ``final`` says that nothing follows; otherwise what is incomplete comes last."""
    at = 0
    patience, resumed = PATIENCE, False
    while at < len(data):
        found: Cut | None = _kept(data, at) if final else None
        found = found or _message(data, at, final=final)
        if isinstance(found, Message) and not resumed and patience > 0 and not _whole(data, found):
            patience -= found.end - found.start
            found = None
        resumed = found is None
        if found is None:
            start = at
            at = _next_start(data, at + 1, final=final)
            yield Garbage(start, at)
            continue
        yield found
        if isinstance(found, Incomplete):
            return
        at = found.end


def sets(data: bytes, message: Message) -> Iterator[tuple[int, bytes]]:
    """Number and body of each set of a message. Raises ``ValueError`` where one doesn't lie within it."""
    at = message.sets
    while at < message.end:
        if message.end - at < 4:
            if any(data[at : message.end]):
                raise ValueError("bytes after the last set")
            return
        number, length = _SET.unpack_from(data, at)
        if length < 4 or at + length > message.end:
            raise ValueError("a set that leaves its message")
        yield number, data[at + 4 : at + length]
        at += length


def single(header: Header, number: int, body: bytes) -> bytes:
    """A message of one set: what is put aside of one, so that it can be read again later."""
    inner = _SET.pack(number, len(body) + 4) + body
    seconds = header.exported // SECOND
    if header.version == IPFIX:
        return _IPFIX.pack(IPFIX, 16 + len(inner), seconds, header.sequence, header.domain) + inner
    return _NETFLOW9.pack(NETFLOW9, 1, header.uptime, seconds, header.sequence, header.domain) + inner


def kept(message: bytes) -> bytes:
    """A message of announcements, marked as kept from earlier."""
    return _SET.pack(KEPT, len(message) + 4) + message


def _kept(data: bytes, at: int) -> Message | None:
    if len(data) - at < 4:
        return None
    mark, length = _SET.unpack_from(data, at)
    if mark != KEPT or len(data) - at < length:
        return None
    inner = _message(data[at + 4 : at + length], 0, final=True)
    if not isinstance(inner, Message) or inner.end != length - 4:
        return None
    return Message(inner.header, at, at + 4 + inner.sets, at + length, kept=True)


def is_datagram(data: bytes) -> bool:
    """Whether ``data`` is exactly one message whose sets fit: what a listener keeps."""
    found = _message(data, 0, final=True)
    if not isinstance(found, Message) or found.end != len(data):
        return False
    return _whole(data, found)


def _whole(data: bytes, message: Message) -> bool:
    """Whether every set lies within the message."""
    try:
        for _ in sets(data, message):
            pass
    except ValueError:
        return False
    return True


def _message(data: bytes, at: int, *, final: bool) -> Message | Incomplete | None:
    """The message at ``at``; None where there is none."""
    left = len(data) - at
    if left < 2:
        return None if final or data[at] != 0 else Incomplete(at)
    version = int.from_bytes(data[at : at + 2], "big")
    if version == IPFIX:
        if left < 4:
            return None if final else Incomplete(at)
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        if length < 16:
            return None
        if left < length:
            return None if final else Incomplete(at)
        _, _, seconds, sequence, domain = _IPFIX.unpack_from(data, at)
        if seconds < EARLIEST:
            return None
        return Message(Header(IPFIX, seconds * SECOND, sequence, domain), at, at + 16, at + length)
    if version == NETFLOW9:
        if left < 20:
            return None if final else Incomplete(at)
        _, _, uptime, seconds, sequence, domain = _NETFLOW9.unpack_from(data, at)
        if seconds < EARLIEST:
            return None
        end = _end_of_netflow9(data, at + 20, final=final)
        if end is None:
            return Incomplete(at) if left <= MAX_MESSAGE else None
        header = Header(NETFLOW9, seconds * SECOND, sequence, domain, uptime)
        return Message(header, at, at + 20, end) if end - at <= MAX_MESSAGE else None
    return None


def _end_of_netflow9(data: bytes, at: int, *, final: bool) -> int | None:
    limit = at + MAX_MESSAGE
    while True:
        if at > limit:
            return at  # too long to be one: the caller sees that
        if at == len(data):
            return at if final else None
        if len(data) - at < 4:
            return len(data) if final else None
        number, length = _SET.unpack_from(data, at)
        if number in (NETFLOW9, IPFIX):
            return at
        if length < 4:
            # Not a set: the message ended with padding, or it is none. The caller's next look tells.
            return at
        if at + length > len(data):
            return len(data) if final else None
        at += length


def _next_start(data: bytes, at: int, *, final: bool) -> int:
    """Where after garbage an IPFIX message may begin again; the end of the data where none does.

    Messages of version 9, which don't tell their length, are found only where one is expected.
    """
    while True:
        place = data.find(b"\x00\x0a", at)
        if place < 0:
            # The first byte of a version may be the last one that is there.
            return len(data) - 1 if not final and at < len(data) and data[-1] == 0 else len(data)
        found = _message(data, place, final=final)
        if found is not None and _believed(data, found):
            return place
        at = place + 1


def _believed(data: bytes, found: Message | Incomplete) -> bool:
    """Two bytes alone are easily found in garbage: a message's first set must fit, too."""
    if isinstance(found, Incomplete):
        return len(data) - found.start < MAX_MESSAGE
    try:
        return any(True for _ in sets(data, found))
    except ValueError:
        return False
