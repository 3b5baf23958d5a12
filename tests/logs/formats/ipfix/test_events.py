"""The NAT events of RFC 8158, Nokia's and NetFlow version 9's: messages made by hand, and what they say."""

from __future__ import annotations

from typing import Any

import pytest

from sekisho.logs.events import Action, ClockNote, Events
from sekisho.logs.formats.reader import Ignored
from tests.logs.formats.ipfix.exporter import (
    AT,
    BINDING,
    BLOCK,
    MILLI,
    NAT44,
    SECOND,
    Field,
    a_set,
    events,
    live_context,
    message,
    message9,
    read_all,
    record,
    template,
    unreadable,
)

START, STOP, WHOLE = int(Action.START), int(Action.STOP), int(Action.WHOLE)
INSIDE, PUBLIC, SERVER = "100.64.0.9", "203.0.113.5", "198.51.100.80"


def _one(specs: tuple[Field, ...], values: list[Any]) -> list[dict[str, Any]]:
    return events(read_all(message(template(300, specs), a_set(300, record(specs, values)))))


def test_nat44_session_create_and_delete() -> None:
    """RFC 8158 section 5.2: a session's public address and port, its destination, who and when."""
    made = [
        record(NAT44, [MILLI + n, INSIDE, PUBLIC, 6, 5000, 40000, SERVER, SERVER, 443, 443, 0, event])
        for n, event in ((1, 4), (2, 5))
    ]
    found = events(read_all(message(template(256, NAT44), a_set(256, b"".join(made), pad=2))))
    common = {
        "address": PUBLIC,
        "inside": INSIDE,
        "destination": SERVER,
        "ports": (40000, 40000),
        "protocol": 6,
        "destination_port": 443,
        "origin": "/7",
    }
    assert found == [
        {"action": START, "time": (MILLI + 1) * 1000, **common},
        {"action": STOP, "time": (MILLI + 2) * 1000, **common},
    ]


@pytest.mark.parametrize(("event", "action"), [(8, START), (9, STOP)])
def test_bib_entry_has_one_port_and_no_destination(event: int, action: int) -> None:
    """A binding's port is for anybody: a destination that a template has all the same isn't its."""
    found = _one(NAT44, [MILLI, INSIDE, PUBLIC, 17, 5000, 40000, SERVER, SERVER, 443, 443, 0, event])
    assert [(one["action"], one["ports"], one.get("destination"), one["protocol"]) for one in found] == [
        (action, (40000, 40000), None, 17)
    ]
    assert "destination_port" not in found[0]


@pytest.mark.parametrize(("event", "action"), [(6, START), (7, STOP)])
def test_nat64_session_has_an_ipv6_inside_and_an_ipv4_destination(event: int, action: int) -> None:
    """The destination is the one the server has, not the one the client wrote."""
    specs = ((323, 8), (27, 16), (225, 4), (4, 1), (7, 2), (227, 2), (28, 16), (226, 4), (11, 2), (228, 2), (230, 1))
    values = [MILLI, "2001:db8::9", PUBLIC, 6, 5000, 40000, "64:ff9b::c633:6450", SERVER, 443, 443, event]
    assert _one(specs, values) == [
        {
            "action": action,
            "time": MILLI * 1000,
            "address": PUBLIC,
            "inside": "2001:db8::9",
            "destination": SERVER,
            "ports": (40000, 40000),
            "protocol": 6,
            "destination_port": 443,
            "origin": "/7",
        }
    ]


@pytest.mark.parametrize(("event", "action"), [(16, START), (17, STOP)])
def test_port_blocks(event: int, action: int) -> None:
    """Allocation and de-allocation of a block: its first and last port, any protocol."""
    found = _one(BLOCK, [MILLI, INSIDE, PUBLIC, 1024, 1535, event])
    assert [(one["action"], one["ports"], one["protocol"]) for one in found] == [(action, (1024, 1535), 0)]


