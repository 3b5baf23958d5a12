"""``sekisho contract account``: the domain, an account's list, removal and recovery; and a saved answer verified."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from sekisho.clock import JAPAN, SystemClock
from sekisho.contracts.reauthentication.passkey import from_base64url
from sekisho.contracts.reauthentication.registration import RegistrationService
from sekisho.contracts.reauthentication.service import AccountService, Ground
from sekisho.contracts.service import Caller
from sekisho.contracts.trust import TrustSettings
from sekisho.keys import KeyFile
from sekisho.workspace import Workspace
from tests.cli.conftest import Shop, document, run
from tests.contracts.applications import ADDRESS, BIRTH, NAME, written
from tests.contracts.evidence.fixtures import reauthentication as made_up
from tests.contracts.evidence.reauthentication.authenticator import ORIGIN, RP_ID, Authenticator

CLERK = Caller("stated:clerk", may_attest=True)


def proofed(shop: Shop) -> str:
    """An accepted decision of just now, by the command line."""
    now = (SystemClock().now() - timedelta(seconds=5)).astimezone(JAPAN).isoformat()
    stated = {"name": NAME, "address": ADDRESS, "birth_date": BIRTH}
    shown = {
        "kind": "document_shown", "person": "subject", "at": now, "document": "driving_licence",
        "bears_photo": True, "valid_until": "2040-01-01", "issued_on": "2025-01-01", "altered": False, **stated,
    }  # fmt: skip
    asked = written(channel="face_to_face", applied_at=None, decided_at=None, evidence=[shown])
    told = document(shop.run("contract", "decide", "-", "--json", by="clerk", stdin=json.dumps(asked)))
    assert told["verdict"] == "accept"
    return str(told["id"])


def register(shop: Shop, decision: str) -> str:
    """A passkey registered as over HTTP."""
    with Workspace.open(shop.path, keyring=KeyFile(shop.key)) as workspace:
        registration = RegistrationService(workspace, AccountService(workspace), TrustSettings(workspace))
        ground, device = Ground(decision=decision), Authenticator()
        options = registration.passkey_options("c-1", ground, label="電話")
        credential = device.register(from_base64url(options["challenge"], "challenge"))
        return registration.register_passkey("c-1", ground, credential, label="電話", caller=CLERK)


def test_an_account_at_the_counter(shop: Shop) -> None:
    """Configure, open, list, remove, recover; each answers in words and in JSON."""
    account = ("contract", "account")
    party = ("relying-party", RP_ID, "--name", "見本", "--origin", ORIGIN)
    assert shop.run(*account, *party, by="clerk").exit_code == 3
    assert document(shop.run(*account, *party, "--json", by="legal"))["origins"] == [ORIGIN]
    decision = proofed(shop)
    assert document(shop.run(*account, "open", "c-1", "--decision", decision, "--json", by="clerk"))["account"] == "c-1"
    assert "ありません" in shop.run(*account, "list", "c-1").stdout
    device = register(shop, decision)
    shown = shop.run(*account, "list", "c-1")
    assert device in shown.stdout
    (listed,) = document(shop.run(*account, "list", "c-1", "--json"))
    assert listed["registration"]["rp_id"] == RP_ID
    refused = shop.run(*account, "recover", "c-1", "--decision", decision, "--yes", "--json", by="clerk")
    assert (refused.exit_code, json.loads(refused.stdout)["error"]["reason"]) == (2, "proofing_used")
    removing = (*account, "remove", "c-1", device, "--reason", "紛失")
    assert shop.run(*removing, by="clerk", stdin="n\n").exit_code == 2
    assert document(shop.run(*removing, "--yes", "--json", by="clerk")) == {"removed": [device]}
    again = register(shop, decision)
    recovered = shop.run(*account, "recover", "c-1", "--decision", proofed(shop), "--yes", "--json", by="clerk")
    assert document(recovered) == {"removed": [again]}
    assert shop.run(*account, "list", "nobody").exit_code == 2


@pytest.mark.parametrize(("kind", "file"), [("passkey", "answer.json"), ("reauthentication", "step_up.json")])
def test_a_saved_answer_is_verified(tmp_path: Path, kind: str, file: str) -> None:
    """With the registration given as trust: done at its own time, refused at another, unknown without it."""
    made_up.write(tmp_path)
    words = ("contract", "verify", tmp_path / file, "--kind", kind, "--json")
    trust = ("--trust", "passkey_registration", tmp_path / "registration.json")
    good = run(*words, *trust, "--at", "2026-11-23T12:00:00+0900")
    assert document(good)["facts"]["phishing_resistant"] is True
    assert run(*words, *trust, "--at", "2026-11-24T12:00:00+0900").exit_code == 2
    assert run(*words, "--at", "2026-11-23T12:00:00+0900").exit_code == 2
