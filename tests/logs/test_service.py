"""Inputs become rows that answer, days are sealed, and what comes late or again is taken for what it is."""

from __future__ import annotations

import gzip
import io
from dataclasses import replace
from datetime import timedelta

import pyarrow as pa
import pytest

from sekisho.clock import FixedClock
from sekisho.logs.clocks.errors import ClockRefused
from sekisho.logs.errors import (
    AlreadyIngested,
    DayNotOver,
    InputTruncated,
    SourceUsed,
    UnknownFormat,
    UnknownSource,
    WrongFormat,
)
from sekisho.logs.kinds import LogKind
from sekisho.logs.manifest import DayState, SegmentState
from sekisho.logs.service import LogService
from sekisho.workspace import Workspace
from tests.logs.conftest import MIDNIGHT, TODAY, YESTERDAY, asked, files_of, spec, take

A = "203.0.113.9 1024 2047"


def test_a_pair_of_lines_becomes_a_row(logs: LogService) -> None:
    """An assignment and its release are one row, firm to its end; what is held stays open up to the last record."""
    done = take(
        logs,
        f"A {MIDNIGHT + 100} {A} 100.64.0.1",
        f"R {MIDNIGHT + 700} {A} 100.64.0.1",
        f"A {MIDNIGHT + 800} {A} 100.64.0.2",
        f"A {MIDNIGHT + 900} 203.0.113.9 2048 3071 100.64.0.3",
    )
    assert (done.records, done.events, done.rows) == (4, 4, 1)
    rows = asked(logs)["2026-11-23"]
    assert rows[0] == (100.0, 700.0, "00", "100.64.0.1", True)
    assert [(row[0], row[2:]) for row in rows[1:]] == [
        (800.0, ("05", "100.64.0.2", False)),
        (900.0, ("05", "100.64.0.3", False)),
    ]
    assert rows[1][1] == rows[2][1] == pytest.approx(900.000001)


def test_the_open_table_goes_on_with_the_next_input(logs: LogService) -> None:
    """A release in a later file ends what an earlier file began; the open table is then empty."""
    take(logs, f"A {MIDNIGHT + 100} {A} 100.64.0.1")
    take(logs, f"R {MIDNIGHT + 700} {A} 100.64.0.1")
    assert asked(logs) == {"2026-11-23": [(100.0, 700.0, "00", "100.64.0.1", True)]}
    states = [entry.state for entry in logs.open_segments(LogKind.AP_NAT, TODAY)]
    assert states == [SegmentState.STAGED]


def test_a_holding_is_cut_at_midnight_and_firmed_up_later(logs: LogService, clock: FixedClock) -> None:
    """Yesterday's piece is doubtful until the device speaks of the holding again, then firm; no piece tells of another
    day's times."""
    take(logs, f"A {MIDNIGHT - 500} {A} 100.64.0.1", f"A {MIDNIGHT + 50} 203.0.113.9 2048 3071 100.64.0.3")
    rows = asked(logs)
    assert rows["2026-11-22"] == [(85_900.0, 86_400.0, "01", "100.64.0.1", False)]
    assert [(row[0], row[2]) for row in rows["2026-11-23"]] == [(0.0, "15"), (50.0, "05")]
    take(logs, f"R {MIDNIGHT + 700} {A} 100.64.0.1")
    rows = asked(logs)
    assert rows["2026-11-22"] == [(85_900.0, 86_400.0, "01", "100.64.0.1", True)]
    assert (0.0, 700.0, "10", "100.64.0.1", True) in rows["2026-11-23"]


def test_a_piece_is_firmed_up_after_its_day_was_sealed(logs: LogService) -> None:
    """The sealed segment isn't touched: a small late one supersedes the piece by its session."""
    take(logs, f"A {MIDNIGHT - 500} {A} 100.64.0.1", f"A {MIDNIGHT + 50} 203.0.113.9 2048 3071 100.64.0.3")
    sealed = logs.seal(LogKind.AP_NAT, YESTERDAY)
    assert sealed is not None
    assert (sealed.rows, sealed.segments) == (1, 1)
    (segment,) = logs.open_segments(LogKind.AP_NAT, YESTERDAY)
    take(logs, f"I {MIDNIGHT + 600} {A} 100.64.0.1")
    first, late = logs.open_segments(LogKind.AP_NAT, YESTERDAY)
    assert (first, late.state) == (segment, SegmentState.LATE)
    assert asked(logs)["2026-11-22"] == [(85_900.0, 86_400.0, "01", "100.64.0.1", True)]


