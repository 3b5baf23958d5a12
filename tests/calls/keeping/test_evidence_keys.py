"""The keys that evidence is sealed to: one a month, given out with the bundle, gone when its evidence's period is."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import orjson
import pytest

from sekisho.calls.analytics.folding import Folding
from sekisho.calls.connector.errors import SpoolKeyUnknown
from sekisho.calls.connector.publication import Publication
from sekisho.calls.connector.screener import Screener
from sekisho.calls.connector.settings import checked
from sekisho.calls.connector.spool import SpoolWriter
from sekisho.calls.connector.spool_reader import SpoolFile, SpoolKey, complete_files, read_spool_file
from sekisho.calls.evidence_keys import FIRST, living_keys, present_key
from sekisho.calls.keeping import ending
from sekisho.calls.screening import bundle
from sekisho.calls.screening.errors import BundleRefused
from sekisho.destruction import certificate
from sekisho.due import State
from tests.calls.connector.proxy import Phone, invite
from tests.calls.desk import NOW, CallDesk
from tests.calls.keeping.due_child import ran

EITHER_STORE = True

ROOT = Path(__file__).parents[3]
NOVEMBER, DECEMBER = "call-spool/2026-11", "call-spool/2026-12"


def screener(desk: CallDesk, spool: Path) -> Screener:
    """A process beside a proxy, whose settings were written in November."""
    spool.mkdir(exist_ok=True)
    said = checked(
        {
            "bundle": str(desk.service.publishing.root), "spool": str(spool),
            "public_key": present_key(desk.workspace).public.hex(), "spool_max_bytes": 1 << 30,
            "trunks": [{"id": "t1", "direction": "domestic", "addresses": ["127.0.0.0/8"]}],
        }
    )  # fmt: skip
    return Screener(said, Publication(said.bundle), log=lambda *_: None)


def judged(process: Screener, at: datetime) -> None:
    """One call, with its evidence."""
    process.screen(invite(Phone()), "127.0.0.1", at.timestamp())


def taken(desk: CallDesk, spool: Path) -> list[SpoolFile]:
    """The complete files, taken in as `call spool ingest` does."""
    found = []
    for path in complete_files(spool):
        found.append(read_spool_file(path, living_keys(desk.workspace)))
        Folding(desk.service.desk).fold(found[-1], connector="tokyo-1")
        path.unlink()
    return sorted(found, key=lambda one: one.key)


def told(desk: CallDesk, task: str, what: str) -> list[tuple[str, State]]:
    """What a task says of something."""
    entries = [one for one in ran(desk.workspace) if (one.task, one.what) == (task, what)]
    return [(str(one.fields.get("key", "")), one.state) for one in entries]


def test_a_new_key_each_month_and_no_record_lost_between_publishing_and_use(desk: CallDesk, tmp_path: Path) -> None:
    """The month's first bundle brings the key. A process that took it up writes to it; one that was killed after the
    publishing and before it looked has written to the old one; one that never looks goes on. All is read."""
    desk.service.publishing.publish(by=desk["tanto"])
    spool = tmp_path / "spool"
    quick, killed, slow = (screener(desk, spool) for _ in range(3))
    for process in (quick, killed, slow):
        judged(process, NOW)
    desk.clock.advance(timedelta(days=10))
    later = desk.clock.now()
    assert told(desk, "call-bundle", "key") == [("", State.DONE)]
    assert told(desk, "call-bundle", "key") == []
    quick.between_calls(later.timestamp())
    judged(killed, later)
    # The system closes a dead process's files; nothing more is written.
    os.close(killed._spool._descriptor)  # what kill -9 does
    for process in (quick, slow, screener(desk, spool)):
        judged(process, later)
        process.close()
    killed._spool._descriptor = -1  # not closed twice
    files = taken(desk, spool)
    assert [one.key for one in files].count(DECEMBER) == 2
    assert {one.key for one in files} == {NOVEMBER, DECEMBER}
    assert sum(len(one.records) for one in files) == 7
    assert sum(one.missing for one in files) == 0


def test_an_old_key_ends_when_nothing_sealed_to_it_may_be_kept(desk: CallDesk, tmp_path: Path) -> None:
    """Not before the period of its month, of the last file under it and of the last report of a connector that has it
    is over; then it has a certificate, and another process can't read a copy of a file."""
    publishing = desk.service.publishing
    publishing.publish(by=desk["tanto"])
    spool, kept = tmp_path / "spool", tmp_path / "kept"
    kept.mkdir()
    process = screener(desk, spool)
    judged(process, NOW)
    process.close()
    (path,) = complete_files(spool)
    shutil.copy(path, kept)
    taken(desk, spool)
    desk.clock.advance(timedelta(days=45))
    publishing.report("tokyo-1", folder="00000001", problem=None)
    judged(process, desk.clock.now() - timedelta(days=1))
    process.close()
    assert [one.key for one in taken(desk, spool)] == [NOVEMBER]
    desk.clock.advance(timedelta(days=90))
    assert told(desk, "call-keys", "destroyed") == []
    desk.clock.advance(timedelta(days=1))
    assert told(desk, "call-keys", "destroyed") == [(NOVEMBER, State.DONE)]
    with pytest.raises(SpoolKeyUnknown):
        read_spool_file(next(kept.iterdir()), living_keys(desk.workspace))
    words = [sys.executable, "-m", "tests.calls.keeping.spool_child", str(desk.workspace.path)]
    done = subprocess.run(
        [*words, str(tmp_path / "sekisho.key"), str(kept)], cwd=ROOT, capture_output=True, timeout=120, check=False
    )
    assert done.stdout == b"refused\n", done.stderr.decode()
    desk.workspace.checkpoint()
    found = certificate.check(
        orjson.dumps(ending.issued(desk.workspace, NOVEMBER)), key=None, formats=(certificate.CALLS,)
    )
    assert (found.key, found.state) == (NOVEMBER, "final")


