"""Packet captures made by code."""

from __future__ import annotations

import ipaddress
import struct
from typing import Final

PHONE: Final = "198.18.0.2"
SERVER: Final = "203.0.113.7"


def ip(payload: bytes, protocol: int, source: str = PHONE, target: str = SERVER, *, parts: int = 0) -> bytes:
    """An IPv4 or, by its addresses, IPv6 packet."""
    ends = b"".join(ipaddress.ip_address(each).packed for each in (source, target))
    if len(ends) == 32:
        return struct.pack(">IHBB", 6 << 28, len(payload), protocol, 64) + ends + payload
    return struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(payload), 1, parts, 64, protocol, 0) + ends + payload


def tcp(seq: int, data: bytes = b"", *, flags: int = 16, ports: tuple[int, int] = (40000, 443)) -> bytes:
    """A TCP segment."""
    return struct.pack(">HHIIBBHHH", *ports, seq, 0, 0x50, flags, 1000, 0, 0) + data


def udp(data: bytes, ports: tuple[int, int] = (40000, 53)) -> bytes:
    """A UDP datagram."""
    return struct.pack(">HHHH", *ports, 8 + len(data), 0) + data


def ethernet(packet: bytes, *, vlan: bool = False) -> bytes:
    """A frame around an IP packet."""
    kind = b"\x86\xdd" if packet[0] >> 4 == 6 else b"\x08\x00"
    return bytes(12) + (b"\x81\x00\x00\x05" if vlan else b"") + kind + packet


def pcap(*frames: bytes, link: int = 1, order: str = "<") -> bytes:
    """A classic file."""
    out = struct.pack(f"{order}IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, link)
    for number, frame in enumerate(frames):
        out += struct.pack(f"{order}IIII", 1795000000 + number, 0, len(frame), len(frame)) + frame
    return out


def pcapng(*frames: bytes, link: int = 1, order: str = "<") -> bytes:
    """A file of blocks: section, interface, a block that isn't known, packets."""

    def block(kind: int, body: bytes) -> bytes:
        body += bytes(-len(body) % 4)
        size = struct.pack(f"{order}I", 12 + len(body))
        return struct.pack(f"{order}I", kind) + size + body + size

    out = block(0x0A0D0D0A, struct.pack(f"{order}IHHq", 0x1A2B3C4D, 1, 0, -1))
    out += block(1, struct.pack(f"{order}HHI", link, 0, 0)) + block(0xBAD, b"x" * 8)
    for frame in frames:
        at = 1795000000 * 10**6
        out += block(6, struct.pack(f"{order}5I", 0, at >> 32, at & 0xFFFFFFFF, len(frame), len(frame)) + frame)
    return out


def hello(host: str) -> bytes:
    """A ClientHello that names a host, in one record."""
    name = host.encode()
    sni = struct.pack(">HBH", len(name) + 3, 0, len(name)) + name
    extensions = struct.pack(">HH", 0xA0A, 0) + struct.pack(">HH", 0, len(sni)) + sni
    body = b"\x03\x03" + bytes(32) + b"\0" + b"\0\2\x13\x01" + b"\1\0" + struct.pack(">H", len(extensions)) + extensions
    message = b"\1" + len(body).to_bytes(3) + body
    return b"\x16\x03\x01" + struct.pack(">H", len(message)) + message


def labels(name: str) -> bytes:
    """A name as DNS writes it."""
    return b"".join(bytes([len(each)]) + each.encode() for each in name.split(".")) + b"\0"


def question(name: str) -> bytes:
    """A DNS question for an address."""
    return struct.pack(">6H", 7, 0x0100, 1, 0, 0, 0) + labels(name) + b"\0\1\0\1"


def answer(name: str, alias: str, address: str) -> bytes:
    """Its answer: the name is another's alias, which has the address."""
    out = struct.pack(">6H", 7, 0x8180, 1, 2, 0, 0) + labels(name) + b"\0\1\0\1"
    goal = labels(alias)
    out += b"\xc0\x0c" + struct.pack(">HHIH", 5, 1, 60, len(goal))
    at = len(out)
    out += goal + struct.pack(">H", 0xC000 | at) + struct.pack(">HHIH", 1, 1, 60, 4)
    return out + ipaddress.ip_address(address).packed


def connection(data: bytes, *, ports: tuple[int, int] = (40000, 443), parts: int = 1) -> list[bytes]:
    """IP packets of a connection's opening and of what its client sends, in so many segments."""
    size = -(-len(data) // parts)
    out = [ip(tcp(999, flags=2, ports=ports), 6)]
    out += [ip(tcp(1000 + at, data[at : at + size], ports=ports), 6) for at in range(0, len(data), size)]
    return out


def phone() -> list[bytes]:
    """Frames of a phone: a name with an alias, a TLS connection to it, and a cleartext request with an address."""
    post = (b"POST /c?uid=1 HTTP/1.1\r\nHost: t.metrics.example.net\r\nUser-Agent: made-up\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n5\r\nhanak\r\n1b\r\no.kakuu@mail.example.jp&a=1\r\n0\r\n"
            b"\r\n")  # fmt: skip
    back = ip(udp(answer("a.shop.example.jp", "edge.vendor.example.org", SERVER), (53, 40000)), 17, SERVER, PHONE)
    return [ethernet(each) for each in [
        ip(udp(question("a.shop.example.jp")), 17), back,
        *connection(hello("a.shop.example.jp"), parts=3),
        *connection(post, ports=(40001, 80), parts=4),
    ]]  # fmt: skip
