"""Transparency reports: counts from which nobody, and no single request, can be told."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.access.errors import ProofTooWeak, ScopeMissing
from sekisho.disclosure.kinds import CaseType, DataClass
from sekisho.disclosure.progress import RefusalReason
from sekisho.disclosure.reports.counting import LEAST, publish
from sekisho.disclosure.reports.errors import HalfNotOver, HalfRefused, NotPublishedYet
from sekisho.disclosure.reports.halves import Half
from sekisho.disclosure.reports.published import TransparencyReports
from sekisho.disclosure.reports.transparency import (
    EMERGENCY_TYPES,
    TITLES,
    Looked,
    Request,
    Result,
    report,
)
from sekisho.disclosure.reports.transparency_page import page
from tests.disclosure.world import Desk

HALF = Half(2026, 2)
CATEGORIES = ("a", "b", "c", "d")
COUNTS = st.fixed_dictionaries({one: st.integers(0, 12) for one in CATEGORIES})


@given(COUNTS)
def test_every_published_number_is_none_or_many(counts: dict[str, int]) -> None:
    """A published number is 0 or at least five, a pool has two categories or more, and totals fit."""
    found = publish(counts, CATEGORIES)
    told = [*found.cells.values(), *([] if found.pool is None else [found.pool])]
    assert all(one == 0 or one >= LEAST for one in told)
    assert found.total in (None, sum(counts.values()))
    assert (found.total is None) == (0 < sum(counts.values()) < LEAST)
    assert not found.pooled or len(found.pooled) >= 2
    assert sorted([*found.cells, *found.pooled]) == sorted(CATEGORIES)


@settings(max_examples=30)
@given(COUNTS)
def test_no_pooled_count_follows_from_what_is_published(counts: dict[str, int]) -> None:
    """For each category that is told with others there are two ways to fill the pool that differ in it."""
    found = publish(counts, CATEGORIES)
    if not found.pooled:
        return
    ways: dict[str, set[int]] = {one: set() for one in found.pooled}
    whole = sum(counts[name] for name in found.pooled)
    for each in product(range(whole + 1), repeat=len(found.pooled) - 1):
        if sum(each) > whole:
            continue
        guess = dict(zip(found.pooled, (*each, whole - sum(each)), strict=True))
        if publish(dict(found.cells) | guess, CATEGORIES) == found:
            for name, count in guess.items():
                ways[name].add(count)
    assert all(len(each) > 1 for each in ways.values()), (counts, ways)


def test_a_count_of_what_is_no_category_is_a_bug() -> None:
    """Nothing is dropped silently."""
    with pytest.raises(ValueError, match="category"):
        publish({"e": 1}, CATEGORIES)


@pytest.mark.parametrize("text", ["2026", "2026-H3", "2026-h1", "26-H1", "２０２６-H1", "", "2026-H1 ", "1999-H1"])
def test_other_half_years_are_refused(text: str) -> None:
    """Only one way to write it."""
    with pytest.raises(HalfRefused):
        Half.read(text)


def test_halves_are_of_the_japanese_calendar() -> None:
    """The first ends with 30 June in Japan; the second begins the moment after."""
    first, second = Half.read("2026-H1"), Half.read("2026-H2")
    assert first.end == second.begin
    assert (first.last.isoformat(), str(second), second.first.isoformat()) == ("2026-06-30", "2026-H2", "2026-07-01")
    assert second.begin.utcoffset() == timedelta(hours=9)


def made(**counts: int) -> list[Request]:
    """Requests by type, all answered."""
    return [Request(CaseType(name), Result.ANSWERED) for name, count in counts.items() for _ in range(count)]


def tables(found: Any) -> dict[str, Any]:
    """A report's tables by name."""
    return {one["name"]: one for one in found.document()["tables"]}


def test_a_single_request_is_told_with_others() -> None:
    """One order to provide records among many warrants: its table tells neither it nor the ones it is told with."""
    requests = made(search_seizure=9, investigation_inquiry=20, data_provision_order=1)
    found = report("関所通信", HALF, HALF.last, requests)
    told = tables(found)["type"]
    assert [one["category"] for one in told["counts"]] == ["investigation_inquiry"]
    together = [one["category"] for one in told["together"]["categories"]]
    assert {"data_provision_order", "search_seizure", "bar_inquiry"} <= set(together)
    assert (told["together"]["count"], told["total"]) == (10, 30)


