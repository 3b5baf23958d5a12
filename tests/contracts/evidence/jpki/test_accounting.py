"""Every field of a submission and of a certificate is accounted for, once."""

from __future__ import annotations

import dataclasses

import pytest

from sekisho.contracts.evidence.jpki import model, profile
from sekisho.contracts.evidence.jpki.model import UnverifiedSubmission
from sekisho.contracts.evidence.jpki.verify import ACCOUNT, AUTHENTICATION_STEPS, SIGNING_STEPS
from sekisho.contracts.evidence.pki.certificate import UnverifiedCertificate, parse_certificate
from sekisho.contracts.evidence.pki.extensions import other_names
from sekisho.contracts.evidence.steps import Proof, Steps, Walk
from sekisho.engine.facts import Text
from tests.contracts.evidence.fixtures import jpki_pki as pki


def fields() -> set[str]:
    """What there is: the models' fields, the profile's extensions, and the items of the profile."""
    items = (
        profile.NAME,
        profile.NAME_SUBSTITUTES,
        profile.SEX,
        profile.BIRTH_DATE,
        profile.ADDRESS,
        profile.ADDRESS_SUBSTITUTES,
    )
    return {
        *(f"submission.{one.name}" for one in dataclasses.fields(UnverifiedSubmission)),
        *(f"certificate.{one.name}" for one in dataclasses.fields(UnverifiedCertificate)),
        *(f"extension.{oid}" for oid in pki.profile().known_extensions),
        *(f"san.{oid}" for oid in items),
    }


def test_every_field_is_accounted_for() -> None:
    """Nothing is read that the account doesn't have, and the account has nothing that isn't there."""
    assert ACCOUNT.unaccounted(fields()) == frozenset()
    assert ACCOUNT.absent(fields()) == frozenset()


def test_a_real_looking_certificate_holds_nothing_else() -> None:
    """The declared certificates of both purposes have no extension or item that isn't in the account."""
    for label in ("taro", "taro-auth"):
        read = parse_certificate(pki.certificate(label))
        names = {f"extension.{one.oid}" for one in read.extensions} | {f"san.{one.type}" for one in other_names(read)}
        assert ACCOUNT.unaccounted(names) == frozenset()


def test_the_steps_are_numbered_as_the_file_says() -> None:
    """The list at the top of ``verify.py`` and the declared steps have the same numbers."""
    from sekisho.contracts.evidence.jpki import verify

    listed = [line for line in (verify.__doc__ or "").splitlines() if line.lstrip().startswith("(")]
    numbers = [int(line.strip()[1:].partition(")")[0]) for line in listed]
    signing = [step.number for step in SIGNING_STEPS.steps]
    assert numbers == [*signing, 11]
    assert [step.number for step in AUTHENTICATION_STEPS.steps] == list(range(12))


def test_verified_values_need_the_steps_they_stand_for() -> None:
    """Neither a signer nor a user is made with the proof of fewer steps, nor with the other kind's."""
    from sekisho.contracts.evidence.jpki.profile import Carrier

    who, shown = model.CertificateId("00", 1), model.Attributes(None, None, None, None)
    answer = model.RevocationAnswer(
        model.RevocationState.GOOD, model.RevocationMethod.CRL, pki.MOMENT, "made-up list", None
    )
    comparison = model.Comparison.of(shown, model.Stated())

    def proof(steps: Steps, *left: int) -> Proof:
        walk = Walk(steps)
        for step in steps.steps:
            if step.number in left:
                walk.leave(step.number, Text("しない", "left"))
            else:
                with walk.step(step.number):
                    pass
        return walk.proof(*(step.number for step in steps.steps if step.number not in left))

    def signer(given: Proof) -> model.VerifiedSigner:
        return model.VerifiedSigner(who, Carrier.CARD, shown, comparison, answer, True, pki.MOMENT, given)

    def user(given: Proof) -> model.VerifiedUser:
        return model.VerifiedUser(who, answer, True, pki.MOMENT, given)

    assert signer(proof(SIGNING_STEPS, 10, 13)).facts()["signature_valid"] is True
    assert user(proof(AUTHENTICATION_STEPS, 11)).facts()["jpki_authentication"] is True
    for left in (*range(10), 11, 12):
        with pytest.raises(TypeError):
            signer(proof(SIGNING_STEPS, left))
    for left in range(11):
        with pytest.raises(TypeError):
            user(proof(AUTHENTICATION_STEPS, left))
    with pytest.raises(TypeError):
        signer(proof(AUTHENTICATION_STEPS))
    with pytest.raises(TypeError):
        user(proof(SIGNING_STEPS))
