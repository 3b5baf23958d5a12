"""Access logs by their log format, JSON Lines and Parquet by a declared mapping: only what was asked for is kept."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sekisho.errors import InputRefused
from sekisho.logs.errors import InputNotReadable
from sekisho.logs.events import Action, ClockNote, Events, Unreadable
from sekisho.logs.formats.errors import ColumnsMissing, FormatSettingRefused
from sekisho.logs.formats.reader import Found
from sekisho.logs.formats.registry import make_reader
from sekisho.logs.kinds import LogKind
from tests.logs.formats.reading import context, events_of, ignored, refused
from tests.logs.formats.samples import micros

AT = micros("2026-11-23T09:15:00+00:00")
RULES = [
    {"kind": "cp.login", "method": "POST", "path": "/login", "status": ["2xx", "302"]},
    {"kind": "cp.post", "method": "POST", "path": "/boards/{}/posts/{reference}"},
    {"kind": "cp.post", "path": "/api/*", "status": "201"},
]
APACHE = '%h %l %u %t \\"%r\\" %>s %b \\"%{Referer}i\\" \\"%{User-Agent}i\\" %{remote}p'
NGINX = '$remote_addr - $remote_user [$time_local] "$request" $status $remote_port $msec "$sent_http_x_account"'


def found(name: str, raw: bytes, settings: Mapping[str, Any]) -> list[Found]:
    """All that a fresh reader finds."""
    reader = make_reader(name, settings)
    return [*reader.read(raw, 1, context()), *reader.finish(context())]


POST = "POST /login HTTP/1.1"


def line(request: str = POST, status: int = 200, *, client: str = "198.51.100.7", port: str = "40001") -> str:
    """A line of Apache's with a port."""
    begin = f"{client} - hanako [23/Nov/2026:18:15:00 +0900]"
    return f'{begin} "{request}" {status} 5 "https://a.example/?q" "M \\"x\\"" {port}\n'


class TestAccessLogs:
    """Apache and nginx."""

    def apache(self, *lines: str, **settings: Any) -> list[Found]:
        return found("apache", "".join(lines).encode(), {"log_format": APACHE, "rules": RULES} | settings)

    def test_a_log_in_is_a_moment_with_address_port_and_account(self) -> None:
        """The time by its own offset."""
        made = self.apache(line())
        assert [one.kind for one in made if isinstance(one, Events)] == [LogKind.CP_LOGIN]
        assert events_of(made) == [
            {
                "record": 1,
                "action": int(Action.POINT),
                "time": AT,
                "address": "198.51.100.7",
                "port_low": 40_001,
                "port_high": 40_001,
                "subject": "hanako",
            }
        ]

    def test_a_post_has_its_reference_and_nothing_of_its_content(self) -> None:
        """What follows the question mark is nowhere, in a refused line either."""
        post = "POST /boards/a%20b/posts/17?text=secret HTTP/2.0"
        made = self.apache(line(post), line("POST /login?secret", port="0"))
        assert events_of(made)[0]["reference"] == "17"
        assert refused(made) == {2: "port_out_of_range"}
        assert "secret" not in repr(made)

    @pytest.mark.parametrize(
        ("request_line", "status", "fits"),
        [
            ("POST /login HTTP/1.1", 302, True),
            ("POST /login HTTP/1.1", 401, False),
            ("GET /login HTTP/1.1", 200, False),
            ("POST /lo%67in HTTP/1.1", 200, True),
            ("POST /login/ HTTP/1.1", 200, False),
            ("PUT /api/v1/x/y HTTP/1.1", 201, True),
            ("PUT /api/v1/x/y HTTP/1.1", 200, False),
            ("-", 408, False),
            (r"\x16\x03\x01", 400, False),
        ],
    )
    def test_only_requests_that_fit_a_rule_count(self, request_line: str, status: int, fits: bool) -> None:
        """By method, path and status; the others are only counted."""
        made = self.apache(line(request_line, status))
        assert len(events_of(made)) == fits
        assert ignored(made) == ({} if fits else {"other_request": 1})

    def test_without_a_port_the_ports_are_unknown_and_that_is_counted(self) -> None:
        """The combined format has none."""
        made = found("apache", line(port="").replace(" \n", "\n").encode(), {"rules": RULES})
        assert "port_low" not in events_of(made)[0]
        assert ignored(made) == {"port_not_logged": 1}

    def test_nginx_tells_milliseconds_and_the_account_by_a_declared_part(self) -> None:
        """$msec is preferred to $time_local."""
        raw = b'2001:db8::7 - - [23/Nov/2026:18:15:00 +0900] "POST /login HTTP/2.0" 200 40001 1795425300.123 "acct-9"\n'
        made = found("nginx", raw, {"log_format": NGINX, "rules": RULES, "account": "$sent_http_x_account"})
        row = events_of(made)[0]
        assert (row["time"], row["address"], row["subject"]) == (AT + 123_000, "2001:db8::7", "acct-9")

    @pytest.mark.parametrize(
        ("bad", "reason"),
        [
            (line(client="proxy.example"), "not_an_address"),
            (line(port="70000"), "port_out_of_range"),
        ],
    )
    def test_a_line_that_cannot_be_so_is_refused(self, bad: str, reason: str) -> None:
        """By its number; the others go on."""
        made = self.apache(bad, line().replace("23/Nov", "31/Nov"), "half a line\n", line())
        assert refused(made) == {1: reason, 2: "not_a_time", 3: "no_match"}
        assert [row["record"] for row in events_of(made)] == [4]

    @pytest.mark.parametrize(
        ("settings", "field"),
        [
            ({"rules": []}, "rules"),
            ({"rules": [{"kind": "ap.auth", "path": "/x"}]}, "kind"),
            ({"rules": [{"kind": "cp.post", "path": "x"}]}, "rules[0].path"),
            ({"rules": [{"kind": "cp.post", "path": "/x", "status": "6xx"}]}, "rules[0].status"),
            ({"rules": [{"kind": "cp.post", "path": "/x", "body": "y"}]}, "rules[0].body"),
            ({"rules": RULES, "log_format": "%h %>s"}, "log_format"),
            ({"rules": RULES, "log_format": "%h%t %r %>s"}, "log_format"),
            ({"rules": RULES, "account": "%{X-Account}o"}, "account"),
        ],
    )
    def test_a_declaration_that_cannot_be_is_refused_by_name(self, settings: dict[str, Any], field: str) -> None:
        """When the source is registered."""
        with pytest.raises(FormatSettingRefused) as caught:
            make_reader("apache", settings)
        assert caught.value.fields["field"] == field

    def test_a_hostile_line_takes_no_longer_than_its_length(self) -> None:
        """No part of a log format is tried twice over."""
        made = self.apache('1.2.3.4 - - [' + '"\\' * 4000 + "\n", "- " * 4000 + "\n", '"' * 8000 + "\n")
        assert set(refused(made).values()) == {"no_match"}


