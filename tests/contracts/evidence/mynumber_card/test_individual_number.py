"""The individual number never comes in: not by file, not by tag, not by its digits, wherever they stand."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest

from sekisho.contracts.errors import ApplicationRefused, IndividualNumber
from sekisho.contracts.evidence.mynumber_card.profile import FORBIDDEN_FILES, FORBIDDEN_TAGS
from sekisho.contracts.individual_number import has_valid_check_digit
from tests.contracts.evidence.fixtures import mynumber_card as build
from tests.contracts.evidence.fixtures.tlv_writing import item
from tests.contracts.evidence.mynumber_card.checking import NUMBER, by_kind


def with_files(**files: bytes) -> dict[str, Any]:
    """A document of these files; ``_`` stands for the slash of a name."""
    coded = {name.strip("f").replace("_", "/"): base64.b64encode(data).decode() for name, data in files.items()}
    return build.document("hanako", files=coded)


ITEMS = build.items("hanako")
NUMBER_FILE = item(0xFF10, NUMBER.encode())

CARRIERS: dict[str, Callable[[], dict[str, Any]]] = {
    **{
        f"the file {name}": (lambda name=name: build.document("hanako", files={name: "AA=="}))  # type: ignore[misc]  # a default in a lambda
        for name in FORBIDDEN_FILES
    },
    "the number's file beside the right one": lambda: with_files(f0408_0002=ITEMS, f0408_0001=b"\x00"),
    "the number's file under another name": lambda: with_files(f0408_0002=NUMBER_FILE),
    "the image's file under another name": lambda: with_files(f0402_0002=item(0xFF40, item(0xDF41, build.PNG))),
    "the hash's file under another name": lambda: with_files(f0408_0002=item(0xFF30, item(0xDF31, bytes(32)))),
    "the number's file after the right one": lambda: with_files(f0408_0002=ITEMS + NUMBER_FILE),
    "the number in an item of its own": lambda: with_files(
        f0408_0002=build.items("hanako", more=item(0xDF7E, NUMBER.encode()))
    ),
    "the number in a file that can't be read": lambda: with_files(f0408_0002=b"\xff\x20\x80" + NUMBER.encode()),
    "the number in the certificate": lambda: with_files(f0408_0002=ITEMS, f0402_0004=NUMBER.encode()),
    **{
        f"the tag {tag:04X} inside": (
            lambda tag=tag: with_files(f0408_0002=build.items("hanako", more=item(tag, b"x")))  # type: ignore[misc]  # a default in a lambda
        )
        for tag in sorted(FORBIDDEN_TAGS)
    },
    "the number in the address": lambda: with_files(
        f0408_0002=build.items("hanako", {"address": f"架空町{NUMBER}".encode()})
    ),
    "the number in full-width digits": lambda: with_files(
        f0408_0002=build.items("hanako", {"address": "架空町１２３４５６７８９０１８".encode()})
    ),
    "the number in groups": lambda: with_files(f0408_0002=build.items("hanako", {"name": b"1234-5678-9018"})),
    "a field named after it": lambda: build.document("hanako", individual_number="x"),
    "a field of the reader": lambda: build.document("hanako", reader={"マイナンバー": "x"}),
    "a field that is it": lambda: build.document("hanako", **{NUMBER: "x"}),
    "a stated name": lambda: build.document("hanako", stated={"name": f"個人番号{NUMBER}"}),
    "the reading application's name": lambda: build.document("hanako", reader={"application": f"my number {NUMBER}"}),
}


@pytest.mark.parametrize("carrier", CARRIERS)
def test_it_is_refused_with_no_report(carrier: str) -> None:
    """Whatever carries it: an error that names the field and not the number, and nothing that could be kept."""
    with pytest.raises(IndividualNumber) as raised:
        by_kind(CARRIERS[carrier]())
    assert raised.value.reason == "individual_number"
    assert raised.value.step in (0, 1, 2)
    assert "9018" not in str(raised.value.as_document())


def test_twelve_digits_without_its_check_digit_pass() -> None:
    """A chance run of digits isn't an individual number."""
    other = NUMBER[:-1] + "7"
    assert not has_valid_check_digit(other)
    document = with_files(f0408_0002=build.items("hanako", {"address": f"架空町{other}".encode()}))
    assert by_kind(document).report.facts is not None


def test_thirteen_digits_pass() -> None:
    """A corporate number has one digit more."""
    document = with_files(f0408_0002=build.items("hanako", more=item(0xDF7E, NUMBER.encode() + b"1")))
    assert by_kind(document).report.facts is not None


def test_the_number_that_opens_the_card_has_no_field() -> None:
    """照合番号A is the individual number: that it was entered can't even be said."""
    with pytest.raises(ApplicationRefused) as raised:
        by_kind(build.document("hanako", reader={"number_a": True}))
    assert raised.value.reason == "unknown_field"
