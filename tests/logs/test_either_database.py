"""The same on SQLite and PostgreSQL: a story from the first line to a late one, and two writers of one source."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from sekisho.clock import FixedClock
from sekisho.keys import KeyFile
from sekisho.logs.errors import AlreadyIngested, SourceBusy
from sekisho.logs.kinds import LogKind
from sekisho.logs.service import LogService
from sekisho.workspace import Workspace
from tests.logs.conftest import MIDNIGHT, NOON, TODAY, YESTERDAY, asked, spec, take
from tests.logs.declared import declare_all

A = "203.0.113.9 1024 2047"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def either(request: pytest.FixtureRequest, tmp_path: Path, key_file: KeyFile) -> Iterator[Workspace]:
    """A workspace on each database."""
    url = None if request.param == "sqlite" else request.getfixturevalue("postgres_schema").url
    with Workspace.create(
        tmp_path / "ws",
        name="関所通信",
        legal_confirmation="shown",
        keyring=key_file,
        database_url=url,
        clock=FixedClock(NOON),
    ) as made:
        declare_all(made)
        LogService(made).add_source(spec(), by="admin")
        yield made


def test_a_story(either: Workspace) -> None:
    """Over midnight, sealed, late, repeated, compacted; health and quarantine on the way."""
    logs = LogService(either)
    first = (f"A {MIDNIGHT - 500} {A} 100.64.0.1", f"A {MIDNIGHT + 50} 203.0.113.9 2048 3071 100.64.0.3", "what?")
    done = take(logs, *first)
    assert [one.reason for one in logs.quarantined(done.id)] == ["no_match"]
    with pytest.raises(AlreadyIngested):
        take(logs, *first)
    sealed = logs.seal(LogKind.AP_NAT, YESTERDAY)
    assert sealed is not None
    take(logs, f"R {MIDNIGHT + 600} {A} 100.64.0.1")
    assert [entry.state for entry in logs.open_segments(LogKind.AP_NAT, YESTERDAY)] == ["sealed", "late"]
    assert asked(logs)["2026-11-22"] == [(85_900.0, 86_400.0, "01", "100.64.0.1", True)]
    for at in range(10):
        take(logs, f"A {MIDNIGHT + 700 + at} {A} 100.64.0.1", f"R {MIDNIGHT + 700.5 + at} {A} 100.64.0.1")
    assert len(logs.open_segments(LogKind.AP_NAT, TODAY)) < 6
    assert len(asked(logs)["2026-11-23"]) == 12
    (health,) = logs.health()
    assert (health.records, health.quarantined, health.gaps) == (24, 1, ())


def test_two_services_at_once(either: Workspace) -> None:
    """As two processes would: of two that rest on the same open table one is refused, and what was taken in is once."""
    services = [LogService(either) for _ in range(3)]
    taken, errors = [], []

    def work(number: int) -> None:
        for at in range(6):
            begin = MIDNIGHT + number * 100 + at
            try:
                take(services[number], f"A {begin} {A} 100.64.0.{number}", f"R {begin + 0.5} {A} 100.64.0.{number}")
                taken.append(begin)
            except SourceBusy:
                errors.append(begin)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) + len(errors) == 18
    assert [row[0] + MIDNIGHT for row in asked(services[0])["2026-11-23"]] == sorted(taken)
