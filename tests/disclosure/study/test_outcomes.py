"""Statistics of own requests, and what of them may be published."""

from __future__ import annotations

import itertools
import json
import random
from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sekisho.disclosure.kinds import CaseType, DataClass
from sekisho.disclosure.progress import RefusalReason
from sekisho.disclosure.study.outcomes import AGE_NAMES, FAILED, Asked, By, Refused, age_band, document, statistics
from sekisho.disclosure.study.publication import ALL, SMALLEST, determined, hidden, lines_of, publication
from sekisho.logs.lookup.answer import Outcome
from sekisho.logs.lookup.ports import Lack

FIRST, LAST = date(2026, 4, 1), date(2026, 9, 30)


def _asked(
    many: int,
    kind: CaseType = CaseType.VOLUNTARY_CLAIM,
    outcome: Outcome = Outcome.UNIQUE,
    lack: Lack | None = None,
    *,
    age: int = 40,
    on: date = date(2026, 6, 1),
) -> list[Asked]:
    return [Asked(kind, DataClass.SECRECY, outcome, None if lack is None else lack.value, age, on)] * many


def test_what_came_of_requests_is_counted() -> None:
    """By type, result, age and reason, within the days asked about and no others."""
    rows = [
        *_asked(30),
        *_asked(12, outcome=Outcome.EXPIRED, lack=Lack.PURGED, age=130),
        *_asked(7, CaseType.DISCLOSURE_ORDER, Outcome.NONE, Lack.NOBODY, age=91),
        *_asked(3, CaseType.SEARCH_SEIZURE, on=FIRST),
        *_asked(9, on=date(2026, 3, 31)),
        *_asked(9, on=date(2026, 10, 1)),
    ]
    found = statistics(rows, first=FIRST, last=LAST, retention=(90, 120, 180))
    assert (found.asked, found.failed, found.middle_age) == (52, 19, 40)
    types, ages, lacks = found.tables
    assert types.count("voluntary_claim", "expired") == 12
    assert types.count("search_seizure", "unique") == 3
    assert types.count("search_seizure", "expired") == 0
    assert ages.count("121-150", "expired") == 12
    assert ages.row_names == ("31-60", "91-120", "121-150")
    assert lacks.count("none", "nobody") == 7
    assert lacks.count("unique", "-") == 33
    assert [(one.days, one.older) for one in found.kept] == [(90, 19), (120, 12), (180, 0)]
    assert json.loads(json.dumps(document(found)))["tables"][0]["counts"]["disclosure_order"]["none"] == 7


def test_refusals_are_counted_by_case_and_reason() -> None:
    """Beside the items, of the same days; published where there are enough of them."""
    kind, reason = CaseType.VOLUNTARY_CLAIM, RefusalReason.INFRINGEMENT_NOT_CLEAR
    few = Refused(CaseType.BAR_INQUIRY, RefusalReason.LAWFUL_GROUND_MISSING, LAST)
    refused = [*[Refused(kind, reason, FIRST)] * 6, few, Refused(kind, reason, date(2026, 1, 1))]
    found = statistics([], first=FIRST, last=LAST, retention=(), refused=refused)
    assert found.refusals.count("voluntary_claim", "infringement_not_clear") == 6
    assert found.refusals.count("bar_inquiry", "lawful_ground_missing") == 1
    said = publication(found)
    assert said["tables"][-1]["counts"]["bar_inquiry"]["lawful_ground_missing"] is None
    assert said["refused"] is None or said["tables"][-1]["row_totals"]["voluntary_claim"] is None
    more = publication(statistics([], first=FIRST, last=LAST, retention=(), refused=[few] * 5))
    assert (more["asked"], more["refused"]) == (0, 5)


def test_nothing_asked_is_counted_as_nothing() -> None:
    """An empty half-year is one, not an error."""
    found = statistics([], first=FIRST, last=LAST, retention=(90,))
    assert (found.asked, found.middle_age) == (0, None)
    assert publication(found)["asked"] == 0


