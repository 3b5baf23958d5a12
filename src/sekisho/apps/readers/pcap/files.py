"""Packets of a capture file: pcap (both byte orders, micro- and nanoseconds) and pcapng, one at a time."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO, Final

PACKET_MOST: Final = 1 << 20
"""Bytes of one packet; capture programs keep at most a quarter of it."""
INTERFACES_MOST: Final = 10_000
_LATEST: Final = 253_402_300_799.0
_CLASSIC: Final = {
    b"\xa1\xb2\xc3\xd4": (">", 1e6), b"\xd4\xc3\xb2\xa1": ("<", 1e6),
    b"\xa1\xb2\x3c\x4d": (">", 1e9), b"\x4d\x3c\xb2\xa1": ("<", 1e9),
}  # fmt: skip
_SECTION: Final = 0x0A0D0D0A


class NotCapture(Exception):
    """What stands at ``offset`` is no packet, or ends before it does (``cut``)."""

    def __init__(self, offset: int, *, cut: bool = False) -> None:
        """At this byte of the file."""
        super().__init__(offset)
        self.offset = offset
        self.cut = cut


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet: its number from 1 (as other programs count), the link type, when, and the bytes that were kept."""

    number: int
    offset: int
    link: int
    at: datetime | None
    data: bytes
    whole: bool


def packets(stream: BinaryIO) -> Iterator[Packet]:
    """Every packet in the file's order. Raises :class:`NotCapture` where it can't go on."""
    magic = stream.read(4)
    if magic in _CLASSIC:
        return _classic(stream, *_CLASSIC[magic])
    if magic == b"\x0a\x0d\x0d\x0a":
        return _blocks(stream)
    raise NotCapture(0, cut=len(magic) < 4)


def _exactly(stream: BinaryIO, size: int, offset: int) -> bytes:
    content = stream.read(size)
    if len(content) < size:
        raise NotCapture(offset + len(content), cut=True)
    return content


def _time(seconds: float) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if 0 < seconds < _LATEST else None


def _classic(stream: BinaryIO, order: str, fine: float) -> Iterator[Packet]:
    # The high bits tell of a checksum at each frame's end, which no length of IP counts.
    link = struct.unpack(f"{order}16xI", _exactly(stream, 20, 4))[0] & 0xFFFF
    offset, number = 24, 0
    while head := stream.read(16):
        if len(head) < 16:
            raise NotCapture(offset + len(head), cut=True)
        seconds, part, kept, size = struct.unpack(f"{order}4I", head)
        if kept > PACKET_MOST:
            raise NotCapture(offset)
        number += 1
        data = _exactly(stream, kept, offset + 16)
        yield Packet(number, offset, link, _time(seconds + part / fine), data, kept >= size)
        offset += 16 + kept


@dataclass(frozen=True, slots=True)
class _Interface:
    link: int
    per_second: float
    kept: int


def _blocks(stream: BinaryIO) -> Iterator[Packet]:
    order, interfaces = "<", list[_Interface]()
    offset, number = 0, 0
    head = b"\x0a\x0d\x0d\x0a" + stream.read(4)
    while head:
        if len(head) < 8:
            raise NotCapture(offset + len(head), cut=True)
        before = b""
        if head[:4] == b"\x0a\x0d\x0d\x0a":
            before = _exactly(stream, 4, offset + 8)
            order = {b"\x1a\x2b\x3c\x4d": ">", b"\x4d\x3c\x2b\x1a": "<"}.get(before, "")
            if not order:
                raise NotCapture(offset + 8)
            interfaces = []
        kind, size = struct.unpack(f"{order}II", head)
        left = size - 12 - len(before)
        if size % 4 or left < 0:
            raise NotCapture(offset + 4)
        if kind in {1, 2, 3, 6}:
            if left > PACKET_MOST + 65_536:
                raise NotCapture(offset + 4)
            body = _exactly(stream, left, offset + 8)
            if kind == 1:
                if len(interfaces) >= INTERFACES_MOST or len(body) < 8:
                    raise NotCapture(offset)
                interfaces.append(_interface(body, order))
            else:
                number += 1
                yield _packet(kind, body, order, interfaces, number, offset)
        else:
            stream.seek(left, 1)
        if _exactly(stream, 4, offset + size - 4) != head[4:8]:
            raise NotCapture(offset + size - 4)
        offset += size
        head = stream.read(8)


def _interface(body: bytes, order: str) -> _Interface:
    link, kept = struct.unpack_from(f"{order}H2xI", body)
    per_second, at = 1e6, 8
    while at + 4 <= len(body):
        code, size = struct.unpack_from(f"{order}HH", body, at)
        if code == 0:
            break
        if code == 9 and size == 1 and at + 4 < len(body):
            raw = body[at + 4]
            per_second = float(2 ** min(raw & 0x7F, 64) if raw & 0x80 else 10 ** min(raw, 18))
        at += 4 + size + (-size % 4)
    return _Interface(link, per_second, kept)


def _packet(kind: int, body: bytes, order: str, interfaces: list[_Interface], number: int, offset: int) -> Packet:
    start = 4 if kind == 3 else 20
    if len(body) < start:
        raise NotCapture(offset)
    index, at = 0, None
    if kind == 3:
        size = struct.unpack_from(f"{order}I", body)[0]
        kept = min(size, len(body) - 4)
        if interfaces and interfaces[0].kept:
            kept = min(kept, interfaces[0].kept)
    else:
        index, high, low, kept, size = struct.unpack_from(f"{order}5I" if kind == 6 else f"{order}H2x4I", body)
        at = high << 32 | low
    if index >= len(interfaces) or start + kept > len(body):
        raise NotCapture(offset)
    when = None if at is None else _time(at / interfaces[index].per_second)
    return Packet(number, offset, interfaces[index].link, when, body[start : start + kept], kept >= size)
