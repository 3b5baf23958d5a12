"""kill -9 of two providers' processes that talk to each other: at each commit of each end, then gone on with. Every
step is there once at both ends, and both ledgers verify."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from sekisho.clock import FixedClock
from sekisho.disclosure.chain.incoming import Incoming
from sekisho.disclosure.parties.wire_errors import PartyUnreachable
from sekisho.disclosure.progress import State
from sekisho.disclosure.service import DisclosureService
from sekisho.keys import KeyFile
from sekisho.ledger.verify import verify_ledger
from sekisho.logs.formats import registry
from sekisho.logs.kinds import LogKind
from sekisho.logs.rows import Known
from sekisho.logs.subscribers.read import read_register
from sekisho.logs.subscribers.register import SubscriberRegister
from sekisho.workspace import Workspace
from tests.disclosure.chain.conftest import REGISTER, introduce, provider
from tests.disclosure.chain.crash_child import provide, take
from tests.disclosure.world import NOW, Desk, people
from tests.logs.lookup.made import Row

ROOT = Path(__file__).parents[3]
PROVIDED = ("next_named", "decide", "deliver", "filing_notified", "handover", "forwarded")
"""What happens at the content provider's end after the search, each with one commit."""
TAKEN = ("receive", "handover_opened", "review", "search", "find", "hearing.drafted", "hearing.answered", "decide",
         "deliver")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ends:
    """Two workspaces on disk, and the order's case at the first."""

    root: Path
    case_id: str

    def workspace(self, name: str) -> tuple[Path, KeyFile]:
        """Directory and key."""
        return self.root / name / "ws", KeyFile(self.root / name / "key")

    def copied(self, to: Path) -> Ends:
        """A copy to work on."""
        shutil.copytree(self.root, to)
        return Ends(to, self.case_id)

    @contextmanager
    def desk(self, name: str) -> Iterator[Desk]:
        """One end, in this process."""
        path, key = self.workspace(name)
        with Workspace.open(path, keyring=key, clock=FixedClock(NOW)) as workspace:
            yield Desk(workspace, FixedClock(NOW), DisclosureService(workspace), people())

    def child(self, end: str, name: str, when: str, count: int, *more: str) -> subprocess.Popen[str]:
        """One end, in a process of its own."""
        path, key = self.workspace(name)
        words = [end, str(path), str(key.path), when, str(count), *more]
        return subprocess.Popen(
            [sys.executable, "-m", "tests.disclosure.chain.crash_child", *words],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )

    @contextmanager
    def serving(self, when: str = "before", count: int = 0) -> Iterator[tuple[subprocess.Popen[str], str]]:
        """The access provider's server; killed at the end, if it wasn't by itself."""
        server = self.child("serve", "ap", when, count)
        assert server.stdout is not None
        try:
            yield server, server.stdout.readline().strip()
        finally:
            os.kill(server.pid, signal.SIGKILL)
            server.wait()
            server.stdout.close()

    def killed(self, end: str, name: str, when: str, count: int, *more: str) -> None:
        """One end worked until it was killed."""
        child = self.child(end, name, when, count, *more)
        child.communicate(timeout=120)
        assert child.returncode == -signal.SIGKILL


@pytest.fixture(scope="module")
def ends(tmp_path_factory: pytest.TempPathFactory) -> Ends:
    """A content provider that has searched for an order, and an access provider with logs, which know each other."""
    root = tmp_path_factory.mktemp("ends")
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setitem(registry._FORMATS, "simple", ("tests.logs.simple_format:make", "for tests"))
        cp, ap = (provider(root / name, name, stack) for name in ("cp", "ap"))
        posted = Row("12:00:00", "12:00:00.000001", subject="user-1", ports=(2000, 2000), end_known=Known.NOT_LOGGED)
        cp.store.put(cp.store.source("posts", LogKind.CP_POST), posted)
        nat = ap.store.source("cgn", LogKind.AP_NAT, covers=["203.0.113.0/24"])
        ap.store.put(nat, Row("11:00:00", "13:00:00", inside="100.64.1.2"))
        auth = ap.store.source("radius", LogKind.AP_AUTH, covers=["100.64.0.0/10"])
        ap.store.put(auth, Row("10:00:00", "14:00:00", subject="line-7", address="100.64.1.2", ports=(0, 65535)))
        SubscriberRegister(ap.desk.workspace).take_in(
            read_register(REGISTER.encode(), lines=False), covers_from=date(2026, 4, 1), as_of=date(2026, 11, 23),
            by="admin",
        )  # fmt: skip
        introduce(cp, ap, "ap", "cp", prefixes=["203.0.113.0/24"])
        introduce(ap, cp, "cp", "ap")
        return Ends(root, cp.searched(cp.entered()))


@pytest.fixture
def two(ends: Ends, tmp_path: Path) -> Ends:
    """A copy of both."""
    return ends.copied(tmp_path / "two")