LOGINS = {
    "kind": "cp.login",
    "fields": {"time": "at", "address": "client.ip", "port": "client.port", "subject": "account"},
    "action": {"field": "event", "words": {"login": "point", "logout": "ignore"}},
    "protocol": "tcp",
}


class TestJsonLines:
    """One object a line."""

    @pytest.mark.parametrize("at", ['"2026-11-23T18:15:00+09:00"', "1795425300", "1795425300000", "1795425300.0"])
    def test_a_mapped_line_is_an_event_and_nothing_unmapped_is_kept(self, at: str) -> None:
        """The time as a text or by its size as a number."""
        raw = f'{{"at":{at},"client":{{"ip":"198.51.100.7","port":40001}},"account":17,"event":"login","body":"x"}}\n'
        assert events_of(found("jsonl", raw.encode(), LOGINS)) == [
            {
                "record": 1,
                "action": int(Action.POINT),
                "time": AT,
                "address": "198.51.100.7",
                "port_low": 40_001,
                "port_high": 40_001,
                "protocol": 6,
                "subject": "17",
            }
        ]

    @pytest.mark.parametrize(
        ("changed", "reason"),
        [
            ('"at":NaN', "not_json"),
            ('"at":true', "not_a_time"),
            ('"at":-1', "not_a_time"),
            ('"at":"2026-11-31T00:00:00Z"', "not_a_time"),
            ('"at":null', "no_time"),
            ('"client":{"ip":"198.51.100.7","port":70000}', "port_out_of_range"),
            ('"client":{"ip":"198.51.100.700"}', "not_an_address"),
            ('"client":[1]', "no_address"),
            ('"event":"strange"', "action_unknown"),
            ('"account":{"a":1}', "not_text"),
            ('"account":"a\\u0000"', "not_text"),
            ('"account":"' + "x" * 257 + '"', "text_too_long"),
        ],
    )
    def test_a_line_that_cannot_be_so_is_refused(self, changed: str, reason: str) -> None:
        """By its number; the others go on."""
        whole = '{"at":1795425300,"client":{"ip":"198.51.100.7"},"event":"login"}\n'
        raw = whole.replace("}\n", "," + changed + "}\n") + '[1]\n"x"\n{\n\n' + whole
        made = found("jsonl", raw.encode(), LOGINS)
        assert refused(made) == {1: reason, 2: "not_an_object", 3: "not_an_object", 4: "not_json"}
        assert [row["record"] for row in events_of(made)] == [6]
        assert ignored(made) == {"empty_line": 1}

    def test_a_word_may_say_that_a_line_has_no_use(self) -> None:
        """It is counted."""
        assert ignored(found("jsonl", b'{"event":"logout"}\n', LOGINS)) == {"other_event": 1}

    @pytest.mark.parametrize(
        ("changed", "field"),
        [
            ({"kind": "quarantine"}, "kind"),
            ({"fields": {"address": "a"}}, "fields.time"),
            ({"fields": {"time": "a"}}, "fields.address"),
            ({"fields": {"time": "a", "address": "b", "colour": "c"}}, "fields.colour"),
            ({"fields": {"time": "a", "address": "b", "port_low": "c"}}, "fields.port_low"),
            ({"action": "whole"}, "fields.start"),
            ({"action": "x"}, "action"),
            ({"action": {"field": "x", "words": {}}}, "action.words"),
        ],
    )
    def test_a_mapping_that_cannot_be_is_refused_by_name(self, changed: dict[str, Any], field: str) -> None:
        """When the source is registered."""
        with pytest.raises(FormatSettingRefused) as caught:
            make_reader("jsonl", LOGINS | changed)
        assert caught.value.fields["field"] == field


