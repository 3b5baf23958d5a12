"""Events written down one by one, and rows told one by one, for the tests of intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sekisho.logs.columns import NO_TIME, Addresses, Texts
from sekisho.logs.events import Action, ClockNote, Events
from sekisho.logs.intervals.notes import read_notes
from sekisho.logs.kinds import LogKind
from sekisho.logs.rows import Known, Rows

SECOND = 1_000_000
HOUR = 3_600 * SECOND
ADDRESS = "203.0.113.9"
ZERO = "0.0.0.0"  # noqa: S104 - the address of nobody; nothing binds to it


@dataclass(frozen=True, slots=True)
class Said:
    """One record. ``at``, ``own`` and ``limit`` are microseconds."""

    at: int
    action: Action
    who: str | None = "a"
    ports: tuple[int, int] = (1024, 2047)
    address: str = ADDRESS
    protocol: int = 0
    session: str | None = None
    origin: str | None = None
    own: int | None = None
    limit: int = 0
    fold: bool = False
    inside: str | None = None
    destination: str | None = None
    destination_port: int = 0
    reference: str | None = None


@dataclass(frozen=True, slots=True, order=True)
class Told:
    """One row, without its source and session."""

    address: str
    ports: tuple[int, int]
    protocol: int
    who: str
    start: int
    end: int
    start_known: Known
    end_known: Known
    confirmed: int

    @property
    def span(self) -> tuple[str, int, int, int]:
        """Who, from when to when, and firm until when."""
        return self.who, self.start, self.end, self.confirmed


def events(said: Sequence[Said], kind: LogKind = LogKind.AP_NAT) -> Events:
    """The records as a batch; columns that nobody uses are absent."""

    def texts(values: list[str | None]) -> Texts | None:
        return Texts.of(values) if any(value is not None for value in values) else None

    def addresses(values: list[str | None], absent: str) -> Addresses | None:
        if all(value is None for value in values):
            return None
        return Addresses.of([value or absent for value in values])

    zero = "::" if any(":" in (one.inside or "") for one in said) else ZERO
    destination = addresses([one.destination for one in said], ZERO)
    return Events(
        kind,
        np.arange(1, len(said) + 1),
        np.array([int(one.action) for one in said], np.uint8),
        np.array([one.at for one in said], np.int64),
        Addresses.of([one.address for one in said]) if said else Addresses.v4(np.empty(0, np.uint32)),
        np.array([one.ports[0] for one in said], np.uint16),
        np.array([one.ports[1] for one in said], np.uint16),
        np.array([one.protocol for one in said], np.uint8),
        inside=addresses([one.inside for one in said], zero),
        destination=destination,
        destination_port=None if destination is None else np.array([x.destination_port for x in said], np.uint16),
        subject=texts([one.who for one in said]),
        session=texts([one.session for one in said]),
        origin=texts([one.origin for one in said]),
        reference=texts([one.reference for one in said]),
        start=np.array([NO_TIME if x.own is None else x.own for x in said], np.int64)
        if any(x.own is not None for x in said)
        else None,
        limit=np.array([one.limit for one in said], np.int64) if any(one.limit for one in said) else None,
        clock=np.array([ClockNote.FOLD if one.fold else 0 for one in said], np.uint8)
        if any(one.fold for one in said)
        else None,
    )


def told(rows: Rows) -> list[Told]:
    """The rows in order; open ones without their notes."""
    rows = read_notes(rows)[0]
    return sorted(
        Told(
            rows.address.text(at),
            (int(rows.port_low[at]), int(rows.port_high[at])),
            int(rows.protocol[at]),
            (None if rows.subject is None else rows.subject.text(at)) or "",
            int(rows.start[at]),
            int(rows.end[at]),
            Known(int(rows.start_known[at])),
            Known(int(rows.end_known[at])),
            int(rows.confirmed[at]),
        )
        for at in range(len(rows))
    )
