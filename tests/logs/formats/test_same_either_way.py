"""Reading many lines at once gives what reading them one by one gives, whatever happened to the lines."""

from __future__ import annotations

import ipaddress
import tracemalloc

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sekisho.logs.formats import shapes
from sekisho.logs.formats.chunk import Chunk
from sekisho.logs.formats.line_times import Form, Minutes, header_stamp, header_stamps, read_stamp, read_stamps
from sekisho.logs.formats.scan import Ips, Records, scan
from sekisho.logs.formats.shapes import LineFormat
from sekisho.logs.formats.template import Template
from tests.effort import counted
from tests.logs.formats.reading import context, events_of, ignored, read, refused
from tests.logs.formats.samples import LISTED, SAMPLES

LINES = [(sample.vendor, sample.line.encode()) for sample in SAMPLES] + [("conntrack", LISTED)]
VENDORS = shapes.shipped_names()


def listed(text: str) -> list[str]:
    """Its parts between bars."""
    return text.split("|")


SPLICES = tuple(
    part.encode("latin-1")
    for part in (
        *listed(" |70000|65536|0|00|-1|99999999999999999999|9223372036854775807|9223372036854775808"),
        *listed("1.2.3|1.2.3.4.5|256.1.1.1|01.2.3.4|::|::1|2001:db8::|::ffff:192.0.2.1|1::2::3|2001:db8:0:0:0:0:0:0:1"),
        *listed("FE80::1%eth0|-|  |\t|\0|\xff\xfe|\xe6\x97\xa5|[|]|24:00:00|23:59:60|25:00:00|Feb 29|Feb 30"),
        *listed("2025-02-29|+09:00|Z|.123456789|.5|\x1b[31m|ALLOC|proto|\""),
        "",
        "A" * 300,
    )
)


def same(line_format: LineFormat, raw: bytes) -> None:
    """Both ways find the same events, refuse the same records for the same reasons and count the same others."""
    for at in (context(), context(live=True)):
        once, singly = read(line_format, raw, at), read(line_format, raw, at, exactly=True)
        assert events_of(once) == events_of(singly)
        assert refused(once) == refused(singly)
        assert ignored(once) == ignored(singly)


@st.composite
def broken(draw: st.DrawFn) -> tuple[str, bytes]:
    """A few lines of a vendor, each perhaps cut, spliced, repeated, flipped in a byte, or ended another way."""
    vendor = draw(st.sampled_from(VENDORS))
    own = [line for name, line in LINES if name == vendor]
    made = b""
    for _ in range(draw(st.integers(1, 4))):
        line = draw(st.sampled_from(own))
        for _ in range(draw(st.integers(0, 3))):
            begin = draw(st.integers(0, len(line)))
            length = draw(st.integers(0, 12))
            piece = draw(st.one_of(st.sampled_from(SPLICES), st.binary(max_size=4)))
            line = line[:begin] + piece + line[begin + length :]
        if draw(st.integers(0, 5)) == 0:
            line = line[: draw(st.integers(0, len(line)))]
        made += line + draw(st.sampled_from([b"\n", b"\r\n", b"\n\n"]))
    return vendor, made


@settings(max_examples=400, deadline=None)
@given(broken())
def test_broken_lines_are_read_the_same_either_way(given_: tuple[str, bytes]) -> None:
    """Bytes flipped, numbers too long, lines cut off and joined: the fast way is the exact one."""
    vendor, raw = given_
    same(shapes.shipped(vendor), raw)


@pytest.mark.parametrize("vendor", VENDORS)
def test_every_number_of_every_line_replaced_by_nonsense(vendor: str) -> None:
    """Each digit run of each sample becomes each odd value in turn; both ways agree on every line."""
    raw = b""
    for name, line in LINES:
        if name != vendor:
            continue
        at = 0
        while at < len(line):
            end = at
            while end < len(line) and line[end : end + 1].isdigit():
                end += 1
            if end > at:
                raw += b"".join(line[:at] + splice + line[end:] + b"\n" for splice in SPLICES)
            at = max(end, at + 1)
    same(shapes.shipped(vendor), raw)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(st.binary(max_size=60), st.sampled_from([line for _, line in LINES])), max_size=8))
@example([b"", b"\r", b"\0", b"[", b"]", b"[]["])
def test_garbage_between_lines_changes_nothing(parts: list[bytes]) -> None:
    """Random bytes before, between and after good lines: no exception, and the same either way."""
    raw = b"\n".join(parts)
    for vendor in ("juniper_pba", "cisco_xr", "conntrack"):
        same(shapes.shipped(vendor), raw)


ADDRESSES = st.one_of(
    st.ip_addresses().map(str),
    st.ip_addresses(v=6).map(lambda address: address.exploded.upper()),
    st.lists(st.sampled_from(listed("|0|1|db8|ffff|12345|g|1.2.3.4")), min_size=1, max_size=10).map(":".join),
    st.lists(st.sampled_from(listed("0|1|01|255|256|1000|")), min_size=1, max_size=5).map(".".join),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(ADDRESSES, min_size=1, max_size=6))