BLOCKS = {
    "kind": "ap.nat",
    "fields": {
        "time": "end",
        "start": "begin",
        "address": "public",
        "port_low": "low",
        "port_high": "high",
        "inside": "private",
        "protocol": "proto",
        "subject": "who",
    },
    "action": "whole",
}


def table(**changed: Any) -> bytes:
    """A file of two blocks with some columns changed."""
    columns: dict[str, Any] = {
        "end": pa.array([datetime(2026, 11, 23, 18, 15)] * 2, pa.timestamp("us")),  # noqa: DTZ001 - a local time
        "begin": pa.array([AT // 1_000_000 - 60] * 2, pa.int64()),
        "public": ["203.0.113.1", "2001:db8::1"],
        "low": [1024, 2048],
        "high": [2047, 3071],
        "private": pa.array([bytes([100, 64, 0, 1])] * 2, pa.binary(4)),
        "proto": pa.array([6, None], pa.uint8()),
        "who": pa.array(["hanako", None]).dictionary_encode(),
        "secret": ["x", "y"],
    }
    file = io.BytesIO()
    pq.write_table(pa.table({name: column for name, column in (columns | changed).items() if column is not None}), file)
    return file.getvalue()


class TestParquet:
    """Columns of an operator's own."""

    def test_rows_are_events_by_family_and_nothing_unmapped_is_kept(self) -> None:
        """Local times in the source's zone, numbers, texts as dictionaries, octets."""
        made = found("parquet", table(), BLOCKS)
        first, second = events_of(made)
        assert first == {
            "record": 1,
            "action": int(Action.WHOLE),
            "time": AT,
            "start": AT - 60_000_000,
            "address": "203.0.113.1",
            "port_low": 1024,
            "port_high": 2047,
            "protocol": 6,
            "inside": "100.64.0.1",
            "subject": "hanako",
            "clock": int(ClockNote.ZONE_ASSUMED),
        }
        assert (second["address"], second.get("protocol"), second.get("subject")) == ("2001:db8::1", None, None)

    @pytest.mark.parametrize(
        ("changed", "reason"),
        [
            ({"end": pa.array([None, datetime(2026, 11, 23, tzinfo=UTC)], pa.timestamp("ms", "UTC"))}, "no_time"),
            ({"end": pa.array([0, AT], pa.int64())}, "clock_not_set"),
            ({"begin": pa.array([None, 1795420000], pa.int64())}, "no_start"),
            ({"begin": pa.array([2**63, 1795420000], pa.uint64())}, "not_a_time"),
            ({"public": ["203.0.113.700", "203.0.113.7"]}, "not_an_address"),
            ({"public": [None, "203.0.113.7"]}, "no_address"),
            ({"public": pa.array([b"abc", bytes(16)], pa.binary())}, "not_an_address"),
            ({"low": [70_000, 1]}, "port_out_of_range"),
            ({"low": [-1, 1]}, "port_out_of_range"),
            ({"low": [3000, 1]}, "ports_reversed"),
            ({"proto": [256, 1]}, "protocol_out_of_range"),
            ({"who": ["a\x00", "b"]}, "not_text"),
        ],
    )
    def test_a_row_that_cannot_be_so_is_refused_by_its_number(self, changed: dict[str, Any], reason: str) -> None:
        """With its own values for the quarantine; the other goes on."""
        made = found("parquet", table(**changed), BLOCKS)
        assert refused(made)[1] == reason
        assert [row["record"] for row in events_of(made)] == [2]
        assert all(b"secret" not in one.raw for one in made if isinstance(one, Unreadable))

    def test_a_file_without_a_mapped_column_or_with_one_of_another_type_is_refused(self) -> None:
        """By the column's name."""
        with pytest.raises(ColumnsMissing) as missing:
            found("parquet", table(public=None), BLOCKS)
        assert missing.value.fields["missing"] == "public"
        with pytest.raises(FormatSettingRefused) as other:
            found("parquet", table(low=["1", "2"]), BLOCKS)
        assert other.value.fields["field"] == "fields.port_low"

    def test_a_damaged_file_is_refused_as_a_whole(self) -> None:
        """At every cut, and nothing but errors of the tree comes out."""
        whole = table()
        for end in range(0, len(whole), 97):
            with pytest.raises(InputNotReadable):
                found("parquet", whole[:end], BLOCKS)
        for at in range(4, len(whole), 131):
            damaged = whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :]
            try:
                found("parquet", damaged, BLOCKS)
            except InputRefused:
                continue
