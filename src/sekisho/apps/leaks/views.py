"""What a part of a request reads as when one layer is undone: the whole of it, or each encoded run in it.

Every view knows where its bytes stood in the bytes it was made from. Nothing here knows what is looked for.
"""

from __future__ import annotations

import base64
import binascii
import html
import re
import string
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote_to_bytes

PACKED_MOST: Final = 8 * 1024 * 1024
"""Bytes that one packed run is undone to; what is beyond isn't looked at, and that is said."""
RUNS_MOST: Final = 20_000
"""Encoded runs of one part that are looked into."""
_SHORTEST: Final = 12

_BASE64: Final = re.compile(rb"[A-Za-z0-9+/_-]{12,}={0,2}")
_HEX: Final = re.compile(rb"(?<![0-9A-Fa-f])(?:[0-9A-Fa-f]{2}){8,}(?![0-9A-Fa-f])")
_PERCENT: Final = re.compile(rb"%[0-9A-Fa-f]{2}")
_JSON: Final = re.compile(rb'\\(?:u[0-9A-Fa-f]{4}|["\\/bfnrt])')
_ENTITY: Final = re.compile(rb"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[a-zA-Z]{2,8});")
_GZIP: Final = b"\x1f\x8b\x08"
_BEGINS: Final = re.compile(rb"(?<=/)|eyJ|H4sI|W3s|eJ[wxyz0-9]")
"""Where base64 begins inside a longer run: after a slash of a path, or as a JSON object, gzip or zlib begins."""
_STANDARD: Final = bytes.maketrans(b"-_", b"+/")
_SIMPLE: Final = {b'"': b'"', b"\\": b"\\", b"/": b"/", b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t"}
_PRINTABLE: Final = string.printable.encode()


@dataclass(frozen=True, slots=True)
class View:
    """Bytes with one layer undone. ``text`` tells whether it is worth undoing another: it reads as text or is packed.

    ``whole`` is false where the limit cut it. ``place`` turns an offset here into one in the bytes it was made from.
    """

    layer: str
    data: bytes
    place: Callable[[int], int]
    text: bool = True
    whole: bool = True


def views(data: bytes) -> Iterator[View]:
    """Every view of ``data``, at most :data:`RUNS_MOST` runs of a kind."""
    if _PERCENT.search(data) is not None:
        yield View("urlencode", unquote_to_bytes(data), _replaced(data, _PERCENT, _percent))
    for layer, pattern, undo in (("json", _JSON, _escape), ("entity", _ENTITY, _character)):
        if pattern.search(data) is not None:
            yield View(layer, pattern.sub(undo, data), _replaced(data, pattern, undo))
    yield from _packed(data)
    yield from _runs_of_hex(data)
    yield from _runs_of_base64(data)


def is_worth(data: bytes) -> bool:
    """Whether bytes read as text or are packed, rather than being chance."""
    if data.startswith(_GZIP) or (len(data) > 2 and data[0] & 0x0F == 8 and (data[0] * 256 + data[1]) % 31 == 0):
        return True
    if len(data.translate(None, _PRINTABLE)) * 10 <= len(data):
        return True
    try:
        data.decode()
    except UnicodeDecodeError as error:
        # A run cut in the middle of a character is text all the same.
        return error.start >= len(data) - 3 > 8 or _is_bare_deflate(data)
    return True


def _is_bare_deflate(data: bytes) -> bool:
    """Whether all of it is one deflate stream without a header; of chance bytes hardly any are."""
    unpacker = zlib.decompressobj(-15)
    try:
        unpacker.decompress(data, 16 * len(data) + 64)
    except zlib.error:
        return False
    return unpacker.eof and not unpacker.unused_data


def _replaced(
    data: bytes, pattern: re.Pattern[bytes], undo: Callable[[re.Match[bytes]], bytes]
) -> Callable[[int], int]:
    """Where a byte of the replaced text stood. Counted from the beginning, and only where something was found."""

    def place(offset: int) -> int:
        here = there = 0
        for found in pattern.finditer(data):
            run = found.start() - there
            if here + run > offset:
                break
            here += run
            width = len(undo(found))
            if here + width > offset:
                return found.start()
            here, there = here + width, found.end()
        return there + offset - here

    return place


def _percent(found: re.Match[bytes]) -> bytes:
    return _BYTES[found[0][1:]]


_BYTES: Final = {
    (high + low).encode(): bytes([int(high + low, 16)]) for high in string.hexdigits for low in string.hexdigits
}


def _escape(found: re.Match[bytes]) -> bytes:
    text = found[0]
    if text[1:2] == b"u":
        # Halves of a character beyond the first plane stay halves: no name here has one.
        return chr(int(text[2:], 16)).encode("utf-8", "replace")
    return _SIMPLE[text[1:2]]


def _character(found: re.Match[bytes]) -> bytes:
    return html.unescape(found[0].decode("ascii")).encode("utf-8", "replace")


def _packed(data: bytes) -> Iterator[View]:
    at = data.find(_GZIP)
    for _ in range(4):
        if at < 0:
            break
        yield from _inflated("gzip", data, at, 31)
        at = data.find(_GZIP, at + 1)
    if data[:1] in b"\x78\x58\x48\x38\x28\x18\x08" and data:
        yield from _inflated("deflate", data, 0, 15)
    if len(data) >= 8 and len(data[:64].translate(None, _PRINTABLE)) * 10 > len(data[:64]):
        yield from _inflated("deflate", data, 0, -15)


def _inflated(layer: str, data: bytes, start: int, bits: int) -> Iterator[View]:
    unpacker = zlib.decompressobj(bits)
    try:
        content = unpacker.decompress(data[start:], PACKED_MOST)
    except zlib.error:
        return
    # Chance makes short deflate streams; a real one ends, or is longer than what it was made from.
    if content and (unpacker.eof or len(content) > len(data) - start):
        yield View(layer, content, lambda _: start, text=True, whole=not unpacker.unconsumed_tail)


def _runs_of_hex(data: bytes) -> Iterator[View]:
    for count, found in enumerate(_HEX.finditer(data)):
        if count >= RUNS_MOST:
            return
        content = bytes.fromhex(found[0].decode("ascii"))
        yield View("hex", content, _from(found.start(), 2, 1), is_worth(content))


def _runs_of_base64(data: bytes) -> Iterator[View]:
    for count, found in enumerate(_BASE64.finditer(data)):
        if count >= RUNS_MOST:
            return
        run = found[0].rstrip(b"=")
        starts = {0, *(each.start() for each in _BEGINS.finditer(run))}
        for start in sorted(starts)[:16]:
            part = run[start:]
            if len(part) < _SHORTEST:
                break
            if len(part) % 4 == 1:
                part = part[:-1]
            urlsafe = b"-" in part or b"_" in part
            try:
                content = base64.b64decode(part.translate(_STANDARD) + b"=" * (-len(part) % 4))
            except binascii.Error:
                continue
            layer = "base64url" if urlsafe else "base64"
            yield View(layer, content, _from(found.start() + start, 4, 3), is_worth(content))


def _from(start: int, wide: int, narrow: int) -> Callable[[int], int]:
    return lambda offset: start + offset // narrow * wide
