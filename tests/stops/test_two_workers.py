"""Two workers of the stops desk on PostgreSQL at one moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sekisho.contracts.scheme_keeping import ToldDenials
from sekisho.errors import SekishoError
from sekisho.keys import KeyFile
from sekisho.stops.keeping.moving import Moving
from sekisho.stops.kinds import NumberState
from sekisho.workspace import Workspace
from tests.conftest import PostgresSchema
from tests.stops.world import FIXED, IP050, World, made_world, opened_world

pytestmark = pytest.mark.postgres


@pytest.fixture(name="pair")
def _pair(tmp_path: Path, postgres_schema: PostgresSchema) -> Iterator[tuple[World, World]]:
    """One desk, and another worker's view of it."""
    one = made_world(tmp_path, database_url=postgres_schema.url)
    with (
        one.workspace,
        Workspace.open(tmp_path / "w", mode="write", keyring=KeyFile(tmp_path / "w.key"), clock=one.clock) as second,
    ):
        yield one, opened_world(second, one.clock)


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What acts at the same moment come to: what they gave, or the reason they were refused for."""

    def tried(act: Callable[[], Any]) -> Any:
        try:
            return act()
        except SekishoError as refused:
            return refused.reason

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(tried, acts))


def test_one_order_one_paper_one_confirmation(pair: tuple[World, World]) -> None:
    """The same paper at two counters is one request; an approval is used once; a confirmation is recorded once."""
    one, other = pair
    made = at_once(lambda: one.receive(FIXED, IP050).id, lambda: other.receive(FIXED, IP050).id)
    assert made[0] == made[1]
    one.service.requests.call_back(made[0], published_number="代表", confirmed_by="甲", by=one["tanto"])
    proposal = one.service.stopping.propose(made[0], by=one["tanto"])
    one.service.proposals.approve(proposal.id, by=one["hogo"])
    orders = at_once(
        lambda: one.service.order(proposal.id, by=one["tanto"]).state,
        lambda: other.service.order(proposal.id, by=other["tanto2"]).state,
    )
    assert sorted(orders)[0] == "ordered"
    assert len([order for order in orders if order == "ordered"]) == 1
    at_once(
        lambda: one.service.stopping.carry_out(proposal.id, one.core, by=one["tanto"]).state,
        lambda: other.service.stopping.carry_out(proposal.id, one.core, by=other["tanto"]).state,
    )
    assert {case.state for case in one.service.requests.find(made[0]).numbers} == {NumberState.STOPPED}
    assert len([leaf for leaf in one.leaves("stops.act") if leaf["state"] == "confirmed"]) == 1


def test_what_is_changed_while_it_is_moved_opens_afterwards(pair: tuple[World, World]) -> None:
    """Rows go under a newer key while another worker changes them: each is under one key, and opens under it."""
    one, other = pair
    cases = [one.receive(FIXED, document_number=f"第{number}号").id for number in range(12)]
    one.clock.advance(timedelta(days=70))
    moving = Moving(one.service, ToldDenials(one.workspace.keyring))

    def changed() -> int:
        for case in cases:
            other.service.requests.call_back(case, published_number="代表", confirmed_by="甲", by=other["tanto"])
        return len(cases)

    moved, called = at_once(lambda: moving.run(by=one["kagi"]), changed)
    assert called == 12
    assert moved >= 24
    assert {one.service.requests.find(case).state for case in cases} == {"verified"}
    assert moving.due() == {}
    with one.workspace.database.read() as connection:
        assert one.service.desk.keys_used(connection) == ["stops/2027-02"]
