"""A face match's result in one JSON document: what a sign-up system sends, and a kept case again.

::

    {"result": "<signed result in compact form>",
     "photos": ["<SHA-256 of the chip's photo, 64 hexadecimal digits>"],      optional
     "application": "A-1"}                                                    optional where one is asked about

Reads, believes nothing. Pictures don't belong here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sekisho.contracts.errors import IndividualNumber, WrongValue
from sekisho.contracts.evidence.document_fields import Fields
from sekisho.contracts.evidence.face_match.model import UnverifiedMatch
from sekisho.contracts.evidence.face_match.parse import DIGEST
from sekisho.contracts.individual_number import in_token

MAX_PHOTOS: Final = 4
"""Photos of documents in one application: one or two chips and a front."""


@dataclass(frozen=True, slots=True)
class MatchDocument:
    """What a document holds."""

    match: UnverifiedMatch
    application: str | None


def read_document(raw: bytes) -> MatchDocument:
    """Read a document; raises an ``ApplicationRefused`` that names the field.

    A result is searched for an individual number before anybody knows whose it is: nobody keeps one (番号利用法20条).
    """
    root = Fields.of(raw, required={"result"}, optional={"photos", "application"})
    result = root.found["result"]
    if not isinstance(result, str):
        raise WrongValue(field="result", expected="the provider's signed result, in compact form")
    if in_token(result):
        raise IndividualNumber(field="result")
    photos = root.found.get("photos", [])
    if (
        not isinstance(photos, list)
        or len(photos) > MAX_PHOTOS
        or not all(isinstance(one, str) and DIGEST.fullmatch(one) for one in photos)
    ):
        raise WrongValue(field="photos", expected=f"up to {MAX_PHOTOS} SHA-256 digests in lower-case hexadecimal")
    return MatchDocument(UnverifiedMatch(result, frozenset(photos)), root.optional_text("application"))