def test_what_would_tell_a_pooled_part_is_withheld() -> None:
    """The refusals' reasons and the emergencies' approvals add up to counts elsewhere: told only where those are."""
    few = [Request(CaseType.EMERGENCY, Result.ANSWERED, outside=True)] * 2
    refused = [Request(CaseType.BAR_INQUIRY, Result.REFUSED, refusal=RefusalReason.NOT_AUTHENTIC)] * 3
    many = made(search_seizure=40)
    told = tables(report("関所通信", HALF, HALF.last, [*few, *refused, *many]))
    assert "withheld" in told["emergency"]
    assert "withheld" in told["refusal"]
    enough = [Request(CaseType.EMERGENCY, Result.ANSWERED, outside=at < 5) for at in range(11)]
    refusals = [Request(CaseType.BAR_INQUIRY, Result.REFUSED, refusal=RefusalReason.NOT_AUTHENTIC)] * 6
    shown = tables(report("関所通信", HALF, HALF.last, [*enough, *refusals, *many]))
    assert [one["count"] for one in shown["emergency"]["counts"]] == [5, 6]
    assert next(one["count"] for one in shown["refusal"]["counts"] if one["category"] == "not_authentic") == 6


def test_an_empty_half_year_is_told_as_such() -> None:
    """Zeros are told: that there was nothing singles nobody out."""
    told = tables(report("関所通信", HALF, HALF.last, []))
    assert all(one["total"] == 0 for one in told.values())


def test_the_three_forms_say_the_same() -> None:
    """CSV and both pages tell the JSON's figures, escaped, each category by its name."""
    found = report("<b>関所</b>", HALF, HALF.last, made(search_seizure=1234, bar_inquiry=2))
    lines = list(csv.DictReader(io.StringIO(found.csv())))
    assert {"table": "type", "category": "total", "count": "1236"}.items() <= lines[len(CaseType)].items()
    for lang in ("ja", "en"):
        shown = page(found, lang)
        assert "&lt;b&gt;関所&lt;/b&gt;" in shown
        assert "<b>関所" not in shown
        assert "1,236" in shown
        assert not [word for word in ("http:", "https:", "src=", "<script") if word in shown]
    assert "捜索差押許可状" in page(found, "ja")
    assert "bar association" in page(found, "en")


def test_every_category_has_a_name() -> None:
    """No category is told by its slug."""
    for kind in (CaseType, Result, Looked, RefusalReason):
        assert not [one for one in kind if one.value not in TITLES]
    assert {one.value for one in EMERGENCY_TYPES} <= set(TITLES)
    assert Request(CaseType.EMERGENCY, Result.OPEN, frozenset(DataClass)).looked is Looked.SEVERAL


def test_a_half_is_counted_from_the_rows_and_published_once(desk: Desk) -> None:
    """What was published stays though a request came in for it later."""
    for number in range(6):
        desk.received(document={"number": f"令和8年（る）第{number}号"})
    desk.received(type="data_provision_order")
    refused = desk.received(type="investigation_inquiry")
    desk.service.refuse(refused.id, RefusalReason.LAWFUL_GROUND_MISSING, "令状が必要", by=desk["kakunin"])
    reports = TransparencyReports(desk.workspace)
    with pytest.raises(HalfNotOver):
        reports.publish(HALF, by=desk["kansa"])
    for name in ("uketsuke", "kakunin", "kaiji", "hogo"):
        with pytest.raises(ScopeMissing):
            reports.preview(HALF, by=desk[name])
    told = tables(reports.preview(HALF, by=desk["kansa"]))
    assert told["type"]["total"] == 8
    assert told["type"]["counts"] == []  # a pool of two would tell that the others are six
    assert "data_provision_order" in [one["category"] for one in told["type"]["together"]["categories"]]
    assert told["result"]["together"]["count"] == 8
    with pytest.raises(NotPublishedYet):
        reports.published(HALF)
    desk.clock.advance(HALF.end - desk.clock.now())
    with pytest.raises(ProofTooWeak):
        reports.publish(HALF, by=desk.stated("kansa"))
    first = reports.publish(HALF, by=desk["kansa"])
    desk.received(document={"number": "令和8年（る）第99号"})
    assert tables(reports.preview(HALF, by=desk["kansa"]))["type"]["total"] == 9
    assert reports.publish(HALF, by=desk["kansa"]) == first == reports.published(HALF)
    assert first["report"]["tables"][0]["total"] == 8
    assert set(first) == {"report", "csv", "ja", "en"}


