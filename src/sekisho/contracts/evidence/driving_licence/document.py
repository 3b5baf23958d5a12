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

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sekisho.contracts.application import MAX_RAW_BYTES, parse_json
from sekisho.contracts.errors import WrongValue
from sekisho.contracts.evidence.chip.document import MAX_READER, file_of, flag_of, object_of, stated_of, text_of
from sekisho.contracts.evidence.driving_licence.model import ReadersWord, UnverifiedLicence, UnverifiedRecord
from sekisho.contracts.evidence.driving_licence.profile import LicenceFile
from sekisho.contracts.evidence.verifier import Person

CARD, RECORD = "licence_card", "mynumber_card"
_NONE: Final[frozenset[str]] = frozenset()
_CARD_FILES: Final = frozenset(one.value for one in LicenceFile)


@dataclass(frozen=True, slots=True)
class LicenceDocument:
    """What a document holds."""

    read: UnverifiedLicence | UnverifiedRecord
    stated: Person


def read_document(raw: bytes) -> LicenceDocument:
    """Read a document; raises an ``ApplicationRefused`` that names the field."""
    root = object_of(
        parse_json(raw, limit=MAX_RAW_BYTES), "", required={"form", "files"}, optional={"reader", "stated"}
    )
    form = root["form"]
    if form not in (CARD, RECORD):
        raise WrongValue(field="form", expected=f"{CARD} or {RECORD}")
    reader = _reader(root)
    stated = stated_of(root)
    if form == CARD:
        files = object_of(root["files"], "files", required={LicenceFile.ENTRIES.value}, optional=_CARD_FILES)
        read = {LicenceFile(name): file_of(files, name, "files") for name in files}
        return LicenceDocument(UnverifiedLicence(read, reader), stated)
    files = object_of(root["files"], "files", required={"WEF02"}, optional={"WEF03"})
    signature = file_of(files, "WEF03", "files") if "WEF03" in files else None
    return LicenceDocument(UnverifiedRecord(file_of(files, "WEF02", "files"), signature, reader), stated)


def _reader(root: Mapping[str, Any]) -> ReadersWord:
    if "reader" not in root:
        return ReadersWord()
    said = object_of(root["reader"], "reader", required=_NONE, optional={"application", "pin_1", "pin_2"})
    application = text_of(said, "application", "reader", limit=MAX_READER) if "application" in said else None
    return ReadersWord(application, flag_of(said, "pin_1", "reader"), flag_of(said, "pin_2", "reader"))
