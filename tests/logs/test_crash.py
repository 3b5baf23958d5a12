"""kill -9 of a real process at any step: nothing acknowledged is lost or doubled, and what lies about is ciphertext."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from sekisho.clock import FixedClock
from sekisho.keys import KeyFile, make_key_file
from sekisho.keys.disk import RealDisk
from sekisho.logs import manifest
from sekisho.logs.errors import AlreadyIngested
from sekisho.logs.kinds import LogKind
from sekisho.logs.service import LogService
from sekisho.workspace import Workspace
from tests.logs.conftest import NOON, YESTERDAY, asked, files_of, spec
from tests.logs.crash_child import INPUTS, Fuse, lines, run
from tests.logs.declared import declare_all

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, KeyFile]:
    """A workspace with a source, to copy."""
    root = tmp_path_factory.mktemp("crash")
    key = make_key_file(root / "key", RealDisk())
    with pytest.MonkeyPatch.context() as patch:
        from sekisho.logs.formats import registry
        from tests.logs.conftest import SIMPLE

        patch.setitem(registry._FORMATS, "simple", SIMPLE)
        with Workspace.create(
            root / "ws", name="関所通信", legal_confirmation="shown", keyring=key, clock=FixedClock(NOON)
        ) as made:
            declare_all(made)
            LogService(made).add_source(spec(), by="admin")
    return root / "ws", key


@contextmanager
def opened(path: Path, key: KeyFile) -> Iterator[Workspace]:
    """The workspace."""
    with Workspace.open(path, keyring=key, clock=FixedClock(NOON)) as workspace:
        yield workspace


@pytest.fixture(scope="module")
def expected(prepared: tuple[Path, KeyFile], tmp_path_factory: pytest.TempPathFactory) -> tuple[int, object]:
    """How many steps an undisturbed run has, and its rows."""
    path = tmp_path_factory.mktemp("undisturbed") / "ws"
    shutil.copytree(prepared[0], path)
    with pytest.MonkeyPatch.context() as patch:
        from sekisho.logs.formats import registry
        from tests.logs.conftest import SIMPLE

        patch.setitem(registry._FORMATS, "simple", SIMPLE)
        with opened(path, prepared[1]) as workspace:
            fuse = Fuse(0)
            run(workspace, fuse, lambda _: None)
            return fuse.steps, asked(LogService(workspace))


@pytest.mark.parametrize("part", [n / 12 for n in range(12)])
def test_killed_at_a_step(
    prepared: tuple[Path, KeyFile], expected: tuple[int, object], tmp_path: Path, part: float
) -> None:
    """Whatever step it is killed at, doing everything again ends as if nothing had happened."""
    steps, rows = expected
    path, key = tmp_path / "ws", prepared[1]
    shutil.copytree(prepared[0], path)
    child = subprocess.run(
        [sys.executable, "-m", "tests.logs.crash_child", str(path), str(key.path), str(1 + int(part * steps))],
        cwd=ROOT, capture_output=True, check=False, timeout=120,
    )
    assert child.returncode == -9, child.stderr.decode()
    acknowledged = child.stdout.decode().splitlines()
    for file in path.rglob("*"):
        if file.is_file():
            assert b"100.64." not in file.read_bytes(), file
            assert b"unreadable" not in file.read_bytes(), file
    with opened(path, key) as workspace:
        logs = LogService(workspace)
        for number in range(INPUTS):
            if f"input {number}" in acknowledged:
                with pytest.raises(AlreadyIngested):
                    logs.ingest(io.BytesIO(lines(number)), "cgn")
            else:
                with suppress(AlreadyIngested):
                    logs.ingest(io.BytesIO(lines(number)), "cgn")
        sealed = logs.seal(LogKind.AP_NAT, YESTERDAY)
        assert (sealed is None) or ("sealed" not in acknowledged)
        assert asked(logs) == rows
        with workspace.database.read() as connection:
            known = manifest.known_files(connection)
        assert {file.name.partition(".")[0] for file in files_of(workspace)} == known
