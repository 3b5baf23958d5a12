"""Ways round two people, round the wholesale tree and round what is protected: none of them is one."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from sekisho.access.errors import OwnRequest
from sekisho.calls.listing.covers import ProtectedKind
from sekisho.calls.service import CallService
from sekisho.errors import InputRefused
from sekisho.stops.desk import Desk
from sekisho.stops.errors import SettingRefused, WrongStep
from sekisho.stops.kinds import NumberState
from tests.stops.test_wholesale import PAPERS, RIGHT, checked, edge
from tests.stops.world import FIXED, FIXED2, IP050, World, request


def _objection(world: World, about: str) -> str:
    said = {"about": about, "contact": "架空転送株式会社", "grounds": "当社の番号は使われていない"}
    return str(world.service.objections.receive(said, by=world["madoguchi"])["id"])


def test_who_received_or_called_back_does_not_decide_the_objection(world: World) -> None:
    """Whoever entered the paper of a force took part in the stop, though others asked for and approved it."""
    asks = replace(world["hogo2"], scopes=world["tanto"].scopes)
    made = world.service.requests.receive(request(FIXED), by=world["tanto2"])
    world.service.requests.call_back(made.id, published_number="代表番号", confirmed_by="甲野", by=asks)
    found = world.ordered(world.service.stopping.propose(made.id, by=world["tanto"]))
    world.service.stopping.carry_out(found.id, world.core, by=world["tanto"])
    about = _objection(world, made.numbers[0].id)
    for name in ("tanto2", "hogo2"):
        with pytest.raises(OwnRequest):
            world.service.objections.decide(about, "rejected", "正当", by=world[name])


def test_who_made_the_denial_does_not_decide_about_a_number_of_its_stock(world: World) -> None:
    """The stock's numbers rest on the notice: whoever entered it or had it approved took part."""
    denial = world.denied(stock=True)
    asked = world.service.denials.propose_stock(denial, by=world["tanto2"])
    world.service.proposals.approve(asked.id, by=world["hogo2"])
    world.service.order(asked.id, by=world["tanto2"])
    world.service.stopping.carry_out(asked.id, world.core, by=world["tanto2"])
    (number, *_) = world.service.stopping.numbers(world.service.proposals.find(asked.id))
    about = _objection(world, number.id)
    for name in ("tanto", "hogo", "tanto2", "hogo2"):
        with pytest.raises(OwnRequest):
            world.service.objections.decide(about, "rejected", "正当", by=world[name])


def test_an_old_approval_does_not_release_a_number_that_was_stopped_anew(world: World) -> None:
    """A release approved for an earlier stop isn't used on a later one of the same number."""
    first = world.stopped(FIXED, FIXED2)
    one, both = first.numbers[0].id, [each.id for each in first.numbers]
    late = world.service.stopping.propose_resume(both, "誤り", by=world["tanto"])
    world.service.proposals.approve(late.id, by=world["hogo"])
    with pytest.raises(WrongStep):
        world.service.stopping.propose_resume([one], "誤り", by=world["tanto2"])
    world.service.stopping.withdraw(late.id, by=world["tanto"])
    soon = world.ordered(world.service.stopping.propose_resume([one], "誤り", by=world["tanto"]))
    with pytest.raises(WrongStep):
        world.service.stopping.propose_resume(both, "誤り", by=world["tanto2"])
    world.service.stopping.carry_out(soon.id, world.core, by=world["tanto"])
    world.stopped(FIXED, document_number="捜二発第13号")
    assert FIXED in world.core.stopped


