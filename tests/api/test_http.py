"""The HTTP interface in this process: every address, every class of failure, and what is written."""

from __future__ import annotations

import asyncio
import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import jsonschema  # type: ignore[import-untyped]  # it comes without types
import pytest
from sqlalchemy.exc import OperationalError

from sekisho.access import service
from sekisho.access.roles import Scope
from sekisho.api.app import create_app
from sekisho.api.disclosure_steps import STEPS
from sekisho.clock import SystemClock
from sekisho.contracts.application import MAX_BYTES
from sekisho.contracts.service import ContractService
from sekisho.keys import KeyFile
from sekisho.ledger import open_checkpoint
from sekisho.store.errors import LedgerStalled
from sekisho.workspace import Workspace
from tests.api.addresses import APPS, CALLS, STOPS
from tests.api.conftest import APPLICATION, Api, issue
from tests.api.disclosure_desk import HOUSE, VIEWS
from tests.cli.bad_input import BAD, Bad
from tests.cli.conftest import PROJECT, Shop

SIGNED = ("/v1/agency/ts103120", "/v1/chain/handovers")
"""Addresses of other parties' machines: each message is signed by a registered key, and there is no token."""


def told(answer: httpx.Response, status: int, reason: str) -> dict[str, Any]:
    """The problem document of ``answer``, which must have the shape every failure has (RFC 9457)."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    found: dict[str, Any] = answer.json()
    assert found.keys() == {"type", "title", "status", "detail", "fields", "message"}
    assert (found["type"], found["title"], found["status"]) == (f"urn:sekisho:problem:{reason}", reason, status)
    assert found["detail"] == found["message"]["ja"] != found["message"]["en"]
    return found


class TestDecisions:
    """``/v1/contracts/decisions``."""

    def test_attested_evidence_decides(self, api: Api) -> None:
        """With a token that may attest, the application is accepted; the record names the token; GET finds it."""
        before = api.size()
        answer = api.decide()
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
        made = answer.json()
        assert (made["verdict"], made["ledger_index"]) == ("accept", before)
        assert api.size() == before + 1
        read = api.request("GET", f"/v1/contracts/decisions/{made['id']}").json()
        assert (read["id"], read["ledger_index"], read["verdict"]) == (made["id"], before, "accept")
        opened = api.workspace.open_leaf(made["id"])
        assert opened is not None
        said = json.loads(opened.body)
        assert said["origin"] == "attested"
        assert said["by"].startswith("token:")
        assert said["by"].removeprefix("token:") in api.token

    def test_declared_evidence_does_not(self, api: Api, shop: Shop) -> None:
        """Without the scope ``attest`` the same application lacks evidence, and is recorded as only declared."""
        api.workspace.close()
        token = issue(shop, "decide", "read")
        with Workspace.open(shop.path, keyring=KeyFile(shop.key)) as workspace:
            made = Api(workspace, create_app(workspace), token).decide().json()
            assert made["verdict"] == "need_evidence"
            opened = workspace.open_leaf(made["id"])
            assert opened is not None
            assert json.loads(opened.body)["origin"] == "declared"

    def test_dates_and_explanation(self, api: Api) -> None:
        """Another day's law is marked hypothetical; ``explain`` adds the trees."""
        address = "/v1/contracts/decisions?as_of=2026-03-31&as_known_at=2026-04-05"
        made = api.request("POST", address, json=APPLICATION).json()
        assert (made["as_of"], made["as_known_at"], made["hypothetical"]) == ("2026-03-31", "2026-04-05", True)
        plain = api.decide()
        explained = api.request("POST", "/v1/contracts/decisions?explain=true", json=APPLICATION)
        assert len(explained.content) > len(plain.content) + 1000

    def test_unknown_decision(self, api: Api) -> None:
        """404, and the id is named."""
        answer = api.request("GET", "/v1/contracts/decisions/00ff")
        assert told(answer, 404, "unknown_decision")["fields"] == {"decision": "00ff"}

    def test_a_decision_whose_key_is_gone(self, api: Api) -> None:
        """When the month's key is destroyed the decision can't be read any more, and says so."""
        made = api.decide().json()
        (key,) = [name for name in api.workspace.keyring.names() if name.startswith("contract/")]
        api.workspace.destroy_key(key, reason="test", by="keeper")
        told(api.request("GET", f"/v1/contracts/decisions/{made['id']}"), 410, "key_destroyed")
        told(api.decide(), 410, "key_destroyed")


