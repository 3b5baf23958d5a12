"""Raw evidence over HTTP: challenge, verification, decision, and what an operator trusts."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from sekisho.api.app import create_app
from sekisho.clock import SystemClock
from sekisho.contracts.adapters.bounded_http import Key
from sekisho.contracts.application import MAX_BYTES
from sekisho.contracts.evidence.jpki.profile import Purpose
from sekisho.contracts.service import ContractService
from sekisho.contracts.simulators.jpki import SimulatedCard, SimulatedJpki
from sekisho.keys import KeyFile
from sekisho.workspace import Workspace
from tests.api.conftest import Api, issue
from tests.api.test_http import told
from tests.cli.conftest import Shop
from tests.contracts.applications import ADDRESS, BIRTH, NAME
from tests.contracts.cards import REI, USES, application, raw

STATED = {"name": NAME, "address": ADDRESS, "birth_date": BIRTH}


@pytest.fixture(scope="module")
def jpki() -> SimulatedJpki:
    """A made-up JPKI of today."""
    return SimulatedJpki(moment=SystemClock().now())


@pytest.fixture(scope="module")
def card(jpki: SimulatedJpki) -> SimulatedCard:
    """The applicant's card."""
    return jpki.signing_card(REI)


@pytest.fixture
def api(shop: Shop, jpki: SimulatedJpki) -> Iterator[Api]:
    """A server that trusts the made-up JPKI; a token that may decide and read, and attests nothing."""
    token = issue(shop, "decide", "read")
    with Workspace.open(shop.path, keyring=KeyFile(shop.key)) as workspace:
        trust = ContractService(workspace).trust
        trust.add(USES[0], "authority.cer", jpki.authority(Purpose.SIGNING), by="stated:legal")
        listed = jpki.revocation_list(Purpose.SIGNING, moment=workspace.clock.now())
        trust.add(USES[1], "list.crl", listed, by="stated:legal")
        yield Api(workspace, create_app(workspace), token)


def signature(api: Api, card: SimulatedCard) -> dict[str, Any]:
    """A signature over a challenge that the server issued."""
    asked = {"application": "T-1", "purpose": "signing", "agreed_to": "sha256:00"}
    issued = api.request("POST", "/v1/contracts/challenges", json=asked).json()
    assert datetime.fromisoformat(issued["expires_at"]).tzinfo is not None
    return card.document(bytes.fromhex(issued["nonce"]), base64.b64decode(issued["text"]))


def test_a_signature_decides(api: Api, card: SimulatedCard) -> None:
    """Challenge, signature, decision: accepted without anybody who attests; the report is found again."""
    made = api.decide(application(raw(signature(api, card)))).json()
    assert (made["verdict"], made["evidence"][0]["origin"]) == ("accept", "verified")
    found = api.request("GET", f"/v1/contracts/evidence/{made['evidence'][0]['id']}").json()
    assert (found["state"], found["kind"]) == ("verified", "electronic_signature")
    assert found["report"] == made["evidence"][0]["report"]


def test_evidence_before_the_decision(api: Api, card: SimulatedCard) -> None:
    """Verified and kept by itself, then named; a repeat under one key is the same report."""
    asked = {"format": "jpki", "application": "T-1", "stated": STATED, "document": signature(api, card)}
    more: dict[str, Any] = {"json": asked, "headers": {"Idempotency-Key": "k"}}
    first, second = (api.request("POST", "/v1/contracts/evidence", **more).json() for _ in range(2))
    assert (first, first["state"]) == (second, "verified")
    named = {"kind": "electronic_signature", "person": "subject", "evidence": first["id"]}
    assert api.decide(application(named)).json()["verdict"] == "accept"
    told(api.decide(application(named) | {"application": "T-2"}), 422, "evidence_for_another")
    told(api.decide(application(named | {"evidence": "00"})), 404, "unknown_evidence")


