"""What is held survives its day's purge, exactly; everything else doesn't."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from sekisho.destruction.certificate import PURGE, RELEASE, check
from sekisho.destruction.probing import SubprocessProber
from sekisho.keys.errors import KeyDestroyed
from sekisho.keys.schedule import log_key
from sekisho.ledger import fingerprint
from sekisho.logs.holds import rows as hold_rows
from sekisho.logs.holds.rows import HoldState
from sekisho.logs.holds.rules import ReleaseReason
from sekisho.logs.holds.vault import hold_key
from sekisho.logs.manifest import DayState, SegmentState, segments_of
from sekisho.logs.purge.certificates import listed
from tests.logs.declared import AUDITOR, CUSTODIAN
from tests.logs.keeping import GONE_ON, NAT, YESTERDAY, Keeper, failed, whole


def held_rows(keeper: Keeper, hold: str) -> list[tuple[str, int, str]]:
    """The rows in a hold's vault: address, first port, inside address."""
    vault = keeper.holds.carver.vault
    with keeper.workspace.database.read() as connection:
        segments = hold_rows.segments_of(connection, hold=hold)
    found = []
    for one in segments:
        rows = vault.rows(one.segment)
        assert vault.proofs(one.segment).hold(rows)
        assert rows.inside is not None
        inside = rows.inside
        found += [(rows.address.text(at), int(rows.port_low[at]), inside.text(at)) for at in range(len(rows))]
    return sorted(found)


def lines() -> list[str]:
    """Three subscribers of one address, and one of another, yesterday."""
    return [
        whole(YESTERDAY, 3_600, 7_200, "203.0.113.5", 1024, 2047, "192.0.2.1"),
        whole(YESTERDAY, 3_600, 7_200, "203.0.113.5", 2048, 3071, "192.0.2.2"),
        whole(YESTERDAY, 8_000, 9_000, "203.0.113.5", 1024, 2047, "192.0.2.3"),
        whole(YESTERDAY, 3_600, 7_200, "203.0.113.6", 1024, 2047, "192.0.2.4"),
    ]


def test_exactly_the_held_records_survive(keeper: Keeper) -> None:
    """A court's order for one address and port of an hour: after the purge its record opens, proven; the day doesn't,
    for anybody, and its files are gone."""
    keeper.take(*lines())
    hold = keeper.hold(
        type="court_order",
        until=None,
        scope={
            "begin": "2026-11-22T01:00:00+09:00",
            "end": "2026-11-22T01:30:00+09:00",
            "addresses": ["203.0.113.5:1500"],
        },
    )
    assert hold.state is HoldState.ACTIVE
    assert held_rows(keeper, hold.id) == [("203.0.113.5", 1024, "192.0.2.1")]
    keeper.go_to(GONE_ON - timedelta(days=1))
    assert failed(keeper.due()) == []
    assert keeper.workspace.keyring.exists(log_key("ap.nat", YESTERDAY))
    keeper.go_to(GONE_ON)
    with SubprocessProber(keeper.workspace.path, keeper.key_file) as prober:
        assert failed(keeper.due(prober)) == []
    assert not keeper.workspace.keyring.exists(log_key("ap.nat", YESTERDAY))
    assert keeper.logs.day_state(NAT, YESTERDAY) is DayState.PURGED
    assert not list((keeper.workspace.path / "logs" / "ap.nat").rglob("*.*"))
    with keeper.workspace.database.read() as connection:
        gone = segments_of(connection, kind=NAT, day=YESTERDAY, states=[SegmentState.PURGED])
    assert gone
    for one in gone:
        with pytest.raises(KeyDestroyed):
            keeper.logs.reader(one)
    assert held_rows(keeper, hold.id) == [("203.0.113.5", 1024, "192.0.2.1")]
    found = check(
        keeper.certificate(log_key("ap.nat", YESTERDAY)),
        key=fingerprint(keeper.workspace.ledger_public_key),
    )
    assert (found.format, found.state) == (PURGE, "final")
    assert found.said["planned"]["holds"] == [hold.id]
    assert [one["rows"] for one in found.said["carved"]["holds"]] == [1]
    assert found.said["carved"]["opened"] == len(found.said["planned"]["segments"])