def test_an_end_without_a_word_leaves_the_piece_doubtful(logs: LogService) -> None:
    """When the next assignment ends a carried holding, its earlier piece stays as it was, and is waited for no more."""
    take(logs, f"A {MIDNIGHT - 500} {A} 100.64.0.1", f"A {MIDNIGHT + 50} 203.0.113.9 2048 3071 100.64.0.3")
    take(logs, f"A {MIDNIGHT + 600} {A} 100.64.0.2")
    assert asked(logs)["2026-11-22"] == [(85_900.0, 86_400.0, "01", "100.64.0.1", False)]
    assert [entry.state for entry in logs.open_segments(LogKind.AP_NAT, YESTERDAY)] == [SegmentState.STAGED]


def test_an_acknowledged_source_is_believed_to_its_last_record(logs: LogService) -> None:
    """Where nothing can be lost, what is held was held: yesterday's piece is firm at once."""
    logs.add_source(spec("sure", acknowledged=True), by="admin")
    lines = (f"A {MIDNIGHT - 500} {A} 100.64.0.1", f"A {MIDNIGHT + 50} 203.0.113.9 2048 3071 100.64.0.3")
    take(logs, *lines, source="sure")
    assert asked(logs)["2026-11-22"] == [(85_900.0, 86_400.0, "01", "100.64.0.1", True)]


def test_a_restart_ends_what_was_held_in_earlier_inputs(logs: LogService) -> None:
    """A restart without an address reaches every holding of the source."""
    take(logs, f"A {MIDNIGHT + 100} {A} 100.64.0.1")
    take(logs, f"Z {MIDNIGHT + 500} 0.0.0.0 0 0 0.0.0.0")
    assert asked(logs)["2026-11-23"] == [(100.0, 500.0, "02", "100.64.0.1", False)]


def test_starts_alone_get_their_declared_length_and_are_not_held(logs: LogService) -> None:
    """A source that logs only starts declares how long one lasts at most."""
    logs.add_source(spec("starts", settings={"longest_seconds": 3_600}), by="admin")
    take(logs, f"A {MIDNIGHT - 600} {A} 100.64.0.1", source="starts")
    rows = asked(logs)
    assert rows["2026-11-22"] == [(85_800.0, 86_400.0, "01", "100.64.0.1", False)]
    assert rows["2026-11-23"] == [(0.0, 3_000.0, "14", "100.64.0.1", False)]
    assert all(entry.source is None for entry in logs.open_segments(LogKind.AP_NAT, TODAY))


def test_the_same_bytes_add_nothing(logs: LogService, workspace: Workspace) -> None:
    """Neither again, nor compressed; and nothing is left on disk of the attempt."""
    lines = f"A {MIDNIGHT + 100} {A} 100.64.0.1\nR {MIDNIGHT + 700} {A} 100.64.0.1\n".encode()
    logs.ingest(io.BytesIO(lines), "cgn")
    before, rows = files_of(workspace), asked(logs)
    for again in (lines, gzip.compress(lines), pa.compress(lines, codec="zstd", asbytes=True)):
        with pytest.raises(AlreadyIngested):
            logs.ingest(io.BytesIO(again), "cgn")
    assert (files_of(workspace), asked(logs)) == (before, rows)


@pytest.mark.parametrize("codec", ["gzip", "zstd"])
def test_a_truncated_file_adds_nothing(logs: LogService, workspace: Workspace, codec: str) -> None:
    """All or nothing: what could be expanded of a truncated file isn't taken in."""
    lines = b"".join(b"A %d %s 100.64.0.1\n" % (MIDNIGHT + at, A.encode()) for at in range(5_000))
    whole = gzip.compress(lines) if codec == "gzip" else pa.compress(lines, codec="zstd", asbytes=True)
    with pytest.raises(InputTruncated):
        logs.ingest(io.BytesIO(whole[:-20]), "cgn")
    assert files_of(workspace) == []
    assert logs.ingest(io.BytesIO(whole), "cgn").events == 5_000


