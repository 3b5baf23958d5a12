"""Apple's privacy manifest is read in its real dialects; what isn't Apple's is told and means nothing."""

from __future__ import annotations

import io
import json
import plistlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.apps.evidence import Grade, Reading, TargetKind
from sekisho.apps.readers import privacy_manifest
from sekisho.apps.readers.privacy_manifest import read

from .android.test_reader import facts, reasons
from .ios.made import collected, privacy

PREFIX = "NSPrivacyCollectedDataType"
WHOLE: dict[str, Any] = {
    "NSPrivacyTracking": True, "NSPrivacyTrackingDomains": ["track.tracker.jp"],
    "NSPrivacyCollectedDataTypes": [collected(f"{PREFIX}DeviceID", "Analytics", "ThirdPartyAdvertising", linked=True)],
    "NSPrivacyAccessedAPITypes": [{"NSPrivacyAccessedAPIType": "NSPrivacyAccessedAPICategoryUserDefaults",
                                   "NSPrivacyAccessedAPITypeReasons": ["CA92.1"]}],
}  # fmt: skip


def flows(reading: Reading) -> set[tuple[str | None, str | None]]:
    """What is declared for what."""
    return {(each.information, each.purpose) for each in reading.pieces if not each.host}


@pytest.mark.parametrize("form", [plistlib.FMT_XML, plistlib.FMT_BINARY])
def test_a_whole_manifest(form: plistlib.PlistFormat) -> None:
    """Each type is declared once for each purpose, tracking hosts are named, and reasons for access are facts."""
    data = plistlib.dumps(WHOLE, fmt=form)
    reading = read(io.BytesIO(data), name="X.framework/PrivacyInfo.xcprivacy")
    assert reading.target.kind is TargetKind.PRIVACY_MANIFEST
    assert flows(reading) == {("device_id", "analytics"), ("device_id", "advertising")}
    assert {each.grade for each in reading.pieces} == {Grade.DECLARED}
    assert [each.host for each in reading.pieces if each.host] == ["track.tracker.jp"]
    assert {each.signature for each in reading.pieces if not each.host} == {"X"}
    assert facts(reading, "accessed_api") == ["X.framework/PrivacyInfo.xcprivacy: UserDefaults CA92.1"]
    assert reasons(reading) == set()


def _odd(**changes: Any) -> bytes:
    return privacy(**{**WHOLE, **changes})


XML = privacy(**WHOLE)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"\xef\xbb\xbf" + XML, {("device_id", "analytics"), ("device_id", "advertising")}),
        (XML.decode().replace("UTF-8", "UTF-16").encode("utf-16"),
         {("device_id", "analytics"), ("device_id", "advertising")}),
        (b"\n  // made by a script\n" + XML, {("device_id", "analytics"), ("device_id", "advertising")}),
        (json.dumps(WHOLE).encode(), {("device_id", "analytics"), ("device_id", "advertising")}),
        (_odd(NSPrivacyTracking="YES"), {("device_id", "analytics"), ("device_id", "advertising")}),
        (_odd(NSPrivacyTrackingDomains="https://track.tracker.jp/x"),
         {("device_id", "analytics"), ("device_id", "advertising")}),
        (_odd(NSPrivacyCollectedDataTypes=collected("DeviceID", "Analytics")), {("device_id", "analytics")}),
        (_odd(NSPrivacyCollectedDataTypes=[f"{PREFIX}CrashData"]), {("crash", None)}),
        (_odd(NSPrivacyCollectedDataTypes=[{PREFIX: "Advertising ID", f"{PREFIX}Purposes": "to sell more"}]),
         {(None, None)}),
        (_odd(NSPrivacyCollectedDataTypes=[{PREFIX: [f"{PREFIX}Name", f"{PREFIX}EmailAddress"]}]),
         {("name", None), ("email", None)}),
        (plistlib.dumps([WHOLE]), {("device_id", "analytics"), ("device_id", "advertising")}),
        (_odd(NSPrivacyCollectedDataTypes=7), set()),
        (plistlib.dumps({"PrivacyTracking": True}), set()),
    ],
)  # fmt: skip
def test_dialects_are_read_and_told(data: bytes, expected: set[tuple[str | None, str | None]]) -> None:
    """What has one meaning is read in whatever form; that it isn't Apple's form is told; free text means nothing."""
    reading = read(data, name="PrivacyInfo.xcprivacy")
    assert flows(reading) == expected
    assert reasons(reading) == {"privacy_manifest_odd"}


def test_a_manifest_that_is_cut_off_keeps_what_was_whole() -> None:
    """Cut anywhere, a manifest gives what stood before, says that it isn't whole, and never an error."""
    seen = set()
    for length in range(0, len(XML), 7):
        reading = read(XML[:length], name="p")
        assert reading.not_measured
        seen |= flows(reading)
    assert ("device_id", "analytics") in seen


def test_declarations_of_entities_are_refused() -> None:
    """Entities that grow without end are never unfolded."""
    bomb = XML.replace(b"<plist", b'<!DOCTYPE plist [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><plist').replace(
        XML[XML.index(b"<!DOCTYPE"):XML.index(b">", XML.index(b"<!DOCTYPE")) + 1], b"")  # fmt: skip
    reading = read(bomb, name="p")
    assert reading.pieces == ()
    assert reasons(reading) == {"plist_broken"}


def test_a_binary_list_that_grows_without_end_is_refused() -> None:
    """Rows that all point at one long text, and lists that hold each other, cost no more than the limits."""
    text = b"\x5f\x12" + (1 << 20).to_bytes(4, "big") + b"a" * (1 << 20)
    count = 60_000
    root = b"\xaf\x12" + (count - 1).to_bytes(4, "big") + b"".join(i.to_bytes(3, "big") for i in range(1, count))
    table = (8 + len(text)).to_bytes(4, "big") + (8).to_bytes(4, "big") * (count - 1)
    end = (8 + len(text) + len(root)).to_bytes(8, "big")
    trailer = bytes(6) + b"\x04\x03" + count.to_bytes(8, "big") + bytes(8) + end
    assert reasons(read(b"bplist00" + text + root + table + trailer, name="p")) == {"plist_broken"}
    ring = b"bplist00" + b"\xa1\x00" + b"\x08" + bytes(6) + b"\x01\x01" + (1).to_bytes(8, "big") + bytes(8)
    assert read(ring + (10).to_bytes(8, "big"), name="p").pieces == ()


def test_deep_and_large_manifests_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nesting and size have limits, and beyond them it is said."""
    deep = b"<plist>" + b"<array>" * 5000 + b"</array>" * 5000 + b"</plist>"
    assert reasons(read(deep, name="p")) == {"privacy_manifest_odd"}
    monkeypatch.setattr(privacy_manifest, "BYTES_MOST", 100)
    assert reasons(read(io.BytesIO(XML), name="p")) == {"privacy_manifest_too_large"}


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(XML) - 1), st.binary(max_size=12), st.integers(0, 30), st.booleans())
def test_any_damage_gives_a_reading(at: int, put: bytes, out: int, binary: bool) -> None:
    """Whatever is changed in a manifest, there is a reading, and never an error."""
    data = plistlib.dumps(WHOLE, fmt=plistlib.FMT_BINARY) if binary else XML
    at %= len(data)
    assert read(data[:at] + put + data[at + out :], name="p").target.sha256
