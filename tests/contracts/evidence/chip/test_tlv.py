"""Tag, length, value as cards' chips have it: read exactly, or refused by name."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.contracts.evidence.chip.errors import ChipFileRefused
from sekisho.contracts.evidence.chip.tlv import ISO_7816, ItemForm, by_tag, read_items, read_only, require_size
from tests.contracts.evidence.fixtures.tlv_writing import item

SIMPLE = ItemForm()
WIDE = ItemForm(wide=ISO_7816)


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(st.sampled_from((0x12, 0x1F, 0x5E, 0x41)), st.binary(max_size=300), min_size=1),
    st.sampled_from((b"", b"\xff" * 5, bytes(3))),
)
def test_what_was_written_is_read(values: dict[int, bytes], filler: bytes) -> None:
    """Items of every length come out as they went in, and filler after them is no item."""
    data = b"".join(item(tag, value) for tag, value in values.items())
    assert by_tag(read_items(data + filler, SIMPLE, file="F")) == values


def test_a_first_byte_means_what_the_form_says() -> None:
    """0x5F is a tag of its own on one card and the beginning of a longer one on another."""
    assert [one.tag for one in read_items(b"\x5f\x01A", SIMPLE, file="F")] == [0x5F]
    assert [one.tag for one in read_items(b"\x5f\x40\x01A", WIDE, file="F")] == [0x5F40]


def test_an_unwritten_file_has_no_items() -> None:
    """A file full of filler, and an empty one."""
    assert read_items(b"\xff" * 20, SIMPLE, file="F") == read_items(b"", SIMPLE, file="F") == ()


FAULTS = {
    "cut off in the tag": (b"\x5f", WIDE, "chip_file_truncated"),
    "cut off before the length": (b"\x12", SIMPLE, "chip_file_truncated"),
    "cut off in the length": (b"\x12\x82\x01", SIMPLE, "chip_file_truncated"),
    "cut off in the value": (b"\x12\x05AAA", SIMPLE, "chip_file_truncated"),
    "an indefinite length": (b"\x12\x80AA\x00\x00", SIMPLE, "chip_length_indefinite"),
    "an overlong length in one byte more": (b"\x12\x81\x05AAAAA", SIMPLE, "chip_length_not_minimal"),
    "an overlong length in two": (b"\x12\x82\x00\x90" + bytes(0x90), SIMPLE, "chip_length_not_minimal"),
    "a length bomb": (b"\x12\x84\xff\xff\xff\xff", SIMPLE, "chip_length_not_minimal"),
    "an item twice": (item(0x12, b"A") * 2, SIMPLE, "chip_tag_twice"),
    "filler of two kinds": (item(0x12, b"A") + b"\xff\xff\x00", SIMPLE, "chip_length_not_minimal"),
    "too many items": (b"".join(item(tag, b"") for tag in range(1, 9)), ItemForm(most=7), "chip_too_many_items"),
    "a tag of three bytes": (b"\x7f\x81\x01\x00", WIDE, "chip_file_structure"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named(fault: str) -> None:
    """Each way of not being such a file has an error of its own, which names the file and no value."""
    data, form, reason = FAULTS[fault]
    with pytest.raises(ChipFileRefused) as raised:
        read_items(data, form, file="F")
    assert raised.value.reason == reason
    assert raised.value.fields["file"] == "F"
    assert raised.value.sentence("ja") != raised.value.sentence("en")


def test_the_only_item() -> None:
    """A template holds one item with its own tag; another, or a second one, is refused."""
    assert read_only(item(0xFF20, b"A") + bytes(2), WIDE, file="F", tag=0xFF20) == b"A"
    for data in (item(0xFF10, b"A"), item(0xFF20, b"A") + item(0xFF10, b"B"), b""):
        with pytest.raises(ChipFileRefused):
            read_only(data, WIDE, file="F", tag=0xFF20)


def test_a_file_too_large() -> None:
    """The limit is asked before anything is read."""
    require_size(bytes(10), file="F", limit=10)
    with pytest.raises(ChipFileRefused) as raised:
        require_size(bytes(11), file="F", limit=10)
    assert raised.value.reason == "chip_file_too_large"


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200), st.sampled_from((SIMPLE, WIDE, ItemForm(repeats=True))))
def test_any_bytes(data: bytes, form: ItemForm) -> None:
    """Any bytes are items or refused by name, and items never reach beyond the file."""
    try:
        found = read_items(data, form, file="F")
    except ChipFileRefused:
        return
    assert all(one.end <= len(data) for one in found)
