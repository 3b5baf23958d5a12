"""MIC's tables of designated numbers reach the bundle: a number nobody was given is judged so by what is published."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from sekisho.access.errors import ScopeMissing
from sekisho.calls.designated import DESIGNATIONS_LEAF, PART
from sekisho.calls.numbers import DesignationsRefused
from sekisho.calls.screening.call import Direction
from sekisho.calls.screening.decision import Outcome
from tests.calls.desk import CallDesk, call
from tests.calls.listing.test_publishing import agreed
from tests.calls.numbers.test_designations import LIST, MATRIX, as_csv, as_excel

EITHER_STORE = True

FIXED, MOBILE = {"fixed.csv": as_csv(LIST)}, {"mobile.xlsx": as_excel(MATRIX)}
DAY = date(2026, 9, 1)
TRANSIT = {"id": "ag-in", "trunk": "t-in", "direction": "domestic", "shows": "transit", "from": "2026-11-24"}
GIVEN, NOT_GIVEN, OTHER_TABLE = "0312345678", "0312361234", "0612345678"


def outcome(desk: CallDesk, number: str) -> Outcome:
    """What becomes of a call from another operator that shows this number."""
    asked = call(trunk="t-in", direction=Direction.DOMESTIC, asserted=number)
    return desk.service.decide(asked, by=desk["madoguchi"])[0].outcome


def test_a_number_that_nobody_was_given_is_withheld_once_the_table_is_published(desk: CallDesk) -> None:
    """Before the bundle that has the table nothing is said of it; of a number of another table nothing ever is."""
    agreed(desk, TRANSIT)
    publishing = desk.service.publishing
    publishing.publish(by=desk["tanto"])
    assert outcome(desk, NOT_GIVEN) is Outcome.PASS
    desk.clock.advance(timedelta(minutes=1))
    found = desk.service.designations.load(FIXED, as_of=DAY, by=desk["tanto"])
    assert (found.as_of, found.tables, found.no_longer) == (DAY, ("03",), ())
    assert publishing.changed_since() is not None
    assert PART in publishing.publish(by=desk["tanto"]).files
    assert [outcome(desk, each) for each in (GIVEN, NOT_GIVEN, OTHER_TABLE)] == [
        Outcome.PASS, Outcome.ANONYMISE, Outcome.PASS
    ]  # fmt: skip
    assert desk.service.designations.held() == found


def test_another_snapshot_replaces_the_whole_and_says_what_it_lacks(desk: CallDesk) -> None:
    """What was covered and isn't any more is told; a former bundle brings no former table back."""
    register, publishing = desk.service.designations, desk.service.publishing
    register.load(FIXED, as_of=DAY, by=desk["tanto"])
    first = publishing.publish(by=desk["tanto"])
    found = register.load(MOBILE, as_of=None, by=desk["tanto"])
    assert (found.as_of, found.tables, found.no_longer) == (DAY, ("090",), ("03",))
    second = publishing.publish(by=desk["tanto"])
    assert second.files[PART] != first.files[PART]
    assert publishing.roll_back(first.number, by=desk["tanto"]).files[PART] == second.files[PART]
    assert [one["blocks"] for one in desk.leaves(DESIGNATIONS_LEAF)] == [2, 13]


def test_what_cannot_be_taken_in_changes_nothing(desk: CallDesk) -> None:
    """Older than what is held, of a day to come, without a day, unreadable, or by somebody who may not."""
    register = desk.service.designations
    held = register.load(FIXED, as_of=DAY, by=desk["tanto"])
    for files, as_of in (
        (FIXED, date(2026, 8, 31)), (FIXED, date(2030, 1, 1)), (FIXED, None), ({}, DAY),
        ({**FIXED, "x.csv": b"\x00\x01"}, DAY),
    ):  # fmt: skip
        with pytest.raises(DesignationsRefused):
            register.load(files, as_of=as_of, by=desk["tanto"])
    with pytest.raises(ScopeMissing):
        register.load(FIXED, as_of=DAY, by=desk["madoguchi"])
    assert register.held() == held
