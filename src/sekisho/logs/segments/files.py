"""Segments on disk: written whole and durable under a random name, opened under the day's key, removed by name.

::

    WORKSPACE/logs/<kind>/<day>/<id>.segment     the rows (:mod:`sekisho.logs.segments.encoding`)
    WORKSPACE/logs/<kind>/<day>/<id>.blocks      the leaves of its commitment, 32 bytes for 64 rows

Both are encrypted under keys derived from the day's; nothing is ever written in the clear, under a temporary name
either. A file that the database doesn't know is what a crash left: :meth:`SegmentFiles.sweep` removes it.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from sekisho.destruction.probing import FileSample
from sekisho.keys import Keyring
from sekisho.keys.errors import CouldNotDecrypt
from sekisho.keys.schedule import log_key
from sekisho.ledger.merkle import HASH_SIZE
from sekisho.logs.errors import SegmentDamaged, SegmentMissing
from sekisho.logs.kinds import LogKind
from sekisho.logs.rows import Rows
from sekisho.logs.segments.commitments import Commitment, commit
from sekisho.logs.segments.encoding import SegmentReader, order, write_rows
from sekisho.store.files import TEMPORARY_PREFIX, FileLayer

ROWS: Final = ".segment"
BLOCKS: Final = ".blocks"
ID_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class SegmentId:
    """Which segment: its kind, its Japan day and its random id (32 hexadecimal digits)."""

    kind: LogKind
    day: date
    id: str

    @property
    def key(self) -> str:
        """The name of the day's key."""
        return log_key(self.kind.value, self.day)

    @property
    def identity(self) -> bytes:
        """What its bytes are bound to: a file copied to another day or kind opens nowhere."""
        return f"sekisho/segment/1/{self.kind.value}/{self.day.isoformat()}/{self.id}".encode("ascii")


@dataclass(frozen=True, slots=True)
class Written:
    """A segment as written. ``size`` counts all its bytes on disk."""

    segment: SegmentId
    rows: int
    size: int
    family: int
    root: bytes


class SegmentFiles:
    """The folder of segments. Thread-safe: every file has a name of its own."""

    def __init__(self, root: Path, files: FileLayer, keyring: Keyring) -> None:
        """``root`` is made when the first segment is."""
        self._root = root
        self._files = files
        self._keyring = keyring

    def write(self, day: date, rows: Rows) -> Written:
        """Put rows of one day in their order and write them, durable when this returns. Raises ``KeyDestroyed``.

        Nobody finds the segment until the database names it.
        """
        segment = SegmentId(rows.kind, day, secrets.token_hex(ID_BYTES))
        self._keyring.ensure(segment.key)
        rows = rows[order(rows)]
        commitment = commit(rows, key=self._derive(segment, b"salts"))
        path = self._path(segment, ROWS)
        self._files.ensure_directory(path.parent)
        key = self._derive(segment, b"rows")
        blocks = self._keyring.encrypt(segment.key, b"".join(commitment.blocks), aad=segment.identity)
        try:
            self._files.publish_from(path, lambda sink: write_rows(rows, sink, key=key, identity=segment.identity))
            self._files.publish([(self._path(segment, BLOCKS), blocks)])
        except OSError:
            self._clear(segment)
            raise
        size = path.stat().st_size + len(blocks)
        return Written(segment, len(rows), size, rows.address.family, commitment.root)

    def open(self, segment: SegmentId) -> SegmentReader:
        """A reader. Raises ``SegmentMissing``, ``SegmentDamaged``, ``KeyDestroyed``, ``KeyNotFound``."""
        path = self._path(segment, ROWS)
        key = self._derive(segment, b"rows")
        if not path.exists():
            raise SegmentMissing(segment=segment.id, kind=segment.kind.value, day=segment.day.isoformat())
        try:
            return SegmentReader(path, key=key, identity=segment.identity)
        except (OSError, ValueError, KeyError) as error:
            raise damaged(segment, error) from error

    def commitment(self, segment: SegmentId, rows: int) -> Commitment:
        """What was committed to. Raises as :meth:`open`."""
        path = self._path(segment, BLOCKS)
        try:
            sealed = self._files.read(path)
        except FileNotFoundError:
            raise SegmentMissing(segment=segment.id, kind=segment.kind.value, day=segment.day.isoformat()) from None
        try:
            joined = self._keyring.decrypt(segment.key, sealed, aad=segment.identity)
        except CouldNotDecrypt as error:
            raise damaged(segment, error) from error
        return Commitment(rows, tuple(joined[at : at + HASH_SIZE] for at in range(0, len(joined), HASH_SIZE)))

    def salts_key(self, segment: SegmentId) -> bytes:
        """The key of a segment's salts, for proofs. Raises ``KeyDestroyed``."""
        return self._derive(segment, b"salts")

    def remove(self, segment: SegmentId) -> None:
        """Remove both files, durably; what is gone already is gone."""
        directory = self._path(segment, ROWS).parent
        for suffix in (BLOCKS, ROWS):
            path = self._path(segment, suffix)
            if self._files.exists(path):
                self._files.unlink(path)
        if self._files.exists(directory):
            self._files.sync_directory(directory)

    def remove_day(self, kind: LogKind, day: date) -> int:
        """Remove everything of a day, whatever its names; how many files that were."""
        directory = self._root / kind.value / day.isoformat()
        names = self._files.names(directory)
        for name in names:
            self._files.unlink(directory / name)
        if self._files.exists(directory):
            self._files.sync_directory(directory)
            self._files.remove_directory(directory)
            self._files.sync_directory(directory.parent)
        return len(names)

    def count_day(self, kind: LogKind, day: date) -> int:
        """How many files of a day there are."""
        return len(self._files.names(self._root / kind.value / day.isoformat()))

    def sample(self, segment: SegmentId) -> FileSample:
        """What another process needs to try whether the segment still opens."""
        return FileSample(self._path(segment, ROWS), b"log/rows/" + segment.identity, segment.identity)

    def sweep(self, known: Collection[str]) -> int:
        """Remove the files whose segment isn't ``known``: a crash left them. Nobody may be writing meanwhile."""
        removed = 0
        for path in list(self._files.walk(self._root)) if self._files.exists(self._root) else []:
            if path.name.partition(".")[0] not in known:
                self._files.unlink(path)
                self._files.sync_directory(path.parent)
                removed += 1
        return removed

    def _clear(self, segment: SegmentId) -> None:
        """Remove what a full disk left of a segment, so far as it allows; a sweep removes what stays."""
        for suffix in (BLOCKS, ROWS):
            path = self._path(segment, suffix)
            for left in (path, path.with_name(TEMPORARY_PREFIX + path.name)):
                with suppress(OSError):
                    self._files.unlink(left)

    def _path(self, segment: SegmentId, suffix: str) -> Path:
        return self._root / segment.kind.value / segment.day.isoformat() / (segment.id + suffix)

    def _derive(self, segment: SegmentId, purpose: bytes) -> bytes:
        return self._keyring.derive(segment.key, info=b"log/" + purpose + b"/" + segment.identity)


def damaged(segment: SegmentId, error: Exception) -> SegmentDamaged:
    """The error of a segment whose bytes aren't what was written; never says what they were."""
    return SegmentDamaged(
        segment=segment.id, kind=segment.kind.value, day=segment.day.isoformat(), problem=type(error).__name__
    )
