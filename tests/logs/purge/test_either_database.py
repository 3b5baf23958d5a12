"""A hold, a purge and a release on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sekisho.clock import FixedClock
from sekisho.keys import KeyFile
from sekisho.logs.holds.rows import HoldState
from sekisho.logs.holds.rules import ReleaseReason
from sekisho.logs.manifest import DayState
from sekisho.logs.service import LogService
from sekisho.workspace import Workspace
from tests.logs.conftest import NOON, spec
from tests.logs.declared import CUSTODIAN, declare_all
from tests.logs.holds.test_survival import held_rows, lines
from tests.logs.keeping import GONE_ON, NAT, YESTERDAY, Keeper, failed


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def either(request: pytest.FixtureRequest, tmp_path: Path, key_file: KeyFile) -> Iterator[Keeper]:
    """A store on each database."""
    url = None if request.param == "sqlite" else request.getfixturevalue("postgres_schema").url
    clock = FixedClock(NOON)
    with Workspace.create(
        tmp_path / "either",
        name="関所通信",
        legal_confirmation="shown",
        keyring=key_file,
        database_url=url,
        clock=clock,
    ) as made:
        declare_all(made)
        logs = LogService(made)
        logs.add_source(spec(), by="admin")
        yield Keeper(made, clock, key_file, logs)


def test_held_purged_released(either: Keeper) -> None:
    """The whole story: two holds, a purge, one released, the other kept."""
    either.take(*lines())
    first = either.hold(type="court_order", until=None)
    second = either.hold(type="court_order", until=None, scope={"addresses": ["203.0.113.6"]})
    either.go_to(GONE_ON)
    assert failed(either.due()) == []
    assert either.logs.day_state(NAT, YESTERDAY) is DayState.PURGED
    either.holds.release(first.id, ReleaseReason.CASE_ENDED, document="終局", ended_on=GONE_ON, by=CUSTODIAN)
    assert failed(either.due()) == []
    assert either.holds.find(first.id, by=CUSTODIAN).state is HoldState.RELEASED
    assert [one[2] for one in held_rows(either, second.id)] == ["192.0.2.4"]
    assert failed(either.due()) == []
