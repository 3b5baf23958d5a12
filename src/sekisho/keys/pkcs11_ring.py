"""A keyring whose keys never leave a PKCS#11 security module.

HMAC-SHA256 and Ed25519 happen in the token. What comes out is one HMAC value at a time, from which a derived key or
the key of a single message is made here; the named key itself is sensitive and not extractable, which is checked
before each first use. The token is the authority on what exists: a key destroyed there is gone for every machine. The
directory beside it keeps the tombstones (so that names never return, and as the epoch for workers on this machine)
and the catalogue of backups.

A process can load one PKCS#11 library once, and must not use it across a fork: open the keyring after forking.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import pkcs11
from pkcs11 import Attribute, KeyType, Mechanism, MechanismFlag, ObjectClass
from pkcs11.util.ec import encode_named_curve_parameters

from sekisho.keys.chained_log import ChainedLog
from sekisho.keys.derivation import RESERVED, Mac
from sekisho.keys.disk import Disk, RealDisk, exclusive, put_file
from sekisho.keys.errors import (
    KeyDestroyed,
    KeyNotFound,
    KeyNotProtected,
    KeyringClosed,
    KeyringDamaged,
    KeyringExists,
    KeyringNotFound,
    KeyringUnavailable,
    KeysStayInTheDevice,
    WrongKindOfKey,
)
from sekisho.keys.mortal import LOCK, TOMBSTONES, MortalRing
from sekisho.keys.ring import KeyKind
from sekisho.keys.token_login import Token, asking_token, close_session, open_session

__all__ = ["Pkcs11Keyring", "Token"]

RING: Final = "ring"
_PREFIX: Final = "sekisho"
_OWN: Final = "_ring"
"""Label of the keyring's own key, which MACs its files. No key name contains an underscore."""
_ED25519: Final = encode_named_curve_parameters("1.3.101.112")
"""id-Ed25519, RFC 8410 section 3, as CKA_EC_PARAMS."""
_KEY_BITS: Final = 256