def test_a_released_hold_leaves_the_other_one_its_own(keeper: Keeper) -> None:
    """Two holds overlap in one record. The first is withdrawn: its vault is destroyed with a certificate that names the
    second; the second's records, the shared one among them, stay."""
    keeper.take(*lines())
    first = keeper.hold(scope={"addresses": ["203.0.113.5:1024-2047"]})
    second = keeper.hold(scope={"addresses": ["203.0.113.5"], "end": "2026-11-22T02:00:00+09:00"})
    assert [one[2] for one in held_rows(keeper, first.id)] == ["192.0.2.1", "192.0.2.3"]
    assert [one[2] for one in held_rows(keeper, second.id)] == ["192.0.2.1", "192.0.2.2"]
    keeper.holds.release(first.id, ReleaseReason.WITHDRAWN, document="関サ保第13号", by=CUSTODIAN)
    assert failed(keeper.due()) == []
    assert not keeper.workspace.keyring.exists(hold_key(first.id))
    assert not list((keeper.workspace.path / "holds" / first.id).rglob("*"))
    assert keeper.holds.find(first.id, by=CUSTODIAN).state is HoldState.RELEASED
    assert [one[2] for one in held_rows(keeper, second.id)] == ["192.0.2.1", "192.0.2.2"]
    found = check(keeper.certificate(hold_key(first.id)), key=None)
    assert (found.format, found.state) == (RELEASE, "final")
    assert [one["hold"] for one in found.said["carved"]["holds"]] == [second.id]
    assert {one.key for one in listed(keeper.workspace, by=AUDITOR)} == {hold_key(first.id)}


def test_what_is_left_only_in_another_vault_is_copied_from_there(keeper: Keeper) -> None:
    """The day is purged; a new hold for a record that only another hold still has gets it from there, with a proof that
    leads to the sealed day; and keeps it when the other is released."""
    keeper.take(*lines())
    first = keeper.hold(type="court_order", until=None)
    keeper.go_to(GONE_ON)
    assert failed(keeper.due()) == []
    second = keeper.hold(
        received=GONE_ON.isoformat(),
        until=(GONE_ON + timedelta(days=30)).isoformat(),
        scope={"addresses": ["203.0.113.5:2100"]},
    )
    assert held_rows(keeper, second.id) == [("203.0.113.5", 2048, "192.0.2.2")]
    keeper.holds.release(
        first.id, ReleaseReason.CASE_ENDED, document="終局", ended_on=GONE_ON, by=CUSTODIAN
    )
    assert failed(keeper.due()) == []
    assert held_rows(keeper, second.id) == [("203.0.113.5", 2048, "192.0.2.2")]


def test_late_records_of_a_held_day_are_held_too(keeper: Keeper) -> None:
    """What comes after the hold, and after the seal, for the time asked about is copied by the next daily run, and at
    the latest before the day's key goes."""
    keeper.take(lines()[0])
    hold = keeper.hold()
    assert len(held_rows(keeper, hold.id)) == 1
    keeper.take(lines()[1])
    keeper.due()
    assert len(held_rows(keeper, hold.id)) == 2
    keeper.go_to(date(2026, 11, 24))
    keeper.take(lines()[2])
    keeper.due()
    assert sorted(one[2] for one in held_rows(keeper, hold.id)) == ["192.0.2.1", "192.0.2.2", "192.0.2.3"]


def test_an_expired_hold_lets_go_by_itself(keeper: Keeper) -> None:
    """On its last day it holds; the day after, the daily run destroys its vault."""
    keeper.take(*lines())
    hold = keeper.hold()
    keeper.go_to(date(2026, 12, 23))
    keeper.due()
    assert keeper.holds.find(hold.id, by=CUSTODIAN).state is HoldState.ACTIVE
    keeper.go_to(date(2026, 12, 24))
    keeper.due()
    found = keeper.holds.find(hold.id, by=CUSTODIAN)
    assert (found.state, found.release_reason, found.terms) == (HoldState.RELEASED, "expired", None)
