"""Whatever a paper says, nothing is stopped on what can't be read, isn't genuine, or isn't whose it seems."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from sekisho.errors import InputRefused, NotPermitted
from sekisho.stops.errors import EraDateRefused, RequestRefused, RequestRepeated, TooManyNumbers, WrongStep
from sekisho.stops.kinds import Answer
from sekisho.stops.proposals import in_the_way
from sekisho.stops.tables import stop_number, stop_request
from tests.stops.world import FIXED, World, notice, request


def rows(world: World) -> int:
    """How many requests and numbers are stored."""
    with world.workspace.database.read() as connection:
        return sum(
            connection.execute(select(func.count()).select_from(one)).scalar_one()
            for one in (stop_request, stop_number)
        )


@pytest.mark.parametrize(
    "numbers",
    [
        ["03-ABCD-5678"], ["0" * 40], ["1" * 65], [""], ["   "], [FIXED, "03-1234-5678"], [FIXED, "+81312345678"],
        ["0312345678\u202e"], ["0312345678\n110"],
    ],
)  # fmt: skip
def test_a_number_that_cant_be_read_or_stands_twice_refuses_the_whole(world: World, numbers: list[str]) -> None:
    """Letters, 40 digits, nothing, unseen letters, one number in two forms: nothing is stored."""
    with pytest.raises(InputRefused) as caught:
        world.receive(*numbers)
    assert rows(world) == 0
    assert FIXED not in str(caught.value)


def test_full_width_digits_are_the_number_they_are(world: World) -> None:
    """A paper typed in full width names the same number, or is refused; it never names another."""
    try:
        found = world.receive("０３１２３４５６７８").numbers[0].number
    except InputRefused:
        return
    assert found == FIXED


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"document_number": ""}, RequestRefused),
        ({"document_number": "  "}, RequestRefused),
        ({"dated": "令和7年2月30日"}, EraDateRefused),
        ({"dated": "平成32年1月1日"}, EraDateRefused),
        ({"dated": "令和元年4月30日"}, EraDateRefused),
        ({"dated": "20.11.2026"}, EraDateRefused),
        ({"dated": "2026-11-25"}, EraDateRefused),
        ({"dated": None}, EraDateRefused),
        ({"received_at": "2026-11-24T10:00:00"}, RequestRefused),
        ({"received_at": "2027-01-01T10:00:00+09:00"}, RequestRefused),
        ({"numbers": []}, RequestRefused),
        ({"numbers": "0312345678"}, RequestRefused),
        ({"numbers": [{"number": FIXED}]}, RequestRefused),
        ({"numbers": [{"number": FIXED, "crime_on": "2026-12-01"}]}, EraDateRefused),
        ({"numbers": [{"number": f"03{n:08}", "crime_on": "2026-11-10"} for n in range(10_000)]}, TooManyNumbers),
        ({"stop_now": True}, RequestRefused),
        ({"force": "架空\u202e県警察"}, RequestRefused),
    ],
)
def test_a_paper_that_lacks_something_is_refused(world: World, change: dict[str, Any], error: type[Exception]) -> None:
    """No document number, dates that don't exist or have no zone, unknown fields, too many numbers."""
    with pytest.raises(error):
        world.receive(FIXED, **change)
    assert rows(world) == 0


@pytest.mark.parametrize("dated", ["2026-11-20", "令和8年11月20日", "令和８年１１月２０日", "令和8年 11月 20日"])
def test_era_dates_are_read(world: World, dated: str) -> None:
    """A day in the Japanese calendar is the day it is."""
    assert world.receive(FIXED, dated=dated).request.dated.isoformat() == "2026-11-20"


def test_the_same_paper_twice_is_one_request(world: World) -> None:
    """Sent again it is the one that is there; its number with other contents is another matter."""
    first = world.receive(FIXED)
    assert world.receive(FIXED).id == first.id
    assert len(world.leaves("stops.request")) == 1
    with pytest.raises(RequestRepeated):
        world.receive("0312345679")
    assert world.receive("0312345679", force="隣県警察").id != first.id


def test_another_request_for_a_stopped_number_stops_nothing_twice(world: World) -> None:
    """A second force's request is answered, counted for the contractor only once it led to a stop."""
    world.stopped(FIXED)
    again = world.receive(FIXED, force="隣県警察")
    assert again.numbers[0].answer is Answer.ALREADY_STOPPED
    world.service.requests.call_back(again.id, published_number="代表", confirmed_by="丙", by=world["tanto"])
    with pytest.raises(WrongStep):
        world.service.stopping.propose(again.id, by=world["tanto"])


def test_a_number_that_went_to_somebody_else_is_not_stopped(world: World) -> None:
    """Re-assigned after the crime: whoever has it now isn't harmed."""
    party = {"id": "sc_new", "name": "無関係商店", "address": "架空県2"}
    world.service.register.add_contractor(party, by=world["tanto"])
    world.assign("0312340000", since="2025-04-01", until="2026-11-15")
    world.assign("0312340000", contractor="sc_new", since="2026-11-15")
    assert world.receive("0312340000").numbers[0].answer is Answer.REASSIGNED