@pytest.mark.parametrize(
    ("days", "band"), [(0, "0-30"), (30, "0-30"), (31, "31-60"), (365, "181-365"), (366, "366-"), (9_999, "366-")]
)
def test_ages_fall_into_bands(days: int, band: str) -> None:
    """Each band has both its ends."""
    assert age_band(days) == band
    assert band in AGE_NAMES


def test_whatever_names_nobody_failed() -> None:
    """The results are in exactly one of the two."""
    assert set(Outcome) - FAILED == {Outcome.UNIQUE, Outcome.COMPUTED, Outcome.NEXT_PROVIDER}


def test_a_small_count_is_hidden_and_cant_be_subtracted() -> None:
    """Three warrants: neither the cell, nor its row's total, nor enough around them to work it out."""
    rows = [*_asked(30), *_asked(12, outcome=Outcome.EXPIRED, lack=Lack.PURGED), *_asked(3, CaseType.SEARCH_SEIZURE)]
    said = publication(statistics(rows, first=FIRST, last=LAST, retention=()))
    types = said["tables"][0]
    assert types["counts"]["search_seizure"] == {"unique": None, "expired": 0}
    assert types["row_totals"]["search_seizure"] is None
    assert types["counts"]["voluntary_claim"]["unique"] is None or types["column_totals"]["unique"] is None
    text = json.dumps(said)
    assert "middle" not in text
    assert "median" not in text


def test_one_alone_isnt_published_at_all() -> None:
    """Where a single request was made, every count is hidden."""
    said = publication(statistics(_asked(1), first=FIRST, last=LAST, retention=()))
    assert said["asked"] is None
    shown = {count for one in said["tables"] for row in one["counts"].values() for count in row.values()}
    assert shown == {None}


def test_what_isnt_small_is_published() -> None:
    """Large counts stay: hiding everything would be no publication."""
    pairs = itertools.product(list(CaseType)[:4], (Outcome.UNIQUE, Outcome.COMPUTED))
    rows = [one for kind, outcome in pairs for one in _asked(20, kind, outcome)]
    said = publication(statistics(rows, first=FIRST, last=LAST, retention=()))
    assert "null" not in json.dumps(said["tables"])
    assert said["asked"] == 160


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
@example(seed=418)  # a count told only by sums further away
def test_no_hidden_count_follows_from_the_shown(seed: int) -> None:
    """Whatever the counts: no shown one is small, no hidden one is fixed by the sums, and no hidden rest is small.

    Drawn from a seed: counts that are told only through several tables need many rows, which Hypothesis draws rarely.
    """
    rng = random.Random(seed)  # noqa: S311  made-up counts, nothing secret
    rows: list[Asked] = []
    for _ in range(rng.randint(0, 25)):
        kind = rng.choice(list(CaseType)[: rng.randint(1, 12)])
        lack = rng.choice([None, Lack.PURGED, Lack.NOBODY, Lack.LOST])
        outcome, age = rng.choice(list(Outcome)), rng.choice([5, 50, 100, 170, 400])
        rows += _asked(rng.randint(1, 15), kind, outcome, lack, age=age)
    found = statistics(rows, first=FIRST, last=LAST, retention=())
    counts, lines = lines_of(found.tables)
    away = hidden(counts, lines)
    assert all(not 0 < count < SMALLEST or key in away for key, count in counts.items())
    assert not determined(lines, away)
    for line in lines:
        assert counts[line.total] == sum(counts[part] for part in line.parts)
        rest = [counts[part] for part in line.parts if part in away]
        assert not rest or line.total in away or sum(rest) >= SMALLEST
    if found.asked >= SMALLEST:
        assert set(away) <= {key for key, count in counts.items() if count}


def test_the_check_finds_what_follows_across_tables() -> None:
    """The algebra sees a count that no single line tells: two tables share a total."""
    rows = [*_asked(10), *_asked(8, outcome=Outcome.EXPIRED, lack=Lack.PURGED, age=100)]
    counts, lines = lines_of(statistics(rows, first=FIRST, last=LAST, retention=()).tables)
    alone = ((By.RESULT, "expired"),)
    assert determined(lines, [alone]) == {alone}
    pair = [((By.TYPE, "voluntary_claim"), (By.RESULT, "expired")), alone]
    assert determined(lines, pair) == set(pair)
    assert counts[ALL] == 18
