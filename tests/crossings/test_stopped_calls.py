"""From a police force's paper to a screened call: what a stopped number does at the call core, and that it ends."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sekisho.calls.errors import EntryRefused, ListRefused
from sekisho.calls.screening.call import Call, Direction, RoamingProof
from sekisho.calls.screening.decision import Decision
from sekisho.calls.service import CallService
from tests.calls.stores import database_of
from tests.stops.world import FIXED, FIXED2, IP050, World, made_world

LINE = "0398765432"
ABROAD, DOMESTIC, EGRESS = Direction.ABROAD, Direction.DOMESTIC, Direction.EGRESS


@pytest.fixture
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """A settled stops desk, and a first bundle."""
    made = made_world(tmp_path, database_url=database_of(request))
    with made.workspace:
        CallService(made.workspace).publishing.publish(by=made["tanto"])
        yield made


def call(world: World, number: str, direction: Direction = EGRESS, **more: Any) -> Decision:
    """What the published bundle makes of a call that shows a number."""
    given = {"at": world.clock.now(), "trunk": "t1", "direction": direction, "called": LINE, "asserted": number, **more}
    decision, _, _ = CallService(world.workspace).decide(Call(**given), by=world["madoguchi"])
    return decision


def test_a_stopped_number_calls_nobody_until_it_is_released(world: World) -> None:
    """Before the stop it passes; then its own user's call is refused and one from elsewhere is withheld, by the shipped
    rule; 110 and a call-back connect all the same; released by two people it passes again."""
    assert call(world, FIXED).outcome == "pass"
    case = world.stopped(FIXED)
    assert call(world, FIXED).outcome == "pass"
    world.deliver()
    refused = call(world, FIXED)
    assert (refused.outcome, refused.sip_status, refused.reason) == ("reject", 603, "number_stopped")
    assert refused.rule == "calls.stopped.egress"
    assert "number-scheme.stop-request" in refused.basis
    assert call(world, "+81" + FIXED[1:]).rule == "calls.stopped.egress"
    forwarded = call(world, FIXED, DOMESTIC, diverted_by=("0355550100",))
    for found in (call(world, FIXED, DOMESTIC), call(world, FIXED, ABROAD), forwarded):
        assert (found.outcome, found.rule) == ("anonymise", "calls.stopped.withheld")
    assert call(world, FIXED, called="110").outcome == "pass"
    assert call(world, FIXED, DOMESTIC, emergency_callback=True).outcome == "pass"
    assert call(world, IP050).outcome == call(world, FIXED2, DOMESTIC).outcome == "pass"
    proposal = world.ordered(world.service.stopping.propose_resume([case.numbers[0].id], "誤り", by=world["tanto"]))
    world.service.stopping.carry_out(proposal.id, world.core, by=world["tanto"])
    world.deliver()
    assert call(world, FIXED).outcome == call(world, FIXED, DOMESTIC).outcome == "pass"


def test_the_called_lines_wish_refuses_what_would_be_withheld(world: World) -> None:
    """Who asked for listed calls to be refused gets no stopped number's call at all, on the consent they gave."""
    consent = {
        "given_at": world.clock.now().isoformat(), "way": "paper", "text_version": "2026-10", "cases": ["listed_calls"],
    }  # fmt: skip
    wish = {"listed_calls": {"wish": "reject", "sip_status": 607}}
    CallService(world.workspace).lines.set(LINE, wish, consent, by=world["madoguchi"])
    world.stopped(IP050)
    world.deliver()
    found = call(world, IP050, DOMESTIC, line=LINE)
    assert (found.outcome, found.sip_status, found.rule) == ("reject", 607, "calls.stopped.by-wish")
    assert found.consent is not None
    roaming = call(world, IP050, ABROAD, line="0311112222", roaming=RoamingProof.PROVEN)
    assert roaming.rule == "calls.stopped.withheld"


def test_one_person_neither_makes_nor_undoes_a_stop(world: World) -> None:
    """The reason code can't be entered or loaded; the entry can't be removed, replaced, loaded over or freed."""
    calls, by = CallService(world.workspace), world["tanto"]
    later = world.clock.now().replace(year=2027).isoformat()
    fields = {"number": FIXED, "action": "label", "reason": "watch", "source": "苦情", "expires": later}
    with pytest.raises(EntryRefused):
        calls.entries.add({**fields, "reason": "stopped_number"}, by=by)
    row = f"number,action,reason,expires\n{FIXED},reject,stopped_number,{later}\n"
    with pytest.raises(ListRefused):
        calls.loading.load(io.BytesIO(row.encode()), source="x", by=by)
    world.stopped(FIXED)
    world.deliver()
    with world.workspace.database.read() as connection:
        (held,) = calls.entries.holding(connection, FIXED)
    with pytest.raises(EntryRefused):
        calls.entries.remove(held.name, "x", by=by)
    calls.entries.add(fields, by=by)
    calls.loading.load(io.BytesIO(row.replace("stopped_number", "other").encode()), source="x", by=by)
    calls.free(FIXED, "誤り", by=by)
    assert call(world, FIXED).rule == "calls.stopped.egress"
    assert call(world, FIXED, DOMESTIC).rule == "calls.stopped.withheld"
