"""Whatever bytes come, the verifier answers with a report, in time and in little memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.contracts.errors import IndividualNumber
from sekisho.contracts.evidence.driving_licence.model import UnverifiedRecord
from sekisho.contracts.evidence.driving_licence.profile import MAX_FILE, SIGNED_FILES, LicenceFile
from tests.contracts.evidence.driving_licence.checking import other, verify, verify_one
from tests.contracts.evidence.fixtures import driving_licence as build
from tests.contracts.evidence.fuzzing import in_bounds, in_memory, mutated

RIGHT = build.files("hanako")


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(tuple(RIGHT)), st.data())
def test_any_file(file: LicenceFile, data: st.DataObject) -> None:
    """A changed file is answered by a report, and none that is signed verifies changed."""
    changed = data.draw(mutated(RIGHT[file]))
    with in_bounds():
        result = verify(other(file, changed))
    assert (result.report.facts is None) == (result.report.failure is not None)
    if file in SIGNED_FILES and changed != RIGHT[file]:
        assert result.verified is None
    result.report.as_document()


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_entries_that_are_signed(data: st.DataObject) -> None:
    """Entries of any content that a commission itself signed: read, or refused by name."""
    files = {**RIGHT, LicenceFile.ENTRIES: data.draw(mutated(build.entries("external")))}
    files[LicenceFile.SIGNATURE] = build.signature_over(files, "kakuu")
    try:
        verify(replace(build.licence("hanako"), files=files)).report.as_document()
    except IndividualNumber:
        return


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_record(data: st.DataObject) -> None:
    """A changed record or signature of one."""
    right = build.record()
    assert right.wef03 is not None
    record = UnverifiedRecord(data.draw(mutated(right.wef02)), data.draw(mutated(right.wef03)))
    result = verify_one(record)
    assert result.verified is None or record.wef02 == right.wef02
    result.report.as_document()


BOMBS: dict[str, tuple[LicenceFile, Callable[[int], bytes]]] = {
    "many empty items": (LicenceFile.CHANGES, lambda size: b"\x51\x00" * (size // 2)),
    "a length bomb": (LicenceFile.PHOTO, lambda _: b"\x5f\x40\x84\xff\xff\xff\xff"),
    "one long text": (LicenceFile.ENTRIES, lambda size: b"\x12\x82" + (size - 4).to_bytes(2) + b"!" * (size - 4)),
    "all external characters": (
        LicenceFile.ENTRIES,
        lambda size: b"\x12\x82" + (size - 4).to_bytes(2) + b"\xff\xf1" * ((size - 4) // 2),
    ),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_bombs(bomb: str) -> None:
    """The worst that fits the limits takes less than a second and less than 64 MiB."""
    file, make = BOMBS[bomb]
    card = other(file, make(MAX_FILE[file]))
    with in_bounds(), in_memory():
        result = verify(card)
    assert result.report.failure is not None
