"""What crosses reaches the desks that may know it, once, and changes nothing else there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sekisho.calls.entries import STOPPED, ListName
from sekisho.calls.service import CallService
from sekisho.contracts.scheme_denials import SchemeDenials
from sekisho.contracts.service import Asking, Caller, ContractService
from sekisho.errors import SekishoError
from tests.calls.stores import database_of
from tests.stops.world import FIXED, IP050, World, made_world

EXAMPLES = Path(__file__).parents[2] / "examples" / "contracts"
WHO = {"name": "架空転送株式会社", "address": "架空県見本市1-2-3"}


@pytest.fixture
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """A settled stops desk."""
    made = made_world(tmp_path, database_url=database_of(request))
    with made.workspace:
        yield made


def listed(world: World, number: str) -> list[tuple[str, str]]:
    """The entries of the calls desk that stopped numbers became."""
    calls = CallService(world.workspace)
    with world.workspace.database.read() as connection:
        found = calls.entries.holding(connection, number)
    return [(one.action.value, one.reason) for one in found if one.list is ListName.OPERATOR]


def application(name: str, service: str) -> dict[str, Any]:
    """An example of the contract desk, by the denied party."""
    written: dict[str, Any] = json.loads((EXAMPLES / name).read_bytes())
    written["service"] = service
    written["decided_at"] = "2026-11-24T12:00:00+09:00"
    written["subject"] |= WHO
    for item in written["evidence"]:
        item.update({key: value for key, value in WHO.items() if key in item})
    return written


def decided(world: World, written: dict[str, Any]) -> bytes:
    """The whole answer of a decision, without the id that each one has of its own."""
    answer = ContractService(world.workspace).decide(written, Caller("t", may_attest=True), Asking(explain=True))
    return json.dumps(answer.document, sort_keys=True, default=str).encode()


def found_by_scheme(answer: bytes) -> list[str]:
    """What the scheme's rule found in a decision on a 050 service."""
    return [one["verdict"] for one in json.loads(answer)["findings"] if one["rule"] == "scheme.refusal.app-050"]


def test_a_stopped_number_is_refused_as_a_caller_until_it_connects_again(world: World) -> None:
    """One entry, however often it is delivered; taken out when the stop ends."""
    case = world.stopped(FIXED, IP050)
    assert listed(world, FIXED) == []
    for _ in range(2):
        world.deliver()
        assert listed(world, FIXED) == listed(world, IP050) == [("reject", STOPPED)]
    proposal = world.ordered(world.service.stopping.propose_resume([case.numbers[0].id], "誤り", by=world["tanto"]))
    world.service.stopping.carry_out(proposal.id, world.core, by=world["tanto"])
    world.deliver()
    assert listed(world, FIXED) == []
    assert listed(world, IP050) == [("reject", STOPPED)]


def test_a_delivery_ended_before_its_mark_is_made_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The entry is there and the mark isn't: the next run finds it, and makes no second one."""
    from sekisho.crossings.deliver import Deliveries

    class Killed(BaseException):
        """The end of the process."""

    def end(*_: object) -> None:
        raise Killed

    world.stopped(FIXED)
    with monkeypatch.context() as patch:
        patch.setattr(Deliveries, "_mark", end)
        with pytest.raises(Killed):
            world.deliver()
    assert listed(world, FIXED) == [("reject", STOPPED)]
    world.deliver()
    assert listed(world, FIXED) == [("reject", STOPPED)]
    assert world.deliver() == []


def test_an_entry_is_renewed_while_the_number_is_stopped(world: World) -> None:
    """The calls desk's entries end; that of a number still stopped doesn't."""
    world.stopped(FIXED)
    world.deliver()
    for _ in range(3):
        world.clock.advance(timedelta(days=366))
        world.deliver()
        calls = CallService(world.workspace)
        with world.workspace.database.read() as connection:
            (held,) = calls.entries.holding(connection, FIXED)
        assert held.expires is not None
        assert held.expires > world.clock.now() + timedelta(days=300)


def test_what_cant_be_taken_over_stays_and_the_rest_goes_on(world: World) -> None:
    """A number registered as a public office's after its stop: told as failed each day, and nothing else is held up."""
    from sekisho.calls.listing.covers import ProtectedKind

    world.stopped(FIXED, IP050)
    fields = {"number": FIXED, "holder": "架空市役所", "source": "公表"}
    CallService(world.workspace).entries.protect(ProtectedKind.PUBLIC_OFFICE, fields, by=world["tanto"])
    states = [entry.state.value for entry in world.deliver()]
    assert states == ["failed", "done"]
    assert listed(world, IP050) == [("reject", STOPPED)]
    assert [entry.state.value for entry in world.deliver()] == ["failed"]


def test_a_denied_party_gets_no_050_service_by_itself(world: World) -> None:
    """The decision sees the fact; it is the scheme's own kind of no, once its end comes it sees it no more."""
    written = application("15-050-app-first-day.json", "app_050")
    before = decided(world, written)
    denial = world.denied()
    world.deliver()
    world.deliver()
    after = decided(world, written)
    assert (found_by_scheme(before), found_by_scheme(after)) == (["unknown"], ["met"])
    world.ordered(world.service.denials.propose_lift(denial, "撤回", by=world["tanto"]))
    world.deliver()
    assert decided(world, written) == before


@pytest.mark.parametrize("service", ["voice", "data_sms", "data_only"])
def test_a_mobile_contract_is_the_same_with_and_without_a_denial(world: World, service: str) -> None:
    """Byte for byte: a denial alone never refuses a mobile contract, and isn't even looked at."""
    written = application("16-licence-at-the-counter.json", service)
    before = decided(world, written)
    world.denied()
    world.deliver()
    assert SchemeDenials(world.workspace).named(
        WHO["name"], WHO["address"], number_kind="ip_phone_number", on=world.service.desk.today()
    )
    assert decided(world, written) == before


@pytest.mark.parametrize(
    ("name", "address", "found"),
    [
        ("架空転送株式会社", "架空県見本市1-2-3", True),
        ("架空転送 株式会社", "架空県見本市１－２－３", True),
        ("架空転送株式会社", "架空県別市1-2-3", False),
        ("架空転送", "架空県見本市1-2-3", False),
    ],
)
def test_a_party_is_known_by_name_and_address(world: World, name: str, address: str, found: bool) -> None:
    """Width and spaces don't matter; nobody of the same name is taken for the same person."""
    world.denied()
    world.deliver()
    named = SchemeDenials(world.workspace).named(
        name, address, number_kind="fixed_number", on=world.service.desk.today()
    )
    assert (named is not None) == found


def test_a_denial_is_of_its_kinds_and_days_only(world: World) -> None:
    """Fixed numbers alone; from its first day until before its end."""
    world.denied(kinds=["fixed_number"], period_days=30)
    world.deliver()
    denials, today = SchemeDenials(world.workspace), world.service.desk.today()

    def named(kind: str, days: int) -> bool:
        on = today + timedelta(days=days)
        return denials.named(WHO["name"], WHO["address"], number_kind=kind, on=on) is not None

    assert [named("fixed_number", days) for days in (-1, 0, 29, 30)] == [False, True, True, False]
    assert not named("ip_phone_number", 0)


def test_the_receiver_takes_only_what_may_cross(world: World) -> None:
    """An event of another kind is refused."""
    from sekisho.events import NumberStop

    event = NumberStop(datetime(2026, 11, 24, tzinfo=UTC), number=FIXED, stopped=True, case="sr_1")
    with pytest.raises(SekishoError):
        SchemeDenials(world.workspace).receive(event)  # type: ignore[arg-type]  # what this test is about
