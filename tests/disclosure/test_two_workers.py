"""Two processes on one PostgreSQL work on one case at the same moment: of two steps one wins, of many nothing is lost,
what is asked for twice is there once, and the ledger holds."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from sekisho.clock import FixedClock
from sekisho.contracts.lifecycle.errors import DueFailed
from sekisho.disclosure.attaching import links_of
from sekisho.disclosure.deciding import Choice
from sekisho.disclosure.holding import HOLD
from sekisho.disclosure.progress import State
from sekisho.keys import KeyFile
from sekisho.ledger.verify import verify_ledger
from sekisho.logs.holds import rows as hold_rows
from sekisho.workspace import Workspace
from tests.conftest import PostgresSchema
from tests.disclosure.claims_made import with_register
from tests.disclosure.delivery.made_deliveries import packed, warrant
from tests.disclosure.logs_made import WARRANT_FACTS, ready, store_for
from tests.disclosure.made_cases import item
from tests.disclosure.test_due import waiting
from tests.disclosure.test_holding import preservation
from tests.disclosure.world import NOW, Desk, desk_of

pytestmark = pytest.mark.postgres
ROOT = Path(__file__).parents[2]
MANY = ("preservation.specially_needed", "preservation.for_seizure", "document.necessity_stated")


class Worker:
    """A process of its own."""

    def __init__(self, stack: ExitStack, path: Path, key: Path, days: int = 0) -> None:
        """Starts it."""
        words = [sys.executable, "-m", "tests.disclosure.worker_child", str(path), str(key), str(days)]
        pipe = subprocess.PIPE
        self._process = stack.enter_context(
            subprocess.Popen(words, cwd=ROOT, stdin=pipe, stdout=pipe, text=True, encoding="utf-8")
        )
        stack.callback(self._process.kill)

    def prepare(self, *words: str) -> None:
        """Tell it what to do, and wait until it only waits for the word."""
        self._write(" ".join(words))
        assert self.answer() == "ready"

    def go(self) -> None:
        """The word."""
        self._write("")

    def answer(self) -> str:
        """What it says."""
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def _write(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()


class Both:
    """A desk here, and two workers beside it."""

    def __init__(self, desk: Desk, key: Path, stack: ExitStack) -> None:
        """Starts them."""
        self.desk, self._key, self._stack = desk, key, stack
        self.workers = self.started(0)

    def started(self, days: int) -> list[Worker]:
        """Two more, some days later."""
        return [Worker(self._stack, self.desk.workspace.path, self._key, days) for _ in range(2)]

    def at_once(self, *told: tuple[str, ...], workers: list[Worker] | None = None) -> list[str]:
        """What came of what each was told to do at the same moment."""
        chosen = workers or self.workers
        for worker, words in zip(chosen, told, strict=True):
            worker.prepare(*words)
        for worker in chosen:
            worker.go()
        return [worker.answer() for worker in chosen]

    def events(self, case_id: str) -> list[str]:
        """What happened in a case; each is in the ledger, once."""
        timeline = self.desk.service.timeline(case_id, by=self.desk["kansa"])
        indexes = [one.ledger_index for one in timeline]
        assert None not in indexes
        assert len(set(indexes)) == len(indexes)
        return [one.event for one in timeline]

    def state(self, case_id: str) -> State:
        """Where a case stands."""
        return self.desk.service.find(case_id, by=self.desk["kansa"]).state


@pytest.fixture
def both(
    tmp_path: Path, key_file: KeyFile, postgres_schema: PostgresSchema, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Both]:
    """On PostgreSQL, with logs and a register."""
    clock = FixedClock(NOW)
    with Workspace.create(
        tmp_path / "ws",
        name="関所通信",
        legal_confirmation="shown",
        keyring=key_file,
        database_url=postgres_schema.url,
        clock=clock,
    ) as workspace, ExitStack() as stack:
        desk = desk_of(workspace, clock)
        stack.callback(store_for(desk, monkeypatch).lookups.close)
        with_register(desk)
        yield Both(desk, key_file.path, stack)
        workspace.settle()
        workspace.checkpoint()
        assert verify_ledger(
            workspace.ledger_directory, public_key=workspace.ledger_public_key, origin=workspace.origin
        ).holds


def test_one_of_two_steps_wins(both: Both) -> None:
    """Reviewed and withdrawn, refused and reviewed at once, six times over: whichever came second is refused and
    nothing of it is there, or it is the next lawful step of what the first made of the case."""
    for number in range(3):
        made = both.desk.received(document={"number": f"令和8年（る）第{number + 100}号"}).id
        answers = both.at_once(("review", made, "kakunin", "-"), ("withdraw", made, "uketsuke", "取下書"))
        steps = [one for one in both.events(made) if one in ("review", "withdraw")]
        assert len(steps) == answers.count("done")
        assert set(answers) <= {"done", "disclosure_case_moved", "disclosure_wrong_state"}
        assert (both.state(made) is State.WITHDRAWN) is ("withdraw" in steps)
        made = both.desk.reviewed(document={"number": f"令和8年（る）第{number + 200}号"}).id
        reason = "lawful_ground_missing"
        answers = both.at_once(("refuse", made, "kakunin", reason), ("refuse", made, "kakunin2", reason))
        assert answers.count("done") == 1
        assert both.state(made) is State.REFUSED
        assert len([one for one in both.events(made) if one.startswith("refuse")]) == 1


def test_no_fact_is_lost(both: Both) -> None:
    """Two people check different facts at the same time, each again where the other was quicker: all are there."""
    made = both.desk.received().id
    names = (WARRANT_FACTS, MANY)
    told = [("facts", made, who, ",".join(some)) for who, some in zip(("uketsuke", "uketsuke2"), names, strict=True)]
    answers = both.at_once(*told)
    assert "done" in answers
    assert set(answers) <= {"done", DueFailed.reason}
    found = both.desk.service.find(made, by=both.desk["kansa"])
    assert found.case is not None
    assert {*names[0], *names[1]} <= set(found.case.facts)
    assert {one.by for one in found.case.facts.values()} >= {"uketsuke", "uketsuke2"}
    assert both.events(made).count("fact") == len(names[0]) + len(names[1])


def test_what_is_asked_for_twice_is_there_once(both: Both) -> None:
    """Receipt under one key, a search, a decision, a handing over: asked of both workers at once, each happens once."""
    assert both.at_once(*[("receive", "-", "uketsuke", "k1")] * 2) == ["done", "done"]
    assert both.desk.service.count(by=both.desk["kansa"]) == 1
    desk = both.desk
    made = ready(desk, items=[item(wanted=["log"])], document={"number": "令和8年（る）第2号"}).id
    desk.service.searching.request(made, by=desk["kensaku"])
    for name in ("kakunin", "hogo"):
        desk.service.searching.approve(made, by=desk[name])
    answers = both.at_once(*[("search", made, "kensaku", "-")] * 2)
    assert "done" in answers
    assert both.events(made).count("find") == 1
    assert both.events(made).count("search") == 1
    choices = (Choice.DISCLOSE.value, Choice.REFUSE.value)
    answers = both.at_once(*(("decide", made, "kaiji", one) for one in choices))
    assert both.events(made).count("decide") == answers.count("done") == 1
    (decision,) = desk.service.deciding.decisions(made, by=desk["kaiji"])
    assert decision.choice.value == choices[answers.index("done")]
    other = warrant(desk, document={"number": "令和8年（る）第3号"})
    package = packed(desk, other)
    answers = both.at_once(*[("release", other, "kaiji", package.id)] * 2)
    assert "done" in answers
    assert both.events(other).count("deliver") == 1


def test_one_paper_in_two_hands(both: Both) -> None:
    """Two clerks at two workers enter the same paper at once, six times over: one does, the other is asked."""
    for number in range(6):
        told = [("paper", "-", who, f"第{number}号") for who in ("uketsuke", "uketsuke2")]
        assert sorted(both.at_once(*told)) == ["disclosure_paper_entered_before", "done"]
    assert both.desk.service.count(by=both.desk["kansa"]) == 6


def test_a_refusal_beside_a_hold(both: Both) -> None:
    """Held and refused, held and withdrawn at once, six times over: a case that ended keeps no records held, one that
    holds them wasn't ended, and where both were in each other's way the case stands as it was, for either to repeat."""
    for number in range(6):
        made = preservation(both.desk, document={"number": f"関サ保第{number + 1}号"}).id
        ends = ("refuse", made, "kakunin", "not_authentic") if number % 2 else ("withdraw", made, "uketsuke", "取消書")
        answers = both.at_once(("hold", made, "kensaku", "-"), ends)
        with both.desk.workspace.database.read() as connection:
            found = hold_rows.every(connection, both.desk.workspace.keyring, hold_rows.LIVE)
            own = set(links_of(connection, made, HOLD))
        live = [one.id for one in found if one.id in own]
        if both.state(made) in (State.REFUSED, State.WITHDRAWN):
            assert live == []
            assert answers[1] == "done"
        else:
            assert both.state(made) is (State.HOLDING if answers[0] == "done" else State.REVIEWED)
            assert answers[1] != "done"


def test_the_daily_run_of_both(both: Both) -> None:
    """Both run what is due at once: the case is closed once, and its key destroyed once. A busy machine's second run
    may still say that something failed; the next one finishes without."""
    case_id, desk = waiting(both.desk), both.desk
    later = both.started(60)
    answers = both.at_once(*[("due", "-", "-", "-")] * 2, workers=later)
    assert answers == ["done", "done"]
    assert both.events(case_id).count("close") == 1
    assert both.at_once(("due", "-", "-", "-"), workers=both.started(61)[:1]) == ["done"]
    ended = [one.name for one in desk.workspace.keyring.destructions()]
    assert ended.count(f"disclosure-work/{case_id}") == 1
