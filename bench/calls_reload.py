"""Bundles of 600,000 listed numbers taken up by a real Kamailio while calls run: ``python -m bench.calls_reload``.

Printed are how long one process takes to check and map such a bundle, how many calls failed while one was published
every four seconds, and how soon calls were answered meanwhile. A process takes up a bundle after it has sent a call on;
calls that the kernel gives to it in that time wait for it.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from bench.calls_kamailio import CHILDREN, LISTED, MEMORY, RANGES, _listed, _pairs, _parts
from sekisho.calls.screening import bundle
from sekisho.clock import SystemClock
from tests.calls.connector.proxy import free_port, running
from tests.calls.connector.sipp import answering, came, start_calls

RELOADS: Final = 6
EVERY_SECONDS: Final = 4.0


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


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 500, seed=1), indent=1))
