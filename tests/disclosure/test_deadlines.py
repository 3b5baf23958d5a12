"""The terms of the disclosure desk against days counted by hand: ends of months and years, leap years, Golden Week.

No day in the tables was taken from a program. Weekdays: 2026-11-23 and 2027-01-04 are Mondays, 2028-02-29 a Tuesday.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.business_days import is_business_day
from sekisho.disclosure.deadline_errors import FixedTerm, LongerThanTerm
from sekisho.disclosure.deadlines import TERMS, DeadlineKind, Figure, deadline
from sekisho.keys.schedule import last_day
from sekisho.logs.holds.rules import HOLDS, HoldType

K = DeadlineKind

TABLE = (
    # --- preservation: 刑訴法197条3項; thirty days after the day itself, never stretched
    (K.PRESERVATION, "2026-11-23", "2026-12-23", "30 days over the end of a month"),
    (K.PRESERVATION, "2026-12-02", "2027-01-01", "New Year's Day stays the last day"),
    (K.PRESERVATION, "2026-11-05", "2026-12-05", "a Saturday stays the last day"),
    (K.PRESERVATION, "2027-01-31", "2027-03-02", "over a February of 28 days"),
    (K.PRESERVATION, "2028-01-31", "2028-03-01", "over a February of 29 days"),
    # --- the sender's answer: two weeks
    (K.HEARING_ANSWER, "2026-11-24", "2026-12-08", "Tuesday to Tuesday"),
    (K.HEARING_ANSWER, "2026-11-28", "2026-12-14", "Saturday 12 December moves to Monday"),
    (K.HEARING_ANSWER, "2026-12-15", "2027-01-04", "29 December moves over the turn of the year"),
    (K.HEARING_ANSWER, "2026-12-18", "2027-01-04", "1 January moves"),
    (K.HEARING_ANSWER, "2027-04-16", "2027-04-30", "30 April 2027 is a Friday between holidays"),
    (K.HEARING_ANSWER, "2027-04-19", "2027-05-06", "3 May moves past Golden Week"),
    (K.HEARING_ANSWER, "2028-02-15", "2028-02-29", "a leap day"),
    # --- objection: one month, 情プラ法14条1項
    (K.OBJECTION, "2026-10-31", "2026-11-30", "begins on the first of a month, ends with the month"),
    (K.OBJECTION, "2026-01-31", "2026-03-02", "28 February is a Saturday"),
    (K.OBJECTION, "2026-01-30", "2026-03-02", "no 31 February: its last day, a Saturday"),
    (K.OBJECTION, "2026-01-29", "2026-03-02", "no 30 February: its last day, a Saturday"),
    (K.OBJECTION, "2028-01-30", "2028-02-29", "no 31 February: the leap day"),
    (K.OBJECTION, "2028-01-28", "2028-02-28", "the day before the corresponding leap day"),
    (K.OBJECTION, "2026-11-29", "2027-01-04", "29 December moves"),
    (K.OBJECTION, "2026-11-30", "2027-01-04", "31 December moves"),
    (K.OBJECTION, "2026-12-01", "2027-01-04", "1 January moves"),
    (K.OBJECTION, "2026-12-04", "2027-01-04", "4 January is open"),
    (K.OBJECTION, "2027-03-28", "2027-04-28", "the day before Golden Week"),
    (K.OBJECTION, "2027-03-29", "2027-04-30", "29 April moves by a day"),
    (K.OBJECTION, "2027-04-03", "2027-05-06", "3 May moves by three"),
    # --- lapse of an order to name the next provider: two months
    (K.IDENTIFICATION_LAPSE, "2026-07-15", "2026-09-15", "plain"),
    (K.IDENTIFICATION_LAPSE, "2026-09-23", "2026-11-24", "23 November is a holiday"),
    (K.IDENTIFICATION_LAPSE, "2026-12-31", "2027-03-01", "28 February 2027 is a Sunday"),
    (K.IDENTIFICATION_LAPSE, "2026-12-29", "2027-03-01", "no 30 February: its last day, a Sunday"),
    (K.IDENTIFICATION_LAPSE, "2027-12-30", "2028-02-29", "no 31 February: the leap day"),
    # --- leaks: the day itself is day one
    (K.SECRECY_LEAK_FIRST, "2026-11-23", "2026-11-25", "three days"),
    (K.SECRECY_LEAK_FIRST, "2026-12-31", "2027-01-02", "promptly means in the holidays too"),
    (K.SECRECY_LEAK_DETAILS, "2026-11-23", "2026-12-22", "day thirty"),
    (K.SECRECY_LEAK_DETAILS, "2026-12-03", "2027-01-04", "1 January moves"),
    (K.SECRECY_LEAK_DETAILS, "2027-02-01", "2027-03-02", "over a February of 28 days"),
    (K.SECRECY_LEAK_DETAILS, "2028-02-01", "2028-03-01", "over a February of 29 days"),
    (K.PERSONAL_LEAK_FIRST, "2026-11-23", "2026-11-27", "day five"),
    (K.PERSONAL_LEAK_FIRST, "2027-05-01", "2027-05-05", "Golden Week is no reason to wait"),
    (K.PERSONAL_LEAK_FINAL, "2026-11-23", "2026-12-22", "day thirty"),
    (K.PERSONAL_LEAK_FINAL, "2027-04-04", "2027-05-06", "3 May moves"),
    (K.PERSONAL_LEAK_FINAL_MALICE, "2026-11-23", "2027-01-21", "day sixty"),
    (K.PERSONAL_LEAK_FINAL_MALICE, "2026-11-03", "2027-01-04", "1 January moves"),
    # --- orders of secrecy: a year at most, never stretched
    (K.SECRECY_ORDER, "2027-04-01", "2028-04-01", "a Saturday stays the last day"),
    (K.SECRECY_ORDER, "2027-02-28", "2028-02-29", "begins on 1 March, ends with the leap day"),
    (K.SECRECY_ORDER, "2028-02-28", "2029-02-28", "begins on a leap day: none a year later"),
    (K.SECRECY_ORDER, "2028-02-29", "2029-02-28", "begins on 1 March"),
    # --- this house's figures
    (K.HOLD_REVIEW, "2026-11-23", "2027-02-21", "a Sunday stays"),
    (K.EMERGENCY_HOLD_REVIEW, "2026-12-20", "2027-01-03", "stays"),
    (K.FEE_PAYMENT, "2026-11-23", "2026-12-23", "plain"),
    (K.FEE_PAYMENT, "2026-11-30", "2027-01-04", "30 December moves"),
)

CHOSEN = (
    (K.PRESERVATION, "2026-11-23", 1, "2026-11-24"),
    (K.PRESERVATION, "2026-11-23", 15, "2026-12-08"),
    (K.PRESERVATION, "2026-11-23", 30, "2026-12-23"),
    (K.SECRECY_ORDER, "2027-04-01", 90, "2027-06-30"),
    (K.SECRECY_ORDER, "2027-04-01", 366, "2028-04-01"),
)
TOO_LONG = (
    (K.PRESERVATION, "2026-11-23", 31),
    (K.PRESERVATION, "2026-11-23", 0),
    (K.PRESERVATION, "2026-11-23", -1),
    (K.PRESERVATION, "2026-11-23", 10**12),
    (K.SECRECY_ORDER, "2026-04-01", 366),
    (K.SECRECY_ORDER, "2027-04-01", 367),
)


def day(text: str) -> date:
    """A date of the tables."""
    return date.fromisoformat(text)


@pytest.mark.parametrize(("kind", "started", "last", "why"), TABLE)
def test_the_last_day_is_the_one_counted_by_hand(kind: DeadlineKind, started: str, last: str, why: str) -> None:
    """Each term ends on the table's day."""
    assert deadline(kind, day(started)).last_day == day(last), why


