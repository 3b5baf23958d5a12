"""The calls desk on PostgreSQL: its main acts, and two who publish or decide at the same moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from sekisho.calls.errors import AppealDecided, ListReplayed
from sekisho.calls.service import CallService
from sekisho.clock import FixedClock
from sekisho.due import State
from sekisho.keys import KeyFile, make_key_file
from sekisho.keys.disk import RealDisk
from sekisho.ledger.verify import verify_ledger
from sekisho.workspace import Workspace
from tests.calls.desk import NOW, NUMBER, CallDesk, call, desk_of
from tests.calls.keeping.due_child import LATER, ran
from tests.calls.keeping.test_due import filled
from tests.calls.listing.test_publishing import CONSENT, agreed
from tests.conftest import PostgresSchema

pytestmark = pytest.mark.postgres


@pytest.fixture(name="key")
def _key(tmp_path: Path) -> KeyFile:
    return make_key_file(tmp_path / "key", RealDisk())


@pytest.fixture(name="desk")
def _desk(tmp_path: Path, key: KeyFile, postgres_schema: PostgresSchema) -> Iterator[CallDesk]:
    clock = FixedClock(NOW)
    with Workspace.create(
        tmp_path / "ws",
        name="関所通信",
        legal_confirmation="shown",
        keyring=key,
        database_url=postgres_schema.url,
        clock=clock,
    ) as workspace:
        yield desk_of(workspace, clock)
        workspace.settle()
        workspace.checkpoint()
        assert verify_ledger(
            workspace.ledger_directory, public_key=workspace.ledger_public_key, origin=workspace.origin
        ).holds


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What acts at the same moment come to."""

    def tried(act: Callable[[], Any]) -> Any:
        try:
            return act()
        except (AppealDecided, ListReplayed) as refused:
            return refused.reason

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(tried, acts))


def test_the_whole_way(desk: CallDesk) -> None:
    """Listed, agreed, imported, published, freed; then everything is over, and its key ends."""
    desk.enter(action="reject")
    desk.service.publishing.publish(by=desk["tanto"])
    assert desk.hit(NUMBER) == "reject"
    desk.enter(number="0311119999", action="reject")
    desk.service.free("0311119999", "誤登録", by=desk["tanto"])
    assert desk.hit("0311119999") == "pass"
    filled(desk)
    desk.service.publishing.publish(by=desk["tanto"])
    assert desk.service.decide(call(), by=desk["madoguchi"])[0].outcome.value == "pass"
    desk.clock.advance(LATER - NOW)
    assert ("call-keys", State.DONE) in [(one.task, one.state) for one in ran(desk.workspace)]


def test_two_publish_at_once(desk: CallDesk, key: KeyFile, postgres_schema: PostgresSchema) -> None:
    """Two processes' desks publish at the same moment, six times over: one after the other, none abandoned, and the
    last bundle has what either entered."""
    assert postgres_schema.url
    with Workspace.open(desk.workspace.path, keyring=key, clock=FixedClock(NOW)) as second:
        other = CallDesk(second, FixedClock(NOW), CallService(second), desk.people)
        for digit in range(3):
            desk.enter(number=f"031111000{digit}")
            other.enter(number=f"031111100{digit}")
            at_once(
                lambda: desk.service.publishing.publish(by=desk["tanto"]),
                lambda: other.service.publishing.publish(by=desk["tanto2"]),
            )
            assert (desk.hit(f"031111000{digit}"), desk.hit(f"031111100{digit}")) == ("label", "label")
        states = [(one.number, one.state) for one in desk.service.publishing.every()]
    assert states == [(number, "published") for number in range(6, 0, -1)]
    assert len({one.folder for one in desk.service.publishing.every()}) == 6


def test_two_decide_at_once(desk: CallDesk, key: KeyFile, postgres_schema: PostgresSchema) -> None:
    """An appeal is decided once, a version is taken in once, and one number is freed by one exception."""
    assert postgres_schema.url
    desk.register()
    with Workspace.open(desk.workspace.path, keyring=key, clock=FixedClock(NOW)) as second:
        other = CallDesk(second, FixedClock(NOW), CallService(second), desk.people)
        appeal = desk.service.appeals.receive(
            {"number": NUMBER, "contact": "架空太郎", "grounds": "誤り"}, by=desk["madoguchi"]
        )
        told = at_once(
            lambda: desk.service.appeals.reject(appeal.id, "理由", by=desk["tanto"]).state,
            lambda: other.service.appeals.reject(appeal.id, "理由", by=desk["tanto2"]).state,
        )
        assert sorted(told) in (["call_appeal_decided", "rejected"],)
        content = b"number,action,reason\n0311112222,label,fraud\n"
        taken = at_once(lambda: desk.take_in(content).state, lambda: other.take_in(content).state)
        assert set(taken) <= {"held", "list_replayed"}
        wanted = {"anonymous_calls": {"wish": "label"}}
        at_once(
            lambda: desk.service.lines.set("L1", wanted, CONSENT, by=desk["madoguchi"]),
            lambda: other.service.lines.set("L1", wanted, CONSENT, by=desk["madoguchi"]),
        )
        assert desk.service.lines.find("L1", by=desk["madoguchi"]).state == "active"
        at_once(desk.enter, other.enter)
        assert len(desk.service.entries.page()) == 1
        assert [one.state for one in desk.service.imports.every()] == ["held"]
        agreed(desk)
        assert [one.id for one in other.service.accords.agreements()] == ["ag-1"]
