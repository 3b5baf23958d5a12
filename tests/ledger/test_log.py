"""The sequencer: numbers, durability, publication, one writer, proofs over everything acknowledged."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sekisho.ledger import Ledger, LedgerReader, log, open_checkpoint, verify_consistency, verify_inclusion
from sekisho.ledger.errors import (
    AppendTooLarge,
    CheckpointRefused,
    LeafTooLarge,
    LedgerBusy,
    LedgerClosed,
    LedgerDamaged,
    LedgerExists,
    LedgerMissing,
    LedgerWriteFailed,
    NoSuchLeaf,
    NoSuchSize,
    PublicationStalled,
)
from sekisho.ledger.merkle import leaf_hash
from sekisho.ledger.recovery import recover_journal
from sekisho.ledger.verify import verify_ledger
from sekisho.store.files import AppendFile, RealFiles
from tests.ledger import naive
from tests.ledger.signer import ORIGIN, MemorySigner

SIGNER = MemorySigner()


def leaves(start: int, stop: int) -> list[bytes]:
    """Distinct leaves by number."""
    return [f"leaf {number}".encode() for number in range(start, stop)]


def create(directory: Path, **settings: Any) -> Ledger:
    """An empty ledger."""
    return Ledger.create(directory / "ledger", origin=ORIGIN, signer=SIGNER, **settings)


def reopen(directory: Path, **settings: Any) -> Ledger:
    """The same ledger again."""
    return Ledger.open(directory / "ledger", origin=ORIGIN, signer=SIGNER, **settings)


def read(directory: Path) -> LedgerReader:
    """The published ledger."""
    return LedgerReader.open(directory / "ledger", public_key=SIGNER.public_key, origin=ORIGIN)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """An empty ledger, closed afterwards."""
    with create(tmp_path) as opened:
        yield opened


def test_numbers_are_consecutive(ledger: Ledger) -> None:
    """Leaves of one call stand together, calls follow each other, nothing appended is nothing numbered."""
    assert ledger.append(leaves(0, 3)) == range(3)
    assert ledger.append([]) == range(3, 3)
    assert ledger.append(leaves(3, 4)) == range(3, 4)
    assert ledger.size == 4
    assert list(ledger.leaves()) == leaves(0, 4)
    assert [ledger.leaf(number) for number in range(4)] == leaves(0, 4)


def test_many_threads_get_each_leaf_its_own_number(ledger: Ledger) -> None:
    """What each caller was told is where its leaves are, in an order every caller shares."""
    told: dict[bytes, int] = {}

    def work(worker: int) -> None:
        for step in range(20):
            mine = [f"{worker}/{step}/{part}".encode() for part in range(1 + step % 3)]
            told.update(zip(mine, ledger.append(mine), strict=True))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told.values()) == list(range(ledger.size))
    assert all(ledger.leaf(index) == leaf for leaf, index in told.items())


@pytest.mark.parametrize("published", [0, 1, 256, 300, 301])
def test_root_and_proofs_hold_with_any_part_published(ledger: Ledger, published: int) -> None:
    """The root and every proof are those of the tree over all acknowledged leaves, wherever the checkpoint is."""
    data = leaves(0, 301)
    ledger.append(data[:published])
    ledger.checkpoint()
    ledger.append(data[published:])
    assert ledger.published_size == published
    assert ledger.root() == naive.mth(data)
    for index in (0, 1, 255, 256, 299, 300):
        assert verify_inclusion(leaf_hash(data[index]), index, 301, ledger.prove_inclusion(index), ledger.root())
    for size in (1, 2, 255, 257, 300):
        proof = ledger.prove_inclusion(size - 1, size)
        assert verify_inclusion(leaf_hash(data[size - 1]), size - 1, size, proof, naive.mth(data[:size]))
        extends = ledger.prove_consistency(size, 301)
        assert verify_consistency(size, naive.mth(data[:size]), 301, ledger.root(), extends)


def test_a_checkpoint_covers_everything_appended(tmp_path: Path, ledger: Ledger) -> None:
    """Size and root are the ledger's; a reader sees the same; the next checkpoint extends it."""
    ledger.append(leaves(0, 5))
    first = open_checkpoint(ledger.checkpoint(), public_key=SIGNER.public_key, origin=ORIGIN)
    assert (first.size, first.root) == (5, naive.mth(leaves(0, 5)))
    ledger.append(leaves(5, 700))
    second = open_checkpoint(ledger.checkpoint(), public_key=SIGNER.public_key, origin=ORIGIN)
    proof = ledger.prove_consistency(first.size, second.size)
    assert verify_consistency(first.size, first.root, second.size, second.root, proof)
    reader = read(tmp_path)
    assert (reader.size, reader.root()) == (700, second.root)
    assert reader.checkpoint() == ledger.checkpoint()


