"""Assignment rules, and what each says of a public address and port. Pure.

- :class:`MapE`: RFC 7597. The rule's IPv6 prefix, the EA bits (IPv4 suffix, then PSID) after it: the customer's
  end-user prefix, to which a delegated-prefix lease names the line.
- :class:`Lw4o6`: RFC 7596. A binding table: IPv4 address and PSID to the customer's IPv6 address.
- :class:`Deterministic`: the idea of RFC 7422. Inside addresses in their order get equal shares of the ports of outside
  addresses in theirs. Ports that the rule keeps back (well-known, dynamic pool) are logged, if at all, not computed.

What this does not do: it doesn't know whether a device followed the rule. The answer names the rule and its source.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network
from typing import Any, Final, Protocol

from sekisho.logs.computed.errors import RuleRefused
from sekisho.logs.computed.port_sets import PortSets
from sekisho.logs.intervals.days import sayable

MAX_BINDINGS: Final = 2_000_000
MAX_RANGES: Final = 10_000
PORTS: Final = 65_536

Address = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class Said:
    """What a rule says of one address and port. ``inside`` None: it keeps the port for nobody. ``steps`` show how."""

    inside: Address | None
    prefix_length: int
    port_low: int
    port_high: int
    steps: tuple[str, ...]


class Rule(Protocol):
    """One version of a rule."""

    def covers(self, address: Address) -> bool:
        """Whether the address is handed out by this rule."""
        ...

    def say(self, address: Address, port: int) -> Said | None:
        """To whom the port belonged; None where the rule leaves this port to logs."""
        ...


@dataclass(frozen=True, slots=True)
class MapE:
    """A basic mapping rule (RFC 7597 section 5). ``psid_offset`` is *a*; the PSID is what the EA bits hold after the
    IPv4 suffix. Without PSID bits a customer has the whole address."""

    ipv6: IPv6Network
    ipv4: IPv4Network
    ea_bits: int
    psid_offset: int = 4

    def __post_init__(self) -> None:
        """ValueError for lengths that don't fit."""
        if not 0 < self.ea_bits <= 48 or self.ipv6.prefixlen + self.ea_bits > 64:
            raise ValueError("EA bits: 1 to 48, and the end-user prefix at most /64")
        if self.ea_bits < self.suffix_bits:
            raise ValueError("EA bits: at least the IPv4 suffix; rules that hand out IPv4 prefixes need no ports")
        PortSets(self.psid_offset if self.psid_bits else 0, self.psid_bits)

    @property
    def suffix_bits(self) -> int:
        """Bits of the IPv4 suffix (p)."""
        return 32 - self.ipv4.prefixlen

    @property
    def psid_bits(self) -> int:
        """Bits of the PSID (q, k)."""
        return self.ea_bits - self.suffix_bits

    @property
    def sets(self) -> PortSets:
        """How ports are shared."""
        return PortSets(self.psid_offset if self.psid_bits else 0, self.psid_bits)

    def covers(self, address: Address) -> bool:
        """See :class:`Rule`."""
        return isinstance(address, IPv4Address) and address in self.ipv4

    def say(self, address: Address, port: int) -> Said | None:
        """See :class:`Rule`."""
        length = self.ipv6.prefixlen + self.ea_bits
        psid = self.sets.of(port)
        if psid is None:
            low = 0, (1 << (16 - self.psid_offset)) - 1
            return Said(None, length, *low, (f"port {port}: A = 0, excluded (a = {self.psid_offset})",))
        suffix = int(address) & ((1 << self.suffix_bits) - 1)
        ea = (suffix << self.psid_bits) | psid
        inside = IPv6Address(int(self.ipv6.network_address) | ea << (128 - length))
        low_port, high_port = self.sets.around(port) if self.psid_bits else (0, PORTS - 1)
        steps = (
            f"PSID {psid:#x} (a = {self.sets.offset}, k = {self.psid_bits}, m = {self.sets.low_bits})",
            f"EA {ea:#x} ({self.ea_bits} bits) → {inside}/{length}",
        )
        return Said(inside, length, low_port, high_port, steps)


@dataclass(frozen=True, slots=True)
class Lw4o6:
    """A binding table (RFC 7596 section 6.1): (IPv4 address, PSID) to the customer's IPv6 address."""

    sets: PortSets
    bindings: Mapping[tuple[int, int], IPv6Address] = field(repr=False)
    pool: frozenset[int] = field(repr=False)

    def covers(self, address: Address) -> bool:
        """See :class:`Rule`."""
        return isinstance(address, IPv4Address) and int(address) in self.pool

    def say(self, address: Address, port: int) -> Said | None:
        """See :class:`Rule`."""
        psid = self.sets.of(port)
        around = self.sets.around(port)
        if psid is None:
            return Said(None, 128, *around, (f"port {port}: A = 0, excluded (a = {self.sets.offset})",))
        inside = self.bindings.get((int(address), psid))
        told = "no binding" if inside is None else str(inside)
        return Said(inside, 128, *around, (f"PSID {psid:#x} (a = {self.sets.offset}, k = {self.sets.length})", told))


