"""Post, rentals and the lives of contracts over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sekisho.api.app import create_app
from sekisho.clock import japan_date
from sekisho.keys import KeyFile
from sekisho.workspace import Workspace
from tests.api.conftest import Api, issue
from tests.cli.conftest import Shop
from tests.contracts.applications import ADDRESS, BIRTH, NAME

BASE = "/v1/contracts/decisions"


def now(api: Api) -> datetime:
    """The workspace's time."""
    return api.workspace.clock.now().astimezone(UTC).replace(microsecond=0)


def waiting(api: Api) -> str:
    """A decision that waits for registered post."""
    day = japan_date(now(api))
    record = {
        "kind": "document_original",
        "person": "subject",
        "at": day.isoformat(),
        "document": "resident_record_copy",
        "issued_on": (day - timedelta(days=20)).isoformat(),
        "altered": False,
        "name": NAME,
        "address": ADDRESS,
        "birth_date": BIRTH,
    }
    application = {
        "application": "P-1",
        "event": "new_contract",
        "channel": "remote",
        "service": "voice",
        "subject": {"kind": "natural", "name": NAME, "address": ADDRESS, "birth_date": BIRTH},
        "representative": {"acting": False},
        "verified_by": "shop-012/tanaka",
        "recorded_by": "shop-012/suzuki",
        "evidence": [record],
    }
    answer = api.decide(application)
    assert answer.json()["verdict"] == "accept_on_completion", answer.text
    found: str = answer.json()["id"]
    return found


def event(api: Api, kind: str, **more: Any) -> dict[str, Any]:
    """An event at this moment."""
    return {"event": kind, "tracking_number": "123-45-67890-1", "at": now(api).isoformat(), **more}


def test_post_completes_a_decision(api: Api) -> None:
    """Sent, delivered, read again; then the contract begins, ends, and its end is corrected and withdrawn."""
    first = waiting(api)
    sent = event(api, "sent", post="registered_non_forwarding", addressed_to="residence")
    answer = api.request("POST", f"{BASE}/{first}/deliveries", json=sent)
    assert answer.status_code == 200, answer.text
    assert (answer.json()["decision"], answer.json()["complete"]) == (None, False)
    delivered = event(api, "delivered")
    answer = api.request("POST", f"{BASE}/{first}/deliveries", json=delivered)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["complete"], told["completes"], told["decision"]["verdict"]) == (True, first, "accept")
    again = api.request("POST", f"{BASE}/{first}/deliveries", json=delivered)
    assert again.json()["decision"]["id"] == told["decision"]["id"]
    read = api.request("GET", f"{BASE}/{first}/deliveries").json()
    assert read["completed_by"] == told["decision"]["id"]
    assert [each["event"] for each in read["events"]] == ["sent", "delivered"]
    lives = "/v1/contracts/lives"
    begun = api.request("POST", lives, json={"decisions": [told["decision"]["id"]], "reference": "C-1"})
    assert begun.status_code == 200, begun.text
    for words, state in [
        ({"event": "delivered"}, "running"),
        ({"event": "ended"}, "ended"),
        ({"event": "end_withdrawn", "note": "解約の取消し"}, "running"),
        ({"event": "ended", "on": japan_date(now(api)).isoformat()}, "ended"),
    ]:
        answer = api.request("POST", f"{lives}/C-1/events", json=words)
        assert answer.status_code == 200, answer.text
        assert answer.json()["state"] == state
    shown = api.request("GET", f"{lives}/{begun.json()['id']}").json()
    assert shown["key"] == f"contract/last/{shown['kept_until']}"


def test_whoever_may_not_attest_tells_of_no_delivery(shop: Shop) -> None:
    """A token without the scope is refused before anything is read."""
    token = issue(shop, "decide", "read")
    with Workspace.open(shop.path, keyring=KeyFile(shop.key)) as workspace:
        api = Api(workspace, create_app(workspace), token)
        for address in (f"{BASE}/none/deliveries", f"{BASE}/none/rental"):
            answer = api.request("POST", address, json=event(api, "delivered"))
            assert (answer.status_code, answer.json()["title"]) == (403, "scope_missing")


def test_what_cannot_be_is_a_named_problem(api: Api) -> None:
    """Unknown decision and number, a day to come, an unknown event, a contract without acceptance."""
    first = waiting(api)
    future = event(api, "delivered") | {"at": "2099-01-01T00:00:00+09:00"}
    no_event = event(api, "lost")
    for address, body, reason in [
        (f"{BASE}/{'0' * 32}/deliveries", event(api, "delivered"), "unknown_decision"),
        (f"{BASE}/{first}/deliveries", event(api, "delivered"), "posting_unknown"),
        (f"{BASE}/{first}/deliveries", future, "delivery_in_future"),
        (f"{BASE}/{first}/deliveries", no_event, "wrong_value"),
        (f"{BASE}/{first}/rental", {}, "missing_field"),
        ("/v1/contracts/lives", {"decisions": [first]}, "decision_not_accepted"),
        ("/v1/contracts/lives", {"decisions": "all"}, "wrong_value"),
        ("/v1/contracts/lives/none/events", {"event": "ended"}, "unknown_contract"),
        ("/v1/contracts/lives/none/events", {"event": "ended", "x": 1}, "unknown_field"),
    ]:
        answer = api.request("POST", address, json=body)
        assert answer.json()["title"] == reason, answer.text
