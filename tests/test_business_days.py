"""Business days of courts and offices, against days written by hand from the calendar of the Act on National Holidays.

Sources: 行政機関の休日に関する法律1条1項; 国民の祝日に関する法律2条・3条.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.business_days import (
    CLOSED,
    business_days_after,
    is_business_day,
    is_holiday,
    next_business_day,
    on_or_after,
    turn_of_the_year,
)
from sekisho.keys.schedule import Period, last_day

CLOSED_DAYS = (
    ("2026-11-21", "Saturday"),
    ("2026-11-22", "Sunday"),
    ("2026-11-23", "Labour Thanksgiving Day, a Monday"),
    ("2026-05-06", "substitute for 3 May, a Sunday: art. 3(2)"),
    ("2026-09-22", "between two holidays: art. 3(3)"),
    ("2027-03-21", "vernal equinox, a Sunday"),
    ("2027-03-22", "its substitute"),
    ("2026-12-29", "turn of the year, a Tuesday"),
    ("2026-12-31", "turn of the year"),
    ("2027-01-01", "New Year's Day"),
    ("2025-01-03", "turn of the year, a Friday"),
)
OPEN_DAYS = ("2026-11-24", "2026-12-28", "2027-01-04", "2027-04-30", "2027-05-06", "2026-05-07", "2028-02-29")

NEXT = (
    ("2026-11-20", "2026-11-24", "a weekend and a holiday"),
    ("2026-04-28", "2026-04-30", "Showa Day alone"),
    ("2026-05-01", "2026-05-07", "Golden Week of 2026: 2 to 6 May"),
    ("2027-04-30", "2027-05-06", "Golden Week of 2027: 1 to 5 May"),
    ("2026-09-18", "2026-09-24", "Silver Week of 2026: 19 to 23 September"),
    ("2026-12-28", "2027-01-04", "turn of the year, Monday to Monday"),
    ("2025-12-26", "2026-01-05", "turn of the year between two weekends"),
    ("2028-12-28", "2029-01-04", "turn of the year, Thursday to Thursday"),
    ("2027-03-19", "2027-03-23", "an equinox on a Sunday"),
    ("2028-02-28", "2028-02-29", "the leap day is a day like another"),
)


def day(text: str) -> date:
    """A date of the tables."""
    return date.fromisoformat(text)


@pytest.mark.parametrize(("on", "why"), CLOSED_DAYS)
def test_closed_days_are_closed(on: str, why: str) -> None:
    """Each named day is no business day and stands in the container."""
    assert not is_business_day(day(on)), why
    assert day(on) in CLOSED


@pytest.mark.parametrize("on", OPEN_DAYS)
def test_open_days_are_open(on: str) -> None:
    """Each named day is a business day."""
    assert is_business_day(day(on))
    assert day(on) not in CLOSED


@pytest.mark.parametrize(("on", "later", "why"), NEXT)
def test_the_next_business_day(on: str, later: str, why: str) -> None:
    """The first business day after a day, over weekends, Golden Week and the turn of the year."""
    assert next_business_day(day(on)) == day(later), why


def test_a_business_day_stands_for_itself() -> None:
    """``on_or_after`` keeps a business day and moves a closed one."""
    assert on_or_after(day("2026-11-24")) == day("2026-11-24")
    assert on_or_after(day("2026-11-21")) == day("2026-11-24")


def test_business_days_are_counted() -> None:
    """Three business days after a Friday before a long weekend; none and fewer is refused."""
    assert business_days_after(day("2026-11-20"), 3) == day("2026-11-26")
    with pytest.raises(ValueError, match="at least one"):
        business_days_after(day("2026-11-20"), 0)


def test_holidays_and_the_turn_of_the_year_are_told_apart() -> None:
    """2 January is closed without being a holiday; a Sunday is neither."""
    assert turn_of_the_year(day("2027-01-02"))
    assert not is_holiday(day("2027-01-02"))
    assert not is_holiday(day("2026-11-22"))
    assert not turn_of_the_year(day("2026-12-28"))


def test_what_is_no_date_is_not_closed() -> None:
    """The container answers for dates only."""
    assert "2027-01-01" not in CLOSED


def test_the_container_moves_the_last_day_of_a_period() -> None:
    """The schedule of periods takes it for art. 142 of the Civil Code."""
    assert last_day(day("2026-12-18"), Period(days=14), closed=CLOSED) == day("2027-01-04")
    assert last_day(day("2026-12-18"), Period(days=14)) == day("2027-01-01")


@settings(max_examples=80)
@given(st.dates(date(2022, 1, 1), date(2040, 12, 31)))
def test_the_next_business_day_is_the_first_open_one(on: date) -> None:
    """Nothing open is passed over, and no stretch of closed days is longer than ten."""
    later = next_business_day(on)
    assert is_business_day(later)
    assert 1 <= (later - on).days <= 11
    assert not any(is_business_day(on + timedelta(days=n)) for n in range(1, (later - on).days))
