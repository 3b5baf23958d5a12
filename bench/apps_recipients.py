"""How many of the Japanese market's vendors the knowledge base knows, and third-party-web alone beside it."""

from __future__ import annotations

import time
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from sekisho.apps.recipients import Confidence, Found, Matcher, Recipient, shipped
from sekisho.apps.recipients.collected import third_party_web

_VENDORS = Path(__file__).with_name("apps_vendors.yaml")
_LOOKUPS = 1_000_000


def vendors() -> tuple[str, ...]:
    """The names, from a list written before any row was matched with it."""
    lists = yaml.safe_load(_VENDORS.read_text(encoding="utf-8"))
    return tuple(name for names in lists.values() for name in names)


def missed(matcher: Matcher) -> tuple[str, ...]:
    """The vendors whose name finds no row that has a mark: a row of names alone would find nothing in an app."""
    return tuple(name for name in vendors() if not any(found.recipient.marks() for found in matcher.company(name)))


def coverage() -> dict[str, float]:
    """``jp_vendor_coverage_percent`` of ours, and of third-party-web by the same names or one of our rows' hosts.

    The names count for third-party-web also where only a host of our row is in it: its names are English.
    """
    known = shipped()
    text = (resources.files("sekisho.apps.recipients") / "data" / "third_party_web.json").read_bytes()
    ours, theirs = Matcher(known.rows), Matcher(third_party_web(text).rows)
    all_vendors = vendors()
    by_them = 0
    for name in all_vendors:
        hosts = [host.removeprefix("*.") for each in ours.company(name) for host in each.recipient.hosts]
        by_them += bool(theirs.company(name)) or any(isinstance(theirs.host(host), Found) for host in hosts)
    return {
        "jp_vendors_named": float(len(all_vendors)),
        "jp_vendor_coverage_percent": 100 * (1 - len(missed(ours)) / len(all_vendors)),
        "jp_vendor_coverage_third_party_web_percent": 100 * by_them / len(all_vendors),
        "recipients": float(len(known.rows)),
        "recipients_confirmed_mark_percent": _confirmed(known.rows),
    }


def _confirmed(rows: tuple[Recipient, ...]) -> float:
    marks = [row.confidence_of(mark) is Confidence.CONFIRMED for row in rows for _, mark in row.marks()]
    return 100 * sum(marks) / len(marks)


def host_lookups() -> dict[str, float]:
    """Seconds for a million hosts, no two alike: as if nothing repeated."""
    matcher = shipped().matcher()
    hosts = [f"x{number}.karte.io" for number in range(_LOOKUPS)]
    start = time.perf_counter()
    for host in hosts:
        matcher.host(host)
    return {"recipient_million_hosts_s": time.perf_counter() - start}


if __name__ == "__main__":
    print(coverage(), host_lookups(), missed(Matcher(shipped().rows)))


def measure(*, repeats: int, seed: int) -> dict[str, Any]:
    """Inputs and figures, as :mod:`bench.runner` takes them. Counted, so that it is the same every time."""
    del repeats, seed
    found = coverage()
    return {
        "inputs": {
            "Japanese vendors named": int(found["jp_vendors_named"]), "recipients": int(found["recipients"]),
            "marks read in a source, %": round(found["recipients_confirmed_mark_percent"]),
        },
        "figures": [
            {
                "name": "jp_vendor_coverage_percent", "value": found["jp_vendor_coverage_percent"], "spread": 0.0,
                "unit": "%", "better": "higher", "goal": 95,
                "inside": "vendors of a list written first that have a row with a mark to be seen by",
                "peers": [{"name": "third-party-web 0.30.0, by name or by a host of our row",
                           "value": found["jp_vendor_coverage_third_party_web_percent"]}],
            }
        ],
    }  # fmt: skip
