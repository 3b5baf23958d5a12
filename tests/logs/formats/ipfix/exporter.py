"""An exporter made for tests: it writes IPFIX and NetFlow version 9 messages by hand, right or wrong as asked."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address
from typing import Any
from zoneinfo import ZoneInfo

from sekisho.logs.events import Events, Unreadable
from sekisho.logs.formats.ipfix.reader import IpfixReader, make
from sekisho.logs.formats.reader import Context, Found

JAPAN = ZoneInfo("Asia/Tokyo")
SECOND = 1_000_000
AT = 1_790_000_000
"""The exporter's clock, in seconds."""
MILLI = AT * 1000

Field = tuple[int, int] | tuple[int, int, int]
"""An element and its length; an enterprise's with its number last."""

NAT44 = ((323, 8), (8, 4), (225, 4), (4, 1), (7, 2), (227, 2), (12, 4), (226, 4), (11, 2), (228, 2), (234, 4), (230, 1))
BLOCK = ((323, 8), (8, 4), (225, 4), (361, 2), (362, 2), (230, 1))
BINDING = ((323, 8), (8, 4), (225, 4), (230, 1))


def fields(specs: Sequence[Field]) -> bytes:
    """Field specifiers (RFC 7011 section 3.2)."""
    made = b""
    for spec in specs:
        if len(spec) == 3:
            made += struct.pack(">HHI", spec[0] | 0x8000, spec[1], spec[2])
        else:
            made += struct.pack(">HH", *spec)
    return made


def a_set(number: int, body: bytes, pad: int = 0) -> bytes:
    """A set with its header."""
    return struct.pack(">HH", number, len(body) + pad + 4) + body + bytes(pad)


def template(number: int, specs: Sequence[Field], *, version: int = 10) -> bytes:
    """A template set of one template."""
    return a_set(2 if version == 10 else 0, struct.pack(">HH", number, len(specs)) + fields(specs))


def options(number: int, specs: Sequence[Field], scopes: int = 1) -> bytes:
    """An options template set."""
    return a_set(3, struct.pack(">HHH", number, len(specs), scopes) + fields(specs))


def withdraw(number: int) -> bytes:
    """A withdrawal."""
    return a_set(2, struct.pack(">HH", number, 0))


def value(spec: Field, given: Any) -> bytes:
    """One field of a record."""
    if isinstance(given, bytes):
        if spec[1] != 65535:
            return given.ljust(spec[1], b"\0")
        return (bytes([len(given)]) if len(given) < 255 else b"\xff" + struct.pack(">H", len(given))) + given
    if isinstance(given, str):
        given = int(IPv6Address(given) if ":" in given else IPv4Address(given))
    return int(given).to_bytes(spec[1], "big")


def record(specs: Sequence[Field], values: Sequence[Any]) -> bytes:
    """One record."""
    return b"".join(value(spec, given) for spec, given in zip(specs, values, strict=True))


def message(*inner: bytes, sequence: int = 0, domain: int = 7, at: int = AT) -> bytes:
    """An IPFIX message."""
    body = b"".join(inner)
    return struct.pack(">HHIII", 10, 16 + len(body), at, sequence, domain) + body


def message9(*inner: bytes, sequence: int = 0, domain: int = 7, at: int = AT, uptime: int = 0) -> bytes:
    """A message of NetFlow version 9."""
    body = b"".join(inner)
    return struct.pack(">HHIIII", 9, len(inner), uptime, at, sequence, domain) + body


def file_context() -> Context:
    """As for a file."""
    return Context((AT + 60) * SECOND, JAPAN)


def live_context(peer: str = "192.0.2.1:4739", at: int = AT) -> Context:
    """As for datagrams."""
    return Context(at * SECOND, JAPAN, live=True, peer=peer)


def read_all(data: bytes, context: Context | None = None, reader: IpfixReader | None = None) -> list[Found]:
    """Everything a reader finds in one input."""
    reader = reader or make({})
    context = context or file_context()
    return [*reader.read(data, 1, context), *reader.finish(context)]


def events(found: Sequence[Found]) -> list[dict[str, Any]]:
    """Events as rows that are easy to compare, in the order in which they were told."""
    rows: list[dict[str, Any]] = []
    for one in found:
        if isinstance(one, Events):
            rows += [_row(one, at) for at in range(len(one))]
    return rows


def unreadable(found: Sequence[Found]) -> list[str]:
    """The reasons of what couldn't be read."""
    return [one.reason for one in found if isinstance(one, Unreadable)]


def _row(of: Events, at: int) -> dict[str, Any]:
    row: dict[str, Any] = {"action": int(of.action[at]), "time": int(of.time[at])}
    for name in ("address", "inside", "destination"):
        column = getattr(of, name)
        if column is not None:
            row[name] = column.text(at)
    if of.port_low is not None and of.port_high is not None:
        row["ports"] = (int(of.port_low[at]), int(of.port_high[at]))
    for name in ("protocol", "destination_port"):
        column = getattr(of, name)
        if column is not None:
            row[name] = int(column[at])
    for name in ("subject", "origin", "reference"):
        column = getattr(of, name)
        if column is not None and column.text(at) is not None:
            row[name] = column.text(at)
    if of.start is not None and of.start[at] > 0:
        row["start"] = int(of.start[at])
    if of.clock is not None and of.clock[at]:
        row["clock"] = int(of.clock[at])
    return row
