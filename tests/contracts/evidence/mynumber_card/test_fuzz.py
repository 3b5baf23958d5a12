"""Whatever bytes come, the verifier answers with a report or refuses an individual number, in time and in memory."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.contracts.errors import ApplicationRefused, IndividualNumber
from sekisho.contracts.evidence.mynumber_card.profile import MAX_FILE, CardFile
from tests.contracts.evidence.fixtures import mynumber_card as build
from tests.contracts.evidence.fuzzing import in_bounds, in_memory, mutated
from tests.contracts.evidence.mynumber_card.checking import by_kind, verify

RIGHT = build.files("hanako")


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(tuple(RIGHT)), st.data())
def test_any_file(file: CardFile, data: st.DataObject) -> None:
    """A changed file is answered by a report, and never authenticated."""
    card = build.card("hanako", {file: data.draw(mutated(RIGHT[file])) or b"\x00"})
    with in_bounds():
        try:
            report = verify(card).report
        except IndividualNumber:
            return
    assert (report.facts is None) == (report.failure is not None)
    assert report.facts is None or report.facts["authenticity"] == "read_not_authenticated"
    report.as_document()


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_any_document(data: st.DataObject) -> None:
    """The same from the document on."""
    files = {file.value: base64.b64encode(data.draw(mutated(one))).decode() for file, one in RIGHT.items()}
    try:
        by_kind(build.document("hanako", files=files)).report.as_document()
    except ApplicationRefused:
        return


BOMBS: dict[str, tuple[CardFile, Callable[[int], bytes]]] = {
    "many digits": (CardFile.FACE, lambda size: b"123456789017 " * (size // 13)),
    "one long number": (CardFile.FACE, lambda size: b"1" * size),
    "many empty items": (
        CardFile.ITEMS,
        lambda size: b"\xff\x20\x82" + (size - 5).to_bytes(2) + b"\x01\x00" * (size // 2),
    ),
    "a length bomb": (CardFile.ITEMS, lambda _: b"\xff\x20\x84\xff\xff\xff\xff"),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_bombs(bomb: str) -> None:
    """The worst that fits the limits takes less than a second and less than 64 MiB."""
    file, make = BOMBS[bomb]
    files = {file.value: base64.b64encode(make(MAX_FILE[file])).decode()}
    with in_bounds(), in_memory():
        found = by_kind(build.document("hanako", files=files))
    assert found.report.failure is not None
