"""IPv4 written inside IPv6 (``::ffff:203.0.113.5``, RFC 4291 section 2.5.5.2) is the IPv4 address it stands for.

Sockets that listen for both families write it, and so do servers, translators and RADIUS clients behind them. It never
stands on the wire: kept as it is written, nobody who asks for the IPv4 address would find it. Here is the one place
where it is read: in what is taken in, what sources declare and what is asked.
"""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Any, Final

import numpy as np

from sekisho.logs.columns import Addresses, Bools
from sekisho.logs.events import Events

BITS: Final = 96
"""The bits before the IPv4 address."""
_BLOCK: Final = IPv6Network("::ffff:0:0/96")
_COLUMNS: Final = ("address", "inside", "destination")


def plain_address(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The address that ``address`` stands for."""
    return address if isinstance(address, IPv4Address) else address.ipv4_mapped or address


def plain_network(network: IPv4Network | IPv6Network) -> IPv4Network | IPv6Network:
    """The prefix that ``network`` stands for. One wider than all of IPv4 stays as it is."""
    if isinstance(network, IPv4Network) or not network.subnet_of(_BLOCK):
        return network
    return IPv4Network((int(network.network_address) & 0xFFFF_FFFF, network.prefixlen - BITS))


def plain_events(events: Events) -> tuple[Events, ...]:
    """``events`` with plain addresses. Where only some of a column are such, in parts: a batch's column is of one
    family."""
    masks = {name: mask for name in _COLUMNS if (mask := _mapped(getattr(events, name))) is not None}
    if not masks:
        return (events,)
    which = np.zeros(len(events), np.uint8)
    for place, mask in enumerate(masks.values()):
        which |= mask.astype(np.uint8) << place
    parts = []
    for code in np.unique(which).tolist():
        part = events[which == code]
        plain: dict[str, Any] = {}
        for place, name in enumerate(masks):
            if code >> place & 1:
                plain[name] = _plain(getattr(part, name))
        parts.append(replace(part, **plain))
    return tuple(parts)


def _mapped(addresses: Addresses | None) -> Bools | None:
    """Which of a column stand for an IPv4 address or prefix; None where none does."""
    if addresses is None or addresses.high is None:
        return None
    mapped: Bools = (addresses.high == 0) & (addresses.low >> np.uint64(32) == 0xFFFF)
    if addresses.prefix is not None:
        mapped &= addresses.prefix >= BITS
    return mapped if mapped.any() else None


def _plain(addresses: Addresses) -> Addresses:
    low = (addresses.low & np.uint64(0xFFFF_FFFF)).astype(np.uint32)
    prefix = addresses.prefix
    if prefix is not None:
        prefix = None if (prefix == 128).all() else prefix - np.uint8(BITS)
    return Addresses(4, low, None, prefix)
