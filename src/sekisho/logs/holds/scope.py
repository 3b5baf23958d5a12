"""Which records a hold is about: identifiers × kinds × time. Pure.

A record is held whole, and nobody else's with it: it must be of one of the kinds, meet the time, and be of one of the
identifiers. With ``follow``, the session records of an inside address that a held translation names are held as well:
without them the translation would lead nowhere once their own day is purged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network
from typing import Any, Final

import numpy as np

from sekisho.access.approvals import Json
from sekisho.logs.columns import Addresses, Bools, Places
from sekisho.logs.intervals.days import DAY, JAPAN
from sekisho.logs.kinds import LogKind
from sekisho.logs.lookup.candidates import Question
from sekisho.logs.lookup.grant import Target
from sekisho.logs.rows import Rows
from sekisho.logs.segments.encoding import Groups

MAX_TARGETS: Final = 10_000
MAX_TEXTS: Final = 1_000
MAX_DAYS: Final = 366
"""Days of a scope at most: a preservation request names what is needed (必要なものを特定)."""

HOLDABLE: Final = (
    LogKind.AP_NAT,
    LogKind.AP_AUTH,
    LogKind.AP_DHCP,
    LogKind.CP_ACCOUNT,
    LogKind.CP_LOGIN,
    LogKind.CP_POST,
    LogKind.CP_SMS_AUTH,
)
"""Kinds that can be held, in the order in which they are carved: translations before the sessions behind them."""
FOLLOW_MARGIN: Final = 60_000_000
"""Microseconds to either side of a held translation in which a session behind it is held: the two devices' clocks may
differ so far. A house limit: more would hold who came before or after."""
_LOW: Final = 2**64 - 1
"""The lower half of an IPv6 address; an IPv4 address is all in it."""

FOLLOWED: Final = frozenset({LogKind.AP_AUTH, LogKind.AP_DHCP})
"""Kinds in which an inside address stands as the address."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a hold is about. ``begin`` and ``end`` (exclusive) are UTC microseconds. ``addresses`` are public ones,
    ``subjects`` lines, accounts or user names as the records have them, ``references`` ids of sessions or posts."""

    kinds: frozenset[LogKind]
    begin: int
    end: int
    addresses: tuple[Target, ...] = ()
    inside: tuple[Target, ...] = ()
    subjects: frozenset[str] = frozenset()
    references: frozenset[str] = frozenset()
    follow: bool = True

    @property
    def day_numbers(self) -> range:
        """The Japan days it touches, as days since 1970-01-01."""
        return range((self.begin + JAPAN) // DAY, (self.end - 1 + JAPAN) // DAY + 1)

    def touches(self, kind: LogKind, day_number: int) -> bool:
        """Whether records of a kind's day can be among them."""
        return kind in self.kinds and day_number in self.day_numbers

    def covers(self, question: Question) -> bool:
        """Whether every record that could answer ``question`` is within it: then the vault alone can tell."""
        if not self.begin <= question.begin < question.end <= self.end:
            return False
        low, high = (0, 65_535) if question.port is None else (question.port, question.port)
        return any(
            one.network.version == question.address.version
            and question.address in one.network
            and one.port_low <= low
            and high <= one.port_high
            for one in self.addresses
        )

    def document(self) -> dict[str, Json]:
        """As JSON values."""
        return {
            "kinds": sorted(kind.value for kind in self.kinds),
            "begin": self.begin,
            "end": self.end,
            "addresses": [_target_document(one) for one in self.addresses],
            "inside": [_target_document(one) for one in self.inside],
            "subjects": sorted(self.subjects),
            "references": sorted(self.references),
            "follow": self.follow,
        }


def _target_document(target: Target) -> dict[str, Json]:
    return {"network": str(target.network), "port_low": target.port_low, "port_high": target.port_high}


