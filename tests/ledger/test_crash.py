"""Crashes: a killed process, and every prefix of what was written with what was not synced lost in every way."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

from sekisho.ledger import Ledger, open_checkpoint, verify_consistency
from sekisho.ledger.errors import LedgerMissing
from sekisho.ledger.verify import verify_ledger
from sekisho.store.recorded import RecordedFiles
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


def record(where: Path) -> tuple[RecordedFiles, list[bytes]]:
    """A run over two openings that crosses a tile's end, with everything acknowledged marked as it was."""
    files = RecordedFiles(where)
    groups = attempted([3, 250, 2, 1, 4, 2])
    ledger = Ledger.create(where / "ledger", origin=ORIGIN, signer=SIGNER, files=files)
    files.mark("created")
    for number, group in enumerate(groups):
        if number == 4:
            ledger.close()
            files.mark(("checkpoint", (where / "ledger/checkpoint").read_bytes()))
            ledger = Ledger.open(where / "ledger", origin=ORIGIN, signer=SIGNER, files=files)
        files.mark(("leaves", ledger.append(group).stop))
        if number in (0, 2):
            files.mark(("checkpoint", ledger.checkpoint()))
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
        assert len(kept) in {0, 3, 253, 255, 256, 260, 262}, what
        for note in notes:
            head = open_checkpoint(note, public_key=SIGNER.public_key, origin=ORIGIN)
            proof = ledger.prove_consistency(head.size)
            assert verify_consistency(head.size, head.root, ledger.size, ledger.root(), proof), what
        ledger.append([b"goes on"])
    after = verify_ledger(where, public_key=SIGNER.public_key, origin=ORIGIN)
    assert (after.findings, after.notes, after.size) == ((), (), len(kept) + 1), what


def test_every_prefix_of_writes_recovers(tmp_path: Path) -> None:
    """After any operation, with what was unsynced lost, kept, torn, zeroed or mixed: nothing acknowledged is missing,
    nothing else appears, and every checkpoint that was published is extended."""
    (tmp_path / "run").mkdir()
    files, leaves = record(tmp_path / "run")
    assert 100 < files.operations < 400
    state = tmp_path / "state"
    for prefix, loss in files.crashes(state):
        check_state(state / "ledger", files.marks(prefix), leaves, f"{loss} after {prefix}")
