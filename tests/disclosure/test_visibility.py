"""A secret case exists for its members and the desk's auditors, and for nobody else in any way."""

from __future__ import annotations

import pytest

from sekisho.disclosure.attaching import Keep
from sekisho.disclosure.errors import UnknownCase, WrongCursor
from sekisho.disclosure.listing import Filters, Order
from sekisho.disclosure.progress import RefusalReason, State
from sekisho.disclosure.record import Origin
from tests.disclosure.made_cases import case
from tests.disclosure.world import Desk

SECRET = {"state": "asked", "until": None}


def test_nobody_else_can_tell_it_from_none(desk: Desk) -> None:
    """Every way to a secret case ends, for whoever isn't on it, in the very error of a case that isn't there."""
    made = desk.received(secrecy=SECRET, knows=["kakunin"])
    service, other = desk.service, desk["kakunin2"]
    nowhere = "d" + "0" * 16
    for name in (made.id, nowhere):
        ways = [
            lambda name=name: service.find(name, by=other),
            lambda name=name: service.timeline(name, by=other),
            lambda name=name: service.deadlines(name, by=other),
            lambda name=name: service.parts(name, by=other),
            lambda name=name: service.review(name, "x", by=other),
            lambda name=name: service.refuse(name, RefusalReason.NOT_AUTHENTIC, "x", by=other),
            lambda name=name: service.withdraw(name, "x", by=other),
            lambda name=name: service.question_back(name, "x", by=other),
            lambda name=name: service.answer_question(name, case(), by=desk["uketsuke2"]),
            lambda name=name: service.set_fact(
                name, "order.served", True, origin=Origin.DECLARED, note="", by=desk["uketsuke2"]
            ),
            lambda name=name: service.name_member(name, "kakunin2", by=other),
            lambda name=name: service.close(name, "x", by=other),
            lambda name=name: service.papers.every(name, by=other),
            lambda name=name: service.papers.find(name, "p0", by=other),
            lambda name=name: service.papers.attach(name, "x", b"x", keep=Keep.RECORD, by=desk["uketsuke2"]),
        ]
        for way in ways:
            with pytest.raises(UnknownCase) as caught:
                way()  # type: ignore[no-untyped-call]  # the lambdas above
            assert caught.value.fields == {"case": name}


def test_lists_and_counts_do_not_show_it(desk: Desk) -> None:
    """Neither pages, counts, nor finding by number or by who asked show a secret case; its members and auditors see
    it."""
    hidden = desk.received(secrecy=SECRET, knows=["kakunin"])
    shown = desk.received()
    number = Filters(number="令和8年（る）第1号")
    requester = Filters(requester="関所県警察本部 サイバー犯罪対策課")
    for filters in (Filters(), number, requester, Filters(states=frozenset({State.RECEIVED}))):
        for name, seen in (("kakunin2", [shown]), ("kensaku", [shown]), ("kakunin", [hidden, shown])):
            found = desk.service.page(filters, by=desk[name])
            assert {one.id for one in found.entries} == {one.id for one in seen}
            assert desk.service.count(filters, by=desk[name]) == len(seen)
    assert desk.service.count(by=desk["kansa"]) == 2
    assert desk.service.count(Filters(number="第2号"), by=desk["kansa"]) == 0


def test_a_member_lets_a_colleague_know(desk: Desk) -> None:
    """Whoever is on a secret case may name another; whoever isn't may not name themselves."""
    made = desk.received(secrecy=SECRET)
    with pytest.raises(UnknownCase):
        desk.service.name_member(made.id, "kakunin", by=desk["kakunin"])
    desk.service.name_member(made.id, "kakunin", by=desk["uketsuke"])
    assert desk.service.review(made.id, "確認", by=desk["kakunin"]).state is State.REVIEWED


def test_an_answer_may_make_a_case_secret_and_none_makes_it_known(desk: Desk) -> None:
    """Secrecy that comes later hides a case from then on; it doesn't end with an answer that forgets it."""
    made = desk.received()
    desk.service.question_back(made.id, "？", by=desk["uketsuke"])
    desk.service.answer_question(made.id, case(secrecy=SECRET), by=desk["uketsuke"])
    with pytest.raises(UnknownCase):
        desk.service.find(made.id, by=desk["kakunin"])
    desk.service.question_back(made.id, "？", by=desk["uketsuke"])
    desk.service.answer_question(made.id, case(), by=desk["uketsuke"])
    with pytest.raises(UnknownCase):
        desk.service.find(made.id, by=desk["kakunin"])


def test_pages_go_on_where_they_ended(desk: Desk) -> None:
    """Every case is on exactly one page, in order, by either order; a cursor of another list is refused."""
    made = [desk.received(received_at=f"2026-11-2{at % 3}T10:00:00+09:00", document={"dated": None}) for at in range(7)]
    for at, one in enumerate(made[:5]):
        desk.service.set_deadline(
            one.id, "answer", started_on=one.received_at.date(), due_on=one.received_at.date(), by=desk["uketsuke"]
        )
        del at
    for order, total in ((Order.RECEIVED, 7), (Order.DUE, 5)):
        seen, cursor = [], None
        while True:
            page = desk.service.page(Filters(order=order), by=desk["kansa"], cursor=cursor, limit=2)
            seen += [one.id for one in page.entries]
            cursor = page.cursor
            if cursor is None:
                break
        assert len(seen) == len(set(seen)) == total
    first = desk.service.page(by=desk["kansa"], limit=2)
    for wrong in ("x", "", first.cursor or ""):
        with pytest.raises(WrongCursor):
            desk.service.page(Filters(order=Order.DUE), by=desk["kansa"], cursor=wrong)
