"""Batches one after another: events of one layout before they become rows, rows of one layout before they are kept.

A column that only some of the parts have is filled with what its absence means.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from sekisho.logs.columns import NO_TIME, Addresses, Places, Texts
from sekisho.logs.events import COLUMNS as EVENT_COLUMNS
from sekisho.logs.events import Action, Events
from sekisho.logs.rows import COLUMNS as ROW_COLUMNS
from sekisho.logs.rows import Rows

_ABSENT: Final[dict[str, Any]] = {
    "port_low": np.uint16(0),
    "port_high": np.uint16(65_535),
    "protocol": np.uint8(0),
    "start": np.int64(NO_TIME),
    "limit": np.int64(0),
    "logged": np.int64(NO_TIME),
    "clock": np.uint8(0),
}
"""What the absence of an event's column means, as a value. Only a layout's own columns differ in any other."""


def joined_events(parts: Sequence[Events]) -> Events:
    """Events of one kind and layout (:func:`sekisho.logs.manifest.layout_of`), in the order of the parts."""
    return parts[0] if len(parts) == 1 else Events(parts[0].kind, **_joined(parts, EVENT_COLUMNS))


def joined_rows(parts: Sequence[Rows]) -> Rows:
    """Rows of one kind and layout, in the order of the parts."""
    return parts[0] if len(parts) == 1 else Rows(parts[0].kind, **_joined(parts, ROW_COLUMNS))


def latest(rows: Rows) -> Rows:
    """Rows without those that a later one of the same ``session`` supersedes; the order of the others stays."""
    pieces = np.flatnonzero(rows.session)
    if not len(pieces):
        return rows
    # np.unique finds the first of equals: looked at from behind, that is the last.
    _, last = np.unique(rows.session[pieces][::-1], return_index=True)
    if len(last) == len(pieces):
        return rows
    kept = rows.session == 0
    kept[pieces[len(pieces) - 1 - last]] = True
    return rows[kept]


def restarts(events: Events) -> tuple[Events | None, Events]:
    """The restarts among ``events``, which have no address, and the others."""
    again = events.action == int(Action.RESTART)
    if not again.any():
        return None, events
    told = events[again]
    bare = Events(told.kind, told.record, told.action, told.time, origin=told.origin, clock=told.clock)
    return bare, events[~again]


def placed_like(bare: Events, like: Events | Rows) -> Events:
    """Events without an address as if they were of the layout of ``like``: the address zero, which nobody has."""
    count = len(bare)

    def zeros(found: Addresses | None) -> Addresses | None:
        if found is None:
            return None
        return Addresses(
            found.family,
            np.zeros(count, found.low.dtype),
            None if found.high is None else np.zeros(count, np.uint64),
        )

    return Events(
        bare.kind,
        bare.record,
        bare.action,
        bare.time,
        address=zeros(like.address),
        inside=zeros(like.inside),
        destination=zeros(like.destination),
        destination_port=None if like.destination_port is None else np.zeros(count, np.uint16),
        origin=bare.origin,
    )


def _joined(parts: Sequence[Any], names: Sequence[str]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name in names:
        columns = [getattr(part, name) for part in parts]
        there = next((column for column in columns if column is not None), None)
        if there is None:
            made[name] = None
        elif isinstance(there, Texts):
            made[name] = Texts.joined([c if c is not None else _no_texts(len(p)) for c, p in _pairs(columns, parts)])
        elif isinstance(there, Addresses):
            made[name] = Addresses.joined(columns)
        else:
            absent = _ABSENT.get(name, there.dtype.type(0))
            filled = [np.full(len(p), absent, there.dtype) if c is None else c for c, p in _pairs(columns, parts)]
            made[name] = np.concatenate(filled)
    return made


def _pairs(columns: Sequence[Any], parts: Sequence[Any]) -> Any:
    return zip(columns, parts, strict=True)


def _no_texts(count: int) -> Texts:
    return Texts(np.full(count, -1, np.int32), ())


def members(values: Any, wanted: Any) -> Places:
    """The places of ``values`` that are among ``wanted``."""
    return np.flatnonzero(np.isin(values, wanted))
