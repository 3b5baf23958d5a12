"""At night, with two people inside: somebody outside approves, and a third person reviews afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from sekisho.access.errors import ProofTooWeak, ScopeMissing
from sekisho.disclosure.deciding import Choice
from sekisho.disclosure.errors import EmergencyReviewOpen, NotAnEmergency, NotApart, UnknownCase, WrongState
from sekisho.disclosure.gate_errors import NotPermittedByLaw
from sekisho.disclosure.progress import State
from sekisho.disclosure.record import Origin
from sekisho.disclosure.rows import CaseEntry
from tests.disclosure.delivery.made_deliveries import handed
from tests.disclosure.logs_made import ready, state, store_for
from tests.disclosure.made_cases import case, item
from tests.disclosure.world import Desk
from tests.logs.lookup.made import Store

NIGHT = {"type": "emergency", "document": {"number": "", "valid_until": None}, "items": [item(wanted=["log"])]}
DANGER = (
    "emergency.danger_current",
    "emergency.to_life_or_body",
    "emergency.no_other_means",
    "emergency.harm_balanced",
)


@pytest.fixture
def store(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Logs behind the desk."""
    made = store_for(desk, monkeypatch)
    yield made
    made.lookups.close()


def taken_in(desk: Desk, **changed: Any) -> CaseEntry:
    """An emergency that the one who is to search took in, and called the approver outside about."""
    made = desk.service.receive(case(**{**NIGHT, **changed}), by=desk["kensaku2"])
    for name in ("authenticity.called_back", "authenticity.number_confirmed"):
        desk.service.set_fact(
            made.id, name, True, origin=Origin.CHECKED, note="代表番号に折り返し", by=desk["kensaku2"]
        )
    state(desk, made.id, *DANGER, by="kensaku2")
    return desk.service.emergencies.call(made.id, "bengoshi", by=desk["kensaku2"])


def approved(desk: Desk) -> CaseEntry:
    """One that was approved from outside."""
    made = taken_in(desk)
    return desk.service.emergencies.approve(made.id, "電話で事情を聞き承認", by=desk["bengoshi"])


def test_two_people_inside_and_one_outside(desk: Desk, store: Store) -> None:
    """The whole of a night: taken in and searched by one, approved outside and by the other, who hands over; closed
    only after a third looked at it."""
    made = approved(desk)
    assert (made.state, made.emergency, made.due_on) == (State.REVIEWED, True, date(2026, 11, 26))
    search = desk.service.searching
    with pytest.raises(WrongState):
        # Afterwards is when nothing more is done that the look would miss.
        desk.service.emergencies.review_afterwards(made.id, "x", by=desk["kakunin"])
    search.request(made.id, by=desk["kensaku2"])
    search.approve(made.id, by=desk["bengoshi"])
    search.approve(made.id, by=desk["kakunin2"])
    assert search.run(made.id, by=desk["kensaku2"]).state is State.FOUND
    desk.service.deciding.decide(made.id, {1: (Choice.DISCLOSE, "人命")}, by=desk["kakunin2"])
    handed(desk, made.id, by="kakunin2")
    with pytest.raises(EmergencyReviewOpen):
        desk.service.close(made.id, "救助された", by=desk["kakunin2"])
    for name in ("kensaku2", "bengoshi", "kakunin2"):
        turned = replace(desk[name], scopes=desk["kakunin"].scopes)
        with pytest.raises(NotApart):
            desk.service.emergencies.review_afterwards(made.id, "x", by=turned)
    with pytest.raises(ProofTooWeak):
        desk.service.emergencies.review_afterwards(made.id, "x", by=desk.stated("kakunin"))
    with pytest.raises(ScopeMissing):
        desk.service.emergencies.review_afterwards(made.id, "x", by=desk["hogo"])
    desk.service.emergencies.review_afterwards(made.id, "相当であった", by=desk["kakunin"])
    desk.service.emergencies.review_afterwards(made.id, "相当であった", by=desk["kakunin"])
    with pytest.raises(WrongState):
        desk.service.emergencies.review_afterwards(made.id, "別の言葉", by=desk["kakunin"])
    assert desk.service.close(made.id, "救助された", by=desk["kakunin2"]).state is State.CLOSED


def test_whoever_approved_the_search_is_no_third_person(desk: Desk, store: Store) -> None:
    """An approver of the search looked at the case before, and doesn't review it afterwards."""
    made = approved(desk)
    desk.service.searching.request(made.id, by=desk["kensaku2"])
    desk.service.searching.approve(made.id, by=desk["kakunin"])
    with pytest.raises(NotApart):
        desk.service.emergencies.review_afterwards(made.id, "x", by=desk["kakunin"])


def test_only_emergencies_are_approved_from_outside(desk: Desk) -> None:
    """A warrant isn't, an approver who wasn't called knows of nothing, and nobody approves unproven or twice over."""
    warrant = ready(desk)
    with pytest.raises(NotAnEmergency):
        desk.service.emergencies.call(warrant.id, "bengoshi", by=desk["uketsuke"])
    with pytest.raises(UnknownCase):
        desk.service.emergencies.approve(warrant.id, "x", by=desk["bengoshi"])
    with pytest.raises(NotAnEmergency):
        desk.service.emergencies.review_afterwards(warrant.id, "x", by=desk["kakunin2"])
    quiet = desk.service.receive(case(**NIGHT), by=desk["uketsuke"])
    with pytest.raises(UnknownCase):
        desk.service.emergencies.approve(quiet.id, "x", by=desk["bengoshi"])
    called = taken_in(desk)
    with pytest.raises(ProofTooWeak):
        desk.service.emergencies.approve(called.id, "x", by=desk.stated("bengoshi"))
    with pytest.raises(ScopeMissing):
        desk.service.emergencies.approve(called.id, "x", by=desk["kakunin"])
    turned = replace(desk["kensaku2"], scopes=desk["bengoshi"].scopes)
    with pytest.raises(NotApart):
        desk.service.emergencies.approve(called.id, "x", by=turned)
    desk.service.emergencies.approve(called.id, "x", by=desk["bengoshi"])
    with pytest.raises(WrongState):
        desk.service.review(called.id, "x", by=desk["kakunin"])


def test_without_the_danger_nothing_is_searched(desk: Desk, store: Store) -> None:
    """The approval from outside opens no gate by itself."""
    made = desk.service.receive(case(**NIGHT), by=desk["kensaku2"])
    desk.service.emergencies.call(made.id, "bengoshi", by=desk["kensaku2"])
    desk.service.emergencies.approve(made.id, "承認", by=desk["bengoshi"])
    with pytest.raises(NotPermittedByLaw):
        desk.service.searching.request(made.id, by=desk["kensaku2"])


def test_reviewed_inside_it_keeps_its_four_people(desk: Desk, store: Store) -> None:
    """An emergency that was reviewed inside waives nothing: whoever took it in doesn't search."""
    made = taken_in(desk)
    desk.service.review(made.id, "確認", by=desk["kakunin"])
    with pytest.raises(NotApart):
        desk.service.searching.request(made.id, by=desk["kensaku2"])
    desk.service.searching.request(made.id, by=desk["kensaku"])
    with pytest.raises(ScopeMissing):
        desk.service.searching.approve(made.id, by=desk["bengoshi"])
