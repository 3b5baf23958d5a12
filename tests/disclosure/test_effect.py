"""What own cases say of retention: counted from rows that tell of nobody, and singling out no secret case."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from sekisho.access.errors import ScopeMissing
from sekisho.access.principal import Principal
from sekisho.disclosure.effect import Effects
from sekisho.disclosure.kinds import CaseType
from sekisho.disclosure.progress import Event, RefusalReason
from sekisho.disclosure.study.own_times import Course
from sekisho.disclosure.study.simulate import Study
from sekisho.disclosure.study.stages import StageName
from tests.disclosure.logs_made import searched, store_for
from tests.disclosure.made_cases import item
from tests.disclosure.world import Desk
from tests.logs.lookup.made import Store

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
SECRET = {"state": "asked", "until": None}
KNOWS = ["kakunin", "kensaku", "hogo"]


@pytest.fixture
def store(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Logs behind the desk."""
    made = store_for(desk, monkeypatch)
    yield made
    made.lookups.close()


def refused(desk: Desk, times: int, **changed: Any) -> None:
    """Requests that were refused for the same reason."""
    for _ in range(times):
        made = desk.received(**changed)
        desk.service.refuse(made.id, RefusalReason.NOT_AUTHENTIC, "偽造", by=desk["kakunin"])


def test_the_house_counts_what_each_may_see(desk: Desk, store: Store) -> None:
    """An auditor's figures are of every case, a releaser's of those that they may know of; nobody else has any."""
    searched(desk, items=[item(1, wanted=["log"]), item(2, port=3000, wanted=["log"])])
    searched(desk, items=[item(1, value="203.0.113.77")], secrecy=SECRET, knows=KNOWS)
    refused(desk, 2)
    effects = Effects(desk.workspace)
    every = effects.statistics(FIRST, LAST, by=desk["kansa"])
    assert (every.asked, every.failed, every.refusals.count("search_seizure", "not_authentic")) == (3, 2, 2)
    assert [one.asked for one in every.kept] == [3] * len(every.kept)
    mine = effects.statistics(FIRST, LAST, by=desk["kaiji"])
    assert (mine.asked, mine.failed) == (2, 1)
    assert effects.statistics(date(2026, 1, 1), date(2026, 6, 30), by=desk["kansa"]).asked == 0
    figures: tuple[Callable[[Principal], object], ...] = (
        lambda by: effects.statistics(FIRST, LAST, by=by),
        lambda by: effects.publication(FIRST, LAST, by=by),
        lambda by: effects.courses(by=by),
        lambda by: effects.stage_times(by=by),
        lambda by: effects.retention(by=by),
    )
    for name in ("kakunin", "kensaku", "uketsuke", "hogo", "madoguchi"):
        for ask in figures:
            with pytest.raises(ScopeMissing):
                ask(desk[name])
    with pytest.raises(ScopeMissing):
        effects.publication(FIRST, LAST, by=desk["kaiji"])


def test_a_publication_tells_no_secret_case(desk: Desk) -> None:
    """Four secret cases more or less change nothing of what leaves the house; with a fifth they count together."""
    effects = Effects(desk.workspace)
    refused(desk, 6)
    before = effects.publication(FIRST, LAST, by=desk["kansa"])
    assert before["refused"] == 6
    refused(desk, 4, secrecy=SECRET, knows=KNOWS)
    assert effects.publication(FIRST, LAST, by=desk["kansa"]) == before
    refused(desk, 1, secrecy=SECRET, knows=KNOWS)
    assert effects.publication(FIRST, LAST, by=desk["kansa"])["refused"] == 11


def test_courses_are_read_from_the_steps(desk: Desk, store: Store) -> None:
    """The first time of each step, aware; what only noted something isn't one; a case that is over has ended."""
    desk.clock.advance(timedelta(hours=1))
    made = searched(desk)
    refused(desk, 1)
    effects = Effects(desk.workspace)
    (ended, course) = sorted(effects.courses(by=desk["kaiji"]), key=lambda one: len(one.at))
    assert set(course.at) == {Event.RECEIVE, Event.REVIEW, Event.SEARCH, Event.FIND}
    assert course.at[Event.RECEIVE] == made.entered_at
    assert course.at[Event.RECEIVE].tzinfo is not None
    assert (course.ended, ended.ended, set(ended.at)) == (False, True, {Event.RECEIVE})


def test_own_stage_times_go_into_the_study(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty own deliveries replace a stage's default, nineteen don't; the study takes them as they are."""
    effects = Effects(desk.workspace)
    assert effects.own_times(by=desk["kaiji"]) == {}
    read = Effects.courses

    def twenty(self: Effects, *, by: Principal) -> Any:
        assert read(self, by=by) == ()
        begun = desk.clock.now()
        return tuple(
            Course(CaseType.VOLUNTARY_CLAIM, {Event.RECEIVE: begun, Event.DELIVER: begun + timedelta(days=at + 1)})
            for at in range(count)
        )

    monkeypatch.setattr(Effects, "courses", twenty)
    count = 19
    assert effects.own_times(by=desk["kaiji"]) == {}
    count = 20
    times = effects.own_times(by=desk["kaiji"])
    assert set(times) == {StageName.VOLUNTARY_ANSWER}
    Study(times=times).checked()
    told = effects.stage_times(by=desk["kaiji"])["stages"]
    assert {one["stage"]: one["finished"] for one in told}["voluntary_answer"] == 20
