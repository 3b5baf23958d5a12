"""``sekisho contract verify``: the report on a terminal and as JSON, and bad documents by name."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from sekisho.contracts.evidence.jpki.profile import Purpose
from tests.cli.conftest import run
from tests.contracts.evidence.fixtures import jpki_pki as pki
from tests.contracts.evidence.fixtures.jpki_pki import APPLICATION

AT = "2026-11-23T12:00:00+0900"


def written(label: str = "taro", *, purpose: Purpose = Purpose.SIGNING, key: str = "taro") -> dict[str, Any]:
    """A good document, to be damaged."""
    challenge = pki.challenge(purpose=purpose)
    sent = pki.submission(challenge, label=label, key=key)
    return {
        "purpose": purpose.value,
        "application": APPLICATION,
        "challenge": {
            "nonce": challenge.nonce.hex(),
            "text": base64.b64encode(challenge.text).decode(),
            "expires_at": challenge.expires_at.isoformat(),
        },
        "certificate": base64.b64encode(sent.certificate).decode(),
        "signature": base64.b64encode(sent.signature).decode(),
        "pin": {"reader": "test reader", "entered": True},
        "stated": {"name": "見本　太郎", "address": "東京都千代田区架空町1-2-3", "birth_date": "1990-04-01"},
    }


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """The authorities and the lists as files."""
    for label in ("sign-ca-1", "sign-ca-2", "auth-ca"):
        (tmp_path / f"{label}.cer").write_bytes(pki.certificate(label))
    for label in ("signing-a", "authentication"):
        (tmp_path / f"{label}.crl").write_bytes(pki.crl(label))
    return tmp_path


def verify(files: Path, document: object, *more: str, crl: str = "signing-a") -> Any:
    """Run the command on a document."""
    source = files / "submission.json"
    source.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    return run(
        "contract",
        "verify",
        source,
        "--kind",
        "jpki",
        *("--trust", "jpki_signing_authority", files / "sign-ca-1.cer"),
        *("--trust", "jpki_signing_authority", files / "sign-ca-2.cer"),
        *("--trust", "jpki_authentication_authority", files / "auth-ca.cer"),
        *("--trust", f"jpki_{'authentication' if crl == 'authentication' else 'signing'}_revocation_list"),
        files / f"{crl}.crl",
        "--at",
        AT,
        *more,
    )


def test_a_good_signature_on_a_terminal(files: Path) -> None:
    """Every step with its mark, the facts, and what is left to the caller, in either language."""
    english = verify(files, written(), "--lang", "en")
    assert english.exit_code == 0, english.output
    assert english.stdout.count("✓") == 14
    assert "name_agrees: true" in english.stdout
    assert "revocation: good" in english.stdout
    assert "neither that it was issued nor reuse was checked" in english.stdout
    assert "left to you" in english.stdout
    assert "見本" not in english.stdout
    japanese = verify(files, written())
    assert "失効していない" in japanese.stdout
    assert "ここで確かめていないこと" in japanese.stdout


def test_a_good_signature_as_json(files: Path) -> None:
    """The same report for machines."""
    done = verify(files, written(), "--json")
    assert done.exit_code == 0
    report = json.loads(done.stdout)
    assert report["facts"]["signature_valid"] is True
    assert [step["number"] for step in report["steps"]] == list(range(14))


def test_an_authentication(files: Path) -> None:
    """The purpose in the document chooses store, list and kind."""
    document = written("taro-auth", purpose=Purpose.AUTHENTICATION, key="taro-auth")
    done = verify(files, document, "--json", crl="authentication")
    # The made-up certificate names no distribution point, and the list is for one only: nobody can say.
    assert done.exit_code == 4
    report = json.loads(done.stdout)
    assert report["yields"] == "authentication"
    assert report["failure"]["reason"] == "crl_missing"


@pytest.mark.parametrize(
    ("label", "reason", "step"),
    [
        ("forged", "issuer_signature_wrong", 4),
        ("taro-revoked", "certificate_revoked", 10),
        ("expired", "certificate_expired", 5),
    ],
)
def test_bad_evidence_is_shown_with_its_step(files: Path, label: str, reason: str, step: int) -> None:
    """Exit code 2, the step, the sentence, and the steps that weren't done because of it."""
    done = verify(files, written(label), "--json")
    assert done.exit_code == 2
    failure = json.loads(done.stdout)["failure"]
    assert (failure["reason"], failure["step"]) == (reason, step)
    told = verify(files, written(label), "--lang", "en")
    assert told.exit_code == 2
    assert f"Step {step}: " in told.stdout
    assert "an earlier step failed" in told.stdout
    assert ("findings (not facts)" in told.stdout) == (label != "forged")


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [
        (("purpose",), "fun", "wrong_value"),
        (("certificate",), "not base64!", "wrong_value"),
        (("certificate",), 7, "wrong_value"),
        (("challenge",), [], "wrong_value"),
        (("challenge", "nonce"), "zz", "wrong_value"),
        (("challenge", "nonce"), "ab" * 32, "wrong_value"),
        (("challenge", "expires_at"), "soon", "wrong_value"),
        (("challenge", "expires_at"), "2026-11-23T12:00:00", "wrong_value"),
        (("pin", "entered"), "yes", "wrong_value"),
        (("pin", "colour"), "red", "unknown_field"),
        (("stated", "birth_date"), "1990-02-30", "wrong_value"),
        (("stated", "birth_date"), 19900401, "wrong_value"),
        (("stated", "name"), "", "wrong_value"),
        (("stated", "name"), "太郎\u001b[31m", "wrong_value"),
        (("stated", "address"), "個人番号 123456789018", "individual_number"),
        (("application",), None, "missing_field"),
        (("challenge", "text"), None, "missing_field"),
    ],
)
def test_a_bad_document_is_refused_by_field(files: Path, path: tuple[str, ...], value: object, reason: str) -> None:
    """Each field has its form; nothing is guessed, and an individual number is never taken."""
    document = written()
    parent = document
    for name in path[:-1]:
        parent = parent[name]
    if value is None:
        del parent[path[-1]]
    else:
        parent[path[-1]] = value
    done = verify(files, document, "--json")
    assert done.exit_code == 2, done.output
    error = json.loads(done.stdout)["error"]
    assert error["reason"] == reason
    assert error["fields"]["field"].startswith(path[0])


