"""The parts every document of a card's chip has: an object without unknown fields, files in base64, who read, who is
stated. Reads, believes nothing; an individual number in a name or a text is refused where it stands.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping, Set
from datetime import date
from typing import Any, Final

from sekisho.contracts.errors import IndividualNumber, MissingField, UnknownField, WrongValue
from sekisho.contracts.evidence.verifier import Person
from sekisho.contracts.individual_number import announces, in_free_text

MAX_STATED: Final = 500
"""Characters of a stated name or address, as for applications."""

MAX_READER: Final = 100
"""Characters of the reading application's name and version."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_SHOWN = 40
_NONE: Final[frozenset[str]] = frozenset()


def object_of(found: object, path: str, *, required: Set[str], optional: Set[str] = _NONE) -> Mapping[str, Any]:
    """``found`` as an object with these fields; raises an ``ApplicationRefused`` that names the field."""
    if not isinstance(found, dict):
        raise WrongValue(field=path, expected="an object")
    prefix = f"{path}." if path else ""
    for field in found:
        if field in required or field in optional:
            continue
        # A name nobody knows is the sender's text: it may be a number itself, or control a terminal.
        numbered = in_free_text(field)
        shown = prefix + ("*" if numbered else ascii(field)[1:-1][:_SHOWN])
        raise IndividualNumber(field=shown) if numbered or announces(field) else UnknownField(field=shown)
    for field in sorted(required):
        if field not in found:
            raise MissingField(field=prefix + field)
    return found


def file_of(parent: Mapping[str, Any], name: str, path: str) -> bytes:
    """A file in base64, of at least one byte."""
    found = parent[name]
    try:
        data = base64.b64decode(found if isinstance(found, str) else "*", validate=True)
    except (binascii.Error, ValueError):
        data = b""
    if not data:
        raise WrongValue(field=f"{path}.{name}", expected="base64 of a file that isn't empty")
    return data


def text_of(parent: Mapping[str, Any], name: str, path: str, *, limit: int) -> str:
    """A printable text without an individual number in it."""
    found, field = parent[name], f"{path}.{name}"
    # The ideographic space parts Japanese names, and Python doesn't count it as printable.
    if not isinstance(found, str) or not found.replace("\u3000", " ").isprintable() or not 0 < len(found) <= limit:
        raise WrongValue(field=field, expected=f"text of 1 to {limit} printable characters")
    if in_free_text(found):
        raise IndividualNumber(field=field)
    return found


def flag_of(parent: Mapping[str, Any], name: str, path: str) -> bool | None:
    """True, false, or None where nothing is said."""
    if name not in parent:
        return None
    found = parent[name]
    if not isinstance(found, bool):
        raise WrongValue(field=f"{path}.{name}", expected="true or false")
    return found


def stated_of(root: Mapping[str, Any]) -> Person:
    """Who is stated in ``stated``; nobody where it is missing."""
    if "stated" not in root:
        return Person()
    said = object_of(root["stated"], "stated", required=_NONE, optional={"name", "address", "birth_date"})
    name, address = (
        text_of(said, one, "stated", limit=MAX_STATED) if one in said else None for one in ("name", "address")
    )
    return Person(name, address, _day(said["birth_date"]) if "birth_date" in said else None)


def _day(found: object) -> date:
    if isinstance(found, str) and _DAY.fullmatch(found):
        try:
            return date.fromisoformat(found)
        except ValueError:
            pass
    raise WrongValue(field="stated.birth_date", expected="a date that exists (YYYY-MM-DD)")