def test_a_reader_sees_published_leaves_only_and_then_the_next(tmp_path: Path, ledger: Ledger) -> None:
    """It takes no lock, reads up to its checkpoint, and goes on after a refresh."""
    ledger.append(leaves(0, 300))
    ledger.checkpoint()
    with read(tmp_path) as reader:
        ledger.append(leaves(300, 600))
        assert reader.size == 300
        assert list(reader.leaves()) == leaves(0, 300)
        ledger.checkpoint()
        assert list(reader.leaves(290)) == leaves(290, 300)  # the partial files are gone, the full ones are there
        assert reader.refresh() == 600
        assert reader.leaf(599) == leaves(599, 600)[0]
        proof = reader.prove_inclusion(599)
        assert verify_inclusion(leaf_hash(reader.leaf(599)), 599, 600, proof, reader.root())
        assert verify_consistency(
            300, naive.mth(leaves(0, 300)), 600, reader.root(), reader.prove_consistency(300)
        )


def test_closing_publishes_and_leaves_an_empty_journal(tmp_path: Path) -> None:
    """After a close the tiles hold everything; opening again changes no file."""
    with create(tmp_path) as ledger:
        ledger.append(leaves(0, 300))
    root = tmp_path / "ledger"
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    assert [path.name for path in (root / "journal").iterdir()] == [f"{300:020d}"]
    assert before[root / "journal" / f"{300:020d}"] == b""
    with reopen(tmp_path) as ledger:
        assert list(ledger.leaves()) == leaves(0, 300)
        assert ledger.root() == naive.mth(leaves(0, 300))
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before


def test_growing_over_many_openings_gives_the_tree_of_one(tmp_path: Path) -> None:
    """Sizes around the tile boundaries, opened and closed each time; verified at the end, nothing stray on disk."""
    create(tmp_path).close()
    for start, stop in ((0, 1), (1, 255), (255, 256), (256, 257), (257, 511), (511, 769)):
        with reopen(tmp_path) as ledger:
            assert ledger.append(leaves(start, stop)) == range(start, stop)
    assert read(tmp_path).root() == naive.mth(leaves(0, 769))
    result = verify_ledger(tmp_path / "ledger", public_key=SIGNER.public_key, origin=ORIGIN)
    assert (result.findings, result.notes, result.size) == ((), (), 769)
    partial = sorted(path.relative_to(tmp_path / "ledger").as_posix() for path in (tmp_path / "ledger").rglob("*.p/*"))
    assert partial == ["tile/0/003.p/1", "tile/1/000.p/1", "tile/1/000.p/3", "tile/entries/003.p/1"]


def test_background_publication(tmp_path: Path) -> None:
    """Every so many leaves the tree is published without being asked, and the journal starts anew."""
    with create(tmp_path, publish_every=50) as ledger:
        for number in range(400):
            ledger.append(leaves(number, number + 1))
        for _ in range(200):
            if ledger.published_size:
                break
            threading.Event().wait(0.05)
        assert ledger.published_size > 0
        assert ledger.root() == naive.mth(leaves(0, 400))


def test_leaves_and_appends_are_bounded(ledger: Ledger) -> None:
    """The longest leaf fits, one byte more is refused with nothing of its call appended; so is too much at once."""
    ledger.append([b"x" * 65_535])
    with pytest.raises(LeafTooLarge):
        ledger.append([b"fits", b"x" * 65_536])
    with pytest.raises(AppendTooLarge):
        ledger.append([b"x" * 65_535] * 1_025)
    assert ledger.size == 1


def test_what_is_not_there(ledger: Ledger) -> None:
    """Leaves and sizes beyond the ledger are named in the refusal."""
    ledger.append(leaves(0, 3))
    with pytest.raises(NoSuchLeaf):
        ledger.leaf(3)
    with pytest.raises(NoSuchLeaf):
        ledger.leaf(-1)
    with pytest.raises(NoSuchLeaf):
        ledger.leaves(0, 4)
    with pytest.raises(NoSuchLeaf):
        ledger.prove_inclusion(2, 2)
    with pytest.raises(NoSuchSize):
        ledger.prove_inclusion(2, 4)
    with pytest.raises(NoSuchSize):
        ledger.prove_consistency(3, 2)


