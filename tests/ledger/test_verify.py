"""Verification finds one flipped bit anywhere, and says where it is."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from sekisho.ledger import Ledger
from sekisho.ledger.errors import KeyNameMalformed
from sekisho.ledger.standalone.verify import Finding
from sekisho.ledger.verify import Verification, verify_ledger
from tests.ledger.signer import ORIGIN, MemorySigner

SIGNER = MemorySigner()
SIZE = 600
IN_JOURNAL = 20


def leaf(number: int) -> bytes:
    """A leaf of a length of its own."""
    return f"leaf {number} ".encode() + b"x" * (number % 11)


def build(directory: Path) -> Path:
    """600 published leaves, older partial tiles kept beside, and 20 in the journal as a crash leaves them."""
    signer = MemorySigner()
    ledger = Ledger.create(directory / "ledger", origin=ORIGIN, signer=signer)
    for start, stop in ((0, 3), (3, 590), (590, SIZE)):
        ledger.append([leaf(number) for number in range(start, stop)])
        ledger.checkpoint()
    for number in range(SIZE, SIZE + IN_JOURNAL, 4):
        ledger.append([leaf(each) for each in range(number, number + 4)])
    shutil.copytree(directory / "ledger", directory / "crashed")
    ledger.close()
    return directory / "crashed"


@pytest.fixture(scope="module")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ledger that tests damage and repair."""
    return build(tmp_path_factory.mktemp("verify"))


def verify(directory: Path) -> Verification:
    """Under the right key and name."""
    return verify_ledger(directory, public_key=SIGNER.public_key, origin=ORIGIN)


def files_of(directory: Path) -> list[str]:
    """Every file, by its name below the ledger."""
    return sorted(path.relative_to(directory).as_posix() for path in directory.rglob("*") if path.is_file())


