"""The face images in data group 2, at every depth at which an application may cut them out."""

from __future__ import annotations

import struct

from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.contracts.evidence.passport.photo import photos_in
from tests.contracts.evidence.fixtures import passport as build
from tests.contracts.evidence.fixtures.der_writing import tlv

FIRST, SECOND = b"\xff\xd8\xff\xe0 one \xff\xd9", b"\x00\x00\x00\x0cjP   two"


def record(*images: bytes, points: int = 0) -> bytes:
    """A facial record of ISO/IEC 19794-5:2005 with these images."""
    faces = b""
    for image in images:
        size = 20 + 8 * points + 12 + len(image)
        faces += struct.pack(">IH", size, points) + bytes(14 + 8 * points + 12) + image
    return b"FAC\x00010\x00" + struct.pack(">IH", 14 + len(faces), len(images)) + faces


def group(*blocks: bytes, tag: bytes = b"\x5f\x2e", header: bool = True) -> bytes:
    """Data group 2 around these blocks."""
    first = tlv(0xA1, b"\x80\x02\x01\x01") if header else b""
    inner = b"".join(b"\x7f" + tlv(0x60, first + tag[:1] + tlv(tag[1], block)) for block in blocks)
    return tlv(0x75, b"\x7f" + tlv(0x61, b"\x02\x01" + bytes([len(blocks)]) + inner))


def test_the_photo_at_every_depth() -> None:
    """The group, each biometric data block and each image in one."""
    one, two = record(FIRST, points=3), record(FIRST, SECOND)
    whole = group(one, two)
    assert photos_in(whole) == (whole, one, FIRST, two, FIRST, SECOND)


def test_other_forms_are_told_as_far_as_they_are_known() -> None:
    """A block of another format isn't opened, a group of another form stays whole, and no group is no photo."""
    newer = group(b"\xa1\x03\x80\x01\x01", tag=b"\x7f\x2e", header=False)
    assert photos_in(newer) == (newer, b"\xa1\x03\x80\x01\x01")
    for odd in (build.group_2(), b"\x75", tlv(0x75, b"\x7f\x61\x84"), tlv(0x63, b"")):
        assert photos_in(odd) == (odd,)
    assert photos_in(b"") == ()


def test_a_record_that_lies_about_sizes_gives_no_image() -> None:
    """A size that leaves nothing for an image, or goes beyond the block."""
    right = record(FIRST)
    for size in (0, 32, len(right), 2**32 - 1):
        block = right[:14] + struct.pack(">I", size) + right[18:]
        assert photos_in(group(block))[1:] == (block,)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 120), st.binary(min_size=1, max_size=4))
def test_nothing_in_it_makes_it_fall(at: int, other: bytes) -> None:
    """Whatever is written anywhere, what is told is the group and parts of it."""
    right = group(record(FIRST, SECOND))
    damaged = right[:at] + other + right[at + len(other) :]
    found = photos_in(damaged)
    assert found[0] == damaged
    assert all(part in damaged for part in found)
