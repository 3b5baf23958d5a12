"""Writing DER (ITU-T X.690 chapter 10): the few types that CMS and PKCS #8 need. Pure; reads nothing."""

from __future__ import annotations

from typing import Final

INTEGER: Final = 0x02
BIT_STRING: Final = 0x03
OCTET_STRING: Final = 0x04
OBJECT_IDENTIFIER: Final = 0x06
SEQUENCE: Final = 0x30
SET: Final = 0x31
NULL: Final = b"\x05\x00"


def element(tag: int, *parts: bytes) -> bytes:
    """A tag, the length, the contents (X.690 8.1)."""
    content = b"".join(parts)
    if len(content) < 0x80:
        return bytes((tag, len(content))) + content
    length = len(content).to_bytes((len(content).bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


def sequence(*parts: bytes) -> bytes:
    """SEQUENCE."""
    return element(SEQUENCE, *parts)


def octets(value: bytes) -> bytes:
    """OCTET STRING."""
    return element(OCTET_STRING, value)


def bits(value: bytes) -> bytes:
    """BIT STRING of whole bytes."""
    return element(BIT_STRING, b"\x00", value)


def integer(value: int) -> bytes:
    """INTEGER that isn't negative."""
    return element(INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def oid(dotted: str) -> bytes:
    """OBJECT IDENTIFIER (X.690 8.19)."""
    first, second, *rest = map(int, dotted.split("."))
    found = bytearray()
    for arc in (first * 40 + second, *rest):
        septets = [arc & 0x7F]
        while arc := arc >> 7:
            septets.append(0x80 | arc & 0x7F)
        found += bytes(reversed(septets))
    return element(OBJECT_IDENTIFIER, bytes(found))


def algorithm(dotted: str, *parameters: bytes) -> bytes:
    """AlgorithmIdentifier (RFC 5280 section 4.1.1.2)."""
    return sequence(oid(dotted), *parameters)


def explicit(number: int, *parts: bytes) -> bytes:
    """A constructed context tag around ``parts``; also what an IMPLICIT tag of a SEQUENCE is."""
    return element(0xA0 | number, *parts)


def implicit(number: int, content: bytes) -> bytes:
    """A primitive context tag in place of a type's own."""
    return element(0x80 | number, content)
