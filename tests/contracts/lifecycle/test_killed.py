"""kill -9 at each step of a run: what must be kept stays readable, and the next run finishes what is due."""

from __future__ import annotations

import itertools
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from sekisho.clock import FixedClock
from sekisho.contracts.lifecycle.certificates import listed
from sekisho.contracts.lifecycle.destroying import State
from sekisho.keys.schedule import contract_end_key
from sekisho.workspace import Workspace
from tests.contracts.lifecycle.lives import BY, Shop, open_shop

PROJECT = Path(__file__).resolve().parents[3]

CHUNKS = 6
"""Tests among which the steps are dealt out, so that they run side by side."""
LEAST = 12
"""Steps that a run has at the very least."""

_CHILD = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from sekisho.clock import FixedClock
from sekisho.contracts.lifecycle.due import contract_tasks
from sekisho.due import run_all
from sekisho.keys import KeyFile
from sekisho.keys.mortal import MortalRing
from sekisho.workspace import Workspace
from tests.contracts.lifecycle.lives import Unasked

path, key, at, step = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
seen = 0

def counted(real):
    def call(*given, **named):
        global seen
        seen += 1
        if seen == step:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*given, **named)
    return call

with Workspace.open(path, keyring=KeyFile(key), clock=FixedClock(datetime.fromisoformat(at))) as workspace:
    Workspace.commit = counted(Workspace.commit)
    MortalRing.destroy = counted(MortalRing.destroy)
    MortalRing._erase = counted(MortalRing._erase)
    prober = Unasked(workspace.keyring)
    Unasked.probe = counted(Unasked.probe)
    failed = [each for each in run_all(contract_tasks(workspace, prober, by="keeper")) if each.state == "failed"]
sys.exit(1 if failed else 0)
"""


def killed(shop: Shop, *, step: int) -> int:
    """Run what is due in a child that kills itself at the given step; its exit code."""
    at = shop.clock.now().isoformat()
    given = [str(shop.workspace.path), str(shop.key_file.path), at, str(step)]
    return subprocess.run([sys.executable, "-c", _CHILD, *given], check=False, cwd=PROJECT).returncode


@pytest.mark.parametrize("first", range(1, CHUNKS + 1))
def test_killed_at_each_step(tmp_path: Path, first: int) -> None:
    """A month's survivors and an ended contract's last day: killed before every write, destruction and probe, and so
    after each one before, nothing that is kept is lost, and a run afterwards leaves nothing readable too long.

    Every ``CHUNKS``-th step from ``first``, until a run gets to its end: together the tests reach every step there is.
    """
    shop = open_shop(tmp_path / "first")
    running, ended, refused = shop.accepted("K-1"), shop.accepted("K-2"), shop.turned_away("K-3")
    shop.life.begin([running], by=BY)
    shop.life.begin([ended], by=BY)
    shop.life.end("K-2", on=None, by=BY)
    shop.go_to(date(2029, 11, 24))
    shop.workspace.close()
    last = contract_end_key(date(2026, 11, 23))
    for step in itertools.count(first, CHUNKS):
        place = tmp_path / f"step-{step}"
        shutil.copytree(tmp_path / "first", place)
        copy = Shop(shop.workspace, shop.clock, type(shop.key_file)(place / "safe" / "sekisho.key"))
        copy.workspace = _opened(place, copy)
        copy.workspace.close()
        code = killed(copy, step=step)
        copy.workspace = _opened(place, copy)
        assert copy.readable(running), step
        assert copy.leaf_opens(running), step
        entries = copy.due(ask=False)
        assert [each for each in entries if each.state == "failed"] == [], step
        assert copy.readable(running), step
        assert copy.leaf_opens(running), step
        assert not copy.readable(ended), step
        assert not copy.leaf_opens(ended), step
        assert copy.readable(refused), step  # its own day has come only now: it goes tomorrow
        states = {each.key: each.state for each in listed(copy.workspace)}
        assert states == {last: State.FINAL, "contract/2026-11": State.FINAL}, step
        copy.workspace.close()
        shutil.rmtree(place)
        if code == 0:
            assert step > LEAST
            return
        assert code == -9


def _opened(place: Path, shop: Shop) -> Workspace:
    return Workspace.open(place / "ws", keyring=shop.key_file, clock=FixedClock(shop.clock.now()))
