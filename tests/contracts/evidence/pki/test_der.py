"""Strict DER: each way of not being it has a name."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sekisho.contracts.evidence.pki import der
from sekisho.contracts.evidence.pki.errors import DerRefused


def read(data: bytes, limit: int = 1000, elements: int = der.MAX_ELEMENTS) -> der.Element:
    """The one element of ``data``."""
    return der.require_der(data, what="test", limit=limit, elements=elements)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("", "der_truncated"),
        ("30", "der_truncated"),
        ("3001", "der_truncated"),
        ("30020201", "der_truncated"),
        ("3082", "der_truncated"),
        ("3084ffffffff", "der_truncated"),
        ("30847fffffff0201", "der_truncated"),
        ("308500000000000000", "der_too_big"),
        ("30ff" + "ff" * 200, "der_too_big"),
        ("30800201010000", "der_indefinite_length"),
        ("300424800000", "der_indefinite_length"),
        ("308103020101", "der_length_not_minimal"),
        ("30820003020101", "der_length_not_minimal"),
        ("3000" + "00", "der_trailing_bytes"),
        ("30030101" + "01", "der_wrong_structure"),
        ("300402020001", "der_wrong_structure"),
        ("30040202ff80", "der_wrong_structure"),
        ("30020200", "der_wrong_structure"),
        ("3003050100", "der_wrong_structure"),
        ("30031f0100", "der_wrong_structure"),
        ("30021000", "der_wrong_structure"),
        ("30" * 20 + "00", "der_truncated"),
    ],
)
def test_what_isnt_der_is_refused_by_name(data: str, reason: str) -> None:
    """Truncated, overlong, indefinite, padded, trailing, and the values DER writes in one way only."""
    with pytest.raises(DerRefused) as caught:
        read(bytes.fromhex(data))
    assert caught.value.reason == reason


def nested(depth: int) -> bytes:
    """A SEQUENCE in a SEQUENCE, ``depth`` times."""
    data = b""
    for _ in range(depth):
        data = b"\x30" + (bytes((len(data),)) if len(data) < 128 else b"\x81" + bytes((len(data),))) + data
    return data


def test_depth_and_number_of_elements_are_bounded() -> None:
    """Nesting to the limit is read, one more isn't; the same for elements."""
    assert read(nested(der.MAX_DEPTH)).tag == der.SEQUENCE
    for data in (nested(der.MAX_DEPTH + 1), nested(90)):
        with pytest.raises(DerRefused) as caught:
            read(data)
        assert caught.value.reason == "der_too_deep"
    assert read(b"\x30\x0a" + b"\x05\x00" * 5, elements=6)
    with pytest.raises(DerRefused) as caught:
        read(b"\x30\x0a" + b"\x05\x00" * 5, elements=5)
    assert caught.value.reason == "der_too_deep"


def test_size_is_asked_before_anything_is_read() -> None:
    """What is over the limit isn't looked at."""
    with pytest.raises(DerRefused) as caught:
        read(b"\xff" * 11, limit=10)
    assert caught.value.reason == "der_too_big"


def value(text: str) -> der.Element:
    """One primitive element, unchecked."""
    return der.outermost(bytes.fromhex(text), what="test", limit=1000)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("06032a0304", "1.2.3.4"),
        ("0603550403", "2.5.4.3"),
        ("06082b06010505070309", "1.3.6.1.5.5.7.3.9"),
        ("06092a83088c9b55080501", "1.2.392.200149.8.5.1"),
        ("06028837", "2.999"),
    ],
)
def test_object_identifiers(text: str, expected: str) -> None:
    """Arcs in base 128, the first two in one (X.690 §8.19); 2.999 is X.660's example arc."""
    assert der.oid(value(text)) == expected


@pytest.mark.parametrize("text", ["0600", "060180", "06022a80", "06032a8001", "0641" + "2a" * 65])
def test_object_identifiers_in_other_forms(text: str) -> None:
    """Empty, unfinished, padded and endless ones are refused."""
    with pytest.raises(DerRefused):
        der.oid(value(text))


