"""``sekisho due`` at what the stops desk keeps, to be killed; and a reader of what a copy of the database held.

Run as ``python -m tests.stops.keeping.due_child WORKSPACE KEYFILE DAYS before|after COUNT``, or
``… WORKSPACE KEYFILE open FILE``: says for each row of the file whether it opens.
"""

from __future__ import annotations

import base64
import json
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from sekisho.access.principal import Principal, Proof
from sekisho.access.roles import Role, StaffKind, scopes_of
from sekisho.clock import FixedClock
from sekisho.contracts.scheme_keeping import ToldDenials
from sekisho.due import Entry, run_all
from sekisho.keys import KeyFile
from sekisho.keys.errors import KeyDestroyed
from sekisho.stops.due import StopTask
from sekisho.stops.keeping.due import keeping_tasks
from sekisho.store.personal import PersonalColumn
from sekisho.workspace import Workspace
from tests.disclosure.crash_child import Fused
from tests.logs.keeping import Unasked
from tests.stops.world import NOW, World, opened_world

KEEPER: Final = Principal("kagi", StaffKind.PERSON, scopes_of((Role.KEY_CUSTODIAN,)), Proof.STATED, None, None)


def ran(world: World) -> list[Entry]:
    """What is due of what is kept, and of the denials before it."""
    told, prober = ToldDenials(world.workspace.keyring), Unasked(world.workspace.keyring)
    kept = keeping_tasks(world.service, told, prober, by=KEEPER)
    return list(run_all((StopTask(world.service, by=KEEPER), *kept)))


def opens(workspace: Workspace, copied: list[dict[str, str]]) -> list[bool]:
    """Whether rows of a copy open."""
    found = []
    for one in copied:
        column = PersonalColumn(one["table"], "body")
        try:
            column.open(workspace.keyring, base64.b64decode(one["body"]), row_id=one["id"], key=one["key"])
        except KeyDestroyed:
            found.append(False)
        else:
            found.append(True)
    return found


def main() -> None:
    """Work until killed, or look."""
    path, key, days, when, *count = sys.argv[1:]
    if days == "open":
        with Workspace.open(Path(path), mode="read", keyring=KeyFile(Path(key))) as workspace:
            sys.stdout.write(json.dumps(opens(workspace, json.loads(Path(when).read_text()))))
        return
    clock = FixedClock(NOW + timedelta(days=int(days)))
    with Workspace.open(Path(path), mode="write", keyring=KeyFile(Path(key)), clock=clock) as workspace:
        fused: Any = Fused(workspace, when, int(count[0]))
        workspace.queue.commit = fused  # type: ignore[method-assign]  # to kill it there
        ran(opened_world(workspace, clock))


if __name__ == "__main__":
    main()
