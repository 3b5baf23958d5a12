"""Inputs are taken in: the service's part from a stream, or a spool file, to the commit that acknowledges it."""

from __future__ import annotations

import logging
import threading
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, partial
from typing import BinaryIO, Final

import orjson

from sekisho.clock import japan_date
from sekisho.keys.errors import KeyDestroyed
from sekisho.keys.schedule import log_key, workspace_key
from sekisho.logs import committing, health_rows, manifest, sealing, source_rows
from sekisho.logs.day_desk import TRIES, DayDesk
from sekisho.logs.errors import AlreadyIngested, NothingToGiveUp, SegmentDamaged, SegmentMissing, SourceBusy, SpoolInUse
from sekisho.logs.formats.reader import Context, Framing, Reader
from sekisho.logs.formats.registry import make_reader
from sekisho.logs.framing import Input, pieces
from sekisho.logs.giving_up import GIVEN_UP_LEAF, TABLES, GivenUp, gap_of, table_damaged, unreadable
from sekisho.logs.ground import Ground
from sekisho.logs.health import Gap, silence
from sekisho.logs.ingest import Before, Carried, Intake, Origin, Prepared, discard
from sekisho.logs.intervals.days import microseconds
from sekisho.logs.kinds import LogKind
from sekisho.logs.manifest import SegmentEntry, SegmentState
from sekisho.logs.policies import policies_of, policies_over
from sekisho.logs.policy import Policy, last_day_of
from sekisho.logs.quarantine import QuarantineWriter
from sekisho.logs.rows import Rows
from sekisho.logs.sources import Source
from sekisho.logs.spool import SpoolFile, SpoolLock, complete_left, spool_files
from sekisho.logs.spool_pieces import spool_pieces, zone_at
from sekisho.store.errors import DatabaseUnavailable, LedgerStalled, NotAcknowledged, QueueClosed, QueueFull
from sekisho.workspace import Workspace
from sekisho.workspace.parts import HOUSE_KEY

INPUT_LEAF: Final = "log.ingest"
OLDEST_DAYS: Final = 800
"""Days back from now that records may be of: beyond any period that may be declared, so an error of the clock."""

_log = logging.getLogger(__name__)
_DIGESTS: Final = workspace_key("log-inputs")
_Feed = Callable[[Intake, Reader, Source], tuple[bytes, int]]
"""Feeds an input and tells its digest and size."""


@dataclass(frozen=True, slots=True)
class Ingested:
    """An input that was taken in and is durable. Counts by reason: ``ignored`` records of no use, ``refused`` rows and
    events of days that take none, ``quarantined`` records that couldn't be read or can't be so. ``first`` and ``last``
    are the span of its events in UTC microseconds."""

    id: str
    ledger_index: int
    source: int
    records: int
    events: int
    rows: int
    ignored: dict[str, int]
    refused: dict[str, int]
    quarantined: dict[str, int]
    first: int | None
    last: int | None


