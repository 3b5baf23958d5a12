"""A grant spans all times of its items; each address is still asked about within its own item's time alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest
from sqlalchemy import select

from sekisho.clock import JAPAN
from sekisho.disclosure.kinds import DataClass
from sekisho.disclosure.scope import Planned
from sekisho.logs.formats import registry
from sekisho.logs.kinds import LogKind
from sekisho.logs.lookup.answer import Outcome
from sekisho.logs.lookup.errors import UnknownGrant
from sekisho.logs.lookup.service import LOOKUP_LEAF, Lookups
from sekisho.logs.service import LogService
from sekisho.store.outbox import outbox
from tests.disclosure.logs_made import ready
from tests.disclosure.made_cases import item
from tests.disclosure.world import Desk
from tests.logs.lookup.made import Row, Store
from tests.logs.lookup.made import asked as asked_at

MIDNIGHT = datetime(2026, 11, 20, tzinfo=JAPAN)
MANY = 1_000


@pytest.fixture
def store(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Empty logs behind the desk."""
    monkeypatch.setitem(registry._FORMATS, "simple", ("tests.logs.simple_format:make", "for tests"))
    made = Store(desk.workspace, LogService(desk.workspace), Lookups(desk.workspace))
    yield made
    made.lookups.close()


def clock(minute: int) -> str:
    """A minute of the day, as rows have it."""
    return f"{minute // 60:02}:{minute % 60:02}:00"


def place(at: int) -> tuple[str, int]:
    """The ``at``-th item's address and port: 250 addresses with four ports each."""
    return f"203.0.113.{at % 250}", 2_000 + at // 250


def of_minute(at: int) -> dict[str, Any]:
    """The ``at``-th item: its own minute of the day."""
    address, port = place(at)
    begin = (MIDNIGHT + timedelta(minutes=at + 1)).isoformat()
    return item(at + 1, value=address, port=port, begin=begin, end=begin, precision="minute", wanted=["log"])


def rows_of(at: int) -> tuple[Row, Row, Row]:
    """Who had it: somebody before, its own line in its minute, somebody after."""
    address, port = place(at)
    given: dict[str, Any] = {"address": address, "ports": (port, port)}
    times = (clock(0), clock(at + 1), clock(at + 2), clock(23 * 60))
    return (
        Row(times[0], times[1], subject=f"before-{at}", **given),
        Row(times[1], times[2], subject=f"line-{at}", **given),
        Row(times[2], times[3], subject=f"after-{at}", **given),
    )


def test_no_address_is_asked_about_in_anothers_time(desk: Desk, store: Store) -> None:
    """A thousand addresses under one grant of a day: each question, as the ledger has it, is its own item's minute, and
    nobody is found who had the address in another's."""
    nat = store.source("cgn", LogKind.AP_NAT, covers=["203.0.113.0/24"])
    store.put(nat, *(row for at in range(MANY) for row in rows_of(at)))
    made = ready(desk, items=[of_minute(at) for at in range(MANY)])
    service = desk.service.searching
    (grant,) = service.request(made.id, by=desk["kensaku"])
    assert grant.terms is not None
    assert grant.terms.end - grant.terms.begin == timedelta(minutes=MANY)
    for name in ("kakunin", "hogo"):
        service.approve(made.id, by=desk[name])
    found = service.run(made.id, by=desk["kensaku"])
    assert found.case is not None
    items = list(found.case.items)
    with desk.workspace.database.read() as connection:
        (leaf,) = connection.execute(select(outbox.c.id).where(outbox.c.kind == LOOKUP_LEAF)).scalars()
    opened = desk.workspace.open_leaf(leaf)
    assert opened is not None
    questions = orjson.loads(opened.body)["asked"]
    assert len(questions) == len(items) == MANY
    for one, asked in zip(items, questions, strict=True):
        planned = Planned.of_question(asked, frozenset({DataClass.SECRECY}))
        (target,) = planned.targets
        assert (str(target.network.network_address), target.port_low) == (one.value, one.port)
        assert one.begin <= planned.begin < planned.end <= one.until
    for at, result in enumerate(desk.service.deciding.results(made.id, by=desk["kaiji"])):
        assert result.outcome is Outcome.UNIQUE
        assert [one["subject"] for one in result.answers[0]["address"]["intervals"]] == [f"line-{at}"]
    with pytest.raises(UnknownGrant):
        # By hand the grant would allow any of its addresses at any of its times: it opens nothing but its own search.
        store.lookups.who(asked_at("00:30:00", place(0)[0], 2_000), grant=grant.id, by=desk["kensaku"])
