"""The attributes that are read, by the names FreeRADIUS gives them; any other is passed over.

A name may have several numbers' worth of types: a plain attribute, one of a vendor (RFC 2865 section 5.26), one in the
extended space (RFC 6929), or one inside such (a TLV).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Final


class Kind(Enum):
    """How a value is written on the wire (RFC 8044)."""

    NUMBER = "number"
    """32 bits."""
    TEXT = "text"
    IPV4 = "ipv4"
    IPV6 = "ipv6"
    PREFIX6 = "prefix6"
    """A reserved byte, the length in bits, and as many bytes as it takes (RFC 3162 section 2.3)."""


NOKIA: Final = 6_527
HUAWEI: Final = 2_011
THREE_GPP: Final = 10_415

PLAIN: Final[Mapping[int, tuple[str, Kind]]] = MappingProxyType({
    1: ("User-Name", Kind.TEXT),
    4: ("NAS-IP-Address", Kind.IPV4),
    5: ("NAS-Port", Kind.NUMBER),
    8: ("Framed-IP-Address", Kind.IPV4),
    30: ("Called-Station-Id", Kind.TEXT),
    31: ("Calling-Station-Id", Kind.TEXT),
    32: ("NAS-Identifier", Kind.TEXT),
    40: ("Acct-Status-Type", Kind.NUMBER),
    41: ("Acct-Delay-Time", Kind.NUMBER),
    44: ("Acct-Session-Id", Kind.TEXT),
    46: ("Acct-Session-Time", Kind.NUMBER),
    50: ("Acct-Multi-Session-Id", Kind.TEXT),
    55: ("Event-Timestamp", Kind.NUMBER),
    87: ("NAS-Port-Id", Kind.TEXT),
    89: ("Chargeable-User-Identity", Kind.TEXT),
    95: ("NAS-IPv6-Address", Kind.IPV6),
    97: ("Framed-IPv6-Prefix", Kind.PREFIX6),
    123: ("Delegated-IPv6-Prefix", Kind.PREFIX6),
    168: ("Framed-IPv6-Address", Kind.IPV6),
})
"""RFC 2865, 2866, 2869, 3162, 4372, 4818, 6911."""

VENDORS: Final[Mapping[tuple[int, int], tuple[str, Kind]]] = MappingProxyType({
    (THREE_GPP, 1): ("3GPP-IMSI", Kind.TEXT),
    (THREE_GPP, 20): ("3GPP-IMEISV", Kind.TEXT),
    (NOKIA, 121): ("Alc-Nat-Port-Range", Kind.TEXT),
    (NOKIA, 141): ("Alc-Nat-Outside-Ip-Addr", Kind.IPV4),
    (HUAWEI, 161): ("Huawei-NAT-Public-Address", Kind.IPV4),
    (HUAWEI, 162): ("Huawei-NAT-Start-Port", Kind.NUMBER),
    (HUAWEI, 163): ("Huawei-NAT-End-Port", Kind.NUMBER),
})
"""3GPP TS 29.061 section 16.4.7; Nokia SR OS; Huawei NE."""

EXTENDED: Final[Mapping[tuple[int, int, int], tuple[str, Kind]]] = MappingProxyType({
    (241, 6, 1): ("IP-Port-Range-Type", Kind.NUMBER),
    (241, 6, 3): ("IP-Port-Range-Ext-IPv4-Addr", Kind.IPV4),
    (241, 6, 4): ("IP-Port-Range-Int-IPv4-Addr", Kind.IPV4),
    (241, 6, 8): ("IP-Port-Range-Alloc", Kind.NUMBER),
    (241, 6, 9): ("IP-Port-Range-Range-Start", Kind.NUMBER),
    (241, 6, 10): ("IP-Port-Range-Range-End", Kind.NUMBER),
})
"""IP-Port-Range (RFC 8045 section 3.1.2): type, extended type, TLV."""

NAMED: Final = frozenset(
    name for table in (PLAIN, VENDORS, EXTENDED) for name, _ in table.values()
)
"""Every name."""