@example(listed("::|::1|1::|1:2:3:4:5:6:7::|::2:3:4:5:6:7:8|1:2:3:4:5:6:7:8|1::3:4:5:6:7:8|1:2:3:4:5:6:7:8:"))
@example(listed(":::|1:::2|:1|1:|1:2:3:4:5:6:7|1:2:3:4:5:6:7:8:9|::1::|1:2:3:4:5:6:7::8|0.0.0.1"))
def test_addresses_are_those_of_the_standard_library(texts: list[str]) -> None:
    """What is taken at once is an address to Python's own reader, the same one; what isn't, isn't or is left over."""
    template = Template.parse("t", "a={address:ip} b")
    chunk = Chunk("".join(f"a={text} b\n" for text in texts).encode())
    free = np.ones(len(chunk), np.bool_)
    taken = scan(chunk, template, Minutes(), Records.of_lines(chunk), free)
    column = taken.columns.get("address")
    assert isinstance(column, Ips)
    read_at_once = {
        int(line): (int(column.low[at]) | (0 if column.high is None else int(column.high[at]) << 64))
        for at, line in enumerate(taken.records)
    }
    for number, text in enumerate(texts):
        try:
            wanted = int(ipaddress.ip_address(text))
        except ValueError:
            assert number not in read_at_once
            assert isinstance(template.read(f"a={text} b".encode(), Minutes()), str)
        else:
            assert number in taken.unsure or read_at_once[number] == wanted


STAMPS = st.one_of(
    st.datetimes().map(lambda moment: moment.isoformat()),
    st.datetimes().map(lambda moment: f"{moment:%b} {moment.day:2d} {moment:%H:%M:%S.%f}"),
    st.datetimes().map(lambda moment: f"{moment.year:04d} {moment:%b} {moment.day} {moment:%H:%M:%S}"),
    st.tuples(
        st.sampled_from(listed("2026-11-23T|2026/11/23 |2026-11-23 time=|Nov 23 |Nov  3 |Nov 23 2026 |Feb 29 ")),
        st.sampled_from(["09:15", "24:00", "24:01", "00:60", "9:15"]),
        st.sampled_from([":00", ":59", ":60", ":61", ":0", ""]),
        st.sampled_from(["", ".1", ",123", ".123456789", ".1234567890", "."]),
        st.sampled_from(["", "Z", "+09:00", "-0330", "+24:00", "+09:60", "+09:0", "+9"]),
    ).map("".join),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(STAMPS, min_size=1, max_size=6), st.sampled_from([Form.ISO, Form.BSD, Form.ISO | Form.BSD]))
def test_times_are_read_the_same_either_way(texts: list[str], forms: Form) -> None:
    """Local time, offset, what is left open and the length: one by one and at once, in headers too."""
    lines = [f"<13>{text} host" for text in texts]
    chunk = Chunk("".join(line + "\n" for line in lines).encode())
    stamps, lengths, good = read_stamps(chunk, chunk.starts + 4, chunk.ends, forms, Minutes())
    headers, having = header_stamps(chunk, np.arange(len(chunk)), Minutes())
    for at, line in enumerate(lines):
        singly = read_stamp(line.encode(), 4, forms, Minutes())
        assert bool(good[at]) == (singly is not None), line
        if singly is not None:
            stamp, end = singly
            assert (int(stamps.local[at]), int(stamps.offset[at]), int(stamps.marks[at])) == tuple(stamp), line
            assert int(lengths[at]) + 4 == end, line
        header = header_stamp(line.encode(), Minutes())
        assert bool(having[at]) == (header is not None), line
        if header is not None:
            assert int(headers.local[at]) == header.local


def test_a_block_is_no_boundary() -> None:
    """Lines are numbered through, and read alike, however many blocks they fill."""
    line_format = shapes.shipped("juniper_pba")
    good = LINES[0][1]
    raw = b"".join((good if at % 9000 else good.replace(b"48640", b"70000")) + b"\n" for at in range(1, 20_001))
    found = read(line_format, raw, first=101)
    assert refused(found) == {9100: "port_out_of_range", 18100: "port_out_of_range"}
    assert len(events_of(found)) == 19_998


def test_whatever_the_bytes_work_and_memory_stay_bounded() -> None:
    """A megabyte of noise, brackets, half lines, or of one endless line: work and memory in proportion."""
    noise = np.random.default_rng(4).bytes(1 << 20)
    endless = b"RT_SRC_NAT_PBA_ALLOC [internal-ip=" * 30_000
    brackets = b"[[[[]]]][Userbased" * 58_000
    halves = b"RT_SRC_NAT_PBA_ALLOC [internal-ip=\"100.64.1.1\" block-used=\n" * 4_000
    for raw in (noise, endless, brackets, halves):
        for vendor in ("juniper_pba", "cisco_xr", "conntrack"):
            tracemalloc.start()
            with counted() as calls:
                found = read(shapes.shipped(vendor), raw)
            _, peak = tracemalloc.get_traced_memory()
            tracemalloc.stop()
            assert events_of(found) == []
            assert calls.count < len(raw)
            assert peak < 200 << 20
