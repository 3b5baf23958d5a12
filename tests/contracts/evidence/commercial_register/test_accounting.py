"""Every field of a submission and of a certificate is accounted for, once; a profile can't be empty."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from sekisho.contracts.evidence.commercial_register import verify
from sekisho.contracts.evidence.commercial_register.model import (
    Corporation,
    UnverifiedRegisterSubmission,
    VerifiedRegisterSigner,
)
from sekisho.contracts.evidence.commercial_register.profile import CorporationLayout
from sekisho.contracts.evidence.commercial_register.verify import ACCOUNT, STEPS
from sekisho.contracts.evidence.jpki.model import CertificateId, RevocationAnswer, RevocationMethod, RevocationState
from sekisho.contracts.evidence.pki.certificate import UnverifiedCertificate, parse_certificate
from sekisho.contracts.evidence.steps import Walk
from sekisho.engine.facts import Text
from tests.contracts.evidence.fixtures import commercial_register as made


def fields() -> set[str]:
    """What there is: the models' fields, the profile's extensions and items."""
    return {
        *(f"submission.{one.name}" for one in dataclasses.fields(UnverifiedRegisterSubmission)),
        *(f"certificate.{one.name}" for one in dataclasses.fields(UnverifiedCertificate)),
        *(f"extension.{oid}" for oid in made.profile().known_extensions),
        *(f"item.{one.name}" for one in dataclasses.fields(Corporation) if one.name != "unknown"),
    }


def test_every_field_is_accounted_for() -> None:
    """Nothing is read that the account doesn't have, and the account has nothing that isn't there."""
    assert ACCOUNT.unaccounted(fields()) == frozenset()
    assert ACCOUNT.absent(fields()) == frozenset()


def test_a_real_looking_certificate_holds_nothing_else() -> None:
    """The declared certificate has no extension that isn't in the account."""
    read = parse_certificate(made.certificate("mihon"))
    assert ACCOUNT.unaccounted(f"extension.{one.oid}" for one in read.extensions) == frozenset()


def test_the_steps_are_numbered_as_the_file_says() -> None:
    """The list at the top of ``verify.py`` and the declared steps have the same numbers."""
    listed = [line.strip() for line in (verify.__doc__ or "").splitlines() if line.lstrip().startswith("(")]
    assert [int(line[1:].partition(")")[0]) for line in listed] == [step.number for step in STEPS.steps]


def test_a_verified_signer_needs_every_step_but_the_revocation() -> None:
    """The proof of fewer steps makes none."""
    answer = RevocationAnswer(RevocationState.UNKNOWN, RevocationMethod.CRL, made.MOMENT, "made-up list")
    corporation = Corporation("見本", "東京都", None, None, None, None)

    def signer(*left: int) -> VerifiedRegisterSigner:
        walk = Walk(STEPS)
        for step in STEPS.steps:
            if step.number in left:
                walk.leave(step.number, Text("しない", "left"))
            else:
                with walk.step(step.number):
                    pass
        proof = walk.proof(*(step.number for step in STEPS.steps if step.number not in left))
        return VerifiedRegisterSigner(CertificateId("00", 1), corporation, {}, answer, made.MOMENT, proof)

    assert signer(10).facts()["signature_valid"] is True
    for left in (*range(10), 11, 12):
        with pytest.raises(TypeError):
            signer(left)


@pytest.mark.parametrize("change", [{"policies": frozenset()}, {"signing": frozenset()}, {"extension": "1.2.3"}])
def test_a_profile_that_would_let_everything_pass_is_refused(change: dict[str, Any]) -> None:
    """Nothing to compare with is a mistake, not a permission."""
    with pytest.raises(ValueError, match="a profile has"):
        dataclasses.replace(made.profile(), **change)


def test_one_tag_for_two_items_is_refused() -> None:
    """A layout that reads one place twice is a mistake."""
    with pytest.raises(ValueError, match="a tag of its own"):
        CorporationLayout(name=0xA2)
