"""Every field of a submission and of a certificate is accounted for, once."""

from __future__ import annotations

import dataclasses

from sekisho.contracts.evidence.jpki import profile
from sekisho.contracts.evidence.jpki.model import UnverifiedSubmission
from sekisho.contracts.evidence.jpki.verify import ACCOUNT, AUTHENTICATION_STEPS, SIGNING_STEPS
from sekisho.contracts.evidence.pki.certificate import UnverifiedCertificate, parse_certificate
from sekisho.contracts.evidence.pki.extensions import other_names
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
