"""The commit queue: rows and leaves together, in groups, answered when durable."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import IntegrityError

from sekisho.store import commit as commit_module
from sekisho.store import outbox, units
from sekisho.store.commit import CommitQueue
from sekisho.store.database import Database
from sekisho.store.errors import (
    DatabaseUnavailable,
    LeafSubmittedTwice,
    LeavesTooLarge,
    LedgerAheadOfDatabase,
    LedgerBehindDatabase,
    LedgerStalled,
    NotAcknowledged,
    QueueClosed,
    QueueFull,
    UnitEndedTransaction,
)
from sekisho.store.recovery import Recovery
from tests.conftest import PostgresSchema
from tests.store.conftest import notes, prepare, say
from tests.store.file_log import FileLog, leaf_id_of, leaf_of, lines, opener


class Failing:
    """A hook that raises while switched on."""

    def __init__(self) -> None:
        self.on = False

    def __call__(self) -> None:
        if self.on:
            raise OSError("no space left")


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """Where the plain-file ledger is."""
    return tmp_path / "ledger.txt"


def open_queue(database: Database, ledger: Path, **hooks: Callable[[], None]) -> CommitQueue:
    """A queue on ``ledger``; this process must get the lock, or follow."""
    queue = CommitQueue.open(database, open_log=opener(ledger, **hooks), leaf_id_of=leaf_id_of)
    assert queue is not None
    return queue


@pytest.fixture
def commits(database: Database, ledger: Path) -> Iterator[CommitQueue]:
    """An open queue."""
    queue = open_queue(database, ledger)
    yield queue
    queue.close()


def all_notes(database: Database) -> list[str]:
    """Every note, in order of writing."""
    with database.read() as connection:
        return list(connection.execute(select(notes.c.said).order_by(notes.c.id)).scalars())


def said_in(ledger: Path) -> list[str]:
    """What the ledger's leaves say, in order."""
    return [leaf.split(b" ", 1)[1].decode() for leaf in lines(ledger)]


def unmarked(database: Database) -> int:
    """Outbox rows without an index."""
    with database.read() as connection:
        return connection.execute(
            select(func.count()).select_from(outbox.outbox).where(outbox.outbox.c.leaf_index.is_(None))
        ).scalar_one()


def one_group(commits: CommitQueue, *units: tuple[Callable[[Connection], Any], list[outbox.SealedLeaf]]) -> list[Any]:
    """Submit ``units`` so that they fall into one group: the writer is held while they are put in."""
    hold = threading.Event()
    held = threading.Event()

    def wait(connection: Connection) -> None:
        held.set()
        hold.wait(10)

    first = commits.submit(wait)
    held.wait(10)
    try:
        futures = [commits.submit(write, leaves) for write, leaves in units]
    finally:
        hold.set()
    first.result(10)
    return futures


def test_answer_means_row_and_leaf(commits: CommitQueue, database: Database, ledger: Path) -> None:
    """When commit returns, the row is in the database, the leaf in the ledger, and the index says where."""
    first = commits.commit(partial(say, said="one"), [leaf_of("one")])
    second = commits.commit(partial(say, said="two"), [leaf_of("two"), leaf_of("two again")])
    assert (first.value, first.leaf_indexes) == ("one", (0,))
    assert (second.value, second.leaf_indexes) == ("two", (1, 2))
    assert all_notes(database) == ["one", "two"]
    assert said_in(ledger) == ["one", "two", "two again"]


def test_marks_follow_when_idle(commits: CommitQueue, database: Database) -> None:
    """A quiet queue marks its leaves by itself, so that a look-up by ledger index finds them."""
    leaf = leaf_of("one")
    commits.commit(partial(say, said="one"), [leaf])
    for _ in range(200):
        if unmarked(database) == 0:
            break
        threading.Event().wait(0.01)
    with database.read() as connection:
        found = outbox.by_index(connection, 0)
        assert found is not None
        assert found == outbox.by_id(connection, leaf.id)
        assert (found.id, found.kind, found.owner, found.at, found.body) == (
            leaf.id, leaf.kind, leaf.owner, leaf.at, leaf.body
        )
        assert outbox.marked_size(connection) == 1


