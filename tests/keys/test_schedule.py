"""Which key and which day: expected dates are counted by hand from Civil Code arts. 140 to 143."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.keys.ring import checked_name
from sekisho.keys.schedule import (
    CONTRACT_EVIDENCE_KEPT,
    Period,
    contract_end_key,
    contract_end_key_due,
    contract_month_key,
    contract_month_key_due,
    due_by_name,
    last_day,
    log_key,
    log_key_due,
    workspace_key,
)

# (contract ended, last day of three years, why)
THREE_YEARS = [
    (date(2023, 4, 10), date(2026, 4, 10), "143(2): from 11 April, ends the day before 11 April"),
    (date(2022, 12, 31), date(2025, 12, 31), "from 1 January, ends the day before 1 January"),
    (date(2024, 2, 28), date(2027, 2, 28), "143(2) proviso: from 29 February, 2027 has none, so its last day"),
    (date(2024, 2, 29), date(2027, 2, 28), "from 1 March, ends the day before 1 March"),
    (date(2023, 2, 28), date(2026, 2, 28), "from 1 March, ends the day before 1 March"),
    (date(2021, 2, 28), date(2024, 2, 29), "from 1 March 2021, ends the day before 1 March 2024, a leap day"),
    (date(2021, 2, 27), date(2024, 2, 27), "from 28 February, ends the day before 28 February"),
]


@pytest.mark.parametrize(("ended", "expected", "why"), THREE_YEARS)
def test_three_years_from_the_end(ended: date, expected: date, why: str) -> None:
    """Act 2005 No. 31 art. 4(2): the evidence is kept through the last day and destroyed from the next."""
    assert last_day(ended, CONTRACT_EVIDENCE_KEPT) == expected, why
    assert contract_end_key(ended) == f"contract/last/{expected.isoformat()}"
    assert contract_end_key_due(ended) == expected + timedelta(days=1)


@pytest.mark.parametrize(
    ("event", "period", "expected"),
    [
        (date(2026, 5, 1), Period(days=1), date(2026, 5, 2)),
        (date(2026, 5, 1), Period(days=180), date(2026, 10, 28)),
        (date(2026, 1, 30), Period(months=1), date(2026, 2, 28)),
        (date(2026, 1, 31), Period(months=1), date(2026, 2, 28)),
        (date(2026, 3, 31), Period(months=6), date(2026, 9, 30)),
        (date(2026, 4, 30), Period(months=6), date(2026, 10, 31)),
        (date(2026, 8, 30), Period(months=6), date(2027, 2, 28)),
        (date(2026, 12, 31), Period(months=1), date(2027, 1, 31)),
    ],
)
def test_days_and_months(event: date, period: Period, expected: date) -> None:
    """The first day isn't counted; months run by the calendar, short ones included."""
    assert last_day(event, period) == expected


def test_closed_days_put_off_the_end() -> None:
    """Art. 142: where by custom no business is done on the last day, the period ends on the next business day."""
    closed = {date(2026, 4, 10), date(2026, 4, 11)}
    assert last_day(date(2023, 4, 10), CONTRACT_EVIDENCE_KEPT, closed=closed) == date(2026, 4, 12)
    assert contract_end_key(date(2023, 4, 10), closed=closed) == "contract/last/2026-04-12"
    assert contract_end_key_due(date(2023, 4, 10), closed=closed) == date(2026, 4, 13)


@pytest.mark.parametrize("units", [{}, {"days": 1, "months": 1}, {"days": -1}, {"years": 1, "months": -1}])
def test_a_period_has_one_unit(units: dict[str, int]) -> None:
    """Nothing, two units, or less than nothing isn't a period."""
    with pytest.raises(ValueError, match="one unit"):
        Period(**units)


def test_names() -> None:
    """One key per log kind and Japan day; one per month of contracts; the workspace's own by purpose."""
    assert log_key("cgnat", date(2026, 11, 23)) == "log/cgnat/2026-11-23"
    assert contract_month_key(date(2026, 11, 23)) == "contract/2026-11"
    assert workspace_key("ledger") == "workspace/ledger"


def test_due_days() -> None:
    """A log day's key after its declared period, a month's key after the month in which its survivors move."""
    assert log_key_due(date(2026, 5, 1), Period(days=180)) == date(2026, 10, 29)
    assert contract_month_key_due(date(2026, 11, 23)) == date(2027, 1, 1)
    assert contract_month_key_due(date(2026, 12, 1)) == date(2027, 2, 1)


@pytest.mark.parametrize(
    ("name", "today", "due"),
    [
        ("contract/2026-11", date(2026, 12, 31), False),
        ("contract/2026-11", date(2027, 1, 1), True),
        ("contract/last/2026-04-10", date(2026, 4, 10), False),
        ("contract/last/2026-04-10", date(2026, 4, 11), True),
        ("log/cgnat/2020-01-01", date(2026, 4, 11), False),
        ("workspace/ledger", date(2099, 1, 1), False),
        ("contract/other", date(2099, 1, 1), False),
        ("contract/last/not-a-date", date(2099, 1, 1), False),
    ],
)
def test_due_by_name(name: str, today: date, due: bool) -> None:
    """Only a contract key's name tells when it ends."""
    assert due_by_name(name, today) is due


@settings(max_examples=200, deadline=None)
@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)))
def test_three_years_are_three_years(ended: date) -> None:
    """For any end: the last day is three years on in the same month, never earlier than the 28th would allow, and due,
    name and due-by-name agree."""
    last = last_day(ended, CONTRACT_EVIDENCE_KEPT)
    assert (last.year, last.month) == (ended.year + 3, ended.month)
    assert abs(last.day - ended.day) <= 1
    name = checked_name(contract_end_key(ended))
    assert not due_by_name(name, last)
    assert due_by_name(name, contract_end_key_due(ended))


@settings(max_examples=100, deadline=None)
@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(1, 60))
def test_a_later_event_never_ends_earlier(event: date, months: int) -> None:
    """Counting by months keeps the order of events."""
    assert last_day(event, Period(months=months)) <= last_day(event + timedelta(days=1), Period(months=months))
