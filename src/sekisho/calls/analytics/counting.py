"""From records of evidence to counts by day. Pure; no count holds a number.

Counted are the calls as they were judged, whatever a later look would say of them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum, unique
from typing import Any, Final

import orjson

from sekisho.calls.screening.call import Direction
from sekisho.calls.windows.origin import Origin, OriginKind, origin_of
from sekisho.clock import japan_date

_WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,59}", re.ASCII)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LAST: Final = 4_102_444_800_000_000
"""The year 2100: a record that says a later moment is not read."""
OTHER: Final = "other"
UNASSIGNED: Final = "unassigned"
_ALTERED: Final = frozenset({"anonymise", "reject"})


@unique
class Tally(StrEnum):
    """What is counted."""

    CALLS = "calls"
    """Every call judged, by direction; ``emergency`` for those to 110, 118 and 119, ``unknown`` for the rest."""
    OUTCOME = "outcome"
    """By ``outcome/reason``."""
    FAILED_OPEN = "failed_open"
    """Calls that passed because they couldn't be judged, by why."""
    COUNTRY = "country"
    """Incoming calls by the caller's country code; ``unassigned``, ``impossible``, ``not_a_number``, ``none``."""
    RANGE = "range"
    """Incoming calls by the caller's range, under codes that somebody has."""
    UNASSIGNED = "unassigned"
    """Incoming calls by the first three digits, under codes that nobody has."""
    POLICE = "police"
    """Numbers shaped like those of the police (:data:`POLICE`)."""
    MISSING = "missing"
    """Records that are known to be missing."""
    UNREAD = "unread"
    """Records that can't be read."""


POLICE: Final = ("foreign_ending", "japanese_inside", "altered_ending")
"""A foreign number that ends in 0110; a Japanese one behind +1; a Japanese one that ends in 0110 and was withheld or
refused. Calls of police stations that nothing was against are in none of them."""


@dataclass(frozen=True, slots=True)
class AlarmSeen:
    """An alarm that a proxy wrote."""

    at: datetime
    pattern: str
    trunk: str
    subject: str
    calls: int
    different: int
    threshold: float


@dataclass(slots=True)
class Counted:
    """Counts by (day, tally, subject), and the alarms that stood among the records, by their place."""

    counts: Counter[tuple[date, Tally, str]] = field(default_factory=Counter)
    alarms: dict[int, AlarmSeen] = field(default_factory=dict)


def count(records: Iterable[bytes], *, day: date) -> Counted:
    """Count records. ``day`` is what one that can't be read counts for."""
    found = Counted()
    for place, raw in enumerate(records):
        try:
            record = orjson.loads(raw)
            at = _moment(record["at"])
            if "alarm" in record:
                found.alarms[place] = _alarm(record, at)
            else:
                _count_call(found.counts, record, at)
        except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, AttributeError):
            found.counts[day, Tally.UNREAD, ""] += 1
    return found


def _moment(value: Any) -> datetime:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < _LAST:
        raise ValueError("no moment")
    return _EPOCH + timedelta(microseconds=value)


def _word(value: Any) -> str:
    """A reason code as it is; anything else is ``other``, so that nothing written by a caller gets into a tally."""
    return value if isinstance(value, str) and _WORD.fullmatch(value) else OTHER


def _count_call(counts: Counter[tuple[date, Tally, str]], record: Mapping[str, Any], at: datetime) -> None:
    said: list[tuple[Tally, str]] = []
    outcome, reason = _word(record["outcome"]), _word(record.get("reason"))
    direction = record.get("direction")
    if direction is not None:
        said.append((Tally.CALLS, Direction(direction).value))
        if direction != Direction.EGRESS:
            said += _places(_origin(record, Direction(direction), at))
        said += _police(_origin(record, Direction(direction), at), outcome)
    else:
        said.append((Tally.CALLS, "emergency" if reason == "emergency_call" else "unknown"))
    said.append((Tally.OUTCOME, f"{outcome}/{reason}"))
    if record.get("failed_open") is not None:
        said.append((Tally.FAILED_OPEN, _word(record["failed_open"])))
    day = japan_date(at)
    for tally, subject in said:
        counts[day, tally, subject] += 1


def _origin(record: Mapping[str, Any], direction: Direction, at: datetime) -> Origin:
    shown = record.get("asserted") or record.get("presented")
    international = (record.get("isup") or {}).get("international")
    return origin_of(None if shown is None else str(shown), direction=direction, at=at, international=international)


def _places(origin: Origin) -> list[tuple[Tally, str]]:
    if origin.kind is OriginKind.FOREIGN:
        return [(Tally.COUNTRY, origin.code), (Tally.RANGE, origin.range)]
    if origin.kind is OriginKind.UNASSIGNED:
        return [(Tally.COUNTRY, UNASSIGNED), (Tally.UNASSIGNED, origin.code)]
    return [(Tally.COUNTRY, "81" if origin.kind is OriginKind.JAPAN else origin.kind.value)]


def _police(origin: Origin, outcome: str) -> list[tuple[Tally, str]]:
    if origin.japanese_inside:
        return [(Tally.POLICE, "japanese_inside")]
    if not origin.police_ending:
        return []
    if origin.foreign:
        return [(Tally.POLICE, "foreign_ending")]
    return [(Tally.POLICE, "altered_ending")] if outcome in _ALTERED else []


def _alarm(record: Mapping[str, Any], at: datetime) -> AlarmSeen:
    return AlarmSeen(
        at=at, pattern=_word(record["alarm"]), trunk=str(record["trunk"])[:64], subject=str(record["subject"])[:64],
        calls=int(record["calls"]), different=int(record["different"]), threshold=float(record["threshold"]),
    )  # fmt: skip
