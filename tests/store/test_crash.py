"""kill -9 of real processes: what was acknowledged is there, and every row has exactly one leaf."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select

from sekisho.store import outbox
from sekisho.store.commit import CommitQueue
from sekisho.store.database import Database
from tests.conftest import PostgresSchema
from tests.store.conftest import notes, prepare
from tests.store.file_log import leaf_id_of, lines, opener

ROOT = Path(__file__).parents[2]


def launch(url: str, ledger: Path, name: str, output: Path, *fault: str) -> subprocess.Popen[bytes]:
    """A child, which with a fault may die before it is ready."""
    with output.open("wb") as out:
        return subprocess.Popen(
            [sys.executable, "-m", "tests.store.crash_child", url, str(ledger), name, *fault], stdout=out, cwd=ROOT
        )


def start(url: str, ledger: Path, name: str, output: Path) -> subprocess.Popen[bytes]:
    """A child at work, past its opening."""
    child = launch(url, ledger, name, output)
    deadline = time.monotonic() + 60
    while b"ready\n" not in output.read_bytes():
        assert child.poll() is None, "the child ended by itself"
        assert time.monotonic() < deadline, "the child did not start"
        time.sleep(0.01)
    return child


def acknowledged(*outputs: Path) -> dict[str, int]:
    """What the children said was done: the note, and its ledger index."""
    done = {}
    for output in outputs:
        for line in output.read_text().splitlines():
            if line != "ready":
                index, said = line.split(" ")
                done[said] = int(index)
    return done


def check(database: Database, ledger: Path, done: dict[str, int]) -> None:
    """After recovery: acknowledged ⊆ rows; rows ↔ leaves one to one, indexes right, outbox fully marked."""
    commits = CommitQueue.open(database, open_log=opener(ledger), leaf_id_of=leaf_id_of)
    assert commits is not None
    commits.close()
    leaves = [leaf.split(b" ", 1)[1].decode() for leaf in lines(ledger)]
    with database.read() as connection:
        rows = set(connection.execute(select(notes.c.said)).scalars())
        columns = select(outbox.outbox.c.id, outbox.outbox.c.leaf_index)
        marks = {row.id: row.leaf_index for row in connection.execute(columns)}
        assert outbox.marked_size(connection) == len(leaves)
    assert done.keys() <= rows
    assert Counter(leaves) == Counter(rows)
    assert marks == {leaf_id_of(leaf): index for index, leaf in enumerate(lines(ledger))}
    assert {said: leaves[index] for said, index in done.items()} == {said: said for said in done}


def test_killed_at_random_moments(database: Database, database_url: str, tmp_path: Path) -> None:
    """Four lives, each ended by kill -9 at a random moment: nothing acknowledged is lost, nothing is doubled."""
    ledger = tmp_path / "ledger.txt"
    chance = random.Random(20261123)  # noqa: S311  picks moments, not secrets
    outputs = []
    for life in range(4):
        outputs.append(tmp_path / f"out-{life}")
        child = start(database_url, ledger, f"life{life}", outputs[-1])
        time.sleep(chance.uniform(0.02, 0.4))
        child.kill()
        child.wait()
        if life % 2:
            check(database, ledger, acknowledged(*outputs))
    done = acknowledged(*outputs)
    assert len(done) > 20
    check(database, ledger, done)


@pytest.mark.parametrize("moment", ["before", "after"])
def test_killed_between_commit_append_and_mark(
    database: Database, database_url: str, tmp_path: Path, moment: str
) -> None:
    """Killed exactly between commit and append, and between append and mark: the two gaps recovery exists for."""
    ledger = tmp_path / "ledger.txt"
    outputs = []
    for life, count in enumerate((1, 2, 7)):
        outputs.append(tmp_path / f"out-{life}")
        # A life's recovery appends too, and may be where it is killed.
        child = launch(database_url, ledger, f"life{life}", outputs[-1], moment, str(count))
        child.wait(60)
        with database.read() as connection:
            assert outbox.pending(connection, limit=1)
    check(database, ledger, acknowledged(*outputs))


@pytest.mark.postgres
def test_another_worker_takes_over(postgres_schema: PostgresSchema, tmp_path: Path) -> None:
    """Three workers on PostgreSQL; the sequencer is killed twice: the others go on, and all invariants hold."""
    url = postgres_schema.url
    database = Database(url)
    prepare(database)
    ledger = tmp_path / "ledger.txt"
    outputs = [tmp_path / f"out-{name}" for name in "abc"]
    children = [start(url, ledger, output.name, output) for output in outputs]
    # The first to open holds the ledger. After the second kill the last is alone, whoever took over in between.
    for child, survivor in zip(children[:2], (outputs[1:], outputs[2:]), strict=True):
        time.sleep(0.5)
        child.kill()
        child.wait()
        before = len(acknowledged(*survivor))
        deadline = time.monotonic() + 20
        while len(acknowledged(*survivor)) < before + 30:
            assert time.monotonic() < deadline, "nobody took over"
            time.sleep(0.02)
    children[2].kill()
    children[2].wait()
    check(database, ledger, acknowledged(*outputs))
    assert all(len(acknowledged(output)) > 1 for output in outputs)
    database.close()
