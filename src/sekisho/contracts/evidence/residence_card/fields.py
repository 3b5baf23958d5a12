"""Every field of what a card gives, and how the verifier treats it: nothing is taken or passed over unsaid.

Names: what is sent, then ``first.`` and ``second.`` with the tag of a data object, then ``certificate.``. A test holds
them against the tables and models.
"""

from __future__ import annotations

from typing import Final

from sekisho.contracts.evidence.residence_card.profile import (
    BIRTH_TAG,
    EXPIRY_TAG,
    LAYOUTS,
    NUMBER_TAG,
    PERMISSION_DAY_TAG,
    PHOTO_TAG,
    TYPE_TAG,
    WORK_TAG,
    DataObject,
    Standing,
)
from sekisho.contracts.evidence.residence_card.steps import STEPS
from sekisho.contracts.evidence.steps import FieldAccount, FieldUse, Treatment

_READ = {EXPIRY_TAG: 8, BIRTH_TAG: 7, PERMISSION_DAY_TAG: 7, WORK_TAG: 7, PHOTO_TAG: 7}
"""Signed objects of which more is asked than that they are signed, and at which step."""

_NOT_SIGNED = "outside the signature: nothing shows that the agency wrote it; its form is checked (step 1)"


def _verified(name: str, step: int) -> FieldUse:
    return FieldUse(name, Treatment.VERIFIED, step)


def _optional(name: str, step: int) -> FieldUse:
    return FieldUse(name, Treatment.OPTIONAL, step)


def _ignored(name: str, reason: str) -> FieldUse:
    return FieldUse(name, Treatment.IGNORED, reason=reason)


def _taken(name: str, reason: str) -> FieldUse:
    return FieldUse(name, Treatment.UNVERIFIABLE, reason=reason)


def _object(name: str, one: DataObject) -> FieldUse:
    if one.tag == TYPE_TAG:
        return _taken(name, "decides the layout, which the signature then fits or doesn't; itself it isn't signed")
    if one.tag == NUMBER_TAG:
        return _taken(name, "its form and agreement with the reader's number (step 2); it isn't signed")
    if one.standing is Standing.OUTSIDE:
        return _taken(name, _NOT_SIGNED)
    if one.standing is Standing.PROOF:
        return _verified(name, 3 if one.what == "certificate" else 4)
    return _verified(name, _READ.get(one.tag, 4))


def _objects() -> tuple[FieldUse, ...]:
    found: dict[str, FieldUse] = {}
    for layout in LAYOUTS.values():
        for one in layout.objects:
            name = f"{layout.generation.value}.{one.tag}"
            found.setdefault(name, _object(name, one))
    return tuple(found.values())


FIELDS: Final = FieldAccount(
    STEPS,
    (
        _verified("files", 1),
        _taken("number", "its form, and the chip's own number where there is one (step 2); the reader vouches for it"),
        _taken("reader", "the reading application vouches for it; it changes no answer"),
        *_objects(),
        _verified("certificate.encoded", 3),
        _verified("certificate.signed_part", 5),
        _verified("certificate.algorithm", 3),
        _verified("certificate.signature", 5),
        _ignored("certificate.serial", "no list of revoked certificates of the agency is known"),
        _verified("certificate.issuer", 5),
        _verified("certificate.subject", 3),
        _verified("certificate.not_before", 6),
        _verified("certificate.not_after", 6),
        _verified("certificate.spki", 4),
        _verified("certificate.is_ca", 3),
        _ignored("certificate.path_length", "of authorities, which issue only cards' certificates here"),
        _optional("certificate.key_usage", 3),
        _ignored("certificate.subject_key", "names the card's own key; nothing is looked up by it"),
        _optional("certificate.authority_key", 5),
        _ignored("certificate.key_from", "no card's certificate is known to have a key usage period"),
        _ignored("certificate.key_until", "no card's certificate is known to have a key usage period"),
        _verified("certificate.extended_usage", 3),
    ),
)
"""The account. Pictures are verified as bytes; what they show is for people, or a face match, to judge."""
