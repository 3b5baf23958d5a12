"""kill -9 in the middle of any step: doing it again ends as if nothing had happened, each step once in the ledger."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sekisho.clock import FixedClock
from sekisho.disclosure.progress import State
from sekisho.disclosure.service import DisclosureService
from sekisho.keys import KeyFile, make_key_file
from sekisho.keys.disk import RealDisk
from sekisho.workspace import Workspace
from tests.disclosure.crash_child import run
from tests.disclosure.world import NOW, Desk, desk_of, people

ROOT = Path(__file__).parents[2]
EVENTS = ["receive", "question", "answer", "fact", "review", "withdraw", "close"]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, KeyFile]:
    """A workspace with people, to copy."""
    root = tmp_path_factory.mktemp("crash")
    key = make_key_file(root / "key", RealDisk())
    clock = FixedClock(NOW)
    with Workspace.create(
        root / "ws", name="関所通信", legal_confirmation="shown", keyring=key, clock=clock
    ) as workspace:
        desk_of(workspace, clock)
    return root / "ws", key


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("count", range(1, len(EVENTS) + 1))
def test_killed_in_a_step(prepared: tuple[Path, KeyFile], tmp_path: Path, when: str, count: int) -> None:
    """Killed before or after the commit of any step, then repeated: one case, every step once, in order."""
    path, key = tmp_path / "ws", prepared[1]
    shutil.copytree(prepared[0], path)
    child = subprocess.run(
        [sys.executable, "-m", "tests.disclosure.crash_child", str(path), str(key.path), when, str(count)],
        cwd=ROOT,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert child.returncode == -9, child.stderr.decode()
    with Workspace.open(path, keyring=key, clock=FixedClock(NOW)) as workspace:
        desk = Desk(workspace, FixedClock(NOW), DisclosureService(workspace), people())
        case_id = run(desk)
        assert desk.service.count(by=desk["kansa"]) == 1
        assert desk.service.find(case_id, by=desk["kansa"]).state is State.CLOSED
        events = [one.event for one in desk.service.timeline(case_id, by=desk["kansa"])]
        assert events == EVENTS
        assert all(one.ledger_index is not None for one in desk.service.timeline(case_id, by=desk["kansa"]))
