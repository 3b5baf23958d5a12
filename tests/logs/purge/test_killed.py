"""kill -9 at each step of a hold and of a purge: held records are never lost, and the next run finishes what is due."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from sekisho.clock import FixedClock
from sekisho.keys import KeyFile, make_key_file
from sekisho.keys.disk import RealDisk
from sekisho.keys.schedule import log_key
from sekisho.logs.formats import registry
from sekisho.logs.holds import rows as hold_rows
from sekisho.logs.holds.rows import HoldState
from sekisho.logs.manifest import DayState
from sekisho.logs.purge.certificates import listed
from sekisho.logs.purge.ending import Reached
from sekisho.logs.service import LogService
from sekisho.workspace import Workspace
from tests.logs.conftest import NOON, SIMPLE, spec
from tests.logs.declared import AUDITOR, CUSTODIAN, declare_all
from tests.logs.holds.test_survival import held_rows, lines
from tests.logs.keeping import GONE_ON, NAT, YESTERDAY, Keeper, failed, hold_terms

ROOT = Path(__file__).resolve().parents[3]

_CHILD = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from sekisho.clock import FixedClock
from sekisho.due import run_all
from sekisho.keys import KeyFile
from sekisho.keys.mortal import MortalRing
from sekisho.logs.holds.service import Holds
from sekisho.logs.holds.vault import Vault
from sekisho.logs.purge.tasks import keeping_tasks
from sekisho.logs.segments.files import SegmentFiles
from sekisho.workspace import Workspace
from tests.logs.declared import CUSTODIAN
from tests.logs.keeping import Unasked, hold_terms

path, key, at, what, step = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], sys.argv[4], int(sys.argv[5])
seen = 0

def counted(real):
    def call(*given, **named):
        global seen
        seen += 1
        if seen == step:  # before this one, and so after the one before
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*given, **named)
    return call

with Workspace.open(path, keyring=KeyFile(key), clock=FixedClock(datetime.fromisoformat(at))) as workspace:
    Workspace.commit = counted(Workspace.commit)
    MortalRing.destroy = counted(MortalRing.destroy)
    MortalRing.ensure = counted(MortalRing.ensure)
    Vault.write = counted(Vault.write)
    Vault.remove_all = counted(Vault.remove_all)
    SegmentFiles.remove_day = counted(SegmentFiles.remove_day)
    Unasked.probe = counted(Unasked.probe)
    if what == "hold":
        Holds(workspace).add(hold_terms(type="court_order", until=None), by=CUSTODIAN)
    else:
        found = list(run_all(keeping_tasks(workspace, Unasked(workspace.keyring), by="keeper")))
        if [each for each in found if each.state == "failed"]:
            sys.exit(1)
sys.exit(0)
"""


@pytest.fixture(autouse=True)
def simple_format(monkeypatch: pytest.MonkeyPatch) -> None:
    """The simple format is there."""
    monkeypatch.setitem(registry._FORMATS, "simple", SIMPLE)


def opened(path: Path, key: KeyFile, at: datetime = NOON) -> Keeper:
    """A store at a time."""
    clock = FixedClock(at)
    workspace = Workspace.open(path, keyring=key, clock=clock)
    return Keeper(workspace, clock, key, LogService(workspace))


def prepared(root: Path) -> KeyFile:
    """A workspace with yesterday's records."""
    root.mkdir()
    key = make_key_file(root / "key", RealDisk())
    with Workspace.create(
        root / "ws", name="関所通信", legal_confirmation="shown", keyring=key, clock=FixedClock(NOON)
    ) as made:
        declare_all(made)
        logs = LogService(made)
        logs.add_source(spec(), by="admin")
        Keeper(made, FixedClock(NOON), key, logs).take(*lines())
    return key


def killed(path: Path, key: KeyFile, at: datetime, what: str, step: int) -> int:
    """A child that kills itself at a step; its exit code."""
    given = [str(path), str(key.path), at.isoformat(), what, str(step)]
    return subprocess.run([sys.executable, "-c", _CHILD, *given], check=False, cwd=ROOT).returncode


def test_a_hold_killed_at_each_step(tmp_path: Path) -> None:
    """Afterwards there is no hold, or one that the next run completes; never one that is active without its records,
    and never a file that nobody knows."""
    key = prepared(tmp_path / "first")
    step = 0
    while True:
        step += 1
        place = tmp_path / f"step-{step}"
        shutil.copytree(tmp_path / "first" / "ws", place)
        code = killed(place, key, NOON, "hold", step)
        keeper = opened(place, key)
        for entry in keeper.holds.live():
            if entry.state is HoldState.ACTIVE:
                assert len(held_rows(keeper, entry.id)) == 3, step
        assert failed(keeper.due()) == [], step
        live = keeper.holds.live()
        assert len(live) in (0, 1), step
        for entry in live:
            assert entry.state is HoldState.ACTIVE, step
            assert len(held_rows(keeper, entry.id)) == 3, step
            with keeper.workspace.database.read() as connection:
                known = {one.segment.id for one in hold_rows.segments_of(connection)}
            files = [file for file in (place / "holds" / entry.id).rglob("*") if file.is_file()]
            assert {file.name.partition(".")[0] for file in files} == known, step
        keeper.workspace.close()
        shutil.rmtree(place)
        if code == 0:
            break
        assert code == -9, step
    assert step > 5


def test_a_purge_killed_at_each_step(tmp_path: Path) -> None:
    """A day with a hold that was never brought up to date: killed before every write, and so after each one before,
    the held records are there, and a run afterwards leaves the day purged with its certificate."""
    key = prepared(tmp_path / "first")
    keeper = opened(tmp_path / "first" / "ws", key)
    hold = keeper.holds.add(hold_terms(type="court_order", until=None), by=CUSTODIAN).id
    keeper.take(*lines()[:1], "# a comment, so that it is another file")
    keeper.go_to(GONE_ON)
    at = keeper.clock.now()
    keeper.workspace.close()
    step = 0
    while True:
        step += 1
        place = tmp_path / f"step-{step}"
        shutil.copytree(tmp_path / "first" / "ws", place)
        code = killed(place, key, at, "purge", step)
        keeper = opened(place, key, at)
        assert len(held_rows(keeper, hold)) >= 3, step
        if not keeper.workspace.keyring.exists(log_key("ap.nat", YESTERDAY)):
            assert len(held_rows(keeper, hold)) == 4, step
        assert failed(keeper.due()) == [], step
        assert len(held_rows(keeper, hold)) == 4, step
        assert keeper.logs.day_state(NAT, YESTERDAY) is DayState.PURGED, step
        assert list((place / "logs" / "ap.nat").rglob("*.*")) == [], step
        assert {one.key: one.state for one in listed(keeper.workspace, by=AUDITOR)} == {
            log_key("ap.nat", YESTERDAY): Reached.FINAL
        }, step
        keeper.workspace.close()
        shutil.rmtree(place)
        if code == 0:
            break
        assert code == -9, step
    assert step > 12
