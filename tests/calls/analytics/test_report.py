"""A made month comes out as counted by hand, and nothing below the floor can be told from it."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.calls.analytics.counting import Tally, count
from sekisho.calls.analytics.errors import MonthNotOver, MonthRefused
from sekisho.calls.analytics.floors import FLOOR, tell
from sekisho.calls.analytics.folding import Folding
from sekisho.calls.analytics.months import Month
from sekisho.calls.analytics.page import page, paper
from sekisho.calls.analytics.report import Around, Report, report
from sekisho.calls.analytics.service import Reports
from sekisho.calls.windows.origin import country_code
from tests.calls.analytics.month import OCTOBER, SEPTEMBER, file, october, record, times
from tests.calls.desk import CallDesk

TODAY = date(2026, 11, 24)


def made(*more: bytes) -> Report:
    """The report of October, without a workspace."""
    rows = [
        (day, tally.value, name, n) for (day, tally, name), n in count([*october(), *more], day=TODAY).counts.items()
    ]
    return report(Month(2026, 10), rows, Around(), today=TODAY)


def test_the_made_month_comes_out_as_counted_by_hand(desk: CallDesk) -> None:
    """Through file, tables and report: every figure is the one that was written down beside the calls."""
    folding = Folding(desk.service.desk)
    folding.fold(file(times(20, "+442079460000", at=SEPTEMBER), name="b" * 32, day=SEPTEMBER.date()))
    folding.fold(file(october(), missing=2))
    found = Reports(desk.service.desk).month(Month(2026, 10), by=desk["tanto"]).document()
    assert found["calls"]["total"] == 40 + 12 + 9 + 25 + 3 + 15 + 120 + 11 + 200 + 1 + 1 + 1
    assert found["calls"]["before"] == 20
    assert found["calls"]["by_direction"] == {"abroad": 225, "domestic": 201, "egress": 11, "emergency": 1}
    assert found["calls"]["by_day"][4] == 238
    assert found["calls"]["by_day"][7] == 200
    assert found["incoming_by_kind"] == {"foreign": 210, "japan": 201, "unassigned": 15}
    # +290's three calls are below the floor: the smallest that is told joins them, which is +1.
    assert [(one["name"], one["region"], one["calls"]) for one in found["countries"]["rows"]] == [
        ("39", "IT", 120), ("44", "GB", 62),
    ]  # fmt: skip
    assert found["countries"]["other"] == 28
    assert found["countries"]["rows"][1] == {
        "name": "44", "region": "GB", "calls": 62, "before": 20, "change_percent": 210.0,
    }  # fmt: skip
    # +44113's nine are below the floor, so the next smallest of +44 joins them.
    assert {one["name"]: one["calls"] for one in found["ranges"]["rows"] if one["name"].startswith("44")} == {
        "44207": 41
    }
    assert found["unassigned"] == {
        "rows": [{"name": "210", "region": None, "calls": 15, "before": None, "change_percent": None}],
        "other": 0, "total": 15,
    }  # fmt: skip
    assert found["police"] == {"foreign_ending": 120, "japanese_inside": 0, "altered_ending": 11}
    assert found["failed_open"] == {"calls": 1, "share": 1 / 438, "reasons": {"error_KeyError": 1}}
    assert found["evidence"] == {"missing": 2, "unread": 0}
    assert "44207" not in found["new_ranges"]
    assert {"outcome": "reject", "reason": "number_not_agreed", "calls": 11, "before": 0} in found["outcomes"]


def test_no_number_of_a_call_stands_in_tables_report_or_page(desk: CallDesk) -> None:
    """Neither whole nor but for its last three digits: not in a tally, the document, the page, the texts."""
    records = list(october())
    Folding(desk.service.desk).fold(file(records))
    found = Reports(desk.service.desk).month(Month(2026, 10), by=desk["tanto"])
    texts = Reports(desk.service.desk).texts(Month(2026, 10), by=desk["tanto"])
    counted = count(records, day=TODAY).counts
    said = json.dumps([found.document(), texts.document()]) + page(found, "関所通信") + repr(counted)
    plain = re.sub(r"(?<=\d),(?=\d)", "", said)
    for raw in records:
        number = json.loads(raw).get("asserted")
        if number:
            assert number.lstrip("+0")[:-3] not in plain


def test_a_word_that_a_caller_could_write_is_never_a_subject() -> None:
    """Reasons that aren't reason codes are counted as "other"."""
    found = count([record("+442079460001", reason="+442079460001", failed_open="a b")], day=TODAY).counts
    subjects = {(tally, name) for _, tally, name in found}
    assert (Tally.OUTCOME, "pass/other") in subjects
    assert (Tally.FAILED_OPEN, "other") in subjects