class IntakeDesk:
    """Takes inputs in, those of one source one after another. Others ask the service."""

    def __init__(self, workspace: Workspace, ground: Ground, days: DayDesk) -> None:
        """Reads nothing yet."""
        self._workspace = workspace
        self._ground = ground
        self._days = days
        self._locks: defaultdict[int, threading.Lock] = defaultdict(threading.Lock)
        self._live: dict[int, Reader] = {}

    def ingest(self, stream: BinaryIO, source: str | int, *, received: datetime | None) -> Ingested:
        """See :meth:`sekisho.logs.service.LogService.ingest`."""
        given = Input(stream)
        at = self._workspace.clock.now() if received is None else received

        def feed(intake: Intake, reader: Reader, found: Source) -> tuple[bytes, int]:
            moment = microseconds(at)
            context = Context(moment, zone_at(found, moment), settings=found.settings)
            intake.feed(pieces(given.blocks(), reader.framing), context)
            intake.end(context)
            return given.digest, given.size

        return self._take(source, feed, Origin.FILE)

    def drain(self, source: Source) -> tuple[Ingested, ...]:
        """See :meth:`sekisho.logs.service.LogService.drain`."""
        directory, layer = self._ground.spool_of(source), self._ground.layer
        if not layer.exists(directory):
            return ()
        try:
            lock = SpoolLock(directory)
        except SpoolInUse:
            pass  # its listener completes its files itself
        else:
            complete_left(directory, layer)
            lock.close()
        done = []
        for spooled in spool_files(directory, layer):
            # It may have been taken in before a crash that kept it from being removed.
            with suppress(AlreadyIngested):
                try:
                    done.append(self._take(source.number, partial(self._feed_spooled, spooled), Origin.LIVE))
                except KeyDestroyed as error:
                    if error.fields.get("name") != log_key(source.spec.kind.value, spooled.day):
                        raise
                    _log.warning("spooled records of %s, received on %s: purged", source.spec.name, spooled.day)
            layer.unlink(spooled.path)
            layer.sync_directory(directory)
        return tuple(done)

    def give_up(self, name: str | int, *, by: str) -> GivenUp:
        """See :meth:`sekisho.logs.service.LogService.give_up`."""
        with self._workspace.database.read() as connection:
            number = source_rows.find(connection, name).number
        with self._locks[number], self._ground.writing():
            with self._workspace.database.read() as connection:
                source = source_rows.find(connection, number)
                tables = manifest.segments_of(connection, source=number, states=TABLES)
                last = health_rows.last_of(connection, number)
            found = unreadable(self._ground.segments, tables)
            if not found:
                raise NothingToGiveUp(name=source.spec.name)
            now = self._workspace.clock.now()
            gap = gap_of(found, last, microseconds(now))
            body = orjson.dumps(committing.given_up_body(source, found, gap, by), option=orjson.OPT_SORT_KEYS)
            leaf = self._workspace.seal(kind=GIVEN_UP_LEAF, owner=HOUSE_KEY, body=body, at=now)
            write = partial(committing.write_given_up, source=source, unreadable=found, gap=gap, leaf=leaf.id)
            try:
                index = self._workspace.commit(write, [leaf]).leaf_indexes[0]
            except committing.Moved:
                raise SourceBusy(name=source.spec.name) from None
            copies = tuple(one for one in found if one.state is SegmentState.AWAITING)
            self._ground.remove(copies)
            lost = tuple(one for one in found if one.state is not SegmentState.AWAITING)
            return GivenUp(index, number, lost, copies, gap)

    def _feed_spooled(
        self, spooled: SpoolFile, intake: Intake, reader: Reader, source: Source
    ) -> tuple[bytes, int]:
        size, context = 0, None
        found = spool_pieces(self._ground.layer, self._workspace.keyring, source, spooled, reader.framing)
        for one in found:
            if isinstance(one, Gap):
                intake.lost(one)
                continue
            size, context = size + len(one.piece.data), one.context
            intake.feed(iter([one.piece]), context)
        if context is not None:
            intake.end(context)
        return b"spool/" + spooled.id.encode(), size

    def _take(self, name: str | int, feed: _Feed, origin: Origin) -> Ingested:
        with self._workspace.database.read() as connection:
            number = source_rows.find(connection, name).number
        with self._locks[number], self._ground.writing():
            now = self._workspace.clock.now()
            with self._workspace.database.read() as connection:
                source = source_rows.find(connection, number)
                tables = manifest.segments_of(connection, source=number, states=TABLES)
                policies = policies_over(connection, source.spec, japan_date(now))
                last = health_rows.last_of(connection, number)
                allowed = silence(source.heartbeat, health_rows.interval_of(connection, number))
            reader = self._reader(source, origin)
            intake = Intake(
                source,
                reader,
                self._ground.segments,
                QuarantineWriter(self._ground.root, self._ground.layer, self._workspace.keyring, japan_date(now)),
                self._before(source, tables, last),
                now=microseconds(now),
                oldest=japan_date(now) - timedelta(days=OLDEST_DAYS),
                silence=allowed,
                origin=origin,
                policies=policies,
                over=self._over(japan_date(now)),
            )
            try:
                said, size = feed(intake, reader, source)
                digest = self._digest(said)
                with self._workspace.database.read() as connection:
                    committing.require_new(connection, number, digest)
                prepared = intake.finish()
                done = self._commit(source, prepared, digest=digest, size=size, allowed=allowed)
            except BaseException as error:
                self._live.pop(number, None)
                if not isinstance(error, _UNDECIDED):
                    intake.abandon()
                raise
            self._ground.remove(prepared.replaced)
            self._days.compact({(one.written.segment.kind, one.written.segment.day) for one in prepared.staged})
        return done

    def _commit(self, source: Source, prepared: Prepared, *, digest: bytes, size: int, allowed: int) -> Ingested:
        for _ in range(TRIES):
            with self._workspace.database.read() as connection:
                days = committing.days_of(prepared.staged, connection)
            where = committing.placed(prepared.staged, days)
            now = self._workspace.clock.now()
            body = orjson.dumps(committing.input_body(source, prepared, where), option=orjson.OPT_SORT_KEYS)
            leaf = self._workspace.seal(kind=INPUT_LEAF, owner=HOUSE_KEY, body=body, at=now)
            write = partial(
                committing.write_input,
                source=source,
                prepared=prepared,
                where=where,
                days=days,
                digest=digest,
                size=size,
                silence=allowed,
                at=now,
                leaf=leaf.id,
            )
            try:
                index = self._workspace.commit(write, [leaf]).leaf_indexes[0]
            except committing.Moved:
                continue
            discard(self._ground.segments, where.refused)
            tally = prepared.tally
            return Ingested(
                leaf.id,
                index,
                source.number,
                tally.records,
                tally.events,
                tally.rows - where.refused_rows,
                dict(tally.ignored),
                committing.refused_of(prepared, where),
                {} if prepared.quarantined is None else prepared.quarantined.reasons,
                tally.first,
                tally.last,
            )
        raise SourceBusy(name=source.spec.name)

    def _before(self, source: Source, tables: Sequence[SegmentEntry], last: int | None) -> Before:
        """What earlier inputs left. What was held on a day that is purged is not known any more."""
        held, kept = {}, []
        for entry in tables:
            if entry.state is not SegmentState.OPEN:
                continue
            rows = self._read(source, entry)
            if rows is None:
                continue
            held[entry.segment.kind, entry.layout] = rows
            kept.append(entry)
        carried = [
            Carried(entry, partial(self._read, source, entry))
            for entry in tables
            if entry.state is not SegmentState.OPEN
        ]
        return Before(held, tuple(kept), tuple(carried), last)

    def _read(self, source: Source, entry: SegmentEntry) -> Rows | None:
        """A table's rows; None once its day is purged. Raises ``TableDamaged``, ``SourceBusy`` where another process
        has replaced it meanwhile."""
        try:
            return sealing.read_all(self._ground.segments, entry.segment)
        except KeyDestroyed:
            return None
        except (SegmentDamaged, SegmentMissing) as error:
            with self._workspace.database.read() as connection:
                now = source_rows.find(connection, source.number)
            if now.revision != source.revision:
                raise SourceBusy(name=source.spec.name) from error
            raise table_damaged(source, error) from error

    def _over(self, today: date) -> Callable[[LogKind, date], bool]:
        """Whether a kind's day may be kept no longer, whether or not it was ever there to be purged."""
        known: dict[LogKind, tuple[Policy, ...]] = {}

        @cache
        def over(kind: LogKind, day: date) -> bool:
            if kind not in known:
                with self._workspace.database.read() as connection:
                    known[kind] = policies_of(connection, kind)
            last = last_day_of(known[kind], kind, day, today=today)
            return last is not None and last < today

        return over

    def _reader(self, source: Source, origin: Origin) -> Reader:
        """A fresh reader; for live messages the one that knows what their senders announced."""
        if origin is Origin.FILE:
            return make_reader(source.spec.format, source.settings)
        kept = self._live.get(source.number)
        if kept is not None:
            return kept
        made = make_reader(source.spec.format, source.settings)
        if made.framing is Framing.MESSAGES:
            self._live[source.number] = made
        return made

    def _digest(self, said: bytes) -> bytes:
        """Keyed, so that nobody without the key can tell which file was taken in, or guess at one's content."""
        keyring = self._workspace.keyring
        keyring.ensure(_DIGESTS)
        return keyring.blind_index(_DIGESTS, said)


_UNDECIDED: Final = (NotAcknowledged, DatabaseUnavailable, LedgerStalled, QueueFull, QueueClosed)
"""Errors after which the input may be, or may yet be, in the database: its files stay, and the next sweep decides."""
