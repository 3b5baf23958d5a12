"""One end of a chain in a process of its own, which kills itself at a commit.

Run as ``python -m tests.disclosure.chain.crash_child END WORKSPACE KEYFILE WHEN COUNT MORE``. ``END`` is

- ``serve``: answers other providers; tells its address on a line of its own
- ``provide``: the content provider's way (``MORE``: the case and the other end's address)
- ``take``: the access provider's way from the handover to its answer

``WHEN`` is ``before`` or ``after``: killed before the ``COUNT``-th commit with a leaf is handed in, or after it is
durable and before anybody was told. ``COUNT`` 0: never.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

from sekisho.access.errors import TooFewApprovers
from sekisho.clock import FixedClock
from sekisho.disclosure.chain.handover import Paper
from sekisho.disclosure.chain.incoming import Incoming
from sekisho.disclosure.chain.outgoing import Outgoing
from sekisho.disclosure.deciding import Choice
from sekisho.disclosure.delivery.service import Channel as Way
from sekisho.disclosure.delivery.service import DeliveryDesk, Mode
from sekisho.disclosure.hearing.record import Answer, Channel
from sekisho.disclosure.parties.wire import HttpWire, Reply
from sekisho.disclosure.progress import State
from sekisho.disclosure.record import Origin
from sekisho.disclosure.search.errors import GrantsMissing
from sekisho.disclosure.service import DisclosureService
from sekisho.keys import KeyFile
from sekisho.logs.formats import registry
from sekisho.workspace import Workspace
from tests.disclosure.claims_made import CLAIM, ORDER_FACTS, SENDER
from tests.disclosure.delivery.crash_child import FusedAtLeaves
from tests.disclosure.served import served
from tests.disclosure.world import NOW, Desk, people

PETITION = Paper("関所地方裁判所", "令和8年（発チ）第3号", date(2026, 11, 23))
TODAY = date(2026, 11, 23)
WRITTEN: Mapping[str, Any] = {
    "type": "disclosure_order",
    "requester": {"kind": "court", "name": "関所地方裁判所"},
    "document": {"number": PETITION.number, "dated": "2026-11-23", "title": "開示命令"},
    "received_at": "2026-11-23T11:00:00+09:00",
    "wanted": ["civil.1", "civil.2"],
}
FACTS = ("authenticity.identity_proved", "order.petition_served", *ORDER_FACTS, "order.objection_pending")


class At:
    """The wire to where the other end listens now, whatever was registered."""

    def __init__(self, url: str) -> None:
        """Sends to ``url`` alone."""
        self._url = url

    def send(self, url: str, address: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        """As ``Wire.send``."""
        del url
        return HttpWire().send(self._url, address, body, headers)


def provide(desk: Desk, case_id: str, url: str) -> None:
    """From what was found to the receipt, each step as somebody would repeat it who doesn't know whether it was done.
    """
    outgoing, kaiji = Outgoing(desk.service, wire=At(url)), desk["kaiji"]

    def state() -> State:
        return desk.service.find(case_id, by=kaiji).state

    if state() is State.FOUND:
        outgoing.name(case_id, by=kaiji)
        desk.service.deciding.decide(case_id, {1: (Choice.FORWARD, "提供命令")}, by=kaiji)
    if state() is State.DECIDED:
        outgoing.tell(case_id, by=kaiji)
    outgoing.notified(case_id, "ap", PETITION, on=TODAY, document=b"notice", by=desk["uketsuke"])
    outgoing.forward(case_id, "ap", by=kaiji)


def take(desk: Desk) -> str:
    """From the handover to the package for whoever asked, likewise. Its case."""
    service, incoming, kaiji = desk.service, Incoming(desk.service), desk["kaiji"]
    (handover,) = incoming.every(by=desk["uketsuke"], state=None)
    case_id = incoming.open_case(handover.id, WRITTEN, by=desk["uketsuke"]).entry.id

    def state() -> State:
        return service.find(case_id, by=desk["kansa"]).state

    def facts() -> Mapping[str, Any]:
        case = service.find(case_id, by=desk["kansa"]).case
        return {} if case is None else case.facts

    if state() is State.RECEIVED:
        service.review(case_id, "命令を確認", by=desk["kakunin"])
    if state() is State.REVIEWED:
        for name in FACTS:
            if name not in facts():
                found = name != "order.objection_pending"
                service.set_fact(case_id, name, found, origin=Origin.CHECKED, note="原本", by=desk["kakunin"])
    if state() in (State.REVIEWED, State.SEARCHING):
        service.searching.request(case_id, by=desk["kensaku"])
        for name in ("kakunin", "hogo"):
            # It was given before the end, or both were and the grant is in force.
            with suppress(TooFewApprovers, GrantsMissing):
                service.searching.approve(case_id, by=desk[name])
        service.searching.run(case_id, by=desk["kensaku"])
    if state() in (State.FOUND, State.HEARING):
        hearings = service.hearings
        if not hearings.find(case_id, by=kaiji).inquiries:
            hearings.draft(case_id, (1,), SENDER, CLAIM, by=kaiji)
        hearings.sent(case_id, 1, channel=Channel.POST, on=TODAY, by=kaiji)
        hearings.answer(case_id, 1, Answer.AGREES, on=TODAY, how="回答書", by=desk["uketsuke"])
        service.deciding.decide(case_id, {1: (Choice.DISCLOSE, "命令どおり")}, by=kaiji)
    if state() is State.DECIDED:
        deliveries = DeliveryDesk(service)
        packages = deliveries.packages(case_id, by=kaiji)
        package = packages[-1] if packages else None
        if package is None:
            package, _ = deliveries.prepare(case_id, "requester", "関所地方裁判所", mode=Mode.PAPER, by=kaiji)
        deliveries.release(case_id, package.id, channel=Way.PAPER, how="手渡し", by=kaiji)
    return case_id


def main() -> None:
    """Work until killed."""
    end, path, key, when, count, *more = sys.argv[1:]
    registry._FORMATS["simple"] = ("tests.logs.simple_format:make", "for tests")
    with Workspace.open(Path(path), keyring=KeyFile(Path(key)), clock=FixedClock(NOW)) as workspace:
        fused: Any = FusedAtLeaves(workspace, when, int(count))
        workspace.queue.commit = fused  # type: ignore[method-assign]  # to kill it there
        desk = Desk(workspace, FixedClock(NOW), DisclosureService(workspace), people())
        if end == "serve":
            with served(workspace) as url:
                sys.stdout.write(url + "\n")
                sys.stdout.flush()
                while True:
                    time.sleep(60)
        elif end == "provide":
            provide(desk, *more)
        else:
            take(desk)


if __name__ == "__main__":
    main()
