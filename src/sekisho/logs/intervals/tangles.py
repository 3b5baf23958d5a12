"""Put records of nearly one moment into the order that loses nothing.

A release and the next assignment of the same ports may bear the same second and come in either order; a device's cards
may stamp them some milliseconds out of turn; datagrams come twice. Taken in the order of their stamps such records look
as if somebody had stopped what he never had. A *tangle* is a run of entries of one resource, each at most ``jitter``
after the one before it, with such a record in it. Within a tangle

1. what was said with the same stamp already is a repeat, and so is a stop or an interim record of a holding that was
   stopped within ``jitter`` before;
2. of one moment, a start without its stop comes last, since whoever comes next held on;
3. a stop or an interim record of somebody else than whoever started last comes before that start: before the start that
   followed his own holding, or, where no record of that is known, before the last start;
4. a start comes before a stop of the same session and moment;
5. of two starts of one holder, nothing between them, with a stop within ``jitter`` after the second, the stop is that
   of the first: its holder gave it back and got it again.

Anything else stays as it is stamped. Only tangles are looked at one by one; elsewhere nothing is done.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from sekisho.logs.columns import Int64s
from sekisho.logs.events import Action
from sekisho.logs.intervals.flow import HELD, Flow

JITTER: Final = 2_000_000
"""Microseconds: a stamp of whole seconds, computed from another of whole seconds (Acct-Delay-Time), is off by two."""

_PASSES: Final = 3

_START, _STOP, _INTERIM = int(Action.START), int(Action.STOP), int(Action.INTERIM)


def untangled(flow: Flow, jitter: int = JITTER) -> tuple[Flow, int]:
    """The entries in the order that loses nothing, and how many were repeats. ``flow`` is in order."""
    repeats = 0
    for _ in range(_PASSES):
        # What is in order now may show what isn't.
        made, more = _untangled_once(flow, jitter)
        if made is flow:
            break
        flow, repeats = made, repeats + more
    return flow, repeats


def _untangled_once(flow: Flow, jitter: int) -> tuple[Flow, int]:
    count = len(flow.action)
    if count < 2:
        return flow, 0
    same, alike = flow.same_resource(), flow.same_holder()
    time, action = flow.rows.start, flow.action
    held = np.zeros(count, np.bool_)
    held[1:] = same & alike & (action[:-1] != _STOP)
    odd = ((action == _STOP) | (action == _INTERIM)) & ~held
    # Two starts of one moment: which of them was the later doesn't show in the stamps.
    odd[1:] |= same & (action[1:] == _START) & (action[:-1] != _STOP) & (time[1:] == time[:-1]) & ~alike
    # Two starts of one holder and then a stop: that of the first, most likely.
    again = same & alike & (action[1:] == _START) & ((action[:-1] == _START) | (action[:-1] == HELD))
    stop_next = same & alike & (action[1:] == _STOP) & (time[1:] - time[:-1] <= jitter)
    odd[1:-1] |= again[:-1] & stop_next[1:]
    if not odd.any():
        return flow, 0
    linked = np.zeros(count, np.bool_)
    linked[1:] = same & (time[1:] - time[:-1] <= jitter)
    begins = np.flatnonzero(~linked)
    ends = np.append(begins[1:], count)
    tangled = (np.add.reduceat(odd, begins, dtype=np.int64) > 0) & (ends - begins > 1)
    if not tangled.any():
        return flow, 0
    spans = list(zip(begins[tangled].tolist(), ends[tangled].tolist(), strict=True))
    # Each tangle with the entry before it, who may be whose stop is in it.
    entries = _entries(flow, [(max(begin - 1, 0), end) for begin, end in spans])
    places, kept = np.arange(count), np.ones(count, np.bool_)
    last, reached = None, -1
    for (begin, end), run in zip(spans, entries, strict=True):
        # What comes before is the tangle before, as it is now, where one ends here.
        before = (last if reached == begin else run[0]) if begin and same[begin - 1] else None
        made = _untangled(before, run[1:] if begin else run, jitter)
        places[begin : begin + len(made)] = [entry.place for entry in made]
        kept[begin + len(made) : end] = False
        last, reached = made[-1] if made else before, end
    repeats = count - int(kept.sum())
    if not repeats and bool((places == np.arange(count)).all()):
        return flow, 0
    order: Int64s = places[kept]
    return flow.at(order), repeats


@dataclass(frozen=True, slots=True)
class _Entry:
    place: int
    time: int
    action: int
    holder: tuple[int, ...]
    session: int

    def of(self, other: _Entry) -> bool:
        """Whether it may be of the same holding."""
        sessions = self.session, other.session
        return self.holder == other.holder and (sessions[0] == sessions[1] or min(sessions) < 0)

    @property
    def begins(self) -> bool:
        """Whether it is a start, told now or before."""
        return self.action in {_START, HELD}


def _entries(flow: Flow, spans: Sequence[tuple[int, int]]) -> list[list[_Entry]]:
    at = np.concatenate([np.arange(begin, end) for begin, end in spans])
    count = len(at)
    keys = [key[at].tolist() for key in flow.holder_keys()]
    holders: Iterable[tuple[int, ...]] = zip(*keys, strict=True) if keys else [()] * count
    sessions = [-1] * count if flow.session is None else flow.session.codes[at].tolist()
    columns = (at.tolist(), flow.rows.start[at].tolist(), flow.action[at].tolist(), holders, sessions)
    made = [_Entry(*values) for values in zip(*columns, strict=True)]
    sizes = np.cumsum([0, *(end - begin for begin, end in spans)]).tolist()
    return [made[begin:end] for begin, end in itertools.pairwise(sizes)]


def _untangled(before: _Entry | None, run: Sequence[_Entry], jitter: int) -> list[_Entry]:
    """The entries of ``run`` in the order that loses nothing, without its repeats."""
    made: list[_Entry] = [] if before is None else [before]
    skipped = len(made)
    for entry in _starts_last(before, _without_repeats(run)):
        _put(made, entry, skipped, jitter)
    return made[skipped:]


def _without_repeats(run: Iterable[_Entry]) -> list[_Entry]:
    """Rule 1, of one stamp."""
    seen: dict[tuple[int, int, tuple[int, ...], int], _Entry] = {}
    for entry in run:
        action = _START if entry.action == HELD else entry.action
        seen.setdefault((entry.time, action, entry.holder, entry.session), entry)
    return list(seen.values())


def _starts_last(before: _Entry | None, run: Sequence[_Entry]) -> list[_Entry]:
    """Rule 2."""
    made: list[_Entry] = []
    at = 0
    while at < len(run):
        until = at
        while until < len(run) and run[until].time == run[at].time:
            until += 1
        moment = list(run[at:until])
        if len(moment) > 1:
            last = made[-1] if made else before
            stops = Counter((entry.holder, entry.session) for entry in moment if entry.action == _STOP)
            if last is not None and last.action != _STOP:
                stops[last.holder, last.session] -= 1
            begun = {(entry.holder, entry.session) for entry in moment if entry.begins}
            lasting = {one for one in begun if stops[one] <= 0}
            moment.sort(key=lambda entry: entry.action != _STOP and (entry.holder, entry.session) in lasting)
        made += moment
        at = until
    return made


def _put(made: list[_Entry], entry: _Entry, first: int, jitter: int) -> None:
    """Append ``entry``, or insert it where it belongs; nothing is inserted before ``first``."""
    last = made[-1] if made else None
    if entry.begins:
        unseen = last is not None and last.action == _STOP and not (len(made) > 1 and _holds(made[-2], last))
        if (
            last is not None
            and unseen
            and len(made) > first
            and (last.time, last.session, last.holder) == (entry.time, entry.session, entry.holder)
            and entry.session >= 0
        ):
            made.insert(len(made) - 1, entry)
            return
        made.append(entry)
        return
    if last is None or _holds(last, entry):
        twice = last is not None and len(made) > max(first, 1) and last.action == _START and made[-2].begins
        if twice and entry.action == _STOP and _holds(made[-2], entry) and entry.time - made[-1].time <= jitter:
            made.insert(len(made) - 1, entry)
        else:
            made.append(entry)
        return
    for at in range(len(made) - 1, first - 1, -1):
        other = made[at]
        if entry.time - other.time > jitter:
            break
        if entry.of(other):
            if other.action == _STOP:
                return  # said already
            break
    near = [at for at in range(first, len(made)) if entry.time - made[at].time <= jitter]
    others = [at for at in near if made[at].begins and not entry.of(made[at])]
    own = [at for at in others if at and _holds(made[at - 1], entry)]
    made.insert(own[-1] if own else others[-1] if others else len(made), entry)


def _holds(last: _Entry, entry: _Entry) -> bool:
    """Whether after ``last`` the resource is held by whoever ``entry`` speaks of."""
    return last.action != _STOP and last.of(entry)
