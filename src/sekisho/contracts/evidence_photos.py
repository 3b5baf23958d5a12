"""Whose photo a face match was compared with: the face, the photo and the chip must be of one person.

A provider's result names its photo by a digest, and says nothing about where the photo comes from. A verifier that
read a chip knows the digests of the chip's photos. Only the whole application shows both, so its items are looked at
once they all are examined:

======================================== ==================================================================
the photo is                             the match
======================================== ==================================================================
of a chip that shows this person         counts
of such a chip, but nobody signed it     counts, and it is told: the photo rests on the reading application
of no such chip, and there is a chip     isn't of the document: ``same_person_as_document`` is taken away
of an attested document, without a chip  counts as the sender's word on the photo, and it is told
of nothing that was shown                isn't of the document: ``same_person_as_document`` is taken away
======================================== ==================================================================

Rules ask for a face and for a chip, and can't ask that they belong together. So of several chips only those count
whose evidence is the strongest (:func:`_strength`): otherwise a face could be that of an unsigned chip, or of one that
leaves the name open, beside somebody else's signed one. Nothing here adds a fact. Staff who compared say so themselves
and are left alone; a match that was refused keeps what was found wrong. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from sekisho.contracts.evidence_items import EvidenceItem, Origin, PhotoOf
from sekisho.engine.facts import Item

_SAME: Final = "same_person_as_document"
_CHIPS: Final = frozenset({"chip_read", "card_substitute_record"})
_DOCUMENTS: Final = frozenset({"chip_read", "document_shown", "document_image", "document_copy", "document_original"})
_WHO: Final = ("name_agrees", "birth_date_agrees")


def tie_photos(items: Iterable[EvidenceItem]) -> tuple[EvidenceItem, ...]:
    """The items of one application in their order, with what is known of each verified face match's photo."""
    all_items = tuple(items)
    return tuple(_tied(item, all_items) if _is_match(item) else item for item in all_items)


def _is_match(item: EvidenceItem) -> bool:
    """A verifier says that it is the person of the document: the one fact that needs the document's photo."""
    verified = item.checked is not None and item.origin is Origin.VERIFIED
    return verified and item.kind == "face_image" and item.attributes.get(_SAME) is True


def _tied(match: EvidenceItem, items: Iterable[EvidenceItem]) -> EvidenceItem:
    person = match.attributes["person"]
    found = _photo_of(match, [item for item in items if item.attributes.get("person") == person])
    if found.counts:
        return replace(match, photo_of=found)
    attributes: Item = {name: value for name, value in match.attributes.items() if name != _SAME}
    return replace(match, attributes=attributes, photo_of=found)


def _photo_of(match: EvidenceItem, theirs: Iterable[EvidenceItem]) -> PhotoOf:
    """Which of the same person's items the photo is of."""
    chips: list[EvidenceItem] = []
    documents = False
    for item in theirs:
        if item.kind in _CHIPS and item.origin is Origin.VERIFIED:
            chips.append(item)
        documents |= item.kind in _DOCUMENTS and item.origin is Origin.ATTESTED
    if not chips:
        return PhotoOf.DOCUMENT if documents else PhotoOf.NOTHING
    shown = [chip for chip in chips if not any(chip.attributes.get(name) is False for name in _WHO)]
    strongest = max(map(_strength, shown), default=None)
    for chip in shown:
        if _strength(chip) == strongest and chip.photo_digests & match.photo_digests:
            return PhotoOf.CHIP if _authentic(chip) else PhotoOf.UNSIGNED_CHIP
    return PhotoOf.OTHER


def _strength(chip: EvidenceItem) -> tuple[bool, int]:
    """First whether its issuer's signature holds, then how many of name and date of birth are known to agree."""
    return _authentic(chip), sum(chip.attributes.get(name) is True for name in _WHO)


def _authentic(chip: EvidenceItem) -> bool:
    if chip.kind == "card_substitute_record":
        return chip.attributes.get("issuer_signature_valid") is True
    return chip.attributes.get("authenticity") == "signature_verified"
