"""Key backups: numbered, expiring, apart from the data; a destroyed key never comes back."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from sekisho.keys import FileKeyring, KeyFile, Passphrase, make_key_file
from sekisho.keys.backup import (
    DestructionState,
    backup,
    destruction_state,
    dispose,
    due_for_disposal,
    holding,
    restore,
)
from sekisho.keys.catalogue import MAX_BACKUP_LIFE, BackupRecord
from sekisho.keys.disk import RealDisk
from sekisho.keys.errors import (
    BackupConflicts,
    BackupExpired,
    BackupNotFound,
    BackupPlaceRefused,
    BackupTermsRefused,
    CouldNotUnlock,
    KeyDestroyed,
    KeyNameUsed,
    KeyNotFound,
    KeyringDamaged,
    KeyringUnavailable,
)
from tests.keys.conftest import AT

DAY = timedelta(days=1)


@pytest.fixture
def medium(tmp_path: Path) -> Path:
    """A place apart from the keyring."""
    path = tmp_path / "medium"
    path.mkdir()
    return path


@pytest.fixture
def backup_key(tmp_path: Path) -> KeyFile:
    """The backups' own key file."""
    return make_key_file(tmp_path / "backup.key", RealDisk())


def write(ring: FileKeyring, medium: Path, unlock: KeyFile, number: int = 1, made_at: datetime = AT) -> Path:
    """Backup ``number``, for thirty days."""
    path = medium / f"keys-{number}"
    backup(
        ring, path, number=number, made_at=made_at, expires_at=made_at + 30 * DAY, unlock=unlock,
        apart_from=[ring.directory.parent / "workspace"],
    )
    return path


def test_a_lost_keyring_comes_back(
    file_ring: FileKeyring, key_file: KeyFile, medium: Path, backup_key: KeyFile, tmp_path: Path
) -> None:
    """Keys and signers restored into a new keyring answer as they did; destroyed names stay barred; epochs go on."""
    for name in ("case/0", "case/1"):
        file_ring.create(name)
    file_ring.create_signer("workspace/ledger")
    file_ring.destroy("case/0", at=AT, reason="early")
    sealed = file_ring.encrypt("case/1", b"secret", aad=b"a")
    path = write(file_ring, medium, backup_key)
    new = FileKeyring.make(tmp_path / "new", key_file)
    done = restore(path, new, at=AT + DAY, destroyed=file_ring.destructions(), unlock=backup_key)
    assert (done.number, done.taken, done.withheld) == (1, ("case/1", "workspace/ledger"), ())
    assert new.decrypt("case/1", sealed, aad=b"a") == b"secret"
    assert new.signer("workspace/ledger").public_key == file_ring.signer("workspace/ledger").public_key
    assert new.epoch() == 1
    with pytest.raises(KeyNameUsed):
        new.create("case/0")
    # Restoring once more changes nothing.
    assert restore(path, new, at=AT + DAY, destroyed=[], unlock=backup_key).taken == ()


def test_a_key_destroyed_after_the_backup_stays_destroyed(
    file_ring: FileKeyring, key_file: KeyFile, medium: Path, backup_key: KeyFile, tmp_path: Path
) -> None:
    """The ledger's destructions are applied again: the backup holds the key, the restored keyring never does."""
    file_ring.create("case/1")
    file_ring.create("case/2")
    path = write(file_ring, medium, backup_key)
    end = file_ring.destroy("case/1", at=AT + DAY, reason="purged")
    for target in (file_ring, FileKeyring.make(tmp_path / "new", key_file)):
        done = restore(path, target, at=AT + 2 * DAY, destroyed=[end], unlock=backup_key)
        assert done.withheld == ("case/1",)
        assert not target.exists("case/1")
        with pytest.raises(KeyDestroyed):
            target.ensure("case/1")
        assert target.exists("case/2")
        assert target.destructions() == [end]


def test_an_expired_backup_is_refused(file_ring: FileKeyring, medium: Path, backup_key: KeyFile) -> None:
    """It restores until just before its expiry and not from then on; editing the date does not help."""
    file_ring.create("case/1")
    path = write(file_ring, medium, backup_key)
    assert restore(path, file_ring, at=AT + 30 * DAY - timedelta(microseconds=1), destroyed=[], unlock=backup_key)
    with pytest.raises(BackupExpired):
        restore(path, file_ring, at=AT + 30 * DAY, destroyed=[], unlock=backup_key)
    path.write_bytes(path.read_bytes().replace(b'"expires_at":"2026-12', b'"expires_at":"2029-12'))
    with pytest.raises(CouldNotUnlock):
        restore(path, file_ring, at=AT, destroyed=[], unlock=backup_key)


