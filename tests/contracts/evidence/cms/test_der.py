"""DER is read in its one form and no other."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.contracts.evidence.cms import der
from sekisho.contracts.evidence.cms.errors import (
    DerRefused,
    IndefiniteLength,
    NotCanonical,
    OverlongLength,
    TooManyElements,
    TrailingBytes,
    Truncated,
    UnexpectedElement,
)
from tests.contracts.evidence.fixtures.der_writing import bits, integer, octets, oid, seq, tlv

LEVELS = 40


def nested(levels: int) -> bytes:
    """SEQUENCEs in one another."""
    data = b""
    for _ in range(levels):
        data = seq(data)
    return data


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", Truncated),
        (b"\x30", Truncated),
        (b"\x30\x05\x02\x01", Truncated),
        (b"\x30\x03\x02\x05\x00", Truncated),  # the inner one is longer than the outer
        (b"\x30\x82\x01", Truncated),
        (b"\x30\x84\xff\xff\xff\xff\x00", Truncated),  # a length bomb
        (b"\x30\x80\x02\x01\x00\x00\x00", IndefiniteLength),
        (b"\x30\x81\x03\x02\x01\x00", OverlongLength),
        (b"\x30\x82\x00\x80" + b"\x05\x00" * 64, OverlongLength),
        (b"\x30\x85\x00\x00\x00\x00\x02\x05\x00", OverlongLength),
        (b"\x30\x88\x7f\xff\xff\xff\xff\xff\xff\xff\x00", OverlongLength),
        (b"\x02\x01\x00\x00", TrailingBytes),
        (b"\x02\x00", NotCanonical),
        (b"\x02\x02\x00\x7f", NotCanonical),
        (b"\x02\x02\xff\x80", NotCanonical),
        (b"\x01\x01\x01", NotCanonical),
        (b"\x01\x02\xff\xff", NotCanonical),
        (b"\x05\x01\x00", NotCanonical),
        (b"\x06\x00", NotCanonical),
        (b"\x06\x02\x2a\x86", NotCanonical),
        (b"\x03\x00", NotCanonical),
        (b"\x03\x02\x08\x00", NotCanonical),
        (b"\x03\x02\x01\x01", NotCanonical),
        (b"\x03\x01\x01", NotCanonical),
        (b"\x10\x00", NotCanonical),
        (b"\x24\x03\x04\x01\x00", NotCanonical),  # an OCTET STRING in pieces
        (b"\x30\x02\x00\x00", NotCanonical),
        (b"\x1f\x81\x01\x00", NotCanonical),
        (nested(LEVELS), TooManyElements),
        (seq(*[b"\x05\x00"] * der.MAX_ELEMENTS), TooManyElements),
    ],
)
def test_refused(data: bytes, error: type[DerRefused]) -> None:
    """Each way of not being DER has its own error."""
    with pytest.raises(error) as raised:
        der.read(data)
    assert type(raised.value) is error
    assert raised.value.sentence("ja")
    assert raised.value.sentence("en")


def test_values() -> None:
    """What X.690 and RFC 5280 give as encodings comes back as the value."""
    assert der.integer(der.read(integer(-129)), "x") == -129
    assert der.integer(der.read(integer(256)), "x") == 256
    # X.690 8.19.5: {2 100 3}
    assert der.oid(der.read(bytes.fromhex("0603813403")), "x") == "2.100.3"
    assert der.oid(der.read(oid("1.2.840.113549.1.1.10")), "x") == "1.2.840.113549.1.1.10"
    assert der.bits(der.read(bits(b"\x01\x02")), "x") == b"\x01\x02"
    # RFC 5280 4.1.2.5.1: 50 and more is the last century
    assert der.time(der.read(tlv(0x17, b"500101000000Z")), "x") == datetime(1950, 1, 1, tzinfo=UTC)
    assert der.time(der.read(tlv(0x17, b"491231235959Z")), "x") == datetime(2049, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert der.time(der.read(tlv(0x18, b"20500101000000Z")), "x") == datetime(2050, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "data",
    [
        tlv(0x17, b"2601010000Z"),
        tlv(0x17, b"260101000000X"),
        tlv(0x17, b"2601 1000000Z"),
        tlv(0x17, b"260101000000+0900"),
        tlv(0x17, b"26010100000\xb2Z"),
        tlv(0x18, b"20260101000000.5Z"),
        tlv(0x18, b"20260230000000Z"),
        tlv(0x18, b"20260101000060Z"),
        octets(b"260101000000Z"),
    ],
)
def test_times_in_other_forms_are_refused(data: bytes) -> None:
    """Times without seconds, with an offset or a fraction, or that don't exist are refused."""
    with pytest.raises(DerRefused):
        der.time(der.read(data), "x")


@pytest.mark.parametrize("content", ["2a80", "2a8001", "2a" + "ff" * 40 + "01"])
def test_odd_identifiers_are_refused(content: str) -> None:
    """Identifiers with bytes they don't need, and ones longer than any, are refused."""
    with pytest.raises(NotCanonical):
        der.oid(der.read(tlv(0x06, bytes.fromhex(content))), "x")


def test_unused_bits_in_a_key_are_refused() -> None:
    """A key or signature is whole bytes."""
    with pytest.raises(NotCanonical):
        der.bits(der.read(bits(b"\x80", 7)), "x")


def test_fields_account_for_every_element() -> None:
    """An element missing, another in its place, and one too many are all refused."""
    element = der.read(seq(integer(1), integer(2)))
    fields = der.Fields(element, "x")
    fields.take(der.INTEGER)
    with pytest.raises(UnexpectedElement):
        fields.end()
    with pytest.raises(UnexpectedElement):
        fields.take(der.OID)
    fields.any()
    with pytest.raises(UnexpectedElement):
        fields.any()
    with pytest.raises(UnexpectedElement):
        der.only(element, der.INTEGER, "x")


@settings(max_examples=300, deadline=1000)
@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    """Any bytes are either read whole or refused with an error of the tree."""
    try:
        element = der.read(data)
    except DerRefused:
        return
    assert element.encoded == data
