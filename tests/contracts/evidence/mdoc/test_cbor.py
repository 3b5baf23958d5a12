"""Strict CBOR: what is accepted has one encoding, and reads as another reader reads it."""

from __future__ import annotations

from typing import Any

import cbor2
import pytest
from cbor2 import CBORTag
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.contracts.evidence.mdoc import cbor
from sekisho.contracts.evidence.mdoc.errors import CborRefused, RecordStructure

LIMIT = 4096
KEYS = st.one_of(st.integers(-(2**63), 2**63), st.text(max_size=8))
VALUES = st.recursive(
    st.one_of(st.integers(-(2**64), 2**64 - 1), st.text(max_size=20), st.binary(max_size=20), st.booleans(), st.none()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(KEYS, inner, max_size=4),
        st.builds(CBORTag, st.sampled_from((0, 24, 1004)), inner),
    ),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(VALUES)
def test_what_was_written_is_read(value: Any) -> None:
    """Any value of the kinds there are comes out as it went in, and writing it gives the same bytes."""
    written = cbor.write(value)
    found = cbor.read(written, what="test", limit=LIMIT)
    assert found == value
    assert cbor.write(found) == written


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes(data: bytes) -> None:
    """Any bytes are refused by name or have exactly the value cbor2 reads, with one encoding."""
    try:
        found = cbor.read(data, what="test", limit=LIMIT)
    except CborRefused:
        return
    assert cbor.write(found) == data


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("", "cbor_truncated"),
        ("18", "cbor_truncated"),
        ("1817", "cbor_not_shortest"),
        ("190018", "cbor_not_shortest"),
        ("1a0000ffff", "cbor_not_shortest"),
        ("1b00000000ffffffff", "cbor_not_shortest"),
        ("780161", "cbor_not_shortest"),
        ("d80000", "cbor_not_shortest"),
        ("1c", "cbor_unsupported"),
        ("5f4100ff", "cbor_indefinite_length"),
        ("9fff", "cbor_indefinite_length"),
        ("ff", "cbor_indefinite_length"),
        ("42 00", "cbor_truncated"),
        ("82 00", "cbor_truncated"),
        ("a1 00", "cbor_truncated"),
        ("0000", "cbor_trailing_bytes"),
        ("f7", "cbor_unsupported"),
        ("e0", "cbor_unsupported"),
        ("f820", "cbor_unsupported"),
        ("f93c00", "cbor_unsupported"),
        ("fb3ff0000000000000", "cbor_unsupported"),
        ("a1f500", "cbor_unsupported"),
        ("a14100 00", "cbor_unsupported"),
        ("a18000", "cbor_unsupported"),
        ("d81c00", "cbor_unsupported"),
        ("d8236161", "cbor_unsupported"),
        ("62ffff", "cbor_unsupported"),
        ("a200000000", "cbor_duplicate_key"),
    ],
)
def test_what_is_refused(data: str, reason: str) -> None:
    """Each form that isn't the strict one, by its name."""
    with pytest.raises(CborRefused) as caught:
        cbor.read(bytes.fromhex(data), what="test", limit=LIMIT)
    assert caught.value.reason == reason


def test_bounds() -> None:
    """Depth and number of items are bounded, at the bound and beyond it."""
    assert cbor.read(b"\x81" * (cbor.MAX_DEPTH - 1) + b"\x80", what="test", limit=LIMIT) is not None
    for data in (b"\x81" * (cbor.MAX_DEPTH + 1) + b"\x00", b"\x98\xff" + b"\x90" * 255 + b"\x00" * (16 * 255)):
        with pytest.raises(CborRefused):
            cbor.read(data, what="test", limit=LIMIT)
    with pytest.raises(CborRefused) as caught:
        cbor.read(bytes(LIMIT + 1), what="test", limit=LIMIT)
    assert caught.value.reason == "cbor_too_large"


@pytest.mark.parametrize("written", ["2026-1-01T00:00:00Z", "2026-01-01T00:00:00", "2026-01-01T00:00:00.5Z", "x", ""])
def test_times(written: str) -> None:
    """Only the one form of a time is read."""
    with pytest.raises(RecordStructure):
        cbor.moment(CBORTag(0, written), "test")
    with pytest.raises(RecordStructure):
        cbor.moment(CBORTag(1004, "2026-01-01T00:00:00Z"), "test")
    assert cbor.moment(CBORTag(0, "0099-01-01T00:00:00Z"), "test").year == 99


@pytest.mark.parametrize("written", ["20260101", "2026-W01-1", "2026-02-30", ""])
def test_days(written: str) -> None:
    """Only the one form of a date is read."""
    with pytest.raises(RecordStructure):
        cbor.day(CBORTag(1004, written), "test")


def test_wholes_and_embedded() -> None:
    """A truth is no number, a negative number no digest's, and embedded bytes keep their own encoding."""
    for value in (True, -1, "1"):
        with pytest.raises(RecordStructure):
            cbor.whole(value, "test")
    assert cbor.embedded(b"\xa0") == cbor2.dumps(CBORTag(24, b"\xa0")) == bytes.fromhex("d81841a0")
