"""What the stops desk keeps: deleted after its period, moved while it stands, and each month's key destroyed."""

from __future__ import annotations

import base64
import json
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
from sekisho.clock import FixedClock
from sekisho.contracts.scheme_denials import SchemeDenials
from sekisho.contracts.scheme_keeping import ToldDenials
from sekisho.destruction import certificate
from sekisho.due import State
from sekisho.keys import KeyFile
from sekisho.ledger.verify import verify_ledger
from sekisho.stops.desk import KEYED
from sekisho.stops.errors import UnknownStop
from sekisho.stops.keeping import ending
from sekisho.stops.keeping.errors import StopPeriodRefused, UnknownStopCertificate
from sekisho.stops.keeping.periods import Periods
from sekisho.stops.kinds import NumberState
from sekisho.workspace import Workspace
from tests.stops.keeping.due_child import opens, ran
from tests.stops.world import FIXED, IP050, NOW, PARTY, World, made_world, opened_world

EITHER_STORE = True

ROOT = Path(__file__).parents[3]
KEY = "stops/2026-11"
LONG = 1_400
"""Days after which every house period of something that ended at the beginning is over."""


def filled(world: World) -> tuple[str, str]:
    """A stopped and a resumed number, their report, a denial of half a year, an objection: request and denial."""
    case = world.stopped(FIXED, IP050)
    world.service.reports.make(case.id, by=world["tanto"])
    objection = world.service.objections.receive(
        {"about": case.numbers[0].id, "contact": "架空転送", "grounds": "誤り"}, by=world["madoguchi"]
    )
    world.service.objections.decide(objection["id"], "upheld", "誤りでした", by=world["hogo2"])
    resume(world, case.numbers[0].id)
    denial = world.denied()
    world.deliver()
    return case.id, denial


def resume(world: World, number: str) -> None:
    """Let a number connect again."""
    proposal = world.ordered(world.service.stopping.propose_resume([number], "誤り", by=world["tanto"]))
    world.service.stopping.carry_out(proposal.id, world.core, by=world["tanto"])


def told(world: World, task: str) -> list[tuple[str, State]]:
    """What a task says."""
    return [(one.what, one.state) for one in ran(world) if one.task == task]


def copied(world: World) -> list[dict[str, str]]:
    """Every row as a copy of the database has it."""
    found = []
    with world.workspace.database.read() as connection:
        for table in KEYED:
            for row in connection.execute(select(table)):
                body = base64.b64encode(row.body).decode()
                found.append({"table": table.name, "id": row.id, "key": row.key, "body": body})
    return found


def keys_of(world: World) -> set[str]:
    """The keys that rows name."""
    with world.workspace.database.read() as connection:
        return set(world.service.desk.keys_used(connection))


def test_what_stands_outlives_its_month_and_its_month_s_key_ends(world: World, tmp_path: Path) -> None:
    """A stopped number, a denial in force and who holds what are as before, found as before, under a newer key; the
    old one has a certificate that anybody can check, and another process opens nothing of a copy taken before."""
    request, denial = filled(world)
    before = copied(world)
    assert all(opens(world.workspace, before))
    world.clock.advance(timedelta(days=20))
    assert told(world, "stop-moves") == told(world, "stop-keys") == []
    with pytest.raises(UnknownStopCertificate):
        ending.issued(world.workspace, ToldDenials(world.workspace.keyring), KEY)
    world.clock.advance(timedelta(days=50))
    entries = ran(world)
    assert [(one.task, one.what) for one in entries if one.task.startswith("stop-")] == [
        ("stop-rows", "deleted"), ("stop-moves", "moved"), ("stop-keys", "destroyed"),
    ]  # fmt: skip
    assert FIXED not in str([one.document() for one in entries])
    assert told(world, "stop-keys") == []
    assert keys_of(world) == {"stops/2027-02"}
    assert world.service.requests.find(request).numbers[1].state is NumberState.STOPPED
    assert world.service.denials.find(denial).state == "in_force"
    with pytest.raises(UnknownStop):
        world.service.requests.find("sr_none")
    # The same paper is known again, the number is told as stopped, and the denied party is still refused.
    with world.workspace.database.read() as connection:
        assert world.service.requests.stopped(connection, IP050)
        assert world.service.register.find(connection, FIXED, world.service.desk.today()).contractor == PARTY["id"]
    assert SchemeDenials(world.workspace).named(
        str(PARTY["name"]), str(PARTY["address"]), number_kind="fixed_number", on=world.service.desk.today()
    )
    file = tmp_path / "copy.json"
    file.write_text(json.dumps(before))
    words = [sys.executable, "-m", "tests.stops.keeping.due_child", str(world.workspace.path), str(tmp_path / "w.key")]
    done = subprocess.run([*words, "open", str(file)], cwd=ROOT, capture_output=True, check=True, timeout=120)
    assert len(before) > 10
    assert not any(json.loads(done.stdout))
    world.workspace.checkpoint()
    document = orjson.dumps(ending.issued(world.workspace, ToldDenials(world.workspace.keyring), KEY))
    found = certificate.check(document, key=None, formats=(certificate.STOPS,))
    assert (found.key, found.state) == (KEY, "final")


