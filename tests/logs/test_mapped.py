"""``::ffff:203.0.113.5`` is 203.0.113.5, whoever writes it: in logs of every format, in what is covered and asked."""

from __future__ import annotations

import io
from ipaddress import ip_address, ip_network
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.logs.columns import Addresses
from sekisho.logs.events import Events
from sekisho.logs.intervals.days import microseconds
from sekisho.logs.kinds import LogKind
from sekisho.logs.lookup.asked import read_address
from sekisho.logs.lookup.grant import target
from sekisho.logs.mapped import plain_address, plain_events, plain_network
from sekisho.logs.sealing import read_all
from sekisho.logs.service import LogService
from sekisho.logs.sources import SourceSpec, prefixes
from tests.logs.conftest import NOON, TODAY, spec, take

ONE = ip_address("203.0.113.5")
PARTS = ("203.0.113.5", "::ffff:203.0.113.5", "::ffff:198.51.100.0/120", "2001:db8::7", "::", "::1", "0:0:1:ffff::1")
AT = microseconds(NOON) // 1_000_000 - 3_600


def found(logs: LogService, kind: LogKind = LogKind.AP_NAT) -> list[tuple[int, str, str]]:
    """The family, address and inside address of every row."""
    made = []
    for entry in logs.open_segments(kind, TODAY):
        rows = read_all(logs.files, entry.segment)
        for at in range(len(rows)):
            inside = "" if rows.inside is None else rows.inside.text(at)
            made.append((entry.family, rows.address.text(at), inside))
    return sorted(made)


def test_what_sources_cover() -> None:
    """A source that declares a prefix inside IPv6 answers for the IPv4 addresses; a wider one stays as it is."""
    assert prefixes(["::ffff:203.0.113.0/120", "::/0", "::ffff:0:0/96", "2001:db8::/32"]) == (
        ip_network("203.0.113.0/24"), ip_network("::/0"), ip_network("0.0.0.0/0"), ip_network("2001:db8::/32"),
    )


def test_a_source_covers_what_it_declared(logs: LogService) -> None:
    """Declared and read back, it covers the plain address."""
    logs.add_source(spec("six", covers=prefixes(["::ffff:203.0.113.0/120"])), by="admin")
    assert logs.source("six").covers(ONE)


def test_asked_and_granted_alike() -> None:
    """A question and the grant for it are of the same address."""
    assert read_address("::ffff:203.0.113.5", "address") == ONE
    assert target("::ffff:203.0.113.5").network == ip_network("203.0.113.5/32")
    assert plain_address(ip_address("2001:db8::1")) == ip_address("2001:db8::1")


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(*[st.sampled_from(PARTS)] * 3), min_size=1, max_size=12))
def test_columns_of_any_mixture(nets: list[tuple[str, str, str]]) -> None:
    """Every event keeps its record and gets, in each column, what its address stands for; none is lost or doubled."""
    six = [tuple(_six(one) for one in each) for each in nets]
    count = len(six)
    address, inside, destination = (Addresses.of([each[place] for each in six]) for place in range(3))
    whole = Events(
        LogKind.AP_NAT,
        np.arange(count),
        np.zeros(count, np.uint8),
        np.arange(count),
        address=address,
        inside=inside,
        destination=destination,
    )
    seen = {}
    for part in plain_events(whole):
        for at, record in enumerate(part.record.tolist()):
            assert record not in seen
            seen[record] = tuple(
                plain_network(ip_network(column.text(at)))
                for column in (part.address, part.inside, part.destination)
                if column is not None
            )
            families = [column.family for column in (part.address, part.inside, part.destination) if column is not None]
            assert families == [one.version for one in seen[record]]
    assert seen == {at: tuple(plain_network(ip_network(one)) for one in each) for at, each in enumerate(six)}


def _six(text: str) -> str:
    return f"::ffff:{text}" if ":" not in text else text


def test_a_translators_lines(logs: LogService) -> None:
    """A start written inside IPv6 and its stop written plainly are one holding of the plain address."""
    source = SourceSpec("x", "関所通信", "hikari", LogKind.AP_NAT, "template", settings={"template": TEMPLATE})
    logs.add_source(source, by="admin")
    take(
        logs,
        f"take {AT} ::ffff:100.64.0.1 ::ffff:203.0.113.5 1500",
        f"take {AT} 100.64.0.2 2001:db8::5 1500",
        f"give {AT + 60} 100.64.0.1 203.0.113.5 1500",
        f"give {AT + 60} 100.64.0.2 2001:db8::5 1500",
        source="x",
    )
    assert found(logs) == [(4, "203.0.113.5", "100.64.0.1"), (6, "2001:db8::5", "100.64.0.2")]


RADIUS = """Mon Nov 23 11:00:00 2026
\tAcct-Status-Type = Start
\tUser-Name = "line-1"
\tNAS-IP-Address = 192.0.2.10
\tAcct-Session-Id = "0001"
\tFramed-IPv6-Address = ::ffff:203.0.113.5
\tEvent-Timestamp = "Nov 23 2026 11:00:00 JST"

Mon Nov 23 11:30:00 2026
\tAcct-Status-Type = Stop
\tUser-Name = "line-1"
\tNAS-IP-Address = 192.0.2.10
\tAcct-Session-Id = "0001"
\tFramed-IPv6-Address = ::ffff:203.0.113.5
\tEvent-Timestamp = "Nov 23 2026 11:30:00 JST"

"""
KEA = (
    "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context,pool_id\n"
    f"::ffff:203.0.113.5,02:00:00:00:00:01,01:02,3600,{AT + 3600},1,0,0,,0,,0\n"
)
TEMPLATE = """
format: own
title: {ja: 自前, en: own}
kind: ap.nat
words:
  action: {take: start, give: stop}
lines:
  - name: one
    line: '{action:word} {time:epoch} {inside:ip} {address:ip} {port:uint}'
"""


LOGINS = {"kind": "cp.login", "fields": {"time": "at", "address": "ip", "subject": "who"}, "action": "point"}


@pytest.mark.parametrize(
    ("format_", "kind", "more", "text"),
    [
        ("freeradius-detail", LogKind.AP_AUTH, {}, RADIUS),
        ("kea-csv", LogKind.AP_DHCP, {"limit_means": "lease"}, KEA),
        ("jsonl", LogKind.CP_LOGIN, LOGINS, f'{{"at":{AT},"ip":"::ffff:203.0.113.5","who":"a"}}\n'),
        ("template", LogKind.AP_NAT, {"template": TEMPLATE}, f"take {AT} ::ffff:100.64.0.1 ::ffff:203.0.113.5 1500\n"),
    ],
)
def test_every_kind_of_reader(
    logs: LogService, format_: str, kind: LogKind, more: dict[str, Any], text: str
) -> None:
    """RADIUS, leases and operators' own templates: rows of the plain address."""
    logs.add_source(SourceSpec("x", "関所通信", "hikari", kind, format_, settings=more), by="admin")
    logs.ingest(io.BytesIO(text.encode()), "x", received=NOON)
    assert {(family, address) for family, address, _ in found(logs, kind)} == {(4, "203.0.113.5")}
