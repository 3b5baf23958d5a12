"""Events and the open table in one sequence, and the holdings in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from enum import Enum
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sekisho.logs.columns import NO_TIME, Addresses, Bools, Int64s, Places, Texts, UInt8s, UInt16s
from sekisho.logs.events import Action, ClockNote, Events
from sekisho.logs.intervals.notes import noted, read_notes
from sekisho.logs.rows import Known, Rows

FOLD: Final = 3_600_000_000
"""Microseconds by which a time that comes twice may be later: no zone has gone back by more than an hour since 2000."""
HELD: Final = 0
"""The action of an entry of the open table among events: a start told earlier."""

PASSES: Final = 16
"""How often chains are cut anew; what contradicts itself more often than that in one chain is cut at every entry."""

_START, _STOP, _INTERIM = int(Action.START), int(Action.STOP), int(Action.INTERIM)
_FOREVER: Final = np.iinfo(np.int64).max
_BUCKETS: Final = 1 << 20
"""Places of the table by which open rows that a batch speaks of are found; two in one place cost a little time."""


class LimitMeans(Enum):
    """What an event's ``limit`` says."""

    LONGEST = "longest"
    """Nothing lasts longer, and nothing but starts is logged: what a start began is written at once and not held."""
    AT_MOST = "at_most"
    """Nothing lasts longer; stops are logged too, or may have been lost."""
    LEASE = "lease"
    """Nobody else can have it before: the holding is firm until then, unless its end was logged or somebody else had
    it. For sources that lose no release (a server's own lease file), not for syslog over UDP."""


@dataclass(frozen=True, slots=True)
class Restarts:
    """The moments at which each device started anew, ascending; under None those of the whole source."""

    times: Mapping[str | None, Int64s]

    @classmethod
    def of(cls, events: Events) -> Restarts:
        """Those among ``events``."""
        again = np.flatnonzero(events.action == int(Action.RESTART))
        found: dict[str | None, list[int]] = {}
        for at in again.tolist():
            device = None if events.origin is None else events.origin.text(at)
            found.setdefault(device, []).append(int(events.time[at]))
        whole = found.get(None, [])
        return cls({name: np.unique([*times, *whole]).astype(np.int64) for name, times in found.items()})

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self.times)


@dataclass(frozen=True, slots=True)
class Holdings:
    """Rows that ended and rows still open; how many were first heard of without a start; and of those that nothing but
    a record of their own could end, and no session tells apart, how many ended without and with one.
    """

    closed: Rows
    open: Rows
    starts_lost: int
    handed_over: int
    given_back: int


