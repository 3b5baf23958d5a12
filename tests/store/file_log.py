"""A plain file that implements the queue's ledger port: one hex line per leaf, locked, synced before it answers.

Stands in for the Merkle log where a test is about the queue: it can be read with the naked eye, and told to fail.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Callable, Sequence
from pathlib import Path

from sekisho.clock import SystemClock
from sekisho.store.outbox import SealedLeaf


class FileLog:
    """Leaves as hex lines. ``before`` and ``after`` run around the write and may raise or kill."""

    def __init__(
        self, path: Path, *, before: Callable[[], None] | None = None, after: Callable[[], None] | None = None
    ) -> None:
        self._path = path
        self._before = before
        self._after = after
        self._file = path.open("a+b")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.close()
            raise
        self._size = len(lines(path))
        os.truncate(path, sum(len(line) * 2 + 1 for line in lines(path)))

    @property
    def size(self) -> int:
        """Number of leaves."""
        return self._size

    def append(self, leaves: Sequence[bytes]) -> range:
        """Write, sync, answer."""
        if self._before is not None:
            self._before()
        self._file.write(b"".join(leaf.hex().encode() + b"\n" for leaf in leaves))
        self._file.flush()
        os.fdatasync(self._file.fileno())
        start, self._size = self._size, self._size + len(leaves)
        if self._after is not None:
            self._after()
        return range(start, self._size)

    def leaves(self, start: int, stop: int) -> list[bytes]:
        """Leaves ``start`` up to ``stop``."""
        return lines(self._path)[start:stop]

    def close(self) -> None:
        """Release the lock."""
        self._file.close()


def lines(path: Path) -> list[bytes]:
    """The leaves in the file; a torn last line isn't one."""
    return [bytes.fromhex(line.decode()) for line in path.read_bytes().split(b"\n")[:-1]] if path.exists() else []


def opener(path: Path, **hooks: Callable[[], None]) -> Callable[[], FileLog | None]:
    """``open_log`` for the queue: None while another has the file."""

    def open_log() -> FileLog | None:
        try:
            return FileLog(path, **hooks)
        except BlockingIOError:
            return None

    return open_log


def leaf_id_of(leaf: bytes) -> str:
    """The id inside a leaf made by :func:`leaf_of`."""
    return leaf.split(b" ", 1)[0].decode()


def leaf_of(said: str) -> SealedLeaf:
    """A leaf that says ``said``, with a fresh id."""
    leaf_id = secrets.token_hex(16)
    return SealedLeaf(
        id=leaf_id,
        kind="test.said",
        owner="test/1",
        at=SystemClock().now(),
        body=said.encode(),
        leaf=f"{leaf_id} {said}".encode(),
    )
