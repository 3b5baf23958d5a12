"""Cases are taken in, asked back, reviewed, refused, withdrawn and closed; each step is a leaf, once."""

from __future__ import annotations

from datetime import date, timedelta

import orjson
import pytest
from sqlalchemy import select

from sekisho.access.errors import ProofTooWeak, ScopeMissing
from sekisho.disclosure.attaching import MAX_BYTES, Keep
from sekisho.disclosure.errors import (
    CaseDestroyed,
    CaseMoved,
    CaseRefused,
    FactRefused,
    UnknownAttachment,
    UnknownCase,
    WrongState,
)
from sekisho.disclosure.progress import Event, Part, RefusalReason, State
from sekisho.disclosure.record import Origin
from sekisho.disclosure.tables import disclosure_case, disclosure_item
from sekisho.errors import IdempotencyKeyReused
from sekisho.store.outbox import outbox
from tests.disclosure.made_cases import case, item
from tests.disclosure.world import Desk


def test_a_case_is_entered_whole(desk: Desk) -> None:
    """What was received comes back, with its items; the paper's number and who asked stand nowhere in the clear."""
    made = desk.received(items=[item(at, value=f"203.0.113.{at}") for at in range(1, 8)])
    assert made.state is State.RECEIVED
    assert made.case is not None
    assert len(made.case.items) == 7 == made.items
    assert desk.service.parts(made.id, by=desk["uketsuke"]) == {"uketsuke": {Part.INTAKE}}
    with desk.workspace.database.read() as connection:
        rows = [*connection.execute(select(disclosure_case)), *connection.execute(select(disclosure_item))]
        leaves = connection.execute(select(outbox.c.leaf, outbox.c.body)).all()
    told = b"".join(str(tuple(row)).encode() for row in (*rows, *leaves))
    for said in ("203.0.113.5", "検見川", "るる", "第1号", "サイバー"):
        assert said.encode() not in told
        assert repr(said.encode())[2:-1].encode() not in told


def test_the_same_request_under_one_key_is_one_case(desk: Desk) -> None:
    """Asked twice under one idempotency key it is entered once; something else under it is refused."""
    first = desk.service.receive(case(), by=desk["uketsuke"], idempotency_key="k1")
    assert desk.service.receive(case(), by=desk["uketsuke"], idempotency_key="k1") == first
    assert desk.service.count(by=desk["uketsuke"]) == 1
    with pytest.raises(IdempotencyKeyReused):
        desk.service.receive(case(brand="別"), by=desk["uketsuke"], idempotency_key="k1")


def test_a_request_of_tomorrow_is_refused(desk: Desk) -> None:
    """A request can't have been received later than now."""
    with pytest.raises(CaseRefused) as caught:
        desk.received(received_at="2026-11-24T10:00:00+09:00")
    assert caught.value.fields["field"] == "received_at"
    assert desk.service.count(by=desk["uketsuke"]) == 0


def test_asked_back_and_answered(desk: Desk) -> None:
    """An answer replaces what was asked about; what was checked stays, and the former request is kept beside it."""
    made = desk.received(items=[item(port=None)])
    desk.service.set_fact(
        made.id, "authenticity.called_back", True, origin=Origin.CHECKED, note="03-0000-0110", by=desk["uketsuke"]
    )
    asked = desk.service.question_back(made.id, "送信元ポートを教えてください。", by=desk["uketsuke"], fields=("port",))
    assert asked.state is State.QUESTIONED
    with pytest.raises(WrongState):
        desk.service.review(made.id, "急ぎ", by=desk["kakunin"])
    after = desk.service.answer_question(made.id, case(items=[item(port=2000), item(2)]), by=desk["uketsuke2"])
    assert after.state is State.RECEIVED
    assert after.case is not None
    assert [one.port for one in after.case.items] == [2000, 2000]
    assert after.case.facts["authenticity.called_back"].origin is Origin.CHECKED
    (kept,) = desk.service.papers.every(made.id, by=desk["uketsuke"], kind="superseded")
    assert orjson.loads(desk.service.papers.find(made.id, kept.id, by=desk["uketsuke"])[1])["items"][0]["port"] is None
    with pytest.raises(WrongState):
        desk.service.answer_question(made.id, case(), by=desk["uketsuke"])


