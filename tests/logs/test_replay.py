"""Power cuts at every point: what a store of files promised is there, whatever unsynced writes were lost or torn."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from sekisho.keys import FileKeyring, KeyFile
from sekisho.logs.events import Action, Events
from sekisho.logs.intervals.build import build
from sekisho.logs.intervals.days import microseconds
from sekisho.logs.kinds import LogKind
from sekisho.logs.sealing import read_all
from sekisho.logs.segments.files import SegmentFiles, Written
from sekisho.logs.spool import Received, SpoolWriter, complete_left, read_spool, spool_files
from sekisho.store.files import RealFiles
from sekisho.store.recorded import RecordedFiles
from tests.logs.conftest import NOON, TODAY
from tests.logs.simple_format import make


def test_spooled_records_survive_every_power_cut(tmp_path: Path, key_file: KeyFile) -> None:
    """Everything that was synced is read back, in order, once; nothing but a torn end is missing."""
    keyring = FileKeyring.make(tmp_path / "keys", key_file)
    root = tmp_path / "run"
    root.mkdir()
    files = RecordedFiles(root)
    with SpoolWriter(root / "spool", files, keyring, LogKind.AP_NAT) as spool:
        for group in range(3):
            for number in range(2):
                spool.append(b"%d" % (group * 2 + number), received=microseconds(NOON))
            spool.sync()
            files.mark(group * 2 + 2)
            if group == 1:
                spool.roll()
    after = tmp_path / "after"
    for prefix, _ in files.crashes(after):
        acknowledged = max((mark for mark in files.marks(prefix) if isinstance(mark, int)), default=0)
        complete_left(after / "spool", RealFiles())
        found = [
            one.data
            for spooled in spool_files(after / "spool", RealFiles())
            for one in read_spool(RealFiles(), keyring, LogKind.AP_NAT, spooled)
            if isinstance(one, Received)
        ]
        assert found == [b"%d" % number for number in range(len(found))]
        assert len(found) >= acknowledged


def test_a_segment_is_whole_or_not_there(tmp_path: Path, key_file: KeyFile) -> None:
    """Once it was written, it opens with all its rows after every power cut; before, nobody finds half of it."""
    keyring = FileKeyring.make(tmp_path / "keys", key_file)
    root = tmp_path / "run"
    root.mkdir()
    files = RecordedFiles(root)
    lines = b"".join(b"W 1795359700 203.0.113.9 %d %d 100.64.0.1 1795359600\n" % (at, at) for at in range(200))
    (events,) = (one for one in make({}).read(lines, 1, None) if isinstance(one, Events))  # type: ignore[arg-type] # not looked at
    assert (events.action == int(Action.WHOLE)).all()
    rows = build(events, None, source=1).closed
    written = SegmentFiles(root / "logs", files, keyring).write(TODAY, rows)
    files.mark(written)
    after = tmp_path / "after"
    for prefix, _ in files.crashes(after):
        store = SegmentFiles(after / "logs", RealFiles(), keyring)
        if any(isinstance(mark, Written) for mark in files.marks(prefix)):
            again = read_all(store, written.segment)
            assert np.array_equal(again.port_low, rows.port_low[np.argsort(rows.port_low, kind="stable")])
            assert store.commitment(written.segment, written.rows).root == written.root
        else:
            store.sweep(())
            assert not [path for path in after.rglob("*") if path.is_file()]
