"""Records of RADIUS's own table and of DHCP servers: what each row and block says of an address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from sekisho.logs.events import Action, ClockNote
from sekisho.logs.formats.errors import ColumnsMissing, FormatSettingRefused
from sekisho.logs.formats.reader import Found
from sekisho.logs.formats.registry import make_reader
from tests.logs.formats.reading import context, events_of, ignored, refused
from tests.logs.formats.samples import micros

START, STOP, INTERIM = int(Action.START), int(Action.STOP), int(Action.INTERIM)
AT = micros("2026-11-23T09:15:00+00:00")
SECONDS = AT // 1_000_000
MINUTE = 60_000_000


def found(name: str, raw: str, settings: Mapping[str, Any] | None = None) -> list[Found]:
    """All that a fresh reader finds in one piece and its end."""
    reader = make_reader(name, {"limit_means": "lease", **(settings or {})})
    return [*reader.read(raw.encode(), 1, context()), *reader.finish(context())]


def told(name: str, raw: str, settings: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
    """Action, minutes after AT, address and subject of each event."""
    return [
        (row["action"], (row["time"] - AT) / MINUTE, row["address"], row.get("subject"))
        for row in events_of(found(name, raw, settings))
    ]


@pytest.mark.parametrize("name", ["kea-csv", "kea-legal", "dhcpd-leases"])
def test_a_source_of_leases_says_what_their_length_means(name: str) -> None:
    """Otherwise it would be that of a source that logs only starts."""
    with pytest.raises(FormatSettingRefused) as caught:
        make_reader(name, {})
    assert caught.value.fields["field"] == "limit_means"


class TestRadacct:
    """The table that FreeRADIUS keeps in SQL."""

    HEADER = (
        "radacctid,acctsessionid,acctuniqueid,username,nasipaddress,acctstarttime,acctupdatetime,acctstoptime,"
        "framedipaddress,framedipv6prefix,delegatedipv6prefix\n"
    )

    def row(self, start: str = "2026-11-23 09:15:00+00", update: str = "", stop: str = "", **more: str) -> str:
        """A row of one session."""
        named = {"unique": "u1", "user": "hanako", "address": "198.51.100.7", "prefix": "", "delegated": ""} | more
        return (
            f"1,s1,{named['unique']},{named['user']},192.0.2.1,{start},{update},{stop},"
            f"{named['address']},{named['prefix']},{named['delegated']}\n"
        )

    def test_an_open_session_began_and_was_still_so_at_its_last_update(self) -> None:
        """The update is a confirmation, not an end."""
        assert told("radacct", self.HEADER + self.row(update="2026-11-23 10:15:00+00")) == [
            (START, 0, "198.51.100.7", "hanako"),
            (INTERIM, 60, "198.51.100.7", "hanako"),
        ]

    def test_a_closed_session_is_its_stop_with_its_own_start(self) -> None:
        """So one that an earlier export showed open is ended, and one that wasn't is whole."""
        raw = self.HEADER + self.row(stop="2026-11-23 10:15:00+00", update="2026-11-23 10:00:00+00")
        assert events_of(found("radacct", raw)) == [
            {
                "record": 2,
                "action": STOP,
                "time": AT + 60 * MINUTE,
                "start": AT,
                "address": "198.51.100.7",
                "subject": "hanako",
                "session": "u1",
                "origin": "192.0.2.1",
            }
        ]

    def test_mysql_tells_no_offset_so_the_zone_of_the_source_is_assumed_and_noted(self) -> None:
        """And what PostgreSQL writes isn't."""
        naive, zoned = (
            events_of(found("radacct", self.HEADER + self.row(start)))[0]
            for start in ("2026-11-23 18:15:00", "2026-11-23 18:15:00.5+09:00")
        )
        assert (naive["time"], naive["clock"]) == (AT, int(ClockNote.ZONE_ASSUMED))
        assert (zoned["time"], zoned.get("clock")) == (AT + 500_000, None)

    def test_every_address_of_a_session_is_told(self) -> None:
        """The host address once with its length and once without is one address."""
        raw = self.HEADER + self.row(address="198.51.100.7/32", prefix="2001:db8:0:1::/64", delegated="2001:db8:7::/56")
        assert {row[2] for row in told("radacct", raw)} == {"198.51.100.7", "2001:db8:0:1::/64", "2001:db8:7::/56"}

    def test_null_is_written_in_many_ways(self) -> None:
        """Empty, NULL, a backslash and N, MySQL's zero date."""
        for null in ("", "NULL", r"\N", "0000-00-00 00:00:00"):
            assert [row[0] for row in told("radacct", self.HEADER + self.row(update=null, stop=null))] == [START]

    def test_quotes_commas_and_line_ends_inside_a_field_are_read(self) -> None:
        """RFC 4180; the next row is numbered by its line."""
        raw = self.HEADER + self.row(user='"ha""na,ko"', unique='"a\nb"') + self.row()
        assert refused(found("radacct", raw)) == {2: "not_text"}
        assert [(row["record"], row["subject"]) for row in events_of(found("radacct", raw))] == [(4, "hanako")]
        assert told("radacct", self.HEADER + self.row(user='"ha""na,ko"'))[0][3] == 'ha"na,ko'

    def test_a_quote_that_nobody_closes_costs_its_own_row(self) -> None:
        """What follows is read anew, to the end."""
        raw = self.HEADER + self.row(user='"hanako') + self.row(user="taro") + self.row(user="jiro")
        made = found("radacct", raw)
        assert refused(made) == {2: "quote_not_closed"}
        assert [row["subject"] for row in events_of(made)] == ["taro", "jiro"]

    @pytest.mark.parametrize(
        ("row", "reason"),
        [
            ("1,2,3\n", "wrong_number_of_fields"),
            ("1,s,u,h,n,yesterday,,,198.51.100.7,,\n", "not_a_time"),
            ("1,s,u,h,n,2026-11-23 09:15:00+00,,,198.51.100.700,,\n", "not_an_address"),
            ("1,s,,,n,2026-11-23 09:15:00+00,,,198.51.100.7,,\n", "nobody_named"),
            ("1,s,u,h,n,,,,198.51.100.7,,\n", "no_time"),
            ("1,s,u,\x01,n,2026-11-23 09:15:00+00,,,198.51.100.7,,\n", "not_text"),
        ],
    )
    def test_a_row_that_cannot_be_so_is_refused_by_its_line(self, row: str, reason: str) -> None:
        """And the others go on."""
        made = found("radacct", self.HEADER + row + self.row())
        assert refused(made) == {2: reason}
        assert len(events_of(made)) == 1

    def test_a_header_without_what_is_needed_is_refused_with_the_names(self) -> None:
        """Before anything is taken in."""
        with pytest.raises(ColumnsMissing) as caught:
            found("radacct", "username,acctstarttime,framedipaddress\nx,y,z\n")
        assert caught.value.fields["missing"] == "acctuniqueid, acctstoptime"

    def test_other_names_are_mapped_as_declared(self) -> None:
        """In any case of letters, with a byte order mark, with semicolons."""
        raw = "\ufeffID;Kunde;AcctStartTime;AcctStopTime;IP\nu;hanako;2026-11-23 09:15:00Z;;198.51.100.7\n"
        settings = {"columns": {"unique": "id", "subject": ["kunde"], "address": "ip"}, "delimiter": ";"}
        assert told("radacct", raw, settings) == [(START, 0, "198.51.100.7", "hanako")]
        with pytest.raises(FormatSettingRefused):
            make_reader("radacct", {"columns": {"colour": "x"}})


