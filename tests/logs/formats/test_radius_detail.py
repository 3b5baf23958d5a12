"""FreeRADIUS detail files: what each record says, which clock it is believed by, and what isn't believed at all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.logs.events import Action, ClockNote, Events
from sekisho.logs.formats.errors import FormatSettingRefused
from sekisho.logs.formats.radius_detail import DetailReader
from sekisho.logs.formats.radius_record import Choices
from sekisho.logs.formats.reader import Context, Found
from sekisho.logs.formats.registry import make_reader
from sekisho.logs.framing import Overlong, pieces
from sekisho.logs.kinds import LogKind
from tests.logs.formats.reading import context, events_of, ignored, refused
from tests.logs.formats.samples import micros

HEADER = "Mon Nov 23 18:15:02 2026"
START = {
    "User-Name": '"hanako@example.jp"',
    "NAS-IP-Address": "192.0.2.1",
    "Acct-Status-Type": "Start",
    "Acct-Session-Id": '"0000A1"',
    "Framed-IP-Address": "198.51.100.7",
    "Event-Timestamp": '"Nov 23 2026 18:15:00 JST"',
    "Acct-Delay-Time": "1",
    "Timestamp": "1795425302",
}
AT = micros("2026-11-23T09:15:00+00:00")


def record(changes: dict[str, str | None] | None = None, header: str = HEADER, more: Sequence[str] = ()) -> bytes:
    """A record like START with some attributes changed, left out (None) or added."""
    lines = {**START, **(changes or {})}
    body = [f"\t{name} = {value}" for name, value in lines.items() if value is not None]
    return "\n".join([header, *body, *(f"\t{line}" for line in more), "", ""]).encode()


def found(raw: bytes, at: Context | None = None, *, exactly: bool = False, **chosen: Any) -> list[Found]:
    """All that a fresh reader finds, its input cut as the ingest cuts it."""
    reader = DetailReader(Choices.of(chosen), exactly=exactly)
    made: list[Found] = []
    for piece in pieces(iter([raw]), reader.framing):
        assert not isinstance(piece, Overlong)
        made += reader.read(piece.data, piece.first, at or context())
    made += reader.finish(at or context())
    return made


def events(raw: bytes, at: Context | None = None, **chosen: Any) -> list[dict[str, Any]]:
    """The events of an input, which are the same whichever way it is read."""
    fast, exact = (found(raw, at, exactly=one, **chosen) for one in (False, True))
    assert plainly(fast) == plainly(exact)
    return events_of(fast)


def plainly(made: list[Found]) -> Any:
    """What was found, to be compared: events with their kinds, reasons, counts."""
    parts = [(one.kind, events_of([one])) for one in made if isinstance(one, Events)]
    told = sorted((str(kind), str(row)) for kind, rows in parts for row in rows)
    return told, refused(made), dict(ignored(made))


def test_a_start_says_who_has_the_address_since_when() -> None:
    """Subject, session with its NAS, origin, the NAS's clock, and the server's as the second one."""
    assert events(record()) == [
        {
            "record": 1,
            "action": int(Action.START),
            "time": AT,
            "address": "198.51.100.7",
            "subject": "hanako@example.jp",
            "session": "0000A1@192.0.2.1",
            "origin": "192.0.2.1",
            "logged": micros("2026-11-23T09:15:01+00:00"),
        }
    ]


@pytest.mark.parametrize(
    ("status", "action"),
    [
        ("Start", Action.START),
        ("1", Action.START),
        ("Stop", Action.STOP),
        ("2", Action.STOP),
        ("Interim-Update", Action.INTERIM),
        ("Alive", Action.INTERIM),
        ("3", Action.INTERIM),
    ],
)
def test_a_status_may_be_a_name_or_a_number(status: str, action: Action) -> None:
    """RFC 2866's numbers and the dictionary's names say the same."""
    assert [row["action"] for row in events(record({"Acct-Status-Type": status}))] == [int(action)]


@pytest.mark.parametrize("status", ["Accounting-On", "Accounting-Off", "7", "8"])
def test_a_nas_that_starts_anew_is_a_restart_of_that_nas_for_both_kinds(status: str) -> None:
    """It names no subscriber; leases and translations it had given out have both ended."""
    raw = record({"Acct-Status-Type": status, "User-Name": None, "Framed-IP-Address": None})
    made = [one for one in found(raw) if isinstance(one, Events)]
    assert [one.kind for one in made] == [LogKind.AP_AUTH, LogKind.AP_NAT]
    assert [(row["action"], row["origin"], row.get("address")) for row in events(raw)] == [
        (int(Action.RESTART), "192.0.2.1", None)
    ] * 2


class TestClocks:
    """Which of a record's three clocks is believed."""

    def test_the_header_is_not_when_it_happened(self) -> None:
        """A record written years before its own Timestamp, in a zone of its own: the header isn't looked at."""
        assert events(record(header="Tue Sep 13 16:24:27 2011"))[0]["time"] == AT

    def test_a_header_on_the_other_side_of_new_year_changes_nothing(self) -> None:
        """Written on 1 January in Japan, received on 31 December by UTC."""
        raw = record(
            {"Event-Timestamp": None, "Acct-Delay-Time": None, "Timestamp": "1798729200"}, "Fri Jan  1 00:00:00 2027"
        )
        assert events(raw)[0]["time"] == micros("2026-12-31T15:00:00+00:00")

    def test_without_an_event_time_arrival_less_delay_counts_and_is_noted(self) -> None:
        """Acct-Delay-Time is how long the NAS had been trying."""
        row = events(record({"Event-Timestamp": None, "Acct-Delay-Time": "62"}))[0]
        assert row["time"] == micros("2026-11-23T09:14:00+00:00")
        assert row["clock"] == int(ClockNote.OTHER_CLOCK)
        assert "logged" not in row

    def test_without_any_other_the_header_less_delay_counts_in_the_source_zone(self) -> None:
        """It has no offset, which is noted, too."""
        row = events(record({"Event-Timestamp": None, "Timestamp": None, "Acct-Delay-Time": "2"}))[0]
        assert row["time"] == AT
        assert row["clock"] == int(ClockNote.OTHER_CLOCK | ClockNote.ZONE_ASSUMED)

    def test_a_clock_that_was_never_set_is_not_believed(self) -> None:
        """A NAS that says 1970 started without its clock; the server's counts."""
        row = events(record({"Event-Timestamp": '"Jan  1 1970 09:03:00 JST"'}))[0]
        assert (row["time"], row["clock"]) == (micros("2026-11-23T09:15:01+00:00"), int(ClockNote.OTHER_CLOCK))

    @pytest.mark.parametrize(
        "written",
        [
            '"Nov 23 2026 09:15:00 UTC"',
            '"Nov 23 2026 09:15:00 GMT"',
            "1795425300",
            '"2026-11-23T09:15:00Z"',
            "2026-11-23T18:15:00+09:00",
        ],
    )
    def test_forms_of_an_event_time(self, written: str) -> None:
        """As versions 3 and 4 write it, and as a number."""
        row = events(record({"Event-Timestamp": written}))[0]
        assert (row["time"], row.get("clock", 0)) == (AT, 0)

    def test_the_abbreviation_of_the_source_zone_tells_summer_time_apart(self) -> None:
        """An hour that comes twice in Berlin is told by CEST and CET; elsewhere the abbreviation isn't known."""
        times = [
            events(record({"Event-Timestamp": f'"Oct 25 2026 02:30:00 {zone}"'}), context(zone="Europe/Berlin"))[0]
            for zone in ("CEST", "CET")
        ]
        assert [row["time"] for row in times] == [
            micros("2026-10-25T00:30:00+00:00"),
            micros("2026-10-25T01:30:00+00:00"),
        ]
        assert refused(found(record({"Event-Timestamp": '"Nov 23 2026 10:15:00 CET"'}))) == {
            1: "event_time_zone_unknown"
        }

    def test_an_event_time_without_a_zone_is_in_the_source_zone(self) -> None:
        """Noted as assumed."""
        row = events(record({"Event-Timestamp": '"Nov 23 2026 18:15:00"'}))[0]
        assert (row["time"], row["clock"]) == (AT, int(ClockNote.ZONE_ASSUMED))


