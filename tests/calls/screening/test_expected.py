"""Calls against the table written by hand from public texts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from sekisho.calls.screening.screen import Screen
from tests.calls.screening.world import bundle, call

_TABLE: dict[str, list[dict[str, Any]]] = yaml.safe_load(
    (Path(__file__).parent / "expected.yaml").read_text(encoding="utf-8")
)
_ROWS = [row for rows in _TABLE.values() for row in rows]


@pytest.mark.parametrize("row", _ROWS, ids=[row["name"] for row in _ROWS])
def test_expected(row: dict[str, Any]) -> None:
    """A call becomes what the row says, with its reason, answer, label and consent where the row names them."""
    screen = Screen(bundle())
    decision = screen.decide(call(**row["call"]))
    wanted = {
        "outcome": decision.outcome.value, "reason": decision.reason, "status": decision.sip_status,
        "label": decision.label, "consent": decision.consent,
    }  # fmt: skip
    assert {name: wanted[name] for name in row if name in wanted} == {k: row[k] for k in row if k in wanted}
    assert decision.failed_open is None, decision.failed_open
    assert decision.outcome.value == "pass" or decision.basis, "whatever alters a call names its basis"


def test_the_table_is_large_and_cited() -> None:
    """At least eighty rows, each with its source and a name of its own."""
    assert len(_ROWS) >= 80
    assert len({row["name"] for row in _ROWS}) == len(_ROWS)
    assert {row["cite"] for row in _ROWS} == {"plan", "35-2-6", "tca", "cases", "cb", "consent", "rfc", "issue"}
