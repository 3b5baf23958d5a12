"""Holds follow from cases: exactly what was asked, as long as was asked, and the gate's permission before it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from sekisho.access.errors import ScopeMissing
from sekisho.disclosure.errors import CaseRefused, NoHoldHere, NotApart, UnknownCase
from sekisho.disclosure.gate_errors import NotPermittedByLaw
from sekisho.disclosure.hold_terms import HOLD_TYPES, MAX_WINDOWS, scopes_of, terms_of
from sekisho.disclosure.kinds import Act, CaseType
from sekisho.disclosure.lasting import MAX_PRESERVATION_DAYS, until_of
from sekisho.disclosure.papers.from_desk import held
from sekisho.disclosure.progress import State
from sekisho.disclosure.reading import read_item
from sekisho.disclosure.rows import CaseEntry
from sekisho.disclosure.scope_errors import ScopeExceeded
from sekisho.keys.schedule import Period
from sekisho.logs.holds.carving import Carver
from sekisho.logs.holds.errors import ExtensionRefused, HoldRefused
from sekisho.logs.holds.rows import HoldEntry
from sekisho.logs.holds.rules import (
    HOLDS,
    HoldType,
    ReleaseReason,
    last_allowed,
    require_extension,
    require_until,
)
from sekisho.logs.holds.service import Holds
from sekisho.logs.kinds import KINDS, LogKind
from tests.disclosure.logs_made import state, store_for
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
    (hold,) = desk.service.holding.hold(made.id, by=desk["kensaku"])
    assert (hold.state.value, hold.until, hold.type) == ("active", date(2026, 12, 23), HoldType.PRESERVATION_REQUEST)
    after = desk.service.find(made.id, by=desk["kansa"])
    assert (after.state, after.due_on) == (State.HOLDING, date(2026, 12, 23))
    assert desk.service.holding.hold(made.id, by=desk["kensaku2"])[0].id == hold.id
    done = desk.service.holding.release(made.id, ReleaseReason.WITHDRAWN, document="取消書 第3号", by=desk["kensaku"])
    assert done.due_on is None
    assert desk.service.close(made.id, "取消し", by=desk["kakunin"]).state is State.CLOSED


def test_silent_where_secrecy_is_asked(desk: Desk) -> None:
    """A request that asks for secrecy makes a silent hold, known to the case's members."""
    made = preservation(desk, secrecy=SECRET, knows=KNOWS)
    (hold,) = desk.service.holding.hold(made.id, by=desk["kensaku"])
    assert hold.hidden
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
    (hold,) = desk.service.holding.extend(asked.id, first.id, until=date(2027, 1, 22), why="解析中", by=desk["kensaku"])
    assert hold.until == date(2027, 1, 22)
    last: dict[str, Any] = {"until": date(2027, 1, 22), "why": "解析中", "by": desk["kensaku"]}
    (again,) = desk.service.holding.extend(asked.id, first.id, **last)
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
    (scope,) = scopes_of(asked)
    assert scope.subjects == {"line-7"}
    assert LogKind.SUBSCRIBER not in scope.kinds
    assert scope.end == int(asked.received_at.timestamp() * 1_000_000)
    with pytest.raises(CaseRefused):
        terms_of(asked, until=None, knows=frozenset())
    for wrong in (
        [item(kind="phone", value="09000000000", port=None, data_class="subscriber")],
        [item(begin="2026-12-20T12:00:00+09:00", end="2026-12-20T12:00:00+09:00")],
        [item(n, end=f"2026-11-20T13:{n:02}:00+09:00", wanted=["log"]) for n in range(1, MAX_WINDOWS + 2)],
    ):
        with pytest.raises(CaseRefused):
            scopes_of(case(type="preservation_request", items=wrong))


TWO_TIMES = [
    item(wanted=["log"]),
    item(2, value="203.0.113.9", wanted=["log"], begin="2026-11-20T13:00:00+09:00", end="2026-11-20T13:00:00+09:00"),
    item(3, value="203.0.113.7", wanted=["log"]),
]


