"""What is stated after a decision voids it; what is stated after a delivery takes two, and rewrites nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import orjson
import pytest
from sqlalchemy import Connection

from sekisho.access.errors import ProofTooWeak, ScopeMissing
from sekisho.disclosure.attaching import RESERVED, Keep
from sekisho.disclosure.correction_errors import FactMoved, UnknownCorrection
from sekisho.disclosure.deciding import Choice
from sekisho.disclosure.delivery.service import Channel, DeliveryDesk, Mode
from sekisho.disclosure.errors import CaseRefused, FactRefused, NotApart, UnknownCase, WrongState
from sekisho.disclosure.gate_errors import NotPermittedByLaw
from sekisho.disclosure.progress import State
from sekisho.disclosure.record import Origin
from sekisho.disclosure.stating import LATER
from tests.disclosure.logs_made import searched, state, store_for
from tests.disclosure.made_cases import item
from tests.disclosure.world import Desk
from tests.logs.lookup.made import Store

JUDGE = "document.issued_by_judge"
OFFICER = "検見川 守"


@pytest.fixture
def store(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Logs behind the desk."""
    made = store_for(desk, monkeypatch)
    yield made
    made.lookups.close()


def decided(desk: Desk) -> str:
    """A warrant of which everything was decided to be disclosed; its id."""
    made = searched(desk, items=[item(wanted=["log"])])
    desk.service.deciding.decide(made.id, {1: (Choice.DISCLOSE, "令状どおり")}, by=desk["kaiji"])
    return made.id


def delivered(desk: Desk) -> tuple[str, str]:
    """One that was handed over; its id and the package's."""
    case_id, deliveries = decided(desk), DeliveryDesk(desk.service)
    package, _ = deliveries.prepare(case_id, "requester", OFFICER, mode=Mode.PAPER, by=desk["kaiji"])
    deliveries.release(case_id, package.id, channel=Channel.PAPER, how="手渡し", by=desk["kaiji"])
    return case_id, package.id


def test_a_changed_fact_voids_what_was_decided(desk: Desk, store: Store) -> None:
    """Once a reviewer states otherwise, nothing is decided any more: not packed, not handed over, until whoever
    releases decides anew; what had been decided stays beside it."""
    case_id, service = decided(desk), desk.service
    before = [one.document() for one in service.deciding.decisions(case_id, by=desk["kansa"])]
    deliveries = DeliveryDesk(service)
    package, _ = deliveries.prepare(case_id, "requester", OFFICER, mode=Mode.PAPER, by=desk["kaiji"])
    state(desk, case_id, JUDGE, by="kakunin2", value=False)
    entry = service.find(case_id, by=desk["kansa"])
    assert entry.state is State.FOUND
    assert service.deciding.decisions(case_id, by=desk["kansa"]) == []
    assert service.timeline(case_id, by=desk["kansa"])[-1].event == "void"
    (former,) = service.papers.every(case_id, by=desk["kansa"], kind="former_decisions")
    assert orjson.loads(service.papers.content(case_id, former.id, by=desk["kansa"])[1]) == before
    with pytest.raises(WrongState):
        deliveries.release(case_id, package.id, channel=Channel.PAPER, how="x", by=desk["kaiji"])
    with pytest.raises(NotPermittedByLaw):
        service.deciding.decide(case_id, {1: (Choice.DISCLOSE, "x")}, by=desk["kaiji"])
    # Said again after a crash it is one step; said otherwise, it is the releaser who decides, once more.
    state(desk, case_id, JUDGE, by="kakunin2", value=False)
    assert [one.event for one in service.timeline(case_id, by=desk["kansa"])].count("void") == 1
    state(desk, case_id, JUDGE, by="kakunin2")
    assert service.find(case_id, by=desk["kansa"]).state is State.FOUND
    service.deciding.decide(case_id, {1: (Choice.DISCLOSE, "令状どおり")}, by=desk["kaiji"])


def test_saying_the_same_again_voids_nothing(desk: Desk, store: Store) -> None:
    """A statement of which the gate sees nothing new leaves the decision as it is."""
    case_id = decided(desk)
    state(desk, case_id, JUDGE, by="kakunin2")
    desk.service.set_fact(case_id, "order.served", True, origin=Origin.DECLARED, note="", by=desk["kakunin2"])
    assert desk.service.find(case_id, by=desk["kansa"]).state is State.DECIDED


def test_whoever_decided_voids_nothing(desk: Desk, store: Store) -> None:
    """A releaser who is a reviewer too can't state facts of a case they decided, nor a clerk or searcher."""
    case_id = decided(desk)
    for name in ("kaiji", "kensaku", "uketsuke"):
        turned = replace(desk[name], scopes=desk["kakunin"].scopes)
        with pytest.raises(NotApart):
            desk.service.set_fact(case_id, JUDGE, False, origin=Origin.CHECKED, note="x", by=turned)
    with pytest.raises(ProofTooWeak):
        desk.service.set_fact(case_id, JUDGE, False, origin=Origin.CHECKED, note="x", by=desk.stated("kakunin"))
    assert desk.service.find(case_id, by=desk["kansa"]).state is State.DECIDED


def test_after_the_delivery_one_person_changes_no_fact(desk: Desk, store: Store) -> None:
    """What an answer rested on isn't stated otherwise by one person; what came about later is."""
    case_id, _ = delivered(desk)
    for name in (JUDGE, "order.court_issued", "scope.content_asked", "authenticity.called_back"):
        assert name not in LATER
        with pytest.raises(FactRefused):
            state(desk, case_id, name, by="kakunin", value=False)
    state(desk, case_id, "order.objection_pending", by="kakunin")
    assert desk.service.find(case_id, by=desk["kansa"]).state is State.DELIVERED


