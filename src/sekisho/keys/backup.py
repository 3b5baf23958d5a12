"""Numbered, expiring, encrypted key backups.

A backup is registered in the keyring's catalogue before its file exists, so none is ever unknown. While a backup that
holds a key isn't recorded as gone, the key's deletion is ``live``: an expired file that still lies somewhere can be
opened by whoever has its passphrase, so expiry alone makes nothing final. It makes the backup *due*
(:func:`due_for_disposal`).
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import orjson

from sekisho.keys.catalogue import BackupRecord
from sekisho.keys.derivation import RESERVED
from sekisho.keys.disk import Disk, RealDisk, put_file, shred
from sekisho.keys.errors import (
    BackupExpired,
    BackupNotFound,
    BackupPlaceRefused,
    KeyNotFound,
    KeyringDamaged,
    KeyringUnavailable,
)
from sekisho.keys.file_ring import FileKeyring
from sekisho.keys.mortal import MortalRing
from sekisho.keys.ring import Destruction, KeyKind, utc_text
from sekisho.keys.unlock import Unlock, lock_terms, lock_up, unlocked

FORMAT: Final = "sekisho key backup 1"
MAX_BACKUP_BYTES = 64 * 1024 * 1024
"""Largest backup read. 100,000 keys with names of full length and their tombstones stay below it."""
MAX_HEAD_BYTES = 4096


class DestructionState(StrEnum):
    """Whether a destroyed key is gone for good."""

    LIVE = "live"
    """A backup that holds it isn't recorded as gone."""
    FINAL = "final"
    """Every backup that held it is recorded as gone, or there was none.

    Copies made behind Sekisho's back are not known.
    """


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did: keys taken, and keys in the backup that were withheld because they have been destroyed."""

    number: int
    taken: tuple[str, ...]
    withheld: tuple[str, ...]


def backup(
    ring: MortalRing,
    path: Path,
    *,
    number: int,
    made_at: datetime,
    expires_at: datetime,
    unlock: Unlock,
    apart_from: Collection[Path],
    disk: Disk | None = None,
) -> BackupRecord:
    """Write every live key of ``ring`` to the new file ``path``. Durable on return.

    ``apart_from`` names the workspace and every place where its data or data backups lie; ``path`` must be in none of
    them, nor in the keyring. It can't tell whether two places are on one disk. ``KeysStayInTheDevice`` for a security
    module: back up by its own means and register that with ``ring.catalogue().record_made``.
    """
    disk = disk or RealDisk()
    target = _checked_place(path, [ring.directory, *apart_from])
    with ring.catalogue() as catalogue:
        keys = ring.secrets_for_backup()
        record = catalogue.record_made(
            number, made_at=made_at, expires_at=expires_at, names=[name for name, _, _ in keys]
        )
        known = [each for each in catalogue.all() if each.gone_at is None]
        content = _backup_file(record, keys, ring.destructions(), known, unlock)
        try:
            put_file(disk, target, content)
        except OSError as error:
            # The number stays used and the backup counts as live until somebody records that nothing was left behind.
            raise KeyringUnavailable(why=f"backup file: {error.strerror}") from error
    return record


def restore(
    path: Path,
    ring: FileKeyring,
    *,
    at: datetime,
    destroyed: Iterable[Destruction],
    unlock: Unlock,
) -> Restored:
    """Put the keys of a backup into ``ring``, except those destroyed since.

    ``destroyed`` are the destructions the ledger knows: all of them, since the backup knows only those up to its
    making. They are applied before the first key is written, so that a crash in between brings none back.
    ``BackupExpired`` from ``expires_at`` on; ``BackupConflicts`` if ``ring`` holds another key under one of the
    names.
    """
    head, body = _read_backup(path, unlock, at=at)
    earlier = [
        Destruction(end["name"], epoch, _moment(end["at"]), end["reason"])
        for epoch, end in enumerate(body["destroyed"], start=1)
    ]
    keys = [(key["name"], KeyKind(key["kind"]), bytes.fromhex(key["secret"])) for key in body["keys"]]
    # In the order in which they first happened, so that a rebuilt keyring counts its epochs as the lost one did.
    ring.apply_destructions([*earlier, *destroyed])
    with ring.catalogue() as catalogue:
        catalogue.take_over([_record(entry) for entry in body["catalogue"]])
    taken = ring.take_from_backup(keys)
    gone = {end.name for end in ring.destructions()}
    withheld = tuple(sorted(name for name, _, _ in keys if name in gone))
    return Restored(number=head["number"], taken=tuple(sorted(taken)), withheld=withheld)


def dispose(path: Path, ring: MortalRing, *, at: datetime, by: str, disk: Disk | None = None) -> BackupRecord:
    """Overwrite and remove the backup file ``path`` and record its backup as gone.

    ``by`` vouches that this was the only copy. The file is recognised by its own heading, which needs no passphrase.
    """
    disk = disk or RealDisk()
    head, _ = _read_head(path, _content(path))
    number = head["number"]
    with ring.catalogue() as catalogue:
        if utc_text(catalogue.find(number).made_at) != head.get("made_at"):
            raise KeyringDamaged(path=path, why=f"not backup {number} of this keyring")
        try:
            shred(disk, path, secrets.token_bytes(path.stat().st_size))
        except OSError as error:
            raise KeyringUnavailable(why=f"backup file: {error.strerror}") from error
        return catalogue.record_gone(number, at=at, by=by, how="overwritten and removed")


def due_for_disposal(ring: MortalRing, *, at: datetime) -> list[BackupRecord]:
    """Expired backups that nobody has recorded as gone."""
    with ring.catalogue() as catalogue:
        return catalogue.due(at=at)


def holding(ring: MortalRing, name: str, *, at: datetime) -> list[BackupRecord]:
    """The backups that still hold the key ``name``."""
    with ring.catalogue() as catalogue:
        return catalogue.holding(name, at=at)


def destruction_state(ring: MortalRing, name: str, *, at: datetime) -> DestructionState:
    """Whether the destroyed key ``name`` is gone for good.

    ``KeyNotFound`` for a key that was not destroyed by ``at``.
    """
    with ring.catalogue() as catalogue:
        if not any(end.name == name and end.at <= at for end in ring.destructions()):
            raise KeyNotFound(name=name)
        return DestructionState.LIVE if catalogue.holding(name, at=at) else DestructionState.FINAL


def _checked_place(path: Path, apart_from: Iterable[Path]) -> Path:
    """The real path to write; links are followed first, so that none leads back into the data."""
    if os.path.lexists(path):
        raise BackupPlaceRefused(path=path, why="something is there already")
    parent = path.parent.resolve()
    if not parent.is_dir():
        raise BackupPlaceRefused(path=path, why="its directory does not exist")
    for place in apart_from:
        if parent.is_relative_to(place.resolve()):
            raise BackupPlaceRefused(path=path, why=f"inside {place}")
    return parent / path.name


def _backup_file(
    record: BackupRecord,
    keys: Iterable[tuple[str, KeyKind, bytes]],
    ends: Iterable[Destruction],
    known: Iterable[BackupRecord],
    unlock: Unlock,
) -> bytes:
    terms = lock_terms(unlock)
    head = {
        "format": FORMAT,
        "number": record.number,
        "made_at": utc_text(record.made_at),
        "expires_at": utc_text(record.expires_at),
        "unlock": terms,
    }
    body = {
        "keys": [{"name": name, "kind": kind, "secret": secret.hex()} for name, kind, secret in keys],
        "destroyed": [{"name": end.name, "at": utc_text(end.at), "reason": end.reason} for end in ends],
        "catalogue": [_entry(each) for each in known],
    }
    line = orjson.dumps(head, option=orjson.OPT_SORT_KEYS)
    return line + b"\n" + lock_up(unlock, terms, orjson.dumps(body), aad=RESERVED + b"backup/1\x00" + line)


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BACKUP_BYTES + 1)
    except FileNotFoundError:
        raise BackupNotFound(number=path.name) from None
    except OSError as error:
        raise KeyringUnavailable(why=f"backup file: {error.strerror}") from error
    if len(content) > MAX_BACKUP_BYTES:
        raise KeyringDamaged(path=path, why=f"over {MAX_BACKUP_BYTES} bytes")
    return content


def _read_head(path: Path, content: bytes) -> tuple[dict[str, Any], bytes]:
    line, newline, _ = content[:MAX_HEAD_BYTES].partition(b"\n")
    try:
        head = orjson.loads(line)
        known = bool(newline) and head["format"] == FORMAT and isinstance(head["number"], int)
    except (orjson.JSONDecodeError, KeyError, TypeError):
        known = False
    if not known:
        raise KeyringDamaged(path=path, why="not a key backup")
    return head, line


def _read_backup(path: Path, unlock: Unlock, *, at: datetime) -> tuple[dict[str, Any], dict[str, Any]]:
    content = _content(path)
    head, line = _read_head(path, content)
    # Opened before the expiry is judged: until then the heading is only what the file says of itself.
    body = unlocked(
        unlock, head.get("unlock"), content[len(line) + 1 :], aad=RESERVED + b"backup/1\x00" + line, path=path
    )
    if at >= _moment(head["expires_at"]):
        raise BackupExpired(number=head["number"], expires_at=head["expires_at"])
    document: dict[str, Any] = orjson.loads(body)
    return head, document


def _entry(record: BackupRecord) -> dict[str, Any]:
    return {
        "number": record.number,
        "made_at": utc_text(record.made_at),
        "expires_at": utc_text(record.expires_at),
        "names": sorted(record.names),
    }


def _record(entry: dict[str, Any]) -> BackupRecord:
    return BackupRecord(
        number=entry["number"],
        made_at=_moment(entry["made_at"]),
        expires_at=_moment(entry["expires_at"]),
        names=frozenset(entry["names"]),
    )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
