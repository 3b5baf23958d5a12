"""Everything that can be wrong with a card's files: a named error, at its step, and no fact of it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from sekisho.contracts.evidence.mynumber_card.model import ReadersWord, UnverifiedCard
from sekisho.contracts.evidence.mynumber_card.profile import MAX_FILE, CardFile
from sekisho.contracts.evidence.steps import StepState
from tests.contracts.evidence.faults import Faults, listed, refused_at
from tests.contracts.evidence.fixtures import mynumber_card as build
from tests.contracts.evidence.fixtures.tlv_writing import item
from tests.contracts.evidence.mynumber_card.checking import verify


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

FAULTS: Faults[UnverifiedCard] = listed(
    {
        (0, "chip_file_too_large"): {
            **{
                f"{file.value} too large": partial(build.card, "hanako", {file: bytes(MAX_FILE[file] + 1)})
                for file in CardFile
            },
        },
        (1, "chip_file_structure"): {
            "neither application": lambda: UnverifiedCard({}),
            "a certificate alone": lambda: build.card("hanako", without=(CardFile.ITEMS, CardFile.FACE)),
            "another template": lambda: items(build.items("hanako", outer=0xFF21)),
            "a second template": lambda: items(RIGHT + item(0xFF21, b"A")),
            "an unwritten file": lambda: items(b"\xff" * 64),
            "a certificate of another form": lambda: build.card("hanako", {CardFile.CERTIFICATE: item(0x7F20, b"A")}),
        },
        (1, "chip_file_truncated"): {
            "cut off": lambda: items(RIGHT[:-1]),
            "cut off inside": lambda: items(item(0xFF20, b"\xdf\x22\x05AA")),
            "something after its end": lambda: items(RIGHT + b"\x01\x02"),
        },
        (1, "chip_length_indefinite"): {
            "an indefinite length": lambda: items(b"\xff\x20\x80\x00\x00"),
        },
        (1, "chip_length_not_minimal"): {
            "an overlong length": lambda: items(item(0xFF20, b"\xdf\x22\x81\x01A")),
            "a length bomb": lambda: face(b"\xff\x20\x84\xff\xff\xff\xff"),
        },
        (1, "chip_tag_twice"): {
            "the name twice": lambda: items(build.items("hanako", more=item(0xDF22, b"A"))),
        },
        (1, "mynumber_card_item_missing"): {
            "a certificate without a signature": lambda: build.card(
                "hanako", {CardFile.CERTIFICATE: item(0x7F21, item(0x5F4E, b"A"))}
            ),
        },
        (2, "mynumber_card_item_missing"): {
            "no name": lambda: items(build.items("hanako", {"name": None})),
            "an empty address": lambda: items(build.items("hanako", {"address": b""})),
            "no date of birth": lambda: items(build.items("hanako", {"birth_date": None})),
            "no sex": lambda: items(build.items("hanako", {"sex": None})),
            "a face without a photo": lambda: face(build.face("hanako", {"photo": None})),
        },
        (2, "mynumber_card_item_malformed"): {
            "a name that isn't UTF-8": lambda: items(build.items("hanako", {"name": b"\xff\xfe"})),
            "a name with a control character": lambda: items(build.items("hanako", {"name": b"\x1b[2J"})),
            "an endless address": lambda: items(build.items("hanako", {"address": "町".encode() * 400})),
        },
        (2, "mynumber_card_photo_refused"): {
            "a photo of something else": lambda: face(build.face("hanako", {"photo": b"\xff\xd8\xff\xe0 a JPEG"})),
        },
        (3, "mynumber_card_items_contradict"): {
            "another person's face": lambda: face(build.face("hanako", {"birth_date": b"19900402"})),
            "another sex": lambda: face(build.face("hanako", {"sex": b"1"})),
        },
        (6, "mynumber_card_expired"): {
            "an expired card": lambda: build.card("expired"),
        },
        (7, "mynumber_card_reader_contradicts"): {
            "PIN not entered": lambda: reader(pin=False, number_b=True),
            "number B not entered": lambda: reader(pin=True, number_b=False),
        },
    }
)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named_at_its_step(fault: str) -> None:
    """Each fault has one error, with the number of the step that found it, and nothing after it was done."""
    make, reason, step = FAULTS[fault]
    report = verify(make()).report
    refused_at(report, reason, step)
    assert "authenticity" not in report.findings
    for one in report.steps:
        never = one.step.number == 4 or one.step.number > step
        expected = StepState.NOT_DONE if never else StepState.DONE
        assert one.state is (StepState.FAILED if one.step.number == step else expected)


def test_the_right_card_has_no_fault() -> None:
    """What the faults start from is read, so each is refused for its own sake."""
    assert verify(items(RIGHT)).report.facts is not None
    assert verify(face(build.face("hanako"))).report.facts is not None
    assert verify(reader(pin=True, number_b=True)).report.facts is not None
    assert verify(items(RIGHT + b"\xff" * 20)).report.facts is not None
