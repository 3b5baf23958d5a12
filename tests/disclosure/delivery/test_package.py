"""A container holds plain files alone, and its manifest just what is in it; what leaves is what was wanted."""

from __future__ import annotations

import io
import tarfile
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.disclosure.delivery import manifest
from sekisho.disclosure.delivery.container import MAX_FILES, pack, unpack
from sekisho.disclosure.delivery.errors import PackageRefused
from sekisho.disclosure.delivery.manifest import MANIFEST, SUMS, Manifest, check, listed, sums

FILES = {"answer.json": b"{}", "letter-01.pdf": b"%PDF-1.7"}


def made(files: dict[str, bytes], /, **changed: Any) -> dict[str, bytes]:
    """A package's files with their manifest."""
    one = Manifest("d0", "第1号", "関所通信", {"kind": "requester"}, "2026-11-23T12:00:00+09:00", (), listed(files), {})
    document = one.json() | changed
    return {**files, MANIFEST: orjson.dumps(document), SUMS: sums(files)}


def tar_of(*entries: tuple[tarfile.TarInfo, bytes]) -> bytes:
    """A tar by hand."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for entry, data in entries:
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
    return out.getvalue()


def test_packed_twice_is_the_same() -> None:
    """Nothing in the bytes but names and contents; the order in which they are given is nothing."""
    again = dict(reversed(FILES.items()))
    assert pack(FILES) == pack(again)
    assert unpack(pack(FILES)) == FILES
    assert check(pack(made(FILES)))[1] == FILES


@pytest.mark.parametrize(
    "name", ["../x", "/etc/x", "a/b", ".x", "x..", "a\\b", "", "ａ.txt", "x" * 80, "a\nb", "con:1"]
)
def test_names_that_lead_elsewhere_are_refused(name: str) -> None:
    """Neither packed, nor unpacked, nor believed in a manifest."""
    with pytest.raises(PackageRefused):
        pack({name: b""})
    if name and "\n" not in name:
        with pytest.raises(PackageRefused):
            unpack(tar_of((tarfile.TarInfo(name), b"")))
    wrong = [{"name": name, "size": 0, "sha256": "0" * 64}]
    with pytest.raises(PackageRefused):
        manifest.read(made(FILES, files=wrong)[MANIFEST])


def test_other_containers_are_refused() -> None:
    """Links, folders, one name twice, times, rubbish, too many."""
    link = tarfile.TarInfo("answer.json")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    folder = tarfile.TarInfo("answer")
    folder.type = tarfile.DIRTYPE
    twice = [(tarfile.TarInfo("a"), b"1"), (tarfile.TarInfo("a"), b"2")]
    dated = tarfile.TarInfo("a")
    dated.mtime = 1
    for data in (tar_of((link, b"")), tar_of((folder, b"")), tar_of(*twice), tar_of((dated, b"")), b"rubbish", b""):
        with pytest.raises(PackageRefused):
            unpack(data)
    with pytest.raises(PackageRefused):
        pack({f"f{at}": b"" for at in range(MAX_FILES + 1)})


def test_a_package_that_is_not_as_its_manifest_says() -> None:
    """A file changed, added, left out or renamed; sums changed; no manifest; another format."""
    good = made(FILES)
    wrong = [
        good | {"answer.json": b"{ }"},
        good | {"more.json": b"{}"},
        {name: data for name, data in good.items() if name != "answer.json"},
        good | {SUMS: b""},
        {name: data for name, data in good.items() if name != MANIFEST},
        good | {MANIFEST: b"[]"},
        made(FILES, format="sekisho disclosure package 9"),
        made(FILES, more=1),
    ]
    for files in wrong:
        with pytest.raises(PackageRefused):
            check(pack(files))


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=600), st.integers(0, 4_000))
def test_any_bytes_are_read_or_refused(data: bytes, place: int) -> None:
    """Nothing but a refusal comes of bytes that nobody packed."""
    good = pack(made(FILES))
    for one in (data, good[:place] + data + good[place:], good[:place]):
        try:
            check(one)
        except PackageRefused:
            continue
        assert one == good
