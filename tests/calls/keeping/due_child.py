"""``sekisho due`` at the calls desk's registers, to be killed.

Run as ``python -m tests.calls.keeping.due_child WORKSPACE KEYFILE before|after COUNT``.
"""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from sekisho.access.principal import Principal, Proof
from sekisho.access.roles import Role, StaffKind, scopes_of
from sekisho.calls.keeping.due import register_tasks
from sekisho.clock import FixedClock
from sekisho.crossings.evidence_kept import evidence_kept
from sekisho.due import Entry, run_all
from sekisho.keys import KeyFile
from sekisho.workspace import Workspace
from tests.calls.desk import NOW
from tests.disclosure.crash_child import Fused
from tests.logs.keeping import Unasked

LATER: Final = NOW + timedelta(days=1_300)
"""When everything that had an end is over."""
KEEPER: Final = Principal("keeper", StaffKind.PERSON, scopes_of((Role.KEY_CUSTODIAN,)), Proof.STATED, None, None)


def ran(workspace: Workspace) -> list[Entry]:
    """Everything that is due at the registers."""
    return list(run_all(register_tasks(workspace, Unasked(workspace.keyring), evidence_kept(workspace), by=KEEPER)))


def main() -> None:
    """Work until killed."""
    path, key, when, count = sys.argv[1:]
    with Workspace.open(Path(path), keyring=KeyFile(Path(key)), clock=FixedClock(LATER)) as workspace:
        fused: Any = Fused(workspace, when, int(count))
        workspace.queue.commit = fused  # type: ignore[method-assign]  # to kill it there
        ran(workspace)


if __name__ == "__main__":
    main()
