"""Holds follow from cases: exactly what was asked, as long as was asked, and the gate's permission before it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from sekisho.access.errors import ScopeMissing
from sekisho.disclosure.errors import CaseRefused, NoHoldHere, NotApart, UnknownCase
from sekisho.disclosure.gate_errors import NotPermittedByLaw
from sekisho.disclosure.holding import scope_of, terms_of
from sekisho.disclosure.progress import State
from sekisho.disclosure.rows import CaseEntry
from sekisho.disclosure.scope_errors import ScopeExceeded
from sekisho.logs.holds.errors import ExtensionRefused
from sekisho.logs.holds.rules import HoldType, ReleaseReason
from sekisho.logs.kinds import LogKind
from tests.disclosure.logs_made import state
from tests.disclosure.made_cases import case, item
from tests.disclosure.world import Desk

PAPER = {
    "number": "関サ保第12号",
    "dated": "2026-11-22",
    "title": "保全要請書",
    "valid_until": None,
    "legal_provision": "刑事訴訟法197条3項",
}
SECRET = {"state": "asked", "until": None}
KNOWS = ["kakunin", "kensaku", "kensaku2"]


def preservation(desk: Desk, *, days: int = 30, **changed: Any) -> CaseEntry:
    """A preservation request that lacks nothing."""
    asked = {"type": "preservation_request", "document": PAPER, "items": [item(wanted=["log"])], **changed}
    made = desk.reviewed(**asked)
    state(
        desk,
        made.id,
        "document.in_writing",
        "document.addressed_to_us",
        "document.necessity_stated",
        "preservation.for_seizure",
        "preservation.specially_needed",
    )
    state(desk, made.id, "preservation.days_asked", value=days)
    if made.type.value == "preservation_extension":
        state(desk, made.id, "preservation.running")
        state(desk, made.id, "preservation.days_total", value=60)
    return desk.service.find(made.id, by=desk["uketsuke"])


def test_a_preservation_request_holds_what_it_names(desk: Desk) -> None:
    """The hold is the case's own terms, once; its last day is a term of the case; it is released with its paper."""
    made = preservation(desk)
    hold = desk.service.holding.hold(made.id, by=desk["kensaku"])
    assert (hold.state.value, hold.until, hold.type) == ("active", date(2026, 12, 23), HoldType.PRESERVATION_REQUEST)
    after = desk.service.find(made.id, by=desk["kansa"])
    assert (after.state, after.due_on) == (State.HOLDING, date(2026, 12, 23))
    assert desk.service.holding.hold(made.id, by=desk["kensaku2"]).id == hold.id
    done = desk.service.holding.release(made.id, ReleaseReason.WITHDRAWN, document="取消書 第3号", by=desk["kensaku"])
    assert done.due_on is None
    assert desk.service.close(made.id, "取消し", by=desk["kakunin"]).state is State.CLOSED


def test_silent_where_secrecy_is_asked(desk: Desk) -> None:
    """A request that asks for secrecy makes a silent hold, known to the case's members."""
    made = preservation(desk, secrecy=SECRET, knows=KNOWS)
    hold = desk.service.holding.hold(made.id, by=desk["kensaku"])
    assert hold.silent
    assert hold.may_know("uketsuke")
    assert not hold.may_know("kakunin2")


def test_an_extension_extends_the_first_and_asks_for_no_more(desk: Desk) -> None:
    """刑訴法197条4項: thirty days more, sixty in all, of the same records."""
    first = preservation(desk)
    desk.service.holding.hold(first.id, by=desk["kensaku"])
    wider = preservation(desk, type="preservation_extension", items=[item(value="203.0.113.6", wanted=["log"])])
    with pytest.raises(ScopeExceeded):
        desk.service.holding.extend(
            wider.id, first.id, until=date(2027, 1, 22), why="解析中", by=desk["kensaku"]
        )
    asked = preservation(desk, type="preservation_extension")
    with pytest.raises(ExtensionRefused):
        desk.service.holding.extend(asked.id, first.id, until=date(2027, 2, 22), why="解析中", by=desk["kensaku"])
    hold = desk.service.holding.extend(asked.id, first.id, until=date(2027, 1, 22), why="解析中", by=desk["kensaku"])
    assert hold.until == date(2027, 1, 22)
    again = desk.service.holding.extend(asked.id, first.id, until=date(2027, 1, 22), why="解析中", by=desk["kensaku"])
    assert again.extensions == 1
    with pytest.raises(NoHoldHere):
        desk.service.holding.extend(first.id, first.id, until=date(2027, 1, 22), why="x", by=desk["kensaku"])


