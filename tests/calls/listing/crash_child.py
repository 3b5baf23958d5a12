"""A calls desk to be killed: takes a list in, frees a number, publishes, and kills itself at a commit or at a file.

Run as ``python -m tests.calls.listing.crash_child WORKSPACE KEYFILE before|after|file COUNT``.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

from sekisho.calls.screening import bundle as bundles
from sekisho.calls.service import CallService
from sekisho.clock import FixedClock
from sekisho.keys import KeyFile
from sekisho.workspace import Workspace
from tests.calls.desk import NOW, NUMBER, CallDesk, people
from tests.disclosure.crash_child import Fused

LIST = f"number,action,reason\n{NUMBER},reject,fraud\n0311112222,label,fraud\n".encode()


def run(desk: CallDesk) -> None:
    """What somebody repeats who doesn't know how far it came."""
    desk.register()
    desk.take_in(LIST)
    desk.service.free(NUMBER, "誤登録", by=desk["tanto"])


class KilledWriting:
    """A writer of files that kills its process at one of them."""

    def __init__(self, put: Any, count: int) -> None:
        """At the file of that number, half-way through."""
        self._put, self._left = put, count

    def __call__(self, path: Path, content: bytes) -> None:
        """One file."""
        self._left -= 1
        if self._left == 0:
            path.write_bytes(content[: len(content) // 2])
            os.kill(os.getpid(), signal.SIGKILL)
        self._put(path, content)


def main() -> None:
    """Work until killed."""
    path, key, when, count = sys.argv[1:]
    with Workspace.open(Path(path), keyring=KeyFile(Path(key)), clock=FixedClock(NOW)) as workspace:
        if when == "file":
            bundles._put = KilledWriting(bundles._put, int(count))
        else:
            fused: Any = Fused(workspace, when, int(count))
            workspace.queue.commit = fused  # type: ignore[method-assign]  # to kill it there
        run(CallDesk(workspace, FixedClock(NOW), CallService(workspace), people()))


if __name__ == "__main__":
    main()
