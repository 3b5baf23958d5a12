"""kill -9 in the middle of an import or a publication: what was in use stays whole, and doing it again ends well."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sekisho.calls.service import CallService
from sekisho.clock import FixedClock
from sekisho.keys import KeyFile, make_key_file
from sekisho.keys.disk import RealDisk
from sekisho.workspace import Workspace
from tests.calls.desk import NOW, NUMBER, CallDesk, desk_of, people
from tests.calls.listing.crash_child import run

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, KeyFile]:
    """A workspace with people and a published bundle, to copy."""
    root = tmp_path_factory.mktemp("crash")
    key = make_key_file(root / "key", RealDisk())
    clock = FixedClock(NOW)
    with Workspace.create(
        root / "ws", name="関所通信", legal_confirmation="shown", keyring=key, clock=clock
    ) as workspace:
        desk = desk_of(workspace, clock)
        desk.service.publishing.publish(by=desk["tanto"])
    return root / "ws", key


KILLED = [(when, at) for when, last in (("before", 5), ("after", 5), ("file", 6)) for at in range(1, last + 1)]


@pytest.mark.parametrize(("when", "count"), KILLED)
def test_killed(prepared: tuple[Path, KeyFile], tmp_path: Path, when: str, count: int) -> None:
    """Killed before or after any commit, or half-way through any file: a bundle still loads and is on record; repeated,
    there is one list, one exception, and the number is free."""
    path, key = tmp_path / "ws", prepared[1]
    shutil.copytree(prepared[0], path)
    child = subprocess.run(
        [sys.executable, "-m", "tests.calls.listing.crash_child", str(path), str(key.path), when, str(count)],
        cwd=ROOT,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert child.returncode == -9, child.stderr.decode()
    clock = FixedClock(NOW)
    with Workspace.open(path, keyring=key, clock=clock) as workspace:
        desk = CallDesk(workspace, clock, CallService(workspace), people())
        assert desk.hit("0355556666") is None  # asserts that a bundle loads
        run(desk)
        assert [one.state for one in desk.service.imports.every()] == ["held"]
        assert [one.list.value for one in desk.service.entries.page()] == ["freed"]
        assert (desk.hit(NUMBER), desk.hit("0311112222")) == ("pass", "label")
        states = {one.state for one in desk.service.publishing.every()}
        assert states <= {"published", "abandoned"}
        recorded = [leaf["files"] for leaf in desk.leaves("calls.bundle_published")]
        assert dict(desk.service.publishing.current().files) in recorded
