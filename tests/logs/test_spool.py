"""What a listener has acknowledged survives it, is taken in once, and is never in the clear."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sekisho.keys import KeyFile
from sekisho.logs import spool as spooling
from sekisho.logs.errors import SpoolInUse
from sekisho.logs.formats.reader import Framing
from sekisho.logs.intervals.days import DAY, microseconds
from sekisho.logs.kinds import LogKind
from sekisho.logs.service import LogService
from sekisho.logs.sources import Source
from sekisho.logs.spool import END, Damage, Received, SpoolWriter, read_spool, spool_files
from sekisho.logs.spool_pieces import Spooled, spool_pieces
from sekisho.store import files as disk
from sekisho.store.files import AppendFile, RealFiles
from sekisho.workspace import Workspace
from tests.logs.conftest import MIDNIGHT, NOON, asked, files_of

NOW = microseconds(NOON)
A = "203.0.113.9 1024 2047"


def fill(logs: LogService, *groups: list[bytes]) -> Path:
    """A spool file with a frame for each group."""
    with logs.spool("cgn") as spool:
        for group in groups:
            for data in group:
                spool.append(data, received=NOW, peer="192.0.2.1")
            spool.sync()
    (found,) = spool_files(logs.ground.spool_of(logs.source("cgn")), RealFiles())
    return found.path


def records(logs: LogService, workspace: Workspace) -> list[Received | Damage]:
    """What can be read of the spool."""
    (found,) = spool_files(logs.ground.spool_of(logs.source("cgn")), RealFiles())
    return list(read_spool(RealFiles(), workspace.keyring, LogKind.AP_NAT, found))


def test_spooled_lines_are_taken_in_and_removed(logs: LogService, workspace: Workspace) -> None:
    """A drain ingests what is complete through the same way as files; asked again there is nothing."""
    with logs.spool("cgn") as spool:
        spool.append(f"A {MIDNIGHT + 1} {A} 100.64.0.1".encode(), received=NOW, peer="192.0.2.1")
        spool.append(f"R {MIDNIGHT + 2} {A} 100.64.0.1\r\n".encode(), received=NOW + 1, peer="192.0.2.1")
        spool.append(b"garbage\nwith a line feed", received=NOW + 2_000_000, peer="192.0.2.2")
        spool.sync()
        assert logs.drain("cgn") == ()
        spool.roll()
        (done,) = logs.drain("cgn")
    assert (done.records, done.events, done.rows, done.quarantined) == (3, 2, 1, {"no_match": 1})
    assert logs.drain("cgn") == ()
    assert not [path for path in files_of(workspace) if path.suffix in (".spool", ".live")]
    (health,) = logs.health()
    assert health.clock.received is not None
    assert health.clock.received.p50 == pytest.approx(NOW - (MIDNIGHT + 1.5) * 1e6, abs=1e6)


def test_nothing_is_spooled_in_the_clear(logs: LogService) -> None:
    """Neither complete nor while it is written."""
    with logs.spool("cgn") as spool:
        spool.append(b"A secret of 100.64.0.1", received=NOW)
        spool.sync()
        (live,) = logs.ground.spool_of(logs.source("cgn")).glob("*.live")
        assert b"secret" not in live.read_bytes()


@pytest.mark.parametrize("why", ["roll", "size", "midnight", "disk"])
def test_every_file_begins_with_what_a_reader_must_know(
    logs: LogService, workspace: Workspace, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    """Whatever ended the file before: a roll, its size, midnight, or a disk that failed. What is told is as of the
    record that begins the file."""
    second = NOW + (DAY if why == "midnight" else 5)
    with logs.spool("cgn") as writer:
        writer.begin_with(lambda at: [Received(at, "192.0.2.9", b"known at %d" % (at - NOW))])
        writer.append(b"one", received=NOW)
        writer.append(b"one more", received=NOW + 1)
        with monkeypatch.context() as patch:
            if why == "size":
                patch.setattr(spooling, "ROLL", 1)
            writer.sync()
            if why == "disk":
                patch.setattr(disk._RealAppendFile, "datasync", _fails)
                with pytest.raises(OSError, match="Input/output"):
                    writer.sync()
        if why == "roll":
            writer.roll()
        writer.append(b"two", received=second)
        writer.sync()
    source = logs.source("cgn")
    found = []
    for each in spool_files(logs.ground.spool_of(source), RealFiles()):
        told = read_spool(RealFiles(), workspace.keyring, source.spec.kind, each)
        found.append([one.data for one in told if isinstance(one, Received)])
    assert found == [[b"known at 0", b"one", b"one more"], [b"known at %d" % (second - NOW), b"two"]]


def _fails(self: object) -> None:
    raise OSError(5, "Input/output error")


def test_only_one_listener_writes_a_spool(logs: LogService) -> None:
    """A second one is refused until the first is gone."""
    with logs.spool("cgn"), pytest.raises(SpoolInUse):
        logs.spool("cgn")
    logs.spool("cgn").close()


def test_a_torn_end_is_ignored(logs: LogService, workspace: Workspace) -> None:
    """Whatever a crash leaves of a frame that was never acknowledged, the frames before it are read."""
    path = fill(logs, [b"one", b"two"], [b"three"])
    whole = path.read_bytes()[:-4]
    first = 4 + int.from_bytes(whole[:4], "little")
    for cut in (first, first + 2, first + 4, first + 9, len(whole) - 1):
        path.write_bytes(whole[:cut])
        assert [one.data for one in records(logs, workspace) if isinstance(one, Received)] == [b"one", b"two"]
        path.write_bytes(whole[:cut] + bytes(40))
        assert records(logs, workspace) == [Received(NOW, "192.0.2.1", b"one"), Received(NOW, "192.0.2.1", b"two")]


def test_damage_of_what_was_acknowledged_is_told(logs: LogService, workspace: Workspace) -> None:
    """A frame that no longer opens is a loss that the source's health knows of, wherever it stands."""
    path = fill(logs, [b"one"], [b"two"], [b"three"])
    whole = path.read_bytes()
    frame = 4 + int.from_bytes(whole[:4], "little")
    for at in (frame + 10, len(whole) - 10):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        found = records(logs, workspace)
        assert [one for one in found if isinstance(one, Damage)] == [Damage(1, NOW, NOW)]
        assert len(found) == 3
    logs.drain("cgn")
    (health,) = logs.health()
    assert [gap.reason for gap in health.gaps] == ["spool_damaged"]


