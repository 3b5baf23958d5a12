"""One link: which rows of which logs meet a question, and what that is worth. Pure.

The window is put in the clock of each source, with its margin; rows of a source count in its own window. Per day, of
several versions of a row the last counts, and only then its time is compared: a row that was taken to be open yesterday
and is known to have ended today doesn't answer any more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np

from sekisho.logs.health import Gap
from sekisho.logs.intervals.days import DAY, JAPAN, begin_of, date_of
from sekisho.logs.kinds import LogKind
from sekisho.logs.lookup.answer import NEVER, Interval, Link, Outcome, intervals, settle
from sekisho.logs.lookup.candidates import Question
from sekisho.logs.lookup.ports import Held, Lack, LogView, Missing, Read, Reading, Result
from sekisho.logs.lookup.reconcile import reconciled
from sekisho.logs.manifest import SegmentState
from sekisho.logs.merging import latest
from sekisho.logs.rows import Known, Rows
from sekisho.logs.sources import Source

UNHEARD: Final = frozenset({"silence", "before_first", "after_last", "never_heard", "just_begun"})
"""Reasons of gaps that say that a source wasn't heard; others say that records of it are lost."""
AHEAD: Final = 31
"""Days within which a holding whose start is lost is looked for by what is first heard of it."""


@dataclass(frozen=True, slots=True)
class Step:
    """A link with what was asked and what is lacking. ``kinds`` are the logs it was asked of."""

    kinds: frozenset[LogKind]
    question: Question
    link: Link
    missing: tuple[Missing, ...]


def find(
    view: LogView,
    question: Question,
    kinds: Collection[LogKind],
    *,
    allowed: Collection[LogKind],
    realm: str | None = None,
) -> Reading[Step]:
    """The link that logs of ``kinds`` give. ``question``'s window is that of the asker, without any clock's margin.

    Kinds that aren't ``allowed`` aren't read; where one of them keeps a log of this address, the link isn't whole.
    ``realm`` leaves out sources that declare another: inside addresses may be in use more than once.
    """
    wanted = frozenset(kinds)
    readable = wanted & frozenset(allowed)
    concerned = [one for one in view.sources() if one.kinds & wanted and _same_realm(one, realm)]
    covering = [one for one in concerned if one.covers(question.address)]
    missing = [
        Missing(Lack.NOT_GRANTED, kind, None, one.number)
        for one in covering
        for kind in sorted(one.kinds & wanted - readable)
        if tells(view, one, kind, days(*view.window(one, question.begin, question.end)), question.address.version)
    ]
    asked = [one for one in concerned if one.kinds & readable]
    windows = {one.number: view.window(one, question.begin, question.end) for one in asked}
    rests = {one.number: view.rest(one) for one in asked}
    wide = Question(
        question.address,
        question.port,
        min((begin for begin, _ in windows.values()), default=question.begin),
        max((end for _, end in windows.values()), default=question.end),
        question.protocol,
        question.destination,
        question.destination_port,
    )
    numbers = {one.number for one in asked}
    read = readable & _kinds_of(asked)
    others = [one.number for one in view.sources() if one.number not in numbers and one.kinds & read]
    declared = {one.spec.kind for one in covering}
    could_tell = _kinds_of(covering)
    able = {one.number for one in covering}
    found: list[Interval] = []
    last: dict[LogKind, list[Rows]] = {}
    for kind in sorted(read):
        for day in days(wide.begin, wide.end):
            held = view.held(kind, day)
            kept = view.kept(kind, day, wide) if held.gone else None
            if kept is not None:
                held = kept
            if held.gone:
                # A day that only a clock's margin touches counts as well: its rows could have named somebody.
                known = kind in declared or (kind in could_tell and question.address.version in held.families)
                missing += [Missing(Lack.PURGED, kind, day)] if known else []
                continue
            rows, lacking = yield from _day(held, wide, kind, day, told=able)
            missing += lacking if kind in could_tell else []
            last[kind] = rows
            plain = _plain(rows, wide) if not others else None
            if plain is not None:
                found += intervals(plain, wide, windows) if len(plain) else ()
                continue
            own = [_without(part, others) for part in _latest(rows)]
            for part in reconciled(own, wide.begin, wide.end, rests, NEVER):
                found += intervals(part, wide, windows)
    for one in covering:
        if one.kinds & readable:
            missing += [
                Missing(_lack_of(gap), _named(one, readable), None, one.number, gap)
                for gap in view.gaps(one, *windows[one.number])
            ]
    if not found and not missing:
        heard = [one for one in covering if one.kinds & last.keys()]
        found, lacking = yield from _unseen(view, wide, windows, rests, heard, others, last)
        missing += lacking if not found else []
        if not found and not missing:
            # Nobody, say rows; so it is only where the logs show nothing that speaks against them.
            missing = [
                Missing(_lack_of(why), _named(one, wanted), None, one.number, why)
                for one in covering
                if (why := view.doubts(one, *windows[one.number])) is not None
            ]
    if not covering and not found:
        return Step(frozenset(kinds), question, _uncovered(concerned), (Missing(Lack.NO_SOURCE, min(kinds)),))
    found.sort(key=lambda one: (-one.fraction, one.start, one.source))
    return Step(frozenset(kinds), question, _settled(found, missing, rests, question.port), tuple(missing))


def days(begin: int, end: int) -> list[date]:
    """The Japan days that ``[begin, end)`` touches."""
    first, last = (begin + JAPAN) // DAY, (end - 1 + JAPAN) // DAY
    return [date_of(first) + timedelta(days=at) for at in range(last - first + 1)]


