"""A file of evidence counts once, whole or not at all; alarms in it wait for a person."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from sekisho.access.errors import ScopeMissing
from sekisho.calls.analytics.alarms import Alarms
from sekisho.calls.analytics.errors import AlarmDone, AlarmNoteRefused, UnknownAlarm
from sekisho.calls.analytics.folding import Folding
from sekisho.calls.analytics.tables import call_folded, call_tally
from sekisho.calls.desk import Desk
from sekisho.workspace import Workspace
from tests.calls.analytics.month import OCTOBER, file, micros, october, record
from tests.calls.desk import CallDesk

NUMBER = "+2105550100"


def alarm() -> bytes:
    said = {"at": micros(OCTOBER), "alarm": "one_to_many", "subject": NUMBER, "trunk": "gw-1", "calls": 120,
            "different": 101, "threshold": 100.0}  # fmt: skip
    return json.dumps(said).encode()


def total(workspace: Workspace) -> int:
    """All calls in the tallies."""
    with workspace.database.read() as connection:
        query = select(func.sum(call_tally.c.calls)).where(call_tally.c.kind == "calls")
        return int(connection.execute(query).scalar_one() or 0)


def test_the_same_file_twice_counts_once(desk: CallDesk) -> None:
    """And leaves one leaf; another file with the same calls counts again."""
    folding = Folding(desk.service.desk)
    assert folding.fold(file(october())).new
    assert not folding.fold(file(october())).new
    assert total(desk.workspace) == 438
    folding.fold(file(october(), name="c" * 32))
    assert total(desk.workspace) == 876
    assert [one["file"][0] for one in desk.leaves("calls.evidence_tallied")] == ["a", "c"]


def test_an_alarm_waits_until_a_person_says_what_was_done(desk: CallDesk) -> None:
    """It is entered once, its number is sealed, and what was done is on record; who can't act doesn't see it."""
    Folding(desk.service.desk).fold(file([alarm()]))
    Folding(desk.service.desk).fold(file([alarm()]))
    alarms = Alarms(desk.service.desk)
    (found,) = alarms.every(by=desk["tanto"])
    assert (found.pattern, found.trunk, found.said["subject"], found.state) == ("one_to_many", "gw-1", NUMBER, "open")
    with pytest.raises(ScopeMissing):
        alarms.every(by=desk["madoguchi"])
    with pytest.raises(AlarmNoteRefused):
        alarms.acknowledge(found.id, "  ", by=desk["tanto"])
    with pytest.raises(UnknownAlarm):
        alarms.acknowledge("x", "電話した", by=desk["tanto"])
    done = alarms.acknowledge(found.id, "相手事業者へ連絡し、止めた", by=desk["tanto"])
    assert (done.state, done.said["done"], done.done_by) == ("done", "相手事業者へ連絡し、止めた", "tanto")
    with pytest.raises(AlarmDone):
        alarms.acknowledge(found.id, "もう一度", by=desk["tanto"])
    assert alarms.every(by=desk["tanto"]) == []
    assert [one["state"] for one in desk.leaves("calls.alarm")] == ["open", "done"]
    assert NUMBER not in json.dumps(desk.leaves("calls.alarm"))
    held = b"".join(path.read_bytes() for path in desk.workspace.path.rglob("*") if path.is_file())
    assert NUMBER.encode() not in held


_CHILD = """
import sys
from pathlib import Path
from sekisho.calls.analytics.folding import Folding
from sekisho.calls.desk import Desk
from sekisho.keys import KeyFile
from sekisho.workspace import Workspace
from tests.calls.analytics.month import file, record

EITHER_STORE = True
with Workspace.open(Path(sys.argv[1]), keyring=KeyFile(Path(sys.argv[2]))) as workspace:
    folding = Folding(Desk(workspace))
    print("ready", flush=True)
    for n in range(1000):
        folding.fold(file([record(f"+44207946{each:04d}") for each in range(50)], name=f"{n:032d}"))
        print(n, flush=True)
"""


@pytest.mark.parametrize("after", [1, 3, 7])
def test_killed_in_the_middle_nothing_counts_twice_or_by_half(desk: CallDesk, tmp_path: Path, after: int) -> None:
    """Kill -9 while files are counted: the tallies hold whole files only, and doing it again adds what is missing."""
    path = desk.workspace.path
    desk.workspace.close()
    child = subprocess.Popen(
        [sys.executable, "-c", _CHILD, str(path), str(tmp_path / "sekisho.key")],
        stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3],
    )  # fmt: skip
    assert child.stdout is not None
    for _ in range(after + 1):
        assert child.stdout.readline()
    os.kill(child.pid, signal.SIGKILL)
    child.communicate(timeout=60)
    from sekisho.keys import KeyFile

    with Workspace.open(path, keyring=KeyFile(tmp_path / "sekisho.key")) as workspace:
        with workspace.database.read() as connection:
            files = connection.execute(select(func.count()).select_from(call_folded)).scalar_one()
        assert files >= after
        assert total(workspace) == 50 * files
        folding = Folding(Desk(workspace))
        for n in range(files + 2):
            folding.fold(file([record(f"+44207946{each:04d}") for each in range(50)], name=f"{n:032d}"))
        assert total(workspace) == 50 * (files + 2)


def test_records_known_to_be_missing_are_counted(desk: CallDesk) -> None:
    """On the file's day."""
    Folding(desk.service.desk).fold(file([], missing=5, day=date(2026, 10, 9)))
    with desk.workspace.database.read() as connection:
        assert connection.execute(select(call_tally)).all() == [(date(2026, 10, 9), "missing", "", 5)]
