"""Nothing a chip gives is taken or passed over without saying so."""

from __future__ import annotations

from dataclasses import fields

from sekisho.contracts.evidence.cms.certificate import Certificate
from sekisho.contracts.evidence.cms.signed_data import SignedData, SignerInfo
from sekisho.contracts.evidence.passport.fields import FIELDS
from sekisho.contracts.evidence.passport.model import SecurityObject, UnverifiedPassport
from sekisho.contracts.evidence.passport.mrz import Mrz
from sekisho.contracts.evidence.passport.profile import GROUP_TAGS

NOT_IN_A_MODEL = {
    "sod.digest_algorithms",
    "sod.crls",
    "sod.lds_version",
    "signer.unsigned_attributes",
    "mrz.personal_number",
}
"""Read past by the parsers, so that no model has them; the account says why."""


def test_every_field_has_its_treatment() -> None:
    """The account names each field of each model and each data group, and nothing else."""
    names = {one.name for one in fields(UnverifiedPassport)}
    names |= {f"sod.{one.name}" for model in (SignedData, SecurityObject) for one in fields(model)} - {"sod.signed"}
    names |= {f"signer.{one.name}" for one in fields(SignerInfo)}
    names |= {f"certificate.{one.name}" for one in fields(Certificate)}
    names |= {f"mrz.{one.name}" for one in fields(Mrz)}
    names |= {f"DG{number}" for number in GROUP_TAGS}
    assert FIELDS.unaccounted(names) == set()
    assert FIELDS.absent(names) == NOT_IN_A_MODEL