def flips(directory: Path, per_file: int) -> Iterator[tuple[str, int, int]]:
    """File, byte and bit: ends and random places of every file that has content."""
    rng = random.Random(7)  # noqa: S311  chooses where to damage
    for name in files_of(directory):
        size = (directory / name).stat().st_size
        places = {0, 1, size - 1, size // 2, *(rng.randrange(size) for _ in range(per_file))} if size else set()
        for offset in sorted(places):
            yield name, offset, rng.randrange(8)


def entry_at(content: bytes, offset: int) -> tuple[int, int]:
    """Which entry of a bundle a byte belongs to (its length counts), and where that entry begins."""
    start = number = 0
    while True:
        end = start + 2 + int.from_bytes(content[start : start + 2], "big")
        if offset < end:
            return number, start
        start, number = end, number + 1


def located(finding: Finding, name: str, offset: int, content: bytes) -> bool:
    """Whether a finding names the file and, in it, the hash, the leaf, the line or the journal group."""
    if finding.file != name:
        return False
    if name == "checkpoint":
        line = content[:offset].count(b"\n")
        # A broken line end makes two lines one: either may be named.
        lines = {line, line + 1} if content[offset : offset + 1] == b"\n" else {line}
        return content[: finding.offset].count(b"\n") in lines
    if name.startswith("tile/entries/"):
        number, start = entry_at(content, offset)
        bundle = int(name.split("/")[2].removesuffix(".p"))
        return finding.leaf == bundle * 256 + number and start <= finding.offset <= offset
    if name.startswith("tile/"):
        return finding.offset == offset
    starts = [index for index in range(len(content)) if content.startswith(b"SKJ\xa5", index)]
    return max(start for start in starts if start <= offset) <= finding.offset <= offset


def test_an_undamaged_ledger_holds(damaged: Path) -> None:
    """Nothing is found, the sizes are right, and what is in the journal only is counted."""
    result = verify(damaged)
    assert (result.findings, result.notes, result.more, result.torn) == ((), (), 0, 0)
    assert (result.origin, result.size, result.unpublished, result.signed) == (ORIGIN, SIZE, IN_JOURNAL, True)


def test_the_ledger_has_every_kind_of_file(damaged: Path) -> None:
    """Full, partial and older partial tiles and bundles, checkpoint and journal are all there to be damaged."""
    names = set(files_of(damaged))
    assert {"checkpoint", f"journal/{SIZE:020d}", "tile/0/000", "tile/0/002.p/88", "tile/0/002.p/78",
            "tile/1/000.p/2", "tile/entries/001", "tile/entries/002.p/88", "tile/entries/002.p/78"} <= names


def test_one_flipped_bit_anywhere_is_found_and_located(damaged: Path) -> None:
    """In each of many places over all files: exactly that file, and in it the hash, leaf, line or group."""
    checked = 0
    for name, offset, bit in flips(damaged, 12):
        path = damaged / name
        whole = path.read_bytes()
        path.write_bytes(whole[:offset] + bytes([whole[offset] ^ 1 << bit]) + whole[offset + 1 :])
        result = verify(damaged)
        path.write_bytes(whole)
        assert not result.holds, (name, offset, bit)
        assert located(result.findings[0], name, offset, whole), (name, offset, bit, result.findings)
        assert {finding.file for finding in result.findings} == {name}, (name, offset, bit, result.findings)
        checked += 1
    assert checked > 150
    assert verify(damaged).holds


@pytest.mark.parametrize("name", [
    "checkpoint", "tile/0/000", "tile/0/002.p/88", "tile/1/000.p/2", "tile/entries/001", "tile/entries/002.p/88",
])
def test_missing_cut_and_lengthened_files_are_named(damaged: Path, name: str) -> None:
    """A file that is gone, shorter or longer is found by its name."""
    path = damaged / name
    whole = path.read_bytes()
    for content in (None, b"", whole[:-1], whole + b"\x00"):
        if content is None:
            path.unlink()
        else:
            path.write_bytes(content)
        result = verify(damaged)
        path.write_bytes(whole)
        assert {finding.file for finding in result.findings} == {name}, (content, result.findings)


def test_a_changed_leaf_with_its_tiles_recomputed_is_found(damaged: Path, tmp_path: Path) -> None:
    """Who rewrites a leaf and every tile above it, but can't sign, is found: by the whole, not by one file."""
    forged = tmp_path / "forged"
    other = MemorySigner("forger", name=ORIGIN)
    ledger = Ledger.create(forged / "ledger", origin=ORIGIN, signer=other)
    ledger.append([leaf(number) if number != 300 else b"forged" for number in range(SIZE)])
    ledger.close()
    assert verify_ledger(forged / "ledger", public_key=other.public_key, origin=ORIGIN).holds
    assert not verify(forged / "ledger").holds
    shutil.copy(damaged / "checkpoint", forged / "ledger" / "checkpoint")
    blamed = {finding.file for finding in verify(forged / "ledger").findings}
    assert blamed == {"checkpoint"}


def test_a_bundle_and_its_tile_changed_together_are_found(damaged: Path, tmp_path: Path) -> None:
    """Entries and level 0 hashes that agree with each other, but not with the level above, are blamed."""
    copy = tmp_path / "copy"
    shutil.copytree(damaged, copy)
    other = Ledger.create(tmp_path / "other", origin=ORIGIN, signer=SIGNER)
    other.append([leaf(number) if number != 300 else b"forged" for number in range(SIZE)])
    other.close()
    for name in ("tile/0/001", "tile/entries/001"):
        shutil.copy(tmp_path / "other" / name, copy / name)
    (finding,) = verify(copy).findings
    assert finding.file == "tile/0/001"
    assert finding.leaf == 256


def test_strange_files_are_noted_not_blamed(damaged: Path, tmp_path: Path) -> None:
    """A file the ledger doesn't know says so; an interrupted publication's left-overs say nothing."""
    copy = tmp_path / "copy"
    shutil.copytree(damaged, copy)
    (copy / "letter.txt").write_text("hello")
    (copy / "tile/0/.tmp-009").write_bytes(b"half")
    (copy / "tile/0/009").write_bytes(bytes(8192))
    result = verify(copy)
    assert result.holds
    assert [note[1] for note in result.notes] == [
        "tile/0/009 is ahead of the checkpoint", "letter.txt is not a file of the ledger",
    ]


def test_progress_is_told_in_leaves(damaged: Path) -> None:
    """From the beginning to the whole."""
    told: list[tuple[int, int]] = []
    verify_ledger(damaged, public_key=SIGNER.public_key, progress=lambda done, total: told.append((done, total)))
    assert told[0][1] == SIZE
    assert told[-1] == (SIZE, SIZE)


def test_another_key_or_origin(damaged: Path) -> None:
    """Under another key or name the checkpoint is found wanting; a key that is none is refused."""
    assert verify_ledger(damaged, public_key=MemorySigner("other").public_key).findings[0].file == "checkpoint"
    result = verify_ledger(damaged, public_key=SIGNER.public_key, origin="other.example/x")
    assert [finding.file for finding in result.findings] == ["checkpoint"]
    with pytest.raises(KeyNameMalformed):
        verify_ledger(damaged, public_key=b"short")
