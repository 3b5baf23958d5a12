"""The sequencer: gives leaves their numbers, makes them durable, and publishes the tree over them.

Two paths. *Acknowledging*: threads that append at the same time form a group; its first thread writes the group to the
journal and syncs it, then everyone returns. *Publishing*: tiles and a signed checkpoint are made from what the journal
has acknowledged, at :meth:`Ledger.checkpoint`, at close, at open after a crash, and in the background every so many
leaves. The two meet only for the moment in which a fresh journal file is begun.

After a crash: nothing acknowledged is lost; what was written but not acknowledged is there whole or not at all; a
published checkpoint is extended by every later one.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from sekisho.ledger import merkle
from sekisho.ledger.checkpoint import (
    Checkpoint,
    Signer,
    open_checkpoint,
    require_origin,
    require_signer,
    sign_checkpoint,
)
from sekisho.ledger.errors import (
    AppendTooLarge,
    LeafTooLarge,
    LedgerClosed,
    LedgerExists,
    LedgerWriteFailed,
    NoSuchLeaf,
    PublicationStalled,
)
from sekisho.ledger.journal import encode_group, journal_name
from sekisho.ledger.lock import LOCK_NAME, WriterLock
from sekisho.ledger.merkle import NodeSource, leaf_hash, node_hash, subtree_root
from sekisho.ledger.reader import (
    CHECKPOINT_NAME,
    JOURNAL_NAME,
    REAL_FILES,
    read_checkpoint,
    require_index,
    require_sizes,
    tile_leaves,
)
from sekisho.ledger.recovery import load_edge, recover_journal
from sekisho.ledger.tiles import MAX_LEAF, TILE_WIDTH, Edge, TileReader, encode_bundle, tile_path
from sekisho.store.files import TEMPORARY_PREFIX, AppendFile, FileLayer

MAX_APPEND = 64 * 1024 * 1024
"""Bytes in one append: two hundred thousand leaves of 300 bytes, and little enough to hold several times in memory."""

PUBLISH_EVERY = 16_384
"""Leaves after which the tree is published in the background: 64 full tiles, so that partial ones are a small part of
the work, and about 5 MB to replay after a crash."""

MAX_UNPUBLISHED = 256 * 1024 * 1024
"""Bytes acknowledged but not published at which appends wait for publication, so that memory and replay stay
bounded."""


class _Batch:
    """Appends that become one journal group."""

    __slots__ = ("error", "first", "gate", "hashes", "leaves", "parts")

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.leaves: list[bytes] = []
        self.hashes: list[bytes] = []
        self.first = 0
        self.error: BaseException | None = None
        self.gate = threading.Lock()
        self.gate.acquire()  # until the batch is done; then it passes from waiter to waiter, one wake-up each

    def wait(self) -> None:
        with self.gate:
            pass


def _require_vacant(directory: Path, files: FileLayer) -> None:
    """Refuse a directory that holds more than an interrupted creation leaves."""
    first = directory / JOURNAL_NAME / journal_name(0)
    if (
        set(files.names(directory)) - {LOCK_NAME, JOURNAL_NAME, TEMPORARY_PREFIX + CHECKPOINT_NAME}
        or set(files.names(first.parent)) - {first.name}
        or (files.exists(first) and files.read(first))
    ):
        raise LedgerExists(directory=str(directory))


class Ledger:
    """A ledger open for writing. Every method may be called from any thread. One per directory at a time."""

    def __init__(
        self, directory: Path, *, origin: str, signer: Signer, files: FileLayer, publish_every: int, lock: WriterLock
    ) -> None:
        """Use :meth:`create` or :meth:`open`."""
        self._directory = directory
        self._journals = directory / JOURNAL_NAME
        self._origin = origin
        self._signer = signer
        self._files = files
        self._publish_every = publish_every
        self._lock = lock
        self._tiles = TileReader(directory, files)
        self._mutex = threading.Lock()  # the fields below; held for microseconds
        self._commit = threading.Lock()  # the journal file
        self._publishing = threading.Lock()  # tiles, checkpoint, edge
        self._batch: _Batch | None = None
        self._closed = False
        self._failure: BaseException | None = None
        self._publication_failure: BaseException | None = None
        self._wanted = threading.Event()
        self._note = read_checkpoint(directory, files)
        head = open_checkpoint(self._note, public_key=signer.public_key, origin=origin)
        self._edge = load_edge(self._tiles, head)
        self._published = head.size
        recovered = recover_journal(self._journals, published=head.size, files=files)
        self._size = recovered.end
        self._pending = recovered.leaves
        self._pending_hashes = [leaf_hash(leaf) for leaf in recovered.leaves]
        self._pending_bytes = sum(map(len, recovered.leaves))
        self._journal = self._begin_journal(recovered.end)
        if not recovered.clean:
            for path in files.walk(directory):
                if path.name.startswith(TEMPORARY_PREFIX):
                    files.unlink(path)
            self._publish()
        self._publisher = threading.Thread(target=self._publish_when_wanted, name="ledger-publisher", daemon=True)
        self._publisher.start()

    # --- opening and closing

    @classmethod
    def create(
        cls,
        directory: Path,
        *,
        origin: str,
        signer: Signer,
        files: FileLayer = REAL_FILES,
        publish_every: int = PUBLISH_EVERY,
    ) -> Ledger:
        """Make an empty ledger with a signed checkpoint, durable when this returns, and open it.

        What an interrupted creation left is taken over. Raises :class:`LedgerExists` when the directory holds anything
        else, :class:`OriginMalformed`, :class:`KeyNameMalformed`, :class:`LedgerBusy`.
        """
        require_origin(origin)
        require_signer(signer.name, signer.public_key)
        files.ensure_directory(directory)
        lock = WriterLock(directory)
        try:
            _require_vacant(directory, files)
            journals = directory / JOURNAL_NAME
            first = journals / journal_name(0)
            files.ensure_directory(journals)
            if not files.exists(first):
                files.create(first).close()
            files.sync_directory(journals)
            files.sync_directory(directory)
            note = sign_checkpoint(Checkpoint(origin, 0, merkle.EMPTY_ROOT), signer)
            files.publish([(directory / CHECKPOINT_NAME, note)])
            return cls(directory, origin=origin, signer=signer, files=files, publish_every=publish_every, lock=lock)
        except BaseException:
            lock.release()
            raise

    @classmethod
    def open(
        cls,
        directory: Path,
        *,
        origin: str,
        signer: Signer,
        files: FileLayer = REAL_FILES,
        publish_every: int = PUBLISH_EVERY,
    ) -> Ledger:
        """Open for writing. After a crash this replays the journal, cuts a torn end, and publishes what it found.

        Raises :class:`LedgerMissing`, :class:`LedgerBusy`, :class:`CheckpointRefused`, and :class:`LedgerDamaged` for
        anything in the journal or at the tree's right edge that is not what was written and not a torn end. Does not
        look at the rest of the tree: that is what verification is for.
        """
        read_checkpoint(directory, files)  # a missing ledger is reported before a lock file is made
        require_signer(signer.name, signer.public_key)
        lock = WriterLock(directory)
        try:
            return cls(directory, origin=origin, signer=signer, files=files, publish_every=publish_every, lock=lock)
        except BaseException:
            lock.release()
            raise

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        self.close()

    def close(self) -> None:
        """Finish the appends under way, publish, and release the lock. Closing twice does nothing.

        After a failed journal write nothing is published; opening again recovers. Raises what publishing raises, after
        releasing the lock: acknowledged leaves are in the journal and are published at the next opening.
        """
        with self._mutex:
            if self._closed:
                return
            self._closed = True
        while True:  # a batch that was begun has a leader on its way to the journal
            with self._commit, self._mutex:
                if self._batch is None:
                    break
            time.sleep(0.0005)
        self._wanted.set()
        self._publisher.join()
        try:
            if self._failure is None:
                self._publish()
        finally:
            self._journal.close()
            self._lock.release()

    def _begin_journal(self, first: int) -> AppendFile:
        """The empty journal file for leaves from ``first`` on, its name durable."""
        path = self._journals / journal_name(first)
        try:
            handle = self._files.create(path)
        except FileExistsError:  # made before an interruption, and not used
            handle = self._files.open_append(path)
        self._files.sync_directory(self._journals)
        return handle

    # --- acknowledging

    def append(self, data: Sequence[bytes]) -> range:
        """Append leaves and return their numbers once they are durable, all together or none.

        Leaves of one call are consecutive. Raises :class:`LeafTooLarge` or :class:`AppendTooLarge` (nothing appended),
        :class:`LedgerClosed`, :class:`PublicationStalled` (nothing appended), and :class:`LedgerWriteFailed`, after
        which the ledger must be opened again.
        """
        leaves = [bytes(leaf) for leaf in data]
        for leaf in leaves:
            if len(leaf) > MAX_LEAF:
                raise LeafTooLarge(size=len(leaf), limit=MAX_LEAF)
        encoded = encode_bundle(leaves)
        if len(encoded) > MAX_APPEND:
            raise AppendTooLarge(size=len(encoded), limit=MAX_APPEND)
        hashes = [leaf_hash(leaf) for leaf in leaves]
        if self._pending_bytes > MAX_UNPUBLISHED:
            self._make_room()
        with self._mutex:
            if self._closed:
                raise LedgerClosed
            if self._failure is not None:
                raise LedgerWriteFailed(cause=type(self._failure).__name__) from self._failure
            if not leaves:
                return range(self._size, self._size)
            batch = self._batch
            leads = batch is None
            if batch is None:
                batch = self._batch = _Batch()
            offset = len(batch.leaves)
            batch.parts.append(encoded)
            batch.leaves += leaves
            batch.hashes += hashes
        if leads:
            self._commit_batch(batch)
        else:
            batch.wait()
        if batch.error is not None:
            raise LedgerWriteFailed(cause=type(batch.error).__name__) from batch.error
        return range(batch.first + offset, batch.first + offset + len(leaves))

    def _make_room(self) -> None:
        """Wait for publication. Raises :class:`PublicationStalled` when it fails."""
        try:
            self._publish()
        except Exception as error:
            raise PublicationStalled(cause=type(error).__name__, limit=MAX_UNPUBLISHED) from error

    def _commit_batch(self, batch: _Batch) -> None:
        """Write and sync one group. Whatever happens, those who wait are told."""
        try:
            with self._commit:
                with self._mutex:
                    self._batch = None  # from here on appends form the next batch
                    if self._failure is not None:
                        batch.error = self._failure
                        return
                try:
                    body = b"".join(batch.parts)
                    self._journal.write(encode_group(self._size, len(batch.leaves), body))
                    self._journal.datasync()
                except BaseException as error:
                    batch.error = error
                    with self._mutex:
                        self._failure = error
                    if not isinstance(error, Exception):
                        raise
                    return
                with self._mutex:
                    batch.first = self._size
                    self._size += len(batch.leaves)
                    self._pending += batch.leaves
                    self._pending_hashes += batch.hashes
                    self._pending_bytes += len(body)
                    full = len(self._pending) >= self._publish_every
        finally:
            batch.gate.release()
        if full and not self._wanted.is_set():
            self._wanted.set()

    # --- publishing

    def checkpoint(self) -> bytes:
        """A signed checkpoint (C2SP signed note) over everything appended so far, durable and published.

        Raises ``OSError`` or what the signer raises; acknowledged leaves stay safe in the journal then.
        """
        with self._mutex:
            if self._closed:
                raise LedgerClosed
        return self._publish()

    @property
    def publication_failure(self) -> BaseException | None:
        """Why the last background publication failed; None when it did not. Acknowledgement goes on meanwhile."""
        return self._publication_failure

    def _publish_when_wanted(self) -> None:
        while True:
            self._wanted.wait()
            self._wanted.clear()
            if self._closed:
                return
            try:
                self._publish()
            except Exception as error:  # a signer may raise anything; appends go on, and the next leaves try again
                self._publication_failure = error

    def _publish(self) -> bytes:
        with self._publishing:
            with self._commit:
                with self._mutex:
                    target = self._size
                    count = target - self._published
                    leaves, hashes = self._pending[:count], self._pending_hashes[:count]
                if self._journal.size:
                    fresh = self._begin_journal(target)
                    self._journal.close()
                    self._journal = fresh
            if count:
                self._publish_tree(target, leaves, hashes)
            self._publication_failure = None
            self._remove_journals_before(target)
            return self._note

    def _publish_tree(self, target: int, leaves: Sequence[bytes], hashes: Sequence[bytes]) -> None:
        edge = self._edge.copy()

        def tree_files() -> Iterator[tuple[Path, bytes]]:
            for name, content in edge.grow(leaves, hashes):
                yield self._directory / name, content
            for name, content in edge.partial_files():
                yield self._directory / name, content

        self._files.publish(tree_files())
        note = sign_checkpoint(Checkpoint(self._origin, target, edge.root()), self._signer)
        self._files.publish([(self._directory / CHECKPOINT_NAME, note)])
        before, self._edge = self._edge, edge
        with self._mutex:
            self._note = note
            self._published = target
            self._pending = self._pending[len(leaves) :]
            self._pending_hashes = self._pending_hashes[len(leaves) :]
            self._pending_bytes = sum(map(len, self._pending))
        self._remove_completed_partials(before, target)

    def _remove_journals_before(self, target: int) -> None:
        """Remove journal files whose leaves are all under the published checkpoint. Not synced: if a crash brings one
        back, opening finds its leaves published and removes it again."""
        for name in self._files.names(self._journals):
            if int(name) < target:
                self._files.unlink(self._journals / name)

    def _remove_completed_partials(self, before: Edge, target: int) -> None:
        """C2SP tlog-tiles, "Partial Tiles": they may go once the full tile is available. Not synced: if a crash brings
        them back they are still the beginnings of the full ones."""
        for level, hashes in enumerate(before.hashes):
            index = (before.size >> (8 * level)) // TILE_WIDTH
            if hashes and (target >> (8 * level)) // TILE_WIDTH > index:
                for kind in (level, None) if level == 0 else (level,):
                    partials = (self._directory / tile_path(kind, index, 1)).parent
                    for name in self._files.names(partials):
                        self._files.unlink(partials / name)
                    with suppress(OSError):  # a reader's editor or backup may have put something in it
                        self._files.remove_directory(partials)

    # --- reading

    def _snapshot(self) -> tuple[int, int, list[bytes], list[bytes]]:
        """``(published, size, pending leaves, pending hashes)``; the lists only grow at their end."""
        with self._mutex:
            return self._published, self._size, self._pending, self._pending_hashes

    @property
    def origin(self) -> str:
        """The ledger's name."""
        return self._origin

    @property
    def size(self) -> int:
        """Leaves acknowledged."""
        return self._size

    @property
    def published_size(self) -> int:
        """Leaves under the last published checkpoint."""
        return self._published

    def root(self) -> bytes:
        """The root over everything acknowledged so far."""
        size, source = self._source()
        return merkle.range_hash(0, size, source) if size else merkle.EMPTY_ROOT

    def _source(self) -> tuple[int, NodeSource]:
        """The size and the nodes of the tree over everything acknowledged now."""
        published, size, _, hashes = self._snapshot()

        def node(level: int, index: int) -> bytes:
            start, stop = index << level, (index + 1) << level
            if stop <= published:
                return self._tiles.node(level, index, published)
            if start >= published:
                return subtree_root(hashes[start - published : stop - published])
            return node_hash(node(level - 1, 2 * index), node(level - 1, 2 * index + 1))

        return size, node

    def leaf(self, index: int) -> bytes:
        """Leaf ``index``. Raises :class:`NoSuchLeaf`, :class:`LedgerDamaged`."""
        published, size, pending, _ = self._snapshot()
        require_index(index, size)
        if index >= published:
            return pending[index - published]
        return self._tiles.leaf(index, published)

    def leaves(self, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """Leaves from ``start`` up to ``stop`` (default: all acknowledged when called)."""
        published, size, pending, _ = self._snapshot()
        end = size if stop is None else stop
        if end > size:
            raise NoSuchLeaf(index=end - 1, size=size)

        def both() -> Iterator[bytes]:
            yield from tile_leaves(self._tiles, start, min(end, published), published)
            for index in range(max(start, published), end):
                yield pending[index - published]

        return both()

    def prove_inclusion(self, index: int, size: int | None = None) -> list[bytes]:
        """The proof (RFC 9162 §2.1.3.1) that leaf ``index`` is in the tree of ``size`` leaves (default: all
        acknowledged). Raises :class:`NoSuchLeaf`, :class:`NoSuchSize`."""
        current, source = self._source()
        size = current if size is None else size
        require_sizes(0, size, current)
        require_index(index, size)
        return merkle.prove_inclusion(index, size, source)

    def prove_consistency(self, old: int, new: int | None = None) -> list[bytes]:
        """The proof (RFC 9162 §2.1.4.1) that the tree of ``new`` leaves (default: all acknowledged) extends that of
        ``old``. Raises :class:`NoSuchSize`."""
        current, source = self._source()
        new = current if new is None else new
        require_sizes(old, new, current)
        return merkle.prove_consistency(old, new, source)
