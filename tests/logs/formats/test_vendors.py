"""Every vendor's lines, read at once and one by one, against events written down by hand."""

from __future__ import annotations

import re
from typing import Any

import pytest

from sekisho.logs.formats import shapes
from tests.logs.formats.reading import context, events_of, ignored, read, refused
from tests.logs.formats.samples import LISTED, SAMPLES, Sample, micros


def time_of(text: str) -> int:
    """A time with perhaps a fraction as microseconds."""
    whole, point, rest = text.partition(".")
    return micros(whole + rest[6:]) + int(rest[:6]) if point else micros(text)


def expected(sample: Sample) -> list[dict[str, Any]]:
    """The events of a sample as plain mappings."""
    made = []
    for at, (action, time, inside, address, (low, high), protocol) in enumerate(sample.events):
        row: dict[str, Any] = {"action": int(action), "time": time_of(time), "inside": inside, "address": address}
        if low:
            row["port_low"] = low
        if high != 65_535:
            row["port_high"] = high
        if protocol:
            row["protocol"] = protocol
        for name, value in sample.more.items():
            row[name] = (
                time_of(value) if name in ("logged", "start") else value[at] if isinstance(value, tuple) else value
            )
        made.append(row)
    return made


@pytest.mark.parametrize("exactly", [False, True], ids=["at once", "one by one"])
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: f"{sample.vendor}-{sample.line[:60]}")
def test_a_line_yields_what_it_says(sample: Sample, exactly: bool) -> None:
    """Every column that the sample names is as written down; nothing is refused or left out."""
    found = read(shapes.shipped(sample.vendor), sample.line.encode() + b"\n", exactly=exactly)
    rows = events_of(found)
    wanted = expected(sample)
    assert (refused(found), ignored(found)) == ({}, {})
    assert [{name: row.get(name) for name in want} for row, want in zip(rows, wanted, strict=True)] == wanted


def test_every_template_has_a_sample() -> None:
    """Each line of each vendor's file is read by at least one test."""
    for vendor in shapes.shipped_names():
        lines = [LISTED, *(sample.line.encode() for sample in SAMPLES if sample.vendor == vendor)]
        pieces = [piece for line in lines for piece in [line, *re.findall(rb"\[[^\[\]]*\]", line)]]
        for shape in shapes.shipped(vendor).shapes:
            assert any(shape.template.pattern.fullmatch(piece) for piece in pieces), (vendor, shape.template.name)


def test_a_mixed_stream_is_read_by_each_vendor_alone() -> None:
    """A vendor's reader takes its own lines and counts all the others, none of which it calls broken."""
    raw = b"".join(sample.line.encode() + b"\n" for sample in SAMPLES)
    for vendor in shapes.shipped_names():
        found = read(shapes.shipped(vendor), raw)
        own = [sample for sample in SAMPLES if sample.vendor == vendor]
        assert refused(found) == {}, vendor
        assert len(events_of(found)) == sum(len(sample.events) for sample in own), vendor
        assert ignored(found) == {"other_message": len(SAMPLES) - len(own)}, vendor


def test_tcp_and_udp_of_one_port_are_two_assignments() -> None:
    """The protocol is part of what is assigned: the same port of TCP and UDP goes to two subscribers."""
    line = "fp-cgnat[1]: USER {0} (matching rule 1): NEW BLOCK (pool \"p\", ip public 192.0.2.1, proto {1}, port 1 - 9)"
    raw = "\n".join("Nov 23 18:15:04 gw " + line.format(*one) for one in (("100.64.0.1", 6), ("100.64.0.2", 17)))
    found = events_of(read(shapes.shipped("sixwind"), raw.encode() + b"\n"))
    assert [(row["protocol"], row["inside"]) for row in found] == [(6, "100.64.0.1"), (17, "100.64.0.2")]


def test_a_listed_connection_is_a_sign_of_life_only_when_received_live() -> None:
    """A line of ``conntrack -L`` has no time: read from a file it is refused, live it is an interim at its receipt."""
    assert refused(read(shapes.shipped("conntrack"), LISTED)) == {1: "no_time"}
    [row] = events_of(read(shapes.shipped("conntrack"), LISTED, context(live=True)))
    assert (row["action"], row["time"], row["clock"]) == (3, context().received, 8)
