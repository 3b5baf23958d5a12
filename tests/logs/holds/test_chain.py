"""The session behind a held translation is held too, and answers for the inside address after both days are purged."""

from __future__ import annotations

from datetime import date
from ipaddress import ip_address
from typing import Any

import orjson

from sekisho.logs import manifest
from sekisho.logs.holds.finding import held_for
from sekisho.logs.holds.scope import FOLLOW_MARGIN
from sekisho.logs.intervals.days import begin_of
from sekisho.logs.kinds import LogKind
from sekisho.logs.lookup.candidates import Question
from sekisho.logs.manifest import SegmentState, layout_of
from sekisho.logs.rows import Rows
from sekisho.workspace.parts import HOUSE_KEY
from tests.logs.holds.test_scope import rows_of
from tests.logs.keeping import GONE_ON, YESTERDAY, Keeper, failed

AUTH = LogKind.AP_AUTH
DAY = begin_of(YESTERDAY)
SECOND = 1_000_000


def put(keeper: Keeper, day: date, rows: Rows) -> None:
    """Rows as a segment whose root is in a leaf."""
    workspace = keeper.workspace
    now = workspace.clock.now()
    written = keeper.logs.files.write(day, rows)
    said = orjson.dumps({"root": written.root.hex()})
    leaf = workspace.seal(kind="log.ingest", owner=HOUSE_KEY, body=said, at=now)

    def enter(connection: Any) -> None:
        manifest.ensure_day(connection, rows.kind, day, at=now)
        manifest.enter(connection, written, SegmentState.STAGED, layout=layout_of(rows), at=now, leaf=leaf.id)

    workspace.commit(enter, [leaf])


def question(address: str, begin: int, end: int) -> Question:
    """Who had an inside address, in seconds of the day."""
    return Question(ip_address(address), None, DAY + begin * SECOND, DAY + end * SECOND)


def test_the_chain_survives(keeper: Keeper) -> None:
    """Translation and session are held, another's session isn't; the vault answers for the time of the translation
    give or take a minute, and for nothing else."""
    put(
        keeper,
        YESTERDAY,
        rows_of([("203.0.113.5", 1024, 2047, DAY + 3_600 * SECOND, DAY + 7_200 * SECOND, "192.0.2.1", None)]),
    )
    sessions = [
        ("192.0.2.1", 0, 65_535, DAY, DAY + 40_000 * SECOND, None, "line-1"),
        ("192.0.2.1", 0, 65_535, DAY + 50_000 * SECOND, DAY + 60_000 * SECOND, None, "line-2"),
        ("192.0.2.7", 0, 65_535, DAY, DAY + 40_000 * SECOND, None, "line-3"),
    ]
    put(keeper, YESTERDAY, rows_of(sessions, AUTH))
    hold = keeper.hold(
        type="court_order",
        until=None,
        scope={
            "kinds": ["ap.nat", "ap.auth"],
            "begin": "2026-11-22T01:30:00+09:00",
            "end": "2026-11-22T01:31:00+09:00",
        },
    )
    keeper.go_to(GONE_ON)
    assert failed(keeper.due()) == []
    assert not [name for name in keeper.workspace.keyring.names() if name.endswith("2026-11-22")]
    vault = keeper.holds.carver.vault
    with keeper.workspace.database.read() as connection:

        def found(asked: Question, *holds: str) -> Any:
            return held_for(connection, keeper.workspace.keyring, vault, holds, AUTH, YESTERDAY, asked)

        entries = found(question("192.0.2.1", 5_399, 5_401), hold.id)
        kept = [vault.rows(one.segment) for one in entries]
        assert [rows.subject.text(at) for rows in kept for at in range(len(rows)) if rows.subject] == ["line-1"]
        margin = FOLLOW_MARGIN // SECOND
        assert found(question("192.0.2.1", 3_600 - margin, 7_200 + margin), hold.id) is not None
        assert found(question("192.0.2.1", 3_599 - margin, 3_700), hold.id) is None
        assert found(question("192.0.2.7", 5_399, 5_401), hold.id) is None
        assert found(question("192.0.2.1", 5_399, 5_401)) is None
        assert found(question("192.0.2.1", 5_399, 5_401), "h0000000000000000") is None
