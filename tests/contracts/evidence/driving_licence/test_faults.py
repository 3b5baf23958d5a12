"""Everything that can be wrong with a licence: a named error, at its step, and no fact of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest

from sekisho.contracts.evidence.driving_licence.model import (
    LicenceResult,
    ReadersWord,
    UnverifiedLicence,
    UnverifiedRecord,
)
from sekisho.contracts.evidence.driving_licence.profile import MAX_FILE, MAX_RECORD, LicenceFile
from sekisho.contracts.evidence.steps import StepState
from tests.contracts.evidence.driving_licence.checking import other, verify, verify_one
from tests.contracts.evidence.fixtures import driving_licence as build
from tests.contracts.evidence.fixtures.tlv_writing import item

Faults = dict[str, tuple[Callable[[], UnverifiedLicence], str, int]]


def entry(**change: bytes | None) -> UnverifiedLicence:
    """A card whose entries are otherwise, signed by the commission all the same."""
    return build.licence("hanako", change=change)


def reader(**said: bool) -> UnverifiedLicence:
    """The right card with another word of the reader."""
    return replace(build.licence("hanako"), reader=ReadersWord("made-up reader 1.0", **said))


def flipped(file: LicenceFile, at: int) -> UnverifiedLicence:
    """The right card with one bit of a signed file otherwise, where the file can still be read."""
    data = bytearray(build.files("hanako")[file])
    data[at] ^= 1
    return other(file, bytes(data))


ENTRIES = build.files("hanako")[LicenceFile.ENTRIES]
ADDRESS = ENTRIES.index(build.jis("架空町"))

FAULTS: Faults = {
    **{
        f"{file.value} too large": (partial(other, file, bytes(MAX_FILE[file] + 1)), "chip_file_too_large", 0)
        for file in LicenceFile
    },
    "no DF1/EF01": (lambda: UnverifiedLicence({}), "chip_file_structure", 1),
    "entries cut off": (lambda: other(LicenceFile.ENTRIES, ENTRIES[:40]), "chip_file_truncated", 1),
    "an indefinite length": (lambda: other(LicenceFile.ENTRIES, b"\x12\x80"), "chip_length_indefinite", 1),
    "an overlong length": (lambda: other(LicenceFile.PHOTO, b"\x5f\x40\x82\x00\x01A"), "chip_length_not_minimal", 1),
    "a length bomb": (lambda: other(LicenceFile.SIGNATURE, b"\xb1\x84\xff\xff\xff\xff"), "chip_length_not_minimal", 1),
    "the name twice": (
        lambda: other(LicenceFile.ENTRIES, item(0x12, build.jis("偽名")) + build.entries("hanako")),
        "chip_tag_twice",
        1,
    ),
    "two photos": (lambda: other(LicenceFile.PHOTO, item(0x5F40, build.PHOTO) * 2), "chip_tag_twice", 1),
    "unwritten entries": (lambda: other(LicenceFile.ENTRIES, b"\xff" * 880), "licence_item_missing", 2),
    "no name": (lambda: entry(name=None), "licence_item_missing", 2),
    "an empty address": (lambda: entry(address=b""), "licence_item_missing", 2),
    "no date of birth": (lambda: entry(birth_date=None), "licence_item_missing", 2),
    "no last day": (lambda: entry(expiry=None), "licence_item_missing", 2),
    "no number": (lambda: entry(number=None), "licence_item_missing", 2),
    "half a character": (lambda: entry(name=build.jis("関所") + b"\x21"), "licence_item_malformed", 2),
    "a name that isn't JIS": (lambda: entry(name="関所".encode()), "licence_item_malformed", 2),
    "an escape in a text": (lambda: entry(name=b"\x1b$B" + build.jis("関") + b"\x21"), "licence_item_malformed", 2),
    "a number of letters": (lambda: entry(number=b"30900000000A"), "licence_item_malformed", 2),
    "a number of eleven digits": (lambda: entry(number=b"30900000001"), "licence_item_malformed", 2),
    "a last day that doesn't exist": (lambda: entry(expiry=b"5110230"), "licence_item_malformed", 2),
    "a last day of no era": (lambda: entry(expiry=b"9110501"), "licence_item_malformed", 2),
    "a photo of something else": (
        lambda: other(LicenceFile.PHOTO, item(0x5F40, b"\xff\xd8\xff\xe0 a JPEG")),
        "licence_photo_refused",
        2,
    ),
    "a photo's file without a photo": (lambda: other(LicenceFile.PHOTO, b"\xff" * 100), "licence_photo_refused", 2),
    "a signature too short": (
        lambda: other(LicenceFile.SIGNATURE, build.signature_file(bytes(128), "kakuu")),
        "licence_signature_malformed",
        3,
    ),
    "no signature in its file": (lambda: other(LicenceFile.SIGNATURE, b"\xff" * 578), "licence_signature_malformed", 3),
    "a signature of zeros": (
        lambda: other(LicenceFile.SIGNATURE, build.signature_file(bytes(256), "kakuu")),
        "licence_signature_wrong",
        3,
    ),
    "another address": (lambda: flipped(LicenceFile.ENTRIES, ADDRESS), "licence_signature_wrong", 3),
    "another registered domicile": (lambda: flipped(LicenceFile.DOMICILE, 4), "licence_signature_wrong", 3),
    "another photo": (lambda: flipped(LicenceFile.PHOTO, 100), "licence_signature_wrong", 3),
    "other unused room": (lambda: other(LicenceFile.ENTRIES, ENTRIES[:-1]), "licence_signature_wrong", 3),
    "another card's photo": (
        lambda: other(LicenceFile.PHOTO, item(0x5F40, build.PHOTO + b"another")),
        "licence_signature_wrong",
        3,
    ),
    "another card's signature": (
        lambda: other(LicenceFile.SIGNATURE, build.files("external")[LicenceFile.SIGNATURE]),
        "licence_signature_wrong",
        3,
    ),
    "a forger's signature under a configured name": (
        lambda: other(LicenceFile.SIGNATURE, build.signature_over(build.files("hanako"), "forger", names="kakuu")),
        "licence_signature_wrong",
        3,
    ),
    "changes cut off": (lambda: other(LicenceFile.CHANGES, b"\x50\x05\x00"), "chip_file_truncated", 1),
    "an expired licence": (lambda: build.licence("expired"), "licence_expired", 6),
    "PIN 1 not entered": (lambda: reader(pin_1=False, pin_2=True), "licence_reader_contradicts", 7),
    "PIN 2 not entered": (lambda: reader(pin_1=True, pin_2=False), "licence_reader_contradicts", 7),
}


def refused(result: LicenceResult, reason: str, step: int) -> None:
    """The report names this error at this step; nothing after it was done, and there are no facts."""
    failure = result.report.failure
    assert failure is not None
    assert (failure.reason, failure.step) == (reason, step)
    assert result.report.facts is None
    assert result.verified is None
    for one in result.report.steps:
        expected = StepState.DONE if one.step.number < step else StepState.NOT_DONE
        assert one.state is (StepState.FAILED if one.step.number == step else expected)
    assert failure.sentence("ja") != failure.sentence("en")


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named_at_its_step(fault: str) -> None:
    """Each fault has one error, with the number of the step that found it, and nothing after it was done."""
    make, reason, step = FAULTS[fault]
    refused(verify(make()), reason, step)


def test_the_right_licence_has_no_fault() -> None:
    """What the faults start from verifies, so each is refused for its own sake."""
    assert verify(build.licence("hanako")).verified is not None
    assert verify(entry()).verified is not None
    assert verify(reader(pin_1=True, pin_2=True)).verified is not None


RECORD_FAULTS: dict[str, tuple[Callable[[], UnverifiedRecord], str, int]] = {
    "a record too large": (
        lambda: build.record(wef02=b"\xc2\x01\x01" + b"\xff" * MAX_RECORD),
        "chip_file_too_large",
        0,
    ),
    "an unwritten record": (lambda: build.record(wef02=b"\xff" * 100), "chip_file_structure", 1),
    "a record cut off": (lambda: build.record(wef02=b"\xc2\x05\x01"), "chip_file_truncated", 1),
    "an item twice": (lambda: build.record(wef02=build.record_items() + item(0xC2, b"")), "chip_tag_twice", 1),
    "a number of letters": (
        lambda: build.record(wef02=build.record_items(number=b"A" * 12)),
        "licence_item_malformed",
        1,
    ),
    "no last day": (lambda: build.record(wef02=item(0xC3, b"309000000012")), "licence_item_missing", 1),
    "a last day that isn't one": (
        lambda: build.record(wef02=build.record_items(expiry=b"5130001")),
        "licence_item_malformed",
        1,
    ),
    "a signature too short": (lambda: build.record(value=bytes(255)), "licence_signature_malformed", 2),
    "a signature over something else": (lambda: build.record(value=bytes(256)), "licence_signature_wrong", 2),
    "a forger's signature": (lambda: build.record("forger", names="kakuu"), "licence_signature_wrong", 2),
    "an expired licence": (lambda: build.record(wef02=build.record_items(expiry=b"5081122")), "licence_expired", 4),
}


@pytest.mark.parametrize("fault", RECORD_FAULTS)
def test_a_record_s_fault_is_named_at_its_step(fault: str) -> None:
    """The same for the record on a My Number card."""
    make, reason, step = RECORD_FAULTS[fault]
    result = verify_one(make())
    failure = result.report.failure
    assert failure is not None
    assert (failure.reason, failure.step) == (reason, step)
    assert result.report.facts is None
    assert result.verified is None


def test_what_a_refused_licence_still_says() -> None:
    """Forged is said to be forged, expired to be expired, and a damaged file to be neither."""
    forged = verify(flipped(LicenceFile.PHOTO, 100)).report
    assert forged.findings == {"document": "driving_licence", "authenticity": "failed"}
    expired = verify(build.licence("expired")).report.findings
    assert set(expired) == {"document", "valid_until", "no_expiry"}
    assert verify(other(LicenceFile.ENTRIES, ENTRIES[:40])).report.findings == {"document": "driving_licence"}