def test_deleted_after_its_period_and_never_while_it_stands(world: World) -> None:
    """A request with a number that is still stopped stays however old it is; once the number connects again, the
    request, its report, its objection and its proposals go, and nothing of them before their period."""
    request, denial = filled(world)
    world.clock.advance(timedelta(days=LONG))
    gone = {one.fields["kind"] for one in ran(world) if one.task == "stop-rows"}
    assert gone == {"denial", "objection", "act", "fact"}
    with pytest.raises(UnknownStop):
        world.service.denials.find(denial)
    case = world.service.requests.find(request)
    assert [one.state for one in case.numbers] == [NumberState.RESUMED, NumberState.STOPPED]
    assert world.service.proposals.find(str(case.numbers[1].act)).state == "done"
    resume(world, case.numbers[1].id)
    world.deliver()
    world.clock.advance(timedelta(days=1_096))
    assert "request" not in {one.fields.get("kind") for one in ran(world)}
    world.clock.advance(timedelta(days=1))
    assert "request" in {one.fields.get("kind") for one in ran(world)}
    with pytest.raises(UnknownStop):
        world.service.requests.find(request)
    assert world.service.proposals.every("done") == []
    assert world.service.register.contractor(str(PARTY["id"])).name == PARTY["name"]


def test_a_contractor_goes_with_the_last_that_names_it(world: World) -> None:
    """Who held a number is kept for its period after the last day; then the contractor goes as well."""
    for number in (FIXED, IP050, "0312345679"):
        world.service.register.end_assignment(number, NOW.date(), by=world["tanto"])
    world.clock.advance(timedelta(days=1_096))
    assert told(world, "stop-rows") == []
    world.clock.advance(timedelta(days=2))
    assert told(world, "stop-rows") == [("deleted", State.DONE)]
    with pytest.raises(UnknownStop):
        world.service.register.contractor(str(PARTY["id"]))


def test_what_the_contract_desk_was_told_ends_with_the_denial(world: World) -> None:
    """On the first day without it the contract desk has nothing of the party any more, and its key ends."""
    world.denied(period_days=30)
    world.deliver()
    world.clock.advance(timedelta(days=30))
    assert told(world, "stop-rows") == [("deleted", State.DONE)]
    with world.workspace.database.read() as connection:
        assert ToldDenials(world.workspace.keyring).under(connection, KEY) == 0
    world.clock.advance(timedelta(days=40))
    assert told(world, "stop-keys") == [("destroyed", State.DONE)]


def test_a_fact_that_could_not_be_taken_over_outlives_its_month(world: World) -> None:
    """Delivered after its month's key has ended, it reaches the contract desk all the same."""
    world.denied()
    world.clock.advance(timedelta(days=70))
    assert told(world, "stop-keys") == [("destroyed", State.DONE)]
    assert [one.state for one in world.deliver()] == [State.DONE]
    assert SchemeDenials(world.workspace).named(
        str(PARTY["name"]), str(PARTY["address"]), number_kind="fixed_number", on=world.service.desk.today()
    )


def test_periods(world: World) -> None:
    """Each kind has a purpose and a period; an operator declares another with a reason, on record, and who may not
    can't."""
    periods = Periods(world.service.desk)
    assert all(one["purpose"]["ja"] and one["days_after_end"] > 0 for one in periods.every())
    for wrong in (("x", 1, "y"), ("act", 0, "y"), ("act", 4_000, "y"), ("act", True, "y"), ("act", 1, " ")):
        with pytest.raises(StopPeriodRefused):
            periods.declare(*wrong, by=world["tanto"])
    with pytest.raises(ScopeMissing):
        periods.declare("act", 10, "理由", by=world["madoguchi"])
    periods.declare("request", 400, "苦情の申出", by=world["tanto"])
    said: dict[str, Any] = {one["kind"]: one for one in periods.every()}
    assert said["request"]["days_after_end"] == 400
    assert said["request"]["declared"]["by"] == "tanto"
    assert [leaf["days"] for leaf in world.leaves("stops.period_declared")] == [400]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, KeyFile]:
    """A desk of which some will stand and some be over."""
    root = tmp_path_factory.mktemp("due")
    world = made_world(root)
    with world.workspace:
        filled(world)
    return root / "w", KeyFile(root / "w.key")


@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_at_each_commit(prepared: tuple[Path, KeyFile], tmp_path: Path, when: str) -> None:
    """kill -9 at each commit, each run on a copy of its own: the next run finishes, every row is counted once, moved
    once, the key is destroyed once, and the ledger holds."""
    count, wanted = 0, Counter[str]()
    while True:
        count += 1
        path = tmp_path / f"{when}-{count}"
        shutil.copytree(prepared[0], path)
        words = [sys.executable, "-m", "tests.stops.keeping.due_child", str(path), str(prepared[1].path), str(LONG)]
        done = subprocess.run([*words, when, str(count)], cwd=ROOT, capture_output=True, timeout=120, check=False)
        assert done.returncode in (-9, 0), done.stderr.decode()
        clock = FixedClock(NOW + timedelta(days=LONG))
        with Workspace.open(path, mode="write", keyring=prepared[1], clock=clock) as workspace:
            world = opened_world(workspace, clock)
            ran(world)
            assert [one for one in ran(world) if one.task.startswith("stop-")] == []
            rows: Counter[str] = Counter()
            for leaf in world.leaves("stops.rows_deleted") + world.leaves("stops.rows_moved"):
                rows.update(leaf["rows"])
            wanted = wanted or rows
            assert rows == wanted
            assert rows["stop_number"] == 2
            assert [one.name for one in workspace.keyring.destructions()] == [KEY]
            assert len(world.leaves("stops.destruction_certified")) == 1
            workspace.checkpoint()
            assert verify_ledger(
                workspace.ledger_directory, public_key=workspace.ledger_public_key, origin=workspace.origin
            ).holds
        if done.returncode == 0:
            break
    assert count > 5
