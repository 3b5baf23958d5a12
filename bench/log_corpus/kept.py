"""A world in a real log store: taken in batch by batch, sealed, added to afterwards, and asked."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

import numpy as np

from bench.log_corpus.parameters import HOUR, MINUTE, SECOND, Parameters
from bench.log_corpus.parameters import Records as Logged
from bench.log_corpus.reader import FORMAT, PLACE, written
from bench.log_corpus.records import LATE, Records, batches
from bench.log_corpus.truth import INSIDE, PUBLIC, Truth
from sekisho.clock import FixedClock, japan_date
from sekisho.keys import make_key_file
from sekisho.keys.disk import RealDisk
from sekisho.logs.clocks.declared import declared
from sekisho.logs.clocks.skew import Observed, history
from sekisho.logs.clocks.uncertainty import SourceClock
from sekisho.logs.formats import registry
from sekisho.logs.health import ClockOffsets, Percentiles
from sekisho.logs.intervals.build import LimitMeans
from sekisho.logs.intervals.days import moment_of
from sekisho.logs.kinds import LogKind
from sekisho.logs.lookup.candidates import Question
from sekisho.logs.lookup.ports import Result
from sekisho.logs.lookup.readers import Readers
from sekisho.logs.lookup.view import RuleCache, SourceCache, StoreView
from sekisho.logs.manifest import SegmentEntry
from sekisho.logs.service import LogService
from sekisho.logs.sources import Source, SourceSpec
from sekisho.workspace import Workspace
from tests.logs.declared import declare

SILENCE: Final = 15 * MINUTE
"""What the store takes for a gap in sources as busy as these (:data:`sekisho.logs.health.SILENCE_LEAST`)."""
_PORTS: Final = 256
"""Blocks of the corpus begin and end at multiples of this, so ports within one ask for the same rows."""


@dataclass(slots=True)
class World:
    """A store with what one or two networks logged. ``clocks`` by the number of the source."""

    workspace: Workspace
    logs: LogService
    clocks: dict[int, SourceClock] = field(default_factory=dict)

    def take_in(self, truth: Truth, sent: Records, kind: LogKind, *, subject: bool) -> None:
        """Take in what arrived, in its order: most of it, then a seal of every day, then what came too late."""
        p = truth.parameters
        sources = [self._source(p, kind, number, subject=subject) for number in range(p.sources)]
        observed: list[list[Observed]] = [[] for _ in sources]
        sealed = False
        for batch in batches(sent, p):
            if not sealed and int(batch.arrival.min()) > p.epoch + p.length + LATE // 2:
                self.logs.seal_due(grace=timedelta())
                sealed = True
            for number, source in enumerate(sources):
                mine = batch.at(batch.source == number)
                if not len(mine):
                    continue
                self.logs.ingest(io.BytesIO(written(truth, mine)), source.number)
                observed[number].append(_observed(mine))
        self.logs.seal_due(grace=timedelta())
        for number, source in enumerate(sources):
            clock = declared(source.settings)
            # Where clocks are right, that is declared; elsewhere it is found out.
            seen = observed[number] if p.skew or p.drift_ppm else []
            self.clocks[source.number] = SourceClock(clock, history(seen, clock))

    def _source(self, p: Parameters, kind: LogKind, number: int, *, subject: bool) -> Source:
        settings: dict[str, Any] = {
            "kind": kind.value,
            "subject": subject,
            "clock_seconds": p.cards / SECOND,
            "tick_seconds": p.tick / SECOND,
            "delivery_seconds": p.delay / SECOND,
            "rest_seconds": p.rest / SECOND,
        }
        if p.records is Logged.LEASES:
            settings["limit_means"] = LimitMeans.LEASE.value
        covers = IPv4Network((INSIDE, 10)) if subject else IPv4Network((PUBLIC + number * 4096, 20))
        name = f"{kind.value}-{number}"
        spec = SourceSpec(name, "関所通信", "hikari", kind, FORMAT, p.zone, covers=(covers,), settings=settings)
        return self.logs.add_source(spec, by="admin")

    @contextmanager
    def view(self) -> Iterator[StoreView]:
        """The store as lookups see it."""
        with self.workspace.database.read() as connection:
            cache = SourceCache()
            made = _View(connection, self.workspace.keyring, RuleCache(), cache, cache.read(connection))
            made.clocks = self.clocks
            made.read_ahead()
            yield made

    def readers(self) -> Readers:
        """The segments, each part of them decoded once."""
        return _CachedReaders(self.logs.files.open, self.workspace.keyring.epoch)


class _View(StoreView):
    """Lookups' own view, with the windows that the observed clocks ask for."""

    clocks: Mapping[int, SourceClock] = {}

    def window(self, source: Source, begin: int, end: int) -> tuple[int, int]:
        """See :meth:`sekisho.logs.lookup.ports.LogView.window`."""
        return self.clocks[source.number].window(begin, end)


class _CachedReaders(Readers):
    """Readers that keep what they decoded: a million questions are about a few thousand blocks."""

    def __init__(self, *given: Any, **more: Any) -> None:
        """As :class:`Readers`."""
        super().__init__(*given, **more)
        self._decoded: dict[tuple[str, str, int | None], Result] = {}

    def read_all(self, entry: SegmentEntry, questions: Sequence[Question]) -> Sequence[Result]:
        """See :meth:`Readers.read_all`."""
        names = [
            (entry.segment.id, str(one.address), None if one.port is None else one.port // _PORTS) for one in questions
        ]
        new = {name: one for name, one in zip(names, questions, strict=True) if name not in self._decoded}
        if new:
            self._decoded |= zip(new, super().read_all(entry, list(new.values())), strict=True)
        return [self._decoded[name] for name in names]


def _observed(batch: Records) -> Observed:
    low, middle, high = np.percentile(batch.arrival - batch.stamp, (5, 50, 95))
    of = Percentiles(round(low), round(middle), round(high))
    return Observed(int(batch.stamp.min()), int(batch.stamp.max()), ClockOffsets(received=of))


@contextmanager
def world(directory: Path, end: int) -> Iterator[World]:
    """An empty store below ``directory``, long after the moment ``end``."""
    safe = directory / "safe"
    safe.mkdir()
    keyring = make_key_file(safe / "corpus.key", RealDisk())
    clock = FixedClock(moment_of(end + 30 * 24 * HOUR))
    formats = patch.dict(registry._FORMATS, {FORMAT: (PLACE, "the corpus")})  # noqa: SLF001 - only here, and undone
    with (
        formats,
        Workspace.create(
            directory / "ws", name="関所通信", legal_confirmation="shown", keyring=keyring, clock=clock
        ) as workspace,
    ):
        for kind in (LogKind.AP_NAT, LogKind.AP_AUTH):
            declare(workspace, kind=kind.value, valid_from=japan_date(clock.now()).isoformat())
        yield World(workspace, LogService(workspace))
