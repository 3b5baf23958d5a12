"""The made-up operator: its trunks and their agreements, subscribers, lists, designated blocks, and who calls.

Plain data of this package's own; whoever replays turns it into the product's types. Numbers are national digits, or a
plus and digits for foreign ones. Everything follows from the seed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Final

from bench.calls_replay.callers import UNUSED_AREA, callers, foreign_callers
from bench.calls_replay.invented import AREAS
from bench.calls_replay.lines import Line, Listed, lines, listed
from bench.calls_replay.trunks import Trunk, trunks

DESIGNATIONS_AS_OF: Final = date(2026, 11, 1)
"""The day of the made-up table of designations; the calls come two weeks later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignatedBlock:
    """A row of the made-up table of designations: a number's beginning, who has it, its area code where fixed."""

    prefix: str
    holder: str
    area: str | None
    in_service: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The operator on the day of the calls.

    ``pools`` are numbers by who calls with them; ``heavy`` pools hold a number as often as it calls. ``reached`` are
    the subscribers that scenarios call, by what they asked for.
    """

    seed: int
    trunks: Mapping[str, Trunk]
    lines: Mapping[str, Line]
    reached: Mapping[str, tuple[Line, ...]]
    listed: tuple[Listed, ...]
    blocks: tuple[DesignatedBlock, ...]
    pools: Mapping[str, tuple[str, ...]]


_OUT_OF_TABLE: Final = frozenset({"undesignated", "after_table", "m2m", "too_long", "specific"})
"""Pools whose numbers no designated block covers, or that are no numbers."""
_OUT_OF_SERVICE: Final = "designated_unused"
_AREAS: Final = frozenset({*AREAS, UNUSED_AREA})


def world_of(seed: int) -> World:
    """The operator of a seed: the same for the same seed."""
    rng = Random(seed)  # noqa: S311 - a made-up world, no secret
    pools = callers(rng)
    subscribers, reached = lines(rng, pools)
    pools |= foreign_callers(rng)
    pools["own_line"] = tuple(each.number for each in subscribers)
    held = listed(rng, pools, subscribers)
    return World(
        seed=seed,
        trunks={each.id: each for each in trunks(pools, subscribers)},
        lines={each.id: each for each in subscribers},
        reached=reached,
        listed=held,
        blocks=_blocks(rng, pools, subscribers),
        pools=pools,
    )


def block_prefix(national: str) -> str:
    """The beginning under which the table would have a number: six digits, seven for services, FMC and 050."""
    return national[:7] if _seven(national) else national[:6]


def _seven(national: str) -> bool:
    return national[:4] in {"0120", "0570", "0800", "0600"} or national[:3] == "050"


def _blocks(
    rng: Random, pools: Mapping[str, tuple[str, ...]], subscribers: tuple[Line, ...]
) -> tuple[DesignatedBlock, ...]:
    """Blocks for every Japanese number that is anybody's; blocks given out and not used; none for the others."""
    unused = {block_prefix(each) for each in pools[_OUT_OF_SERVICE]}
    covered = {block_prefix(each.number) for each in subscribers}
    for name in sorted(pools):
        if name not in _OUT_OF_TABLE:
            covered |= {block_prefix(each) for each in pools[name] if each.startswith("0")}
    return tuple(
        DesignatedBlock(prefix=each, holder=_holder(rng), area=_area(each), in_service=each not in unused)
        for each in sorted(covered)
    )


def _holder(rng: Random) -> str:
    return f"架空通信{'甲乙丙丁戊'[rng.randrange(5)]}株式会社"


def _area(prefix: str) -> str | None:
    """What stands before the exchange's 1 in a made-up fixed block."""
    if prefix[2] == "0" or _seven(prefix):
        return None
    return next(prefix[:length] for length in (2, 3, 4) if prefix[:length] in _AREAS and prefix[length] == "1")
