"""``sekisho contract sign-in-credential``, and kept sign-ins verified offline on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Shop, document
from tests.contracts.evidence.fixtures import openid


@pytest.mark.parametrize("kind", openid.KINDS)
def test_a_kept_document_is_verified_without_a_workspace(shop: Shop, tmp_path: Path, kind: str) -> None:
    """By the confirmed configuration alone; that nobody knows who began it stands in the report."""
    openid.write(tmp_path)
    trust = ("--trust", "oidc_provider", str(tmp_path / f"{kind}-provider.json"))
    moment = ("--at", "2026-11-23T12:00:30+0900")
    given = ("contract", "verify", str(tmp_path / f"{kind}.json"), "--kind", kind, *trust, *moment, "--json")
    report = document(shop.run(*given))
    assert report["failure"] is None
    assert report["steps"][1]["state"] == "not_done"
    assert report["facts"]


def test_a_credential_is_kept_and_only_its_public_half_shown(shop: Shop, tmp_path: Path) -> None:
    """By the role that confirms what is trusted; the private key is printed nowhere."""
    openid.write(tmp_path)
    provider = openid.sign_in("reliance").provider
    shop.run("contract", "trust", "add", "oidc_provider", str(tmp_path / "reliance-provider.json"), by="legal")
    pem = openid.key("ES256", "client").as_pem(private=True)
    (tmp_path / "client.pem").write_bytes(pem)
    answered = shop.run(
        "contract", "sign-in-credential", provider["issuer"], str(tmp_path / "client.pem"), "--json", by="legal"
    )
    told = document(answered)
    assert told["public_jwk"]["kty"] == "EC"
    assert "d" not in told["public_jwk"]
    assert (told["issuer"], told["client_id"]) == (provider["issuer"], "sekisho-test")