def test_a_withdrawal_that_is_cut_off_leaves_nothing_between(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proposal and numbers change together: after any end the numbers can be proposed again."""
    made = world.verified(FIXED)
    asked = world.service.stopping.propose(made.id, by=world["tanto"])
    done, commit = [0], Desk.commit

    def once(self: Desk, *args: Any, **kwargs: Any) -> Any:
        done[0] += 1
        if done[0] > 1:
            raise OSError("killed")
        return commit(self, *args, **kwargs)

    with monkeypatch.context() as patched:
        patched.setattr(Desk, "commit", once)
        with suppress(OSError):
            world.service.stopping.withdraw(asked.id, by=world["tanto"])
    assert world.service.proposals.find(asked.id).state == "withdrawn"
    assert world.service.requests.find(made.id).numbers[0].state is NumberState.OPEN
    world.service.stopping.propose(made.id, by=world["tanto"])


def test_a_stock_stop_leaves_alone_what_is_protected_or_elsewhere(world: World) -> None:
    """A public office's number, one ported away and one in a range given wholesale aren't stopped with the rest."""
    office, ported, wholesale = "0312340110", "0312340001", "05098760001"
    for number in (office, ported, wholesale):
        world.assign(number)
    fields = {"number": office, "holder": "架空市役所", "source": "公表"}
    CallService(world.workspace).entries.protect(ProtectedKind.PUBLIC_OFFICE, fields, by=world["tanto"])
    gone = edge(relation="ported", first=ported, last=ported, taker="C電話", **{"from": "2026-01-01"})
    world.service.checks.give(gone, by=world["tanto"])
    world.service.checks.give(edge(), by=world["tanto"])
    denial = world.denied(stock=True)
    asked = world.ordered(world.service.denials.propose_stock(denial, by=world["tanto"]))
    world.service.stopping.carry_out(asked.id, world.core, by=world["tanto"])
    assert world.core.stopped == {FIXED, FIXED2, IP050}


@pytest.mark.parametrize("giver", [" us", "us ", "us\n"])
def test_blanks_do_not_go_round_the_check_of_a_wholesale_customer(world: World, giver: str) -> None:
    """This operator, however it is written, gives numbers after a check only."""
    with pytest.raises((WrongStep, InputRefused)):
        world.service.checks.give(edge(giver=giver, **{"from": "2026-01-01"}), by=world["tanto"])
    assert world.service.register.edges() == []


def test_a_later_doubt_ends_an_earlier_check(world: World) -> None:
    """A customer who was found good once and gives wrong answers now gets no more numbers."""
    checked(world, "A通信")
    name = next(iter(RIGHT))
    wrong = {**RIGHT, name: not RIGHT[name]}
    world.service.checks.enter({"customer": "A通信", "answers": wrong, "documents": PAPERS}, by=world["tanto"])
    with pytest.raises(WrongStep):
        world.service.checks.give(edge(**{"from": "2026-01-01"}), by=world["tanto"])


def test_an_ordered_proposal_is_told_as_ordered(world: World) -> None:
    """Whoever proposes again what waits for the call core is told to carry it out, not to approve it."""
    made = world.verified(FIXED)
    asked = world.ordered(world.service.stopping.propose(made.id, by=world["tanto"]))
    again = world.stopped(FIXED2, document_number="捜二発第14号").numbers[0].id
    first = world.ordered(world.service.stopping.propose_resume([again], "誤り", by=world["tanto"]))
    with pytest.raises(WrongStep) as refused:
        world.service.stopping.propose_resume([again], "誤り", by=world["tanto"])
    assert "ordered" in str(refused.value)
    assert "carry it out" in str(refused.value)
    assert asked.id != first.id


def test_a_setting_of_thousands_of_digits_is_refused(world: World) -> None:
    """It isn't read as a number at all."""
    with pytest.raises(SettingRefused):
        world.service.desk.set("threshold", "1" * 5_000, source="試験", by=world["tanto"])


def test_an_account_with_every_scope_is_still_one_person(world: World) -> None:
    """Whoever got both roles approves, orders and withdraws nothing of their own asking for somebody else's account."""
    made = world.verified(FIXED)
    both = replace(world["tanto"], scopes=world["tanto"].scopes | world["hogo"].scopes)
    asked = world.service.stopping.propose(made.id, by=both)
    with pytest.raises(OwnRequest):
        world.service.proposals.approve(asked.id, by=both)
