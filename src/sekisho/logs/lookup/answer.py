"""What the rows found say about a question, in one of seven words.

The rule: *unique* needs one holder alone, whose firm parts cover the whole window, and nothing missing that could have
named another. Whatever is doubtful makes an answer less, never more.

Why the whole window: where a part of it is nobody's by the logs, somebody may have had it whose start and stop were
both lost, and the moment that is asked for may be his. A source can vouch for such a stretch in two ways. It *rests* a
port before somebody else gets it (RFC 6888 section 4, REQ-8: 120 seconds), so that nobody else is possible that near to
a moment at which somebody surely had it. Or nothing of it can get lost unnoticed (:data:`NEVER`).
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

import numpy as np

from sekisho.logs.columns import Addresses
from sekisho.logs.intervals.days import day_number
from sekisho.logs.intervals.notes import without_note
from sekisho.logs.kinds import LogKind
from sekisho.logs.lookup.candidates import Question
from sekisho.logs.rows import Known, Rows

NEVER: Final = 1 << 62
"""The rest of a source that loses nothing unnoticed: nobody else can have had a port without being in its logs."""

_NO_WINDOWS: Final[Mapping[int, tuple[int, int]]] = MappingProxyType({})
_NO_RESTS: Final[Mapping[int, int]] = MappingProxyType({})


class Outcome(StrEnum):
    """What an answer is worth."""

    UNIQUE = "unique"
    """One holder, and the logs leave no room for another."""
    AMBIGUOUS = "ambiguous"
    """Several are possible, or one who may have given it back before: nobody is named as the one."""
    NONE = "none"
    """Nobody had it, by logs that were whole."""
    COVERAGE_GAP = "coverage_gap"
    """The logs that would tell are missing or damaged: neither somebody nor nobody."""
    EXPIRED = "expired"
    """The logs of that day were deleted at the end of their period."""
    COMPUTED = "computed"
    """One holder, by an assignment rule in force then rather than by a log."""
    NEXT_PROVIDER = "next_provider"
    """The address is somebody else's to answer for."""


@dataclass(frozen=True, slots=True)
class Interval:
    """One candidate's interval, cut to its day. ``fraction`` is how much of the window it covers, ``firm`` whether a
    part that the device vouched for meets the window. ``window`` is what was asked, by the clock of its source.
    ``resource`` is the address or prefix as the row has it, ``origin`` the device that logged it.
    """

    holder: Hashable
    start: int
    end: int
    confirmed: int
    start_known: Known
    end_known: Known
    port_low: int
    port_high: int
    protocol: int
    source: int
    fraction: float
    firm: bool
    window: tuple[int, int]
    kind: LogKind | None = None
    resource: str = ""
    origin: str | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """The answer to one question: an outcome with the intervals it rests on, those that cover most first."""

    outcome: Outcome
    intervals: tuple[Interval, ...]

    @property
    def holders(self) -> tuple[Hashable, ...]:
        """The distinct holders, those that cover most of the window first."""
        return tuple(dict.fromkeys(interval.holder for interval in self.intervals))


def holder_of(rows: Rows, at: int) -> Hashable:
    """Who a row is of: the inside address and the subject, as far as the log tells them. The address zero tells nobody
    (a device that leaves its inside addresses out writes it; RFC 6890 gives it to no host).
    """
    inside = None if rows.inside is None or _is_zero(rows.inside, at) else rows.inside.text(at)
    return (inside, None if rows.subject is None else rows.subject.text(at))


def _is_zero(addresses: Addresses, at: int) -> bool:
    return not addresses.low[at] and (addresses.high is None or not addresses.high[at])