def test_after_closing(tmp_path: Path) -> None:
    """Nothing more is taken; closing again does nothing."""
    ledger = create(tmp_path)
    ledger.close()
    ledger.close()
    with pytest.raises(LedgerClosed):
        ledger.append([b"late"])
    with pytest.raises(LedgerClosed):
        ledger.checkpoint()


def test_one_writer_in_this_process(tmp_path: Path, ledger: Ledger) -> None:
    """A second opener is told that the ledger is busy, and may open it after the first has closed."""
    with pytest.raises(LedgerBusy):
        reopen(tmp_path)
    ledger.close()
    reopen(tmp_path).close()


def test_one_writer_among_processes(tmp_path: Path, ledger: Ledger) -> None:
    """Another process is told the same, and reads without the lock."""
    ledger.append(leaves(0, 2))
    ledger.checkpoint()
    program = (
        "import sys; from pathlib import Path\n"
        "from sekisho.ledger import Ledger, LedgerReader\n"
        "from sekisho.ledger.errors import LedgerBusy\n"
        "from tests.ledger.signer import ORIGIN, MemorySigner\n"
        "where, signer = Path(sys.argv[1]), MemorySigner()\n"
        "try:\n    Ledger.open(where, origin=ORIGIN, signer=signer)\n"
        "except LedgerBusy:\n    print('busy', LedgerReader.open(where, public_key=signer.public_key).size)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "ledger")], check=True, capture_output=True, text=True
    )
    assert done.stdout == "busy 2\n"


def test_creating_where_something_is(tmp_path: Path) -> None:
    """A ledger, or any other file, is not built over; an interrupted creation is taken over."""
    create(tmp_path).close()
    with pytest.raises(LedgerExists):
        create(tmp_path)
    other = tmp_path / "other"
    (other / "ledger").mkdir(parents=True)
    (other / "ledger" / "letter.txt").write_text("mine")
    with pytest.raises(LedgerExists):
        create(other)
    begun = tmp_path / "begun" / "ledger"
    (begun / "journal").mkdir(parents=True)
    (begun / "journal" / f"{0:020d}").touch()
    (begun / ".tmp-checkpoint").write_bytes(b"half")
    with create(tmp_path / "begun") as ledger:
        ledger.append([b"leaf"])


def test_opening_where_nothing_is(tmp_path: Path) -> None:
    """Missing is said, and no lock file is left behind."""
    with pytest.raises(LedgerMissing):
        reopen(tmp_path)
    with pytest.raises(LedgerMissing):
        read(tmp_path)
    with pytest.raises(LedgerMissing):
        verify_ledger(tmp_path, public_key=SIGNER.public_key)
    assert list(tmp_path.iterdir()) == []


def test_opening_with_another_key_or_origin(tmp_path: Path) -> None:
    """The ledger of another key, or another name, is not written to; its lock is given back."""
    create(tmp_path).close()
    with pytest.raises(CheckpointRefused):
        Ledger.open(tmp_path / "ledger", origin=ORIGIN, signer=MemorySigner("other"))
    with pytest.raises(CheckpointRefused):
        Ledger.open(tmp_path / "ledger", origin="operator.example/other", signer=SIGNER)
    reopen(tmp_path).close()


class FailingFiles(RealFiles):
    """Real files whose journal fails when told to."""

    def __init__(self) -> None:
        self.failing: str | None = None

    def syncing(self) -> None:
        """Called at each sync; raises when it is to fail."""
        if self.failing == "datasync":
            raise OSError(5, "Input/output error")

    def create(self, path: Path) -> AppendFile:
        """A file that fails in ``write`` or ``datasync`` while :attr:`failing` names it."""
        return FailingFile(self, super().create(path))

    def open_append(self, path: Path) -> AppendFile:
        """The same for a file that is there."""
        return FailingFile(self, super().open_append(path))


