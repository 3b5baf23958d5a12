"""The store as a lookup sees it: one moment of the database, read as far as the question needs."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from ipaddress import IPv4Address, IPv6Address
from typing import Any, Final

from sqlalchemy import Connection, bindparam, func, select, text

from sekisho.keys import Keyring
from sekisho.logs import health_rows, manifest, source_rows
from sekisho.logs.clocks.declared import declared
from sekisho.logs.clocks.skew import REACH, Observed, history
from sekisho.logs.clocks.uncertainty import LEAP_SECONDS, SMEAR, SourceClock
from sekisho.logs.computed.rules import Deterministic, Lw4o6, MapE, Rule
from sekisho.logs.computed.store import KeptRule, Version, open_version, versions
from sekisho.logs.health import GIVEN_UP, ClockOffsets, Gap, coverage
from sekisho.logs.holds.finding import held_for
from sekisho.logs.holds.vault import Vault
from sekisho.logs.intervals.days import DAY, microseconds, moment_of
from sekisho.logs.intervals.losses import too_lossy
from sekisho.logs.kinds import LogKind
from sekisho.logs.lookup.answer import NEVER
from sekisho.logs.lookup.candidates import Question
from sekisho.logs.lookup.ports import Computed, Held
from sekisho.logs.manifest import ASKED, GONE, DayState, SegmentEntry
from sekisho.logs.sources import Source
from sekisho.logs.subscribers import register
from sekisho.logs.subscribers.identifiers import Identifier
from sekisho.logs.subscribers.record import Found
from sekisho.logs.tables import log_day, log_gap, log_heard, log_input, log_segment, log_source

CLOCKS_KEPT: Final = 10_000
"""Days of sources whose clocks are kept in memory."""
AFTER_LEAPS: Final = microseconds(datetime.combine(max(LEAP_SECONDS), datetime.min.time(), UTC) + 2 * SMEAR)
"""No leap second from here on."""
SETTLING: Final = DAY
"""How long after it was first heard a source can't say that nobody had something: it may have been given out before.
Whoever holds longer than that shows as a start that isn't there, when he stops or an interim record comes."""
ENUMERATED: Final = 17
"""Customers named of an address that was asked about without a port: one more than are followed."""


_SOURCES: Final = select(log_source).order_by(log_source.c.number)
_DAY: Final = (
    # One statement for a day's life and its segments: making and running statements is half of a lookup's time.
    select(log_day.c.kind.label("day_kind"), log_day.c.state.label("day_state"), log_segment)
    .outerjoin(
        log_segment,
        (log_segment.c.kind == log_day.c.kind)
        & (log_segment.c.day == log_day.c.day)
        & text(f"log_segment.state IN ({', '.join(repr(state.value) for state in ASKED)})"),
    )
    .where(log_day.c.day == bindparam("on"))
    .order_by(log_segment.c.sequence)
)
_FAMILIES: Final = (
    select(log_segment.c.kind, log_segment.c.family).where(log_segment.c.day == bindparam("on")).distinct()
)
_HEARD: Final = (
    select(log_heard.c.begin, log_heard.c.end)
    .where(log_heard.c.source == bindparam("of"))
    .where(log_heard.c.end >= bindparam("low"), log_heard.c.begin <= bindparam("high"))
    .order_by(log_heard.c.begin)
)
_FIRST_HEARD: Final = select(func.min(log_heard.c.begin)).where(log_heard.c.source == bindparam("of"))
_UNSEEN: Final = (
    select(log_input.c.id)
    .where(log_input.c.source == bindparam("of"), log_input.c.starts_lost > 0)
    .where(log_input.c.last >= bindparam("low"), log_input.c.first <= bindparam("high"))
    .limit(1)
)
_GIVEN_UP: Final = (
    select(log_gap.c.id)
    .where(log_gap.c.source == bindparam("of"), log_gap.c.reason == GIVEN_UP)
    .where(log_gap.c.end > bindparam("low"), log_gap.c.begin < bindparam("high"))
    .limit(1)
)
_LOST: Final = (
    select(log_gap)
    .where(log_gap.c.source == bindparam("of"), log_gap.c.end > bindparam("low"), log_gap.c.begin < bindparam("high"))
    .order_by(log_gap.c.begin)
)


