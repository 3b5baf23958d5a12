"""A workspace with a log store, a clock that stands at noon in Japan, and a simple format."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from sekisho.clock import FixedClock
from sekisho.keys import KeyFile, make_key_file
from sekisho.keys.disk import RealDisk
from sekisho.logs.formats import registry
from sekisho.logs.intake_desk import Ingested
from sekisho.logs.intervals.days import DAY, JAPAN, date_of
from sekisho.logs.kinds import LogKind
from sekisho.logs.manifest import days_of, layout_of
from sekisho.logs.merging import joined_rows, latest
from sekisho.logs.rows import Rows
from sekisho.logs.sealing import read_all
from sekisho.logs.service import LogService
from sekisho.logs.sources import SourceSpec
from sekisho.workspace import Workspace
from tests.logs.declared import declare_all

NOON = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
TODAY, YESTERDAY = date(2026, 11, 23), date(2026, 11, 22)
MIDNIGHT = 1_795_359_600
"""2026-11-23 00:00 in Japan, in seconds."""
SIMPLE = ("tests.logs.simple_format:make", "for tests")


@pytest.fixture(autouse=True)
def simple_format(monkeypatch: pytest.MonkeyPatch) -> None:
    """The simple format is there."""
    monkeypatch.setitem(registry._FORMATS, "simple", SIMPLE)


@pytest.fixture
def clock() -> FixedClock:
    """Stands at noon."""
    return FixedClock(NOON)


@pytest.fixture
def key_file(tmp_path: Path) -> KeyFile:
    """A key file apart from the workspace."""
    (tmp_path / "safe").mkdir()
    return make_key_file(tmp_path / "safe" / "sekisho.key", RealDisk())


@pytest.fixture
def workspace(tmp_path: Path, key_file: KeyFile, clock: FixedClock) -> Iterator[Workspace]:
    """A fresh workspace, open for writing."""
    with Workspace.create(
        tmp_path / "ws", name="関所通信", legal_confirmation="shown", keyring=key_file, clock=clock
    ) as made:
        declare_all(made)
        yield made


@pytest.fixture
def logs(workspace: Workspace) -> LogService:
    """A log store with the source ``cgn``."""
    made = LogService(workspace)
    made.add_source(spec(), by="admin")
    return made


def spec(name: str = "cgn", **more: object) -> SourceSpec:
    """A source of the simple format."""
    return SourceSpec(name, "関所通信", "hikari", LogKind.AP_NAT, "simple", **more)  # type: ignore[arg-type] # tests say what they mean


def take(logs: LogService, *lines: str, source: str = "cgn") -> Ingested:
    """Ingest lines."""
    return logs.ingest(io.BytesIO("".join(line + "\n" for line in lines).encode()), source)


def asked(logs: LogService, kind: LogKind = LogKind.AP_NAT) -> dict[str, list[tuple[float, float, str, str, bool]]]:
    """All rows that answer questions: per day (start, end, known, inside, firm to its end), in order, in seconds since
    that day's midnight."""
    with logs._workspace.database.read() as connection:
        days = [day for (found, day) in days_of(connection, kind) if found is kind]
    made = {}
    for day in days:
        parts: dict[str, list[Rows]] = {}
        for entry in logs.open_segments(kind, day):
            rows = read_all(logs.files, entry.segment)
            parts.setdefault(layout_of(rows), []).append(rows)
        begin = next(n for n in range(20_000, 22_000) if date_of(n) == day) * DAY - JAPAN
        found = []
        for rows in (latest(joined_rows(group)) for group in parts.values()):
            for at in range(len(rows)):
                ends = f"{int(rows.start_known[at])}{int(rows.end_known[at])}"
                inside = "" if rows.inside is None else rows.inside.text(at)
                span = [(int(column[at]) - begin) / 1e6 for column in (rows.start, rows.end)]
                found.append((span[0], span[1], ends, inside, bool(rows.confirmed[at] == rows.end[at])))
        made[day.isoformat()] = sorted(found)
    return made


def files_of(workspace: Workspace) -> list[Path]:
    """Every file of the log store."""
    return sorted(path for name in ("logs", "spool") for path in (workspace.path / name).rglob("*") if path.is_file())


