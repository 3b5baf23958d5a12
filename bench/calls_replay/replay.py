"""Streams of calls with the scenario that each came from.

Each side is dealt from a deck that holds a scenario as often as its weight and is shuffled for each round: so shares
are exact, and every scenario comes in every round. The same seed gives the same calls; the first ones don't depend on
how many are asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from random import Random
from typing import Final

from bench.calls_replay.draw import Make, Pools, maker
from bench.calls_replay.invented import FORMS, forged_at
from bench.calls_replay.scenario import Half, Scenario, Side, scenarios
from bench.calls_replay.trunks import OVERSEAS, OVERSEAS_UNSET
from bench.calls_replay.world import World, world_of
from sekisho.calls.screening.call import Call, Direction

BEGIN: Final = datetime(2026, 11, 15, 15, tzinfo=UTC)
"""Midnight in Japan, 16 November 2026: 060 numbers are in use."""
BENIGN_STEP: Final = timedelta(milliseconds=86)
"""Between calls: a million a day."""
ATTACK_STEP: Final = timedelta(milliseconds=250)
IPS_STEP: Final = timedelta(milliseconds=60)
"""500 calls at a time of half a minute each."""
IPS_PRO: Final = "ips-pro"
"""The scenario id of the calls of :func:`ips_pro`; none of the tables has it."""

_ENDS_0110: Final = 0.07
_NEW: Final = 0.8
"""Of the other calls, those that show a number for the first time: of all, about three in four, as in 2025."""


@lru_cache(maxsize=2)
def world(seed: int) -> World:
    """The world that a seed's replays take place in."""
    return world_of(seed)


def benign(count: int, seed: int, half: Half | None = None) -> Iterator[tuple[str, Call]]:
    """``count`` honest calls of one half of the scenarios, or of both."""
    return _dealt(count, seed, scenarios(Side.BENIGN, half), BENIGN_STEP)


def attack(count: int, seed: int, half: Half | None = None) -> Iterator[tuple[str, Call]]:
    """``count`` calls of fraudsters, likewise."""
    return _dealt(count, seed, scenarios(Side.ATTACK, half), ATTACK_STEP)


def deck_size(side: Side, half: Half | None = None) -> int:
    """How many calls one round of the deck has."""
    return sum(row.weight for row in scenarios(side, half))


def _dealt(count: int, seed: int, rows: tuple[Scenario, ...], step: timedelta) -> Iterator[tuple[str, Call]]:
    rng = Random(seed)  # noqa: S311 - made-up calls
    pools = Pools(world(seed))
    deck: list[tuple[str, Make]] = []
    for row in rows:
        deck += [(row.id, maker(row, pools, rng))] * row.weight
    at, left = BEGIN, count
    while left > 0:
        rng.shuffle(deck)
        for name, make in deck[:left]:
            yield name, make(at)
            at += step
        left -= len(deck)


def ips_pro(count: int, seed: int, *, with_contract: bool) -> Iterator[tuple[str, Call]]:
    """The case of 2025: one 050 line sold abroad, 500 calls at a time, forged numbers, 7 % of them ending in 0110.

    About three calls in four show a number not shown before: 2,000,000 calls have 1,500,000 of them. With a contract
    the trunk's agreement names its one number; without, it is known to show its own number only, and nobody entered
    which, nor what becomes of others.
    """
    rng = Random(seed)  # noqa: S311 - made-up calls
    trunk = OVERSEAS if with_contract else OVERSEAS_UNSET
    pools = world(seed).pools
    police, called = pools["police"], pools["fixed"] + pools["mobile"]
    random, used, at, write = rng.random, 0, BEGIN, FORMS["e164"]
    for _ in range(count):
        if random() < _ENDS_0110:
            shown = police[int(random() * len(police))]
        else:
            new = used == 0 or random() < _NEW
            shown = forged_at(used if new else int(random() * used))
            used += new
        text = write(shown) if random() < 0.5 else shown
        yield (
            IPS_PRO,
            Call(
                at=at,
                trunk=trunk,
                direction=Direction.EGRESS,
                called=called[int(random() * len(called))],
                asserted=text,
                presented=text,
            ),
        )
        at += IPS_STEP
