"""What ``sekisho due`` says of papers nobody acts on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.stops.world import FIXED, FIXED2, IP050, World, notice

EITHER_STORE = True


def unacted(world: World) -> list[Any]:
    """Those entries of the day."""
    return [one for one in world.due() if one.what == "unacted"]


def test_a_notice_nobody_acts_on_is_late_after_its_term(world: World) -> None:
    """With its id, how many days, and what to do next; gone once the denial is in force."""
    made = world.service.denials.receive(notice(), by=world["tanto"])
    (found,) = unacted(world)
    assert (found.state.value, found.fields["about"], found.fields["days"]) == ("waiting", made.id, 0)
    assert "stop propose deny" in found.ja
    world.clock.advance(timedelta(days=8))
    (found,) = unacted(world)
    assert (found.state.value, found.fields["days"], found.fields["step"]) == ("overdue", 8, "deny")
    assert f"{made.id} の提供拒否が済んでいません（8日目" in found.ja
    asked = world.service.denials.propose(made.id, by=world["tanto"])
    (found,) = unacted(world)
    assert "別の人が承認し" in found.ja
    assert "have it approved" in found.en
    world.ordered(asked)
    assert unacted(world) == []


def test_a_stock_and_a_request_nobody_stops(world: World) -> None:
    """A stock is told while something of it isn't stopped, a request while a number of it is open."""
    denial = world.denied(stock=True)
    (found,) = unacted(world)
    assert (found.fields["about"], found.fields["step"]) == (denial, "stop_stock")
    assert "3 件" in found.ja
    stock = world.ordered(world.service.denials.propose_stock(denial, by=world["tanto"]))
    assert unacted(world) == []
    world.service.stopping.carry_out(stock.id, world.core, by=world["tanto"])
    assert unacted(world) == []
    assert {FIXED, FIXED2, IP050} == world.core.stopped


def test_a_request_that_was_called_back_and_forgotten(world: World) -> None:
    """From its receipt on, late after the house's term; not once its numbers are being stopped."""
    case = world.verified(FIXED)
    world.clock.advance(timedelta(days=8))
    (found,) = unacted(world)
    assert (found.state.value, found.fields["about"], found.fields["days"]) == ("overdue", case.id, 8)
    world.ordered(world.service.stopping.propose(case.id, by=world["tanto"]))
    assert unacted(world) == []
