"""The file layer: the few file operations that durable stores are built from, each with a stated promise.

*Acknowledged* means ``fdatasync`` is done, and for a new name that its directory is synced too. Stores (the ledger,
later the log segments) call nothing but a :class:`FileLayer`, so that :class:`sekisho.store.recorded.RecordedFiles` can
record a run and rebuild what a machine would find after losing power at any point of it.

What this does not do: it takes no locks, caches nothing, and makes no promise about disks that lie about ``fdatasync``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Protocol

TEMPORARY_PREFIX = ".tmp-"
"""Start of the name of a file that is being written and has not been published. Left-overs may be deleted at any time
by whoever holds the store's lock."""


class AppendFile(Protocol):
    """An open file that only grows, or is cut back. Not safe for several threads at once: its owner serialises."""

    @property
    def size(self) -> int:
        """Bytes in the file, synced or not."""
        ...

    def write(self, data: bytes) -> None:
        """Append all of ``data``. Not durable until :meth:`datasync`. Raises ``OSError``; part may then be written."""
        ...

    def datasync(self) -> None:
        """Return when everything written is on the disk. Says nothing about the file's *name*. After an ``OSError``
        the state of the unsynced bytes is unknown and retrying proves nothing."""
        ...

    def truncate(self, size: int) -> None:
        """Cut the file to ``size`` bytes. Durable after the next :meth:`datasync`."""
        ...

    def close(self) -> None:
        """Close without syncing. Closing twice does nothing."""
        ...


class FileLayer(Protocol):
    """File operations a durable store may use. Paths are absolute or relative to the working directory, as given."""

    def create(self, path: Path) -> AppendFile:
        """A new empty file. Its name is durable only after :meth:`sync_directory`. Raises ``FileExistsError``."""
        ...

    def open_append(self, path: Path) -> AppendFile:
        """An existing file, positioned at its end. Raises ``FileNotFoundError``."""
        ...

    def rename(self, source: Path, target: Path) -> None:
        """Give ``source`` the name ``target`` in the same directory, replacing what had it. Atomic; durable after
        :meth:`sync_directory`. Raises ``ValueError`` across directories: that would need two syncs to be durable."""
        ...

    def unlink(self, path: Path) -> None:
        """Remove a file's name. Durable after :meth:`sync_directory`. Raises ``FileNotFoundError``."""
        ...

    def make_directory(self, path: Path) -> None:
        """A new directory; its parent must exist. Durable after the parent's :meth:`sync_directory`."""
        ...

    def remove_directory(self, path: Path) -> None:
        """Remove a directory. Durable after the parent's :meth:`sync_directory`. Raises ``OSError`` if it isn't
        empty."""
        ...

    def sync_directory(self, path: Path) -> None:
        """Return when the names in ``path`` are on the disk."""
        ...

    def read(self, path: Path) -> bytes:
        """The whole file. Raises ``FileNotFoundError``."""
        ...

    def names(self, path: Path) -> list[str]:
        """Names in a directory, sorted. Empty when the directory does not exist."""
        ...

    def exists(self, path: Path) -> bool:
        """Whether ``path`` names a file or directory."""
        ...

    def walk(self, path: Path) -> Iterator[Path]:
        """Every file below ``path``, in no order. What is made or removed meanwhile may or may not appear."""
        ...

    def ensure_directory(self, path: Path) -> None:
        """Make ``path`` and the parents it lacks, each durable before this returns."""
        if self.exists(path):
            return
        self.ensure_directory(path.parent)
        with suppress(FileExistsError):  # another thread made it meanwhile, and syncs it itself
            self.make_directory(path)
        self.sync_directory(path.parent)

    def publish(self, items: Iterable[tuple[Path, bytes]]) -> None:
        """Put each file in place whole, durable when this returns: written under a temporary name, synced, renamed,
        then every directory concerned is synced once.

        Each file is atomic; the set is not: after a crash any of them may be the old one. Raises ``OSError``.
        """
        renames: list[tuple[Path, Path]] = []
        for path, data in items:
            self.ensure_directory(path.parent)
            temporary = path.parent / (TEMPORARY_PREFIX + path.name)
            with suppress(FileNotFoundError):  # there only if an earlier publication was interrupted
                self.unlink(temporary)
            handle = self.create(temporary)
            try:
                handle.write(data)
                handle.datasync()
            finally:
                handle.close()
            renames.append((temporary, path))
        for temporary, path in renames:
            self.rename(temporary, path)
        for directory in dict.fromkeys(path.parent for _, path in renames):
            self.sync_directory(directory)

    def publish_from(self, path: Path, produce: Callable[[BinaryIO], None]) -> None:
        """Like :meth:`publish` for one file whose content ``produce`` writes to the (seekable) stream it is given.

        When ``produce`` raises, nothing appears under ``path`` and the exception passes on.
        """
        ...


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


