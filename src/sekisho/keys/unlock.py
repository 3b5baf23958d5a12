"""What opens a keyring or a backup: a passphrase or a key file."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import stat
import unicodedata
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any, assert_never

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from sekisho.keys.derivation import RESERVED, hkdf_expand
from sekisho.keys.disk import Disk
from sekisho.keys.errors import CouldNotUnlock, KeyFileRefused, KeyringDamaged, PassphraseTooShort

KEY_FILE_BYTES = 32
MIN_PASSPHRASE = 15
"""Shortest passphrase accepted for something new, in characters: NIST SP 800-63B-4 section 3.1.1.2, where it is the
only factor.
"""
SALT_BYTES = 16
"""RFC 9106 section 4: a 128-bit salt is enough for all applications."""


@dataclass(frozen=True, slots=True)
class _Argon2Terms:
    iterations: int
    lanes: int
    memory_kib: int


class Argon2Profile(Enum):
    """Named Argon2id parameter sets from RFC 9106 section 4. There is no weaker one."""

    RFC9106_FIRST = _Argon2Terms(iterations=1, lanes=4, memory_kib=2**21)
    """First recommended option: 2 GiB of memory."""
    RFC9106_SECOND = _Argon2Terms(iterations=3, lanes=4, memory_kib=2**16)
    """Second recommended option, for memory-constrained environments: 64 MiB."""


@dataclass(frozen=True, slots=True)
class Passphrase:
    """A passphrase, stretched with Argon2id after NFC (RFC 8265 section 4.2).

    Not shown by ``repr``. Only its length is judged.
    """

    text: str = field(repr=False)
    profile: Argon2Profile = Argon2Profile.RFC9106_SECOND


@dataclass(frozen=True, slots=True)
class KeyFile:
    """A file of 32 random bytes that only its owner can read (see :func:`make_key_file`)."""

    path: Path


Unlock = Passphrase | KeyFile


def make_key_file(path: Path, disk: Disk) -> KeyFile:
    """Write a new key file (0600); ``KeyFileRefused`` if something is there. Durable on return."""
    try:
        disk.write_new(path, secrets.token_bytes(KEY_FILE_BYTES))
    except FileExistsError:
        raise KeyFileRefused(path=path, why="already there") from None
    disk.sync_file(path)
    disk.sync_directory(path.parent)
    return KeyFile(path)


def _read_key_file(path: Path) -> bytes:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise KeyFileRefused(path=path, why=error.strerror) from None
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise KeyFileRefused(path=path, why="not a regular file")
        if stat.S_IMODE(status.st_mode) & 0o077:
            raise KeyFileRefused(path=path, why=f"mode {stat.S_IMODE(status.st_mode):04o} lets others in")
        if status.st_uid not in {os.geteuid(), 0}:
            raise KeyFileRefused(path=path, why="belongs to another user")
        content = os.read(descriptor, KEY_FILE_BYTES + 1)
    finally:
        os.close(descriptor)
    if len(content) != KEY_FILE_BYTES:
        raise KeyFileRefused(path=path, why=f"{len(content)} bytes, needs {KEY_FILE_BYTES}")
    return content


def _stretched(unlock: Unlock, salt: bytes) -> bytes:
    match unlock:
        case Passphrase(text, profile):
            terms = profile.value
            argon2 = Argon2id(salt=salt, length=32, iterations=terms.iterations, lanes=terms.lanes,
                              memory_cost=terms.memory_kib)
            return argon2.derive(unicodedata.normalize("NFC", text).encode())
        case KeyFile(path):
            key = _read_key_file(path)
            info = RESERVED + b"unlock/1\x00" + salt
            return hkdf_expand(lambda data: hmac.digest(key, data, hashlib.sha256), info, 32)
    assert_never(unlock)


def _means(unlock: Unlock) -> str:
    return "passphrase" if isinstance(unlock, Passphrase) else "key file"


def lock_terms(unlock: Unlock) -> dict[str, str]:
    """What must stand in the clear beside a locked secret so that ``unlock`` opens it again. A fresh salt each time.

    ``PassphraseTooShort`` if the passphrase is one.
    """
    salt = secrets.token_hex(SALT_BYTES)
    if isinstance(unlock, Passphrase):
        if len(unlock.text) < MIN_PASSPHRASE:
            raise PassphraseTooShort(least=MIN_PASSPHRASE)
        return {"means": "passphrase", "profile": unlock.profile.name, "salt": salt}
    return {"means": "key file", "salt": salt}


def lock_up(unlock: Unlock, terms: dict[str, str], secret: bytes, *, aad: bytes) -> bytes:
    """``secret`` under AES-256-GCM with the key that ``unlock`` gives for ``terms``, fresh from :func:`lock_terms`."""
    key = _stretched(unlock, bytes.fromhex(terms["salt"]))
    # The salt is fresh, so the key is used for this one message and a constant nonce is unique.
    return AESGCM(key).encrypt(bytes(12), secret, aad)


def unlocked(unlock: Unlock, terms: Any, locked: bytes, *, aad: bytes, path: Path) -> bytes:
    """The secret; ``CouldNotUnlock`` if ``unlock`` is not the one.

    ``terms`` were read from ``path`` and aren't trusted.
    """
    if not isinstance(terms, dict) or terms.get("means") != _means(unlock):
        raise CouldNotUnlock(path=path, means=_means(unlock))
    try:
        salt = bytes.fromhex(terms["salt"])
        if isinstance(unlock, Passphrase):
            # The profile is chosen from the closed list, so a forged file can't ask for terabytes.
            unlock = Passphrase(unlock.text, Argon2Profile[terms["profile"]])
    except (KeyError, TypeError, ValueError):
        raise KeyringDamaged(path=path, why="unlock terms") from None
    if len(salt) != SALT_BYTES:
        raise KeyringDamaged(path=path, why="unlock salt")
    try:
        return AESGCM(_stretched(unlock, salt)).decrypt(bytes(12), locked, aad)
    except InvalidTag:
        raise CouldNotUnlock(path=path, means=_means(unlock)) from None
