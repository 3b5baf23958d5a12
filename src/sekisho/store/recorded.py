"""A file layer that records a run and rebuilds what a crash at any point of it would leave: the proof of durability.

For tests. What it doesn't model: a disk that lies about having synced, and bytes that were synced and changed later.
"""

from __future__ import annotations

import random
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from sekisho.store.files import AppendFile, FileLayer, RealFiles

SECTOR = 512
"""Bytes that a disk writes whole or not at all: the smallest logical block of any in use."""


class Loss(Enum):
    """What happens, at a crash, to what was not synced."""

    NOTHING = "nothing"
    """Everything unsynced happens to be on the disk."""
    ALL = "all"
    """Everything unsynced is gone: bytes and names."""
    BYTES = "bytes"
    """Names are kept, unsynced bytes are gone (a renamed file is empty)."""
    NAMES = "names"
    """Bytes are kept, unsynced names are gone."""
    TORN = "torn"
    """Names are kept; of each file's unsynced bytes only a part, cut at any byte, is there."""
    ZEROED = "zeroed"
    """Names are kept; files have their new length, but from some disk sector on the unsynced bytes read as zeros."""
    MIXED = "mixed"
    """Each file and each directory is cut independently at a random point of what it had not synced."""


@dataclass(frozen=True, slots=True)
class _Write:
    node: int
    data: bytes


@dataclass(frozen=True, slots=True)
class _Cut:
    node: int
    size: int


@dataclass(frozen=True, slots=True)
class SyncData:
    """A file's bytes became durable."""

    node: int


@dataclass(frozen=True, slots=True)
class _Names:
    """A change of names in one directory: ``set`` (name to node) after ``drop``, in one atomic step."""

    directory: int
    drop: tuple[str, ...]
    set: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class _SyncNames:
    directory: int


Operation = _Write | _Cut | SyncData | _Names | _SyncNames
"""One recorded step."""

_ROOT = 0


@dataclass(slots=True)
class _File:
    synced: bytes = b""
    pending: list[_Write | _Cut] = field(default_factory=list)


@dataclass(slots=True)
class _Directory:
    synced: dict[str, int] = field(default_factory=dict)
    pending: list[_Names] = field(default_factory=list)


class _RecordedAppendFile:
    """Passes on to a real file and records."""

    def __init__(self, recorder: RecordedFiles, node: int, inner: AppendFile) -> None:
        self._recorder = recorder
        self._node = node
        self._inner = inner

    @property
    def size(self) -> int:
        return self._inner.size

    def write(self, data: bytes) -> None:
        with self._recorder.recording():
            self._inner.write(data)
            self._recorder.record(_Write(self._node, bytes(data)))

    def datasync(self) -> None:
        with self._recorder.recording():  # not really synced: a recorded run promises nothing to the machine it runs on
            self._recorder.record(SyncData(self._node))

    def truncate(self, size: int) -> None:
        with self._recorder.recording():
            self._inner.truncate(size)
            self._recorder.record(_Cut(self._node, size))

    def close(self) -> None:
        self._inner.close()


