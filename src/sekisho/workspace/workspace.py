"""An open workspace.

::

    DIR/
      workspace.toml      what it is; a directory without it is no workspace
      workspace.lock      held while someone writes (SQLite: one process; PostgreSQL: any number, but no migration)
      database.sqlite3    with SQLite
      ledger/             tiles and checkpoints, append-only
      keys/               the keyring; of no use without the key file, passphrase or token that opens it

What a desk does with it: seal leaves (:meth:`Workspace.seal`), and commit rows and leaves together
(:meth:`Workspace.commit`). Nothing else writes to the database, and nobody else appends to the ledger.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self, TypeVar

import orjson
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from sekisho.access.events import Change
from sekisho.clock import Clock, SystemClock
from sekisho.keys import Destruction, Keyring, Unlock
from sekisho.keys.backup import Restored
from sekisho.keys.errors import KeyNotFound
from sekisho.ledger import Ledger, LedgerReader, parse_leaf
from sekisho.ledger.checkpoint import require_origin
from sekisho.store import custody as held_by
from sekisho.store import identity, outbox
from sekisho.store.commit import CommitQueue
from sekisho.store.custody import HeldLeaf
from sekisho.store.database import Database
from sekisho.store.identity import LegalConfirmation
from sekisho.store.migrate import migrate
from sekisho.store.outbox import OutboxRow, SealedLeaf
from sekisho.store.recovery import UnknownLeaves, match_tail
from sekisho.store.units import Committed, Leaves
from sekisho.workspace import custody, destructions, parts, restoring
from sekisho.workspace.creation import CREATING_NAME, Creation
from sekisho.workspace.errors import (
    KeyringNeeded,
    WorkspaceBusy,
    WorkspaceIncomplete,
    WorkspaceMissing,
    WorkspaceReadOnly,
)
from sekisho.workspace.settings import EMBEDDED_DATABASE, Settings, checked_name, read_settings

if TYPE_CHECKING:  # loading PKCS#11 is left to those who use it
    from sekisho.keys.pkcs11_ring import Token

T = TypeVar("T")

Mode = Literal["write", "read"]


@dataclass(frozen=True, slots=True)
class AcceptedLoss:
    """``count`` leaves without rows, all with an index in [``start``, ``stop``).

    ``destructions`` of them recorded the end of a key: which key is not known any more. A keyring that was not itself
    restored still knows.
    """

    count: int
    start: int
    stop: int
    destructions: int


@dataclass(frozen=True, slots=True)
class OpenedLeaf:
    """A leaf with what opens it: who is given ``body`` and ``salt`` can check this leaf, and no other."""

    row: OutboxRow
    body: bytes
    salt: bytes


class Workspace:
    """An open workspace; thread-safe. Close it, or use it in a ``with`` statement."""

    def __init__(
        self,
        path: Path,
        settings: Settings,
        *,
        database: Database,
        keyring: Keyring | None,
        queue: CommitQueue | None,
        clock: Clock,
        release: ExitStack,
    ) -> None:
        """Use :meth:`create` or :meth:`open`."""
        self._path = path
        self._settings = settings
        self._database = database
        self._keyring = keyring
        self._queue = queue
        self._clock = clock
        self._release = release

    # --- making and opening ------------------------------------------------------------------------------------------

    @classmethod
    def create(
        cls,
        path: Path,
        *,
        name: str,
        legal_confirmation: LegalConfirmation,
        keyring: Unlock | Token,
        database_url: str | None = None,
        origin: str | None = None,
        clock: Clock | None = None,
    ) -> Self:
        """Make a workspace in ``path`` (absent or empty) and open it for writing.

        ``keyring`` is what will open the keyring from now on: a passphrase, a key file (made before, best kept on
        another medium), or a token. ``database_url`` None means SQLite inside ``path``. ``origin`` names the ledger in
        its checkpoints for everyone who checks them; by default ``sekisho/`` and the workspace's random id.

        A crash half-way leaves nothing that :meth:`open` accepts; creating again in the same place clears it away.
        Raises ``WorkspaceExists``, ``DatabaseTaken``, ``WorkspaceNameRefused``, ``DatabaseUrlRefused``,
        ``DatabaseUnreachable``.
        """
        clock = clock or SystemClock()
        checked_name(name)
        if origin is not None:
            require_origin(origin)
        if database_url is not None:
            parts.require_reachable(path, database_url)  # before anything is made
        creation = Creation(
            path=path,
            name=name,
            legal_confirmation=legal_confirmation,
            keyring=keyring,
            database_url=database_url,
            origin=origin,
            at=clock.now().astimezone(UTC),
        )
        try:
            creation.run()
        except SQLAlchemyError as error:
            raise parts.unreachable(path, error) from error
        return cls.open(path, keyring=keyring, clock=clock)

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        mode: Mode = "write",
        keyring: Unlock | Token | None = None,
        clock: Clock | None = None,
    ) -> Self:
        """Open the workspace in ``path``; for writing, this also recovers ledger and database after a crash.

        With a keyring, keys whose destruction is on record are destroyed before anything is answered, wherever a crash
        or a restored keyring had left them. ``read`` takes no lock, sees the ledger up to its last published
        checkpoint, and needs ``keyring`` only to open what is encrypted. Raises the errors of
        :mod:`sekisho.workspace.errors`, ``SchemaTooOld``, ``SchemaTooNew``, ``LedgerBehindDatabase``,
        ``LedgerAheadOfDatabase``, and what keyring and ledger raise.
        """
        settings = _settings_of(path)
        with ExitStack() as stack:
            if mode == "write":
                if keyring is None:
                    raise KeyringNeeded
                stack.enter_context(parts.lock(path, shared=settings.database != EMBEDDED_DATABASE))
            database = stack.enter_context(parts.open_database(path, settings))
            ring = None
            if keyring is not None:
                ring = parts.open_keyring(path, settings, keyring)
                stack.callback(ring.close)
            queue = None
            if mode == "write" and ring is not None:
                open_log = parts.OpenLog(path, settings, ring)
                queue = CommitQueue.open(database, open_log=open_log, leaf_id_of=parts.leaf_id_of)
                if queue is None:
                    raise WorkspaceBusy(path=str(path))
                stack.callback(queue.close)
                (path / CREATING_NAME).unlink(missing_ok=True)  # a crash just after workspace.toml leaves it
                restoring.erase_leftovers(path)
            if ring is not None:
                destructions.apply_recorded(database, ring)
            return cls(
                path,
                settings,
                database=database,
                keyring=ring,
                queue=queue,
                clock=clock or SystemClock(),
                release=stack.pop_all(),
            )

    @staticmethod
    def migrate(path: Path) -> tuple[str | None, str]:
        """Bring the database of the workspace in ``path`` to this program's schema; the revision before and after.

        Nobody may be writing: raises ``WorkspaceBusy``. Raises ``SchemaTooNew``. Take a backup first: the only way back
        is restoring it.
        """
        settings = _settings_of(path)
        with parts.lock(path, shared=False), Database(parts.url_of(path, settings)) as database:
            try:
                return migrate(database)
            except SQLAlchemyError as error:
                raise parts.unreachable(path, error) from error

    @staticmethod
    def accept_restored_database(
        path: Path, *, by: str, keyring: Unlock | Token, clock: Clock | None = None
    ) -> AcceptedLoss | None:
        """Record that the database was restored from a copy older than the ledger, so that it can be opened again.

        The ledger keeps the leaves whose rows are lost; a row and a new leaf say which, and that ``by`` (a staff id)
        accepted it. None when nothing is missing. Raises ``WorkspaceBusy``, ``LedgerBehindDatabase``.
        """
        settings = _settings_of(path)
        now = (clock or SystemClock()).now()
        accepted: list[AcceptedLoss] = []
        with ExitStack() as stack:
            stack.enter_context(parts.lock(path, shared=False))
            database = stack.enter_context(parts.open_database(path, settings))
            ring = parts.open_keyring(path, settings, keyring)
            stack.callback(ring.close)
            log = parts.OpenLog(path, settings, ring)()
            if log is None:
                raise WorkspaceBusy(path=str(path))
            stack.callback(log.close)

            def accept(connection: Connection, unknown: UnknownLeaves) -> None:
                ended = [parse_leaf(leaf) for leaf in log.leaves(unknown.start, unknown.stop)]
                ids = [leaf.id for leaf in ended if leaf.kind == destructions.DESTROYED]
                lost = len(ids) - len(outbox.known_ids(connection, ids))
                body = orjson.dumps(
                    {
                        "start": unknown.start,
                        "stop": unknown.stop,
                        "missing": unknown.count,
                        "key_destructions": lost,
                        "accepted_by": by,
                    }
                )
                leaf = parts.seal(ring, kind="workspace.database_restored", owner=parts.HOUSE_KEY, body=body, at=now)
                outbox.write(connection, [leaf], worker=settings.workspace_id)
                identity.write_gap(connection, start=unknown.start, stop=unknown.stop, at=now, by=by)
                accepted.append(AcceptedLoss(unknown.count, unknown.start, unknown.stop, lost))

            match_tail(database, log, leaf_id_of=parts.leaf_id_of, accept_unknown=accept)
        return accepted[0] if accepted else None

    @classmethod
    def restore_keys(
        cls, path: Path, file: Path, *, backup_unlock: Unlock, keyring: Unlock, by: str, clock: Clock | None = None
    ) -> Restored:
        """Restore the key backup ``file`` into the workspace in ``path``, whose keyring may be lost.

        ``keyring`` opens the keyring afterwards (and now, if there is one). Keys destroyed since the backup was made
        stay destroyed. Then the workspace is opened, and a leaf says that ``by`` (a staff id) did this. Raises
        ``WorkspaceBusy``, ``WorkspaceMismatch``, ``KeyringInPlace``, ``BackupExpired``, ``CouldNotUnlock``.
        """
        settings, clock = _settings_of(path), clock or SystemClock()
        now = clock.now()
        with parts.lock(path, shared=False):
            restored = restoring.restore_keyring(
                path, settings, file, at=now, backup_unlock=backup_unlock, unlock=keyring
            )
        said = {
            "number": restored.number,
            "taken": len(restored.taken),
            "withheld": len(restored.withheld),
            "by": by,
        }
        with cls.open(path, keyring=keyring, clock=clock) as opened:
            body = orjson.dumps(said, option=orjson.OPT_SORT_KEYS)
            leaf = opened.seal(kind=restoring.RESTORED, owner=parts.HOUSE_KEY, body=body, at=now)
            opened.commit(lambda _: None, [leaf])
        return restored

    # --- what it is --------------------------------------------------------------------------------------------------

    @property
    def path(self) -> Path:
        """The directory."""
        return self._path

    @property
    def workspace_id(self) -> str:
        """32 hexadecimal digits."""
        return self._settings.workspace_id

    @property
    def name(self) -> str:
        """The operator's name for it."""
        return self._settings.name

    @property
    def origin(self) -> str:
        """The ledger's name in its checkpoints."""
        return self._settings.origin

    @property
    def legal_confirmation(self) -> LegalConfirmation:
        """Whether unconfirmed duties decide; chosen at creation, for good."""
        return self._settings.legal_confirmation

    @property
    def ledger_public_key(self) -> bytes:
        """The 32 bytes that verify the ledger's checkpoints."""
        return bytes.fromhex(self._settings.ledger_key)

    @property
    def ledger_directory(self) -> Path:
        """Where tiles and checkpoints are."""
        return self._path / parts.LEDGER_NAME

    @property
    def clock(self) -> Clock:
        """The clock everything in this workspace goes by."""
        return self._clock

    @property
    def database(self) -> Database:
        """The database, for reading. Writing goes through :meth:`commit`."""
        return self._database

    @property
    def keyring(self) -> Keyring:
        """The keyring. Raises ``KeyringNeeded`` when the workspace was opened without it."""
        if self._keyring is None:
            raise KeyringNeeded
        return self._keyring

    @property
    def queue(self) -> CommitQueue:
        """The commit queue. Raises ``WorkspaceReadOnly`` when the workspace was opened for reading."""
        if self._queue is None:
            raise WorkspaceReadOnly(path=str(self._path))
        return self._queue

    # --- writing -----------------------------------------------------------------------------------------------------

    def seal(self, *, kind: str, owner: str, body: bytes, at: datetime | None = None) -> SealedLeaf:
        """A leaf that says ``body``, for :meth:`commit`. Its salt and its stored body die with the key ``owner``.

        ``owner`` names the key of the day, case or contract the leaf is about; it is made if it never existed.
        ``kind``, ``owner`` and ``at`` (aware; default now) stand in the ledger in the clear: nothing personal in them.
        Raises ``KeyDestroyed`` when the owner's life has ended, ``LeafMalformed``.
        """
        return parts.seal(self.keyring, kind=kind, owner=owner, body=body, at=at or self._clock.now())

    def commit(self, write: Callable[[Connection], T], leaves: Leaves[T] = ()) -> Committed[T]:
        """Rows and leaves, durable together when this returns; see :meth:`CommitQueue.submit` for what it raises."""
        return self.queue.commit(write, leaves)

    async def commit_async(self, write: Callable[[Connection], T], leaves: Leaves[T] = ()) -> Committed[T]:
        """:meth:`commit` for coroutines."""
        return await self.queue.commit_async(write, leaves)

    def change(self, write: Callable[[Connection], Change[T]]) -> T:
        """Commit a change of staff, roles, tokens or approvals with the leaves its events become; what it gave."""
        return self.queue.commit(write, self.seal_events).value.value

    async def change_async(self, write: Callable[[Connection], Change[T]]) -> T:
        """:meth:`change` for coroutines."""
        return (await self.queue.commit_async(write, self.seal_events)).value.value

    def seal_events(self, change: Change[T]) -> list[SealedLeaf]:
        """A leaf for each event of ``change``, owned by the workspace: they name ids and roles, never people."""
        return [
            self.seal(
                kind=event.kind.value,
                owner=parts.HOUSE_KEY,
                body=orjson.dumps(dict(event.body), option=orjson.OPT_SORT_KEYS),
                at=event.at,
            )
            for event in change.events
        ]

    def destroy_key(self, name: str, *, reason: str, by: str) -> Destruction:
        """End a key's life, on record: nothing encrypted under it ever opens again. ``by`` is a staff id.

        The leaf comes first: a key that is gone without a trace would look like damage, and a crash after the leaf ends
        with the key destroyed at the next opening. Asked again, it answers with the first destruction. Raises
        ``KeyOfWorkspace``, ``KeyNotFound``, ``KeyNameNotValid``.
        """
        destructions.refuse_own_key(name)
        if not self.keyring.exists(name):
            for end in self.keyring.destructions():
                if end.name == name:
                    return end
            raise KeyNotFound(name=name)
        now = self._clock.now()
        body = destructions.body_of(name, at=now, reason=reason, by=by)
        leaf = self.seal(kind=destructions.DESTROYED, owner=parts.HOUSE_KEY, body=body, at=now)
        self.commit(lambda _: None, [leaf])
        return self.keyring.destroy(name, at=now, reason=reason)

    def settle(self) -> None:
        """Wait until every leaf acknowledged before this call can be found by its index. Nothing to do when reading."""
        if self._queue is not None:
            self._queue.commit(lambda _: None)

    # --- reading -----------------------------------------------------------------------------------------------------

    def ledger(self) -> LedgerReader:
        """The ledger as published: up to its last checkpoint."""
        return LedgerReader.open(self.ledger_directory, public_key=self.ledger_public_key, origin=self.origin)

    def checkpoint(self) -> bytes:
        """A signed checkpoint: of all acknowledged leaves where this process holds the ledger, else the last one."""
        log = None if self._queue is None else self._queue.log
        return log.checkpoint() if isinstance(log, Ledger) else self.ledger().checkpoint()

    def index_of(self, leaf_id: str) -> int | None:
        """The ledger index of a leaf; None where there is no such leaf, or none told yet (:meth:`settle`)."""
        with self._database.read() as connection:
            return outbox.indexes_of(connection, [leaf_id]).get(leaf_id)

    def open_leaf(self, leaf: str | int) -> OpenedLeaf | None:
        """What the leaf with this id or ledger index says, and its salt; None where there is no row for it.

        By index, a leaf is found within moments of its answer; by id, at once. Raises ``KeyDestroyed`` when the life
        of the key that holds it (its owner's, or the one it was handed on to) has ended: then nobody can open it.
        """
        with self._database.read() as connection:
            row = outbox.by_id(connection, leaf) if isinstance(leaf, str) else outbox.by_index(connection, leaf)
            if row is None:
                return None
            handed_on = held_by.of(connection, row.id)
        key, content = handed_on or (row.owner, None)
        body, salt = custody.opened(self.keyring, HeldLeaf(row, key, content))
        return OpenedLeaf(row, body, salt)

    def close(self) -> None:
        """Finish writing, publish the ledger, release everything. Closing twice does nothing."""
        self._release.close()

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Close."""
        self.close()


def _settings_of(path: Path) -> Settings:
    settings = read_settings(path)
    if settings is not None:
        return settings
    if (path / CREATING_NAME).exists():
        raise WorkspaceIncomplete(path=str(path))
    raise WorkspaceMissing(path=str(path))
