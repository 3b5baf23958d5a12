"""A log store to be killed: takes inputs in, seals yesterday, and prints what was acknowledged.

Run as ``python -m tests.logs.crash_child WORKSPACE KEYFILE COUNT``: the process kills itself before its ``COUNT``-th
step that changes a disk or the database.
"""

from __future__ import annotations

import io
import os
import signal
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, BinaryIO

from sekisho.clock import FixedClock
from sekisho.keys import KeyFile
from sekisho.logs.formats import registry
from sekisho.logs.kinds import LogKind
from sekisho.logs.service import LogService
from sekisho.store.files import AppendFile, RealFiles
from sekisho.workspace import Workspace
from tests.logs.conftest import MIDNIGHT, NOON, SIMPLE, YESTERDAY

INPUTS = 4
A = "203.0.113.9 1024 2047"


def lines(number: int) -> bytes:
    """The input of that number: some pairs of yesterday and today, one holding over midnight, something unreadable."""
    begin = MIDNIGHT - 3_000 + number * 1_500
    told = [f"{word} {begin + at + (word == 'R') * 0.5} {A} 100.64.0.{at}" for at in range(20) for word in "AR"]
    told += [f"A {begin + 30} 203.0.113.{10 + number} 0 99 100.64.1.{number}", f"unreadable {number}"]
    if number:
        told.append(f"R {begin + 40} 203.0.113.{9 + number} 0 99 100.64.1.{number - 1}")
    return "\n".join(told).encode()


class Fuse:
    """Burns down with each step."""

    def __init__(self, count: int) -> None:
        """Kills at the step of that number; never for 0."""
        self.left = count
        self.steps = 0

    def step(self) -> None:
        """One step."""
        self.steps += 1
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


class FusedFiles(RealFiles):
    """The machine's files, with a step before everything that changes them."""

    def __init__(self, fuse: Fuse) -> None:
        """Burns ``fuse``."""
        self._fuse = fuse

    def create(self, path: Path) -> AppendFile:
        """As :class:`RealFiles`."""
        self._fuse.step()
        return super().create(path)

    def rename(self, source: Path, target: Path) -> None:
        """As :class:`RealFiles`."""
        self._fuse.step()
        super().rename(source, target)

    def unlink(self, path: Path) -> None:
        """As :class:`RealFiles`."""
        self._fuse.step()
        super().unlink(path)

    def publish(self, items: Iterable[tuple[Path, bytes]]) -> None:
        """As :class:`RealFiles`."""
        self._fuse.step()
        super().publish(items)

    def publish_from(self, path: Path, produce: Callable[[BinaryIO], None]) -> None:
        """As :class:`RealFiles`."""
        self._fuse.step()
        super().publish_from(path, produce)


def run(workspace: Workspace, fuse: Fuse, said: Callable[[str], Any]) -> None:
    """Take everything in and seal."""
    commit = workspace.commit

    def fused(*args: Any, **more: Any) -> Any:
        fuse.step()
        done = commit(*args, **more)
        fuse.step()
        return done

    workspace.commit = fused  # type: ignore[method-assign] # a step before and after each commit
    logs = LogService(workspace, layer=FusedFiles(fuse))
    for number in range(INPUTS):
        logs.ingest(io.BytesIO(lines(number)), "cgn")
        said(f"input {number}\n")
    logs.seal(LogKind.AP_NAT, YESTERDAY)
    said("sealed\n")


def main() -> None:
    """Run until killed."""
    path, key, count = sys.argv[1:]
    registry._FORMATS["simple"] = SIMPLE
    with Workspace.open(Path(path), keyring=KeyFile(Path(key)), clock=FixedClock(NOON)) as workspace:
        run(workspace, Fuse(int(count)), lambda text: os.write(1, text.encode()))


if __name__ == "__main__":
    main()
