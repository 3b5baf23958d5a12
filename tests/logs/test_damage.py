"""Damaged and missing files, wrong keys, full and read-only disks, two at once: a clear error, and the store intact."""

from __future__ import annotations

import errno
import io
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import BinaryIO

import pytest

from sekisho.clock import FixedClock
from sekisho.logs import committing
from sekisho.logs.errors import DayDamaged, SegmentDamaged, SegmentMissing, SourceBusy, StoreNotWritable
from sekisho.logs.kinds import LogKind
from sekisho.logs.sealing import read_all
from sekisho.logs.service import LogService
from sekisho.store.files import AppendFile, RealFiles
from sekisho.workspace import Workspace
from tests.logs.conftest import MIDNIGHT, TODAY, asked, files_of, take

A = "203.0.113.9 1024 2047"


class FullDisk(RealFiles):
    """A disk with room for so many more files."""

    def __init__(self, room: int, error: int = errno.ENOSPC) -> None:
        """``room`` files can be made."""
        self.room = room
        self._error = error

    def _take(self, path: Path) -> None:
        self.room -= 1
        if self.room < 0:
            raise OSError(self._error, "No space left on device", str(path))

    def create(self, path: Path) -> AppendFile:
        """As :class:`RealFiles`, while there is room."""
        self._take(path)
        return super().create(path)

    def publish_from(self, path: Path, produce: Callable[[BinaryIO], None]) -> None:
        """As :class:`RealFiles`, while there is room: the disk fills up while the file is written."""

        def fills(sink: BinaryIO) -> None:
            produce(sink)
            self._take(path)

        super().publish_from(path, fills)


def pair(at: float) -> tuple[str, str]:
    """A row's lines."""
    return f"A {MIDNIGHT + at} {A} 100.64.0.1", f"R {MIDNIGHT + at + 0.5} {A} 100.64.0.1"


@pytest.mark.parametrize("suffix", [".segment", ".blocks"])
def test_a_flipped_bit_is_damage(logs: LogService, workspace: Workspace, suffix: str) -> None:
    """In the rows and in the commitment: the error names the segment; it is never an empty answer."""
    take(logs, *(line for at in range(100) for line in pair(at)))
    (entry,) = logs.open_segments(LogKind.AP_NAT, TODAY)
    (path,) = (one for one in files_of(workspace) if one.suffix == suffix)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    read: Callable[[], object] = partial(read_all, logs.files, entry.segment)
    if suffix == ".blocks":
        read = partial(logs.files.commitment, entry.segment, entry.rows)
    with pytest.raises(SegmentDamaged):
        read()


def test_a_missing_file_is_missing(logs: LogService, workspace: Workspace, clock: FixedClock) -> None:
    """Asked for, and at the seal, which then changes nothing."""
    for at in (0, 10):
        take(logs, *pair(at))
    (entry, _) = logs.open_segments(LogKind.AP_NAT, TODAY)
    (workspace.path / "logs" / "ap.nat" / "2026-11-23" / f"{entry.segment.id}.segment").unlink()
    with pytest.raises(SegmentMissing):
        logs.reader(entry)
    clock.advance(timedelta(days=1))
    with pytest.raises(DayDamaged, match="missing"):
        logs.seal(LogKind.AP_NAT, TODAY)
    assert len(logs.open_segments(LogKind.AP_NAT, TODAY)) == 2


def test_another_keys_segment_is_damage(logs: LogService) -> None:
    """A segment under another identity or key doesn't open."""
    take(logs, *pair(0))
    (entry,) = logs.open_segments(LogKind.AP_NAT, TODAY)
    path = logs.ground.root / "ap.nat" / "2026-11-23"
    other = "0" * 32
    (path / f"{other}.segment").write_bytes((path / f"{entry.segment.id}.segment").read_bytes())
    with pytest.raises(SegmentDamaged):
        logs.files.open(replace(entry.segment, id=other))


