"""What comes due: spools that nobody drained, days that are over, sources that fell silent."""

from __future__ import annotations

from datetime import timedelta

from sekisho.clock import FixedClock
from sekisho.due import State, plan_all, run_all
from sekisho.logs.due import log_tasks
from sekisho.logs.intervals.days import microseconds
from sekisho.logs.service import LogService
from sekisho.workspace import Workspace
from tests.logs.conftest import MIDNIGHT, NOON, take

A = "203.0.113.9 1024 2047"


def test_what_is_due_is_planned_done_and_then_not_due(
    logs: LogService, workspace: Workspace, clock: FixedClock
) -> None:
    """A plan changes nothing; a run does it all; a second run has only the worklist left."""
    take(logs, f"A {MIDNIGHT + 1} {A} 100.64.0.1", f"R {MIDNIGHT + 2} {A} 100.64.0.1")
    with logs.spool("cgn") as spool:
        spool.append(f"A {MIDNIGHT + 3} {A} 100.64.0.1".encode(), received=microseconds(NOON))
    clock.advance(timedelta(days=1))
    for _ in range(2):
        planned = [(one.what, one.state) for one in plan_all(log_tasks(workspace))]
        assert planned == [("drain", State.PLANNED), ("seal", State.PLANNED), ("silent", State.WAITING)]
    done = [(one.what, one.state) for one in run_all(log_tasks(workspace))]
    assert done == [("drain", State.DONE), ("seal", State.DONE), ("silent", State.WAITING)]
    assert [one.what for one in run_all(log_tasks(workspace))] == ["silent"]


def test_one_failure_does_not_keep_the_rest(logs: LogService, workspace: Workspace, clock: FixedClock) -> None:
    """A day whose segment is missing isn't sealed, and is named."""
    for at in (0, 10):
        take(logs, f"A {MIDNIGHT + at} {A} 100.64.0.1", f"R {MIDNIGHT + at + 1} {A} 100.64.0.1")
    next((workspace.path / "logs").rglob("*.segment")).unlink()
    clock.advance(timedelta(days=1))
    found = list(run_all(log_tasks(workspace)))
    assert [(one.what, one.state) for one in found] == [("log_day_damaged", State.FAILED), ("silent", State.WAITING)]