@dataclass(frozen=True, slots=True)
class Flow:
    """Events and the open table in one sequence. ``rows`` has each event as if it were a row of its own moment.

    ``told`` is the moment an entry speaks of, ``own_start`` the start it tells itself, ``until`` when its limit ends
    (both ``NO_TIME`` where there is none), ``fold`` whether its time comes twice. ``restart`` is when its device
    started anew next; None where no device did.
    """

    rows: Rows
    action: UInt8s
    told: Int64s
    own_start: Int64s | None
    until: Int64s | None
    session: Texts | None
    fold: Bools | None
    restart: Int64s | None = None

    @classmethod
    def of(cls, events: Events, held: Rows | None, source: int) -> Flow:
        """What is held, then the events."""
        rows = as_rows(events, source)
        limit = events.limit
        until = None if limit is None else np.where(limit > 0, events.time + limit, NO_TIME)
        fold = None if events.clock is None else (events.clock & np.uint8(ClockNote.FOLD)) != 0
        flow = cls(rows, events.action, events.time, events.start, until, events.session, fold)
        if held is None or not len(held):
            return flow
        held, until, session = read_notes(held)
        twice = held.start_known == int(Known.TWICE)
        action = np.full(len(held), HELD, np.uint8)
        return _chained(cls(held, action, held.confirmed, None, until, session, twice if twice.any() else None), flow)

    def at(self, places: Any) -> Flow:
        """The entries at ``places``."""
        found = {one.name: getattr(self, one.name) for one in fields(self)}
        return replace(self, **{name: column[places] for name, column in found.items() if column is not None})

    def order(self) -> Places:
        """By resource, then by time; entries of one moment stay in the order of their input, what is held first."""
        rows = self.rows
        keys: list[NDArray[Any]] = [rows.start]
        if rows.destination is not None and rows.destination_port is not None:
            keys += [rows.destination_port, *halves(rows.destination)]
        if rows.protocol.any():
            keys.append(rows.protocol)
        keys.append((rows.port_low.astype(np.uint32) << np.uint32(16)) | rows.port_high)
        keys += halves(rows.address)
        return np.lexsort(keys)

    def with_epochs(self, restarts: Restarts) -> Flow:
        """With the next restart of each entry's device. A stop of the restart's own moment was said before it; a start
        told of before the last restart isn't believed, since some devices report after it what it ended.
        """
        if not restarts or not len(self.action):
            return self
        origin, told = self.rows.origin, restarts.times
        if origin is None:
            # No row says which device it is of: it may be any.
            told = {None: np.unique(np.concatenate(list(told.values())))}
        found = np.full(len(self.action), _FOREVER, np.int64)
        before = np.full(len(self.action), NO_TIME, np.int64)
        early = (self.action == _STOP) | (self.action == _INTERIM)
        early |= (self.action == HELD) & ((self.told > self.rows.start) | (self.rows.start_known == int(Known.UNSEEN)))
        whole = told.get(None)
        names = [None, *origin.values] if origin is not None else [None]
        for place, name in enumerate(names):
            times = told.get(name, whole)
            if times is None:
                continue
            mine = np.ones(len(found), np.bool_) if origin is None else origin.codes == place - 1
            at = np.searchsorted(times, self.told, side="right")
            at = np.where(early, np.searchsorted(times, self.told, side="left"), at)
            found = np.where(mine, np.append(times, _FOREVER)[at], found)
            before = np.where(mine, np.append(NO_TIME, times)[at], before)
        own = None if self.own_start is None else np.where(self.own_start < before, NO_TIME, self.own_start)
        return replace(self, restart=found, own_start=own)

    def same_resource(self) -> Bools:
        """Whether each but the first is of the same resource as the one before it."""
        rows = self.rows
        keys: list[NDArray[Any]] = [rows.port_low, rows.port_high, rows.protocol, *halves(rows.address)]
        if rows.destination is not None and rows.destination_port is not None:
            keys += [rows.destination_port, *halves(rows.destination)]
        return _adjacent(keys, len(rows))

    def holder_keys(self) -> list[NDArray[Any]]:
        """The columns that are equal for one holder."""
        rows = self.rows
        keys: list[NDArray[Any]] = [] if rows.inside is None else halves(rows.inside)
        keys += [text.codes for text in (rows.subject, rows.origin, rows.reference) if text is not None]
        return keys if self.restart is None else [*keys, self.restart]

    def same_holder(self) -> Bools:
        """Whether each but the first may be of the same holding as the one before it."""
        same = _adjacent(self.holder_keys(), len(self.action))
        if self.session is not None:
            code = self.session.codes
            # Only where both sides tell a session of the device's own can it tell them apart.
            same &= (code[1:] == code[:-1]) | (code[1:] < 0) | (code[:-1] < 0)
        return same

    def without_repeats(self, jitter: int) -> tuple[Flow, int]:
        """Without entries that say again what the one before said: of the same moment, or of the same session."""
        count = len(self.action)
        if count < 2:
            return self, 0
        kind = np.where(self.action == HELD, np.uint8(_START), self.action)
        same = self.same_resource() & self.same_holder() & (kind[1:] == kind[:-1])
        apart = np.abs(self.rows.start[1:] - self.rows.start[:-1])
        near = apart == 0
        if self.session is not None:
            code = self.session.codes
            near |= (apart <= jitter) & (code[1:] == code[:-1]) & (code[1:] >= 0) & (kind[1:] == _START)
        again = np.zeros(count, np.bool_)
        again[1:] = same & near
        return (self.at(~again), int(again.sum())) if again.any() else (self, 0)

    def holdings(self, limit_means: LimitMeans, watermark: int, jitter: int) -> Holdings:
        """One row for each holding; ``watermark`` is the last moment the source spoke of."""
        rows, count = self.rows, len(self.action)
        if not count:
            return Holdings(rows, rows, 0, 0, 0)
        same, alike = self.same_resource(), self.same_holder()
        goes_on = self._going_on(same & alike, jitter)
        first = np.flatnonzero(~goes_on)
        last = np.append(first[1:], count) - 1
        stopped = self.action[last] == _STOP
        start, start_known = self._starts(first)
        told = self.told[last]
        confirmed = np.where(stopped, told, np.maximum(told, self.told[first]))
        following = np.zeros(len(first), np.bool_)
        following[:-1] = same[first[1:] - 1]
        next_start = np.append(start[1:], NO_TIME)
        # Somebody else's row may begin, by its own word, before this one was last confirmed: both then stand.
        end = np.where(stopped, told, np.where(following, np.maximum(next_start, confirmed), confirmed))
        known = np.where(stopped, Known.LOGGED, np.where(following, Known.NEXT_ASSIGNMENT, Known.OPEN)).astype(np.uint8)
        if self.restart is not None:
            # Entries of one holding have one next restart.
            cut = ~stopped & (self.restart[last] < _FOREVER) & (~following | (self.restart[last] <= end))
            end = np.where(cut, self.restart[last], end)
            known[cut] = Known.RESTART
        until = self._until(first)
        told_apart = np.zeros(len(first), np.bool_) if self.session is None else self.session.codes[first] >= 0
        bare = ~told_apart & (start_known != Known.UNSEEN) if until is None else np.zeros(len(first), np.bool_)
        others = np.append(~alike[first[1:] - 1], False)
        handed_over = int((bare & others & (known == Known.NEXT_ASSIGNMENT)).sum())
        given_back = int((bare & stopped).sum())
        if until is not None:
            has_limit = until != NO_TIME
            until = np.where(has_limit, np.maximum(until, confirmed), NO_TIME)
            limited = ~stopped & has_limit & ((known == Known.OPEN) | (until <= end))
            over = limited & ((known != Known.OPEN) | (limit_means is LimitMeans.LONGEST) | (until <= watermark))
            end = np.where(over, until, end)
            known[over] = Known.LIMIT
            if limit_means is LimitMeans.LEASE:
                again = np.zeros(len(first), np.bool_)
                again[:-1] = (known[:-1] == Known.NEXT_ASSIGNMENT) & alike[first[1:] - 1]
                confirmed = np.where(over | (again & has_limit), end, confirmed)
        if self.fold is not None:
            begun = self.fold[first]
            ended = np.where(stopped, self.fold[last], np.append(begun[1:], False) & following) & (known != Known.LIMIT)
            ended &= known != Known.RESTART
            # What is open keeps the last word of it; that its start isn't known makes nothing of it firm.
            confirmed = np.where(begun & (known != Known.OPEN), start, confirmed)
            end = np.where(ended, end + FOLD, end)
            start_known[begun], known[ended & stopped] = Known.TWICE, Known.TWICE
        made = replace(rows[first], start=start, end=end, start_known=start_known, end_known=known, confirmed=confirmed)
        still = known == Known.OPEN
        lost = (start_known == Known.UNSEEN) & (self.action[first] != HELD)
        session = None if self.session is None or not still.any() else self._sessions(first)[still]
        limits = None if until is None or not still.any() else until[still]
        still_open = noted(made[still], limits, session)
        return Holdings(made[~still], still_open, int(lost.sum()), handed_over, given_back)

    def _going_on(self, same: Bools, jitter: int) -> Bools:
        """Which entries belong to the holding of the one before them."""
        action = self.action
        goes_on = np.zeros(len(action), np.bool_)
        goes_on[1:] = same & (action[:-1] != _STOP) & ((action[1:] == _STOP) | (action[1:] == _INTERIM))
        if self.own_start is None and self.until is None:
            return goes_on
        for _ in range(PASSES):
            other, since = self._others(goes_on, jitter)
            if not other.any():
                return goes_on
            # Whether an entry is another holding's shows only once it is known where its own chain begins.
            before = np.maximum.accumulate(np.where(other, np.arange(len(other)), -1))
            goes_on &= ~other | (np.append(-1, before[:-1]) > since)
        return goes_on & ~self._others(goes_on, jitter)[0]

    def _others(self, goes_on: Bools, jitter: int) -> tuple[Bools, Places]:
        """Entries that aren't of the holding they would go on with, and the entry of it that says so."""
        places = np.arange(len(goes_on))
        first = np.maximum.accumulate(np.where(goes_on, 0, places))
        other, since = np.zeros(len(goes_on), np.bool_), first
        if self.own_start is not None:
            other = goes_on & (self.own_start != NO_TIME) & (self.own_start > self.rows.start[first] + jitter)
            if self.session is not None:
                # A session that goes on is believed more than the length a device computes of it.
                code = self.session.codes
                other[1:] &= (code[1:] < 0) | (code[1:] != code[:-1])
        if self.until is not None:
            limited = np.maximum.accumulate(np.where(self.until != NO_TIME, places, -1))
            last = np.append(-1, limited[:-1])
            over = goes_on & (last >= first) & (self.told > self.until[last]) & ~other
            other, since = other | over, np.where(over, last, since)
        return other, since

    def _starts(self, first: Places) -> tuple[Int64s, UInt8s]:
        start, known = self.rows.start[first].copy(), self.rows.start_known[first].copy()
        known[(self.action[first] == _STOP) | (self.action[first] == _INTERIM)] = Known.UNSEEN
        if self.own_start is not None:
            # The first entry that tells when the holding began.
            count = len(self.own_start)
            at = np.minimum.reduceat(np.where(self.own_start != NO_TIME, np.arange(count), count), first)
            told = (known == Known.UNSEEN) & (at < count)
            start = np.where(told, np.minimum(np.append(self.own_start, NO_TIME)[at], start), start)
            known[told] = Known.LOGGED
        return start, known

    def _until(self, first: Places) -> Int64s | None:
        """Until when the last limit told in each holding lets it last; ``NO_TIME`` where none was."""
        if self.until is None:
            return None
        places = np.where(self.until != NO_TIME, np.arange(len(self.until)), -1)
        at = np.maximum.reduceat(places, first)
        return np.where(at >= 0, self.until[at], NO_TIME)

    def _sessions(self, first: Places) -> Texts:
        """The session of each holding: what any of its entries told."""
        if self.session is None:
            raise ValueError("nobody told a session")
        codes = np.maximum.reduceat(self.session.codes, first)
        return Texts(codes.astype(np.int32), self.session.values)


