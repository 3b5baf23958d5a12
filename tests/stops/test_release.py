"""Objections, releases, ends: who decides them, what follows, and what is told as overdue."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from sekisho.access.errors import OwnRequest, ProofTooWeak
from sekisho.access.principal import Proof
from sekisho.errors import InputRefused
from sekisho.stops.errors import WrongStep
from tests.stops.world import FIXED, World

EITHER_STORE = True


def objection(world: World, about: str, **changed: Any) -> dict[str, Any]:
    """A contractor's objection."""
    said = {"about": about, "contact": "架空転送株式会社 法務", "grounds": "当社の番号は偽装されたものです", **changed}
    return world.service.objections.receive(said, by=world["madoguchi"])


def told(world: World) -> dict[str, str]:
    """What is due, with its state."""
    return {entry.what: entry.state.value for entry in world.due()}


def test_who_took_part_does_not_decide(world: World) -> None:
    """Neither who asked for the stop nor who approved it decides the objection."""
    number = world.stopped(FIXED).numbers[0].id
    made = objection(world, number)
    for name in ("tanto", "hogo"):
        with pytest.raises(OwnRequest):
            world.service.objections.decide(made["id"], "rejected", "停止は正当", by=world[name])
    stated = replace(world["tanto2"], proof=Proof.STATED)
    with pytest.raises(ProofTooWeak):
        world.service.objections.decide(made["id"], "rejected", "停止は正当", by=stated)
    decided = world.service.objections.decide(made["id"], "rejected", "停止は正当", by=world["tanto2"])
    assert (decided["state"], decided["decided_by"]) == ("rejected", "tanto2")
    with pytest.raises(WrongStep):
        world.service.objections.decide(made["id"], "upheld", "再考", by=world["hogo2"])


def test_who_entered_the_notice_does_not_decide(world: World) -> None:
    """Of a denial, whoever entered the notice took part as well."""
    made = objection(world, world.denied())
    for name in ("tanto", "hogo"):
        with pytest.raises(OwnRequest):
            world.service.objections.decide(made["id"], "upheld", "誤り", by=world[name])
    assert world.service.objections.decide(made["id"], "upheld", "誤り", by=world["hogo2"])["state"] == "upheld"


def test_upheld_frees_nothing_by_itself_and_is_overdue_until_released(world: World) -> None:
    """Two people let the number connect again; until then it is told every day."""
    number = world.stopped(FIXED).numbers[0].id
    made = objection(world, number)
    assert told(world)["objection"] == "waiting"
    world.service.objections.decide(made["id"], "upheld", "誤り", by=world["tanto2"])
    assert world.core.refuses(FIXED)
    assert told(world)["release"] == "overdue"
    proposal = world.ordered(world.service.stopping.propose_resume([number], "異議を認めた", by=world["tanto"]))
    world.service.stopping.carry_out(proposal.id, world.core, by=world["tanto"])
    assert "release" not in told(world)
    assert not world.core.refuses(FIXED)


def test_terms_that_pass_are_overdue(world: World) -> None:
    """Objection, report, call-back: waiting within their days, overdue after."""
    objection(world, world.stopped(FIXED).numbers[0].id)
    world.receive("0312345679", force="隣県警察")
    assert told(world) == {"objection": "waiting", "report": "waiting", "call_back": "waiting"}
    world.clock.advance(timedelta(days=7))
    assert told(world)["report"] == "waiting"
    world.clock.advance(timedelta(days=1))
    assert told(world) == {"objection": "waiting", "report": "overdue", "call_back": "overdue"}
    world.clock.advance(timedelta(days=7))
    assert told(world)["objection"] == "overdue"


def test_a_denial_ends_with_its_last_day(world: World) -> None:
    """180 days: in force on the last, over on the day after; running due again changes nothing."""
    denial = world.denied()
    world.clock.advance(timedelta(days=179))
    assert "denial_over" not in told(world)
    world.clock.advance(timedelta(days=1))
    assert told(world)["denial_over"] == "done"
    assert world.service.denials.find(denial).state == "ended"
    assert "denial_over" not in told(world)


def test_a_denial_is_lifted_by_two(world: World) -> None:
    """Its end becomes today; a lifted one isn't lifted again, and its stock isn't stopped."""
    denial = world.denied(stock=True)
    world.clock.advance(timedelta(days=10))
    world.ordered(world.service.denials.propose_lift(denial, "警察庁の撤回", by=world["tanto"]))
    found = world.service.denials.find(denial)
    assert (found.state, found.ends) == ("lifted", world.service.desk.today())
    with pytest.raises(WrongStep):
        world.service.denials.propose_lift(denial, "もう一度", by=world["tanto"])
    with pytest.raises(WrongStep):
        world.service.denials.propose_stock(denial, by=world["tanto"])


def test_an_objection_is_about_something(world: World) -> None:
    """Nothing there, no grounds, one open already."""
    number = world.stopped(FIXED).numbers[0].id
    for change in ({"about": "sn_0"}, {"about": "sd_0"}, {"grounds": ""}, {"contact": "a" * 3000}):
        with pytest.raises(InputRefused):
            objection(world, **{"about": number, **change})
    objection(world, number)
    with pytest.raises(WrongStep):
        objection(world, number)


def test_the_count_denies_nobody(world: World) -> None:
    """Distinct requests count, a threshold that is reached is told, and nobody is denied."""
    world.service.desk.set("threshold", "2", source="業界の申合せ", by=world["tanto"])
    world.stopped(FIXED, "05012345678")
    first = world.service.denials.count("sc_tenso")
    assert (first["requests"], first["reached"]) == (1, False)
    world.stopped("0312345679", document_number="捜二発第13号")
    found = world.service.denials.count("sc_tenso")
    assert (found["requests"], found["reached"], found["denies"]) == (2, True, False)
    assert world.service.denials.every() == []
