"""A case's secrecy ends by two people with a ground, and by nothing else."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from sekisho.access.errors import ProofTooWeak, ScopeMissing
from sekisho.disclosure.errors import CaseDestroyed, CaseRefused, NotApart, UnknownCase
from sekisho.disclosure.progress import RefusalReason
from sekisho.disclosure.record import SecrecyState
from sekisho.disclosure.rows import CaseEntry
from sekisho.disclosure.secrecy import Ground
from sekisho.disclosure.secrecy_errors import NotSecret, SecrecyRuns, UnknownSecrecyEnd
from tests.disclosure.made_cases import case
from tests.disclosure.test_due import run, told
from tests.disclosure.world import Desk

KNOWS = ["kakunin", "kakunin2", "kaiji"]
ORDERED = {"state": "ordered", "until": "2026-12-01"}
ASKED = {"state": "asked", "until": None}
LETTER = "2026-12-10 付 関所県警察本部 秘密保持要請の解除通知（第12号）"


def secret(desk: Desk, secrecy: dict[str, Any], **changed: Any) -> CaseEntry:
    """A secret case that three others know of."""
    return desk.received(secrecy=secrecy, knows=KNOWS, **changed)


def test_an_order_that_is_over_ends_by_two_people(desk: Desk) -> None:
    """One states it, the case stays secret; another confirms it, and then everybody at the desk sees the case."""
    made, ends = secret(desk, ORDERED), desk.service.secrecy
    desk.clock.advance(timedelta(days=20))
    assert told(run(desk, desk["kakunin"]), made.id) == [("secrecy_order", "waiting")]
    one = ends.state(made.id, Ground.TIME_OVER, "命令書の期間が満了", by=desk["uketsuke"])
    assert (one.number, one.stated_by, one.confirmed_by) == (1, "uketsuke", None)
    assert desk.service.find(made.id, by=desk["kakunin"]).secret
    with pytest.raises(UnknownCase):
        desk.service.find(made.id, by=desk["kensaku"])
    after = ends.confirm(made.id, 1, by=desk["kakunin"])
    assert not after.secret
    assert after.case is not None
    assert after.case.secrecy.state is SecrecyState.NONE
    assert desk.service.find(made.id, by=desk["kensaku"]) == after
    assert told(run(desk, desk["kakunin"]), made.id) == []
    assert [one.state for one in desk.service.deadlines(made.id, by=desk["kakunin"])] == ["done"]
    said = [entry.said for entry in desk.service.timeline(made.id, by=desk["kansa"])][-1]
    assert said is not None
    assert said["said"]["was"] == ORDERED
    assert [one.confirmed_by for one in ends.every(made.id, by=desk["kensaku"])] == ["kakunin"]


def test_nobody_ends_it_alone_or_without_proof(desk: Desk) -> None:
    """Whoever stated it can't confirm it, nor anybody who searches, hasn't shown a token, or isn't on the case."""
    made, ends = secret(desk, ASKED), desk.service.secrecy
    for name, error in (("kensaku", UnknownCase), ("uketsuke2", UnknownCase)):
        with pytest.raises((error, ScopeMissing)):
            ends.state(made.id, Ground.DOCUMENT, LETTER, by=desk[name])
    with pytest.raises(ProofTooWeak):
        ends.state(made.id, Ground.DOCUMENT, LETTER, by=desk.stated("kakunin"))
    with pytest.raises(UnknownSecrecyEnd):
        ends.confirm(made.id, 1, by=desk["kakunin"])
    ends.state(made.id, Ground.DOCUMENT, LETTER, by=desk["kakunin"])
    with pytest.raises(NotApart):
        ends.confirm(made.id, 1, by=desk["kakunin"])
    with pytest.raises(ProofTooWeak):
        ends.confirm(made.id, 1, by=desk.stated("kakunin2"))
    for name in ("uketsuke", "kensaku", "kansa"):
        with pytest.raises(ScopeMissing):
            ends.confirm(made.id, 1, by=desk[name])
    desk.service.name_member(made.id, "kensaku2", by=desk["uketsuke"])
    with pytest.raises(ScopeMissing):
        ends.confirm(made.id, 1, by=desk["kensaku2"])
    for number in (0, 2, -1):
        with pytest.raises(UnknownSecrecyEnd):
            ends.confirm(made.id, number, by=desk["kakunin2"])
    assert desk.service.find(made.id, by=desk["kakunin"]).secret
    assert not ends.confirm(made.id, 1, by=desk["kakunin2"]).secret
    with pytest.raises(NotSecret):
        ends.state(made.id, Ground.DOCUMENT, LETTER, by=desk["kakunin"])


