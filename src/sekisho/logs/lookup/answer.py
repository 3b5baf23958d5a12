"""What the rows found say about a question, in one of seven words.

The rule: *unique* needs one holder alone in the whole window, a part of it firm, and nothing missing that could have
named another. Whatever is doubtful makes an answer less, never more.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sekisho.logs.lookup.candidates import Question
from sekisho.logs.rows import Known, Rows


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
    part that the device vouched for meets the window.
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
    """Who a row is of: the inside address and the subject, as far as the log tells them."""
    inside = None if rows.inside is None else rows.inside.text(at)
    return (inside, None if rows.subject is None else rows.subject.text(at))


def intervals(rows: Rows, question: Question) -> tuple[Interval, ...]:
    """The candidates' intervals. Of pieces and versions of one row (``session``), the last in ``rows`` counts."""
    latest = {int(session): at for at, session in enumerate(rows.session) if session}
    length = question.end - question.begin
    found = []
    for at in range(len(rows)):
        session = int(rows.session[at])
        if session and latest[session] != at:
            continue
        start, end, confirmed = int(rows.start[at]), int(rows.end[at]), int(rows.confirmed[at])
        met = min(end, question.end) - max(start, question.begin)
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
                int(rows.source[at]),
                met / length,
                confirmed > question.begin and start < question.end,
            )
        )
    return tuple(sorted(found, key=lambda one: (-one.fraction, one.start)))


def settle(found: Sequence[Interval], *, whole: bool) -> Link:
    """The answer from logs alone. ``whole`` says that nothing is missing that could have named anybody."""
    holders = {interval.holder for interval in found}
    if not found:
        return Link(Outcome.NONE if whole else Outcome.COVERAGE_GAP, ())
    named = len(holders) == 1 and all(part is not None for part in _told(found[0].holder))
    if named and whole and any(interval.firm for interval in found):
        return Link(Outcome.UNIQUE, tuple(found))
    return Link(Outcome.AMBIGUOUS, tuple(found))


def _told(holder: Hashable) -> tuple[object, ...]:
    """Something that names the holder; a row without any names nobody."""
    parts = holder if isinstance(holder, tuple) else (holder,)
    known = tuple(part for part in parts if part is not None)
    return known or (None,)