SECRET_REQUESTS = st.builds(
    Request,
    st.sampled_from([CaseType.SEARCH_SEIZURE, CaseType.EMERGENCY, CaseType.PRESERVATION_REQUEST]),
    st.sampled_from([Result.ANSWERED, Result.HELD, Result.OPEN, Result.REFUSED]),
    st.sampled_from([frozenset[DataClass](), frozenset({DataClass.SECRECY})]),
    st.booleans(),
    st.sampled_from([RefusalReason.NOT_AUTHENTIC, RefusalReason.NOTHING_FOUND]),
    st.just(True),
)
OPEN_REQUESTS = [
    Request(CaseType.SEARCH_SEIZURE, Result.ANSWERED, frozenset({DataClass.SECRECY})) for _ in range(7)
] + [Request(CaseType.EMERGENCY, Result.OPEN, outside=True) for _ in range(6)]


@settings(max_examples=60)
@given(st.lists(SECRET_REQUESTS, max_size=14))
def test_no_secret_request_is_told_by_subtraction(secret: list[Request]) -> None:
    """To who knows every other request and takes them away, the difference in any number is none, or of five or more;
    with four secret ones or fewer no byte of any form differs, whatever they are."""
    day = HALF.last + timedelta(days=1)
    before = report("関所通信", HALF, day, OPEN_REQUESTS)
    after = report("関所通信", HALF, day, [*OPEN_REQUESTS, *secret])
    for was, now in zip(before.tables, after.tables, strict=True):
        if was.published is None or now.published is None:
            assert was == now or len(secret) >= LEAST
            continue
        pairs = [(was.published.total, now.published.total)]
        pairs += [(was.published.cells[one], now.published.cells.get(one)) for one in was.published.cells]
        for one, other in pairs:
            assert None in (one, other) or (other or 0) - (one or 0) == 0 or (other or 0) - (one or 0) >= LEAST
    if len(secret) < LEAST:
        assert (before.csv(), before.document()) == (after.csv(), after.document())
        assert [page(before, lang) for lang in ("ja", "en")] == [page(after, lang) for lang in ("ja", "en")]


def test_a_secret_case_changes_nothing_that_is_published(desk: Desk) -> None:
    """Counted from the rows, with a secret case open, refused and withdrawn: the report is what it was without it,
    and stays so while any count of secret cases is small."""
    for number in range(6):
        desk.received(document={"number": f"令和8年（る）第{number}号"})
    reports = TransparencyReports(desk.workspace)
    before = reports.preview(HALF, by=desk["kansa"])
    hidden: dict[str, Any] = {"secrecy": {"state": "asked"}, "knows": ["kakunin", "kensaku", "kaiji"]}
    made = [desk.received(document={"number": f"令和8年（る）第{number}号"}, **hidden) for number in range(10, 13)]
    assert all(one.secret for one in made)
    assert reports.preview(HALF, by=desk["kansa"]) == before
    desk.service.refuse(made[0].id, RefusalReason.NOT_AUTHENTIC, "偽造", by=desk["kakunin"])
    desk.service.withdraw(made[1].id, "取下げ", by=desk["uketsuke"])
    assert reports.preview(HALF, by=desk["kansa"]) == before
    for number in range(13, 17):
        desk.received(document={"number": f"令和8年（る）第{number}号"}, **hidden)
    assert reports.preview(HALF, by=desk["kansa"]) == before  # five are open, but one was refused
