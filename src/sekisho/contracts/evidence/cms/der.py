"""Read DER (X.690): one pass over the bytes that refuses whatever DER doesn't allow, with bounds on depth and number.

Does not know any structure: :class:`Fields` is how the readers of structures take elements in order. Universal strings
and times are checked where they are decoded. Tags above 30 are refused: nothing read here has them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final, NamedTuple

from sekisho.contracts.evidence.cms.errors import (
    IndefiniteLength,
    NotCanonical,
    OverlongLength,
    TooManyElements,
    TrailingBytes,
    Truncated,
    UnexpectedElement,
)

BOOLEAN: Final = 0x01
INTEGER: Final = 0x02
BIT_STRING: Final = 0x03
OCTET_STRING: Final = 0x04
NULL: Final = 0x05
OID: Final = 0x06
ENUMERATED: Final = 0x0A
UTF8_STRING: Final = 0x0C
PRINTABLE_STRING: Final = 0x13
TELETEX_STRING: Final = 0x14
IA5_STRING: Final = 0x16
UTC_TIME: Final = 0x17
GENERALIZED_TIME: Final = 0x18
BMP_STRING: Final = 0x1E
SEQUENCE: Final = 0x30
SET: Final = 0x31

MAX_DEPTH: Final = 24
"""A country certificate inside a SOD reaches depth 16 (the hash of PSS's mask function); half as much again."""

MAX_ELEMENTS: Final = 6_000
"""A SOD with 16 groups and three certificates has some 500 elements; a certificate of its own fewer than 200."""

_NAMES = {
    BOOLEAN: "BOOLEAN",
    INTEGER: "INTEGER",
    BIT_STRING: "BIT STRING",
    OCTET_STRING: "OCTET STRING",
    NULL: "NULL",
    OID: "OBJECT IDENTIFIER",
    SEQUENCE: "SEQUENCE",
    SET: "SET",
}


class Element(NamedTuple):
    """One element: its tag, where it and its content start and where it ends, and the elements in it."""

    tag: int
    data: bytes
    start: int
    body: int
    end: int
    children: tuple[Element, ...]

    @property
    def encoded(self) -> bytes:
        """The whole element, tag and length included."""
        return self.data[self.start : self.end]

    @property
    def content(self) -> bytes:
        """What is between the length and the end."""
        return self.data[self.body : self.end]


def read(data: bytes, *, max_elements: int = MAX_ELEMENTS) -> Element:
    """The one element that ``data`` consists of. Raises the classes below ``DerRefused``."""
    reader = _Reader(data, max_elements)
    element = reader.element(0, len(data), 1)
    if element.end != len(data):
        raise TrailingBytes(at=element.end)
    return element


class _Reader:
    def __init__(self, data: bytes, max_elements: int) -> None:
        self._data = data
        self._left = self._limit = max_elements

    def element(self, at: int, end: int, depth: int) -> Element:
        self._left -= 1
        if self._left < 0:
            raise TooManyElements(limit=f"{self._limit} elements")
        data = self._data
        if at < end and data[at] & 0x1F == 0x1F:
            raise NotCanonical(at=at, problem="a tag above 30")
        tag, body, stop = header(data, at, end)
        if not tag & 0x20:
            if tag < 0x40:
                _check_primitive(data, tag, body, stop)
            return Element(tag, data, at, body, stop, ())
        if tag < 0x40 and tag not in {SEQUENCE, SET}:
            raise NotCanonical(at=at, problem="a string in pieces, or another primitive type as a constructed one")
        if depth >= MAX_DEPTH:
            raise TooManyElements(limit=f"{MAX_DEPTH} levels")
        children = []
        position = body
        while position < stop:
            child = self.element(position, stop, depth + 1)
            children.append(child)
            position = child.end
        return Element(tag, data, at, body, stop, tuple(children))


def header(data: bytes, at: int, end: int) -> tuple[int, int, int]:
    """Tag, start of the content and end of the element at ``at``, which must lie before ``end``. One-byte tags only."""
    if at + 2 > end:
        raise Truncated(at=at)
    tag, length = data[at], data[at + 1]
    body = at + 2
    if length >= 0x80:
        if length == 0x80:  # X.690 10.1
            raise IndefiniteLength(at=at)
        width = length & 0x7F
        if width > 4:
            raise OverlongLength(at=at)
        if body + width > end:
            raise Truncated(at=at)
        length = int.from_bytes(data[body : body + width], "big")
        if length < 0x80 or length >> (8 * (width - 1)) == 0:  # X.690 10.1: in the fewest bytes
            raise OverlongLength(at=at)
        body += width
    if body + length > end:
        raise Truncated(at=at)
    return tag, body, body + length


def _check_primitive(data: bytes, tag: int, body: int, end: int) -> None:
    length = end - body
    if tag in {INTEGER, ENUMERATED}:
        # X.690 8.3.2: neither all zeroes nor all ones in the first nine bits
        if not length:
            raise NotCanonical(at=body, problem="an empty INTEGER")
        if length > 1 and (
            (data[body] == 0 and data[body + 1] < 0x80) or (data[body] == 0xFF and data[body + 1] > 0x7F)
        ):
            raise NotCanonical(at=body, problem="an INTEGER with bytes it doesn't need")
    elif tag == OID:
        if not length or data[end - 1] & 0x80:
            raise NotCanonical(at=body, problem="an OBJECT IDENTIFIER that doesn't end")
    elif tag == BIT_STRING:
        if not length or data[body] > 7 or (length == 1 and data[body]):
            raise NotCanonical(at=body, problem="a BIT STRING with a wrong number of unused bits")
        if data[body] and data[end - 1] & ((1 << data[body]) - 1):  # X.690 11.2.1
            raise NotCanonical(at=body, problem="a BIT STRING whose unused bits aren't zero")
    elif tag == NULL:
        if length:
            raise NotCanonical(at=body, problem="a NULL with content")
    elif tag == BOOLEAN:
        if length != 1 or data[body] not in {0x00, 0xFF}:  # X.690 11.1
            raise NotCanonical(at=body, problem="a BOOLEAN that is neither 00 nor FF")
    elif tag in {0x10, 0x11}:
        raise NotCanonical(at=body, problem="a SEQUENCE or SET without the bit of constructed types")
    elif tag == 0x00:
        raise NotCanonical(at=body, problem="the end mark of an indefinite length")


class Fields:
    """Takes the elements of a structure in order; ``where`` names the structure in errors."""

    def __init__(self, element: Element, where: str, tag: int = SEQUENCE) -> None:
        """``element`` must have ``tag``."""
        expect(element, tag, where)
        self._children = element.children
        self._at = 0
        self._where = where

    def take(self, tag: int) -> Element:
        """The next element, which must have ``tag``."""
        found = self.maybe(tag)
        if found is None:
            raise UnexpectedElement(where=self._where, expected=tag_name(tag))
        return found

    def maybe(self, *tags: int) -> Element | None:
        """The next element if it has one of ``tags``, else None, and it stays next."""
        if self._at < len(self._children) and self._children[self._at].tag in tags:
            self._at += 1
            return self._children[self._at - 1]
        return None

    def any(self) -> Element:
        """The next element, whatever it is; there must be one."""
        if self._at == len(self._children):
            raise UnexpectedElement(where=self._where, expected="another element")
        self._at += 1
        return self._children[self._at - 1]

    def end(self) -> None:
        """Nothing may be left: every field is accounted for."""
        if self._at != len(self._children):
            raise UnexpectedElement(where=self._where, expected="the end")


def expect(element: Element, tag: int, where: str) -> Element:
    """``element``, which must have ``tag``."""
    if element.tag != tag:
        raise UnexpectedElement(where=where, expected=tag_name(tag))
    return element


def only(element: Element, tag: int, where: str) -> Element:
    """The one element in ``element``, as in an explicit tag; it must have ``tag``."""
    if len(element.children) != 1:
        raise UnexpectedElement(where=where, expected=f"exactly one {tag_name(tag)}")
    return expect(element.children[0], tag, where)


def tag_name(tag: int) -> str:
    """A tag in words, for errors."""
    return _NAMES.get(tag, f"the tag {tag:02X}")


def members(element: Element, where: str, tag: int = SEQUENCE) -> Iterator[Element]:
    """The elements of a SEQUENCE OF or SET OF."""
    return iter(expect(element, tag, where).children)


def integer(element: Element, where: str) -> int:
    """The value of an INTEGER."""
    return int.from_bytes(expect(element, INTEGER, where).content, "big", signed=True)


def boolean(element: Element) -> bool:
    """The value of a BOOLEAN."""
    return element.content != b"\x00"


def bits(element: Element, where: str) -> bytes:
    """The bytes of a BIT STRING that has no unused bits, as signatures and keys have none."""
    content = expect(element, BIT_STRING, where).content
    if content[0]:
        raise NotCanonical(at=element.body, problem="unused bits in a signature or key")
    return content[1:]


def oid(element: Element, where: str) -> str:
    """An OBJECT IDENTIFIER in dotted form."""
    content = expect(element, OID, where).content
    found = _OIDS.get(content)
    return found if found is not None else dotted(content, element.body)


def dotted(content: bytes, at: int = 0) -> str:
    """The dotted form of an OBJECT IDENTIFIER's content (X.690 8.19)."""
    if len(content) > MAX_OID:
        raise NotCanonical(at=at, problem="an OBJECT IDENTIFIER longer than any")
    arcs: list[int] = []
    value = 0
    fresh = True
    for byte in content:
        if fresh and byte == 0x80:  # X.690 8.19.2
            raise NotCanonical(at=at, problem="an OBJECT IDENTIFIER with bytes it doesn't need")
        value = value << 7 | byte & 0x7F
        fresh = byte < 0x80
        if fresh:
            arcs.append(value)
            value = 0
    first = min(arcs[0] // 40, 2)
    return ".".join(str(arc) for arc in (first, arcs[0] - 40 * first, *arcs[1:]))


MAX_OID: Final = 32
"""The longest identifier used in travel documents has 12 bytes; a long one would cost time to write in decimal."""

_OIDS: dict[bytes, str] = {
    bytes.fromhex(content): dotted(bytes.fromhex(content))
    # Those of every passport: the table spares their arithmetic.
    for content in (
        "608648016503040201",
        "608648016503040202",
        "608648016503040203",
        "2a864886f70d010701",
        "2a864886f70d010702",
        "2a864886f70d010903",
        "2a864886f70d010904",
        "2a864886f70d010905",
        "2a864886f70d01010a",
        "2a864886f70d010108",
        "2a8648ce3d0201",
        "2a8648ce3d0101",
        "2a8648ce3d040302",
        "2a8648ce3d040303",
        "550406",
        "550403",
        "55040a",
        "55040b",
        "551d0e",
        "551d0f",
        "551d10",
        "551d13",
        "551d23",
    )
}


def time(element: Element, where: str) -> datetime:
    """A UTCTime or GeneralizedTime in the forms of RFC 5280 section 4.1.2.5: with seconds, in UTC."""
    content = element.content
    if element.tag == UTC_TIME and len(content) == 13:
        digits = content[:12]
        century = b"19" if digits[:1] >= b"5" else b"20"  # RFC 5280 4.1.2.5.1
        digits = century + digits
    elif element.tag == GENERALIZED_TIME and len(content) == 15:
        digits = content[:14]
    else:
        raise UnexpectedElement(where=where, expected="a UTCTime or GeneralizedTime with seconds, in UTC")
    if content[-1:] != b"Z" or not digits.isdigit():
        raise UnexpectedElement(where=where, expected="a UTCTime or GeneralizedTime with seconds, in UTC")
    parts = (digits[0:4], digits[4:6], digits[6:8], digits[8:10], digits[10:12], digits[12:14])
    try:
        return datetime(*(int(part) for part in parts), tzinfo=UTC)  # type: ignore[misc, arg-type]  # six numbers, by the line above
    except ValueError as error:
        raise NotCanonical(at=element.body, problem="a time that doesn't exist") from error