class TestAddresses:
    """One event for each address and prefix."""

    def test_a_dual_stack_session_has_an_event_for_each(self) -> None:
        """The address, the link's prefix, the delegated one, and a single IPv6 address."""
        raw = record(
            {
                "Framed-IPv6-Prefix": "2001:db8:0:7::/64",
                "Delegated-IPv6-Prefix": "2001:db8:7000::/56",
                "Framed-IPv6-Address": "2001:db8::7",
            }
        )
        assert {row["address"] for row in events(raw)} == {
            "198.51.100.7",
            "2001:db8:0:7::/64",
            "2001:db8:7000::/56",
            "2001:db8::7/128",
        }

    def test_host_bits_of_a_prefix_are_cleared_and_one_prefix_told_twice_is_one(self) -> None:
        """Whether as two attributes or twice as one."""
        raw = record(
            {"Framed-IP-Address": None, "Delegated-IPv6-Prefix": "2001:db8:7000::1/56"},
            more=["Delegated-IPv6-Prefix = 2001:db8:7000::/56", "Framed-IPv6-Prefix = 2001:db8:7000::/56"],
        )
        assert [row["address"] for row in events(raw)] == ["2001:db8:7000::/56"]

    @pytest.mark.parametrize("address", ["0.0.0.0", "255.255.255.254", "255.255.255.255"])  # noqa: S104 - a value in a record
    def test_an_address_that_is_nobodys_gives_no_event(self, address: str) -> None:
        """RFC 2865 section 5.8: the NAS or the user chooses."""
        raw = record({"Framed-IP-Address": address})
        assert events(raw) == []
        assert ignored(found(raw)) == {"no_address": 1}

    @pytest.mark.parametrize("address", ["198.51.100.256", "198.51.100", "198.51.100.07", "198.51.100.7x", "", "::1"])
    def test_what_is_no_address_is_refused(self, address: str) -> None:
        """With its number, and nothing else is lost."""
        made = found(record({"Framed-IP-Address": address}) + record())
        assert refused(made) == {1: "not_an_address"}
        assert [row["record"] for row in events_of(made)] == [11]


