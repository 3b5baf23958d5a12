"""A damaged segment of a day that isn't sealed: given up its day can be sealed, and stays a gap, never an answer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sekisho.clock import FixedClock
from sekisho.keys import KeyFile
from sekisho.keys.schedule import log_key
from sekisho.logs import committing
from sekisho.logs.errors import DayDamaged, DayReadable, SourceBusy
from sekisho.logs.giving_up import day_gap
from sekisho.logs.holds.errors import CarvingFailed
from sekisho.logs.kinds import LogKind
from sekisho.logs.lookup.answer import Outcome
from sekisho.logs.manifest import ON_DISK, DayState, SegmentEntry, SegmentState
from sekisho.logs.purge.day import DayPurge
from sekisho.logs.service import LogService
from sekisho.logs.sources import prefixes
from sekisho.workspace import Workspace
from tests.logs.conftest import MIDNIGHT, TODAY, YESTERDAY, files_of, spec, take
from tests.logs.keeping import Keeper, Unasked, failed
from tests.logs.test_giving_up import A, B, break_it, either, heard_to, outcome, rows_file, tables

NAT = LogKind.AP_NAT
DAYS = 86_400
GONE_ON = YESTERDAY + timedelta(days=121)
"""The day on which yesterday's records are due."""
KEY = log_key(NAT.value, YESTERDAY)
__all__ = ["either"]


@pytest.fixture
def keeper(workspace: Workspace, clock: FixedClock, key_file: KeyFile, logs: LogService) -> Keeper:
    """The source ``cgn`` with a policy of 120 days."""
    return Keeper(workspace, clock, key_file, logs)


def pair(holding: str, at: float, inside: str) -> tuple[str, str]:
    """A holding of half an hour, in seconds from today's midnight."""
    return f"A {MIDNIGHT + at} {holding} {inside}", f"R {MIDNIGHT + at + 1800} {holding} {inside}"


def damaged_day(logs: LogService, workspace: Workspace, how: str = "flipped") -> SegmentEntry:
    """Two inputs of the day, the first of whose segments can't be read any more."""
    heard_to(logs, 40_000, *pair(A, 1_000, "100.64.0.1"))
    heard_to(logs, 42_000, *pair(B, 31_000, "100.64.0.2"))
    first = tables(workspace, SegmentState.STAGED)[0]
    break_it(workspace, first, how)
    return first


@pytest.mark.parametrize("how", ["flipped", "missing"])
def test_a_day_is_sealed_without_what_is_given_up(either: Workspace, clock: FixedClock, how: str) -> None:
    """The seal names the command and waits; given up on record, the day is sealed with what can be read, and every
    question about it that nobody firm answers is a gap, also when the file is there again; the next day is whole."""
    logs = LogService(either)
    first = damaged_day(logs, either, how)
    sound = b"" if how == "missing" else rows_file(either, first).read_bytes()
    clock.advance(timedelta(days=3))
    for _ in range(2):
        with pytest.raises(DayDamaged) as caught:
            logs.seal(NAT, TODAY)
    for language in ("ja", "en"):
        assert "sekisho log give-up ap.nat 2026-11-23" in caught.value.sentence(language)
    done = logs.give_up_day(NAT, TODAY, by="custodian")
    assert ([one.segment for one in done.lost], done.sources, done.gap) == ([first.segment], ("cgn",), day_gap(TODAY))
    leaf = either.open_leaf(tables(either, SegmentState.LOST)[0].leaf)
    assert leaf is not None
    assert first.segment.id.encode() in leaf.body
    assert b'"by":"custodian"' in leaf.body
    sealed = logs.seal(NAT, TODAY)
    assert sealed is not None
    rows_file(either, first).write_bytes(sound)
    assert done.gap in logs.health()[0].gaps
    assert outcome(either, 1_500) is Outcome.COVERAGE_GAP
    assert outcome(either, 20_000) is Outcome.COVERAGE_GAP
    assert outcome(either, 31_500, port=2500) is Outcome.AMBIGUOUS
    heard_to(logs, DAYS * 2.9, *pair(A, DAYS * 2, "100.64.0.3"))
    assert outcome(either, DAYS * 2 + 60) is Outcome.UNIQUE
    assert outcome(either, DAYS * 2 + 3_600) is Outcome.NONE
    assert outcome(either, 20_000) is Outcome.COVERAGE_GAP


def test_before_it_is_given_up_answers_are_a_gap_too(logs: LogService, workspace: Workspace) -> None:
    """The damage alone is enough: neither nobody nor somebody alone."""
    damaged_day(logs, workspace)
    assert outcome(workspace, 20_000) is Outcome.COVERAGE_GAP
    assert outcome(workspace, 31_500, port=2500) is Outcome.AMBIGUOUS


