"""Whether what would be searched, held or handed over lies within what was ordered. Pure.

The gate (:mod:`sekisho.disclosure.decide`) judges facts; that the act lies within the paper is the one fact that is
computed, here, from the paper's scope as it was read and the act as it would be done. Strict containment: a margin for
clocks is within the order only where the order's time leaves room for it. What is not named is not ordered.

This doesn't say that the paper is genuine or the ground good, and it doesn't narrow anything by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any, Final

from sekisho.clock import JAPAN
from sekisho.disclosure.kinds import DataClass
from sekisho.disclosure.scope_errors import (
    AddressNotOrdered,
    ClassNotOrdered,
    IdentifierNotOrdered,
    KindNotOrdered,
    NameNotOrdered,
    NothingNamed,
    NotYetValid,
    PortNotOrdered,
    RecipientNotNamed,
    ScopeExceeded,
    TimeNotOrdered,
    ValidityOver,
)
from sekisho.logs.holds.scope import Scope as HoldScope
from sekisho.logs.kinds import LogKind
from sekisho.logs.lookup.grant import GrantTerms, Target
from sekisho.logs.subscribers.identifiers import Identifier, IdentifierKind, identifier

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class OrderScope:
    """What a paper covers, as it was read. Times are aware, ends exclusive; ``valid_until`` None: no end is written.

    ``names`` are subscribers' names and references as the records have them. ``recipients`` are names as the paper has
    them; who isn't named is given nothing.
    """

    kinds: frozenset[LogKind]
    data_classes: frozenset[DataClass]
    begin: datetime
    end: datetime
    targets: tuple[Target, ...] = ()
    identifiers: frozenset[Identifier] = frozenset()
    names: frozenset[str] = frozenset()
    recipients: frozenset[str] = frozenset()
    valid_from: datetime | None = None
    valid_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """What would be done: in one plan everything that one act touches. ``recipient`` None: nothing leaves."""

    kinds: frozenset[LogKind]
    data_classes: frozenset[DataClass]
    begin: datetime
    end: datetime
    targets: tuple[Target, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    names: frozenset[str] = field(default_factory=frozenset)
    recipient: str | None = None

    @classmethod
    def of_grant(cls, terms: GrantTerms, data_classes: frozenset[DataClass]) -> Planned:
        """All that a search grant would allow: a grant is within its order, and each question within its grant."""
        return cls(terms.kinds, data_classes, terms.begin, terms.end, terms.targets, terms.identifiers)

    @classmethod
    def of_question(cls, asked: Mapping[str, Any], data_classes: frozenset[DataClass]) -> Planned:
        """To hand over what one question found: about whom was asked, and when, as the lookup recorded it.

        Names no kinds of log: they were compared when it was searched, and the answer isn't of others. ``KeyError`` for
        a question of none of the kinds that :class:`sekisho.logs.lookup.service.Lookups` records.
        """
        if "address" in asked:
            at, within = datetime.fromisoformat(asked["time"]), timedelta(seconds=asked["within_seconds"])
            network, port = ip_network(asked["address"]), asked["port"]
            one = Target(network) if port is None else Target(network, port, port)
            return cls(frozenset(), data_classes, at - within, at + within + _MICROSECOND, (one,))
        if "on" in asked:
            wanted = identifier(IdentifierKind(asked["kind"]), asked["value"])
            begin = datetime.combine(date.fromisoformat(asked["on"]), time(), JAPAN)
            return cls(frozenset(), data_classes, begin, begin + _MICROSECOND, (), (wanted,))
        line = identifier(IdentifierKind.LINE, asked["subject"])
        begin, end = (_EPOCH + timedelta(microseconds=asked[name]) for name in ("begin", "end"))
        return cls(frozenset(), data_classes, begin, end, (), (line,))

    @classmethod
    def of_hold(cls, scope: HoldScope, data_classes: frozenset[DataClass]) -> Planned:
        """All that a hold would keep. Sessions behind a held translation (``follow``) come with it and aren't named."""
        return cls(
            scope.kinds,
            data_classes,
            _EPOCH + timedelta(microseconds=scope.begin),
            _EPOCH + timedelta(microseconds=scope.end),
            (*scope.addresses, *scope.inside),
            (),
            scope.subjects | scope.references,
        )


