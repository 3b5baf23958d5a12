"""Read CBOR (RFC 8949) strictly: one pass that refuses what no such structure has, then cbor2 for the values.

Definite lengths and shortest forms only (§4.2.1), no key twice, whole numbers, texts, byte strings, arrays, maps,
false, true, null, and the tags of ISO/IEC 18013-5 (0 date-time, 24 embedded, 1004 date). The order of keys isn't asked
for: the standard's own examples don't keep it. So every accepted structure has one encoding but for that order, and
embedded bytes stay the bytes they are: what is digested is what was sent.

Why not cbor2 alone: it accepts forms longer than needed, builds shared references, regular expressions and big
fractions from tags, and has no bound on the number of items.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final

import cbor2

from sekisho.contracts.evidence.mdoc.errors import (
    CborDuplicateKey,
    CborIndefinite,
    CborNotShortest,
    CborTooComplex,
    CborTooLarge,
    CborTrailing,
    CborTruncated,
    CborUnsupported,
    RecordStructure,
)

Value = Any
"""Whatever CBOR holds: int, str, bytes, list, dict, bool, None or :class:`cbor2.CBORTag`. Looked at before its use."""

MAX_DEPTH: Final = 16
"""A response reaches 9 before what is embedded; an element of a driving licence's privileges 4 more."""
MAX_ITEMS: Final = 4_096
"""A response with thirty elements has some 300 items, a security object with 100 digests some 250."""

DATE_TIME: Final = 0
EMBEDDED: Final = 24
FULL_DATE: Final = 1004

_BYTES, _TEXT, _ARRAY, _MAP, _TAG, _SIMPLE = 2, 3, 4, 5, 6, 7
_WIDTHS: Final = {24: (1, 24), 25: (2, 1 << 8), 26: (4, 1 << 16), 27: (8, 1 << 32)}
_CONSTANTS: Final = frozenset({20, 21, 22})  # false, true, null
_KEYS: Final = frozenset({0, 1, _TEXT})
_KEEP: Final = {
    # cbor2 would make times and dates of them, in more forms than the standard has.
    tag: lambda value, _immutable, tag=tag: cbor2.CBORTag(tag, value)
    for tag in (DATE_TIME, EMBEDDED, FULL_DATE)
}


def read(data: bytes, *, what: str, limit: int) -> Value:
    """The one value that ``data`` consists of; tags stay :class:`cbor2.CBORTag`. Raises a ``CborRefused``."""
    if len(data) > limit:
        raise CborTooLarge(what=what, limit=limit)
    _scan(data, what)
    try:
        return cbor2.loads(
            data, semantic_decoders=_KEEP, max_depth=MAX_DEPTH + 1, allow_indefinite=False, allow_duplicate_keys=False
        )
    except cbor2.CBORError as error:  # all that the scan leaves
        raise CborUnsupported(what=what, problem="text that isn't UTF-8") from error


def write(value: Value) -> bytes:
    """The one encoding of ``value``, its keys in the order they have."""
    return cbor2.dumps(value)


def embedded(data: bytes) -> bytes:
    """``data`` as tag 24 around a byte string: the form in which the standard digests and signs structures."""
    return cbor2.dumps(cbor2.CBORTag(EMBEDDED, data))


@dataclass(slots=True)
class _Container:
    """What is being read: how many items are left, and the keys seen if it is a map."""

    left: int
    keys: set[bytes] | None = field(default=None)


