"""A source's table that no backup has is given up: ingest goes on, and what was in it is a gap, never an answer."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from sekisho.clock import FixedClock
from sekisho.keys import KeyFile
from sekisho.logs import committing, health_rows, manifest
from sekisho.logs.errors import NothingToGiveUp, SourceBusy, TableDamaged
from sekisho.logs.health import Gap
from sekisho.logs.intervals.days import DAY, begin_of, microseconds
from sekisho.logs.kinds import LogKind
from sekisho.logs.lookup.answer import Outcome
from sekisho.logs.lookup.candidates import Question
from sekisho.logs.lookup.find import find
from sekisho.logs.lookup.readers import Readers
from sekisho.logs.lookup.run import run
from sekisho.logs.lookup.view import RuleCache, SourceCache, StoreView
from sekisho.logs.manifest import ON_DISK, SegmentEntry, SegmentState
from sekisho.logs.purge.remains import forget
from sekisho.logs.service import LogService
from sekisho.logs.sources import prefixes
from sekisho.workspace import Workspace
from tests.logs.conftest import MIDNIGHT, NOON, TODAY, YESTERDAY, asked, files_of, spec, take
from tests.logs.declared import declare_all

A = "203.0.113.9 1024 2047"
B = "203.0.113.9 2048 3071"
ROOT = Path(__file__).parents[2]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def either(
    request: pytest.FixtureRequest, tmp_path: Path, key_file: KeyFile, clock: FixedClock
) -> Iterator[Workspace]:
    """A workspace on each database, with the source ``cgn``."""
    url = None if request.param == "sqlite" else request.getfixturevalue("postgres_schema").url
    with Workspace.create(
        tmp_path / "ws",
        name="関所通信",
        legal_confirmation="shown",
        keyring=key_file,
        database_url=url,
        clock=clock,
    ) as made:
        declare_all(made)
        LogService(made).add_source(spec(), by="admin")
        yield made


def tables(workspace: Workspace, *states: SegmentState) -> tuple[SegmentEntry, ...]:
    """The segments in these states."""
    with workspace.database.read() as connection:
        return manifest.segments_of(connection, states=states)


def rows_file(workspace: Workspace, entry: SegmentEntry) -> Path:
    """Where a segment's rows are."""
    segment = entry.segment
    return workspace.path / "logs" / segment.kind.value / segment.day.isoformat() / f"{segment.id}.segment"


def break_it(workspace: Workspace, entry: SegmentEntry, how: str = "flipped") -> None:
    """Damage a segment's file, or remove it."""
    path = rows_file(workspace, entry)
    if how == "missing":
        path.unlink()
        return
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def outcome(workspace: Workspace, second: float, port: int = 1500, width: float = 1.0) -> Outcome:
    """Who had the port then, seconds from today's midnight, by translations alone."""
    begin = round((MIDNIGHT + second) * 1e6)
    question = Question(prefixes(["203.0.113.9"])[0].network_address, port, begin, begin + round(width * 1e6))
    kinds = {LogKind.AP_NAT}
    with workspace.database.read() as connection:
        cache = SourceCache()
        view = StoreView(connection, workspace.keyring, RuleCache(), cache, cache.read(connection))
        readers = Readers(LogService(workspace).files.open, workspace.keyring.epoch)
        try:
            return run(find(view, question, kinds, allowed=kinds), readers).link.outcome
        finally:
            readers.clear()


def heard_to(logs: LogService, second: float, *lines: str) -> None:
    """Take in ``lines`` and pairs of somebody else's, one each ten minutes up to ``second``."""
    steps = [MIDNIGHT + at for at in range(0, int(second) + 1, 600)]
    noise = [f"{word} {at + (word == 'R') * 0.5} 203.0.113.77 0 99 100.64.9.9" for at in steps for word in "AR"]
    take(logs, *sorted((*lines, *noise), key=lambda line: float(line.split()[1])))


