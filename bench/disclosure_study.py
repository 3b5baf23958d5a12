"""The retention study: how long 400,000 draws of nine scenarios take, beside two plain ways to write the same.

The peers are written as one would in an afternoon: one case at a time with the standard library, and each scenario
drawn anew with NumPy. Both only count shares; their shares must agree with ours, or nothing is measured.
"""

from __future__ import annotations

import math
import random
import statistics
import time
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from bench.runner import BenchmarkError
from sekisho.disclosure.study.answer import document, make
from sekisho.disclosure.study.chart import lost_chart
from sekisho.disclosure.study.routes import DEFAULT_DELAYS, RETENTION, ROUTES, Route
from sekisho.disclosure.study.simulate import DRAWS, Draws, Study, cells
from sekisho.disclosure.study.stages import STAGES
from sekisho.disclosure.study.times import P90

GOAL_SECONDS: Final = 2
AGREEMENT: Final = 0.005
"""How far a peer's share may lie from ours: six standard errors and more."""

Shares = list[list[float]]


def measure(*, repeats: int, seed: int) -> dict[str, Any]:
    """Inputs and figures, as :mod:`bench.runner` takes them."""
    study = Study(seed=seed)
    cells(Draws(study.checked()))  # the first use of NumPy loads parts of it
    alone = [_seconds(lambda: cells(Draws(study.checked()))) for _ in range(repeats)]
    whole = [_seconds(lambda: _whole(study)) for _ in range(repeats)]
    ours = [[one.share for one in cell.lost] for cell in cells(Draws(study.checked()))]
    peers = []
    for name, peer, times in (
        ("Python, one case at a time", _plainly, 1),
        ("NumPy, each scenario anew", _anew, repeats),
    ):
        found: list[Shares] = []
        taken = [_seconds(lambda peer=peer, found=found: found.append(peer(seed))) for _ in range(times)]  # type: ignore[misc]  # a default binds the loop's value
        _require_same(name, ours, found[0])
        peers.append({"name": f"{name}, shares only", "value": round(statistics.median(taken), 4)})
    what = f"{DRAWS:,} draws for each of 9 scenarios, {len(RETENTION)} periods"
    return {
        "inputs": {"study draws": DRAWS, "study scenarios": len(ours), "study periods": len(RETENTION)},
        "figures": [
            _figure(
                "retention_study_s", alone, GOAL_SECONDS, f"{what}: shares, standard errors, medians; one core", peers
            ),
            _figure(
                "retention_study_whole_s",
                whole,
                GOAL_SECONDS,
                f"{what}: with what each of five changes buys, drivers, document and chart",
                [],
            ),
        ],
    }


def _whole(study: Study) -> None:
    found = make(study)
    document(found)
    lost_chart(found, "ja")


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _figure(name: str, values: list[float], goal: float, inside: str, peers: list[dict[str, Any]]) -> dict[str, Any]:
    middle = statistics.median(values)
    return {
        "name": name,
        "value": round(middle, 4),
        "spread": round((max(values) - min(values)) / middle, 4),
        "unit": "s",
        "better": "lower",
        "goal": goal,
        "inside": inside,
        "peers": peers,
    }


def _require_same(name: str, ours: Shares, theirs: Shares) -> None:
    apart = max(abs(a - b) for mine, other in zip(ours, theirs, strict=True) for a, b in zip(mine, other, strict=True))
    if apart > AGREEMENT:
        raise BenchmarkError(f"{name} disagrees by {apart:.4f}")


def _plainly(seed: int) -> Shares:
    rng = random.Random(seed)  # noqa: S311  simulated cases, nothing secret
    found = []
    for delay in DEFAULT_DELAYS:
        mu, sigma = math.log(delay.median), math.log(delay.p90 / delay.median) / P90
        for route in Route:
            stages = [STAGES[stage].default for stage in ROUTES[route].stages]
            lost = [0] * len(RETENTION)
            for _ in range(DRAWS):
                days = rng.lognormvariate(mu, sigma)
                for one in stages:
                    days += rng.triangular(one.low, one.high, one.typical)
                for at, kept in enumerate(RETENTION):
                    lost[at] += days > kept
            found.append([one / DRAWS for one in lost])
    return found


def _anew(seed: int) -> Shares:
    rng = np.random.default_rng(seed)
    found = []
    for delay in DEFAULT_DELAYS:
        for route in Route:
            days = rng.lognormal(math.log(delay.median), math.log(delay.p90 / delay.median) / P90, DRAWS)
            for stage in ROUTES[route].stages:
                one = STAGES[stage].default
                fixed = one.low == one.high
                days += one.low if fixed else rng.triangular(one.low, one.typical, one.high, DRAWS)
            found.append([float((days > kept).mean()) for kept in RETENTION])
    return found
