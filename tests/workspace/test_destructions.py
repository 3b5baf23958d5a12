"""A key whose destruction is on record is gone, whatever crashed in between and whatever was restored since."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from sekisho.clock import FixedClock
from sekisho.keys import KeyFile, backup, make_key_file
from sekisho.keys.disk import RealDisk
from sekisho.keys.errors import BackupExpired, CouldNotUnlock, KeyDestroyed, KeyNotFound
from sekisho.keys.mortal import MortalRing
from sekisho.workspace import Workspace, restoring
from sekisho.workspace.errors import KeyOfWorkspace, KeyringInPlace, WorkspaceBusy, WorkspaceMismatch
from tests.workspace.conftest import AT
from tests.workspace.test_workspace import create, say

KEY = "contract/2026-11"


def back_up(workspace: Workspace, directory: Path) -> tuple[Path, KeyFile]:
    """A key backup of ``workspace`` apart from it, and what opens it."""
    directory.mkdir()
    unlock = make_key_file(directory / "backup.key", RealDisk())
    ring = workspace.keyring
    assert isinstance(ring, MortalRing)
    backup.backup(
        ring,
        directory / "keys.backup",
        number=1,
        made_at=AT,
        expires_at=AT + timedelta(days=30),
        unlock=unlock,
        apart_from=[workspace.path],
    )
    return directory / "keys.backup", unlock


def restore(workspace: Workspace, file: Path, backup_key: KeyFile, key_file: KeyFile) -> backup.Restored:
    """Restore ``file`` a day later."""
    clock = FixedClock(AT + timedelta(days=1))
    return Workspace.restore_keys(
        workspace.path, file, backup_unlock=backup_key, keyring=key_file, by="keeper", clock=clock
    )


def test_destruction_is_on_record_before_it_happens(workspace: Workspace) -> None:
    """The leaf names key, reason and person; then nothing under the key opens, and asking again changes nothing."""
    leaf = say(workspace, b"one", KEY)
    ended = workspace.destroy_key(KEY, reason="period over", by="keeper")
    assert (ended.name, ended.epoch, ended.at, ended.reason) == (KEY, 1, AT, "period over")
    with pytest.raises(KeyDestroyed):
        workspace.open_leaf(leaf.id)
    workspace.settle()
    opened = workspace.open_leaf(2)
    assert opened is not None
    assert opened.row.kind == "keys.destroyed"
    assert json.loads(opened.body) == {
        "name": KEY,
        "reason": "period over",
        "by": "keeper",
        "at": "2026-11-23T03:00:00+00:00",
    }
    assert workspace.destroy_key(KEY, reason="again", by="other") == ended
    workspace.checkpoint()
    assert workspace.ledger().size == 3


@pytest.mark.parametrize("name", ["workspace/house", "workspace/ledger-signing", "workspace/never-made"])
def test_the_workspaces_own_keys_stay(workspace: Workspace, name: str) -> None:
    """A key that holds the workspace together can't be destroyed, and nothing is recorded."""
    with pytest.raises(KeyOfWorkspace):
        workspace.destroy_key(name, reason="test", by="keeper")
    workspace.checkpoint()
    assert workspace.ledger().size == 1


def test_a_key_that_never_was(workspace: Workspace) -> None:
    """Destroying what doesn't exist is an error, and nothing is recorded: a typo must not look like a deletion."""
    with pytest.raises(KeyNotFound):
        workspace.destroy_key("contract/2026-10", reason="test", by="keeper")
    workspace.checkpoint()
    assert workspace.ledger().size == 1


_CHILD = """
import os, signal, sys
from pathlib import Path
from sekisho.keys import KeyFile
from sekisho.keys.mortal import MortalRing
from sekisho.workspace import Workspace

MortalRing.destroy = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
with Workspace.open(Path(sys.argv[1]), keyring=KeyFile(Path(sys.argv[2]))) as workspace:
    workspace.destroy_key(sys.argv[3], reason="period over", by="keeper")
"""


@pytest.mark.parametrize("mode", ["write", "read"])
def test_killed_between_leaf_and_destruction(workspace: Workspace, key_file: KeyFile, mode: str) -> None:
    """kill -9 when the leaf is durable and the key still there: the next opening, to write or to read, ends the key."""
    leaf = say(workspace, b"one", KEY)
    workspace.close()
    child = subprocess.run([sys.executable, "-c", _CHILD, str(workspace.path), str(key_file.path), KEY], check=False)
    assert child.returncode == -9
    with Workspace.open(workspace.path, mode="write" if mode == "write" else "read", keyring=key_file) as again:
        assert not again.keyring.exists(KEY)
        with pytest.raises(KeyDestroyed):
            again.open_leaf(leaf.id)
        assert [(end.name, end.reason) for end in again.keyring.destructions()] == [(KEY, "period over")]
    assert not list((workspace.path / "keys").rglob("contract_2026-11*"))


