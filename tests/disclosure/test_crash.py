"""kill -9 in the middle of any step: doing it again ends as if nothing had happened, each step once in the ledger."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from sekisho.clock import FixedClock
from sekisho.disclosure.progress import State
from sekisho.disclosure.search.desk import APPROVAL_KIND
from sekisho.disclosure.service import DisclosureService
from sekisho.keys import KeyFile, make_key_file
from sekisho.keys.disk import RealDisk
from sekisho.logs.holds.rows import HoldState
from sekisho.logs.holds.service import Holds
from sekisho.logs.lookup.grants import Grants
from sekisho.store.outbox import outbox
from sekisho.workspace import Workspace
from tests.disclosure.crash_child import run, run_hold, run_refused, run_search
from tests.disclosure.logs_made import store_for
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
    ) as workspace, pytest.MonkeyPatch.context() as patch:
        store_for(desk_of(workspace, clock), patch).lookups.close()
    return root / "ws", key


@contextmanager
def killed(prepared: tuple[Path, KeyFile], tmp_path: Path, way: str, when: str, count: int) -> Iterator[Desk]:
    """The desk as a killed one left it, opened again."""
    path, key = tmp_path / "ws", prepared[1]
    shutil.copytree(prepared[0], path)
    child = subprocess.run(
        [sys.executable, "-m", "tests.disclosure.crash_child", way, str(path), str(key.path), when, str(count)],
        cwd=ROOT,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert child.returncode == -9, child.stderr.decode()
    with Workspace.open(path, keyring=key, clock=FixedClock(NOW)) as workspace:
        yield Desk(workspace, FixedClock(NOW), DisclosureService(workspace), people())


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("count", range(1, len(EVENTS) + 1))
def test_killed_in_a_step(prepared: tuple[Path, KeyFile], tmp_path: Path, when: str, count: int) -> None:
    """Killed before or after the commit of any step, then repeated: one case, every step once, in order."""
    with killed(prepared, tmp_path, "plain", when, count) as desk:
        case_id = run(desk)
        assert desk.service.count(by=desk["kansa"]) == 1
        assert desk.service.find(case_id, by=desk["kansa"]).state is State.CLOSED
        timeline = desk.service.timeline(case_id, by=desk["kansa"])
        assert [one.event for one in timeline] == EVENTS
        assert all(one.ledger_index is not None for one in timeline)


@pytest.mark.parametrize("count", range(9, 20))
def test_killed_in_a_search(prepared: tuple[Path, KeyFile], tmp_path: Path, count: int) -> None:
    """Killed after any commit from the review to the closing, then gone on with: one grant in force, one search, one
    outcome, one decision, one delivery."""
    with killed(prepared, tmp_path, "search", "after", count) as desk:
        case_id = run_search(desk)
        assert desk.service.find(case_id, by=desk["kansa"]).state is State.CLOSED
        events = [one.event for one in desk.service.timeline(case_id, by=desk["kansa"])]
        for once in ("review", "search_requested", "search", "find", "decide", "deliver", "close"):
            assert events.count(once) == 1
        (evidence,) = desk.service.deciding.evidence(case_id, by=desk["kansa"])
        assert evidence["outcome"] == "unique"


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("count", range(10, 13))
def test_killed_in_a_refusal(prepared: tuple[Path, KeyFile], tmp_path: Path, when: str, count: int) -> None:
    """Killed before or after the commit of a search's request, its approval or the refusal, then gone on with: every
    grant ends in the very commit of the refusal, once, and none is left that no case knows of."""
    with killed(prepared, tmp_path, "refused", when, count) as desk:
        (left,) = desk.service.page(by=desk["kansa"]).entries
        grants = Grants(desk.workspace, approval_kind=APPROVAL_KIND)
        states = {one.state for one in grants.every(by=desk["hogo"])}
        assert states <= ({"revoked"} if left.state is State.REFUSED else {"requested"})
        case_id = run_refused(desk)
        assert desk.service.find(case_id, by=desk["kansa"]).state is State.REFUSED
        (grant,) = grants.every(by=desk["hogo"])
        assert grant.state == "revoked"
        events = [one.event for one in desk.service.timeline(case_id, by=desk["kansa"])]
        assert [events.count(one) for one in ("search_requested", "search_approved", "refuse.not_authentic")] == [1] * 3
        query = select(outbox.c.kind).where(outbox.c.kind.in_(["log.grant_requested", "log.grant_revoked"]))
        with desk.workspace.database.read() as connection:
            kinds = sorted(connection.execute(query).scalars())
        assert kinds == ["log.grant_requested", "log.grant_revoked"]


@pytest.mark.parametrize("count", range(9, 14))
def test_killed_in_a_hold(prepared: tuple[Path, KeyFile], tmp_path: Path, count: int) -> None:
    """Killed after any commit from the review to the hold, then gone on with: one hold, active, the case's own."""
    with killed(prepared, tmp_path, "hold", "after", count) as desk:
        case_id = run_hold(desk)
        assert desk.service.find(case_id, by=desk["kansa"]).state is State.HOLDING
        (hold,) = Holds(desk.workspace).every(by=desk["kensaku"])
        assert hold.state is HoldState.ACTIVE
        assert desk.service.holding.find(case_id, by=desk["kensaku"])[0].id == hold.id