@dataclass(frozen=True, slots=True)
class Followed:
    """Inside addresses that held translations name, each with the times at which it was behind one."""

    address: Addresses
    begin: Any
    end: Any

    @classmethod
    def of(cls, parts: Sequence[Rows]) -> tuple[Followed, ...]:
        """From held translations, one for each family of inside address."""
        found = []
        for family in (4, 6):
            mine = [rows for rows in parts if rows.inside is not None and rows.inside.family == family]
            insides = [rows.inside for rows in mine if rows.inside is not None]
            if mine:
                begin = np.concatenate([rows.start for rows in mine])
                found.append(cls(Addresses.joined(insides), begin, np.concatenate([rows.end for rows in mine])))
        return tuple(found)

    def covers(self, question: Question) -> bool:
        """Whether every session that could answer ``question`` was held because of one of these."""
        if question.address.version != self.address.family:
            return False
        wanted = Addresses.of([str(question.address)])
        same = _contains(wanted, 0, self.address)
        within = (self.begin - FOLLOW_MARGIN <= question.begin) & (question.end <= self.end + FOLLOW_MARGIN)
        return bool((same & within).any())


class _Singles:
    """Single addresses of one family, each with ports, laid out to be found in many rows at once."""

    def __init__(self, targets: Sequence[Target]) -> None:
        said = sorted(
            ((number & _LOW, number >> 64, one.port_low, one.port_high) for number, one in map(_numbered, targets)),
        )
        self.targets = tuple(targets)
        low, high, first, last = zip(*said, strict=True)
        self._low, self._high = np.array(low, np.uint64), np.array(high, np.uint64)
        self._first, self._last = np.array(first), np.array(last)

    def mark(self, rows: Rows, mine: Bools) -> None:
        """Mark the rows of these addresses and ports."""
        if rows.address.prefix is not None:
            # Delegated prefixes: registers of a few rows for each address asked for.
            for one in self.targets:
                within = _within(rows.address, one.network)
                mine |= within & (rows.port_low <= one.port_high) & (rows.port_high >= one.port_low)
            return
        low = self._low.astype(rows.address.low.dtype)
        begin = np.searchsorted(low, rows.address.low, "left")
        count = np.searchsorted(low, rows.address.low, "right") - begin
        for step in range(int(count.max(initial=0))):
            places = np.flatnonzero(count > step)
            each = begin[places] + step
            met = (rows.port_low[places] <= self._last[each]) & (rows.port_high[places] >= self._first[each])
            if rows.address.high is not None:
                met &= rows.address.high[places] == self._high[each]
            mine[places] |= met


def _numbered(target: Target) -> tuple[int, Target]:
    return int(target.network.network_address), target