def test_a_number_that_goes_to_somebody_else_between_proposal_and_order_is_not_stopped(world: World) -> None:
    """What was approved no longer holds: nothing of the act is ordered."""
    case = world.verified(FIXED)
    proposal = world.service.stopping.propose(case.id, by=world["tanto"])
    world.service.register.end_assignment(FIXED, on=world.service.desk.today(), by=world["tanto"])
    party = {"id": "sc_new", "name": "無関係商店", "address": "架空県2"}
    world.service.register.add_contractor(party, by=world["tanto"])
    world.assign(FIXED, contractor="sc_new", since="2026-11-24")
    with pytest.raises(InputRefused):
        world.ordered(proposal)
    assert world.core.stopped == set()


@pytest.mark.parametrize("number", ["110", "118", "119"])
def test_emergency_numbers_are_refused_with_the_reason(world: World, number: str) -> None:
    """Never silently: the answer names the rule."""
    one = world.receive(number).numbers[0]
    assert one.answer is Answer.PROTECTED
    assert [rule["id"] for rule in one.judged["rules"]] == ["stops.refusal.protected"]


def test_a_public_office_is_never_stopped(world: World) -> None:
    """Registered by the calls desk, and even where it is a contractor's number here."""
    from sekisho.calls.listing.covers import ProtectedKind
    from sekisho.calls.service import CallService

    fields = {"number": FIXED, "holder": "架空警察署", "source": "公表"}
    CallService(world.workspace).entries.protect(ProtectedKind.PUBLIC_OFFICE, fields, by=world["tanto"])
    assert world.receive(FIXED).numbers[0].answer is Answer.PROTECTED


def test_numbers_that_arent_ours(world: World) -> None:
    """Nobody's here, and one that was given back."""
    world.assign("0312349999", since="2025-01-01", until="2026-01-01")
    found = world.receive("0612345678", "0312349999").numbers
    assert [one.answer for one in found] == [Answer.NOT_OURS, Answer.NOT_IN_SERVICE]


@pytest.mark.parametrize(
    "change",
    [
        {"contractor": "sc_nobody"}, {"document_number": ""}, {"called_back": ""}, {"kinds": ["mobile_number"]},
        {"kinds": []}, {"period_days": 0}, {"period_days": 10**9}, {"period_days": "180"}, {"stock": "yes"},
    ],
)  # fmt: skip
def test_a_notice_that_lacks_something_is_refused(world: World, change: dict[str, Any]) -> None:
    """No number, no call-back, a mobile number, a contractor nobody knows, a period that is none."""
    with pytest.raises(InputRefused):
        world.service.denials.receive(notice(**change), by=world["tanto"])
    assert world.service.denials.every() == []


def test_a_notice_twice_is_one_denial(world: World) -> None:
    """The same paper again is the one that is there; with another period it is refused."""
    first = world.service.denials.receive(notice(), by=world["tanto"])
    assert world.service.denials.receive(notice(), by=world["tanto"]).id == first.id
    with pytest.raises(RequestRepeated):
        world.service.denials.receive(notice(period_days=30), by=world["tanto"])


@pytest.mark.parametrize(
    "act",
    [
        lambda world: world.service.requests.receive(request(FIXED), by=world["madoguchi"]),
        lambda world: world.service.denials.receive(notice(), by=world["madoguchi"]),
        lambda world: world.service.desk.set("threshold", "3", source="x", by=world["madoguchi"]),
        lambda world: world.service.register.add_contractor({"name": "a", "address": "b"}, by=world["hogo"]),
    ],
)
def test_who_may_not_ask_does_nothing(world: World, act: Callable[[World], Any]) -> None:
    """A clerk enters no request; an approver prepares nothing."""
    with pytest.raises(NotPermitted):
        act(world)


@pytest.mark.parametrize(
    ("name", "value"),
    [("threshold", "0"), ("threshold", "-1"), ("threshold", "三"), ("association", "ntt"), ("report_within_days", None),
     ("nothing", "1"), ("denial_days", "99999")],
)  # fmt: skip
def test_settings_are_checked(world: World, name: str, value: str | None) -> None:
    """A setting that makes no sense is refused."""
    with pytest.raises(InputRefused):
        world.service.desk.set(name, value, source="約款", by=world["tanto"])


def test_what_to_do_next_is_said_in_both_languages() -> None:
    """Every state and every next step that the desk's code names has its Japanese words."""
    import ast

    import sekisho.stops as desk

    said: set[tuple[str, str]] = set()
    for file in Path(desk.__path__[0]).rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "WrongStep":
                said |= {
                    (each.arg, str(each.value.value)) for each in node.keywords
                    if each.arg in ("state", "next") and isinstance(each.value, ast.Constant)
                }  # fmt: skip
    assert len(said) > 20
    for name, words in said:
        given = {"id": "sr_1", "state": "open", "next": "nothing", name: words}
        sentence = WrongStep(**given).sentence("ja")
        assert words not in sentence, sentence
    assert "carry it out" not in in_the_way("sp_1", "ordered").sentence("ja")