def test_every_term_is_in_the_table() -> None:
    """No term goes unchecked."""
    assert {row[0] for row in TABLE} == set(DeadlineKind) == set(TERMS)


@pytest.mark.parametrize(("kind", "started", "days", "last"), CHOSEN)
def test_a_shorter_term_may_be_asked_for(kind: DeadlineKind, started: str, days: int, last: str) -> None:
    """Where a length is chosen it is counted like the most there may be."""
    assert deadline(kind, day(started), days=days).last_day == day(last)


@pytest.mark.parametrize(("kind", "started", "days"), TOO_LONG)
def test_a_longer_term_is_refused(kind: DeadlineKind, started: str, days: int) -> None:
    """Thirty-one days, no day, absurd numbers, and a year that isn't a leap year's."""
    with pytest.raises(LongerThanTerm) as refused:
        deadline(kind, day(started), days=days)
    assert "102条の2" in str(refused.value.fields) or "197条3項" in str(refused.value.fields)


def test_a_fixed_term_takes_no_length() -> None:
    """Nobody shortens the sender's two weeks or the month of objection."""
    for kind in set(DeadlineKind) - {K.PRESERVATION, K.SECRECY_ORDER}:
        with pytest.raises(FixedTerm):
            deadline(kind, day("2026-11-23"), days=1)


