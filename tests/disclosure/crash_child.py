"""A desk to be killed: takes one case through its steps, and kills itself at a commit.

Run as ``python -m tests.disclosure.crash_child WAY WORKSPACE KEYFILE before|after COUNT``: killed before the
``COUNT``-th commit is handed in, or after it is durable and before anybody was told. ``WAY`` is one of :data:`WAYS`.
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from sekisho.access.errors import TooFewApprovers
from sekisho.clock import FixedClock
from sekisho.disclosure.attaching import Keep
from sekisho.disclosure.deciding import Choice
from sekisho.disclosure.progress import RefusalReason, State
from sekisho.disclosure.record import Origin
from sekisho.disclosure.search.errors import GrantsMissing
from sekisho.disclosure.service import DisclosureService
from sekisho.keys import KeyFile
from sekisho.workspace import Workspace
from tests.disclosure.made_cases import case, item
from tests.disclosure.world import NOW, Desk, people

KEY = "k1"
FACTS = (
    "document.in_writing",
    "document.original_received",
    "document.addressed_to_us",
    "document.issued_by_judge",
    "preservation.for_seizure",
)


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


def _warrant(desk: Desk, *, facts_of: tuple[str, ...] = (), **changed: Any) -> str:
    """A request that was reviewed, with its facts and ``facts_of``; each only where it isn't there yet."""
    service = desk.service
    made = service.receive(case(**changed), by=desk["uketsuke"], idempotency_key=KEY)
    known = made.case.facts if made.case is not None else {}
    for name in ("authenticity.called_back", "authenticity.number_confirmed"):
        if name not in known:
            service.set_fact(made.id, name, True, origin=Origin.CHECKED, note="代表番号", by=desk["uketsuke"])
    for name in (*FACTS, *facts_of):
        if name not in known:
            service.set_fact(made.id, name, True, origin=Origin.CHECKED, note="原本", by=desk["uketsuke"])
    if "preservation.days_asked" not in known and made.type.value == "preservation_request":
        service.set_fact(
            made.id, "preservation.days_asked", 30, origin=Origin.DECLARED, note="", by=desk["uketsuke"]
        )
    if service.find(made.id, by=desk["kakunin"]).state is State.RECEIVED:
        service.review(made.id, "確認", by=desk["kakunin"])
    return made.id


def run_search(desk: Desk) -> str:
    """A warrant, to its delivery."""
    service = desk.service
    found = service.page(by=desk["kansa"]).entries
    if found and found[0].state is State.CLOSED:
        return found[0].id
    case_id = _warrant(desk, items=[item(wanted=["log"])])

    def state() -> State:
        return service.find(case_id, by=desk["kansa"]).state

    if state() in (State.REVIEWED, State.SEARCHING):
        service.searching.request(case_id, by=desk["kensaku"])
        for name in ("kakunin", "hogo"):
            # It was given before the end, or both were and the grant is in force.
            with suppress(TooFewApprovers, GrantsMissing):
                service.searching.approve(case_id, by=desk[name])
        service.searching.run(case_id, by=desk["kensaku"])
    if state() is State.FOUND:
        service.deciding.decide(case_id, {1: (Choice.DISCLOSE, "令状どおり")}, by=desk["kaiji"])
    if state() is State.DECIDED:
        paper = service.papers.prepare(case_id, "package", b"package", keep=Keep.WORK, by=desk["kaiji"])
        known, said = service.steps.known(case_id, desk["kaiji"]), {"paper": paper.said}
        service.hand_over(known, paper.id, said, by=desk["kaiji"], write=lambda one, _: paper.write(one))
    if state() is State.DELIVERED:
        service.close(case_id, "交付済み", by=desk["kaiji"])
    return case_id


def run_refused(desk: Desk) -> str:
    """A warrant whose search was asked for and approved by one, then refused."""
    service = desk.service
    found = service.page(by=desk["kansa"]).entries
    if found and found[0].state is State.REFUSED:
        return found[0].id
    case_id = _warrant(desk, items=[item(wanted=["log"])])
    service.searching.request(case_id, by=desk["kensaku"])
    with suppress(TooFewApprovers):
        service.searching.approve(case_id, by=desk["hogo"])
    service.refuse(case_id, RefusalReason.NOT_AUTHENTIC, "偽造", by=desk["kakunin"])
    return case_id


def run_hold(desk: Desk) -> str:
    """A preservation request, to its hold."""
    case_id = _warrant(
        desk,
        type="preservation_request",
        document={"valid_until": None},
        items=[item(wanted=["log"], begin="2026-11-18T12:00:00+09:00", end="2026-11-18T12:00:00+09:00")],
    )
    desk.service.holding.hold(case_id, by=desk["kensaku"])
    return case_id


ORDER: dict[str, Any] = {
    "type": "deletion_prohibition",
    "requester": {"kind": "court", "name": "関所地方裁判所", "office": "", "contact": "", "officer": "", "rank": ""},
    "document": {"number": "令和8年（モ）第9号", "title": "消去禁止命令", "valid_until": None,
                 "legal_provision": "情報流通プラットフォーム対処法16条1項"},
    "items": [item(wanted=["log"], begin="2026-11-18T12:00:00+09:00", end="2026-11-18T12:00:00+09:00")],
}  # fmt: skip


def run_order(desk: Desk) -> str:
    """A court's order not to erase, to its hold."""
    case_id = _warrant(desk, facts_of=("order.court_issued", "order.served"), **ORDER)
    desk.service.holding.hold(case_id, by=desk["kensaku"])
    return case_id


WAYS = {"plain": run, "search": run_search, "hold": run_hold, "order": run_order, "refused": run_refused}


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
    way, path, key, when, count = sys.argv[1:]
    with Workspace.open(Path(path), keyring=KeyFile(Path(key)), clock=FixedClock(NOW)) as workspace:
        fused: Any = Fused(workspace, when, int(count))
        workspace.queue.commit = fused  # type: ignore[method-assign]  # to kill it there
        WAYS[way](Desk(workspace, FixedClock(NOW), DisclosureService(workspace), people()))


if __name__ == "__main__":
    main()
