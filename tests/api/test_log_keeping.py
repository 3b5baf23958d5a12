"""``/v1/logs/policies`` and ``/v1/logs/holds``: each step, each once, and what is refused."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from sekisho.clock import JAPAN, SystemClock, japan_date
from tests.api.conftest import Api, issue
from tests.cli.conftest import Shop, document
from tests.logs.declared import policy_document
from tests.logs.keeping import hold_document

TODAY = japan_date(SystemClock().now().astimezone(JAPAN))
YESTERDAY = TODAY - timedelta(days=1)
LATER = (TODAY + timedelta(days=10)).isoformat()


@pytest.fixture
def tokens(shop: Shop) -> dict[str, str]:
    """Two custodians and a privacy officer, with tokens of their own, made before the server opens the workspace."""
    made = {}
    for name, role, scopes in (
        ("kanri", "log_custodian", ("request", "log.search", "read")),
        ("kanri2", "log_custodian", ("log.search",)),
        ("hogo1", "privacy_officer", ("approve",)),
    ):
        document(shop.run("staff", "add", name, "--name", name, "--role", role, "--json", by="admin"))
        made[name] = issue(shop, *scopes, holder=name)
    return made


def a_policy(**changed: Any) -> dict[str, Any]:
    """A policy from today."""
    return policy_document(valid_from=TODAY.isoformat(), **changed)


def a_hold(**changed: Any) -> dict[str, Any]:
    """A request received today for yesterday's records of one address."""
    scope = {"begin": f"{YESTERDAY}T00:00:00+09:00", "end": f"{TODAY}T00:00:00+09:00"}
    paper = {"document_date": TODAY.isoformat(), **changed.pop("authority", {})}
    return hold_document(scope=scope, authority=paper, received=TODAY.isoformat(), until=LATER) | changed


def post(api: Api, where: str, body: Any, token: str, key: str | None = None) -> Any:
    """One request that must succeed."""
    headers = {} if key is None else {"Idempotency-Key": key}
    answered = api.request("POST", f"/v1/logs/{where}", json=body, token=token, headers=headers)
    assert answered.status_code == 200, answered.text
    return answered.json()


def refused(api: Api, where: str, body: Any, token: str, **more: Any) -> tuple[int, str]:
    """Status and reason of one that mustn't."""
    answered = api.request("POST", f"/v1/logs/{where}", json=body, token=token, **more)
    assert answered.headers["content-type"] == "application/problem+json"
    return answered.status_code, answered.json()["title"]


def test_a_policy_over_http(tokens: dict[str, str], api: Api) -> None:
    """In force at once with what is to be known of it; read and listed; ended on a day."""
    token = tokens["kanri"]
    made = post(api, "policies", a_policy(period="60d"), token)
    assert (made["state"], made["approvals_needed"]) == ("in_force", 0)
    assert [one["notice"] for one in made["notices"] if one["alert"]] == ["below_floor"]
    assert api.request("GET", f"/v1/logs/policies/{made['id']}").json() == made
    listed = api.request("GET", "/v1/logs/policies").json()
    assert ([one["id"] for one in listed["policies"]], len(listed["house"])) == ([made["id"]], 5)
    assert listed["guideline"]["confirmed"] is False
    assert post(api, f"policies/{made['id']}/end", {"on": LATER}, token)["valid_to"] == LATER
    assert refused(api, f"policies/{made['id']}/end", {"on": LATER, "x": 1}, token) == (400, "log_policy_refused")
    assert refused(api, f"policies/{made['id']}/end", {}, token) == (400, "log_policy_refused")
    assert api.request("GET", "/v1/logs/policies/none").json()["title"] == "unknown_log_policy"


def test_a_long_policy_is_approved_by_somebody_else(tokens: dict[str, str], api: Api) -> None:
    """Asked for, approved with a token that may, made; another one withdrawn. Nobody approves without the scope."""
    long = a_policy(period="200d", justification="年間の網の状況")
    made = post(api, "policies", long, tokens["kanri"])
    assert (made["state"], made["approvals_needed"]) == ("requested", 1)
    assert refused(api, f"policies/{made['id']}/make", None, tokens["kanri"])[0] in (403, 409)
    assert refused(api, f"policies/{made['id']}/approve", None, tokens["kanri"]) == (403, "scope_missing")
    post(api, f"policies/{made['id']}/approve", None, tokens["hogo1"])
    assert post(api, f"policies/{made['id']}/make", None, tokens["kanri"])["state"] == "in_force"
    other = post(api, "policies", {**long, "service": "mobile"}, tokens["kanri"])
    assert post(api, f"policies/{other['id']}/withdraw", None, tokens["kanri"])["state"] == "withdrawn"
    assert refused(api, f"policies/{other['id']}/withdraw", None, tokens["kanri"]) == (409, "log_policy_decided")


def test_a_hold_over_http(tokens: dict[str, str], api: Api) -> None:
    """Active with the letter of the day, extended, released; a future time and a day too far are refused."""
    token = tokens["kanri"]
    made = post(api, "holds", a_hold(), token)
    assert (made["state"], made["letter"]["held_until"]) == ("active", LATER)
    assert f"until {LATER}" in made["letter"]["text"]["en"]
    paper = {"document": "第13号", "document_date": TODAY.isoformat(), "checked": "折り返し", "why": "解析中"}
    longer = (TODAY + timedelta(days=20)).isoformat()
    assert post(api, f"holds/{made['id']}/extend", {"until": longer, **paper}, token)["until"] == longer
    far = (TODAY + timedelta(days=61)).isoformat()
    too_far = (400, "log_hold_extension_refused")
    assert refused(api, f"holds/{made['id']}/extend", {"until": far, **paper}, token) == too_far
    assert refused(api, f"holds/{made['id']}/extend", paper, token) == (400, "log_hold_refused")
    assert refused(api, f"holds/{made['id']}/review", {"note": "x"}, token) == too_far
    assert refused(api, f"holds/{made['id']}/release", {"reason": "no"}, token) == (400, "log_hold_refused")
    given = {"reason": "withdrawn", "document": "第14号"}
    assert post(api, f"holds/{made['id']}/release", given, token)["state"] == "releasing"
    later = a_hold()
    later["scope"]["end"] = f"{TODAY + timedelta(days=2)}T00:00:00+09:00"
    answered = api.request("POST", "/v1/logs/holds", json=later, token=token)
    assert (answered.status_code, answered.json()["title"]) == (400, "log_hold_refused")
    assert "刑事訴訟法197条3項" in answered.json()["detail"]


