"""Turn events into rows, all at once: what an event means follows from the one before it on the same resource.

Events are put in order per *resource* (address, ports, protocol, and the destination where the device logs it). In
that order

- a stop or an interim record of whoever holds the resource goes on with that holding; the stop ends it (``LOGGED``);
- a start begins a holding. If the resource was held, its stop was lost: that holding ended no later
  (``NEXT_ASSIGNMENT``). The same start again is a repeat;
- a stop or an interim record of somebody who isn't known to hold it begins a holding, too (``UNSEEN``): it was so at
  that moment at least, and whoever held it before had ended by then;
- when the device started anew, what it had given out had ended (``RESTART``).

What is still held at the end is the *open table*, itself rows, which the next call takes. A row is firm up to
``confirmed`` (:mod:`sekisho.logs.rows`): no guess is made about a stretch in which a stop may have been lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sekisho.logs.columns import NO_TIME, Addresses, Bools, Int64s, Places, Texts, UInt8s, UInt16s
from sekisho.logs.events import Action, Events
from sekisho.logs.rows import Known, Rows

INSTANT: Final = 1
"""Microseconds of a row whose start nobody logged and whose stop stands alone: it was so just before."""

_START, _STOP, _INTERIM, _WHOLE, _POINT, _RESTART = (int(action) for action in Action)
_HELD: Final = 0
"""The action of an entry of the open table among events: a start told earlier."""


class LimitMeans(Enum):
    """What an event's ``limit`` says."""

    LONGEST = "longest"
    """Nothing lasts longer; when it ended isn't known (a source that logs only starts)."""
    LEASE = "lease"
    """Nobody else can have it before: the holding is firm until then, unless its end was logged."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What happened on the way, for the source's health."""

    repeated: int = 0
    """Events that said what the one before had said."""
    stops_lost: int = 0
    """Holdings ended by the next assignment or a restart."""
    starts_lost: int = 0
    """Holdings first heard of by an interim record or a stop."""


@dataclass(frozen=True, slots=True)
class Built:
    """What comes of a batch: rows that ended, rows still open, numbers of records that end before they start."""

    closed: Rows
    open: Rows
    refused: Int64s
    tally: Tally


def build(
    events: Events,
    held: Rows | None,
    *,
    source: int,
    limit_means: LimitMeans = LimitMeans.LONGEST,
) -> Built:
    """Rows of ``events`` (one kind, one family, with an address) and of the open table ``held`` of the same source.

    Events stand in the order of their input, which decides between events of one moment on one resource.
    """
    restarts = _restarts(events)
    events = events[events.action != _RESTART]
    if events.address is None:
        raise ValueError("rows are of an address")
    single = (events.action == _WHOLE) | (events.action == _POINT)
    flow = _Flow.of(events[~single], held, source)
    flow = flow.at(flow.order())
    flow, repeated = flow.without_repeats()
    made = flow.holdings(limit_means)
    made = _ended_by_restarts(made, restarts)
    alone, refused = _whole(events[single], source)
    ended = made.end_known != int(Known.OPEN)
    wrong = ended & (made.end < made.start)
    tally = Tally(
        repeated,
        int(np.isin(made.end_known, (int(Known.NEXT_ASSIGNMENT), int(Known.RESTART))).sum()),
        int((made.start_known == int(Known.UNSEEN)).sum()),
    )
    closed = made[ended & ~wrong]
    if len(alone):
        closed = join(closed, alone) if len(closed) else alone
    return Built(closed, made[~ended], refused, tally)


