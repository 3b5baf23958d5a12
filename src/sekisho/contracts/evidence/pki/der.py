"""Read strict DER (X.690 §§10-11), bounded, with a named error for each way of not being it.

Only what X.509 uses: tags of one byte, definite minimal lengths. :func:`require_der` walks the whole of an input once,
before anything is read from it, so that what is inside an element nobody reads is DER as well. Content is bytes; what
they mean is the caller's.

Doesn't order the members of a SET, and doesn't look into OCTET STRINGs: whoever opens one calls :func:`require_der`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from sekisho.contracts.evidence.pki.errors import (
    IndefiniteLength,
    LengthNotMinimal,
    TooBig,
    TooDeep,
    TrailingBytes,
    Truncated,
    WrongStructure,
)

BOOLEAN, INTEGER, BIT_STRING, OCTET_STRING, NULL, OID, ENUMERATED = 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0A
UTF8_STRING, UTC_TIME, GENERALIZED_TIME, SEQUENCE, SET = 0x0C, 0x17, 0x18, 0x30, 0x31
CONSTRUCTED = 0x20
_CLASS = 0xC0

MAX_DEPTH = 16
"""A certificate of JPKI nests nine deep (an otherName inside its extension, opened by itself, five)."""
MAX_ELEMENTS = 4_000
"""A certificate of JPKI has about 150 elements; OCSP answers with their certificates about twice that."""
MAX_OID_BYTES = 64
"""The longest identifier in use here has 10."""
MAX_INTEGER_BYTES = 21
"""A serial number: 20 octets (RFC 5280 §4.1.2.2) and a sign."""

_UTC = re.compile(rb"\d{12}Z")
_GENERALIZED = re.compile(rb"\d{14}Z")


@dataclass(frozen=True, slots=True)
class Element:
    """One element inside ``data``: its tag at ``start``, its content from ``body`` to ``end``. ``what`` names it."""

    data: bytes
    tag: int
    start: int
    body: int
    end: int
    what: str

    @property
    def content(self) -> bytes:
        """The content without tag and length."""
        return self.data[self.body : self.end]

    @property
    def raw(self) -> bytes:
        """Tag, length and content."""
        return self.data[self.start : self.end]

    def children(self) -> Iterator[Element]:
        """The elements inside, in order."""
        at = self.body
        while at < self.end:
            tag, body, end = header(self.data, at, self.end, self.what)
            yield Element(self.data, tag, at, body, end, self.what)
            at = end


class Reader:
    """Takes the children of one constructed element in order; each call says what must stand there."""

    def __init__(self, element: Element, tag: int, expected: str) -> None:
        """``element`` must have ``tag``."""
        if element.tag != tag:
            raise WrongStructure(what=element.what, expected=expected)
        self._what = element.what
        self._children = list(element.children())
        self._at = 0

    def take(self, tag: int, expected: str) -> Element:
        """The next child, which must have ``tag``."""
        found = self.optional(tag)
        if found is None:
            raise WrongStructure(what=self._what, expected=expected)
        return found

    def optional(self, tag: int) -> Element | None:
        """The next child if it has ``tag``."""
        if self._at < len(self._children) and self._children[self._at].tag == tag:
            self._at += 1
            return self._children[self._at - 1]
        return None

    def any_of(self, tags: tuple[int, ...], expected: str) -> Element:
        """The next child, which must have one of ``tags``."""
        if self._at < len(self._children) and self._children[self._at].tag in tags:
            self._at += 1
            return self._children[self._at - 1]
        raise WrongStructure(what=self._what, expected=expected)

    def finish(self, expected: str) -> None:
        """Nothing may be left."""
        if self._at != len(self._children):
            raise WrongStructure(what=self._what, expected=expected)


def header(data: bytes, at: int, end: int, what: str) -> tuple[int, int, int]:
    """Tag, start of the content and end of the element at ``at``, which must lie before ``end``."""
    if at + 2 > end:
        raise Truncated(what=what)
    tag, length = data[at], data[at + 1]
    if tag & 0x1F == 0x1F:
        raise WrongStructure(what=what, expected="tags of one byte")
    body = at + 2
    if length == 0x80:
        raise IndefiniteLength(what=what)
    if length > 0x80:
        size = length & 0x7F
        # Four bytes of length announce four gigabytes; nothing is set aside before the length was compared with `end`.
        if body + min(size, 5) > end:
            raise Truncated(what=what)
        if size > 4:
            raise TooBig(what=what, limit=end)
        length = int.from_bytes(data[body : body + size])
        if length < 0x80 or length >> (8 * (size - 1)) == 0:
            raise LengthNotMinimal(what=what)
        body += size
    if body + length > end:
        raise Truncated(what=what)
    return tag, body, body + length


def require_der(data: bytes, *, what: str, limit: int, elements: int = MAX_ELEMENTS) -> Element:
    """The one element that ``data`` is, after walking everything in it; raises a :class:`DerRefused`."""
    root = outermost(data, what=what, limit=limit)
    count = 0
    open_ends = [(root.start, root.end)]
    while open_ends:
        at, end = open_ends.pop()
        while at < end:
            count += 1
            if count > elements or len(open_ends) >= MAX_DEPTH:
                raise TooDeep(what=what, limit=elements if count > elements else MAX_DEPTH)
            tag, body, after = header(data, at, end, what)
            if tag & CONSTRUCTED:
                open_ends.append((after, end))
                at, end = body, after
                continue
            if tag & _CLASS == 0:
                _require_primitive(data, tag, body, after, what)
            at = after
    return root


def outermost(data: bytes, *, what: str, limit: int) -> Element:
    """The one element that ``data`` is, without looking inside: for a list too long to walk, whose reader walks it."""
    if len(data) > limit:
        raise TooBig(what=what, limit=limit)
    tag, body, end = header(data, 0, len(data), what)
    if end != len(data):
        raise TrailingBytes(what=what)
    return Element(data, tag, 0, body, end, what)


def _require_primitive(data: bytes, tag: int, body: int, end: int, what: str) -> None:
    if tag == BOOLEAN and data[body:end] not in (b"\x00", b"\xff"):
        raise WrongStructure(what=what, expected="BOOLEAN 00 or FF")
    if tag in (INTEGER, ENUMERATED) and not _minimal_integer(data, body, end):
        raise WrongStructure(what=what, expected="INTEGER in as few bytes as it needs")
    if tag == NULL and end != body:
        raise WrongStructure(what=what, expected="empty NULL")
    if tag in (SEQUENCE & ~CONSTRUCTED, SET & ~CONSTRUCTED):
        raise WrongStructure(what=what, expected="SEQUENCE and SET constructed")


def _minimal_integer(data: bytes, body: int, end: int) -> bool:
    if end == body:
        return False
    return end - body == 1 or not (
        (data[body] == 0 and data[body + 1] < 0x80) or (data[body] == 0xFF and data[body + 1] >= 0x80)
    )


def integer(element: Element) -> int:
    """A whole number of at most :data:`MAX_INTEGER_BYTES`."""
    if not 1 <= element.end - element.body <= MAX_INTEGER_BYTES or not _minimal_integer(
        element.data, element.body, element.end
    ):
        raise WrongStructure(what=element.what, expected="INTEGER")
    return int.from_bytes(element.content, signed=True)


def boolean(element: Element) -> bool:
    """True or false."""
    if element.content not in (b"\x00", b"\xff"):
        raise WrongStructure(what=element.what, expected="BOOLEAN 00 or FF")
    return element.content == b"\xff"


def oid(element: Element) -> str:
    """An object identifier in dotted form."""
    content = element.content
    if not content or len(content) > MAX_OID_BYTES or content[-1] & 0x80:
        raise WrongStructure(what=element.what, expected="OBJECT IDENTIFIER")
    arcs: list[int] = []
    value, fresh = 0, True
    for byte in content:
        if fresh and byte == 0x80:
            raise WrongStructure(what=element.what, expected="OBJECT IDENTIFIER without padding")
        value = value << 7 | byte & 0x7F
        fresh = not byte & 0x80
        if fresh:
            arcs.append(value)
            value = 0
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, (first, arcs[0] - 40 * first, *arcs[1:])))


def octets_of_bits(element: Element) -> bytes:
    """A BIT STRING of whole octets (a signature, a key)."""
    content = element.content
    if not content or content[0] != 0:
        raise WrongStructure(what=element.what, expected="BIT STRING of whole octets")
    return content[1:]


def named_bits(element: Element) -> frozenset[int]:
    """The numbers of the bits that are set in a named bit list; DER drops trailing zeros (X.690 §11.2.2)."""
    content = element.content
    if not content or content[0] > 7 or (len(content) == 1 and content[0]):
        raise WrongStructure(what=element.what, expected="BIT STRING")
    if len(content) > 1 and not content[-1] & (1 << content[0]):
        raise WrongStructure(what=element.what, expected="named bits without trailing zeros")
    if len(content) > 1 and content[-1] & ((1 << content[0]) - 1):
        raise WrongStructure(what=element.what, expected="BIT STRING with zero padding")
    return frozenset(8 * at + bit for at, byte in enumerate(content[1:]) for bit in range(8) if byte & (0x80 >> bit))


def utf8(element: Element) -> str:
    """A UTF8String."""
    try:
        return element.content.decode("utf-8")
    except UnicodeDecodeError:
        raise WrongStructure(what=element.what, expected="UTF-8") from None


def time(element: Element) -> datetime:
    """UTCTime or GeneralizedTime in the one form RFC 5280 §4.1.2.5 allows: to the second, Zulu; aware, in UTC."""
    content = element.content
    if element.tag == UTC_TIME and _UTC.fullmatch(content):
        # Two-digit years: 50 and above are 19xx (RFC 5280 §4.1.2.5.1).
        text = ("19" if content[:2] >= b"50" else "20") + content[:-1].decode("ascii")
    elif element.tag == GENERALIZED_TIME and _GENERALIZED.fullmatch(content):
        text = content[:-1].decode("ascii")
    else:
        raise WrongStructure(what=element.what, expected="time YYMMDDHHMMSSZ or YYYYMMDDHHMMSSZ")
    try:
        return datetime(
            int(text[:4]), int(text[4:6]), int(text[6:8]), int(text[8:10]), int(text[10:12]), int(text[12:]), tzinfo=UTC
        )
    except ValueError:
        raise WrongStructure(what=element.what, expected="a time that exists") from None
