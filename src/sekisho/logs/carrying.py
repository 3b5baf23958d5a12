"""What is still held when an input ends: the open table, and what becomes of it at midnight.

A holding that goes on beyond midnight is cut there. Today's piece is in the open table, which never tells of an earlier
day; the pieces of the days before lie under those days' keys. A piece that the device hasn't vouched for to its end
waits in its day's *carried table*: a later word of the same holder firms it up, an end without one leaves it as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from sekisho.logs.columns import NO_TIME, UInt64s
from sekisho.logs.intervals.build import LimitMeans
from sekisho.logs.intervals.days import by_day, day_number, with_sessions
from sekisho.logs.intervals.notes import read_notes, until_of
from sekisho.logs.merging import members
from sekisho.logs.rows import Known, Rows


@dataclass(frozen=True, slots=True)
class Cut:
    """The holdings of one layout, cut at every midnight up to the source's last record.

    ``open`` is the piece of the last day; ``firm`` and ``carried`` are pieces of earlier days, vouched for to their
    end or not; ``over`` are holdings whose limit has passed. Only ``open`` keeps the notes for the next batch
    (:mod:`sekisho.logs.intervals.notes`).
    """

    open: tuple[date, Rows] | None
    firm: tuple[Rows, ...]
    carried: tuple[tuple[date, Rows], ...]
    over: Rows | None


@dataclass(frozen=True, slots=True)
class News:
    """What an input told of holdings that began on an earlier day, by their sessions."""

    firmed: UInt64s
    """Vouched for on this day: every piece before was so to its end."""
    ended: UInt64s
    """Ended without such a word."""


@dataclass(frozen=True, slots=True)
class Settled:
    """A carried table after news: rows vouched for now, rows that will never be, and those still waiting."""

    firmed: Rows
    ended: Rows
    waiting: Rows


def cut(held: Rows, last: int, *, vouched: bool, limit_means: LimitMeans) -> Cut:
    """Cut what is held when the source's last record is of the moment ``last``.

    ``vouched``: nothing of the source can have been lost, so what is held was held up to then.
    """
    until = until_of(held)
    limited = until != NO_TIME
    leased = limited & np.bool_(limit_means is LimitMeans.LEASE)
    passed = limited & (until <= last)
    over = None
    if passed.any():
        end = np.maximum(until[passed], held.confirmed[passed])
        known = np.full(len(end), int(Known.LIMIT), np.uint8)
        confirmed = np.where(leased[passed], end, held.confirmed[passed])
        over = replace(read_notes(held[passed])[0], end=end, end_known=known, confirmed=confirmed)
        held, leased = held[~passed], leased[~passed]
    if not len(held):
        return Cut(None, (), (), over)
    sure = np.maximum(held.confirmed, last) if vouched else np.where(leased, last, held.confirmed)
    # The end is exclusive, and the last record's moment belongs to the holding.
    held = with_sessions_across(replace(held, end=np.full(len(held), last + 1), confirmed=sure))
    firm, carried = [], []
    for day, piece in list(by_day(read_notes(held)[0]))[:-1]:
        whole = piece.confirmed == piece.end
        if whole.any():
            firm.append(piece[whole])
        if not whole.all():
            carried.append((day, piece[~whole]))
    day, piece = list(by_day(held))[-1]
    return Cut((day, piece), tuple(firm), tuple(carried), over)


def with_sessions_across(rows: Rows) -> Rows:
    """Rows with an id where they lie on several days: their pieces are to share it."""
    crossing = day_number(rows.start) != day_number(np.maximum(rows.end - 1, rows.start))
    session = rows.session.copy()
    session[crossing] = with_sessions(rows[crossing]).session
    return replace(rows, session=session)


def news_of(ended: Sequence[Rows], held: Sequence[Rows]) -> News:
    """What rows that ended and rows still held tell of earlier days. Rows aren't cut yet."""
    firmed, over = [_NONE], [_NONE]
    for rows in (*ended, *held):
        earlier = (rows.session != 0) & (rows.start_known == int(Known.CARRIED))
        firmed.append(rows.session[earlier & (rows.confirmed > rows.start)])
    for rows in ended:
        earlier = (rows.session != 0) & (rows.start_known == int(Known.CARRIED))
        over.append(rows.session[earlier & (rows.confirmed <= rows.start)])
    return News(np.unique(np.concatenate(firmed)), np.unique(np.concatenate(over)))


_NONE = np.empty(0, np.uint64)


def settle(table: Rows, news: News) -> Settled | None:
    """A carried table after ``news``; None where they say nothing of it."""
    firmed, ended = members(table.session, news.firmed), members(table.session, news.ended)
    if not len(firmed) and not len(ended):
        return None
    left = np.ones(len(table), np.bool_)
    left[firmed] = left[ended] = False
    known = table[firmed]
    return Settled(replace(known, confirmed=known.end), table[ended], table[left])