def _scan(data: bytes, what: str) -> None:
    at = count = 0
    open_ = [_Container(1)]
    while open_:
        inner = open_[-1]
        if not inner.left:
            open_.pop()
            continue
        is_key = inner.keys is not None and inner.left % 2 == 0
        inner.left -= 1
        count += 1
        if count > MAX_ITEMS:
            raise CborTooComplex(what=what, limit=f"{MAX_ITEMS} items")
        start = at
        major, number, at = _head(data, at, what)
        if is_key and major not in _KEYS:
            raise CborUnsupported(what=what, problem="a key that is neither a number nor text")
        if major in {_BYTES, _TEXT}:
            if number > len(data) - at:
                raise CborTruncated(what=what, at=start)
            at += number
        elif major in {_ARRAY, _MAP, _TAG}:
            at_least = number * (2 if major == _MAP else 1) if major != _TAG else 1
            if at_least > len(data) - at:  # each item takes at least a byte
                raise CborTruncated(what=what, at=start)
            if major == _TAG and number not in _KEEP:
                raise CborUnsupported(what=what, problem=f"tag {number}")
            if len(open_) > MAX_DEPTH:
                raise CborTooComplex(what=what, limit=f"{MAX_DEPTH} levels")
            open_.append(_Container(at_least, set() if major == _MAP else None))
        elif major == _SIMPLE and number not in _CONSTANTS:
            raise CborUnsupported(what=what, problem="a float or a simple value")
        if is_key and inner.keys is not None:
            key = data[start:at]
            if key in inner.keys:
                raise CborDuplicateKey(what=what, at=start)
            inner.keys.add(key)
    if at != len(data):
        raise CborTrailing(what=what, at=at)


def _head(data: bytes, at: int, what: str) -> tuple[int, int, int]:
    """Major type, number and the place after the head (RFC 8949 §3)."""
    if at >= len(data):
        raise CborTruncated(what=what, at=at)
    major, short = data[at] >> 5, data[at] & 0x1F
    if short < 24:
        return major, short, at + 1
    if short == 31:
        raise CborIndefinite(what=what, at=at)
    if short not in _WIDTHS:
        raise CborUnsupported(what=what, problem="a reserved length")
    if major == _SIMPLE:
        raise CborUnsupported(what=what, problem="a float or a simple value")
    width, least = _WIDTHS[short]
    if width > len(data) - at - 1:
        raise CborTruncated(what=what, at=at)
    number = int.from_bytes(data[at + 1 : at + 1 + width], "big")
    if number < least:
        raise CborNotShortest(what=what, at=at)
    return major, number, at + 1 + width


def a_map(value: Value, what: str) -> Mapping[Value, Value]:
    """A map."""
    if not isinstance(value, dict):
        raise RecordStructure(what=what, expected="a map")
    return value


def a_map_of(
    value: Value, what: str, required: frozenset[str], optional: frozenset[str] = frozenset()
) -> Mapping[str, Value]:
    """A map with these keys and no others."""
    found = a_map(value, what)
    if not required <= found.keys() <= required | optional:
        raise RecordStructure(what=what, expected=f"a map with {', '.join(sorted(required))}")
    return found


def an_array(value: Value, what: str, length: int | None = None) -> list[Value]:
    """An array, of ``length`` items where that is given."""
    if not isinstance(value, list) or length not in {None, len(value)}:
        raise RecordStructure(what=what, expected="an array" if length is None else f"an array of {length}")
    return value


def text(value: Value, what: str) -> str:
    """A text."""
    if not isinstance(value, str):
        raise RecordStructure(what=what, expected="a text")
    return value


def octets(value: Value, what: str) -> bytes:
    """A byte string."""
    if not isinstance(value, bytes):
        raise RecordStructure(what=what, expected="a byte string")
    return value


def whole(value: Value, what: str) -> int:
    """A whole number that isn't negative."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise RecordStructure(what=what, expected="a number that isn't negative")
    return value


def tagged(value: Value, tag: int, what: str) -> Value:
    """What stands under ``tag``."""
    if not isinstance(value, cbor2.CBORTag) or value.tag != tag:
        raise RecordStructure(what=what, expected=f"tag {tag}")
    return value.value


def moment(value: Value, what: str) -> datetime:
    """A ``tdate`` as ISO/IEC 18013-5 §9.1.2.4 has it: to the second, in UTC."""
    written = text(tagged(value, DATE_TIME, what), what)
    try:
        found = datetime.strptime(written, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        found = None
    if found is None or found.strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0") != written:
        raise RecordStructure(what=what, expected="a time to the second, in UTC")
    return found


def day(value: Value, what: str) -> date:
    """A ``full-date`` (RFC 8943): ``1990-04-01`` under tag 1004."""
    written = text(tagged(value, FULL_DATE, what), what)
    try:
        found = date.fromisoformat(written)
    except ValueError:
        found = None
    if found is None or found.isoformat() != written:
        raise RecordStructure(what=what, expected="a date that exists")
    return found