def test_port_block_by_start_and_number() -> None:
    """A block may be told by its first port and how many there are."""
    specs = ((323, 8), (8, 4), (225, 4), (361, 2), (363, 2), (364, 2), (230, 1))
    assert _one(specs, [MILLI, INSIDE, PUBLIC, 1024, 1, 512, 16])[0]["ports"] == (1024, 1535)


def test_scattered_ports_are_refused() -> None:
    """Ports with gaps between them aren't a range: as one they would name somebody for others' ports."""
    specs = ((323, 8), (8, 4), (225, 4), (361, 2), (362, 2), (363, 2), (364, 2), (230, 1))
    made = [
        record(specs, [MILLI, INSIDE, PUBLIC, 1024, 2047, 8, 128, 16]),
        record(specs, [MILLI, INSIDE, PUBLIC, 1024, 2047, 0, 128, 16]),
    ]
    found = read_all(message(template(300, specs), a_set(300, b"".join(made))))
    assert (events(found), unreadable(found)) == ([], ["ports_not_contiguous"] * 2)


@pytest.mark.parametrize(("event", "action"), [(14, START), (15, STOP), (1, START), (2, STOP)])
def test_address_binding_is_for_all_ports(event: int, action: int) -> None:
    """Where an address is bound and no port is told, all are."""
    found = _one(BINDING, [MILLI, INSIDE, PUBLIC, event])
    assert [(one["action"], one["ports"], one["inside"]) for one in found] == [(action, (0, 65535), INSIDE)]


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (3, "nat_addresses_exhausted"),
        (12, "nat_ports_exhausted"),
        (13, "nat_quota_exceeded"),
        (18, "nat_threshold_reached"),
        (99, "nat_event_unknown"),
    ],
)
def test_events_without_an_assignment_are_counted(event: int, reason: str) -> None:
    """Exhaustion, quotas and thresholds give nobody an address; they are counted by name."""
    found = read_all(message(template(300, BINDING), a_set(300, record(BINDING, [MILLI, INSIDE, PUBLIC, event]))))
    assert found == [Ignored(1, reason)]


def test_ds_lite_is_known_by_its_ipv6_address() -> None:
    """With DS-Lite the inside IPv4 address is every household's; the IPv6 one is the line's."""
    specs = ((323, 8), (27, 16), (8, 4), (225, 4), (361, 2), (362, 2), (230, 1))
    found = _one(specs, [MILLI, "2001:db8::b4", "192.168.1.2", PUBLIC, 1024, 1535, 16])
    assert found[0]["inside"] == "2001:db8::b4"


def test_session_without_its_public_port_is_refused() -> None:
    """Several subscribers share the address: without the port it would be the last of them."""
    specs = ((323, 8), (8, 4), (225, 4), (4, 1), (7, 2), (230, 1))
    found = read_all(message(template(300, specs), a_set(300, record(specs, [MILLI, INSIDE, PUBLIC, 6, 5000, 4]))))
    assert (events(found), unreadable(found)) == ([], ["no_public_port"])


def test_network_of_the_inside_address_is_kept() -> None:
    """Inside addresses of two networks may be the same: which one it was stands in the reference."""
    found = _one(NAT44, [MILLI, INSIDE, PUBLIC, 6, 5000, 40000, SERVER, SERVER, 443, 443, 12, 4])
    assert found[0]["reference"] == "vrf 12"


def test_user_name_of_varying_length() -> None:
    """A user name is the subject, whatever its length; an empty one is none."""
    specs = ((371, 65535), *BLOCK)
    long = ("u" * 256).encode()
    made = [record(specs, [name, MILLI, INSIDE, PUBLIC, 1024, 1535, 16]) for name in (b"hanako@example.jp", b"", long)]
    found = events(read_all(message(template(300, specs), a_set(300, b"".join(made)))))
    assert [one.get("subject") for one in found] == ["hanako@example.jp", None, long.decode()]
    assert {one["ports"] for one in found} == {(1024, 1535)}


def test_text_that_is_none_is_refused() -> None:
    """A name that isn't UTF-8 is no name; the other records stay."""
    specs = ((371, 8), *BLOCK)
    made = [record(specs, [name, MILLI, INSIDE, PUBLIC, 1024, 1535, 16]) for name in (b"\xff\xfe", b"taro")]
    found = read_all(message(template(300, specs), a_set(300, b"".join(made))))
    assert ([one.get("subject") for one in events(found)], unreadable(found)) == (["taro"], ["not_text"])


