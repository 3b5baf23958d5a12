"""``sekisho contract challenge | evidence | trust``: raw evidence in a workspace, from the command line."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from sekisho.clock import SystemClock
from sekisho.contracts.evidence.jpki.profile import Purpose
from sekisho.contracts.evidence.verifiers import VERIFIERS
from sekisho.contracts.simulators.jpki import SimulatedCard, SimulatedJpki
from tests.cli.conftest import Shop, document, run
from tests.contracts.applications import ADDRESS, BIRTH, NAME
from tests.contracts.cards import REI, USES, application

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
def files(jpki: SimulatedJpki, tmp_path: Path) -> Path:
    """What an operator would obtain: the authority's certificate and the day's list."""
    (tmp_path / "authority.cer").write_bytes(jpki.authority(Purpose.SIGNING))
    listed = jpki.revocation_list(Purpose.SIGNING, moment=SystemClock().now())
    (tmp_path / "list.crl").write_bytes(listed)
    return tmp_path


def trusted(shop: Shop, files: Path) -> list[dict[str, Any]]:
    """Both files, added by the lawyer."""
    added = [("authority.cer", USES[0]), ("list.crl", USES[1])]
    return [
        document(shop.run("contract", "trust", "add", use, files / name, "--json", by="legal")) for name, use in added
    ]


def signed(shop: Shop, card: SimulatedCard, **more: Any) -> dict[str, Any]:
    """A signature over a challenge that the command line issued."""
    asked = ("contract", "challenge", "--application", "T-1", "--agreed-to", "sha256:00")
    issued = document(shop.run(*asked, "--json", by="clerk"))
    return card.document(bytes.fromhex(issued["nonce"]), base64.b64decode(issued["text"])) | more


def test_verify_keep_and_decide(shop: Shop, files: Path, card: SimulatedCard) -> None:
    """Trust, challenge, evidence, decision: the kept evidence is accepted by its id and shown again."""
    trusted(shop, files)
    (files / "e.json").write_text(json.dumps(signed(shop, card, stated=STATED)), encoding="utf-8")
    add = ("contract", "evidence", "add", files / "e.json", "--kind", "jpki", "--application", "T-1")
    kept = document(shop.run(*add, "--json", by="clerk"))
    assert kept["state"] == "verified"
    named = {"kind": "electronic_signature", "person": "subject", "evidence": kept["id"]}
    (files / "a.json").write_text(json.dumps(application(named)), encoding="utf-8")
    assert document(shop.run("contract", "decide", files / "a.json", "--json", by="clerk"))["verdict"] == "accept"
    shown = shop.run("--lang", "en", "contract", "evidence", "show", kept["id"])
    assert shown.exit_code == 0
    assert f"verified  {kept['id']}  ledger #{kept['ledger_index']}" in shown.stdout
    assert NAME not in shown.stdout
    replayed = shop.run(*add, by="clerk")
    assert replayed.exit_code == 2
    assert "検証に通りませんでした" in replayed.stdout


def test_an_application_with_raw_evidence(shop: Shop, files: Path, card: SimulatedCard) -> None:
    """In a file of its own, and as a line of a stream."""
    trusted(shop, files)
    for name, options in (("a.json", ()), ("a.jsonl", ())):
        item = {
            "kind": "electronic_signature",
            "person": "subject",
            "raw": {"format": "jpki", "document": signed(shop, card)},
        }
        (files / name).write_text(json.dumps(application(item)) + "\n", encoding="utf-8")
        made = shop.run("contract", "decide", files / name, "--json", *options, by="clerk")
        assert json.loads(made.stdout)["verdict"] == "accept"


def test_trust_is_listed_and_removed(shop: Shop, files: Path) -> None:
    """By use and name; what another file needs is not removed; each change is a leaf."""
    before = shop.size()
    authority, listed = trusted(shop, files)
    assert document(shop.run("contract", "trust", "list", "--json")) == [authority, listed]
    text = shop.run("contract", "trust", "list")
    assert f"{USES[0]}  authority.cer" in text.stdout
    refused = shop.run("contract", "trust", "remove", authority["id"], "--json", by="legal")
    assert (refused.exit_code, json.loads(refused.stdout)["error"]["reason"]) == (2, "trust_file_refused")
    assert shop.run("contract", "trust", "remove", listed["id"], by="legal").exit_code == 0
    assert document(shop.run("contract", "trust", "remove", authority["id"], "--json", by="legal")) == authority
    assert shop.size() == before + 4


@pytest.mark.parametrize(("by", "code", "reason"), [("clerk", 3, "scope_missing"), (None, 2, "no_staff")])
def test_who_may_choose_what_is_trusted(shop: Shop, files: Path, by: str | None, code: int, reason: str) -> None:
    """The lawyer; neither the clerk who sends evidence nor nobody in particular."""
    done = shop.run("contract", "trust", "add", USES[0], files / "authority.cer", "--json", by=by)
    assert (done.exit_code, json.loads(done.stdout)["error"]["reason"]) == (code, reason)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("contract", "trust", "add", "no_such_use", "FILE"), "unknown_use"),
        (("contract", "trust", "add", USES[0], "FILE", "--name", "a\tb"), "wrong_value"),
        (("contract", "trust", "remove", "00"), "unknown_trust_file"),
        (("contract", "evidence", "show", "00"), "unknown_evidence"),
        (("contract", "challenge", "--application", "T-1", "--agreed-to", "a\tb"), "wrong_value"),
        (("contract", "challenge", "--application", "T-1", "--agreed-to", "x", "--purpose", "No"), "wrong_value"),
    ],
)
def test_what_is_refused(shop: Shop, files: Path, arguments: tuple[str, ...], reason: str) -> None:
    """Exit code 2 and the reason."""
    words = [files / "authority.cer" if word == "FILE" else word for word in arguments]
    done = shop.run(*words, "--json", by="legal" if "trust" in words else "clerk")
    assert (done.exit_code, json.loads(done.stdout)["error"]["reason"]) == (2, reason), done.output


def test_the_kinds_are_listed() -> None:
    """Every kind with its trust files and whom it asks, in both languages, without a workspace."""
    listed = {one["kind"]: one for one in document(run("contract", "evidence", "list", "--json"))}
    assert listed.keys() == VERIFIERS.keys()
    assert listed["jpki"]["asks"] == ["jpki_platform"]
    assert [use["use"] for use in listed["passport"]["trust"]] == [use.name for use in VERIFIERS["passport"].uses]
    assert listed["passport"]["covers"] == ["chip_read"]
    assert "outside parties: corporate_number" in run("--lang", "en", "contract", "evidence", "list").stdout
    assert "照会先: registry_information" in run("contract", "evidence", "list").stdout
