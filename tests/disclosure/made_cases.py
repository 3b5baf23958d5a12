"""Requests for tests, in JSON and read. Made-up people, invented numbers, documentation addresses."""

from __future__ import annotations

from typing import Any

from sekisho.disclosure.reading import read_case
from sekisho.disclosure.record import DisclosureCase


def item(number: int = 1, **changed: Any) -> dict[str, Any]:
    """One question about an address at noon of 2026-11-20."""
    return {
        "number": number,
        "kind": "address",
        "value": "203.0.113.5",
        "port": 2000,
        "begin": "2026-11-20T12:00:00+09:00",
        "end": "2026-11-20T12:00:00+09:00",
        "precision": "second",
        "data_class": "secrecy",
        "wanted": ["subscriber"],
    } | changed


def case_document(**changed: Any) -> dict[str, Any]:
    """A seizure warrant about one address, received on 2026-11-23."""
    parts = {
        "requester": {
            "kind": "judicial_police_officer",
            "name": "関所県警察本部 サイバー犯罪対策課",
            "office": "関所市霞1-1",
            "contact": "03-0000-0110",
            "officer": "検見川 守",
            "rank": "警部補",
        },
        "document": {
            "number": "令和8年（る）第1号",
            "dated": "2026-11-21",
            "title": "捜索差押許可状",
            "valid_until": "2026-11-28",
            "legal_provision": "刑事訴訟法218条1項",
        },
    }
    for name, values in parts.items():
        parts[name] = values | changed.pop(name, {})
    return {
        "type": "search_seizure",
        **parts,
        "received_at": "2026-11-23T10:00:00+09:00",
        "items": [item()],
    } | changed


def case(**changed: Any) -> DisclosureCase:
    """The same, read."""
    return read_case(case_document(**changed))
