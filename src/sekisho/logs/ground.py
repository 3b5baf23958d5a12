"""Where the log store's files are, and who may write and clear away there."""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from sekisho.logs import manifest
from sekisho.logs.errors import StoreNotWritable
from sekisho.logs.manifest import SegmentEntry
from sekisho.logs.segments.files import SegmentFiles
from sekisho.logs.sources import Source
from sekisho.store.files import FileLayer
from sekisho.workspace import Workspace

LOCK: Final = "logs.lock"


class Ground:
    """The folders ``logs`` and ``spool`` of a workspace."""

    def __init__(self, workspace: Workspace, layer: FileLayer) -> None:
        """Touches nothing yet."""
        self._workspace = workspace
        self.layer = layer
        self.root = workspace.path / "logs"
        self._guard = threading.Lock()
        self._swept = False

    @property
    def segments(self) -> SegmentFiles:
        """The segments on disk. Raises ``KeyringNeeded``."""
        return SegmentFiles(self.root, self.layer, self._workspace.keyring)

    def spool_of(self, source: Source) -> Path:
        """The folder of a source's spool."""
        return self._workspace.path / "spool" / str(source.number)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold this while there are files that the database doesn't know yet: nobody clears them away.

        Clears away what an earlier process left, unless somebody is writing. An ``OSError`` within becomes
        ``StoreNotWritable``.
        """
        try:
            descriptor = os.open(self._workspace.path / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
            try:
                self._sweep(descriptor)
                fcntl.flock(descriptor, fcntl.LOCK_SH)
                yield
            finally:
                os.close(descriptor)
        except OSError as error:
            self._swept = False  # what a full disk left half-written goes before the next attempt
            raise StoreNotWritable(why=error.strerror or type(error).__name__) from error

    def remove(self, entries: Iterable[SegmentEntry]) -> None:
        """Remove the files of segments that aren't asked any more; what the disk keeps, the next sweep removes."""
        for entry in entries:
            with suppress(OSError):
                self.segments.remove(entry.segment)

    def _sweep(self, descriptor: int) -> None:
        with self._guard:
            if self._swept:
                return
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return  # somebody writes: they have swept, or the next one will
            with self._workspace.database.read() as connection:
                known = manifest.known_files(connection)
            self.segments.sweep(known)
            self._swept = True