def test_one_bad_unit_harms_nobody(commits: CommitQueue, database: Database, ledger: Path) -> None:
    """In one group, a unit that raises is undone with its leaves; those before and after it are committed."""

    def half(connection: Connection) -> None:
        say(connection, "half")
        raise ValueError("changed my mind")

    one, bad, clash, two = one_group(
        commits,
        (partial(say, said="one"), [leaf_of("one")]),
        (half, [leaf_of("half")]),
        (partial(say, said="one"), [leaf_of("clash")]),
        (partial(say, said="two"), [leaf_of("two")]),
    )
    assert one.result(10).leaf_indexes == (0,)
    assert two.result(10).leaf_indexes == (1,)
    with pytest.raises(ValueError, match="changed my mind"):
        bad.result(10)
    with pytest.raises(IntegrityError):
        clash.result(10)
    assert all_notes(database) == ["one", "two"]
    assert said_in(ledger) == ["one", "two"]


@pytest.mark.parametrize("call", ["commit", "rollback"])
@pytest.mark.parametrize("swallow", [False, True])
def test_unit_cannot_end_the_transaction(
    commits: CommitQueue, database: Database, ledger: Path, call: str, swallow: bool
) -> None:
    """A unit that calls commit or rollback, even hiding the error, is refused; its group is run without it."""

    def end(connection: Connection) -> None:
        say(connection, "ended")
        try:
            getattr(connection, call)()
        except UnitEndedTransaction:
            if not swallow:
                raise

    one, bad, two = one_group(
        commits,
        (partial(say, said="one"), [leaf_of("one")]),
        (end, [leaf_of("ended")]),
        (partial(say, said="two"), [leaf_of("two")]),
    )
    assert (one.result(10).leaf_indexes, two.result(10).leaf_indexes) == ((0,), (1,))
    with pytest.raises(UnitEndedTransaction):
        bad.result(10)
    assert all_notes(database) == ["one", "two"]
    assert said_in(ledger) == ["one", "two"]


def test_unit_may_use_savepoints_but_not_leave_one_open(commits: CommitQueue, database: Database) -> None:
    """A closed inner savepoint is the unit's own affair; one left open undoes the unit alone."""

    def closed(connection: Connection) -> None:
        say(connection, "one")
        with pytest.raises(IntegrityError), connection.begin_nested():
            say(connection, "one")
        say(connection, "kept")

    def left_open(connection: Connection) -> None:
        connection.begin_nested()
        say(connection, "lost")

    good, bad, after = one_group(commits, (closed, []), (left_open, []), (partial(say, said="after"), []))
    good.result(10)
    after.result(10)
    with pytest.raises(UnitEndedTransaction):
        bad.result(10)
    assert all_notes(database) == ["one", "kept", "after"]


def test_same_leaf_twice_is_refused(commits: CommitQueue, database: Database, ledger: Path) -> None:
    """Handing in a sealed leaf again writes neither row nor leaf."""
    leaf = leaf_of("one")
    commits.commit(partial(say, said="one"), [leaf])
    with pytest.raises(LeafSubmittedTwice):
        commits.commit(partial(say, said="two"), [leaf])
    assert all_notes(database) == ["one"]
    assert said_in(ledger) == ["one"]


