"""The few file operations a keyring needs, behind one seam so that tests can record and replay them.

Nothing here is durable by itself: ``sync_file`` and ``sync_directory`` make it so, and callers say when.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

_PRIVATE_FILE = 0o600
_PRIVATE_DIRECTORY = 0o700


class Disk(Protocol):
    """Writes. Reading goes to the file system directly."""

    def make_directory(self, path: Path) -> None:
        """Make ``path`` (0700) if it isn't there."""
        ...

    def write_new(self, path: Path, content: bytes) -> None:
        """Make the file ``path`` (0600), which must not exist, holding ``content``."""
        ...

    def overwrite(self, path: Path, content: bytes) -> None:
        """Write ``content`` over the start of the existing file, in place."""
        ...

    def append(self, path: Path, content: bytes) -> None:
        """Add ``content`` to the end of the existing file."""
        ...

    def truncate(self, path: Path, size: int) -> None:
        """Cut the existing file to ``size`` bytes."""
        ...

    def rename(self, old: Path, new: Path) -> None:
        """Give ``old`` the name ``new``, replacing what had it."""
        ...

    def unlink(self, path: Path) -> None:
        """Remove the name ``path``."""
        ...

    def sync_file(self, path: Path) -> None:
        """fdatasync: on return the content is on the device."""
        ...

    def sync_directory(self, path: Path) -> None:
        """fsync of a directory: on return its names are on the device."""
        ...


def _write_all(descriptor: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view) :]


@contextmanager
def _opened(path: Path, flags: int) -> Iterator[int]:
    descriptor = os.open(path, flags | os.O_CLOEXEC | os.O_NOFOLLOW, _PRIVATE_FILE)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


class RealDisk:
    """The machine's file system."""

    def make_directory(self, path: Path) -> None:
        """See :class:`Disk`."""
        path.mkdir(mode=_PRIVATE_DIRECTORY, exist_ok=True)

    def write_new(self, path: Path, content: bytes) -> None:
        """See :class:`Disk`."""
        with _opened(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL) as descriptor:
            _write_all(descriptor, content)

    def overwrite(self, path: Path, content: bytes) -> None:
        """See :class:`Disk`."""
        with _opened(path, os.O_WRONLY) as descriptor:
            _write_all(descriptor, content)

    def append(self, path: Path, content: bytes) -> None:
        """See :class:`Disk`."""
        with _opened(path, os.O_WRONLY | os.O_APPEND) as descriptor:
            _write_all(descriptor, content)

    def truncate(self, path: Path, size: int) -> None:
        """See :class:`Disk`."""
        with _opened(path, os.O_WRONLY) as descriptor:
            os.ftruncate(descriptor, size)

    def rename(self, old: Path, new: Path) -> None:
        """See :class:`Disk`."""
        old.replace(new)

    def unlink(self, path: Path) -> None:
        """See :class:`Disk`."""
        path.unlink()

    def sync_file(self, path: Path) -> None:
        """See :class:`Disk`."""
        with _opened(path, os.O_RDONLY) as descriptor:
            os.fdatasync(descriptor)

    def sync_directory(self, path: Path) -> None:
        """See :class:`Disk`."""
        with _opened(path, os.O_RDONLY | os.O_DIRECTORY) as descriptor:
            os.fsync(descriptor)


def put_file(disk: Disk, path: Path, content: bytes) -> None:
    """Write ``path`` so that after any crash it holds either what it held or ``content`` whole. Durable on return."""
    fresh = path.with_name(FRESH + path.name)
    if fresh.exists():
        disk.unlink(fresh)
    disk.write_new(fresh, content)
    disk.sync_file(fresh)
    disk.rename(fresh, path)
    disk.sync_directory(path.parent)


def shred(disk: Disk, path: Path, noise: bytes) -> None:
    """Overwrite with ``noise``, then remove. Durable on return.

    It does not reach copies the device keeps on its own (flash wear levelling, copy-on-write file systems, snapshots).
    """
    disk.overwrite(path, noise)
    disk.sync_file(path)
    disk.unlink(path)
    disk.sync_directory(path.parent)


FRESH = ".fresh-"
"""Start of the name of a file still being written; after a crash it is nobody's and may be removed."""


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold the lock file ``path``: one holder among all processes and threads.

    Freed by the kernel if the holder dies.
    """
    with _opened(path, os.O_RDWR | os.O_CREAT) as descriptor:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