BAD = [
    b"", b"[]", b"{}", b'{"at": true}', b'{"at": 1e99, "outcome": "pass"}', b"\xff\xfe", b'{"at":1,"alarm":"x"}',
    b'{"at": 1, "outcome": "pass", "direction": "sideways"}', b'{"at": 99999999999999999, "outcome": "pass"}',
    b'{"at": 1, "outcome": "pass", "isup": 3, "direction": "abroad"}',
]  # fmt: skip


@pytest.mark.parametrize("raw", BAD)
def test_a_record_that_cant_be_read_is_counted_as_such_and_stops_nothing(raw: bytes) -> None:
    """The record beside it is counted."""
    found = count([raw, record("+442079460001")], day=TODAY).counts
    assert found[TODAY, Tally.UNREAD, ""] == 1
    assert found[OCTOBER.date(), Tally.COUNTRY, "44"] == 1


HEADS = ["+44207946", "+44161496", "+441134960", "+1212555", "+29055", "+39012345", "+86101234", "+2101"]
NUMBERS = st.sampled_from(HEADS)
CALLS = st.lists(st.tuples(NUMBERS, st.integers(0, 9999)), max_size=120)


@settings(max_examples=60, deadline=None)
@given(CALLS)
def test_tallies_equal_a_plain_count(calls: list[tuple[str, int]]) -> None:
    """Countries of any calls are what counting their first digits gives."""
    found = count([record(f"{head}{tail:04d}") for head, tail in calls], day=TODAY).counts
    codes = {"+44": "44", "+12": "1", "+29": "290", "+39": "39", "+86": "86", "+21": "unassigned"}
    plain = Counter(codes[head[:3]] for head, _ in calls)
    told = {name: n for (_, tally, name), n in found.items() if tally is Tally.COUNTRY and name != "impossible"}
    impossible = sum(n for (_, tally, name), n in found.items() if tally is Tally.COUNTRY and name == "impossible")
    assert sum(told.values()) + impossible == len(calls)
    assert all(plain[name] >= n for name, n in told.items())
    assert {n: c for n, c in plain.items() if n != "1"} == {n: c for n, c in told.items() if n != "1"}


@given(st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.integers(0, 60), max_size=12))
def test_every_count_told_and_every_rest_is_nought_or_reaches_the_floor(counts: dict[str, int]) -> None:
    """And together they are all there was."""
    found = tell(counts)
    numbers = [*found.cells.values(), found.other]
    assert all(n == 0 or n >= FLOOR for n in numbers)
    if found.total is None:
        assert (sum(counts.values()), found.cells, found.other) == (sum(counts.values()), {}, 0)
        assert 0 < sum(counts.values()) < FLOOR
    else:
        assert sum(numbers) == found.total == sum(counts.values())