class Pkcs11Keyring(MortalRing):
    """See the module. Open with :meth:`open`, make with :meth:`make`; the constructor is theirs."""

    def __init__(self, directory: Path, disk: Disk, ring_id: str, token: Token) -> None:
        """Logs in to ``token``."""
        super().__init__(directory, disk)
        self.ring_id = ring_id
        self._token = token
        self._process = os.getpid()
        self._handles: dict[str, tuple[KeyKind, Any]] = {}
        self._session = open_session(token)
        try:
            self._own_key = self._find_own_key()
            self._start()
        except BaseException:
            close_session(token, self._session)
            raise

    @classmethod
    def make(cls, directory: Path, token: Token, *, disk: Disk | None = None) -> Pkcs11Keyring:
        """A new, empty keyring: a key of its own in the token, tombstones in ``directory``.

        ``KeyringExists`` if there is one.
        """
        disk = disk or RealDisk()
        disk.make_directory(directory)
        disk.sync_directory(directory.parent)
        with exclusive(directory / LOCK):
            if (directory / RING).exists():
                raise KeyringExists(path=directory)
            ring_id = secrets.token_hex(16)
            session = open_session(token)
            try:
                with asking_token():
                    _generate_secret(session, _label(ring_id, _OWN))
            finally:
                close_session(token, session)
            ChainedLog.make(directory / TOMBSTONES, disk)
            put_file(disk, directory / RING, ring_id.encode())
        return cls(directory, disk, ring_id, token)

    @classmethod
    def open(cls, directory: Path, token: Token, *, disk: Disk | None = None) -> Pkcs11Keyring:
        """The keyring of ``directory``. Finishes destructions that a crash interrupted."""
        try:
            ring_id = (directory / RING).read_bytes()[:33].decode("ascii")
        except FileNotFoundError:
            raise KeyringNotFound(path=directory) from None
        except UnicodeDecodeError:
            raise KeyringDamaged(path=directory / RING, why="not a keyring's ring file") from None
        return cls(directory, disk or RealDisk(), ring_id, token)

    def close(self) -> None:
        """See :class:`sekisho.keys.ring.Keyring`."""
        with self._guard:
            if self._closed is None:
                super().close()
                close_session(self._token, self._session)

    # -- primitives --------------------------------------------------------------------------------------------------

    def _look(self) -> None:
        if os.getpid() != self._process:
            raise KeyringClosed(why="opened by another process")
        super()._look()

    def _log_mac(self, purpose: str) -> Mac:
        start = RESERVED + b"log/1\x00" + purpose.encode() + b"\x00"
        return lambda data: _hmac(self._own_key, start + data)

    def _find_own_key(self) -> Any:
        with asking_token():
            for found in list(self._session.get_objects(self._template(_OWN, KeyKind.DATA))):
                _refuse_unprotected(found, _OWN)
                return found
        why = f"the token {self._token.label!r} has no key of this keyring"
        raise KeyringDamaged(path=self.directory / RING, why=why)

    def _template(self, name: str, kind: KeyKind) -> dict[Attribute, Any]:
        which = ObjectClass.SECRET_KEY if kind is KeyKind.DATA else ObjectClass.PRIVATE_KEY
        return {Attribute.CLASS: which, Attribute.LABEL: _label(self.ring_id, name)}

    def _listed(self) -> Iterable[str]:
        start = _label(self.ring_id, "")
        names = set()
        with asking_token():
            for which in (ObjectClass.SECRET_KEY, ObjectClass.PRIVATE_KEY):
                for found in self._session.get_objects({Attribute.CLASS: which}):
                    label = str(found[Attribute.LABEL])
                    if label.startswith(start):
                        names.add(label.removeprefix(start))
        return names - {_OWN}

    def _find(self, name: str) -> tuple[KeyKind, Any]:
        held = self._handles.get(name)
        if held is None:
            with asking_token():
                for kind in KeyKind:
                    for found in list(self._session.get_objects(self._template(name, kind))):
                        _refuse_unprotected(found, name)
                        held = self._handles[name] = (kind, found)
            if held is None:
                self._look()
                self._tombstones.refuse(name)
                raise KeyNotFound(name=name)
        return held

    def _kind(self, name: str) -> KeyKind | None:
        # Asked of the token each time: another machine may have destroyed the key, and its tombstone isn't here.
        self._forget([name])
        try:
            return self._find(name)[0]
        except (KeyNotFound, KeyDestroyed):
            return None

    def _make(self, name: str, kind: KeyKind) -> None:
        label = _label(self.ring_id, name)
        with asking_token():
            if kind is KeyKind.DATA:
                _generate_secret(self._session, label)
            else:
                curve = self._session.create_domain_parameters(
                    KeyType.EC_EDWARDS, {Attribute.EC_PARAMS: _ED25519}, local=True
                )
                curve.generate_keypair(
                    mechanism=Mechanism.EC_EDWARDS_KEY_PAIR_GEN,
                    store=True,
                    label=label,
                    capabilities=MechanismFlag.SIGN | MechanismFlag.VERIFY,
                    private_template={Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False},
                )

    def _erase(self, name: str) -> None:
        label = _label(self.ring_id, name)
        with asking_token():
            # The private half first: a crash in between leaves a public key, which reveals nothing and signs nothing.
            for which in (ObjectClass.SECRET_KEY, ObjectClass.PRIVATE_KEY, ObjectClass.PUBLIC_KEY):
                for found in list(self._session.get_objects({Attribute.CLASS: which, Attribute.LABEL: label})):
                    found.destroy()

    def _forget(self, names: Iterable[str] | None) -> None:
        if names is None:
            self._handles.clear()
        else:
            for name in names:
                self._handles.pop(name, None)

    def _handle(self, name: str, needed: KeyKind) -> Any:
        kind, handle = self._find(name)
        if kind is not needed:
            raise WrongKindOfKey(name=name, kind=kind.value, needed=needed.value)
        return handle

    def _mac(self, name: str) -> Mac:
        handle = self._handle(name, KeyKind.DATA)
        return lambda data: self._answer(name, handle, data, Mechanism.SHA256_HMAC)

    def _signature(self, name: str, message: bytes) -> bytes:
        return self._answer(name, self._handle(name, KeyKind.SIGNER), message, Mechanism.EDDSA)

    def _answer(self, name: str, handle: Any, data: bytes, mechanism: Mechanism) -> bytes:
        try:
            return bytes(handle.sign(data, mechanism=mechanism))
        except (pkcs11.ObjectHandleInvalid, pkcs11.KeyHandleInvalid):
            # Destroyed in the token since the handle was found, perhaps by another machine.
            self._forget([name])
            self._look()
            self._tombstones.refuse(name)
            raise KeyNotFound(name=name) from None
        except pkcs11.PKCS11Error as error:
            raise KeyringUnavailable(why=f"token: {type(error).__name__}") from error

    def _public_key(self, name: str) -> bytes:
        self._handle(name, KeyKind.SIGNER)
        template = {Attribute.CLASS: ObjectClass.PUBLIC_KEY, Attribute.LABEL: _label(self.ring_id, name)}
        with asking_token():
            for found in list(self._session.get_objects(template)):
                point = bytes(found[Attribute.EC_POINT])
                # PKCS#11 2.40 errata wrap the point in a DER OCTET STRING, 3.0 does not; tokens do either.
                return point[2:] if len(point) == 34 and point[:2] == b"\x04\x20" else point
        raise KeyringDamaged(path=self.directory, why=f"the token has no public key for {name}")

    def secrets_for_backup(self) -> list[tuple[str, KeyKind, bytes]]:
        """``KeysStayInTheDevice``, always."""
        raise KeysStayInTheDevice(token=self._token.label)


def _label(ring_id: str, name: str) -> str:
    return f"{_PREFIX}:{ring_id}:{name}"


def _generate_secret(session: Any, label: str) -> None:
    session.generate_key(
        KeyType.GENERIC_SECRET,
        _KEY_BITS,
        mechanism=Mechanism.GENERIC_SECRET_KEY_GEN,
        capabilities=MechanismFlag.SIGN,
        store=True,
        label=label,
        template={Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False},
    )


def _refuse_unprotected(found: Any, name: str) -> None:
    if found[Attribute.EXTRACTABLE] or not found[Attribute.SENSITIVE]:
        raise KeyNotProtected(name=name)


def _hmac(key: Any, data: bytes) -> bytes:
    with asking_token():
        return bytes(key.sign(data, mechanism=Mechanism.SHA256_HMAC))
