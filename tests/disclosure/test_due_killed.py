"""kill -9 of ``sekisho due`` at each of its commits: the next run finishes, and everything was done once."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from sekisho.clock import FixedClock
from sekisho.disclosure.agency.simulator import KeyPair
from sekisho.disclosure.chain.handover import ADDRESS
from sekisho.disclosure.chain.incoming import Incoming
from sekisho.disclosure.hearing.record import Answer, Channel
from sekisho.disclosure.parties.register import Parties
from sekisho.disclosure.parties.signing import sign
from sekisho.disclosure.progress import State
from sekisho.disclosure.service import DisclosureService
from sekisho.due import State as Told
from sekisho.keys import KeyFile, make_key_file
from sekisho.keys.disk import RealDisk
from sekisho.ledger.verify import verify_ledger
from sekisho.logs.holds.service import Holds
from sekisho.workspace import Workspace
from tests.disclosure.agency.conftest import ADMIN
from tests.disclosure.claims_made import CLAIM, SENDER, claimed, with_register
from tests.disclosure.due_child import LATER, ran
from tests.disclosure.logs_made import store_for
from tests.disclosure.made_cases import item
from tests.disclosure.test_due import TODAY, waiting
from tests.disclosure.test_holding import preservation
from tests.disclosure.world import NOW, Desk, desk_of, people

ROOT = Path(__file__).parents[2]
ONCE = ("hearing.answered", "order_lapsed", "hold_ended", "close")
"""What the run does in the cases, each in one of them."""


def handed_over(workspace: Workspace) -> None:
    """Something that another provider handed over, for a petition that never comes."""
    parties, keys = Parties(workspace), KeyPair()
    parties.add(
        {"id": "cp", "kind": "provider", "name": "掲示板", "address": "隣町1", "key": keys.public_key.hex(),
         "url": "http://127.0.0.1:9", "origin": "sekisho/cp", "known_as": "ap"}, by=ADMIN,
    )  # fmt: skip
    moment = "2026-11-20T12:00:00+09:00"
    passed = {"number": 1, "civil": [5, 8], "address": "203.0.113.5", "port": 2000, "link": None, "begin": moment,
            "end": moment}  # fmt: skip
    papers = [{"court": "関所地方裁判所", "number": f"第{one}号", "dated": "2026-11-22"} for one in (1, 2)]
    written = {
        "format": "sekisho/handover/1",
        "id": "h" + "2" * 32,
        "sender": "cp",
        "receiver": parties.origin,
        "purpose": "disclosure_order_petition",
        "order": papers[0],
        "petition": papers[1],
        "lapse_on": "2027-01-25",
        "items": [passed],
    }
    body = orjson.dumps(written)
    signed = sign(keys, sender="cp", receiver=parties.origin, at=NOW, address=ADDRESS, body=body)
    Incoming(DisclosureService(workspace)).receive(body, signed.headers())


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, KeyFile]:
    """A desk on which a hearing's time, an order, a preservation, objections and a handover will be over."""
    root = tmp_path_factory.mktemp("due")
    key, clock = make_key_file(root / "key", RealDisk()), FixedClock(NOW)
    with Workspace.create(
        root / "ws", name="関所通信", legal_confirmation="shown", keyring=key, clock=clock
    ) as workspace, pytest.MonkeyPatch.context() as patch:
        desk = desk_of(workspace, clock)
        store = store_for(desk, patch)
        with_register(desk)
        waiting(desk)
        heard = claimed(desk)
        desk.service.hearings.draft(heard.id, (1,), SENDER, CLAIM, by=desk["kaiji"])
        desk.service.hearings.sent(heard.id, 1, channel=Channel.POST, on=TODAY, by=desk["kaiji"])
        order = desk.received(type="identification_order", document={"number": "令和8年（モ）第8号"})
        lapse = date(2027, 1, 25)
        desk.term(order.id, "identification_lapse", TODAY, lapse)
        quiet: dict[str, Any] = dict.fromkeys(("begin", "end"), "2026-11-18T12:00:00+09:00")
        kept = preservation(desk, items=[item(wanted=["log"], **quiet)])
        desk.service.holding.hold(kept.id, by=desk["kensaku"])
        handed_over(workspace)
        clock.advance(timedelta(days=31))
        list(Holds(workspace).expired(by="keeper"))
        store.lookups.close()
    return root / "ws", key


@contextmanager
def opened(path: Path, key: KeyFile) -> Iterator[Workspace]:
    """The workspace on the day of the run."""
    with Workspace.open(path, keyring=key, clock=FixedClock(LATER)) as workspace:
        yield workspace


def killed(path: Path, key: KeyFile, when: str, count: int) -> int:
    """How a run ended that is killed at a commit; 0 where it has fewer."""
    words = [sys.executable, "-m", "tests.disclosure.due_child", str(path), str(key.path), when, str(count)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, timeout=120, check=False)
    assert done.returncode in (-9, 0), done.stderr.decode()
    return done.returncode


def require_done(workspace: Workspace) -> None:
    """Everything was done, once, and another run does nothing."""
    desk = Desk(workspace, FixedClock(LATER), DisclosureService(workspace), people())
    assert [one for one in ran(workspace) if one.state in (Told.DONE, Told.FAILED)] == []
    cases = desk.service.page(by=desk["kansa"]).entries
    found: Counter[str] = Counter()
    for one in cases:
        timeline = desk.service.timeline(one.id, by=desk["kansa"])
        assert all(entry.ledger_index is not None for entry in timeline)
        found.update(entry.event for entry in timeline if entry.by == "keeper")
    assert {name: found[name] for name in ONCE} == dict.fromkeys(ONCE, 1)
    assert sorted(found) == sorted(ONCE)
    closed = [one for one in cases if one.state is State.CLOSED]
    ended = [one.name for one in workspace.keyring.destructions()]
    (handover,) = Incoming(desk.service).every(by=desk["uketsuke"], state=None)
    assert handover.state == "lapsed"
    assert sorted(ended) == sorted([f"disclosure-work/{one.id}" for one in closed] + [f"disclosure/{handover.id}"])
    answers = [
        inquiry.answer
        for one in cases
        if one.type.value == "voluntary_claim"
        for inquiry in desk.service.hearings.find(one.id, by=desk["kaiji"]).inquiries
    ]
    assert answers == [Answer.NO_ANSWER]
    workspace.checkpoint()
    assert verify_ledger(
        workspace.ledger_directory, public_key=workspace.ledger_public_key, origin=workspace.origin
    ).holds


@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_at_each_commit(prepared: tuple[Path, KeyFile], tmp_path: Path, when: str) -> None:
    """One run after the other is killed at a later commit, each on a copy of its own; the next run finishes."""
    count = 0
    while True:
        count += 1
        path = tmp_path / f"{when}-{count}"
        shutil.copytree(prepared[0], path)
        code = killed(path, prepared[1], when, count)
        with opened(path, prepared[1]) as workspace:
            ran(workspace)
            require_done(workspace)
        if code == 0:
            break
    assert count > len(ONCE) + 4


def test_killed_again_and_again(prepared: tuple[Path, KeyFile], tmp_path: Path) -> None:
    """Every run is killed after its first commit, until there is nothing left to commit: everything once."""
    path = tmp_path / "ws"
    shutil.copytree(prepared[0], path)
    for _ in range(60):
        if killed(path, prepared[1], "after", 1) == 0:
            break
    with opened(path, prepared[1]) as workspace:
        require_done(workspace)
