"""The sink: bounded, in order, durable before anybody is told, and patient with a disk that fails."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from sekisho.logs.intervals.days import microseconds
from sekisho.logs.listeners import sink as sinking
from sekisho.logs.listeners.counts import Counts
from sekisho.logs.listeners.sink import Record, Sink
from sekisho.logs.service import LogService
from sekisho.logs.spool import Received, SpoolWriter, read_spool, spool_files
from sekisho.store.files import RealFiles
from sekisho.workspace import Workspace
from tests.logs.conftest import NOON

NOW = microseconds(NOON)


def until(true: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait for something, and fail if it doesn't come."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it didn't come"
        time.sleep(0.005)


def spooled(logs: LogService, workspace: Workspace) -> list[bytes]:
    """What the spool of ``cgn`` has."""
    source = logs.source("cgn")
    found: list[bytes] = []
    for one in spool_files(logs.ground.spool_of(source), RealFiles()):
        records = read_spool(RealFiles(), workspace.keyring, source.spec.kind, one)
        found += [record.data for record in records if isinstance(record, Received)]
    return found


def test_records_are_durable_in_their_order(logs: LogService, workspace: Workspace) -> None:
    """Each is told durable after it is, none twice, and they stand in the spool as they came."""
    counts, told = Counts(), []
    with logs.spool("cgn") as writer:
        sink = Sink(writer, counts, linger=0.0)
        for number in range(500):
            assert sink.offer(Record(b"%d" % number, NOW, "192.0.2.1", durable=lambda n=number: told.append(n)))  # type: ignore[misc] # a lambda's default has no type of its own
        sink.close()
    assert told == list(range(500))
    assert (counts.received, counts.durable) == (500, 500)
    assert spooled(logs, workspace) == [b"%d" % number for number in range(500)]


def test_full_queue_refuses_and_tells_when_there_is_room(logs: LogService, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory is bounded while a disk is slow; what must be taken is; afterwards there is room again."""
    slow = threading.Event()
    real = SpoolWriter.sync

    def sync(self: SpoolWriter) -> None:
        slow.wait(10)
        real(self)

    monkeypatch.setattr(SpoolWriter, "sync", sync)
    counts, room = Counts(), threading.Event()
    with logs.spool("cgn") as writer:
        sink = Sink(writer, counts, linger=0.0, capacity=10_000)
        taken = 0
        while sink.offer(Record(b"x" * 872, NOW, "")):
            taken += 1
        assert 9 <= taken <= 11
        assert sink.full
        assert sink.offer(Record(b"forced", NOW, ""), force=True)
        sink.when_there_is_room(room.set)
        slow.set()
        assert room.wait(10)
        until(lambda: sink.offer(Record(b"after", NOW, "")))
        sink.close()
    assert counts.durable == taken + 2


def test_disk_that_fails_is_tried_again(
    logs: LogService, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is told durable while the disk fails, and nothing is lost when it works again."""
    monkeypatch.setattr(sinking, "RETRY_SECONDS", 0.01)
    failing = [True]
    real = SpoolWriter.sync

    def sync(self: SpoolWriter) -> None:
        if failing[0]:
            raise OSError(28, "No space left on device")
        real(self)

    monkeypatch.setattr(SpoolWriter, "sync", sync)
    counts, told = Counts(), threading.Event()
    with logs.spool("cgn") as writer:
        sink = Sink(writer, counts, linger=0.0)
        sink.offer(Record(b"kept", NOW, "", durable=told.set))
        until(lambda: counts.disk_errors > 3)
        assert not told.is_set()
        failing[0] = False
        assert told.wait(10)
        sink.close()
    assert counts.durable == 1
    assert b"kept" in spooled(logs, workspace)


def test_end_with_a_disk_that_fails_counts_what_is_lost(logs: LogService, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ending doesn't wait forever; what couldn't be written is counted as lost."""
    monkeypatch.setattr(sinking, "RETRY_SECONDS", 0.01)
    counts = Counts()
    with logs.spool("cgn") as writer, monkeypatch.context() as patch:

        def sync(self: SpoolWriter) -> None:
            raise OSError(5, "Input/output error")

        patch.setattr(SpoolWriter, "sync", sync)
        sink = Sink(writer, counts, linger=0.0)
        sink.offer(Record(b"a\nb\n", NOW, "", messages=2))
        sink.close(timeout=0.1)
    assert counts.dropped["disk"] == 2


def test_error_of_another_kind_ends_the_sink(logs: LogService, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that is gone: nothing more is taken or acknowledged, and whoever asks sees why."""

    def append(self: SpoolWriter, data: bytes, **more: Any) -> None:
        raise KeyError("gone")

    monkeypatch.setattr(SpoolWriter, "append", append)
    told = threading.Event()
    with logs.spool("cgn") as writer:
        sink = Sink(writer, Counts(), linger=0.0)
        sink.offer(Record(b"x", NOW, "", durable=told.set))
        until(lambda: sink.failed is not None)
        assert not sink.offer(Record(b"y", NOW, ""))
        assert sink.roll(1) is False
        sink.close()
    assert not told.is_set()
    assert isinstance(sink.failed, KeyError)


