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

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sekisho.contracts.application import MAX_RAW_BYTES, parse_json
from sekisho.contracts.errors import IndividualNumber, MissingField, UnknownField, WrongValue
from sekisho.contracts.evidence.residence_card.model import ReadersReport, UnverifiedCard
from sekisho.contracts.evidence.residence_card.profile import FILE_NAMES, MAX_READER
from sekisho.contracts.individual_number import in_free_text

_FIELDS: Final = {
    "": ({"number", "files"}, {"reader", "stated"}),
    "files": (set[str](), set(FILE_NAMES)),
    "reader": (set[str](), {"application", "secure_messaging"}),
    "stated": (set[str](), {"birth_date"}),
}
"""Required and optional fields of each object; a field that is in neither is refused."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_SHOWN = 40
_MAX_NUMBER: Final = 40


@dataclass(frozen=True, slots=True)
class CardDocument:
    """What a document holds."""

    card: UnverifiedCard
    birth_date: date | None


def read_document(raw: bytes) -> CardDocument:
    """Read a document; raises an ``ApplicationRefused`` that names the field."""
    root = _object({"": parse_json(raw, limit=MAX_RAW_BYTES)}, "")
    files = _object(root, "files")
    reader = _reader(_object(root, "reader")) if "reader" in root else ReadersReport()
    number = _text(root["number"], "number", _MAX_NUMBER)
    card = UnverifiedCard(number, {name: _base64(files[name], name) for name in files}, reader)
    said = _object(root, "stated") if "stated" in root else {}
    return CardDocument(card, _day(said["birth_date"]) if "birth_date" in said else None)


def _reader(said: Mapping[str, Any]) -> ReadersReport:
    name = _text(said["application"], "reader.application", MAX_READER) if "application" in said else None
    messaging = said.get("secure_messaging")
    if "secure_messaging" in said and not isinstance(messaging, bool):
        raise WrongValue(field="reader.secure_messaging", expected="true or false")
    return ReadersReport(name, messaging)


def _object(parent: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    required, optional = _FIELDS[name]
    found = parent[name]
    if not isinstance(found, dict):
        raise WrongValue(field=name, expected="an object")
    prefix = f"{name}." if name else ""
    for field in found:
        if field not in required | optional:
            raise UnknownField(field=prefix + ascii(field)[1:-1][:_SHOWN])
    for field in sorted(required):
        if field not in found:
            raise MissingField(field=prefix + field)
    return found


def _text(found: object, field: str, limit: int) -> str:
    if not isinstance(found, str) or not found.isprintable() or not 0 < len(found) <= limit:
        raise WrongValue(field=field, expected=f"text of 1 to {limit} printable characters")
    if in_free_text(found):
        raise IndividualNumber(field=field)
    return found


def _base64(found: object, name: str) -> bytes:
    try:
        return base64.b64decode(found if isinstance(found, str) else "*", validate=True)
    except (binascii.Error, ValueError):
        raise WrongValue(field=f"files.{name}", expected="base64") from None


def _day(found: object) -> date:
    if isinstance(found, str) and _DAY.fullmatch(found):
        try:
            return date.fromisoformat(found)
        except ValueError:
            pass
    raise WrongValue(field="stated.birth_date", expected="a date that exists (YYYY-MM-DD)")
