"""kill -9 in the middle of making a case's hold: whatever is done then, no hold stands without its case knowing of it,
and none that the law needs is lost."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sekisho.clock import FixedClock
from sekisho.disclosure.attaching import links_of
from sekisho.disclosure.errors import HoldStands, WrongState
from sekisho.disclosure.holds_end import HOLD, STANDING, standing
from sekisho.disclosure.progress import RefusalReason, State
from sekisho.disclosure.service import DisclosureService
from sekisho.due import State as Told
from sekisho.due import run_all
from sekisho.keys import KeyFile, make_key_file
from sekisho.keys.disk import RealDisk
from sekisho.logs.holds import rows as hold_rows
from sekisho.logs.holds.rows import HoldEntry, HoldState
from sekisho.logs.holds.vault import hold_key
from sekisho.logs.purge.tasks import keeping_tasks
from sekisho.workspace import Workspace
from tests.disclosure.crash_child import WAYS
from tests.disclosure.test_due import KEEPER
from tests.disclosure.world import NOW, Desk, desk_of, people
from tests.logs.keeping import Unasked

ROOT = Path(__file__).parents[2]
FIRST = {"hold": 11, "order": 12}
"""The commit that says that holding was begun."""
STEPS = range(4)
"""It, the hold entered, the hold active, the case's own step."""


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


@contextmanager
def opened(left: Path, place: Path, key: KeyFile) -> Iterator[Desk]:
    """A copy of what a killed desk left, opened again."""
    shutil.copytree(left, place)
    with Workspace.open(place, keyring=key, clock=FixedClock(NOW)) as workspace:
        yield Desk(workspace, FixedClock(NOW), DisclosureService(workspace), people())


def found(desk: Desk) -> tuple[str, State, list[HoldEntry]]:
    """The one case, and every hold that there is: each is the case's own."""
    (case,) = desk.service.page(by=desk["kansa"]).entries
    with desk.workspace.database.read() as connection:
        holds = list(hold_rows.every(connection, desk.workspace.keyring))
        assert {one.id for one in holds} == set(links_of(connection, case.id, HOLD))
    return case.id, case.state, holds


def refused(desk: Desk, case_id: str) -> None:
    """By a reviewer."""
    desk.service.refuse(case_id, RefusalReason.NOT_AUTHENTIC, "偽造", by=desk["kakunin"])


def withdrawn(desk: Desk, case_id: str) -> None:
    """By the clerk who has the paper."""
    desk.service.withdraw(case_id, "取消書 第3号", by=desk["uketsuke"])


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("way", ["hold", "order"])
def test_killed_while_holding(prepared: tuple[Path, KeyFile], tmp_path: Path, way: str, step: int, when: str) -> None:
    """Killed before or after every commit of a hold that ends on a day, and of a court's; then gone on with, refused
    and withdrawn, each from there. What was entered is the case's; gone on with it is one active hold; a refusal and a
    withdrawal end one that ends on a day and destroy its key, and leave a court's as it is, the case open."""
    left, key = tmp_path / "left", prepared[1]
    shutil.copytree(prepared[0], left)
    words = [way, str(left), str(key.path), when, str(FIRST[way] + step)]
    child = subprocess.run(
        [sys.executable, "-m", "tests.disclosure.crash_child", *words],
        cwd=ROOT, capture_output=True, timeout=120, check=False,
    )  # fmt: skip
    assert child.returncode == -9, child.stderr.decode()
    with opened(left, tmp_path / "resumed", key) as desk:
        _, state, holds = found(desk)
        reached = step + (when == "after")
        assert (state is State.HOLDING) is (reached == len(STEPS))
        assert [one.state for one in holds] == ([], [], [HoldState.CREATING], *[[HoldState.ACTIVE]] * 2)[reached]
        assert WAYS[way](desk) == found(desk)[0]
        _, state, (hold,) = found(desk)
        assert (state, hold.state) == (State.HOLDING, HoldState.ACTIVE)
    for act, reason in ((refused, "request_refused"), (withdrawn, "withdrawn")):
        with opened(left, tmp_path / act.__name__, key) as desk:
            case_id, before, holds = found(desk)
            if before is State.HOLDING:
                with pytest.raises(WrongState):
                    act(desk, case_id)
            elif way == "order" and holds:
                with pytest.raises(HoldStands):
                    act(desk, case_id)
                assert WAYS[way](desk) == case_id
            else:
                act(desk, case_id)
                assert [(one.state.value, one.release_reason) for one in found(desk)[2]] == [
                    ("releasing", reason) for _ in holds
                ]
                assert_ended(desk, case_id)
                continue
            _, state, holds = found(desk)
            assert (state, [one.state for one in holds]) == (State.HOLDING, [HoldState.ACTIVE])


def assert_ended(desk: Desk, case_id: str) -> None:
    """The daily run destroys what the holds kept; the case is closed, and has none that stands."""
    ring = desk.workspace.keyring
    told = list(run_all(keeping_tasks(desk.workspace, Unasked(ring), by=KEEPER.staff_id)))
    assert Told.FAILED not in {one.state for one in told}
    assert all(not ring.exists(hold_key(one.id)) and one.state not in STANDING for one in found(desk)[2])
    assert desk.service.close(case_id, "終了", by=desk["kakunin"]).state is State.CLOSED
    with desk.workspace.database.read() as connection:
        assert standing(connection, ring, case_id) == []