@dataclass(frozen=True, slots=True)
class Deterministic:
    """Equal shares. ``inside`` and ``outside`` are inclusive ranges of addresses in the device's order; each outside
    address serves ``per_address`` inside addresses with ``ports`` ports each from ``first_port`` on.

    ``interlaced``: the n-th of them gets every ``per_address``-th port, instead of a block.
    """

    inside: tuple[tuple[int, int], ...]
    outside: tuple[tuple[int, int], ...]
    per_address: int
    ports: int
    first_port: int = 1024
    interlaced: bool = False

    def __post_init__(self) -> None:
        """ValueError for shares that don't fit an address, or addresses that don't suffice."""
        if self.per_address < 1 or self.ports < 1 or not 0 <= self.first_port < PORTS:
            raise ValueError("shares: at least one, of at least one port, from a port there is")
        if self.first_port + self.per_address * self.ports > PORTS:
            raise ValueError("shares: more ports than an address has")
        if _size(self.inside) > _size(self.outside) * self.per_address:
            raise ValueError("outside: too few addresses for those inside")

    def covers(self, address: Address) -> bool:
        """See :class:`Rule`."""
        return isinstance(address, IPv4Address) and _place(self.outside, int(address)) is not None

    def say(self, address: Address, port: int) -> Said | None:
        """See :class:`Rule`."""
        place = _place(self.outside, int(address))
        at = port - self.first_port
        if place is None or not 0 <= at < self.per_address * self.ports:
            return None  # well-known ports and the dynamic pool are for the logs
        share = at % self.per_address if self.interlaced else at // self.ports
        number = place * self.per_address + share
        low = port if self.interlaced else self.first_port + share * self.ports
        high = port if self.interlaced else low + self.ports - 1
        said = f"outside #{place}, share {share} of {self.per_address} → inside #{number}"
        if number >= _size(self.inside):
            return Said(None, 32, low, high, (said, "no such inside address"))
        inside = IPv4Address(_nth(self.inside, number))
        return Said(inside, 32, low, high, (said, str(inside)))


def _size(ranges: Sequence[tuple[int, int]]) -> int:
    return sum(last - first + 1 for first, last in ranges)


def _place(ranges: Sequence[tuple[int, int]], number: int) -> int | None:
    before = 0
    for first, last in ranges:
        if first <= number <= last:
            return before + number - first
        before += last - first + 1
    return None


def _nth(ranges: Sequence[tuple[int, int]], number: int) -> int:
    for first, last in ranges:
        if number <= last - first:
            return first + number
        number -= last - first + 1
    raise ValueError("beyond the last")


@dataclass(frozen=True, slots=True)
class DatedRule:
    """A version of a rule: what it is called, how it computes, where it was taken from, and when it was in force
    (``valid_to`` exclusive, None while it is)."""

    name: str
    method: str
    source: str
    valid_from: datetime
    valid_to: datetime | None
    rule: Rule = field(repr=False)


METHODS: Final = ("map-e", "lw4o6", "deterministic")
_COMMON: Final = frozenset({"name", "method", "source", "valid_from", "valid_to"})
_OWN: Final = {
    "map-e": frozenset({"ipv6", "ipv4", "ea_bits", "psid_offset"}),
    "lw4o6": frozenset({"psid_offset", "psid_length", "bindings"}),
    "deterministic": frozenset({"inside", "outside", "per_address", "ports", "first_port", "interlaced"}),
}


def read_rule(written: Mapping[str, Any]) -> DatedRule:
    """A rule from what an operator wrote. Raises ``RuleRefused``."""
    method = _text(written, "method")
    if method not in METHODS:
        raise RuleRefused(field="method", problem=f"one of {', '.join(METHODS)}")
    unknown = set(written) - _COMMON - _OWN[method]
    if unknown:
        raise RuleRefused(field=min(unknown)[:40], problem=f"no field of {method}")
    begin, end = _moment(written, "valid_from"), _moment(written, "valid_to")
    if begin is None:
        raise RuleRefused(field="valid_from", problem="a time with its offset")
    if end is not None and end <= begin:
        raise RuleRefused(field="valid_to", problem="after valid_from")
    try:
        rule = _READERS[method](written)
    except ValueError as error:
        raise RuleRefused(field=method, problem=str(error)[:200]) from None
    return DatedRule(_text(written, "name"), method, _text(written, "source"), begin, end, rule)


