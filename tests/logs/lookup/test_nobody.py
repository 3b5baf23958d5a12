"""That nobody had it is said only where nothing in the logs speaks against it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import insert

from sekisho.logs.health import ClockOffsets
from sekisho.logs.kinds import LogKind
from sekisho.logs.rows import Known
from sekisho.logs.sources import Source
from sekisho.logs.tables import log_input
from tests.logs.lookup.made import DAY, Row, Store, at
from tests.logs.lookup.test_outcomes import damage

NAT = LogKind.AP_NAT
CLOCK = ClockOffsets().dumped()
HERE = ["203.0.113.0/24"]
NEXT = DAY + timedelta(days=1)


def took_in(store: Store, source: Source, day: date = DAY, *, handed_over: int = 0, starts_lost: int = 0) -> None:
    """The source's input of a day, with what its records showed."""
    counts = dict.fromkeys(("size", "records", "events", "ignored", "quarantined", "refused", "rows"), 1)
    said = {"handed_over": handed_over, "given_back": 1_000, "starts_lost": starts_lost}
    span = {"first": at("00:00:00", day), "last": at("23:59:59", day), "ingested_at": store.workspace.clock.now()}
    name = f"{source.number}-{day}"
    keys = {"id": name, "source": source.number, "digest": name.encode().ljust(32), "clock": CLOCK}
    store.workspace.commit(lambda one: one.execute(insert(log_input).values(**keys, **counts, **said, **span)))


def test_nobody_is_said_where_every_start_has_its_stop(store: Store) -> None:
    """Inputs that lost nothing, a day after the source was first heard."""
    nat = store.source("cgn", NAT, covers=HERE)
    took_in(store, nat)
    store.put(nat, Row("09:00:00", "09:30:00", inside="100.64.1.2"))
    answer = store.who()
    assert (answer["outcome"], answer["weak"]) == ("none", [])


@pytest.mark.parametrize(("stops", "starts"), [(1, 0), (0, 1)])
def test_one_lost_record_of_the_day_is_enough(store: Store, stops: int, starts: int) -> None:
    """A stop or a start that never came, of anybody: another may have lost both. Who is there is still named."""
    nat = store.source("cgn", NAT, covers=HERE)
    took_in(store, nat, handed_over=stops, starts_lost=starts)
    store.put(nat, Row("09:00:00", "09:30:00", inside="100.64.1.2"))
    store.put(nat, Row("13:00:00", "13:30:00", inside="100.64.1.2"))
    answer = store.who()
    assert (answer["outcome"], {one["why"] for one in answer["weak"]}) == ("coverage_gap", {"lost"})
    assert store.who(time="13:10:00")["address"]["outcome"] == "unique"


def test_losses_of_another_time_or_source_say_nothing(store: Store) -> None:
    """The day before yesterday's, and those of a source that doesn't answer for the address."""
    nat = store.source("cgn", NAT, covers=HERE)
    other = store.source("far", NAT, covers=["198.51.100.0/24"])
    took_in(store, nat, DAY - timedelta(days=2), starts_lost=1)
    took_in(store, other, starts_lost=1)
    store.put(nat, Row("09:00:00", "09:30:00", inside="100.64.1.2"))
    assert store.who()["outcome"] == "none"


def test_a_source_heard_since_this_morning_cant_say_nobody(store: Store) -> None:
    """Who was given it yesterday doesn't stand in its logs; somebody who does is named all the same."""
    nat = store.source("cgn", NAT, covers=HERE, heard=False)
    store.heard(nat, "00:00:00", "24:00:00")
    store.put(nat, Row("09:00:00", "09:30:00", inside="100.64.1.2"))
    answer = store.who()
    assert (answer["outcome"], {one["why"] for one in answer["weak"]}) == ("coverage_gap", {"not_heard"})
    assert store.who(time="09:10:00")["address"]["outcome"] == "unique"


@pytest.mark.parametrize("days", [1, 3])
def test_a_start_lost_before_midnight_leaves_a_candidate(store: Store, days: int) -> None:
    """First heard of on a later day, he may have had it since somebody else's end: a candidate, nobody is named."""
    nat = store.source("cgn", NAT, covers=HERE)
    day = DAY + timedelta(days=days)
    took_in(store, nat, day, starts_lost=1)
    store.put(nat, Row("09:00:00", "09:30:00", inside="100.64.1.2"))
    store.put(nat, Row("08:00:00", "08:00:00.5", inside="100.64.1.3", day=day, start_known=Known.UNSEEN))
    answer = store.who()
    assert answer["outcome"] == "ambiguous"
    assert [one["inside"] for one in answer["address"]["intervals"]] == ["100.64.1.3"]
    assert not answer["address"]["intervals"][0]["firm"]


def test_somebody_who_began_in_between_ends_the_search(store: Store) -> None:
    """A start that is known lies before the lost one: he can't have had it before that."""
    nat = store.source("cgn", NAT, covers=HERE)
    took_in(store, nat, DAY + timedelta(days=2), starts_lost=1)
    store.put(nat, Row("09:00:00", "09:30:00", inside="100.64.1.2"))
    store.put(nat, Row("01:00:00", "02:00:00", inside="100.64.1.4", day=NEXT))
    later = DAY + timedelta(days=2)
    store.put(nat, Row("08:00:00", "09:00:00", inside="100.64.1.3", day=later, start_known=Known.UNSEEN))
    assert store.who()["outcome"] == "none"


def test_a_later_day_that_cant_be_read_may_hold_him(store: Store) -> None:
    """Whose start was lost stands on a later day whose segment is gone: that is a gap, and not nobody."""
    nat = store.source("cgn", NAT, covers=HERE)
    day = DAY + timedelta(days=3)
    took_in(store, nat, day, starts_lost=1)
    store.put(nat, Row("09:00:00", "09:30:00", inside="100.64.1.2"))
    (segment,) = store.put(nat, Row("08:00:00", "08:00:00.5", inside="100.64.1.3", day=day, start_known=Known.UNSEEN))
    damage(store, segment, "missing")
    answer = store.who()
    assert (answer["outcome"], {one["why"] for one in answer["weak"]}) == ("coverage_gap", {"segment_missing"})
