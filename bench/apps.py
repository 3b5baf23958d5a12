"""The user-information desk: files read, recordings searched, a town of sites visited, a notice written.

One module per part (``bench/apps_PART.py``), each with ``measure(*, repeats, seed)`` that returns inputs and figures.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bench import apps_apk, apps_har, apps_notice, apps_policy, apps_recipients, apps_web

Part = Callable[..., dict[str, Any]]

PARTS: tuple[Part, ...] = (
    apps_apk.measure,
    apps_har.measure,
    apps_web.measure,
    apps_notice.measure,
    apps_policy.measure,
    apps_recipients.measure,
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
