"""Accounting packets read: the same as in a detail file, translations included; bad ones cost themselves only."""

from __future__ import annotations

import ipaddress
import struct
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.logs.events import Action, Events, Unreadable
from sekisho.logs.formats.errors import FormatSettingRefused
from sekisho.logs.formats.radius.packet import request
from sekisho.logs.formats.radius.reader import make
from sekisho.logs.formats.reader import Context, Found
from sekisho.logs.kinds import LogKind

SECRET = b"a secret of enough characters"
AT = 1_790_000_000
LIVE = Context(AT * 1_000_000 + 5, ZoneInfo("Asia/Tokyo"), live=True, peer="192.0.2.1:40000")
FILE = Context(AT * 1_000_000, ZoneInfo("Asia/Tokyo"))


def number(value: int) -> bytes:
    """32 bits."""
    return struct.pack(">I", value)


def ip(text: str) -> bytes:
    """An address."""
    return ipaddress.ip_address(text).packed


def vendor(enterprise: int, *inner: tuple[int, bytes]) -> tuple[int, bytes]:
    """A Vendor-Specific attribute."""
    return 26, number(enterprise) + b"".join(bytes([kind, len(value) + 2]) + value for kind, value in inner)


def start(*more: tuple[int, bytes], status: int = 1) -> list[tuple[int, bytes]]:
    """The attributes of a session's beginning."""
    return [
        (40, number(status)),
        (1, b"hanako@example.jp"),
        (4, ip("192.0.2.10")),
        (44, b"0a1b"),
        (8, ip("203.0.113.9")),
        (55, number(AT - 60)),
        *more,
    ]


def read(*packets: Sequence[tuple[int, bytes]], context: Context = LIVE) -> list[Found]:
    """What packets say."""
    data = b"".join(request(n % 256, list(one), SECRET) for n, one in enumerate(packets))
    reader = make({})
    return [*reader.read(data, 1, context), *reader.finish(context)]


def rows(found: Sequence[Found]) -> list[dict[str, Any]]:
    """Events as rows."""
    made = []
    for one in found:
        if not isinstance(one, Events):
            continue
        for at in range(len(one)):
            ports = None
            if one.port_low is not None and one.port_high is not None:
                ports = (int(one.port_low[at]), int(one.port_high[at]))
            made.append({
                "kind": one.kind,
                "record": int(one.record[at]),
                "action": Action(int(one.action[at])),
                "time": int(one.time[at]) // 1_000_000,
                "address": None if one.address is None else one.address.text(at),
                "inside": None if one.inside is None else one.inside.text(at),
                "ports": ports,
                "subject": None if one.subject is None else one.subject.text(at),
                "origin": None if one.origin is None else one.origin.text(at),
            })
    return made


def test_start_by_the_nas_clock() -> None:
    """Who has which address since when, by Event-Timestamp, from which NAS."""
    (row,) = rows(read(start()))
    assert row == {
        "kind": LogKind.AP_AUTH,
        "record": 1,
        "action": Action.START,
        "time": AT - 60,
        "address": "203.0.113.9",
        "inside": None,
        "ports": None,
        "subject": "hanako@example.jp",
        "origin": "192.0.2.10",
    }


def test_delay_counts_where_the_nas_has_no_clock() -> None:
    """Without Event-Timestamp the moment is that of receipt less Acct-Delay-Time."""
    attributes = [one for one in start((41, number(7))) if one[0] != 55]
    assert rows(read(attributes))[0]["time"] == AT - 7


def test_nas_that_does_not_name_itself_is_its_address() -> None:
    """RFC 2866 wants a name; the sender's address stands for it."""
    attributes = [one for one in start() if one[0] != 4]
    assert rows(read(attributes))[0]["origin"] == "192.0.2.1"


@pytest.mark.parametrize("status", [7, 8])
def test_accounting_on_and_off_are_restarts(status: int) -> None:
    """What the NAS had given out has ended, addresses and translations alike."""
    found = rows(read([(40, number(status)), (4, ip("192.0.2.10"))]))
    assert [(one["kind"], one["action"]) for one in found] == [
        (LogKind.AP_AUTH, Action.RESTART),
        (LogKind.AP_NAT, Action.RESTART),
    ]