def test_a_hold_that_rests_on_judgement(tokens: dict[str, str], api: Api) -> None:
    """Asked for, looked at and approved by a privacy officer, made; another withdrawn."""
    asked = a_hold(type="voluntary_request")
    made = post(api, "holds", asked, tokens["kanri"])
    assert (made["state"], "letter" in made) == ("requested", False)
    seen = api.request("GET", f"/v1/logs/holds/{made['id']}", token=tokens["hogo1"]).json()
    assert seen["terms"]["scope"]["kinds"] == ["ap.nat"]
    post(api, f"holds/{made['id']}/approve", None, tokens["hogo1"])
    assert post(api, f"holds/{made['id']}/make", None, tokens["kanri"])["state"] == "active"
    other = post(api, "holds", asked, tokens["kanri"])
    assert post(api, f"holds/{other['id']}/withdraw", None, tokens["kanri"])["state"] == "withdrawn"
    court = post(api, "holds", {**a_hold(type="court_order"), "until": None}, tokens["kanri"])
    seen = post(api, f"holds/{court['id']}/review", {"note": "係属中"}, tokens["kanri"])
    assert seen["papers"][0]["note"] == "係属中"


def test_holds_are_no_secret_only_to_who_may_know(tokens: dict[str, str], api: Api) -> None:
    """A sign-up flow's token reads none; a silent one isn't there for another custodian, nor changed by them."""
    made = post(api, "holds", a_hold(silent=True), tokens["kanri"])
    assert api.request("GET", "/v1/logs/holds").json()["title"] == "scope_missing"
    assert api.request("GET", f"/v1/logs/holds/{made['id']}").json()["title"] == "scope_missing"
    for name, known in (("kanri", [made["id"]]), ("kanri2", []), ("hogo1", [])):
        listed = api.request("GET", "/v1/logs/holds", token=tokens[name]).json()["holds"]
        assert [one["id"] for one in listed] == known
    other = tokens["kanri2"]
    assert api.request("GET", f"/v1/logs/holds/{made['id']}", token=other).json()["title"] == "unknown_log_hold"
    given = {"reason": "withdrawn", "document": "x"}
    assert refused(api, f"holds/{made['id']}/release", given, other) == (404, "unknown_log_hold")
    assert api.request("GET", f"/v1/logs/holds/{made['id']}", token=tokens["kanri"]).json()["state"] == "active"


@pytest.mark.parametrize("where", ["policies", "holds"])
def test_the_same_key_is_the_same_thing(tokens: dict[str, str], api: Api, where: str) -> None:
    """Sent twice, and at the same moment, it is made once, with one leaf; another body is refused; another key is
    another. What became of it meanwhile is told."""
    token, body = tokens["kanri"], a_policy() if where == "policies" else a_hold()
    one = ("POST", f"/v1/logs/{where}", {"json": body, "token": token, "headers": {"Idempotency-Key": "k"}})
    first, second = asyncio.run(api.requests([one, (one[0], one[1], dict(one[2]))]))
    assert (first.status_code, second.status_code) == (200, 200), (first.text, second.text)
    assert first.json()["id"] == second.json()["id"]
    before = api.size()
    assert post(api, where, body, token, "k")["id"] == first.json()["id"]
    assert api.size() == before
    changed = {**body, "need": "別"} if where == "policies" else {**body, "until": TODAY.isoformat()}
    headers = {"Idempotency-Key": "k"}
    assert refused(api, where, changed, token, headers=headers) == (422, "idempotency_key_reused")
    headers = {"Idempotency-Key": "k" * 101}
    assert refused(api, where, body, token, headers=headers) == (422, "query_refused")
    if where == "holds":
        assert post(api, where, body, token, "other")["id"] != first.json()["id"]
        post(api, f"holds/{first.json()['id']}/release", {"reason": "withdrawn", "document": "x"}, token)
        assert post(api, where, body, token, "k")["state"] == "releasing"
    else:
        assert refused(api, where, body, token) == (409, "log_policy_overlaps")


@pytest.mark.parametrize("where", ["policies", "holds"])
@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        (b"[]", 400, "body_not_object"),
        (b"{", 400, "body_not_object"),
        (b"", 400, None),
        (b'{"x": 1}', 400, None),
        (b'{"kind": {}, "type": {}, "scope": [], "purposes": 1}', 400, None),
        (b" " * (4 * 1024 * 1024 + 1), 413, "body_too_large"),
    ],
)
def test_what_cannot_be_read(
    tokens: dict[str, str], api: Api, where: str, body: bytes, status: int, reason: str | None
) -> None:
    """Not an object, nothing, unknown fields, wrong types, too much: a problem, and no leaf."""
    before = api.size()
    wanted = reason or {"policies": "log_policy_refused", "holds": "log_hold_refused"}[where]
    answered = api.request("POST", f"/v1/logs/{where}", content=body, token=tokens["kanri"])
    assert (answered.status_code, answered.json()["title"]) == (status, wanted)
    assert api.size() == before