@settings(max_examples=80, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["44207", "44161", "44113", "1212", "1213", "290", "39012", "39013", "86101", "86102"]),
        st.integers(1, 40),
        max_size=10,
    ),
    st.integers(0, 15),
)
def test_no_range_below_the_floor_follows_by_subtraction(ranges: dict[str, int], unassigned: int) -> None:
    """Country less its ranges, all less what is told, kinds less countries: 0 or at least the floor, always."""
    day = OCTOBER.date()
    by_country: Counter[str] = Counter()
    for name, n in ranges.items():
        by_country[country_code(name)] += n
    rows = [(day, "range", name, n) for name, n in ranges.items()]
    rows += [(day, "country", name, n) for name, n in by_country.items()]
    rows += [(day, "country", "unassigned", unassigned), (day, "unassigned", "210", unassigned)] if unassigned else []
    rows.append((day, "calls", "abroad", sum(ranges.values()) + unassigned))
    found = report(Month(2026, 10), rows, Around(), today=TODAY)
    told = {one.name: one.calls for one in found.countries.rows}
    shown = {one.name: one.calls for one in found.ranges.rows}
    foreign = found.shown.get("foreign", 0)
    assert foreign == sum(ranges.values())
    rests = [foreign - sum(told.values())] if told else []
    rests += [calls - sum(n for name, n in shown.items() if country_code(name) == code) for code, calls in told.items()]
    rests.append(found.ranges.other)
    assert all(rest == 0 or rest >= FLOOR for rest in rests)
    assert all(country_code(name) in told for name in shown)
    assert all(n >= FLOOR and n == ranges[name] for name, n in shown.items())
    assert all(n >= FLOOR and n == by_country[name] for name, n in told.items())
    assert all(one.calls >= FLOOR for one in found.unassigned.rows)


def test_a_country_below_the_floor_the_month_before_has_no_change() -> None:
    """Its former count would follow from the percentage."""
    few = list(times(9, "+442079460000", at=SEPTEMBER))
    lines = [one for one in made(*few).countries.rows if one.name == "44"]
    assert [(one.before, one.change) for one in lines] == [(None, None)]


def test_newly_seen_are_ranges_told_now_and_in_no_earlier_month() -> None:
    """With one earlier month that had +44 20 7, the others told now are new; without any month nothing is said."""
    assert made().new_ranges is None
    found = made(*times(10, "+442079460000", at=SEPTEMBER))
    assert found.new_ranges is not None
    assert "44207" not in found.new_ranges


def test_a_month_without_tallies_or_to_come_is_refused(desk: CallDesk) -> None:
    """And texts for the public aren't made of a month that isn't over."""
    reports = Reports(desk.service.desk)
    for month in (Month(2026, 9), Month(2027, 1)):
        with pytest.raises(MonthRefused):
            reports.month(month, by=desk["tanto"])
    now = desk.clock.now()
    Folding(desk.service.desk).fold(file([record("+442079460001", at=now)]))
    assert not reports.month(Month(2026, 11), by=desk["tanto"]).over
    with pytest.raises(MonthNotOver):
        reports.texts(Month(2026, 11), by=desk["tanto"])


@pytest.mark.parametrize("text", ["2026-13", "2026", "26-10", "2026-1", "２０２６-10", "2026-10 "])
def test_what_is_no_month_is_refused(text: str) -> None:
    """Only YYYY-MM."""
    with pytest.raises(MonthRefused):
        Month.read(text)


def test_a_call_counts_on_its_day_in_japan() -> None:
    """The last hours of September in UTC are October's first."""
    night = OCTOBER.replace(day=1, hour=0) - timedelta(hours=5)
    assert night.month == 9
    assert count([record("+442079460001", at=night)], day=TODAY).counts[date(2026, 10, 1), Tally.COUNTRY, "44"] == 1


def test_the_page_has_both_languages_needs_nothing_from_outside_and_escapes_names() -> None:
    """No script, no link out; the operator's name is text."""
    html = page(made(), "<b>関所</b>通信")
    assert html.count("<main") == 2
    assert "&lt;b&gt;関所" in html
    assert "<script" not in html
    assert not re.search(r"(?:src|href)=\"(?!#)", html)
    assert not re.search(r"https?://", html)
    assert "通話の月次報告" in paper(made(), "x", "ja")
    assert "通話" not in paper(made(), "x", "en")
