"""What the next batch must know of an open holding and no row has a column for.

The device's own session id, by which its stop will be known, and the moment until which its limit lets it last. Both
stand in the ``reference`` of open rows, with the reference proper; rows that ended have only that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from sekisho.logs.columns import NO_TIME, Int64s, Texts
from sekisho.logs.rows import Rows

_MARK: Final = "\x00"
"""Begins a note and parts it. No text of a record has it: readers refuse control characters in fields."""

Note = tuple[int, str | None, str | None]
"""Until when (``NO_TIME``: no limit), session, reference."""


def noted(rows: Rows, until: Int64s | None, session: Texts | None) -> Rows:
    """Open rows with their notes."""
    if until is None and session is None:
        return rows
    limits: Sequence[int] = [NO_TIME] * len(rows) if until is None else until.tolist()
    texts = [
        _written((limit, None if session is None else session.text(at), _reference(rows, at)))
        for at, limit in enumerate(limits)
    ]
    return replace(rows, reference=Texts.of(texts) if any(text is not None for text in texts) else None)


def read_notes(rows: Rows) -> tuple[Rows, Int64s | None, Texts | None]:
    """Rows without their notes, and what these said: until when, and the sessions; None where none says anything."""
    if rows.reference is None:
        return rows, None, None
    found = [_read(value) for value in rows.reference.values]
    found.append((NO_TIME, None, None))  # what code -1 finds
    codes = rows.reference.codes
    until = np.array([limit for limit, _, _ in found], np.int64)[codes]
    session, reference = (_texts([note[part] for note in found], codes) for part in (1, 2))
    return replace(rows, reference=reference), until if (until != NO_TIME).any() else None, session


def until_of(rows: Rows) -> Int64s:
    """Until when each open row may last; ``NO_TIME`` where nothing limits it."""
    _, until, _ = read_notes(rows)
    return np.full(len(rows), NO_TIME, np.int64) if until is None else until


def without_note(text: str | None) -> str | None:
    """The reference proper in a row's ``reference``."""
    return None if text is None else _read(text)[2]


def _texts(values: Sequence[int | str | None], codes: np.ndarray[tuple[int, ...], np.dtype[np.int32]]) -> Texts | None:
    known = Texts.of([value if isinstance(value, str) else None for value in values])
    moved = known.codes[codes]
    return Texts(moved, known.values) if (moved >= 0).any() else None


def _reference(rows: Rows, at: int) -> str | None:
    return None if rows.reference is None else rows.reference.text(at)


def _written(note: Note) -> str | None:
    limit, session, reference = note
    if limit == NO_TIME and session is None:
        return reference
    parts = ["" if limit == NO_TIME else str(limit)]
    parts += ["-" if text is None else f"+{text}" for text in (session, reference)]
    return _MARK + _MARK.join(parts)


def _read(text: str) -> Note:
    if not text.startswith(_MARK):
        return NO_TIME, None, text
    limit, session, reference = text[1:].split(_MARK, 2)
    told = [part[1:] if part.startswith("+") else None for part in (session, reference)]
    return int(limit) if limit else NO_TIME, told[0], told[1]
