"""``sekisho call list`` and its neighbours: from an entry to what is published, and back."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sekisho.calls.listing.signed import Manifest
from tests.cli.conftest import Shop, document

NUMBER = "0312345678"
SIGNER = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


def test_lists(shop: Shop, tmp_path: Path) -> None:
    """Entered, found, imported, published, freed on an appeal: each step says what it did, in both forms."""
    by, clerk = "keeper", "clerk"
    later = (datetime.now(UTC) + timedelta(days=30)).isoformat()
    fields = ("--action", "reject", "--reason", "fraud", "--source", "苦情", "--expires", later)
    made = document(shop.run("call", "list", "add", "--number", NUMBER, *fields, "--json", by=by))
    assert made["first"] == NUMBER
    protected = ("--kind", "public_office", "--number", "0312340110", "--holder", "署", "--source", "公表")
    assert len(document(shop.run("call", "list", "protect", *protected, "--json", by=by))) == 1
    assert "0312340110" in shop.run("call", "list", "protect", by=by).stdout
    refused = shop.run("call", "list", "add", "--number", "0312340110", *fields, "--json", by=by)
    assert refused.exit_code == 2
    assert json.loads(refused.stdout)["error"]["reason"] == "list_entry_protected"

    key = SIGNER.public_key().public_bytes_raw().hex()
    assert shop.run("call", "list", "importer", "npa", "--name", "提供元", "--key", key, by=by).exit_code == 0
    content = f"number,action,reason\n{NUMBER},label,fraud\n".encode()
    now = datetime.now(UTC).replace(microsecond=0)
    said = Manifest("npa", "fraud", 1, now, hashlib.sha256(content).hexdigest(), "")
    signature = base64.b64encode(SIGNER.sign(said.signed_bytes())).decode()
    (tmp_path / "list.csv").write_bytes(content)
    whole = {
        "importer": "npa", "list": "fraud", "version": 1, "made_at": now.isoformat(), "sha256": said.sha256,
        "signature": signature,
    }  # fmt: skip
    (tmp_path / "list.json").write_text(json.dumps(whole))
    words = ("call", "list", "import", tmp_path / "list.csv", "--manifest", tmp_path / "list.json")
    assert document(shop.run(*words, "--json", by=by))["entries"] == 1
    assert "npa.fraud" in shop.run("call", "list", "show", by=by).stdout
    found = document(shop.run("call", "list", "find", NUMBER, "--json", by=by))
    assert (len(found["operator"]), len(found["imported"])) == (1, 1)
    assert "1件" in shop.run("call", "list", "find", NUMBER, by=by).stdout

    assert document(shop.run("call", "publish", "--json", by=by))["current"]["number"] == 1
    appeal = document(
        shop.run(
            "call", "appeal", "receive", NUMBER, "--contact", "関所 太郎", "--grounds", "誤り", "--reference",
            made["id"], "--json", by=clerk,
        )
    )  # fmt: skip
    assert appeal["id"] in shop.run("call", "appeal", "list", by=by).stdout
    freed = document(shop.run("call", "appeal", "uphold", appeal["id"], "--note", "確認", "--json", by=by))
    assert freed["bundle"]["number"] == 2
    assert shop.run("call", "appeal", "reject", appeal["id"], "--note", "x", by=by).exit_code == 2
    assert "00000003" in shop.run("call", "list", "free", "0311112222", "--reason", "x", by=by).stdout
    entries = document(shop.run("call", "list", "show", "--json", by=by))["entries"]
    assert {one["list"] for one in entries} == {"freed"}
    assert shop.run("call", "list", "remove", entries[0]["id"], "--reason", "x", by=by).exit_code == 0
    assert shop.run("call", "list", "importer", "npa", "--list", "fraud", by=by).exit_code == 0
    assert shop.run("call", "list", "importer", "npa", "--end", by=by).exit_code == 0
    assert document(shop.run("call", "publish", "--roll-back", "1", "--json", by=by))["current"]["number"] == 4
    assert "4 (00000004)" in shop.run("call", "publish", "--state", by=by).stdout


def test_agreements_lines_rules(shop: Shop, tmp_path: Path) -> None:
    """Agreements and defaults by two people, a line's wish with its consent, a rule set that isn't sound."""
    by, clerk, officer = "keeper", "clerk", "hogo"
    shop.run("staff", "add", officer, "--name", "保護", "--role", "privacy_officer", by="admin")
    token = tmp_path / "token"
    token.touch(0o600)
    issued = shop.run("staff", "token", officer, "--scope", "approve", "--json", by="admin")
    token.write_text(document(issued)["token"])
    (tmp_path / "a.csv").write_text(
        "id,trunk,direction,shows,from,numbers,ranges\n"
        "ag-1,t1,egress,own_numbers,2099-01-01,0398760000,0398761000-0398761999\n"
    )
    asked = document(shop.run("call", "agreement", "propose", tmp_path / "a.csv", "--json", by=by))
    approved = shop.run("call", "agreement", "approve", asked["id"], "--token-file", token)
    assert approved.exit_code == 0, approved.output
    assert "ag-1  t1  egress  own_numbers  anonymise" in approved.stderr
    assert "0398760000; 0398761000-0398761999" in approved.stderr
    assert shop.run("call", "agreement", "make", asked["id"], by=by).exit_code == 0
    assert "ag-1" in shop.run("call", "agreement", "list", by=by).stdout
    end = document(shop.run("call", "agreement", "end", "ag-1", "--on", "2099-02-01", "--json", by=by))
    seen = shop.run("call", "agreement", "approve", end["id"], "--token-file", token)
    assert seen.exit_code == 0, seen.output
    assert "ag-1  → 2099-02-01" in seen.stderr
    assert shop.run("call", "agreement", "make", end["id"], by=by).exit_code == 0
    settings = {"foreign_calls": {"wish": "label", "consent": "約款"}}
    default = {"settings": settings, "basis": "包括同意", "document": "約款"}
    (tmp_path / "d.json").write_text(json.dumps({**default, "until": "2099-01-01"}))
    assert shop.run("call", "agreement", "propose-default", tmp_path / "d.json", by=by).exit_code == 2
    (tmp_path / "a.json").write_text(json.dumps({"agreement": []}))
    assert shop.run("call", "agreement", "propose", tmp_path / "a.json", by=by).exit_code == 2
    (tmp_path / "d.json").write_text(json.dumps(default))
    other = document(shop.run("call", "agreement", "propose-default", tmp_path / "d.json", "--json", by=by))
    assert shop.run("call", "agreement", "withdraw", other["id"], by=by).exit_code == 0

    wish = {
        "settings": {"anonymous_calls": {"wish": "reject"}},
        "consent": {
            "given_at": datetime.now(UTC).isoformat(), "way": "shop", "text_version": "1", "cases": ["anonymous_calls"],
        },
    }  # fmt: skip
    (tmp_path / "l.json").write_text(json.dumps({**wish, "setings": {}}))
    unknown = shop.run("call", "line", "set", "L1", tmp_path / "l.json", "--json", by=clerk)
    assert json.loads(unknown.stdout)["error"]["fields"]["field"] == "setings"
    (tmp_path / "l.json").write_text(json.dumps(wish))
    assert shop.run("call", "line", "set", "L1", tmp_path / "l.json", by=clerk).exit_code == 0
    assert "reject" in shop.run("call", "line", "show", "L1", by=clerk).stdout
    assert shop.run("call", "line", "end", "L1", by=clerk).exit_code == 0
    assert shop.run("call", "line", "show", "L1", by=clerk).exit_code == 2
    (tmp_path / "rules.yaml").write_text("rules: {}\n")
    assert shop.run("call", "rule-set", "load", tmp_path / "rules.yaml", by=by).exit_code == 2
    assert shop.run("call", "rule-set", "end-shadow", by=by).exit_code == 0
