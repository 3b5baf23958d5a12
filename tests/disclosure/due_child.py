"""``sekisho due`` at the disclosure desk, to be killed.

Run as ``python -m tests.disclosure.due_child WORKSPACE KEYFILE before|after COUNT``: killed before the ``COUNT``-th
commit is handed in, or after it is durable and before anybody was told.
"""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from sekisho.clock import FixedClock
from sekisho.disclosure.due import disclosure_tasks
from sekisho.due import Entry, run_all
from sekisho.keys import KeyFile
from sekisho.workspace import Workspace
from tests.disclosure.crash_child import Fused
from tests.disclosure.test_due import KEEPER
from tests.disclosure.world import NOW
from tests.logs.keeping import Unasked

LATER: Final = NOW + timedelta(days=130)
"""When every term of the prepared desk is over."""


def ran(workspace: Workspace) -> list[Entry]:
    """Everything that is due."""
    return list(run_all(disclosure_tasks(workspace, Unasked(workspace.keyring), by=KEEPER)))


def main() -> None:
    """Work until killed."""
    path, key, when, count = sys.argv[1:]
    with Workspace.open(Path(path), keyring=KeyFile(Path(key)), clock=FixedClock(LATER)) as workspace:
        fused: Any = Fused(workspace, when, int(count))
        workspace.queue.commit = fused  # type: ignore[method-assign]  # to kill it there
        ran(workspace)


if __name__ == "__main__":
    main()
