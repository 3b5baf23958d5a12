"""Garbage into every reader of lines and paragraphs: refused by number, in bounded time, and the rest goes on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.logs.events import Unreadable
from sekisho.logs.formats.errors import ColumnsMissing
from sekisho.logs.formats.reader import Found
from sekisho.logs.formats.registry import make_reader
from sekisho.logs.framing import RAW_KEPT, Overlong, pieces
from tests.logs.formats.reading import context, events_of, refused
from tests.logs.formats.test_web_and_data import LOGINS, RULES

RADACCT: Final = b"acctuniqueid,username,acctstarttime,acctstoptime,framedipaddress\n"
LEASES: Final = {"limit_means": "lease"}
KEA: Final = b"address,hwaddr,valid_lifetime,expire,state\n"
FORMATS: Final[Mapping[str, tuple[dict[str, Any], bytes, bytes]]] = {
    "freeradius-detail": (
        {},
        b"",
        (
            b'Mon Nov 23 18:15:02 2026\n\tUser-Name = "u"\n\tAcct-Status-Type = Start\n'
            b"\tFramed-IP-Address = 198.51.100.7\n\tTimestamp = 1795425302\n\n"
        ),
    ),
    "radacct": ({}, RADACCT, b"u,hanako,2026-11-23 09:15:00+00,,198.51.100.7\n"),
    "kea-csv": (LEASES, KEA, b"192.0.2.9,02:00:5e:10:00:01,600,1795425900,0\n"),
    "kea-legal": (
        LEASES,
        b"",
        (
            b"2026-11-23 18:15:00 JST Address: 192.0.2.9 has been assigned for 1 hrs 0 min 5 secs to a device with "
            b"hardware address: hwtype=1 02:00:5e:02:3f:4e\n"
        ),
    ),
    "dhcpd-leases": (
        LEASES,
        b"",
        b"lease 192.0.2.9 {\n  starts 1 2026/11/23 09:15:00;\n  binding state active;\n  hardware ethernet 02:00;\n}\n",
    ),
    "apache": (
        {"rules": RULES},
        b"",
        b'198.51.100.7 - hanako [23/Nov/2026:18:15:00 +0900] "POST /login HTTP/1.1" 200 5 "-" "-"\n',
    ),
    "jsonl": (LOGINS, b"", b'{"at":1795425300,"client":{"ip":"198.51.100.7"},"event":"login"}\n'),
}
NAMES: Final = sorted(FORMATS)


def found(name: str, raw: bytes, size: int = 1 << 20) -> list[Found]:
    """All that a fresh reader finds of an input that comes in blocks of ``size``."""
    reader = make_reader(name, FORMATS[name][0])
    made: list[Found] = []
    for piece in pieces(iter([raw[at : at + size] for at in range(0, len(raw), size)]), reader.framing):
        if isinstance(piece, Overlong):
            made.append(Unreadable(piece.first, "line_too_long", piece.data))
        else:
            made += reader.read(piece.data, piece.first, context())
    return [*made, *reader.finish(context())]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("size", [1, 7, 64, 1000])
def test_no_record_is_lost_or_doubled_where_blocks_meet(name: str, size: int) -> None:
    """Whatever the size of the blocks an input comes in."""
    _, head, record = FORMATS[name]
    made = events_of(found(name, head + record * 5, size))
    step, first = record.count(b"\n"), head.count(b"\n") + 1
    assert [row["record"] for row in made] == [first + step * number for number in range(5)]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "garbage",
    [b"\xff\xfe\x00\x01", "日本".encode("utf-16"), "日本".encode("cp932"), b"\x00" * 100, b"a" * 3_000_000, b'"' * 99],
    ids=["binary", "utf-16", "cp932", "zeros", "3 MB", "quotes"],
)
def test_garbage_between_two_records_costs_neither(name: str, garbage: bytes) -> None:
    """It is refused or known to be of no use; what is refused is kept cut."""
    _, head, record = FORMATS[name]
    end = b"\n\n" if name == "freeradius-detail" else b"\n"
    made = found(name, head + record + garbage.replace(b"\n", b" ") + end + record, 1 << 16)
    assert len(events_of(made)) == 2
    assert all(len(one.raw) <= RAW_KEPT for one in made if isinstance(one, Unreadable))


@pytest.mark.parametrize("name", NAMES)
def test_a_record_in_the_wrong_encoding_is_refused(name: str) -> None:
    """A name in Shift JIS is no text."""
    _, head, record = FORMATS[name]
    for word in (b'"u"', b"hanako", b"02:00", b"login\"}"):
        bad = record.replace(word, word[:-1] + "花".encode("cp932") + word[-1:])
        if bad != record:
            made = found(name, head + bad + record)
            assert len(refused(made)) == 1
            assert len(events_of(made)) == 1


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_nothing_is_raised_for_what_is_wrong_with_a_record(name: str, data: st.DataObject) -> None:
    """Records with bytes changed, cut out and put in."""
    _, head, record = FORMATS[name]
    raw = record * 3
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(raw)))
        raw = raw[:at] + data.draw(st.binary(max_size=4)) + raw[at + data.draw(st.integers(0, 4)) :]
    made = found(name, head + raw, data.draw(st.integers(1, 300)))
    lines = (head + raw).count(b"\n") + 1
    assert all(1 <= one.record <= lines for one in made if isinstance(one, Unreadable))
    assert all(1 <= row["record"] <= lines for row in events_of(made))


def test_a_lease_whose_brace_is_in_a_comment_is_refused() -> None:
    """It opens like a lease and holds no statement; what follows it is read."""
    lease = FORMATS["dhcpd-leases"][2]
    made = found("dhcpd-leases", lease.replace(b"192", b"#192", 1).partition(b"\n")[0] + b"\n" + lease)
    assert refused(made) == {1: "unknown_statement"}
    assert len(events_of(made)) == 1


@pytest.mark.parametrize("name", ["radacct", "kea-csv"])
@given(raw=st.binary(min_size=1, max_size=100))
@settings(max_examples=25, deadline=None)
def test_garbage_instead_of_a_header_is_refused_as_a_whole(name: str, raw: bytes) -> None:
    """Nothing of such an input could be read."""
    if raw.strip(b"\r\n"):
        with pytest.raises(ColumnsMissing):
            found(name, raw.replace(b"\n", b"") + b"\n")
