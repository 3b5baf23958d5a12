"""What a format is to the ingest: bytes in, events and unreadable records out, a piece at a time.

A reader is made for one input (for a live listener: once per source, so that what a device announces, such as IPFIX
templates, is kept). It is pure: the time a piece was received is told by its :class:`Context`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sekisho.logs.events import Events, Unreadable


class Framing(Enum):
    """How an input is cut into the pieces a reader is given. A reader never sees half a line or half a message."""

    LINES = "lines"
    """Whole lines, each with its line feed; records are lines, numbered from 1."""
    PARAGRAPHS = "paragraphs"
    """Whole lines, cut only after an empty one (RADIUS ``detail``); a record is named by its first line's number."""
    MESSAGES = "messages"
    """One datagram or message at a time, as received; records are what the reader counts."""
    BYTES = "bytes"
    """Any cut (a file of binary messages): the reader keeps what is incomplete until the next piece."""
    WHOLE = "whole"
    """All of the input at once (Parquet), at most :data:`sekisho.logs.framing.MAX_WHOLE` bytes."""


@dataclass(frozen=True, slots=True)
class Context:
    """What is known of a piece besides its bytes.

    ``received`` is when it arrived, in UTC microseconds: for a file, when the file was last changed; it decides the
    year where a format has none. ``live`` says that it was noted at arrival, so that it tells the clock's offset too.
    ``zone`` is the source's declared one. ``peer`` is who sent it, where a listener knows. ``settings`` are the
    source's for its format and clock (:attr:`sekisho.logs.sources.Source.settings`).
    """

    received: int
    zone: ZoneInfo
    live: bool = False
    peer: str | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ignored:
    """Records that a format knows and has no use for (comments, headers, other programs' lines): only counted."""

    count: int
    reason: str


@dataclass(frozen=True, slots=True)
class Missing:
    """By the device's own numbers, ``count`` records between ``begin`` and ``end`` (UTC microseconds) never came."""

    count: int
    begin: int
    end: int
    reason: str = "sequence"


Found = Events | Unreadable | Ignored | Missing


class Reader(Protocol):
    """Reads one input. Not shared between threads."""

    @property
    def framing(self) -> Framing:
        """How its input is cut; the same for every input of the format."""
        ...

    def read(self, chunk: bytes, first_record: int, context: Context) -> Iterable[Found]:
        """What ``chunk`` holds. ``first_record`` is the number of its first line; without lines, that of the first
        record it begins, counted by :attr:`records`.

        Raises nothing for what is wrong with a record: that is an :class:`Unreadable`, and the rest goes on. Raises
        ``InputRefused`` where the input as a whole isn't of this format.
        """
        ...

    def finish(self, context: Context) -> Iterable[Found]:
        """What is left at the end of the input: an incomplete record is :class:`Unreadable`."""
        ...

    @property
    def records(self) -> int:
        """Records begun so far, where records aren't lines; lines are counted by the ingest."""
        ...
