"""FreeRADIUS ``detail`` files, versions 3 and 4: who had which address, from the accounting a NAS sends (RFC 2866).

A record is a paragraph; many are read at once (:mod:`sekisho.logs.formats.radius_scan`), the others one by one
(:mod:`sekisho.logs.formats.radius_record`), with the same result. Records of other packets, and accounting that names
no address, are counted and give nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from sekisho.logs.events import Events
from sekisho.logs.formats.chunk import Chunk
from sekisho.logs.formats.finish import merge
from sekisho.logs.formats.line_times import Minutes
from sekisho.logs.formats.radius_record import Choices, Refused, read_record
from sekisho.logs.formats.radius_scan import Finder, Paragraphs, Scan
from sekisho.logs.formats.reader import Context, Found, Framing
from sekisho.logs.formats.single import Told, gathered, settled
from sekisho.logs.kinds import LogKind

BLOCK: Final = 4 << 20
"""Bytes read at once, at least one record: some 6,000 records. Fewer, and calling costs more than the caches gain."""
_GAP: Final = b"\n\n"


class DetailReader:
    """Reads one input. ``exactly`` reads every record by itself, which gives the same: for tests."""

    framing = Framing.PARAGRAPHS

    def __init__(self, choices: Choices, *, exactly: bool = False) -> None:
        """A fresh reader for what a source declares."""
        self.records = 0
        self._choices = choices
        self._exactly = exactly
        self._finder = Finder(choices)
        self._minutes = Minutes()

    def read(self, chunk: bytes, first_record: int, context: Context) -> Iterator[Found]:
        """What the whole records of ``chunk`` hold, whose first line has the number ``first_record``."""
        for block in _blocks(chunk):
            lines = Chunk(block)
            yield from self._block(lines, first_record, context, ended=_ended(block))
            first_record += len(lines)

    def finish(self, context: Context) -> Iterable[Found]:
        """Nothing: paragraphs are whole."""
        del context
        return ()

    def _block(self, chunk: Chunk, first_record: int, context: Context, *, ended: bool) -> Iterator[Found]:
        records = Paragraphs.of(chunk)
        count = len(records)
        if not count:
            return
        self.records += count
        told = Told.nothing()
        parts: list[Events] = []
        slowly: Iterable[int] = range(count)
        if not self._exactly:
            scan = Scan(chunk, records, self._finder, self._choices, self._minutes)
            if not ended:
                scan.slow[-1] = True
            found = scan.read(first_record, context)
            parts += found.events
            slowly = found.slowly.tolist()
            if found.no_address:
                told.ignore("no_address", found.no_address)
        for at in slowly:
            first, beyond = int(records.first[at]), int(records.beyond[at])
            read = read_record(
                first_record + first,
                [chunk.line(line) for line in range(first, beyond)],
                self._choices,
                self._minutes,
                context.zone,
                ended=ended or at < count - 1,
            )
            if not isinstance(read, Refused):
                told.events += read
            elif read.known:
                told.ignore(read.reason)
            else:
                told.refused[first_record + first] = read.reason

        def raw(record: int) -> bytes:
            at = int(records.first.searchsorted(record - first_record))
            last = int(records.beyond[at]) - 1
            return chunk.raw[int(chunk.starts[records.first[at]]) : int(chunk.ends[last])]

        singles, refused = gathered(told.events, context)
        told.events = []
        told.refused.update(refused)
        for kind in LogKind:
            yield from merge([part for part in (*parts, *singles) if part.kind is kind])
        yield from settled(told, context, raw)


def _ended(block: bytes) -> bool:
    """Whether an empty line stands at the end."""
    return block.endswith((_GAP, b"\n\r\n"))


def _blocks(chunk: bytes) -> Iterator[bytes]:
    """Whole records, a block at a time."""
    at = 0
    while at < len(chunk):
        cut = chunk.rfind(_GAP, at, at + BLOCK)
        if cut < 0:
            cut = chunk.find(_GAP, at + BLOCK - 1)
        end = len(chunk) if cut < 0 else cut + len(_GAP)
        yield chunk[at:end]
        at = end


def reader(settings: Mapping[str, Any]) -> DetailReader:
    """A reader by a source's settings. Raises ``FormatSettingRefused``."""
    return DetailReader(Choices.of(settings))
