"""The disclosure desk: pages of many open cases, a civil batch of a thousand identifiers, the retention study.

One module per part (``bench/disclosure_PART.py``), each with ``measure(*, repeats, seed)`` that returns inputs and
figures.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bench import disclosure_batch, disclosure_pages, disclosure_study

Part = Callable[..., dict[str, Any]]

PARTS: tuple[Part, ...] = (
    disclosure_study.measure,
    disclosure_pages.measure,
    disclosure_batch.measure,
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