@pytest.fixture(scope="module")
def handed(ends: Ends, tmp_path_factory: pytest.TempPathFactory) -> Ends:
    """Both after the handover."""
    made = ends.copied(tmp_path_factory.mktemp("handed") / "two")
    with made.serving() as (_, url), made.desk("cp") as cp:
        provide(cp, made.case_id, url)
    return made


ANSWERS = (1, 2, 3, 9, 13, 16, 18, 20, 22, 24, 25)
"""Commits at the access provider's end after which it is killed: all of the opening, and some of each later step."""


def events(desk: Desk, case_id: str) -> Counter[str]:
    """What happened in a case, and how often; each is in the ledger."""
    timeline = desk.service.timeline(case_id, by=desk["kansa"])
    assert all(one.ledger_index is not None for one in timeline)
    return Counter(one.event for one in timeline)


def require_verified(desk: Desk) -> None:
    """The ledger is whole and every row has its leaf."""
    workspace = desk.workspace
    workspace.checkpoint()
    assert verify_ledger(
        workspace.ledger_directory, public_key=workspace.ledger_public_key, origin=workspace.origin
    ).holds


def require_once(two: Ends) -> None:
    """One handover, taken once and receipted once."""
    with two.desk("cp") as cp:
        found = events(cp, two.case_id)
        assert {name: found[name] for name in PROVIDED} == dict.fromkeys(PROVIDED, 1)
        assert len(cp.service.papers.every(two.case_id, by=cp["kaiji"], kind="handover_receipt")) == 1
        require_verified(cp)
    with two.desk("ap") as ap:
        (received,) = Incoming(ap.service).every(by=ap["uketsuke"], state=None)
        assert (received.state, received.items) == ("waiting", 1)
        require_verified(ap)


LAST = len(PROVIDED)


@pytest.mark.parametrize(
    ("when", "count"), [("before", 1), *(("after", one + 1) for one in range(LAST)), ("before", LAST)]
)
def test_the_sender_is_killed(two: Ends, when: str, count: int) -> None:
    """Before or after a commit from the name to the receipt; "before" the last one is after the other side took
    it and acknowledged."""
    with two.serving() as (_, url):
        two.killed("provide", "cp", when, count, two.case_id, url)
        with two.desk("cp") as cp:
            provide(cp, two.case_id, url)
    require_once(two)


@pytest.mark.parametrize("when", ["before", "after"])
def test_the_receiver_is_killed(two: Ends, when: str) -> None:
    """Before it has taken the handover, or after that and before it acknowledged: the sender is told that nobody
    answered, and sends the same again to the next process."""
    with two.desk("cp") as cp:
        with two.serving(when, 1) as (server, url), pytest.raises(PartyUnreachable):
            provide(cp, two.case_id, url)
        assert server.returncode == -signal.SIGKILL
        with two.serving() as (_, url):
            provide(cp, two.case_id, url)
    require_once(two)


def test_the_receiver_is_killed_after_it_acknowledged(two: Ends) -> None:
    """What it acknowledged is there in the next process, and asking again changes nothing at either end."""
    with two.desk("cp") as cp:
        with two.serving() as (_, url):
            provide(cp, two.case_id, url)
        with two.serving() as (_, url):
            provide(cp, two.case_id, url)
    require_once(two)


def test_both_are_killed(two: Ends) -> None:
    """The sender after it wrote down what it sends, the receiver after it took it: one handover in the end."""
    with two.serving() as (_, url):
        two.killed("provide", "cp", "after", PROVIDED.index("handover") + 1, two.case_id, url)
    with two.desk("cp") as cp:
        with two.serving("after", 1) as (_, url), pytest.raises(PartyUnreachable):
            provide(cp, two.case_id, url)
        with two.serving() as (_, url):
            provide(cp, two.case_id, url)
    require_once(two)


@pytest.mark.parametrize("count", ANSWERS)
def test_the_answer_is_killed(handed: Ends, tmp_path: Path, count: int) -> None:
    """After each commit at the access provider from the opening of the petition's case to the package for the court:
    one case, every step once."""
    two = handed.copied(tmp_path / "two")
    two.killed("take", "ap", "after", count)
    with two.desk("ap") as ap, pytest.MonkeyPatch.context() as patch:
        patch.setitem(registry._FORMATS, "simple", ("tests.logs.simple_format:make", "for tests"))
        case_id = take(ap)
        assert ap.service.count(by=ap["kansa"]) == 1
        assert ap.service.find(case_id, by=ap["kansa"]).state is State.DELIVERED
        found = events(ap, case_id)
        assert {name: found[name] for name in TAKEN} == dict.fromkeys(TAKEN, 1)
        (opened,) = Incoming(ap.service).every(by=ap["uketsuke"], state="opened")
        assert opened.items == 1
        require_verified(ap)
