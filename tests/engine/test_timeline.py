"""Two time axes, the timeline of methods, the difference between two days, and what is still to come."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sekisho.engine.plan import applies_to
from sekisho.engine.rules import Role, Selection
from sekisho.engine.timeline import Change, difference, pending, timeline
from sekisho.engine.validity import change_days, why_not_in_force
from sekisho.engine.verdicts import Reason
from tests.rulebook.small_law import DUTY, METHODS, SCOPE, small_law

LAW = small_law()
CASE = {"event": "new_contract", "subject.kind": "natural", "channel": "face_to_face", "service": "voice"}
LATE = date(2030, 1, 1)
DAYS = st.dates(date(2018, 1, 1), date(2027, 1, 1))


def reason(rule: str, as_of: date, known: date = LATE) -> Reason | None:
    """Why a rule of the small law is not in force."""
    return why_not_in_force(LAW.rules[rule], as_of=as_of, as_known_at=known)


def test_an_interval_is_half_open() -> None:
    """The first day counts, the day of the end doesn't."""
    assert reason("small.shown", date(2019, 12, 31)) is Reason.NOT_YET_IN_FORCE
    assert reason("small.shown", date(2020, 1, 1)) is None
    assert reason("small.shown", date(2023, 12, 31)) is None
    assert reason("small.shown", date(2024, 1, 1)) is Reason.ENDED


def test_an_end_that_was_not_known_yet_does_not_end_the_rule() -> None:
    """Who judged before the amendment was made known could only think that the method goes on."""
    assert reason("small.shown", date(2024, 1, 1), date(2023, 2, 28)) is None
    assert reason("small.shown", date(2024, 1, 1), date(2023, 3, 1)) is Reason.ENDED
    assert reason("small.shown.2024-01", date(2024, 1, 1), date(2023, 2, 28)) is Reason.NOT_YET_KNOWN


def test_a_start_without_a_date_takes_effect_on_its_last_possible_day() -> None:
    """Before it, the date isn't fixed: such a rule doesn't decide yet."""
    assert reason("small.signature", date(2025, 5, 31)) is Reason.DATE_NOT_FIXED
    assert reason("small.signature", date(2025, 6, 1)) is None


def test_a_method_whose_rule_was_replaced_is_one_line_with_two_stretches() -> None:
    """The line keeps the method; each stretch its own rule and dates."""
    lines = {line.method: line for line in timeline(LAW, CASE, as_known_at=LATE, selection=Selection())}
    assert [(s.rule.id, s.start, s.end) for s in lines["document-shown"].stretches] == [
        ("small.shown", date(2020, 1, 1), date(2024, 1, 1)),
        ("small.shown.2024-01", date(2024, 1, 1), None),
    ]
    (open_stretch,) = lines["electronic-signature"].stretches
    assert (open_stretch.start, open_stretch.latest) == (None, date(2025, 6, 1))


def test_a_timeline_shows_only_what_was_known() -> None:
    """On an earlier day of knowledge the end is open and later rules are absent."""
    (line,) = timeline(LAW, CASE, as_known_at=date(2022, 1, 1), selection=Selection())
    assert [(s.rule.id, s.end) for s in line.stretches] == [("small.shown", None)]


def test_a_timeline_is_of_its_kind_of_case() -> None:
    """What only face to face admits isn't in the remote line."""
    lines = timeline(LAW, {**CASE, "channel": "remote"}, as_known_at=LATE, selection=Selection())
    assert [line.method for line in lines] == ["electronic-signature"]


@given(DAYS, DAYS)
def test_the_timeline_agrees_with_what_is_in_force(day: date, known: date) -> None:
    """On each day, by each knowledge, a stretch covers the day exactly where its rule is in force."""
    lines = timeline(LAW, CASE, as_known_at=known, selection=Selection())
    shown = {
        stretch.rule.id
        for line in lines
        for stretch in line.stretches
        if (stretch.start or stretch.latest or date.max) <= day and (stretch.end is None or day < stretch.end)
    }
    in_force = {
        rule.id
        for rule in LAW.rules.values()
        if rule.role is Role.METHOD
        and applies_to(rule, CASE)
        and why_not_in_force(rule, as_of=day, as_known_at=known) is None
    }
    assert shown == in_force


@given(DAYS)
def test_between_two_change_days_the_law_stands_still(day: date) -> None:
    """A day and the day before differ in force only on a change day."""
    before = day - timedelta(days=1)
    if day not in change_days(LAW.rules.values(), LAW.sets.values()):
        assert difference(LAW, before, day, as_known_at=LATE, selection=Selection()) == []


def test_a_difference_pairs_the_rules_of_one_method() -> None:
    """What ends and what takes its place know each other."""
    found = difference(LAW, date(2023, 12, 31), date(2024, 1, 1), as_known_at=LATE, selection=Selection())
    told = {(one.rule.id, one.change): one.counterpart.id if one.counterpart else None for one in found}
    assert told == {
        ("small.shown", Change.ENDED): "small.shown.2024-01",
        ("small.shown.2024-01", Change.BEGAN): "small.shown",
    }
    assert all(one.binding for one in found)


@given(DAYS, DAYS)
def test_a_difference_read_backwards_is_its_opposite(first: date, second: date) -> None:
    """What begins one way ends the other way."""
    there = difference(LAW, first, second, as_known_at=LATE, selection=Selection())
    back = difference(LAW, second, first, as_known_at=LATE, selection=Selection())
    assert {(one.rule.id, one.change is Change.BEGAN) for one in there} == {
        (one.rule.id, one.change is Change.ENDED) for one in back
    }


def test_what_is_to_come_is_listed_nearest_first() -> None:
    """Rules with a future date, and those whose date isn't fixed; nothing that isn't known yet."""
    assert [rule.id for rule in pending(LAW, as_of=date(2023, 6, 1), as_known_at=LATE)] == [
        "small.shown.2024-01",
        "small.signature",
    ]
    assert [rule.id for rule in pending(LAW, as_of=date(2023, 6, 1), as_known_at=date(2023, 6, 1))] == [
        "small.shown.2024-01"
    ]


def test_house_rules_and_proposals_stay_out_unless_chosen() -> None:
    """A proposal is in a timeline only where it is simulated."""
    proposed = METHODS.replace(
        "strength: duty\n    from: {date: unknown", "strength: proposal\n    from: {date: unknown"
    )
    law = small_law(rules=DUTY + SCOPE + proposed)
    without = timeline(law, CASE, as_known_at=LATE, selection=Selection())
    with_it = timeline(law, CASE, as_known_at=LATE, selection=Selection(proposals=frozenset({"small.signature"})))
    assert [line.method for line in without] == ["document-shown"]
    assert [line.method for line in with_it] == ["document-shown", "electronic-signature"]
