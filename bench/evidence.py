"""How many pieces of identity evidence are verified a second, one core each; and a whole application over HTTP.

One module per kind of evidence (``bench/evidence_KIND.py``), each with ``measure(*, repeats, seed)`` that returns its
inputs and figures; a new kind is added to :data:`PARTS`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bench import evidence_jpki, evidence_passport, evidence_reauthentication, evidence_remote

Part = Callable[..., tuple[dict[str, Any], list[dict[str, Any]]]]

PARTS: tuple[Part, ...] = (
    evidence_jpki.measure,
    evidence_passport.measure,
    evidence_reauthentication.measure,
    evidence_remote.measure,
)


def run(*, repeats: int, seed: int) -> dict[str, Any]:
    """Measure every kind."""
    inputs: dict[str, Any] = {}
    figures: list[dict[str, Any]] = []
    for part in PARTS:
        about, found = part(repeats=repeats, seed=seed)
        inputs |= about
        figures += found
    return {"inputs": inputs, "figures": figures}