@dataclass(frozen=True, slots=True)
class _Flow:
    """Events and the open table in one sequence. ``rows`` has each event as if it were a row of its own moment."""

    rows: Rows
    action: UInt8s
    own_start: Int64s
    limit: Int64s
    session_code: NDArray[np.int32]

    @classmethod
    def of(cls, events: Events, held: Rows | None, source: int) -> _Flow:
        rows = _as_rows(events, source)
        count = len(rows)
        start = np.full(count, NO_TIME, np.int64) if events.start is None else events.start
        limit = np.zeros(count, np.int64) if events.limit is None else events.limit
        session = np.full(count, -1, np.int32) if events.session is None else events.session.codes
        action = events.action
        if held is not None and len(held):
            more = len(held)
            rows = join(held, rows)
            action = np.concatenate([np.full(more, _HELD, np.uint8), action])
            start = np.concatenate([np.full(more, NO_TIME, np.int64), start])
            limit = np.concatenate([np.zeros(more, np.int64), limit])
            session = np.concatenate([np.full(more, -1, np.int32), session])
        return cls(rows, action, start, limit, session)

    def at(self, places: Any) -> _Flow:
        return _Flow(
            self.rows[places],
            self.action[places],
            self.own_start[places],
            self.limit[places],
            self.session_code[places],
        )

    def order(self) -> Places:
        """By resource, then by time; events of one moment stay in the order of their input, what is held first."""
        rows = self.rows
        keys: list[NDArray[Any]] = [rows.start]
        if rows.destination is not None and rows.destination_port is not None:
            keys += [rows.destination_port, *_halves(rows.destination)]
        keys.append(rows.protocol)
        keys.append((rows.port_low.astype(np.uint32) << np.uint32(16)) | rows.port_high)
        keys += _halves(rows.address)
        return np.lexsort(keys)

    def without_repeats(self) -> tuple[_Flow, int]:
        """Without events that say again, of the same moment and holder, what the one before said."""
        again = np.zeros(len(self.action), np.bool_)
        same = self._same_resource() & self._same_holder() & (self.rows.start[1:] == self.rows.start[:-1])
        kind = np.where(self.action == _HELD, _START, self.action)
        again[1:] = same & (kind[1:] == kind[:-1])
        return (self.at(~again), int(again.sum())) if again.any() else (self, 0)

    def holdings(self, limit_means: LimitMeans) -> Rows:
        """One row for each holding."""
        action, rows = self.action, self.rows
        count = len(action)
        if not count:
            return rows
        same = self._same_resource()
        held_before = action[:-1] != _STOP
        goes_on = np.zeros(count, np.bool_)
        goes_on[1:] = same & held_before & self._same_holder() & ((action[1:] == _STOP) | (action[1:] == _INTERIM))
        first = np.flatnonzero(~goes_on)
        last = np.append(first[1:], count) - 1
        stopped = action[last] == _STOP
        start, start_known = self._starts(first, last)
        told = rows.start[last]
        confirmed = np.where(stopped, told, np.maximum(told, rows.confirmed[first]))
        following = np.zeros(len(first), np.bool_)
        following[:-1] = same[first[1:] - 1]
        next_start = np.append(start[1:], NO_TIME)
        # Somebody else's row may begin, by its own word, before this one was last confirmed: both then stand.
        by_next = np.maximum(next_start, confirmed)
        end = np.where(stopped, told, np.where(following, by_next, confirmed))
        known = np.where(stopped, Known.LOGGED, np.where(following, Known.NEXT_ASSIGNMENT, Known.OPEN)).astype(np.uint8)
        limit = np.maximum.reduceat(self.limit, first)
        limited = ~stopped & (limit > 0)
        if limited.any():
            until = confirmed + self.limit[last]
            sooner = limited & ((known == Known.OPEN) | (until < end))
            end = np.where(sooner, until, end)
            known[sooner] = Known.LIMIT
            if limit_means is LimitMeans.LEASE:
                confirmed = np.where(limited, np.minimum(until, end), confirmed)
        return replace(rows[first], start=start, end=end, start_known=start_known, end_known=known, confirmed=confirmed)

    def _starts(self, first: Places, last: Places) -> tuple[Int64s, UInt8s]:
        action, rows = self.action[first], self.rows
        own = np.where(self.own_start[first] != NO_TIME, self.own_start[first], self.own_start[last])
        start, known = rows.start[first].copy(), rows.start_known[first].copy()
        unseen = (action == _STOP) | (action == _INTERIM)
        known[unseen] = Known.UNSEEN
        start[action == _STOP] -= INSTANT
        told = unseen & (own != NO_TIME)
        start[told], known[told] = own[told], Known.LOGGED
        return start, known

    def _same_resource(self) -> Bools:
        rows = self.rows
        keys: list[NDArray[Any]] = [rows.port_low, rows.port_high, rows.protocol, *_halves(rows.address)]
        if rows.destination is not None and rows.destination_port is not None:
            keys += [rows.destination_port, *_halves(rows.destination)]
        return _adjacent(keys, len(rows))

    def _same_holder(self) -> Bools:
        rows = self.rows
        keys: list[NDArray[Any]] = [] if rows.inside is None else _halves(rows.inside)
        keys += [text.codes for text in (rows.subject, rows.origin, rows.reference) if text is not None]
        same = _adjacent(keys, len(rows))
        code = self.session_code
        # Only where both sides tell a session of the device's own can it tell them apart.
        same &= (code[1:] == code[:-1]) | (code[1:] < 0) | (code[:-1] < 0)
        return same


