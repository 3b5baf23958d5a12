"""Translators' logs (and any other line format that is data): many lines at once, the rest one by one.

Each line ends in one of four ways: an event; :class:`Unreadable` with a reason, if it has a mark of the format (a
template's anchor) and can't be read, is no text, or is too long; *ignored* and counted, if it has none of the format's
marks, for devices log other things into the same stream; or ignored because the format lists it as known and of no use.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np

from sekisho.logs.columns import Bools, Places
from sekisho.logs.events import Events, Unreadable
from sekisho.logs.formats import finish as finishing
from sekisho.logs.formats import shapes
from sekisho.logs.formats.chunk import Chunk
from sekisho.logs.formats.errors import LineFormatRefused
from sekisho.logs.formats.finish import Batch, Header
from sekisho.logs.formats.line_times import Minutes, Stamp, Stamps, header_stamp, header_stamps
from sekisho.logs.formats.reader import Context, Found, Framing, Ignored
from sekisho.logs.formats.scan import Records, scan
from sekisho.logs.formats.shapes import LineFormat
from sekisho.logs.formats.template import MAX_LINE, Value
from sekisho.logs.sources import zone_of

BLOCK_LINES: Final = 8192
"""Lines read at once: their columns then lie in a core's own cache."""
SECOND_CLOCK: Final = 16
"""A header's clock beside the record's own is read in one line of so many, by number: it tells the skew, no event."""
BLOCK_BYTES: Final = 1 << 21
"""Bytes read at once, at least one line."""


class LineReader:
    """Reads one input by a line format.

    ``record_zone`` is the zone of the record's own clock where that isn't the header's (the source's). ``exactly``
    reads every line by itself, which gives the same: for tests.
    """

    framing = Framing.LINES
    records = 0

    def __init__(
        self, line_format: LineFormat, *, record_zone: ZoneInfo | None = None, exactly: bool = False
    ) -> None:
        """A fresh reader."""
        self._format = line_format
        self._record_zone = record_zone
        self._exactly = exactly
        self._minutes = Minutes()

    def read(self, chunk: bytes, first_record: int, context: Context) -> Iterator[Found]:
        """What the whole lines of ``chunk`` hold, the first of which has the number ``first_record``."""
        for block in _blocks(chunk):
            lines = Chunk(block)
            yield from self._block(lines, first_record, context)
            first_record += len(lines)

    def finish(self, context: Context) -> Iterable[Found]:
        """Nothing: lines are whole."""
        del context
        return ()

    def _block(self, chunk: Chunk, first_record: int, context: Context) -> Iterator[Found]:
        reading = _Reading(self._format, chunk, self._minutes)
        reading.unsure |= self._exactly
        if not self._exactly:
            reading.fast()
        reading.exact()
        reading.rest()
        parts: list[Events] = []
        for batch in reading.batches:
            header = self._header(chunk, batch, first_record)
            zone = self._record_zone or context.zone
            made = finishing.finish(self._format.kind, batch, header, first_record, context, zone)
            parts += made.events
            reading.refused.update({line: why for line, why in made.refused if line not in reading.refused})
        yield from finishing.merge(parts)
        for line, why in sorted(reading.refused.items()):
            yield Unreadable(first_record + line, why, chunk.line(line))
        for reason, count in reading.ignored.items():
            yield Ignored(count, reason)

    def _header(self, chunk: Chunk, batch: Batch, first_record: int) -> Header | None:
        """The times in the headers of a batch's lines. A clock that is only the second is looked at now and then."""
        if self._format.header is shapes.Header.NONE:
            return None
        at = np.arange(len(batch.lines))
        if batch.shape.has("time"):
            at = np.flatnonzero((batch.lines + first_record) % SECOND_CLOCK == 1)
        lines = batch.lines[at]
        if not self._exactly:
            return Header(at, *header_stamps(chunk, lines, self._minutes))
        found = [header_stamp(chunk.line(line), self._minutes) for line in lines.tolist()]
        good = np.array([one is not None for one in found], np.bool_)
        return Header(at, Stamps.of([one or Stamp(0, 0, 0) for one in found]), good)


