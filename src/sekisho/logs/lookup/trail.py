"""Every assignment of a line in a time: sessions first, then what was translated for their inside addresses. Pure but
for the reads it is handed.

No index leads from a line to its rows, on purpose: that is the question that is asked least and intrudes most. So all
rows of the days are read: some 0.2 s for five million rows, most of it decryption; a month of one large provider takes
half a minute.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from ipaddress import ip_interface, ip_network

import numpy as np

from sekisho.logs.columns import Bools
from sekisho.logs.kinds import LogKind
from sekisho.logs.lookup.answer import Interval, intervals
from sekisho.logs.lookup.candidates import Question
from sekisho.logs.lookup.find import UNHEARD, days, tells
from sekisho.logs.lookup.grant import AP_KINDS, CP_KINDS
from sekisho.logs.lookup.ports import Lack, LogView, Missing, Result
from sekisho.logs.lookup.who import ADDRESS_KINDS, SESSION_KINDS
from sekisho.logs.manifest import SegmentEntry
from sekisho.logs.rows import Rows
from sekisho.logs.sources import Source

Scan = Callable[[SegmentEntry, Callable[[Rows], Rows]], Result]
"""Reads all of a segment, keeping what is asked for."""


@dataclass(frozen=True, slots=True)
class Trail:
    """The assignments found, by time, and what is lacking: an empty trail with nothing lacking says "none"."""

    subject: str
    begin: int
    end: int
    found: tuple[Interval, ...]
    missing: tuple[Missing, ...]


def trail(
    view: LogView,
    scan: Scan,
    subject: str,
    begin: int,
    end: int,
    *,
    kinds: frozenset[LogKind],
    progress: Callable[[int], None] = lambda _: None,
) -> Trail:
    """Every assignment of ``subject`` that meets [``begin``, ``end``), in logs of ``kinds``. ``progress`` is told rows
    read.
    """
    found: list[Interval] = []
    missing: list[Missing] = []
    sources = {one.number: one for one in view.sources()}
    wide = _wide(view, sources.values(), begin, end)
    own = kinds - {LogKind.AP_NAT, LogKind.AP_MAP_RULE, LogKind.SUBSCRIBER}
    for kind in sorted(own):
        found += _scanned(view, scan, kind, wide, lambda rows: rows[_of_subject(rows, subject)], missing, progress)
    inside = [one for one in found if one.kind in (LogKind.AP_AUTH, LogKind.AP_DHCP)]
    if LogKind.AP_NAT in kinds:
        keep = _translated(subject, inside)
        mine = _scanned(view, scan, LogKind.AP_NAT, wide, keep, missing, progress)
        found += [one for one in mine if _is_theirs(one, subject, inside)]
    missing += _unasked(view, kinds, begin, end, days(*wide), found=bool(found))
    for one in sources.values():
        if one.kinds & kinds:
            kind = one.spec.kind if one.spec.kind in kinds else min(one.kinds & kinds)
            missing += [
                Missing(Lack.NOT_HEARD if gap.reason in UNHEARD else Lack.LOST, kind, None, one.number, gap)
                for gap in view.gaps(one, begin, end)
            ]
    ordered = sorted(found, key=lambda one: (one.start, one.end, one.resource, one.port_low))
    return Trail(subject, begin, end, tuple(ordered), tuple(missing))


def _unasked(
    view: LogView, kinds: frozenset[LogKind], begin: int, end: int, looked: Sequence[date], *, found: bool
) -> list[Missing]:
    """What could have told of the line and wasn't asked. A translation alone leads to a line only where it names one,
    so that without session logs, and with nothing ``found``, nobody knows."""
    access = bool(kinds & frozenset(AP_KINDS))
    family = ADDRESS_KINDS if access else frozenset(CP_KINDS)
    lacking = [
        Missing(Lack.NOT_GRANTED, kind, None, one.number)
        for one in view.sources()
        for kind in sorted(one.kinds & family - kinds)
        if tells(view, one, kind, looked)
    ]
    wanted = SESSION_KINDS if access else kinds & family
    if not found and not any(one.kinds & wanted for one in view.sources()):
        lacking.append(Missing(Lack.NO_SOURCE, min(wanted)))
    if access and view.ruled(begin, end):
        lacking.append(Missing(Lack.BY_RULE, LogKind.AP_MAP_RULE))
    return lacking


def _wide(view: LogView, sources: Iterable[Source], begin: int, end: int) -> tuple[int, int]:
    windows = [view.window(one, begin, end) for one in sources]
    return min((one[0] for one in windows), default=begin), max((one[1] for one in windows), default=end)


def _scanned(
    view: LogView,
    scan: Scan,
    kind: LogKind,
    wide: tuple[int, int],
    keep: Callable[[Rows], Rows],
    missing: list[Missing],
    progress: Callable[[int], None],
) -> list[Interval]:
    found: list[Interval] = []
    for day in days(*wide):
        held = view.held(kind, day)
        if held.gone:
            missing.append(Missing(Lack.PURGED, kind, day))
            continue
        parts: list[Rows] = []
        for entry in held.segments:
            result = scan(entry, keep)
            if isinstance(result, Lack):
                missing.append(Missing(result, kind, day))
            elif result is not None:
                parts.append(result)
            progress(entry.rows)
        found += _latest(parts, wide)
    return found


def _latest(parts: Sequence[Rows], wide: tuple[int, int]) -> list[Interval]:
    """The intervals of one day's parts; of versions of one row, that of the later segment."""
    newer: set[int] = set()
    found: list[Interval] = []
    for rows in reversed(parts):
        keep = np.array([not session or session not in newer for session in rows.session.tolist()], np.bool_)
        kept = rows[keep]
        newer |= {session for session in rows.session.tolist() if session}
        if len(kept):
            # Only the window of the question counts here; the address is each row's own.
            found += intervals(kept, replace(_ANY, begin=wide[0], end=wide[1]))
    return found


