"""Stage times of own cases, and how long logs were really kept."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sekisho.disclosure.kinds import CaseType
from sekisho.disclosure.progress import Event
from sekisho.disclosure.study.actual_retention import PurgedDay, actual, as_csv
from sekisho.disclosure.study.actual_retention import document as retention_document
from sekisho.disclosure.study.own_times import Course, document, estimates, own_times, waits
from sekisho.disclosure.study.stages import StageName
from sekisho.disclosure.study.times import Measured
from sekisho.keys.schedule import Period
from sekisho.logs.kinds import LogKind
from sekisho.logs.policy import FieldName, Policy, Purpose, Reason

START = datetime(2026, 5, 1, 10, tzinfo=ZoneInfo("Asia/Tokyo"))


def _course(days: float | None, kind: CaseType = CaseType.VOLUNTARY_CLAIM, *, ended: bool = False) -> Course:
    at = {Event.RECEIVE: START, Event.REVIEW: START + timedelta(days=1)}
    if days is not None:
        at[Event.DELIVER] = START + timedelta(days=days)
    return Course(kind, at, ended)


def test_own_cases_measure_the_stages_of_this_house() -> None:
    """Twenty delivered claims replace the default; those still open are told, those that ended otherwise aren't."""
    courses = [
        *(_course(10 + one) for one in range(20)),
        *(_course(None) for _ in range(3)),
        _course(None, ended=True),
        *(_course(5, CaseType.DISCLOSURE_ORDER) for _ in range(19)),
    ]
    found = {one.stage: one for one in estimates(courses)}
    claim = found[StageName.VOLUNTARY_ANSWER]
    assert (claim.finished, claim.open) == (20, 3)
    assert claim.times == Measured(tuple(float(10 + one) for one in range(20)))
    assert found[StageName.HANDOVER].finished == 19
    assert set(own_times(found.values())) == {StageName.VOLUNTARY_ANSWER}


def test_where_days_go_is_told_from_five_cases_on() -> None:
    """A median of four cases would tell of each of them."""
    few, enough = waits([_course(None) for _ in range(4)]), waits([_course(None) for _ in range(5)])
    assert [(one.cases, one.median) for one in few] == [(4, None)]
    assert [(one.begin, one.end, one.cases, one.median) for one in enough] == [(Event.RECEIVE, Event.REVIEW, 5, 1.0)]
    said = json.loads(json.dumps(document(estimates([]), enough)))
    assert said["waits"][0]["median_days"] == 1.0
    assert {one["stage"] for one in said["stages"]} == {"name_supplied", "handover", "voluntary_answer"}


def test_an_event_before_the_receipt_measures_nothing() -> None:
    """A time entered backwards isn't a negative number of days."""
    assert _course(-2).days(Event.RECEIVE, Event.DELIVER) is None


def _policy(days: int, *, service: str = "net", begin: date = date(2026, 1, 1), end: date | None = None) -> Policy:
    return Policy(
        "Example Telecom",
        service,
        LogKind.AP_NAT,
        frozenset({Purpose.ABUSE_PREVENTION}),
        frozenset({FieldName.ADDRESS}),
        Period(days=days),
        "need",
        Reason("n", "e", "s"),
        begin,
        end,
    )


def _purged(day: date, kept: int, kind: LogKind = LogKind.AP_NAT) -> PurgedDay:
    return PurgedDay(kind, day, day + timedelta(days=kept), f"log/{kind.value}/{day.isoformat()}")


PURGED = [
    _purged(date(2026, 1, 10), 91),
    _purged(date(2026, 1, 11), 91),
    _purged(date(2026, 1, 12), 95),
    _purged(date(2026, 3, 1), 121),
    _purged(date(2026, 1, 10), 5, LogKind.AP_DHCP),
]


def test_actual_retention_is_counted_from_certificates() -> None:
    """Per policy: only its own kind and days, what ended late, and the oldest day still kept."""
    old = _policy(90, end=date(2026, 2, 1))
    new = _policy(120, begin=date(2026, 2, 1))
    later = _policy(120, service="new", begin=date(2027, 1, 1))
    oldest = {LogKind.AP_NAT: date(2026, 3, 2)}
    first, second = actual([new, later, old], PURGED, oldest, on=date(2026, 7, 1))
    assert (first.policy, first.purged, first.shortest, first.middle, first.longest) == (old, 3, 91, 91, 95)
    # Kept to the end of the 90th day and purged on the 91st is on time; the 95th isn't.
    assert (first.late, first.oldest) == (1, None)
    assert (second.policy, second.purged, second.late, second.oldest) == (new, 1, 0, date(2026, 3, 2))


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_export_is_csv_and_json(lang: str) -> None:
    """One row per policy in both; a name that a spreadsheet would run is made inert; what isn't known stays empty."""
    found = actual([_policy(90, service='=HYPERLINK("x"),')], [], {}, on=date(2026, 7, 1))
    header, row = csv.reader(io.StringIO(as_csv(found, lang)))
    assert len(header) == len(row) == 14
    assert row[1] == '\'=HYPERLINK("x"),'
    assert row[4] == "90d"
    assert row[9:12] == ["", "", ""]
    (said,) = retention_document(found, on=date(2026, 7, 1))["services"]
    assert (said["policy_period"], said["band"], said["kept_days"]["median"]) == ("90d", "desirable", None)
    json.dumps(said, allow_nan=False)
