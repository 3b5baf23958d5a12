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
from tests.calls.stores import database_of, on_either_store


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """On both databases where a module says so."""
    on_either_store(metafunc, "desk")


@pytest.fixture
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[CallDesk]:
    """The desk and its people, in a fresh workspace."""
    clock = FixedClock(NOW)
    key = make_key_file(tmp_path / "sekisho.key", RealDisk())
    with Workspace.create(
        tmp_path / "ws", name="関所通信", legal_confirmation="shown", keyring=key, clock=clock,
        database_url=database_of(request),
    ) as workspace:  # fmt: skip
        yield desk_of(workspace, clock)