class TestIdempotency:
    """``Idempotency-Key``."""

    def test_a_repeat_is_the_same_decision(self, api: Api) -> None:
        """The same key and body: the same decision, one leaf; without a key, two decisions."""
        before = api.size()
        first, second = (api.decide(headers={"Idempotency-Key": "k-1"}).json() for _ in range(2))
        assert {name: first[name] for name in ("id", "ledger_index", "verdict", "ways")} == {
            name: second[name] for name in ("id", "ledger_index", "verdict", "ways")
        }
        assert api.size() == before + 1
        assert api.decide().json()["id"] != api.decide().json()["id"]

    def test_order_of_fields_is_no_difference(self, api: Api) -> None:
        """A repeat whose JSON was written anew is still a repeat."""
        turned = dict(reversed(APPLICATION.items()))
        first = api.decide(headers={"Idempotency-Key": "k-1"}).json()
        assert api.decide(turned, headers={"Idempotency-Key": "k-1"}).json()["id"] == first["id"]

    def test_another_request_under_the_same_key(self, api: Api) -> None:
        """Another body, or another day's law: refused, nothing written."""
        api.decide(headers={"Idempotency-Key": "k-1"})
        before = api.size()
        other = APPLICATION | {"application": "A-other"}
        told(api.decide(other, headers={"Idempotency-Key": "k-1"}), 422, "idempotency_key_reused")
        answer = api.request(
            "POST", "/v1/contracts/decisions?as_of=2026-03-31", json=APPLICATION, headers={"Idempotency-Key": "k-1"}
        )
        told(answer, 422, "idempotency_key_reused")
        assert api.size() == before

    def test_a_key_is_its_callers_own(self, shop: Shop) -> None:
        """Two tokens that use the same key mean two requests: nobody is shown another's decision."""
        tokens = [issue(shop, "decide", "attest", "read") for _ in range(2)]
        with Workspace.open(shop.path, keyring=KeyFile(shop.key)) as workspace:
            api = Api(workspace, create_app(workspace), tokens[0])
            made = {api.decide(token=token, headers={"Idempotency-Key": "k-1"}).json()["id"] for token in tokens}
        assert len(made) == 2

    def test_two_requests_under_one_key_at_the_same_moment(self, api: Api) -> None:
        """One is decided, the other is refused; never both, never neither."""
        before = api.size()
        headers = {"Idempotency-Key": "k-1"}
        wanted = [
            ("POST", "/v1/contracts/decisions", {"json": APPLICATION | {"application": name}, "headers": headers})
            for name in ("A-1", "A-2")
        ]
        assert sorted(answer.status_code for answer in asyncio.run(api.requests(wanted))) == [200, 422]
        assert api.size() == before + 1

    @pytest.mark.parametrize("count", [2, 20])
    def test_at_the_same_moment(self, api: Api, count: int) -> None:
        """However many arrive together: one decision, one leaf, one ledger index for all."""
        before = api.size()
        more = {"json": APPLICATION, "headers": {"Idempotency-Key": "k-1"}}
        answers = asyncio.run(api.requests([("POST", "/v1/contracts/decisions", dict(more)) for _ in range(count)]))
        assert {answer.status_code for answer in answers} == {200}
        assert {(answer.json()["id"], answer.json()["ledger_index"]) for answer in answers} == {
            (answers[0].json()["id"], before)
        }
        assert api.size() == before + 1

    @pytest.mark.parametrize("key", ["", "x" * 101, "日本"])
    def test_keys_that_are_none(self, api: Api, key: str) -> None:
        """Empty, too long, not ASCII: refused by name."""
        answer = api.decide(headers={"Idempotency-Key": key.encode()})
        assert told(answer, 422, "query_refused")["fields"]["name"] == "Idempotency-Key"


