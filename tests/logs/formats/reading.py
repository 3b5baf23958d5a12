"""Reading texts in tests, and events as plain tuples to compare."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from sekisho.logs.columns import NO_TIME, Addresses, Texts
from sekisho.logs.events import COLUMNS, Events, Unreadable
from sekisho.logs.formats.cgnat import LineReader
from sekisho.logs.formats.reader import Context, Found, Ignored
from sekisho.logs.formats.shapes import LineFormat
from tests.logs.formats.samples import micros

TOKYO = ZoneInfo("Asia/Tokyo")
RECEIVED = micros("2026-11-23T09:20:00+00:00")


def context(received: int = RECEIVED, zone: str = "Asia/Tokyo", *, live: bool = False, **settings: Any) -> Context:
    """What is known of a piece: received five minutes after the samples' time, from a source in Japan."""
    return Context(received, ZoneInfo(zone), live=live, settings=settings)


def read(
    line_format: LineFormat, raw: bytes, at: Context | None = None, *, exactly: bool = False, first: int = 1
) -> list[Found]:
    """All that a fresh reader finds."""
    return list(LineReader(line_format, exactly=exactly).read(raw, first, at or context()))


def events_of(found: Iterable[Found]) -> list[dict[str, Any]]:
    """Every event as a plain mapping, absent columns left out, in the order of their records."""
    made = [row for one in found if isinstance(one, Events) for row in rows(one)]
    return sorted(made, key=lambda row: (row["record"], str(row)))


def rows(events: Events) -> Iterable[dict[str, Any]]:
    """The events of one batch as plain mappings."""
    for at in range(len(events)):
        row: dict[str, Any] = {}
        for name in COLUMNS:
            column = getattr(events, name)
            if isinstance(column, Addresses | Texts):
                row[name] = column.text(at)
            elif column is not None:
                row[name] = int(column[at])
        yield {name: value for name, value in row.items() if value is not None and not _absent(name, value)}


def _absent(name: str, value: Any) -> bool:
    return (
        value == NO_TIME
        or (name in ("protocol", "port_low", "limit", "clock") and value == 0)
        or (name == "port_high" and value == 65_535)
    )


def refused(found: Iterable[Found]) -> dict[int, str]:
    """Reasons by record."""
    return {one.record: one.reason for one in found if isinstance(one, Unreadable)}


def ignored(found: Iterable[Found]) -> Mapping[str, int]:
    """Counts by reason."""
    made: dict[str, int] = {}
    for one in found:
        if isinstance(one, Ignored):
            made[one.reason] = made.get(one.reason, 0) + one.count
    return made