def test_a_correction_takes_two_and_rewrites_nothing(desk: Desk, store: Store) -> None:
    """Stated by one, confirmed by another: the decision stays word for word, and the package isn't handed over again
    where the gate has closed."""
    case_id, package = delivered(desk)
    corrections, deliveries = desk.service.corrections, DeliveryDesk(desk.service)
    before = [one.document() for one in desk.service.deciding.decisions(case_id, by=desk["kansa"])]
    made = corrections.state(case_id, JUDGE, False, "裁判所に照会：発付なし", by=desk["kakunin"])
    assert corrections.state(case_id, JUDGE, False, "裁判所に照会：発付なし", by=desk["kakunin"]) == made
    deliveries.redeliver(case_id, package, channel=Channel.PAPER, how="紛失", by=desk["kaiji"])
    with pytest.raises(NotApart):
        corrections.confirm(case_id, 1, by=desk["kakunin"])
    with pytest.raises(ProofTooWeak):
        corrections.confirm(case_id, 1, by=desk.stated("kaiji"))
    for name in ("uketsuke", "kensaku", "hogo", "kansa"):
        with pytest.raises(ScopeMissing):
            corrections.confirm(case_id, 1, by=desk[name])
    turned = replace(desk["kensaku"], scopes=desk["kaiji"].scopes)
    with pytest.raises(NotApart):
        corrections.confirm(case_id, 1, by=turned)
    with pytest.raises(UnknownCorrection):
        corrections.confirm(case_id, 2, by=desk["kakunin2"])
    corrections.confirm(case_id, 1, by=desk["kakunin2"])
    corrections.confirm(case_id, 1, by=desk["kakunin2"])
    with pytest.raises(FactMoved):
        corrections.confirm(case_id, 1, by=desk["kaiji"])
    (told,) = corrections.every(case_id, by=desk["kansa"])
    assert (told.was, told.value, told.stated_by, told.confirmed_by) == (True, False, "kakunin", "kakunin2")
    entry = desk.service.find(case_id, by=desk["kansa"])
    assert entry.state is State.DELIVERED
    assert entry.case is not None
    assert entry.case.facts[JUDGE].value is False
    assert [one.document() for one in desk.service.deciding.decisions(case_id, by=desk["kansa"])] == before
    with pytest.raises(NotPermittedByLaw):
        deliveries.redeliver(case_id, package, channel=Channel.PAPER, how="紛失", by=desk["kaiji"])
    events = [one.event for one in desk.service.timeline(case_id, by=desk["kansa"])]
    assert [events.count(one) for one in ("correction_stated", "correction_confirmed")] == [1, 1]


def test_a_correction_is_of_what_was_answered_and_of_what_stood_then(desk: Desk, store: Store) -> None:
    """Not before the delivery, not by who took part otherwise, not without words, and not once another was
    confirmed; also in a closed case, while its record is there."""
    open_, corrections = decided(desk), desk.service.corrections
    with pytest.raises(WrongState):
        corrections.state(open_, JUDGE, False, "x", by=desk["kakunin"])
    case_id, _ = delivered(desk)
    for name in ("uketsuke", "kensaku", "kaiji"):
        turned = replace(desk[name], scopes=desk["kakunin"].scopes)
        with pytest.raises(NotApart):
            corrections.state(case_id, JUDGE, False, "x", by=turned)
    for value, words, error in ((False, " ", CaseRefused), (True, "x", FactRefused), ("x", "x", FactRefused)):
        with pytest.raises(error):
            corrections.state(case_id, JUDGE, value, words, by=desk["kakunin"])
    with pytest.raises(FactRefused):
        corrections.state(case_id, "hearing.asked", True, "x", by=desk["kakunin"])
    desk.service.close(case_id, "交付済み", by=desk["kaiji"])
    corrections.state(case_id, JUDGE, False, "一", by=desk["kakunin"])
    corrections.state(case_id, JUDGE, False, "二", by=desk["kakunin"])
    corrections.confirm(case_id, 2, by=desk["kakunin2"])
    with pytest.raises(FactMoved):
        corrections.confirm(case_id, 1, by=desk["kakunin2"])
    assert desk.service.find(case_id, by=desk["kansa"]).state is State.CLOSED


def test_corrections_are_nobodys_to_write_by_hand_or_to_see_from_outside(desk: Desk, store: Store) -> None:
    """Their papers are written by their steps; of a hidden case they answer as of none."""
    assert {"correction", "former_decisions"} <= RESERVED
    case_id, _ = delivered(desk)
    with pytest.raises(CaseRefused):
        desk.service.papers.attach(case_id, "correction", b"{}", keep=Keep.RECORD, by=desk["kakunin"])
    desk.service.corrections.state(case_id, JUDGE, False, "x", by=desk["kakunin"])
    known = desk.service.steps.known(case_id, desk["kaiji"])

    def nothing(connection: Connection, now: datetime) -> None:
        del connection, now

    desk.service.steps.note(known, "hidden", {}, by=desk["kaiji"], write=nothing, values={"secret": True})
    corrections = desk.service.corrections
    for way in (
        lambda: corrections.every(case_id, by=desk["kakunin2"]),
        lambda: corrections.state(case_id, JUDGE, False, "x", by=desk["kakunin2"]),
        lambda: corrections.confirm(case_id, 1, by=desk["kakunin2"]),
    ):
        with pytest.raises(UnknownCase):
            way()
