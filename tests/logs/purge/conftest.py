"""A log store that keeps yesterday's records under a policy."""

from __future__ import annotations

import pytest

from sekisho.clock import FixedClock
from sekisho.keys import KeyFile
from sekisho.logs.service import LogService
from sekisho.workspace import Workspace
from tests.logs.keeping import Keeper


@pytest.fixture
def keeper(workspace: Workspace, clock: FixedClock, key_file: KeyFile, logs: LogService) -> Keeper:
    """The source ``cgn`` with a policy of 120 days."""
    return Keeper(workspace, clock, key_file, logs)
