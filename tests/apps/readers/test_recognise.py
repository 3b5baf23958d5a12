"""What a file is is told by its beginning, and the reader of its kind reads it."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.apps.evidence import TargetKind
from sekisho.apps.policy.read import read as read_page
from sekisho.apps.readers.dispatch import read
from sekisho.apps.readers.recognise import HEAD, recognise


def zipped(*names: str) -> bytes:
    """A zip with these entries."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, b"x")
    return out.getvalue()


HAR = json.dumps({"log": {"version": "1.2", "entries": []}}).encode()
KNOWN = [
    (zipped("AndroidManifest.xml", "classes.dex"), "x.bin", TargetKind.ANDROID),
    (zipped("base/manifest/AndroidManifest.xml"), "x", TargetKind.ANDROID),
    (zipped("res/a"), "App.XAPK", TargetKind.ANDROID),
    (zipped("Payload/Madeup.app/Info.plist"), "x.zip", TargetKind.IOS),
    (zipped("a"), "x.zip", None),
    (HAR, "recording", TargetKind.HAR),
    (b"\xef\xbb\xbf" + HAR, "recording.json", TargetKind.HAR),
    (b"{", "broken.har", TargetKind.HAR),
    (b"<plist><dict><key>NSPrivacyTracking</key></dict></plist>", "x", TargetKind.PRIVACY_MANIFEST),
    (b"", "PrivacyInfo.xcprivacy", TargetKind.PRIVACY_MANIFEST),
    (b"<!DOCTYPE html><title>x</title>", "x", TargetKind.POLICY),
    (b"%PDF-1.7", "policy", TargetKind.POLICY),
    (b"\x7fELF", "x", None),
    (b"", "x", None),
]


@pytest.mark.parametrize(("head", "name", "kind"), KNOWN)
def test_by_its_beginning(head: bytes, name: str, kind: TargetKind | None) -> None:
    """Each kind by what stands at its beginning, by its name where that doesn't tell, or not at all."""
    assert recognise(head[:HEAD], name) is kind


@given(st.binary(max_size=300), st.text(max_size=20))
def test_any_bytes_have_an_answer(head: bytes, name: str) -> None:
    """Whatever a file begins with, it is recognised or it isn't."""
    assert recognise(head, name) in {None, *TargetKind}


@pytest.mark.parametrize(("head", "name", "kind"), [each for each in KNOWN if each[2] not in {None, TargetKind.POLICY}])
def test_the_reader_of_its_kind_reads_it(tmp_path: Path, head: bytes, name: str, kind: TargetKind) -> None:
    """Also a broken one gives a reading of its kind, which says what couldn't be read."""
    path = tmp_path / name
    path.write_bytes(head)
    found = read(path)
    assert found.target.kind is kind
    assert found.not_measured or found.target.kind is TargetKind.HAR


def test_what_no_reader_reads_is_the_callers_fault(tmp_path: Path) -> None:
    """A file of no kind, or of one that is read elsewhere, isn't read as anything."""
    path = tmp_path / "x"
    path.write_bytes(b"\x7fELF")
    with pytest.raises(ValueError, match="no reader"):
        read(path)
    with pytest.raises(ValueError, match="no reader"):
        read(path, kind=TargetKind.WEB)


def test_a_page_without_words_is_not_measured() -> None:
    """Its notice and its opt-out are unmeasured for the same reason, so that nothing is found missing from it."""
    found = read_page("<!DOCTYPE html><title>外部送信について</title>".encode(), name="notice.html")
    assert [each.reason for each in found.reading.not_measured] == ["policy_empty"]
    assert found.notice == found.opt_out
    assert found.reading.pieces == ()