@pytest.mark.parametrize("how", ["flipped", "missing"])
def test_ingest_says_what_to_do_and_goes_on_when_it_is_done(either: Workspace, how: str, clock: FixedClock) -> None:
    """The error names the command; with the table given up the same input is taken in, and the leaf says what was."""
    logs = LogService(either)
    take(logs, f"A {MIDNIGHT} {A} 100.64.0.1", f"A {MIDNIGHT + 1} {B} 100.64.0.2")
    (table,) = tables(either, SegmentState.OPEN)
    break_it(either, table, how)
    for _ in range(2):
        with pytest.raises(TableDamaged) as caught:
            take(logs, f"R {MIDNIGHT + 60} {A} 100.64.0.1")
    for language in ("ja", "en"):
        assert "sekisho log source give-up cgn" in caught.value.sentence(language)
    given_up = logs.give_up("cgn", by="custodian")
    assert [one.segment for one in given_up.lost] == [table.segment]
    leaf = either.open_leaf(tables(either, SegmentState.LOST)[0].leaf)
    assert leaf is not None
    assert table.segment.id.encode() in leaf.body
    assert b'"by":"custodian"' in leaf.body
    assert given_up.gap == Gap(begin_of(TODAY), microseconds(NOON), "given_up")
    take(logs, f"R {MIDNIGHT + 60} {A} 100.64.0.1", f"A {MIDNIGHT + 70} {A} 100.64.0.3")
    assert [one.segment.id for one in tables(either, SegmentState.LOST)] == [table.segment.id]
    (health,) = logs.health()
    assert health.gaps == (given_up.gap,)


def test_nothing_is_given_up_that_can_be_read(logs: LogService, workspace: Workspace) -> None:
    """Neither before anything was taken in, nor a sound table, nor one a second time; nothing is recorded then."""
    with pytest.raises(NothingToGiveUp):
        logs.give_up("cgn", by="custodian")
    take(logs, f"A {MIDNIGHT} {A} 100.64.0.1")
    before = asked(logs)
    with pytest.raises(NothingToGiveUp):
        logs.give_up("cgn", by="custodian")
    assert asked(logs) == before
    break_it(workspace, tables(workspace, SegmentState.OPEN)[0])
    logs.give_up("cgn", by="custodian")
    with pytest.raises(NothingToGiveUp):
        logs.give_up("cgn", by="custodian")
    assert len(logs.health()[0].gaps) == 1


def test_answers_stay_a_gap(logs: LogService, workspace: Workspace, clock: FixedClock) -> None:
    """Over the table's day and up to the giving up nobody and nobody alone is answered, whatever comes later and even
    if the file is there again; a day after it, nobody is an answer again."""
    heard_to(logs, 3_000, f"A {MIDNIGHT} {A} 100.64.0.1")
    (table,) = tables(workspace, SegmentState.OPEN)
    path = rows_file(workspace, table)
    sound = path.read_bytes()
    path.write_bytes(b"x")
    assert outcome(workspace, 1_000) is Outcome.COVERAGE_GAP
    logs.give_up("cgn", by="custodian")
    path.write_bytes(sound)
    heard_to(logs, 40_000, f"A {MIDNIGHT + 30_000} {B} 100.64.0.2", f"R {MIDNIGHT + 33_000} {B} 100.64.0.2")
    assert outcome(workspace, 1_000) is Outcome.COVERAGE_GAP
    assert outcome(workspace, 31_000) is Outcome.COVERAGE_GAP
    assert outcome(workspace, 31_000, port=2500) is Outcome.AMBIGUOUS
    clock.advance(timedelta(days=3))
    heard_to(logs, 86_400 * 2.9, f"A {MIDNIGHT + 90_000} {B} 100.64.0.2", f"R {MIDNIGHT + 93_000} {B} 100.64.0.2")
    # The next day: who had it when the table was lost may have it still, unless somebody is known to.
    assert outcome(workspace, 100_000) is Outcome.COVERAGE_GAP
    assert outcome(workspace, 91_000, port=2500) is Outcome.UNIQUE
    assert outcome(workspace, 43_200 + 86_400 + 60) is Outcome.NONE


def test_a_day_that_passed_while_it_was_damaged_is_a_gap(
    logs: LogService, workspace: Workspace, clock: FixedClock
) -> None:
    """A table that nobody could continue for two days says nothing of those two days either."""
    heard_to(logs, 3_000, f"A {MIDNIGHT} {A} 100.64.0.1")
    break_it(workspace, tables(workspace, SegmentState.OPEN)[0])
    clock.advance(timedelta(days=2))
    given_up = logs.give_up("cgn", by="custodian")
    assert given_up.gap is not None
    assert given_up.gap.end == microseconds(NOON) + 2 * DAY
    heard_to(logs, 86_400 * 2.4)
    assert outcome(workspace, 86_400 + 3_600) is Outcome.COVERAGE_GAP


