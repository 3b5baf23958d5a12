"""A sign-in over the HTTP interface: begun, made at a simulated provider, finished, and used in a decision."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from sekisho.contracts.evidence.oidc.provider import read_provider
from sekisho.contracts.service import ContractService
from sekisho.contracts.sign_in.credentials import keep_credential
from sekisho.contracts.simulators.openid_people import GBIZID
from sekisho.contracts.simulators.openid_provider import start
from tests.api.conftest import Api

CALLBACK = "https://shop.example/callback"
BEGIN, FINISH = "/v1/contracts/sign-ins", "/v1/contracts/sign-ins/finish"


def test_a_whole_sign_in(api: Api) -> None:
    """Begin, go to the provider, come back, finish: the answer is the kept evidence with its report."""
    with start(GBIZID, redirect_uris=(CALLBACK,)) as running:
        configuration = running.provider_file()
        ContractService(api.workspace).trust.add("oidc_provider", "gbizid.json", configuration, by="stated:lawyer")
        keep_credential(api.workspace, read_provider(configuration), running.credential, by="stated:lawyer")
        asked = {"application": "A-1", "issuer": running.issuer, "redirect_uri": CALLBACK}
        begun = api.request("POST", BEGIN, json=asked)
        assert begun.status_code == 200, begun.text
        came = httpx.get(begun.json()["address"] + "&simulator_person=prime", trust_env=False)
        parameters = dict(parse_qsl(urlsplit(came.headers["location"]).query))
        assert parameters["state"] == begun.json()["state"]
        body = {"application": "A-1", "parameters": parameters, "person": "representative"}
        finished = api.request("POST", FINISH, json=body)
        assert finished.status_code == 200, finished.text
        authority, belonging = finished.json()["evidence"]
        assert authority["report"]["facts"]["proof"] == "gbizid_prime"
        assert belonging["report"]["facts"]["shown_by"] == "gbizid_prime"
        assert api.request("GET", f"/v1/contracts/evidence/{authority['id']}").json()["state"] == "verified"
        again = api.request("POST", FINISH, json=body)
        assert (again.status_code, again.json()["title"]) == (422, "sign_in_used")


@pytest.mark.parametrize(
    ("address", "body", "status", "reason"),
    [
        (
            BEGIN,
            {"application": "A-1", "issuer": "https://x.example", "redirect_uri": CALLBACK},
            404,
            "unknown_provider",
        ),
        (BEGIN, {"application": "A-1"}, 422, "missing_field"),
        (BEGIN, {"application": "A-1", "issuer": "i", "redirect_uri": "r", "scope": "all"}, 422, "unknown_field"),
        (FINISH, {"application": "A-1", "parameters": {"state": "s", "code": "c"}}, 422, "sign_in_unknown"),
        (FINISH, {"application": "A-1", "parameters": {"state": ["s"]}}, 422, "wrong_value"),
        (FINISH, {"application": "A-1", "parameters": {}, "stated": {"email": "x"}}, 422, "unknown_field"),
        (
            FINISH,
            {"application": "A-1", "parameters": {"state": "s", "error": "e"}, "consent": {}},
            422,
            "missing_field",
        ),
    ],
)
def test_requests_that_are_refused(api: Api, address: str, body: dict[str, Any], status: int, reason: str) -> None:
    """Each by its name, without a trace in the ledger."""
    before = api.size()
    answer = api.request("POST", address, json=body)
    assert (answer.status_code, answer.json()["title"]) == (status, reason)
    assert api.size() == before


def test_a_token_without_the_scope_begins_nothing(api: Api) -> None:
    """And neither does no token."""
    assert api.request("POST", BEGIN, token=None, json={}).status_code == 401


def test_a_body_that_is_too_large(api: Api) -> None:
    """A code and a state have no megabyte."""
    assert api.request("POST", FINISH, content=b"x" * 40_000).status_code == 413
