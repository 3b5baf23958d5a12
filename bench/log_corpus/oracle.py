"""What a perfect reader of the logs would say: who truly had it, and whether the logs as written settle it.

A question is about a true moment T of a communication by holder H, asked as A with ``within`` w, so that T lies in the
*asked window* [A-w, A+w]. It knows nothing of how rows are made. The logs *settle* it if all of this holds:

(1) A record of H's very holding arrived from before the asked window, and one from after it, each at least the *clock
    bound* outside of it: the bound is what stamps and declared clocks leave open (twice the tick and the cards' jitter;
    where clocks are off also what their observation leaves open). For a lease, its end is such a record, as nothing is
    lost there. A source that logs only starts settles what lies around a start for as long as its ports surely rest.
(2) Nothing contradicts it: no holding of an overlapping block of another size is without an end in the logs (its stop
    didn't arrive, nor any later record of its own block, nor a restart) when the asked window ends.
(3) The source was heard: the asked window, widened by the bound, lies in no silence that counts as a gap.
(4) No record of H's holding is of a local time that comes twice.
(5) No clock concerned jumped within two batches of the window: when it did can't be seen more exactly.
(6) Not one stop in twenty or more is missing from the source, for whatever reason, unless its records tell sessions:
    where that much is, nobody can tell what stood between two records of one holder.

In a chain both links must be settled, the second for the same window.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bench.log_corpus.parameters import SECOND, Parameters
from bench.log_corpus.parameters import Records as Logged
from bench.log_corpus.records import Clocks, Records
from bench.log_corpus.truth import Truth
from sekisho.logs.columns import Bools, Int64s
from sekisho.logs.events import Action, ClockNote

_EARLY, _LATE = np.iinfo(np.int64).min // 2, np.iinfo(np.int64).max // 2


@dataclass(frozen=True, slots=True)
class Questions:
    """Communications, truly by ``holding`` at ``moment``, and how they are asked about: ``asked`` ± ``within``."""

    holding: Int64s
    moment: Int64s
    asked: Int64s
    within: Int64s
    port: Int64s

    def __len__(self) -> int:
        """How many."""
        return len(self.holding)


def questions(truth: Truth, count: int, rng: np.random.Generator) -> Questions:
    """Communications at random: half anywhere in a holding, half within five seconds of its begin or end."""
    found, p = truth.holdings, truth.parameters
    inside = np.flatnonzero((found.end > p.epoch) & (found.begin < p.epoch + p.length))
    holding = rng.choice(inside, count)
    begin, end = found.begin[holding], found.end[holding]
    length = end - begin
    anywhere = begin + np.floor(rng.random(count) * length).astype(np.int64)
    near = np.floor(rng.random(count) * np.minimum(length, 5 * SECOND)).astype(np.int64)
    edge = np.where(rng.random(count) < 0.5, begin + near, end - 1 - near)
    moment = np.where(rng.random(count) < 0.5, anywhere, edge)
    within = rng.choice(np.array([0, 1, 2, 5]), count) * SECOND
    asked = moment + np.round((rng.random(count) * 2 - 1) * within).astype(np.int64)
    resource = found.resource[holding]
    low, high = (column[resource].astype(np.int64) for column in (truth.resources.port_low, truth.resources.port_high))
    return Questions(holding, moment, asked, within, rng.integers(low, high + 1))


def bound(p: Parameters) -> int:
    """The clock bound of a world, in microseconds."""
    found = 2 * (p.tick + p.cards)
    if p.skew or p.drift_ppm:
        found += 5 * p.delay + p.tick + round(3 * p.batch * p.drift_ppm / 1e6)
    return found


def settled(
    truth: Truth,
    sent: Records,
    notes: Int64s,
    clocks: Clocks,
    holding: Int64s,
    begin: Int64s,
    end: Int64s,
    silence: int,
) -> Bools:
    """Which asked windows [``begin``, ``end``] of these holdings the logs settle. ``notes`` are of each of ``sent``."""
    p = truth.parameters
    margin = bound(p)
    low, high = begin - margin, end + margin
    arrived = sent.arrived & (sent.holding >= 0)
    which, moment = sent.holding[arrived], sent.moment[arrived]
    count = len(truth.holdings)
    first, last = np.full(count, _LATE), np.full(count, _EARLY)
    np.minimum.at(first, which, moment)
    np.maximum.at(last, which, moment)
    if p.records is Logged.LEASES:
        last = np.where(last > _EARLY, truth.holdings.end, last)
    good = (first[holding] <= low) & (last[holding] >= high)
    if p.records is Logged.STARTS:
        start = first[holding]
        good = (start >= begin) & (start < end) & (low > start - p.rest) & (high < start + p.rest)
    twice = np.zeros(count, np.bool_)
    np.logical_or.at(twice, which, (notes[arrived] & int(ClockNote.FOLD)) != 0)
    good &= ~twice[holding] & _heard(sent, truth, holding, low, high, silence)
    if not p.sessions and p.records is Logged.BOTH:
        good &= ~_lossy(sent, truth)[truth.resources.source[truth.holdings.resource[holding]]]
    if p.new_layout:
        good &= ~_contradicted(truth, sent, holding, high)
    if p.skew and p.step_every:
        steps = clocks.steps()
        before = np.searchsorted(steps, low - 2 * p.batch)
        good &= before == np.searchsorted(steps, high + 2 * p.batch)
    return good


def _heard(sent: Records, truth: Truth, holding: Int64s, low: Int64s, high: Int64s, silence: int) -> Bools:
    good = np.ones(len(holding), np.bool_)
    source = truth.resources.source[truth.holdings.resource[holding]]
    for one in range(truth.parameters.sources):
        mine = source == one
        moments = np.sort(sent.moment[sent.arrived & (sent.source == one)])
        if not len(moments):
            good &= ~mine
            continue
        silent = np.flatnonzero(np.diff(moments) > silence - truth.parameters.tick)
        gaps = [(_EARLY, int(moments[0])), (int(moments[-1]), _LATE)]
        gaps += [(int(moments[at]), int(moments[at + 1])) for at in silent]
        for begin, end in gaps:
            good &= ~(mine & (low < end) & (high > begin))
    return good


def _lossy(sent: Records, truth: Truth) -> Bools:
    """Condition (6), for each source."""
    found, lossy = truth.holdings, np.zeros(truth.parameters.sources, np.bool_)
    arrived = sent.arrived & (sent.holding >= 0)
    over = found.end < truth.parameters.epoch + truth.parameters.length
    begun = np.unique(sent.holding[arrived & (sent.action == int(Action.START))])
    ended = begun[over[begun]]
    source = truth.resources.source[found.resource[ended]]
    told = np.isin(ended, sent.holding[arrived & (sent.action == int(Action.STOP))])
    for one in range(len(lossy)):
        mine = source == one
        lossy[one] = mine.any() and float(told[mine].mean()) <= 0.95
    return lossy


def _contradicted(truth: Truth, sent: Records, holding: Int64s, high: Int64s) -> Bools:
    """Condition (2), for the world whose blocks are cut anew half way."""
    found = truth.holdings
    arrived = sent.arrived & (sent.holding >= 0)
    stops = np.zeros(len(found), np.bool_)
    stops[sent.holding[arrived & (sent.action == int(Action.STOP))]] = True
    started = np.zeros(len(found), np.bool_)
    started[sent.holding[arrived & (sent.action == int(Action.START))]] = True
    last_of = np.full(len(truth.resources.address), -1)
    last_of[found.resource] = np.arange(len(found))  # holdings are by resource and begin
    heard = np.full(len(found), _EARLY)
    np.maximum.at(heard, sent.holding[arrived], sent.moment[arrived])
    stale = []
    for resource in range(len(last_of)):
        mine = np.flatnonzero(found.resource == resource)
        known = mine[started[mine] | stops[mine]]
        if len(known) and not stops[known[-1]]:
            stale.append((resource, int(heard[known[-1]])))
    bad = np.zeros(len(holding), np.bool_)
    own = found.resource[holding]
    low_port, high_port = truth.resources.port_low, truth.resources.port_high
    for resource, since in stale:
        overlaps = (
            (truth.resources.address[own] == truth.resources.address[resource])
            & (low_port[own] <= high_port[resource])
            & (high_port[own] >= low_port[resource])
            & (own != resource)
        )
        bad |= overlaps & (high > since)
    return bad
