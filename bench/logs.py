"""The log store: taking in, size, answers, purges, and how often an answer names the wrong one.

One module per part (``bench/logs_PART.py``), each with ``measure(*, repeats, seed)`` that returns inputs and figures.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bench import logs_ingest, logs_lookup, logs_purge, logs_tcp, logs_truth

Part = Callable[..., dict[str, Any]]

PARTS: tuple[Part, ...] = (
    logs_ingest.measure,
    logs_tcp.measure,
    logs_purge.measure,
    logs_truth.measure,
    logs_lookup.measure,
)


def run(*, repeats: int, seed: int) -> dict[str, Any]:
    """Measure every part."""
    inputs: dict[str, Any] = {}
    figures: list[dict[str, Any]] = []
    for part in PARTS:
        found = part(repeats=repeats, seed=seed)
        inputs |= found["inputs"]
        figures += found["figures"]
    return {"inputs": inputs, "figures": figures}
