"""A fresh calls desk for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sekisho.clock import FixedClock
from sekisho.keys import make_key_file
from sekisho.keys.disk import RealDisk
from sekisho.workspace import Workspace
from tests.calls.desk import NOW, CallDesk, desk_of


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[CallDesk]:
    """The desk and its people, in a fresh workspace."""
    clock = FixedClock(NOW)
    key = make_key_file(tmp_path / "sekisho.key", RealDisk())
    with Workspace.create(
        tmp_path / "ws", name="関所通信", legal_confirmation="shown", keyring=key, clock=clock
    ) as workspace:
        yield desk_of(workspace, clock)