class RecordedFiles(FileLayer):
    """Runs on real files below ``root`` and records every operation, to rebuild what a crash would leave.

    Model: a file's unsynced writes may be lost from any byte on; a directory's unsynced changes of names may be lost
    from any one on; files and directories lose independently of each other (stricter than journaling file systems).
    A rename is atomic. For tests: it keeps everything in memory and never really syncs.
    """

    def __init__(self, root: Path) -> None:
        """``root`` must exist and be empty."""
        if any(root.iterdir()):
            raise ValueError("a recorded run starts in an empty directory")
        self._root = root.resolve()
        self._real = RealFiles()
        self._lock = threading.RLock()
        self._operations: list[Operation] = []
        self._marks: list[tuple[int, object]] = []
        self._tree: dict[int, dict[str, int]] = {_ROOT: {}}
        self._next_node = 1

    # recording

    def recording(self) -> threading.RLock:
        """The lock under which an operation is done and recorded, so that the record has the real order."""
        return self._lock

    def record(self, operation: Operation) -> None:
        """Append to the record."""
        self._operations.append(operation)

    def mark(self, value: object) -> None:
        """Note ``value`` at this point of the run, for example that something has just been acknowledged."""
        with self._lock:
            self._marks.append((len(self._operations), value))

    @property
    def operations(self) -> int:
        """How many operations were recorded: prefixes run from 0 to this number, both included."""
        return len(self._operations)

    def marks(self, prefix: int) -> list[object]:
        """What had been marked when the first ``prefix`` operations were done."""
        return [value for position, value in self._marks if position <= prefix]

    def _locate(self, path: Path) -> tuple[int, str]:
        """The node of the directory of ``path``, and its last name."""
        absolute = path if path.is_absolute() else path.absolute()
        parts = absolute.parent.resolve().relative_to(self._root).parts
        node = _ROOT
        for part in parts:
            node = self._tree[node][part]
        return node, absolute.name

    def _new_name(self, path: Path, *, directory: bool) -> int:
        parent, name = self._locate(path)
        node = self._next_node
        self._next_node += 1
        self._tree[parent][name] = node
        if directory:
            self._tree[node] = {}
        self.record(_Names(parent, (), ((name, node),)))
        return node

    # FileLayer

    def create(self, path: Path) -> AppendFile:
        """A new empty file."""
        with self._lock:
            inner = self._real.create(path)
            return _RecordedAppendFile(self, self._new_name(path, directory=False), inner)

    def open_append(self, path: Path) -> AppendFile:
        """An existing file, positioned at its end."""
        with self._lock:
            inner = self._real.open_append(path)
            parent, name = self._locate(path)
            return _RecordedAppendFile(self, self._tree[parent][name], inner)

    def rename(self, source: Path, target: Path) -> None:
        """Give ``source`` the name ``target`` in the same directory."""
        with self._lock:
            self._real.rename(source, target)
            parent, name = self._locate(source)
            node = self._tree[parent].pop(name)
            self._tree[parent][target.name] = node
            self.record(_Names(parent, (name,), ((target.name, node),)))

    def unlink(self, path: Path) -> None:
        """Remove a file's name."""
        with self._lock:
            self._real.unlink(path)
            parent, name = self._locate(path)
            del self._tree[parent][name]
            self.record(_Names(parent, (name,), ()))

    def make_directory(self, path: Path) -> None:
        """A new directory."""
        with self._lock:
            self._real.make_directory(path)
            self._new_name(path, directory=True)

    def sync_directory(self, path: Path) -> None:
        """Record that the names in ``path`` are on the disk."""
        with self._lock:
            node, _ = self._locate(path / "any")
            self.record(_SyncNames(node))

    def read(self, path: Path) -> bytes:
        """The whole file."""
        return self._real.read(path)

    def names(self, path: Path) -> list[str]:
        """Names in a directory, sorted."""
        return self._real.names(path)

    def exists(self, path: Path) -> bool:
        """Whether ``path`` names a file or directory."""
        return self._real.exists(path)

    def remove_directory(self, path: Path) -> None:
        """Remove an empty directory."""
        with self._lock:
            self._real.remove_directory(path)
            parent, name = self._locate(path)
            del self._tree[parent][name]
            self.record(_Names(parent, (name,), ()))

    def walk(self, path: Path) -> Iterator[Path]:
        """Every file below ``path``, in no order."""
        return self._real.walk(path)

    def publish_from(self, path: Path, produce: Callable[[BinaryIO], None]) -> None:
        """Put one file in place whole; recorded as one write of all of it."""
        stream = BytesIO()
        produce(stream)
        self.publish([(path, stream.getvalue())])

    # rebuilding

    def rebuild(self, prefix: int, loss: Loss, into: Path, *, seed: int = 0) -> None:
        """Write into the directory ``into`` (emptied first) what is left after a crash once the first ``prefix``
        operations were done. ``seed`` chooses where :attr:`Loss.TORN`, ``ZEROED`` and ``MIXED`` cut; the same seed cuts
        alike."""
        files: dict[int, _File] = {}
        directories: dict[int, _Directory] = {_ROOT: _Directory()}
        for operation in self._operations[:prefix]:
            match operation:
                case _Write() | _Cut():
                    files.setdefault(operation.node, _File()).pending.append(operation)
                case SyncData(node):
                    file = files.setdefault(node, _File())
                    file.synced = _contents(file.synced, file.pending)
                    file.pending.clear()
                case _Names(directory):
                    directories.setdefault(directory, _Directory()).pending.append(operation)
                case _SyncNames(directory):
                    names = directories.setdefault(directory, _Directory())
                    names.synced = _entries(names.synced, names.pending)
                    names.pending.clear()
        rng = random.Random(seed)  # noqa: S311  chooses where a test cuts, nothing secret
        if into.exists():
            shutil.rmtree(into)
        into.mkdir(parents=True)
        self._write_directory(_ROOT, into, files, directories, loss, rng)

    def _write_directory(
        self,
        node: int,
        into: Path,
        files: dict[int, _File],
        directories: dict[int, _Directory],
        loss: Loss,
        rng: random.Random,
    ) -> None:
        names = directories.get(node, _Directory())
        if loss in (Loss.ALL, Loss.NAMES):
            kept: list[_Names] = []
        elif loss is Loss.MIXED:
            kept = names.pending[: rng.randint(0, len(names.pending))]
        else:
            kept = names.pending
        for name, child in sorted(_entries(names.synced, kept).items()):
            if child in self._tree:
                (into / name).mkdir()
                self._write_directory(child, into / name, files, directories, loss, rng)
            else:
                (into / name).write_bytes(_surviving(files.get(child, _File()), loss, rng))

    def crashes(self, into: Path, *, losses: Iterable[Loss] = tuple(Loss), seed: int = 0) -> Iterator[tuple[int, Loss]]:
        """Rebuild every prefix under every loss in turn in ``into``, yielding which one is there now."""
        for prefix in range(self.operations + 1):
            for loss in losses:
                self.rebuild(prefix, loss, into, seed=seed + prefix)
                yield prefix, loss


