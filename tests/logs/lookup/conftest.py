"""A store with people in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sekisho.clock import FixedClock
from sekisho.keys import KeyFile
from sekisho.logs.service import LogService
from sekisho.workspace import Workspace
from tests.logs.lookup.made import Store, store_of


@pytest.fixture
def workspace(tmp_path: Path, key_file: KeyFile, clock: FixedClock) -> Iterator[Workspace]:
    """A fresh workspace without staff or policies: these tests put rows where they are asked for."""
    with Workspace.create(
        tmp_path / "ws", name="関所通信", legal_confirmation="shown", keyring=key_file, clock=clock
    ) as made:
        yield made


@pytest.fixture
def store(workspace: Workspace) -> Iterator[Store]:
    """Empty of logs."""
    made = store_of(workspace, LogService(workspace))
    yield made
    made.lookups.close()
