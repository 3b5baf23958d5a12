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

from dataclasses import dataclass
from typing import Final

from sekisho.contracts.application import MAX_RAW_BYTES
from sekisho.contracts.errors import IndividualNumber
from sekisho.contracts.evidence.chip.document import MAX_READER, file_of, stated_of
from sekisho.contracts.evidence.document_fields import Fields
from sekisho.contracts.evidence.mynumber_card.model import ReadersWord, UnverifiedCard
from sekisho.contracts.evidence.mynumber_card.parse import refuse_individual_number
from sekisho.contracts.evidence.mynumber_card.profile import FORBIDDEN_FILES, CardFile
from sekisho.contracts.evidence.verifier import Person

_FILES: Final = frozenset(one.value for one in CardFile)


@dataclass(frozen=True, slots=True)
class CardDocument:
    """What a document holds."""

    card: UnverifiedCard
    stated: Person


def read_document(raw: bytes) -> CardDocument:
    """Read a document; raises an ``ApplicationRefused`` that names the field, :class:`IndividualNumber` among them."""
    root = Fields.of(raw, required={"files"}, optional={"reader", "stated"}, limit=MAX_RAW_BYTES)
    listed = root.found["files"]
    if isinstance(listed, dict):
        for name in listed:
            if name in FORBIDDEN_FILES:
                raise IndividualNumber(field=f"files.{name}")
    files = root.object("files", optional=_FILES)
    read = {CardFile(name): file_of(files, name) for name in files.found}
    for file, data in read.items():
        refuse_individual_number(f"files.{file.value}", data)
    return CardDocument(UnverifiedCard(read, _reader(root)), stated_of(root))


def _reader(root: Fields) -> ReadersWord:
    said = root.object("reader", optional={"application", "pin", "number_b"})
    application = said.optional_text("application", limit=MAX_READER)
    return ReadersWord(application, said.optional_truth("pin"), said.optional_truth("number_b"))
