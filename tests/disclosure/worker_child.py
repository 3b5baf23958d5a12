"""One of several workers on one workspace (PostgreSQL): does what it is told on standard input, at the word.

Run as ``python -m tests.disclosure.worker_child WORKSPACE KEYFILE DAYS``: that many days after the fixed day. Each line
``ACT CASE WHO MORE`` is answered with ``ready``; after an empty line it is done, and answered with ``done`` or the
reason of the refusal.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Final

from sekisho.clock import FixedClock
from sekisho.contracts.lifecycle.errors import DueFailed
from sekisho.disclosure.deciding import Choice
from sekisho.disclosure.delivery.service import Channel, DeliveryDesk
from sekisho.disclosure.errors import CaseMoved
from sekisho.disclosure.intake.desk import IntakeDesk
from sekisho.disclosure.progress import RefusalReason
from sekisho.disclosure.record import Origin
from sekisho.disclosure.service import DisclosureService
from sekisho.due import State
from sekisho.errors import SekishoError
from sekisho.keys import KeyFile
from sekisho.logs.formats import registry
from sekisho.workspace import Workspace
from tests.disclosure.due_child import ran
from tests.disclosure.intake.made_requests import draft
from tests.disclosure.made_cases import case
from tests.disclosure.world import NOW, Desk, people

NOTE: Final = "並行"


def receive(desk: Desk, case_id: str, who: str, more: str) -> None:
    """The same request under the same key."""
    del case_id
    desk.service.receive(case(), by=desk[who], idempotency_key=more)


def paper(desk: Desk, case_id: str, who: str, more: str) -> None:
    """A paper with this number, as somebody brings it."""
    del case_id
    IntakeDesk(desk.workspace, desk.service).take(draft(document={"number": more}), by=desk[who], received_at=NOW)


def review(desk: Desk, case_id: str, who: str, more: str) -> None:
    """Its review."""
    del more
    desk.service.review(case_id, NOTE, by=desk[who])


def refuse(desk: Desk, case_id: str, who: str, more: str) -> None:
    """Its refusal."""
    desk.service.refuse(case_id, RefusalReason(more), NOTE, by=desk[who])


def withdraw(desk: Desk, case_id: str, who: str, more: str) -> None:
    """Its withdrawal."""
    desk.service.withdraw(case_id, more, by=desk[who])


def hold(desk: Desk, case_id: str, who: str, more: str) -> None:
    """Its records held."""
    del more
    desk.service.holding.hold(case_id, by=desk[who])


def search(desk: Desk, case_id: str, who: str, more: str) -> None:
    """Its search."""
    del more
    desk.service.searching.run(case_id, by=desk[who])


def decide(desk: Desk, case_id: str, who: str, more: str) -> None:
    """Its decision."""
    desk.service.deciding.decide(case_id, {1: (Choice(more), NOTE)}, by=desk[who])


def release(desk: Desk, case_id: str, who: str, more: str) -> None:
    """A package handed over."""
    DeliveryDesk(desk.service).release(case_id, more, channel=Channel.PAPER, how="手渡し", by=desk[who])


def facts(desk: Desk, case_id: str, who: str, more: str) -> None:
    """Many facts, each asked again where somebody else was quicker."""
    for name in more.split(","):
        while True:
            try:
                desk.service.set_fact(case_id, name, True, origin=Origin.CHECKED, note=NOTE, by=desk[who])
                break
            except CaseMoved:
                continue


def due(desk: Desk, case_id: str, who: str, more: str) -> None:
    """Everything that is due."""
    del case_id, who, more
    failed = [one.what for one in ran(desk.workspace) if one.state is State.FAILED]
    if failed:
        raise DueFailed(failed=len(failed), overdue=0)


ACTS: Final[dict[str, Callable[[Desk, str, str, str], None]]] = {
    one.__name__: one for one in (receive, paper, review, refuse, withdraw, hold, search, decide, release, facts, due)
}


def main() -> None:
    """Work until standard input ends."""
    path, key, days = sys.argv[1:]
    registry._FORMATS["simple"] = ("tests.logs.simple_format:make", "for tests")
    clock = FixedClock(NOW + timedelta(days=int(days)))
    with Workspace.open(Path(path), keyring=KeyFile(Path(key)), clock=clock) as workspace:
        desk = Desk(workspace, clock, DisclosureService(workspace), people())
        for line in sys.stdin:
            act, case_id, who, more = line.rstrip("\n").split(" ")
            _tell("ready")
            sys.stdin.readline()
            try:
                ACTS[act](desk, case_id, who, more)
                _tell("done")
            except SekishoError as error:
                _tell(error.reason)


def _tell(word: str) -> None:
    sys.stdout.write(word + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