class _RealAppendFile:
    """An :class:`AppendFile` on a descriptor."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._size = os.fstat(descriptor).st_size

    @property
    def size(self) -> int:
        return self._size

    def write(self, data: bytes) -> None:
        _write_all(self._descriptor, data)
        self._size += len(data)

    def datasync(self) -> None:
        os.fdatasync(self._descriptor)

    def truncate(self, size: int) -> None:
        os.ftruncate(self._descriptor, size)
        self._size = size

    def close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


_APPENDING = os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC

_PRIVATE_FILE = 0o640
"""Files are readable by the operator's group (a backup job), never by others."""


class RealFiles(FileLayer):
    """The machine's file system."""

    def create(self, path: Path) -> AppendFile:
        """A new empty file."""
        return _RealAppendFile(os.open(path, _APPENDING | os.O_CREAT | os.O_EXCL, _PRIVATE_FILE))

    def open_append(self, path: Path) -> AppendFile:
        """An existing file, positioned at its end."""
        return _RealAppendFile(os.open(path, _APPENDING))

    def rename(self, source: Path, target: Path) -> None:
        """Give ``source`` the name ``target`` in the same directory."""
        require_same_directory(source, target)
        source.replace(target)

    def unlink(self, path: Path) -> None:
        """Remove a file's name."""
        path.unlink()

    def make_directory(self, path: Path) -> None:
        """A new directory."""
        path.mkdir()

    def sync_directory(self, path: Path) -> None:
        """Return when the names in ``path`` are on the disk."""
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def read(self, path: Path) -> bytes:
        """The whole file."""
        return path.read_bytes()

    def names(self, path: Path) -> list[str]:
        """Names in a directory, sorted."""
        try:
            return sorted(os.listdir(path))  # noqa: PTH208  a Path per name would double the cost of walking many tiles
        except FileNotFoundError:
            return []

    def exists(self, path: Path) -> bool:
        """Whether ``path`` names a file or directory."""
        return path.exists()

    def remove_directory(self, path: Path) -> None:
        """Remove an empty directory."""
        path.rmdir()

    def walk(self, path: Path) -> Iterator[Path]:
        """Every file below ``path``, in no order."""
        for directory, _, names in os.walk(path):
            parent = Path(directory)
            for name in names:
                yield parent / name

    def publish_from(self, path: Path, produce: Callable[[BinaryIO], None]) -> None:
        """Put one file in place whole, from what ``produce`` writes."""
        self.ensure_directory(path.parent)
        temporary = path.parent / (TEMPORARY_PREFIX + path.name)
        try:
            with temporary.open("w+b") as stream:
                produce(stream)
                stream.flush()
                os.fdatasync(stream.fileno())
        except BaseException:
            with suppress(FileNotFoundError):
                temporary.unlink()
            raise
        self.rename(temporary, path)
        self.sync_directory(path.parent)


def require_same_directory(source: Path, target: Path) -> None:
    """Refuse, with ``ValueError``, a rename that would need two directories to be synced."""
    if source.parent != target.parent:
        raise ValueError(f"{source} and {target} are not in one directory")
