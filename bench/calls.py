"""The desk for calls: numbers told apart, calls judged, signed numbers checked, a real proxy screened.

One module per part (``bench/calls_PART.py``), each with ``measure(*, repeats, seed)`` that returns inputs and figures.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bench import calls_kamailio, calls_numbers, calls_screening, calls_stir

Part = Callable[..., dict[str, Any]]

PARTS: tuple[Part, ...] = (
    calls_numbers.measure,
    calls_screening.measure,
    calls_stir.measure,
    calls_kamailio.measure,
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
