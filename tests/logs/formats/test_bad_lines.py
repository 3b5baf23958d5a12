"""What can't be is refused with its line and a reason; the rest goes on."""

from __future__ import annotations

import pytest

from sekisho.logs.events import Unreadable
from sekisho.logs.formats import shapes
from sekisho.logs.formats.template import MAX_LINE
from tests.logs.formats.reading import events_of, ignored, read, refused
from tests.logs.formats.samples import SAMPLES

PBA = next(sample.line for sample in SAMPLES if sample.vendor == "juniper_pba")
XR = next(sample.line for sample in SAMPLES if sample.vendor == "cisco_xr")


@pytest.mark.parametrize(("old", "new", "reason"), [
    ("48895", "70000", "port_out_of_range"),
    ("48640", "99999999999999999999", "number_too_large"),
    ('"48640"', '"48896"', "ports_reversed"),
    ("192.0.2.172", "192.0.2.999", "not_an_address"),
    ("192.0.2.172", "192.0.02.172", "not_an_address"),
    ("192.0.2.172", "0.0.0." + "0", "address_unset"),
    ('"48895"', '"-1"', "no_match"),
    ("epoch-time-64", "epoch-time", "no_match"),
    ('block-port-low="48640" ', "", "no_match"),
])
@pytest.mark.parametrize("exactly", [False, True])
def test_nonsense_is_refused_with_its_reason(old: str, new: str, reason: str, exactly: bool) -> None:
    """A line between two good ones is refused alone, by number, and its bytes are kept."""
    wrong = PBA.replace(old, new)
    found = read(shapes.shipped("juniper_pba"), f"{PBA}\n{wrong}\n{PBA}\n".encode(), exactly=exactly)
    assert refused(found) == {2: reason}
    assert [row["record"] for row in events_of(found)] == [1, 3]
    assert [one.raw for one in found if isinstance(one, Unreadable)] == [wrong.encode()]


@pytest.mark.parametrize(("vendor", "old", "new", "reason"), [
    ("f5_lsn", " 6 198", " 256 198", "protocol_out_of_range"),
    ("f5_lsn", "80 443", "80 65536", "port_out_of_range"),
    ("fortinet", "duration=120", "duration=999999999", "duration_out_of_range"),
    ("sixwind", "NEW BLOCK", "ODD BLOCK", "no_match"),
    ("a10_cef", "proto=UDP", "proto=XYZ", "no_match"),
    ("mikrotik", "pppoe-b162", "pppoe-b\x7f162", "not_text"),
])
def test_vendors_nonsense_is_refused_with_its_reason(vendor: str, old: str, new: str, reason: str) -> None:
    """Protocols, destinations, lengths, words and names are checked like ports and addresses."""
    line = next(s.line for s in SAMPLES if s.vendor == vendor and old in s.line)
    found = read(shapes.shipped(vendor), line.replace(old, new).encode() + b"\n")
    assert refused(found) == {1: reason}
    assert events_of(found) == []


def test_an_end_before_its_start_is_refused() -> None:
    """A record of the whole that ends before it starts contradicts itself."""
    text = """
format: own
title: {ja: 自社, en: own}
kind: ap.nat
lines:
  - name: whole
    action: whole
    line: 'from {start:time} to {time:time} {inside:ip} {address:ip}'
"""
    line = b"from 2026-11-23T10:00:01Z to 2026-11-23T10:00:00Z 100.64.0.1 192.0.2.1\n"
    assert refused(read(shapes.load(text, "own.yaml"), line)) == {1: "ends_before_start"}


def test_a_line_of_a_megabyte_is_refused_and_the_next_is_read() -> None:
    """Neither its length nor what it holds disturbs its neighbours; 8 KiB are still a line."""
    long = PBA.encode() + b" " + b"x" * 1_000_000
    found = read(shapes.shipped("juniper_pba"), long + b"\n" + PBA.encode() + b"\n")
    assert refused(found) == {1: "line_too_long"}
    assert [row["record"] for row in events_of(found)] == [2]
    edge = PBA.encode() + b"x" * (MAX_LINE - len(PBA))
    assert refused(read(shapes.shipped("juniper_pba"), edge + b"\n" + edge + b"x\n")) == {2: "line_too_long"}


