"""The registers in ``sekisho due``: what waits, what is late, what is deleted, and keys that end with the last row."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import select

from sekisho.access.errors import ScopeMissing
from sekisho.calls.keeping import ending
from sekisho.calls.keeping.errors import PeriodRefused, UnknownCallCertificate
from sekisho.calls.keeping.periods import Periods
from sekisho.calls.service import CallService
from sekisho.calls.tables import call_entry, call_line
from sekisho.clock import FixedClock
from sekisho.destruction import certificate
from sekisho.due import State
from sekisho.keys import KeyFile, make_key_file
from sekisho.keys.disk import RealDisk
from sekisho.keys.errors import KeyDestroyed
from sekisho.ledger.verify import verify_ledger
from sekisho.workspace import Workspace
from tests.calls.desk import NOW, NUMBER, CallDesk, desk_of, people
from tests.calls.keeping.due_child import LATER, ran
from tests.calls.listing.test_publishing import AGREEMENT, CONSENT, agreed, made

ROOT = Path(__file__).parents[3]
KEY = "calls/2026-11"
LINE = "0399998888"


def filled(desk: CallDesk) -> None:
    """One of each kind, each with an end."""
    service, wanted = desk.service, {"anonymous_calls": {"wish": "label"}}
    desk.enter(expires=(NOW + timedelta(days=20)).isoformat())
    own = service.entries.add(
        {"number": NUMBER, "action": "reject", "reason": "mine", "line": LINE}, by=desk["madoguchi"]
    )
    service.entries.remove(own.id, "本人の希望", by=desk["madoguchi"])
    service.lines.set(LINE, wanted, CONSENT, by=desk["madoguchi"])
    service.lines.end(LINE, by=desk["madoguchi"])
    agreed(desk, {**AGREEMENT, "until": "2026-12-10"})
    appeal = service.appeals.receive(
        {"number": NUMBER, "contact": "架空太郎", "grounds": "身に覚えがない"}, by=desk["madoguchi"]
    )
    service.appeals.reject(appeal.id, "理由", by=desk["tanto"])
    desk.register()
    desk.take_in(b"number,action,reason\n0311112222,label,fraud\n")
    service.imports.end("npa", "fraud", "終了", by=desk["tanto"])


def told(desk: CallDesk, task: str) -> list[tuple[str, State]]:
    """What a task says."""
    return [(one.what, one.state) for one in ran(desk.workspace) if one.task == task]


def test_what_waits(desk: CallDesk) -> None:
    """Appeals, what ends soon, what waits for a second person and what isn't published are named; late after their
    day. No entry tells a number."""
    service = desk.service
    service.publishing.publish(by=desk["tanto"])
    assert told(desk, "call-bundle") == []
    desk.clock.advance(timedelta(hours=1))
    desk.enter(expires=(NOW + timedelta(days=20)).isoformat())
    service.appeals.receive({"number": NUMBER, "contact": "架空太郎", "grounds": "誤り"}, by=desk["madoguchi"])
    agreed(desk, {**AGREEMENT, "until": "2026-12-10"})
    service.accords.propose_agreements([{**AGREEMENT, "id": "ag-2", "trunk": "t2"}], by=desk["tanto"])
    service.publishing.report("proxy-1", folder=None, problem=None)
    waiting = [("agreement", State.WAITING), ("proposal", State.WAITING), ("entries", State.WAITING)]
    assert told(desk, "call-ends") == waiting
    assert told(desk, "call-appeals") == [("appeal", State.WAITING)]
    assert told(desk, "call-bundle") == [("publish", State.WAITING), ("behind", State.WAITING)]
    desk.clock.advance(timedelta(days=2))
    assert told(desk, "call-bundle") == [("publish", State.OVERDUE), ("behind", State.OVERDUE)]
    desk.clock.advance(timedelta(days=13))
    assert told(desk, "call-bundle") == [("key", State.DONE), ("behind", State.WAITING)]
    assert told(desk, "call-appeals") == [("appeal", State.OVERDUE)]
    assert ("proposal", State.OVERDUE) in told(desk, "call-ends")
    assert NUMBER not in str([one.document() for one in ran(desk.workspace)])
    service.publishing.publish(by=desk["tanto"])
    assert told(desk, "call-bundle") == [("behind", State.WAITING)]
    desk.clock.advance(timedelta(hours=1))
    made(desk, service.accords.propose_end("ag-1", NOW.date() + timedelta(days=15), by=desk["tanto"]))
    assert told(desk, "call-bundle")[0] == ("publish", State.WAITING)


def test_former_bundles_go(desk: CallDesk) -> None:
    """Folders hold numbers in the clear: a former one goes a month after its successor, the current one stays."""
    publishing = desk.service.publishing
    for _ in range(2):
        publishing.publish(by=desk["tanto"])
        desk.clock.advance(timedelta(minutes=1))
    assert told(desk, "call-bundle") == []
    desk.clock.advance(timedelta(days=31))
    assert told(desk, "call-bundle") == [("key", State.DONE), ("former", State.DONE)]
    assert sorted(one.name for one in publishing.root.iterdir() if one.is_dir()) == ["00000002", "00000003"]


def test_deleted_after_its_period(desk: CallDesk) -> None:
    """What has ended is kept for the days that are declared for its kind, and goes the day after; counts are in a leaf,
    and what is in force stays."""
    filled(desk)
    desk.service.lines.set("0377776666", {"anonymous_calls": {"wish": "label"}}, CONSENT, by=desk["madoguchi"])
    desk.clock.advance(timedelta(days=180))
    assert told(desk, "call-rows") == []
    desk.clock.advance(timedelta(days=1))
    gone = [one for one in ran(desk.workspace) if one.task == "call-rows"]
    assert [one.fields for one in gone] == [{"kind": "own_entry", "rows": 1}]
    assert desk.leaves("calls.rows_deleted")[0]["rows"] == {"own_entry": 1}
    Periods(desk.service.desk).declare("line", 30, "苦情の申出は1か月以内", by=desk["tanto"])
    assert ("deleted", State.DONE) in told(desk, "call-rows")
    with desk.workspace.database.read() as connection:
        assert [row.state for row in connection.execute(select(call_line))] == ["active"]
    assert told(desk, "call-keys") == []


def test_key_ends_with_its_last_row(desk: CallDesk) -> None:
    """A month's key lives while a row needs it; then it is destroyed with a certificate that anybody can check, and
    nothing that a copy of the database kept opens any more."""
    filled(desk)
    with desk.workspace.database.read() as connection:
        copied = connection.execute(select(call_entry)).first()
    desk.clock.advance(timedelta(days=400))
    with pytest.raises(UnknownCallCertificate):
        ending.issued(desk.workspace, KEY)
    assert told(desk, "call-keys") == []
    desk.clock.advance(LATER - desk.clock.now())
    assert told(desk, "call-keys") == [("destroyed", State.DONE)]
    assert told(desk, "call-keys") == []
    with pytest.raises(KeyDestroyed):
        desk.service.desk.open(call_entry, copied)
    desk.workspace.checkpoint()
    document = orjson.dumps(ending.issued(desk.workspace, KEY))
    found = certificate.check(document, key=None, formats=(certificate.CALLS,))
    assert (found.key, found.state) == (KEY, "final")
    # The desk goes on: a number is looked for under living keys only, and an old list stays refused.
    desk.enter(expires=(desk.clock.now() + timedelta(days=5)).isoformat())
    assert desk.service.appeals.find_number(NUMBER, by=desk["tanto"]).own == 0


def test_periods(desk: CallDesk) -> None:
    """Each kind has a purpose and a period; an operator declares another with a reason, on record, and who may not
    can't."""
    periods = Periods(desk.service.desk)
    assert all(one["purpose"]["ja"] and one["days_after_end"] > 0 for one in periods.every())
    for wrong in (("x", 1, "y"), ("line", 0, "y"), ("line", 4_000, "y"), ("line", True, "y"), ("line", 1, " ")):
        with pytest.raises(PeriodRefused):
            periods.declare(*wrong, by=desk["tanto"])
    with pytest.raises(ScopeMissing):
        periods.declare("line", 10, "理由", by=desk["madoguchi"])
    periods.declare("appeal", 400, "再発の確認", by=desk["tanto"])
    said: dict[str, Any] = {one["kind"]: one for one in periods.every()}
    assert said["appeal"]["days_after_end"] == 400
    assert said["appeal"]["declared"]["by"] == "tanto"
    assert said["line"]["declared"] is None
    assert [leaf["days"] for leaf in desk.leaves("calls.period_declared")] == [400]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, KeyFile]:
    """A desk of which everything will be over."""
    root = tmp_path_factory.mktemp("due")
    key, clock = make_key_file(root / "key", RealDisk()), FixedClock(NOW)
    with Workspace.create(
        root / "ws", name="関所通信", legal_confirmation="shown", keyring=key, clock=clock
    ) as workspace:
        desk = desk_of(workspace, clock)
        filled(desk)
        desk.service.publishing.publish(by=desk["tanto"])
    return root / "ws", key


