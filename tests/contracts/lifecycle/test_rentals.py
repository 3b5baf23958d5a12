"""Rental records: the items of Ordinance art. 21, within three days of the hand-over."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.contracts.errors import IndividualNumber, MissingField, UnknownDecision, UnknownField, WrongValue
from sekisho.contracts.lifecycle.errors import NotARental, RentalRecorded
from sekisho.contracts.lifecycle.rental import due_on
from sekisho.contracts.lifecycle.rentals import Rentals
from tests.contracts.lifecycle.lives import BY, Shop, said


def rental(shop: Shop, reference: str = "R-1") -> str:
    """An accepted rental."""
    return shop.accepted(reference, event="rental")


def record(**changed: Any) -> dict[str, Any]:
    """A record of a hand-over on 2026-11-23."""
    made = {
        "units": 2,
        "phone_numbers": ["090-0000-0001", "+819000000002"],
        "tracking_number": "123456789018",
        "payment_method": "credit_card",
        "handed_over_by": "shop-012/tanaka",
        "handed_over_at": "2026-11-23T11:00:00+09:00",
    } | changed
    return {name: value for name, value in made.items() if value is not None}


def test_a_record_in_time(shop: Shop) -> None:
    """It is kept, encrypted, with a leaf; the same again is the same, another is refused; it goes with the contract."""
    decision = rental(shop)
    rentals = Rentals(shop.workspace)
    made = rentals.record(decision, record(), by=BY)
    assert (made.due_on, made.late) == (date(2026, 11, 26), False)
    assert rentals.record(decision, record(), by=BY).id == made.id
    with pytest.raises(RentalRecorded):
        rentals.record(decision, record(units=3), by=BY)
    found = rentals.find(decision)
    assert found is not None
    assert found.record["phone_numbers"] == ["090-0000-0001", "+819000000002"]
    assert rentals.to_record() == []
    begun = shop.life.begin([decision], by=BY).contract
    assert begun.kind.value == "rental"
    shop.life.end("R-1", on=None, by=BY)
    shop.go_to(date(2029, 11, 23))
    shop.due()
    assert rentals.find(decision) is not None
    assert shop.leaf_opens(made.id)
    shop.pass_days(1)
    shop.due()
    assert not shop.leaf_opens(made.id)


def test_a_record_too_late_is_taken_and_said_to_be_late(small: Shop) -> None:
    """On the third day it is in time, on the fourth it is late; the worklist says so before and after."""
    early, late = rental(small), rental(small, "R-2")
    rentals = Rentals(small.workspace)
    assert [each.presumed for each in rentals.to_record()] == [True, True]
    small.pass_days(3)
    assert said(small.due(), "contract-rentals") == [("rental_record", "waiting")] * 2
    assert not rentals.record(early, record(), by=BY).late
    small.pass_days(1)
    assert said(small.due(), "contract-rentals") == [("rental_record", "overdue")]
    assert rentals.record(late, record(), by=BY).late
    assert said(small.due(), "contract-rentals") == []


def test_the_three_days_run_from_the_hand_over_that_was_told(small: Shop) -> None:
    """Delivered later than decided: the worklist counts from the delivery."""
    decision = rental(small)
    small.life.begin([decision], by=BY)
    small.pass_days(5)
    small.life.delivered("R-1", on=None, by=BY)
    (waiting,) = Rentals(small.workspace).to_record()
    assert (waiting.presumed, waiting.due_on, waiting.late) == (False, date(2026, 12, 1), False)


def test_only_an_accepted_rental_has_a_record(small: Shop) -> None:
    """A service contract's decision, one that was turned away, and one that isn't there."""
    rentals = Rentals(small.workspace)
    for decision in (small.accepted("K-1"), small.turned_away("K-2")):
        with pytest.raises(NotARental):
            rentals.record(decision, record(), by=BY)
    with pytest.raises(UnknownDecision):
        rentals.record("0" * 32, record(), by=BY)


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"units": 0}, WrongValue),
        ({"units": True}, WrongValue),
        ({"units": "2"}, WrongValue),
        ({"units": 1}, WrongValue),
        ({"phone_numbers": []}, WrongValue),
        ({"phone_numbers": ["call me"]}, WrongValue),
        ({"phone_numbers": "090-0000-0001"}, WrongValue),
        ({"payment_method": "gold"}, WrongValue),
        ({"handed_over_at": "2026-11-23"}, WrongValue),
        ({"handed_over_at": "2026-11-24T11:00:00+09:00"}, WrongValue),
        ({"handed_over_by": " "}, WrongValue),
        ({"handed_over_by": "マイナンバー 123456789018"}, IndividualNumber),
        ({"units": None}, MissingField),
        ({"handed_over_by": None}, MissingField),
        ({"customer": "x"}, UnknownField),
    ],
)
def test_what_cannot_be_read_is_refused(small: Shop, changed: dict[str, Any], error: type[Exception]) -> None:
    """Each field has its form; nothing of a refused record is kept."""
    decision = rental(small)
    with pytest.raises(error):
        Rentals(small.workspace).record(decision, record(**changed), by=BY)
    assert Rentals(small.workspace).find(decision) is None


@given(st.dates(min_value=date(2006, 4, 1), max_value=date(2060, 12, 31)))
def test_the_last_day_is_the_third_after_the_hand_over(day: date) -> None:
    """The day of the hand-over isn't counted (Civil Code art. 140)."""
    assert (due_on(day) - day).days == 3
