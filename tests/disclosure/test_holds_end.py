"""A case isn't closed over a hold that stands, and a refusal ends holds that were only asked for."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from sekisho.disclosure.due_acts import LETTER
from sekisho.disclosure.errors import CaseMoved, HoldLetterOpen, HoldStands
from sekisho.disclosure.progress import RefusalReason, State
from sekisho.disclosure.rows import CaseEntry
from sekisho.logs.holds.errors import HoldDecided, ReleaseRefused
from sekisho.logs.holds.rows import HoldEntry, HoldState
from sekisho.logs.holds.rules import ReleaseReason
from sekisho.logs.holds.service import Holds
from sekisho.logs.holds.vault import hold_key
from tests.disclosure.crash_child import ORDER
from tests.disclosure.logs_made import state
from tests.disclosure.made_cases import item
from tests.disclosure.test_due import run
from tests.disclosure.test_holding import PAPER, preservation
from tests.disclosure.world import Desk


def stopped(desk: Desk, case_id: str, monkeypatch: pytest.MonkeyPatch, **named: Any) -> list[HoldEntry]:
    """Holding, stopped once the first hold was there."""
    add, done = Holds.add, list[HoldEntry]()

    def once(self: Holds, *given: Any, **more: Any) -> HoldEntry:
        done.append(add(self, *given, **more))
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Holds, "add", once)
        with pytest.raises(KeyboardInterrupt):
            desk.service.holding.hold(case_id, by=desk["kensaku"], **named)
    return done


def closed(desk: Desk, case_id: str) -> CaseEntry:
    """By the reviewer."""
    return desk.service.close(case_id, "終了", by=desk["kakunin"])


def test_no_case_is_closed_over_a_hold_that_ends_on_a_day(desk: Desk) -> None:
    """The sentence names the hold, its last day and what to do; after that day the case waits for the letter to whoever
    asked, which the daily run makes; then it is closed."""
    made = preservation(desk)
    (hold,) = desk.service.holding.hold(made.id, by=desk["kensaku"])
    with pytest.raises(HoldStands) as told:
        closed(desk, made.id)
    for text in (told.value.sentence("ja"), told.value.sentence("en")):
        assert hold.id in text
        assert "2026-12-23" in text
        assert "sekisho due" in text
        assert "sekisho disclosure hold release" in text
    assert desk.service.find(made.id, by=desk["kakunin"]).state is State.HOLDING
    desk.clock.advance(timedelta(days=31))
    with pytest.raises(HoldStands):
        closed(desk, made.id)
    assert list(Holds(desk.workspace).expired(by="keeper")) == [hold.id]
    with pytest.raises(HoldLetterOpen):
        closed(desk, made.id)
    run(desk)
    assert len(desk.service.papers.every(made.id, by=desk["kakunin"], kind=LETTER)) == 1
    assert closed(desk, made.id).state is State.CLOSED


def test_no_case_is_closed_over_what_a_court_ordered(desk: Desk) -> None:
    """Only the end of the court's case releases it (情プラ法16条1項); until then closing is refused with that."""
    made = desk.reviewed(**ORDER)
    state(desk, made.id, "order.court_issued", "order.served", "document.in_writing", "document.addressed_to_us",
          "document.original_received")  # fmt: skip
    desk.service.holding.hold(made.id, by=desk["kensaku"])
    desk.clock.advance(timedelta(days=400))
    with pytest.raises(HoldStands) as told:
        closed(desk, made.id)
    assert "異議の訴え" in told.value.sentence("ja")
    with pytest.raises(ReleaseRefused):
        desk.service.holding.release(made.id, ReleaseReason.WITHDRAWN, document="取下書", by=desk["kensaku"])
    with pytest.raises(HoldStands):
        closed(desk, made.id)
    desk.service.holding.release(
        made.id, ReleaseReason.CASE_ENDED, document="終局通知", ended_on=date(2027, 12, 1), by=desk["kensaku"]
    )
    assert closed(desk, made.id).state is State.CLOSED


def test_a_refusal_ends_holds_that_wait_for_their_approval(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that was asked for before making them stopped is withdrawn with the refusal, and its key goes with the next
    daily run, once."""
    made = desk.reviewed(
        type="voluntary_preservation",
        requester={"kind": "claimant", "name": "請求 花子", "officer": "", "rank": ""},
        document={**PAPER, "title": "ログ保存依頼", "legal_provision": ""},
        items=[item(wanted=["log"])],
    )
    for name in ("authenticity.identity_proved", "document.in_writing", "document.addressed_to_us"):
        state(desk, made.id, name)
    (hold,) = stopped(desk, made.id, monkeypatch, until=date(2027, 1, 10))
    assert hold.state is HoldState.REQUESTED
    desk.service.refuse(made.id, RefusalReason.LAWFUL_GROUND_MISSING, "根拠がない", by=desk["kakunin"])
    (ended,) = desk.service.holding.find(made.id, by=desk["kensaku"])
    assert ended.state is HoldState.WITHDRAWN
    assert list(Holds(desk.workspace).forget(by="keeper")) == [hold.id]
    assert not desk.workspace.keyring.exists(hold_key(hold.id))
    assert list(Holds(desk.workspace).forget(by="keeper")) == []
    assert closed(desk, made.id).state is State.CLOSED


def test_nothing_is_held_for_a_case_that_was_refused_meanwhile(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refused between the beginning and the hold's own commit: no hold is entered."""
    made, add = preservation(desk), Holds.add

    def late(self: Holds, *given: Any, **more: Any) -> HoldEntry:
        desk.service.refuse(made.id, RefusalReason.NOT_AUTHENTIC, "偽造", by=desk["kakunin"])
        return add(self, *given, **more)

    monkeypatch.setattr(Holds, "add", late)
    with pytest.raises(CaseMoved):
        desk.service.holding.hold(made.id, by=desk["kensaku"])
    assert Holds(desk.workspace).live() == []


def test_what_was_let_go_is_not_held_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hold released before its case had recorded it doesn't make the case one that holds."""
    made = preservation(desk)
    stopped(desk, made.id, monkeypatch)
    desk.service.holding.release(made.id, ReleaseReason.WITHDRAWN, document="取消書", by=desk["kensaku"])
    with pytest.raises(HoldDecided):
        desk.service.holding.hold(made.id, by=desk["kensaku"])
    assert desk.service.withdraw(made.id, "取消書", by=desk["uketsuke"]).state is State.WITHDRAWN


def test_a_case_whose_holding_stopped_halfway_is_listed_until_it_goes_on(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Records are held and the case doesn't say so: the daily run names it; held again, it is listed no more."""
    made = preservation(desk)
    (hold,) = stopped(desk, made.id, monkeypatch)
    assert desk.service.find(made.id, by=desk["kakunin"]).state is State.REVIEWED
    (entry,) = [one for one in run(desk) if one.what == "hold_unfinished"]
    assert entry.fields["case"] == made.id
    assert "hold make" in entry.ja
    assert "hold make" in entry.en
    assert [one.id for one in desk.service.holding.hold(made.id, by=desk["kensaku"])] == [hold.id]
    assert [one for one in run(desk) if one.what == "hold_unfinished"] == []
