"""What matches a scope: a reference that looks at each row by itself agrees with the vectorised one."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.logs.columns import Addresses, Texts
from sekisho.logs.holds.scope import Followed, Matcher, Scope
from sekisho.logs.kinds import LogKind
from sekisho.logs.lookup.grant import target
from sekisho.logs.rows import Rows

NAT, AUTH = LogKind.AP_NAT, LogKind.AP_AUTH


def rows_of(said: list[tuple[Any, ...]], kind: LogKind = NAT) -> Rows:
    """Rows from (address, low, high, start, end, inside or None, subject or None)."""
    addresses, low, high, start, end, inside, subject = zip(*said, strict=True)
    count = len(said)
    return Rows(
        kind,
        Addresses.of(addresses),
        np.array(low, np.uint16),
        np.array(high, np.uint16),
        np.zeros(count, np.uint8),
        np.array(start, np.int64),
        np.array(end, np.int64),
        np.zeros(count, np.uint8),
        np.zeros(count, np.uint8),
        np.zeros(count, np.uint16),
        np.zeros(count, np.uint64),
        np.array(end, np.int64),
        inside=None if inside[0] is None else Addresses.of(inside),
        subject=Texts.of(subject),
    )


_address = st.integers(1, 6).map(lambda last: f"203.0.113.{last}")
_row = st.tuples(
    _address,
    st.sampled_from([1024, 2048]),
    st.sampled_from([2047, 3071]),
    st.integers(0, 10),
    st.integers(0, 10),
    st.integers(1, 4).map(lambda last: f"192.0.2.{last}"),
    st.sampled_from([None, "line-1", "line-2"]),
).map(lambda one: (*one[:3], *sorted(one[3:5]), *one[5:]))
_targets = st.lists(
    st.sampled_from(["203.0.113.1", "203.0.113.2:1500", "203.0.113.4/31", "203.0.113.0/29:3000-3100", "2001:db8::1"]),
    max_size=3,
)


def expected(scope: Scope, one: tuple[Any, ...]) -> bool:
    """One row by itself, in plain Python."""
    address, low, high, start, end, inside, subject = one
    if not (start < scope.end and (end > scope.begin or (start == end and start >= scope.begin))):
        return False
    for each in scope.addresses:
        number = ip_address(address)
        ports = low <= each.port_high and high >= each.port_low
        if number.version == each.network.version and number in each.network and ports:
            return True
    if any(ip_address(inside) in each.network for each in scope.inside):
        return True
    return subject in scope.subjects


@settings(max_examples=120, deadline=None)
@given(
    said=st.lists(_row, min_size=1, max_size=12),
    targets=_targets,
    inside=st.lists(st.sampled_from(["192.0.2.1", "192.0.2.2/31"]), max_size=2),
    subjects=st.frozensets(st.sampled_from(["line-1", "line-9"])),
    begin=st.integers(0, 9),
    length=st.integers(1, 5),
)
def test_agrees_with_a_row_by_itself(
    said: list[tuple[Any, ...]],
    targets: list[str],
    inside: list[str],
    subjects: frozenset[str],
    begin: int,
    length: int,
) -> None:
    """Addresses with ports, prefixes, inside addresses, lines; every overlap in time and none besides."""
    scope = Scope(
        frozenset({NAT}),
        begin,
        begin + length,
        tuple(target(one) for one in targets),
        tuple(target(one) for one in inside),
        subjects,
    )
    found = Matcher(scope).matches(rows_of(said)).tolist()
    assert found == [at for at, one in enumerate(said) if expected(scope, one)]


def test_prefixes_of_ipv6() -> None:
    """A delegated prefix matches an address in it, and the other way round."""
    said = [("2001:db8:0:100::/56", 0, 65_535, 0, 10, None, "a"), ("2001:db8:0:200::/56", 0, 65_535, 0, 10, None, "b")]
    rows = rows_of(said, AUTH)
    for written, wanted in (("2001:db8:0:1ff::9", [0]), ("2001:db8::/48", [0, 1]), ("2001:db8:1::/48", [])):
        scope = Scope(frozenset({AUTH}), 0, 5, (target(f"[{written}]" if "/" not in written else written),))
        assert Matcher(scope).matches(rows).tolist() == wanted


@pytest.mark.parametrize(
    ("inside", "held"),
    [("192.0.2.1", [0, 1]), ("192.0.2.2", [2]), ("192.0.2.9", [])],
)
def test_sessions_behind_a_held_translation(inside: str, held: list[int]) -> None:
    """Of that inside address and while it was behind the public one; a later session of the same address isn't."""
    sessions = rows_of(
        [
            ("192.0.2.1", 0, 65_535, 0, 50, None, "line-1"),
            ("192.0.2.1", 0, 65_535, 95, 120, None, "line-1"),
            ("192.0.2.2", 0, 65_535, 0, 200, None, "line-2"),
            ("192.0.2.1", 0, 65_535, 120 + 10**9, 130 + 10**9, None, "line-3"),
        ],
        AUTH,
    )
    translations = rows_of([("203.0.113.5", 1024, 2047, 40, 110, inside, None)])
    scope = Scope(frozenset({NAT, AUTH}), 60, 100, (target("203.0.113.5"),))
    matcher = Matcher(scope, Followed.of([translations]))
    assert matcher.matches(sessions).tolist() == held


def test_an_empty_network_is_no_wildcard() -> None:
    """No address matches where none is asked for."""
    scope = Scope(frozenset({NAT}), 0, 10, subjects=frozenset({"line-9"}))
    rows = rows_of([("203.0.113.5", 0, 65_535, 0, 5, "192.0.2.1", "line-1")])
    assert Matcher(scope).matches(rows).tolist() == []