def tells(view: LogView, source: Source, kind: LogKind, looked: Iterable[date], family: int | None = None) -> bool:
    """Whether a source could have told of a kind on one of the days ``looked`` at (of addresses of ``family``, where
    told): always of the one it was declared for, of another where anything of that is or was kept."""
    if kind not in source.kinds:
        return False
    held = (view.held(kind, day).families for day in looked)
    return kind is source.spec.kind or any(bool(found) if family is None else family in found for found in held)


def _kinds_of(sources: Iterable[Source]) -> frozenset[LogKind]:
    """All that their rows may be of."""
    return frozenset(kind for one in sources for kind in one.kinds)


def _lack_of(gap: Gap) -> Lack:
    """Whether the source wasn't heard, or lost something."""
    return Lack.NOT_HEARD if gap.reason in UNHEARD else Lack.LOST


def _named(source: Source, kinds: frozenset[LogKind]) -> LogKind:
    """The one of ``kinds`` that a lack of the source is told of: the declared one, if it is among them."""
    return source.spec.kind if source.spec.kind in kinds else min(source.kinds & kinds)


def _same_realm(source: Source, realm: str | None) -> bool:
    declared = source.settings.get("realm")
    return realm is None or declared is None or declared == realm


def _day(
    held: Held, wide: Question, kind: LogKind, day: date, *, told: Collection[int]
) -> Reading[tuple[list[Rows], list[Missing]]]:
    """The rows of a day, and what couldn't be read of it. A table that was given up is one source's: it is lacking only
    where that is among those that could have ``told``. A segment that was may have held rows of any."""
    entries = [one for one in held.segments if one.family == wide.address.version]
    if not entries:
        return [], []
    results: Sequence[Result] = yield [Read(one, wide) for one in entries]
    rows, missing = [], []
    for entry, result in zip(entries, results, strict=True):
        if entry.state is SegmentState.LOST and entry.source is not None and entry.source not in told:
            continue
        if isinstance(result, Lack):
            missing.append(Missing(result, kind, day))
        elif result is not None:
            rows.append(result)
    return rows, missing


def _unseen(
    view: LogView,
    wide: Question,
    windows: Mapping[int, tuple[int, int]],
    rests: Mapping[int, int],
    covering: Sequence[Source],
    others: Sequence[int],
    last: Mapping[LogKind, Sequence[Rows]],
) -> Reading[tuple[list[Interval], list[Missing]]]:
    """Who is first heard of on a later day, and may have had it in the window already: his start was lost. And what
    couldn't be read of the days looked at: he may stand there.

    ``last`` are the rows of the window's last day. A day with a row of what is asked about is the last one looked at.
    """
    found: list[Interval] = []
    missing: list[Missing] = []
    told = {one.number for one in covering}
    day = days(wide.begin, wide.end)[-1]
    for kind in sorted(_kinds_of(covering) & last.keys()):
        until = begin_of(day + timedelta(days=AHEAD + 1))
        for ahead in range(1, AHEAD + 1):
            later = day + timedelta(days=ahead)
            since = begin_of(later)
            if not any(view.unseen(one, since, until) for one in covering if kind in one.kinds):
                break
            held = view.held(kind, later)
            if held.gone:
                break
            rows, lacking = yield from _day(held, wide, kind, later, told=told)
            missing += lacking
            if rows:
                own = [_without(part, others) for parts in (last[kind], rows) for part in _latest(parts)]
                for part in reconciled(own, wide.begin, wide.end, rests, NEVER):
                    found += intervals(part, wide, windows)
                break
    return found, missing


def _plain(parts: Sequence[Rows], wide: Question) -> Rows | None:
    """The rows that meet the window, where nothing else has a say in them: one segment, no other version or piece of
    them, nothing doubtful, no start that nobody logged. Most days are such, and the long way gives the same.
    """
    if len(parts) != 1:
        return None
    rows = parts[0]
    near = rows[(rows.start < wide.end) & (rows.end > wide.begin)]
    later = (rows.start_known == int(Known.UNSEEN)) & (rows.start >= wide.begin)
    if near.session.any() or (near.confirmed < near.end).any() or later.any():
        return None
    return near


def _latest(parts: Sequence[Rows]) -> Iterator[Rows]:
    """The rows of one day without those that a row of a later segment, or further on in its own, supersedes."""
    newer = np.empty(0, np.uint64)
    kept = []
    for rows in reversed(parts):
        own = latest(rows)
        stay = ~np.isin(own.session, newer) if len(newer) else None
        kept.append(own if stay is None or stay.all() else own[stay])
        if len(parts) > 1:
            newer = np.union1d(newer, own.session[own.session != 0])
    yield from reversed(kept)


def _without(rows: Rows, others: Sequence[int]) -> Rows:
    """Rows of the sources that are asked."""
    if not others:
        return rows
    stay = ~np.isin(rows.source, others)
    return rows if stay.all() else rows[stay]


def _uncovered(concerned: Sequence[Source]) -> Link:
    """No source answers for the address: somebody else's, if ours say which are ours; otherwise nobody knows."""
    return Link(Outcome.NEXT_PROVIDER if concerned else Outcome.COVERAGE_GAP, ())


def _settled(
    found: Sequence[Interval], missing: Sequence[Missing], rests: Mapping[int, int], port: int | None
) -> Link:
    link = settle(found, whole=not missing, rests=rests, port=port)
    if not found and any(one.lack is Lack.PURGED for one in missing):
        return Link(Outcome.EXPIRED, ())
    return link