@pytest.mark.parametrize(("framing", "pieces"), [(Framing.LINES, 2), (Framing.MESSAGES, 4), (Framing.BYTES, 2)])
def test_records_are_given_together_as_the_format_takes_them(
    logs: LogService, workspace: Workspace, framing: Framing, pieces: int
) -> None:
    """Lines of one sender and second in one piece, numbered on; messages one by one."""
    with logs.spool("cgn") as spool:
        for at, peer in enumerate("aaab"):
            spool.append(b"x%d" % at, received=NOW + at, peer=peer)
    source: Source = logs.source("cgn")
    (found,) = spool_files(logs.ground.spool_of(source), RealFiles())
    made = list(spool_pieces(RealFiles(), workspace.keyring, source, found, framing))
    assert all(isinstance(one, Spooled) for one in made)
    assert [one.context.peer for one in made if isinstance(one, Spooled)][-1] == "b"
    assert len(made) == pieces
    if framing is Framing.LINES:
        assert [(one.piece.data, one.piece.first) for one in made if isinstance(one, Spooled)] == [
            (b"x0\nx1\nx2\n", 1), (b"x3\n", 4),
        ]


CHILD = """
import os, sys
from pathlib import Path
from sekisho.clock import FixedClock
from sekisho.keys import KeyFile
from sekisho.logs.formats import registry
from sekisho.logs.service import LogService
from sekisho.workspace import Workspace
from tests.logs.conftest import NOON, SIMPLE
from tests.logs.test_spool import NOW
registry._FORMATS["simple"] = SIMPLE
with Workspace.open(Path(sys.argv[1]), keyring=KeyFile(Path(sys.argv[2])), clock=FixedClock(NOON)) as workspace:
    spool = LogService(workspace).spool("cgn")
    number = 0
    while True:
        for _ in range(7):
            spool.append(b"line %d" % number, received=NOW)
            number += 1
        spool.sync()
        os.write(1, b"%d\\n" % number)
"""


