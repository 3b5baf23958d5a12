"""What every keyring does the same: names, ends of life, epochs, and the order in which things become durable.

A keyring for a new kind of storage subclasses :class:`MortalRing` and says only how a key is kept, used and erased.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sekisho.keys import derivation
from sekisho.keys.catalogue import Catalogue
from sekisho.keys.chained_log import ChainedLog
from sekisho.keys.derivation import Mac
from sekisho.keys.disk import Disk, exclusive
from sekisho.keys.epoch import Tombstones
from sekisho.keys.errors import KeyNameUsed, KeyNotFound, KeyringClosed, WrongKindOfKey
from sekisho.keys.ring import Destruction, KeyInfo, KeyKind, Signer, checked_name

TOMBSTONES = "tombstones"
CATALOGUE = "backups"
LOCK = "lock"


class MortalRing(ABC):
    """Implements :class:`sekisho.keys.ring.Keyring` over eight primitives.

    Threads may share one; each answer is given under a lock, after looking for new tombstones.
    """

    def __init__(self, directory: Path, disk: Disk) -> None:
        """``directory`` holds the tombstones, the catalogue of backups and the lock file."""
        self.directory = directory
        self._disk = disk
        self._guard = threading.RLock()
        self._changes = 0
        self._closed: str | None = None

    def _start(self) -> None:
        """Read the tombstones and finish what a crash interrupted. Called once, when ``_log_mac`` can be answered."""
        self._tombstones = Tombstones(self.directory / TOMBSTONES, self._disk, self._log_mac(TOMBSTONES))
        with self._changing():
            for name in self._listed():
                if self._tombstones.find(name) is not None:
                    self._erase(name)

    # -- how keys are kept -------------------------------------------------------------------------------------------

    @abstractmethod
    def _log_mac(self, purpose: str) -> Mac:
        """HMAC under a key of the keyring's own, one per purpose."""

    @abstractmethod
    def _listed(self) -> Iterable[str]:
        """Names for which key material is there."""

    @abstractmethod
    def _kind(self, name: str) -> KeyKind | None:
        """The kind of the key that is there, or None."""

    @abstractmethod
    def _make(self, name: str, kind: KeyKind) -> None:
        """Make key material, durable on return. The lock is held and the name is free."""

    @abstractmethod
    def _erase(self, name: str) -> None:
        """Erase key material if any is there, durable on return. The tombstone is already durable."""

    @abstractmethod
    def _forget(self, names: Iterable[str] | None) -> None:
        """Drop what is in memory for ``names`` (None: everything)."""

    @abstractmethod
    def _mac(self, name: str) -> Mac:
        """HMAC-SHA256 under the data key; ``KeyNotFound`` if it isn't there. Used at once, not kept."""

    @abstractmethod
    def _public_key(self, name: str) -> bytes:
        """The Ed25519 public key of a signing key."""

    @abstractmethod
    def _signature(self, name: str, message: bytes) -> bytes:
        """An Ed25519 signature."""

    @abstractmethod
    def secrets_for_backup(self) -> list[tuple[str, KeyKind, bytes]]:
        """Every live key in the clear, for :mod:`sekisho.keys.backup` alone.

        ``KeysStayInTheDevice`` where they can't be.
        """

    # -- life and death ----------------------------------------------------------------------------------------------

    def _look(self) -> None:
        if self._closed is not None:
            raise KeyringClosed(why=self._closed)
        fresh = self._tombstones.newly_destroyed()
        if fresh:
            self._forget(fresh)

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Exclusive among threads and processes, with every tombstone read."""
        with self._guard:
            if self._changes > 0:
                # This thread holds the file lock already; asking for it again would wait for itself.
                yield
                return
            with exclusive(self.directory / LOCK):
                self._changes += 1
                try:
                    self._look()
                    self._tombstones.settle()
                    yield
                finally:
                    self._changes -= 1

    def _create(self, name: str, kind: KeyKind) -> KeyInfo:
        checked_name(name)
        with self._changing():
            if self._tombstones.find(name) is not None:
                raise KeyNameUsed(name=name, state="destroyed")
            if self._kind(name) is not None:
                raise KeyNameUsed(name=name, state="live")
            self._make(name, kind)
        return KeyInfo(name, kind)

    def _ensure(self, name: str, kind: KeyKind) -> KeyInfo:
        with self._guard:
            self._look()
            self._tombstones.refuse(checked_name(name))
            there = self._kind(name)
            if there is None:
                try:
                    return self._create(name, kind)
                except KeyNameUsed:
                    # Another process was quicker, or it was made and destroyed meanwhile: both are told below.
                    self._tombstones.refuse(name)
                    there = self._kind(name)
            if there is not kind:
                raise WrongKindOfKey(name=name, kind=there, needed=kind.value)
            return KeyInfo(name, kind)

    def create(self, name: str) -> KeyInfo:
        """See :class:`sekisho.keys.ring.Keyring`."""
        return self._create(name, KeyKind.DATA)

    def create_signer(self, name: str) -> KeyInfo:
        """See :class:`sekisho.keys.ring.Keyring`."""
        return self._create(name, KeyKind.SIGNER)

    def ensure(self, name: str) -> KeyInfo:
        """See :class:`sekisho.keys.ring.Keyring`."""
        return self._ensure(name, KeyKind.DATA)

    def ensure_signer(self, name: str) -> KeyInfo:
        """See :class:`sekisho.keys.ring.Keyring`."""
        return self._ensure(name, KeyKind.SIGNER)

    def exists(self, name: str) -> bool:
        """See :class:`sekisho.keys.ring.Keyring`."""
        with self._guard:
            self._look()
            return self._tombstones.find(checked_name(name)) is None and self._kind(name) is not None

    def names(self) -> list[str]:
        """See :class:`sekisho.keys.ring.Keyring`."""
        with self._guard:
            self._look()
            return sorted(name for name in self._listed() if self._tombstones.find(name) is None)

    def destroy(self, name: str, *, at: datetime, reason: str) -> Destruction:
        """See :class:`sekisho.keys.ring.Keyring`.

        The tombstone comes first: a crash after it leaves the key destroyed.
        """
        checked_name(name)
        with self._changing():
            end = self._tombstones.find(name)
            if end is None:
                if self._kind(name) is None:
                    raise KeyNotFound(name=name)
                end = self._tombstones.add(name, at=at, reason=reason)
            self._forget([name])
            self._erase(name)
            return end

    def apply_destructions(self, destroyed: Iterable[Destruction]) -> list[Destruction]:
        """Make sure each of ``destroyed`` is destroyed here too, whether or not its key is there; the new ones, in
        order.

        For destructions recorded elsewhere (the ledger, a backup). ``at`` and ``reason`` are kept; the epoch is this
        keyring's own.
        """
        added = []
        with self._changing():
            for end in destroyed:
                if self._tombstones.find(checked_name(end.name)) is None:
                    added.append(self._tombstones.add(end.name, at=end.at, reason=end.reason))
                    self._forget([end.name])
                    self._erase(end.name)
        return added

    def destructions(self) -> list[Destruction]:
        """See :class:`sekisho.keys.ring.Keyring`."""
        with self._guard:
            self._look()
            return self._tombstones.all()

    def epoch(self) -> int:
        """See :class:`sekisho.keys.ring.Keyring`."""
        with self._guard:
            self._look()
            return len(self._tombstones)

    def close(self) -> None:
        """See :class:`sekisho.keys.ring.Keyring`."""
        with self._guard:
            if self._closed is None:
                self._forget(None)
                self._closed = "closed"

    @contextmanager
    def catalogue(self) -> Iterator[Catalogue]:
        """The catalogue of key backups, while nobody else changes the keyring."""
        with self._changing():
            path = self.directory / CATALOGUE
            ChainedLog.make(path, self._disk)
            yield Catalogue(ChainedLog(path, self._disk, self._log_mac(CATALOGUE)))

    # -- use ---------------------------------------------------------------------------------------------------------

    @contextmanager
    def _using(self, name: str) -> Iterator[Mac]:
        with self._guard:
            self._look()
            self._tombstones.refuse(checked_name(name))
            yield self._mac(name)

    def derive(self, name: str, *, info: bytes, length: int = 32) -> bytes:
        """See :class:`sekisho.keys.ring.Keyring`."""
        with self._using(name) as mac:
            return derivation.expand(mac, info, length)

    def encrypt(self, name: str, plaintext: bytes, *, aad: bytes) -> bytes:
        """See :class:`sekisho.keys.ring.Keyring`."""
        with self._using(name) as mac:
            return derivation.seal(mac, name, plaintext, aad)

    def decrypt(self, name: str, blob: bytes, *, aad: bytes) -> bytes:
        """See :class:`sekisho.keys.ring.Keyring`."""
        with self._using(name) as mac:
            return derivation.open_sealed(mac, name, blob, aad)

    def blind_index(self, name: str, value: bytes) -> bytes:
        """See :class:`sekisho.keys.ring.Keyring`."""
        with self._using(name) as mac:
            return derivation.blind(mac, value)

    def signer(self, name: str) -> Signer:
        """See :class:`sekisho.keys.ring.Keyring`."""
        with self._guard:
            self._look()
            self._tombstones.refuse(checked_name(name))
            return _RingSigner(self, name, self._public_key(name))

    def _sign(self, name: str, message: bytes) -> bytes:
        with self._guard:
            self._look()
            self._tombstones.refuse(name)
            return self._signature(name, message)


class _RingSigner:
    """A signer that asks its keyring each time, so that a destroyed key signs nothing more."""

    __slots__ = ("_ring", "name", "public_key")

    def __init__(self, ring: MortalRing, name: str, public_key: bytes) -> None:
        self._ring = ring
        self.name = name
        self.public_key = public_key

    def sign(self, message: bytes) -> bytes:
        """See :class:`sekisho.keys.ring.Signer`."""
        return self._ring._sign(self.name, message)  # noqa: SLF001  the signer is a part of its keyring
