"""A notice for a hundred recipients made: from a scan's JSON and the operator's file to both pages and the copy.

A part of ``scripts/bench apps``; by itself: ``python -m bench.apps_notice``. The clock is the process's time on its
core, so that other work on the machine isn't counted as ours.
"""

from __future__ import annotations

import gc
import json
import time
from datetime import date
from statistics import median
from typing import Any, Final

import orjson

from sekisho.apps.evidence import Consent, Grade, Piece, Place, Reading, Target, TargetKind
from sekisho.apps.flows import flows_of
from sekisho.apps.notice import render
from sekisho.apps.notice.draft import draft
from sekisho.apps.notice.entries import read_entries
from sekisho.apps.notice.model import NoticeDocument
from sekisho.apps.notice.pages import pages
from sekisho.apps.notice.scanned import flows_in
from sekisho.apps.recipients import shipped

RECIPIENTS: Final = 100
ITEMS: Final = ("cookie_id", "ip_address", "user_agent", "page_viewed", "referrer")
PLACES: Final = 6
"""Requests in which each kind was seen."""
TODAY: Final = date(2026, 11, 24)


def made() -> tuple[bytes, str]:
    """A scan's document with a hundred recipients, and a confirmed entry for each; a fifth can be stopped."""
    rows = [row for row in shipped().rows if row.hosts][:RECIPIENTS]
    pieces = tuple(
        Piece(grade=Grade.OBSERVED, place=Place(path=f"request {number * PLACES + at}"), information=item,
              host=row.hosts[0].replace("*.", "t."), consent=Consent.BEFORE)
        for number, row in enumerate(rows) for item in ITEMS for at in range(PLACES)
    )  # fmt: skip
    target = Target(name="bench.har", sha256="00", kind=TargetKind.HAR)
    flows = flows_of([Reading(target=target, pieces=pieces)], shipped(), ())
    keys = sorted({flow.key.recipient for flow in flows if flow.key.recipient})
    lines = ["operator: 株式会社みなとソフト", "service: 町の便り", "contact: {ja: お客様窓口}",
             "changes: [{day: 2026-11-20, ja: このページを公表しました。}]", "recipients:"]  # fmt: skip
    for number, key in enumerate(keys):
        lines += [
            f"  {key}:", f"    handler: {{ja: 株式会社第{number}広告, en: Advertising No. {number} K.K.}}",
            f"    information: [{', '.join(ITEMS)}]", "    purpose: [analytics, measurement]",
            "    recipient_purpose: {ja: 広告の配信の改善と利用状況の分析, en: better advertisements}",
            f"    policy: https://vendor{number}.example/privacy", "    since: 2025-04-01",
            "    confirmed: {by: 法務 花子, day: 2026-11-20}",
        ]  # fmt: skip
        if number % 5 == 0:
            lines += ["    basis: opt_out", "    stop:", "      stops: sending", "      how: 設定の画面で止める。",
                      "      limits: ありません。", "      link: https://town.example/stop"]  # fmt: skip
    return orjson.dumps({"flows": [flow.as_document() for flow in flows]}), "\n".join(lines) + "\n"


def notice(scan: bytes, entries: str) -> tuple[NoticeDocument, dict[str, bytes]]:
    """Both files read, the notice drafted, the template compiled, three files written."""
    render._packaged.cache_clear()  # noqa: SLF001  a command compiles the template once: it counts
    document = draft(flows_in(scan, "scan.json"), read_entries(entries, "entries.yaml"), on=TODAY)
    return document, pages(document)


def measure(*, repeats: int) -> dict[str, Any]:
    """Inputs and figures, as :mod:`bench.runner` takes them."""
    scan, entries = made()
    document, files = notice(scan, entries)
    assert document.complete, document.missing[:3]
    assert len(document.rows) + len(document.stops) == RECIPIENTS, len(document.rows)
    taken = []
    for _ in range(repeats):
        gc.collect()
        began = time.process_time()
        notice(scan, entries)
        taken.append(time.process_time() - began)
    inside = "one core: the scan's JSON and the entries' YAML read, drafted, the template compiled, both pages written "
    inside += "and searched for anything that loads, and the copy for machines"
    return {
        "inputs": {
            "recipients": RECIPIENTS, "scan bytes": len(scan), "entries bytes": len(entries.encode()),
            "page bytes": sum(map(len, files.values())),
        },
        "figures": [
            {
                "name": "notice_100_s", "value": median(taken), "spread": (max(taken) - min(taken)) / median(taken),
                "unit": "s", "better": "lower", "goal": 1, "inside": inside, "peers": [],
            },
        ],
    }  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(measure(repeats=5), indent=1, ensure_ascii=False))