def test_what_may_be_missing(files: Path) -> None:
    """Without the PIN's word and the statement there are fewer facts, and the steps say so."""
    document = written()
    del document["pin"], document["stated"]
    report = json.loads(verify(files, document, "--json").stdout)
    assert set(report["facts"]) == {"at", "certificate", "signature_valid", "revocation"}
    assert report["steps"][13]["state"] == "not_done"


def test_a_late_or_other_answer(files: Path) -> None:
    """The document's challenge is asked for its end too."""
    done = verify(files, written(), "--at", "2026-11-23T12:30:00+0900", "--json")
    assert json.loads(done.stdout)["failure"]["reason"] == "nonce_expired"


def test_a_document_without_its_challenge(files: Path) -> None:
    """Where nobody else knows the challenge or the application, the document must say."""
    for path, field in ((("application",), "application"), (("challenge", "text"), "challenge.text")):
        document = written()
        if path == ("application",):
            del document["application"]
        else:
            document["challenge"] = {"nonce": document["challenge"]["nonce"]}
        done = verify(files, document, "--json")
        assert done.exit_code == 2
        error = json.loads(done.stdout)["error"]
        assert (error["reason"], error["fields"]["field"]) == ("missing_field", field)


def test_bad_files_are_named(files: Path) -> None:
    """No file, a folder, a list that isn't one, no JSON, one authority for both purposes: exit code and sentence."""
    assert run("contract", "verify", files / "none.json", "--kind", "jpki").exit_code == 2
    assert run("contract", "verify", files, "--kind", "jpki").exit_code == 2
    assert verify(files, "not json", "--json").exit_code == 2
    (files / "bad.crl").write_bytes(b"nothing")
    bad = verify(files, written(), "--json", crl="bad")
    assert bad.exit_code == 2
    fields = json.loads(bad.stdout)["error"]["fields"]
    assert (fields["use"], fields["name"]) == ("jpki_signing_revocation_list", str(files / "bad.crl"))
    again = ("--trust", "jpki_authentication_authority", str(files / "sign-ca-2.cer"))
    error = json.loads(verify(files, written(), *again, "--json").stdout)["error"]
    assert (error["reason"], error["fields"]["problem"]) == ("trust_file_refused", "trusted_for_both")
    more = [part for _ in range(9) for part in ("--trust", "jpki_signing_authority", str(files / "sign-ca-1.cer"))]
    error = json.loads(verify(files, written(), *more, "--json").stdout)["error"]
    assert error["fields"]["problem"] == "too_many_authorities"


def test_uses_are_those_of_the_kind(files: Path) -> None:
    """A use of another kind is refused and the kind's own are named; ``--help`` lists all of them."""
    refused = verify(files, written(), "--trust", "passport_master_list", str(files / "sign-ca-1.cer"), "--json")
    assert refused.exit_code == 2
    assert "jpki_signing_authority" in json.loads(refused.stdout)["error"]["fields"]["problem"]
    helped = run("contract", "verify", "--help")
    assert "passport_master_list_signer" in helped.stdout
    assert "jpki_authentication_revocation_list" in helped.stdout
