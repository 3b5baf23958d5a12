"""The table of situations written first: what is said in each, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from sekisho.apps.reconcile.reconcile import reconcile
from sekisho.apps.reconcile.verdicts import Reconciled
from tests.apps.reconcile.situations import flows_of, notice_of, rows

ROWS = rows("expected.yaml")


def _key(one: Reconciled) -> str:
    return "/".join([one.recipient, one.information or "-", *([one.purpose] if one.purpose else [])])


@pytest.mark.parametrize("row", ROWS, ids=[row["name"] for row in ROWS])
def test_situation(row: dict[str, Any]) -> None:
    """In this situation exactly this is said, with these reasons."""
    found = reconcile(flows_of(row["given"]), notice_of(row["given"]))
    assert {_key(one): " ".join([one.verdict.value, *one.reasons]) for one in found} == row["expect"], row["why"]


def test_enough_is_written_down() -> None:
    """The table has forty situations or more, each with its reason, and every reason the code can give."""
    from sekisho.apps.reconcile.verdicts import Reason

    assert len(ROWS) >= 40
    assert all(row["why"] for row in ROWS)
    said = {word for row in ROWS for verdict in row["expect"].values() for word in verdict.split()[1:]}
    assert set(map(str, Reason)) - said == set()
