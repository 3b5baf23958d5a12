"""The keyring in a directory: what opens it, what damage it notices, what it leaves on disk."""

from __future__ import annotations

import os
import stat
from functools import partial
from pathlib import Path

import orjson
import pytest

from sekisho.keys import Argon2Profile, FileKeyring, KeyFile, Passphrase, make_key_file
from sekisho.keys.disk import RealDisk
from sekisho.keys.errors import (
    CouldNotUnlock,
    KeyDestroyed,
    KeyFileRefused,
    KeyringDamaged,
    KeyringExists,
    KeyringNotFound,
    KeyringUnavailable,
    PassphraseTooShort,
)
from tests.keys.conftest import AT

WORDS = Passphrase("うぐいす 関所 みかん 灯台 はさみ")


def test_a_passphrase_opens_what_it_locked(tmp_path: Path) -> None:
    """The right passphrase opens, in either Unicode form; a wrong one or a key file does not."""
    ring = FileKeyring.make(tmp_path / "ring", WORDS)
    ring.create("case/1")
    value = ring.derive("case/1", info=b"x")
    decomposed = Passphrase("うく\u3099いす 関所 みかん 灯台 はさみ")
    assert FileKeyring.open(tmp_path / "ring", decomposed).derive("case/1", info=b"x") == value
    for wrong in (Passphrase(WORDS.text + "!"), Passphrase("short"), make_key_file(tmp_path / "k", RealDisk())):
        with pytest.raises(CouldNotUnlock):
            FileKeyring.open(tmp_path / "ring", wrong)


def test_argon2_profiles_are_the_rfcs() -> None:
    """The two profiles carry RFC 9106 section 4's numbers, and there is no third."""
    terms = {profile.name: profile.value for profile in Argon2Profile}
    first, second = terms.pop("RFC9106_FIRST"), terms.pop("RFC9106_SECOND")
    assert (first.iterations, first.lanes, first.memory_kib) == (1, 4, 2 * 1024 * 1024)
    assert (second.iterations, second.lanes, second.memory_kib) == (3, 4, 64 * 1024)
    assert terms == {}


def test_a_short_passphrase_protects_nothing_new(tmp_path: Path) -> None:
    """A passphrase below the least length makes no keyring."""
    with pytest.raises(PassphraseTooShort):
        FileKeyring.make(tmp_path / "ring", Passphrase("関所"))
    with pytest.raises(KeyringNotFound):
        FileKeyring.open(tmp_path / "ring", Passphrase("関所"))


def test_a_passphrase_is_not_shown() -> None:
    """Its ``repr`` names the profile only."""
    assert "うぐいす" not in repr(WORDS)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o601])
def test_a_key_file_others_can_reach_is_refused(tmp_path: Path, mode: int) -> None:
    """Any right for group or others is a refusal that names the mode."""
    key_file = make_key_file(tmp_path / "k", RealDisk())
    key_file.path.chmod(mode)
    with pytest.raises(KeyFileRefused) as caught:
        FileKeyring.make(tmp_path / "ring", key_file)
    assert f"{mode:04o}" in caught.value.fields["why"]


def test_a_key_file_must_be_a_plain_file_of_32_bytes(tmp_path: Path) -> None:
    """Missing, a link, a pipe, a directory, too short or too long: all refused; an existing file isn't overwritten."""
    good = make_key_file(tmp_path / "k", RealDisk())
    assert stat.S_IMODE(good.path.stat().st_mode) == 0o600
    (tmp_path / "link").symlink_to(good.path)
    os.mkfifo(tmp_path / "pipe", 0o600)
    (tmp_path / "directory").mkdir(mode=0o700)
    for name, size in (("short", 31), ("long", 33)):
        (tmp_path / name).write_bytes(bytes(size))
        (tmp_path / name).chmod(0o600)
    for name in ("missing", "link", "pipe", "directory", "short", "long"):
        with pytest.raises(KeyFileRefused):
            FileKeyring.make(tmp_path / "ring", KeyFile(tmp_path / name))
    with pytest.raises(KeyFileRefused):
        make_key_file(good.path, RealDisk())


def test_what_opens_it_can_be_changed(file_ring: FileKeyring, key_file: KeyFile) -> None:
    """After a change the new means opens the same keys, and the old doesn't."""
    file_ring.create("case/1")
    value = file_ring.derive("case/1", info=b"x")
    file_ring.change_unlock(WORDS)
    assert FileKeyring.open(file_ring.directory, WORDS).derive("case/1", info=b"x") == value
    with pytest.raises(CouldNotUnlock):
        FileKeyring.open(file_ring.directory, key_file)