_ANY = Question(ip_interface("0.0.0.0").ip, None, 0, 1)  # noqa: S104  no address to bind to: a placeholder


def _of_subject(rows: Rows, subject: str) -> Bools:
    if rows.subject is None or subject not in rows.subject.values:
        return np.zeros(len(rows), np.bool_)
    return np.asarray(rows.subject.codes == rows.subject.values.index(subject))


def _translated(subject: str, inside: Sequence[Interval]) -> Callable[[Rows], Rows]:
    networks = {ip_network(one.resource, strict=False) for one in inside}

    def keep(rows: Rows) -> Rows:
        mine = _of_subject(rows, subject)
        if rows.inside is not None:
            for network in networks:
                if network.version == rows.inside.family:
                    mine |= _within(rows, int(network.network_address), int(network.broadcast_address))
        return rows[mine]

    return keep


def _within(rows: Rows, first: int, last: int) -> Bools:
    inside = rows.inside
    if inside is None:
        return np.zeros(len(rows), np.bool_)
    if inside.high is None:
        return np.asarray((inside.low >= first) & (inside.low <= last))
    high = (inside.high >= first >> 64) & (inside.high <= last >> 64)
    if first >> 64 != last >> 64:
        return np.asarray(high)  # a prefix of at most 64 bits: its lower halves are all of them
    mask = 2**64 - 1
    return np.asarray(high & (inside.low >= first & mask) & (inside.low <= last & mask))


def _is_theirs(one: Interval, subject: str, sessions: Sequence[Interval]) -> bool:
    """Whether a translation was of the subject by its own word, or met a session that had its inside address."""
    inside, named = one.holder if isinstance(one.holder, tuple) else (None, None)
    if named is not None:
        return bool(named == subject)
    if inside is None:
        return False
    address = ip_interface(inside).ip
    return any(
        address in ip_network(each.resource, strict=False) and one.start < each.end and one.end > each.start
        for each in sessions
    )
