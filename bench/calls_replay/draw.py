"""From a scenario's ``draw`` to calls.

A field is written as

* ``POOL`` or ``POOL as FORM``: a number of the world's pool, written in a form (national digits where none is named);
* ``=TEXT``: that text; ``nobody``: the header is missing;
* ``same``: what stands in P-Asserted-Identity (``presented`` only, and what it is where left out);
* ``called as FORM``: the number that is called, as the caller's; ``unwanted``: one that the called line refuses itself;
* ``lines ASK`` (``called`` only): a subscriber who asked for that (:mod:`bench.calls_replay.lines`).

Lists of fields, and whatever is no number, stand as the call has them; ``signature`` may be a list to choose from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from random import Random
from typing import Any, Final, TypeVar

from bench.calls_replay.invented import FORMS
from bench.calls_replay.lines import Line
from bench.calls_replay.scenario import Scenario
from bench.calls_replay.world import World
from sekisho.calls.screening.call import Call, Direction, IsupHints, RoamingProof, Screening, Signature

Make = Callable[[datetime], Call]
_Called = tuple[str, Line | None]
T = TypeVar("T")
_Number = Callable[[_Called], str | None]

_FIELDS: Final = frozenset({
    "asserted", "presented", "called", "asserted_others", "diverted_by", "privacy", "isup", "roaming", "signature",
    "emergency_callback", "unreadable",
})  # fmt: skip
_DEFAULT_CALLED: Final = {
    Direction.EGRESS: "fixed",
    Direction.DOMESTIC: "lines nothing",
    Direction.ABROAD: "lines nothing",
}


class DrawWrong(ValueError):
    """A scenario draws something that isn't there."""

    def __init__(self, scenario: str, what: str) -> None:
        super().__init__(f"{scenario}: {what}")


class Pools:
    """The world's pools, written in each form once."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._written: dict[str, tuple[str, ...]] = {}

    def written(self, spec: str, scenario: str) -> tuple[str, ...]:
        """The texts of ``POOL as FORM``."""
        found = self._written.get(spec)
        if found is None:
            name, _, form = spec.partition(" as ")
            try:
                pool, write = self.world.pools[name], FORMS[form or "national"]
            except KeyError as missing:
                raise DrawWrong(scenario, f"nothing is called {missing}") from missing
            found = self._written[spec] = tuple(write(each) for each in pool)
        return found


def maker(scenario: Scenario, pools: Pools, rng: Random) -> Make:
    """What makes calls of ``scenario``, drawing from ``rng``. Raises :class:`DrawWrong`."""
    draw = scenario.draw
    if not set(draw) <= _FIELDS or "asserted" not in draw:
        raise DrawWrong(scenario.id, f"fields: {sorted(draw)}")
    called = _called(draw.get("called", _DEFAULT_CALLED[scenario.direction]), scenario, pools, rng)
    asserted = _number(draw["asserted"], scenario, pools, rng)
    presented = None if draw.get("presented", "same") == "same" else _number(draw["presented"], scenario, pools, rng)
    others = tuple(_number(each, scenario, pools, rng) for each in draw.get("asserted_others", ()))
    diverted = tuple(_number(each, scenario, pools, rng) for each in draw.get("diverted_by", ()))
    signature = _choice(draw.get("signature", "not_checked"), rng)
    trunk = _chosen(scenario.trunk, rng)
    privacy, unreadable = frozenset(draw.get("privacy", ())), frozenset(draw.get("unreadable", ()))
    roaming = RoamingProof(draw.get("roaming", "not_checked"))
    callback = bool(draw.get("emergency_callback", False))
    isup, direction = _isup(draw.get("isup", {})), scenario.direction

    def make(at: datetime) -> Call:
        to = called()
        who = asserted(to)
        return Call(
            at=at,
            trunk=trunk(),
            direction=direction,
            called=to[0],
            asserted=who,
            presented=who if presented is None else presented(to),
            asserted_others=_texts(others, to) if others else (),
            privacy=privacy,
            diverted_by=_texts(diverted, to) if diverted else (),
            isup=isup,
            roaming=roaming,
            signature=signature(),
            line=None if to[1] is None else to[1].id,
            emergency_callback=callback,
            unreadable=unreadable,
        )

    return make


def _texts(numbers: tuple[_Number, ...], called: _Called) -> tuple[str, ...]:
    return tuple(text for each in numbers if (text := each(called)) is not None)


def _number(spec: str, scenario: Scenario, pools: Pools, rng: Random) -> _Number:
    if spec == "nobody":
        return lambda _: None
    if spec.startswith("="):
        return lambda _: spec[1:]
    name, _, form = spec.partition(" as ")
    write = cache(FORMS[form or "national"])
    if name == "called":
        return lambda to: write(to[1].number if to[1] else to[0])
    if name == "unwanted":
        return lambda to: write(_unwanted(to, rng))
    pick = _chosen(pools.written(spec, scenario.id), rng)
    return lambda _: pick()


def _unwanted(called: _Called, rng: Random) -> str:
    assert called[1] is not None, "only a subscriber has numbers that it refuses"
    return rng.choice(called[1].unwanted)


def _called(spec: str, scenario: Scenario, pools: Pools, rng: Random) -> Callable[[], _Called]:
    if spec.startswith("="):
        return lambda: (spec[1:], None)
    name, _, form = spec.partition(" as ")
    if name.startswith("lines "):
        reached = pools.world.reached.get(name.removeprefix("lines "))
        if reached is None:
            raise DrawWrong(scenario.id, f"no lines are reached by {name!r}")
        write = FORMS[form or "national"]
        some: tuple[_Called, ...] = tuple((write(each.number), each) for each in reached)
    else:
        some = tuple((each, None) for each in pools.written(spec, scenario.id))
    return _chosen(some, rng)


def _chosen(some: tuple[T, ...], rng: Random) -> Callable[[], T]:
    """Draw evenly; what stands there alone is no draw."""
    random, count, only = rng.random, len(some), some[0]
    if count == 1:
        return lambda: only
    return lambda: some[int(random() * count)]


def _choice(names: str | list[str], rng: Random) -> Callable[[], Signature]:
    return _chosen(tuple(Signature(each) for each in ([names] if isinstance(names, str) else names)), rng)


def _isup(said: Mapping[str, Any]) -> IsupHints:
    screening = said.get("screening")
    return IsupHints(
        international=said.get("international"),
        screening=None if screening is None else Screening(screening),
        restricted=said.get("restricted"),
    )
