"""Nothing a card gives is taken or passed over without saying so."""

from __future__ import annotations

from dataclasses import fields

import pytest

from sekisho.contracts.evidence.cms.certificate import Certificate
from sekisho.contracts.evidence.residence_card.fields import FIELDS
from sekisho.contracts.evidence.residence_card.model import UnverifiedCard
from sekisho.contracts.evidence.residence_card.profile import LAYOUTS, Standing
from sekisho.contracts.evidence.steps import Treatment


def test_every_field_has_its_treatment() -> None:
    """The account names each field of what is sent, each data object and each field of a certificate, and no more."""
    names = {one.name for one in fields(UnverifiedCard)}
    names |= {f"{layout.generation.value}.{one.tag}" for layout in LAYOUTS.values() for one in layout.objects}
    names |= {f"certificate.{one.name}" for one in fields(Certificate)}
    assert FIELDS.unaccounted(names) == set()
    assert FIELDS.absent(names) == set()


@pytest.mark.parametrize("code", LAYOUTS)
def test_what_isnt_signed_isnt_called_verified(code: str) -> None:
    """Address, permissions, number and type are never among what is verified; what is signed always is."""
    layout = LAYOUTS[code]
    account = {use.name: use.treatment for use in FIELDS.uses}
    for one in layout.objects:
        treatment = account[f"{layout.generation.value}.{one.tag}"]
        assert (treatment is Treatment.VERIFIED) is (one.standing is not Standing.OUTSIDE)