class TestKeaJournal:
    """Kea's lease file."""

    FOUR = "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context\n"
    SIX = (
        "address,duid,valid_lifetime,expire,subnet_id,pref_lifetime,lease_type,iaid,prefix_len,fqdn_fwd,fqdn_rev,"
        "hostname,hwaddr,state,user_context\n"
    )

    def row(self, at: int, state: int = 0, lifetime: int = 600, mac: str = "02:00:5e:10:00:01", more: str = "") -> str:
        """A lease given ``at`` seconds after AT."""
        return f"192.0.2.9,{mac},,{lifetime},{SECONDS + at + lifetime},1,0,0,host,{state},{more}\n"

    def test_a_lease_begins_its_lifetime_before_it_expires_and_is_renewed(self) -> None:
        """A renewal confirms; after a lapse, or for another client, it is a new lease. The limit is the lifetime."""
        other = "02:00:5e:10:00:02"
        raw = self.FOUR + self.row(0) + self.row(300) + self.row(1500) + self.row(1560, mac=other)
        assert told("kea-csv", raw) == [
            (START, 0, "192.0.2.9", "02:00:5e:10:00:01"),
            (INTERIM, 5, "192.0.2.9", "02:00:5e:10:00:01"),
            (START, 25, "192.0.2.9", "02:00:5e:10:00:01"),
            (START, 26, "192.0.2.9", other),
        ]
        assert {row["limit"] for row in events_of(found("kea-csv", raw))} == {600_000_000}

    def test_a_reclaimed_lease_ended_when_it_expired(self) -> None:
        """State 2 keeps the old times."""
        assert told("kea-csv", self.FOUR + self.row(0) + self.row(0, state=2))[1] == (
            STOP,
            10,
            "192.0.2.9",
            "02:00:5e:10:00:01",
        )

    def test_a_declined_lease_ended_when_it_was_declined_though_its_client_is_cleared(self) -> None:
        """The journal remembers whose it was."""
        raw = self.FOUR + self.row(0) + self.row(60, state=1, lifetime=86_400, mac="")
        assert told("kea-csv", raw)[1] == (STOP, 1, "192.0.2.9", "02:00:5e:10:00:01")

    def test_a_removed_lease_ended_by_the_journals_latest_moment_which_is_noted(self) -> None:
        """A row without a lifetime doesn't say when; never beyond the lease's own end."""
        between = self.row(120).replace("192.0.2.9", "192.0.2.10")
        row = events_of(found("kea-csv", self.FOUR + self.row(0) + between + self.row(0, lifetime=0)))[-1]
        assert (row["action"], row["time"], row["clock"]) == (STOP, AT + 2 * MINUTE, int(ClockNote.OTHER_CLOCK))
        late = between.replace(str(SECONDS + 720), str(SECONDS + 9000))
        row = events_of(found("kea-csv", self.FOUR + self.row(0) + late + self.row(0, lifetime=0)))[-1]
        assert row["time"] == AT + 10 * MINUTE

    def test_ipv6_leases_and_delegated_prefixes_are_known_by_their_duid(self) -> None:
        """Type 2 has a prefix length; a lease without an end has no limit."""
        duid = "00:01:00:01:2a"
        raw = self.SIX + (
            f"2001:db8::9,{duid},600,{SECONDS + 600},1,300,0,1,128,0,0,h,02:00:5e:10:00:01,0,\n"
            f"2001:db8:7::,{duid},4294967295,{SECONDS},1,300,2,1,56,0,0,h,,0,\n"
        )
        assert told("kea-csv", raw) == [
            (START, 0, "2001:db8::9/128", duid),
            (START, 0, "2001:db8:7::/56", duid),
        ]

    def test_a_relays_word_for_the_client_may_be_declared(self) -> None:
        """Kea keeps it in the user context, its commas escaped; quotes mean nothing in this file."""
        user = '{ "ISC": { "relay-agent-info": { "remote-id": "0x6c696e6537"&#x2c "sub-options": "0x01" } } }'
        raw = self.FOUR + self.row(0, more=user)
        assert told("kea-csv", raw, {"subject": ["remote-id", "hwaddr"]})[0][3] == "0x6c696e6537"
        assert told("kea-csv", self.FOUR + self.row(0), {"subject": ["remote-id", "hwaddr"]})[0][3].startswith("02:")
        with pytest.raises(FormatSettingRefused):
            make_reader("kea-csv", {"limit_means": "lease", "subject": "hostname"})

    @pytest.mark.parametrize(
        ("row", "reason"),
        [
            ("192.0.2.900,m,,600,1795425900,1,0,0,,0,\n", "not_an_address"),
            ("192.0.2.9,m,,x,1795425900,1,0,0,,0,\n", "number_malformed"),
            ("192.0.2.9,m,,600,1795425900,1,0,0,,9,\n", "number_malformed"),
            ("192.0.2.9,,,600,1795425900,1,0,0,,0,\n", "nobody_named"),
            ("192.0.2.9,m,,600,60,1,0,0,,0,\n", "clock_not_set"),
            ("192.0.2.9,m\n", "wrong_number_of_fields"),
        ],
    )
    def test_a_row_that_cannot_be_so_is_refused_by_its_line(self, row: str, reason: str) -> None:
        """And the others go on."""
        made = found("kea-csv", self.FOUR + row + self.row(0).replace("192.0.2.9", "192.0.2.8"))
        assert refused(made) == {2: reason}
        assert len(events_of(made)) == 1