def intervals(
    rows: Rows, question: Question, windows: Mapping[int, tuple[int, int]] = _NO_WINDOWS
) -> tuple[Interval, ...]:
    """The candidates' intervals. Of versions of one piece (``session`` and day), the last in ``rows`` counts.

    ``windows`` is the window by the clock of each source (:mod:`sekisho.logs.clocks.uncertainty`), where it isn't the
    question's own; rows that don't meet theirs are left out.
    """
    found = []
    for at in _latest_in(rows, question, windows):
        source = int(rows.source[at])
        begin, until = windows.get(source, (question.begin, question.end))
        start, end, confirmed = int(rows.start[at]), int(rows.end[at]), int(rows.confirmed[at])
        if rows.start_known[at] == Known.TWICE:
            confirmed = start
        found.append(
            Interval(
                holder_of(rows, at),
                start,
                end,
                confirmed,
                Known(int(rows.start_known[at])),
                Known(int(rows.end_known[at])),
                int(rows.port_low[at]),
                int(rows.port_high[at]),
                int(rows.protocol[at]),
                source,
                (min(end, until) - max(start, begin)) / (until - begin),
                confirmed > begin and start < until,
                (begin, until),
                rows.kind,
                rows.address.text(at),
                None if rows.origin is None else rows.origin.text(at),
                None if rows.reference is None else without_note(rows.reference.text(at)),
            )
        )
    return tuple(sorted(found, key=lambda one: (-one.fraction, one.start)))


def _latest_in(rows: Rows, question: Question, windows: Mapping[int, tuple[int, int]]) -> list[int]:
    """The places of the rows that meet their source's window and that no later row supersedes."""
    met = np.zeros(len(rows), np.bool_)
    for source in set(rows.source.tolist()):  # few rows: numpy would take longer to begin
        begin, until = windows.get(source, (question.begin, question.end))
        met |= (rows.source == source) & (rows.start < until) & (rows.end > begin)
    places: list[int] = np.flatnonzero(met).tolist()
    if not rows.session[met].any():
        return places
    pieces = np.flatnonzero(rows.session)
    names = zip(rows.session[pieces].tolist(), day_number(rows.start[pieces]).tolist(), strict=True)
    newest = dict(zip(names, pieces.tolist(), strict=True))
    superseded = set(pieces.tolist()) - set(newest.values())
    return [at for at in places if at not in superseded]


def settle(
    found: Sequence[Interval], *, whole: bool, rests: Mapping[int, int] = _NO_RESTS, port: int | None = None
) -> Link:
    """The answer from logs alone. ``whole`` says that nothing is missing that could have named anybody. ``rests`` are
    the microseconds for which each source surely lets a port rest before somebody else gets it; absent is none.
    ``port`` is the one asked about.
    """
    holders = {interval.holder for interval in found}
    if not found:
        return Link(Outcome.NONE if whole else Outcome.COVERAGE_GAP, ())
    named = len(holders) == 1 and all(part is not None for part in _told(found[0].holder))
    if named and whole and _leaves_no_room(found, rests, port):
        return Link(Outcome.UNIQUE, tuple(found))
    return Link(Outcome.AMBIGUOUS, tuple(found))


def _leaves_no_room(found: Sequence[Interval], rests: Mapping[int, int], port: int | None) -> bool:
    """Whether by some source nobody else is possible at any moment of its window. All of ``found`` are of one holder.

    What happened at a moment (a log-in) excludes nobody and needs not to: it says itself who it was. But only of its
    own port: one that was logged without may have been another's than the one asked about, behind the same address.
    """
    for source in {interval.source for interval in found}:
        mine = [interval for interval in found if interval.source == source and interval.firm]
        moments = [interval for interval in mine if interval.end_known is Known.NOT_LOGGED]
        if any(port is None or interval.port_low == interval.port_high for interval in moments):
            return True
        rest = rests.get(source, 0)
        for begin, until in {interval.window for interval in mine}:
            reached = begin
            for interval in sorted(mine, key=lambda one: one.start):
                if interval.start - rest <= reached:
                    reached = max(reached, interval.confirmed + rest)
            if reached >= until:
                return True
    return False


def _told(holder: Hashable) -> tuple[object, ...]:
    """Something that names the holder; a row without any names nobody."""
    parts = holder if isinstance(holder, tuple) else (holder,)
    known = tuple(part for part in parts if part is not None)
    return known or (None,)
