"""One input on its way from bytes to segments on disk: read, checked, turned into rows, cut at midnights, written.

Pure but for the files it writes, which count for nothing until the service commits them. Memory is bounded: events are
made into rows :data:`BATCH_EVENTS` at a time, and rows are written :data:`FLUSH_ROWS` at a time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum
from typing import Final

import numpy as np

from sekisho.keys.errors import KeyDestroyed
from sekisho.logs.carrying import News, cut, news_of, settle
from sekisho.logs.columns import NO_TIME, Bools
from sekisho.logs.errors import WrongFormat
from sekisho.logs.events import Action, Events, Unreadable
from sekisho.logs.formats.reader import Context, Found, Framing, Ignored, Missing, Reader
from sekisho.logs.framing import Overlong, Piece, RawRecords
from sekisho.logs.health import ClockOffsets, ClockSample, Gap, Heard
from sekisho.logs.intervals.build import build
from sekisho.logs.intervals.days import begin_of, by_day
from sekisho.logs.kinds import LogKind
from sekisho.logs.manifest import SegmentEntry, SegmentState, layout_of
from sekisho.logs.mapped import plain_events
from sekisho.logs.merging import joined_events, joined_rows, placed_like, restarts
from sekisho.logs.policy import Policy
from sekisho.logs.policy_errors import NoPolicy
from sekisho.logs.quarantine import Quarantined, QuarantineWriter
from sekisho.logs.rows import Known, Rows
from sekisho.logs.segments.files import SegmentFiles, Written
from sekisho.logs.sources import LONGEST_SECONDS, Source

BATCH_EVENTS: Final = 1_000_000
"""Events made into rows at once: some 300 MB while it lasts. More would find more pairs in one sort."""
FLUSH_ROWS: Final = 1_000_000
"""Rows held before they are written: a segment of some 6 MB."""
GIVE_UP: Final = 1_000
"""Records of a file of which none can be read before the file is refused as another format's."""
LONGEST: Final = LONGEST_SECONDS * 1_000_000

Stream = tuple[LogKind, str]
"""A kind and a layout: what is made into rows together."""


class Origin(Enum):
    """Where an input comes from."""

    FILE = "file"
    """Somebody chose it: if nothing of it can be read it is refused as a whole."""
    LIVE = "live"
    """It arrived by itself and was acknowledged: what can't be read is quarantined."""


@dataclass(frozen=True, slots=True)
class Staged:
    """A segment on disk that nobody knows yet. ``state`` is what it is to be in a day that isn't sealed."""

    written: Written
    layout: str
    state: SegmentState


@dataclass(frozen=True, slots=True)
class Carried:
    """A carried table that exists: its entry, and its rows when they are asked for; None once its day is purged."""

    entry: SegmentEntry
    rows: Callable[[], Rows | None]


@dataclass(frozen=True, slots=True)
class Before:
    """What a source's earlier inputs left: its open tables, its carried tables, and its last record's moment."""

    held: Mapping[Stream, Rows]
    tables: tuple[SegmentEntry, ...]
    carried: tuple[Carried, ...]
    last: int | None


@dataclass(slots=True)
class Tally:
    """What an input came to. ``refused`` counts rows of days that take none; ``rows`` those that were kept."""

    records: int = 0
    events: int = 0
    rows: int = 0
    first: int | None = None
    last: int | None = None
    ignored: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    repeated: int = 0
    stops_lost: int = 0
    starts_lost: int = 0
    handed_over: int = 0
    given_back: int = 0


@dataclass(frozen=True, slots=True)
class Prepared:
    """All that an input came to, on disk and to be committed. ``replaced`` are the tables that ``staged`` replace."""

    tally: Tally
    staged: tuple[Staged, ...]
    replaced: tuple[SegmentEntry, ...]
    quarantined: Quarantined | None
    heard: tuple[tuple[int, int], ...]
    losses: tuple[Gap, ...]
    clock: ClockOffsets
    inside_always_zero: bool | None