def test_a_damaged_carried_table_blocks_neither_input_nor_seal(
    logs: LogService, workspace: Workspace, clock: FixedClock
) -> None:
    """Yesterday's carried table: an input that tells of it and the seal say what to do; then both go on, and yesterday
    has a gap. Today's table is sound and stays."""
    take(logs, f"A {MIDNIGHT - 100} {A} 100.64.0.1", f"A {MIDNIGHT + 5} {B} 100.64.0.2")
    (table,) = tables(workspace, SegmentState.CARRIED)
    break_it(workspace, table)
    with pytest.raises(TableDamaged):
        take(logs, f"R {MIDNIGHT + 60} {A} 100.64.0.1")
    with pytest.raises(TableDamaged) as caught:
        logs.seal(LogKind.AP_NAT, YESTERDAY)
    assert "give-up cgn" in caught.value.sentence("en")
    given_up = logs.give_up("cgn", by="custodian")
    assert ([one.segment for one in given_up.lost], given_up.gap) == ([table.segment], None)
    take(logs, f"R {MIDNIGHT + 60} {A} 100.64.0.1")
    sealed = logs.seal(LogKind.AP_NAT, YESTERDAY)
    assert sealed is not None
    assert sealed.rows == 0
    assert outcome(workspace, -50) is Outcome.COVERAGE_GAP
    assert len(tables(workspace, SegmentState.OPEN)) == 1


def test_a_carried_table_of_a_sealed_day_loses_nothing(logs: LogService, workspace: Workspace) -> None:
    """After the seal its rows are in the sealed segment: they stay as doubtful as they are, and nothing is a gap."""
    take(logs, f"A {MIDNIGHT - 100} {A} 100.64.0.1", f"A {MIDNIGHT + 5} {B} 100.64.0.2")
    logs.seal(LogKind.AP_NAT, YESTERDAY)
    (table,) = tables(workspace, SegmentState.AWAITING)
    yesterday = asked(logs)["2026-11-22"]
    break_it(workspace, table)
    with pytest.raises(TableDamaged):
        take(logs, f"R {MIDNIGHT + 60} {A} 100.64.0.1")
    given_up = logs.give_up("cgn", by="custodian")
    assert (given_up.lost, [one.segment for one in given_up.copies]) == ((), [table.segment])
    assert table.segment.id not in {path.name.partition(".")[0] for path in files_of(workspace)}
    take(logs, f"R {MIDNIGHT + 60} {A} 100.64.0.1")
    assert asked(logs)["2026-11-22"] == yesterday


def test_it_ends_with_its_day(logs: LogService, workspace: Workspace) -> None:
    """The purge of its day counts it among what was destroyed: no lost segment outlives its key."""
    take(logs, f"A {MIDNIGHT} {A} 100.64.0.1")
    break_it(workspace, tables(workspace, SegmentState.OPEN)[0])
    logs.give_up("cgn", by="custodian")
    workspace.commit(lambda connection: forget(connection, LogKind.AP_NAT, TODAY, leaf="leaf"))
    assert tables(workspace, *ON_DISK) == ()


def test_another_sources_answers_are_whole(logs: LogService, workspace: Workspace) -> None:
    """What one source lost says nothing of the addresses of another."""
    logs.add_source(spec("other", covers=prefixes(["198.51.100.0/24"])), by="admin")
    logs.add_source(spec("mine", covers=prefixes(["203.0.113.0/24"])), by="admin")
    take(logs, f"A {MIDNIGHT} 198.51.100.5 0 99 100.64.7.7", source="other")
    times = range(0, 3000, 600)
    noise = [f"{w} {MIDNIGHT + at + (w == 'R') * 0.5} 203.0.113.70 0 9 100.64.8.8" for at in times for w in "AR"]
    held = (f"A {MIDNIGHT + 1} {A} 100.64.0.1", f"R {MIDNIGHT + 2000} {A} 100.64.0.1")
    take(logs, *sorted((*noise, *held), key=lambda line: float(line.split()[1])), source="mine")
    (table,) = tables(workspace, SegmentState.OPEN)
    break_it(workspace, table)
    logs.give_up("other", by="custodian")
    question = Question(prefixes(["203.0.113.9"])[0].network_address, 1500, *_micro(1_000))
    with workspace.database.read() as connection:
        cache = SourceCache()
        found = tuple(one for one in cache.read(connection) if one.spec.name != "cgn")
        view = StoreView(connection, workspace.keyring, RuleCache(), cache, found)
        kinds = {LogKind.AP_NAT}
        readers = Readers(logs.files.open, workspace.keyring.epoch)
        assert run(find(view, question, kinds, allowed=kinds), readers).link.outcome is Outcome.UNIQUE
        readers.clear()


