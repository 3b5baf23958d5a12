"""What :func:`sekisho.logs.intervals.build.build` means, one record at a time: slow, short and obvious.

Records out of turn within the jitter are for the tests of tangles; here each stands far from its neighbours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sekisho.logs.events import Action
from sekisho.logs.intervals.build import LimitMeans
from sekisho.logs.rows import Known
from tests.logs.intervals.made import HOUR, Said, Told

FOREVER = 1 << 62


@dataclass(slots=True)
class Holding:
    """What is known of whoever holds a resource."""

    first: Said
    start: int
    start_known: Known
    told: int
    until: int | None
    next_restart: int
    stopped: bool = False
    stopped_twice: bool = False


def rows_of(said: Sequence[Said], limit_means: LimitMeans, jitter: int) -> tuple[list[Told], list[Told]]:
    """The rows that ended and those still open."""
    closed: list[Told] = []
    still: list[Told] = []
    restarts = [one for one in said if one.action is Action.RESTART]
    by_resource: dict[object, list[Said]] = {}
    for one in said:
        if one.action is not Action.RESTART:
            key = (one.address, one.ports, one.protocol, one.destination, one.destination_port)
            by_resource.setdefault(key, []).append(one)
    watermark = max((one.at for one in said), default=0)
    for records in by_resource.values():
        chain: list[Holding] = []
        for one in sorted(records, key=lambda record: record.at):
            _take(chain, one, restarts, jitter)
        for at, holding in enumerate(chain):
            following = chain[at + 1] if at + 1 < len(chain) else None
            row = _row(holding, following, limit_means, watermark)
            (still if row.end_known is Known.OPEN else closed).append(row)
    return sorted(closed), sorted(still)


def _take(chain: list[Holding], one: Said, restarts: Sequence[Said], jitter: int) -> None:
    stop_like = one.action is not Action.START
    following = [r.at for r in restarts if r.origin in (None, one.origin)]
    restart = min((at for at in following if (at >= one.at if stop_like else at > one.at)), default=FOREVER)
    past = [at for at in following if (at < one.at if stop_like else at <= one.at)]
    if one.own is not None and any(one.own < at for at in past):
        one = replace(one, own=None)
    now = chain[-1] if chain else None
    if stop_like and now is not None and _continues(now, one, restart, jitter):
        if now.start_known is Known.UNSEEN and one.own is not None:
            now.start, now.start_known = min(one.own, now.start), Known.LOGGED
        now.told = one.at
        now.until = one.at + one.limit if one.limit else now.until
        now.stopped = one.action is Action.STOP
        now.stopped_twice = now.stopped and one.fold
        return
    known = Known.UNSEEN if stop_like else Known.LOGGED
    start = one.at
    if stop_like and one.own is not None:
        start, known = one.own, Known.LOGGED
    stopped = one.action is Action.STOP
    until = one.at + one.limit if one.limit else None
    chain.append(Holding(one, start, known, one.at, until, restart, stopped, stopped and one.fold))


def _continues(now: Holding, one: Said, restart: int, jitter: int) -> bool:
    first = now.first
    if now.stopped or (first.who, first.inside, first.origin) != (one.who, one.inside, one.origin):
        return False
    if None not in (first.session, one.session) and first.session != one.session:
        return False
    told_alike = first.session is not None and first.session == one.session
    # What a holding first heard of by a stop or an interim record is compared with is that record's own moment.
    begun = first.at
    if one.own is not None and not told_alike and one.own > begun + jitter:
        return False
    if now.until is not None and one.at > now.until:
        return False
    return now.next_restart == restart


def _row(now: Holding, following: Holding | None, limit_means: LimitMeans, watermark: int) -> Told:
    end, known, confirmed = now.told, Known.OPEN, now.told
    if now.stopped:
        known = Known.LOGGED
    else:
        if following is not None:
            end, known = max(following.start, now.told), Known.NEXT_ASSIGNMENT
        if now.next_restart < FOREVER and (following is None or now.next_restart <= end):
            end, known = now.next_restart, Known.RESTART
        if now.until is not None:
            if known is Known.OPEN:
                if limit_means is LimitMeans.LONGEST or now.until <= watermark:
                    end, known = now.until, Known.LIMIT
            elif now.until <= end:
                end, known = now.until, Known.LIMIT
        if limit_means is LimitMeans.LEASE and (
            known is Known.LIMIT
            or (
                known is Known.NEXT_ASSIGNMENT
                and now.until is not None
                and following is not None
                and _same(now.first, following.first)
                and now.next_restart == following.next_restart
            )
        ):
            confirmed = end
    start_known = now.start_known
    if now.first.fold:
        confirmed, start_known = confirmed if known is Known.OPEN else now.start, Known.TWICE
    if now.stopped_twice:
        end, known = end + HOUR, Known.TWICE
    elif known is Known.NEXT_ASSIGNMENT and following is not None and following.first.fold:
        end += HOUR
    first = now.first
    return Told(
        first.address, first.ports, first.protocol, first.who or "", now.start, end, start_known, known, confirmed
    )


def _same(one: Said, other: Said) -> bool:
    sessions = one.session, other.session
    return (one.who, one.inside, one.origin) == (other.who, other.inside, other.origin) and (
        None in sessions or sessions[0] == sessions[1]
    )
