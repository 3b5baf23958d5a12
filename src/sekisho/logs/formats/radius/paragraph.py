"""A packet as FreeRADIUS writes it into a ``detail`` file, so that wire and file are read by the same rules.

Attributes that aren't in :mod:`sekisho.logs.formats.radius.dictionary` are left out, as the file's reader would pass
them over; one whose value doesn't have its type's length makes the packet unreadable, as in a file.
"""

from __future__ import annotations

import ipaddress
import re
import struct
from collections.abc import Iterator
from typing import Final

from sekisho.logs.formats.radius.dictionary import EXTENDED, PLAIN, VENDORS, Kind
from sekisho.logs.formats.radius.packet import Attribute, Packet

HEADER: Final = b"Thu Jan  1 00:00:00 1970"
"""Stands where a file says when it was written: the receipt is told exactly, in ``Timestamp``."""

_SPECIAL = re.compile(rb"[\x00-\x1f\x7f\"\\]")
_STATUS: Final = {1: b"Start", 2: b"Stop", 3: b"Interim-Update", 7: b"Accounting-On", 8: b"Accounting-Off"}
_VENDORS: Final = frozenset(vendor for vendor, _ in VENDORS)
_TLVS: Final = frozenset((kind, extended) for kind, extended, _ in EXTENDED)
_NAS: Final = frozenset({Attribute.NAS_IP_ADDRESS, Attribute.NAS_IPV6_ADDRESS, Attribute.NAS_IDENTIFIER})


class ValueBroken(Exception):
    """A value that isn't of its attribute's type."""


def paragraph(packet: Packet, received: int, peer: str | None) -> bytes:
    """The lines of a packet received at ``received`` (UTC seconds), with an empty one at the end.

    A NAS that doesn't name itself, as it must (RFC 2866 section 4.1), is named by the address its packet came from.
    Raises :class:`ValueBroken`.
    """
    lines = [HEADER]
    named = False
    for kind, value in packet.attributes():
        named = named or kind in _NAS
        for name, form, raw in _known(kind, value):
            lines.append(b"\t%b = %b" % (name.encode("ascii"), _written(name, form, raw)))
    if not named and peer is not None:
        address = ipaddress.ip_address(peer)
        which = b"NAS-IP-Address" if address.version == 4 else b"NAS-IPv6-Address"
        lines.append(b"\t%b = %b" % (which, str(address).encode("ascii")))
    lines.append(b"\tTimestamp = %d" % received)
    return b"\n".join(lines) + b"\n\n"


def _known(kind: int, value: bytes) -> Iterator[tuple[str, Kind, bytes]]:
    if kind == Attribute.VENDOR_SPECIFIC:
        if len(value) < 4:
            raise ValueBroken
        vendor = int.from_bytes(value[:4], "big")
        if vendor in _VENDORS:
            for inner, raw in _inside(value[4:]):
                if (vendor, inner) in VENDORS:
                    yield (*VENDORS[vendor, inner], raw)
    elif Attribute.EXTENDED_1 <= kind <= Attribute.EXTENDED_4:
        if not value:
            raise ValueBroken
        if (kind, value[0]) in _TLVS:
            for inner, raw in _inside(value[1:]):
                if (kind, value[0], inner) in EXTENDED:
                    yield (*EXTENDED[kind, value[0], inner], raw)
    elif kind in PLAIN:
        yield (*PLAIN[kind], value)


def _inside(value: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(value):
        if len(value) - at < 2 or value[at + 1] < 2 or at + value[at + 1] > len(value):
            raise ValueBroken
        yield value[at], value[at + 2 : at + value[at + 1]]
        at += value[at + 1]


def _written(name: str, kind: Kind, raw: bytes) -> bytes:
    try:
        if kind is Kind.NUMBER:
            (number,) = struct.unpack(">I", raw)
            status = _STATUS.get(number) if name == "Acct-Status-Type" else None
            return status or b"%d" % number
        if kind is Kind.IPV4:
            return str(ipaddress.IPv4Address(raw)).encode("ascii")
        if kind is Kind.IPV6:
            return str(ipaddress.IPv6Address(raw)).encode("ascii")
        if kind is Kind.PREFIX6:
            if not 2 <= len(raw) <= 18:
                raise ValueBroken
            address = ipaddress.IPv6Address(raw[2:].ljust(16, b"\0"))
            return b"%b/%d" % (str(address).encode("ascii"), raw[1])
    except (struct.error, ValueError):
        raise ValueBroken from None
    return b'"%b"' % _SPECIAL.sub(lambda match: b"\\%03o" % match[0][0], raw)
