"""The town on loopback, once for all tests of a worker, and a plan that visits it quickly."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bench.apps_town import town
from sekisho.apps.collector import CHROMIUM, Limits, Plan, Timing

Planned = Callable[..., Plan]


@pytest.fixture(name="chromium_there", scope="session")
def _chromium_there() -> None:
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} isn't there: no site is visited (scripts/test installs chromium)")


@pytest.fixture(name="place", scope="session")
def _place(chromium_there: None) -> Iterator[town.Town]:
    with town.opened() as place:
        yield place


@pytest.fixture(name="planned", scope="session")
def _planned(place: town.Town) -> Planned:
    def planned(address: str, **more: Any) -> Plan:
        quick = Timing(settle_s=0.6, quiet_s=0.3, settle_most_s=1.5, load_s=3.0, answer_s=2.0, page_s=15.0)
        return Plan(
            **{"address": address, "timing": quick, "resolver_rules": place.rules, "trusted_keys": (place.key,),
               "limits": Limits(requests=400, received_bytes=32 * 2**20, frames=60), **more}
        )  # fmt: skip

    return planned
