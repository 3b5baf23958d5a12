"""A card's files in one JSON document: for the command line, in an application, and for looking at a kept case again.

::

    {"number": "AB12345678CD",
     "files": {"MF/EF02": "<base64>", "DF1/EF01": "<base64>", "DF3/EF01": "<base64>"},
     "reader": {"application": "reader 1.2", "secure_messaging": true},    optional
     "stated": {"birth_date": "1990-04-01"}}                                optional

Files by the names of the specification, as they were read, decrypted. Reads, believes nothing. Files of the other
applications of a My Number card (a 特定在留カード is one) are refused as unknown fields: none of them belongs here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from sekisho.contracts.application import MAX_RAW_BYTES
from sekisho.contracts.evidence.document_fields import Fields
from sekisho.contracts.evidence.residence_card.model import ReadersReport, UnverifiedCard
from sekisho.contracts.evidence.residence_card.profile import FILE_NAMES, MAX_READER

_MAX_NUMBER: Final = 40


@dataclass(frozen=True, slots=True)
class CardDocument:
    """What a document holds."""

    card: UnverifiedCard
    birth_date: date | None


def read_document(raw: bytes) -> CardDocument:
    """Read a document; raises an ``ApplicationRefused`` that names the field."""
    root = Fields.of(raw, required={"number", "files"}, optional={"reader", "stated"}, limit=MAX_RAW_BYTES)
    files = root.object("files", optional=frozenset(FILE_NAMES))
    said = root.object("reader", optional={"application", "secure_messaging"})
    reader = ReadersReport(said.optional_text("application", limit=MAX_READER), said.optional_truth("secure_messaging"))
    number = root.text("number", limit=_MAX_NUMBER)
    card = UnverifiedCard(number, {name: files.octets(name) for name in files.found}, reader)
    return CardDocument(card, root.object("stated", optional={"birth_date"}).optional_day("birth_date"))
