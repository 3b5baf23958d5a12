"""Calls judged: how many a second one core decides, and what the rules make of honest and fraudulent calls.

A part of ``scripts/bench calls``; by itself: ``python -m bench.calls_screening``. The operator and the calls are those
of :mod:`bench.calls_replay`, the bundle is written and loaded as a proxy loads it: the rules as they are shipped,
600,000 listed numbers, 10,000 listed ranges, line settings, a table of designations.

Beside the tables stands the general engine with the same rules over the same features. No program was found that
judges calls by these rules; a rate of another with other rules would compare nothing.
"""

from __future__ import annotations

import gc
import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any, Final

from bench.calls_replay import product, replay
from bench.calls_replay.grade import Grade, grade
from bench.calls_replay.scenario import Side, scenarios
from bench.calls_replay.trunks import OVERSEAS_UNSET
from sekisho.calls.screening import bundle
from sekisho.calls.screening.agreements import JAPAN
from sekisho.calls.screening.bundle import Bundle
from sekisho.calls.screening.compile import shipped
from sekisho.calls.screening.decision import Decision, Outcome
from sekisho.calls.screening.scalar import Scalar
from sekisho.calls.screening.screen import Screen
from sekisho.calls.windows import Shape, SharedFile, Watch

NUMBERS: Final = 600_000
RANGES: Final = 10_000
SPEED_CALLS: Final = 200_000
ENGINE_CALLS: Final = 5_000
BENIGN_CALLS: Final = 1_000_000
ATTACK_CALLS: Final = 300_000
IPS_CALLS: Final = 2_000_000
"""Three in four of them show a number for the first time: 1.5 million, as in the case of 2025."""
_ALTERED: Final = frozenset({Outcome.ANONYMISE, Outcome.REJECT})


def measure(*, repeats: int, seed: int) -> dict[str, Any]:
    """Inputs and figures, as :mod:`bench.runner` takes them."""
    with tempfile.TemporaryDirectory() as folder:
        world = replay.world(seed)
        made = bundle.write(Path(folder), product.parts(world, numbers=NUMBERS, ranges=RANGES), made_at=replay.BEGIN)
        used = bundle.load(Path(folder, made))
        rates, engine = _speed(used, repeats=repeats, seed=seed)
        honest = _graded(used, Side.BENIGN, seed)
        forged = _graded(used, Side.ATTACK, seed)
        passed, distinct = _ips_pro(used, seed)
        alarm = _alarm(Path(folder), seed)
    peer = {"name": "the same rules by the general engine, features given", "value": engine}
    shape = (
        "one core: from a call as the headers give it to outcome, rule, reason and legal basis, with classification "
    )
    shape += "of every number, agreements, 600,000 listed numbers, 10,000 ranges, line settings; time on the core"
    middle = median(rates)
    return {
        "inputs": {
            "listed numbers": NUMBERS, "listed ranges": RANGES, "honest calls": honest.benign,
            "emergency call-backs among them": honest.emergency_callbacks,
            "outgoing emergency calls among them": honest.emergency_out,
            "forged calls of all shapes": forged.attacks, "calls of the IPS Pro shape": IPS_CALLS,
            "different numbers of that shape": distinct,
        },
        "figures": [
            {
                "name": "decide_per_s", "value": middle, "spread": (max(rates) - min(rates)) / middle, "unit": "/s",
                "better": "higher", "goal": 100_000, "inside": shape, "peers": [peer],
            },
            _count("attack_passed_with_contract", passed, 0, "calls", "calls of the IPS Pro shape, on a trunk with an "
                   "agreement, that rang with the number they showed"),
            _count("attack_alarm_after_calls", alarm, 100, "calls", "calls of that shape, on a trunk nobody entered an "
                   "agreement for, until the first alarm"),
            _count("attack_passed", forged.attack_passed, None, "calls", "forged calls of all shapes that the call "
                   "itself gives away, passed; calls that only many give away aren't in it"),
            _count("benign_wrong_percent", honest.wrong_percent, 0.25, "%", "honest calls labelled, withheld, announced"
                   " or refused without a ground, or whose line didn't get what it asked for"),
            _count("emergency_wrong", honest.emergency_wrong, 0, "calls", "call-backs of authorities altered"),
            _count("emergency_out_harmed", honest.emergency_out_harmed, 0, "calls", "calls to 110, 118, 119 altered"),
        ],
    }  # fmt: skip


def _count(name: str, value: float, goal: float | None, unit: str, inside: str) -> dict[str, Any]:
    return {
        "name": name, "value": value, "spread": 0.0, "unit": unit, "better": "lower", "goal": goal, "inside": inside,
        "peers": [],
    }  # fmt: skip


def _speed(used: Bundle, *, repeats: int, seed: int) -> tuple[list[float], float]:
    """Decisions a second over honest and forged calls, ten to one; the engine's rate over the same features."""
    calls = [call for _, call in replay.benign(SPEED_CALLS * 10 // 11, seed)]
    calls += [call for _, call in replay.attack(SPEED_CALLS - len(calls), seed)]
    rates = []
    screen = Screen(used)
    for _ in range(repeats):
        screen = Screen(used)
        decide = screen.decide
        gc.collect()
        began = time.process_time()
        for call in calls:
            decide(call)
        rates.append(len(calls) / (time.process_time() - began))
        # A fault would let calls pass quickly: a rate with any in it is none.
        assert not screen.counts.failed_open, dict(screen.counts.failed_open)
    engine = Scalar(shipped(), on=replay.BEGIN.astimezone(JAPAN).date())
    vectors = [screen.explain(call)[0] for call in calls[:ENGINE_CALLS]]
    began = time.process_time()
    for vector in vectors:
        engine.first(vector)
    return rates, ENGINE_CALLS / (time.process_time() - began)


def _graded(used: Bundle, side: Side, seed: int) -> Grade:
    screen = Screen(used)
    calls = replay.benign(BENIGN_CALLS, seed) if side is Side.BENIGN else replay.attack(ATTACK_CALLS, seed)

    def decided() -> Iterator[tuple[str, Decision]]:
        for name, call in calls:
            yield name, screen.decide(call)

    found = grade(decided(), scenarios(side))
    assert found.failed_open == 0
    return found


def _ips_pro(used: Bundle, seed: int) -> tuple[int, int]:
    """Calls that rang with their forged number, and how many different numbers were shown."""
    screen, passed, shown = Screen(used), 0, set()
    for _, call in replay.ips_pro(IPS_CALLS, seed, with_contract=True):
        passed += screen.decide(call).outcome not in _ALTERED
        shown.add(call.asserted)
    national = {f"0{each[3:]}" if each and each[0] == "+" else each for each in shown}
    return passed, len(national)


def _alarm(folder: Path, seed: int) -> int:
    """How many calls of a trunk without an agreement came before the alarm, that one included."""
    watch = Watch(SharedFile(folder / "windows", Shape()))
    for nth, (_, call) in enumerate(replay.ips_pro(10_000, seed, with_contract=False), 1):
        assert call.trunk == OVERSEAS_UNSET
        if watch.own_numbers(call.trunk, call.asserted or "", agreed=None) is not None:
            return nth
    raise AssertionError("no alarm in ten thousand calls")


if __name__ == "__main__":
    print(json.dumps(measure(repeats=3, seed=1), indent=1, ensure_ascii=False))
