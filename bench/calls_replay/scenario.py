"""Scenarios, read strictly from the tables beside this module."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, unique
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal, cast

import yaml

from sekisho.calls.screening.call import Direction
from sekisho.calls.screening.decision import Outcome

HERE: Final = Path(__file__).parent
Half = Literal["a", "b"]


@unique
class Side(StrEnum):
    """Whether somebody honest calls."""

    BENIGN = "benign"
    ATTACK = "attack"


@unique
class Kind(StrEnum):
    """What is alike in scenarios; half of each kind is in either half."""

    EGRESS = "egress"
    DOMESTIC = "domestic"
    ABROAD = "abroad"
    PRIVACY = "privacy"
    ASKED = "asked"
    """The called line asked for something that concerns the call."""
    UNTIDY = "untidy"
    """Honest, with headers as real equipment writes them."""
    EMERGENCY_CALLBACK = "emergency_callback"
    EMERGENCY_OUT = "emergency_out"
    FORGED_EGRESS = "forged_egress"
    FORGED_ABROAD = "forged_abroad"
    IMPOSSIBLE = "impossible"
    """The number can't be anybody's."""
    MALFORMED = "malformed"
    LISTED = "listed"
    PATTERN = "pattern"


@unique
class JudgedBy(StrEnum):
    """What can tell an attack from honest calls."""

    CALL = "call"
    """The call itself, from the first."""
    PATTERN = "pattern"
    """Only many of them: the first ones pass."""
    NOTHING = "nothing"
    """Nothing an operator may look at: counted apart, so that nobody claims to stop them."""


_BENIGN: Final = frozenset(list(Kind)[: list(Kind).index(Kind.FORGED_EGRESS)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One way in which somebody calls.

    ``weight`` is its calls in each round of its side's two halves. ``draw`` says how fields are drawn
    (:mod:`bench.calls_replay.draw`). ``acceptable`` are the outcomes that harm nobody (benign) or stop it (attack),
    ``because`` of one reason; any other is wrong. ``statuses`` are the right SIP answers where it is refused; empty
    where any of them is.
    """

    id: str
    half: Half
    side: Side
    kind: Kind
    weight: int
    what: str
    source: str
    direction: Direction
    trunk: tuple[str, ...]
    draw: Mapping[str, Any]
    acceptable: frozenset[Outcome]
    because: str
    judged_by: JudgedBy
    statuses: frozenset[int]


class ScenarioWrong(ValueError):
    """A table of scenarios can't be read as meant."""

    def __init__(self, table: str, row: str, why: str) -> None:
        super().__init__(f"{table}, {row}: {why}")


_KEYS: Final = frozenset(
    {"id", "kind", "weight", "what", "source", "direction", "trunk", "draw", "acceptable", "because"}
)
_MORE: Final = frozenset({"judged_by", "statuses"})


@cache
def scenarios(side: Side, half: Half | None = None) -> tuple[Scenario, ...]:
    """The scenarios of a side, of one half or of both. Raises :class:`ScenarioWrong`."""
    halves: tuple[Half, ...] = ("a", "b") if half is None else (half,)
    return tuple(row for each in halves for row in _table(side, each))


def _table(side: Side, half: Half) -> tuple[Scenario, ...]:
    name = f"{side.value}_{half}.yaml"
    rows = yaml.safe_load((HERE / name).read_text(encoding="utf-8"))
    return tuple(_row(name, side, half, row) for row in rows)


def _row(name: str, side: Side, half: Half, row: Mapping[str, Any]) -> Scenario:
    keys = set(row)
    if not keys >= _KEYS or not keys <= _KEYS | _MORE:
        raise ScenarioWrong(name, str(row.get("id")), f"keys: {sorted(keys ^ _KEYS)}")
    trunk = row["trunk"]
    made = Scenario(
        id=row["id"],
        half=half,
        side=side,
        kind=Kind(row["kind"]),
        weight=row["weight"],
        what=row["what"],
        source=row["source"],
        direction=Direction(row["direction"]),
        trunk=tuple(cast("list[str]", [trunk] if isinstance(trunk, str) else trunk)),
        draw=row["draw"],
        acceptable=frozenset(Outcome(each) for each in row["acceptable"]),
        because=row["because"],
        judged_by=JudgedBy(row.get("judged_by", "call")),
        statuses=frozenset(row.get("statuses", ())),
    )
    if (made.kind in _BENIGN) is not (side is Side.BENIGN):
        raise ScenarioWrong(name, made.id, "kind of the other side")
    if made.weight < 1 or not made.acceptable:
        raise ScenarioWrong(name, made.id, "no weight, or nothing acceptable")
    return made