def _contents(start: bytes, changes: Iterable[_Write | _Cut]) -> bytes:
    content = bytearray(start)
    for change in changes:
        match change:
            case _Write(data=data):
                content += data
            case _Cut(size=size):
                del content[size:]
    return bytes(content)


def _entries(start: dict[str, int], changes: Iterable[_Names]) -> dict[str, int]:
    entries = dict(start)
    for change in changes:
        for name in change.drop:
            entries.pop(name, None)
        entries.update(change.set)
    return entries


def _surviving(file: _File, loss: Loss, rng: random.Random) -> bytes:
    """A file's bytes after the crash."""
    whole = _contents(file.synced, file.pending)
    if not file.pending or loss in (Loss.NOTHING, Loss.NAMES):
        return whole
    if loss in (Loss.ALL, Loss.BYTES):
        return file.synced
    if loss is Loss.MIXED:
        kept = file.pending[: rng.randint(0, len(file.pending))]
        before = _contents(file.synced, kept[:-1])
        return _torn(before, _contents(before, kept[-1:]), rng)
    before = _contents(file.synced, file.pending[:-1])
    if loss is Loss.TORN:
        return _torn(before, whole, rng)
    cut = len(_torn(before, whole, rng))
    cut = max(min(len(before), len(whole)), cut - cut % SECTOR)
    return whole[:cut] + bytes(len(whole) - cut)


def _torn(before: bytes, after: bytes, rng: random.Random) -> bytes:
    """``after`` cut at a byte of what the last change added; a change that cut the file happened or did not."""
    if len(after) <= len(before):
        return rng.choice((before, after))
    return after[: rng.randint(len(before), len(after))]