def test_places_beside_the_data_are_refused(
    file_ring: FileKeyring, medium: Path, backup_key: KeyFile, tmp_path: Path
) -> None:
    """Inside the keyring, the workspace or a data backup, directly, by dots or by a link: refused and not numbered."""
    workspace = tmp_path / "workspace"
    (workspace / "deep").mkdir(parents=True)
    (medium / "link").symlink_to(workspace / "deep")
    (medium / "taken").write_bytes(b"something")
    (medium / "dangling").symlink_to(workspace / "new-file")
    for path in (
        file_ring.directory / "b", file_ring.directory / "keys" / "b", workspace / "b", workspace / "deep" / "b",
        medium / "link" / "b", medium / ".." / "workspace" / "b", medium / "taken", medium / "dangling",
        medium / "missing" / "b",
    ):
        with pytest.raises(BackupPlaceRefused):
            backup(
                file_ring, path, number=1, made_at=AT, expires_at=AT + DAY, unlock=backup_key, apart_from=[workspace]
            )
    with file_ring.catalogue() as catalogue:
        assert catalogue.all() == []


def test_numbers_rise_and_lives_are_short(file_ring: FileKeyring, medium: Path, backup_key: KeyFile) -> None:
    """A used or lower number, a life of nothing, of less, or over the limit: refused."""
    write(file_ring, medium, backup_key, number=3)
    with file_ring.catalogue() as catalogue:
        assert catalogue.next_number() == 4
    too_long = MAX_BACKUP_LIFE + timedelta(microseconds=1)
    for number, life in [(3, DAY), (2, DAY), (0, DAY), (4, timedelta(0)), (4, -DAY), (4, too_long)]:
        with pytest.raises(BackupTermsRefused):
            backup(file_ring, medium / "x", number=number, made_at=AT, expires_at=AT + life, unlock=backup_key,
                   apart_from=[])
    assert not (medium / "x").exists()


def test_a_deletion_is_live_until_every_backup_is_gone(
    file_ring: FileKeyring, medium: Path, backup_key: KeyFile, key_file: KeyFile
) -> None:
    """Live while a backup holds the key; expiry alone doesn't make it final, disposal of each does; survives
    reopening.
    """
    file_ring.create("case/1")
    first = write(file_ring, medium, backup_key, 1)
    write(file_ring, medium, backup_key, 2, AT + DAY)
    with pytest.raises(KeyNotFound):
        destruction_state(file_ring, "case/1", at=AT + DAY)
    file_ring.destroy("case/1", at=AT + 2 * DAY, reason="")
    write(file_ring, medium, backup_key, 3, AT + 3 * DAY)
    assert [record.number for record in holding(file_ring, "case/1", at=AT + 3 * DAY)] == [1, 2]
    late = AT + 40 * DAY
    assert destruction_state(file_ring, "case/1", at=late) is DestructionState.LIVE
    assert [record.number for record in due_for_disposal(file_ring, at=late)] == [1, 2, 3]
    assert due_for_disposal(file_ring, at=AT + 29 * DAY) == []
    gone = dispose(first, file_ring, at=late, by="suzuki")
    assert not first.exists()
    assert (gone.number, gone.gone_by, gone.gone_at) == (1, "suzuki", late)
    assert destruction_state(file_ring, "case/1", at=late) is DestructionState.LIVE
    with file_ring.catalogue() as catalogue:
        catalogue.record_gone(2, at=late + DAY, by="sato", how="disk shredded")
    again = FileKeyring.open(file_ring.directory, key_file)
    assert destruction_state(again, "case/1", at=late) is DestructionState.LIVE
    assert destruction_state(again, "case/1", at=late + DAY) is DestructionState.FINAL


def test_a_restored_keyring_remembers_its_backups(
    file_ring: FileKeyring, key_file: KeyFile, medium: Path, backup_key: KeyFile, tmp_path: Path
) -> None:
    """The backup names itself and the others still around, so that a rebuilt keyring's certificates stay right."""
    file_ring.create("case/1")
    write(file_ring, medium, backup_key, 1)
    path = write(file_ring, medium, backup_key, 2)
    new = FileKeyring.make(tmp_path / "new", key_file)
    restore(path, new, at=AT, destroyed=[], unlock=backup_key)
    new.destroy("case/1", at=AT, reason="")
    assert [record.number for record in holding(new, "case/1", at=AT)] == [1, 2]
    assert destruction_state(new, "case/1", at=AT) is DestructionState.LIVE