@pytest.mark.parametrize(
    ("secrecy", "last"),
    [
        (ORDERED, date(2026, 12, 1)),
        ({"state": "asked", "until": "2026-12-01"}, date(2026, 12, 1)),
        ({"state": "ordered", "until": None}, date(2027, 11, 21)),
    ],
)
def test_time_is_over_only_after_its_day(desk: Desk, secrecy: dict[str, Any], last: date) -> None:
    """Secrecy ends by time on the day after its last; an order that names none lasts a year from its own date."""
    made, ends = secret(desk, secrecy), desk.service.secrecy
    assert [one.due_on for one in desk.service.deadlines(made.id, by=desk["kakunin"])] == [last]
    desk.clock.advance(timedelta(days=(last - date(2026, 11, 23)).days))
    with pytest.raises(SecrecyRuns):
        ends.state(made.id, Ground.TIME_OVER, "満了", by=desk["uketsuke"])
    desk.clock.advance(timedelta(days=1))
    ends.state(made.id, Ground.TIME_OVER, "満了", by=desk["uketsuke"])
    assert not ends.confirm(made.id, 1, by=desk["kaiji"]).secret


def test_what_was_asked_without_a_day_ends_by_a_document_alone(desk: Desk) -> None:
    """刑訴法197条5項 names no end: however long ago it was asked, time doesn't end it; words must be said."""
    made, ends = secret(desk, ASKED), desk.service.secrecy
    desk.clock.advance(timedelta(days=3_000))
    with pytest.raises(SecrecyRuns):
        ends.state(made.id, Ground.TIME_OVER, "満了", by=desk["uketsuke"])
    with pytest.raises(CaseRefused):
        ends.state(made.id, Ground.DOCUMENT, " ", by=desk["uketsuke"])
    ends.state(made.id, Ground.DOCUMENT, LETTER, by=desk["uketsuke"])
    assert not ends.confirm(made.id, 1, by=desk["kakunin"]).secret


def test_an_amended_request_lessens_no_secrecy(desk: Desk) -> None:
    """One clerk's answer neither drops secrecy nor makes a wish of an order, in the record as in the lists; it may
    last longer, and an end that was stated before doesn't hold for that."""
    made, ends = secret(desk, ORDERED), desk.service.secrecy
    ends.state(made.id, Ground.DOCUMENT, LETTER, by=desk["kakunin"])
    for later in ({"state": "none", "until": None}, ASKED, {"state": "ordered", "until": "2027-01-08"}):
        desk.service.question_back(made.id, "？", by=desk["uketsuke"])
        after = desk.service.answer_question(made.id, case(secrecy=later), by=desk["uketsuke"])
        assert after.secret
        assert after.case is not None
        assert after.case.secrecy.state is SecrecyState.ORDERED
    terms = desk.service.deadlines(made.id, by=desk["kakunin"])
    assert [one.due_on for one in terms if one.state == "open"] == [date(2027, 1, 8)]
    with pytest.raises(SecrecyRuns):
        ends.confirm(made.id, 1, by=desk["kakunin2"])


def test_closing_does_not_end_it(desk: Desk) -> None:
    """A case that is closed stays secret, its term runs on, and two people can end it; a destroyed record can't be."""
    made, ends = secret(desk, ORDERED), desk.service.secrecy
    desk.service.refuse(made.id, RefusalReason.NOT_AUTHENTIC, "偽造", by=desk["kakunin"])
    closed = desk.service.close(made.id, "終了", by=desk["kakunin"])
    assert (closed.secret, closed.due_on) == (True, date(2026, 12, 1))
    desk.clock.advance(timedelta(days=20))
    assert told(run(desk, desk["kakunin"]), made.id)[0] == ("secrecy_order", "waiting")
    again = ends.state(made.id, Ground.TIME_OVER, "満了", by=desk["kakunin2"])
    assert ends.state(made.id, Ground.TIME_OVER, "満了", by=desk["kakunin2"]) == again
    after = ends.confirm(made.id, 1, by=desk["kakunin"])
    assert ends.confirm(made.id, 1, by=desk["kakunin"]) == after
    assert (after.secret, after.due_on) == (False, None)
    desk.workspace.keyring.destroy(f"disclosure/{made.id}", at=desk.clock.now(), reason="over")
    with pytest.raises(CaseDestroyed):
        ends.state(made.id, Ground.DOCUMENT, LETTER, by=desk["kakunin"])