def test_a_hold_that_is_judged_late_ends_when_it_would_have(desk: Desk) -> None:
    """The gate counts from the receipt, for the request and, from the first request on, for what extends it."""
    first = preservation(desk)
    desk.clock.advance(timedelta(days=19))
    told = next(one for one in desk.service.deciding.permissions(first.id, by=desk["kakunin"]).each if one.permitted)
    assert told.until is not None
    assert told.until.day == date(2026, 12, 23)
    desk.service.holding.hold(first.id, by=desk["kensaku"])
    more = preservation(desk, type="preservation_extension")
    desk.service.holding.extend(more.id, first.id, until=date(2027, 1, 10), why="解析中", by=desk["kensaku"])
    told = next(one for one in desk.service.deciding.permissions(more.id, by=desk["kakunin"]).each if one.permitted)
    assert told.until is not None
    assert told.until.day == date(2027, 1, 22)


def test_nothing_is_held_that_may_not_be(desk: Desk) -> None:
    """No hold without its papers, for a request that asks for none, by a reviewer, or for more than sixty days."""
    bare = desk.reviewed(type="preservation_request", document=PAPER, items=[item(wanted=["log"])])
    state(desk, bare.id, "preservation.days_asked", value=30)
    with pytest.raises(NotPermittedByLaw):
        desk.service.holding.hold(bare.id, by=desk["kensaku"])
    with pytest.raises(NoHoldHere):
        desk.service.holding.hold(desk.reviewed().id, by=desk["kensaku"])
    with pytest.raises(ScopeMissing):
        desk.service.holding.hold(bare.id, by=desk["kaiji"])
    with pytest.raises(NotPermittedByLaw):
        desk.service.holding.hold(preservation(desk, days=61).id, by=desk["kensaku"])
    mine = desk.service.receive(case(type="preservation_request", document=PAPER), by=desk["kensaku2"])
    state(desk, mine.id, "preservation.days_asked", by="kensaku2", value=30)
    desk.service.review(mine.id, "x", by=desk["kakunin"])
    with pytest.raises(NotApart):
        desk.service.holding.hold(mine.id, by=desk["kensaku2"])
    with pytest.raises(UnknownCase):
        desk.service.holding.find(bare.id, by=desk["kensaku"])


def test_the_scope_is_what_is_recorded_already() -> None:
    """A hold covers addresses, lines and accounts up to the moment of the request; anything else is asked back."""
    asked = case(
        type="preservation_request",
        items=[
            item(wanted=["log"], end="2026-12-20T12:00:00+09:00"),
            item(2, kind="line", value="line-7", port=None, wanted=["log"], end="2026-12-20T12:00:00+09:00"),
        ],
    )
    scope = scope_of(asked)
    assert scope.subjects == {"line-7"}
    assert LogKind.SUBSCRIBER not in scope.kinds
    assert scope.end == int(asked.received_at.timestamp() * 1_000_000)
    with pytest.raises(CaseRefused):
        terms_of(asked, until=None, knows=frozenset())
    for wrong in (
        [item(kind="phone", value="09000000000", port=None, data_class="subscriber")],
        [item(begin="2026-12-20T12:00:00+09:00", end="2026-12-20T12:00:00+09:00")],
        # One hold for both would keep each address for the other's time, which no paper asks for.
        [item(wanted=["log"]), item(2, value="203.0.113.9", wanted=["log"], end="2026-11-20T13:00:00+09:00")],
    ):
        with pytest.raises(CaseRefused):
            scope_of(case(type="preservation_request", items=wrong))
