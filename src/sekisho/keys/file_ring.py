"""A keyring in a directory: one file per key, each wrapped under a master key that a passphrase or key file opens.

::

    DIR/ring         the master key, locked up (see sekisho.keys.unlock); a keyring is where this file is
    DIR/keys/*.key   one wrapped key each: version | kind | nonce | AES-256-GCM
    DIR/tombstones   destroyed names; its length is the epoch
    DIR/backups      catalogue of key backups
    DIR/lock         held while something changes

A destroyed key's file is overwritten before it is unlinked. Flash and copy-on-write storage may keep the old block;
to read it one needs that block and the passphrase or key file. Where that matters, use
:mod:`sekisho.keys.pkcs11_ring`.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, NoReturn

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sekisho.keys.chained_log import ChainedLog
from sekisho.keys.derivation import RESERVED, Mac, hkdf_expand
from sekisho.keys.disk import FRESH, Disk, RealDisk, exclusive, put_file, shred
from sekisho.keys.errors import (
    BackupConflicts,
    KeyDestroyed,
    KeyNameNotValid,
    KeyNotFound,
    KeyringDamaged,
    KeyringExists,
    KeyringNotFound,
    KeyringUnavailable,
    WrongKindOfKey,
)
from sekisho.keys.mortal import LOCK, TOMBSTONES, MortalRing
from sekisho.keys.ring import KeyKind, file_name, name_of_file
from sekisho.keys.unlock import Unlock, lock_terms, lock_up, unlocked

RING: Final = "ring"
KEYS: Final = "keys"
FORMAT: Final = "sekisho keyring 1"

_VERSION = b"\x01"
_KIND_CODE = {KeyKind.DATA: b"\x01", KeyKind.SIGNER: b"\x02"}
_CODE_KIND = {code: kind for kind, code in _KIND_CODE.items()}
_NONCE = 12
_SECRET = 32
_WRAPPED = 2 + _NONCE + _SECRET + 16
MAX_RING_FILE = 4096
"""Largest ``ring`` file read, bytes; a real one has under 400."""

_Cached = tuple[KeyKind, bytearray]


class FileKeyring(MortalRing):
    """See the module. Open with :meth:`open`, make with :meth:`make`; the constructor is theirs."""

    def __init__(self, directory: Path, disk: Disk, ring_id: str, master: bytes) -> None:
        """Takes the opened master key."""
        super().__init__(directory, disk)
        self.ring_id = ring_id
        self._master = bytearray(master)
        self._cache: dict[str, _Cached] = {}
        self._keys = directory / KEYS
        self._start()
        with exclusive(directory / LOCK):
            for left in self._keys.glob(FRESH + "*"):
                shred(disk, left, secrets.token_bytes(_WRAPPED))

    @classmethod
    def make(cls, directory: Path, unlock: Unlock, *, disk: Disk | None = None) -> FileKeyring:
        """A new, empty keyring in ``directory`` (made if needed, its parent must exist).

        ``KeyringExists`` if there is one.
        """
        disk = disk or RealDisk()
        disk.make_directory(directory)
        disk.make_directory(directory / KEYS)
        disk.sync_directory(directory.parent)
        with exclusive(directory / LOCK):
            if (directory / RING).exists():
                raise KeyringExists(path=directory)
            ChainedLog.make(directory / TOMBSTONES, disk)
            master, ring_id = secrets.token_bytes(_SECRET), secrets.token_hex(16)
            # Last: a directory is a keyring only once everything else is there.
            put_file(disk, directory / RING, _ring_file(unlock, ring_id, master))
        return cls(directory, disk, ring_id, master)

    @classmethod
    def open(cls, directory: Path, unlock: Unlock, *, disk: Disk | None = None) -> FileKeyring:
        """The keyring in ``directory``. Finishes destructions that a crash interrupted."""
        ring_id, master = _read_ring_file(directory / RING, unlock)
        return cls(directory, disk or RealDisk(), ring_id, master)

    def change_unlock(self, unlock: Unlock) -> None:
        """From now on ``unlock`` opens this keyring, and what opened it before does not.

        The master key stays the same: who kept an old copy of the ``ring`` file can still open that with the old means.
        """
        with self._changing():
            put_file(self._disk, self.directory / RING, _ring_file(unlock, self.ring_id, bytes(self._master)))

    # -- primitives --------------------------------------------------------------------------------------------------

    def _master_mac(self, data: bytes) -> bytes:
        return hmac.digest(self._master, data, hashlib.sha256)

    def _log_mac(self, purpose: str) -> Mac:
        key = hkdf_expand(self._master_mac, RESERVED + b"log/1\x00" + purpose.encode(), 32)
        return lambda data: hmac.digest(key, data, hashlib.sha256)

    def _listed(self) -> Iterable[str]:
        names = []
        for path in self._keys.iterdir():
            if path.name.startswith(FRESH):
                continue
            try:
                names.append(name_of_file(path.name))
            except KeyNameNotValid:
                raise KeyringDamaged(path=path, why="not a key's file name") from None
        return names

    def _path(self, name: str) -> Path:
        return self._keys / file_name(name)

    def _kind(self, name: str) -> KeyKind | None:
        try:
            return self._load(name)[0]
        except (KeyNotFound, KeyDestroyed):
            return None

    def _make(self, name: str, kind: KeyKind) -> None:
        self._put(name, kind, secrets.token_bytes(_SECRET))

    def _put(self, name: str, kind: KeyKind, secret: bytes) -> None:
        nonce = secrets.token_bytes(_NONCE)
        sealed = self._wrapper(name).encrypt(nonce, secret, self._wrap_aad(name, kind))
        try:
            put_file(self._disk, self._path(name), _VERSION + _KIND_CODE[kind] + nonce + sealed)
        except OSError as error:
            raise KeyringUnavailable(why=f"key file: {error.strerror}") from error

    def _erase(self, name: str) -> None:
        path = self._path(name)
        if path.exists():
            try:
                shred(self._disk, path, secrets.token_bytes(_WRAPPED))
            except OSError as error:
                raise KeyringUnavailable(why=f"key file: {error.strerror}") from error

    def _forget(self, names: Iterable[str] | None) -> None:
        for name in list(self._cache) if names is None else names:
            cached = self._cache.pop(name, None)
            if cached is not None:
                _wipe(cached[1])
        if names is None:
            _wipe(self._master)

    def _mac(self, name: str) -> Mac:
        kind, secret = self._load(name)
        if kind is not KeyKind.DATA:
            raise WrongKindOfKey(name=name, kind=kind.value, needed=KeyKind.DATA.value)
        return lambda data: hmac.digest(secret, data, hashlib.sha256)

    def _private_key(self, name: str) -> Ed25519PrivateKey:
        kind, secret = self._load(name)
        if kind is not KeyKind.SIGNER:
            raise WrongKindOfKey(name=name, kind=kind.value, needed=KeyKind.SIGNER.value)
        return Ed25519PrivateKey.from_private_bytes(secret)

    def _public_key(self, name: str) -> bytes:
        return self._private_key(name).public_key().public_bytes_raw()

    def _signature(self, name: str, message: bytes) -> bytes:
        return self._private_key(name).sign(message)

    # -- key files ---------------------------------------------------------------------------------------------------

    def _wrapper(self, name: str) -> AESGCM:
        return AESGCM(hkdf_expand(self._master_mac, RESERVED + b"wrap/1\x00" + name.encode("ascii"), 32))

    def _wrap_aad(self, name: str, kind: KeyKind) -> bytes:
        return RESERVED + b"key/1\x00" + self.ring_id.encode() + _KIND_CODE[kind] + name.encode("ascii")

    def _load(self, name: str) -> _Cached:
        """The key from memory or its file. The caller has looked for tombstones."""
        cached = self._cache.get(name)
        if cached is None:
            path = self._path(name)
            try:
                # A key used before its name is durable could protect something and then be lost with the name.
                self._disk.sync_directory(self._keys)
                wrapped = path.read_bytes()
            except FileNotFoundError:
                self._refuse_if_just_destroyed(name)
                raise KeyNotFound(name=name) from None
            except OSError as error:
                raise KeyringUnavailable(why=f"key file: {error.strerror}") from error
            cached = self._cache[name] = self._unwrapped(name, path, wrapped)
        return cached

    def _unwrapped(self, name: str, path: Path, wrapped: bytes) -> _Cached:
        kind = _CODE_KIND.get(wrapped[1:2])
        if len(wrapped) != _WRAPPED or wrapped[:1] != _VERSION or kind is None:
            self._raise_damaged(name, path)
        nonce, sealed = wrapped[2 : 2 + _NONCE], wrapped[2 + _NONCE :]
        try:
            return kind, bytearray(self._wrapper(name).decrypt(nonce, sealed, self._wrap_aad(name, kind)))
        except InvalidTag:
            self._raise_damaged(name, path)

    def _refuse_if_just_destroyed(self, name: str) -> None:
        """Between the look for tombstones and the read of the file, another process may have destroyed the key."""
        self._look()
        self._tombstones.refuse(name)

    def _raise_damaged(self, name: str, path: Path) -> NoReturn:
        self._refuse_if_just_destroyed(name)
        raise KeyringDamaged(path=path, why="the wrapped key does not open")

    # -- for sekisho.keys.backup -------------------------------------------------------------------------------------

    def secrets_for_backup(self) -> list[tuple[str, KeyKind, bytes]]:
        """Every live key in the clear. For :mod:`sekisho.keys.backup` alone, inside ``catalogue()``."""
        return [(name, self._load(name)[0], bytes(self._load(name)[1])) for name in self.names()]

    def take_from_backup(self, keys: Iterable[tuple[str, KeyKind, bytes]]) -> list[str]:
        """Keep ``keys``, for :mod:`sekisho.keys.backup` alone; the names taken. Never one that was destroyed here.

        ``BackupConflicts``, with nothing taken, if another key has one of the names.
        """
        with self._changing():
            wanted = [key for key in keys if self._tombstones.find(key[0]) is None]
            missing = []
            for name, kind, secret in wanted:
                there = self._kind(name)
                if there is None:
                    missing.append((name, kind, secret))
                elif there is not kind or not hmac.compare_digest(self._load(name)[1], secret):
                    raise BackupConflicts(name=name)
            for name, kind, secret in missing:
                self._put(name, kind, secret)
        return [name for name, _, _ in missing]


def _wipe(secret: bytearray) -> None:
    """Best effort: copies the interpreter or the cryptographic library made are not reached."""
    secret[:] = bytes(len(secret))


def _ring_file(unlock: Unlock, ring_id: str, master: bytes) -> bytes:
    terms = lock_terms(unlock)
    head = {"format": FORMAT, "ring": ring_id, "unlock": terms}
    locked = lock_up(unlock, terms, master, aad=_head_aad(head))
    return orjson.dumps({**head, "master": locked.hex()}, option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)


def _head_aad(head: dict[str, Any]) -> bytes:
    return RESERVED + b"ring/1\x00" + orjson.dumps(head, option=orjson.OPT_SORT_KEYS)


def _read_ring_file(path: Path, unlock: Unlock) -> tuple[str, bytes]:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_RING_FILE + 1)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        raise KeyringNotFound(path=path.parent) from None
    except OSError as error:
        raise KeyringUnavailable(why=f"ring file: {error.strerror}") from error
    try:
        document = orjson.loads(content[:MAX_RING_FILE])
        locked = bytes.fromhex(document.pop("master"))
        known = document["format"] == FORMAT and set(document) == {"format", "ring", "unlock"}
        ring_id = str(document["ring"])
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, AttributeError):
        raise KeyringDamaged(path=path, why="not a keyring's ring file") from None
    if not known:
        raise KeyringDamaged(path=path, why="unknown format")
    return ring_id, unlocked(unlock, document["unlock"], locked, aad=_head_aad(document), path=path)