class TestKeaLegal:
    """Kea's legal log and the server's lines."""

    def test_leases_given_renewed_and_released(self) -> None:
        """The time's abbreviation is the server's zone."""
        device = "a device with hardware address: hwtype=1 02:00:5e:02:3f:4e, client-id: 17:34"
        raw = (
            f"2026-11-23 18:15:00 JST Address: 192.0.2.9 has been assigned for 1 hrs 0 min 5 secs to {device}\n"
            f"2026-11-23 18:25:00 JST Address: 192.0.2.9 has been renewed for 1 hrs 0 min 5 secs to {device}\n"
            f"2026-11-23 18:35:00 JST Address: 192.0.2.9 has been released from {device}\n"
        )
        mac = "02:00:5e:02:3f:4e"
        assert told("kea-legal", raw) == [
            (START, 0, "192.0.2.9", mac),
            (INTERIM, 10, "192.0.2.9", mac),
            (STOP, 20, "192.0.2.9", mac),
        ]
        assert events_of(found("kea-legal", raw))[0]["limit"] == 3_605_000_000

    def test_ipv6_by_duid_with_what_the_relay_told(self) -> None:
        """A prefix with its length, and the declared word for the client."""
        raw = (
            "2026-11-23 09:15:00 UTC Prefix: 2001:db8:7::/56 has been assigned for 0 hrs 10 min 0 secs to a device "
            "with DUID: 17:34:e2 and hardware address: hwtype=1 02:00:5e:02:3f:4e (from Raw Socket) connected via "
            "relay at address: fe80::1 for client on link address: 2001:db8::1, identified by remote-id: 6c:31\n"
        )
        assert told("kea-legal", raw) == [(START, 0, "2001:db8:7::/56", "17:34:e2")]
        assert told("kea-legal", raw, {"subject": "remote-id"})[0][3] == "6c:31"

    def test_the_servers_own_lines(self) -> None:
        """Other lines are counted; a line with a mark of a lease that can't be read is refused."""
        raw = (
            "2026-11-23 18:15:00.500 INFO  [kea-dhcp4.leases/1.2] DHCP4_LEASE_ALLOC [hwtype=1 02:00:5e:00:00:01], "
            "cid=[no info], tid=0x4e6ff12: lease 192.0.2.9 has been allocated for 3600 seconds\n"
            "2026-11-23 18:15:01.500 INFO  [kea-dhcp4.dhcp4/1.2] DHCP4_STARTED Kea\n"
            "2026-11-23 18:15:02.500 INFO  [kea-dhcp4.leases/1.2] DHCP4_LEASE_ALLOC something else\n"
            "2026-11-23 18:15:03 CST Address: 192.0.2.9 has been renewed for 1 hrs 0 min 5 secs to a device with "
            "hardware address: hwtype=1 02:00:5e:02:3f:4e\n"
        )
        made = found("kea-legal", raw)
        assert [(row["action"], row["time"]) for row in events_of(made)] == [(START, AT + 500_000)]
        assert refused(made) == {3: "no_match", 4: "time_zone_unknown"}
        assert ignored(made) == {"other_message": 1}