def test_many_threads_each_leaf_once_in_outbox_order(commits: CommitQueue, database: Database, ledger: Path) -> None:
    """Sixteen threads at once: every answer's index points at its own leaf, and ledger order is outbox order."""
    answers: dict[str, int] = {}

    def work(name: int) -> None:
        for turn in range(10):
            said = f"{name}-{turn}"
            answers[said] = commits.commit(partial(say, said=said), [leaf_of(said)]).leaf_indexes[0]

    threads = [threading.Thread(target=work, args=(name,)) for name in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ledger_says = said_in(ledger)
    assert {said: ledger_says[index] for said, index in answers.items()} == {said: said for said in answers}
    assert sorted(ledger_says) == sorted(all_notes(database))
    with database.read() as connection:
        in_order = connection.execute(select(outbox.outbox.c.leaf).order_by(outbox.outbox.c.position)).scalars().all()
    assert in_order == lines(ledger)


def test_asyncio_callers(commits: CommitQueue, ledger: Path) -> None:
    """Coroutines await the same queue; sixty-four at once all get their own index."""

    async def main() -> list[int]:
        done = await asyncio.gather(
            *(commits.commit_async(partial(say, said=f"n{n}"), [leaf_of(f"n{n}")]) for n in range(64))
        )
        return [answer.leaf_indexes[0] for answer in done]

    indexes = asyncio.run(main())
    assert [said_in(ledger)[index] for index in indexes] == [f"n{n}" for n in range(64)]


def test_leaves_made_from_what_the_unit_found(commits: CommitQueue, database: Database, ledger: Path) -> None:
    """Where a leaf depends on the rows, the unit's value makes it, in the same transaction; a failure undoes both."""

    def count(connection: Connection) -> int:
        say(connection, "counted")
        return connection.execute(select(func.count()).select_from(notes)).scalar_one()

    def fails(value: int) -> list[outbox.SealedLeaf]:
        raise ValueError(str(value))

    with pytest.raises(ValueError, match="1"):
        commits.commit(count, fails)
    done = commits.commit(count, lambda value: [leaf_of(f"there are {value}")])
    assert (done.value, done.leaf_indexes) == (1, (0,))
    assert said_in(ledger) == ["there are 1"]
    assert all_notes(database) == ["counted"]


def test_unit_without_leaf_is_answered_after_its_commit(commits: CommitQueue, database: Database) -> None:
    """Rows alone (nothing the ledger must say) are durable when answered, with no index."""
    assert commits.commit(partial(say, said="quiet")).leaf_indexes == ()
    assert all_notes(database) == ["quiet"]


def test_reading_the_database_never_writes(database: Database) -> None:
    """A read connection cannot write, on either database."""
    with pytest.raises(Exception, match=r"(?i)read.?only"), database.read() as connection:
        say(connection, "no")
    assert all_notes(database) == []


def test_closed_queue_refuses(database: Database, ledger: Path) -> None:
    """After close everything is marked, the ledger is free, and a late unit is told nothing was written."""
    queue = open_queue(database, ledger)
    queue.commit(partial(say, said="one"), [leaf_of("one")])
    queue.close()
    queue.close()
    assert unmarked(database) == 0
    FileLog(ledger).close()
    with pytest.raises(QueueClosed):
        queue.submit(partial(say, said="late"))


def test_full_queue_refuses(commits: CommitQueue, monkeypatch: pytest.MonkeyPatch) -> None:
    """More waiting units than the limit are refused at once rather than kept waiting for ever."""
    monkeypatch.setattr(commit_module, "WAITING_UNITS", 2)
    with pytest.raises(QueueFull):
        one_group(commits, *[(partial(say, said=str(n)), []) for n in range(50)])


def test_oversized_leaves_are_refused(
    commits: CommitQueue, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the ledger could not take is refused before a row is written: it would stall everybody."""
    long = leaf_of("x" * units.LEAF_BYTES)
    with pytest.raises(LeavesTooLarge):
        commits.submit(partial(say, said="one"), [long])
    with pytest.raises(LeavesTooLarge):
        commits.commit(partial(say, said="one"), lambda _: [long])
    monkeypatch.setattr(units, "UNIT_LEAF_BYTES", 100)
    with pytest.raises(LeavesTooLarge):
        commits.submit(partial(say, said="one"), [leaf_of("a"), leaf_of("b"), leaf_of("c")])
    assert all_notes(database) == []


@pytest.mark.postgres
def test_follower_without_sequencer(
    postgres_schema: PostgresSchema, ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker whose sequencer hangs says that it doesn't know; when it gets the ledger, the leaf follows once."""
    monkeypatch.setattr(commit_module, "FOLLOWER_WAIT_SECONDS", 0.3)
    database = Database(postgres_schema.url)
    prepare(database)
    hung = FileLog(ledger)
    queue = open_queue(database, ledger)
    assert not queue.is_sequencer
    with pytest.raises(NotAcknowledged) as caught:
        queue.commit(partial(say, said="one"), [leaf_of("one")])
    assert caught.value.fields["cause"] == "no_sequencer"
    assert (all_notes(database), said_in(ledger)) == (["one"], [])
    hung.close()
    assert queue.commit(partial(say, said="two"), [leaf_of("two")]).leaf_indexes == (1,)
    assert queue.is_sequencer
    queue.close()
    database.close()
    assert said_in(ledger) == ["one", "two"]


@pytest.mark.parametrize("moment", ["before", "after"])
def test_failed_append_is_not_acknowledged_and_heals(database: Database, ledger: Path, moment: str) -> None:
    """The ledger failing before or after its write: no false answer, then each leaf once when it works again."""
    failing = Failing()
    queue = open_queue(database, ledger, **{moment: failing})
    queue.commit(partial(say, said="one"), [leaf_of("one")])
    failing.on = True
    with pytest.raises(NotAcknowledged) as caught:
        queue.commit(partial(say, said="two"), [leaf_of("two")])
    assert caught.value.fields["cause"] == "OSError"
    if moment == "before":
        with pytest.raises(LedgerStalled):
            queue.commit(partial(say, said="three"), [leaf_of("three")])
        assert all_notes(database) == ["one", "two"]
    failing.on = False
    queue.commit(partial(say, said="four"), [leaf_of("four")])
    queue.close()
    assert said_in(ledger) == ["one", "two", "four"]
    assert unmarked(database) == 0


def test_failed_commit_is_not_acknowledged(
    database: Database, ledger: Path, commits: CommitQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the database's commit itself fails nobody is answered as if written, and the queue works afterwards."""
    engine = database._writing
    real = engine.dialect.do_commit

    def broken(connection: Any) -> None:
        raise OSError("power")

    monkeypatch.setattr(engine.dialect, "do_commit", broken)
    with pytest.raises(NotAcknowledged):
        commits.commit(partial(say, said="one"), [leaf_of("one")])
    monkeypatch.setattr(engine.dialect, "do_commit", real)
    commits.commit(partial(say, said="two"), [leaf_of("two")])
    assert all_notes(database) == ["two"]
    assert said_in(ledger) == ["two"]


def test_failure_before_commit_writes_nothing(
    database: Database, ledger: Path, commits: CommitQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the transaction cannot even begin, the answer is that nothing was written."""

    def broken(connection: Any, *_: Any) -> int:
        raise OSError("gone")

    commits.commit(partial(say, said="one"), [leaf_of("one")])
    monkeypatch.setattr(outbox, "mark", broken)
    # One after the other: an idle moment can have marked the first leaf before, and then only the third has a mark
    # to write, that of the second.
    def say_both() -> None:
        for said in ("two", "three"):
            commits.submit(partial(say, said=said), [leaf_of(said)]).result(10)

    with pytest.raises(DatabaseUnavailable):
        say_both()
    monkeypatch.undo()
    commits.commit(partial(say, said="four"), [leaf_of("four")])
    assert said_in(ledger) == all_notes(database)


class TestRecovery:
    """What open does after a crash."""

    @staticmethod
    def crashed(database: Database, *said: str) -> list[outbox.SealedLeaf]:
        """Rows committed, nothing appended: the state between steps (3) and (4)."""
        leaves = [leaf_of(word) for word in said]
        with database.write() as connection:
            for word in said:
                say(connection, word)
            outbox.write(connection, leaves, worker="dead")
        return leaves

    def test_rows_without_leaf_are_appended_in_order(self, database: Database, ledger: Path) -> None:
        """A crash after the commit and before the append: each row gets its leaf at open, in outbox order."""
        self.crashed(database, *[f"w{n}" for n in range(1_200)])
        queue = open_queue(database, ledger)
        assert queue.recovery == Recovery(matched=0, appended=1_200)
        queue.close()
        assert said_in(ledger) == [f"w{n}" for n in range(1_200)]
        assert unmarked(database) == 0
        again = open_queue(database, ledger)
        assert again.recovery == Recovery(matched=0, appended=0)
        again.close()

    def test_leaves_without_mark_are_matched_not_repeated(self, database: Database, ledger: Path) -> None:
        """A crash after the append and before the mark: nothing is appended twice."""
        leaves = self.crashed(database, "one", "two", "three")
        log = FileLog(ledger)
        log.append([leaves[1].leaf, leaves[0].leaf])
        log.close()
        queue = open_queue(database, ledger)
        assert queue.recovery == Recovery(matched=2, appended=1)
        queue.close()
        assert said_in(ledger) == ["two", "one", "three"]
        with database.read() as connection:
            assert outbox.indexes_of(connection, [leaf.id for leaf in leaves]) == {
                leaves[1].id: 0, leaves[0].id: 1, leaves[2].id: 2
            }

    def test_shorter_ledger_is_refused(self, database: Database, ledger: Path) -> None:
        """A ledger restored from an older copy is not appended to: that would fork it."""
        queue = open_queue(database, ledger)
        queue.commit(partial(say, said="one"), [leaf_of("one")])
        queue.close()
        ledger.write_bytes(b"")
        with pytest.raises(LedgerBehindDatabase) as caught:
            open_queue(database, ledger)
        assert caught.value.fields == {"ledger_size": 0, "marked": 1}
        assert lines(ledger) == []
        FileLog(ledger).close()

    def test_unknown_leaves_are_refused(self, database: Database, ledger: Path) -> None:
        """A database restored from an older copy is noticed; nothing is marked and the lock is released."""
        log = FileLog(ledger)
        log.append([leaf_of("lost").leaf])
        log.close()
        self.crashed(database, "one")
        with pytest.raises(LedgerAheadOfDatabase) as caught:
            open_queue(database, ledger)
        assert caught.value.fields == {"count": 1, "first": 0}
        assert unmarked(database) == 1
        assert len(lines(ledger)) == 1
        FileLog(ledger).close()