class TestTranslations:
    """Public ports inside RADIUS records name the subscriber, too."""

    def nat(self, more: Sequence[str], **changes: str | None) -> list[tuple[Any, ...]]:
        raw = record({"Framed-IP-Address": "100.64.0.9", **changes}, more=more)
        events(raw)
        made = [one for one in found(raw) if isinstance(one, Events) and one.kind is LogKind.AP_NAT]
        return [
            (row["address"], row.get("port_low", 0), row["port_high"], row["inside"], row["subject"], row["action"])
            for row in events_of(made)
        ]

    def test_nokia_tells_a_range_as_a_text_and_may_tell_several(self) -> None:
        """With the routing instance and the policy behind it."""
        lines = [
            'Alc-Nat-Port-Range = "203.0.113.4 1024..2047 router base nat-1"',
            'Alc-Nat-Port-Range = "203.0.113.4 4096-4100"',
        ]
        start = int(Action.START)
        assert self.nat(lines) == [
            ("203.0.113.4", 1024, 2047, "100.64.0.9", "hanako@example.jp", start),
            ("203.0.113.4", 4096, 4100, "100.64.0.9", "hanako@example.jp", start),
        ]

    @pytest.mark.parametrize("prefix", ["Huawei-", ""])
    def test_huawei_tells_three_attributes(self, prefix: str) -> None:
        """With the vendor's name in version 3 and without it in version 4."""
        lines = [
            f"{prefix}NAT-Public-Address = 203.0.113.4",
            f"{prefix}NAT-Start-Port = 1024",
            f"{prefix}NAT-End-Port = 2047",
        ]
        assert self.nat(lines)[0][:4] == ("203.0.113.4", 1024, 2047, "100.64.0.9")

    def test_rfc_8045_tells_that_a_range_goes_within_a_session(self) -> None:
        """IP-Port-Alloc 2 in an interim record ends the range; its own inside address counts."""
        lines = [
            "IP-Port-Range-Ext-IPv4-Addr = 203.0.113.4",
            "IP-Port-Range-Int-IPv4-Addr = 100.64.0.10",
            "IP-Port-Range-Range-Start = 1024",
            "IP-Port-Range-Range-End = 2047",
            "IP-Port-Range-Alloc = 2",
        ]
        assert self.nat(lines, **{"Acct-Status-Type": "Interim-Update"}) == [
            ("203.0.113.4", 1024, 2047, "100.64.0.10", "hanako@example.jp", int(Action.STOP))
        ]

    @pytest.mark.parametrize(
        ("lines", "reason"),
        [
            (["Huawei-NAT-Start-Port = 1", "Huawei-NAT-End-Port = 2"], "nat_ports_incomplete"),
            (["Huawei-NAT-Public-Address = 203.0.113.4", "Huawei-NAT-Start-Port = 1"], "nat_ports_incomplete"),
            (['Nat-Port-Range = "203.0.113.4 2047..1024"'], "ports_reversed"),
            (['Nat-Port-Range = "203.0.113.4 1024..70000"'], "port_out_of_range"),
            (['Nat-Port-Range = "1024..2047"'], "nat_range_malformed"),
        ],
    )
    def test_a_range_that_cannot_be_so_refuses_the_record(self, lines: list[str], reason: str) -> None:
        """The whole record: half of it would name somebody without the other half."""
        assert refused(found(record(more=lines))) == {1: reason}

    def test_a_source_may_say_that_it_wants_no_translations(self) -> None:
        """Then they are attributes like any other."""
        raw = record(more=['Nat-Port-Range = "x"'])
        assert [row["address"] for row in events(raw, nat=False)] == ["198.51.100.7"]


