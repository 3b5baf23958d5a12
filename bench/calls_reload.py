"""Bundles of 600,000 listed numbers taken up by a real Kamailio while calls run: ``scripts/bench calls_reload``.

Told are how long one process takes to check and map such a bundle, how many calls failed while one was published
every four seconds, and how soon calls were answered meanwhile. A process takes up a bundle after it has sent a call on;
calls that the kernel gives to it in that time wait for it.
"""

from __future__ import annotations

import random
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any, Final

from bench.calls_kamailio import CHILDREN, LISTED, MEMORY, RANGES, _listed, _pairs, _parts
from bench.runner import BenchmarkError
from sekisho.calls.screening import bundle
from sekisho.clock import SystemClock
from tests.calls.connector.proxy import available, free_port, running
from tests.calls.connector.sipp import answering, came, start_calls

RELOADS: Final = 6
EVERY_SECONDS: Final = 4.0


RATES: Final = (500, 1_000)


def run(*, repeats: int, seed: int) -> dict[str, Any]:
    """Both rates, ``repeats`` times. Raises ``BenchmarkError`` without Kamailio or SIPp."""
    if not available():
        raise BenchmarkError("kamailio, its Python module and sipp are needed")
    found = {rate: [measure(rate, seed=seed + each) for each in range(repeats)] for rate in RATES}
    load = [median(one["load_ms"]) for each in found.values() for one in each]
    figures = [
        _figure("reload_load_ms", load, "ms", None, "one process checks every hash of a new bundle and maps it")
    ]
    for rate, runs in found.items():
        inside = f"{rate} calls/s while {RELOADS} bundles are published, one every {EVERY_SECONDS:.0f} s"
        for name, field in (("failed", "failed"), ("unjudged", "failed_open"), ("without_record", "without_record")):
            figures.append(_figure(f"reload_{name}_at_{rate}", [one[field] for one in runs], "calls", 0, inside))
        slow = [one["calls"] - sum(one["answered_within_ms"][at] for at in ("<1", "<2", "<5", "<10")) for one in runs]
        figures.append(_figure(f"reload_over_10ms_at_{rate}", slow, "calls", None, inside))
    inputs = {"listed numbers": LISTED, "listed ranges": RANGES, "kamailio children": CHILDREN, "bundles": RELOADS}
    return {"inputs": inputs, "figures": figures}


def _figure(name: str, values: list[float], unit: str, goal: int | None, inside: str) -> dict[str, Any]:
    middle = median(values)
    return {
        "name": name, "value": middle, "spread": (max(values) - min(values)) / middle if middle else 0.0,
        "unit": unit, "better": "lower", "goal": goal, "inside": inside,
    }  # fmt: skip


def measure(rate: int, *, seed: int) -> dict[str, Any]:
    """Calls at ``rate`` a second while bundles are published."""
    rng = random.Random(seed)  # noqa: S311  made-up numbers
    listed, lines = _listed(rng), [f"03987{number:05d}" for number in range(2_000)]
    parts = _parts(listed, lines)
    with tempfile.TemporaryDirectory() as name:
        directory, root = Path(name), Path(name) / "bundle"

        def prepare(_: Path) -> None:
            bundle.write(root, parts, made_at=SystemClock().now())

        trunks = [{"id": "neighbour", "direction": "domestic", "addresses": ["127.0.0.1"]}]
        with running(
            directory, children=CHILDREN, memory=MEMORY, published=False, settings={"trunks": trunks}, prepare=prepare
        ) as proxy:
            proxy.next_hop.socket.close()
            calls = int(rate * (RELOADS + 1) * EVERY_SECONDS)
            with answering(proxy.next_hop_port, directory):
                calling = start_calls(
                    proxy.port, directory, _pairs(rng, listed, lines), calls=calls, rate=rate, source=free_port()
                )
                for _ in range(RELOADS):
                    time.sleep(EVERY_SECONDS)
                    bundle.write(root, parts, made_at=SystemClock().now())
                found = came(calling, directory, timeout=120)
            reloads = sum(value for name, value in proxy.metrics().items() if name.startswith("reloads"))
            open_ = sum(value for name, value in proxy.metrics().items() if name.startswith("failed_open"))
            proxy.stop()
            kept = {one["call_id"] for one in proxy.records()}
        took = []
        for folder in sorted(one for one in root.iterdir() if one.is_dir()):
            begun = time.perf_counter()
            bundle.load(folder)
            took.append(round((time.perf_counter() - begun) * 1_000, 1))
    return {
        "listed": LISTED, "ranges": RANGES, "rate": rate, "children": CHILDREN, "calls": found.calls,
        "failed": found.failed, "failed_open": open_, "without_record": found.calls - len(kept),
        "reloads_by_processes": reloads, "load_ms": took, "answered_within_ms": found.within,
    }  # fmt: skip
