"""Every field of what a licence gives, and how the verifier treats it: nothing is taken or passed over unsaid.

Names: files as a document names them, ``reader.``, and ``DF1/EF01.`` with the entry's name. A test holds them against
the models and the profile.
"""

from __future__ import annotations

from typing import Final

from sekisho.contracts.evidence.driving_licence.profile import ENTRY_TAGS
from sekisho.contracts.evidence.driving_licence.steps import CARD_STEPS, RECORD_STEPS
from sekisho.contracts.evidence.steps import FieldAccount, FieldUse, Treatment

_UNASKED: Final = "signed with the rest; no rule asks for it"


def _checked(name: str, treatment: Treatment, step: int) -> FieldUse:
    return FieldUse(name, treatment, step)


def _ignored(name: str, reason: str) -> FieldUse:
    return FieldUse(name, Treatment.IGNORED, reason=reason)


def _said(name: str) -> FieldUse:
    return FieldUse(name, Treatment.UNVERIFIABLE, reason="the reading application vouches for it")


_USED: Final = {
    "name": (Treatment.VERIFIED, 5),
    "birth_date": (Treatment.VERIFIED, 5),
    "address": (Treatment.VERIFIED, 5),
    "issued_on": (Treatment.OPTIONAL, 2),
    "expiry": (Treatment.VERIFIED, 6),
    "number": (Treatment.VERIFIED, 2),
}
_REASONS: Final = {
    "jis_edition": "how it is written isn't confirmed; characters that editions exchanged compare as different",
    "alias": "the registered name decides; an alias neither replaces nor refutes it",
    "kana": "the reading isn't an identity item (規則1条)",
    "unified_kana": "the reading isn't an identity item (規則1条)",
}

CARD_FIELDS: Final = FieldAccount(
    CARD_STEPS,
    (
        _checked("DF1/EF01", Treatment.VERIFIED, 3),
        _checked("DF1/EF02", Treatment.OPTIONAL, 3),
        _ignored("DF1/EF03", "images of external characters; a text with one is left to people"),
        FieldUse("DF1/EF04", Treatment.UNVERIFIABLE, reason="nobody signed it; it only takes facts away"),
        _ignored("DF1/EF05", "images of external characters in later changes, which make no fact"),
        _ignored("DF1/EF06", "later changes of the registered domicile, which makes no fact"),
        _checked("DF1/EF07", Treatment.OPTIONAL, 3),
        _checked("DF2/EF01", Treatment.OPTIONAL, 3),
        *(
            _checked(f"DF1/EF01.{name}", *_USED[name])
            if name in _USED
            else _ignored(f"DF1/EF01.{name}", _REASONS.get(name, _UNASKED))
            for name in ENTRY_TAGS.values()
        ),
        _ignored("DF1/EF02.domicile", "sensitive and asked for by no rule: only its bytes go into the signature"),
        _checked("DF1/EF07.value", Treatment.OPTIONAL, 3),
        _checked("DF1/EF07.key_identifier", Treatment.OPTIONAL, 3),
        _ignored("DF1/EF07.others", "serial, issuer and subject: whose key it is, the operator knows"),
        _said("reader.application"),
        _said("reader.pin_1"),
        _said("reader.pin_2"),
    ),
)
"""The account of the licence card."""

RECORD_FIELDS: Final = FieldAccount(
    RECORD_STEPS,
    (
        _checked("wef02", Treatment.VERIFIED, 2),
        _checked("wef03", Treatment.OPTIONAL, 2),
        _said("reader.application"),
        _said("reader.pin_1"),
        _said("reader.pin_2"),
    ),
)
"""The account of the record on a My Number card."""
