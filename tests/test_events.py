"""Nothing crosses between desks but what events.py lists: two facts of the number-stop scheme."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import sekisho
from sekisho import events
from sekisho.events import CROSSINGS, Crossing, CrossingRefused, Desk, Event, faults, require_crossing

SOURCE = Path(sekisho.__file__).parent

ALLOWED_IMPORTS = {("disclosure", "logs")}
"""The one exception of the design, one way: disclosure calls the log store (docs/adr/0011)."""


@dataclass(frozen=True, slots=True)
class NumberStopped(Event):
    """A made-up event for these tests."""

    number: str


@dataclass(frozen=True, slots=True)
class WithPayload(Event):
    """A made-up event that could smuggle anything."""

    payload: dict[str, Any]


def crossing(**changes: Any) -> Crossing:
    """A sound crossing, with changes."""
    sound: dict[str, Any] = {
        "event": NumberStopped,
        "source": Desk.STOPS,
        "targets": frozenset({Desk.CONTRACTS}),
        "facts": frozenset({"occurred_at", "number"}),
        "why": "the contract desk refuses a stopped number",
    }
    return Crossing(**{**sound, **changes})


def test_just_these_facts_cross() -> None:
    """The list is this one and sound; whoever adds an entry changes this test, in sight of a reviewer."""
    assert {
        (one.event.__name__, one.source, tuple(sorted(one.targets)), tuple(sorted(one.facts))) for one in CROSSINGS
    } == {
        ("NumberStop", Desk.STOPS, (Desk.CALLS,), ("case", "number", "occurred_at", "stopped")),
        (
            "SchemeDenial",
            Desk.STOPS,
            (Desk.CONTRACTS,),
            ("begins", "case", "denial", "ends", "number_kind", "occurred_at", "party_address", "party_name"),
        ),
    }
    assert faults(CROSSINGS) == []


def test_every_event_is_listed() -> None:
    """No module defines an event kind that the list does not name."""
    for module in pkgutil.walk_packages(sekisho.__path__, "sekisho."):
        if ".migrations" not in module.name and not module.name.endswith("__main__"):
            try:
                importlib.import_module(module.name)
            except ModuleNotFoundError as error:
                # The SIP proxy's own module is there inside the proxy alone.
                if error.name != "KSR":
                    raise
    # By name: a dataclass with slots is a copy, and the class it was made of may stay among the subclasses.
    listed = {(entry.event.__module__, entry.event.__qualname__) for entry in CROSSINGS}
    kinds = {(kind.__module__, kind.__qualname__) for kind in Event.__subclasses__()}
    defined = {(module, name) for module, name in kinds if module.startswith("sekisho.")}
    assert defined == listed


def test_desks_do_not_import_each_other() -> None:
    """Read from the source: no desk imports another, so events are the only way across."""
    desks = {desk.value for desk in Desk}
    for file in SOURCE.rglob("*.py"):
        here = file.relative_to(SOURCE).parts[0]
        if here not in desks:
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            for name in names:
                parts = name.split(".")
                if parts[0] == "sekisho" and len(parts) > 1 and parts[1] in desks - {here}:
                    assert (here, parts[1]) in ALLOWED_IMPORTS, f"{file}: {name}"


def test_unlisted_event_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """An event goes only from the listed source to a listed target."""
    event = NumberStopped(datetime(2026, 11, 23, tzinfo=UTC), "0312345678")
    with pytest.raises(CrossingRefused):
        require_crossing(event, source=Desk.STOPS, target=Desk.CONTRACTS)
    monkeypatch.setattr(events, "CROSSINGS", (crossing(),))
    require_crossing(event, source=Desk.STOPS, target=Desk.CONTRACTS)
    for source, target in ((Desk.STOPS, Desk.LOGS), (Desk.CALLS, Desk.CONTRACTS)):
        with pytest.raises(CrossingRefused) as caught:
            require_crossing(event, source=source, target=target)
        assert caught.value.fields == {"event": "NumberStopped", "source": source.value, "target": target.value}


@pytest.mark.parametrize(
    ("entries", "fault"),
    [
        ((crossing(facts=frozenset({"occurred_at"})),), "differ"),
        ((crossing(event=WithPayload, facts=frozenset({"occurred_at", "payload"})),), "not a plain value"),
        ((crossing(source=Desk.LOGS),), "no statutory ground"),
        ((crossing(targets=frozenset()),), "targets"),
        ((crossing(targets=frozenset({Desk.STOPS})),), "targets"),
        ((crossing(why=""),), "needed for"),
        ((crossing(), crossing()), "more than once"),
    ],
)
def test_unsound_entries(entries: tuple[Crossing, ...], fault: str) -> None:
    """Each way in which an entry could let too much through is a fault, and a sound entry has none."""
    assert faults((crossing(),)) == []
    assert any(fault in sentence for sentence in faults(entries))
