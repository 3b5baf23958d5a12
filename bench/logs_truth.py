"""How often an answer names the wrong one, and how often it says less than the logs settle: the adversarial corpus.

Three figures over at least a million questions about every world of :mod:`bench.log_corpus`, each taken in by a real
log store (readers, intervals, encrypted segments, seals, late records) and asked through lookups' own chain. What is
asked and what the logs settle comes from the truth, by :mod:`bench.log_corpus.oracle`, which knows nothing of rows.

The third counts answers that nobody had it, where somebody had. It has no goal: where a device logs no stops and
numbers no records, one that is lost leaves no trace, and whoever it told of is nobody to every reader of the logs. What
stands in the inputs is how many were such, in which worlds; one of whom some record did arrive would be a fault.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any, Final

from bench.log_corpus.parameters import WORLDS, Parameters
from bench.log_corpus.play import Score, play

QUESTIONS: Final = 1_000_000
"""Over all worlds, as many about each."""
PROCESSES: Final = 2


def measure(
    *, repeats: int, seed: int, questions: int = QUESTIONS, worlds: Sequence[Parameters] = WORLDS
) -> dict[str, Any]:
    """``inputs`` and ``figures`` as :mod:`bench.runner` documents them.

    Played once whatever ``repeats`` says: with the same seed everything comes out the same.
    """
    del repeats
    # Communications whose true subscriber was offline are left out of the chain: a few more are asked than needed.
    each = -(-questions * 101 // (len(worlds) * 100))
    with ProcessPoolExecutor(PROCESSES) as pool:
        scores = list(pool.map(_played, [(world, seed + number, each) for number, world in enumerate(worlds)]))
    settled = sum(one.settled for one in scores)
    missed = sum(one.missed for one in scores)
    inside = (
        "each world taken in by a real store, sealed, added to, and asked by lookups' own chain; one million questions"
    )
    return {
        "inputs": {
            "worlds": len(scores),
            "questions": sum(one.asked for one in scores),
            "settled by the logs": settled,
            "answered unique": sum(one.unique for one in scores),
            "answered nobody, no record of whose arrived": sum(one.unheard_none for one in scores),
            "answered nobody, some record of whose arrived": sum(one.wrong_none - one.unheard_none for one in scores),
            "worlds with nobody for somebody": _nobody(scores),
            "worlds with a wrong unique answer": ", ".join(one.name for one in scores if one.wrong_unique) or "none",
            "world with the most missed": _worst(scores),
        },
        "figures": [
            _figure("wrong_unique", float(sum(one.wrong_unique for one in scores)), "answers", 0, inside),
            _figure("unique_missed_percent", 100 * missed / settled if settled else 0.0, "%", 0.1, inside),
            _figure("none_though_somebody", float(sum(one.wrong_none for one in scores)), "answers", None, inside),
        ],
    }


def run(*, repeats: int, seed: int) -> dict[str, Any]:
    """The figures by themselves."""
    return measure(repeats=repeats, seed=seed)


def _played(given: tuple[Parameters, int, int]) -> Score:
    world, seed, ask = given
    return play(world, seed=seed, ask=ask)


def _worst(scores: Sequence[Score]) -> str:
    worst = max(scores, key=lambda one: one.missed / max(one.settled, 1))
    return f"{worst.name}: {worst.missed} of {worst.settled}"


def _nobody(scores: Sequence[Score]) -> str:
    return ", ".join(f"{one.name}: {one.wrong_none}" for one in scores if one.wrong_none) or "none"


def _figure(name: str, value: float, unit: str, goal: float | None, inside: str) -> dict[str, Any]:
    return {
        "name": name,
        "value": round(value, 5),
        "spread": 0.0,
        "unit": unit,
        "better": "lower",
        "goal": goal,
        "inside": inside,
        "peers": [],
    }
