"""Making a workspace in steps, the last of which makes it one: a crash before leaves nothing that can be opened."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from sekisho.keys import Unlock
from sekisho.ledger import Ledger
from sekisho.store import identity, outbox
from sekisho.store.commit import CommitQueue
from sekisho.store.database import Database
from sekisho.store.files import FileLayer, RealFiles
from sekisho.store.identity import LegalConfirmation
from sekisho.store.migrate import migrate
from sekisho.workspace import parts
from sekisho.workspace.errors import DatabaseTaken, WorkspaceBusy, WorkspaceExists
from sekisho.workspace.settings import EMBEDDED_DATABASE, FORMAT, Settings, read_settings, write_settings

if TYPE_CHECKING:  # loading PKCS#11 is left to those who use it
    from sekisho.keys.pkcs11_ring import Token

CREATING_NAME = "creating"
"""Marks a creation under way; holds the id the workspace will have. Without ``workspace.toml`` it can be repeated."""


@dataclass(slots=True)
class Creation:
    """One creation. ``at`` is aware; ``database_url`` None means SQLite in ``path``; ``origin`` None a random one."""

    path: Path
    name: str
    legal_confirmation: LegalConfirmation
    keyring: Unlock | Token
    database_url: str | None
    origin: str | None
    at: datetime
    files: FileLayer = field(default_factory=RealFiles)
    workspace_id: str = ""
    ledger_key: str = ""

    def run(self) -> None:
        """All steps, under the workspace's lock. Raises ``WorkspaceExists`` for a place that holds anything else."""
        self.files.ensure_directory(self.path)
        if set(self.files.names(self.path)) - {parts.LOCK_NAME} and not self._begun():
            raise WorkspaceExists(path=str(self.path))
        self.path.chmod(0o700)
        with parts.lock(self.path, shared=False):
            if read_settings(self.path) is not None:
                raise WorkspaceExists(path=str(self.path))
            self._clear_leftovers()
            for step in STEPS:
                step(self)

    def _begun(self) -> bool:
        return self.files.exists(self.path / CREATING_NAME)

    def _clear_leftovers(self) -> None:
        """Take over the id of an interrupted creation, and remove what it made: it never acknowledged anything."""
        marker = self.path / CREATING_NAME
        self.workspace_id = self.files.read(marker).decode() if self._begun() else secrets.token_hex(16)
        for name in (parts.LEDGER_NAME, parts.KEYS_NAME):
            shutil.rmtree(self.path / name, ignore_errors=True)
        for left in self.path.glob(parts.DATABASE_NAME + "*"):
            left.unlink()

    def mark_begun(self) -> None:
        """From here on the directory is known to be ours to clear."""
        self.files.publish([(self.path / CREATING_NAME, self.workspace_id.encode())])

    def make_keyring(self) -> None:
        """The keyring, the ledger's signing key and the house key."""
        ring = parts.make_keyring(self.path, self.keyring)
        try:
            ring.ensure_signer(parts.LEDGER_KEY)
            ring.ensure(parts.HOUSE_KEY)
            self.ledger_key = ring.signer(parts.LEDGER_KEY).public_key.hex()
        finally:
            ring.close()

    def make_database(self) -> None:
        """The schema and an empty ledger's mark; in a database of its own, or one this creation had begun to use."""
        if self.database_url is None:
            # Made before SQLite opens it, which gives its other files the mode this one has.
            self.files.create(self.path / parts.DATABASE_NAME).close()
            (self.path / parts.DATABASE_NAME).chmod(0o600)
        with Database(parts.url_of(self.path, self.settings())) as database:
            migrate(database)
            with database.write() as connection:
                found = identity.read_identity(connection)
                if found is not None and found.workspace_id != self.workspace_id:
                    raise DatabaseTaken(workspace_id=found.workspace_id)
                identity.clear(connection)
                outbox.clear(connection)
                outbox.start_mark(connection)
        self.files.sync_directory(self.path)

    def make_ledger(self) -> None:
        """An empty ledger with a signed checkpoint."""
        settings = self.settings()
        ring = parts.open_keyring(self.path, settings, self.keyring)
        try:
            signer = parts.LedgerSigner(settings.origin, ring.signer(parts.LEDGER_KEY))
            directory = self.path / parts.LEDGER_NAME
            Ledger.create(directory, origin=settings.origin, signer=signer, files=self.files).close()
        finally:
            ring.close()

    def take_database(self) -> None:
        """The identity row, and the ledger's first leaf, which says the same: neither can be edited unnoticed."""
        settings = self.settings()
        facts = settings.identity
        body = orjson.dumps(
            {
                "workspace_id": facts.workspace_id,
                "name": facts.name,
                "origin": facts.origin,
                "legal_confirmation": facts.legal_confirmation,
                "created_at": settings.created_at,
            }
        )
        ring = parts.open_keyring(self.path, settings, self.keyring)
        try:
            leaf = parts.seal(ring, kind="workspace.created", owner=parts.HOUSE_KEY, body=body, at=facts.created_at)
            with Database(parts.url_of(self.path, settings)) as database:
                open_log = parts.OpenLog(self.path, settings, ring)
                queue = CommitQueue.open(database, open_log=open_log, leaf_id_of=parts.leaf_id_of)
                if queue is None:
                    raise WorkspaceBusy(path=str(self.path))
                try:
                    queue.commit(lambda connection: identity.write_identity(connection, facts), [leaf])
                finally:
                    queue.close()
        finally:
            ring.close()

    def finish(self) -> None:
        """``workspace.toml``: from here on it is a workspace."""
        write_settings(self.files, self.path, self.settings())
        self.files.unlink(self.path / CREATING_NAME)
        self.files.sync_directory(self.path)

    def settings(self) -> Settings:
        """What ``workspace.toml`` will say."""
        return Settings(
            format=FORMAT,
            workspace_id=self.workspace_id,
            name=self.name,
            origin=self.origin or f"sekisho/{self.workspace_id}",
            legal_confirmation=self.legal_confirmation,
            created_at=self.at.isoformat(),
            database=self.database_url or EMBEDDED_DATABASE,
            keyring=parts.keyring_kind(self.keyring),
            ledger_key=self.ledger_key,
        )


STEPS: tuple[Callable[[Creation], None], ...] = (
    Creation.mark_begun,
    Creation.make_keyring,
    Creation.make_database,
    Creation.make_ledger,
    Creation.take_database,
    Creation.finish,
)
"""In this order. A crash before the end of the last leaves no workspace."""
