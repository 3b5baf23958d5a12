"""A computed assignment is chained to the lease that names the line, and never outweighs a log."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sekisho.clock import FixedClock
from sekisho.logs.computed.errors import RuleEnded, RuleRefused, UnknownRule
from sekisho.logs.computed.store import MapRules
from sekisho.logs.kinds import LogKind
from tests.logs.computed.test_rules import BINDINGS, DETERMINISTIC, MAP
from tests.logs.lookup.made import Row, Store, at
from tests.logs.lookup.test_outcomes import HERE, lacks

GRANT = {"targets": ["192.0.2.0/24", "203.0.113.0/24"]}


def leased(store: Store, prefix: str, subject: str = "taro") -> None:
    """A lease of a prefix or address all day."""
    covers = ["2001:db8::/32", "100.64.0.0/10"]
    auth = store.source("dhcp", LogKind.AP_DHCP, covers=covers)
    store.put(auth, Row("00:00:00", "24:00:00", subject=subject, address=prefix, ports=(0, 65535)))


@pytest.mark.parametrize(
    ("rule", "address", "port", "lease"),
    [
        (MAP, "192.0.2.18", 0x5340, "2001:db8:12:3400::/56"),
        (BINDINGS, "192.0.2.1", 0x3401, "2001:db8:1::/48"),
        (DETERMINISTIC, "203.0.113.1", 8024, "100.64.0.1"),
    ],
    ids=["map-e", "lw4o6", "deterministic"],
)
def test_each_method_leads_to_the_line_by_its_lease(
    store: Store, rule: dict[str, Any], address: str, port: int, lease: str
) -> None:
    """The outcome is ``computed``, the rule and its source are named, and the lease names the line."""
    MapRules(store.workspace).add(rule, by="admin")
    leased(store, lease)
    answer = store.who(address=address, port=port, grant=store.grant(**GRANT))
    assert (answer["outcome"], answer["branches"][0]["lines"], answer["weak"]) == ("computed", ["taro"], [])
    assert answer["computed"][0]["source"] == rule["source"]
    assert answer["branches"][0]["rule"].startswith("rule (rule-")


def test_a_computed_address_without_a_lease_is_a_gap(store: Store) -> None:
    """Nobody had the prefix, by logs that were whole: the link is named."""
    MapRules(store.workspace).add(MAP, by="admin")
    leased(store, "2001:db8:ff:ff00::/56")
    answer = store.who(address="192.0.2.18", port=0x5340, grant=store.grant(**GRANT))
    assert (answer["outcome"], lacks(answer)) == ("coverage_gap", {("session", "nobody")})


def test_an_excluded_port_is_nobodys(store: Store) -> None:
    """A = 0."""
    MapRules(store.workspace).add(MAP, by="admin")
    assert store.who(address="192.0.2.18", port=80, grant=store.grant(**GRANT))["outcome"] == "none"


def test_without_a_port_there_are_several(store: Store) -> None:
    """All customers of the address are possible."""
    MapRules(store.workspace).add(MAP, by="admin")
    leased(store, "2001:db8:12:3400::/56")
    answer = store.who(address="192.0.2.18", port=None, grant=store.grant(**GRANT))
    assert answer["outcome"] == "ambiguous"
    assert ("address", "too_many") in lacks(answer)


def test_a_change_of_rules_within_the_window_is_doubtful(store: Store) -> None:
    """Two versions that give different customers; asked away from the change each answers alone."""
    rules = MapRules(store.workspace)
    first = rules.add(MAP, by="admin")
    rules.end(first, at=datetime(2026, 11, 20, 3, tzinfo=UTC), by="admin")
    rules.add({**MAP, "valid_from": "2026-11-20T12:00:00+09:00", "ipv6": "2001:db8:4000::/40"}, by="admin")
    leased(store, "2001:db8:12:3400::/56")
    grant = store.grant(**GRANT)
    ask: dict[str, Any] = {"address": "192.0.2.18", "port": 0x5340, "grant": grant}
    assert store.who(time="11:00:00", **ask)["outcome"] == "computed"
    assert store.who(time="12:00:00", **ask)["outcome"] == "ambiguous"
    assert store.who(time="13:00:00", **ask)["computed"][0]["inside"] == "2001:db8:4012:3400::"


def test_a_log_beside_a_rule_is_doubtful(store: Store) -> None:
    """Both name somebody for one address: nobody is named as the one."""
    MapRules(store.workspace).add(DETERMINISTIC, by="admin")
    leased(store, "100.64.0.1")
    nat = store.source("cgn", LogKind.AP_NAT, covers=HERE)
    store.put(nat, Row("11:00:00", "13:00:00", inside="100.64.9.9", address="203.0.113.1", ports=(8000, 8999)))
    answer = store.who(address="203.0.113.1", port=8024)
    assert answer["outcome"] == "ambiguous"


def test_a_silent_translator_beside_a_rule_is_doubtful(store: Store) -> None:
    """A log that could have named another was not heard."""
    MapRules(store.workspace).add(DETERMINISTIC, by="admin")
    leased(store, "100.64.0.1")
    store.source("cgn", LogKind.AP_NAT, covers=HERE, heard=False)
    answer = store.who(address="203.0.113.1", port=8024)
    assert (answer["outcome"], answer["weak"][0]["why"]) == ("ambiguous", "not_heard")


def test_a_rule_that_the_grant_leaves_out_is_not_used(store: Store) -> None:
    """Named as what is lacking."""
    MapRules(store.workspace).add(DETERMINISTIC, by="admin")
    leased(store, "100.64.0.1")
    answer = store.who(address="203.0.113.1", port=8024, grant=store.grant(kinds=["ap.nat", "ap.dhcp"]))
    assert (answer["outcome"], ("address", "not_granted") in lacks(answer)) == ("coverage_gap", True)


def test_a_trail_says_that_rules_assign_without_a_log(store: Store) -> None:
    """What follows from a rule isn't listed, so the list isn't complete."""
    store.source("bras", LogKind.AP_AUTH, covers=["2001:db8::/40"])
    grant = store.grant(identifiers=[{"kind": "line", "value": "taro"}])

    def missing() -> list[str]:
        kanri = store.people["kanri"]
        made = store.lookups.trail("taro", at("00:00:00"), at("24:00:00"), grant=grant, by=kanri).document
        return [one["why"] for one in made["missing"]]

    assert missing() == []
    MapRules(store.workspace).add(MAP, by="admin")
    assert missing() == ["by_rule"]


def test_a_rule_ends_once_and_is_gone_with_its_last_day(store: Store, clock: FixedClock) -> None:
    """Ended, purged with the key of its last day: the answer is expired."""
    rules = MapRules(store.workspace)
    made = rules.add(DETERMINISTIC, by="admin")
    with pytest.raises(RuleRefused):
        rules.end(made, at=datetime(2026, 1, 1, tzinfo=UTC), by="admin")
    rules.end(made, at=datetime(2026, 11, 21, tzinfo=UTC), by="admin")
    with pytest.raises(RuleEnded):
        rules.end(made, at=datetime(2026, 11, 22, tzinfo=UTC), by="admin")
    with pytest.raises(UnknownRule):
        rules.end("rule-0", at=datetime(2026, 11, 22, tzinfo=UTC), by="admin")
    assert [one.id for one in rules.every()] == [made]
    clock.advance(timedelta(days=1))
    store.workspace.destroy_key("log/ap.map-rule/2026-11-21", reason="period over", by="admin")
    assert rules.every() == []
    answer = store.who(address="203.0.113.1", port=8024)
    assert (answer["outcome"], ("address", "purged") in lacks(answer)) == ("expired", True)
