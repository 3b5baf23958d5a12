"""One command makes all made-up evidence anew, and of every kind it makes one document that verifies."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from sekisho.contracts.evidence.steps import StepState
from sekisho.contracts.evidence.verifier import Asked, TrustFile
from sekisho.contracts.evidence.verifiers import VERIFIERS, uses
from tests.contracts.evidence.fixtures import examples, jpki_pki, passport
from tests.contracts.evidence.fixtures.examples import AT

ASKS_SOMEBODY = {"corporate_number", "registry_information"}
"""Kinds that are a question to an outside party: by themselves they end with nobody to ask."""
NEEDS_A_PROFILE = {"smartphone_card_profile"}
"""A trust file that replaces a built-in profile; the example goes by the built-in one."""


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the command writes, run as the manual says."""
    directory = tmp_path_factory.mktemp("evidence")
    command = [sys.executable, "-m", "tests.contracts.evidence.fixtures", str(directory)]
    subprocess.run(command, check=True, cwd=Path(__file__).parents[3])
    return directory


def test_the_command_writes_everything_that_is_declared(written: Path) -> None:
    """JPKI's authorities and lists; each state, signer, chip, link certificate and master list of the passports."""
    names = {path.relative_to(written).as_posix() for path in written.rglob("*") if path.is_file()}
    assert {f"{label}.cer" for label in jpki_pki.labels()} <= names
    declared = passport.DECLARED
    assert {f"passport/authority-{slug}.cer" for slug in declared["authorities"]} <= names
    assert {f"passport/authority-{slug}.crl" for slug in declared["authorities"]} <= names
    assert {f"passport/signer-{slug}.cer" for slug in declared["signers"]} <= names
    chip = ("EF.SOD", "EF.DG1", "EF.DG2")
    assert {f"passport/{slug}.{file}" for slug in declared["passports"] for file in chip} <= names
    assert {"passport/link-japan.cer", "passport/master-list.ml", "passport/master-list-signer.cer"} <= names
    assert all(path.stat().st_size for path in written.rglob("*") if path.is_file())


def test_every_kind_and_every_use_has_an_example() -> None:
    """A kind without one couldn't be tried, and wouldn't be among what is damaged below."""
    assert set(examples.KINDS) == VERIFIERS.keys()
    exampled = {use for kind in examples.KINDS for use in examples.example(kind).trust}
    assert exampled == uses().keys() - NEEDS_A_PROFILE


@pytest.mark.parametrize("kind", examples.KINDS)
def test_a_written_example_verifies(written: Path, kind: str) -> None:
    """From its files alone, with the trust files beside it: facts, or an answer that only an outside party has."""
    folder = written / "examples" / kind
    trust = {
        use.name: [TrustFile(path.name, path.read_bytes()) for path in sorted((folder / use.name).glob("*"))]
        for use in VERIFIERS[kind].uses
    }
    raw = (folder / "document.json").read_bytes()
    report = VERIFIERS[kind].prepare(trust, moment=AT).verify(raw, Asked("", AT)).report
    if kind in ASKS_SOMEBODY:
        assert report.failure is not None
        assert (report.failure.reason, report.failure.step) == ("nobody_to_ask", 1)
        return
    assert report.require_facts()
    assert StepState.FAILED not in {one.state for one in report.steps}