class TestDhcpd:
    """ISC dhcpd's lease files."""

    def lease(self, state: str = "active", ends: str = "1 2026/11/23 09:25:00", **more: str) -> str:
        """A block of one lease."""
        named = {"cltt": "1 2026/11/23 09:15:00", "client": "hardware ethernet 02:00:5e:10:00:01;"} | more
        return (
            "lease 192.0.2.9 {\n  starts 1 2026/11/23 09:15:00;\n"
            f"  ends {ends};\n  cltt {named['cltt']};\n  binding state {state};\n  next binding state free;\n"
            f'  {named["client"]}\n  client-hostname "x}}";\n}}\n'
        )

    def test_times_are_utc_and_the_limit_is_the_rest_of_the_lease(self) -> None:
        """Whatever the zone of the source: the file's own dates are UTC."""
        mac = "02:00:5e:10:00:01"
        raw = self.lease(cltt="1 2026/11/23 09:20:00")
        assert told("dhcpd-leases", raw) == [(START, 0, "192.0.2.9", mac), (INTERIM, 5, "192.0.2.9", mac)]
        assert [row["limit"] for row in events_of(found("dhcpd-leases", raw))] == [600_000_000, 300_000_000]

    @pytest.mark.parametrize("state", ["free", "released", "expired"])
    def test_a_lease_that_is_over_ended_at_its_end_and_tells_its_start(self, state: str) -> None:
        """The server writes into the end when it was released."""
        row = events_of(found("dhcpd-leases", self.lease(state, "1 2026/11/23 09:21:00")))[0]
        assert (row["action"], row["time"], row["start"]) == (STOP, AT + 6 * MINUTE, AT)

    def test_seconds_since_1970_and_a_lease_that_never_ends(self) -> None:
        """db-time-format local writes seconds with a comment behind them."""
        raw = self.lease(ends="never").replace("1 2026/11/23 09:15:00;", f"epoch {SECONDS}; # Mon Nov 23 {{")
        assert events_of(found("dhcpd-leases", raw)) == [
            {"record": 1, "action": START, "time": AT, "address": "192.0.2.9", "subject": "02:00:5e:10:00:01"}
        ]

    def test_ipv6_is_known_by_its_duid(self) -> None:
        """The octets behind the first four of the name, escaped; addresses and prefixes."""
        raw = (
            'ia-na "\\001\\000\\000\\000\\000\\001\\000\\"" {\n  cltt 1 2026/11/23 09:15:00;\n'
            "  iaaddr 2001:db8::9 {\n    binding state active;\n    max-life 600;\n    ends 1 2026/11/23 09:25:00;\n"
            "    set ddns-fwd-name = \"a}b\";\n  }\n}\n"
            'ia-pd "\\001\\000\\000\\000\\000\\001" {\n  cltt 1 2026/11/23 09:15:00;\n'
            "  iaprefix 2001:db8:7::/56 {\n    binding state active;\n    ends 1 2026/11/23 09:25:00;\n  }\n}\n"
        )
        assert told("dhcpd-leases", raw) == [
            (START, 0, "2001:db8::9/128", "00:01:00:22"),
            (START, 0, "2001:db8:7::/56", "00:01"),
        ]

    def test_the_circuit_may_name_the_client(self) -> None:
        """As a text, or as octets."""
        for written, meant in (('"line 7"', "line 7"), ("0:4:1f", "00:04:1f")):
            raw = self.lease(client=f"option agent.circuit-id {written};")
            assert told("dhcpd-leases", raw, {"subject": "agent.circuit-id"})[0][3] == meant

    @pytest.mark.parametrize(
        ("raw", "reason"),
        [
            ("lease 192.0.2.900 {\n  starts 1 2026/11/23 09:15:00;\n  hardware ethernet 02:0;\n}\n", "not_an_address"),
            ("lease 192.0.2.9 {\n  starts 1 2026/13/23 09:15:00;\n  hardware ethernet 02:0;\n}\n", "not_a_time"),
            ("lease 192.0.2.9 {\n  hardware ethernet 02:0;\n}\n", "no_time"),
            ("lease 192.0.2.9 {\n  binding state strange;\n}\n", "binding_state_unknown"),
            ("lease 192.0.2.9 {\n  starts 1 2026/11/23 09:15:00;\n", "not_closed"),
        ],
    )
    def test_a_lease_that_cannot_be_so_is_refused_by_its_first_line(self, raw: str, reason: str) -> None:
        """And the others go on, though one was never closed."""
        made = found("dhcpd-leases", "# made by hand\n" + raw + self.lease())
        assert refused(made) == {2: reason}
        assert len(events_of(made)) == 1

    def test_an_address_that_no_client_has_is_only_counted(self) -> None:
        """Abandoned, kept in reserve, or free without ever having had a client."""
        raw = self.lease("abandoned") + self.lease("backup") + self.lease("free", client="")
        assert told("dhcpd-leases", raw) == []
        assert ignored(found("dhcpd-leases", raw)) == {"no_client": 3}
