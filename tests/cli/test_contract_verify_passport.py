"""``sekisho contract verify --kind passport``: the report, and what an operator's files can be."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import run
from tests.contracts.evidence.fixtures import passport as build
from tests.contracts.evidence.fixtures import state_pki

AUTHORITY = ("--trust", "passport_country_authority")
LIST = ("--trust", "passport_master_list")
SIGNER = ("--trust", "passport_master_list_signer")
REVOKED = ("--trust", "passport_revocation_list")
AT = "2026-11-23T12:00:00+0900"


def text(data: bytes) -> str:
    """Base64."""
    return base64.b64encode(data).decode()


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A passport's document, its country's authority, a master list with it, and its revocation list."""
    signer = state_pki.make_signer(
        build.authority("germany"), build.signer("germany").hand, "lists", extensions=state_pki.LIST_SIGNER_EXTENSIONS
    )
    japan = build.authority("japan")
    made = build.passport("japan")
    document = {
        "sod": text(made.sod),
        "groups": {str(number): text(data) for number, data in made.groups.items()},
        "stated": {"name": "Sekisho Hanako", "birth_date": "1990-04-01"},
    }
    (tmp_path / "passport.json").write_text(json.dumps(document), encoding="utf-8")
    (tmp_path / "japan.cer").write_bytes(japan.certificate)
    (tmp_path / "japan.crl").write_bytes(state_pki.crl(japan))
    (tmp_path / "list.ml").write_bytes(build.master_list(signer, [japan.certificate]))
    (tmp_path / "germany.cer").write_bytes(build.authority("germany").certificate)
    return tmp_path


def verify(files: Path, *more: str | Path) -> Any:
    """Run the command."""
    return run("contract", "verify", files / "passport.json", "--kind", "passport", "--at", AT, *more)


@pytest.mark.parametrize("by_list", [False, True])
def test_a_good_passport(files: Path, by_list: bool) -> None:
    """Under a pinned authority or a master list: every step with its mark, and the facts."""
    trust = (*LIST, files / "list.ml", *SIGNER, files / "germany.cer") if by_list else (*AUTHORITY, files / "japan.cer")
    answer = verify(files, *trust, *REVOKED, files / "japan.crl", "--lang", "en")
    assert answer.exit_code == 0, answer.output
    assert answer.stdout.count("✓") == 10
    assert "authenticity: signature_verified" in answer.stdout
    assert "a copied chip can't be excluded" in answer.stdout
    assert "SEKISHO" not in answer.stdout.upper().replace("SEKISHO CONTRACT", "")


def test_without_an_authority(files: Path) -> None:
    """Nothing configured: read, not authenticated, and no failure."""
    answer = verify(files, "--json")
    assert answer.exit_code == 0
    assert json.loads(answer.stdout)["facts"]["authenticity"] == "read_not_authenticated"


def test_trust_that_cant_be_used(files: Path) -> None:
    """A file that is no authority's, a list by nobody configured, and a list under the wrong signer are refused."""
    for more in (
        (*AUTHORITY, files / "japan.crl"),
        (*AUTHORITY, files / "germany.cer", *REVOKED, files / "japan.crl"),
        (*LIST, files / "list.ml", *SIGNER, files / "japan.cer"),
        (*LIST, files / "list.ml"),
    ):
        assert verify(files, *more).exit_code == 2
