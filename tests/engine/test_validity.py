"""When a rule is in force, by the day of the act and by what was known; the days on which the law changes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.engine.rules import DatedSet, Edge
from sekisho.engine.validity import change_days, knowledge_days, why_not_in_force
from sekisho.engine.verdicts import Reason
from tests.engine.builders import rule

FAR = date(9999, 12, 31)
FROM = Edge(date(2026, 4, 1), date(2025, 4, 1), "act")
UNTIL = Edge(date(2027, 4, 1), date(2026, 7, 27), "act")
OPEN = rule("open", start=FROM)
BOUNDED = rule("bounded", start=FROM, end=UNTIL)
WAITING = rule("waiting", start=Edge(None, date(2026, 5, 29), "act", date(2027, 5, 29)))
ENDING = rule("ending", start=FROM, end=Edge(None, date(2026, 5, 29), "act", date(2027, 5, 29)))


@pytest.mark.parametrize(
    ("which", "as_of", "as_known_at", "reason"),
    [
        ("open", date(2026, 3, 31), FAR, Reason.NOT_YET_IN_FORCE),
        ("open", date(2026, 4, 1), FAR, None),
        ("open", FAR, FAR, None),
        ("bounded", date(2027, 3, 31), FAR, None),
        ("bounded", date(2027, 4, 1), FAR, Reason.ENDED),
        # The start was known from 2025-04-01: before that day nobody could say that the rule would come.
        ("bounded", date(2026, 4, 1), date(2025, 3, 31), Reason.NOT_YET_KNOWN),
        ("bounded", date(2026, 3, 31), date(2025, 3, 31), Reason.NOT_YET_KNOWN),
        ("bounded", date(2026, 4, 1), date(2025, 4, 1), None),
        ("bounded", date(2026, 3, 31), date(2025, 4, 1), Reason.NOT_YET_IN_FORCE),
        # The end was known from 2026-07-27: by the knowledge of the day before the rule goes on.
        ("bounded", date(2027, 4, 1), date(2026, 7, 26), None),
        ("bounded", date(2027, 4, 1), date(2026, 7, 27), Reason.ENDED),
        ("bounded", date(2030, 1, 1), date(2026, 7, 26), None),
        # A start nobody has fixed: not before the last day it can be.
        ("waiting", date(2027, 5, 28), FAR, Reason.DATE_NOT_FIXED),
        ("waiting", date(2027, 5, 29), FAR, None),
        ("waiting", date(2027, 5, 29), date(2026, 5, 28), Reason.NOT_YET_KNOWN),
        ("waiting", date(2027, 5, 28), date(2026, 5, 29), Reason.DATE_NOT_FIXED),
        # An end nobody has fixed: the rule goes on up to the last day it can.
        ("ending", date(2027, 5, 28), FAR, None),
        ("ending", date(2027, 5, 29), FAR, Reason.ENDED),
        ("ending", date(2027, 5, 29), date(2026, 5, 28), None),
    ],
)
def test_force_on_two_axes(which: str, as_of: date, as_known_at: date, reason: Reason | None) -> None:
    """Half-open in days; what isn't known yet neither starts nor ends a rule; what isn't fixed takes its last day."""
    found = {made.id: made for made in (OPEN, BOUNDED, WAITING, ENDING)}[which]
    assert why_not_in_force(found, as_of=as_of, as_known_at=as_known_at) is reason


def test_a_start_without_any_limit_is_never_in_force() -> None:
    """The loader asks for a limit; without one nothing is claimed."""
    endless = rule("endless", start=Edge(None, date(2026, 5, 29), "act"))
    assert why_not_in_force(endless, as_of=FAR, as_known_at=FAR) is Reason.DATE_NOT_FIXED


def test_the_law_changes_on_these_days() -> None:
    """Starts, ends, last possible days and the versions of sets, each once and in order."""
    dated = DatedSet("s", ((date(2020, 1, 1), date(2026, 4, 1), frozenset()), (date(2026, 4, 1), None, frozenset())))
    assert change_days([BOUNDED, WAITING, OPEN], [dated]) == [
        date(2020, 1, 1),
        date(2026, 4, 1),
        date(2027, 4, 1),
        date(2027, 5, 29),
    ]
    assert knowledge_days([BOUNDED, WAITING, OPEN]) == [date(2025, 4, 1), date(2026, 5, 29), date(2026, 7, 27)]


_DAYS = st.dates(date(2025, 1, 1), date(2028, 1, 1))


@given(_DAYS, _DAYS, st.integers(0, 1200))
def test_between_two_change_days_nothing_changes(as_of: date, as_known_at: date, later: int) -> None:
    """In one stretch of law and of knowledge every rule has one answer."""
    rules = [OPEN, BOUNDED, WAITING, ENDING]
    other = as_of + timedelta(days=later)
    if not any(as_of < day <= other for day in change_days(rules, [])):
        for made in rules:
            first = why_not_in_force(made, as_of=as_of, as_known_at=as_known_at)
            assert first is why_not_in_force(made, as_of=other, as_known_at=as_known_at)


@given(_DAYS, _DAYS, st.integers(0, 1200))
def test_knowing_more_never_brings_back_what_ended(as_of: date, known: date, later: int) -> None:
    """A rule whose end is known stays ended for whoever knows more; one that was known stays known."""
    for made in (OPEN, BOUNDED, WAITING, ENDING):
        before = why_not_in_force(made, as_of=as_of, as_known_at=known)
        after = why_not_in_force(made, as_of=as_of, as_known_at=known + timedelta(days=later))
        assert after is before or before in (None, Reason.NOT_YET_KNOWN)
        assert not (before is None and after not in (None, Reason.ENDED))


def test_a_set_has_the_members_of_the_day() -> None:
    """Half-open versions; before the first and after the last it is empty."""
    red, blue = frozenset({"red"}), frozenset({"blue"})
    dated = DatedSet("s", ((date(2020, 1, 1), date(2021, 1, 1), red), (date(2021, 1, 1), date(2022, 1, 1), blue)))
    assert [dated.on(date(2019, 12, 31)), dated.on(date(2020, 1, 1)), dated.on(date(2020, 12, 31))] == [set(), red, red]
    assert [dated.on(date(2021, 1, 1)), dated.on(date(2021, 12, 31)), dated.on(date(2022, 1, 1))] == [blue, blue, set()]