def test_what_cannot_be_so_is_quarantined_with_its_number(logs: LogService) -> None:
    """Records of the future, impossible ports, ends before starts and garbage: number, reason and bytes are kept, and
    the rest goes on."""
    lines = [
        f"A {MIDNIGHT + 100} {A} 100.64.0.1",
        f"A {MIDNIGHT + 90_000} {A} 100.64.0.2",
        "\x00\xff garbage",
        f"A {MIDNIGHT + 100} 203.0.113.9 70000 70001 100.64.0.1",
        f"A {MIDNIGHT + 100} 203.0.113.9 90 80 100.64.0.1",
        f"W {MIDNIGHT + 100} 203.0.113.9 1 2 100.64.0.1 {MIDNIGHT + 200}",
        "# a comment",
        f"R {MIDNIGHT + 200} {A} 100.64.0.1",
    ]
    done = take(logs, *lines)
    assert done.quarantined == {
        "end_before_start": 1, "in_the_future": 1, "no_match": 1, "port_out_of_range": 1, "ports_reversed": 1,
    }
    assert done.ignored == {"comment": 1}
    found = {one.record: (one.reason, one.raw.decode()) for one in logs.quarantined(done.id)}
    assert found == {
        2: ("in_the_future", lines[1]),
        3: ("no_match", lines[2]),
        4: ("port_out_of_range", lines[3]),
        5: ("ports_reversed", lines[4]),
        6: ("end_before_start", lines[5]),
    }
    assert asked(logs)["2026-11-23"] == [(100.0, 200.0, "00", "100.64.0.1", True)]


def test_another_formats_file_is_refused_whole(logs: LogService, workspace: Workspace) -> None:
    """Nothing of a file that can't be read at all is kept, not even in the quarantine."""
    with pytest.raises(WrongFormat):
        take(logs, *["nothing that is known"] * 5_000)
    with pytest.raises(WrongFormat):
        take(logs, "\x7fELF")
    with pytest.raises(WrongFormat, match="comment"):
        take(logs, *["# nothing but other programs' lines"] * 5_000)
    assert files_of(workspace) == []


def test_a_line_without_end_is_one_quarantined_record(logs: LogService) -> None:
    """A line of many megabytes costs itself alone."""
    good = f"A {MIDNIGHT + 100} {A} 100.64.0.1\n".encode()
    done = logs.ingest(io.BytesIO(good + b"x" * 9_000_000 + b"\n" + good.replace(b"A ", b"R ", 1)), "cgn")
    assert (done.records, done.quarantined, done.events) == (3, {"line_too_long": 1}, 2)
    (record,) = logs.quarantined(done.id)
    assert (record.record, record.raw[:3]) == (2, b"xxx")


def test_many_small_inputs_are_compacted(logs: LogService, workspace: Workspace) -> None:
    """A day has never more than a few staged segments, and no row is lost or doubled."""
    for at in range(30):
        take(logs, f"A {MIDNIGHT + at} {A} 100.64.0.1", f"R {MIDNIGHT + at + 0.5} {A} 100.64.0.1")
    assert len(asked(logs)["2026-11-23"]) == 30
    entries = logs.open_segments(LogKind.AP_NAT, TODAY)
    assert len(entries) <= 9
    assert len(files_of(workspace)) == 2 * len(entries)


def test_a_day_is_sealed_after_its_grace(logs: LogService, workspace: Workspace, clock: FixedClock) -> None:
    """Not before; then it is one segment, and what comes later is a late one; asked again nothing happens."""
    take(logs, f"A {MIDNIGHT + 1} {A} 100.64.0.1", f"R {MIDNIGHT + 2} {A} 100.64.0.1")
    take(logs, f"A {MIDNIGHT + 3} {A} 100.64.0.1", f"R {MIDNIGHT + 4} {A} 100.64.0.1")
    with pytest.raises(DayNotOver):
        logs.seal(LogKind.AP_NAT, TODAY)
    clock.advance(timedelta(hours=18))
    (sealed,) = logs.seal_due()
    assert (sealed.rows, sealed.segments) == (2, 1)
    assert logs.seal(LogKind.AP_NAT, TODAY) is None
    assert logs.day_state(LogKind.AP_NAT, TODAY) is DayState.SEALED
    workspace.settle()
    leaf = workspace.open_leaf(sealed.ledger_index)
    (segment,) = logs.open_segments(LogKind.AP_NAT, TODAY)
    assert leaf is not None
    assert segment.root.hex().encode() in leaf.body
    take(logs, f"A {MIDNIGHT + 5} {A} 100.64.0.1", f"R {MIDNIGHT + 6} {A} 100.64.0.1")
    assert [entry.state for entry in logs.open_segments(LogKind.AP_NAT, TODAY)] == ["sealed", "late"]
    assert len(asked(logs)["2026-11-23"]) == 3


