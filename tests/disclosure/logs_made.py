"""Logs behind a desk, and the ways of a case that several tests take."""

from __future__ import annotations

from typing import Any

import pytest

from sekisho.disclosure.record import Origin
from sekisho.disclosure.rows import CaseEntry
from sekisho.disclosure.stating import BEFORE_REVIEW
from sekisho.logs.formats import registry
from sekisho.logs.kinds import LogKind
from sekisho.logs.lookup.service import Lookups
from sekisho.logs.service import LogService
from tests.disclosure.world import Desk
from tests.logs.lookup.made import Row, Store

WARRANT_FACTS = (
    "document.in_writing",
    "document.original_received",
    "document.addressed_to_us",
    "document.issued_by_judge",
)


def store_for(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Logs in which one line had 203.0.113.5:2000 at noon, two had port 3000, and the rest is heard and empty."""
    monkeypatch.setitem(registry._FORMATS, "simple", ("tests.logs.simple_format:make", "for tests"))
    made = Store(desk.workspace, LogService(desk.workspace), Lookups(desk.workspace))
    nat = made.source("cgn", LogKind.AP_NAT, covers=["203.0.113.0/24"])
    made.put(
        nat,
        Row("11:00:00", "13:00:00", inside="100.64.1.2", subject="line-7"),
        Row("11:00:00", "12:00:00.5", inside="100.64.1.3", subject="line-8", ports=(3000, 3999)),
        Row("12:00:00.6", "13:00:00", inside="100.64.1.4", subject="line-9", ports=(3000, 3999)),
    )
    return made


def state(desk: Desk, case_id: str, *names: str, by: str = "", value: Any = True) -> None:
    """Check facts of a case: the clerk before its review, the reviewer after it, unless ``by`` is named."""
    if not by:
        entry = desk.service.find(case_id, by=desk["kansa"])
        by = "uketsuke" if entry.state in BEFORE_REVIEW else "kakunin"
    for name in names:
        desk.service.set_fact(case_id, name, value, origin=Origin.CHECKED, note="原本を見た", by=desk[by])


def ready(desk: Desk, **changed: Any) -> CaseEntry:
    """A warrant that was reviewed and lacks nothing."""
    made = desk.reviewed(**changed)
    state(desk, made.id, *WARRANT_FACTS)
    return desk.service.find(made.id, by=desk["kansa"])


def searched(desk: Desk, **changed: Any) -> CaseEntry:
    """One that was searched."""
    made = ready(desk, **changed)
    desk.service.searching.request(made.id, by=desk["kensaku"])
    for name in ("kakunin", "hogo"):
        desk.service.searching.approve(made.id, by=desk[name])
    return desk.service.searching.run(made.id, by=desk["kensaku"])
