"""Crashes: a killed process, and every prefix of what was written with what was not synced lost in every way."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from sekisho.ledger import Ledger, open_checkpoint, verify_consistency
from sekisho.ledger.errors import LedgerMissing, LedgerWriteFailed
from sekisho.ledger.verify import verify_ledger
from sekisho.store.recorded import Loss, Operation, RecordedFiles, SyncData
from tests.ledger.signer import ORIGIN, MemorySigner

SIGNER = MemorySigner()


def test_everything_printed_survives_kill_9(tmp_path: Path) -> None:
    """Five processes are killed while eight threads append: every acknowledged leaf is at its number afterwards."""
    where = tmp_path / "ledger"
    Ledger.create(where, origin=ORIGIN, signer=SIGNER).close()
    told: dict[int, str] = {}
    for run in range(5):
        said = tmp_path / "said"
        with said.open("wb") as output:
            child = subprocess.Popen(
                [sys.executable, "-m", "tests.ledger.append_child", str(where), str(run)], stdout=output
            )
            deadline = time.monotonic() + 20
            while said.stat().st_size < 2_000 * (run + 1) and time.monotonic() < deadline:
                time.sleep(0.01)
            child.send_signal(signal.SIGKILL)
            child.wait()
        lines = [line.split(" ", 1) for line in said.read_text().split("\n")[:-1]]
        assert lines
        told.update((int(index), leaf) for index, leaf in lines)
        before = verify_ledger(where, public_key=SIGNER.public_key, origin=ORIGIN)
        assert before.findings == ()
        with Ledger.open(where, origin=ORIGIN, signer=SIGNER) as ledger:
            kept = list(ledger.leaves())
        assert all(kept[index].decode() == leaf for index, leaf in told.items())
    after = verify_ledger(where, public_key=SIGNER.public_key, origin=ORIGIN)
    assert (after.findings, after.notes, after.unpublished) == ((), (), 0)


def attempted(steps: list[int]) -> list[list[bytes]]:
    """The leaves of each append."""
    start = 0
    groups = []
    for step in steps:
        groups.append([b"leaf %d" % number for number in range(start, start + step)])
        start += step
    return groups


class BusySigner(MemorySigner):
    """While it signs, somebody appends: acknowledgement doesn't wait for publication."""

    def __init__(self) -> None:
        super().__init__()
        self.meanwhile: Callable[[], object] = int

    def sign(self, message: bytes) -> bytes:
        """Append, then sign."""
        self.meanwhile()
        return super().sign(message)


class Killed(RecordedFiles):
    """Recorded files under a process that can die between writing and syncing: the written bytes are there for the
    next process, and not on the disk."""

    dying = False

    def record(self, operation: Operation) -> None:
        """Record, or die instead of syncing."""
        if self.dying and isinstance(operation, SyncData):
            self.dying = False
            raise OSError(4, "killed")
        super().record(operation)


def record(where: Path) -> tuple[RecordedFiles, list[bytes]]:
    """A run over three openings that crosses a tile's end, with everything acknowledged marked as it was."""
    files = Killed(where)
    signer = BusySigner()
    groups = attempted([3, 250, 2, 1, 1, 4, 2])
    ledger = Ledger.create(where / "ledger", origin=ORIGIN, signer=signer, files=files)
    files.mark("created")

    def append(group: list[bytes]) -> None:
        files.mark(("leaves", ledger.append(group).stop))

    append(groups[0])
    files.mark(("checkpoint", ledger.checkpoint()))
    append(groups[1])
    append(groups[2])

    def once() -> None:
        signer.meanwhile = int
        append(groups[3])

    signer.meanwhile = once
    files.mark(("checkpoint", ledger.checkpoint()))
    ledger.close()
    files.mark(("checkpoint", (where / "ledger/checkpoint").read_bytes()))
    ledger = Ledger.open(where / "ledger", origin=ORIGIN, signer=signer, files=files)
    append(groups[4])
    files.dying = True
    with pytest.raises(LedgerWriteFailed):
        ledger.append(groups[5])
    ledger.close()
    ledger = Ledger.open(where / "ledger", origin=ORIGIN, signer=signer, files=files)
    files.mark(("leaves", ledger.size))
    append(groups[6])
    ledger.close()
    files.mark(("checkpoint", (where / "ledger/checkpoint").read_bytes()))
    return files, [leaf for group in groups for leaf in group]


def check_state(where: Path, marks: list[object], leaves: list[bytes], what: str) -> None:
    """What must hold of any state a crash leaves."""
    acknowledged = max((mark[1] for mark in marks if isinstance(mark, tuple) and mark[0] == "leaves"), default=0)
    notes = [mark[1] for mark in marks if isinstance(mark, tuple) and mark[0] == "checkpoint"]
    if "created" not in marks:
        try:
            Ledger.open(where, origin=ORIGIN, signer=SIGNER).close()
        except LedgerMissing:
            Ledger.create(where, origin=ORIGIN, signer=SIGNER).close()
        return
    before = verify_ledger(where, public_key=SIGNER.public_key, origin=ORIGIN)
    assert before.findings == (), what
    assert before.size + before.unpublished >= acknowledged, what
    with Ledger.open(where, origin=ORIGIN, signer=SIGNER) as ledger:
        kept = list(ledger.leaves())
        assert len(kept) >= acknowledged, what
        assert kept == leaves[: len(kept)], what  # nothing but what was appended, in its order, groups whole
        assert len(kept) in {0, 3, 253, 255, 256, 257, 261, 263}, what
        for note in notes:
            head = open_checkpoint(note, public_key=SIGNER.public_key, origin=ORIGIN)
            proof = ledger.prove_consistency(head.size)
            assert verify_consistency(head.size, head.root, ledger.size, ledger.root(), proof), what
        ledger.append([b"goes on"])
    after = verify_ledger(where, public_key=SIGNER.public_key, origin=ORIGIN)
    assert (after.findings, after.notes, after.size) == ((), (), len(kept) + 1), what
    assert [path.name for path in where.rglob(".tmp-*")] == [], what


def test_every_prefix_of_writes_recovers(tmp_path: Path) -> None:
    """After any operation, with what was unsynced lost, kept, torn, zeroed or mixed: nothing acknowledged is missing,
    nothing else appears, and every checkpoint that was published is extended."""
    (tmp_path / "run").mkdir()
    files, leaves = record(tmp_path / "run")
    assert 100 < files.operations < 400
    state = tmp_path / "state"
    others = [loss for loss in Loss if loss not in (Loss.ALL, Loss.MIXED)]
    for prefix in range(files.operations + 1):
        # The two that lose most at every prefix, and two of the other five in turn, to be done in seconds.
        for loss in (Loss.ALL, Loss.MIXED, others[prefix % 5], others[(prefix + 2) % 5]):
            files.rebuild(prefix, loss, state, seed=prefix)
            check_state(state / "ledger", files.marks(prefix), leaves, f"{loss} after {prefix}")
