"""Requests as people send them, for tests. Made-up people, invented numbers, documentation addresses."""

from __future__ import annotations

from datetime import UTC, datetime
from ipaddress import ip_network
from typing import Any

import orjson

from sekisho.disclosure.intake.draft import Draft
from sekisho.disclosure.intake.finding_words import Code
from sekisho.disclosure.intake.json_form import read_object
from sekisho.disclosure.intake.surroundings import PrefixTable, Surroundings
from sekisho.disclosure.intake.validation import Checked, check

RECEIVED = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
AROUND = Surroundings(
    own=PrefixTable([(ip_network("203.0.113.0/24"), ""), (ip_network("2001:db8:1::/48"), "")]),
    shared=PrefixTable([(ip_network("203.0.113.0/25"), "")]),
    others=PrefixTable([(ip_network("198.51.100.0/24"), "隣県ケーブル"), (ip_network("198.51.100.64/26"), "港通信")]),
)


def item(**changed: Any) -> dict[str, Any]:
    """A question about an address at noon of 2026-11-20; a value of None leaves its field out."""
    made = {"value": "203.0.113.5", "port": 2000, "time": "2026-11-20T12:00:00+09:00"} | changed
    return {name: value for name, value in made.items() if value is not None}


def request(**changed: Any) -> dict[str, Any]:
    """A seizure warrant about one address; ``document`` and ``requester`` change single fields."""
    parts: dict[str, Any] = {
        "requester": {"kind": "judicial_police_officer", "name": "関所県警察本部", "officer": "検見川 守"},
        "document": {"number": "令和8年（る）第1号", "dated": "令和8年11月21日", "valid_until": "R8.11.28"},
    }
    for name, values in parts.items():
        parts[name] = values | changed.pop(name, {})
    return {"type": "search_seizure", **parts, "items": [item()]} | changed


def draft(**changed: Any) -> Draft:
    """The same, read."""
    return read_object(request(**changed))


def checked(*items: dict[str, Any], around: Surroundings = AROUND, **changed: Any) -> Checked:
    """The same looked over, with these items."""
    made = draft(**changed, **({"items": list(items)} if items else {}))
    return check(made, received_at=RECEIVED, by="uketsuke", around=around)


def codes(found: Checked) -> list[Code]:
    """What was found."""
    return [one.code for one in found.findings]


def packed(**changed: Any) -> bytes:
    """A request as the bytes that arrive."""
    return orjson.dumps(request(**changed))
