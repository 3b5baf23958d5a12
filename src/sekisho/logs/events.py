"""What a format reads out of its input: one event per record, as columns.

A reader yields :class:`Events` (each of one kind and one address family) and :class:`Unreadable` records. It decides
nothing: what belongs together and when it ended is for :mod:`sekisho.logs.intervals`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from enum import IntEnum, IntFlag
from typing import Any, Final

import numpy as np

from sekisho.logs.columns import Addresses, Int64s, Texts, UInt8s, UInt16s
from sekisho.logs.kinds import LogKind


class Action(IntEnum):
    """What a record says happened."""

    START = 1
    """An assignment began at ``time``."""
    STOP = 2
    """It ended at ``time``; ``start`` may be told too."""
    INTERIM = 3
    """It was still so at ``time``."""
    WHOLE = 4
    """One record for all of it, from ``start`` to ``time``."""
    POINT = 5
    """Something happened at ``time`` (a log-in, a post)."""
    RESTART = 6
    """The device named by ``origin`` started anew at ``time`` (Accounting-On, -Off): nothing it had survives."""


class ClockNote(IntFlag):
    """What had to be assumed to read a time."""

    NONE = 0
    ZONE_ASSUMED = 1
    """The text had no offset; the source's declared zone was used."""
    YEAR_INFERRED = 2
    """The text had no year; that of the nearest half year around its receipt was used."""
    FOLD = 4
    """The local time comes twice (end of summer time); the earlier was taken and both are possible."""
    OTHER_CLOCK = 8
    """The record's own event clock was missing; the time is that of the header or of receipt."""


@dataclass(frozen=True, slots=True)
class Events:
    """Events of one kind; every column has one entry per event, a column that is None is absent for all.

    ``record`` numbers the line (from 1) or record in its input. ``time`` is the event clock, ``logged`` a second clock
    in the same record, where there is one: their difference tells the skew. ``address`` is the one that is asked for
    later: the public side of a translation, the assigned address or prefix, the client of a log-in. ``port_low`` and
    ``port_high`` are inclusive; absent means all ports. ``protocol`` is IANA's number, 0 for any. ``subject`` is
    the line, user, account or device. ``session`` is the device's own session id; ``origin`` the device within the
    source (NAS, exporter). ``reference`` is a post id or the like. ``limit`` is the longest the assignment may last
    (a lease time), in microseconds.
    """

    kind: LogKind
    record: Int64s
    action: UInt8s
    time: Int64s
    address: Addresses | None = None
    port_low: UInt16s | None = None
    port_high: UInt16s | None = None
    protocol: UInt8s | None = None
    inside: Addresses | None = None
    destination: Addresses | None = None
    destination_port: UInt16s | None = None
    subject: Texts | None = None
    session: Texts | None = None
    origin: Texts | None = None
    reference: Texts | None = None
    start: Int64s | None = None
    limit: Int64s | None = None
    logged: Int64s | None = None
    clock: UInt8s | None = None

    def __post_init__(self) -> None:
        """ValueError where a column has another length."""
        for name in COLUMNS:
            column = getattr(self, name)
            if column is not None and len(column) != len(self.record):
                raise ValueError(f"{name}: {len(column)} entries for {len(self.record)} events")

    def __len__(self) -> int:
        """How many events."""
        return len(self.record)

    def __getitem__(self, at: Any) -> Events:
        """Those at ``at`` (a slice, a mask or positions)."""
        found = {name: getattr(self, name) for name in COLUMNS}
        return replace(self, **{name: column[at] for name, column in found.items() if column is not None})


COLUMNS: Final = tuple(field.name for field in fields(Events) if field.name != "kind")
"""The names of an event's columns."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A record that couldn't be read: its number, why (a slug such as ``port_out_of_range``) and its bytes.

    Goes to the quarantine with its number; the rest goes on.
    """

    record: int
    reason: str
    raw: bytes


def no_events(kind: LogKind) -> Events:
    """None at all."""
    return Events(kind, np.empty(0, np.int64), np.empty(0, np.uint8), np.empty(0, np.int64))
