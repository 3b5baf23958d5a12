"""Nobody stops a number, denies anybody or lets anything go alone, whichever way they try."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sekisho.access.errors import ApprovalExpired, ApprovalNotGiven, OwnRequest, ProofTooWeak, ScopeMissing
from sekisho.access.principal import Principal, Proof
from sekisho.access.roles import Scope
from sekisho.stops.errors import NotUnderScheme, RequestRefused, WrongStep
from sekisho.stops.kinds import NumberState
from sekisho.stops.proposals import Proposal
from tests.stops.world import FIXED, FIXED2, IP050, World, notice


def both(world: World, name: str) -> Principal:
    """Somebody with every scope that this takes: no role gives it, and it doesn't help."""
    return replace(world[name], scopes=frozenset({Scope.REQUEST, Scope.APPROVE, Scope.READ, Scope.DECIDE}))


def proposed(world: World) -> Proposal:
    """A stop that waits for approval."""
    return world.service.stopping.propose(world.verified(FIXED).id, by=world["tanto"])


def test_who_asked_does_not_approve(world: World) -> None:
    """Not even with both scopes."""
    found = proposed(world)
    with pytest.raises(OwnRequest):
        world.service.proposals.approve(found.id, by=both(world, "tanto"))


def test_who_approved_does_not_order(world: World) -> None:
    """Whoever gave the approval can't use it."""
    found = proposed(world)
    world.service.proposals.approve(found.id, by=world["hogo"])
    with pytest.raises(OwnRequest):
        world.service.order(found.id, by=both(world, "hogo"))
    assert world.service.requests.number(world.service.requests.page()[0].numbers[0].id).state is NumberState.ASKED


def test_nothing_is_ordered_without_approval(world: World) -> None:
    """Not approved, and approved too long ago."""
    found = proposed(world)
    with pytest.raises(ApprovalNotGiven):
        world.service.order(found.id, by=world["tanto"])
    world.service.proposals.approve(found.id, by=world["hogo"])
    from datetime import timedelta

    world.clock.advance(timedelta(days=8))
    with pytest.raises(ApprovalExpired):
        world.service.order(found.id, by=world["tanto"])
    assert world.core.stopped == set()


def test_a_stated_person_does_not_approve(world: World) -> None:
    """At the command line one person could ask as one and approve as another: a token is needed."""
    found = proposed(world)
    with pytest.raises(ProofTooWeak):
        world.service.proposals.approve(found.id, by=replace(world["hogo"], proof=Proof.STATED))


def test_who_may_only_ask_does_not_approve(world: World) -> None:
    """A second asker isn't an approver."""
    found = proposed(world)
    with pytest.raises(ScopeMissing):
        world.service.proposals.approve(found.id, by=world["tanto2"])


def test_an_approval_is_used_once(world: World) -> None:
    """Ordered twice, it is one act; approved twice, one approval."""
    found = world.ordered(proposed(world))
    with pytest.raises(WrongStep):
        world.service.order(found.id, by=world["tanto"])
    with pytest.raises(WrongStep):
        world.service.proposals.approve(found.id, by=world["hogo2"])


def test_nothing_is_carried_out_before_it_is_ordered(world: World) -> None:
    """The call core isn't asked for what wasn't approved and ordered."""
    found = proposed(world)
    for step in (lambda: None, lambda: world.service.proposals.approve(found.id, by=world["hogo"])):
        step()
        with pytest.raises(WrongStep):
            world.service.stopping.carry_out(found.id, world.core, by=world["tanto"])
    assert world.core.acts == {}


def test_no_stop_without_a_call_back(world: World) -> None:
    """Neither a request that nobody called back, nor one that was found not genuine."""
    case = world.receive(FIXED)
    with pytest.raises(WrongStep):
        world.service.stopping.propose(case.id, by=world["tanto"])
    world.service.requests.reject(case.id, "当該文書は発出していないとの回答", by=world["tanto"])
    with pytest.raises(WrongStep):
        world.service.stopping.propose(case.id, by=world["tanto"])
    with pytest.raises(WrongStep):
        world.service.requests.call_back(case.id, published_number="代表", confirmed_by="甲", by=world["tanto"])