def test_numbers_in_fewer_bytes() -> None:
    """Reduced-size encoding (RFC 7011 section 6.2): a number in 3, 6 or 7 bytes is the same number."""
    specs = ((323, 6), (8, 4), (225, 4), (361, 3), (362, 7), (230, 5))
    found = _one(specs, [MILLI, INSIDE, PUBLIC, 1024, 1535, 16])
    assert (found[0]["time"], found[0]["ports"]) == (MILLI * 1000, (1024, 1535))


@pytest.mark.parametrize(
    ("element", "length", "raw"),
    [
        (322, 4, AT),
        (323, 8, AT * 1000),
        (324, 8, (AT + 2_208_988_800) << 32),
        (325, 8, (AT + 2_208_988_800) << 32),
    ],
)
def test_every_form_of_time(element: int, length: int, raw: int) -> None:
    """Seconds, milliseconds, and NTP's 64 bits for micro- and nanoseconds."""
    specs = ((element, length), *BLOCK[1:])
    assert _one(specs, [raw, INSIDE, PUBLIC, 1024, 1535, 16])[0]["time"] == AT * SECOND


def test_time_of_export_where_the_record_has_none() -> None:
    """Without a time of its own a record has that of its message, and says so."""
    specs = BLOCK[1:]
    found = _one(specs, [INSIDE, PUBLIC, 1024, 1535, 16])
    assert (found[0]["time"], found[0]["clock"]) == (AT * SECOND, int(ClockNote.OTHER_CLOCK))


def test_clock_that_was_never_set_is_refused() -> None:
    """A time in 1970 says that the clock wasn't set; one beyond 2106 isn't a time."""
    made = [record(BLOCK, [time, INSIDE, PUBLIC, 1024, 1535, 16]) for time in (86_400_000, 2**63)]
    found = read_all(message(template(300, BLOCK), a_set(300, b"".join(made))))
    assert (events(found), unreadable(found)) == ([], ["clock_not_set"] * 2)


NOKIA_START = ((148, 8), (225, 4), (12, 4), (7, 2), (227, 2), (11, 2), (152, 8), (4, 1), (91, 2, 637), (93, 65535, 637))
NOKIA_STOP = tuple((153, 8) if one == (152, 8) else one for one in NOKIA_START)


def test_nokia_tells_start_and_stop_by_the_time_it_has() -> None:
    """No natEvent: a flow's start is an allocation, its end a release; the inside address is in a text."""
    made = []
    names = (b"LSN-Host@100.64.0.9", b"line-7@100.64.0.9\0\0")
    for number, specs, name in zip((300, 301), (NOKIA_START, NOKIA_STOP), names, strict=True):
        values = [99, PUBLIC, SERVER, 5000, 40000, 443, MILLI + number, 6, 3, name]
        made += [template(number, specs), a_set(number, record(specs, values))]
    found = events(read_all(message(*made)))
    assert [(one["action"], one["inside"], one.get("subject"), one["ports"]) for one in found] == [
        (START, INSIDE, None, (40000, 40000)),
        (STOP, INSIDE, "line-7", (40000, 40000)),
    ]
    assert [one["time"] for one in found] == [(MILLI + 300) * 1000, (MILLI + 301) * 1000]


def test_nokia_without_the_public_port_is_refused() -> None:
    """Nokia's format 1 has the public address as source and no public port: it doesn't tell who had which port."""
    specs = ((148, 8), (8, 4), (12, 4), (7, 2), (11, 2), (152, 8), (4, 1), (93, 65535, 637))
    body = record(specs, [99, PUBLIC, SERVER, 5000, 443, MILLI, 6, b"LSN-Host@100.64.0.9"])
    found = read_all(message(template(300, specs), a_set(300, body)))
    assert events(found) == []
    assert unreadable(found) == ["no_public_port"]


