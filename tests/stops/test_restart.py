"""Killed at any commit, the desk goes on where it was: each act once, a stock as a whole, nothing told twice."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sekisho.calls.service import CallService
from sekisho.clock import FixedClock
from sekisho.keys import KeyFile
from sekisho.stops.errors import CallCoreUnavailable
from sekisho.stops.kinds import NumberState
from sekisho.workspace import Workspace
from tests.repository.tree import ROOT
from tests.stops.crash_child import FileCore, run, states
from tests.stops.world import FIXED, FIXED2, IP050, NOW, World, made_world, opened_world

COMMITS = 26
"""Commits of the whole way; one more, and the child ends by itself."""


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A settled workspace, to be copied."""
    folder = tmp_path_factory.mktemp("ready")
    made_world(folder).workspace.close()
    return folder


@pytest.fixture
def copied(ready: Path, tmp_path: Path) -> Path:
    """A copy to be harmed."""
    shutil.copytree(ready, tmp_path / "copy")
    return tmp_path / "copy"


def reopened(folder: Path) -> World:
    """The workspace, opened again."""
    clock = FixedClock(NOW)
    return opened_world(
        Workspace.open(folder / "w", mode="write", keyring=KeyFile(folder / "w.key"), clock=clock), clock
    )


def killed(folder: Path, when: str, count: int) -> int:
    """Run the child to its end."""
    files = [folder / "w", folder / "w.key", folder / "core"]
    command = [sys.executable, "-m", "tests.stops.crash_child", *files, when, str(count)]
    return subprocess.run(list(map(str, command)), cwd=ROOT, check=False).returncode


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("count", range(1, COMMITS + 2))
def test_killed_at_a_commit(copied: Path, when: str, count: int) -> None:
    """What isn't confirmed isn't stopped; repeated to its end it is as if nothing had happened."""
    code = killed(copied, when, count)
    core = FileCore(copied / "core")
    world = reopened(copied)
    with world.workspace:
        assert len(states(world)) <= 1  # a stock is whole: all stopping, or all stopped
        run(world, core)
        assert states(world) == {NumberState.STOPPED}
        assert world.service.stopping.unfinished() == []
        assert sorted(core.acts.values(), key=len) == [[FIXED2], [FIXED, IP050]]
        assert len(world.service.requests.page()) == len(world.service.denials.every()) == 1
        assert world.service.reports.missing() == []
        assert world.deliver() == []
        calls = CallService(world.workspace)
        with world.workspace.database.read() as connection:
            for number in (FIXED, FIXED2, IP050):
                assert len(calls.entries.holding(connection, number)) == 1
        world.workspace.settle()
    assert code == (-signal.SIGKILL if count <= COMMITS else 0)


def test_a_core_that_doesnt_confirm_stops_nothing_on_record(world: World) -> None:
    """Each failure is counted and said; the act goes through once the core answers."""
    case = world.verified(FIXED)
    proposal = world.ordered(world.service.stopping.propose(case.id, by=world["tanto"]))
    world.core.failures = 3
    for attempts in (1, 2, 3):
        with pytest.raises(CallCoreUnavailable):
            world.service.stopping.carry_out(proposal.id, world.core, by=world["tanto"])
        found = world.service.requests.find(case.id).numbers[0]
        assert (found.state, found.attempts) == (NumberState.STOPPING, attempts)
    assert [entry.what for entry in world.due()] == ["act_unconfirmed"]
    world.service.stopping.carry_out(proposal.id, world.core, by=world["tanto"])
    assert world.service.requests.find(case.id).numbers[0].state is NumberState.STOPPED
    assert [one["state"] for one in world.leaves("stops.act")] == ["not_confirmed"] * 3 + ["confirmed"]
    world.service.stopping.carry_out(proposal.id, world.core, by=world["tanto"])
    assert len(world.core.acts) == 1
