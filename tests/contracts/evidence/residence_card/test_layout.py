"""The tables add up to the sizes that the specifications give for whole files, and read what their examples write."""

from __future__ import annotations

import pytest

from sekisho.contracts.evidence.residence_card import parse
from sekisho.contracts.evidence.residence_card.profile import FILE_NAMES, LAYOUTS, MAX_FILE, Standing
from sekisho.contracts.evidence_kinds import DOCUMENTS
from tests.contracts.evidence.fixtures import residence_card as build
from tests.contracts.evidence.residence_card.checking import verify

CAPACITIES = {
    ("1", "MF/EF01"): 6,
    ("1", "MF/EF02"): 3,
    ("1", "DF1/EF01"): 7_004,
    ("1", "DF1/EF02"): 3_004,
    ("1", "DF2/EF01"): 342,
    ("1", "DF2/EF02"): 122,
    ("1", "DF2/EF03"): 122,
    ("1", "DF2/EF04"): 3,
    ("1", "DF3/EF01"): 1_464,
    ("05", "MF/EF01"): 6,
    ("05", "MF/EF02"): 4,
    ("05", "DF1/EF01"): 14,
    ("05", "DF1/EF02"): 73,
    ("05", "DF1/EF03"): 5_508,
    ("05", "DF1/EF04"): 2_505,
    ("05", "DF2/EF01"): 22,
    ("05", "DF2/EF02"): 3,
    ("05", "DF2/EF03"): 206,
    ("05", "DF3/EF01"): 704,
    ("06", "DF1/EF02"): 46,
    ("06", "DF2/EF01"): 206,
}
"""Bytes. The specification has 207 for DF2/EF03 (05) and DF2/EF01 (06): as if DE's length were written 82 00 C8 [U]."""


@pytest.mark.parametrize(("code", "name"), CAPACITIES)
def test_objects_fill_their_files(code: str, name: str) -> None:
    """A wrong size or a missing object in a table would show here."""
    file = next(one for one in LAYOUTS[code].files if one.name == name)
    assert file.capacity == CAPACITIES[code, name]


@pytest.mark.parametrize("code", LAYOUTS)
def test_what_is_signed_is_what_the_tables_call_signed(code: str) -> None:
    """Every signed object is in the signature once, and nothing else is."""
    layout = LAYOUTS[code]
    signed = [tag for part in layout.signed for tag in part.tags]
    assert sorted(signed) == sorted(one.tag for one in layout.objects if one.standing is Standing.SIGNED)
    assert sum(part.size for part in layout.signed) == {"first": 10_000, "second": 5_553}[layout.generation.value]
    for part in layout.signed:
        sizes = {one.tag: one.size for one in layout.objects}
        assert sum(sizes[tag] for tag in part.tags) <= part.size


@pytest.mark.parametrize("code", LAYOUTS)
def test_joined_values_can_be_cut_in_one_way_only(code: str) -> None:
    """Of several values joined into one part, each has exactly its size: tags and lengths aren't signed."""
    layout = LAYOUTS[code]
    objects = {one.tag: one for one in layout.objects}
    assert all(objects[tag].exact for part in layout.signed if len(part.tags) > 1 for tag in part.tags)


@pytest.mark.parametrize("code", LAYOUTS)
def test_a_layout_is_of_one_piece(code: str) -> None:
    """No tag stands in two files, every file fits the limit, and the document is one of the catalogue's."""
    layout = LAYOUTS[code]
    tags = [one.tag for one in layout.objects]
    assert len(set(tags)) == len(tags)
    assert all(file.capacity <= MAX_FILE for file in layout.files)
    assert {file.name for file in layout.files} <= FILE_NAMES
    assert layout.document in DOCUMENTS


@pytest.mark.parametrize("code", ["07", "08"])
def test_specified_cards_have_the_second_generations_files(code: str) -> None:
    """On a My Number card the files are the same; only how they are reached differs."""
    assert LAYOUTS[code].files[2:] == LAYOUTS[{"07": "05", "08": "06"}[code]].files[2:]


# The examples of the second generation's specification (§3.3.4, appendix 2 [2]): how objects begin, and the filling
# after a certificate of 598 bytes. Their contents aren't given, so bytes of ours stand for them.
EXAMPLES = [
    (bytes.fromhex("C1023035"), [("C1", b"05")]),
    (
        bytes.fromhex("D08209C4") + b"n" * 2_500 + bytes.fromhex("D1820BB8") + b"p" * 3_000,
        [("D0", b"n" * 2_500), ("D1", b"p" * 3_000)],
    ),
    (bytes.fromhex("DFD18209C4") + b"a" * 2_500, [("DFD1", b"a" * 2_500)]),
    (
        bytes.fromhex("DC60") + b"s" * 96 + bytes.fromhex("DD820256") + b"c" * 598 + bytes(4),
        [("DC", b"s" * 96), ("DD", b"c" * 598)],
    ),
]


@pytest.mark.parametrize(("data", "objects"), EXAMPLES)
def test_the_specifications_examples_are_read(data: bytes, objects: list[tuple[str, bytes]]) -> None:
    """Two-byte tags, lengths of one to three bytes, and zero bytes after the last object."""
    tags = {tag for tag, _ in objects}
    file = next(one for code in ("05",) for one in LAYOUTS[code].files if tags <= {entry.tag for entry in one.objects})
    assert parse.read_layout({"MF/EF02": bytes.fromhex("C1023035")}).code == "05"
    others = {
        one.name: b"".join(
            bytes.fromhex(entry.tag)
            + (bytes([entry.size]) if entry.size < 128 else b"\x82" + entry.size.to_bytes(2))
            + b"0" * entry.size
            for entry in one.objects
        )
        for one in LAYOUTS["05"].files
        if one.required and one.name != file.name
    }
    found = parse.read_objects(LAYOUTS["05"], {**others, "MF/EF02": bytes.fromhex("C1023035"), file.name: data})
    assert {tag: found.values[tag] for tag in tags} == dict(objects)


@pytest.mark.parametrize("length", [b"\x81\xc8", b"\x82\x00\xc8"])
def test_a_longer_length_outside_the_signature_is_read(length: bytes) -> None:
    """The file's capacity suggests that the agency writes one there, and nothing hangs on it."""
    written = b"\xd9\x010\xde" + length + b"\x00" * 200
    card = build.make("second-card", files={"DF2/EF03": written})
    assert verify(card).verified is not None