def as_rows(events: Events, source: int) -> Rows:
    """Every event as a row of its own moment."""
    if events.address is None:
        raise ValueError("rows are of an address")
    count = len(events)
    ports: list[UInt16s] = [
        np.full(count, absent, np.uint16) if column is None else column
        for column, absent in ((events.port_low, 0), (events.port_high, 65535))
    ]
    none = np.zeros(count, np.uint8)
    return Rows(
        kind=events.kind,
        address=events.address,
        port_low=ports[0],
        port_high=ports[1],
        protocol=none if events.protocol is None else events.protocol,
        start=events.time,
        end=events.time,
        start_known=none,
        end_known=none,
        source=np.full(count, source, np.uint16),
        session=np.zeros(count, np.uint64),
        confirmed=events.time,
        inside=events.inside,
        destination=events.destination,
        destination_port=events.destination_port,
        subject=events.subject,
        origin=events.origin,
        reference=events.reference,
    )


def parted(held: Rows | None, events: Events, *, everything: bool) -> tuple[Rows | None, Rows | None]:
    """The open rows whose resource ``events`` may speak of, and the others. ``everything``: they speak of all."""
    if held is None or everything or len(held) < len(events):
        return held, None
    table = np.zeros(_BUCKETS, np.bool_)
    if events.address is not None:
        table[_bucket(events.address, events.port_low)] = True
    spoken = table[_bucket(held.address, held.port_low)]
    return held[spoken], held[~spoken]