def _micro(second: float) -> tuple[int, int]:
    begin = round((MIDNIGHT + second) * 1e6)
    return begin, begin + 1_000_000


def test_another_process_that_took_the_table_on_is_noticed(
    logs: LogService, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A table that was replaced while it was found to be unreadable isn't given up: what replaced it is sound."""
    take(logs, f"A {MIDNIGHT} {A} 100.64.0.1")
    (table,) = tables(workspace, SegmentState.OPEN)
    path, real = rows_file(workspace, table), committing.given_up_body
    sound = path.read_bytes()
    path.write_bytes(b"x")

    def meanwhile(*args: object) -> object:
        monkeypatch.setattr(committing, "given_up_body", real)
        path.write_bytes(sound)
        take(LogService(workspace), f"A {MIDNIGHT + 5} {B} 100.64.0.2")
        return real(*args)  # type: ignore[arg-type] # passed on as they are

    monkeypatch.setattr(committing, "given_up_body", meanwhile)
    with pytest.raises(SourceBusy):
        logs.give_up("cgn", by="custodian")
    assert tables(workspace, SegmentState.LOST) == ()
    with workspace.database.read() as connection:
        assert health_rows.losses_of(connection, 1) == []


CHILD = """
import os, signal, sys
from pathlib import Path
from sekisho.clock import FixedClock
from sekisho.keys import KeyFile
from sekisho.logs.service import LogService
from sekisho.workspace import Workspace
from tests.logs.conftest import NOON
from tests.logs.crash_child import Fuse, FusedFiles

path, key, count = sys.argv[1:]
with Workspace.open(Path(path), keyring=KeyFile(Path(key)), clock=FixedClock(NOON)) as workspace:
    fuse, commit = Fuse(int(count)), workspace.commit

    def fused(*args, **more):
        fuse.step()
        done = commit(*args, **more)
        fuse.step()
        return done

    workspace.commit = fused
    LogService(workspace, layer=FusedFiles(fuse)).give_up("cgn", by="custodian")
"""


@pytest.mark.parametrize("step", [1, 2, 3])
def test_killed_in_between(
    workspace: Workspace, logs: LogService, key_file: KeyFile, tmp_path: Path, step: int
) -> None:
    """Before the commit nothing has happened and it can be done again; after it, it is done, once, and ingest goes on;
    what a kill leaves of a copy's files the next writer removes."""
    take(logs, f"A {MIDNIGHT - 100} {A} 100.64.0.1", f"A {MIDNIGHT + 5} {B} 100.64.0.2")
    logs.seal(LogKind.AP_NAT, YESTERDAY)
    for table in tables(workspace, SegmentState.OPEN, SegmentState.AWAITING):
        break_it(workspace, table)
    workspace.close()
    path = tmp_path / "copy"
    shutil.copytree(workspace.path, path)
    child = subprocess.run(
        [sys.executable, "-c", CHILD, str(path), str(key_file.path), str(step)],
        cwd=ROOT, capture_output=True, check=False, timeout=120,
    )
    assert child.returncode == -9, child.stderr.decode()
    with Workspace.open(path, keyring=key_file, clock=FixedClock(NOON)) as copied:
        again = LogService(copied)
        if step == 1:
            again.give_up("cgn", by="custodian")
        else:
            with pytest.raises(NothingToGiveUp):
                again.give_up("cgn", by="custodian")
        take(again, f"R {MIDNIGHT + 60} {A} 100.64.0.1")
        assert len(tables(copied, SegmentState.LOST)) == 1
        with copied.database.read() as connection:
            assert len(health_rows.losses_of(connection, 1)) == 1
            known = manifest.known_files(connection)
        assert {file.name.partition(".")[0] for file in files_of(copied)} == known
