"""From a frame to its TCP segment or UDP datagram: Ethernet (with VLAN), Linux cooked, raw IP and loopback."""

from __future__ import annotations

import ipaddress
import struct
from dataclasses import dataclass
from typing import Final

import dpkt  # type: ignore[import-untyped]  # it has no type information

TAGS_MOST: Final = 4
EXTENSIONS_MOST: Final = 8
_VLAN: Final = frozenset({0x8100, 0x88A8, 0x9100, 0x9200})
_AROUND: Final = frozenset({0x8847, 0x8848, 0x8864, 0x6558})
"""MPLS, PPPoE and bridged Ethernet: there may be IP inside."""
_TUNNELS: Final = frozenset({4, 41, 47, 50, 115})
_EXTENSIONS: Final = frozenset({0, 43, 51, 60})


class Unread(Exception):
    """A frame in which something may be that isn't read; ``reason`` is a slug."""

    def __init__(self, reason: str) -> None:
        """For this reason."""
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Segment:
    """What one packet carries over TCP (``seq`` and ``flags`` mean something) or UDP."""

    tcp: bool
    source: str
    target: str
    source_port: int
    target_port: int
    seq: int
    flags: int
    data: bytes


def segment(link: int, frame: bytes) -> Segment | None:
    """The segment in a frame; ``None`` for what carries neither TCP nor UDP. Raises :class:`Unread`."""
    try:
        packet = _ip(link, frame)
        return None if packet is None else _transport(packet)
    except (struct.error, IndexError, ValueError, dpkt.UnpackError) as error:
        raise Unread("pcap_frame_broken") from error


def _ip(link: int, frame: bytes) -> bytes | None:
    match link:
        case 1:
            return _ethertype(frame, 12)
        case 113:
            return _ethertype(frame, 14)
        case 276:
            kind = int.from_bytes(frame[:2])
            return _of_type(kind, frame, 20)
        case 0 | 108:
            # The number of IPv6's family differs from system to system; the packet says itself what it is.
            return frame[4:]
        case 12 | 14 | 101 | 228 | 229:
            return frame
    raise Unread("pcap_link_type")


def _ethertype(frame: bytes, at: int) -> bytes | None:
    return _of_type(struct.unpack_from(">H", frame, at)[0], frame, at + 2)


def _of_type(kind: int, frame: bytes, at: int) -> bytes | None:
    for _ in range(TAGS_MOST):
        if kind not in _VLAN:
            break
        kind, at = struct.unpack_from(">2xH", frame, at)[0], at + 4
    if kind in {0x0800, 0x86DD}:
        return frame[at:]
    if kind in _AROUND or kind in _VLAN:
        raise Unread("pcap_encapsulated")
    return None


def _transport(packet: bytes) -> Segment | None:
    version = packet[0] >> 4
    if version == 4:
        header = (packet[0] & 15) * 4
        total, parts, protocol = struct.unpack_from(">2xH2xHxB", packet)
        if header < 20 or (total and total < header):
            raise Unread("pcap_frame_broken")
        if parts & 0x3FFF:
            raise Unread("pcap_fragment")
        # A length of zero is a packet that the network card was to divide.
        payload = packet[header : total or None]
        ends = packet[12:16], packet[16:20]
    elif version == 6:
        size, protocol = struct.unpack_from(">4xHB", packet)
        payload = packet[40 : 40 + size if size else None]
        ends = packet[8:24], packet[24:40]
        for _ in range(EXTENSIONS_MOST):
            if protocol == 44:
                if struct.unpack_from(">2xH", payload)[0] & 0xFFF9:
                    raise Unread("pcap_fragment")
                protocol, payload = payload[0], payload[8:]
            elif protocol in _EXTENSIONS:
                length = (payload[1] + 2) * 4 if protocol == 51 else (payload[1] + 1) * 8
                protocol, payload = payload[0], payload[length:]
            else:
                break
    else:
        return None
    if protocol in _TUNNELS:
        raise Unread("pcap_encapsulated")
    if protocol not in {6, 17}:
        return None
    source, target = (str(ipaddress.ip_address(each)) for each in ends)
    if protocol == 6:
        tcp = dpkt.tcp.TCP(payload)
        return Segment(True, source, target, tcp.sport, tcp.dport, tcp.seq, tcp.flags, bytes(tcp.data))
    udp = dpkt.udp.UDP(payload)
    return Segment(False, source, target, udp.sport, udp.dport, 0, 0, bytes(udp.data))
