"""Rebuilding a workspace's keyring from a key backup, without bringing back a key that was destroyed.

What was destroyed since the backup stands in the database, encrypted under a key that may itself be in the backup
only. So the backup is first unpacked beside the keyring, checked to be of this workspace, and rid of every key whose
destruction is on record; only then does it become the keyring, or its keys go into the one that is there.

A crash on the way leaves the old state, and :data:`SCRATCH_NAME`, which the next opening or restore erases.
"""

from __future__ import annotations

import secrets
import shutil
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

from sekisho.keys import FileKeyring, KeyFile, Passphrase, Unlock, backup
from sekisho.keys.backup import Restored
from sekisho.keys.disk import RealDisk, shred
from sekisho.keys.errors import KeyNotFound
from sekisho.workspace import destructions, parts
from sekisho.workspace.errors import KeyringInPlace, WorkspaceMismatch
from sekisho.workspace.settings import Settings

SCRATCH_NAME = "keys.restoring"
"""Where a backup is unpacked. Never used as a keyring under this name."""

RESTORED = "keys.restored"
"""Kind of the leaf that says that keys were restored: ``number``, ``taken``, ``withheld`` (counts), ``by``."""


def restore_keyring(
    path: Path, settings: Settings, file: Path, *, at: datetime, backup_unlock: Unlock, unlock: Unlock
) -> Restored:
    """Restore ``file`` into the keyring of the workspace in ``path``, whose lock the caller holds alone.

    Raises ``WorkspaceMismatch`` for a backup of another workspace or a keyring that is not in files,
    ``KeyringInPlace``, and what :func:`sekisho.keys.backup.restore` raises. Then nothing was changed.
    """
    if settings.keyring != "file" or not isinstance(unlock, (KeyFile, Passphrase)):
        raise WorkspaceMismatch(path=str(path), what=f"the_keyring_is_{settings.keyring}")
    there = path / parts.KEYS_NAME
    rebuild = not (there / "ring").exists()
    if rebuild and there.exists() and any(there.iterdir()):
        raise KeyringInPlace(path=str(there))
    erase_leftovers(path)
    scratch = path / SCRATCH_NAME
    with ExitStack() as stack:
        stack.callback(erase_leftovers, path)
        with ExitStack() as opened:
            unpacked = FileKeyring.make(scratch, unlock)
            opened.callback(unpacked.close)
            restored = backup.restore(file, unpacked, at=at, destroyed=(), unlock=backup_unlock)
            if _ledger_key(unpacked) != settings.ledger_key:
                raise WorkspaceMismatch(path=str(path), what="backup_of_another_workspace")
            database = opened.enter_context(parts.open_database(path, settings))
            with database.read() as connection:
                ends = destructions.recorded(connection, unpacked)
            withheld = {end.name for end in unpacked.apply_destructions(ends)} & set(restored.taken)
            if not rebuild:
                ring = FileKeyring.open(there, unlock)
                opened.callback(ring.close)
                return backup.restore(file, ring, at=at, destroyed=ends, unlock=backup_unlock)
        if there.exists():
            there.rmdir()
        scratch.rename(there)
        RealDisk().sync_directory(path)
    return Restored(
        restored.number,
        tuple(name for name in restored.taken if name not in withheld),
        tuple(sorted({*restored.withheld, *withheld})),
    )


def erase_leftovers(path: Path) -> None:
    """Overwrite and remove what an interrupted restore left. The caller holds the workspace's lock."""
    scratch = path / SCRATCH_NAME
    if not scratch.exists():
        return
    for file in sorted(scratch.rglob("*")):
        if file.is_file():
            shred(RealDisk(), file, secrets.token_bytes(file.stat().st_size))
    shutil.rmtree(scratch)


def _ledger_key(ring: FileKeyring) -> str | None:
    try:
        return ring.signer(parts.LEDGER_KEY).public_key.hex()
    except KeyNotFound:
        return None