def test_translated_flow_is_an_interval() -> None:
    """A flow record with its translated source is the whole; one that wasn't translated is nobody's translation."""
    specs = ((152, 8), (153, 8), (8, 4), (225, 4), (7, 2), (227, 2), (12, 4), (11, 2), (4, 1))
    made = [
        record(specs, [MILLI, MILLI + 500, INSIDE, PUBLIC, 5000, 40000, SERVER, 443, 6]),
        record(specs, [MILLI, MILLI + 500, INSIDE, "0.0.0.0", 5000, 0, SERVER, 443, 6]),  # noqa: S104 - no address
        record(specs, [MILLI, MILLI + 500, PUBLIC, PUBLIC, 5000, 5000, SERVER, 443, 6]),
    ]
    found = read_all(message(template(300, specs), a_set(300, b"".join(made))))
    rows = events(found)
    assert [(one["action"], one["start"], one["time"]) for one in rows] == [(WHOLE, MILLI * 1000, (MILLI + 500) * 1000)]
    assert Ignored(2, "not_translated") in found


def test_other_templates_and_options_are_only_counted() -> None:
    """Records that aren't about translations are counted, not kept."""
    specs = ((152, 8), (1, 8), (2, 8))
    found = read_all(message(template(300, specs), a_set(300, bytes(24) * 3)))
    assert found == [Ignored(3, "not_translation")]


def test_netflow9_nat_event_and_uptime() -> None:
    """Version 9: the same elements; times since the device's start are told by the header's clock."""
    specs = ((22, 4), *NAT44[1:])
    body = record(specs, [59_000, INSIDE, PUBLIC, 6, 5000, 40000, SERVER, SERVER, 443, 443, 0, 4])
    data = message9(template(260, specs, version=9), a_set(260, body, pad=1), uptime=60_000)
    found = events(read_all(data, live_context()))
    assert [(one["time"], one["ports"], one["origin"]) for one in found] == [
        ((AT - 1) * SECOND, (40000, 40000), "192.0.2.1/7")
    ]


def test_netflow9_messages_one_after_another() -> None:
    """Version 9 doesn't tell a message's length: the next one's version, which no set has as a number, ends it."""
    specs = BLOCK
    first = message9(template(260, specs, version=9), sequence=1)
    data = b"".join(
        message9(a_set(260, record(specs, [MILLI + n, INSIDE, PUBLIC, 1024, 1535, 16])), sequence=n) for n in (2, 3)
    )
    found = read_all(first + data)
    assert [one["time"] for one in events(found)] == [(MILLI + 2) * 1000, (MILLI + 3) * 1000]
    assert unreadable(found) == []


def test_nsel_of_a_firewall() -> None:
    """Cisco's firewallEvent: created and deleted; denied flows are only counted."""
    specs = ((323, 8), (8, 4), (225, 4), (7, 2), (227, 2), (12, 4), (11, 2), (4, 1), (233, 1))
    made = [record(specs, [MILLI, INSIDE, PUBLIC, 5000, 40000, SERVER, 443, 6, event]) for event in (1, 2, 3)]
    found = read_all(message(template(300, specs), a_set(300, b"".join(made))))
    assert [one["action"] for one in events(found)] == [START, STOP]
    assert Ignored(1, "flow_denied") in found


def test_events_of_two_templates_stay_in_their_order() -> None:
    """A session that begins and ends within one millisecond must end after it began, though templates differ."""
    create, delete = NAT44, (*NAT44, (152, 8))
    made = [template(300, create), template(301, delete)]
    values = [MILLI, INSIDE, PUBLIC, 6, 5000, 40000, SERVER, SERVER, 443, 443, 0]
    for _ in range(3):
        made += [
            a_set(300, record(create, [*values, 4])),
            a_set(301, record(delete, [*values, 5, MILLI])),
        ]
    found = [one for one in read_all(message(*made)) if isinstance(one, Events)]
    assert len(found) == 1
    assert found[0].action.tolist() == [START, STOP] * 3
    assert found[0].record.tolist() == [1, 2, 3, 4, 5, 6]