def test_binary_garbage_and_other_encodings_are_no_text() -> None:
    """Control characters, UTF-16 and compressed bytes are refused; Shift_JIS of another program is another message."""
    other = "再起動".encode("shift_jis")
    raw = b"\n".join([b"\x1f\x8b\x08\x00\x01", PBA.encode("utf-16-le")[:100], other, PBA.encode()])
    found = read(shapes.shipped("juniper_pba"), raw + b"\n")
    assert set(refused(found).values()) == {"not_text"}
    assert sorted(refused(found)) == [1, 2]
    assert ignored(found) == {"other_message": 1}
    assert [row["record"] for row in events_of(found)] == [4]


def test_windows_line_ends_and_a_missing_last_one_are_read() -> None:
    """``\\r\\n`` ends a line as ``\\n`` does; a file that ends without either loses nothing."""
    found = read(shapes.shipped("nfware"), b"\r\n".join([b"A VRF 0 INT 100.64.0.1 EXT 192.0.2.1"] * 2))
    assert refused(found) == {1: "no_time", 2: "no_time"}
    line = next(s.line for s in SAMPLES if s.vendor == "nfware").encode()
    assert len(events_of(read(shapes.shipped("nfware"), line + b"\r\n" + line))) == 2


def test_other_messages_are_counted_and_broken_ones_are_not_among_them() -> None:
    """A line with none of the format's marks is another message; one that has a mark and can't be read is broken."""
    raw = f"<13>1 2026-11-23T09:15:04Z gw sshd - - - hello\n{PBA[:120]}\n{PBA}\n".encode()
    found = read(shapes.shipped("juniper_pba"), raw)
    assert ignored(found) == {"other_message": 1}
    assert refused(found) == {2: "no_match"}


def test_a_known_message_of_no_use_is_not_broken() -> None:
    """What the vendor's file lists as other is counted, though it has the format's mark."""
    raw = b"<14>1 2026-11-23T09:15:04Z mx1 RT_NAT - RT_SRC_NAT_PBA_OUT_OF_PORTS [pool=1]\n"
    found = read(shapes.shipped("juniper_pba"), raw)
    assert (refused(found), ignored(found)) == ({}, {"other_message": 1})


@pytest.mark.parametrize("exactly", [False, True])
def test_one_broken_record_of_a_line_costs_itself(exactly: bool) -> None:
    """Of several records in a line the good ones count and the line is kept for the broken one."""
    found = read(shapes.shipped("cisco_xr"), XR.replace("4096 5119", "4096 70000").encode() + b"\n", exactly=exactly)
    assert refused(found) == {1: "port_out_of_range"}
    assert [row["inside"] for row in events_of(found)] == ["100.64.0.1"]


@pytest.mark.parametrize("exactly", [False, True])
def test_a_record_cut_off_in_its_bracket_is_seen(exactly: bool) -> None:
    """A packet cut in the middle of its last record: the first is read, the rest is refused, not overlooked."""
    found = read(shapes.shipped("cisco_xr"), XR[: XR.index("4096")].encode() + b"\n", exactly=exactly)
    assert refused(found) == {1: "no_match"}
    assert [row["inside"] for row in events_of(found)] == ["100.64.0.1"]


def test_a_colliding_text_is_still_itself() -> None:
    """Many names of one length, in any order, come out as they stand."""
    lines = [next(s.line for s in SAMPLES if s.vendor == "mikrotik").replace("b162", f"u{n:05d}") for n in range(3000)]
    found = events_of(read(shapes.shipped("mikrotik"), "\n".join(lines).encode() + b"\n"))
    assert [row["subject"] for row in found] == [f"u{n:05d}" for n in range(3000)]