def test_a_hold_for_each_time(desk: Desk) -> None:
    """No address is held for another's time; what follows is done to all of them, and the letters name each."""
    made = preservation(desk, items=TWO_TIMES)
    first, second = desk.service.holding.hold(made.id, by=desk["kensaku"])
    assert first.terms is not None
    assert second.terms is not None
    assert [len(one.terms.scope.addresses) for one in (first, second) if one.terms] == [2, 1]
    assert first.terms.scope.end <= second.terms.scope.begin
    assert {one.hold for one in desk.service.holding.letters(made.id, by=desk["kensaku"])} == {first.id, second.id}
    assert desk.service.find(made.id, by=desk["kansa"]).due_on == date(2026, 12, 23)
    desk.service.holding.release(made.id, ReleaseReason.WITHDRAWN, document="取消書", by=desk["kensaku"])
    assert {one.state.value for one in desk.service.holding.find(made.id, by=desk["kensaku"])} == {"releasing"}


def test_an_extension_extends_the_times_that_it_names(desk: Desk) -> None:
    """Each as a whole; the others end on their day, and a part of one is asked back."""
    first = preservation(desk, items=TWO_TIMES)
    desk.service.holding.hold(first.id, by=desk["kensaku"])
    last: dict[str, Any] = {"until": date(2027, 1, 22), "why": "解析中", "by": desk["kensaku"]}
    part = preservation(desk, type="preservation_extension", items=TWO_TIMES[:1])
    with pytest.raises(CaseRefused):
        desk.service.holding.extend(part.id, first.id, **last)
    one = {**TWO_TIMES[1], "number": 1}
    asked = preservation(desk, type="preservation_extension", items=[one])
    (longer,) = desk.service.holding.extend(asked.id, first.id, **last)
    assert longer.until == date(2027, 1, 22)
    assert [one.until for one in desk.service.holding.find(first.id, by=desk["kensaku"])] == [
        date(2026, 12, 23), date(2027, 1, 22),
    ]  # fmt: skip


