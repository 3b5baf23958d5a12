"""The spool of evidence: sealed, whole after a kill, bounded, and honest about what is missing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from sekisho.calls.connector.errors import SpoolFileRefused, SpoolKeyUnknown
from sekisho.calls.connector.spool import HEAD, ROLL_BYTES, SpoolWriter
from sekisho.calls.connector.spool_reader import SpoolKey, complete_files, read_spool_file
from tests.calls.connector.proxy import KEY

NOON = 1_795_402_800.0
"""Noon of 23 November 2026 in Japan."""


def _writer(directory: Path, max_bytes: int = 1 << 30) -> SpoolWriter:
    return SpoolWriter(str(directory), KEY.public, max_bytes=max_bytes)


def test_records_come_back_as_they_were_written(tmp_path: Path) -> None:
    """What is written comes back in its order, on its Japan day, and only with the private key."""
    writer = _writer(tmp_path)
    records = [json.dumps({"number": number}).encode() for number in range(100)]
    assert all(writer.write(one, NOON, known_source=True) for one in records)
    assert list(complete_files(tmp_path)) == []
    writer.close()
    (path,) = complete_files(tmp_path)
    found = read_spool_file(path, KEY)
    assert (found.records, found.day.isoformat(), found.missing, found.ended) == (tuple(records), "2026-11-23", 0, True)
    with pytest.raises(SpoolKeyUnknown):
        read_spool_file(path, SpoolKey(X25519PrivateKey.generate()))


def test_unknown_sources_take_no_room_from_known_ones(tmp_path: Path) -> None:
    """Once half of the room is taken nothing of unknown sources is kept, all of it is counted, and others go on."""
    writer = _writer(tmp_path, max_bytes=4 * ROLL_BYTES)
    assert writer.write(b"u", NOON, known_source=False)
    writer.close()
    with (tmp_path / "earlier.evidence").open("wb") as file:
        file.truncate(ROLL_BYTES + 1)
    assert [writer.write(b"u", NOON, known_source=False) for _ in range(1_000)] == [False] * 1_000
    assert (writer.problem, writer.lost) == ("unknown_source", 1_000)
    assert writer.write(b"k", NOON, known_source=True)
    writer.close()
    (tmp_path / "earlier.evidence").unlink()
    files = sorted((read_spool_file(path, KEY) for path in complete_files(tmp_path)), key=lambda one: one.number)
    assert [one.records for one in files] == [(b"u",), (b"k",)]
    assert writer.write(b"u", NOON, known_source=False)


def test_each_file_tells_of_the_one_before(tmp_path: Path) -> None:
    """At midnight in Japan, and after a minute, a new file begins; it names its predecessor and its frames."""
    writer = _writer(tmp_path)
    for later in (0.0, 10.0, 61.0, 43_200.0):
        writer.write(b"x", NOON + later, known_source=True)
    writer.close()
    files = sorted((read_spool_file(path, KEY) for path in complete_files(tmp_path)), key=lambda one: one.number)
    assert [one.number for one in files] == [1, 2, 3]
    assert [one.day.day for one in files] == [23, 23, 24]
    for before, after in pairwise(files):
        assert (after.previous, after.previous_frames) == (before.id, before.frames)


def test_a_changed_frame_is_counted_and_the_rest_is_read(tmp_path: Path) -> None:
    """A flipped bit costs its frame; two frames that changed places are both noticed; a cut is torn."""
    writer = _writer(tmp_path)
    for _ in range(5):
        writer.write(b"record", NOON, known_source=True)
    writer.close()
    (path,) = complete_files(tmp_path)
    whole = path.read_bytes()
    size = 4 + 1 + len(b"record") + 16
    opening = 4 + int.from_bytes(whole[HEAD.size : HEAD.size + 4], "little")
    first = HEAD.size + opening
    path.write_bytes(whole[: first + 10] + bytes([whole[first + 10] ^ 1]) + whole[first + 11 :])
    found = read_spool_file(path, KEY)
    assert (len(found.records), found.damaged, found.torn) == (4, 1, False)
    moved = whole[first + size : first + 2 * size] + whole[first : first + size]
    path.write_bytes(whole[:first] + moved + whole[first + 2 * size :])
    assert read_spool_file(path, KEY).damaged == 2
    path.write_bytes(whole[: first + size + 7])
    found = read_spool_file(path, KEY)
    assert (len(found.records), found.torn, found.ended, found.missing) == (1, True, False, 1)
    path.write_bytes(whole[: HEAD.size])
    with pytest.raises(SpoolFileRefused):
        read_spool_file(path, KEY)


def test_a_full_spool_loses_and_says_so(tmp_path: Path) -> None:
    """Beyond the bound nothing is written; once there is room the next file says how many records are missing."""
    writer = _writer(tmp_path, max_bytes=ROLL_BYTES + 1000)
    (tmp_path / "other").write_bytes(b"x" * 2000)
    assert [writer.write(b"x", NOON + at, known_source=True) for at in (0, 0.1, 0.2)] == [False] * 3
    assert (writer.lost, writer.problem) == (3, "spool_full")
    (tmp_path / "other").unlink()
    assert writer.write(b"y", NOON + 5, known_source=True)
    writer.close()
    (path,) = complete_files(tmp_path)
    found = read_spool_file(path, KEY)
    assert (found.lost, found.records) == (3, (b"y",))


def test_a_missing_folder_and_a_long_record_raise_nothing(tmp_path: Path) -> None:
    """What can't be written is lost, counted and never an error of the route."""
    writer = _writer(tmp_path / "missing")
    assert not writer.write(b"x", NOON, known_source=True)
    assert writer.problem == "FileNotFoundError"
    writer = _writer(tmp_path)
    assert not writer.write(b"x" * 20_000, NOON, known_source=True)
    assert writer.write(b"x", NOON, known_source=True)


CHILD = """
import sys
sys.path.insert(0, sys.argv[1])
from sekisho.calls.connector.spool import SpoolWriter
writer = SpoolWriter(sys.argv[2], bytes.fromhex(sys.argv[3]), max_bytes=1 << 30)
number = 0
while True:
    assert writer.write(b"%d" % number, 1795402800.0, known_source=True)
    print(number, flush=True)
    number += 1
"""


def test_a_killed_writer_loses_nothing_it_has_written(tmp_path: Path) -> None:
    """Killed in the middle, in an interpreter without any package: every record it had told of is in the file."""
    source = str(Path(__file__).parents[3] / "src")
    child = subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", CHILD, source, str(tmp_path), KEY.public.hex()], stdout=subprocess.PIPE
    )
    assert child.stdout is not None
    told = [int(child.stdout.readline()) for _ in range(2_000)][-1]
    os.kill(child.pid, signal.SIGKILL)
    told = max([told, *(int(line) for line in child.stdout if line.endswith(b"\n"))])
    child.wait()
    child.stdout.close()
    (path,) = complete_files(tmp_path)
    found = read_spool_file(path, KEY)
    assert not found.ended
    assert not found.torn
    assert [int(one) for one in found.records[: told + 1]] == list(range(told + 1))