def test_ipv6_addresses_and_prefixes() -> None:
    """Framed and delegated prefixes and a framed address, each its own assignment."""
    found = rows(
        read(
            start(
                (97, b"\0\x40" + ip("2001:db8:1::")[:8]),
                (123, b"\0\x38" + ip("2001:db8:2::")[:7]),
                (168, ip("2001:db8:3::1")),
            )
        )
    )
    assert {one["address"] for one in found} >= {"203.0.113.9", "2001:db8:1::/64", "2001:db8:2::/56"}
    assert any(str(one["address"]).startswith("2001:db8:3::1") for one in found)


@pytest.mark.parametrize(
    "block",
    [
        [vendor(6527, (121, b"198.51.100.7 1024..2047 router base cgn"))],
        [vendor(2011, (161, ip("198.51.100.7")), (162, number(1024)), (163, number(2047)))],
        [
            (
                241,
                b"\x06" + b"\x03\x06" + ip("198.51.100.7") + b"\x09\x06" + number(1024) + b"\x0a\x06" + number(2047),
            )
        ],
    ],
    ids=["nokia", "huawei", "rfc8045"],
)
def test_port_ranges_of_translators(block: list[tuple[int, bytes]]) -> None:
    """Nokia's text, Huawei's three attributes and RFC 8045's IP-Port-Range say the same."""
    found = [one for one in rows(read(start(*block))) if one["kind"] is LogKind.AP_NAT]
    assert [(one["address"], one["ports"], one["inside"], one["subject"]) for one in found] == [
        ("198.51.100.7", (1024, 2047), "203.0.113.9", "hanako@example.jp")
    ]


def test_imsi_where_there_is_no_user_name() -> None:
    """3GPP's IMSI names the line of a phone."""
    attributes = [one for one in start(vendor(10415, (1, b"440990000000001"))) if one[0] != 1]
    assert rows(read(attributes))[0]["subject"] == "440990000000001"


def test_names_with_quotes_and_other_letters() -> None:
    """A name is the same whatever characters it has; one that isn't text is refused."""
    for name in ('say "hi" \\ there', "はなこ@例.jp"):
        attributes = [(1, name.encode()) if kind == 1 else (kind, value) for kind, value in start()]
        assert rows(read(attributes))[0]["subject"] == name
    attributes = [(1, b"\xff\x00") if kind == 1 else (kind, value) for kind, value in start()]
    assert [one.reason for one in read(attributes) if isinstance(one, Unreadable)] == ["not_text"]


def test_a_bad_packet_costs_itself_only() -> None:
    """A value of the wrong length makes its packet unreadable, by its number and bytes; the others count."""
    bad = [(8, b"abc") if kind == 8 else (kind, value) for kind, value in start()]
    found = read(start(), bad, start())
    assert [one["record"] for one in rows(found)] in ([1, 3], [2, 3])
    (wrong,) = [one for one in found if isinstance(one, Unreadable)]
    assert wrong.reason == "attribute_malformed"
    assert wrong.raw.startswith(b"\x04\x01")


def test_unreadable_record_has_its_packet() -> None:
    """What the record's rules refuse is told with the packet's bytes, not with another's."""
    nobody = [one for one in start() if one[0] not in (1, 44)]
    found = read(start(), nobody, start())
    (wrong,) = [one for one in found if isinstance(one, Unreadable)]
    assert (wrong.record, wrong.reason) == (2, "nobody_named")
    assert wrong.raw == request(1, nobody, SECRET)
    assert [one["record"] for one in rows(found)] == [1, 3]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 200), max_size=10))
def test_a_file_cut_anywhere_reads_the_same(cuts: list[int]) -> None:
    """Packets one after another are found however they are cut into pieces."""
    data = b"".join(request(n, start(), SECRET) for n in range(4))
    reader, found, at = make({}), [], 0
    for size in [*cuts, len(data)]:
        found += list(reader.read(data[at : at + size], 1, FILE))
        at += size
    found += list(reader.finish(FILE))
    assert [one["record"] for one in rows(found)] == [1, 2, 3, 4]


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200), st.lists(st.tuples(st.integers(1, 255), st.binary(max_size=40)), max_size=8))
def test_any_bytes(data: bytes, attributes: list[tuple[int, bytes]]) -> None:
    """Any bytes, and packets of any attributes, raise nothing."""
    for context in (LIVE, FILE):
        reader = make({})
        list(reader.read(data, 1, context))
        list(reader.finish(context))
        read(start(), attributes, [*start(), *attributes], context=context)


def test_attribute_that_is_not_read_is_refused_as_a_name() -> None:
    """A setting that no packet could fill is refused when the source is declared."""
    with pytest.raises(FormatSettingRefused):
        make({"subject": ["Acct-Input-Octets-Of-Somebody"]})