class FailingFile:
    """An append file that fails when its layer says so."""

    def __init__(self, layer: FailingFiles, inner: AppendFile) -> None:
        self._layer, self._inner = layer, inner

    @property
    def size(self) -> int:
        return self._inner.size

    def write(self, data: bytes) -> None:
        if self._layer.failing == "write":
            self._inner.write(data[: len(data) // 2])
            raise OSError(28, "No space left on device")
        self._inner.write(data)

    def datasync(self) -> None:
        self._layer.syncing()
        self._inner.datasync()

    def truncate(self, size: int) -> None:
        self._inner.truncate(size)

    def close(self) -> None:
        self._inner.close()


@pytest.mark.parametrize("failing", ["write", "datasync"])
def test_a_failing_disk_acknowledges_nothing(tmp_path: Path, failing: str) -> None:
    """After a failed write or sync appends are refused until the ledger is opened again, which keeps what was told."""
    files = FailingFiles()
    ledger = create(tmp_path, files=files)
    ledger.append(leaves(0, 3))
    files.failing = failing
    with pytest.raises(LedgerWriteFailed):
        ledger.append([b"lost or not"])
    files.failing = None
    with pytest.raises(LedgerWriteFailed):
        ledger.append([b"refused"])
    assert ledger.size == 3
    ledger.close()
    with reopen(tmp_path) as again:
        assert list(again.leaves(0, 3)) == leaves(0, 3)
        assert again.size in ({3} if failing == "write" else {3, 4})
        assert b"refused" not in list(again.leaves())
        again.append([b"goes on"])
    assert verify_ledger(tmp_path / "ledger", public_key=SIGNER.public_key).holds


def test_threads_behind_a_failing_write_are_all_told(tmp_path: Path) -> None:
    """Nobody is left waiting, and nobody is told that a leaf is durable."""
    files = FailingFiles()
    ledger = create(tmp_path, files=files)
    files.failing = "datasync"
    told: list[object] = []

    def work() -> None:
        try:
            told.append(ledger.append([b"leaf"]))
        except LedgerWriteFailed as error:
            told.append(error.reason)

    threads = [threading.Thread(target=work) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=10)
    assert told == ["ledger_write_failed"] * 16
    ledger.close()


def test_a_group_behind_a_failed_one_is_not_written(tmp_path: Path) -> None:
    """Those who had queued while the failing sync was under way are refused too, though the disk would work again."""
    armed, entered, go_on = threading.Event(), threading.Event(), threading.Event()

    class Once(FailingFiles):
        """Fails the first sync, and only after being told to."""

        def syncing(self) -> None:
            if armed.is_set() and not entered.is_set():
                entered.set()
                go_on.wait(10)
                raise OSError(5, "Input/output error")

    ledger = create(tmp_path, files=Once())
    armed.set()
    told: list[object] = []

    def work() -> None:
        try:
            told.append(ledger.append([b"leaf"]))
        except LedgerWriteFailed as error:
            told.append(error.reason)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    entered.wait(10)
    for _ in range(500):
        if ledger._batch is not None and len(ledger._batch.leaves) == 3:
            break
        threading.Event().wait(0.01)
    go_on.set()
    for thread in threads:
        thread.join(timeout=10)
    assert told == ["ledger_write_failed"] * 4
    ledger.close()


def test_a_failing_signer_stops_publication_not_acknowledgement(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Leaves go on being acknowledged, the failure shows, memory stays bounded, and all is published afterwards."""
    signer = MemorySigner()
    ledger = Ledger.create(tmp_path / "ledger", origin=ORIGIN, signer=signer, publish_every=10)
    signer.broken = True
    with pytest.raises(RuntimeError, match="away"):
        ledger.append(leaves(0, 5)) and ledger.checkpoint()
    ledger.append(leaves(5, 40))
    for _ in range(200):
        if ledger.publication_failure is not None:
            break
        threading.Event().wait(0.05)
    assert isinstance(ledger.publication_failure, RuntimeError)
    assert (ledger.size, ledger.published_size) == (40, 0)
    monkeypatch.setattr(log, "MAX_UNPUBLISHED", 100)
    with pytest.raises(PublicationStalled):
        ledger.append([b"too much"])
    signer.broken = False
    ledger.append(leaves(40, 41))
    head = open_checkpoint(ledger.checkpoint(), public_key=signer.public_key)
    assert (head.size, head.root) == (41, naive.mth(leaves(0, 41)))
    assert ledger.publication_failure is None
    ledger.close()


def crashed(directory: Path) -> None:
    """A ledger of 300 leaves, 40 of them in the journal only, as a crash leaves it."""
    signer = MemorySigner()
    ledger = Ledger.create(directory / "ledger", origin=ORIGIN, signer=signer)
    ledger.append(leaves(0, 260))
    ledger.checkpoint()
    for number in range(260, 300):
        ledger.append(leaves(number, number + 1))
    signer.broken = True  # closing can't publish now
    with pytest.raises(RuntimeError):
        ledger.close()
    # What the failed publication had already done is undone: the crash came before it.
    (directory / "ledger" / "journal" / f"{300:020d}").unlink()


def test_the_journal_is_replayed(tmp_path: Path) -> None:
    """What was acknowledged and not published is there after opening, and published."""
    crashed(tmp_path)
    assert read(tmp_path).size == 260
    before = verify_ledger(tmp_path / "ledger", public_key=SIGNER.public_key)
    assert (before.findings, before.size, before.unpublished) == ((), 260, 40)
    left_over = tmp_path / "ledger/tile/0/000.p/.tmp-77"
    left_over.parent.mkdir(exist_ok=True)
    left_over.write_bytes(b"half a tile")
    with reopen(tmp_path) as ledger:
        assert list(ledger.leaves()) == leaves(0, 300)
        assert ledger.published_size == 300
        assert not left_over.exists()
    assert [path.name for path in (tmp_path / "ledger/journal").iterdir()] == [f"{300:020d}"]


def test_a_torn_end_is_cut_off(tmp_path: Path) -> None:
    """Half a group at the end was never acknowledged: it goes, the rest stays, and verification says how many bytes."""
    crashed(tmp_path)
    journal = tmp_path / "ledger/journal" / f"{260:020d}"
    whole = journal.read_bytes()
    journal.write_bytes(whole[:-9])
    result = verify_ledger(tmp_path / "ledger", public_key=SIGNER.public_key)
    assert result.holds
    assert (result.unpublished, result.torn > 0) == (39, True)
    recovered = recover_journal(journal.parent, published=260, files=RealFiles())
    assert (recovered.end, recovered.clean) == (299, False)
    assert len(journal.read_bytes()) == len(whole) * 39 // 40
    with reopen(tmp_path) as ledger:
        assert list(ledger.leaves()) == leaves(0, 299)
        ledger.append(leaves(299, 300))
    assert verify_ledger(tmp_path / "ledger", public_key=SIGNER.public_key).size == 300


def test_a_damaged_journal_is_refused_unchanged(tmp_path: Path) -> None:
    """A flipped bit in the middle or in the last group is not a torn end: nothing is cut, and the place is named."""
    crashed(tmp_path)
    journal = tmp_path / "ledger/journal" / f"{260:020d}"
    whole = journal.read_bytes()
    for position in (1, 30, len(whole) // 2, len(whole) - 20, len(whole) - 1):
        changed = bytearray(whole)
        changed[position] ^= 4
        journal.write_bytes(changed)
        with pytest.raises(LedgerDamaged) as caught:
            reopen(tmp_path)
        assert caught.value.fields["file"] == f"journal/{260:020d}"
        assert 0 <= position - caught.value.fields["offset"] < 80
        assert journal.read_bytes() == bytes(changed)
    journal.write_bytes(whole)
    reopen(tmp_path).close()


@pytest.mark.parametrize("name", ["letter.txt", "7", f"{500:020d}"])
def test_strange_files_in_the_journal_are_refused(tmp_path: Path, name: str) -> None:
    """A file that is no journal, or begins with a leaf nothing leads up to."""
    crashed(tmp_path)
    (tmp_path / "ledger/journal" / name).write_bytes(b"?")
    with pytest.raises(LedgerDamaged):
        reopen(tmp_path)


def test_a_missing_journal_is_refused(tmp_path: Path) -> None:
    """There is always a journal file that goes on from the checkpoint; without it leaves may be missing."""
    crashed(tmp_path)
    journal = tmp_path / "ledger/journal" / f"{260:020d}"
    journal.rename(tmp_path / "kept")
    with pytest.raises(LedgerDamaged):
        reopen(tmp_path)
    assert not verify_ledger(tmp_path / "ledger", public_key=SIGNER.public_key).holds
    journal.with_name(f"{270:020d}").touch()
    with pytest.raises(LedgerDamaged, match="leaves 260 to 269 are in no file"):
        reopen(tmp_path)


def test_a_damaged_edge_is_refused(tmp_path: Path) -> None:
    """What growing the tree would build on is checked when it is opened."""
    with create(tmp_path) as ledger:
        ledger.append(leaves(0, 300))
    for name in ("tile/0/001.p/44", "tile/entries/001.p/44", "tile/1/000.p/1"):
        path = tmp_path / "ledger" / name
        whole = path.read_bytes()
        path.write_bytes(whole[:20] + bytes([whole[20] ^ 1]) + whole[21:])
        with pytest.raises(LedgerDamaged):
            reopen(tmp_path)
        path.write_bytes(whole)
    reopen(tmp_path).close()