class TestNames:
    """Who is named, and by what."""

    def test_the_declared_attribute_names_the_subscriber(self) -> None:
        """With the vendor's name before it or without."""
        for name in ("3GPP-IMSI", "IMSI", "Vendor-Specific.3GPP.IMSI"):
            raw = record(more=[f'{name} = "440100000000001"'])
            assert events(raw, subject="IMSI")[0]["subject"] == "440100000000001"

    def test_without_the_first_the_second_counts(self) -> None:
        """An empty one is none."""
        raw = record({"User-Name": '""', "Calling-Station-Id": '"02-00-5e-10-00-01"'})
        assert events(raw)[0]["subject"] == "02-00-5e-10-00-01"

    def test_the_servers_own_session_id_is_preferred(self) -> None:
        """It is the same in a start and its stop, whatever the NAS counts."""
        raw = record({"Acct-Unique-Session-Id": '"ed8119f6919c6f6f"'})
        assert events(raw)[0]["session"] == "ed8119f6919c6f6f"

    def test_a_record_that_names_nobody_is_refused(self) -> None:
        """Neither a subscriber nor a session."""
        assert refused(found(record({"User-Name": None, "Acct-Session-Id": None}))) == {1: "nobody_named"}

    def test_escapes_in_a_text_are_undone(self) -> None:
        """A quote, a backslash, and UTF-8 written as octets."""
        raw = record({"User-Name": r'"ha\"na\\ko\346\227\245"'})
        assert events(raw)[0]["subject"] == 'ha"na\\ko日'

    @pytest.mark.parametrize("value", [r'"a\001b"', r'"\377"', '"' + "x" * 257 + '"'])
    def test_what_is_no_text_is_refused(self, value: str) -> None:
        """Control characters, bytes that are no UTF-8, more than an attribute holds."""
        assert set(refused(found(record({"User-Name": value}))).values()) <= {"not_text", "text_too_long"}
        assert events(record({"User-Name": value})) == []

    def test_two_values_of_one_attribute_are_refused_and_the_same_twice_is_not(self) -> None:
        """Nobody knows which of two is meant."""
        assert refused(found(record(more=['User-Name = "other"']))) == {1: "attribute_repeated"}
        assert len(events(record(more=[f"User-Name = {START['User-Name']}"]))) == 1


class TestDeclared:
    """What a source may declare."""

    def test_a_session_length_tells_the_start_only_where_that_is_declared(self) -> None:
        """An address may be younger than its session; only the operator knows that it isn't."""
        raw = record({"Acct-Status-Type": "Stop", "Acct-Session-Time": "60"})
        assert "start" not in events(raw)[0]
        assert events(raw, address_lasts_whole_session=True)[0]["start"] == AT - 60_000_000

    @pytest.mark.parametrize(
        "chosen",
        [{"subject": ""}, {"subject": ["User Name"]}, {"subject": "Framed-IP-Address"}, {"nat": 1}, {"origin": []}],
    )
    def test_a_setting_that_cannot_be_is_refused_by_name(self, chosen: dict[str, Any]) -> None:
        """When the source is registered, not when its logs come."""
        with pytest.raises(FormatSettingRefused) as caught:
            make_reader("freeradius-detail", chosen)
        assert caught.value.fields["field"] == next(iter(chosen))