@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_at_each_commit(prepared: tuple[Path, KeyFile], tmp_path: Path, when: str) -> None:
    """kill -9 at each commit, each run on a copy of its own: the next run finishes, every row is counted once, the keys
    are destroyed once, the month's key of evidence is given out, and the ledger holds."""
    count = 0
    while True:
        count += 1
        path = tmp_path / f"{when}-{count}"
        shutil.copytree(prepared[0], path)
        words = [sys.executable, "-m", "tests.calls.keeping.due_child", str(path), str(prepared[1].path), when]
        done = subprocess.run([*words, str(count)], cwd=ROOT, capture_output=True, timeout=120, check=False)
        assert done.returncode in (-9, 0), done.stderr.decode()
        clock = FixedClock(LATER)
        with Workspace.open(path, keyring=prepared[1], clock=clock) as workspace:
            ran(workspace)
            assert {one.what for one in ran(workspace)} <= {"publish"}
            desk = CallDesk(workspace, clock, CallService(workspace), people())
            rows: Counter[str] = Counter()
            for leaf in desk.leaves("calls.rows_deleted"):
                rows.update(leaf["rows"])
            assert rows == {"own_entry": 1, "operator_entry": 1, "line": 1, "appeal": 1, "agreement": 2}
            assert sorted(one.name for one in workspace.keyring.destructions()) == ["call-spool/2026-11", KEY]
            assert len(desk.leaves("calls.destruction_certified")) == 2
            assert not desk.service.publishing.key_is_old()
            workspace.checkpoint()
            assert verify_ledger(
                workspace.ledger_directory, public_key=workspace.ledger_public_key, origin=workspace.origin
            ).holds
        if done.returncode == 0:
            break
    assert count > 5