def test_a_different_key_under_the_same_name_stops_a_restore(
    file_ring: FileKeyring, key_file: KeyFile, medium: Path, backup_key: KeyFile, tmp_path: Path
) -> None:
    """Nothing is overwritten and nothing is taken."""
    file_ring.create("case/1")
    file_ring.create("case/2")
    path = write(file_ring, medium, backup_key)
    other = FileKeyring.make(tmp_path / "other", key_file)
    other.create("case/2")
    with pytest.raises(BackupConflicts):
        restore(path, other, at=AT, destroyed=[], unlock=backup_key)
    assert other.names() == ["case/2"]


def test_a_passphrase_can_lock_a_backup(file_ring: FileKeyring, medium: Path) -> None:
    """Locked with a passphrase it opens with that, and not with another."""
    words = Passphrase("みどり色の関所と三つの鍵の物語")
    backup(file_ring, medium / "b", number=1, made_at=AT, expires_at=AT + DAY, unlock=words, apart_from=[])
    assert restore(medium / "b", file_ring, at=AT, destroyed=[], unlock=words).number == 1
    with pytest.raises(CouldNotUnlock):
        restore(medium / "b", file_ring, at=AT, destroyed=[], unlock=Passphrase(words.text + "。"))


def test_no_secret_or_name_lies_in_the_clear(file_ring: FileKeyring, medium: Path, backup_key: KeyFile) -> None:
    """A backup shows its number and dates; neither keys nor their names."""
    file_ring.create("case/1")
    ((_, _, secret),) = file_ring.secrets_for_backup()
    path = write(file_ring, medium, backup_key)
    content = path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0
    for hidden in (secret, secret.hex().encode(), b"case/1"):
        assert hidden not in content


@pytest.mark.parametrize("content", [b"", b"\n", b"{}\n", b'{"format":"sekisho key backup 2"}\n', b"x" * 5000])
def test_garbage_is_not_a_backup(file_ring: FileKeyring, medium: Path, backup_key: KeyFile, content: bytes) -> None:
    """Bytes that aren't a backup are damage; a missing file is not found; a foreign backup isn't disposed of."""
    (medium / "b").write_bytes(content)
    with pytest.raises(KeyringDamaged):
        restore(medium / "b", file_ring, at=AT, destroyed=[], unlock=backup_key)
    with pytest.raises(KeyringDamaged):
        dispose(medium / "b", file_ring, at=AT, by="suzuki")
    with pytest.raises(BackupNotFound):
        restore(medium / "missing", file_ring, at=AT, destroyed=[], unlock=backup_key)


def test_only_a_known_backup_is_disposed_of(
    file_ring: FileKeyring, key_file: KeyFile, medium: Path, backup_key: KeyFile, tmp_path: Path
) -> None:
    """A backup of another keyring, with an unknown or the same number, is left alone."""
    path = write(file_ring, medium, backup_key)
    other = FileKeyring.make(tmp_path / "other", key_file)
    with pytest.raises(BackupNotFound):
        dispose(path, other, at=AT, by="suzuki")
    with other.catalogue() as catalogue:
        catalogue.record_made(1, made_at=AT + DAY, expires_at=AT + 2 * DAY, names=[])
    with pytest.raises(KeyringDamaged):
        dispose(path, other, at=AT, by="suzuki")
    assert path.exists()


class NoSpace(RealDisk):
    """A medium that is full."""

    def write_new(self, path: Path, content: bytes) -> None:
        """Some of it is written."""
        super().write_new(path, content[:10])
        raise OSError(28, "No space left on device")


def test_a_backup_that_failed_counts_until_cleared(file_ring: FileKeyring, medium: Path, backup_key: KeyFile) -> None:
    """The catalogue knew of it before the file: a half-written one keeps deletions live until somebody clears it."""
    file_ring.create("case/1")
    with pytest.raises(KeyringUnavailable):
        backup(
            file_ring, medium / "b", number=1, made_at=AT, expires_at=AT + DAY, unlock=backup_key, apart_from=[],
            disk=NoSpace(),
        )
    file_ring.destroy("case/1", at=AT, reason="")
    assert destruction_state(file_ring, "case/1", at=AT) is DestructionState.LIVE
    with file_ring.catalogue() as catalogue:
        record = catalogue.record_gone(1, at=AT, by="suzuki", how="never written whole; leftovers removed")
        assert isinstance(record, BackupRecord)
        # Recorded once: a later word doesn't change it.
        assert catalogue.record_gone(1, at=AT + DAY, by="sato", how="again") == record
    assert destruction_state(file_ring, "case/1", at=AT) is DestructionState.FINAL