def test_integers_are_signed() -> None:
    """Two's complement, in at most 21 bytes."""
    assert [der.integer(value(text)) for text in ("020100", "02017f", "02020080", "0201ff")] == [0, 127, 128, -1]
    with pytest.raises(DerRefused):
        der.integer(value("0216" + "01" * 22))


@pytest.mark.parametrize(
    ("text", "bits"),
    [("03020780", {0}), ("030206c0", {0, 1}), ("03020106", {5, 6}), ("030100", set()), ("0303070180", {7, 8})],
)
def test_named_bits(text: str, bits: set[int]) -> None:
    """Bit 0 is the first; trailing zeros aren't written."""
    assert der.named_bits(value(text)) == bits


@pytest.mark.parametrize("text", ["0300", "030101", "03020880", "0302008000", "030207c1", "0303000100", "03020600"])
def test_named_bits_in_other_forms(text: str) -> None:
    """Trailing zeros, dirt in the padding and impossible counts are refused."""
    data = bytes.fromhex(text)
    with pytest.raises(DerRefused):
        der.named_bits(der.Element(data, data[0], 0, 2, len(data), "test"))


@pytest.mark.parametrize(
    ("tag", "text", "expected"),
    [
        (der.UTC_TIME, "261123030000Z", datetime(2026, 11, 23, 3, 0, tzinfo=UTC)),
        (der.UTC_TIME, "491231235959Z", datetime(2049, 12, 31, 23, 59, 59, tzinfo=UTC)),
        (der.UTC_TIME, "500101000000Z", datetime(1950, 1, 1, tzinfo=UTC)),
        (der.GENERALIZED_TIME, "20500101000000Z", datetime(2050, 1, 1, tzinfo=UTC)),
        (der.UTC_TIME, "2611230300Z", None),
        (der.UTC_TIME, "261123030000+0900", None),
        (der.UTC_TIME, "261323030000Z", None),
        (der.UTC_TIME, "261123030060Z", None),
        (der.GENERALIZED_TIME, "20261123030000.5Z", None),
        (der.GENERALIZED_TIME, "00000101000000Z", None),
        (der.UTF8_STRING, "261123030000Z", None),
    ],
)
def test_times(tag: int, text: str, expected: datetime | None) -> None:
    """To the second, Zulu, in one form (RFC 5280 §4.1.2.5); two-digit years turn at 50."""
    element = der.outermost(bytes((tag, len(text))) + text.encode(), what="test", limit=100)
    if expected is None:
        with pytest.raises(DerRefused):
            der.time(element)
    else:
        assert der.time(element) == expected


def test_text_is_utf8() -> None:
    """Text in another encoding isn't guessed at."""
    assert der.utf8(value("0c03e8a68b")) == "見"
    with pytest.raises(DerRefused):
        der.utf8(value("0c028ca9"))


def test_bit_strings_of_whole_octets() -> None:
    """A signature has no odd bits."""
    assert der.octets_of_bits(value("03020080")) == b"\x80"
    for text in ("0300", "03020780"):
        with pytest.raises(DerRefused):
            der.octets_of_bits(value(text))


def test_booleans() -> None:
    """True is FF in DER."""
    assert [der.boolean(value(text)) for text in ("0101ff", "010100")] == [True, False]
    with pytest.raises(DerRefused):
        der.boolean(value("010101"))


def test_a_reader_says_what_must_stand_where() -> None:
    """Wrong tags, missing and left-over members are refused."""
    pair = read(bytes.fromhex("300602010102" + "0102"))
    reader = der.Reader(pair, der.SEQUENCE, "pair")
    assert der.integer(reader.take(der.INTEGER, "first")) == 1
    assert reader.optional(der.NULL) is None
    with pytest.raises(DerRefused):
        reader.take(der.OID, "second")
    with pytest.raises(DerRefused):
        reader.finish("one member")
    assert der.integer(reader.any_of((der.OID, der.INTEGER), "second")) == 2
    with pytest.raises(DerRefused):
        reader.any_of((der.INTEGER,), "third")
    reader.finish("two members")
    with pytest.raises(DerRefused):
        der.Reader(pair, der.SET, "set")
