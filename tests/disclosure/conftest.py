"""A workspace whose clock stands at noon in Japan, with a disclosure desk in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sekisho.clock import FixedClock
from sekisho.keys import KeyFile, make_key_file
from sekisho.keys.disk import RealDisk
from sekisho.workspace import Workspace
from tests.disclosure.world import NOW, Desk, desk_of


@pytest.fixture
def clock() -> FixedClock:
    """Stands at noon."""
    return FixedClock(NOW)


@pytest.fixture
def key_file(tmp_path: Path) -> KeyFile:
    """A key file apart from the workspace."""
    (tmp_path / "safe").mkdir()
    return make_key_file(tmp_path / "safe" / "sekisho.key", RealDisk())


@pytest.fixture
def workspace(tmp_path: Path, key_file: KeyFile, clock: FixedClock) -> Iterator[Workspace]:
    """A fresh workspace, open for writing."""
    with Workspace.create(
        tmp_path / "ws", name="関所通信", legal_confirmation="shown", keyring=key_file, clock=clock
    ) as made:
        yield made


@pytest.fixture
def desk(workspace: Workspace, clock: FixedClock) -> Desk:
    """The desk and its people."""
    return desk_of(workspace, clock)
