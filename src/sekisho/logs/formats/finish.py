"""From fields to events: ranges checked, moments told, words given their meaning. What can't be is refused by line.

Both the reader of many lines and that of one end here, so that a value means the same whichever read it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from typing import Any, Final

import numpy as np

from sekisho.logs.columns import NO_TIME, Addresses, Bools, Int64s, Places, Texts, UInt8s
from sekisho.logs.events import COLUMNS, ClockNote, Events
from sekisho.logs.formats.chunk import Chunk, plain
from sekisho.logs.formats.line_times import (
    EARLIEST,
    REASONS,
    SECOND,
    Moments,
    Stamp,
    Stamps,
    resolve,
)
from sekisho.logs.formats.reader import Context
from sekisho.logs.formats.scan import Bounds, Column, Ips
from sekisho.logs.formats.shapes import Shape
from sekisho.logs.formats.template import Value
from sekisho.logs.kinds import LogKind

ABSENT: Final = "-"
"""A text that says that there is none (RFC 5424's NILVALUE)."""
LONGEST: Final = 10 * 366 * 86_400 * SECOND
"""Microseconds. A duration or a limit beyond ten years is a number that means something else."""

_WHY: Final = (
    "",
    *REASONS[1:],
    "no_time",
    "not_text",
    "port_out_of_range",
    "ports_reversed",
    "protocol_out_of_range",
    "address_unset",
    "duration_out_of_range",
    "ends_before_start",
)

Ready = Int64s | UInt8s | Ips | Stamps | Texts
"""A column that no longer needs the bytes it came from."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Records of one shape: their lines (ascending, counted from 0), a column per field, and which hold no text."""

    shape: Shape
    lines: Places
    columns: Mapping[str, Ready]
    no_text: Bools


@dataclass(frozen=True, slots=True)
class Header:
    """The times in the headers of the records at ``at`` in a batch, and which of these have one."""

    at: Places
    stamps: Stamps
    good: Bools


@dataclass(frozen=True, slots=True)
class Finished:
    """Events, and lines refused with the reason."""

    events: tuple[Events, ...]
    refused: tuple[tuple[int, str], ...]


def of_scan(shape: Shape, chunk: Chunk, lines: Places, columns: Mapping[str, Column]) -> Batch:
    """A batch of what was read many lines at once."""
    ready: dict[str, Ready] = {}
    no_text = np.zeros(len(lines), np.bool_)
    for name, column in columns.items():
        if isinstance(column, Bounds):
            ready[name], wrong = chunk.texts(column.starts, column.ends)
            no_text |= wrong
        else:
            ready[name] = column
    return Batch(shape, lines, ready, no_text)


def of_single(shape: Shape, lines: Sequence[int], values: Sequence[Mapping[str, Value]]) -> Batch:
    """A batch of what was read line by line."""
    ready: dict[str, Ready] = {}
    no_text = np.zeros(len(lines), np.bool_)
    for field in shape.fields:
        column = [one[field.name] for one in values]
        first = column[0]
        if isinstance(first, bytes):
            texts = [plain(one) if isinstance(one, bytes) else None for one in column]
            no_text |= np.array([text is None for text in texts], np.bool_)
            ready[field.name] = Texts.of(texts)
        elif isinstance(first, Stamp):
            ready[field.name] = Stamps.of([one for one in column if isinstance(one, Stamp)])
        elif isinstance(first, int):
            ready[field.name] = np.array(column, np.int64)
        else:
            ready[field.name] = _ips(column)
    return Batch(shape, np.array(lines, np.intp), ready, no_text)


def _ips(column: Sequence[Any]) -> Ips:
    numbers = [int(one) for one in column]
    six = np.array([one.version == 6 for one in column], np.bool_)
    if not six.any():
        return Ips(np.array(numbers, np.uint32))
    low = np.array([number & (2**64 - 1) for number in numbers], np.uint64)
    return Ips(low, np.array([number >> 64 for number in numbers], np.uint64), six)


def finish(
    kind: LogKind, batch: Batch, header: Header | None, first_record: int, context: Context, zone: tzinfo
) -> Finished:
    """The events of a batch. Lines are numbered from ``first_record``; ``zone`` is that of the records' own clock."""
    work = _Work(batch, header, context, zone)
    made = work.columns()
    good = work.why == 0
    refused = tuple(
        (int(batch.lines[at]), _WHY[int(work.why[at])]) for at in np.flatnonzero(~good).tolist()
    )
    record = batch.lines.astype(np.int64) + first_record
    ips = {name: column for name, column in batch.columns.items() if isinstance(column, Ips)}
    events = []
    for at in _families(ips, good):
        columns = {name: column[at] for name, column in made.items()}
        columns |= {name: _addresses(column[at]) for name, column in ips.items()}
        events.append(Events(kind, record=record[at], **columns))
    return Finished(tuple(events), refused)


def _families(ips: Mapping[str, Ips], good: Bools) -> Iterator[Any]:
    """Which of the good records have addresses of the same families, as indices."""
    mixed = [column.six for column in ips.values() if column.six is not None]
    if not mixed:
        if good.any():
            yield slice(None) if good.all() else good
        return
    code = np.zeros(len(good), np.uint8)
    for six in mixed:
        code = code * np.uint8(2) + six
    for one in np.unique(code[good]).tolist():
        yield good & (code == one)


def _addresses(ips: Ips) -> Addresses:
    if ips.high is None or ips.six is None:
        return Addresses.v4(ips.low.astype(np.uint32, copy=False))
    if ips.six[0]:
        return Addresses(6, ips.low.astype(np.uint64, copy=False), ips.high)
    return Addresses.v4(ips.low.astype(np.uint32))


class _Work:
    """One batch on its way. ``why`` says of each record what is wrong with it, 0 where nothing is."""

    def __init__(self, batch: Batch, header: Header | None, context: Context, zone: tzinfo) -> None:
        self.batch = batch
        self.header = header
        self.context = context
        self.zone = zone
        self.count = len(batch.lines)
        self.why = np.zeros(self.count, np.uint8)
        self.notes = np.zeros(self.count, np.uint8)
        self._refuse(batch.no_text, "not_text")

    def columns(self) -> dict[str, Any]:
        """The columns of the events but record and addresses."""
        made: dict[str, Any] = {"action": self._action()}
        made |= self._ports()
        made |= self._texts()
        protocol = self._protocol()
        if protocol is not None:
            made["protocol"] = protocol
        self._address()
        made["time"] = time = self._time()
        start = self._start(time)
        if start is not None:
            made["start"] = start
        limit = self._spans("limit", SECOND)
        if limit is not None:
            made["limit"] = limit
        logged = self._logged()
        if logged is not None:
            made["logged"] = logged
        if self.notes.any():
            made["clock"] = self.notes
        return made

    def _refuse(self, which: Bools, reason: str) -> None:
        if which.any():
            self.why[which & (self.why == 0)] = _WHY.index(reason)

    def _numbers(self, name: str) -> Int64s | None:
        column = self.batch.columns.get(name)
        return column.astype(np.int64, copy=False) if isinstance(column, np.ndarray) else None

    def _action(self) -> UInt8s:
        table = np.array(self.batch.shape.actions, np.uint8)
        chosen = self._numbers("action")
        return np.full(self.count, table[0], np.uint8) if chosen is None else table[chosen]

    def _protocol(self) -> UInt8s | None:
        shape = self.batch.shape
        chosen = self._numbers("protocol")
        if chosen is None:
            return np.full(self.count, shape.protocols[0], np.uint8) if shape.protocols[0] else None
        if any(field.name == "protocol" and field.choices for field in shape.fields):
            return np.array(shape.protocols, np.uint8)[chosen]
        self._refuse(chosen > 255, "protocol_out_of_range")
        return chosen.astype(np.uint8)

    def _ports(self) -> dict[str, Any]:
        made = {}
        low, high = self._numbers("port_low"), self._numbers("port_high")
        if low is None:
            low = high = self._numbers("port")
        if low is not None and high is not None:
            self._refuse((low > 65_535) | (high > 65_535), "port_out_of_range")
            self._refuse(low > high, "ports_reversed")
            made["port_low"] = low.astype(np.uint16)
            made["port_high"] = made["port_low"] if high is low else high.astype(np.uint16)
        destination = self._numbers("destination_port")
        if destination is not None:
            self._refuse(destination > 65_535, "port_out_of_range")
            made["destination_port"] = destination.astype(np.uint16)
        return made

    def _texts(self) -> dict[str, Texts]:
        made = {}
        for name in ("subject", "session", "origin", "reference"):
            column = self.batch.columns.get(name)
            if isinstance(column, Texts):
                if ABSENT in column.values:
                    absent = column.codes == column.values.index(ABSENT)
                    column = replace(column, codes=np.where(absent, np.int32(-1), column.codes))
                made[name] = column
            elif isinstance(column, np.ndarray):
                values, codes = np.unique(column, return_inverse=True)
                made[name] = Texts(codes.astype(np.int32), tuple(map(str, values.tolist())))
        return made

    def _address(self) -> None:
        column = self.batch.columns.get("address")
        if isinstance(column, Ips):
            unset = column.low == 0
            self._refuse(unset if column.high is None else unset & (column.high == 0), "address_unset")

    def _moments(self, name: str) -> Moments | None:
        column = self.batch.columns.get(name)
        if isinstance(column, Stamps):
            return resolve(column, self.zone, self.context.received)
        moments = self._numbers(name)
        if moments is not None:
            wrong = np.where(moments < EARLIEST, np.uint8(REASONS.index("clock_not_set")), np.uint8(0))
            return Moments(moments, np.zeros(self.count, np.uint8), wrong)
        return None

    def _header_moments(self) -> Moments | None:
        if self.header is None:
            return None
        found = resolve(self.header.stamps, self.context.zone, self.context.received)
        return replace(found, wrong=np.where(self.header.good, found.wrong, np.uint8(len(REASONS))))

    def _time(self) -> Int64s:
        found = self._moments("time")
        if found is None:
            found = self._header_moments()
            self.notes |= np.uint8(ClockNote.OTHER_CLOCK)
            if found is None or self.context.live:
                found = self._or_receipt(found)
        self.notes |= found.notes
        self.why = np.where(self.why == 0, found.wrong, self.why)
        return found.time

    def _or_receipt(self, found: Moments | None) -> Moments:
        """Where no clock of the device's own is in a record that was received live, the receipt stands for it."""
        received = np.full(self.count, self.context.received, np.int64)
        none = np.zeros(self.count, np.uint8)
        if found is None:
            wrong = none if self.context.live else np.full(self.count, len(REASONS), np.uint8)
            return Moments(received, none, wrong)
        lacking = found.wrong == len(REASONS)
        return Moments(
            np.where(lacking, received, found.time),
            np.where(lacking, np.uint8(0), found.notes),
            np.where(lacking, np.uint8(0), found.wrong),
        )

    def _spans(self, name: str, unit: int) -> Int64s | None:
        column = self._numbers(name)
        if column is None:
            return None
        self._refuse(column > LONGEST // unit, "duration_out_of_range")
        return np.minimum(column, LONGEST // unit) * unit

    def _start(self, time: Int64s) -> Int64s | None:
        found = self._moments("start")
        if found is not None:
            self.notes |= found.notes
            self.why = np.where(self.why == 0, found.wrong, self.why)
            self._refuse(found.time > time, "ends_before_start")
            return found.time
        for name, unit in (("duration", SECOND), ("duration_ms", 1000)):
            span = self._spans(name, unit)
            if span is not None:
                return time - span
        return None

    def _logged(self) -> Int64s | None:
        """The record's second clock; a header's if the first is the record's own."""
        found = self._moments("logged")
        if found is not None:
            return np.where(found.wrong == 0, found.time, NO_TIME)
        found = self._header_moments() if "time" in self.batch.columns else None
        if found is None or self.header is None:
            return None
        logged = np.full(self.count, NO_TIME, np.int64)
        logged[self.header.at] = np.where(found.wrong == 0, found.time, NO_TIME)
        return logged


_ABSENT: Final[Mapping[str, tuple[Any, int]]] = {
    "port_low": (np.uint16, 0),
    "port_high": (np.uint16, 65_535),
    "protocol": (np.uint8, 0),
    "destination_port": (np.uint16, 0),
    "start": (np.int64, NO_TIME),
    "limit": (np.int64, 0),
    "logged": (np.int64, NO_TIME),
    "clock": (np.uint8, 0),
}


def merge(parts: Sequence[Events]) -> Iterator[Events]:
    """Events in the order of their records; those of the same families and with the same addresses together.

    What has a destination and what hasn't stays apart: they are assignments of different kinds.
    """
    groups: dict[tuple[int, ...], list[Events]] = {}
    for part in parts:
        families = (part.address, part.inside, part.destination)
        key = tuple(0 if one is None else one.family for one in families)
        groups.setdefault(key, []).append(part)
    for group in groups.values():
        yield group[0] if len(group) == 1 else _joined(group)


def _joined(parts: Sequence[Events]) -> Events:
    made: dict[str, Any] = {}
    for name in COLUMNS:
        columns = [getattr(part, name) for part in parts]
        having = [column for column in columns if column is not None]
        if not having:
            continue
        if isinstance(having[0], Addresses):
            made[name] = Addresses.joined(having)
        elif isinstance(having[0], Texts):
            made[name] = Texts.joined([
                Texts(np.full(len(part), -1, np.int32), ()) if column is None else column
                for part, column in zip(parts, columns, strict=True)
            ])
        else:
            made[name] = np.concatenate([
                np.full(len(part), _ABSENT[name][1], _ABSENT[name][0]) if column is None else column
                for part, column in zip(parts, columns, strict=True)
            ])
    joined = Events(parts[0].kind, **made)
    order = np.argsort(joined.record, kind="stable")
    return joined[order]


