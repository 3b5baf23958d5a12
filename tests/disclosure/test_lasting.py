"""How long a preservation lasts: counted from the receipt of its request, as 刑事訴訟法197条3項・4項 count."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.disclosure.deadlines import DeadlineKind, deadline
from sekisho.disclosure.gate_errors import ReceiptDayUnknown, ReceiptInFuture
from sekisho.disclosure.kinds import Act, CaseType, DataClass
from sekisho.disclosure.lasting import PRESERVATIONS, Running, until_of
from tests.disclosure.law_cases import DESK, LAW, PRESERVATION, TODAY, permission

SECRECY = DataClass.SECRECY
DAYS = st.dates(date(2025, 1, 1), date(2028, 12, 31))


def test_a_request_that_lay_for_weeks_is_not_given_them_again() -> None:
    """Received on 1 November and judged on the 20th: its last day is 1 December."""
    found = permission(
        PRESERVATION,
        CaseType.PRESERVATION_REQUEST,
        Act.HOLD,
        SECRECY,
        on=date(2026, 11, 20),
        received=date(2026, 11, 1),
    )
    assert found.permitted
    assert found.until is not None
    assert found.until.day == date(2026, 12, 1)


@pytest.mark.parametrize("event", sorted(PRESERVATIONS))
def test_without_its_day_of_receipt_no_hold_is_judged(event: CaseType) -> None:
    """Nobody can forget the day: it is refused, whatever the facts, and so is one after the day of judging."""
    with pytest.raises(ReceiptDayUnknown):
        DESK.permission({}, event=event, act=Act.HOLD, data_class=SECRECY, on=TODAY, law=LAW)
    with pytest.raises(ReceiptDayUnknown):
        DESK.permissions(PRESERVATION, event=event, on=TODAY, law=LAW)
    with pytest.raises(ReceiptInFuture):
        permission(PRESERVATION, event, Act.HOLD, SECRECY, received=TODAY + timedelta(days=1))
    DESK.permission({}, event=event, act=Act.SEARCH, data_class=SECRECY, on=TODAY, law=LAW)


@settings(max_examples=50)
@given(DAYS, st.integers(1, 30), st.integers(1, 30))
def test_it_counts_as_the_terms_do(received: date, first: int, second: int) -> None:
    """A request's last day and an extension's are those of the table of terms; sixty days are never passed."""
    event, extension = CaseType.PRESERVATION_REQUEST, CaseType.PRESERVATION_EXTENSION
    asked = until_of({"preservation.days_asked": first}, event, Act.HOLD, received=received, extends=None)
    term = deadline(DeadlineKind.PRESERVATION, received, days=first)
    assert asked.day == term.last_day
    running = Running(received, term.last_day)
    more = until_of({"preservation.days_asked": second}, extension, Act.HOLD, received=received, extends=running)
    assert more.day == min(term.last_day + timedelta(days=second), term.latest)


def test_an_extension_of_what_is_not_known_has_no_day() -> None:
    """Its days run from a last day that somebody else knows: they are told in words, none is made up."""
    found = until_of({}, CaseType.PRESERVATION_EXTENSION, Act.HOLD, received=TODAY, extends=None)
    assert found.day is None
    assert "60" in found.text.ja