class TestWhoMay:
    """401 and 403."""

    ADDRESSES = (
        ("POST", "/v1/contracts/decisions"),
        ("GET", "/v1/contracts/decisions/00ff"),
        ("POST", "/v1/contracts/decisions/00ff/deliveries"),
        ("GET", "/v1/contracts/decisions/00ff/deliveries"),
        ("POST", "/v1/contracts/decisions/00ff/rental"),
        ("POST", "/v1/contracts/lives"),
        ("GET", "/v1/contracts/lives/00ff"),
        ("POST", "/v1/contracts/lives/00ff/events"),
        ("GET", "/v1/contracts/checklist?subject=natural&event=new_contract&channel=remote&service=voice"),
        ("POST", "/v1/contracts/challenges"),
        ("POST", "/v1/contracts/evidence"),
        ("GET", "/v1/contracts/evidence/00ff"),
        ("GET", "/v1/contracts/trust"),
        ("GET", "/v1/contracts/outside"),
        ("POST", "/v1/contracts/sign-ins"),
        ("POST", "/v1/contracts/sign-ins/finish"),
        ("POST", "/v1/contracts/accounts/x"),
        ("GET", "/v1/contracts/accounts/x/authenticators"),
        ("DELETE", "/v1/contracts/accounts/x/authenticators/00ff?reason=x"),
        ("POST", "/v1/contracts/accounts/x/recovery"),
        ("POST", "/v1/contracts/accounts/x/passkeys/options"),
        ("POST", "/v1/contracts/accounts/x/passkeys"),
        ("POST", "/v1/contracts/accounts/x/codes"),
        ("POST", "/v1/contracts/accounts/x/codes/00ff"),
        ("POST", "/v1/contracts/accounts/x/cards/challenge"),
        ("POST", "/v1/contracts/accounts/x/cards"),
        ("POST", "/v1/contracts/accounts/x/step-ups"),
        ("POST", "/v1/contracts/accounts/x/step-ups/00ff"),
        ("GET", "/v1/rulebook"),
        ("GET", "/v1/rulebook/rules"),
        ("GET", "/v1/rulebook/rules/x"),
        ("GET", "/v1/rulebook/timeline?event=new_contract&subject=natural&channel=remote"),
        ("GET", "/v1/rulebook/differences?before=2026-03-31&after=2026-04-01"),
        ("GET", "/v1/ledger/checkpoint"),
        ("POST", "/v1/logs/who"),
        ("POST", "/v1/logs/trail"),
        ("POST", "/v1/logs/contractor"),
        ("GET", "/v1/logs/policies"),
        ("POST", "/v1/logs/policies"),
        ("GET", "/v1/logs/policies/x"),
        ("POST", "/v1/logs/policies/x/approve"),
        ("POST", "/v1/logs/policies/x/make"),
        ("POST", "/v1/logs/policies/x/withdraw"),
        ("POST", "/v1/logs/policies/x/end"),
        ("GET", "/v1/logs/holds"),
        ("POST", "/v1/logs/holds"),
        ("GET", "/v1/logs/holds/x"),
        ("POST", "/v1/logs/holds/x/approve"),
        ("POST", "/v1/logs/holds/x/make"),
        ("POST", "/v1/logs/holds/x/withdraw"),
        ("POST", "/v1/logs/holds/x/extend"),
        ("POST", "/v1/logs/holds/x/review"),
        ("POST", "/v1/logs/holds/x/release"),
        ("GET", "/v1/disclosure/cases"),
        ("POST", "/v1/disclosure/cases"),
        ("POST", "/v1/disclosure/cases/x/answer"),
        ("GET", "/v1/disclosure/cases/x/papers/x"),
        *(("POST", f"/v1/disclosure/cases/x/{step.path}") for step in STEPS),
        *(("GET", f"/v1/disclosure/cases/x{path}") for path in VIEWS),
        *HOUSE,
        *APPS,
        *CALLS,
        *STOPS,
    )

    @pytest.mark.parametrize(("method", "address"), ADDRESSES)
    def test_no_way_in_without_a_token(self, api: Api, method: str, address: str) -> None:
        """No token, another scheme, a wrong token: 401 on every address, before anything is read."""
        answer = api.request(method, address, token=None)
        told(answer, 401, "token_missing")
        assert answer.headers["www-authenticate"] == 'Bearer realm="sekisho"'
        told(api.request(method, address, headers={"Authorization": "Basic YTpi"}), 401, "token_missing")
        for wrong in ("x", api.token[:-1] + ("a" if api.token[-1] != "a" else "b"), "é"):
            answer = api.request(method, address, headers={"Authorization": f"Bearer {wrong}".encode()})
            found = told(answer, 401, "token_not_accepted")
            assert wrong not in json.dumps(found)
            assert 'error="invalid_token"' in answer.headers["www-authenticate"]

    def test_every_address_is_in_that_list(self, api: Api) -> None:
        """The list above is the whole interface."""
        listed = {(method, re.sub(r"\?.*", "", address)) for method, address in self.ADDRESSES}
        for path, operations in api.app.openapi()["paths"].items():
            if path in SIGNED:
                continue
            pattern = re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path))
            for method in operations:
                assert any(m == method.upper() and pattern.fullmatch(address) for m, address in listed), path

    def test_expired_and_revoked(self, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
        """A token ends with its time, and at once when it is withdrawn."""
        now = api.workspace.clock.now()
        with api.workspace.database.read() as connection:
            admin = service.stated_principal(connection, "admin", required=Scope.STAFF_ADMIN)
        _, token_id, _ = api.token.split("_")
        assert api.request("GET", "/v1/rulebook").status_code == 200
        with monkeypatch.context() as patched:
            patched.setattr(SystemClock, "now", lambda _: now + timedelta(days=91))
            told(api.request("GET", "/v1/rulebook"), 401, "token_expired")
        api.workspace.change(lambda c: service.revoke_token(c, actor=admin, token_id=token_id, now=now))
        told(api.request("GET", "/v1/rulebook"), 401, "token_revoked")

    def test_scopes(self, shop: Shop) -> None:
        """A token that may only read decides nothing, one that may only decide reads nothing; the scope is named."""
        reading, deciding = issue(shop, "read"), issue(shop, "decide")
        with Workspace.open(shop.path, keyring=KeyFile(shop.key)) as workspace:
            api = Api(workspace, create_app(workspace), reading)
            before = api.size()
            answer = api.decide()
            assert told(answer, 403, "scope_missing")["fields"]["scope"] == "decide"
            assert 'scope="decide"' in answer.headers["www-authenticate"]
            told(api.request("GET", "/v1/ledger/checkpoint", token=deciding), 403, "scope_missing")
            assert api.size() == before


class TestRefused:
    """404, 405, 413, 422, and what is written then: nothing."""

    @pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.name)
    def test_bad_input(self, api: Api, bad: Bad) -> None:
        """The same faults as on the command line, with the same reason and field, and no leaf."""
        before = api.size()
        answer = api.request("POST", "/v1/contracts/decisions", content=bad.raw, headers={"Idempotency-Key": "k"})
        reason = "body_too_large" if len(bad.raw) > MAX_BYTES else bad.reason
        found = told(answer, answer.status_code, reason)
        assert answer.status_code in (400, 413, 422)
        assert found["fields"].get("field") == bad.field
        assert "123456789018" not in answer.text
        assert api.size() == before
        # The key was not used up by what was refused.
        assert api.decide(headers={"Idempotency-Key": "k"}).status_code == 200

    def test_fifty_megabytes(self, api: Api) -> None:
        """Refused by its announced length, and without one as soon as it is too long."""
        parts = 0

        async def stream() -> Any:
            nonlocal parts
            for _ in range(800):
                parts += 1
                yield b"x" * 65536

        told(api.request("POST", "/v1/contracts/decisions", content=b"x" * 50_000_000), 413, "body_too_large")
        told(api.request("POST", "/v1/contracts/decisions", content=stream()), 413, "body_too_large")
        assert parts <= MAX_BYTES // 65536 + 1

    def test_unknown_address(self, api: Api) -> None:
        """404 with the address, as a problem document like any other."""
        assert told(api.request("GET", "/v1/nowhere"), 404, "no_such_address")["fields"] == {"path": "/v1/nowhere"}
        told(api.request("GET", "/"), 404, "no_such_address")
        told(api.request("GET", "/docs"), 404, "no_such_address")

    def test_wrong_method(self, api: Api) -> None:
        """405 with the methods that are taken (RFC 9110 section 15.5.6)."""
        answer = api.request("DELETE", "/v1/contracts/decisions")
        assert told(answer, 405, "method_not_allowed")["fields"] == {"method": "DELETE", "allowed": "POST"}
        assert answer.headers["allow"] == "POST"

    @pytest.mark.parametrize(
        ("method", "address", "name"),
        [
            ("POST", "/v1/contracts/decisions?as_of=2026-02-30", "as_of"),
            ("POST", "/v1/contracts/decisions?as_of=yesterday", "as_of"),
            ("POST", "/v1/contracts/decisions?explain=perhaps", "explain"),
            ("GET", "/v1/rulebook/timeline?event=new_contract&subject=natural", "channel"),
            ("GET", "/v1/rulebook/timeline?event=new_contract&subject=natural&channel=telepathy", "channel"),
            ("GET", "/v1/rulebook/timeline?event=new_contract&subject=dog&channel=remote", "subject"),
            ("GET", "/v1/rulebook/differences?before=2026-03-31", "after"),
        ],
    )
    def test_parameters(self, api: Api, method: str, address: str, name: str) -> None:
        """A parameter that is missing or not of its form is named, as it is called in the address."""
        more: dict[str, Any] = {"json": APPLICATION} if method == "POST" else {}
        found = told(api.request(method, address, **more), 422, "query_refused")
        assert found["fields"]["name"] == name

    def test_language(self, api: Api) -> None:
        """Detail is in the caller's language; both are there."""
        found = api.request("GET", "/v1/nowhere", headers={"Accept-Language": "en-GB"}).json()
        assert found["detail"] == found["message"]["en"]


