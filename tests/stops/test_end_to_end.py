"""From a police force's paper to the facts that cross, each step as somebody takes it."""

from __future__ import annotations

from datetime import timedelta

from sekisho.stops.kinds import Answer, NumberState
from tests.stops.world import ABROAD, FIXED, FIXED2, FREE, IP050, MOBILE, World

EITHER_STORE = True


def test_a_number_is_stopped_reported_denied_and_its_stock_stopped(world: World) -> None:
    """The whole scheme: each number gets its answer, only what may be stopped is, and everything is in the ledger."""
    case = world.stopped(FIXED, IP050, MOBILE, FREE, ABROAD)
    assert [one.answer for one in case.numbers] == [
        Answer.TO_STOP, Answer.TO_STOP, Answer.SUBSCRIBER_CONFIRMATION, Answer.SCHEME_NOT_FOUND, Answer.SCHEME_NOT_FOUND
    ]  # fmt: skip
    assert world.core.stopped == {FIXED, IP050}
    report = world.service.reports.make(case.id, by=world["tanto"])
    assert [one["number"] for one in report["numbers"]] == [FIXED, IP050]
    assert report["numbers"][0]["contractor"]["name"] == "架空転送株式会社"
    count = world.service.denials.count("sc_tenso")
    assert (count["requests"], count["threshold"], count["reached"], count["denies"]) == (1, None, None, False)
    denial = world.denied(stock=True)
    found = world.service.denials.find(denial)
    assert found.begins is not None
    assert (found.state, found.ends) == ("in_force", found.begins + timedelta(days=180))
    stock = world.ordered(world.service.denials.propose_stock(denial, by=world["tanto"]))
    world.service.stopping.carry_out(stock.id, world.core, by=world["tanto"])
    assert world.core.stopped == {FIXED, IP050, FIXED2}
    assert [one for one in world.deliver() if one.state.value == "failed"] == []
    assert world.deliver() == []
    states = [one["state"] for one in world.leaves("stops.act")]
    assert states == ["confirmed", "confirmed"]


def test_what_was_stopped_connects_again_by_two_people(world: World) -> None:
    """A stop is undone by the same way as it was done, and the number may be stopped again by a new request."""
    case = world.stopped(FIXED)
    proposal = world.service.stopping.propose_resume([case.numbers[0].id], "誤りと判明", by=world["tanto"])
    world.ordered(proposal)
    world.service.stopping.carry_out(proposal.id, world.core, by=world["tanto"])
    assert world.core.stopped == set()
    assert world.service.requests.number(case.numbers[0].id).state is NumberState.RESUMED
    again = world.stopped(FIXED, document_number="捜二発第99号")
    assert again.numbers[0].state is NumberState.STOPPED