def test_a_killed_listener_loses_nothing_it_acknowledged(
    logs: LogService, workspace: Workspace, key_file: KeyFile, tmp_path: Path
) -> None:
    """kill -9 while it writes: everything acknowledged is quarantined once (nothing of it can be read), in order."""
    workspace.close()
    output = tmp_path / "out"
    with output.open("wb") as out:
        command = [sys.executable, "-c", CHILD, str(workspace.path), str(key_file.path)]
        child = subprocess.Popen(command, stdout=out, cwd=Path(__file__).parents[2])
    deadline = time.monotonic() + 60
    while output.read_bytes().count(b"\n") < 40:
        assert child.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.01)
    child.kill()
    child.wait()
    acknowledged = int(output.read_bytes().splitlines()[-1])
    with Workspace.open(workspace.path, keyring=key_file, clock=workspace.clock) as again:
        drained = LogService(again)
        (done,) = drained.drain("cgn")
        told = [one.raw.decode() for one in drained.quarantined(done.id)]
        assert len(told) >= acknowledged
        assert told == [f"line {number}" for number in range(len(told))]
        assert drained.drain("cgn") == ()


def test_a_spool_file_is_taken_in_once(logs: LogService, monkeypatch: pytest.MonkeyPatch) -> None:
    """A crash after the commit leaves the file: the next drain removes it and adds nothing."""
    path = fill(logs, [f"A {MIDNIGHT + 1} {A} 100.64.0.1".encode(), f"R {MIDNIGHT + 2} {A} 100.64.0.1".encode()])
    copy = path.read_bytes()
    logs.drain("cgn")
    path.write_bytes(copy)
    assert logs.drain("cgn") == ()
    assert not path.exists()
    assert len(asked(logs)["2026-11-23"]) == 1
    assert os.listdir(path.parent) == [".lock"]  # noqa: PTH208  names alone


class FullOnce(RealFiles):
    """A disk that takes half of the mark that ends a file, once."""

    full = True

    def create(self, path: Path) -> AppendFile:
        """As :class:`RealFiles`, but for that mark."""
        handle = super().create(path)
        write = handle.write

        def half(data: bytes) -> None:
            if data == END and self.full:
                self.full = False
                write(data[:2])
                raise OSError(28, "No space left on device")
            write(data)

        handle.write = half  # type: ignore[method-assign] # a handle of this test alone
        return handle


def test_what_comes_after_a_file_that_could_not_be_ended_is_kept(logs: LogService, workspace: Workspace) -> None:
    """The disk is full while a file is completed: what is acknowledged afterwards stands in a file of its own, and
    what was acknowledged before is drained with it, without a new listener."""
    source = logs.source("cgn")
    directory = logs.ground.spool_of(source)
    with SpoolWriter(directory, FullOnce(), workspace.keyring, source.spec.kind) as spool:
        spool.append(f"A {MIDNIGHT + 1} {A} 100.64.0.1".encode(), received=NOW)
        with pytest.raises(OSError, match="No space"):
            spool.roll()
        spool.append(f"R {MIDNIGHT + 2} {A} 100.64.0.1".encode(), received=NOW)
        spool.sync()
        spool.roll()
        done = logs.drain("cgn")
    assert [one.records for one in done] == [1, 1]
    assert [one.rows for one in done] == [0, 1]