def test_a_connector_of_before_is_still_read(desk: CallDesk, tmp_path: Path) -> None:
    """Evidence that was sealed to the workspace's first key, when there was one for all months, opens."""
    desk.workspace.keyring.ensure(FIRST)
    writer = SpoolWriter(str(tmp_path), SpoolKey.of(desk.workspace.keyring, FIRST).public, max_bytes=1 << 30)
    assert writer.write(b"{}", NOW.timestamp(), known_source=True)
    writer.close()
    (path,) = complete_files(tmp_path)
    assert read_spool_file(path, living_keys(desk.workspace)).key == FIRST


@pytest.mark.parametrize(
    "content", [b"{}", b"x", b'{"format": 1, "public_key": "00"}', b'{"format": 2, "public_key": ""}']
)
def test_a_bundle_with_a_key_that_is_none_is_refused(desk: CallDesk, tmp_path: Path, content: bytes) -> None:
    """It isn't switched to: evidence would be lost."""
    desk.service.publishing.publish(by=desk["tanto"])
    folder = desk.service.publishing.root / "00000001"
    parts = {name: (folder / name).read_bytes() for name in ("rules.json", "agreements.json")}
    with pytest.raises(BundleRefused):
        bundle.write(tmp_path / "other", {**parts, bundle.EVIDENCE_KEY: content}, made_at=NOW)


def test_connectors_are_told_with_their_evidence(desk: CallDesk, tmp_path: Path) -> None:
    """Bundle, last evidence, calls that passed unjudged and lost records of the last thirty days; silence is said."""
    publishing = desk.service.publishing
    publishing.publish(by=desk["tanto"])
    process = screener(desk, tmp_path / "spool")
    judged(process, NOW)
    process.screen(invite(Phone()), "192.0.2.77", NOW.timestamp())
    process._spool.write(b"x" * 20_000, NOW.timestamp(), known_source=True)  # too long: lost, and said
    process.close()
    taken(desk, tmp_path / "spool")
    publishing.report("osaka-1", folder=None, problem="made up")
    tokyo, osaka = reversed(publishing.connectors())
    assert tokyo["evidence"] == {
        "last_at": NOW.isoformat(), "last_day": "2026-11-24", "key": NOVEMBER, "silent": False, "days": 30,
        "files": 1, "records": 2, "lost": 1, "failed_open": 1,
    }  # fmt: skip
    assert (osaka["problem"], osaka["up_to_date"], osaka["evidence"]["silent"]) == ("made up", False, True)
    desk.clock.advance(timedelta(days=31))
    (tokyo,) = (one for one in publishing.connectors() if one["name"] == "tokyo-1")
    assert (tokyo["evidence"]["silent"], tokyo["evidence"]["records"]) == (True, 0)
