"""A licence's files in one JSON document: for the command line, and for what stands in an application's ``raw``.

A licence card::

    {"form": "licence_card",
     "files": {"DF1/EF01": "<base64>", "DF1/EF04": "<base64>", "DF2/EF01": "<base64>",
               "DF1/EF02": "<base64>", "DF1/EF07": "<base64>",          for the signature
               "DF1/EF03": …, "DF1/EF05": …, "DF1/EF06": …},            optional
     "reader": {"application": "app 1.2", "pin_1": true, "pin_2": true},             optional
     "stated": {"name": "…", "address": "…", "birth_date": "1990-04-01"}}            optional

The record on a My Number card (マイナ免許証)::

    {"form": "mynumber_card", "files": {"WEF02": "<base64>", "WEF03": "<base64>"}, "reader": …, "stated": …}

Only DF1/EF01 and WEF02 must be there. Files are sent as read, whole, unused room included. Reads, believes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sekisho.contracts.application import MAX_RAW_BYTES
from sekisho.contracts.evidence.chip.document import MAX_READER, file_of, stated_of
from sekisho.contracts.evidence.document_fields import Fields
from sekisho.contracts.evidence.driving_licence.model import ReadersWord, UnverifiedLicence, UnverifiedRecord
from sekisho.contracts.evidence.driving_licence.profile import LicenceFile
from sekisho.contracts.evidence.verifier import Person

CARD, RECORD = "licence_card", "mynumber_card"
_CARD_FILES: Final = frozenset(one.value for one in LicenceFile)


@dataclass(frozen=True, slots=True)
class LicenceDocument:
    """What a document holds."""

    read: UnverifiedLicence | UnverifiedRecord
    stated: Person


def read_document(raw: bytes) -> LicenceDocument:
    """Read a document; raises an ``ApplicationRefused`` that names the field."""
    root = Fields.of(raw, required={"form", "files"}, optional={"reader", "stated"}, limit=MAX_RAW_BYTES)
    form = root.choice("form", (CARD, RECORD))
    reader = _reader(root)
    stated = stated_of(root)
    if form == CARD:
        files = root.object("files", required={LicenceFile.ENTRIES.value}, optional=_CARD_FILES)
        read = {LicenceFile(name): file_of(files, name) for name in files.found}
        return LicenceDocument(UnverifiedLicence(read, reader), stated)
    files = root.object("files", required={"WEF02"}, optional={"WEF03"})
    signature = file_of(files, "WEF03") if files.has("WEF03") else None
    return LicenceDocument(UnverifiedRecord(file_of(files, "WEF02"), signature, reader), stated)


def _reader(root: Fields) -> ReadersWord:
    said = root.object("reader", optional={"application", "pin_1", "pin_2"})
    application = said.optional_text("application", limit=MAX_READER)
    return ReadersWord(application, said.optional_truth("pin_1"), said.optional_truth("pin_2"))
