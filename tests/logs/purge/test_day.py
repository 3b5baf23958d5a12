"""A purged day: nobody reads it any more, late rows are refused, what remains tells of nobody; quarantine likewise."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from sekisho.destruction.certificate import check
from sekisho.destruction.probing import SubprocessProber
from sekisho.destruction.standalone import verify_certificate
from sekisho.keys import backup, make_key_file
from sekisho.keys.disk import RealDisk
from sekisho.keys.mortal import MortalRing
from sekisho.keys.schedule import log_key
from sekisho.logs.intervals.days import DAY, begin_of
from sekisho.logs.kinds import LogKind
from sekisho.logs.manifest import DayState
from sekisho.logs.policy_tables import log_policy
from sekisho.logs.purge.day import DayPurge
from sekisho.logs.purge.due import kept_days
from sekisho.logs.purge.errors import NotDue, UnknownLogCertificate
from sekisho.logs.tables import log_input, log_quarantine
from sekisho.workspace import Workspace
from tests.logs.conftest import TODAY
from tests.logs.holds.test_survival import lines
from tests.logs.keeping import GONE_ON, NAT, YESTERDAY, Keeper, Unasked, failed, whole

KEY = log_key("ap.nat", YESTERDAY)


def test_not_a_day_early(keeper: Keeper) -> None:
    """On its last day nothing happens, and asking for it is refused; the day after it goes."""
    keeper.take(*lines())
    keeper.go_to(GONE_ON - timedelta(days=1), hour=23)
    assert not [one for one in keeper.due() if one.task == "log-purges"]
    with pytest.raises(NotDue):
        DayPurge(keeper.workspace, Unasked(keeper.workspace.keyring), by="keeper").run(KEY)
    keeper.go_to(GONE_ON, hour=0)
    assert ("purged", "done") in [(one.what, one.state) for one in keeper.due()]
    assert keeper.logs.day_state(NAT, YESTERDAY) is DayState.PURGED


def test_late_rows_of_a_purged_day_are_refused(keeper: Keeper) -> None:
    """Counted, and nothing of them is kept."""
    keeper.take(*lines()[:3])
    keeper.go_to(GONE_ON)
    keeper.due()
    done = keeper.take(lines()[3])
    assert done.refused == {"day_gone": 1}
    assert list((keeper.workspace.path / "logs" / "ap.nat").rglob("*.*")) == []


def test_a_day_that_was_over_before_its_records_came_takes_none(keeper: Keeper) -> None:
    """There was nothing to purge, so no key was destroyed; it is refused all the same. A record from 1970 to yesterday
    fills the days that are kept, and none before."""
    old = YESTERDAY - timedelta(days=130)
    done = keeper.take(whole(old, 100, 4_000, "203.0.113.5", 1024, 2047, "100.64.0.1"))
    assert (done.rows, done.refused) == (0, {"day_gone": 1})
    assert keeper.logs.day_state(NAT, old) is None
    # The day can't be told to be purged: the loss keeps "nobody" from being answered about it.
    (gap,) = keeper.logs.health()[0].gaps
    assert (gap.begin, gap.end - 1) == (begin_of(old) + 100_000_000, begin_of(old) + 4_000_000_000)
    assert gap.reason == "day_gone"
    done = keeper.take(f"W {begin_of(YESTERDAY) // 1_000_000 + 60} 203.0.113.5 1024 2047 100.64.0.1 100")
    assert done.rows == 120
    assert keeper.logs.day_state(NAT, YESTERDAY - timedelta(days=120)) is None
    assert keeper.logs.day_state(NAT, YESTERDAY - timedelta(days=119)) is DayState.OPEN


def test_what_remains_tells_of_nobody(keeper: Keeper) -> None:
    """The exact moments of an input become whole days with its last day; its counts stay."""
    done = keeper.take(*lines())
    keeper.go_to(GONE_ON)
    keeper.due()
    with keeper.workspace.database.read() as connection:
        row = connection.execute(select(log_input).where(log_input.c.id == done.id)).one()
    begin = begin_of(YESTERDAY)
    assert (row.first, row.last, row.records) == (begin, begin + DAY - 1, 4)


def test_unreadable_records_have_an_end_as_well(keeper: Keeper) -> None:
    """Quarantine of the day of ingest goes after the house's thirty days, with a certificate of its own."""
    done = keeper.take(*lines(), "what is this?")
    assert done.quarantined == {"no_match": 1}
    assert len(list(keeper.logs.quarantined(done.id))) == 1
    keeper.go_to(TODAY + timedelta(days=31))
    with SubprocessProber(keeper.workspace.path, keeper.key_file) as prober:
        assert failed(keeper.due(prober)) == []
    key = log_key("quarantine", TODAY)
    assert not keeper.workspace.keyring.exists(key)
    assert list((keeper.workspace.path / "logs" / "quarantine").rglob("*.*")) == []
    found = check(keeper.certificate(key), key=None)
    assert found.said["planned"]["policies"] == ["house"]
    assert found.said["planned"]["quarantined"] == {"files": 1, "records": 1}
    with keeper.workspace.database.read() as connection:
        assert connection.execute(select(log_quarantine)).all() == []
    assert list(keeper.logs.quarantined(done.id)) == []


