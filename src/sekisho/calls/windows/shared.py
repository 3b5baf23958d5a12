"""One file of fixed size that several processes map, with a lock among them. Standard library only.

The lock is the kernel's (``fcntl``): it dies with whoever held it. Whoever is killed in the middle of a step leaves a
count wrong by that one call, never a file that can't be read. The file belongs on a memory file system, not in a
backup: it lives as long as the proxy runs.

Not for threads of one process: they share one lock of the kernel's.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Final

_MAGIC: Final = b"SKWINDW1"
_HEADER: Final = struct.Struct("<8sIIIII32s")
HEADER_BYTES: Final = 128
CALLER_SLOT: Final = 96
"""Bytes for one caller: 4 words, then twice 32 bytes of marks."""
RANGE_SLOT: Final = 544
"""Bytes for one range: 4 words, then twice 256 bytes of marks."""
WAYS: Final = 8
"""Places in which a key may stand; the least seen of them makes room."""


class WindowsUnusable(Exception):
    """The file isn't one of these, or was made for other sizes. Remove it and start the proxy again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How much is remembered at most. The file's size follows: 6.7 MiB as it stands here.

    ``trunks``: trunks watched; ``last_calls``: calls of a trunk's window; ``callers`` and ``ranges``: counted at once,
    multiples of :data:`WAYS`.
    """

    trunks: int = 256
    last_calls: int = 100
    callers: int = 65_536
    ranges: int = 1_024

    def __post_init__(self) -> None:
        """Refuse sizes that can't hold anything."""
        if (
            min(self.trunks, self.last_calls, self.callers, self.ranges) < 1
            or self.callers % WAYS
            or self.ranges % WAYS
        ):
            raise ValueError(f"sizes are at least 1, callers and ranges multiples of {WAYS}")

    @property
    def trunk_bytes(self) -> int:
        """Bytes for one trunk: its hash, how many calls, when alarmed, one spare word; then a word for each call."""
        return 32 + 8 * self.last_calls

    @property
    def callers_at(self) -> int:
        """Where the callers begin."""
        return HEADER_BYTES + self.trunks * self.trunk_bytes

    @property
    def ranges_at(self) -> int:
        """Where the ranges begin."""
        return self.callers_at + self.callers * CALLER_SLOT

    @property
    def size(self) -> int:
        """Bytes of the whole file."""
        return self.ranges_at + self.ranges * RANGE_SLOT


def _prepared(file: int, shape: Shape) -> bytes:
    """The key of ``file``, which is made what ``shape`` says where it is new. Held alone meanwhile."""
    sizes = (shape.trunks, shape.last_calls, shape.callers, shape.ranges, 0)
    size = os.fstat(file).st_size
    # The header is written last: a file that is long enough and has none was left by whoever was killed here.
    if size == 0 or (size == shape.size and os.pread(file, len(_MAGIC), 0) == bytes(len(_MAGIC))):
        os.ftruncate(file, shape.size)
        os.pwrite(file, _HEADER.pack(_MAGIC, *sizes, os.urandom(32)), 0)
    elif size != shape.size:
        raise WindowsUnusable(f"{size} bytes, {shape.size} expected")
    magic, *found, key = _HEADER.unpack(os.pread(file, _HEADER.size, 0))
    if magic != _MAGIC or tuple(found) != sizes:
        raise WindowsUnusable("other sizes, or not a file of windows")
    return bytes(key)


class SharedFile:
    """The mapped file. Open it once in each process, after the fork."""

    __slots__ = ("_file", "_key", "bytes", "shape", "words")

    def __init__(self, path: Path, shape: Shape) -> None:
        """Map ``path``, made with owner-only rights where there is none.

        Raises :class:`WindowsUnusable` for a file of other contents or sizes.
        """
        self.shape = shape
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.lockf(self._file, fcntl.LOCK_EX)
            self._key = _prepared(self._file, shape)
            mapped = mmap.mmap(self._file, shape.size)
        except BaseException:
            os.close(self._file)
            raise
        fcntl.lockf(self._file, fcntl.LOCK_UN)
        self.bytes = memoryview(mapped)
        self.words = self.bytes.cast("Q")

    def hash(self, text: str) -> int:
        """A word for ``text`` under this file's key; never 0."""
        digest = blake2b(text.encode("utf-8", "replace"), digest_size=8, key=self._key).digest()
        return int.from_bytes(digest, "little") or 1

    @contextmanager
    def alone(self) -> Iterator[None]:
        """While no other process counts. Steps inside are short: every child waits."""
        fcntl.lockf(self._file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.lockf(self._file, fcntl.LOCK_UN)

    def close(self) -> None:
        """Unmap and let go. What was counted stays in the file."""
        self.words.release()
        self.bytes.release()
        os.close(self._file)
