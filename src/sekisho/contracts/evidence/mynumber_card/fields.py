"""Every field of what a card gives, and how the verifier treats it: nothing is taken or passed over unsaid.

Names: files as a document names them, each with ``.`` and the item's name, and ``reader.``. A test holds them against
the profile and the model.
"""

from __future__ import annotations

from typing import Final

from sekisho.contracts.evidence.mynumber_card.steps import STEPS
from sekisho.contracts.evidence.steps import FieldAccount, FieldUse, Treatment


def _checked(name: str, treatment: Treatment, step: int) -> FieldUse:
    return FieldUse(name, treatment, step)


def _ignored(name: str, reason: str) -> FieldUse:
    return FieldUse(name, Treatment.IGNORED, reason=reason)


def _said(name: str) -> FieldUse:
    return FieldUse(name, Treatment.UNVERIFIABLE, reason="the reading application vouches for it")


_OFFSETS: Final = "says again where the items stand; their own lengths decide"
_IMAGE: Final = "an image for people to look at; nobody here compares images"

FIELDS: Final = FieldAccount(
    STEPS,
    (
        _checked("0408/0002.name", Treatment.VERIFIED, 5),
        _checked("0408/0002.address", Treatment.VERIFIED, 5),
        _checked("0408/0002.birth_date", Treatment.VERIFIED, 5),
        _checked("0408/0002.sex", Treatment.OPTIONAL, 3),
        _ignored("0408/0002.offsets", _OFFSETS),
        _checked("0402/0002.birth_date", Treatment.OPTIONAL, 3),
        _checked("0402/0002.sex", Treatment.OPTIONAL, 3),
        _checked("0402/0002.photo", Treatment.OPTIONAL, 2),
        _checked("0402/0002.expiry", Treatment.OPTIONAL, 6),
        _ignored("0402/0002.offsets", _OFFSETS),
        _ignored("0402/0002.public_key", "of use only with a challenge to the card, which no reader here makes"),
        _ignored("0402/0002.name_image", _IMAGE),
        _ignored("0402/0002.address_image", _IMAGE),
        _ignored("0402/0002.signature", "what it covers isn't known"),
        _ignored("0402/0002.security_code_image", "opens the card's face and shows nothing of the holder"),
        _checked("0402/0004", Treatment.OPTIONAL, 1),
        _said("reader.application"),
        _said("reader.pin"),
        _said("reader.number_b"),
    ),
)
"""The account. "Verified" is compared with the application here: nothing of it is signed for others."""
