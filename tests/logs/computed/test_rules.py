"""Assignments computed from rules, against tables worked out by hand from the RFCs."""

from __future__ import annotations

from datetime import date, timedelta
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.logs.computed.errors import RuleRefused
from sekisho.logs.computed.port_sets import PortSets
from sekisho.logs.computed.rules import Deterministic, MapE, read_rule


@pytest.mark.parametrize(
    ("offset", "length", "count"), [(4, 8, 240), (6, 6, 1008), (6, 8, 252), (0, 8, 256), (0, 0, 65536), (4, 0, 61440)]
)
def test_ports_of_a_set(offset: int, length: int, count: int) -> None:
    """RFC 7597 section 5.1: (2^a − 1) × 2^m ports, or 2^m without offset; the ranges hold as many."""
    sets = PortSets(offset, length)
    assert sets.count == count
    assert sum(high - low + 1 for low, high in sets.ranges(0)) == count


def test_ports_of_the_rfcs_example() -> None:
    """RFC 7597 appendix A, example 1: a = 6, PSID 0x34 of 8 bits; the first two and the last two ranges."""
    ranges = PortSets(6, 8).ranges(0x34)
    assert ranges[:2] == [(1232, 1235), (2256, 2259)]
    assert ranges[-2:] == [(63696, 63699), (64720, 64723)]
    assert len(ranges) == 63


@given(st.integers(0, 15), st.integers(0, 16), st.integers(0, 65535))
@settings(max_examples=200)
def test_each_port_is_of_one_set_or_of_none(offset: int, length: int, port: int) -> None:
    """A port is of none exactly where a > 0 and its first a bits are zero; its set holds it, around it."""
    if offset + length > 16:
        with pytest.raises(ValueError, match="at most 16"):
            PortSets(offset, length)
        return
    sets = PortSets(offset, length)
    psid = sets.of(port)
    assert (psid is None) == (offset > 0 and port < 1 << (16 - offset))
    if psid is not None and length <= 8 and offset <= 8:
        assert sets.around(port) in sets.ranges(psid)
        low, high = sets.around(port)
        assert low <= port <= high


def test_the_rfcs_customer() -> None:
    """RFC 7597 appendix A, example 1: 192.0.2.18 port 1232 was 2001:db8:12:3400::/56."""
    rule = MapE(IPv6Network("2001:db8::/40"), IPv4Network("192.0.2.0/24"), 16, 6)
    said = rule.say(IPv4Address("192.0.2.18"), 1232)
    assert said is not None
    assert (said.inside, said.prefix_length) == (IPv6Address("2001:db8:12:3400::"), 56)
    assert (said.port_low, said.port_high) == (1232, 1235)
    assert rule.covers(IPv4Address("192.0.2.18"))
    assert not rule.covers(IPv4Address("192.0.3.18"))
    assert not rule.covers(IPv6Address("2001:db8::"))


def test_an_excluded_port_belongs_to_nobody() -> None:
    """A = 0: ports 0 to 1023 with a = 6, 0 to 4095 with a = 4."""
    for offset, last in ((6, 1023), (4, 4095)):
        rule = MapE(IPv6Network("2001:db8::/40"), IPv4Network("192.0.2.0/24"), 16, offset)
        for port, somebody in ((last, False), (last + 1, True)):
            said = rule.say(IPv4Address("192.0.2.18"), port)
            assert said is not None
            assert (said.inside is not None) == somebody


def test_a_whole_address_has_every_port() -> None:
    """EA bits that hold only the IPv4 suffix: no PSID, no excluded ports."""
    rule = MapE(IPv6Network("2001:db8::/40"), IPv4Network("192.0.2.0/24"), 8, 6)
    said = rule.say(IPv4Address("192.0.2.18"), 80)
    assert said is not None
    assert (said.inside, said.port_low, said.port_high) == (IPv6Address("2001:db8:12::"), 0, 65535)


@given(st.integers(0, 255), st.integers(0, 255), st.integers(4096, 65535))
@settings(max_examples=100)
def test_customers_and_ports_agree(host: int, psid: int, port: int) -> None:
    """Of a = 4, k = 8: the port lies in the ranges of exactly the PSID in the prefix that is answered."""
    rule = MapE(IPv6Network("2001:db8::/40"), IPv4Network("192.0.2.0/24"), 16)
    said = rule.say(IPv4Address(int(IPv4Address("192.0.2.0")) + host), port)
    assert said is not None
    assert said.inside is not None
    found = (int(said.inside) >> 72) & 0xFF
    assert (int(said.inside) >> 80) & 0xFF == host
    assert any(low <= port <= high for low, high in rule.sets.ranges(found))
    assert (found == psid) == any(low <= port <= high for low, high in rule.sets.ranges(psid))


HAND = [
    # 16 inside addresses on 2 outside ones: 8 each, 7,000 ports each from 1,024.
    ("203.0.113.1", 1023, None),
    ("203.0.113.1", 1024, "100.64.0.0"),
    ("203.0.113.1", 8023, "100.64.0.0"),
    ("203.0.113.1", 8024, "100.64.0.1"),
    ("203.0.113.1", 57023, "100.64.0.7"),
    ("203.0.113.1", 57024, None),
    ("203.0.113.2", 1024, "100.64.0.8"),
    ("203.0.113.2", 57023, "100.64.0.15"),
]


