"""What a keyring is: named keys, each with a life that ends."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Protocol

from sekisho.keys.errors import KeyNameNotValid

MAX_NAME = 200
"""Longest name, in characters. A name becomes a file name, where 255 bytes is the limit of common file systems; the
rest is left for suffixes."""

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?:/[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)*", re.ASCII)


class KeyKind(StrEnum):
    """What a key may be used for. A key has one kind for life."""

    DATA = "data"
    """Derivation, encryption, blind index: 256 random bits."""
    SIGNER = "signer"
    """Ed25519 signatures (RFC 8032)."""


@dataclass(frozen=True, slots=True)
class KeyInfo:
    """What may be told about a live key. Holds no key material."""

    name: str
    kind: KeyKind


@dataclass(frozen=True, slots=True)
class Destruction:
    """The end of a key: which, as the how-many-eth (``epoch``, from 1, per keyring), when, why.

    It does not claim that no backup still holds the key: see :func:`sekisho.keys.backup.destruction_state`.
    """

    name: str
    epoch: int
    at: datetime
    reason: str


class Signer(Protocol):
    """Signs with one key. Refuses with ``KeyDestroyed`` once that key is gone; the public key can be told forever."""

    @property
    def name(self) -> str:
        """The key's name."""
        ...

    @property
    def public_key(self) -> bytes:
        """Ed25519 public key, 32 bytes (RFC 8032 section 5.1.5)."""
        ...

    def sign(self, message: bytes) -> bytes:
        """The 64-byte Ed25519 signature of ``message``."""
        ...


class Keyring(Protocol):
    """Named keys. Every answer is given only after checking that no key was destroyed meanwhile, by any process.

    ``derive`` and ``decrypt`` hand out values that outlive the check: keep a derived key only in an open reader and ask
    :meth:`epoch` before each answer given from it.
    """

    def create(self, name: str) -> KeyInfo:
        """Make a data key. ``KeyNameUsed`` if the name exists or was ever destroyed. Durable on return."""
        ...

    def create_signer(self, name: str) -> KeyInfo:
        """Make an Ed25519 key. ``KeyNameUsed`` as for :meth:`create`. Durable on return."""
        ...

    def ensure(self, name: str) -> KeyInfo:
        """The data key ``name``, made now if it never existed; ``KeyDestroyed`` if it was destroyed."""
        ...

    def ensure_signer(self, name: str) -> KeyInfo:
        """The signing key ``name``, made now if it never existed; ``KeyDestroyed`` if it was destroyed."""
        ...

    def exists(self, name: str) -> bool:
        """Whether the key is live now. False for a destroyed one."""
        ...

    def names(self) -> list[str]:
        """The names of live keys, sorted."""
        ...

    def derive(self, name: str, *, info: bytes, length: int = 32) -> bytes:
        """HKDF-Expand with SHA-256 (RFC 5869 section 2.3), the named key as PRK. ``length`` in bytes, 1 to 8160."""
        ...

    def encrypt(self, name: str, plaintext: bytes, *, aad: bytes) -> bytes:
        """Seal ``plaintext`` to the key and to ``aad`` (AES-256-GCM, a fresh key per message).

        Hides content, not length.
        """
        ...

    def decrypt(self, name: str, blob: bytes, *, aad: bytes) -> bytes:
        """Open what :meth:`encrypt` made; ``CouldNotDecrypt`` for another key, another ``aad`` or changed bytes."""
        ...

    def blind_index(self, name: str, value: bytes) -> bytes:
        """A keyed hash (32 bytes) that finds equal values without storing them. Equal values are visible as equal."""
        ...

    def signer(self, name: str) -> Signer:
        """The signer made under ``name``."""
        ...

    def destroy(self, name: str, *, at: datetime, reason: str) -> Destruction:
        """End the key's life everywhere. Asked again, it answers with the first record. Durable on return."""
        ...

    def destructions(self) -> list[Destruction]:
        """Every destruction, oldest first."""
        ...

    def epoch(self) -> int:
        """How many keys have been destroyed. Rises at each destruction, in every process at once."""
        ...

    def close(self) -> None:
        """Forget every key in memory. Later use is ``KeyringClosed``."""
        ...


def checked_name(name: str) -> str:
    """``name`` if a key may have it: parts of ``[a-z0-9.-]`` that start and end with a letter or digit, joined by
    ``/``.
    """
    if len(name) > MAX_NAME or not _NAME.fullmatch(name):
        raise KeyNameNotValid(name=name[:60])
    return name


def file_name(name: str) -> str:
    """The key's file name. ``/`` becomes ``_``, which no name contains, so two names never share a file."""
    return checked_name(name).replace("/", "_") + ".key"


def name_of_file(file: str) -> str:
    """The inverse of :func:`file_name`; ``KeyNameNotValid`` if ``file`` is not such a name."""
    if not file.endswith(".key"):
        raise KeyNameNotValid(name=file[:60])
    return checked_name(file.removesuffix(".key").replace("_", "/"))


def utc_text(moment: datetime) -> str:
    """RFC 3339 in UTC; ``moment`` must be aware."""
    if moment.tzinfo is None:
        raise ValueError("a recorded time needs a zone")
    return moment.astimezone(UTC).isoformat()
