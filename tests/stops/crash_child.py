"""A stops desk to be killed: takes the scheme through its steps, and kills itself at a commit.

Run as ``python -m tests.stops.crash_child WORKSPACE KEYFILE CORE before|after COUNT``: killed before the ``COUNT``-th
commit is handed in, or after it is durable and before anybody was told. ``CORE`` is the call core's own file.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from sekisho.access.errors import AlreadyDecided
from sekisho.clock import FixedClock
from sekisho.keys import KeyFile
from sekisho.stops.errors import WrongStep
from sekisho.stops.kinds import NumberState
from sekisho.stops.proposals import Proposal, ProposalKind
from sekisho.workspace import Workspace
from tests.stops.world import FIXED, IP050, NOW, World, notice, opened_world


class FileCore:
    """A call core that outlives this process: each act once, all its numbers or none."""

    def __init__(self, file: Path) -> None:
        """Its acts, by id."""
        self._file = file

    @property
    def acts(self) -> dict[str, list[str]]:
        """What was done."""
        found: dict[str, list[str]] = json.loads(self._file.read_text()) if self._file.exists() else {}
        return found

    def stop(self, act: str, numbers: Sequence[str]) -> str:
        """Once for each act."""
        acts = self.acts
        assert acts.setdefault(act, sorted(numbers)) == sorted(numbers)
        self._file.write_text(json.dumps(acts))
        return f"core/{act}"

    def resume(self, act: str, numbers: Sequence[str]) -> str:
        """As :meth:`stop`."""
        return self.stop(act, numbers)


def act(world: World, kind: ProposalKind, about: str, core: FileCore) -> None:
    """A proposal, from wherever it stands to its end, as somebody would who doesn't know whether it was done."""
    make = {
        ProposalKind.STOP: world.service.stopping.propose,
        ProposalKind.DENY: world.service.denials.propose,
        ProposalKind.STOP_STOCK: world.service.denials.propose_stock,
    }[kind]
    mine = [one for one in world.service.proposals.every("requested", "ordered", "done") if one.kind is kind]
    found: Proposal = mine[0] if mine else make(about, by=world["tanto"])
    if found.state == "requested":
        with suppress(AlreadyDecided):
            world.service.proposals.approve(found.id, by=world["hogo"])
        found = world.service.order(found.id, by=world["tanto"])
    if kind is not ProposalKind.DENY:
        world.service.stopping.carry_out(found.id, core, by=world["tanto"])


def run(world: World, core: FileCore) -> None:
    """From the paper to the stock, and to the other desks."""
    case = world.receive(FIXED, IP050)
    if case.state == "received":
        case = world.service.requests.call_back(
            case.id, published_number="代表", confirmed_by="甲", by=world["tanto"]
        )
    act(world, ProposalKind.STOP, case.id, core)
    with suppress(WrongStep):
        world.service.reports.make(case.id, by=world["tanto"])
    denial = world.service.denials.receive(notice(stock=True), by=world["tanto"])
    act(world, ProposalKind.DENY, denial.id, core)
    act(world, ProposalKind.STOP_STOCK, denial.id, core)
    world.deliver()


def states(world: World) -> set[NumberState]:
    """Of every number of a stock stop."""
    found = [one for one in world.service.proposals.every("ordered", "done") if one.kind is ProposalKind.STOP_STOCK]
    return {one.state for act in found for one in world.service.stopping.numbers(act)}


class Fused:
    """A commit that kills its process."""

    def __init__(self, workspace: Workspace, when: str, count: int) -> None:
        """Before or after the commit of that number."""
        self._commit = workspace.queue.commit
        self._when, self._left = when, count

    def __call__(self, *given: Any) -> Any:
        """One commit."""
        self._left -= 1
        if self._left == 0 and self._when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        done = self._commit(*given)
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return done


def main() -> None:
    """Take the steps until killed; then say how many commits it took."""
    path, key, core, when, count = sys.argv[1:]
    clock = FixedClock(NOW)
    with Workspace.open(Path(path), mode="write", keyring=KeyFile(Path(key)), clock=clock) as workspace:
        workspace.queue.commit = Fused(workspace, when, int(count))  # type: ignore[method-assign, assignment]  # what kills
        run(opened_world(workspace, clock), FileCore(Path(core)))


if __name__ == "__main__":
    main()
