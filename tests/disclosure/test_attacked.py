"""A case attacked from beside: its grants used elsewhere, its end overlooked, its times and items read wider."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from sekisho.disclosure.case_facts import facts_of
from sekisho.disclosure.errors import WrongState
from sekisho.disclosure.progress import TRANSITIONS, Event, Part, RefusalReason, State
from sekisho.disclosure.record import Fact, Origin
from sekisho.disclosure.search.plan import asked_of
from sekisho.logs.lookup.errors import UnknownGrant
from sekisho.logs.lookup.service import Lookups
from tests.disclosure.claims_made import claim
from tests.disclosure.logs_made import ready, searched, store_for
from tests.disclosure.made_cases import case, item
from tests.disclosure.world import NOW, Desk
from tests.logs.lookup.made import Store

TODAY = date(2026, 11, 23)


@pytest.fixture
def store(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Logs behind the desk."""
    made = store_for(desk, monkeypatch)
    yield made
    made.lookups.close()


def test_a_cases_grant_is_used_by_its_desk_alone(desk: Desk, store: Store) -> None:
    """The searcher can't take the grant to the log desk, where nobody asks the gate: neither in the case nor after."""
    items = [item(wanted=["log"]), item(2, value="203.0.113.9", begin="2026-11-01T12:00:00+09:00", wanted=["log"])]
    found = searched(desk, items=items)
    (grant,) = {one["grants"][0] for one in desk.service.deciding.evidence(found.id, by=desk["kansa"])}
    lookups = Lookups(desk.workspace)
    asked = asked_of(case().items[0])
    try:
        with pytest.raises(UnknownGrant):
            lookups.who(asked, grant=grant, by=desk["kensaku"])
        desk.service.refuse(found.id, RefusalReason.NOT_AUTHENTIC, "偽造", by=desk["kakunin"])
        with pytest.raises(UnknownGrant):
            lookups.who(asked, grant=grant, by=desk["kensaku"])
    finally:
        lookups.close()
    with pytest.raises(WrongState):
        desk.service.searching.run(found.id, by=desk["kensaku"])


def test_nothing_is_approved_once_the_case_is_over(desk: Desk, store: Store) -> None:
    """An approval after a refusal is refused, and leaves no trace in the case."""
    made = ready(desk)
    desk.service.searching.request(made.id, by=desk["kensaku"])
    desk.service.refuse(made.id, RefusalReason.NOT_AUTHENTIC, "偽造", by=desk["kakunin2"])
    with pytest.raises(WrongState):
        desk.service.searching.approve(made.id, by=desk["kakunin"])
    assert desk.service.timeline(made.id, by=desk["kansa"])[-1].event == "refuse.not_authentic"


@pytest.mark.parametrize(
    ("precision", "end", "until"),
    [
        ("second", "2026-11-20T12:10:30.500000+09:00", "2026-11-20T12:10:31+09:00"),
        ("minute", "2026-11-20T12:10:30+09:00", "2026-11-20T12:11:00+09:00"),
        ("hour", "2026-11-20T12:10:30+09:00", "2026-11-20T13:00:00+09:00"),
        ("day", "2026-11-20T12:10:30+09:00", "2026-11-21T00:00:00+09:00"),
        ("day", "2026-11-20T23:10:30+00:00", "2026-11-21T00:00:00+00:00"),
    ],
)
def test_a_time_reaches_to_the_end_of_its_unit_and_no_further(precision: str, end: str, until: str) -> None:
    """What is exact to the hour isn't searched for an hour from any minute on."""
    read = case(items=[item(end=end, precision=precision)]).items[0]
    assert read.until.isoformat() == until
    assert read.until > read.end


def test_what_items_name_is_not_argued_away(desk: Desk) -> None:
    """A claim's contents beyond the ordinance's list, and login records among them, stay so whoever checked."""

    def facts(*wanted: str) -> dict[str, object]:
        checked = {
            name: Fact(value, Origin.CHECKED, "kakunin", NOW, "x")
            for name, value in (("scope.civil_items_only", True), ("scope.special_items", False))
        }
        made = replace(case(**claim(items=[item(wanted=list(wanted))])), facts=checked)
        parts = {"kakunin": {Part.REVIEW}}
        return dict(facts_of(made, on=TODAY, parts=parts, terms=[], within_order=True))

    assert facts("subscriber")["scope.civil_items_only"] is False
    assert facts("civil.1", "log")["scope.civil_items_only"] is False
    assert facts("civil.1")["scope.civil_items_only"] is True
    assert facts("civil.1")["scope.special_items"] is False
    assert facts("civil.9")["scope.special_items"] is True


def test_no_step_out_of_its_order(desk: Desk) -> None:
    """Every pair of a state and an event that the table doesn't have is refused, and writes nothing."""
    made = desk.received()
    known = desk.service.steps.known(made.id, desk["kansa"])
    events = len(desk.service.timeline(made.id, by=desk["kansa"]))
    by = {Event.EMERGENCY: "bengoshi"} | dict.fromkeys((Event.HOLD, Event.SEARCH, Event.FIND), "kensaku")
    by |= dict.fromkeys((Event.HEAR, Event.DECIDE, Event.DELIVER, Event.WAIT), "kaiji")
    by |= dict.fromkeys((Event.REVIEW, Event.REFUSE, Event.CLOSE, Event.VOID), "kakunin")
    for event, row in TRANSITIONS.items():
        for state in set(State) - row.sources:
            stands = replace(known, entry=replace(known.entry, state=state))
            with pytest.raises(WrongState):
                desk.service.steps.take(stands, event, {"x": 1}, by=desk[by.get(event, "uketsuke2")])
    assert len(desk.service.timeline(made.id, by=desk["kansa"])) == events