class SourceCache:
    """Sources as last read, and what is known of their clocks; read again only when they change. Of one service."""

    def __init__(self) -> None:
        """Empty."""
        self._rows: tuple[Any, ...] = ()
        self._sources: tuple[Source, ...] = ()
        self._clocks: dict[tuple[int, int], tuple[int, SourceClock]] = {}
        self._stops: dict[tuple[int, int], tuple[int, Stops]] = {}
        self._unseen: dict[tuple[int, int, int], tuple[int, bool]] = {}

    def read(self, connection: Connection) -> tuple[Source, ...]:
        """Every source, as of ``connection``'s moment."""
        rows = tuple(map(tuple, connection.execute(_SOURCES)))
        if rows != self._rows:
            self._sources = source_rows.every(connection)
            self._rows = rows
        return self._sources

    def clock(self, connection: Connection, source: Source, begin: int, end: int) -> SourceClock:
        """What is known of a source's clock around [``begin``, ``end``)."""
        place = (source.number, begin // DAY)
        kept = self._clocks.get(place)
        if kept is None or kept[0] != source.revision or end > (begin // DAY + 1) * DAY:
            clock = declared(source.settings)
            seen = _observed(connection, source.number, begin // DAY * DAY, max(end, (begin // DAY + 1) * DAY))
            if len(self._clocks) >= CLOCKS_KEPT:
                self._clocks.clear()
            self._clocks[place] = kept = (source.revision, SourceClock(clock, history(seen, clock)))
        return kept[1]

    def stops(self, connection: Connection, source: Source, at: int) -> Stops:
        """What around the day of ``at`` was lost of a source's records."""
        place = (source.number, at // DAY)
        kept = self._stops.get(place)
        if kept is None or kept[0] != source.revision:
            if len(self._stops) >= CLOCKS_KEPT:
                self._stops.clear()
            self._stops[place] = kept = source.revision, _stops(connection, source.number, at // DAY * DAY)
        return kept[1]

    def unseen(self, connection: Connection, source: Source, begin: int, end: int) -> bool:
        """Whether an input that meets [``begin``, ``end``] tells of somebody whose start isn't there."""
        place = (source.number, begin, end)
        kept = self._unseen.get(place)
        if kept is None or kept[0] != source.revision:
            if len(self._unseen) >= CLOCKS_KEPT:
                self._unseen.clear()
            asked = {"of": source.number, "low": begin, "high": end}
            found = connection.execute(_UNSEEN, asked).first() is not None
            self._unseen[place] = kept = source.revision, found
        return kept[1]


@dataclass(frozen=True, slots=True)
class Stops:
    """Of some inputs: holdings whose stop was lost and whose wasn't, and holdings first heard of without their start
    (:class:`sekisho.logs.intervals.build.Tally`)."""

    handed_over: int
    given_back: int
    starts_lost: int


def _stops(connection: Connection, source: int, day: int) -> Stops:
    """Of the inputs of a day and half a day around it."""
    table = log_input
    sums = (func.sum(table.c.handed_over), func.sum(table.c.given_back), func.sum(table.c.starts_lost))
    query = select(*sums).where(
        table.c.source == source, table.c.first <= day + DAY * 3 // 2, table.c.last >= day - DAY // 2
    )
    return Stops(*(int(one or 0) for one in connection.execute(query).one()))


def _observed(connection: Connection, source: int, begin: int, end: int) -> list[Observed]:
    """What a source's inputs showed of its clock, as far from [``begin``, ``end``) as it still counts."""
    table = log_input
    query = select(table.c.first, table.c.last, table.c.clock).where(
        table.c.source == source, table.c.first <= end + REACH, table.c.last >= begin - REACH
    )
    return [Observed(row.first, row.last, ClockOffsets.loaded(row.clock)) for row in connection.execute(query)]


class RuleCache:
    """Rules that were opened, for as long as no key is destroyed. Belongs to one service."""

    def __init__(self) -> None:
        """Empty."""
        self._at = -1
        self._kept: dict[tuple[str, str], KeptRule | None] = {}

    def open(self, connection: Connection, keyring: Keyring, version: Version) -> KeptRule | None:
        """The rule of a version; None where its key is gone."""
        epoch = keyring.epoch()
        if epoch != self._at:
            self._kept, self._at = {}, epoch
        # A rule whose end was recorded is under another key: then it is another text as well.
        place = (version.id, version.key)
        if place not in self._kept:
            self._kept[place] = open_version(connection, keyring, version)
        return self._kept[place]


@dataclass(frozen=True, slots=True)
class _Heard:
    """All that was heard of a source. ``ends`` are those of ``heard``, which don't touch each other."""

    heard: list[tuple[int, int]]
    ends: list[int]
    losses: list[Gap]

    def around(self, begin: int, end: int) -> tuple[list[tuple[int, int]], list[Gap]]:
        """What meets [``begin``, ``end``)."""
        first = bisect_left(self.ends, begin)
        last = first
        while last < len(self.heard) and self.heard[last][0] <= end:
            last += 1
        return self.heard[first:last], [one for one in self.losses if one.begin < end and one.end > begin]


@dataclass(slots=True)
class StoreView:
    """See :class:`sekisho.logs.lookup.ports.LogView`. Lives as long as ``connection``'s transaction; of one thread."""

    connection: Connection
    keyring: Keyring
    rules: RuleCache
    cache: SourceCache
    found: tuple[Source, ...]
    _days: dict[date, dict[LogKind, Held]] = field(default_factory=dict)
    _heard: dict[int, _Heard] = field(default_factory=dict)
    _contractors: dict[tuple[Identifier, date], Found] = field(default_factory=dict)
    _by_number: dict[int, Source] = field(default_factory=dict)
    _versions: list[Version] | None = None
    vault: Vault | None = None
    holds: frozenset[str] = frozenset()

    def sources(self) -> Sequence[Source]:
        """Every source."""
        return self.found

    def source(self, number: int) -> Source | None:
        """The source of that number."""
        if not self._by_number:
            self._by_number = {one.number: one for one in self.found}
        return self._by_number.get(number)

    def held(self, kind: LogKind, day: date) -> Held:
        """What is kept of a kind on a day."""
        if day not in self._days:
            self._days[day] = self._held(day)
        return self._days[day].get(kind, _NOTHING)

    def kept(self, kind: LogKind, day: date, question: Question) -> Held | None:
        """What a hold that the grant names keeps of a day that is gone, where all that could answer is in it."""
        if self.vault is None or not self.holds:
            return None
        found = held_for(self.connection, self.keyring, self.vault, self.holds, kind, day, question)
        return None if found is None else Held(gone=False, segments=found)

    def _held(self, day: date) -> dict[LogKind, Held]:
        segments: dict[LogKind, list[SegmentEntry]] = {}
        gone: dict[LogKind, bool] = {}
        for row in self.connection.execute(_DAY, {"on": day}):
            kind = LogKind(row.day_kind)
            gone[kind] = DayState(row.day_state) in GONE
            found = segments.setdefault(kind, [])
            if row.id is not None:
                found.append(manifest.entry_of(row))
        families = {kind: {one.family for one in found} for kind, found in segments.items()}
        if any(gone.values()):
            for row in self.connection.execute(_FAMILIES, {"on": day}):
                families.get(LogKind(row.kind), set()).add(row.family)
        return {kind: Held(gone[kind], tuple(found), frozenset(families[kind])) for kind, found in segments.items()}

    def gaps(self, source: Source, begin: int, end: int) -> Sequence[Gap]:
        """When the source wasn't heard within [``begin``, ``end``), or lost records."""
        if source.number in self._heard:
            heard, losses = self._heard[source.number].around(begin, end)
        else:
            asked = {"of": source.number, "low": begin, "high": end}
            heard = [(row.begin, row.end) for row in self.connection.execute(_HEARD, asked)]
            losses = [
                Gap(row.begin, row.end, row.reason, row.missing) for row in self.connection.execute(_LOST, asked)
            ]
        lost = self.cache.stops(self.connection, source, begin)
        if too_lossy(lost.handed_over, lost.given_back):
            losses = [*losses, Gap(begin, end, "too_lossy")]
        return coverage(heard, losses, begin, end).gaps

    def doubts(self, source: Source, begin: int, end: int) -> Gap | None:
        """See :meth:`sekisho.logs.lookup.ports.LogView.doubts`: records of that day are lost, so that one holding's may
        all be; or the source was heard first, or its open table given up, less than :data:`SETTLING` before, and what
        was given out until then doesn't stand in its logs."""
        lost = self.cache.stops(self.connection, source, begin)
        if lost.handed_over or lost.starts_lost:
            return Gap(begin, end, "unpaired", lost.handed_over + lost.starts_lost)
        if source.number in self._heard:
            spans = self._heard[source.number].heard
            first = spans[0][0] if spans else None
            lately = _Heard([], [], self._heard[source.number].losses).around(begin - SETTLING, end)[1]
            anew = any(one.reason == GIVEN_UP for one in lately)
        else:
            first = self.connection.execute(_FIRST_HEARD, {"of": source.number}).scalar()
            asked = {"of": source.number, "low": begin - SETTLING, "high": end}
            anew = self.connection.execute(_GIVEN_UP, asked).first() is not None
        settled = first is not None and begin - first >= SETTLING and not anew
        return None if settled else Gap(begin, end, "just_begun")

    def unseen(self, source: Source, begin: int, end: int) -> bool:
        """See :meth:`sekisho.logs.lookup.ports.LogView.unseen`."""
        return self.cache.unseen(self.connection, source, begin, end)

    def read_ahead(self) -> None:
        """Read all that was heard of every source, and every rule, at once: for many questions."""
        self._versions = versions(self.connection, _FIRST, _LAST)
        for source in self.found:
            heard = health_rows.heard_of(self.connection, source.number)
            losses = health_rows.losses_of(self.connection, source.number)
            self._heard[source.number] = _Heard(heard, [end for _, end in heard], losses)

    def window(self, source: Source, begin: int, end: int) -> tuple[int, int]:
        """[``begin``, ``end``) by the source's clock, widened by how far that may have been off."""
        clock = self.cache.clock(self.connection, source, begin, end)
        if begin > AFTER_LEAPS and len(clock.clock.periods) == 1 and not clock.seen.offsets:
            # Nothing was declared by date and nothing seen: the margin is what was declared, without a look at dates.
            period = clock.clock.periods[0]
            if period.offset is None:
                return begin - period.error - clock.clock.tick, end + period.error + clock.clock.tick
        return clock.window(begin, end)

    def rest(self, source: Source) -> int:
        """Microseconds for which the source surely lets a port rest before somebody else gets it: ``rest_seconds`` of
        its settings, as its devices are configured (RFC 6888 section 4, REQ-8)."""
        if source.spec.acknowledged:
            return NEVER
        declared_ = source.settings.get("rest_seconds", 0)
        usable = isinstance(declared_, int | float) and not isinstance(declared_, bool) and declared_ > 0
        return round(declared_ * 1_000_000) if usable else 0

    def computed(
        self, address: IPv4Address | IPv6Address, port: int | None, begin: int, end: int
    ) -> Sequence[Computed]:
        """What the assignment rules in force in [``begin``, ``end``) say of an address and port."""
        found = []
        for version in self._in_force(begin, end):
            kept = self.rules.open(self.connection, self.keyring, version)
            if kept is not None and kept.rule.rule.covers(address):
                found += _said(kept, version, address, port, begin, end)
        return found

    def rules_purged(self, begin: int, end: int) -> bool:
        """Whether a rule that was in force in [``begin``, ``end``) can't be read any more."""
        return any(self.rules.open(self.connection, self.keyring, one) is None for one in self._in_force(begin, end))

    def ruled(self, begin: int, end: int) -> bool:
        """Whether any rule assigned addresses in [``begin``, ``end``)."""
        return bool(self._in_force(begin, end))

    def _in_force(self, begin: int, end: int) -> list[Version]:
        if self._versions is None:
            self._versions = versions(self.connection, _FIRST, _LAST)
        if not self._versions:
            return []
        first, last = moment_of(begin), moment_of(end)
        return [one for one in self._versions if one.valid_from < last and (one.valid_to or _LAST) > first]

    def contractors(self, wanted: Identifier, day: date) -> Found:
        """Whom the register names for an identifier on a day."""
        place = (wanted, day)
        if place not in self._contractors:
            self._contractors[place] = register.find(self.connection, self.keyring, wanted, day)
        return self._contractors[place]


_NOTHING: Final = Held(False, ())
_FIRST: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LAST: Final = datetime(9999, 1, 1, tzinfo=UTC)


def _said(
    kept: KeptRule, version: Version, address: IPv4Address | IPv6Address, port: int | None, begin: int, end: int
) -> list[Computed]:
    valid_from = microseconds(version.valid_from)
    valid_to = None if version.valid_to is None else microseconds(version.valid_to)
    met = min(end, end if valid_to is None else valid_to) - max(begin, valid_from)
    found = []
    for each in [port] if port is not None else _ports_of_each(kept.rule.rule):
        said = kept.rule.rule.say(address, each)
        if said is not None:
            found.append(
                Computed(
                    f"{kept.rule.name} ({kept.id})",
                    kept.rule.method,
                    kept.rule.source,
                    valid_from,
                    valid_to,
                    said.inside,
                    said.prefix_length,
                    said.port_low,
                    said.port_high,
                    met / (end - begin),
                    said.steps,
                )
            )
    return found


def _ports_of_each(rule: Rule) -> list[int]:
    """Some port of each of the first customers of an address, to show that there are several."""
    sets = rule.sets if isinstance(rule, MapE | Lw4o6) else None
    if sets is not None:
        return [sets.ranges(psid)[0][0] for psid in range(min(1 << sets.length, ENUMERATED))]
    if isinstance(rule, Deterministic):
        step = 1 if rule.interlaced else rule.ports
        return [rule.first_port + at * step for at in range(min(rule.per_address, ENUMERATED))]
    return []