def test_an_answer_makes_no_other_kind_of_request(desk: Desk) -> None:
    """A warrant doesn't turn into an inquiry by an answer."""
    made = desk.received()
    desk.service.question_back(made.id, "？", by=desk["uketsuke"])
    with pytest.raises(CaseRefused):
        desk.service.answer_question(made.id, case(type="bar_inquiry"), by=desk["uketsuke"])


def test_facts_are_stated_and_checked(desk: Desk) -> None:
    """A check needs to say how; a fact nobody may state is refused."""
    made = desk.received()
    with pytest.raises(FactRefused):
        desk.service.set_fact(
            made.id, "authenticity.called_back", True, origin=Origin.CHECKED, note=" ", by=desk["uketsuke"]
        )
    with pytest.raises(FactRefused):
        desk.service.set_fact(
            made.id, "people.reviewed", True, origin=Origin.CHECKED, note="x", by=desk["uketsuke"]
        )
    with pytest.raises(ScopeMissing):
        desk.service.set_fact(made.id, "order.served", True, origin=Origin.DECLARED, note="", by=desk["kansa"])
    after = desk.service.set_fact(made.id, "order.served", True, origin=Origin.DECLARED, note="", by=desk["uketsuke"])
    assert after.case is not None
    assert after.case.facts["order.served"].by == "uketsuke"


def test_refused_with_its_reason(desk: Desk) -> None:
    """A refusal by a reviewer is final but for closing, and the timeline tells its reason."""
    made = desk.received()
    with pytest.raises(ScopeMissing):
        desk.service.refuse(made.id, RefusalReason.NOT_AUTHENTIC, "偽造", by=desk["uketsuke"])
    done = desk.service.refuse(made.id, RefusalReason.NOT_AUTHENTIC, "文書番号が実在しない", by=desk["kakunin"])
    assert done.state is State.REFUSED
    with pytest.raises(WrongState):
        desk.service.withdraw(made.id, "取下書", by=desk["uketsuke"])
    closed = desk.service.close(made.id, "拒否により終了", by=desk["kakunin"])
    assert closed.state is State.CLOSED
    assert closed.kept_until == date(2031, 11, 23)
    assert [one.event for one in desk.service.timeline(made.id, by=desk["kansa"])] == [
        "receive",
        "refuse.not_authentic",
        "close",
    ]


def test_withdrawn(desk: Desk) -> None:
    """Whoever asked may withdraw the request until it was delivered."""
    made = desk.reviewed()
    assert desk.service.withdraw(made.id, "取下書 12月1日", by=desk["uketsuke"]).state is State.WITHDRAWN


def test_every_step_is_one_leaf_and_a_repeated_one_none(desk: Desk) -> None:
    """The same step asked again by the same person writes nothing; by another it is refused."""
    made = desk.received()
    first = desk.service.review(made.id, "確認した", by=desk["kakunin"])
    assert desk.service.review(made.id, "確認した", by=desk["kakunin"]) == first
    with pytest.raises(WrongState):
        desk.service.review(made.id, "確認した", by=desk["kakunin2"])
    with pytest.raises(WrongState):
        desk.service.review(made.id, "別の言葉", by=desk["kakunin"])
    timeline = desk.service.timeline(made.id, by=desk["kansa"])
    assert [one.event for one in timeline] == ["receive", "review"]
    assert all(one.said is not None and one.said["case"] == made.id for one in timeline)
    assert [one.said["by"] for one in timeline if one.said] == ["uketsuke", "kakunin"]


def test_of_two_at_once_one_is_told(desk: Desk) -> None:
    """Who looked before somebody else's step takes none on what they saw."""
    made = desk.received()
    seen = desk.service.steps.known(made.id, desk["kakunin"])
    desk.service.question_back(made.id, "？", by=desk["uketsuke"])
    desk.service.answer_question(made.id, case(), by=desk["uketsuke"])
    with pytest.raises(CaseMoved):
        desk.service.steps.take(seen, Event.REVIEW, {"note": "x"}, by=desk["kakunin"])


