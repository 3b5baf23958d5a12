"""Whose an address is."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.disclosure.intake.errors import PrefixTableRefused
from sekisho.disclosure.intake.surroundings import PrefixTable, Surroundings, is_private, is_reserved, read_others
from sekisho.logs.kinds import LogKind
from sekisho.logs.sources import SourceSpec, prefixes


def _source(kind: LogKind, *covers: str) -> SourceSpec:
    return SourceSpec("s", "関所通信", "hikari", kind, "jsonl", covers=prefixes(covers))


def test_what_log_sources_say() -> None:
    """Addresses of a translation or of assignment rules are shared; others aren't."""
    found = Surroundings.of_sources(
        [_source(LogKind.AP_AUTH, "203.0.113.0/24", "2001:db8:1::/48"), _source(LogKind.AP_NAT, "203.0.113.0/25")]
    )
    assert found.own.name_of(ip_address("203.0.113.200")) is not None
    assert found.own.name_of(ip_address("198.51.100.1")) is None
    assert found.shared.name_of(ip_address("203.0.113.5")) is not None
    assert found.shared.name_of(ip_address("203.0.113.200")) is None


def test_a_source_that_covers_everything() -> None:
    """Then the operator's own aren't known, and every IPv4 address of a translation may be shared."""
    found = Surroundings.of_sources([_source(LogKind.AP_AUTH, "203.0.113.0/24"), _source(LogKind.AP_NAT)])
    assert not found.own
    assert found.shared.name_of(ip_address("8.8.8.8")) is not None
    assert found.shared.name_of(ip_address("2001:db8::1")) is None


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 255), st.integers(24, 32)), max_size=20), st.integers(0, 255))
def test_the_narrowest_prefix_names(made: list[tuple[int, int]], last: int) -> None:
    """The table finds what trying every prefix finds."""
    address = ip_address(f"203.0.113.{last}")
    networks = [ip_network(f"203.0.113.{at}/{length}", strict=False) for at, length in made]
    holding = [one for one in networks if address in one]
    expected = str(max(holding, key=lambda one: one.prefixlen)) if holding else None
    assert PrefixTable((one, str(one)) for one in networks).name_of(address) == expected


@pytest.mark.parametrize("written", ["10.1.2.3", "172.31.0.1", "169.254.1.1", "127.0.0.1", "0.0.0.1", "fe80::1", "::"])
def test_private_addresses(written: str) -> None:
    """Used inside many networks at once."""
    assert is_private(ip_address(written))


@pytest.mark.parametrize("written", ["192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "2001:db8::1", "ff02::1"])
def test_reserved_addresses(written: str) -> None:
    """Assigned to nobody."""
    assert is_reserved(ip_address(written))
    assert not is_private(ip_address(written))


@pytest.mark.parametrize("written", ["8.8.8.8", "100.128.0.1", "172.32.0.1", "2400::1"])
def test_other_addresses(written: str) -> None:
    """Neither private nor reserved."""
    assert not is_private(ip_address(written))
    assert not is_reserved(ip_address(written))


def test_the_table_of_other_providers() -> None:
    """Names and their prefixes, from settings."""
    table = PrefixTable(read_others({"隣県ケーブル": ["198.51.100.0/24", "2001:db8:2::/48"]}))
    assert table.name_of(ip_address("2001:db8:2::1")) == "隣県ケーブル"


@pytest.mark.parametrize(
    "written", [{"": ["198.51.100.0/24"]}, {"a": "198.51.100.0/24"}, {"a": ["198.51.100.1/24"]}, {"a": [1]}, {1: []}]
)
def test_a_table_that_is_none(written: dict[Any, Any]) -> None:
    """Refused, naming the entry."""
    with pytest.raises(PrefixTableRefused):
        read_others(written)
