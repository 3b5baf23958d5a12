"""Pages of the desk with ten thousand open cases: the list, the list by terms, one filtered, and what they say as JSON.

The workspace is made anew for each run, through the service: every case is a commit with its leaf. One in twenty is
secret, so that the condition for who may know of what has something to do.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
import orjson

from bench.disclosure_world import claim, create, opened, person
from bench.runner import DATA, BenchmarkError
from sekisho.disclosure.kinds import CaseType
from sekisho.disclosure.listing import Filters, Order
from sekisho.disclosure.reading import read_case
from sekisho.disclosure.service import DisclosureService

CASES: Final = 10_000
PAGE: Final = 100
REQUESTS: Final = 40
"""Of each kind of page in a repeat: the median is told."""
WRITERS: Final = 8
SECRET_EVERY: Final = 20
GOAL_MS: Final = 100

_TODAY: Final = date(2026, 11, 21)


def measure(*, repeats: int, seed: int) -> dict[str, Any]:
    """Inputs and figures, as :mod:`bench.runner` takes them."""
    DATA.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=DATA, prefix="disclosure-pages-") as name:
        folder = Path(name)
        create(folder)
        began = time.perf_counter()
        _fill(folder, seed)
        print(f"{CASES:,} cases entered in {time.perf_counter() - began:.0f} s", file=sys.stderr)
        with opened(folder) as workspace:
            pages = _pages(DisclosureService(workspace))
            for page in pages.values():
                page()
            found = [{kind: _median(page) for kind, page in pages.items()} for _ in range(repeats)]
    inside = f"{CASES:,} open cases, {PAGE} on a page, one in {SECRET_EVERY} secret: query, rows opened, JSON; "
    slowest = [max(one.values()) for one in found]
    return {
        "inputs": {"open cases": CASES, "cases on a page": PAGE},
        "figures": [
            _figure("page_ms", slowest, GOAL_MS, inside + f"the slowest of {', '.join(found[0])}"),
            *(
                _figure(f"page_{kind}_ms", [one[kind] for one in found], None, inside + words)
                for kind, words in _WORDS.items()
            ),
        ],
    }


_WORDS: Final = {
    "list": "the oldest first",
    "terms": "by the term that ends first, each case's terms with it",
    "deep": "the oldest first, from the middle of the list on",
    "filtered": "one type, by the term that ends first, and how many there are in all",
}


def _fill(folder: Path, seed: int) -> None:
    rng = np.random.default_rng(seed)
    days = rng.integers(0, 60, CASES).tolist()
    with opened(folder) as workspace:
        desk = DisclosureService(workspace)

        def enter(number: int) -> None:
            made = desk.receive(read_case(_request(number)), by=person("uketsuke"))
            due = _TODAY + timedelta(days=days[number])
            desk.set_deadline(made.id, "reply", started_on=_TODAY, due_on=due, by=person("uketsuke"))

        with ThreadPoolExecutor(WRITERS) as pool:
            for _ in pool.map(enter, range(CASES)):
                pass


def _request(number: int) -> dict[str, Any]:
    moment = f"2026-11-18T{number % 24:02d}:{number % 60:02d}:00+09:00"
    item = {
        "number": 1,
        "kind": "address",
        "value": f"198.18.{number % 250}.{number // 250 % 250}",
        "port": 2000,
        "begin": moment,
        "end": moment,
        "precision": "second",
        "data_class": "secrecy",
        "wanted": ["civil.1"],
    }
    made = claim([item], f"請求{number}", f"2026-11-20T{number % 24:02d}:{number // 24 % 60:02d}:00+09:00")
    if number % SECRET_EVERY == 0:
        made |= {"type": "search_seizure", "secrecy": {"state": "asked"}}
        made["requester"] |= {"kind": "judicial_police_officer"}
    elif number % 3 == 0:
        made |= {"type": "disclosure_order"}
    return made


def _pages(desk: DisclosureService) -> dict[str, Callable[[], None]]:
    by = person("kakunin")
    opened_only = Filters(open_only=True)
    due = Filters(open_only=True, order=Order.DUE)
    filtered = Filters(open_only=True, types=frozenset({CaseType.DISCLOSURE_ORDER}), order=Order.DUE)
    middle = None
    for _ in range(CASES // PAGE // 2):
        middle = desk.page(opened_only, by=by, cursor=middle, limit=PAGE).cursor

    def shown(filters: Filters, cursor: str | None = None) -> list[str]:
        found = desk.page(filters, by=by, cursor=cursor, limit=PAGE)
        if len(found.entries) != PAGE or any(one.secret for one in found.entries):
            raise BenchmarkError("a page isn't what was entered")
        orjson.dumps([one.document() for one in found.entries])
        return [one.id for one in found.entries]

    def terms() -> None:
        if not all(desk.deadlines_of(shown(due), by=by).values()):
            raise BenchmarkError("a case has no term")

    def counted() -> None:
        shown(filtered)
        desk.count(filtered, by=by)

    return {
        "list": lambda: _done(shown(opened_only)),
        "terms": terms,
        "deep": lambda: _done(shown(opened_only, middle)),
        "filtered": counted,
    }


def _done(shown: list[str]) -> None:
    del shown


def _median(page: Callable[[], None]) -> float:
    taken = []
    for _ in range(REQUESTS):
        began = time.perf_counter()
        page()
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


def _figure(name: str, values: list[float], goal: float | None, inside: str) -> dict[str, Any]:
    middle = statistics.median(values)
    return {
        "name": name,
        "value": round(middle, 2),
        "spread": round((max(values) - min(values)) / middle, 4),
        "unit": "ms",
        "better": "lower",
        "goal": goal,
        "inside": inside,
        "peers": [],
    }
