"""A store with people in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sekisho.logs.service import LogService
from sekisho.workspace import Workspace
from tests.logs.lookup.made import Store, store_of


@pytest.fixture
def store(workspace: Workspace) -> Iterator[Store]:
    """Empty of logs."""
    made = store_of(workspace, LogService(workspace))
    yield made
    made.lookups.close()
