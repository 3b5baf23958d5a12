"""Held records answer after their day is purged: under a grant that names the hold, within its scope, and only then."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import insert

from sekisho.logs.holds.rules import ReleaseReason
from sekisho.logs.intervals.days import microseconds
from sekisho.logs.lookup.asked import read_asked
from sekisho.logs.lookup.errors import GrantTermsRefused
from sekisho.logs.lookup.grant import read_terms
from sekisho.logs.lookup.service import Lookups
from sekisho.logs.tables import log_heard
from sekisho.workspace import Workspace
from tests.logs.declared import CUSTODIAN, OFFICER, SECOND_OFFICER
from tests.logs.holds.test_survival import lines
from tests.logs.keeping import GONE_ON, Keeper, failed
from tests.logs.lookup.made import Store


@pytest.fixture
def store(keeper: Keeper, workspace: Workspace) -> Iterator[Store]:
    """People who ask, and a source that was heard all the time."""
    made = Store(workspace, keeper.logs, Lookups(workspace))
    made.people.update(kanri=CUSTODIAN, hogo1=OFFICER, hogo2=SECOND_OFFICER)
    begin, end = (microseconds(datetime(2026, 11, day, tzinfo=UTC)) for day in (1, 30))
    values = {"source": keeper.logs.source("cgn").number, "begin": begin, "end": end}
    workspace.commit(lambda connection: connection.execute(insert(log_heard).values(**values)))
    yield made
    made.lookups.close()


def asked(store: Store, *holds: str, time: str = "2026-11-22T01:30:00+09:00", port: int = 1500) -> dict[str, Any]:
    """The first link of an answer about 203.0.113.5, under a grant with these holds."""
    now = store.workspace.clock.now()
    terms = {
        "kinds": ["ap.nat"],
        "targets": ["203.0.113.0/24"],
        "begin": "2026-11-21T00:00:00+09:00",
        "end": "2026-11-24T00:00:00+09:00",
        "ground": "warrant",
        "reference": "令和8年（る）第1号",
        "callers": [CUSTODIAN.staff_id],
        "max_queries": 10,
        "expires_at": now.replace(month=now.month + 1).isoformat(),
        "holds": list(holds),
    }
    grants, people = store.lookups.grants, store.people
    entry = grants.request(read_terms(terms), by=people["kanri"])
    for name in ("hogo1", "hogo2"):
        grants.approve(entry.id, by=people[name])
    made = grants.make(entry.id, by=people["kanri"]).id
    question = read_asked("203.0.113.5", port, time)
    found: dict[str, Any] = store.lookups.who(question, grant=made, by=people["kanri"]).document["address"]
    return found


def test_under_a_grant_that_names_the_hold(keeper: Keeper, store: Store) -> None:
    """Before the purge it is one holder; after it, expired without the hold, the same holder with it, and expired again
    for a time or a port that the hold isn't about, and once the hold is released."""
    keeper.take(*lines())
    hold = keeper.hold(type="court_order", until=None, scope={"addresses": ["203.0.113.5:1024-2047"]})
    before = asked(store)
    assert before["outcome"] == "unique"
    keeper.go_to(GONE_ON)
    assert failed(keeper.due()) == []
    assert asked(store)["outcome"] == "expired"
    after = asked(store, hold.id)
    assert after["outcome"] == before["outcome"]
    assert [one["inside"] for one in after["intervals"]] == ["192.0.2.1"]
    assert asked(store, hold.id, port=2500)["outcome"] == "expired"
    assert asked(store, hold.id, time="2026-11-22T23:59:59+09:00")["outcome"] == "expired"
    keeper.holds.release(
        hold.id, ReleaseReason.CASE_ENDED, document="終局", ended_on=GONE_ON, by=CUSTODIAN
    )
    assert asked(store, hold.id)["outcome"] == "expired"


def test_what_a_grant_may_name() -> None:
    """Ids of holds, and not too many."""
    base = {"kinds": ["ap.nat"], "targets": ["203.0.113.5"], "begin": "2026-11-21T00:00:00+09:00",
            "end": "2026-11-22T00:00:00+09:00", "ground": "warrant", "reference": "x", "callers": ["a"],
            "expires_at": "2026-12-01T00:00:00+09:00"}  # fmt: skip
    now = datetime(2026, 11, 23, tzinfo=UTC)
    read_terms(base | {"holds": ["h0123456789abcdef"]}).checked(now=now)
    for wrong in (["nothing"], [f"h{n:016x}" for n in range(21)]):
        with pytest.raises(GrantTermsRefused):
            read_terms(base | {"holds": wrong}).checked(now=now)
