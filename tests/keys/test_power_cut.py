"""Power lost at any moment: what was acknowledged holds, what was destroyed never returns."""

from __future__ import annotations

import copy
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from sekisho.keys import FileKeyring, KeyFile
from sekisho.keys.disk import FRESH
from sekisho.keys.errors import KeyDestroyed, KeyNameUsed, KeyringNotFound, KeysError
from tests.keys.conftest import AT
from tests.keys.power_cut import Loss, RecordingDisk, every_moment


@dataclass(slots=True)
class Story:
    """What was done to a keyring, and after how many disk operations each thing began and was acknowledged."""

    made_by: int = 0
    created: dict[str, tuple[int, int]] = field(default_factory=dict)
    destroyed: dict[str, tuple[int, int]] = field(default_factory=dict)
    values: dict[str, bytes] = field(default_factory=dict)


def tell(root: Path, key_file: KeyFile, disk: RecordingDisk) -> Story:
    """Make a keyring, create and destroy keys in it, and note when."""
    story = Story()
    ring = FileKeyring.make(root / "ring", key_file, disk=disk)
    story.made_by = len(disk.done)
    for step in ("+a/1", "+a/2", "-a/1", "+a/3", "-a/3", "-a/2"):
        name, start = step[1:], len(disk.done)
        if step[0] == "+":
            ring.create(name)
            story.created[name] = (start, len(disk.done))
            story.values[name] = ring.derive(name, info=b"x")
        else:
            ring.destroy(name, at=AT, reason="test")
            story.destroyed[name] = (start, len(disk.done))
    return story


def check(ring: FileKeyring, story: Story, done: int) -> None:
    """What a keyring opened after ``done`` operations must hold true."""
    for name in story.created:
        begun, acknowledged = (limit <= done for limit in story.created[name])
        ending, ended = (limit <= done for limit in story.destroyed[name])
        live = ring.exists(name)
        if live:
            assert begun
            assert not ended
            assert ring.derive(name, info=b"x") == story.values[name]
        else:
            assert not acknowledged or ending
        if ended:
            with pytest.raises(KeyDestroyed):
                ring.derive(name, info=b"x")
            with pytest.raises(KeyNameUsed):
                ring.create(name)
    left = {path.name for path in (ring.directory / "keys").iterdir()}
    assert not any(name.startswith(FRESH) for name in left)
    assert len(left) == len(ring.names())


@pytest.mark.parametrize("loss", list(Loss))
def test_every_moment(tmp_path: Path, key_file: KeyFile, loss: Loss) -> None:
    """At every prefix of the recorded operations, and for each way of losing what wasn't synced, the promises hold, and
    a second opening says the same as the first."""
    (tmp_path / "real").mkdir()
    disk = RecordingDisk()
    story = tell(tmp_path / "real", key_file, disk)
    assert len(disk.done) > 50
    for done, device in every_moment(disk):
        found = tmp_path / "found"
        found.mkdir()
        device.write_to(tmp_path / "real", found, loss)
        try:
            ring = FileKeyring.open(found / "ring", key_file)
        except KeyringNotFound:
            assert done < story.made_by
            assert FileKeyring.make(found / "ring", key_file).names() == []
        else:
            check(ring, story, done)
            again = FileKeyring.open(found / "ring", key_file)
            assert (again.names(), again.destructions()) == (ring.names(), ring.destructions())
        shutil.rmtree(found)


def test_power_lost_again_while_recovering(tmp_path: Path, key_file: KeyFile) -> None:
    """A worker is killed, another opens the keyring and tidies up, and power is lost at any moment of that: what the
    second worker already treated as destroyed is destroyed for good."""
    root, found, later = tmp_path / "real", tmp_path / "found", tmp_path / "later"
    root.mkdir()
    disk = RecordingDisk()
    story = tell(root, key_file, disk)
    for done, device in every_moment(disk):
        if done < story.made_by:
            continue
        found.mkdir()
        device.write_to(root, found, Loss.NOTHING)
        tidying = RecordingDisk()
        ended = FileKeyring.open(found / "ring", key_file, disk=tidying).destructions()
        shutil.rmtree(found)
        after = copy.deepcopy(device)
        for operation, arguments in tidying.done:
            after.apply(operation, (root / arguments[0].relative_to(found), *arguments[1:]))
            later.mkdir()
            after.write_to(root, later, Loss.EVERYTHING)
            ring = FileKeyring.open(later / "ring", key_file)
            check(ring, story, done)
            if operation in {"overwrite", "unlink"}:
                assert ring.destructions() == ended
            shutil.rmtree(later)


def test_the_recorder_would_notice(tmp_path: Path, key_file: KeyFile) -> None:
    """The check has teeth: with the tombstone's sync left out, a power cut after acknowledgement breaks the promise."""
    (tmp_path / "real").mkdir()
    disk = RecordingDisk()
    story = tell(tmp_path / "real", key_file, disk)
    disk.done = [
        ("truncate", (arguments[0], 10**9)) if operation == "sync_file" and arguments[0].name == "tombstones"
        else (operation, arguments)
        for operation, arguments in disk.done
    ]
    broken = 0
    for done, device in every_moment(disk):
        if done < story.made_by:
            continue
        found = tmp_path / "found"
        found.mkdir()
        device.write_to(tmp_path / "real", found, Loss.CONTENT)
        try:
            check(FileKeyring.open(found / "ring", key_file), story, done)
        except (AssertionError, pytest.fail.Exception, KeysError):
            broken += 1
        shutil.rmtree(found)
    assert broken > 0
