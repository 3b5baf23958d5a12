"""Archives from strangers are read within limits, and what is unusual of them is told."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.apps.archive import Archive, ArchiveRefused, EntryRefused, Limits, OddityKind
from sekisho.apps.archive.errors import (
    DirectoryBroken,
    EntryCutOff,
    EntryEncrypted,
    EntryNameUnsafe,
    EntryOverlaps,
    EntryTooLarge,
    NotAnArchive,
    TooManyEntries,
)


def zipped(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A plain archive of ``files``, as Python writes it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, compress_type=method)
    return out.getvalue()


def _end(data: bytes | bytearray) -> int:
    return data.rindex(b"PK\x05\x06")


def _row(data: bytes | bytearray) -> int:
    return data.index(b"PK\x01\x02")


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_reads_what_was_written(method: int) -> None:
    """Stored and deflated entries come back as they were, also larger than one block."""
    files = {"a.txt": b"one", "d/b.bin": bytes(range(256)) * 5000, "空.txt": b""}
    archive = Archive.of_bytes(zipped(files, method))
    assert {entry.name: archive.read(entry) for entry in archive.entries} == files
    assert (archive.refused, archive.oddities) == ([], [])


@pytest.mark.parametrize("name", ["../x", "/x", "a/../../x", "a\\x", "C:x", "a\nb"])
def test_names_that_lead_out_are_refused(name: str) -> None:
    """An entry whose name leads out of the archive is no entry, and the others still are."""
    archive = Archive.of_bytes(zipped({name: b"1", "good": b"2"}))
    assert [entry.name for entry in archive.entries] == ["good"]
    assert [type(one) for one in archive.refused] == [EntryNameUnsafe]


def test_a_bomb_is_stopped_at_the_limit() -> None:
    """Neither what claims to be large nor what claims to be small unpacks to more than the limit."""
    data = bytearray(zipped({"zeros": bytes(4 << 20)}))
    for size in (4 << 20, 10):
        struct.pack_into("<I", data, _row(data) + 24, size)
        archive = Archive.of_bytes(bytes(data), limits=Limits(entry_bytes=1 << 20))
        got: list[bytes] = []
        with pytest.raises(EntryTooLarge):
            got.extend(archive.blocks(archive.entries[0]))
        assert sum(map(len, got)) <= 1 << 20


def test_all_entries_share_one_limit() -> None:
    """Many small entries unpack to no more than the limit for all of them."""
    archive = Archive.of_bytes(zipped({"a": bytes(100), "b": bytes(100)}), limits=Limits(total_bytes=150))
    archive.read(archive.entries[0])
    with pytest.raises(EntryTooLarge):
        archive.read(archive.entries[1])


def test_overlapping_entries_are_refused() -> None:
    """Two rows that use the same bytes, as in a quine bomb, are both refused."""
    data = bytearray(zipped({"a": b"x" * 50, "b": b"y" * 50}, zipfile.ZIP_STORED))
    second = data.index(b"PK\x01\x02", _row(data) + 4)
    struct.pack_into("<I", data, second + 42, 0)
    archive = Archive.of_bytes(bytes(data))
    assert archive.entries == ()
    assert [type(one) for one in archive.refused] == [EntryOverlaps] * 2
    assert OddityKind.NAMES_DIFFER in {one.kind for one in archive.oddities}


def test_two_directories_are_told() -> None:
    """An end record that points at one directory and stands behind another: the device's is read, and it is told."""
    one, other = zipped({"device": b"1"}), zipped({"python": b"22"})
    data = bytearray(one[: _end(one)] + other[_row(other) : _end(other)] + one[_end(one) :])
    archive = Archive.of_bytes(bytes(data))
    assert [entry.name for entry in archive.entries] == ["device"]
    assert OddityKind.AMBIGUOUS in {each.kind for each in archive.oddities}


def test_a_second_end_record_in_the_comment_is_told() -> None:
    """An end record inside the comment of another makes the archive ambiguous."""
    one = zipped({"a": b"1"})
    data = bytearray(one + one[_end(one) :])
    struct.pack_into("<H", data, _end(one) + 20, 22)
    archive = Archive.of_bytes(bytes(data))
    assert [each.kind for each in archive.oddities] == [OddityKind.AMBIGUOUS]


def test_marks_that_android_ignores_do_not_hide_an_entry() -> None:
    """A false mark of encryption and an unknown method are told, and the entry is read."""
    data = bytearray(zipped({"AndroidManifest.xml": b"abc" * 50}))
    struct.pack_into("<H", data, _row(data) + 8, 1)
    struct.pack_into("<H", data, _row(data) + 10, 77)
    archive = Archive.of_bytes(bytes(data))
    assert archive.read(archive.entries[0]) == b"abc" * 50
    assert {each.kind for each in archive.oddities} == {OddityKind.METHOD_UNKNOWN, OddityKind.SAYS_ENCRYPTED}


def test_an_encrypted_entry_says_so() -> None:
    """Bytes that are really encrypted aren't given as if they were the entry's."""
    data = bytearray(zipped({"a": b"secret"}, zipfile.ZIP_STORED))
    at = data.index(b"secret")
    data[at : at + 6] = b"XXXXXX"
    struct.pack_into("<H", data, _row(data) + 8, 1)
    archive = Archive.of_bytes(bytes(data))
    with pytest.raises(EntryEncrypted):
        archive.read(archive.entries[0])


def test_an_entry_that_reaches_beyond_the_file_is_refused() -> None:
    """A row that points behind the end is cut off; nothing is made up for it."""
    data = bytearray(zipped({"a": b"1"}))
    struct.pack_into("<I", data, _row(data) + 42, 1 << 30)
    assert [type(one) for one in Archive.of_bytes(bytes(data)).refused] == [EntryCutOff]


def test_whole_archives_that_are_none() -> None:
    """No end record, a directory outside the file and too many entries each have their own reason."""
    good = zipped({"a": b"1", "b": b"2"})
    with pytest.raises(NotAnArchive):
        Archive.of_bytes(good[:40])
    outside = bytearray(good)
    struct.pack_into("<I", outside, _end(good) + 16, 1 << 30)
    with pytest.raises(DirectoryBroken):
        Archive.of_bytes(bytes(outside))
    with pytest.raises(TooManyEntries):
        Archive.of_bytes(good, limits=Limits(entries=1))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_damage_makes_it_fail_otherwise(data: st.DataObject) -> None:
    """Whatever bytes of an archive are changed or cut off, it is read or refused, within the limits."""
    good = bytearray(zipped({"a": b"1" * 500, "b/c": b"2" * 9}))
    for _ in range(data.draw(st.integers(1, 6))):
        good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(good)))
    try:
        archive = Archive.of_bytes(bytes(good[: cut or None]), limits=Limits(entry_bytes=10_000))
    except ArchiveRefused:
        return
    for entry in archive.entries:
        try:
            assert len(archive.read(entry)) <= 10_000
        except EntryRefused:
            continue