def test_killed_between_two_holds(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A colleague goes on: the hold that was made is the case's, and each time has one."""
    made = preservation(desk, items=TWO_TIMES, secrecy=SECRET, knows=KNOWS)
    add, done = Holds.add, list[HoldEntry]()

    def once(self: Holds, *given: Any, **named: Any) -> Any:
        if done:
            raise KeyboardInterrupt
        done.append(add(self, *given, **named))
        return done[0]

    with monkeypatch.context() as patch:
        patch.setattr(Holds, "add", once)
        with pytest.raises(KeyboardInterrupt):
            desk.service.holding.hold(made.id, by=desk["kensaku"])
    assert desk.service.find(made.id, by=desk["kansa"]).state is State.REVIEWED
    held = desk.service.holding.hold(made.id, by=desk["kensaku2"])
    assert held[0].id == done[0].id
    assert len(held) == 2
    assert len(Holds(desk.workspace).live()) == 2


def test_one_that_the_store_refuses_makes_none(desk: Desk) -> None:
    """All of them or none."""
    short = item(begin="2024-01-01T13:00:00+09:00", end="2024-01-01T13:00:00+09:00", wanted=["log"])
    long = item(2, begin="2024-02-01T13:00:00+09:00", wanted=["log"])
    made = preservation(desk, items=[short, long])
    with pytest.raises(HoldRefused):
        desk.service.holding.hold(made.id, by=desk["kensaku"])
    assert Holds(desk.workspace).live() == []


def test_a_voluntary_request_waits_for_its_approval(desk: Desk) -> None:
    """Each of its holds is asked for, approved by somebody apart, and made when it is asked again."""
    made = desk.reviewed(
        type="voluntary_preservation",
        requester={"kind": "claimant", "name": "請求 花子", "officer": "", "rank": ""},
        document={**PAPER, "title": "ログ保存依頼", "legal_provision": ""},
        items=TWO_TIMES,
    )
    for name in ("authenticity.identity_proved", "document.in_writing", "document.addressed_to_us"):
        state(desk, made.id, name)
    first = desk.service.holding.hold(made.id, until=date(2027, 1, 10), by=desk["kensaku"])
    assert {one.state.value for one in first} == {"requested"}
    with pytest.raises(NotApart):
        desk.service.holding.approve(made.id, by=desk["kensaku"])
    assert desk.service.holding.hold(made.id, until=date(2027, 1, 10), by=desk["kensaku"]) == first
    desk.service.holding.approve(made.id, by=desk["hogo"])
    done = desk.service.holding.hold(made.id, until=date(2027, 1, 10), by=desk["kensaku"])
    assert [(one.id, one.state.value) for one in done] == [(one.id, "active") for one in first]


def test_the_letter_names_only_what_is_held(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of each item the kinds of log that are there of its day; where there is none, or nothing can be held, it says so.
    """
    store_for(desk, monkeypatch)
    # Its rows were put there without a leaf of their own, which a copy is compared with.
    monkeypatch.setattr(Carver, "_verify", lambda *_: None)
    old = {**TWO_TIMES[1], "begin": "2026-01-05T13:00:00+09:00", "end": "2026-01-05T13:00:00+09:00"}
    phone = item(3, kind="phone", value="09000000000", port=None, wanted=["log"])
    made = preservation(desk, items=[TWO_TIMES[0], old])
    holds = desk.service.holding.hold(made.id, by=desk["kensaku"])
    letters = desk.service.holding.letters(made.id, by=desk["kensaku"])
    assert [[one.kind for one in letter.kinds] for letter in letters] == [[], [LogKind.AP_NAT]]
    assert "この期間の記録はありません" in letters[0].text("ja")
    found = desk.service.find(made.id, by=desk["kansa"]).case
    assert found is not None
    asked = replace(found, items=(*found.items, read_item({**phone, "data_class": "secrecy"}, "items[2]")))
    rows = held(asked, {one.hold: one for one in letters}, holds)
    assert [bool(one.records) for one in rows] == [True, False, False]
    assert rows[0].records == KINDS[LogKind.AP_NAT].title.ja
    assert rows[0].expires_on == letters[1].kinds[0].expires_first
    assert [one.why for one in rows[1:]] == [
        "この日時の記録は残っていません。", "通信履歴を特定する識別子ではないため、保全の対象がありません。",
    ]  # fmt: skip


def test_a_tax_preservation_has_one_length(desk: Desk) -> None:
    """Thirty days by the gate and by the hold's table, in writing, and no extension: none is confirmed."""
    spec = HOLDS[HOLD_TYPES[CaseType.TAX_PRESERVATION]]
    assert (spec.longest, spec.total) == (Period(days=MAX_PRESERVATION_DAYS), Period(days=MAX_PRESERVATION_DAYS))
    assert "未確認" in spec.source
    received = date(2026, 11, 23)
    told = until_of({}, CaseType.TAX_PRESERVATION, Act.HOLD, received=received, extends=None)
    assert told.day == last_allowed(spec.type, received) == date(2026, 12, 23)
    assert "未確認" in told.text.ja
    with pytest.raises(HoldRefused):
        require_until(spec.type, received, date(2026, 12, 24))
    with pytest.raises(ExtensionRefused):
        require_extension(spec.type, received, date(2026, 12, 23), date(2026, 12, 24), today=received)
    asked = {"kind": "tax_officer", "name": "関所国税局"}
    made = case(type="tax_preservation", requester=asked, document=PAPER, items=[item(wanted=["log"])])
    (terms,) = terms_of(made, until=date(2026, 12, 1), knows=frozenset())
    assert terms.type is spec.type
