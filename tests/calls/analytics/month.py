"""A made month of calls, written by hand, as a proxy's evidence."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sekisho.calls.connector.spool_reader import SpoolFile

OCTOBER = datetime(2026, 10, 5, 3, 0, tzinfo=UTC)
SEPTEMBER = datetime(2026, 9, 5, 3, 0, tzinfo=UTC)


def micros(at: datetime) -> int:
    """As evidence has it."""
    return round(at.timestamp() * 1_000_000)


def record(number: str | None, *, at: datetime = OCTOBER, direction: str = "abroad", **said: Any) -> bytes:
    """One call judged."""
    found = {
        "at": micros(at), "from": "198.51.100.1", "outcome": "pass", "reason": "nothing_against_it", "trunk": "t1",
        "direction": direction, "called": "0398765432", "asserted": number, **said,
    }  # fmt: skip
    return json.dumps({name: value for name, value in found.items() if value is not None}).encode()


def times(count: int, number: str, **said: Any) -> Iterator[bytes]:
    """``count`` calls of numbers that differ in their last four digits."""
    for each in range(count):
        yield record(f"{number[:-4]}{1000 + each % 9000:04d}", **said)


def file(
    records: Iterable[bytes], *, name: str = "a" * 32, day: date = date(2026, 10, 5), missing: int = 0
) -> SpoolFile:
    """A file of evidence."""
    held = tuple(records)
    return SpoolFile(
        id=name, day=day, writer="w", number=1, previous=None, previous_frames=0, lost=missing, records=held,
        frames=len(held) + 2, damaged=0, torn=False, ended=True,
    )  # fmt: skip


def october() -> Iterator[bytes]:
    """The month. By hand: 40 of +44 20 7, 12 of +44 16 1, 9 of +44 11 3, 25 of +1 212, 3 of +290, 30 under 883… none:
    15 under +210, 120 foreign and 11 Japanese that look like the police's, 200 Japanese mobiles, one emergency call."""
    yield from times(40, "+442079460000")
    yield from times(12, "+441614960000")
    yield from times(9, "+441134960000")
    yield from times(25, "+12125550000")
    yield from times(3, "+29055501234")
    yield from times(15, "+210123450000", outcome="anonymise", reason="country_code_unassigned")
    for each in range(120):
        yield record(f"+39{each:06d}0110", outcome="anonymise", reason="suspicious_number")
    for each in range(11):
        yield record(f"03{9000 + each}0110", direction="egress", outcome="reject", reason="number_not_agreed")
    yield from times(200, "09012340000", direction="domestic", at=OCTOBER + timedelta(days=3))
    yield record("0398760110", direction="domestic")
    yield json.dumps({"at": micros(OCTOBER), "outcome": "pass", "reason": "emergency_call"}).encode()
    yield record("+442079460001", failed_open="error_KeyError", reason="not_judged")