class TestOtherRecords:
    """What isn't accounting, what is broken, and where records begin and end."""

    def test_other_packets_and_statuses_are_counted(self) -> None:
        """Authentication written to the same folder; tunnels; sub-systems."""
        raw = record({"Acct-Status-Type": "Tunnel-Start"}) + record({"Packet-Type": "Access-Request"})
        assert events(raw) == []
        assert ignored(found(raw)) == {"other_status": 1, "not_accounting": 1}

    def test_records_one_could_mistake_are_refused_whole(self) -> None:
        """Without its header, two run together, an attribute without its sign, a line of something else."""
        whole = record()
        headless = whole.split(b"\n", 1)[1]
        together = whole.rstrip(b"\n") + b"\n" + whole
        unsigned = whole.replace(b"Framed-IP-Address = ", b"Framed-IP-Address ")
        strange = whole.replace(b"\tAcct-Delay", b"Acct-Delay")
        made = found(headless + together + unsigned + strange)
        assert list(refused(made).values()) == [
            "no_header",
            "not_an_attribute",
            "attribute_malformed",
            "not_an_attribute",
        ]
        assert events(headless + together + unsigned + strange) == []

    def test_a_last_record_that_may_have_been_cut_off_is_refused(self) -> None:
        """An address cut off by a byte is somebody else's. With its last line, Timestamp, it is whole."""
        raw = record({"Timestamp": None}).rstrip(b"\n")
        for end in range(len(HEADER) + 1, len(raw) + 1):
            assert events(raw[:end]) == []
        assert len(events(record().rstrip(b"\n"))) == 1

    @given(st.integers(1, 400), st.integers(0, 6))
    @settings(max_examples=20, deadline=None)
    def test_pieces_may_be_cut_anywhere(self, size: int, gaps: int) -> None:
        """No record is lost or doubled where blocks meet, however many empty lines stand between records."""
        raw = b"".join(record({"User-Name": f'"user{n}"'}) + b"\n" * gaps for n in range(5))
        blocks = iter([raw[at : at + size] for at in range(0, len(raw), size)])
        reader = DetailReader(Choices.of({}))
        made: list[Found] = []
        for piece in pieces(blocks, reader.framing):
            assert not isinstance(piece, Overlong)
            made += reader.read(piece.data, piece.first, context())
        assert [row["subject"] for row in events_of(made)] == [f"user{n}" for n in range(5)]
        assert [row["record"] for row in events_of(made)] == [1 + n * (10 + gaps) for n in range(5)]

    def test_windows_line_ends_are_read(self) -> None:
        """Somebody copied the file through a mail program."""
        assert events((record() + record()).replace(b"\n", b"\r\n"))[1]["record"] == 11


VALUES = st.sampled_from(
    [
        *START.values(),
        '"x"',
        "x",
        '""',
        '"',
        "'q'",
        "",
        "0",
        "4294967296",
        "99999999999",
        "2001:db8::/56",
        "2001:db8::/129",
        "2001:db8::1",
        "::",
        "::ffff:192.0.2.1",
        "192.0.2.1",
        "Stop",
        "Interim-Updat",
        "Accounting-Off",
        '"Nov 23 2026 18:15:00"',
        '"Nov 31 2026 18:15:00 JST"',
        '"2026-11-23 18:15:00+0900"',
        "1795425300",
        r'"a\"b"',
        "\u3042",
        '"\u3042\u3044"',
        "\x01",
        '"a\tb"',
    ]
)
NAMES = st.sampled_from(
    [
        *START,
        "Framed-IPv6-Prefix",
        "Delegated-IPv6-Prefix",
        "Framed-IPv6-Address",
        "Acct-Unique-Session-Id",
        "Calling-Station-Id",
        "3GPP-IMSI",
        "IMSI",
        "Packet-Type",
        "Alc-Nat-Port-Range",
        "NAS-Identifier",
        "Acct-Session-Time",
        "Class",
        "User-Name2",
        "Framed-IP",
        "Vendor-Specific.3GPP.IMSI",
        "Vendor-Specific",
        "-x",
    ]
)
SIGNS = st.sampled_from([" = ", " = ", " = ", " := ", "=", " ", "", " =  "])
LINES = st.builds(lambda name, sign, value: f"\t{name}{sign}{value}", NAMES, SIGNS, VALUES)
USUAL = st.builds(lambda name, value: f"\t{name} = {value}", NAMES, VALUES)


@st.composite
def inputs(draw: st.DrawFn) -> bytes:
    """Records that are whole, changed in a few places, or anything."""
    made = b""
    for _ in range(draw(st.integers(1, 4))):
        lines = record().decode().split("\n")[:-2]
        for _ in range(draw(st.integers(0, 3))):
            at = draw(st.integers(0, len(lines) - 1))
            lines[at : at + draw(st.integers(0, 1))] = [draw(st.one_of(LINES, USUAL))]
        made += "\n".join(lines).encode() + draw(st.sampled_from([b"\n\n", b"\n\n\n", b"\r\n\r\n", b"\n"]))
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, len(made) - 1))
        made = made[:at] + draw(st.binary(max_size=3)) + made[at + draw(st.integers(0, 2)) :]
    return made


@given(inputs())
@settings(max_examples=300, deadline=None)
def test_many_at_once_and_one_by_one_say_the_same(raw: bytes) -> None:
    """Events, kinds, reasons and counts, whatever is in the input; and nothing is raised."""
    events(raw)


@given(st.binary(max_size=300))
@settings(max_examples=50, deadline=None)
def test_garbage_gives_no_event(raw: bytes) -> None:
    """Binary garbage is refused with its number."""
    assert events(raw) == []