@pytest.mark.parametrize("room", range(5))
def test_a_full_disk_takes_nothing_in(logs: LogService, workspace: Workspace, room: int) -> None:
    """Whenever the disk fills up: a clear error, nothing new asked, nothing left; with room, the same input goes in."""
    take(logs, *pair(0), f"A {MIDNIGHT - 100} 203.0.113.9 0 99 100.64.0.2")
    before, files = asked(logs), files_of(workspace)
    lines = (*pair(100), "unreadable", f"A {MIDNIGHT + 200} 203.0.113.9 100 199 100.64.0.3")
    full = LogService(workspace, layer=FullDisk(room))
    with pytest.raises(StoreNotWritable) as caught:
        take(full, *lines)
    assert "No space" in caught.value.sentence("en")
    assert (asked(logs), files_of(workspace)) == (before, files)
    take(logs, *lines)
    assert len(asked(logs)["2026-11-23"]) == 4


def test_a_read_only_disk_is_named(logs: LogService, workspace: Workspace) -> None:
    """The error says what is wrong; what is there can still be read."""
    take(logs, *pair(0))
    with pytest.raises(StoreNotWritable):
        take(LogService(workspace, layer=FullDisk(0, errno.EROFS)), *pair(9))
    assert len(asked(logs)["2026-11-23"]) == 1


def test_of_two_at_once_one_after_the_other(logs: LogService) -> None:
    """Threads of one process wait for each other: all rows are there, once."""
    errors: list[Exception] = []

    def work(begin: int) -> None:
        try:
            for at in range(5):
                take(logs, *pair(begin + at))
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(begin,)) for begin in (0, 100, 200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(asked(logs)["2026-11-23"]) == 15


def test_another_process_that_was_first_is_noticed(
    logs: LogService, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An ingest that rests on an open table which another one has replaced meanwhile is refused, and leaves nothing."""
    take(logs, f"A {MIDNIGHT} {A} 100.64.0.1")
    real = committing.placed
    other = LogService(workspace)

    def meanwhile(*args: object) -> object:
        monkeypatch.setattr(committing, "placed", real)
        take(other, f"R {MIDNIGHT + 5} {A} 100.64.0.1")
        return real(*args)  # type: ignore[arg-type] # passed on as they are

    monkeypatch.setattr(committing, "placed", meanwhile)
    with pytest.raises(SourceBusy):
        take(logs, f"R {MIDNIGHT + 6} {A} 100.64.0.1")
    assert asked(logs)["2026-11-23"] == [(0.0, 5.0, "00", "100.64.0.1", True)]
    assert len(files_of(workspace)) == 2


def test_a_day_sealed_meanwhile_gets_a_late_segment(
    logs: LogService, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was written for an open day is entered as late when the day was sealed before the commit."""
    take(logs, *pair(0))
    clock.advance(timedelta(days=1))
    real = committing.input_body

    def meanwhile(*args: object) -> object:
        monkeypatch.setattr(committing, "input_body", real)
        logs.seal(LogKind.AP_NAT, TODAY)
        return real(*args)  # type: ignore[arg-type] # passed on as they are

    monkeypatch.setattr(committing, "input_body", meanwhile)
    take(logs, *pair(9))
    assert [entry.state for entry in logs.open_segments(LogKind.AP_NAT, TODAY)] == ["sealed", "late"]


def test_a_quarantine_that_was_cut_is_damage(logs: LogService, workspace: Workspace) -> None:
    """Neither a cut file nor a changed byte passes for all that was quarantined."""
    done = logs.ingest(io.BytesIO("\n".join((*pair(0), "what?", "how?")).encode()), "cgn")
    (path,) = (one for one in files_of(workspace) if one.suffix == ".quarantine")
    data = path.read_bytes()
    for bad in (b"", data[:-1], data[:-5] + b"\x00" + data[-4:]):
        path.write_bytes(bad)
        with pytest.raises(SegmentDamaged):
            list(logs.quarantined(done.id))
    path.unlink()
    with pytest.raises(SegmentMissing):
        list(logs.quarantined(done.id))
