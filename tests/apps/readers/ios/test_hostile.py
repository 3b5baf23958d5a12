"""Broken and hostile IPAs give a reading with the reason, within limits, and never an error."""

from __future__ import annotations

import io
import plistlib
import random
import struct
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.apps.readers.ios import read
from sekisho.apps.readers.ios.errors import ProgramRefused
from sekisho.apps.readers.ios.program import names_in, read_program
from tests.apps.readers.android.test_hostile import _damaged
from tests.apps.readers.android.test_reader import facts, reasons

from . import made

MAIN = made.program(
    libraries=["@rpath/FBSDKCoreKit.framework/FBSDKCoreKit"], classes=["GADMobileAds"],
    symbols=["_OBJC_CLASS_$_Sentry"], strings=["https://api.tracker.jp/"], entitlements={"a": True},
)  # fmt: skip


def test_every_truncation_of_a_program() -> None:
    """A program cut off anywhere is refused or read as far as it goes."""
    for length in (*range(600), *range(4000, len(MAIN), 3)):
        try:
            program = read_program(MAIN[:length])
        except ProgramRefused:
            continue
        assert all(at < length for _, at in names_in(MAIN[:length], program))


@pytest.mark.parametrize("size", [0, 4, 7, 0xFFFFFFFF])
def test_load_commands_that_lead_in_circles(size: int) -> None:
    """A load command that doesn't move on, or is longer than all, is refused."""
    data = bytearray(MAIN)
    struct.pack_into("<I", data, 36, size)
    with pytest.raises(ProgramRefused):
        read_program(bytes(data))
    assert "program_broken" in reasons(read(made.ipa(main=bytes(data)), name="a"))


def test_a_java_class_is_no_fat_program() -> None:
    """A fat file's beginning with more programs than any is refused; so are programs that lie outside of it."""
    with pytest.raises(ProgramRefused):
        read_program(b"\xca\xfe\xba\xbe\0\0\0\x34" + bytes(2000))
    with pytest.raises(ProgramRefused):
        read_program(b"\xca\xfe\xba\xbe\0\0\0\x01" + struct.pack(">5I", 7, 0, 5000, 5000, 0))


def test_an_archive_with_a_password() -> None:
    """Entries that are locked are said; those that aren't are read."""
    data = bytearray(made.ipa(main=MAIN))
    row = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 4)
    struct.pack_into("<H", data, row + 8, 1)
    struct.pack_into("<I", data, row + 16, 0x12345678)
    reading = read(bytes(data), name="a")
    assert {"entry_encrypted", "no_code_read"} <= reasons(reading)
    assert facts(reading, "bundle_id") == ["jp.example.demo"]


def test_paths_that_lead_out_and_lists_of_wrong_types() -> None:
    """Unsafe names are said; an Info.plist whose values are of the wrong types gives what is right of it."""
    out = io.BytesIO()
    info = {"CFBundleIdentifier": 7, "SKAdNetworkItems": "x", "NSAppTransportSecurity": [1],
            "CFBundleExecutable": "../x", "NSCameraUsageDescription": 3,
            "NSAdvertisingAttributionReportEndpoint": "https://"}  # fmt: skip
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(f"{made.APP}Info.plist", plistlib.dumps(info))
        archive.writestr(f"{made.APP}../../x", MAIN)
        archive.writestr(f"{made.APP}Demo", MAIN)
    reading = read(out.getvalue(), name="a")
    assert reasons(reading) == {"entry_name_unsafe"}
    assert facts(reading, "cleartext_allowed") == ["false"]


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from(["ipa", "main", "info"]))
def test_any_damage_gives_a_reading(seed: int, kind: str) -> None:
    """Whatever bytes are changed, left out or doubled, there is a reading, and never an error."""
    draw = random.Random(seed)  # noqa: S311  damage, the same for the same number
    if kind == "main":
        data = made.ipa(main=_damaged(MAIN[:400], draw).ljust(4096, b"\0") + MAIN[4096:])
    elif kind == "info":
        info = _damaged(plistlib.dumps(made.INFO, fmt=plistlib.FMT_BINARY), draw)
        data = made.ipa(main=MAIN, files={"PlugIns/X.appex/Info.plist": info})
    else:
        data = _damaged(made.ipa(main=MAIN), draw)
    assert read(data, name="a").target.sha256
