"""The parts every document of a card's chip has: files in base64, and who is stated.

Reads, believes nothing; an individual number in a name or a text is refused where it stands.
"""

from __future__ import annotations

from typing import Final

from sekisho.contracts.errors import WrongValue
from sekisho.contracts.evidence.document_fields import Fields
from sekisho.contracts.evidence.verifier import Person

MAX_READER: Final = 100
"""Characters of the reading application's name and version."""


def file_of(files: Fields, name: str) -> bytes:
    """A file in base64, of at least one byte."""
    data = files.octets(name)
    if not data:
        raise WrongValue(field=f"{files.path}.{name}", expected="base64 of a file that isn't empty")
    return data


def stated_of(root: Fields) -> Person:
    """Who is stated in ``stated``; nobody where it is missing."""
    said = root.object("stated", optional={"name", "address", "birth_date"})
    return Person(said.optional_text("name"), said.optional_text("address"), said.optional_day("birth_date"))
