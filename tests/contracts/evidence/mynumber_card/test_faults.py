"""Everything that can be wrong with a card's files: a named error, at its step, and no fact of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest

from sekisho.contracts.evidence.mynumber_card.model import ReadersWord, UnverifiedCard
from sekisho.contracts.evidence.mynumber_card.profile import MAX_FILE, CardFile
from sekisho.contracts.evidence.steps import StepState
from tests.contracts.evidence.fixtures import mynumber_card as build
from tests.contracts.evidence.fixtures.tlv_writing import item
from tests.contracts.evidence.mynumber_card.checking import verify

Faults = dict[str, tuple[Callable[[], UnverifiedCard], str, int]]


def items(data: bytes) -> UnverifiedCard:
    """The right card with another 0408/0002."""
    return build.card("hanako", {CardFile.ITEMS: data})


def face(data: bytes) -> UnverifiedCard:
    """The right card with another 0402/0002."""
    return build.card("hanako", {CardFile.FACE: data})


def reader(**said: bool) -> UnverifiedCard:
    """The right card with another word of the reader."""
    return replace(build.card("hanako"), reader=ReadersWord("made-up reader 1.0", **said))


RIGHT = build.items("hanako")

FAULTS: Faults = {
    **{
        f"{file.value} too large": (
            partial(build.card, "hanako", {file: bytes(MAX_FILE[file] + 1)}),
            "chip_file_too_large",
            0,
        )
        for file in CardFile
    },
    "neither application": (lambda: UnverifiedCard({}), "chip_file_structure", 1),
    "a certificate alone": (
        lambda: build.card("hanako", without=(CardFile.ITEMS, CardFile.FACE)),
        "chip_file_structure",
        1,
    ),
    "cut off": (lambda: items(RIGHT[:-1]), "chip_file_truncated", 1),
    "cut off inside": (lambda: items(item(0xFF20, b"\xdf\x22\x05AA")), "chip_file_truncated", 1),
    "an indefinite length": (lambda: items(b"\xff\x20\x80\x00\x00"), "chip_length_indefinite", 1),
    "an overlong length": (lambda: items(item(0xFF20, b"\xdf\x22\x81\x01A")), "chip_length_not_minimal", 1),
    "a length bomb": (lambda: face(b"\xff\x20\x84\xff\xff\xff\xff"), "chip_length_not_minimal", 1),
    "the name twice": (lambda: items(build.items("hanako", more=item(0xDF22, b"A"))), "chip_tag_twice", 1),
    "another template": (lambda: items(build.items("hanako", outer=0xFF21)), "chip_file_structure", 1),
    "a second template": (lambda: items(RIGHT + item(0xFF21, b"A")), "chip_file_structure", 1),
    "something after its end": (lambda: items(RIGHT + b"\x01\x02"), "chip_file_truncated", 1),
    "an unwritten file": (lambda: items(b"\xff" * 64), "chip_file_structure", 1),
    "a certificate of another form": (
        lambda: build.card("hanako", {CardFile.CERTIFICATE: item(0x7F20, b"A")}),
        "chip_file_structure",
        1,
    ),
    "a certificate without a signature": (
        lambda: build.card("hanako", {CardFile.CERTIFICATE: item(0x7F21, item(0x5F4E, b"A"))}),
        "mynumber_card_item_missing",
        1,
    ),
    "no name": (lambda: items(build.items("hanako", {"name": None})), "mynumber_card_item_missing", 2),
    "an empty address": (lambda: items(build.items("hanako", {"address": b""})), "mynumber_card_item_missing", 2),
    "no date of birth": (lambda: items(build.items("hanako", {"birth_date": None})), "mynumber_card_item_missing", 2),
    "no sex": (lambda: items(build.items("hanako", {"sex": None})), "mynumber_card_item_missing", 2),
    "a name that isn't UTF-8": (
        lambda: items(build.items("hanako", {"name": b"\xff\xfe"})),
        "mynumber_card_item_malformed",
        2,
    ),
    "a name with a control character": (
        lambda: items(build.items("hanako", {"name": b"\x1b[2J"})),
        "mynumber_card_item_malformed",
        2,
    ),
    "an endless address": (
        lambda: items(build.items("hanako", {"address": "町".encode() * 400})),
        "mynumber_card_item_malformed",
        2,
    ),
    "a face without a photo": (lambda: face(build.face("hanako", {"photo": None})), "mynumber_card_item_missing", 2),
    "a photo of something else": (
        lambda: face(build.face("hanako", {"photo": b"\xff\xd8\xff\xe0 a JPEG"})),
        "mynumber_card_photo_refused",
        2,
    ),
    "another person's face": (
        lambda: face(build.face("hanako", {"birth_date": b"19900402"})),
        "mynumber_card_items_contradict",
        3,
    ),
    "another sex": (lambda: face(build.face("hanako", {"sex": b"1"})), "mynumber_card_items_contradict", 3),
    "an expired card": (lambda: build.card("expired"), "mynumber_card_expired", 6),
    "PIN not entered": (lambda: reader(pin=False, number_b=True), "mynumber_card_reader_contradicts", 7),
    "number B not entered": (lambda: reader(pin=True, number_b=False), "mynumber_card_reader_contradicts", 7),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named_at_its_step(fault: str) -> None:
    """Each fault has one error, with the number of the step that found it, and nothing after it was done."""
    make, reason, step = FAULTS[fault]
    report = verify(make()).report
    assert report.failure is not None
    assert (report.failure.reason, report.failure.step) == (reason, step)
    assert report.facts is None
    assert "authenticity" not in report.findings
    for one in report.steps:
        never = one.step.number == 4 or one.step.number > step
        expected = StepState.NOT_DONE if never else StepState.DONE
        assert one.state is (StepState.FAILED if one.step.number == step else expected)
    assert report.failure.sentence("ja") != report.failure.sentence("en")


def test_the_right_card_has_no_fault() -> None:
    """What the faults start from is read, so each is refused for its own sake."""
    assert verify(items(RIGHT)).report.facts is not None
    assert verify(face(build.face("hanako"))).report.facts is not None
    assert verify(reader(pin=True, number_b=True)).report.facts is not None
    assert verify(items(RIGHT + b"\xff" * 20)).report.facts is not None