def mismatches(order: OrderScope, planned: Planned, *, at: datetime) -> tuple[ScopeExceeded, ...]:
    """Every way in which ``planned``, done at ``at``, exceeds ``order``; empty where it is within."""
    return tuple(_mismatches(order, planned, at))


def require_within(order: OrderScope, planned: Planned, *, at: datetime) -> None:
    """Raise the first mismatch, a :class:`~sekisho.disclosure.scope_errors.ScopeExceeded`; validity comes first."""
    for found in _mismatches(order, planned, at):
        raise found


def _mismatches(order: OrderScope, planned: Planned, at: datetime) -> Iterator[ScopeExceeded]:
    yield from _validity(order, at)
    if not planned.targets and not planned.identifiers and not planned.names:
        yield NothingNamed()
    yield from _classes(order, planned)
    ordered = _Ordered(order.targets)
    for number, target in enumerate(planned.targets, 1):
        ports = ordered.ports(target)
        if not ports:
            yield AddressNotOrdered(item=number)
        elif not any(low <= target.port_low and target.port_high <= high for own in ports for low, high in own):
            yield PortNotOrdered(item=number)
    for number, wanted in enumerate(planned.identifiers, 1):
        if wanted not in order.identifiers:
            yield IdentifierNotOrdered(item=number, kind=wanted.kind.value)
    strange = planned.names - order.names
    if strange:
        yield NameNotOrdered(count=len(strange))
    if planned.begin < order.begin or planned.end > order.end or planned.end <= planned.begin:
        yield TimeNotOrdered(
            begin=planned.begin.isoformat(),
            end=planned.end.isoformat(),
            ordered_begin=order.begin.isoformat(),
            ordered_end=order.end.isoformat(),
        )
    if planned.recipient is not None and planned.recipient not in order.recipients:
        yield RecipientNotNamed()


def _validity(order: OrderScope, at: datetime) -> Iterator[ScopeExceeded]:
    if order.valid_from is not None and at < order.valid_from:
        yield NotYetValid(valid_from=order.valid_from.isoformat())
    if order.valid_until is not None and at >= order.valid_until:
        yield ValidityOver(valid_until=order.valid_until.isoformat())


def _classes(order: OrderScope, planned: Planned) -> Iterator[ScopeExceeded]:
    strange = sorted(kind.value for kind in planned.kinds - order.kinds)
    if strange:
        yield KindNotOrdered(kinds=", ".join(strange))
    for data_class in sorted(planned.data_classes - order.data_classes):
        yield ClassNotOrdered(data_class=data_class.value)


class _Ordered:
    """An order's addresses by prefix: an order of ten thousand is compared with as many without comparing each pair."""

    def __init__(self, targets: Iterable[Target]) -> None:
        self._ports: dict[tuple[int, int, int], set[tuple[int, int]]] = {}
        for one in targets:
            own = self._ports.setdefault(self._key(one.network, one.network.prefixlen), set())
            own.add((one.port_low, one.port_high))
        self._lengths = {
            version: sorted({length for known, length, _ in self._ports if known == version}) for version in (4, 6)
        }

    def ports(self, planned: Target) -> list[set[tuple[int, int]]]:
        """The ranges of ports ordered for each network that contains the planned one; empty where none does."""
        network = planned.network
        keys = (
            self._key(network, length) for length in self._lengths[network.version] if length <= network.prefixlen
        )
        return [self._ports[key] for key in keys if key in self._ports]

    @staticmethod
    def _key(network: IPv4Network | IPv6Network, length: int) -> tuple[int, int, int]:
        return network.version, length, int(network.network_address) >> (network.max_prefixlen - length)
