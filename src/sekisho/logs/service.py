"""The log store's service: with its desks (``intake_desk``, ``day_desk``) what touches store, ledger, keys and clock.

An input's rows become durable as encrypted segments first. Then one commit enters them, with the ledger leaf that says
so, and only then is anything acknowledged. What a crash leaves before that commit is files nobody knows, all of them
ciphertext; whoever writes next removes them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, BinaryIO, Final

import orjson
from sqlalchemy import select

from sekisho.logs import health_rows, manifest, quarantine, source_rows
from sekisho.logs.clocks.declared import declared
from sekisho.logs.clocks.skew import Observed
from sekisho.logs.day_desk import GRACE, DayDesk, Sealed
from sekisho.logs.errors import UnknownInput
from sekisho.logs.events import Unreadable
from sekisho.logs.formats.registry import make_reader, require
from sekisho.logs.giving_up import DayGivenUp, GivenUp
from sekisho.logs.ground import Ground
from sekisho.logs.health import Coverage, SourceHealth, coverage
from sekisho.logs.intake_desk import Ingested, IntakeDesk
from sekisho.logs.kinds import LogKind
from sekisho.logs.listeners.status import read_status
from sekisho.logs.manifest import DayState, SegmentEntry
from sekisho.logs.quarantine import Quarantined
from sekisho.logs.segments.encoding import SegmentReader
from sekisho.logs.segments.files import SegmentFiles
from sekisho.logs.sources import Source, SourceSpec
from sekisho.logs.spool import SpoolWriter, spool_files
from sekisho.logs.tables import log_input, log_quarantine
from sekisho.store.files import FileLayer, RealFiles
from sekisho.workspace import Workspace
from sekisho.workspace.parts import HOUSE_KEY

SOURCE_LEAF: Final = "log.source"


class LogService:
    """The log store of one workspace. Thread-safe; inputs of one source are taken in one after another."""

    def __init__(self, workspace: Workspace, *, layer: FileLayer | None = None) -> None:
        """Reads nothing and writes nothing until asked to. ``layer`` is the disk; by default the machine's."""
        self._workspace = workspace
        self._ground = Ground(workspace, layer or RealFiles())
        self._days = DayDesk(workspace, self._ground)
        self._intake = IntakeDesk(workspace, self._ground, self._days)

    @property
    def ground(self) -> Ground:
        """Where the files are: for what writes and removes segments besides (holds, purge)."""
        return self._ground

    @property
    def files(self) -> SegmentFiles:
        """The segments on disk. Raises ``KeyringNeeded``."""
        return self._ground.segments

    # --- sources -----------------------------------------------------------------------------------------------------

    def add_source(self, spec: SourceSpec, *, by: str) -> Source:
        """Declare a source, on record. ``by`` is a staff id. Raises ``SourceRefused``, ``SourceUsed``,
        ``ClockRefused``, ``UnknownFormat``, and what the format raises for settings it can't read by."""
        spec = replace(spec.checked(), format=require(spec.format))
        declared(spec.settings)
        make_reader(spec.format, spec.settings)
        now = self._workspace.clock.now()
        body = orjson.dumps({**source_rows.document(spec), "by": by}, option=orjson.OPT_SORT_KEYS)
        leaf = self._workspace.seal(kind=SOURCE_LEAF, owner=HOUSE_KEY, body=body, at=now)
        return self._workspace.commit(partial(source_rows.add, spec=spec, at=now, by=by), [leaf]).value

    def sources(self) -> tuple[Source, ...]:
        """Every source, by number."""
        with self._workspace.database.read() as connection:
            return source_rows.every(connection)

    def source(self, name: str | int) -> Source:
        """A source by its name or number. Raises ``UnknownSource``."""
        with self._workspace.database.read() as connection:
            return source_rows.find(connection, name)

    def give_up(self, source: str | int, *, by: str) -> GivenUp:
        """Give up a source's open and carried tables that are damaged or missing, on record: it is taken in again.

        What no table can be restored for is lost: from the open table's day up to now the source has a gap, the table's
        day keeps it until its period ends, and for a day after nobody is named as nobody. ``by`` is a staff id. Tables
        that can be read stay. Raises ``UnknownSource``, ``NothingToGiveUp``, ``SourceBusy``.
        """
        return self._intake.give_up(source, by=by)

    # --- taking in ---------------------------------------------------------------------------------------------------

    def ingest(self, stream: BinaryIO, source: str | int, *, received: datetime | None = None) -> Ingested:
        """Take in all of ``stream`` (plain, gzip or zstd), or nothing of it.

        ``received`` is when the file was last changed (default now): it decides the year where the format has none.
        When this returns, everything is durable. Raises ``UnknownSource``, ``NoPolicy`` (for the source's kind, or for
        another of which it tells), ``AlreadyIngested``, ``InputTruncated``, ``InputNotReadable``, ``WrongFormat``,
        ``SourceBusy``, ``StoreNotWritable``; ``TableDamaged`` where the source's own open or carried table can't be
        read, which :meth:`give_up` ends; ``NotAcknowledged`` alone leaves open whether it was done.
        """
        return self._intake.ingest(stream, source, received=received)

    def spool(self, source: str | int) -> SpoolWriter:
        """Where a listener puts what it receives, before it acknowledges it. Raises ``SpoolInUse``, ``UnknownSource``.

        What is complete there is taken in by :meth:`drain`.
        """
        found = self.source(source)
        directory = self._ground.spool_of(found)
        return SpoolWriter(directory, self._ground.layer, self._workspace.keyring, found.spec.kind)

    def drain(self, source: str | int) -> tuple[Ingested, ...]:
        """Take in what a source's listener has completed, oldest first; each file is removed once it is durable.

        Files that a listener left when it died are completed first. A file of a day that was purged is removed. Raises
        as :meth:`ingest`.
        """
        return self._intake.drain(self.source(source))

    def spooled(self, source: str | int) -> int:
        """How many complete spool files of a source wait for :meth:`drain`. Raises ``UnknownSource``."""
        return len(spool_files(self._ground.spool_of(self.source(source)), self._ground.layer))

    def quarantined(self, input_id: str) -> Iterator[Unreadable]:
        """The records of an input that couldn't be read, as they came. Raises ``UnknownInput``, ``SegmentMissing``,
        ``SegmentDamaged``, ``KeyDestroyed``."""
        with self._workspace.database.read() as connection:
            if connection.execute(select(log_input.c.id).where(log_input.c.id == input_id)).first() is None:
                raise UnknownInput(input=input_id[:100])
            row = connection.execute(select(log_quarantine).where(log_quarantine.c.input == input_id)).one_or_none()
        if row is None:
            return iter(())
        of = Quarantined(row.id, row.day, row.records, row.size, orjson.loads(row.reasons))
        return quarantine.read(self._ground.root, self._ground.layer, self._workspace.keyring, of)

    # --- asking ------------------------------------------------------------------------------------------------------

    def open_segments(self, kind: LogKind, day: date) -> tuple[SegmentEntry, ...]:
        """The segments whose rows answer questions about a day, in the order of their making: of two rows with one
        ``session`` the later counts. Open them with :meth:`reader`; a segment that was merged meanwhile is missing
        there, and asking again names its successor."""
        with self._workspace.database.read() as connection:
            return manifest.segments_of(connection, kind=kind, day=day)

    def day_state(self, kind: LogKind, day: date) -> DayState | None:
        """Where a day is in its life; None where nothing was ever written to it."""
        with self._workspace.database.read() as connection:
            return manifest.day_state(connection, kind, day)

    def reader(self, entry: SegmentEntry) -> SegmentReader:
        """An open segment. Raises ``SegmentMissing``, ``SegmentDamaged``, ``KeyDestroyed``."""
        return self.files.open(entry.segment)

    def coverage(self, source: str | int, begin: int, end: int) -> Coverage:
        """What of [``begin``, ``end``) (UTC microseconds) a source was heard in. Raises ``UnknownSource``."""
        with self._workspace.database.read() as connection:
            number = source_rows.find(connection, source).number
            heard = health_rows.heard_of(connection, number)
            return coverage(heard, health_rows.losses_of(connection, number, begin, end), begin, end)

    def observed(self, source: str | int) -> tuple[Observed, ...]:
        """What each input showed of a source's clock, in the order they were taken in. Raises ``UnknownSource``."""
        with self._workspace.database.read() as connection:
            return health_rows.observed_of(connection, source_rows.find(connection, source).number)

    def health(self) -> tuple[SourceHealth, ...]:
        """Every source's health as of its last input."""
        with self._workspace.database.read() as connection:
            return tuple(health_rows.health_of(connection, source) for source in source_rows.every(connection))

    def listener_status(self, source: str | int) -> dict[str, Any] | None:
        """What the source's listener last said of itself; None where none ever ran. Raises ``UnknownSource``."""
        return read_status(self._ground.spool_of(self.source(source)), self._ground.layer)

    # --- days --------------------------------------------------------------------------------------------------------

    def seal(self, kind: LogKind, day: date, *, grace: timedelta = GRACE) -> Sealed | None:
        """Merge a day's segments for good, with the root of each in the ledger. None where it has nothing or was
        sealed before. Raises ``DayNotOver``, ``StoreNotWritable``; ``DayDamaged`` where one of the segments can't be
        read, which :meth:`give_up_day` ends; ``TableDamaged`` where that is a source's table.
        """
        return self._days.seal(kind, day, grace=grace)

    def give_up_day(self, kind: LogKind, day: date, *, by: str) -> DayGivenUp:
        """Give up the segments of a day that isn't sealed which are damaged or missing, on record: it can be sealed.

        They stay listed as lost until the day is purged and are never read again, even if their files come back. Every
        source of that kind that was heard on the day has a gap all through it. ``by`` is a staff id. Segments that can
        be read stay, and so do sources' tables (:meth:`give_up`). Raises ``DayReadable``, ``SourceBusy``.
        """
        return self._days.give_up(kind, day, by=by)

    def seal_due(self, *, grace: timedelta = GRACE) -> tuple[Sealed, ...]:
        """Seal every day that may be sealed."""
        found = [self.seal(kind, day, grace=grace) for kind, day in self.seals_due(grace=grace)]
        return tuple(one for one in found if one is not None)

    def seals_due(self, *, grace: timedelta = GRACE) -> tuple[tuple[LogKind, date], ...]:
        """The days that may be sealed and aren't."""
        return tuple(self._days.due(grace=grace))
