"""The law: decisions and counterfactuals a second, a million applications simulated, and decisions over HTTP."""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from bench import law_http, law_simulation, law_small
from bench.law_cases import any_cases, usual_cases
from bench.runner import DATA, Peer
from sekisho.clock import SystemClock, japan_date
from sekisho.contracts.application import read_application
from sekisho.contracts.evidence_items import Origin
from sekisho.contracts.law import contract_engine
from sekisho.engine.columns import PastCase
from sekisho.engine.conclude import Confirmation, Outcome, judge
from sekisho.engine.counterfactual import ACCEPTED, CounterfactualFinder, Question
from sekisho.engine.rules import Selection

USUAL, ANY = 8_000, 8_000
"""Cases decided: those an operator might have, and those drawn from the whole domain; the examples beside them."""
EXAMPLES_TIMES = 50
SIMULATED = 1_000_000
COMPARED = 100_000
RATE = 200
HTTP_SECONDS = 20.0
MEMORY_GOAL_MIB = 2048

SELECTION = Selection()
SHOWN = Confirmation(required=False, confirmed={})

T = TypeVar("T")


def run(*, repeats: int, seed: int) -> dict[str, Any]:
    """Measure everything; some five minutes."""
    engine = contract_engine()
    cases = _cases(seed)
    outcomes = [_judged(each) for each in cases]
    decisions = [_rate(_judged, cases) for _ in range(repeats)]
    ways = _counterfactuals(cases, outcomes, repeats)
    small = law_small.measure(repeats)
    simulated = law_simulation.measure(SIMULATED, seed, repeats=repeats)
    differing = law_simulation.disagreements(COMPARED, seed)
    http = _http(repeats, seed)
    trace = statistics.mean(len(outcome.trace) for outcome in outcomes)
    return {
        "inputs": {
            "rules": len(engine.rulebook.rules),
            "atoms": engine.index.atoms(),
            "cases": len(cases),
            "rules met per case": round(statistics.mean(len(outcome.plan.programs) for outcome in outcomes), 1),
            "trace entries per case": round(trace, 1),
            "not accepted": sum(outcome.would_be not in ACCEPTED for outcome in outcomes),
            "simulated": SIMULATED,
            "compared": COMPARED,
            "requests a second": RATE,
            "requests per repeat": int(RATE * HTTP_SECONDS),
            "server's share of a core": round(statistics.median(one.server_cpu_share for one in http), 2),
        },
        "figures": [
            _figure("decisions_per_s", decisions, "/s", "higher", 20_000,
                    "one case judged on one core in one thread: every rule that meets it, complete trace, verdict; the "
                    "law's plans made before, nothing kept of any case; reading JSON not included"),
            _figure("counterfactuals_per_s", ways, "/s", "higher", 3_000,
                    "the best ways to acceptance of one judged case that isn't accepted, each judged again; on one "
                    "core, what new evidence would look like worked out before, as in a running service"),
            _figure("small_decision_per_s", small["per_s"], "/s", "higher", None,
                    "twenty rules of product, method and interval, one question at a time; ours and zen traced as "
                    "named, the others give the answer alone", small["peers"]),
            _figure("small_1m_at_once_s", small["at_once_s"], "s", "lower", None,
                    "the same twenty rules, a million cases of one day from arrays to answers; ours three-valued with "
                    "every rule's result", small["at_once_peers"]),
            _figure("simulate_1m_s", simulated.seconds, "s", "lower", 5,
                    "a million cases under two days' law, one thread: opening the memory-mapped file and checking it, "
                    "compiling the rulebook, judging, the report with breakdowns and examples"),
            _figure("simulate_1m_peak_mib", [simulated.peak_mib], "MiB", "lower", MEMORY_GOAL_MIB,
                    "largest resident memory of the process that simulates, Python and the mapped file included"),
            _figure("simulate_disagreements", [differing], "cases", "lower", 0,
                    "random cases in which the scalar and the vectorised verdict differ; not timed"),
            *(
                _figure(f"http_{name}_ms", [one.percentile(percent) for one in http], "ms", "lower", goal,
                        "from when a request was due at a constant rate until its answer was read, over loopback: "
                        "token, JSON, decision, row and ledger leaf durable")
                for name, percent, goal in (("p50", 50, None), ("p90", 90, None), ("p99", 99, 15), ("max", 100, None))
            ),
        ],
    }  # fmt: skip


def _cases(seed: int) -> list[PastCase]:
    """The examples as of their own decision, many times, and made-up cases of both mixes."""
    examples = []
    for path in sorted(law_http.EXAMPLES.glob("*.json")):
        written = json.loads(path.read_text(encoding="utf-8"))
        application = read_application(written, now=SystemClock().now(), origin=Origin.ATTESTED)
        day = japan_date(application.decided_at)
        examples.append(PastCase(application.reference, day, day, None, application.case(until=day)))
    usual = usual_cases(USUAL, seed).past_cases(0, USUAL)
    anything = any_cases(ANY, seed + 1).past_cases(0, ANY)
    return [*examples * EXAMPLES_TIMES, *usual, *anything]


def _judged(past: PastCase) -> Outcome:
    return judge(
        contract_engine(),
        past.case,
        as_of=past.as_of,
        as_known_at=past.as_known_at,
        selection=SELECTION,
        confirmation=SHOWN,
    )


def _rate(work: Callable[[T], object], on: Sequence[T]) -> float:
    start = time.perf_counter()
    for each in on:
        work(each)
    return len(on) / (time.perf_counter() - start)


def _counterfactuals(cases: Sequence[PastCase], outcomes: Sequence[Outcome], repeats: int) -> list[float]:
    finder = CounterfactualFinder(contract_engine())
    asked = [
        (outcome, Question(past.as_of, past.as_known_at, SELECTION))
        for past, outcome in zip(cases, outcomes, strict=True)
        if outcome.would_be not in ACCEPTED
    ]

    def ways(each: tuple[Outcome, Question]) -> object:
        return finder.ways(*each)

    _rate(ways, asked)
    return [_rate(ways, asked) for _ in range(repeats)]


def _http(repeats: int, seed: int) -> list[law_http.Latencies]:
    DATA.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=DATA, prefix="http-") as name, law_http.serving(Path(name)) as server:
        return [
            law_http.measure(server, Path(name), rate=RATE, seconds=HTTP_SECONDS, seed=seed + number)
            for number in range(repeats)
        ]


def _figure(
    name: str,
    values: Sequence[float],
    unit: str,
    better: str,
    goal: float | None,
    inside: str,
    peers: Sequence[Peer] = (),
) -> dict[str, Any]:
    median = statistics.median(values)
    return {
        "name": name,
        "value": round(median, 3),
        "spread": round((max(values) - min(values)) / median, 4) if median else 0.0,
        "unit": unit,
        "better": better,
        "goal": goal,
        "inside": inside,
        "peers": [{"name": peer.name, "value": round(peer.value, 3)} for peer in peers],
    }