def test_the_second_person_shows_a_token(desk: Desk) -> None:
    """Whoever only says who they are neither reviews nor refuses nor closes."""
    made = desk.received()
    with pytest.raises(ProofTooWeak):
        desk.service.review(made.id, "x", by=desk.stated("kakunin"))
    with pytest.raises(ProofTooWeak):
        desk.service.refuse(made.id, RefusalReason.NOT_AUTHENTIC, "x", by=desk.stated("kakunin"))


def test_papers(desk: Desk) -> None:
    """A paper comes back as it was; the same one twice is one; too long or unknown is refused."""
    made = desk.received()
    papers = desk.service.papers
    paper = papers.attach(made.id, "image", b"%PDF-1.7 \xff", keep=Keep.RECORD, by=desk["uketsuke"])
    assert papers.attach(made.id, "image", b"%PDF-1.7 \xff", keep=Keep.RECORD, by=desk["uketsuke"]) == paper
    assert papers.find(made.id, paper.id, by=desk["kaiji"]) == (paper, b"%PDF-1.7 \xff")
    assert papers.every(made.id, by=desk["kaiji"]) == [paper]
    with pytest.raises(UnknownAttachment):
        papers.find(desk.received().id, paper.id, by=desk["kaiji"])
    with pytest.raises(CaseRefused):
        papers.attach(made.id, "image", bytes(MAX_BYTES + 1), keep=Keep.RECORD, by=desk["uketsuke"])
    with pytest.raises(ScopeMissing):
        papers.attach(made.id, "image", b"x", keep=Keep.RECORD, by=desk["kansa"])
    desk.service.refuse(made.id, RefusalReason.NOT_AUTHENTIC, "x", by=desk["kakunin"])
    desk.service.close(made.id, "x", by=desk["kakunin"])
    with pytest.raises(CaseRefused):
        papers.attach(made.id, "package", b"x", keep=Keep.WORK, by=desk["uketsuke"])


def test_terms(desk: Desk) -> None:
    """A secrecy order is a term from the start; the first open term is what the case is due on."""
    made = desk.received(secrecy={"state": "ordered", "until": "2027-05-01"}, knows=["kakunin"])
    assert made.due_on == date(2027, 5, 1)
    today = date(2026, 11, 23)
    after = desk.service.set_deadline(
        made.id, "answer", started_on=today, due_on=today + timedelta(days=7), by=desk["uketsuke"]
    )
    assert after.due_on == date(2026, 11, 30)
    assert desk.service.end_deadline(made.id, "answer", by=desk["kakunin"]).due_on == date(2027, 5, 1)
    assert [one.state for one in desk.service.deadlines(made.id, by=desk["kakunin"])] == ["done", "open"]
    for kind in ("emergency_review", "objection", "secrecy_order"):
        with pytest.raises(CaseRefused):
            desk.service.end_deadline(made.id, kind, by=desk["uketsuke"])


def test_a_destroyed_case_says_so(desk: Desk) -> None:
    """When its key is gone a case is listed without what it held, and takes no step."""
    made = desk.received()
    desk.workspace.destroy_key(f"disclosure/{made.id}", reason="its time is over", by="admin")
    assert desk.service.find(made.id, by=desk["kakunin"]).case is None
    with pytest.raises(CaseDestroyed):
        desk.service.review(made.id, "x", by=desk["kakunin"])
    assert [one.said for one in desk.service.timeline(made.id, by=desk["kansa"])] == [None]


def test_who_has_nothing_to_do_with_the_desk(desk: Desk) -> None:
    """Another desk's clerk sees no case; a case that isn't there is unknown."""
    made = desk.received()
    with pytest.raises(ScopeMissing):
        desk.service.find(made.id, by=desk["madoguchi"])
    with pytest.raises(ScopeMissing):
        desk.service.page(by=desk["madoguchi"])
    with pytest.raises(UnknownCase):
        desk.service.find("d0000000000000000", by=desk["uketsuke"])
    with pytest.raises(UnknownCase):
        desk.service.find(made.id, by=desk["bengoshi"])
