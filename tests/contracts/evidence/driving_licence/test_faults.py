"""Everything that can be wrong with a licence: a named error, at its step, and no fact of it."""

from __future__ import annotations

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
from tests.contracts.evidence.faults import Faults, listed, refused_at
from tests.contracts.evidence.fixtures import driving_licence as build
from tests.contracts.evidence.fixtures.tlv_writing import item


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

FAULTS: Faults[UnverifiedLicence] = listed(
    {
        (0, "chip_file_too_large"): {
            **{f"{file.value} too large": partial(other, file, bytes(MAX_FILE[file] + 1)) for file in LicenceFile},
        },
        (1, "chip_file_structure"): {
            "no DF1/EF01": lambda: UnverifiedLicence({}),
        },
        (1, "chip_file_truncated"): {
            "entries cut off": lambda: other(LicenceFile.ENTRIES, ENTRIES[:40]),
            "changes cut off": lambda: other(LicenceFile.CHANGES, b"\x50\x05\x00"),
        },
        (1, "chip_length_indefinite"): {
            "an indefinite length": lambda: other(LicenceFile.ENTRIES, b"\x12\x80"),
        },
        (1, "chip_length_not_minimal"): {
            "an overlong length": lambda: other(LicenceFile.PHOTO, b"\x5f\x40\x82\x00\x01A"),
            "a length bomb": lambda: other(LicenceFile.SIGNATURE, b"\xb1\x84\xff\xff\xff\xff"),
        },
        (1, "chip_tag_twice"): {
            "the name twice": lambda: other(
                LicenceFile.ENTRIES, item(0x12, build.jis("偽名")) + build.entries("hanako")
            ),
            "two photos": lambda: other(LicenceFile.PHOTO, item(0x5F40, build.PHOTO) * 2),
        },
        (2, "licence_item_missing"): {
            "unwritten entries": lambda: other(LicenceFile.ENTRIES, b"\xff" * 880),
            "no name": lambda: entry(name=None),
            "an empty address": lambda: entry(address=b""),
            "no date of birth": lambda: entry(birth_date=None),
            "no last day": lambda: entry(expiry=None),
            "no number": lambda: entry(number=None),
        },
        (2, "licence_item_malformed"): {
            "half a character": lambda: entry(name=build.jis("関所") + b"\x21"),
            "a name that isn't JIS": lambda: entry(name="関所".encode()),
            "an escape in a text": lambda: entry(name=b"\x1b$B" + build.jis("関") + b"\x21"),
            "a number of letters": lambda: entry(number=b"30900000000A"),
            "a number of eleven digits": lambda: entry(number=b"30900000001"),
            "a last day that doesn't exist": lambda: entry(expiry=b"5110230"),
            "a last day of no era": lambda: entry(expiry=b"9110501"),
        },
        (2, "licence_photo_refused"): {
            "a photo of something else": lambda: other(LicenceFile.PHOTO, item(0x5F40, b"\xff\xd8\xff\xe0 a JPEG")),
            "a photo's file without a photo": lambda: other(LicenceFile.PHOTO, b"\xff" * 100),
        },
        (3, "licence_signature_malformed"): {
            "a signature too short": lambda: other(LicenceFile.SIGNATURE, build.signature_file(bytes(128), "kakuu")),
            "no signature in its file": lambda: other(LicenceFile.SIGNATURE, b"\xff" * 578),
        },
        (3, "licence_signature_wrong"): {
            "a signature of zeros": lambda: other(LicenceFile.SIGNATURE, build.signature_file(bytes(256), "kakuu")),
            "another address": lambda: flipped(LicenceFile.ENTRIES, ADDRESS),
            "another registered domicile": lambda: flipped(LicenceFile.DOMICILE, 4),
            "another photo": lambda: flipped(LicenceFile.PHOTO, 100),
            "other unused room": lambda: other(LicenceFile.ENTRIES, ENTRIES[:-1]),
            "another card's photo": lambda: other(LicenceFile.PHOTO, item(0x5F40, build.PHOTO + b"another")),
            "another card's signature": lambda: other(
                LicenceFile.SIGNATURE, build.files("external")[LicenceFile.SIGNATURE]
            ),
            "a forger's signature under a configured name": lambda: other(
                LicenceFile.SIGNATURE, build.signature_over(build.files("hanako"), "forger", names="kakuu")
            ),
        },
        (6, "licence_expired"): {
            "an expired licence": lambda: build.licence("expired"),
        },
        (7, "licence_reader_contradicts"): {
            "PIN 1 not entered": lambda: reader(pin_1=False, pin_2=True),
            "PIN 2 not entered": lambda: reader(pin_1=True, pin_2=False),
        },
    }
)


def refused(result: LicenceResult, reason: str, step: int) -> None:
    """The report names this error at this step; nothing after it was done, and there are no facts."""
    refused_at(result.report, reason, step)
    assert result.verified is None
    for one in result.report.steps:
        expected = StepState.DONE if one.step.number < step else StepState.NOT_DONE
        assert one.state is (StepState.FAILED if one.step.number == step else expected)


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


RECORD_FAULTS: Faults[UnverifiedRecord] = listed(
    {
        (0, "chip_file_too_large"): {
            "a record too large": lambda: build.record(wef02=b"\xc2\x01\x01" + b"\xff" * MAX_RECORD),
        },
        (1, "chip_file_structure"): {
            "an unwritten record": lambda: build.record(wef02=b"\xff" * 100),
        },
        (1, "chip_file_truncated"): {
            "a record cut off": lambda: build.record(wef02=b"\xc2\x05\x01"),
        },
        (1, "chip_tag_twice"): {
            "an item twice": lambda: build.record(wef02=build.record_items() + item(0xC2, b"")),
        },
        (1, "licence_item_malformed"): {
            "a number of letters": lambda: build.record(wef02=build.record_items(number=b"A" * 12)),
            "a last day that isn't one": lambda: build.record(wef02=build.record_items(expiry=b"5130001")),
        },
        (1, "licence_item_missing"): {
            "no last day": lambda: build.record(wef02=item(0xC3, b"309000000012")),
        },
        (2, "licence_signature_malformed"): {
            "a signature too short": lambda: build.record(value=bytes(255)),
        },
        (2, "licence_signature_wrong"): {
            "a signature over something else": lambda: build.record(value=bytes(256)),
            "a forger's signature": lambda: build.record("forger", names="kakuu"),
        },
        (4, "licence_expired"): {
            "an expired licence": lambda: build.record(wef02=build.record_items(expiry=b"5081122")),
        },
    }
)


@pytest.mark.parametrize("fault", RECORD_FAULTS)
def test_a_record_s_fault_is_named_at_its_step(fault: str) -> None:
    """The same for the record on a My Number card."""
    make, reason, step = RECORD_FAULTS[fault]
    result = verify_one(make())
    refused_at(result.report, reason, step)
    assert result.verified is None


def test_what_a_refused_licence_still_says() -> None:
    """Forged is said to be forged, expired to be expired, and a damaged file to be neither."""
    forged = verify(flipped(LicenceFile.PHOTO, 100)).report
    assert forged.findings == {"document": "driving_licence", "authenticity": "failed"}
    expired = verify(build.licence("expired")).report.findings
    assert set(expired) == {"document", "valid_until", "no_expiry"}
    assert verify(other(LicenceFile.ENTRIES, ENTRIES[:40])).report.findings == {"document": "driving_licence"}
