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

from sekisho.logs.columns import UInt64s
from sekisho.logs.intervals.days import by_day
from sekisho.logs.merging import members
from sekisho.logs.rows import Known, Rows


@dataclass(frozen=True, slots=True)
class Cut:
    """The holdings of one layout, cut at every midnight up to the source's last record.

    ``open`` is the piece of the last day; ``firm`` and ``carried`` are pieces of earlier days, vouched for to their
    end or not.
    """

    open: tuple[date, Rows] | None
    firm: tuple[tuple[date, Rows], ...]
    carried: tuple[tuple[date, Rows], ...]


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


def cut(held: Rows, last: int, *, vouched: bool) -> Cut:
    """Cut what is held when the source's last record is of the moment ``last``.

    ``vouched``: nothing of the source can have been lost, so what is held was held up to then.
    """
    if not len(held):
        return Cut(None, (), ())
    # The end is exclusive, and the last record's moment belongs to the holding.
    end = np.maximum(held.end, last + 1)
    held = replace(held, end=end, confirmed=end if vouched else held.confirmed)
    days = list(by_day(held))
    firm, carried = [], []
    for day, piece in days[:-1]:
        sure = piece.confirmed == piece.end
        if sure.any():
            firm.append((day, piece[sure]))
        if not sure.all():
            carried.append((day, piece[~sure]))
    return Cut(days[-1], tuple(firm), tuple(carried))


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
