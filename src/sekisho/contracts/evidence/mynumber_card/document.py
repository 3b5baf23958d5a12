"""A My Number card's files in one JSON document: for the command line, and for an application's ``raw``.

::

    {"files": {"0408/0002": "<base64>",                              the four items; or
               "0402/0002": "<base64>", "0402/0004": "<base64>"},     the card's face and its certificate
     "reader": {"application": "app 1.2", "pin": true, "number_b": true},            optional
     "stated": {"name": "…", "address": "…", "birth_date": "1990-04-01"}}            optional

A file is named by the end of its application's identifier and its own. Those with the individual number, its image or
its hash (0408/0001, 0402/0005, 0408/0003) are refused by name, whatever is in them; any other file is searched for it.
照合番号A is the individual number, so there is no field for it. Reads, believes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sekisho.contracts.application import MAX_RAW_BYTES, parse_json
from sekisho.contracts.errors import IndividualNumber
from sekisho.contracts.evidence.chip.document import MAX_READER, file_of, flag_of, object_of, stated_of, text_of
from sekisho.contracts.evidence.mynumber_card.model import ReadersWord, UnverifiedCard
from sekisho.contracts.evidence.mynumber_card.parse import refuse_individual_number
from sekisho.contracts.evidence.mynumber_card.profile import FORBIDDEN_FILES, CardFile
from sekisho.contracts.evidence.verifier import Person

_NONE: Final[frozenset[str]] = frozenset()
_FILES: Final = frozenset(one.value for one in CardFile)


@dataclass(frozen=True, slots=True)
class CardDocument:
    """What a document holds."""

    card: UnverifiedCard
    stated: Person


def read_document(raw: bytes) -> CardDocument:
    """Read a document; raises an ``ApplicationRefused`` that names the field, :class:`IndividualNumber` among them."""
    root = object_of(parse_json(raw, limit=MAX_RAW_BYTES), "", required={"files"}, optional={"reader", "stated"})
    listed = root["files"]
    if isinstance(listed, dict):
        for name in listed:
            if name in FORBIDDEN_FILES:
                raise IndividualNumber(field=f"files.{name}")
    files = object_of(listed, "files", required=_NONE, optional=_FILES)
    read = {CardFile(name): file_of(files, name, "files") for name in files}
    for file, data in read.items():
        refuse_individual_number(f"files.{file.value}", data)
    return CardDocument(UnverifiedCard(read, _reader(root)), stated_of(root))


def _reader(root: Mapping[str, Any]) -> ReadersWord:
    if "reader" not in root:
        return ReadersWord()
    said = object_of(root["reader"], "reader", required=_NONE, optional={"application", "pin", "number_b"})
    application = text_of(said, "application", "reader", limit=MAX_READER) if "application" in said else None
    return ReadersWord(application, flag_of(said, "pin", "reader"), flag_of(said, "number_b", "reader"))