class TestRestoringKeys:
    """A key backup put back into a workspace."""

    def test_lost_keyring_is_rebuilt_without_what_was_destroyed(
        self, workspace: Workspace, key_file: KeyFile, tmp_path: Path
    ) -> None:
        """The keyring's directory is gone: the backup brings back all keys but the one destroyed after it was made."""
        kept, ended = say(workspace, b"kept", "contract/2026-12"), say(workspace, b"ended", KEY)
        file, backup_key = back_up(workspace, tmp_path / "apart")
        workspace.destroy_key(KEY, reason="period over", by="keeper")
        workspace.close()
        shutil.rmtree(workspace.path / "keys")
        done = restore(workspace, file, backup_key, key_file)
        assert done.number == 1
        assert set(done.taken) == {"workspace/house", "workspace/ledger-signing", "contract/2026-12"}
        assert done.withheld == (KEY,)
        assert not (workspace.path / restoring.SCRATCH_NAME).exists()
        with Workspace.open(workspace.path, keyring=key_file) as again:
            opened = again.open_leaf(kept.id)
            assert opened is not None
            assert opened.body == b"kept"
            with pytest.raises(KeyDestroyed):
                again.open_leaf(ended.id)
            said = again.open_leaf(4)
            assert said is not None
            assert said.row.kind == "keys.restored"
            assert json.loads(said.body) == {"number": 1, "taken": 3, "withheld": 1, "by": "keeper"}
            ring = again.keyring
            assert isinstance(ring, MortalRing)
            # The restored catalogue knows the backup that holds the destroyed key: its deletion isn't final.
            at = AT + timedelta(days=2)
            assert backup.destruction_state(ring, KEY, at=at) is backup.DestructionState.LIVE

    def test_a_lost_key_comes_back_into_the_keyring(
        self, workspace: Workspace, key_file: KeyFile, tmp_path: Path
    ) -> None:
        """One key's file is gone: the others stay, it returns, and a destroyed one doesn't."""
        say(workspace, b"ended", KEY)
        leaf = say(workspace, b"kept", "contract/2026-12")
        file, backup_key = back_up(workspace, tmp_path / "apart")
        workspace.destroy_key(KEY, reason="period over", by="keeper")
        workspace.close()
        (lost,) = (workspace.path / "keys").rglob("contract_2026-12*")
        lost.unlink()
        done = restore(workspace, file, backup_key, key_file)
        assert (done.taken, done.withheld) == (("contract/2026-12",), (KEY,))
        with Workspace.open(workspace.path, keyring=key_file) as again:
            opened = again.open_leaf(leaf.id)
            assert opened is not None
            assert opened.body == b"kept"

    def test_backup_of_another_workspace(self, workspace: Workspace, key_file: KeyFile, tmp_path: Path) -> None:
        """Keys and destructions of another workspace never enter this one, even under the same names."""
        leaf = say(workspace, b"one", KEY)
        workspace.close()
        with create(tmp_path / "other", key_file) as other:
            say(other, b"theirs", KEY)
            other.destroy_key(KEY, reason="theirs", by="keeper")
            file, backup_key = back_up(other, tmp_path / "apart")
        with pytest.raises(WorkspaceMismatch) as caught:
            restore(workspace, file, backup_key, key_file)
        assert caught.value.fields["what"] == "backup_of_another_workspace"
        with Workspace.open(workspace.path, keyring=key_file) as again:
            assert again.open_leaf(leaf.id) is not None
            assert again.keyring.destructions() == []

    def test_what_is_refused(self, workspace: Workspace, key_file: KeyFile, tmp_path: Path) -> None:
        """While somebody writes, with the wrong key, too late, or over something unknown: nothing changes."""
        file, backup_key = back_up(workspace, tmp_path / "apart")
        with pytest.raises(WorkspaceBusy):
            restore(workspace, file, backup_key, key_file)
        workspace.close()
        with pytest.raises(CouldNotUnlock):
            restore(workspace, file, key_file, key_file)
        with pytest.raises(BackupExpired):
            Workspace.restore_keys(
                workspace.path,
                file,
                backup_unlock=backup_key,
                keyring=key_file,
                by="keeper",
                clock=FixedClock(AT + timedelta(days=31)),
            )
        (workspace.path / "keys" / "ring").rename(tmp_path / "ring")
        with pytest.raises(KeyringInPlace):
            restore(workspace, file, backup_key, key_file)
        (tmp_path / "ring").rename(workspace.path / "keys" / "ring")
        Workspace.open(workspace.path, keyring=key_file).close()
        assert not (workspace.path / restoring.SCRATCH_NAME).exists()

    def test_interrupted_restore_leaves_no_keys_about(self, workspace: Workspace, key_file: KeyFile) -> None:
        """What a restore that was killed had unpacked is overwritten and removed by the next opening."""
        workspace.close()
        shutil.copytree(workspace.path / "keys", workspace.path / restoring.SCRATCH_NAME)
        with Workspace.open(workspace.path, mode="read"):
            assert (workspace.path / restoring.SCRATCH_NAME).exists()
        with Workspace.open(workspace.path, keyring=key_file):
            assert not (workspace.path / restoring.SCRATCH_NAME).exists()