def test_a_moved_day_says_by_what() -> None:
    """The day by count stays visible beside the moved one, with the article."""
    moved = deadline(K.OBJECTION, day("2026-12-01"))
    assert (moved.unmoved, moved.last_day) == (day("2027-01-01"), day("2027-01-04"))
    assert moved.moved is not None
    assert "95条3項" in moved.moved.source
    assert deadline(K.OBJECTION, day("2026-12-04")).moved is None


def test_the_quick_report_has_a_day_to_aim_at() -> None:
    """Three to five days: the third is aimed at, the fifth is the last."""
    quick = deadline(K.PERSONAL_LEAK_FIRST, day("2026-11-23"))
    assert (quick.target, quick.last_day) == (day("2026-11-25"), day("2026-11-27"))


def test_a_term_is_over_after_its_last_day() -> None:
    """The whole last day belongs to the term (民法141条)."""
    term = deadline(K.HEARING_ANSWER, day("2026-11-24"))
    assert not term.over(day("2026-12-08"))
    assert term.over(day("2026-12-09"))


def test_every_term_says_whether_and_why_its_last_day_moves() -> None:
    """Exactly one of the two reasons is given, and no figure without a source."""
    for term in TERMS.values():
        assert (term.moving is None) == (term.stays is not None), term.kind
        assert term.source
        assert term.figure is not Figure.HOUSE or "目安" in term.source


def test_the_holds_of_the_log_store_have_the_same_lengths() -> None:
    """The desk's days and those by which the log store keeps records do not drift apart."""
    held = HOLDS[HoldType.PRESERVATION_REQUEST]
    term = TERMS[K.PRESERVATION]
    assert (term.most, term.most, term.in_all) == (held.longest, held.extension, held.total)
    assert TERMS[K.HOLD_REVIEW].most == HOLDS[HoldType.COURT_ORDER].review == HOLDS[HoldType.PENDING_CLAIM].review
    assert TERMS[K.EMERGENCY_HOLD_REVIEW].most == HOLDS[HoldType.EMERGENCY].review


@settings(max_examples=120)
@given(st.sampled_from(DeadlineKind), st.dates(date(2022, 10, 1), date(2040, 12, 31)))
def test_last_days_move_forward_to_business_days_only(kind: DeadlineKind, started: date) -> None:
    """A last day moves only where its term moves, only when closed, and only to the first open day."""
    term = deadline(kind, started)
    if term.moved is None:
        assert term.last_day == term.unmoved
        assert term.term.moving is None or is_business_day(term.last_day)
    else:
        assert is_business_day(term.last_day)
        assert not any(
            is_business_day(term.unmoved + timedelta(days=n)) for n in range((term.last_day - term.unmoved).days)
        )
    assert term.unmoved <= last_day(started, term.term.most)
