"""Turn events into rows, all at once: what an event means follows from the one before it on the same resource.

Events are put in order per *resource* (address, ports, protocol, and the destination where the device logs it). In
that order

- a stop or an interim record of whoever holds the resource goes on with that holding; the stop ends it (``LOGGED``).
  One that tells a session of the device's own, or a start of its own, goes on only with that session or start, and
  nothing goes on beyond the limit it was given;
- a start begins a holding. If the resource was held, its stop was lost: that holding ended no later
  (``NEXT_ASSIGNMENT``). The same start again is a repeat;
- a stop or an interim record of somebody who isn't known to hold it begins a holding, too (``UNSEEN``): it was so at
  that moment at least, and whoever held it before had ended by then;
- when the device started anew, what it had given out had ended (``RESTART``), and what it says later is of a new
  holding;
- records of one moment, or stamped a little out of turn by a device's several cards, are put into the order that loses
  nothing (:mod:`sekisho.logs.intervals.tangles`): the last holder's release before the next one's assignment;
- a time that comes twice (end of summer time) makes nothing firm: see ``TWICE`` in :mod:`sekisho.logs.rows`.

What is still held at the end is the *open table*, itself rows, which the next call takes; cut into batches at any
moment that no tangle spans, the events give the same rows. A row is firm up to ``confirmed``
(:mod:`sekisho.logs.rows`): no guess is made about a stretch in which a stop may have been lost.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sekisho.logs.columns import NO_TIME, Bools, Int64s
from sekisho.logs.events import Action, ClockNote, Events
from sekisho.logs.intervals.flow import FOLD, Flow, LimitMeans, Restarts, as_rows, join, parted
from sekisho.logs.intervals.notes import until_of
from sekisho.logs.intervals.tangles import JITTER, untangled
from sekisho.logs.rows import Known, Rows

__all__ = ["Built", "LimitMeans", "Tally", "build", "join"]


@dataclass(frozen=True, slots=True)
class Tally:
    """What happened on the way, for the source's health."""

    repeated: int = 0
    """Events that said what another had said."""
    stops_lost: int = 0
    """Holdings ended by the next assignment or a restart."""
    starts_lost: int = 0
    """Holdings first heard of by an interim record or a stop."""
    handed_over: int = 0
    """Of holdings that only a record could end and no session tells apart: ended by somebody else's start."""
    given_back: int = 0
    """Of the same: ended by their stop (:mod:`sekisho.logs.intervals.losses`)."""


@dataclass(frozen=True, slots=True)
class Built:
    """What comes of a batch: rows that ended, rows still open, numbers of records that end before they start.

    ``open`` keeps in ``reference`` what the next batch must know of a holding (:mod:`sekisho.logs.intervals.notes`);
    rows that ended don't have it.
    """

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
    jitter: int = JITTER,
) -> Built:
    """Rows of ``events`` (one kind, one family, with an address) and of the open table ``held`` of the same source.

    Events stand in the order of their input, which decides between events of one moment on one resource where nothing
    else does. ``jitter`` is how far (microseconds) the device may stamp its records out of turn.
    """
    if events.address is None:
        raise ValueError("rows are of an address")
    watermark = int(events.time.max()) if len(events) else NO_TIME
    restarts = Restarts.of(events)
    single = (events.action == int(Action.WHOLE)) | (events.action == int(Action.POINT))
    wrong = _ends_before_it_starts(events)
    refused = events.record[wrong]
    alone = _whole(events[single & ~wrong], source) if single.any() else None
    aside = single | wrong | (events.action == int(Action.RESTART))
    flowing = events[~aside] if aside.any() else events
    touched, resting = parted(held, flowing, everything=bool(restarts))
    flow = Flow.of(flowing, touched, source)
    flow = flow.at(flow.order()).with_epochs(restarts)
    flow, tangles = untangled(flow, jitter)
    flow, repeated = flow.without_repeats(jitter)
    made = flow.holdings(limit_means, watermark, jitter)
    tally = Tally(
        repeated + tangles,
        int(np.isin(made.closed.end_known, (int(Known.NEXT_ASSIGNMENT), int(Known.RESTART))).sum()),
        made.starts_lost,
        made.handed_over,
        made.given_back,
    )
    closed, still = made.closed, made.open
    if resting is not None and len(resting):
        still, passed = _passed(resting, watermark, limit_means) if resting.reference is not None else (resting, None)
        still = join(made.open, still) if len(made.open) else still
        closed = join(closed, passed) if passed is not None and len(passed) else closed
    if alone is not None and len(alone):
        closed = join(closed, alone) if len(closed) else alone
    return Built(closed, still, refused, tally)


def _ends_before_it_starts(events: Events) -> Bools:
    if events.start is None:
        return np.zeros(len(events), np.bool_)
    ends = (events.action != int(Action.START)) & (events.action != int(Action.POINT))
    wrong: Bools = ends & (events.start != NO_TIME) & (events.start > events.time)
    return wrong


def _whole(events: Events, source: int) -> Rows:
    """Rows of records that are complete in themselves."""
    rows = as_rows(events, source)
    point = events.action == int(Action.POINT)
    told = np.zeros(len(events), np.bool_) if events.start is None else ~point & (events.start != NO_TIME)
    start = events.time if events.start is None else np.where(told, events.start, events.time)
    start_known = np.where(point | told, Known.LOGGED, Known.UNSEEN).astype(np.uint8)
    end, confirmed = events.time, events.time
    end_known = np.where(point, Known.NOT_LOGGED, Known.LOGGED).astype(np.uint8)
    if events.clock is not None:
        twice = (events.clock & np.uint8(ClockNote.FOLD)) != 0
        end = np.where(twice, end + FOLD, end)
        confirmed = np.where(twice, start, confirmed)
        start_known = np.where(twice, np.uint8(Known.TWICE), start_known)
        end_known = np.where(twice, np.uint8(Known.TWICE), end_known)
    return replace(rows, start=start, end=end, confirmed=confirmed, start_known=start_known, end_known=end_known)


def _passed(resting: Rows, watermark: int, limit_means: LimitMeans) -> tuple[Rows, Rows]:
    """Open rows nobody spoke of: those that stay, and those whose limit has passed."""
    until = until_of(resting)
    over = (until != NO_TIME) & (until <= watermark)
    if not over.any():
        return resting, resting[over]
    ended = resting[over]
    end = np.maximum(until[over], ended.confirmed)
    firm = limit_means is LimitMeans.LEASE
    confirmed = np.where(ended.start_known == int(Known.TWICE), ended.start, end if firm else ended.confirmed)
    known = np.full(len(ended), int(Known.LIMIT), np.uint8)
    return resting[~over], replace(ended, end=end, end_known=known, confirmed=confirmed, reference=None)
