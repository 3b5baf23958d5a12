"""What a workspace is put together from: its lock, keyring, ledger and the sealing of leaves."""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from sekisho.keys import FileKeyring, KeyFile, Keyring, Passphrase, Unlock
from sekisho.keys import Signer as KeySigner
from sekisho.keys.schedule import workspace_key
from sekisho.ledger import Ledger, parse_leaf, seal_leaf
from sekisho.ledger.errors import LedgerBusy
from sekisho.store import identity
from sekisho.store.database import Database
from sekisho.store.files import RealFiles
from sekisho.store.migrate import require_current
from sekisho.store.outbox import SealedLeaf
from sekisho.workspace.errors import DatabaseUnreachable, WorkspaceBusy, WorkspaceMismatch
from sekisho.workspace.settings import EMBEDDED_DATABASE, KeyringKind, Settings

if TYPE_CHECKING:  # loading PKCS#11 is left to those who use it
    from sekisho.keys.pkcs11_ring import Token

DATABASE_NAME = "database.sqlite3"
LEDGER_NAME = "ledger"
KEYS_NAME = "keys"
LOCK_NAME = "workspace.lock"

LEDGER_KEY = workspace_key("ledger-signing")
"""Signs the ledger's checkpoints. Lives as long as the workspace."""

HOUSE_KEY = workspace_key("house")
"""Owner of leaves about the workspace itself, which say nothing about a person or a communication."""

_LEAF_ID_BYTES = 16
"""Random, so that two workers never choose the same: 2**64 leaves before a collision is likely."""


@dataclass(frozen=True, slots=True)
class LedgerSigner:
    """The keyring's signer under the ledger's name, as signed notes want it (C2SP tlog-checkpoint: name = origin)."""

    name: str
    signer: KeySigner

    @property
    def public_key(self) -> bytes:
        """The 32 raw bytes."""
        return self.signer.public_key

    def sign(self, message: bytes) -> bytes:
        """Ed25519 by the keyring."""
        return self.signer.sign(message)


class OpenLog:
    """Opens the ledger for the commit queue: None while another process has it."""

    def __init__(self, path: Path, settings: Settings, ring: Keyring) -> None:
        """For the workspace in ``path``; opens nothing yet."""
        self._directory = path / LEDGER_NAME
        self._origin = settings.origin
        self._signer = LedgerSigner(settings.origin, ring.signer(LEDGER_KEY))

    def __call__(self) -> Ledger | None:
        """The ledger open for appending, or None."""
        try:
            return Ledger.open(self._directory, origin=self._origin, signer=self._signer, files=RealFiles())
        except LedgerBusy:
            return None


@contextmanager
def lock(path: Path, *, shared: bool) -> Iterator[None]:
    """Hold the workspace's lock, else ``WorkspaceBusy``. The kernel frees it however the process ends."""
    descriptor = os.open(path / LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            raise WorkspaceBusy(path=str(path)) from None
        yield
    finally:
        os.close(descriptor)


def url_of(path: Path, settings: Settings) -> str:
    """The database's URL."""
    return f"sqlite:///{path / DATABASE_NAME}" if settings.database == EMBEDDED_DATABASE else settings.database


def open_database(path: Path, settings: Settings) -> Database:
    """The database, at this program's schema and of this workspace. ``WorkspaceMismatch``, ``SchemaTooOld`` …"""
    if settings.database == EMBEDDED_DATABASE and not (path / DATABASE_NAME).exists():
        # SQLite would make an empty one.
        raise WorkspaceMismatch(path=str(path), what="database_file_missing")
    database = Database(url_of(path, settings))
    try:
        require_current(database)
        with database.read() as connection:
            found = identity.read_identity(connection)
    except SQLAlchemyError as error:
        database.close()
        raise unreachable(path, error) from error
    except BaseException:
        database.close()
        raise
    if found != settings.identity:
        database.close()
        raise WorkspaceMismatch(path=str(path), what="workspace.toml_and_database")
    return database


def require_reachable(path: Path, url: str) -> None:
    """``DatabaseUrlRefused`` or ``DatabaseUnreachable`` for a database that a workspace can't be made with."""
    with Database(url) as database:
        if not database.several_workers:
            return  # SQLite makes its file when it is first asked
        try:
            database.ping()
        except SQLAlchemyError as error:
            raise unreachable(path, error) from error


def unreachable(path: Path, error: SQLAlchemyError) -> DatabaseUnreachable:
    """The error for a database that does not answer. Names the kind of error: its text may hold rows or addresses."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    return DatabaseUnreachable(path=str(path), cause=type(cause).__name__)


def keyring_kind(unlock: Unlock | Token) -> KeyringKind:
    """Which kind of keyring this opens."""
    return "file" if isinstance(unlock, (KeyFile, Passphrase)) else "pkcs11"


def make_keyring(path: Path, unlock: Unlock | Token) -> Keyring:
    """A new keyring for the workspace in ``path``."""
    if isinstance(unlock, (KeyFile, Passphrase)):
        return FileKeyring.make(path / KEYS_NAME, unlock)
    from sekisho.keys.pkcs11_ring import Pkcs11Keyring  # noqa: PLC0415  loads the PKCS#11 library: only where there is one

    return Pkcs11Keyring.make(path / KEYS_NAME, unlock)


def open_keyring(path: Path, settings: Settings, unlock: Unlock | Token) -> Keyring:
    """The workspace's keyring. ``WorkspaceMismatch`` if it is of another kind or not the one that signs the ledger."""
    if keyring_kind(unlock) != settings.keyring:
        raise WorkspaceMismatch(path=str(path), what=f"the_keyring_is_{settings.keyring}")
    ring: Keyring
    if isinstance(unlock, (KeyFile, Passphrase)):
        ring = FileKeyring.open(path / KEYS_NAME, unlock)
    else:
        from sekisho.keys.pkcs11_ring import Pkcs11Keyring  # noqa: PLC0415  as in make_keyring

        ring = Pkcs11Keyring.open(path / KEYS_NAME, unlock)
    if ring.signer(LEDGER_KEY).public_key.hex() != settings.ledger_key:
        ring.close()
        raise WorkspaceMismatch(path=str(path), what="workspace.toml_and_keyring")
    return ring


def seal(ring: Keyring, *, kind: str, owner: str, body: bytes, at: datetime) -> SealedLeaf:
    """A leaf with a fresh id: committed to with a salt from the owner's key, its body encrypted under the same."""
    leaf_id = secrets.token_hex(_LEAF_ID_BYTES)
    ring.ensure(owner)
    return SealedLeaf(
        id=leaf_id,
        kind=kind,
        owner=owner,
        at=at,
        body=ring.encrypt(owner, body, aad=body_place(leaf_id)),
        leaf=seal_leaf(
            leaf_id=leaf_id, kind=kind, at=at, owner=owner, body=body, salt=ring.derive(owner, info=salt_info(leaf_id))
        ),
    )


def salt_info(leaf_id: str) -> bytes:
    """What a leaf's salt is derived with (HKDF info), from its owner's key."""
    return b"sekisho/leaf-salt/1\x00" + leaf_id.encode()


def body_place(leaf_id: str) -> bytes:
    """What a stored body is bound to, so that it opens in no other row."""
    return b"sekisho/leaf-body/1\x00" + leaf_id.encode()


def leaf_id_of(leaf: bytes) -> str:
    """The id inside a leaf. Raises ``LeafMalformed``."""
    return parse_leaf(leaf).id
