"""Every rule of every type of hold, each with its clause; the edges of its periods written out by hand."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from sekisho.logs.holds.errors import ExtensionRefused, HoldRefused, ReleaseRefused
from sekisho.logs.holds.rules import (
    HOLDS,
    HoldType,
    ReleaseReason,
    last_allowed,
    next_review,
    require_extension,
    require_release,
    require_until,
)
from sekisho.logs.holds.terms import read_terms
from sekisho.logs.intervals.days import microseconds
from tests.logs.conftest import NOON
from tests.logs.keeping import hold_terms

D = date
REQUEST = HoldType.PRESERVATION_REQUEST
NOW = microseconds(NOON)
TODAY = D(2026, 11, 23)


# (type, received, latest last day): 刑訴法197条3項 (30 days), counted by Civil Code arts. 140 and 143
@pytest.mark.parametrize(
    ("hold", "received", "latest"),
    [
        (REQUEST, D(2026, 11, 23), D(2026, 12, 23)),  # 140条: the day of receipt isn't counted
        (REQUEST, D(2026, 12, 31), D(2027, 1, 30)),
        (REQUEST, D(2027, 1, 30), D(2027, 3, 1)),  # days are counted, not a month: February has 28
        (REQUEST, D(2027, 2, 1), D(2027, 3, 3)),
        (REQUEST, D(2028, 2, 1), D(2028, 3, 2)),  # a leap year
        (HoldType.COURT_ORDER, D(2026, 11, 23), None),  # 情プラ法16条1項: until the case ends
        (HoldType.PENDING_CLAIM, D(2026, 11, 23), None),
        (HoldType.EMERGENCY, D(2026, 11, 23), None),  # 38条解説: until the need ceases
        (HoldType.VOLUNTARY_REQUEST, D(2026, 11, 23), D(2027, 2, 21)),  # house: 90 days
        (HoldType.SPECIAL_REASON, D(2026, 11, 23), D(2027, 5, 22)),  # house: 180 days
        (HoldType.OTHER_LAW, D(2026, 11, 23), D(2027, 11, 24)),  # house: 366 days
    ],
)
def test_the_longest_first_period(hold: HoldType, received: date, latest: date | None) -> None:
    """Up to and including the last day that is allowed, and not a day more; none where there is no day."""
    assert last_allowed(hold, received) == latest
    if latest is None:
        require_until(hold, received, None)
        with pytest.raises(HoldRefused):
            require_until(hold, received, received)
        return
    require_until(hold, received, latest)
    for wrong in (None, date.fromordinal(latest.toordinal() + 1), date.fromordinal(received.toordinal() - 1)):
        with pytest.raises(HoldRefused) as caught:
            require_until(hold, received, wrong)
        assert HOLDS[hold].source in str(caught.value.fields["problem"])


# (received, until, new, today, allowed): 刑訴法197条4項 (30 days each, 60 in all)
@pytest.mark.parametrize(
    ("until", "new", "today", "allowed"),
    [
        (D(2026, 12, 23), D(2027, 1, 22), D(2026, 12, 20), True),  # 30 more: the 60th day
        (D(2026, 12, 23), D(2027, 1, 23), D(2026, 12, 20), False),  # 61
        (D(2026, 12, 23), D(2026, 12, 24), D(2026, 12, 23), True),  # on its last day it still is one
        (D(2026, 12, 23), D(2026, 12, 24), D(2026, 12, 24), False),  # what has ended isn't extended
        (D(2026, 12, 23), D(2026, 12, 23), D(2026, 12, 20), False),  # no day more is no extension
        (D(2026, 12, 3), D(2027, 1, 2), D(2026, 12, 1), True),  # 30 from an earlier end
        (D(2026, 12, 3), D(2027, 1, 3), D(2026, 12, 1), False),  # 31 from it, though 41 in all
        (D(2027, 1, 2), D(2027, 1, 22), D(2026, 12, 30), True),  # a second one, up to 60 in all
        (D(2027, 1, 2), D(2027, 1, 23), D(2026, 12, 30), False),
        (D(2027, 1, 22), D(2027, 1, 23), D(2027, 1, 20), False),  # 60 is the end
    ],
)
def test_extending_a_preservation_request(until: date, new: date, today: date, allowed: bool) -> None:
    """Received on 2026-11-23: each extension at most 30 days from the end before, all of it at most 60."""
    if allowed:
        require_extension(REQUEST, D(2026, 11, 23), until, new, today=today)
    else:
        with pytest.raises(ExtensionRefused):
            require_extension(REQUEST, D(2026, 11, 23), until, new, today=today)


def test_what_has_no_day_is_not_extended() -> None:
    """It is looked at again instead."""
    for hold in (HoldType.COURT_ORDER, HoldType.PENDING_CLAIM, HoldType.EMERGENCY):
        with pytest.raises(ExtensionRefused):
            require_extension(hold, TODAY, None, D(2027, 1, 1), today=TODAY)
        assert next_review(hold, TODAY) is not None
    assert next_review(REQUEST, TODAY) is None


def test_house_limits_of_extensions() -> None:
    """A voluntary request to 180 days in all, a special reason to a year; another law has no total of ours."""
    require_extension(HoldType.VOLUNTARY_REQUEST, TODAY, D(2027, 2, 21), D(2027, 5, 22), today=TODAY)
    with pytest.raises(ExtensionRefused):
        require_extension(HoldType.VOLUNTARY_REQUEST, TODAY, D(2027, 2, 21), D(2027, 5, 23), today=TODAY)
    require_extension(HoldType.SPECIAL_REASON, TODAY, D(2027, 5, 22), D(2027, 11, 18), today=TODAY)
    with pytest.raises(ExtensionRefused):
        require_extension(HoldType.SPECIAL_REASON, TODAY, D(2027, 11, 18), D(2027, 11, 25), today=TODAY)
    require_extension(HoldType.OTHER_LAW, TODAY, D(2027, 11, 24), D(2028, 11, 24), today=TODAY)


def release(hold: HoldType, reason: ReleaseReason, until: date | None = None, **more: Any) -> None:
    """Ask whether it may be released on 2026-12-24."""
    given: dict[str, Any] = {"document": "x", "decided_on": None, "ended_on": None, "today": D(2026, 12, 24)} | more
    require_release(hold, reason, until, **given)


@pytest.mark.parametrize(
    ("hold", "reason", "until", "more", "allowed"),
    [
        (REQUEST, "expired", D(2026, 12, 23), {}, True),
        (REQUEST, "expired", D(2026, 12, 24), {}, False),  # its last day is part of it
        (REQUEST, "withdrawn", D(2027, 1, 22), {}, True),  # 197条3項後段
        (REQUEST, "withdrawn", D(2027, 1, 22), {"document": " "}, False),  # in writing
        (REQUEST, "need_ceased", D(2027, 1, 22), {}, False),  # not the operator's to judge
        (HoldType.COURT_ORDER, "case_ended", None, {"ended_on": D(2026, 12, 24)}, True),
        (HoldType.COURT_ORDER, "case_ended", None, {}, False),  # 16条1項: which day
        (HoldType.COURT_ORDER, "case_ended", None, {"ended_on": D(2026, 12, 25)}, False),
        # 14条1項・5項: an objection within a month of service (2026-11-23: until 2026-12-23)
        (HoldType.COURT_ORDER, "case_ended", None, {"decided_on": TODAY, "ended_on": D(2026, 12, 23)}, False),
        (HoldType.COURT_ORDER, "case_ended", None, {"decided_on": TODAY, "ended_on": D(2026, 12, 24)}, True),
        (HoldType.COURT_ORDER, "withdrawn", None, {}, False),
        (HoldType.COURT_ORDER, "need_ceased", None, {}, False),
        (HoldType.COURT_ORDER, "expired", None, {}, False),
        (HoldType.PENDING_CLAIM, "withdrawn", None, {}, True),
        (HoldType.PENDING_CLAIM, "case_ended", None, {"ended_on": D(2026, 12, 1)}, True),
        (HoldType.EMERGENCY, "need_ceased", None, {}, True),
        (HoldType.EMERGENCY, "need_ceased", None, {"document": ""}, False),
        (HoldType.EMERGENCY, "expired", None, {}, False),
        (HoldType.VOLUNTARY_REQUEST, "need_ceased", D(2027, 1, 1), {}, True),
        (HoldType.SPECIAL_REASON, "withdrawn", D(2027, 1, 1), {}, False),
        (HoldType.OTHER_LAW, "withdrawn", D(2027, 1, 1), {}, True),
    ],
)
def test_releasing(hold: HoldType, reason: str, until: date | None, more: dict[str, Any], allowed: bool) -> None:
    """Each type for its own reasons, with its own paper."""
    if allowed:
        release(hold, ReleaseReason(reason), until, **more)
    else:
        with pytest.raises(ReleaseRefused):
            release(hold, ReleaseReason(reason), until, **more)


# (notified, first day after the month): 民訴法95条3項, a month that ends on a day on which courts are closed goes on
@pytest.mark.parametrize(
    ("notified", "over"),
    [
        (D(2026, 11, 23), D(2026, 12, 24)),  # ends on Wednesday, 23 December
        (D(2026, 12, 1), D(2027, 1, 5)),  # 1 January is New Year's Day: it ends on Monday, 4 January
        (D(2026, 11, 29), D(2027, 1, 5)),  # 29 December begins the turn of the year
        (D(2026, 10, 21), D(2026, 11, 25)),  # Saturday, Sunday, then the holiday of 23 November: ends on the 24th
    ],
)
def test_the_month_of_an_objection_does_not_end_while_courts_are_closed(notified: date, over: date) -> None:
    """What is held for a case outlives the month through the day on which courts open again, and not a day less."""
    more: dict[str, Any] = {"decided_on": notified, "today": D(2027, 2, 1)}
    release(HoldType.COURT_ORDER, ReleaseReason.CASE_ENDED, ended_on=over, **more)
    with pytest.raises(ReleaseRefused, match=over.isoformat()):
        release(HoldType.COURT_ORDER, ReleaseReason.CASE_ENDED, ended_on=over - timedelta(days=1), **more)


# (field, what is changed): what a preservation request must be
@pytest.mark.parametrize(
    ("field", "changed"),
    [
        ("authority.document", {"authority": {"document": ""}}),  # 197条3項: 書面で
        ("authority.document_date", {"authority": {"document_date": None}}),
        ("authority.document_date", {"authority": {"document_date": "2026-11-24"}}),
        ("authority.rank", {"authority": {"rank": "judicial_police_constable"}}),  # 197条3項: 司法警察員
        ("authority.rank", {"authority": {"rank": None}}),
        ("authority.officer", {"authority": {"officer": ""}}),
        ("authority.checked", {"authority": {"checked": " "}}),
        ("authority.name", {"authority": {"name": ""}}),
        ("scope", {"scope": {"addresses": []}}),  # 197条3項: 必要なものを特定し
        ("scope.kinds", {"scope": {"kinds": []}}),
        ("scope.kinds", {"scope": {"kinds": ["quarantine"]}}),
        ("scope.end", {"scope": {"end": "2026-11-23T12:00:01+09:00"}}),  # 197条3項: what is recorded already
        ("scope.begin", {"scope": {"begin": "2026-11-23T00:00:00+09:00"}}),
        ("scope.end", {"scope": {"begin": "2025-01-01T00:00:00+09:00"}}),
        ("scope.begin", {"scope": {"begin": "2026-11-22T00:00:00"}}),  # a time without its offset
        ("until", {"until": "2026-12-24"}),  # 197条3項: 三十日を超えない
        ("until", {"until": None}),
        ("received", {"received": "2026-11-24"}),
        ("silent", {"type": "voluntary_request", "silent": True}),  # 197条5項 is about requests of investigators
        ("knows", {"knows": ["Somebody Else"]}),
        ("surprise", {"surprise": 1}),
    ],
)
def test_what_cannot_be_a_preservation_request(field: str, changed: dict[str, Any]) -> None:
    """Each lack is refused by name."""
    with pytest.raises(HoldRefused) as caught:
        hold_terms(**changed).checked(now=NOW, today=TODAY)
    assert caught.value.fields["field"] == field


def test_a_good_one_and_its_document() -> None:
    """What was read is written again the same; it may ask that nobody is told."""
    terms = hold_terms(silent=True, knows=["officer"]).checked(now=NOW, today=TODAY)
    again = hold_terms(silent=True, knows=["officer"])
    assert terms == again
    assert read_terms(terms.document()) == terms


@pytest.mark.parametrize(
    ("field", "changed"),
    [
        ("authority.reason", {"type": "emergency", "until": None}),
        ("authority.reason", {"type": "special_reason"}),
        ("authority.law", {"type": "other_law"}),
        ("until", {"type": "court_order"}),
    ],
)
def test_what_the_other_types_need(field: str, changed: dict[str, Any]) -> None:
    """A reason where there is no paper, the article of another law, no day for a court's order."""
    with pytest.raises(HoldRefused) as caught:
        hold_terms(**changed).checked(now=NOW, today=TODAY)
    assert caught.value.fields["field"] == field