def test_nothing_is_written_to_a_purged_day(logs: LogService, workspace: Workspace) -> None:
    """Rows of a day whose key is gone are refused and counted; the other days' rows are kept."""
    take(logs, f"A {MIDNIGHT - 9} {A} 100.64.0.1", f"R {MIDNIGHT - 8} {A} 100.64.0.1")
    workspace.destroy_key(f"log/ap.nat/{YESTERDAY}", reason="period", by="admin")
    done = take(logs, f"A {MIDNIGHT - 7} {A} 100.64.0.2", f"R {MIDNIGHT + 8} {A} 100.64.0.2")
    assert (done.rows, done.refused) == (1, {"day_gone": 1})


def test_sources_have_names_and_formats(logs: LogService) -> None:
    """A name is used once, a format must be there, an unknown source is named."""
    with pytest.raises(SourceUsed):
        logs.add_source(spec(), by="admin")
    with pytest.raises(UnknownFormat):
        logs.add_source(replace(spec("x"), format="nothing"), by="admin")
    with pytest.raises(UnknownSource):
        take(logs, "", source="nobody")


def test_nothing_on_disk_is_in_the_clear(logs: LogService, workspace: Workspace) -> None:
    """No file of the workspace has an address or a line of the input in it."""
    take(logs, *[f"A {MIDNIGHT + at} {A} 100.64.77.{at}" for at in range(200)], "unreadable 100.64.77.1")
    for path in workspace.path.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert b"100.64.77" not in data, path
            assert bytes([100, 64, 77]) not in data or path.suffix not in (".segment", ".blocks"), path


def test_health_tells_gaps_and_what_was_missed(logs: LogService) -> None:
    """Silences between inputs and within them are gaps; a later input that fills one closes it."""
    take(logs, *[f"A {MIDNIGHT + at * 10} {A} 0.0.0.0" for at in range(60)])
    take(logs, *[f"A {MIDNIGHT + 7_200 + at * 10} {A} 0.0.0.0" for at in range(60)], "what?")
    (health,) = logs.health()
    assert (health.records, health.quarantined, health.template_misses) == (121, 1, 1)
    assert health.inside_always_zero
    assert health.interval == pytest.approx(10)
    assert [(gap.begin / 1e6, gap.end / 1e6) for gap in health.gaps] == [(MIDNIGHT + 590, MIDNIGHT + 7_200)]
    begin, end = (MIDNIGHT + 100) * 1_000_000, (MIDNIGHT + 500) * 1_000_000
    assert logs.coverage("cgn", begin, end).whole
    assert not logs.coverage("cgn", begin, end + 200_000_000).whole
    take(logs, *[f"A {MIDNIGHT + 600 + at * 10} {A} 100.64.0.1" for at in range(660)])
    (health,) = logs.health()
    assert (health.gaps, health.inside_always_zero) == ((), False)
    reasons = [gap.reason for gap in logs.coverage("cgn", begin - 10**9, end + 10**10).gaps]
    assert reasons == ["before_first", "after_last"]


def test_what_inputs_show_of_a_clock_is_kept_by_date(logs: LogService) -> None:
    """Nothing for files without a second clock; a declared change of zone is read when the source is."""
    take(logs, f"A {MIDNIGHT + 100} {A} 100.64.0.1")
    assert logs.observed("cgn") == ()
    with pytest.raises(ClockRefused):
        logs.add_source(spec("odd", settings={"clock_changes": [{"from": "yesterday"}]}), by="admin")
