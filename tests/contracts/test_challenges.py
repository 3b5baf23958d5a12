"""The challenge store: a nonce counts once on both databases, whoever races, and tells what is wrong with it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from sekisho.clock import FixedClock
from sekisho.contracts.challenge_tables import contract_challenge
from sekisho.contracts.challenges import StoredChallenges, challenge_id
from sekisho.contracts.evidence.jpki.errors import NonceExpired, NonceForAnother, NonceUnknown, NonceUsed
from sekisho.contracts.evidence.jpki.model import Challenge
from sekisho.contracts.evidence.jpki.ports import CHALLENGE_LIFE, new_challenge
from sekisho.contracts.evidence.jpki.profile import Purpose
from sekisho.keys import make_key_file
from sekisho.keys.disk import RealDisk
from sekisho.store.database import Database
from sekisho.store.migrate import migrate
from sekisho.workspace import Workspace

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
RACERS = 4

# One process: says that it is ready, waits for a line, and tries to use each challenge it is told of.
RACER = """
import sys
from datetime import UTC, datetime
from sekisho.contracts.challenges import use
from sekisho.store.database import Database

with Database(sys.argv[1]) as database:
    with database.read():
        pass
    print("ready", flush=True)
    sys.stdin.readline()
    won = []
    for row_id in sys.argv[2].split(","):
        with database.write() as connection:
            if use(connection, row_id, datetime(2026, 11, 23, 3, 0, tzinfo=UTC)).first:
                won.append(row_id)
    print(",".join(won), flush=True)
"""


@pytest.fixture
def workspace(database_url: str, tmp_path: Path) -> Iterator[Workspace]:
    """A workspace on each database, whose clock stands at :data:`AT`."""
    key = make_key_file(tmp_path / "sekisho.key", RealDisk())
    url = None if database_url.startswith("sqlite") else database_url
    with Workspace.create(
        tmp_path / "ws", name="t", legal_confirmation="shown", keyring=key, database_url=url, clock=FixedClock(AT)
    ) as opened:
        yield opened


def kept(store: StoredChallenges, application: str = "A-1") -> Challenge:
    """A challenge to sign, kept."""
    challenge = new_challenge(purpose=Purpose.SIGNING, application=application, agreed_to="contract", moment=AT)
    store.keep(challenge)
    return challenge


def test_a_challenge_comes_back_once(workspace: Workspace) -> None:
    """The text that is to have been signed is the one that was kept; the second answer is a replay."""
    store = StoredChallenges(workspace)
    challenge = kept(store)
    asked = {"purpose": "signing", "application": "A-1", "moment": AT}
    assert store.consume(challenge.nonce, **asked) == challenge  # type: ignore[arg-type]  # the three keywords' types
    with pytest.raises(NonceUsed):
        store.consume(challenge.nonce, **asked)  # type: ignore[arg-type]  # as above


@pytest.mark.parametrize(
    ("error", "purpose", "application", "late"),
    [
        (NonceForAnother, "authentication", "A-1", timedelta()),
        (NonceForAnother, "signing", "A-2", timedelta()),
        (NonceExpired, "signing", "A-1", CHALLENGE_LIFE),
    ],
)
def test_what_does_not_fit_is_used_up_and_named(
    workspace: Workspace, error: type[Exception], purpose: str, application: str, late: timedelta
) -> None:
    """Another purpose, another application, too late: each its own error, and no second try with the right one."""
    store = StoredChallenges(workspace)
    nonce = kept(store).nonce
    with pytest.raises(error):
        store.consume(nonce, purpose=purpose, application=application, moment=AT + late)
    with pytest.raises(NonceUsed):
        store.consume(nonce, purpose="signing", application="A-1", moment=AT)


def test_a_nonce_nobody_issued_is_unknown(workspace: Workspace) -> None:
    """Also one of the wrong length."""
    store = StoredChallenges(workspace)
    for nonce in (bytes(32), b"", bytes(64)):
        with pytest.raises(NonceUnknown):
            store.consume(nonce, purpose="signing", application="A-1", moment=AT)


def test_any_kind_of_evidence_has_purposes(workspace: Workspace) -> None:
    """A slug is all a purpose must be; anything else is a mistake of the program."""
    store = StoredChallenges(workspace)
    issued = store.issue(purpose="passport-active-authentication", application="A-1", moment=AT)
    store.consume(issued.nonce, purpose="passport-active-authentication", application="A-1", moment=AT)
    with pytest.raises(ValueError, match="slug"):
        store.issue(purpose="Two words", application="A-1", moment=AT)


def test_the_table_answers_no_challenge(workspace: Workspace) -> None:
    """Neither nonce, nor application, nor text stands in the row."""
    challenge = kept(StoredChallenges(workspace), application="A-SECRET")
    with workspace.database.read() as connection:
        (row,) = connection.execute(select(contract_challenge)).all()
    stored = b"|".join(bytes(each) if isinstance(each, (bytes, memoryview)) else str(each).encode() for each in row)
    assert row.id == challenge_id(challenge.nonce)
    for secret in (challenge.nonce, challenge.nonce.hex().encode(), b"A-SECRET"):
        assert secret not in stored


def test_old_challenges_are_forgotten(workspace: Workspace) -> None:
    """A used one is called used for one more life; after that its row is gone with the next new challenge."""
    store = StoredChallenges(workspace)
    old = kept(store).nonce
    clock = workspace.clock
    assert isinstance(clock, FixedClock)
    clock.advance(2 * CHALLENGE_LIFE)
    store.issue(purpose="signing", application="A-2", moment=clock.now())
    with pytest.raises(NonceExpired):
        store.consume(old, purpose="signing", application="A-1", moment=clock.now())
    clock.advance(timedelta(seconds=1))
    store.issue(purpose="signing", application="A-3", moment=clock.now())
    with pytest.raises(NonceUnknown):
        store.consume(old, purpose="signing", application="A-1", moment=clock.now())
    assert store.forget_old(clock.now() + 3 * CHALLENGE_LIFE) == 2


def test_threads_that_race_for_one_nonce(workspace: Workspace) -> None:
    """Of answers that arrive at once in one process, one wins and the others are replays."""
    store = StoredChallenges(workspace)
    nonce = kept(store).nonce

    def attempt(_: int) -> bool:
        try:
            store.consume(nonce, purpose="signing", application="A-1", moment=AT)
        except NonceUsed:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(16))) == 1


def test_processes_that_race_for_one_nonce(database_url: str) -> None:
    """Of several processes that use the same challenges at once, exactly one wins each, on both databases."""
    ids = [challenge_id(bytes([number]) * 32) for number in range(25)]
    with Database(database_url) as database:
        migrate(database)
        with database.write() as connection:
            rows = [
                {"id": one, "purpose": "signing", "key": "contract/2026-11", "body": b"", "expires_at": AT}
                for one in ids
            ]
            connection.execute(insert(contract_challenge), rows)
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", RACER, database_url, ",".join(ids)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ.copy(),
        )
        for _ in range(RACERS)
    ]
    for racer in racers:
        assert racer.stdout is not None
        assert racer.stdout.readline() == "ready\n"
    won: list[str] = []
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write("go\n")
        racer.stdin.flush()
    for racer in racers:
        told, _ = racer.communicate(timeout=120)
        assert racer.returncode == 0
        won += [one for one in told.strip().split(",") if one]
    assert sorted(won) == sorted(ids)