class TestUnavailable:
    """503 and 500: never an answer, never a detail."""

    def test_ledger_stalled(self, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
        """What can't be recorded isn't answered."""

        async def stalled(*_: Any, **__: Any) -> None:
            raise LedgerStalled(cause="OSError")

        monkeypatch.setattr(ContractService, "decide_async", stalled)
        told(api.decide(), 503, "ledger_stalled")

    def test_database_down(self, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
        """A database that doesn't answer is 503, without a word of what was asked of it."""

        def down(*_: Any, **__: Any) -> None:
            raise OperationalError("SELECT secret", {}, Exception("secret"))

        monkeypatch.setattr(ContractService, "find", down)
        answer = api.request("GET", "/v1/contracts/decisions/00ff")
        told(answer, 503, "database_unavailable")
        assert "secret" not in answer.text

    def test_a_fault_of_ours(self, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
        """500 tells nothing of what went wrong."""
        monkeypatch.setattr(ContractService, "find", lambda *_: 1 // 0)
        answer = api.request("GET", "/v1/contracts/decisions/00ff")
        told(answer, 500, "internal_error")
        assert "ZeroDivision" not in answer.text


class TestReading:
    """The rulebook and the checkpoint."""

    def test_rulebook(self, api: Api) -> None:
        """What the server applies: its hash, its rules, one of them, the days on which it changes."""
        summary = api.request("GET", "/v1/rulebook").json()
        listed = api.request("GET", "/v1/rulebook/rules").json()
        assert summary["rules"] == len(listed) > 50
        assert "2026-04-01" in summary["change_days"]
        assert api.decide().json()["rulebook"] == summary["content_hash"]
        one = api.request("GET", f"/v1/rulebook/rules/{listed[0]['id']}").json()
        assert one == listed[0]
        told(api.request("GET", "/v1/rulebook/rules/no.such.rule"), 404, "unknown_rule")

    def test_timeline_and_differences(self, api: Api) -> None:
        """The photo of a licence ends on 1 April 2026, in both views."""
        address = "/v1/rulebook/timeline?event=new_contract&subject=natural&channel=remote"
        lines = api.request("GET", address).json()
        ended = {
            stretch["rule"]
            for line in lines
            for stretch in line["stretches"]
            if stretch["until"] == "2026-04-01"
        }
        assert ended
        changes = api.request("GET", "/v1/rulebook/differences?before=2026-03-31&after=2026-04-01").json()
        assert ended <= {change["rule"] for change in changes}
        assert api.request("GET", "/v1/rulebook/differences?before=2026-04-02&after=2026-04-03").json() == []

    def test_checkpoint(self, api: Api) -> None:
        """Signed by the workspace's key, and covering what was just decided."""
        made = api.decide().json()
        answer = api.request("GET", "/v1/ledger/checkpoint")
        assert answer.headers["content-type"].startswith("text/plain")
        workspace = api.workspace
        head = open_checkpoint(answer.content, public_key=workspace.ledger_public_key, origin=workspace.origin)
        assert head.size == made["ledger_index"] + 1


class TestDescription:
    """``/v1/openapi.json``."""

    def test_it_is_openapi_31(self, api: Api) -> None:
        """Open to all, version 3.1, every schema a JSON Schema, every reference there, the way in named."""
        found = api.request("GET", "/v1/openapi.json", token=None).json()
        assert found["openapi"].startswith("3.1.")
        assert {"title", "version"} <= found["info"].keys()
        assert found["security"] == [{"token": []}]
        assert found["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
        ids = set()
        for path, operations in found["paths"].items():
            for method, operation in operations.items():
                assert method in {"get", "post", "delete"}
                ids.add(operation["operationId"])
                assert " / " in operation["summary"]
                assert {"200", "401", "403", "410", "422", "503"} <= operation["responses"].keys()
                assert all("description" in response for response in operation["responses"].values())
                for name in re.findall(r"\{(\w+)\}", path):
                    assert {"name": name, "in": "path", "required": True}.items() <= next(
                        each for each in operation["parameters"] if each["name"] == name
                    ).items()
                for schema in _schemas(operation):
                    jsonschema.Draft202012Validator.check_schema(schema)
        assert len(ids) == sum(len(operations) for operations in found["paths"].values())
        text = json.dumps(found)
        for reference in re.findall(r'"#/([^"]+)"', text):
            at: Any = found
            for part in reference.split("/"):
                at = at[part]
        assert "HTTPValidationError" not in text

    def test_examples_fit_it(self, api: Api) -> None:
        """What the description says of an application is true of every example."""
        operation = api.app.openapi()["paths"]["/v1/contracts/decisions"]["post"]
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        for file in (PROJECT / "examples" / "contracts").glob("*.json"):
            jsonschema.validate(json.loads(file.read_bytes()), schema)

    def test_every_address_is_documented(self, api: Api) -> None:
        """docs/http.md names each address with its method, and no other; each reason in its table exists."""
        page = (PROJECT / "docs" / "http.md").read_text(encoding="utf-8")
        wanted = {
            f"{method.upper()} {path}"
            for path, operations in api.app.openapi()["paths"].items()
            for method in operations
        }
        named = set(re.findall(r"`((?:GET|POST|DELETE) /v1/[^`?\s]*)", page))
        assert named == wanted | {"GET /v1/openapi.json"}
        known = {
            match
            for file in (PROJECT / "src" / "sekisho").rglob("*.py")
            for match in re.findall(r'^    reason(?:: ClassVar\[str\])? = "(\w+)"', file.read_text(), re.MULTILINE)
        }
        rows = re.findall(r"^\| \d{3} \| ([^|]*)\|", page, re.MULTILINE)
        reasons = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
        assert len(reasons) > 10
        assert reasons <= known


def _schemas(value: Any) -> list[Any]:
    found = []
    if isinstance(value, dict):
        found += [value["schema"]] if "schema" in value else []
        for below in value.values():
            found += _schemas(below)
    elif isinstance(value, list):
        for below in value:
            found += _schemas(below)
    return found


def test_the_page_is_linked() -> None:
    """Who reads about the server finds the page about its interface."""
    assert "http.md" in (PROJECT / "README.md").read_text(encoding="utf-8")
    assert Path(PROJECT / "docs" / "http.md").exists()


def test_the_longest_application_is_stored(api: Api) -> None:
    """What the reader takes, the store takes: a hundred items with the longest texts."""
    item = APPLICATION["evidence"][0]
    item = item | {"name": "関" * 330, "address": "架" * 330}
    made = APPLICATION | {"evidence": [item] * 100}
    while len(json.dumps(made, ensure_ascii=False).encode()) > 256 * 1024:
        made["evidence"] = made["evidence"][:-1]
    answer = api.request("POST", "/v1/contracts/decisions", content=json.dumps(made, ensure_ascii=False).encode())
    assert answer.status_code == 200, answer.text
    assert api.request("GET", f"/v1/contracts/decisions/{answer.json()['id']}").status_code == 200