def test_one_proposal_at_a_time(world: World) -> None:
    """A second about the same request waits; once the first is withdrawn its numbers are open again."""
    found = proposed(world)
    with pytest.raises(WrongStep):
        world.service.stopping.propose(found.about, by=world["tanto2"])
    world.service.stopping.withdraw(found.id, by=world["tanto"])
    with pytest.raises(WrongStep):
        world.service.proposals.approve(found.id, by=world["hogo"])
    world.ordered(world.service.stopping.propose(found.about, by=world["tanto2"]))


def test_a_proposal_of_one_kind_is_not_used_as_another(world: World) -> None:
    """An approval to stop numbers denies nobody."""
    found = proposed(world)
    world.service.proposals.approve(found.id, by=world["hogo"])
    for act in (world.service.denials.deny, world.service.denials.lift, world.service.denials.order_stock):
        with pytest.raises(WrongStep):
            act(found.id, by=world["tanto"])


def test_a_denial_needs_two(world: World) -> None:
    """And a period: where neither notice nor settings have one, nobody is denied."""
    made = world.service.denials.receive(notice(period_days=None), by=world["tanto"])
    found = world.service.denials.propose(made.id, by=world["tanto"])
    with pytest.raises(OwnRequest):
        world.service.proposals.approve(found.id, by=both(world, "tanto"))
    world.service.proposals.approve(found.id, by=world["hogo"])
    with pytest.raises(NotUnderScheme) as caught:
        world.service.order(found.id, by=world["tanto"])
    assert "stops.method.deny" in caught.value.fields["rules"]
    assert world.service.denials.find(made.id).state == "noticed"
    world.service.stopping.withdraw(found.id, by=world["tanto"])
    world.service.desk.set("denial_days", "90", source="業界の申合せ", by=world["tanto"])
    world.ordered(world.service.denials.propose(made.id, by=world["tanto"]))
    held = world.service.denials.find(made.id)
    assert held.begins is not None
    assert held.ends is not None
    assert (held.ends - held.begins).days == 90


def test_the_stock_approved_is_the_stock_stopped(world: World) -> None:
    """A number that the contractor got after the approval voids it: nothing is stopped that nobody approved."""
    denial = world.denied(stock=True)
    found = world.service.denials.propose_stock(denial, by=world["tanto"])
    world.assign("0312345670")
    with pytest.raises(WrongStep):
        world.ordered(found)
    assert world.core.stopped == set()
    world.service.stopping.withdraw(found.id, by=world["tanto"])
    again = world.ordered(world.service.denials.propose_stock(denial, by=world["tanto"]))
    world.service.stopping.carry_out(again.id, world.core, by=world["tanto"])
    assert world.core.stopped == {FIXED, FIXED2, IP050, "0312345670"}


def test_stock_of_another_business_is_not_stopped(world: World) -> None:
    """The extension of 2023 is about call-forwarding providers."""
    shop = {"id": "sc_shop", "name": "架空商店", "address": "架空県3"}
    world.service.register.add_contractor(shop, by=world["tanto"])
    world.assign("0398765432", contractor="sc_shop")
    denial = world.denied(contractor="sc_shop", stock=True)
    with pytest.raises(NotUnderScheme):
        world.ordered(world.service.denials.propose_stock(denial, by=world["tanto"]))


def test_a_reference_is_needed(world: World) -> None:
    """Somebody's word that the core did it comes with the core's own reference."""
    from sekisho.stops.cores import StatedCore

    found = world.ordered(proposed(world))
    with pytest.raises(RequestRefused):
        world.service.stopping.carry_out(found.id, StatedCore("  "), by=world["tanto"])
    assert world.service.stopping.carry_out(found.id, StatedCore("K-1"), by=world["tanto"]).state == "done"
