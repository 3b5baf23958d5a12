"""A log source: one stream of records of one provider, service and kind, from devices under one clock discipline.

What a source declares decides what its silence means: a source is asked about an address only if it covers it, it is
taken at its word between records only if nothing of it can get lost, and it has a gap where it was silent for too long.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network
from typing import Any, Final
from zoneinfo import ZoneInfo

import orjson

from sekisho.logs.errors import SourceRefused
from sekisho.logs.formats.written import kinds_written
from sekisho.logs.intervals.build import LimitMeans
from sekisho.logs.kinds import KINDS, LogKind
from sekisho.logs.mapped import plain_network

MAX_NUMBER: Final = 65_535
"""A row names its source in 16 bits."""
MAX_PREFIXES: Final = 10_000
MAX_SETTINGS: Final = 1024 * 1024
"""Bytes of the settings: a format of an operator's own brings its templates in them."""

FUTURE_SECONDS: Final = 300
"""How far ahead of receipt a record's time may be, unless the source says otherwise: a device whose clock is off by
more than five minutes would be believed about a time that hasn't come."""
LONGEST_SECONDS: Final = 31 * 86_400
"""The longest that a limit in a record (a lease time) is believed; one beyond says that there is none."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """What is declared of a source.

    ``zone`` is that of its local times. ``acknowledged``: its transport loses nothing without being noticed, so a
    holding without a word since is still believed up to the source's last record. ``covers``: the public prefixes it
    answers for; none means that it isn't known, and its silence then counts for every address.
    """

    name: str
    provider: str
    service: str
    kind: LogKind
    format: str
    zone: str = "Asia/Tokyo"
    acknowledged: bool = False
    covers: tuple[Network, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    """For the ingest: ``future_seconds``, ``heartbeat_seconds`` (a silence beyond is a gap), ``longest_seconds`` (of a
    source that logs only starts), ``limit_means`` (``longest``, ``at_most``, ``lease``). Anything else is its format's
    or its clock's and read there."""

    def checked(self) -> SourceSpec:
        """Itself, with prefixes and zone seen to be such, and a kind that its format writes. Raises
        ``SourceRefused``."""
        if not _NAME.fullmatch(self.name):
            raise SourceRefused(field="name", problem="a-z, 0-9, '.', '_' and '-', at most 100")
        for label, value in (("provider", self.provider), ("service", self.service)):
            if not 0 < len(value) <= 100 or not value.isprintable():
                raise SourceRefused(field=label, problem="1 to 100 characters")
        if KINDS[self.kind].written_by_sekisho:
            raise SourceRefused(field="kind", problem=f"{self.kind.value} is written by Sekisho itself")
        if len(self.covers) > MAX_PREFIXES:
            raise SourceRefused(field="covers", problem=f"at most {MAX_PREFIXES} prefixes")
        zone_of(self.zone)
        _times(self.settings)
        if len(orjson.dumps(dict(self.settings))) > MAX_SETTINGS:
            raise SourceRefused(field="settings", problem=f"at most {MAX_SETTINGS} bytes")
        written = kinds_written(self.format, self.settings)
        if written and self.kind not in written:
            names = ", ".join(sorted(kind.value for kind in written))
            raise SourceRefused(field="kind", problem=f"{self.format} with these settings writes {names}")
        return self


@dataclass(frozen=True, slots=True)
class Source:
    """A source as the store knows it.

    ``number`` stands in its rows; ``revision`` rises with every ingest; ``kinds`` are all that its rows may be of: the
    declared one, and what its format writes by its settings."""

    number: int
    spec: SourceSpec
    revision: int
    kinds: frozenset[LogKind] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Once, so that a lookup over many sources needn't."""
        kinds = kinds_written(self.spec.format, self.spec.settings) | {self.spec.kind}
        object.__setattr__(self, "kinds", kinds)

    @property
    def zone(self) -> ZoneInfo:
        """The zone of its local times."""
        return zone_of(self.spec.zone)

    @property
    def settings(self) -> Mapping[str, Any]:
        """Its declared settings."""
        return self.spec.settings

    @property
    def future(self) -> int:
        """Microseconds a record may lie ahead of its receipt."""
        return round(_number(self.settings, "future_seconds", FUTURE_SECONDS) * 1e6)

    @property
    def heartbeat(self) -> int | None:
        """Microseconds of silence that are a gap; None where the source didn't say."""
        found = _number(self.settings, "heartbeat_seconds", 0)
        return round(found * 1e6) if found else None

    @property
    def longest(self) -> int | None:
        """The declared longest duration in microseconds, of a source that logs only starts."""
        found = _number(self.settings, "longest_seconds", 0)
        return round(found * 1e6) if found else None

    @property
    def limit_means(self) -> LimitMeans:
        """What a limit in its records says."""
        return LimitMeans(self.settings.get("limit_means", LimitMeans.LONGEST.value))

    def covers(self, address: IPv4Address | IPv6Address) -> bool:
        """Whether it answers for ``address``. A source that didn't say covers everything."""
        networks = [one for one in self.spec.covers if one.version == address.version]
        return not self.spec.covers or any(address in one for one in networks)


def zone_of(name: str) -> ZoneInfo:
    """The zone of that name (IANA). Raises ``SourceRefused``."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise SourceRefused(field="zone", problem=f"no zone {name[:64]!r} in the IANA list") from None


def prefixes(texts: Sequence[str]) -> tuple[Network, ...]:
    """Prefixes from ``203.0.113.0/24``, ``2001:db8::/32``; ``::ffff:203.0.113.0/120`` is the first. Raises
    ``SourceRefused``."""
    try:
        return tuple(plain_network(ip_network(text)) for text in texts)
    except ValueError as error:
        raise SourceRefused(field="covers", problem=str(error)[:200]) from None


def _times(settings: Mapping[str, Any]) -> None:
    for name in ("future_seconds", "heartbeat_seconds", "longest_seconds"):
        _number(settings, name, 0)
    try:
        LimitMeans(settings.get("limit_means", LimitMeans.LONGEST.value))
    except ValueError:
        raise SourceRefused(field="limit_means", problem="longest, at_most or lease") from None


def _number(settings: Mapping[str, Any], name: str, absent: float) -> float:
    found = settings.get(name, absent)
    if isinstance(found, bool) or not isinstance(found, (int, float)) or not 0 <= found <= LONGEST_SECONDS:
        raise SourceRefused(field=name, problem=f"seconds from 0 to {LONGEST_SECONDS}")
    return float(found)