def test_a_day_without_a_policy_is_named_not_erased(keeper: Keeper) -> None:
    """Nobody said how long: the daily run says that somebody is late, and leaves it."""
    keeper.take(*lines())
    with keeper.workspace.database.read() as connection:
        assert kept_days(connection, keeper.workspace.keyring, today=TODAY)[0].last is not None
    keeper.workspace.commit(
        lambda connection: connection.execute(log_policy.delete().where(log_policy.c.kind == "ap.nat"))
    )
    keeper.go_to(GONE_ON)
    assert ("no_policy", "overdue") in [(one.what, one.state) for one in keeper.due()]
    assert keeper.workspace.keyring.exists(KEY)


def test_another_process_is_shut_out(keeper: Keeper, tmp_path: Path) -> None:
    """A reader that another workspace object (another process's keyring) has open asks for the epoch and is told; one
    that opens afterwards is refused."""
    keeper.take(*lines())
    other = Workspace.open(keeper.workspace.path, mode="read", keyring=keeper.key_file, clock=keeper.clock)
    epoch = other.keyring.epoch()
    other.keyring.derive(KEY, info=b"kept in memory")
    keeper.go_to(GONE_ON)
    keeper.due()
    assert other.keyring.epoch() > epoch
    assert not other.keyring.exists(KEY)
    other.close()


def test_live_until_the_last_backup_is_gone(keeper: Keeper, tmp_path: Path) -> None:
    """A numbered backup that holds the key keeps the certificate live; disposed of, it is final."""
    keeper.take(*lines())
    ring = keeper.workspace.keyring
    assert isinstance(ring, MortalRing)
    (tmp_path / "apart").mkdir()
    keeper.go_to(GONE_ON - timedelta(days=10))
    now = keeper.clock.now()
    backup.backup(
        ring, tmp_path / "apart" / "keys-1", number=1, made_at=now, expires_at=now + timedelta(days=30),
        unlock=make_key_file(tmp_path / "apart" / "backup.key", RealDisk()), apart_from=[keeper.workspace.path],
    )  # fmt: skip
    keeper.go_to(GONE_ON)
    keeper.due()
    found = check(keeper.certificate(KEY), key=None)
    assert (found.state, [one["number"] for one in found.said["certified"]["backups"]]) == ("live", [1])
    assert ("backups_hold_it", "waiting") in [(one.what, one.state) for one in keeper.due()]
    backup.dispose(tmp_path / "apart" / "keys-1", ring, at=keeper.clock.now(), by="keeper")
    keeper.due()
    assert check(keeper.certificate(KEY), key=None).state == "final"


def test_no_certificate_before_there_is_one(keeper: Keeper) -> None:
    """Of a day that is kept, and of one that never was."""
    keeper.take(*lines())
    for key in (KEY, log_key(LogKind.AP_AUTH.value, YESTERDAY)):
        with pytest.raises(UnknownLogCertificate):
            keeper.certificate(key)


def test_the_standalone_verifier_agrees(keeper: Keeper, tmp_path: Path) -> None:
    """The file that an auditor runs without Sekisho says the same, by its exit code."""
    keeper.take(*lines())
    keeper.go_to(GONE_ON)
    keeper.due()
    file = tmp_path / "certificate.json"
    file.write_bytes(keeper.certificate(KEY))
    assert verify_certificate.main([str(file)]) == 0
    file.write_bytes(file.read_bytes().replace(b'"state":"final"', b'"state":"live"'))
    assert verify_certificate.main([str(file)]) == 1