@pytest.mark.parametrize(("outside", "port", "inside"), HAND)
def test_equal_shares(outside: str, port: int, inside: str | None) -> None:
    """Worked out by hand; ports below the first and of the dynamic pool are left to the logs."""
    rule = read_rule(DETERMINISTIC).rule
    said = rule.say(IPv4Address(outside), port)
    assert (None if said is None else str(said.inside)) == inside


def test_interlaced_shares() -> None:
    """Every eighth port."""
    rule = read_rule({**DETERMINISTIC, "interlaced": True}).rule
    for port, inside in ((1024, "100.64.0.0"), (1025, "100.64.0.1"), (1031, "100.64.0.7"), (1032, "100.64.0.0")):
        said = rule.say(IPv4Address("203.0.113.1"), port)
        assert said is not None
        assert (str(said.inside), said.port_low) == (inside, port)


@given(st.integers(1, 300), st.integers(1, 20), st.booleans())
@settings(max_examples=50)
def test_every_inside_address_has_its_own_ports(inside: int, per_address: int, interlaced: bool) -> None:
    """No two inside addresses share a port, and each has as many as the rule says."""
    outside = -(-inside // per_address)
    first = int(IPv4Address("203.0.113.0"))
    rule = Deterministic(((10, 9 + inside),), ((first, first + outside - 1),), per_address, 5, 1024, interlaced)
    counts: dict[str, int] = {}
    for at in range(outside):
        for port in range(1020, 1024 + per_address * 5 + 4):
            said = rule.say(IPv4Address(first + at), port)
            if said is not None and said.inside is not None:
                counts[str(said.inside)] = counts.get(str(said.inside), 0) + 1
    assert set(counts.values()) == {5}
    assert len(counts) == inside


COMMON: dict[str, Any] = {"name": "rule", "source": "BR設定 2026-04-01", "valid_from": "2026-04-01T00:00:00+09:00"}
MAP: dict[str, Any] = {**COMMON, "method": "map-e", "ipv6": "2001:db8::/40", "ipv4": "192.0.2.0/24", "ea_bits": 16}
BINDINGS: dict[str, Any] = {
    **COMMON,
    "method": "lw4o6",
    "psid_length": 8,
    "bindings": [{"ipv4": "192.0.2.1", "psid": 0x34, "b4": "2001:db8:1::1"}],
}
DETERMINISTIC: dict[str, Any] = {
    **COMMON,
    "method": "deterministic",
    "inside": ["100.64.0.0/28"],
    "outside": ["203.0.113.1-203.0.113.2"],
    "per_address": 8,
    "ports": 7000,
}


def test_a_binding_table() -> None:
    """RFC 7596: the binding of the address and PSID; a PSID without one belongs to nobody."""
    rule = read_rule(BINDINGS).rule
    for port, inside in ((0x3400, "2001:db8:1::1"), (0x34FF, "2001:db8:1::1"), (0x3500, None)):
        said = rule.say(IPv4Address("192.0.2.1"), port)
        assert said is not None
        assert (None if said.inside is None else str(said.inside)) == inside
    assert not rule.covers(IPv4Address("192.0.2.2"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"method": "nat"},
        {"valid_from": "2026-04-01T00:00:00"},
        {"valid_from": None},
        {"valid_from": "0001-01-01T00:00:00+23:59"},
        {"valid_to": "2026-03-01T00:00:00+09:00"},
        {"ea_bits": 7},
        {"ea_bits": 25},
        {"ea_bits": True},
        {"psid_offset": 9},
        {"ipv6": "192.0.2.0/24"},
        {"ipv4": "192.0.2.1/24"},
        {"name": ""},
        {"source": 3},
        {"ports": 1},
    ],
)
def test_a_map_rule_that_can_not_be_is_refused(wrong: dict[str, Any]) -> None:
    """By field."""
    with pytest.raises(RuleRefused):
        read_rule({**MAP, **wrong})


@pytest.mark.parametrize(
    "wrong",
    [
        {"inside": ["100.64.0.0/27"]},
        {"inside": ["100.64.0.0/28", "100.64.0.8/29"]},
        {"outside": ["203.0.113.2-203.0.113.1"]},
        {"outside": []},
        {"per_address": 10},
        {"ports": 0},
        {"first_port": 70000},
        {"interlaced": 1},
    ],
)
def test_shares_that_do_not_fit_are_refused(wrong: dict[str, Any]) -> None:
    """Too few addresses, too many ports, ranges that overlap or run backwards."""
    with pytest.raises(RuleRefused):
        read_rule({**DETERMINISTIC, **wrong})


@pytest.mark.parametrize(
    "wrong",
    [
        {"bindings": []},
        {"bindings": [{"ipv4": "192.0.2.1", "psid": 256, "b4": "2001:db8:1::1"}]},
        {"bindings": BINDINGS["bindings"] * 2},
        {"bindings": [{"ipv4": "192.0.2.1", "b4": "2001:db8:1::1"}]},
        {"psid_length": 17},
    ],
)
def test_a_binding_table_that_can_not_be_is_refused(wrong: dict[str, Any]) -> None:
    """Empty, double, too long, incomplete."""
    with pytest.raises(RuleRefused):
        read_rule({**BINDINGS, **wrong})


def test_dates() -> None:
    """A rule's validity has offsets."""
    dated = read_rule({**MAP, "valid_to": "2026-10-01T00:00:00+09:00"})
    assert dated.valid_to is not None
    assert dated.valid_to.utcoffset() == timedelta(hours=9)
    assert dated.valid_from.date() == date(2026, 4, 1)
