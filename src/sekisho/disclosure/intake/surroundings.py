"""What the intake knows of networks: which addresses are the operator's, which are shared, which are whose. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, ip_network
from typing import Any, Final

from sekisho.disclosure.intake.errors import PrefixTableRefused
from sekisho.logs.kinds import LogKind
from sekisho.logs.sources import MAX_PREFIXES, Network, SourceSpec

Address = IPv4Address | IPv6Address

SHARING: Final = frozenset({LogKind.AP_NAT, LogKind.AP_MAP_RULE})
"""Kinds of log that exist because several users share an address at once: without a port they name nobody."""
MAX_NAME: Final = 200
"""Characters of a provider's name."""

_ALL_IPV4: Final = IPv4Network("0.0.0.0/0")
class PrefixTable:
    """Prefixes with a name each, found by their length: ten thousand cost as much to ask as ten."""

    def __init__(self, prefixes: Iterable[tuple[Network, str]]) -> None:
        """A prefix named twice keeps its first name."""
        self._by_length: dict[tuple[int, int], dict[int, str]] = {}
        for prefix, name in prefixes:
            at = self._by_length.setdefault((prefix.version, prefix.prefixlen), {})
            at.setdefault(int(prefix.network_address), name)
        self._lengths = sorted(self._by_length, reverse=True)

    def name_of(self, address: Address) -> str | None:
        """The name of the narrowest prefix that holds ``address``."""
        number = int(address)
        for version, length in self._lengths:
            if version == address.version:
                kept = address.max_prefixlen - length
                found = self._by_length[version, length].get(number >> kept << kept)
                if found is not None:
                    return found
        return None

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self._lengths)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """``own``: the operator's public prefixes; empty where nobody said, and then no address is called another's for
    not being among them. ``shared``: those of which several users have one address at the same time. ``others``:
    prefixes of other providers and their names, as the public register has them.
    """

    own: PrefixTable = field(default_factory=lambda: PrefixTable(()))
    shared: PrefixTable = field(default_factory=lambda: PrefixTable(()))
    others: PrefixTable = field(default_factory=lambda: PrefixTable(()))

    @classmethod
    def of_sources(cls, specs: Iterable[SourceSpec], others: Iterable[tuple[Network, str]] = ()) -> Surroundings:
        """What the declared log sources say. Where one names no prefixes it answers for every address: then the
        operator's own aren't known."""
        known = tuple(specs)
        own = [] if any(not one.covers for one in known) else [prefix for one in known for prefix in one.covers]
        shared = [prefix for one in known if one.kind in SHARING for prefix in one.covers or (_ALL_IPV4,)]
        return cls(_table(own), _table(shared), PrefixTable(others))


def _table(prefixes: Iterable[Network]) -> PrefixTable:
    return PrefixTable((one, "") for one in prefixes)


_PRIVATE: Final = _table(
    ip_network(one)
    for one in (
        # RFC 1918, RFC 6598, RFC 1122 section 3.2.1.3, RFC 3927
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "0.0.0.0/8", "169.254.0.0/16",
        # RFC 4193, RFC 4291 (link-local, unspecified, loopback)
        "fc00::/7", "fe80::/10", "::/128", "::1/128",
    )
)  # fmt: skip
_RESERVED: Final = _table(
    ip_network(one)
    for one in (
        # RFC 6890 (IANA's registry of special-purpose addresses), RFC 5737, RFC 2544, RFC 5771, RFC 1112
        "192.0.0.0/24", "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "198.18.0.0/15", "224.0.0.0/4",
        "240.0.0.0/4",
        # RFC 6666, RFC 2928 (without Teredo's and ORCHIDv2's users), RFC 3849, RFC 9637, RFC 4291 (multicast)
        "100::/64", "2001:db8::/32", "3fff::/20", "ff00::/8",
    )
)  # fmt: skip


def is_private(address: Address) -> bool:
    """Whether it is used inside many networks at once: no provider can say whose it was."""
    return _PRIVATE.name_of(address) is not None


def is_reserved(address: Address) -> bool:
    """Whether it is assigned to nobody. A prefix that the operator declares as its own is the operator's anyway."""
    return _RESERVED.name_of(address) is not None


def read_others(written: Mapping[str, Any]) -> tuple[tuple[Network, str], ...]:
    """The table of other providers from settings: ``{name: [prefix, …]}``. Raises ``PrefixTableRefused``."""
    found: list[tuple[Network, str]] = []
    for name, prefixes in written.items():
        if not isinstance(name, str) or not name.strip() or len(name) > MAX_NAME or not name.isprintable():
            raise PrefixTableRefused(field=str(name)[:60], problem=f"a name of at most {MAX_NAME} characters")
        if not isinstance(prefixes, list):
            raise PrefixTableRefused(field=name[:60], problem="a list of prefixes")
        for prefix in prefixes:
            try:
                found.append((ip_network(prefix) if isinstance(prefix, str) else ip_network(""), name.strip()))
            except ValueError:
                raise PrefixTableRefused(field=name[:60], problem="prefixes such as 198.51.100.0/24") from None
        if len(found) > MAX_PREFIXES:
            raise PrefixTableRefused(field=name[:60], problem=f"at most {MAX_PREFIXES} prefixes in all")
    return tuple(found)
