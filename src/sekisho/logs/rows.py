"""What the store keeps: who had which address and ports from when to when, as columns.

A row is an interval ``[start, end)`` with what is known of its ends. Rows of one batch are of one kind and one family
of address; a segment holds them sorted by (address, port, start).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import IntEnum
from typing import Any, Final

from sekisho.logs.columns import Addresses, Int64s, Texts, UInt8s, UInt16s, UInt64s
from sekisho.logs.kinds import LogKind


class Known(IntEnum):
    """How an end of an interval is known."""

    LOGGED = 0
    """The device logged it."""
    CARRIED = 1
    """The interval goes on beyond midnight in the neighbouring day, which has the same ``session``."""
    RESTART = 2
    """The device started anew then: it ended no later."""
    NEXT_ASSIGNMENT = 3
    """The same address and ports were given to somebody next: it ended no later. Its own stop was lost."""
    LIMIT = 4
    """The declared longest duration of a source that logs only starts, or the lease time: it ended no later."""
    OPEN = 5
    """Not ended when the row was written: known to have lasted until then, at least."""
    UNSEEN = 6
    """A start that nobody logged: known to have been so from then, at least (an interim record, a stop alone)."""
    NOT_LOGGED = 7
    """A point in time, or an end that the kind of log doesn't tell."""
    TWICE = 8
    """Logged in a local time that comes twice (end of summer time), without an offset: a start then or up to an hour
    later, an end no later than ``end`` and up to an hour earlier. A row whose start is such has no firm part."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one kind. Columns as in :class:`sekisho.logs.events.Events`; ``end`` is exclusive.

    ``start_known`` and ``end_known`` are :class:`Known`. ``session`` is what the pieces of one interval share across
    days and versions, an id of 64 bits that tells nothing; 0 where the row is the whole interval. ``source`` numbers
    the log source.

    ``confirmed`` is the last moment at which the device itself said that it was so: equal to ``end`` where the end was
    logged. From ``start`` to ``confirmed`` a row is *firm*; from there to ``end`` it is *doubtful*: it may have ended
    without a word, so an answer that rests on that part is never unique.
    """

    kind: LogKind
    address: Addresses
    port_low: UInt16s
    port_high: UInt16s
    protocol: UInt8s
    start: Int64s
    end: Int64s
    start_known: UInt8s
    end_known: UInt8s
    source: UInt16s
    session: UInt64s
    confirmed: Int64s
    inside: Addresses | None = None
    destination: Addresses | None = None
    destination_port: UInt16s | None = None
    subject: Texts | None = None
    origin: Texts | None = None
    reference: Texts | None = None

    def __post_init__(self) -> None:
        """ValueError where a column has another length."""
        for name in COLUMNS:
            column = getattr(self, name)
            if column is not None and len(column) != len(self.start):
                raise ValueError(f"{name}: {len(column)} entries for {len(self.start)} rows")

    def __len__(self) -> int:
        """How many rows."""
        return len(self.start)

    def __getitem__(self, at: Any) -> Rows:
        """Those at ``at`` (a slice, a mask or positions)."""
        columns = ((name, getattr(self, name)) for name in COLUMNS)
        return Rows(self.kind, **{name: column[at] for name, column in columns if column is not None})


COLUMNS: Final = tuple(field.name for field in fields(Rows) if field.name != "kind")
"""The names of a row's columns."""