def join(left: Rows, right: Rows) -> Rows:
    """One after the other. A column that only one side has is absent (no text, the address 0) on the other."""
    made: dict[str, Any] = {"kind": left.kind}
    for name in Rows.__dataclass_fields__:
        if name == "kind":
            continue
        one, other = getattr(left, name), getattr(right, name)
        if one is None and other is None:
            made[name] = None
        elif isinstance(one, Texts) or isinstance(other, Texts):
            made[name] = Texts.joined([one or _no_texts(len(left)), other or _no_texts(len(right))])
        elif isinstance(one, Addresses) or isinstance(other, Addresses):
            found = one if one is not None else other
            made[name] = Addresses.joined(
                [one or _no_addresses(found, len(left)), other or _no_addresses(found, len(right))]
            )
        else:
            shape = one if one is not None else other
            parts = [np.zeros(n, shape.dtype) if c is None else c for c, n in ((one, len(left)), (other, len(right)))]
            made[name] = np.concatenate(parts)
    return Rows(**made)


def _no_texts(count: int) -> Texts:
    return Texts(np.full(count, -1, np.int32), ())


def _no_addresses(like: Addresses, count: int) -> Addresses:
    return Addresses(
        like.family, np.zeros(count, like.low.dtype), None if like.high is None else np.zeros(count, np.uint64)
    )


def _halves(addresses: Addresses) -> list[NDArray[Any]]:
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


def _as_rows(events: Events, source: int) -> Rows:
    """Every event as a row of its own moment."""
    if events.address is None:
        raise ValueError("rows are of an address")
    count = len(events)
    ports: list[UInt16s] = [
        np.full(count, absent, np.uint16) if column is None else column
        for column, absent in ((events.port_low, 0), (events.port_high, 65535))
    ]
    return Rows(
        kind=events.kind,
        address=events.address,
        port_low=ports[0],
        port_high=ports[1],
        protocol=np.zeros(count, np.uint8) if events.protocol is None else events.protocol,
        start=events.time,
        end=events.time,
        start_known=np.zeros(count, np.uint8),
        end_known=np.zeros(count, np.uint8),
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


def _whole(events: Events, source: int) -> tuple[Rows, Int64s]:
    """Rows of records that are complete in themselves, and the numbers of those that end before they start."""
    rows = _as_rows(events, source)
    point = events.action == _POINT
    start = np.where(point | np.bool_(events.start is None), events.time, 0 if events.start is None else events.start)
    wrong = ~point & (start > events.time)
    end = np.where(point, events.time + INSTANT, events.time)
    known = np.where(point, Known.NOT_LOGGED, Known.LOGGED).astype(np.uint8)
    made = replace(rows, start=start, end=end, confirmed=end, end_known=known)
    return made[~wrong], events.record[wrong]


def _restarts(events: Events) -> Mapping[str | None, Int64s]:
    """The moments at which each device started anew, ascending."""
    again = events[events.action == _RESTART]
    found: dict[str | None, list[int]] = {}
    for at in range(len(again)):
        device = None if again.origin is None else again.origin.text(at)
        found.setdefault(device, []).append(int(again.time[at]))
    return {device: np.array(sorted(times), np.int64) for device, times in found.items()}


def _ended_by_restarts(rows: Rows, restarts: Mapping[str | None, Int64s]) -> Rows:
    """Nothing outlives a restart of its device; one without a name is the whole source."""
    end, known, confirmed = rows.end.copy(), rows.end_known.copy(), rows.confirmed.copy()
    for device, times in restarts.items():
        if device is None or rows.origin is None:
            mine = np.ones(len(rows), np.bool_)
        elif device in rows.origin.values:
            mine = rows.origin.codes == rows.origin.values.index(device)
        else:
            continue
        at = np.searchsorted(times, rows.start, side="right")
        first = np.append(times, np.iinfo(np.int64).max)[at]
        hit = mine & ((first < end) | ((known == Known.OPEN) & (first < np.iinfo(np.int64).max)))
        # A word from after the restart says nothing of before it.
        confirmed = np.where(hit & (confirmed > first), rows.start, confirmed)
        end = np.where(hit, first, end)
        known[hit] = Known.RESTART
    return replace(rows, end=end, end_known=known, confirmed=confirmed)
