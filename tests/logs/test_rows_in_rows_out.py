"""Whatever comes in, in whatever order and however often it is cut, sealed or purged: every row is kept once, or
counted as refused."""

from __future__ import annotations

import io
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from sekisho.clock import FixedClock
from sekisho.keys import make_key_file
from sekisho.keys.disk import RealDisk
from sekisho.logs import ingest, sealing
from sekisho.logs.kinds import LogKind
from sekisho.logs.manifest import DayState, SegmentState, move, segments_of, set_day
from sekisho.logs.service import LogService
from sekisho.workspace import Workspace
from tests.logs.conftest import MIDNIGHT, NOON, asked, spec
from tests.logs.declared import declare_all

DAY = 86_400
Row = tuple[int, int, int]
"""A whole record: its start, its end (seconds from the first day's midnight), its block."""

rows = st.tuples(st.integers(0, 3 * DAY - 1), st.integers(0, 2 * DAY), st.integers(0, 50)).map(
    lambda row: (row[0], min(row[0] + row[1], 3 * DAY), row[2])
)
steps = st.lists(
    st.one_of(st.lists(rows, min_size=1, max_size=12), st.sampled_from(["seal", "purge"])), min_size=1, max_size=6
)
FIRST_DAY = date(2026, 11, 20)
FIRST = MIDNIGHT - 3 * DAY
"""The first day's midnight; the three days are over at the clock's noon."""


def pieces(row: Row, number: int) -> Counter[tuple[str, float, float, str]]:
    """The pieces of a row by day; a row without length is of its start's day."""
    start, end, _ = row
    days = range(start // DAY, max(end - 1, start) // DAY + 1)
    inside = f"100.64.{number // 256}.{number % 256}"
    return Counter(
        (str(date(2026, 11, 20) + timedelta(days=day)), max(start - day * DAY, 0), min(end - day * DAY, DAY), inside)
        for day in days
    )


@pytest.fixture(scope="module")
def workspace_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for workspaces."""
    return tmp_path_factory.mktemp("rows")


@given(steps)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
def test_rows_in_are_rows_out(
    workspace_root: Path, monkeypatch: pytest.MonkeyPatch, plan: list[list[Row] | str]
) -> None:
    """Inputs of whole records over three days, with the first day sealed and purged in between, in small batches."""
    monkeypatch.setattr(ingest, "BATCH_EVENTS", 5)
    monkeypatch.setattr(ingest, "FLUSH_ROWS", 7)
    monkeypatch.setattr(sealing, "MERGE_ROWS", 9)
    monkeypatch.setattr(sealing, "GROUP_ROWS", 4)
    monkeypatch.setattr(sealing, "COMPACT_ABOVE", 2)
    place = workspace_root / str(len(list(workspace_root.iterdir())))
    place.mkdir()
    key = make_key_file(place / "key", RealDisk())
    clock = FixedClock(NOON)
    with Workspace.create(
        place / "ws", name="関所通信", legal_confirmation="shown", keyring=key, clock=clock
    ) as workspace:
        declare_all(workspace)
        logs = LogService(workspace)
        logs.add_source(spec(), by="admin")
        kept: Counter[tuple[str, float, float, str]] = Counter()
        number, purged, refused, wanted = 0, False, 0, 0
        for step in plan:
            if step == "seal":
                logs.seal_due()
            elif step == "purge":
                if not purged and any(one[0] == "2026-11-20" for one in kept):
                    purge(workspace)
                    purged = True
            elif isinstance(step, list):
                lines = []
                for row in step:
                    number += 1
                    told = pieces(row, number)
                    kept += told
                    wanted += sum(purged for day, *_ in told if day == "2026-11-20")
                    inside = f"100.64.{number // 256}.{number % 256}"
                    lines.append(
                        f"W {FIRST + row[1]} 203.0.113.{row[2]} {row[2]} {row[2]} {inside} {FIRST + row[0]}\n"
                    )
                refused += sum(logs.ingest(io.BytesIO("".join(lines).encode()), "cgn").refused.values())
        assert refused == wanted
        found = Counter((day, row[0], row[1], row[3]) for day, all_ in asked(logs).items() for row in all_)
        assert found == Counter({one: count for one, count in kept.items() if not purged or one[0] != "2026-11-20"})


def purge(workspace: Workspace) -> None:
    """End the first day: its key, then its place in the database."""
    workspace.destroy_key("log/ap.nat/2026-11-20", reason="period", by="admin")

    def gone(connection: Connection) -> None:
        entries = segments_of(connection, kind=LogKind.AP_NAT, day=FIRST_DAY, states=SegmentState)
        move(connection, [entry.segment.id for entry in entries], SegmentState.PURGED)
        set_day(connection, LogKind.AP_NAT, FIRST_DAY, DayState.PURGED, at=NOON, leaf="0" * 32)

    workspace.commit(gone)