def _map_e(written: Mapping[str, Any]) -> Rule:
    ipv6, ipv4 = ip_network(_text(written, "ipv6")), ip_network(_text(written, "ipv4"))
    if not isinstance(ipv6, IPv6Network) or not isinstance(ipv4, IPv4Network):
        raise RuleRefused(field="ipv6", problem="ipv6 is an IPv6 prefix, ipv4 an IPv4 prefix")
    return MapE(ipv6, ipv4, _number(written, "ea_bits"), _number(written, "psid_offset", 4))


def _lw4o6(written: Mapping[str, Any]) -> Rule:
    found = written.get("bindings")
    if not isinstance(found, list) or not 0 < len(found) <= MAX_BINDINGS:
        raise RuleRefused(field="bindings", problem=f"1 to {MAX_BINDINGS}")
    sets = PortSets(_number(written, "psid_offset", 0), _number(written, "psid_length"))
    bindings: dict[tuple[int, int], IPv6Address] = {}
    for each in found:
        if not isinstance(each, Mapping) or set(each) != {"ipv4", "psid", "b4"}:
            raise RuleRefused(field="bindings", problem="each with ipv4, psid and b4")
        key = int(IPv4Address(_text(each, "ipv4"))), _number(each, "psid")
        if key in bindings:
            raise RuleRefused(field="bindings", problem="the same address and PSID twice")
        if not 0 <= key[1] < 1 << sets.length:
            raise RuleRefused(field="bindings", problem="a PSID longer than psid_length")
        bindings[key] = IPv6Address(_text(each, "b4"))
    return Lw4o6(sets, bindings, frozenset(number for number, _ in bindings))


def _deterministic(written: Mapping[str, Any]) -> Rule:
    interlaced = written.get("interlaced", False)
    if not isinstance(interlaced, bool):
        raise RuleRefused(field="interlaced", problem="true or false")
    return Deterministic(
        _ranges(written, "inside"),
        _ranges(written, "outside"),
        _number(written, "per_address"),
        _number(written, "ports"),
        _number(written, "first_port", 1024),
        interlaced,
    )


_READERS: Final = {"map-e": _map_e, "lw4o6": _lw4o6, "deterministic": _deterministic}


def _ranges(written: Mapping[str, Any], name: str) -> tuple[tuple[int, int], ...]:
    """Prefixes (every address of them) and ranges ``a-b``."""
    found = written.get(name)
    if not isinstance(found, list) or not 0 < len(found) <= MAX_RANGES:
        raise RuleRefused(field=name, problem=f"1 to {MAX_RANGES} prefixes or ranges")
    ranges = []
    for each in found:
        if not isinstance(each, str):
            raise RuleRefused(field=name, problem="texts")
        first, dash, last = each.partition("-")
        if dash:
            ends = int(IPv4Address(first.strip())), int(IPv4Address(last.strip()))
        else:
            network = IPv4Network(each.strip())
            ends = int(network.network_address), int(network.broadcast_address)
        if ends[0] > ends[1]:
            raise RuleRefused(field=name, problem="a range from its first address to its last")
        ranges.append(ends)
    ordered = sorted(ranges)
    if any(later[0] <= earlier[1] for earlier, later in itertools.pairwise(ordered)):
        raise RuleRefused(field=name, problem="ranges that don't overlap")
    return tuple(ranges)


def _text(written: Mapping[str, Any], name: str) -> str:
    found = written.get(name)
    if not isinstance(found, str) or not 0 < len(found) <= 200 or not found.isprintable():
        raise RuleRefused(field=name, problem="1 to 200 characters")
    return found


def _number(written: Mapping[str, Any], name: str, absent: int | None = None) -> int:
    found = written.get(name, absent)
    if isinstance(found, bool) or not isinstance(found, int):
        raise RuleRefused(field=name, problem="a whole number")
    return found


def _moment(written: Mapping[str, Any], name: str) -> datetime | None:
    found = written.get(name)
    if found is None:
        return None
    try:
        moment = datetime.fromisoformat(str(found))
    except ValueError:
        raise RuleRefused(field=name, problem="a time such as 2026-04-01T00:00:00+09:00") from None
    if moment.tzinfo is None:
        raise RuleRefused(field=name, problem="a time with its offset")
    if not sayable(moment):
        raise RuleRefused(field=name, problem="a time from 1970 to 2199")
    return moment