@pytest.mark.parametrize("key", [None, "k"])
def test_at_the_same_moment(api: Api, card: SimulatedCard, key: str | None) -> None:
    """One signature in ten requests at once: one success; under one key, one answer for all."""
    asked = {"json": application(raw(signature(api, card))), "headers": {"Idempotency-Key": key} if key else {}}
    answers = asyncio.run(api.requests([("POST", "/v1/contracts/decisions", dict(asked)) for _ in range(10)]))
    verdicts = [answer.json()["verdict"] for answer in answers]
    assert verdicts.count("accept") == (10 if key else 1)
    assert len({answer.json()["id"] for answer in answers}) == (1 if key else 10)


@pytest.mark.parametrize(
    ("address", "change", "reason"),
    [
        ("evidence", {"format": "telepathy"}, "unknown_format"),
        ("evidence", {"person": "nobody"}, "wrong_value"),
        ("evidence", {"stated": {"name": "個人番号 123456789018"}}, "individual_number"),
        ("evidence", {"stated": {"colour": "red"}}, "unknown_field"),
        ("evidence", {"document": []}, "wrong_value"),
        ("evidence", {"document": {"purpose": "fun"}}, "missing_field"),
        ("evidence", {"colour": "red"}, "unknown_field"),
        ("evidence", {"application": None}, "wrong_value"),
        ("evidence", {"application": "個人番号 123456789018"}, "individual_number"),
        ("challenges", {"purpose": "No Slug"}, "wrong_value"),
        ("challenges", {"agreed_to": ""}, "wrong_value"),
        ("challenges", {"colour": "red"}, "unknown_field"),
    ],
)
def test_bad_requests(api: Api, address: str, change: dict[str, Any], reason: str) -> None:
    """Each fault is named, and nothing is written."""
    good: dict[str, dict[str, Any]] = {
        "evidence": {"format": "jpki", "application": "T-1", "stated": STATED, "document": {}},
        "challenges": {"application": "T-1", "purpose": "signing", "agreed_to": "x"},
    }
    before = api.size()
    told(api.request("POST", f"/v1/contracts/{address}", json=good[address] | change), 422, reason)
    assert api.size() == before


def test_sizes(api: Api, card: SimulatedCard) -> None:
    """A large body is read beside the loop; one over the limit isn't read at all."""
    large = application(raw(signature(api, card) | {"certificate": "A" * 200_000}))
    failure = api.decide(large).json()["evidence"][0]["report"]["failure"]
    assert (failure["reason"], failure["step"]) == ("jpki_too_big", 0)
    answer = api.request("POST", "/v1/contracts/evidence", content=b"x" * (MAX_BYTES + 1))
    told(answer, 413, "body_too_large")


def test_what_is_trusted(api: Api) -> None:
    """Use, name and digest of every file, and who added it; never its content."""
    files = api.request("GET", "/v1/contracts/trust").json()["files"]
    assert [(one["use"], one["name"]) for one in files] == [(USES[0], "authority.cer"), (USES[1], "list.crl")]
    assert files[0].keys() == {"id", "use", "name", "sha256", "size", "added_by", "added_at"}


def test_a_challenge_has_the_form_of_its_purpose(api: Api) -> None:
    """A signature stands for something; a passport's chip is given eight bytes and signs nothing."""

    def asked(**more: Any) -> Any:
        answer = api.request("POST", "/v1/contracts/challenges", json={"application": "A-1", **more})
        return answer.status_code, answer.json()

    status, chip = asked(purpose="passport_chip")
    assert (status, len(chip["chip_challenge"]), len(chip["nonce"])) == (200, 16, 64)
    status, signing = asked(purpose="signing", agreed_to="sha256:00")
    assert (status, "chip_challenge" in signing) == (200, False)
    for refused in ({"purpose": "signing"}, {"purpose": "passport_chip", "agreed_to": "sha256:00"}):
        assert asked(**refused)[0] == 422


def test_who_is_asked_is_listed_without_keys(api: Api) -> None:
    """Name, address and who set it; a simulator says that it is one."""
    assert api.request("GET", "/v1/contracts/outside").json() == {"parties": []}
    outside = ContractService(api.workspace).outside
    entry = outside.set("jpki_platform", "http://127.0.0.1:9", Key("made-up-platform-key"), by="stated:legal")
    answer = api.request("GET", "/v1/contracts/outside")
    assert answer.json() == {"parties": [entry.as_document()]}
    assert entry.as_document()["simulator"] is True
    assert "made-up-platform-key" not in answer.text
