"""kill -9 while packing or handing over: nothing readable is left, nothing is delivered twice."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sekisho.clock import FixedClock
from sekisho.disclosure.delivery.service import DeliveryDesk
from sekisho.disclosure.progress import State
from sekisho.disclosure.service import DisclosureService
from sekisho.keys import KeyFile, make_key_file
from sekisho.keys.disk import RealDisk
from sekisho.workspace import Workspace
from tests.disclosure.claims_made import with_register
from tests.disclosure.delivery.crash_child import deliver
from tests.disclosure.delivery.made_deliveries import warrant
from tests.disclosure.logs_made import store_for
from tests.disclosure.world import NOW, Desk, desk_of, people

ROOT = Path(__file__).parents[3]
STEPS = ["packed", "deliver", "receipt"]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, KeyFile, str]:
    """A workspace with a decided case, to copy."""
    root = tmp_path_factory.mktemp("delivery")
    key = make_key_file(root / "key", RealDisk())
    clock = FixedClock(NOW)
    with (
        pytest.MonkeyPatch.context() as patch,
        Workspace.create(
            root / "ws", name="関所通信", legal_confirmation="shown", keyring=key, clock=clock
        ) as workspace,
    ):
        desk = desk_of(workspace, clock)
        store = store_for(desk, patch)
        with_register(desk)
        case_id = warrant(desk)
        store.lookups.close()
    return root / "ws", key, case_id


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("count", range(1, len(STEPS) + 1))
def test_killed_while_handing_over(prepared: tuple[Path, KeyFile, str], tmp_path: Path, when: str, count: int) -> None:
    """Killed at any commit and repeated: packed once, delivered once, receipted once, and no plaintext on disk."""
    path, key, case_id = tmp_path / "ws", prepared[1], prepared[2]
    shutil.copytree(prepared[0], path)
    child = subprocess.run(
        [sys.executable, "-m", "tests.disclosure.delivery.crash_child", str(path), str(key.path), case_id, when,
         str(count)],
        cwd=ROOT,
        capture_output=True,
        timeout=120,
        check=False,
    )  # fmt: skip
    assert child.returncode == -9, child.stderr.decode()
    for file in path.rglob("*"):
        data = file.read_bytes() if file.is_file() else b""
        assert "架空 七海".encode() not in data
        assert b"answer.json" not in data
    with Workspace.open(path, keyring=key, clock=FixedClock(NOW)) as workspace:
        desk = Desk(workspace, FixedClock(NOW), DisclosureService(workspace), people())
        handed = deliver(desk, case_id)
        assert desk.service.find(case_id, by=desk["kansa"]).state is State.DELIVERED
        events = [one.event for one in desk.service.timeline(case_id, by=desk["kansa"])]
        assert [one for one in events if one in STEPS] == STEPS
        assert [one.id for one in DeliveryDesk(desk.service).packages(case_id, by=desk["kansa"])] == [handed.package.id]
