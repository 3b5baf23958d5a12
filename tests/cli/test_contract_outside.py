"""``sekisho contract outside``: set by those who may, listed without a key, and asked by the commands that verify."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sekisho.contracts.simulators import corporate_registry
from sekisho.contracts.simulators.corporate_registry import MIHON
from tests.cli.conftest import Shop, document

SECRET = "made-up-application-id"


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    """A key that only its owner may read."""
    path = tmp_path / "outside.key"
    path.touch(0o600)
    path.write_text(SECRET + "\n")
    return path


def test_set_ask_and_remove(either_shop: Shop, key_file: Path, tmp_path: Path) -> None:
    """The next command asks whoever is set; once removed, nobody is asked."""
    shop, question = either_shop, tmp_path / "question.json"
    question.write_text(json.dumps({"number": MIHON.number, "stated": {"name": "見本商事株式会社"}}))
    add: list[str | Path] = ["contract", "evidence", "add", question, "--kind", "corporate_number"]
    add += ["--application", "A-1", "--json"]
    with corporate_registry.start() as site:
        set_ = ("contract", "outside", "set", "corporate_number", site.address, "--key-file", key_file, "--json")
        entry = document(shop.run(*set_, by="legal"))
        assert (entry["name"], entry["simulator"], entry["set_by"]) == ("corporate_number", True, "stated:legal")
        assert document(shop.run("contract", "outside", "list", "--json")) == [entry]
        told = shop.run("contract", "outside", "list")
        assert site.address in told.stdout
        assert SECRET not in told.stdout
        found = document(shop.run(*add, by="clerk"))
        assert (found["state"], found["report"]["facts"]["from_official_site"]) == ("verified", True)
    down = shop.run(*add, by="clerk")
    assert (down.exit_code, json.loads(down.stdout)["state"]) == (4, "could_not_check")
    assert document(shop.run("contract", "outside", "remove", "corporate_number", "--json", by="legal")) == entry
    assert document(shop.run("contract", "outside", "list", "--json")) == []
    assert "照会先は設定されていません" in shop.run("contract", "outside", "list").stdout


def test_who_may_set_and_what_is_refused(shop: Shop, key_file: Path) -> None:
    """A clerk may not; an unknown party, an address without TLS, and a key others can read are named."""
    before = shop.size()

    def refused(name: str, address: str, *, by: str = "legal") -> tuple[int, str]:
        run = shop.run("contract", "outside", "set", name, address, "--key-file", key_file, "--json", by=by)
        assert SECRET not in run.output
        return run.exit_code, json.loads(run.stdout)["error"]["reason"]

    assert refused("jpki_platform", "https://platform.example", by="clerk") == (3, "scope_missing")
    assert refused("j_lis", "https://platform.example") == (2, "unknown_outside_party")
    assert refused("jpki_platform", "http://platform.example") == (2, "adapter_address_refused")
    key_file.chmod(0o644)
    assert refused("jpki_platform", "https://platform.example") == (2, "adapter_key_refused")
    gone = shop.run("contract", "outside", "remove", "jpki_platform", "--json", by="legal")
    assert (gone.exit_code, json.loads(gone.stdout)["error"]["reason"]) == (2, "outside_party_not_set")
    assert shop.size() == before
