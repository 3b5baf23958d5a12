"""Holds through the service: letters, approvals, silence, what damage does, what is found unreadable."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest

from sekisho.access.approvals import subject_hash
from sekisho.access.errors import ScopeMissing
from sekisho.access.roles import Role
from sekisho.keys.schedule import log_key
from sekisho.logs.holds.errors import HoldDecided, HoldRefused, ReleaseRefused, UnknownHold
from sekisho.logs.holds.rows import HoldState
from sekisho.logs.holds.rules import ReleaseReason
from sekisho.logs.holds.service import Holds
from sekisho.logs.holds.vault import hold_key
from sekisho.logs.policies import Policies
from tests.logs.declared import CUSTODIAN, OFFICER, OTHER_CUSTODIAN, hire, person
from tests.logs.holds.test_survival import held_rows, lines
from tests.logs.keeping import GONE_ON, YESTERDAY, Keeper, failed, hold_terms


def test_the_letter_of_the_day(keeper: Keeper) -> None:
    """Held until when, and when it would have expired; in both languages; it names no record and no subscriber."""
    keeper.take(*lines())
    hold = keeper.hold(scope={"begin": "2026-11-21T00:00:00+09:00"})
    letter = keeper.holds.letter(hold.id, by=CUSTODIAN)
    assert (letter.until, letter.kinds[0].present, letter.kinds[0].gone) == (date(2026, 12, 23), 1, 0)
    assert letter.kinds[0].expires_first == GONE_ON - timedelta(days=1)
    ja, en = letter.text("ja"), letter.text("en")
    assert "2026-12-23 まで" in ja
    assert "until 2026-12-23" in en
    assert "after 2027-03-22" in en
    assert "刑事訴訟法197条3項" in ja
    for text in (ja, en):
        assert "203.0.113.5" not in text
        assert "192.0.2" not in text


def test_extended_twice_and_no_further(keeper: Keeper) -> None:
    """By papers, up to the sixtieth day; a hold that has ended is not extended."""
    hold = keeper.hold()
    keeper.go_to(date(2026, 12, 20))
    given: dict[str, Any] = {
        "document": "関サ保第20号",
        "document_date": date(2026, 12, 20),
        "checked": "折り返し",
        "why": "解析中",
    }
    longer = keeper.holds.extend(hold.id, date(2027, 1, 10), by=CUSTODIAN, **given)
    assert (longer.until, longer.extensions) == (date(2027, 1, 10), 1)
    keeper.go_to(date(2027, 1, 10))
    longer = keeper.holds.extend(hold.id, date(2027, 1, 22), by=CUSTODIAN, **given)
    assert longer.papers is not None
    assert [one["until"] for one in longer.papers] == ["2027-01-10", "2027-01-22"]
    keeper.go_to(date(2027, 1, 23))
    keeper.due()
    with pytest.raises(HoldDecided):
        keeper.holds.extend(hold.id, date(2027, 1, 24), by=CUSTODIAN, **given)


def test_what_rests_on_the_operators_judgement_is_approved_first(keeper: Keeper) -> None:
    """A voluntary request copies nothing until somebody else has approved it."""
    keeper.take(*lines())
    hire(keeper.workspace)
    asked = keeper.hold(type="voluntary_request", until="2027-01-31")
    assert asked.state is HoldState.REQUESTED
    assert held_rows(keeper, asked.id) == []
    assert failed(keeper.due()) == []
    with pytest.raises(ScopeMissing):
        keeper.holds.approve(asked.id, by=OTHER_CUSTODIAN)
    keeper.holds.approve(asked.id, by=OFFICER)
    assert keeper.holds.make(asked.id, by=CUSTODIAN).state is HoldState.ACTIVE
    assert len(held_rows(keeper, asked.id)) == 3
    other = keeper.hold(type="voluntary_request", until="2027-01-31")
    assert keeper.holds.withdraw(other.id, by=CUSTODIAN).state is HoldState.WITHDRAWN
    assert not keeper.workspace.keyring.exists(hold_key(other.id))


def test_a_silent_hold_is_unknown_to_others(keeper: Keeper) -> None:
    """Only who added it and whom it names know of it (197条5項); for the rest there is no such hold."""
    hold = keeper.hold(silent=True, knows=["reader"])
    assert [one.id for one in keeper.holds.every(by=CUSTODIAN)] == [hold.id]
    assert keeper.holds.every(by=OTHER_CUSTODIAN) == []
    with pytest.raises(UnknownHold):
        keeper.holds.letter(hold.id, by=OTHER_CUSTODIAN)
    assert "197条5項" in keeper.holds.letter(hold.id, by=CUSTODIAN).text("ja")
    paper: dict[str, Any] = {"document": "x", "document_date": date(2026, 11, 23), "checked": "x", "why": "x"}
    for act in (
        partial(keeper.holds.extend, hold.id, date(2026, 12, 25), **paper),
        partial(keeper.holds.review, hold.id, note="x"),
        partial(keeper.holds.release, hold.id, ReleaseReason.WITHDRAWN, document="x"),
        partial(keeper.holds.withdraw, hold.id),
        partial(keeper.holds.make, hold.id),
        partial(keeper.holds.resume, hold.id),
    ):
        with pytest.raises(UnknownHold):
            act(by=OTHER_CUSTODIAN)
    with pytest.raises(UnknownHold):
        keeper.holds.approve(hold.id, by=OFFICER)
    after = keeper.holds.find(hold.id, by=CUSTODIAN)
    assert (after.state, after.until, after.papers) == (HoldState.ACTIVE, hold.until, ())


def test_one_that_names_who_may_know_is_hidden_from_all_others(keeper: Keeper) -> None:
    """Also where its type can't be silent: it isn't approved by who mustn't know of it, and stays hidden once its key
    is gone; whom the desk that made it tells may know of it as well."""
    keeper.take(*lines())
    hire(keeper.workspace)
    hold = keeper.hold(type="voluntary_request", until="2027-01-31", knows=["reader"])
    assert keeper.holds.every(by=OTHER_CUSTODIAN) == []
    for act in (keeper.holds.approve, keeper.holds.find):
        with pytest.raises(UnknownHold):
            act(hold.id, by=OFFICER)
    told = Holds(keeper.workspace, told=lambda one, by: (one, by) == (hold.id, OFFICER))
    told.approve(hold.id, by=OFFICER)
    assert keeper.holds.make(hold.id, by=CUSTODIAN).state is HoldState.ACTIVE
    assert "197条5項" not in keeper.holds.letter(hold.id, by=CUSTODIAN).text("ja")
    keeper.workspace.destroy_key(hold_key(hold.id), reason="x", by="custodian")
    with pytest.raises(UnknownHold):
        keeper.holds.find(hold.id, by=OTHER_CUSTODIAN)
    assert keeper.holds.every(by=OTHER_CUSTODIAN) == []


def test_an_emergency_is_looked_at_again(keeper: Keeper) -> None:
    """It has no day: after a fortnight the daily run says that somebody is late, until they look or let go."""
    hold = keeper.hold(type="emergency", until=None, authority={"reason": "自殺予告"})
    assert hold.review_on == date(2026, 12, 7)
    keeper.go_to(date(2026, 12, 8))
    assert ("review", "overdue") in [(one.what, one.state) for one in keeper.due()]
    keeper.holds.review(hold.id, note="警察が対応中", by=CUSTODIAN)
    assert "review" not in [one.what for one in keeper.due()]
    with pytest.raises(ReleaseRefused):
        keeper.holds.release(hold.id, ReleaseReason.WITHDRAWN, document="x", by=CUSTODIAN)
    keeper.holds.release(hold.id, ReleaseReason.NEED_CEASED, document="無事を確認", by=CUSTODIAN)
    keeper.due()
    assert keeper.holds.find(hold.id, by=CUSTODIAN).state is HoldState.RELEASED


def test_a_future_time_is_refused_and_nothing_is_made(keeper: Keeper) -> None:
    """Only what is recorded already: no key, no row."""
    keys = keeper.workspace.keyring.names()
    with pytest.raises(HoldRefused):
        keeper.hold(scope={"end": "2026-11-30T00:00:00+09:00"})
    assert keeper.workspace.keyring.names() == keys
    assert keeper.holds.every(by=CUSTODIAN) == []


def test_a_held_day_that_cannot_be_read_is_not_purged(keeper: Keeper) -> None:
    """While its file is missing the day stays and the daily run says so; restored, it is carved and purged. If nobody
    can restore it, somebody says so and it goes."""
    keeper.take(*lines())
    keeper.logs.seal_due()
    file = next((keeper.workspace.path / "logs").rglob("*.segment"))
    content = file.read_bytes()
    file.unlink()
    hold = keeper.hold(type="court_order", until=None)
    assert held_rows(keeper, hold.id) == []
    keeper.go_to(GONE_ON)
    assert [one.what for one in failed(keeper.due())] == ["log_carving_failed"]
    assert keeper.workspace.keyring.exists(log_key("ap.nat", YESTERDAY))
    file.write_bytes(content)
    assert failed(keeper.due()) == []
    assert len(held_rows(keeper, hold.id)) == 3
    assert not keeper.workspace.keyring.exists(log_key("ap.nat", YESTERDAY))


def test_what_stays_of_a_hold_can_not_be_guessed_at(keeper: Keeper) -> None:
    """The approvals' hash outlives the hold; whoever knows all of its terms can't tell from it that they were these."""
    hold = keeper.hold()
    said = {"hold": hold.id, **hold_terms().document()}
    assert hold.subject != subject_hash("log.hold", said)
    keeper.holds.release(hold.id, ReleaseReason.WITHDRAWN, document="x", by=CUSTODIAN)
    keeper.due()
    assert keeper.holds.find(hold.id, by=CUSTODIAN).terms is None
    assert not keeper.workspace.keyring.exists(hold_key(hold.id))


def test_who_may_add_and_who_may_read(keeper: Keeper) -> None:
    """Who approves can't add a hold but may read it, as an auditor may; a clerk, a key custodian and a sign-up flow
    can't read whose communications are asked for."""
    with pytest.raises(ScopeMissing):
        keeper.holds.add(hold_terms(), by=OFFICER)
    hold = keeper.hold()
    for reader in (OFFICER, person("kansa", Role.AUDITOR)):
        assert keeper.holds.find(hold.id, by=reader) == hold
    for role in (Role.CLERK, Role.KEY_CUSTODIAN, Role.INTEGRATION):
        other = person("x", role)
        for ask in (keeper.holds.find, keeper.holds.letter):
            with pytest.raises(ScopeMissing):
                ask(hold.id, by=other)
        with pytest.raises(ScopeMissing):
            keeper.holds.every(by=other)
    assert Policies(keeper.workspace).every()
