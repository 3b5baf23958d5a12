"""Forgetting scans and ending their month's key, to be killed; and a reader of what a copy of the database held.

Run as ``python -m tests.apps.ending_child WORKSPACE KEYFILE DAYS before|after COUNT``, or
``… WORKSPACE KEYFILE open FILE``: says for each scan of the file whether it opens.
"""

from __future__ import annotations

import base64
import json
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from sekisho.access.principal import Principal, Proof
from sekisho.access.roles import Role, StaffKind, scopes_of
from sekisho.apps.ending import AppKeys
from sekisho.apps.service import AppScans
from sekisho.clock import FixedClock
from sekisho.due import Entry, run_all
from sekisho.keys import KeyFile
from sekisho.keys.errors import KeyDestroyed
from sekisho.workspace import Workspace
from tests.disclosure.crash_child import Fused
from tests.logs.keeping import Unasked
from tests.stops.world import NOW

KEEPER: Final = Principal("kagi", StaffKind.PERSON, scopes_of((Role.KEY_CUSTODIAN,)), Proof.STATED, None, None)
REVIEWER: Final = Principal("tanto", StaffKind.PERSON, scopes_of((Role.REVIEWER,)), Proof.STATED, None, None)
BEFORE: Final = date(2027, 6, 1)


def ran(workspace: Workspace) -> list[Entry]:
    """Forgets what is old, and ends the keys that are due."""
    AppScans(workspace).forget(BEFORE, by=REVIEWER)
    return list(run_all((AppKeys(workspace, Unasked(workspace.keyring), by=KEEPER),)))


def opens(workspace: Workspace, copied: list[dict[str, str]]) -> list[bool]:
    """Whether scans of a copy open."""
    found = []
    for one in copied:
        place = json.dumps(["sekisho/app-scan/1", one["id"]], separators=(",", ":")).encode()
        try:
            workspace.keyring.decrypt(one["key"], base64.b64decode(one["body"]), aad=place)
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
        ran(workspace)


if __name__ == "__main__":
    main()
