"""A disk that records what is done to it, and can show what a power cut at any moment would have left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from sekisho.keys.disk import RealDisk


class Loss(StrEnum):
    """What the device forgets of everything that wasn't synced."""

    NOTHING = "nothing"
    """As after kill -9."""
    CONTENT = "content"
    """Names are there, content isn't: the file that turns out empty."""
    NAMES = "names"
    """Content is there, new names and removals aren't."""
    EVERYTHING = "everything"
    TORN = "torn"
    """Of the last write only half arrived."""
    ZEROS = "zeros"
    """Of the last write only the length arrived."""


@dataclass(slots=True)
class RecordingDisk:
    """Does everything on the real file system and writes down what it did."""

    real: RealDisk = field(default_factory=RealDisk)
    done: list[tuple[str, tuple[Any, ...]]] = field(default_factory=list)

    def _do(self, operation: str, *arguments: Any) -> None:
        getattr(self.real, operation)(*arguments)
        self.done.append((operation, arguments))

    def make_directory(self, path: Path) -> None:
        """Recorded."""
        self._do("make_directory", path)

    def write_new(self, path: Path, content: bytes) -> None:
        """Recorded."""
        self._do("write_new", path, content)

    def overwrite(self, path: Path, content: bytes) -> None:
        """Recorded."""
        self._do("overwrite", path, content)

    def append(self, path: Path, content: bytes) -> None:
        """Recorded."""
        self._do("append", path, content)

    def truncate(self, path: Path, size: int) -> None:
        """Recorded."""
        self._do("truncate", path, size)

    def rename(self, old: Path, new: Path) -> None:
        """Recorded."""
        self._do("rename", old, new)

    def unlink(self, path: Path) -> None:
        """Recorded."""
        self._do("unlink", path)

    def sync_file(self, path: Path) -> None:
        """Recorded."""
        self._do("sync_file", path)

    def sync_directory(self, path: Path) -> None:
        """Recorded."""
        self._do("sync_directory", path)


@dataclass(slots=True)
class _File:
    now: bytes = b""
    synced: bytes = b""
    before_last: bytes = b""


@dataclass(slots=True)
class Device:
    """The state of files after some recorded operations, with what is durable kept apart."""

    names: dict[Path, _File] = field(default_factory=dict)
    synced_names: dict[Path, _File] = field(default_factory=dict)
    directories: set[Path] = field(default_factory=set)
    last: _File | None = None

    def apply(self, operation: str, arguments: tuple[Any, ...]) -> None:
        """One recorded operation."""
        path: Path = arguments[0]
        self.last = None
        match operation:
            case "make_directory":
                self.directories.add(path)
            case "write_new":
                self.names[path] = _File()
                self._write(path, arguments[1])
            case "overwrite":
                self._write(path, arguments[1] + self.names[path].now[len(arguments[1]) :])
            case "append":
                self._write(path, self.names[path].now + arguments[1])
            case "truncate":
                self._write(path, self.names[path].now[: arguments[1]])
            case "rename":
                self.names[arguments[1]] = self.names.pop(path)
            case "unlink":
                del self.names[path]
            case "sync_file":
                self.names[path].synced = self.names[path].now
            case "sync_directory":
                inside = {name: file for name, file in self.names.items() if name.parent == path}
                kept = {name: file for name, file in self.synced_names.items() if name.parent != path}
                self.synced_names = kept | inside

    def _write(self, path: Path, content: bytes) -> None:
        file = self.last = self.names[path]
        file.before_last, file.now = file.now, content

    def left(self, loss: Loss) -> dict[Path, bytes]:
        """The files found after power returns."""
        names = self.synced_names if loss in {Loss.NAMES, Loss.EVERYTHING} else self.names
        synced = loss in {Loss.CONTENT, Loss.EVERYTHING}
        found = {path: file.synced if synced else file.now for path, file in names.items()}
        if loss in {Loss.TORN, Loss.ZEROS} and self.last is not None:
            old, new = self.last.before_last, self.last.now
            same = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
            half = same + (len(new) - same) // 2
            torn = new[:half] + old[half:] if loss is Loss.TORN else new[:same] + bytes(len(new) - same)
            found |= {path: torn for path, file in names.items() if file is self.last}
        return found

    def write_to(self, root: Path, target: Path, loss: Loss) -> None:
        """Lay out under ``target`` what is left of ``root``."""
        for directory in sorted(self.directories):
            (target / directory.relative_to(root)).mkdir(parents=True, exist_ok=True)
        for path, content in self.left(loss).items():
            (target / path.relative_to(root)).write_bytes(content)


def every_moment(disk: RecordingDisk) -> Iterator[tuple[int, Device]]:
    """The device after no operation, after the first, and so on to all of them."""
    device = Device()
    yield 0, device
    for number, (operation, arguments) in enumerate(disk.done, start=1):
        device.apply(operation, arguments)
        yield number, device