class Intake:
    """Takes one input of one source. Feed it, then :meth:`finish` it or :meth:`abandon` it."""

    def __init__(
        self,
        source: Source,
        reader: Reader,
        files: SegmentFiles,
        quarantine: QuarantineWriter,
        before: Before,
        *,
        now: int,
        oldest: date,
        silence: int,
        origin: Origin,
        policies: Mapping[LogKind, Policy],
        over: Callable[[LogKind, date], bool],
    ) -> None:
        """``now`` is the moment of the ingest; rows of days before ``oldest`` are refused, and of those whose time for
        keeping is ``over``, purged or not. ``policies`` are in force for the source's service: an event of a kind
        without one becomes no row (:meth:`_policed`). Where a kind's declares no destinations they serve to tell
        sessions apart and go no further."""
        self._source = source
        self._reader = reader
        self._records_before = reader.records
        self._files = files
        self._quarantine = quarantine
        self._before = before
        self._latest = now + source.future
        self._oldest = oldest
        self._origin = origin
        self._policies = policies
        self._over = over
        self._heard = Heard(silence)
        self._clock = ClockSample()
        self._losses: list[Gap] = []
        self._events: dict[Stream, list[Events]] = {}
        self._restarts: dict[LogKind, list[Events]] = {}
        self._waiting = 0
        self._held: dict[Stream, Rows] = dict(before.held)
        self._ended: list[Rows] = []
        self._rows: dict[tuple[LogKind, date, str], list[Rows]] = {}
        self._gathered = 0
        self._staged: list[Staged] = []
        self._first_reason: str | None = None
        self._inside = [False, False]
        self.tally = Tally()

    # --- taking in ---------------------------------------------------------------------------------------------------

    def feed(self, found: Iterator[Piece | Overlong], context: Context) -> None:
        """Read pieces. Raises ``WrongFormat``, ``NoPolicy``, and what writing raises."""
        for piece in found:
            if isinstance(piece, Overlong):
                self.tally.records += 1
                reason = "line_too_long" if self._reader.framing is Framing.LINES else "record_too_long"
                self._unreadable(Unreadable(piece.first, reason, piece.data))
                continue
            lines = self._reader.framing in _LINED
            first = piece.first if lines else self._reader.records + 1
            self._take(self._reader.read(piece.data, first, context), piece if lines else None, context)
            if self._reader.framing is Framing.LINES:
                self.tally.records += piece.lines

    def lost(self, gap: Gap) -> None:
        """A loss on the way here."""
        self._losses.append(gap)

    def end(self, context: Context) -> None:
        """The input is over; what the reader still holds is read."""
        self._take(self._reader.finish(context), None, context)
        if self._reader.framing is not Framing.LINES:
            self.tally.records += self._reader.records - self._records_before
            self._records_before = self._reader.records
        nothing = self._quarantine.reasons or self.tally.ignored.total() >= GIVE_UP
        if self._origin is Origin.FILE and not self.tally.events and nothing:
            raise self._wrong_format()

    def _take(self, found: Iterable[Found], piece: Piece | None, context: Context) -> None:
        for one in found:
            if isinstance(one, Events):
                for events in plain_events(one):
                    self._take_events(events, piece, context)
            elif isinstance(one, Unreadable):
                self._unreadable(one)
            elif isinstance(one, Ignored):
                self.tally.ignored[one.reason] += one.count
            else:
                self._missing(one)

    def _unreadable(self, record: Unreadable) -> None:
        if self._first_reason is None:
            self._first_reason = record.reason
        self._quarantine.add(record)
        if self._origin is Origin.FILE and not self.tally.events and self._quarantine.reasons.total() >= GIVE_UP:
            raise self._wrong_format()

    def _wrong_format(self) -> WrongFormat:
        count = self._quarantine.reasons.total() + self.tally.ignored.total()
        first = self._first_reason or next(iter(self.tally.ignored))
        return WrongFormat(format=self._source.spec.format, records=count, first=first)

    def _missing(self, told: Missing) -> None:
        # A loss at one moment still is one.
        self._losses.append(Gap(told.begin, max(told.end, told.begin + 1), told.reason, told.count))

    def _take_events(self, events: Events, piece: Piece | None, context: Context) -> None:
        self.tally.events += len(events)
        events = self._checked(self._policed(events), piece)
        if not len(events):
            return
        low, high = int(events.time.min()), int(events.time.max())
        tally = self.tally
        tally.first = low if tally.first is None else min(tally.first, low)
        tally.last = high if tally.last is None else max(tally.last, high)
        self._heard.add(events.time)
        self._clock.add(events, context.received if context.live else None)
        if events.inside is not None:
            zero = not events.inside.low.any() and (events.inside.high is None or not events.inside.high.any())
            self._inside[zero] = True
        again, others = restarts(events)
        if again is not None:
            self._restarts.setdefault(again.kind, []).append(again)
        if len(others):
            self._events.setdefault((others.kind, layout_of(others)), []).append(others)
        self._waiting += len(events)
        if self._waiting >= BATCH_EVENTS:
            self._build()

    # --- checking ----------------------------------------------------------------------------------------------------

    def _policed(self, events: Events) -> Events:
        """Events that may be recorded: of a kind without a policy only restarts, which begin nothing.

        Of a file nothing is taken in then: it is still there, and can be given again under a policy. What arrived by
        itself comes once, so that the other kinds' events are kept, and these are counted.
        """
        if events.kind in self._policies:
            return events
        others = events.action != int(Action.RESTART)
        if not others.any():
            return events
        if self._origin is Origin.FILE:
            spec = self._source.spec
            raise NoPolicy(provider=spec.provider, service=spec.service, kind=events.kind.value)
        self.tally.refused["no_policy"] += int(others.sum())
        usable = others & (events.time >= begin_of(self._oldest)) & (events.time <= self._latest)
        if usable.any():
            low, high = int(events.time[usable].min()), int(events.time[usable].max())
            begin = low if self._before.last is None else min(low, self._before.last)
            self.lost(Gap(begin, high + 1, "no_policy"))
        return events[~others]

    def _checked(self, events: Events, piece: Piece | None) -> Events:
        """Events without those that can't be so, which are quarantined, and those too old, which are counted."""
        if not len(events):
            return events
        bad: list[tuple[str, Bools]] = []
        if int(events.time.max()) > self._latest:
            bad.append(("in_the_future", events.time > self._latest))
        if int(events.time.min()) == NO_TIME:
            bad.append(("no_time", events.time == NO_TIME))
        if events.port_low is not None and events.port_high is not None:
            bad.append(("ports_reversed", events.port_low > events.port_high))
        if events.start is not None:
            ends = (events.action == int(Action.WHOLE)) | (events.action == int(Action.STOP))
            bad.append(("end_before_start", ends & (events.start > events.time)))
        for reason, mask in bad:
            if mask.any():
                lines = RawRecords(piece, self._reader.framing)
                for record in events.record[mask].tolist():
                    self._unreadable(Unreadable(record, reason, lines.raw(record)))
        wrong = np.zeros(len(events), np.bool_)
        for _, mask in bad:
            wrong |= mask
        early = ~wrong & (events.time < begin_of(self._oldest))
        if early.any():
            self.tally.refused["too_old"] += int(early.sum())
            wrong |= early
        return events[~wrong] if wrong.any() else events

    # --- rows --------------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        """Turn what was gathered into rows."""
        streams = set(self._events)
        again = {kind: joined_events(parts) for kind, parts in self._restarts.items()}
        streams |= {stream for stream in self._held if stream[0] in again}
        for stream in sorted(streams):
            parts = list(self._events.get(stream, ()))
            held = self._held.pop(stream, None)
            if stream[0] in again:
                parts.append(placed_like(again[stream[0]], parts[0] if parts else _require(held)))
            events = self._limited(joined_events(parts))
            built = build(events, held, source=self._source.number, limit_means=self._source.limit_means)
            del events, parts
            tally = built.tally
            self.tally.repeated += tally.repeated
            self.tally.stops_lost += tally.stops_lost
            self.tally.starts_lost += tally.starts_lost
            self.tally.handed_over += tally.handed_over
            self.tally.given_back += tally.given_back
            if len(built.refused):
                self.tally.refused["end_before_start"] += len(built.refused)
            if len(built.open):
                self._held[stream] = built.open
            if len(built.closed):
                self._note_earlier(built.closed)
                self._gather(stream[1], built.closed)
        self._events.clear()
        self._restarts.clear()
        self._waiting = 0

    def _limited(self, events: Events) -> Events:
        """Events with their limits as the source declares and as far as they are believed."""
        longest = self._source.longest
        if events.limit is None and longest is None:
            return events
        limit = np.zeros(len(events), np.int64) if events.limit is None else np.maximum(events.limit, 0)
        limit = np.where(limit > LONGEST, 0, limit)
        if longest is not None:
            begins = (events.action == int(Action.START)) | (events.action == int(Action.INTERIM))
            limit = np.where(begins & (limit == 0), longest, limit)
        return replace(events, limit=limit)

    def _note_earlier(self, ended: Rows) -> None:
        earlier = (ended.session != 0) & (ended.start_known == int(Known.CARRIED))
        if self._before.carried and earlier.any():
            self._ended.append(ended[earlier])

    def _gather(self, layout: str, rows: Rows) -> None:
        """Hold rows, cut at midnights, until there are enough to write."""
        oldest = begin_of(self._oldest)
        if int(rows.start.min()) < oldest:
            gone = rows.end <= oldest
            self.tally.refused["too_old"] += int((rows.start < oldest).sum())
            rows = rows[~gone]
            early = rows.start < oldest
            rows = replace(
                rows,
                start=np.maximum(rows.start, oldest),
                start_known=np.where(early, np.uint8(Known.CARRIED), rows.start_known),
                confirmed=np.maximum(rows.confirmed, oldest),
            )
        for day, piece in by_day(rows):
            self._rows.setdefault((rows.kind, day, layout), []).append(piece)
            self._gathered += len(piece)
        if self._gathered >= FLUSH_ROWS:
            self._flush()

    def _flush(self) -> None:
        for (kind, day, layout), parts in sorted(self._rows.items(), key=lambda item: (item[0][0], item[0][1:])):
            del kind
            self._write(day, joined_rows(parts), layout, SegmentState.STAGED)
        self._rows.clear()
        self._gathered = 0

    def _write(self, day: date, rows: Rows, layout: str, state: SegmentState) -> None:
        if not len(rows):
            return
        if self._over(rows.kind, day):
            # Such a day may never have been there to be purged: without a loss, "nobody" would be answered about it.
            self.lost(Gap(int(rows.start.min()), int(rows.end.max()) + 1, "day_gone"))
            self.tally.refused["day_gone"] += len(rows)
            return
        if state is not SegmentState.OPEN and not self._declares_destinations(rows.kind):
            rows, layout = _without_destinations(rows, layout)
        try:
            written = self._files.write(day, rows)
        except KeyDestroyed:
            self.tally.refused["day_gone"] += len(rows)
            return
        self._staged.append(Staged(written, layout, state))
        if state is SegmentState.STAGED:
            self.tally.rows += len(rows)

    def _declares_destinations(self, kind: LogKind) -> bool:
        policy = self._policies.get(kind)
        return policy is not None and policy.destinations is not None

    # --- the end -----------------------------------------------------------------------------------------------------

    def finish(self) -> Prepared:
        """Write what is left and what is still held. Nothing of it counts before it is committed."""
        self._build()
        replaced: list[SegmentEntry] = []
        if self.tally.last is not None:
            replaced += self._before.tables
            self._carry(self.tally.last if self._before.last is None else max(self._before.last, self.tally.last))
            replaced += self._settle(news_of(self._ended, list(self._held.values())))
        self._flush()
        return Prepared(
            self.tally,
            tuple(self._staged),
            tuple(replaced),
            self._quarantine.finish(),
            tuple(self._heard.spans()),
            tuple(self._losses),
            self._clock.offsets(),
            None if not any(self._inside) else not self._inside[False],
        )

    def _carry(self, last: int) -> None:
        vouched = self._source.spec.acknowledged and not self._losses
        for (_, layout), rows in sorted(self._held.items()):
            made = cut(rows, last, vouched=vouched, limit_means=self._source.limit_means)
            if made.over is not None:
                self._note_earlier(made.over)
                self._gather(layout, made.over)
            for piece in made.firm:
                self._gather(layout, piece)
            for day, piece in made.carried:
                self._write(day, piece, layout, SegmentState.CARRIED)
            if made.open is not None:
                self._write(made.open[0], made.open[1], layout, SegmentState.OPEN)

    def _settle(self, news: News) -> list[SegmentEntry]:
        """Take from the carried tables what is known now; the tables that were replaced."""
        replaced: list[SegmentEntry] = []
        if not len(news.firmed) and not len(news.ended):
            return replaced
        for table in self._before.carried:
            rows = table.rows()
            found = None if rows is None else settle(rows, news)
            if found is None:
                continue
            replaced.append(table.entry)
            day, layout = table.entry.segment.day, table.entry.layout
            self._write(day, found.waiting, layout, table.entry.state)
            if len(found.firmed):
                self._gather(layout, found.firmed)
            if len(found.ended) and table.entry.state is SegmentState.CARRIED:
                self._gather(layout, found.ended)
        return replaced

    def abandon(self) -> None:
        """Remove what was written, so far as the disk allows; the next sweep removes what stays."""
        self._quarantine.abandon()
        discard(self._files, self._staged)


def _without_destinations(rows: Rows, layout: str) -> tuple[Rows, str]:
    if rows.destination is None and rows.destination_port is None:
        return rows, layout
    # The empty column says that there were some: such a port may be several holders' at one time, one for each.
    bare = replace(rows, destination=None, destination_port=np.zeros(len(rows), np.uint16))
    return bare, layout_of(bare)


def discard(files: SegmentFiles, staged: Iterable[Staged]) -> None:
    """Remove segments that were never committed, so far as the disk allows."""
    for one in staged:
        try:
            files.remove(one.written.segment)
        except OSError:  # the sweep before the next ingest removes it
            continue


_LINED: Final = (Framing.LINES, Framing.PARAGRAPHS)


def _require(held: Rows | None) -> Rows:
    if held is None:
        raise ValueError("a stream has events or holdings")
    return held


EMPTY: Final = Before({}, (), (), None)
"""A source's first input."""

