"""``/v1/calls``: decisions by what is published, lists, and what connectors have loaded."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.api.conftest import Api, issue
from tests.cli.conftest import Shop

CALL: dict[str, Any] = {"trunk": "t1", "direction": "domestic", "called": "0398765432", "asserted": "0312345678"}


@pytest.fixture
def by(shop: Shop) -> str:
    """A token that may enter and free; made while the workspace isn't open."""
    return issue(shop, "request", holder="keeper")


def test_calls(by: str, api: Api) -> None:
    """Nothing is decided before something is published; then calls are, numbers are freed, connectors report."""
    assert api.request("POST", "/v1/calls/decisions", json=CALL).status_code == 503
    entry = {
        "number": "0312345678", "action": "label", "reason": "fraud", "source": "苦情",
        "expires": (datetime.now(UTC) + timedelta(days=30)).isoformat(),
    }  # fmt: skip
    made = api.request("POST", "/v1/calls/lists/entries", token=by, json=entry)
    assert made.status_code == 200, made.text
    assert len(api.request("GET", "/v1/calls/lists").json()["entries"]) == 1
    freed = api.request("POST", "/v1/calls/lists/free", token=by, json={"number": "0312345678", "reason": "誤り"})
    folder = freed.json()["bundle"]["folder"]
    decided = api.request("POST", "/v1/calls/decisions", json=CALL)
    assert decided.status_code == 200, decided.text
    assert (decided.json()["outcome"], decided.json()["bundle"]) == ("pass", folder)
    said = api.request("POST", "/v1/calls/connectors/sbc-1", json={"bundle": folder}).json()
    assert said["behind"] == []
    (known,) = api.request("GET", "/v1/calls/connectors").json()["connectors"]
    assert (known["bundle"], known["evidence"]["last_at"]) == (folder, None)
    assert api.request("GET", "/v1/calls/bundles").json()["connectors"][0]["up_to_date"] is True
    address = f"/v1/calls/lists/entries/{made.json()['id']}/remove"
    assert api.request("POST", address, token=by, json={"reason": "x"}).status_code == 200
    appeal = {"number": "0312345678", "contact": "関所 太郎", "grounds": "誤り"}
    assert api.request("POST", "/v1/calls/appeals", json=appeal).json()["state"] == "open"


@pytest.mark.parametrize(
    "changed",
    [
        {"direction": "x"}, {"more": 1}, {"at": "yesterday"}, {"at": "2026-11-24T00:00:00"}, {"asserted": 1},
        {"asserted": "1" * 301}, {"privacy": "id"}, {"diverted_by": [1]}, {"isup": []}, {"isup": {"screening": "x"}},
        {"emergency_callback": "yes"}, {"roaming": "maybe"},
    ],
)  # fmt: skip
def test_what_is_no_call(api: Api, changed: dict[str, Any]) -> None:
    """What the interface doesn't describe is refused, and no number is told back."""
    refused = api.request("POST", "/v1/calls/decisions", json={**CALL, **changed})
    assert 400 <= refused.status_code < 500
    assert "0312345678" not in refused.text