def test_a_keyring_is_made_once(file_ring: FileKeyring, key_file: KeyFile, tmp_path: Path) -> None:
    """A second keyring in the same directory is refused, and an empty directory isn't one."""
    with pytest.raises(KeyringExists):
        FileKeyring.make(file_ring.directory, key_file)
    with pytest.raises(KeyringNotFound):
        FileKeyring.open(tmp_path, key_file)


def test_only_the_owner_can_read_its_files(file_ring: FileKeyring) -> None:
    """Every file is 0600 and every directory 0700."""
    file_ring.create("case/1")
    for path in [file_ring.directory, *file_ring.directory.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_no_secret_lies_in_the_clear(file_ring: FileKeyring) -> None:
    """Neither the master key nor a key is found in any file."""
    file_ring.create("case/1")
    ((_, _, secret),) = file_ring.secrets_for_backup()
    for path in file_ring.directory.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert secret not in content
            assert secret.hex().encode() not in content


def test_a_destroyed_key_leaves_no_file(file_ring: FileKeyring) -> None:
    """The wrapped bytes are overwritten in place before the name goes: a second name of the file shows noise."""
    file_ring.create("case/1")
    (path,) = (file_ring.directory / "keys").iterdir()
    before = path.read_bytes()
    other_name = file_ring.directory / "witness"
    other_name.hardlink_to(path)
    file_ring.destroy("case/1", at=AT, reason="")
    assert list((file_ring.directory / "keys").iterdir()) == []
    after = other_name.read_bytes()
    assert len(after) == len(before)
    assert sum(a == b for a, b in zip(before, after, strict=True)) < 10


def test_a_key_file_put_back_is_not_used(file_ring: FileKeyring, key_file: KeyFile) -> None:
    """Restoring a destroyed key's file by hand brings nothing back: it is erased again at the next opening."""
    file_ring.create("case/1")
    (path,) = (file_ring.directory / "keys").iterdir()
    wrapped = path.read_bytes()
    file_ring.destroy("case/1", at=AT, reason="")
    path.write_bytes(wrapped)
    with pytest.raises(KeyDestroyed):
        file_ring.derive("case/1", info=b"x")
    assert file_ring.names() == []
    again = FileKeyring.open(file_ring.directory, key_file)
    assert not path.exists()
    with pytest.raises(KeyDestroyed):
        again.derive("case/1", info=b"x")


def test_swapped_or_altered_key_files_are_noticed(file_ring: FileKeyring, key_file: KeyFile) -> None:
    """A key's file under another's name, one flipped bit anywhere, or a cut: damage, never a wrong key."""
    file_ring.create("case/1")
    file_ring.create("case/2")
    one, two = sorted((file_ring.directory / "keys").iterdir())
    first = one.read_bytes()
    bad = [two.read_bytes(), first[:-1], b""]
    bad += [first[:at] + bytes([first[at] ^ 0x10]) + first[at + 1 :] for at in range(0, len(first), 7)]
    for content in bad:
        one.write_bytes(content)
        with pytest.raises(KeyringDamaged):
            FileKeyring.open(file_ring.directory, key_file).derive("case/1", info=b"x")


def test_altered_tombstones_are_noticed(file_ring: FileKeyring, key_file: KeyFile) -> None:
    """A tombstone edited, removed from the middle, or moved, and a missing list: the keyring doesn't open."""
    for number in (1, 2, 3):
        file_ring.create(f"case/{number}")
        file_ring.destroy(f"case/{number}", at=AT, reason="")
    path = file_ring.directory / "tombstones"
    lines = path.read_bytes().splitlines(keepends=True)
    edited = b"".join(lines).replace(b"case/2", b"case/4")
    for content in (edited, lines[0] + lines[2], lines[1] + lines[0] + lines[2], b"".join(lines) + b"{}\n"):
        path.write_bytes(content)
        with pytest.raises(KeyringDamaged):
            FileKeyring.open(file_ring.directory, key_file)
    path.unlink()
    with pytest.raises(KeyringDamaged):
        FileKeyring.open(file_ring.directory, key_file)


def test_tombstones_taken_away_while_open_are_noticed(file_ring: FileKeyring) -> None:
    """A list that shrinks or is replaced under an open keyring stops it from answering."""
    file_ring.create("case/1")
    file_ring.create("case/2")
    file_ring.destroy("case/1", at=AT, reason="")
    (file_ring.directory / "tombstones").write_bytes(b"")
    with pytest.raises(KeyringDamaged):
        file_ring.derive("case/2", info=b"x")


@pytest.mark.parametrize("tail", [b"3f", b"\x00" * 80, b"\x00" * 80 + b"\n", b"3f5a {\"at\""])
def test_a_torn_tail_is_not_a_record(file_ring: FileKeyring, key_file: KeyFile, tail: bytes) -> None:
    """What a power cut leaves behind the last whole tombstone is ignored, and cut off by the next change."""
    file_ring.create("case/1")
    file_ring.create("case/2")
    file_ring.destroy("case/1", at=AT, reason="")
    path = file_ring.directory / "tombstones"
    whole = path.read_bytes()
    path.write_bytes(whole + tail)
    again = FileKeyring.open(file_ring.directory, key_file)
    assert again.epoch() == 1
    assert file_ring.derive("case/2", info=b"x") == again.derive("case/2", info=b"x")
    assert again.destroy("case/2", at=AT, reason="").epoch == 2
    with pytest.raises(KeyDestroyed):
        file_ring.derive("case/2", info=b"x")
    assert path.read_bytes().startswith(whole)
    assert FileKeyring.open(file_ring.directory, key_file).epoch() == 2


@pytest.mark.parametrize(
    "change",
    [
        {"format": "sekisho keyring 9"},
        {"ring": "0" * 32},
        {"master": "00" * 48},
        {"unlock": {"means": "passphrase", "profile": "RFC9106_SECOND", "salt": "00" * 16}},
        {"unlock": "key file"},
        {"unlock": {"means": "key file", "salt": "00"}},
        {"extra": 1},
    ],
)
def test_an_altered_ring_file_does_not_open(
    file_ring: FileKeyring, key_file: KeyFile, change: dict[str, object]
) -> None:
    """Any altered field of the ring file is a wrong unlock or damage."""
    path = file_ring.directory / "ring"
    path.write_bytes(orjson.dumps({**orjson.loads(path.read_bytes()), **change}))
    with pytest.raises((CouldNotUnlock, KeyringDamaged)):
        FileKeyring.open(file_ring.directory, key_file)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b'{"master":1}', b"x" * 10_000])
