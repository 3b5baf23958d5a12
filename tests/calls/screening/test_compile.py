"""What the compiler refuses."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from sekisho.calls.screening import compile as compiler
from sekisho.calls.screening import table
from sekisho.calls.screening.errors import RulesRefused
from sekisho.errors import InputRefused
from tests.calls.screening.test_table import dumped, rule
from tests.calls.screening.world import shipped_json

_DOMESTIC = {"direction": {"eq": "domestic"}}
_HARD = ["label", "announce"]


@pytest.mark.parametrize(
    ("problem", "change"),
    [
        ("no legal basis", {"basis": []}),
        ("isn't in the rulebook", {"basis": ["telecom-business-act.4-1", "telecom-business-act.999"]}),
        ("technical only", {"basis": ["rfc-8197"]}),
        ("begins only on", {"basis": ["telecom-business-act.4-1", "rfc-8688"], "from": date(2019, 1, 1)}),
        ("ends before it begins", {"until": date(2019, 1, 1)}),
        ("outcome is one of", {"outcome": "reject"}),
        ("outcome is one of", {"outcome": "label"}),
        ("603, 607 or 608", {"sip_status": 486}),
        ("can never be met", {"when": {"all": [_DOMESTIC, {"direction": {"eq": "abroad"}}]}}),
        ("can apply without one", {"outcome": "agreement"}),
        ("can apply without one", {"outcome": "line.foreign"}),
        ("can apply without one", {"outcome": "line.foreign", "when": {"wish_foreign": {"in": ["pass", "label"]}}}),
        ("subscriber's own entry", {"outcome": "list"}),
        ("on a shared list", {"outcome": "line.listed", "when": {"wish_listed": {"in": _HARD}}}),
        ("change an emergency call", {"outcome": "anonymise", "when": {"called": {"eq": "emergency"}}}),
        ("change an emergency call", {"outcome": "anonymise", "when": {"callback": {"eq": "shaped"}}}),
        ("unknown fact", {"when": {"mood": {"eq": "bad"}}}),
        ("must be one of", {"when": {"direction": {"eq": "sideways"}}}),
        ("there is no rule of priority 3", {"priority": 4}),
        ("two rules of one priority", {"priority": 2}),
        ("the id stands twice", {"id": "first.1"}),
        ("is missing", {"title": None}),
    ],
)  # fmt: skip
def test_refused(problem: str, change: dict[str, Any]) -> None:
    """An unsound rule is refused, with what is wrong."""
    one = rule(3, _DOMESTIC) | change
    kept = {key: value for key, value in one.items() if value is not None}
    with pytest.raises(InputRefused, match=problem):
        compiler.read_rules({"set.yaml": dumped([kept])})


def test_an_emergency_rule_is_needed_first() -> None:
    """A set whose first rules could touch an emergency call is refused, and so is one that has none for them."""
    touching = rule(1, _DOMESTIC, outcome="anonymise", id="touching")
    with pytest.raises(RulesRefused, match="could change an emergency call"):
        compiler.read_rules({"set.yaml": _alone([touching])})
    with pytest.raises(RulesRefused, match="no rule lets called emergency pass"):
        compiler.read_rules({"set.yaml": _alone([rule(1, {"callback": {"in": ["marked", "shaped"]}})])})
    ends = [rule(1, {"called": {"eq": "emergency"}}, until=date(2027, 1, 1)), rule(2, _DOMESTIC, outcome="anonymise")]
    with pytest.raises(RulesRefused):
        compiler.read_rules({"set.yaml": _alone(ends)})


def test_an_empty_set_is_refused() -> None:
    """No file, and a file without rules, are no rule set."""
    for sources in ({}, {"a.yaml": "rules: []\n"}):
        with pytest.raises(RulesRefused, match="empty"):
            compiler.read_rules(sources)


def test_too_many_alternatives_are_refused() -> None:
    """A condition that would become hundreds of boxes is refused instead of being compiled."""
    two = {"any": [{"direction": {"eq": "domestic"}}, {"shown": {"eq": "missing"}}]}
    with pytest.raises(RulesRefused, match="alternatives"):
        compiler.read_rules({"set.yaml": dumped([rule(3, {"all": [two] * 7})])})


@pytest.mark.parametrize(
    "raw",
    [b"", b"{}", b"[]", b"null", shipped_json().replace(b'"format": 1', b'"format": 9'),
     shipped_json().replace(b"not_in_plan", b"not_in_plam"), shipped_json()[:-20]],
)  # fmt: skip
def test_an_artefact_that_isnt_one_is_refused(raw: bytes) -> None:
    """What isn't a whole rule set of this version isn't loaded."""
    with pytest.raises(RulesRefused):
        table.load(raw)


def test_shipped_rules_say_where_they_come_from() -> None:
    """Every shipped rule has a basis that stands in the rulebook, and none claims to know a text that isn't public."""
    known = compiler.provisions()
    for each in compiler.shipped():
        made = each.compiled
        assert "telecom-business-act.4-1" in made.basis
        assert all(provision in known for provision in made.basis)
        assert made.text_state == "unverified"
        unasked = made.outcome in ("pass", "anonymise", "agreement", "stop")
        assert unasked or made.basis[1].startswith("subscriber-consent")


def _alone(rules: list[dict[str, Any]]) -> str:
    text = dumped(rules)
    start = text.index("- basis", text.index("first.2"))
    return "rules:\n" + text[start:]
