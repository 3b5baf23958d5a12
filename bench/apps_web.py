"""The web collector on the offline town: how long an audit takes, what it finds of what is sent, what it makes up.

A part of ``scripts/bench apps``; by itself: ``python -m bench.apps_web``. Chromium's start, the fixed time that is
waited on every page and the town's own server, which runs in the same process, are inside the clock.
"""

from __future__ import annotations

import json
import time
from statistics import median
from typing import Any, Final

from bench.apps_town import town
from bench.apps_town.declared import operators, parties
from bench.apps_town.grade import Grade, grade, states_of
from sekisho.apps.collector import Collected, Plan, collect
from sekisho.apps.evidence import Consent

AUDITED: Final = "www.hayaokuri.example"
"""The operator that sends to the most: some before a choice, some after one, in every way the town knows."""
STATES: Final = (Consent.BEFORE, Consent.ACCEPTED, Consent.REJECTED)
PAGES: Final = ("top", "article", "form", "shop", "notice")


def measure(*, repeats: int, seed: int) -> dict[str, Any]:
    """Inputs and figures, as :mod:`bench.runner` takes them. ``seed`` chooses who is typed into forms."""
    seconds, grades = [], []
    with town.opened() as place:
        for number in range(repeats):
            began = time.perf_counter()
            seen = _visit(place, AUDITED, STATES, f"{seed}.{number}")
            seconds.append(time.perf_counter() - began)
            grades.append(grade(AUDITED, seen.requests, STATES, PAGES))
        for host, operator in operators().items():
            if host != AUDITED:
                seen = _visit(place, host, states_of(host), str(seed))
                kinds = [each for each in PAGES if each in operator.kinds()]
                # Where the notice is two clicks away, only the first state goes there.
                if operator.notice == "two_clicks":
                    kinds.remove("notice")
                grades.append(grade(host, seen.requests, states_of(host), kinds))
    middle = median(seconds)
    inside = "5 pages in 3 states each in a browser of its own, with forms filled, notice and banner measured"
    return {
        "inputs": {"operators": len(operators()), "third parties": len(parties()), "pages": len(PAGES),
                   "states": len(STATES)},
        "figures": [
            {"name": "audit_5x3_s", "value": middle, "spread": (max(seconds) - min(seconds)) / middle, "unit": "s",
             "better": "lower", "goal": 60, "inside": inside, "peers": []},
            {"name": "town_recall_percent", "value": _recall(grades), "spread": 0.0, "unit": "%", "better": "higher",
             "goal": 100, "inside": "recipients found with the right state and page, over all operators and visits",
             "peers": []},
            {"name": "town_invented", "value": sum(len(each.invented) for each in grades), "spread": 0.0,
             "unit": "recipients", "better": "lower", "goal": 0,
             "inside": "recipients reported in a state and on a page where nothing is sent to them", "peers": []},
        ],
    }  # fmt: skip


def _recall(grades: list[Grade]) -> float:
    expected = sum(len(each.expected) for each in grades)
    return 100.0 * (1 - sum(len(each.missed) for each in grades) / expected)


def _visit(place: town.Town, host: str, states: tuple[Consent, ...], seed: str) -> Collected:
    plan = Plan(
        address=operators()[host].address, states=states, max_pages=len(PAGES), honey_seed=seed,
        resolver_rules=place.rules, trusted_keys=(place.key,),
    )  # fmt: skip
    return collect(plan, resolver=place.resolver)


if __name__ == "__main__":
    print(json.dumps(measure(repeats=1, seed=1), indent=1, ensure_ascii=False))