def _bucket(address: Addresses, port: UInt16s | None) -> Places:
    mixed = address.low.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    if address.high is not None:
        mixed += address.high * np.uint64(0xC2B2AE3D27D4EB4F)
    if port is not None:
        mixed += port.astype(np.uint64) * np.uint64(0x165667B19E3779F9)
    return (mixed >> np.uint64(44)).astype(np.intp)


def join(left: Rows, right: Rows) -> Rows:
    """One after the other. A column that only one side has is absent (no text, the address 0) on the other."""
    made: dict[str, Any] = {"kind": left.kind}
    for one in fields(Rows):
        if one.name != "kind":
            made[one.name] = _after(getattr(left, one.name), getattr(right, one.name), len(left), len(right))
    return Rows(**made)


def _chained(left: Flow, right: Flow) -> Flow:
    counts = len(left.action), len(right.action)
    return Flow(
        join(left.rows, right.rows),
        np.concatenate([left.action, right.action]),
        np.concatenate([left.told, right.told]),
        _after(left.own_start, right.own_start, *counts, absent=NO_TIME),
        _after(left.until, right.until, *counts, absent=NO_TIME),
        _after(left.session, right.session, *counts),
        _after(left.fold, right.fold, *counts),
    )


def _after(one: Any, other: Any, count: int, more: int, absent: int = 0) -> Any:
    if one is None and other is None:
        return None
    if isinstance(one, Texts) or isinstance(other, Texts):
        return Texts.joined([one or _no_texts(count), other or _no_texts(more)])
    if isinstance(one, Addresses) or isinstance(other, Addresses):
        found = one if one is not None else other
        return Addresses.joined([one or _no_addresses(found, count), other or _no_addresses(found, more)])
    found = one if one is not None else other
    return np.concatenate(
        [np.full(n, absent, found.dtype) if c is None else c for c, n in ((one, count), (other, more))]
    )


def _no_texts(count: int) -> Texts:
    return Texts(np.full(count, -1, np.int32), ())


def _no_addresses(like: Addresses, count: int) -> Addresses:
    high = None if like.high is None else np.zeros(count, np.uint64)
    return Addresses(like.family, np.zeros(count, like.low.dtype), high)


def halves(addresses: Addresses) -> list[NDArray[Any]]:
    """The arrays that order addresses, the least significant first."""
    found: list[NDArray[Any]] = [] if addresses.prefix is None else [addresses.prefix]
    found.append(addresses.low)
    return found if addresses.high is None else [*found, addresses.high]


def _adjacent(keys: list[NDArray[Any]], count: int) -> Bools:
    """Whether each but the first is equal to the one before it in every key."""
    same = np.ones(max(count - 1, 0), np.bool_)
    for key in keys:
        same &= key[1:] == key[:-1]
    return same
