"""Called subscribers with what they asked for, and the lists of the operator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum, unique
from random import Random

from bench.calls_replay.invented import MOBILE_LENGTH, fixed, within

FREED_ON = date(2026, 11, 10)
"""The last day of list entries that were given up after an appeal."""


@unique
class Ask(StrEnum):
    """What a called line asked for: an outcome, and of which calls."""

    NOTHING = "nothing"
    LABEL_FOREIGN = "label_foreign"
    REJECT_FOREIGN = "reject_foreign"
    ANNOUNCE_ANONYMOUS = "announce_anonymous"
    REJECT_ANONYMOUS = "reject_anonymous"
    LABEL_LISTED = "label_listed"
    REJECT_LISTED = "reject_listed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A called subscriber: ``asks``, with the consent it gave for it, and the numbers it refuses itself."""

    id: str
    number: str
    asks: Ask
    consent: str | None
    unwanted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An entry of the operator's or an imported list: numbers from ``first`` to ``last``, until the end of a day."""

    first: str
    last: str
    list: str
    reason: str
    source: str
    until: date | None = None


_COUNTS: Mapping[Ask, int] = {
    Ask.NOTHING: 12_000,
    Ask.LABEL_FOREIGN: 600,
    Ask.REJECT_FOREIGN: 600,
    Ask.ANNOUNCE_ANONYMOUS: 400,
    Ask.REJECT_ANONYMOUS: 400,
    Ask.LABEL_LISTED: 800,
    Ask.REJECT_LISTED: 800,
}
WITH_OWN_LIST = "own_list"
"""Under this name in ``reached``: lines that ask for nothing but refuse some numbers themselves."""
EVERYBODY = "anybody"


def lines(rng: Random, pools: Mapping[str, tuple[str, ...]]) -> tuple[tuple[Line, ...], dict[str, tuple[Line, ...]]]:
    """Every subscriber, and the same by what they asked for."""
    made: list[Line] = []
    reached: dict[str, tuple[Line, ...]] = {}
    seen: set[str] = set()
    block = "0901" + f"{rng.randrange(100):02d}"
    for asks, count in _COUNTS.items():
        some: list[Line] = []
        while len(some) < count:
            number = fixed(rng) if rng.random() < 0.6 else within(rng, block, MOBILE_LENGTH)
            if number not in seen:
                seen.add(number)
                some.append(_line(len(made) + len(some), number, asks))
        made += some
        reached[asks.value] = tuple(some)
    owning = tuple(
        Line(
            id=f"line-own-{each:04d}",
            number=fixed(rng, "078"),
            asks=Ask.NOTHING,
            consent=f"consent-own-{each:04d}",
            unwanted=(rng.choice(pools["mobile"]), rng.choice(pools["fixed"])),
        )
        for each in range(300)
    )
    reached[WITH_OWN_LIST] = owning
    reached[EVERYBODY] = (*made, *owning)
    return (*made, *owning), reached


def _line(place: int, number: str, asks: Ask) -> Line:
    consent = None if asks is Ask.NOTHING else f"consent-{place:05d}"
    return Line(id=f"line-{place:05d}", number=number, asks=asks, consent=consent)


def listed(rng: Random, pools: Mapping[str, tuple[str, ...]], subscribers: tuple[Line, ...]) -> tuple[Listed, ...]:
    """Numbers and one range that are listed, and numbers whose entry has ended."""
    source = "架空の警察からの提供"
    ours = {each.number for each in subscribers}
    made = [
        Listed(first=each, last=each, list="imported", reason="fraud_reported", source=source)
        for name in ("foreign_listed", "japanese_listed")
        for each in pools[name]
        if each not in ours
    ]
    made += [
        Listed(first=each, last=each, list="operator", reason="complaints", source="社内の申告", until=FREED_ON)
        for each in pools["foreign_freed"]
    ]
    made.append(Listed(first="+60189000000", last="+60189999999", list="operator", reason="range", source="社内"))
    rng.shuffle(made)
    return tuple(made)
