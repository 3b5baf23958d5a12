"""``/v1/logs``: one question and many, trails and contractors, by token and grant."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sekisho.access import service as access
from sekisho.access.roles import Scope
from sekisho.clock import JAPAN, SystemClock, japan_date
from sekisho.logs.lookup.grant import read_terms
from sekisho.logs.lookup.grants import Grants
from sekisho.workspace import Workspace
from tests.api.conftest import Api, issue
from tests.cli.conftest import Shop, document

NOW = SystemClock().now().astimezone(JAPAN)
DAY = japan_date(NOW) - timedelta(days=1)
AT = f"{DAY.isoformat()}T12:00:00+09:00"


@pytest.fixture
def tokens(shop: Shop) -> dict[str, str]:
    """A token of each of a custodian and two privacy officers, made before the server opens the workspace."""
    scopes = {"kanri": "log.search", "hogo1": "approve", "hogo2": "approve"}
    for name, scope in scopes.items():
        role = "log_custodian" if scope == "log.search" else "privacy_officer"
        document(shop.run("staff", "add", name, "--name", name, "--role", role, "--json", by="admin"))
    return {name: issue(shop, scope, holder=name) for name, scope in scopes.items()}


def granted(workspace: Workspace, tokens: dict[str, str], **more: Any) -> str:
    """A grant in force."""
    terms = {
        "kinds": ["ap.nat", "ap.auth", "subscriber"],
        "targets": ["192.0.2.0/24"],
        "identifiers": [{"kind": "line", "value": "taro"}, {"kind": "phone", "value": "09000000001"}],
        "begin": f"{DAY.isoformat()}T00:00:00+09:00",
        "end": f"{(DAY + timedelta(days=1)).isoformat()}T00:00:00+09:00",
        "ground": "warrant",
        "reference": "第1号",
        "callers": ["kanri"],
        "max_queries": 100,
        "expires_at": (NOW + timedelta(days=7)).isoformat(),
        **more,
    }
    grants = Grants(workspace)
    now = workspace.clock.now()
    with workspace.database.read() as connection:
        kanri = access.stated_principal(connection, "kanri", required=Scope.REQUEST)
        officers = [
            access.authenticate(connection, tokens[name], required=Scope.APPROVE, now=now)
            for name in ("hogo1", "hogo2")
        ]
    entry = grants.request(read_terms(terms), by=kanri)
    for officer in officers:
        grants.approve(entry.id, by=officer)
    return grants.make(entry.id, by=kanri).id


def test_questions_over_http(tokens: dict[str, str], api: Api) -> None:
    """One, many with one that can't be asked, a trail, a contractor; each answer names its leaf."""
    grant = granted(api.workspace, tokens)
    question = {"address": "192.0.2.18", "port": 1232, "time": AT}
    token = tokens["kanri"]

    def ask(where: str, **body: Any) -> Any:
        answered = api.request("POST", f"/v1/logs/{where}", json={"grant": grant, **body}, token=token)
        assert answered.status_code == 200, answered.text
        return answered.json()

    assert ask("who", **question, within="500ms", protocol="tcp")["outcome"] == "coverage_gap"
    many = ask("who", questions=[question, {**question, "port": 70000}, 7, {**question, "address": "203.0.113.1"}])
    reasons = [one.get("outcome") or one["error"]["reason"] for one in many["answers"]]
    assert reasons == ["coverage_gap", "log_question_refused", "log_question_refused", "log_address_not_granted"]
    assert ask("trail", subscriber="taro", **{"from": f"{DAY}T01:00:00+09:00", "to": AT})["assignments"] == []
    found = ask("contractor", kind="phone", value="090-0000-0001", on=DAY.isoformat())
    assert (found["outcome"], isinstance(found["ledger_index"], int)) == ("coverage_gap", True)


@pytest.mark.parametrize(
    ("where", "body", "status", "reason"),
    [
        ("who", {"address": "192.0.2.18", "time": f"{DAY}T12:00:00"}, 400, "log_question_refused"),
        ("who", {"address": "192.0.2.18", "time": AT, "port": True}, 400, "log_question_refused"),
        ("who", {"address": "192.0.2.18", "time": AT, "more": 1}, 400, "log_question_refused"),
        ("who", {"address": "203.0.113.1", "time": AT, "port": 1}, 403, "log_address_not_granted"),
        ("who", {"questions": []}, 400, "log_question_refused"),
        ("who", [], 400, "log_question_refused"),
        ("trail", {"subscriber": "jiro", "from": f"{DAY}T01:00:00+09:00", "to": AT}, 403, "log_identifier_not_granted"),
        ("contractor", {"kind": "name", "value": "x", "on": DAY.isoformat()}, 400, "log_question_refused"),
        ("contractor", {"kind": "phone", "value": "x", "on": DAY.isoformat()}, 400, "subscriber_identifier_refused"),
        ("contractor", {"kind": "phone", "value": "09000000001", "on": "x"}, 400, "log_question_refused"),
    ],
)
def test_what_is_refused_is_a_problem_with_its_reason(
    tokens: dict[str, str], api: Api, where: str, body: Any, status: int, reason: str
) -> None:
    """Input 400, permission 403."""
    grant = granted(api.workspace, tokens)
    sent = {"grant": grant, **body} if isinstance(body, dict) else body
    answered = api.request("POST", f"/v1/logs/{where}", json=sent, token=tokens["kanri"])
    assert (answered.status_code, answered.json()["title"]) == (status, reason)


def test_without_the_scope_or_a_grant_nothing_is_answered(tokens: dict[str, str], api: Api) -> None:
    """A token for something else, no token, no grant."""
    question = {"address": "192.0.2.18", "port": 1232, "time": AT, "grant": "grant-0"}
    for token, status in ((None, 401), (api.token, 403), (tokens["kanri"], 404)):
        assert api.request("POST", "/v1/logs/who", json=question, token=token).status_code == status
