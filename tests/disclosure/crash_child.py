"""A desk to be killed: takes one case through its steps, and kills itself at a commit.

Run as ``python -m tests.disclosure.crash_child WORKSPACE KEYFILE before|after COUNT``: killed before the ``COUNT``-th
commit is handed in, or after it is durable and before anybody was told.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

from sekisho.clock import FixedClock
from sekisho.disclosure.progress import State
from sekisho.disclosure.record import Origin
from sekisho.disclosure.service import DisclosureService
from sekisho.keys import KeyFile
from sekisho.workspace import Workspace
from tests.disclosure.made_cases import case, item
from tests.disclosure.world import NOW, Desk, people

KEY = "k1"


def run(desk: Desk) -> str:
    """The whole way of a case, each step as somebody would repeat it who doesn't know whether it was done."""
    service = desk.service
    made = service.receive(case(items=[item(port=None)]), by=desk["uketsuke"], idempotency_key=KEY)
    done = {one.event for one in service.timeline(made.id, by=desk["uketsuke"])}
    if "answer" not in done:
        service.question_back(made.id, "ポート？", by=desk["uketsuke"], fields=("port",))
        service.answer_question(made.id, case(), by=desk["uketsuke"])
    if "review" not in done:
        service.set_fact(
            made.id, "authenticity.called_back", True, origin=Origin.CHECKED, note="代表番号", by=desk["uketsuke"]
        )
        service.review(made.id, "確認", by=desk["kakunin"])
    if service.find(made.id, by=desk["kakunin"]).state is not State.CLOSED:
        service.withdraw(made.id, "取下書", by=desk["uketsuke"])
        service.close(made.id, "取下げ", by=desk["kakunin"])
    return made.id


class Fused:
    """A commit that kills its process."""

    def __init__(self, workspace: Workspace, when: str, count: int) -> None:
        """Before or after the commit of that number."""
        self._commit = workspace.queue.commit
        self._when, self._left = when, count

    def __call__(self, *given: Any) -> Any:
        """One commit."""
        self._left -= 1
        if self._left == 0 and self._when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        done = self._commit(*given)
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return done


def main() -> None:
    """Work until killed."""
    path, key, when, count = sys.argv[1:]
    with Workspace.open(Path(path), keyring=KeyFile(Path(key)), clock=FixedClock(NOW)) as workspace:
        fused: Any = Fused(workspace, when, int(count))
        workspace.queue.commit = fused  # type: ignore[method-assign]  # to kill it there
        run(Desk(workspace, FixedClock(NOW), DisclosureService(workspace), people()))


if __name__ == "__main__":
    main()