def test_garbage_is_not_a_ring_file(file_ring: FileKeyring, key_file: KeyFile, content: bytes) -> None:
    """Bytes that aren't a ring file are damage, not a crash."""
    (file_ring.directory / "ring").write_bytes(content)
    with pytest.raises(KeyringDamaged):
        FileKeyring.open(file_ring.directory, key_file)


def test_a_stranger_among_the_keys_is_noticed(file_ring: FileKeyring) -> None:
    """A file in the keys' directory that is no key's is damage, not skipped."""
    (file_ring.directory / "keys" / "notes.txt").write_bytes(b"")
    with pytest.raises(KeyringDamaged):
        file_ring.names()


class FullDisk(RealDisk):
    """Fails the next ``failing`` operation as a full or dying disk would."""

    failing: str | None = None

    def _fail(self, operation: str) -> None:
        if self.failing == operation:
            self.failing = None
            raise OSError(28, "No space left on device")

    def append(self, path: Path, content: bytes) -> None:
        """Half of it is written."""
        if self.failing == "append":
            super().append(path, content[: len(content) // 2])
        self._fail("append")
        super().append(path, content)

    def sync_file(self, path: Path) -> None:
        """Nothing is promised."""
        self._fail("sync_file" if path.name != "tombstones" else "sync_tombstones")
        super().sync_file(path)

    def rename(self, old: Path, new: Path) -> None:
        """The name isn't given."""
        self._fail("rename")
        super().rename(old, new)


@pytest.mark.parametrize("operation", ["append", "sync_file", "rename"])
def test_a_failing_disk_loses_nothing(tmp_path: Path, key_file: KeyFile, operation: str) -> None:
    """After an input-output error nothing counts as done, what was there still answers, and a retry succeeds."""
    disk = FullDisk()
    ring = FileKeyring.make(tmp_path / "ring", key_file, disk=disk)
    ring.create("case/1")
    kept = ring.derive("case/1", info=b"x")
    disk.failing = operation
    destroys = operation == "append"
    failing = partial(ring.destroy, "case/1", at=AT, reason="") if destroys else partial(ring.create, "case/2")
    with pytest.raises(KeyringUnavailable):
        failing()
    assert ring.derive("case/1", info=b"x") == kept
    assert ring.names() == ["case/1"]
    ring.create("case/2")
    assert ring.destroy("case/1", at=AT, reason="").epoch == 1
    assert FileKeyring.open(tmp_path / "ring", key_file).names() == ["case/2"]