@dataclass(slots=True)
class Matcher:
    """Finds the records of one scope. ``followed`` are what held translations of the same day name."""

    scope: Scope
    followed: tuple[Followed, ...] = ()
    _singles: dict[int, _Singles] = field(default_factory=dict)
    _wider: list[Target] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Lay single addresses out for quick finding."""
        single = [one for one in self.scope.addresses if one.network.num_addresses == 1]
        self._wider = [one for one in self.scope.addresses if one.network.num_addresses > 1]
        for version in {one.network.version for one in single}:
            self._singles[version] = _Singles([one for one in single if one.network.version == version])

    def groups(self, kind: LogKind, groups: Groups, count: int) -> Sequence[int]:
        """The groups of a segment that may hold matches: a few where only public addresses are asked for."""
        scope = self.scope
        if scope.inside or scope.subjects or scope.references or (kind in FOLLOWED and self.followed):
            return range(count)
        found: set[int] = set()
        bits = 32 if groups.family == 4 else 128
        for one in scope.addresses:
            if one.network.version != groups.family:
                continue
            first, last = int(one.network.network_address), int(one.network.broadcast_address)
            for length in groups.prefixes or (bits,):
                low = first & ~((1 << (bits - length)) - 1)
                begin = groups.holding(*_halves(low, groups.family), 0, 65_535).start
                found.update(range(begin, groups.holding(*_halves(last, groups.family), 0, 65_535).stop))
            if len(found) == count:
                break
        return sorted(found)

    def matches(self, rows: Rows) -> Places:
        """The places of the matching rows, ascending."""
        scope = self.scope
        met = _meets(rows.start, rows.end, scope.begin, scope.end)
        if not met.any():
            return np.empty(0, np.intp)
        mine: Bools = np.zeros(len(rows), np.bool_)
        for family, singles in self._singles.items():
            if rows.address.family == family:
                singles.mark(rows, mine)
        for one in self._wider:
            mine |= _within(rows.address, one.network) & (rows.port_low <= one.port_high) & (
                rows.port_high >= one.port_low
            )
        if rows.inside is not None:
            for one in scope.inside:
                mine |= _within(rows.inside, one.network)
        for column, wanted in ((rows.subject, scope.subjects), (rows.reference, scope.references)):
            if column is not None and wanted:
                codes = [code for code, value in enumerate(column.values) if value in wanted]
                mine |= np.isin(column.codes, codes)
        if rows.kind in FOLLOWED:
            # In their own days, whatever the scope's hours: the session began before the translation did.
            return np.flatnonzero((mine & met) | self._is_followed(rows))
        return np.flatnonzero(mine & met)

    def _is_followed(self, rows: Rows) -> Bools:
        mine: Bools = np.zeros(len(rows), np.bool_)
        for one in self.followed:
            if one.address.family != rows.address.family:
                continue
            if rows.address.prefix is None:
                places = np.flatnonzero(np.isin(rows.address.low, one.address.low))
            else:
                places = np.arange(len(rows))
            for place in places.tolist():
                same = _contains(rows.address, place, one.address)
                start, end = rows.start[place], rows.end[place]
                met = (one.begin - FOLLOW_MARGIN < max(end, start + 1)) & (one.end + FOLLOW_MARGIN > start)
                mine[place] = mine[place] or bool((same & met).any())
        return mine


def _meets(start: Any, end: Any, begin: int, until: int) -> Bools:
    """Whether [start, end) meets [begin, until); what happened at a moment meets at that moment."""
    met: Bools = (start < until) & ((end > begin) | ((start == end) & (start >= begin)))
    return met


def _halves(number: int, family: int) -> tuple[int, int]:
    """An address as (low, high)."""
    return (number, 0) if family == 4 else (number & (2**64 - 1), number >> 64)


def _within(addresses: Addresses, network: IPv4Network | IPv6Network) -> Bools:
    """Whether each address is in the network, or, being a prefix, meets it."""
    if network.version != addresses.family:
        return np.zeros(len(addresses), np.bool_)
    low, high = int(network.network_address), int(network.broadcast_address)
    if addresses.high is None:
        last = addresses.low.astype(np.uint64)
        if addresses.prefix is not None:
            last = last | ((np.uint64(1) << (np.uint64(32) - addresses.prefix.astype(np.uint64))) - np.uint64(1))
        return np.asarray((addresses.low <= high) & (last >= low))
    # IPv6 by its upper half where the network is no longer than that, by the whole number otherwise.
    if network.prefixlen <= 64 and addresses.prefix is None:
        return np.asarray((addresses.high >= low >> 64) & (addresses.high <= high >> 64))
    return np.fromiter((_meets_network(addresses, at, low, high) for at in range(len(addresses))), np.bool_)


def _meets_network(addresses: Addresses, at: int, low: int, high: int) -> bool:
    first = int(addresses.low[at]) | (0 if addresses.high is None else int(addresses.high[at]) << 64)
    size = 1 if addresses.prefix is None else 1 << (128 - int(addresses.prefix[at]))
    return first <= high and first + size > low


def _contains(addresses: Addresses, at: int, inside: Addresses) -> Bools:
    """Whether each of ``inside`` is the address (or in the prefix) at a place, or holds it, being a prefix itself."""
    bits = 32 if addresses.family == 4 else 128
    mine = bits if addresses.prefix is None else int(addresses.prefix[at])
    if addresses.high is None or inside.high is None:
        shift = np.uint64(bits - mine)
        own = np.uint64(int(addresses.low[at]))
        return np.asarray((inside.low.astype(np.uint64) >> shift) == (own >> shift))
    number = int(addresses.low[at]) | int(addresses.high[at]) << 64
    theirs = np.full(len(inside), bits, np.uint8) if inside.prefix is None else inside.prefix
    return np.fromiter(
        (
            (number ^ (int(low) | int(high) << 64)) >> (bits - min(mine, int(length))) == 0
            for low, high, length in zip(inside.low, inside.high, theirs, strict=True)
        ),
        np.bool_,
    )