def test_nothing_is_given_up_of_a_day_that_can_be_read_or_is_sealed(
    logs: LogService, workspace: Workspace, clock: FixedClock
) -> None:
    """Nor of one that never was, nor a second time; nothing is recorded then."""
    for day in (TODAY, YESTERDAY):
        with pytest.raises(DayReadable):
            logs.give_up_day(NAT, day, by="custodian")
    heard_to(logs, 3_000)
    with pytest.raises(DayReadable):
        logs.give_up_day(NAT, TODAY, by="custodian")
    clock.advance(timedelta(days=1))
    logs.seal(NAT, TODAY)
    break_it(workspace, tables(workspace, SegmentState.SEALED)[0])
    with pytest.raises(DayReadable):
        logs.give_up_day(NAT, TODAY, by="custodian")
    assert logs.health()[0].gaps == ()


def test_a_sources_own_table_stays(logs: LogService, workspace: Workspace) -> None:
    """An open table that is damaged as well isn't a day's to give up."""
    take(logs, *pair(A, 60, "100.64.0.1"), f"A {MIDNIGHT + 5_000} {B} 100.64.0.2")
    for entry in tables(workspace, SegmentState.STAGED, SegmentState.OPEN):
        break_it(workspace, entry)
    done = logs.give_up_day(NAT, TODAY, by="custodian")
    assert [one.state for one in done.lost] == [SegmentState.STAGED]
    assert len(tables(workspace, SegmentState.OPEN)) == 1


def test_every_source_that_may_have_stood_in_it_has_the_gap(logs: LogService, workspace: Workspace) -> None:
    """One of another kind, and one that wasn't heard on the day, have none."""
    logs.add_source(spec("silent"), by="admin")
    logs.add_source(spec("second", covers=prefixes(["203.0.113.0/24"])), by="admin")
    take(logs, *pair(B, 40, "100.64.0.9"), source="second")
    damaged_day(logs, workspace)
    assert logs.give_up_day(NAT, TODAY, by="custodian").sources == ("cgn", "second")
    assert {one.name for one in logs.health() if day_gap(TODAY) in one.gaps} == {"cgn", "second"}


def test_a_segment_that_was_merged_meanwhile_is_noticed(
    logs: LogService, workspace: Workspace, monkeypatch: pytest.MonkeyPatch, clock: FixedClock
) -> None:
    """A file that came back while it was found to be damaged, and whose day was sealed: nothing is given up."""
    first = damaged_day(logs, workspace)
    clock.advance(timedelta(days=1))
    path, real = rows_file(workspace, first), committing.day_given_up_body
    data = bytearray(path.read_bytes())

    def meanwhile(*args: object) -> object:
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
        LogService(workspace).seal(NAT, TODAY)
        return real(*args)  # type: ignore[arg-type] # passed on as they are

    monkeypatch.setattr(committing, "day_given_up_body", meanwhile)
    with pytest.raises(SourceBusy):
        logs.give_up_day(NAT, TODAY, by="custodian")
    assert tables(workspace, SegmentState.LOST) == ()
    assert logs.health()[0].gaps == ()


@pytest.mark.parametrize("given_up", [False, True], ids=["damaged", "given up"])
@pytest.mark.parametrize("how", ["flipped", "missing"])
def test_an_unsealed_day_that_is_damaged_ends_on_time(keeper: Keeper, how: str, given_up: bool) -> None:
    """Its purge needs neither its seal nor a segment that can be read, and leaves nothing of it."""
    keeper.take(*pair("203.0.113.5 1024 2047", -40_000, "100.64.0.1"))
    (entry,) = tables(keeper.workspace, SegmentState.STAGED)
    break_it(keeper.workspace, entry, how)
    if given_up:
        keeper.logs.give_up_day(NAT, YESTERDAY, by="custodian")
    keeper.go_to(GONE_ON - timedelta(days=1))
    keeper.due()
    keeper.go_to(GONE_ON)
    done = keeper.due()
    assert [one for one in failed(done) if one.task == "log-purges"] == []
    assert not keeper.workspace.keyring.exists(KEY)
    assert keeper.logs.day_state(NAT, YESTERDAY) is DayState.PURGED
    assert tables(keeper.workspace, *ON_DISK) == ()
    assert [path for path in files_of(keeper.workspace) if "2026-11-22" in path.parts] == []


@pytest.mark.parametrize("given_up", [False, True], ids=["damaged", "given up"])
def test_a_hold_over_it_wants_somebody_to_decide(keeper: Keeper, given_up: bool) -> None:
    """What can't be read can't be copied out: the purge waits until somebody accepts that, and then ends the day."""
    keeper.take(*pair("203.0.113.5 1024 2047", -40_000, "100.64.0.1"))
    (entry,) = tables(keeper.workspace, SegmentState.STAGED)
    break_it(keeper.workspace, entry)
    if given_up:
        keeper.logs.give_up_day(NAT, YESTERDAY, by="custodian")
    keeper.hold(type="court_order", until=None)
    keeper.go_to(GONE_ON)
    prober = Unasked(keeper.workspace.keyring)
    with pytest.raises(CarvingFailed):
        DayPurge(keeper.workspace, prober, by="keeper").run(KEY)
    DayPurge(keeper.workspace, prober, by="keeper", accept_unreadable=True).run(KEY)
    assert not keeper.workspace.keyring.exists(KEY)
