"""The wholesale tree: who has a number on a day, which operator a request goes to, and the check before numbers go."""

from __future__ import annotations

from typing import Any

import pytest

from sekisho.errors import InputRefused
from sekisho.stops.checks import questions
from sekisho.stops.errors import NotUnderScheme, RequestRefused, TreeRefused, WrongStep
from sekisho.stops.kinds import Answer
from tests.stops.world import World

NUMBER = "05098760001"
RIGHT = {one["id"]: one["expects"] for one in questions()["questions"]}
PAPERS = dict.fromkeys(RIGHT, "登記事項証明書ほか")


def edge(**changed: Any) -> dict[str, Any]:
    """A range of 050 numbers that this operator gave to another before the Act."""
    return {
        "giver": "us", "taker": "A通信", "first": "05098760000", "last": "05098769999", "from": "2024-04-01",
        "given_before": "卸契約書 2024-03-20", **changed,
    }  # fmt: skip


def checked(world: World, customer: str, **changed: Any) -> str:
    """An accepted check of a customer."""
    made = world.service.checks.enter(
        {"customer": customer, "answers": RIGHT, "documents": PAPERS, **changed}, by=world["tanto"]
    )
    world.ordered(world.service.checks.propose(made["id"], by=world["tanto"]))
    return str(made["id"])


def test_a_request_goes_to_the_right_level(world: World) -> None:
    """The next operator below this one is asked, and the whole chain is told; the day says which."""
    world.service.checks.give(edge(), by=world["tanto"])
    below = edge(giver="A通信", taker="B電話", first="05098760000", last="05098760999", **{"from": "2025-01-01"})
    world.service.checks.give(below, by=world["tanto"])
    one = world.receive(NUMBER).numbers[0]
    assert (one.answer, one.pass_to) == (Answer.NEXT_OPERATOR, ("A通信", "B電話"))
    with pytest.raises(RequestRefused):
        world.service.requests.pass_on(one.id, to="B電話", reference="受付9", by=world["tanto"])
    passed = world.service.requests.pass_on(one.id, to="A通信", reference="受付9", by=world["tanto"])
    assert passed.passed is not None
    with pytest.raises(WrongStep):
        world.service.requests.pass_on(one.id, to="A通信", reference="受付9", by=world["tanto"])


def test_a_ported_number_goes_to_its_operator(world: World) -> None:
    """Porting is an edge of one number, and needs no check."""
    ported = edge(relation="ported", first="0312347777", last="0312347777", taker="C電話", **{"from": "2026-01-01"})
    world.service.checks.give(ported, by=world["tanto"])
    one = world.receive("03-1234-7777").numbers[0]
    assert (one.answer, one.pass_to) == (Answer.NEXT_OPERATOR, ("C電話",))


def test_an_edge_ends_and_the_number_is_here_again(world: World) -> None:
    """Dates are half-open: on the day of its end the range is back."""
    world.service.checks.give(edge(until="2026-11-24"), by=world["tanto"])
    assert world.receive(NUMBER).numbers[0].answer is Answer.NOT_OURS


@pytest.mark.parametrize(
    "change",
    [
        {"taker": "us"}, {"taker": "B", "giver": "B"}, {"giver": "X通信"}, {"taker": "D"}, {"first": "05098765000"},
        {"first": "0509876000"}, {"first": "０５０９８７６００００"}, {"last": "05098750000"}, {"until": "2024-04-01"},
        {"relation": "lent"}, {"from": "someday"},
    ],
)  # fmt: skip
def test_an_edge_that_contradicts_the_tree_is_refused(world: World, change: dict[str, Any]) -> None:
    """Twice given, given by whom it wasn't given to, to oneself, backwards."""
    world.service.checks.give(edge(), by=world["tanto"])
    with pytest.raises(InputRefused):
        world.service.checks.give(edge(**change), by=world["tanto"])
    assert len(world.service.register.edges()) == 1


def test_a_circle_is_refused(world: World) -> None:
    """What went from A to B doesn't go back to A."""
    world.service.checks.give(edge(), by=world["tanto"])
    world.service.checks.give(edge(giver="A通信", taker="B電話"), by=world["tanto"])
    with pytest.raises(TreeRefused):
        world.service.checks.give(edge(giver="B電話", taker="A通信"), by=world["tanto"])


def test_since_the_act_numbers_go_after_a_check_only(world: World) -> None:
    """The day of promulgation is the first that needs one; the edge names the check it rests on."""
    with pytest.raises(WrongStep):
        world.service.checks.give(edge(**{"from": "2025-05-28"}), by=world["tanto"])
    world.service.checks.give(edge(**{"from": "2025-05-27"}, until="2025-05-28"), by=world["tanto"])
    check = checked(world, "A通信")
    world.service.checks.give(edge(**{"from": "2025-05-28"}), by=world["tanto"])
    assert [one["check"] for one in world.service.register.edges() if one["from"] == "2025-05-28"] == [check]


@pytest.mark.parametrize("name", sorted(RIGHT))
def test_each_question_counts(world: World, name: str) -> None:
    """A wrong answer is doubt, an open one and an unseen paper leave the check open: no numbers go."""
    wrong = world.service.checks.enter(
        {"customer": "D", "answers": {**RIGHT, name: not RIGHT[name]}, "documents": PAPERS}, by=world["tanto"]
    )
    with pytest.raises(NotUnderScheme) as caught:
        world.service.checks.propose(wrong["id"], by=world["tanto"])
    assert caught.value.fields["rules"] == ["stops.refusal.wholesale-doubt"]
    without = {one: value for one, value in RIGHT.items() if one != name}
    papers = {one: value for one, value in PAPERS.items() if one != name}
    for customer, answers, documents in (("E", without, PAPERS), ("F", RIGHT, papers)):
        with pytest.raises(NotUnderScheme):
            checked(world, customer, answers=answers, documents=documents)
        assert world.service.checks.accepted(customer) is None


def test_what_is_known_of_the_act_is_said(world: World) -> None:
    """The check tells that the day in force is unknown, and that no text was read."""
    found = world.service.checks.find(checked(world, "A通信"))
    assert found["law"]["in_force"] == "unknown"
    assert found["law"]["text_state"] == "unverified"
    assert {one["text_state"] for one in found["judged"]["rules"] if "wholesale" in one["id"]} == {"unverified"}


def test_no_backdating_and_no_porting_goes_round_the_check(world: World) -> None:
    """What is entered as of before the Act needs the paper that shows it, which the ledger keeps; a whole range isn't
    ported at once."""
    with pytest.raises(RequestRefused) as told:
        world.service.checks.give(edge(given_before=None), by=world["tanto"])
    assert told.value.fields["field"] == "given_before"
    wide = edge(relation="ported", **{"from": "2026-01-01"})
    with pytest.raises(RequestRefused) as told:
        world.service.checks.give(wide, by=world["tanto"])
    assert told.value.fields["field"] == "last"
    world.service.checks.give(edge(), by=world["tanto"])
    assert [one["given_before"] for one in world.leaves("stops.wholesale")] == ["卸契約書 2024-03-20"]
    few = edge(relation="ported", first="0312340000", last="0312340999", **{"from": "2026-01-01"})
    assert world.service.checks.give(few, by=world["tanto"])