@dataclass(slots=True)
class _Reading:
    """One block on its way: what was read, what is refused, and why what isn't counted doesn't count."""

    line_format: LineFormat
    chunk: Chunk
    minutes: Minutes
    where: Records
    batches: list[Batch]
    refused: dict[int, str]
    ignored: dict[str, int]
    free: Bools
    unsure: Bools

    def __init__(self, line_format: LineFormat, chunk: Chunk, minutes: Minutes) -> None:
        self.line_format, self.chunk, self.minutes = line_format, chunk, minutes
        self.batches, self.ignored = [], {}
        long = np.flatnonzero(chunk.ends - chunk.starts > MAX_LINE)
        self.refused = dict.fromkeys(long.tolist(), "line_too_long")
        self.where = _bracketed(chunk) if line_format.split else Records.of_lines(chunk)
        self.free = ~np.isin(self.where.lines, long) if len(long) else np.ones(len(self.where), np.bool_)
        self.unsure = np.zeros(len(self.where), np.bool_)

    def fast(self) -> None:
        """Read what can be read many at once. A record that an earlier shape is unsure of is no later one's."""
        left = self.free.copy()
        for shape in self.line_format.shapes:
            if not left.any():
                return
            taken = scan(self.chunk, shape.template, self.minutes, self.where, left)
            left[taken.unsure] = False
            self.unsure[taken.unsure] = True
            if len(taken.records):
                left[taken.records] = False
                self.free[taken.records] = False
                lines = self.where.lines[taken.records]
                self.batches.append(finishing.of_scan(shape, self.chunk, lines, taken.columns))

    def exact(self) -> None:
        """Read what is left and might be read, one by one; refuse what has a mark of the format and can't be."""
        found: dict[int, list[tuple[int, dict[str, Value]]]] = {}
        marked, astray = self._marked()
        for at in np.flatnonzero((marked | self.unsure) & self.free).tolist():
            line = int(self.where.lines[at])
            raw = self.chunk.raw[int(self.where.starts[at]) : int(self.where.ends[at])]
            read = self._one(raw)
            if not isinstance(read, str):
                found.setdefault(read[0], []).append((line, read[1]))
            elif marked[at]:
                self._refuse(line, read)
        for line in astray.tolist():
            self._refuse(line, "no_match")
        for number, rows in sorted(found.items()):
            shape = self.line_format.shapes[number]
            self.batches.append(finishing.of_single(shape, [row[0] for row in rows], [row[1] for row in rows]))

    def _marked(self) -> tuple[Bools, Places]:
        """Which records have a mark of the format; lines with a mark outside of every record: one that was cut off."""
        marked = np.zeros(len(self.where), np.bool_)
        astray = []
        if self.free.any() or self.line_format.split:
            for mark in self.line_format.marks:
                at = self.chunk.places_of(mark)
                found = np.searchsorted(self.where.starts, at, side="right") - 1
                within = found >= 0
                within[within] = at[within] < self.where.ends[found[within]]
                marked[found[within]] = True
                astray.append(self.chunk.line_of(at[~within]))
        lines = np.unique(np.concatenate(astray)) if astray else np.empty(0, np.intp)
        return marked, lines

    def _refuse(self, line: int, reason: str) -> None:
        if line not in self.refused and not any(text in self.chunk.line(line) for text in self.line_format.other):
            self.refused[line] = reason

    def rest(self) -> None:
        """Count the lines that have no mark of the format; refuse those that are no text."""
        seen = np.zeros(len(self.chunk), np.bool_)
        for batch in self.batches:
            seen[batch.lines] = True
        seen[list(self.refused)] = True
        others = np.flatnonzero(~seen)
        if not len(others):
            return
        binary = self.chunk.control_lines(others)
        self.refused |= dict.fromkeys(others[binary].tolist(), "not_text")
        count = int((~binary).sum())
        if count:
            self.ignored["other_message"] = count

    def _one(self, raw: bytes) -> tuple[int, dict[str, Value]] | str:
        """The first shape that reads a record, and its fields; otherwise the most telling reason."""
        reason = "no_match"
        for number, shape in enumerate(self.line_format.shapes):
            read = shape.template.read(raw, self.minutes)
            if not isinstance(read, str):
                return number, read
            reason = read if reason == "no_match" else reason
        return reason


def _bracketed(chunk: Chunk) -> Records:
    """Every ``[…]`` without brackets in it, within one line."""
    opened, closed = chunk.places_of(b"["), chunk.places_of(b"]")
    both = np.sort(np.concatenate([opened, closed]))
    begins = np.isin(both, opened)
    pair = np.flatnonzero(begins[:-1] & ~begins[1:])
    starts, ends = both[pair], both[pair + 1] + 1
    lines = chunk.line_of(starts)
    whole = ends <= chunk.ends[lines]
    return Records(starts[whole], ends[whole], lines[whole])


def _blocks(chunk: bytes) -> Iterator[bytes]:
    """Whole lines, a block at a time."""
    sample = chunk[: 1 << 16]
    mean = len(sample) // max(sample.count(b"\n"), 1)
    size = min(max(mean, 16) * BLOCK_LINES, BLOCK_BYTES)
    at = 0
    while at < len(chunk):
        end = chunk.rfind(b"\n", at, at + size) + 1 or chunk.find(b"\n", at + size) + 1 or len(chunk)
        yield chunk[at:end]
        at = end


def shipped(name: str, settings: Mapping[str, Any]) -> LineReader:
    """A reader of a format that comes with Sekisho.

    The setting ``record_zone`` names the zone of a clock in the record itself, where a header's differs (the services
    cards of some routers). Raises ``SourceRefused`` where there is no such zone.
    """
    return LineReader(shapes.shipped(name), record_zone=_record_zone(settings))


def operators_own(settings: Mapping[str, Any]) -> LineReader:
    """A reader of an operator's own format: the text of its file is the source's setting ``template``.

    Raises :class:`LineFormatRefused`, and as :func:`shipped`.
    """
    text = settings.get("template")
    if not isinstance(text, str) or not text.strip():
        raise LineFormatRefused(file="template", line=1, problem="the source's setting 'template' has no text")
    return LineReader(shapes.load(text, "template"), record_zone=_record_zone(settings))


def _record_zone(settings: Mapping[str, Any]) -> ZoneInfo | None:
    name = settings.get("record_zone")
    return None if name is None else zone_of(str(name))


juniper_pba = partial(shipped, "juniper_pba")
juniper_softwire = partial(shipped, "juniper_softwire")
cisco_xr = partial(shipped, "cisco_xr")
a10_ascii = partial(shipped, "a10_ascii")
a10_cef = partial(shipped, "a10_cef")
f5_lsn = partial(shipped, "f5_lsn")
nfware = partial(shipped, "nfware")
sixwind = partial(shipped, "sixwind")
mikrotik = partial(shipped, "mikrotik")
conntrack = partial(shipped, "conntrack")
fortinet = partial(shipped, "fortinet")
citrix_compact = partial(shipped, "citrix_compact")
